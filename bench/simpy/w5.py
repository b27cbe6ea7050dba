# W5: many processes, each of which sleeps and then computes on one of eight processors, again and again. Arguments:
# rounds in all, processes.

from random import Random

import simpy

from measure import measure

PROCESSORS = 8
SLEEP = 100_000_000  # ns, mean
BURST = 5_000  # ns, mean


def work(rounds, processes):
    env = simpy.Environment()
    processors = simpy.Resource(env, capacity=PROCESSORS)
    random = Random(1)
    done = [0]

    def loop(count):
        for _ in range(count):
            yield env.timeout(random.expovariate(1 / SLEEP))
            with processors.request() as processor:
                yield processor
                yield env.timeout(random.expovariate(1 / BURST))
            done[0] += 1

    for i in range(processes):
        env.process(loop(rounds // processes + (i < rounds % processes)))
    env.run()
    assert done[0] == rounds


measure(work)
