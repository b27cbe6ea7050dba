// What a run returns, and what `--format json` prints: schema gosim.result/v1. All times are integer nanoseconds of
// virtual time since time 0 (main's first instruction; the process's first for a cold start). Keys are stable within v1.

export type OutcomeKind =
  | 'completed' // main returned
  | 'exit' // an exit step
  | 'deadlock' // Go's own report: all goroutines are asleep, or main called Goexit and none is left
  | 'hang' // nothing can ever happen again, and Go would not notice
  | 'panic'
  | 'fatal' // a fatal error other than a deadlock: unlock of an unlocked mutex …
  | 'threads-exhausted'
  | 'until' // the horizon was reached
  | 'limit' // a cap of the simulator was reached
  | 'interrupted';

export interface Outcome {
  kind: OutcomeKind;
  exitCode: number; // the status Go would exit with
  message: string; // first line of what Go would print on stderr; for limit and hang: what happened; else ''
}

export interface GoroutineRef {
  id: number; // goid, as Go numbers them
  name: string; // of the body
  index: number; // of its count loop, 0 without one
}

export interface LogEntry {
  atNs: number;
  g: GoroutineRef;
  p: number;
  m: number;
  text: string;
}

export interface Processor {
  id: number;
  goroutineNs: number; // running user goroutines
  gcNs: number; // running the collector
  schedNs: number; // in the scheduler
  spinningNs: number; // looking for work to steal
  syscallNs: number; // held by a goroutine in a system call
  idleNs: number; // nobody's, or given to a thread that has not yet woken
  busyNs: number; // goroutine + gc + sched
  utilization: number; // busy / makespan, 0 when that is 0
}

export type ThreadReason = 'start' | 'sysmon' | 'handoff' | 'spinning' | 'locked' | 'template' | 'inject' | 'cgo';

export interface Thread {
  id: number; // Go's M id
  createdAtNs: number; // 0 for those of the start
  endedAtNs: number | null;
  reason: ThreadReason;
  g: GoroutineRef | null; // the goroutine that ran or was in a system call when it was needed, where there was one
}

/** count, mean and percentiles of a set of durations; a percentile is sorted[min(n - 1, floor(p n))]. Zeros when empty. */
export interface Summary {
  count: number;
  meanNs: number;
  p50Ns: number;
  p90Ns: number;
  p99Ns: number;
  p999Ns: number;
  maxNs: number;
}

export interface UnfinishedGoroutine extends GoroutineRef {
  state: 'runnable' | 'running' | 'syscall' | 'waiting';
  reason: string; // Go's wait reason, '' when not waiting
}

export interface GoroutineDetail extends GoroutineRef {
  createdAtNs: number;
  firstRunAtNs: number | null;
  endedAtNs: number | null;
  cpuNs: number;
  runnableNs: number;
  blockedNs: Record<string, number>; // by wait reason
}

export interface Counters {
  goCreate: number;
  goStart: number;
  goSched: number; // Gosched and goyield
  goPreempt: number;
  goBlock: number;
  goUnblock: number;
  goSyscall: number;
  goSyscallBlocked: number;
  procStart: number;
  procStop: number;
  gcCycles: number;
  steals: number; // batches
  stolen: number; // goroutines in them
  globalGets: number; // goroutines taken from the global queue
  handoffs: number;
  retakes: number; // Ps taken by sysmon from system calls
  wakeups: number; // parked threads woken for a P
  spins: number; // threads that began to spin
  netpollWakes: number; // goroutines made ready by the netpoller
  timerFires: number;
}

/** A CPU limit and its counters, in the words of the kernel's cpu.max and cpu.stat. */
export interface QuotaCounts {
  cpus: number; // quota / period
  quotaNs: number;
  periodNs: number;
  burstNs: number; // what may be saved up
  usageNs: number; // processor time consumed
  periods: number; // that ended; one in which nothing ran is not counted
  throttledPeriods: number; // of these: ended with a CPU throttled
  throttledShare: number; // throttledPeriods / periods, 0 when there are none
  throttledNs: number; // summed over the CPUs
  bursts: number; // periods that consumed more than the quota
  burstUsedNs: number; // how much more, in all
}

export interface Quota extends QuotaCounts {
  outer: QuotaCounts[]; // the limits around this one, from the inside out
}

/** Another load of the machine. */
export interface Neighbour {
  threads: number;
  cpuWeight: number;
  cpuNs: number; // processor time that it has had
}

export interface ExpectationResult {
  that: string;
  ok: boolean;
  actual: number | string | null;
  level: 'error' | 'warn';
  why: string | null;
}

/** The state of the scheduler at an instant, in the words of Go's schedtrace. */
export interface Sample {
  atNs: number;
  runqueue: number; // length of the global queue
  local: number[]; // of each processor's queue, runnext not counted
  idleProcs: number;
  threads: number;
  idleThreads: number; // that wait for work
  spinningThreads: number; // that look for it
  needSpinning: number; // 1: there was a wish for one more of these
  goroutines: number; // the runtime's own not counted
  schedticks: number[]; // of each processor: time slices it has begun
}

/** Something that explains the figures. */
export interface Finding {
  id: string; // what kind of thing it is, the same in every run
  sentence: string;
  evidence: string;
  wayOut: string | null; // null: there is none to be named
}

export interface Result {
  schema: 'gosim.result/v1';
  gosim: string;
  scenario: { name: string; file: string };
  seed: number;
  go: string;
  gomaxprocs: number;
  machine: { cpus: number };
  neighbours: Record<string, Neighbour>; // by name
  runtime: Record<string, number>; // constants of the runtime that were other than Go's; durations in ns
  model: 'gmp';
  outcome: Outcome;
  makespanNs: number;
  log: LogEntry[];
  logTruncated: boolean;
  processors: Processor[];
  threads: { atStart: number; created: number; peak: number; list: Thread[] };
  goroutines: {
    created: number;
    finished: number; // main too, when it has returned
    peak: number;
    unfinished: UnfinishedGoroutine[];
    unfinishedTruncated: boolean;
    list: GoroutineDetail[] | null; // with detail only
  };
  counters: Counters;
  transfers: { lines: number; waitedNs: number }; // memory that came from other CPUs' caches
  slices: Summary;
  schedLatency: Summary;
  spans: Record<string, Summary>;
  channels: Record<string, { sends: number; blockedSends: number; peakLen: number; blockedNs: number }>;
  listeners: Record<
    string,
    { arrivals: number; accepted: number; replied: number; backlogPeak: number; backlogLeft: number; waits: Summary }
  >;
  mutexes: Record<string, { locks: number; contended: number; starvations: number; waits: Summary }>;
  quota: Quota | null; // null: no CPU limit
  series: Sample[] | null; // with --sample only
  expectations: ExpectationResult[];
  warnings: string[];
  findings: Finding[];
  events: number | null; // rows of the event log; null when it was off, or became too long
  eventHash: string | null; // 8 hexadecimal digits over the log; null with events
}
