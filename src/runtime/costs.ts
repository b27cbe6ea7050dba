// What the runtime's work costs, in ns of processor time: the default machine profile. Each figure was measured with a
// Go program on a 2-CPU AMD EPYC virtual machine (Linux 6.18, Go 1.26.8 and 1.19.8, collector off, medians); `gosim
// calibrate` repeats the measurements. What could only be measured as a sum is split so that the sums hold: an unbuffered
// hand-off is send + recv + one park, a goroutine's life is go + switch + goexit.
// Not Go: fixed-costs — each operation costs the same every time, but for memory that another CPU used last; only wake-ups vary.

export interface Costs {
  // on the goroutine's own stack
  readonly round: number; // one round of a loop
  readonly call: number; // of an operation's time, what passes before its function looks for a preemption request
  readonly go: number; // go statement, recycled goroutine
  readonly goCold: number; // more when a new goroutine and its stack must be made
  readonly chanOp: number; // a send or receive
  readonly chanClose: number;
  readonly select: number; // a select; and for each of its cases:
  readonly selectCase: number;
  readonly lock: number; // Lock or Unlock
  readonly rwlock: number;
  readonly rlock: number;
  readonly mutexSpin: number; // 30 PAUSE instructions
  readonly waitgroup: number; // Add, Done or Wait
  readonly cond: number;
  readonly once: number;
  readonly setVar: number;
  readonly syscallEnter: number;
  readonly syscallExit: number;
  readonly netRead: number; // a read that finds its data
  readonly netWait: number; // one that would block
  readonly accept: number; // that finds a connection, or would block
  readonly timerAdd: number; // of a sleep
  readonly afterFunc: number; // a new timer, or ticker
  readonly timerStop: number;
  readonly timerReset: number;
  readonly pipeWrite: number; // a write that need not wait; a read is a netRead
  readonly lockOSThread: number;
  // in the scheduler
  readonly schedule: number; // from a goroutine that stops to the next one
  readonly park: number; // the same when it parks, with the price of readying it later
  readonly goexit: number;
  readonly steal: number; // a steal round; and for each P looked at:
  readonly stealPerP: number;
  readonly netpoll: number; // a poll that does not wait; and for each descriptor that it finds ready:
  readonly netpollReady: number;
  readonly timerFire: number;
  readonly signalSend: number;
  readonly signal: number; // a thread handles a preemption signal
  readonly sysmonTick: number; // a look of sysmon, with the switches of threads before and after it
  readonly mstart: number; // a new thread's first steps
  // of the kernel
  // Ranges: such a figure varies from call to call, mostly near the low end.
  readonly futexWake: readonly [number, number]; // the call that wakes a thread
  readonly futexWakeLatency: readonly [number, number]; // from that call to the thread running on an idle CPU
  readonly idleLatency: readonly [number, number]; // more for an idle CPU that has halted, by each doubling of its rest; see machine/rest.ts
  readonly pipeWake: readonly [number, number]; // more for a read or write that wakes a thread at the other end of a pipe
  readonly clone: number; // creating a thread
  readonly cloneLatency: readonly [number, number]; // from that call to its first instruction
  readonly timedWakeLatency: readonly [number, number]; // a sleep ends this much later than timer slack alone explains
  readonly netWakeLatency: number; // from a descriptor getting ready to the thread in the poller running
  readonly epollBreak: number;
  readonly cold: number; // more for what a thread does first after waking up: the caches hold other things
  readonly transfer: number; // more for what uses memory that another CPU used last, by the line; see cache.ts
  readonly interrupt: number; // a device or a timer that goes off takes so much from the thread on its CPU
}

const COSTS_1_26: Costs = {
  round: 1,
  call: 8,
  go: 59,
  goCold: 320,
  chanOp: 12,
  chanClose: 20,
  select: 24,
  selectCase: 12,
  lock: 2,
  rwlock: 4,
  rlock: 2,
  mutexSpin: 120,
  waitgroup: 3,
  cond: 4,
  once: 1,
  setVar: 2,
  syscallEnter: 10,
  syscallExit: 12,
  netRead: 400,
  netWait: 400,
  accept: 400,
  timerAdd: 23,
  afterFunc: 160,
  timerStop: 10,
  timerReset: 33,
  pipeWrite: 550,
  lockOSThread: 1,
  schedule: 56,
  park: 90,
  goexit: 15,
  steal: 20,
  stealPerP: 5,
  netpoll: 207,
  netpollReady: 130, // on a Xeon, where netpoll is 145
  timerFire: 124,
  signalSend: 463,
  signal: 2040,
  sysmonTick: 4000, // on a Xeon
  mstart: 8000,
  futexWake: [1600, 12_000],
  futexWakeLatency: [8000, 32_000],
  idleLatency: [0, 0], // what it came to stands in the latencies: they were measured after rests of all lengths
  pipeWake: [1500, 4000],
  clone: 12000,
  cloneLatency: [18_000, 50_000],
  timedWakeLatency: [10_000, 40_000],
  netWakeLatency: 10000,
  epollBreak: 314,
  cold: 0, // as interrupt, not measured there
  transfer: 100, // on a Xeon
  interrupt: 0,
};

const COSTS_1_19: Costs = {
  ...COSTS_1_26,
  go: 49,
  goCold: 250,
  chanOp: 11,
  select: 18,
  selectCase: 9,
  waitgroup: 2,
  syscallEnter: 13,
  syscallExit: 14,
  schedule: 36,
  park: 71,
  timerAdd: 19,
  afterFunc: 105,
  timerStop: 4,
  timerReset: 32,
  timerFire: 160,
  goexit: 15,
};

/** Lines of memory that may have to come from another CPU, by what is used; a lock, a WaitGroup or a variable is one. */
export const CHAN_LINES = 2; // a channel with its lock, and its buffer or whoever waits
export const READY_LINES = 2; // of a goroutine that is made ready: its state, and its place in a queue
export const START_LINES = 3; // of one that starts: it, and the top of its stack

export function costsOf(version: string): Costs {
  return version === '1.19' ? COSTS_1_19 : COSTS_1_26;
}
