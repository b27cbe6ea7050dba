# W4: requests arrive at random at eight servers, which they keep 80 % busy. Argument: requests.

from random import Random

import simpy

from measure import measure

SERVERS = 8
SERVICE = 100_000  # ns, mean
GAP = SERVICE / SERVERS / 0.8


def work(requests):
    env = simpy.Environment()
    servers = simpy.Resource(env, capacity=SERVERS)
    random = Random(1)
    latencies = []

    def arrivals():
        for _ in range(requests):
            yield env.timeout(random.expovariate(1 / GAP))
            env.process(request(env.now))

    def request(arrived):
        with servers.request() as server:
            yield server
            yield env.timeout(random.expovariate(1 / SERVICE))
        latencies.append(env.now - arrived)

    env.process(arrivals())
    env.run()
    assert len(latencies) == requests


measure(work)
