# W1: two processes pass a token to and fro through stores without room to spare, and each hand-off takes its time.
# Argument: rounds, of two hand-offs each.

import simpy

from measure import measure

COST = 114  # ns; what gosim takes for a send, a receive and a switch


def work(rounds):
    env = simpy.Environment()
    ping = simpy.Store(env, capacity=1)
    pong = simpy.Store(env, capacity=1)

    def main():
        for _ in range(rounds):
            yield env.timeout(COST)
            yield ping.put(0)
            yield pong.get()

    def echo():
        for _ in range(rounds):
            yield ping.get()
            yield env.timeout(COST)
            yield pong.put(0)

    done = env.process(main())
    env.process(echo())
    env.run(done)
    assert env.now == rounds * 2 * COST


measure(work)
