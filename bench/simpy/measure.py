# What the twins in SimPy share: the workload once at a tenth of its size as a warm-up, then three times, each between two readings
# of the process's CPU time. One line of JSON tells the least of these times and the most memory the process ever held.

import json
import resource
import sys
import time


def measure(work):
    sizes = [int(argument) for argument in sys.argv[1:]]
    work(*[(size + 9) // 10 for size in sizes[:1]], *sizes[1:])
    took = min(timed(work, sizes) for _ in range(3))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    print(json.dumps({"cpuNs": took, "peakBytes": peak}))


def timed(work, sizes):
    before = time.process_time_ns()
    work(*sizes)
    return time.process_time_ns() - before
