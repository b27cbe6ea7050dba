// Why a bar is missed: said on the page beside what is missed. A test demands a reason for every figure that misses its bar,
// and that no reason outlives what it explains.

export interface Reason {
  readonly scenario: string;
  readonly figures: readonly string[]; // names of figures, at any GOMAXPROCS
  readonly why: string;
}

const KERNEL_CPU =
  'The calls that compute take longer than they should: the Go program measures the quickest of twenty short reads of random numbers, and on another machine ' +
  '(Xeon) a read of a millisecond took 1.09 to 1.15 ms by its own clock. With fifteen of them on two CPUs all else takes longer by as much.';

const ARRIVALS =
  'Most likely the arrivals: each is a timer of the kernel in the Go program, which reads it and sets it anew, and a trace adds to every slice. ' +
  'Goroutines run longer there than in gosim, where an arrival costs what the operations of the scenario do.';

export const REASONS: readonly Reason[] = [
  {
    scenario: 'test/scorecard/open-server.yaml',
    figures: ['goroutine time', 'goroutine time 1', 'goroutine time 2'],
    why: ARRIVALS,
  },
  {
    scenario: 'scenarios/closed-loop.yaml',
    figures: ['spans.request.p50', 'goroutine time 1', 'goroutine time 2', 'preemptions'],
    why: `${ARRIVALS} At a load of 80 % instead of 70 % requests stand in line for longer.`,
  },
  {
    scenario: 'scenarios/web-server.yaml',
    figures: ['spans.request.p50', 'goroutine time 1', 'goroutine time 2'],
    why:
      'Handlers and their system calls take 92 % of two Ps in gosim. The Go program does more for each request (a timer of the kernel is made, set and polled), and that ' +
      'tips it: while no P idles nobody wakes the monitor, and once it has looked fifty times for nothing it looks every 10 ms, when no call is the one it saw before, ' +
      'so that calls keep their Ps for good. In Go the first twenty retakes take 10 to 19 ms, and then there are a hundred in all, with the handlers in line. With 20 us more ' +
      'for each operation of the network gosim does the same: 200 retakes instead of 400, Ps at 60 to 70 %, spans of 17 ms.',
  },
  {
    scenario: 'scenarios/preemption-lost.yaml',
    figures: ['goroutine time', 'preemptions'],
    why:
      'The goroutines of a hand-over run for 20 to 30 ns at a time. In Go a trace writes four events meanwhile, and they take 300 to 400 ns; ' +
      'so a request to give way, which is lost when its goroutine parks first, is granted at another moment.',
  },
  {
    scenario: 'scenarios/unbalanced-bursts.yaml',
    figures: ['spans.short.p50'],
    why:
      'The machine of this recording: there short bursts wait for a P for 1.9 ms, in batches of which each takes a P 5 % longer. On another machine ' +
      '(Xeon, Linux 6.18, two CPUs, while it was quiet) the same program had a median of 0.56 to 0.63 ms and a makespan of 142 to 146 ms in six runs, as gosim has.',
  },
  {
    scenario: 'test/scorecard/short-syscalls.yaml',
    figures: ['makespan', 'goroutine time', 'goroutine time 1'],
    why:
      'The call of 15 us lasts some 37 us in the Go program: it waits for a timer of the kernel, and a processor of this virtual machine that rests takes 15 to 30 us to wake ' +
      'up (200 calls, 4 to 5 ms; on another machine, 1 ms in all). In gosim a call lasts as long as the scenario says.',
  },
  {
    scenario: 'test/scorecard/long-syscalls.yaml',
    figures: ['preempted slice'],
    why:
      'After the last retake the monitor looks every 75 to 95 us for 50 times, then at twice the distance each time: its looks come at ' +
      '9 to 11 ms and at 14 to 18 ms. A slice is due for preemption at 10 ms, so it ends at 10 or at 18 ms, whichever the lateness of ' +
      'some fifty sleeps decides; the runs of Go show both (10.1, 11.3, 17.9, 18.3 ms), the seeds of gosim the first.',
  },
  {
    scenario: 'test/scorecard/cgo.yaml',
    figures: ['system call at retake'],
    why:
      'The monitor that wakes up first while both CPUs compute waits for the next tick of the kernel, on both sides: 1.6 to 3.8 ms into the call in Go, 2.0 to 4.0 ms in ' +
      'gosim, once in a run at most. So the median of six values is held against that of six others.',
  },
  {
    scenario: 'test/scorecard/fan-out.yaml',
    figures: ['goroutine time 2'],
    why:
      'Most likely the start of the second thread: one that has rested for a part of a millisecond starts 20 to 130 us after it was woken on this virtual machine, in five ' +
      'rounds of one millisecond each; the measured costs hold what is usual after a shorter rest.',
  },
  {
    scenario: 'test/scorecard/net-behind-hog.yaml',
    figures: ['retakes', 'handoffs'],
    why:
      'Each of them follows a preemption within 10 to 30 us. Most likely the monitor asks the hog to give way, and before it looks at the same P once ' +
      'more the hog has gone, main runs and is in the read of its connection, which takes 10 us while a trace is written. In gosim the ' +
      'monitor looks at a P at one instant, and a read that need not wait is no system call that it could see.',
  },
  {
    scenario: 'test/scorecard/net-waits.yaml',
    figures: ['goroutine time', 'makespan'],
    why:
      'Most likely the first wait of each of the 30 clients, which opens its connection (a timer of the kernel, made and given to the poller: slices of ' +
      '6 us against 0.4), and a trace adds to each slice of 20 us. In gosim connections are there.',
  },
  {
    scenario: 'test/scorecard/pipes.yaml',
    figures: ['goroutine time', 'goroutine time 1'],
    why: 'Not understood: 1 us in each round of 22 is time in which no goroutine runs in Go; the makespan agrees.',
  },
  {
    scenario: 'test/scorecard/mutex.yaml',
    figures: ['goroutine time 2'],
    why:
      'Most likely threads that wake up late: the lock lets one goroutine after the other go on, each on a thread that ' +
      'must wake up. While this was recorded threads woke up 80 to 100 us late (54 us in the best minutes of the same machine).',
  },
  {
    scenario: 'scenarios/disk-reads.yaml',
    figures: ['threads'],
    why:
      'Chance: two of ten seeds make a thread more, 47, where 30 runs of Go always showed 46. It hangs on when calls end: were each that ends on an idle CPU 25 us later, ' +
      'as in the Go program, no seed would, and at 60 us four.',
  },
  {
    scenario: 'scenarios/dns-by-cgo.yaml',
    figures: ['goroutine time'],
    why: 'Not understood: goroutines run for a sixth longer in Go, as they do in other scenarios with short bursts between rests.',
  },
  {
    scenario: 'scenarios/lock-os-thread.yaml',
    figures: ['goroutine time', 'goroutine time 1'],
    why: 'The goroutines of a hand-over run for 20 to 120 ns at a time. In Go a trace writes four events meanwhile, and they take 300 to 400 ns.',
  },
  {
    scenario: 'scenarios/late-timers.yaml',
    figures: ['preemptions'],
    why:
      'The run ends 0.8 ms after the 10 ms at which a slice is due. The first look of the monitor after that comes at 10.1 ms in gosim, and ' +
      'in Go at 10.4 to 19.6 ms, as the lateness of some fifty sleeps before decides: in these runs it came too late.',
  },
  {
    scenario: 'scenarios/semaphore-limit.yaml',
    figures: ['preemptions'],
    why:
      'Who returns from a system call when all Ps are idle wakes the monitor, which finds a slice number it knows for more than 10 ms and ' +
      'asks for a preemption. In gosim the monitor may be awake after 3 us, while the goroutine that woke it still pays for that; in Go it ' +
      'most likely needs longer than the goroutine has to run.',
  },
  {
    scenario: 'test/scorecard/unbuffered-stolen.yaml',
    figures: ['goroutine time 1', 'goroutine time 2'],
    why:
      'Not understood: in gosim a thief takes each hand-over after some 80 us, and both Ps work for half of the time. In Go most hand-overs wait for the 100 us until their P is ' +
      'free. That threads of this machine start late cannot be all: on another one, where they start after 5 us and sleep for 3 us in 57, the makespan is that ' +
      'of a program whose hand-overs stay, too (8.1 to 8.7 ms).',
  },
  {
    scenario: 'test/scorecard/kernel-cpu.yaml',
    figures: ['goroutine time', 'makespan'],
    why: KERNEL_CPU,
  },
  {
    scenario: 'test/scorecard/syscalls-return.yaml',
    figures: ['preempted slice'],
    why:
      'The median of two heaps: slices end at the looks of the monitor, 5 or 10 ms apart by then, after 10 to 14, 16 to 17, or 19 to 24 ms on both sides, and which of them has ' +
      'the middle one of all decides. The bar allows the delay of the median look, which is one of those 0.1 ms apart that take Ps from calls.',
  },
];

export function reasonFor(scenario: string, figure: string): string | null {
  return REASONS.find((one) => one.scenario === scenario && one.figures.includes(figure))?.why ?? null;
}
