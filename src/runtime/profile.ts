// Behaviour profiles: the differences between Go versions that a run can show, by name. The runtime asks for a difference
// by its name and never for a version. Each was read in the sources of both versions; those that order tests can see are
// tested against recordings of both.

export interface Profile {
  readonly version: string;
  /** 1.20: wakep counts its spinning M first and asks for a P then; a handed-off or missed wish leaves `needspinning`. */
  readonly needspinning: boolean;
  /** 1.22: Gosched and preemption call wakep after putting the goroutine on the global queue. */
  readonly goschedWakes: boolean;
  /** 1.22: an M with a P that injects polled goroutines calls wakep at the end. */
  readonly injectWakes: boolean;
  /** 1.22: a spinning M that gives up its P looks at the global queue once more. */
  readonly recheckGlobal: boolean;
  /** 1.19: every timer added wakes the poller or an idle P; later only one that is its P's earliest. */
  readonly everyTimerWakes: boolean;
  /** 1.23: a channel's timer is in a heap only while somebody waits on the channel. */
  readonly lazyChanTimers: boolean;
  /** 1.23: a timer that was changed while it is in a heap gets its new place there; before, it was taken out and put in again. */
  readonly resetsInPlace: boolean;
  /** 1.20: a thread back from the poller notes that moment as the last poll; before, the one at which it began to wait. */
  readonly pollCountsAtReturn: boolean;
  /**
   * Up to 1.20: who has waited for the network counts as waiting for good, so an idle thread blocks in the poller and a
   * deadlock is never reported any more.
   */
  readonly pollKeepsWaiters: boolean;
  /** At the start the idle P with the highest id is taken first; before, the one with the lowest. */
  readonly idleHighestFirst: boolean;
  /** 1.25: a goroutine of the runtime waits for changes of the container's CPU limit. */
  readonly updaterGoroutine: boolean;
  /** 1.25: GOMAXPROCS, when nothing sets it, follows the container's CPU limit too. */
  readonly containerAware: boolean;
  /** The id of the first goroutine that main starts, in a program that imports os, at GOMAXPROCS 1. */
  readonly firstGoid: number;
  /** syscalltick of P0 at main's first instruction: the runtime's own start makes system calls in some versions. */
  readonly firstSyscalltick: number;
  /** schedtick of P0 when a settled program's main goes on. */
  readonly settledSchedtick: number;
  /** schedtrace prints the schedticks of the Ps, and blanks inside the brackets of their queues. */
  readonly schedtraceTicks: boolean;
  readonly waitReasons: readonly string[];
}

// wait reasons; the strings are Go's
export const WAIT_NONE = 0;
export const WAIT_CHAN_RECV = 1;
export const WAIT_CHAN_SEND = 2;
export const WAIT_CHAN_RECV_NIL = 3;
export const WAIT_CHAN_SEND_NIL = 4;
export const WAIT_SELECT = 5;
export const WAIT_SELECT_NO_CASES = 6;
export const WAIT_SLEEP = 7;
export const WAIT_IO = 8;
export const WAIT_MUTEX = 9;
export const WAIT_RWMUTEX_RLOCK = 10;
export const WAIT_RWMUTEX_LOCK = 11;
export const WAIT_WAITGROUP = 12;
export const WAIT_COND = 13;
export const WAIT_FORCEGC = 14;
export const WAIT_GC_SWEEP = 15;
export const WAIT_GC_SCAVENGE = 16;
export const WAIT_FINALIZER = 17;
export const WAIT_UPDATER = 18;
export const WAIT_SEMACQUIRE = 19;

const COMMON = [
  '',
  'chan receive',
  'chan send',
  'chan receive (nil chan)',
  'chan send (nil chan)',
  'select',
  'select (no cases)',
  'sleep',
  'IO wait',
];
const HELPERS = ['force gc (idle)', 'GC sweep wait', 'GC scavenge wait', 'finalizer wait', 'GOMAXPROCS updater (idle)'];
const OTHERS = ['semacquire'];

const GO_1_19: Profile = {
  version: '1.19',
  needspinning: false,
  goschedWakes: false,
  injectWakes: false,
  recheckGlobal: false,
  everyTimerWakes: true,
  lazyChanTimers: false,
  resetsInPlace: false,
  pollCountsAtReturn: false,
  pollKeepsWaiters: true,
  idleHighestFirst: false,
  updaterGoroutine: false,
  containerAware: false,
  firstGoid: 6,
  firstSyscalltick: 3,
  settledSchedtick: 7,
  schedtraceTicks: false,
  waitReasons: [...COMMON, 'semacquire', 'semacquire', 'semacquire', 'semacquire', 'sync.Cond.Wait', ...HELPERS, ...OTHERS],
};

const GO_1_26: Profile = {
  version: '1.26',
  needspinning: true,
  goschedWakes: true,
  injectWakes: true,
  recheckGlobal: true,
  everyTimerWakes: false,
  lazyChanTimers: true,
  resetsInPlace: true,
  pollCountsAtReturn: true,
  pollKeepsWaiters: false,
  idleHighestFirst: true,
  updaterGoroutine: true,
  containerAware: true,
  firstGoid: 7,
  firstSyscalltick: 0,
  settledSchedtick: 8,
  schedtraceTicks: true,
  waitReasons: [
    ...COMMON,
    'sync.Mutex.Lock',
    'sync.RWMutex.RLock',
    'sync.RWMutex.Lock',
    'sync.WaitGroup.Wait',
    'sync.Cond.Wait',
    ...HELPERS,
    ...OTHERS,
  ],
};

/** The profiles gosim models, oldest first. */
export const PROFILES: readonly Profile[] = [GO_1_19, GO_1_26];

/** The profile of a version; undefined when it is not modelled. */
export function profileOf(version: string): Profile | undefined {
  return PROFILES.find((profile) => profile.version === version);
}
