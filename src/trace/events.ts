// The events of a run: one row here per kind, with the meaning of its fields. Everything an observer may know about a
// run is in these rows and nothing else: the timeline, the validator and the recomputed counters are made of them.
//
// m: thread; p: processor; g: goroutine (its number in the engine, not its goid); -1 stands for none. Fields that a row
// does not name are not stored and read as -1.

export interface EventRow {
  readonly name: string;
  readonly fields: readonly ('m' | 'p' | 'g' | 'a' | 'b')[];
  readonly meaning: string;
}

// goroutines
export const GO_CREATE = 0;
export const GO_START = 1;
export const GO_SCHED = 2;
export const GO_PREEMPT = 3;
export const GO_YIELD = 4;
export const GO_BLOCK = 5;
export const GO_UNBLOCK = 6;
export const GO_INJECT = 7;
export const GO_END = 8;
export const GO_SYSCALL = 9;
export const GO_SYSCALL_EXIT = 10;
export const GO_SYSCALL_BLOCKED = 11;
// queues
export const RUNQ_OVERFLOW = 12;
export const GLOBAL_GET = 13;
export const STEAL = 14;
export const STEAL_NEXT = 15;
// processors
export const PROC_START = 16;
export const PROC_STOP = 17;
export const PROC_RETAKE = 18;
export const PROC_HANDOFF = 19;
// threads
export const THREAD_CREATE = 20;
export const THREAD_EXIT = 21;
export const THREAD_PARK = 22;
export const THREAD_WAKE = 23;
export const THREAD_ON_CPU = 24;
export const THREAD_OFF_CPU = 25;
export const SPIN_START = 26;
export const SPIN_STOP = 27;
export const GO_LOCK_THREAD = 28;
export const GO_UNLOCK_THREAD = 29;
export const OUTCOME = 30;
// connections
export const CONN_ARRIVE = 31;
export const CONN_ACCEPT = 32;
export const CONN_REPLY = 33;
// timers, the network, and what the program measures
export const TIMER_FIRE = 34;
export const NET_READY = 35;
export const SPAN_END = 36;
// CPU limits, by number: 0 is the innermost
export const QUOTA_PERIODS = 37;
export const QUOTA_RUNTIME = 38;
export const THREAD_THROTTLE = 39;
export const THREAD_RELEASE = 40;
// sharing of CPUs
export const THREAD_QUEUE = 41;
export const NEIGHBOUR_ON = 42;
export const NEIGHBOUR_OFF = 43;
// before GO_START
export const GO_TAKE = 44;

/** Where a goroutine that becomes runnable is put (field b of GO_CREATE, GO_UNBLOCK and GO_INJECT). */
export const TO_RUNNEXT = 0; // of processor p; its former occupant goes to the local queue's tail
export const TO_LOCAL = 1; // the local queue's tail of processor p
export const TO_GLOBAL = 2; // the global queue's tail
export const TO_RUN = 3; // no queue: it runs next on thread m

export const EVENTS: readonly EventRow[] = [
  {
    name: 'goCreate',
    fields: ['m', 'p', 'g', 'a', 'b'],
    meaning: "a go statement made g runnable; a: its body (negative: one of the runtime's own), b: TO_*",
  },
  {
    name: 'goStart',
    fields: ['m', 'p', 'g', 'a'],
    meaning: 'g runs on m with p; a: 1 when it inherits the time slice (it came from runnext, or resumes in place)',
  },
  { name: 'goSched', fields: ['m', 'p', 'g'], meaning: 'g called Gosched: global queue tail' },
  { name: 'goPreempt', fields: ['m', 'p', 'g'], meaning: 'g was preempted: global queue tail' },
  { name: 'goYield', fields: ['m', 'p', 'g'], meaning: 'g gave way (goyield): local queue tail of p' },
  { name: 'goBlock', fields: ['m', 'p', 'g', 'a'], meaning: 'g parks; a: wait reason' },
  { name: 'goUnblock', fields: ['m', 'p', 'g', 'b'], meaning: 'g becomes runnable, readied by what runs on m with p; b: TO_*' },
  { name: 'goInject', fields: ['m', 'p', 'g', 'b'], meaning: 'g becomes runnable, found by the netpoller; b: TO_*' },
  { name: 'goEnd', fields: ['m', 'p', 'g'], meaning: 'g is finished' },
  { name: 'goSyscall', fields: ['m', 'p', 'g'], meaning: 'g enters a system call; m keeps p until it is retaken' },
  { name: 'goSyscallExit', fields: ['m', 'p', 'g'], meaning: 'g is back from its system call and runs on with p, its old one or another' },
  {
    name: 'goSyscallBlocked',
    fields: ['m', 'g'],
    meaning: 'g is back and finds no processor: global queue tail (waits for its thread when locked to one)',
  },
  {
    name: 'runqOverflow',
    fields: ['p', 'g', 'a'],
    meaning: 'the local queue of p is full: its oldest a goroutines, then g, go to the global queue tail',
  },
  {
    name: 'globalGet',
    fields: ['m', 'p', 'a'],
    meaning: 'a goroutines leave the global queue head: the first is to run, the others go to the local queue of p, tail first to last',
  },
  {
    name: 'steal',
    fields: ['m', 'p', 'a', 'b'],
    meaning:
      'p takes the oldest b goroutines of the local queue of processor a: it runs the last of them, the others go to its own queue in order',
  },
  { name: 'stealNext', fields: ['m', 'p', 'g', 'a'], meaning: 'p takes g out of the runnext of processor a' },
  { name: 'procStart', fields: ['m', 'p'], meaning: 'm acquires p' },
  { name: 'procStop', fields: ['m', 'p'], meaning: 'm gives p up; it becomes idle' },
  { name: 'procRetake', fields: ['m', 'p'], meaning: 'sysmon takes p from m, whose goroutine is in a system call' },
  {
    name: 'procHandoff',
    fields: ['m', 'p', 'a'],
    meaning: 'p is given to thread m (which wakes or is created); a: the thread that gave it, -1 for one that no thread held',
  },
  {
    name: 'threadCreate',
    fields: ['m', 'g', 'a'],
    meaning: 'thread m comes to be; a: reason (index into THREAD_REASONS), g: the goroutine behind it',
  },
  { name: 'threadExit', fields: ['m'], meaning: 'thread m ends' },
  { name: 'threadPark', fields: ['m', 'a'], meaning: 'm sleeps; a: PARK_*' },
  { name: 'threadWake', fields: ['m'], meaning: 'm is awake: runnable for the kernel' },
  { name: 'threadOnCpu', fields: ['m', 'a'], meaning: 'm runs on CPU a' },
  {
    name: 'threadOffCpu',
    fields: ['m', 'a', 'b'],
    meaning: 'm leaves CPU a; b: 1 when the kernel preempted it, 0 when it sleeps or ended',
  },
  { name: 'spinStart', fields: ['m'], meaning: 'm spins: it looks for work' },
  { name: 'spinStop', fields: ['m'], meaning: 'm spins no longer' },
  { name: 'goLockThread', fields: ['m', 'g'], meaning: 'g is locked to m' },
  { name: 'goUnlockThread', fields: ['m', 'g'], meaning: 'g is no longer locked to m' },
  { name: 'outcome', fields: ['a'], meaning: 'the run is over; a: index into OUTCOMES' },
  { name: 'connArrive', fields: ['a'], meaning: 'a connection arrives at listener a and waits to be accepted' },
  { name: 'connAccept', fields: ['m', 'p', 'g', 'a'], meaning: 'g accepts the connection that has waited longest at listener a' },
  { name: 'connReply', fields: ['m', 'p', 'g', 'a'], meaning: 'g answers a closed-loop client of listener a' },
  {
    name: 'timerFire',
    fields: ['m', 'p', 'g', 'a'],
    meaning: 'm runs a timer, a ns after it was due (at most LATEST); g: the goroutine that slept, -1: none did',
  },
  { name: 'netReady', fields: ['g'], meaning: 'the descriptor that g waits for is ready; nobody may have noticed yet' },
  {
    name: 'spanEnd',
    fields: ['m', 'g', 'a', 'b'],
    meaning: 'g has measured span a of the program: m * SPAN_PART + b ns, up to now',
  },
  { name: 'quotaPeriods', fields: ['a', 'b'], meaning: 'b periods of limit a have ended since the last such row, and it was refilled' },
  {
    name: 'quotaRuntime',
    fields: ['m', 'a', 'b'],
    meaning: 'the CPU that m is on takes b ns of runtime out of the pool of limit a; negative: it gives them back',
  },
  { name: 'threadThrottle', fields: ['m', 'a', 'b'], meaning: 'm is to run on CPU a, and limit b has no runtime for it: both wait' },
  {
    name: 'threadRelease',
    fields: ['m', 'a', 'b'],
    meaning: 'limit b has runtime again, and gives 1 ns to CPU a, on which m was throttled',
  },
  {
    name: 'threadQueue',
    fields: ['m', 'a'],
    meaning: 'm is runnable and waits for CPU a: no CPU was idle, it was throttled there, or it comes from another queue',
  },
  { name: 'neighbourOn', fields: ['a', 'b'], meaning: "thread b of the neighbours' runs on CPU a" },
  { name: 'neighbourOff', fields: ['a', 'b'], meaning: "thread b of the neighbours' leaves CPU a" },
  {
    name: 'goTake',
    fields: ['m', 'p', 'g', 'a'],
    meaning: 'm has found g, which is in no queue any more, and starts it when it has paid for what it did meanwhile; a: as of goStart',
  },
];

/** What a lateness of more counts as. */
export const LATEST = 0x7fffffff;
/** A length of 53 bits is written in two fields. */
export const SPAN_PART = 0x40000000;

export const THREAD_REASONS = ['start', 'sysmon', 'handoff', 'spinning', 'locked', 'template', 'inject', 'cgo'] as const;

export const PARK_STOPM = 0; // on the idle list
export const PARK_NETPOLL = 1; // blocked in epoll
export const PARK_SYSCALL = 2; // in a system call of its goroutine
export const PARK_LOCKED = 3; // waits for its locked goroutine
export const PARK_USLEEP = 4; // a short sleep of the runtime
export const PARK_SYSMON = 5; // sysmon, between two ticks
export const PARK_RAW = 6; // in a system call that the scheduler knows nothing of: its goroutine runs, and it keeps its processor
export const PARKS = ['stopm', 'netpoll', 'syscall', 'stoplockedm', 'usleep', 'sysmon', 'raw'] as const;

export const OUTCOMES = [
  'completed',
  'exit',
  'deadlock',
  'hang',
  'panic',
  'fatal',
  'threads-exhausted',
  'until',
  'limit',
  'interrupted',
] as const;
