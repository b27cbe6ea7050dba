// The scheduler's shared state, with Go's names (schedt), and the small lists in it. What is done with it stands in the
// files beside: proc.ts (schedule and its kin), find.ts (looking for work), chan.ts, sema.ts …; each of their functions
// takes the Sched first.
//
// One M acts at a time: `cur`. What it does in passing has a price that is charged to it (`charge`).
// Not Go: runtime-locks — so sched.lock and its like are never held by another M.

import { fail } from '../base/assert.ts';
import type { Budget } from '../base/budget.ts';
import { Fifo } from '../base/fifo.ts';
import type { Stream } from '../base/prng.ts';
import { SampleSet } from '../base/samples.ts';
import { ZERO_NS } from '../base/zero.ts';
import type { Machine } from '../machine/machine.ts';
import type { EventLog } from '../trace/log.ts';
import { NO_CPU } from './cache.ts';
import type { Hchan } from './chan.ts';
import type { Costs } from './costs.ts';
import type { Goroutines } from './g.ts';
import type { Listener } from './listener.ts';
import type { M } from './m.ts';
import type { Workload } from './ops.ts';
import { KIND_IDLE, P } from './p.ts';
import type { Pipe } from './pipe.ts';
import type { Profile } from './profile.ts';
import type { Setup } from './setup.ts';
import { Sudogs } from './sudog.ts';
import type { Cond, Mutex, Once, RWMutex, WaitGroup } from './sync.ts';
import type { Timer } from './timer.ts';

/** Constants of the runtime that results depend on. */
export interface RuntimeParams {
  readonly runqsize: number; // a power of two
  readonly globalTick: number; // every so many schedticks the global queue is looked at first
  readonly forcePreemptNs: number;
  readonly stealRounds: number;
  readonly runnextBackoffNs: number; // before taking the runnext of a P that runs
  readonly sysmonMinDelayNs: number;
  readonly sysmonMaxDelayNs: number;
  readonly sysmonLooks: number; // for nothing, after which the delay doubles
  readonly pollAfterNs: number; // sysmon polls the network when nobody has for so long
  readonly pollEvents: number; // of one poll
  readonly mutexSpins: number;
  readonly mutexStarvationNs: number;
  readonly gfree: number; // ended goroutines of a P before half of them go to all
  readonly goidBatch: number;
  readonly sysmonDeepSleepNs: number;
  readonly betweenCallsNs: number; // of a burst of processor time
  readonly maxmcount: number;
}

export const GO_PARAMS: RuntimeParams = {
  runqsize: 256,
  globalTick: 61,
  forcePreemptNs: 10_000_000,
  stealRounds: 4,
  runnextBackoffNs: 3_000,
  sysmonMinDelayNs: 20_000,
  sysmonMaxDelayNs: 10_000_000,
  sysmonLooks: 50,
  pollAfterNs: 10_000_000,
  pollEvents: 128,
  mutexSpins: 4,
  mutexStarvationNs: 1_000_000,
  gfree: 64,
  goidBatch: 16,
  sysmonDeepSleepNs: 60_000_000_000,
  betweenCallsNs: 1_000,
  maxmcount: 10_000,
};

export interface Objects {
  readonly channels: Hchan[];
  readonly mutexes: Mutex[];
  readonly rwmutexes: RWMutex[];
  readonly waitgroups: WaitGroup[];
  readonly conds: Cond[];
  readonly onces: Once[];
  readonly listeners: readonly Listener[];
  readonly timers: (Timer | null)[]; // null until an AfterFunc has set it
  readonly pipes: Pipe[];
}

/** How the simulated process ended. */
export interface End {
  kind: number; // index into OUTCOMES
  exitCode: number;
  message: string;
}

/** Told of every change of a goroutine's state; present only when a record of each goroutine is asked for. */
export interface Observer {
  created(gp: number): void;
  /** It runs: for the first time, again, or after a system call. */
  started(gp: number): void;
  /** It leaves its P after `ranNs` on it, or enters a system call. */
  stopped(gp: number, ranNs: number): void;
  /** It becomes runnable after `parkedNs`. */
  readied(gp: number, parkedNs: number): void;
  ended(gp: number): void;
}

export class Sched {
  readonly machine: Machine;
  readonly profile: Profile;
  readonly costs: Costs;
  readonly params: RuntimeParams;
  readonly gomaxprocs: number;
  readonly setup: Setup;
  maxmcount: number; // threads there may be
  readonly work: Workload;
  readonly rand: Stream;
  readonly kernelRand: Stream;
  readonly log: EventLog | null;
  readonly g: Goroutines;
  readonly budget: Budget;
  readonly sudogs: Sudogs;
  readonly objects: Objects;
  readonly freeChans: number[] = []; // numbers of channels that time.After made and nobody uses any more

  readonly allp: P[] = [];
  readonly allm: M[] = [];
  /** The M that acts now. */
  cur: M | null = null;

  // the global queue, linked through g.link
  runqhead = -1;
  runqtail = -1;
  runqsize = 0;

  nrunq = 0; // Ps that have goroutines in their rings
  pidle: P | null = null; // a stack
  npidle = 0;
  midle: M | null = null; // a stack
  nmidle = 0;
  nmidlelocked = 0;
  nmsys = 0;
  nmfreed = 0;
  nmspinning = 0;
  needspinning = 0;
  goidgen = 0;
  gfree = -1; // global list of free goroutines
  gfreeCount = 0;
  coldG = false; // the last goroutine had to be made anew
  transfers = 0; // lines of memory that came from another CPU
  onlyCpu = NO_CPU; // on which all that has run did; see cache.ts

  // the network poller
  netpollInited = false;
  netpollWaiters = 0;
  lastpoll = ZERO_NS; // instant of the last poll, 0 while an M blocks in it
  pollUntil = ZERO_NS; // deadline of the M that blocks in it, 0: none
  poller: M | null = null;
  pollerWoken = false; // the poller is on its way out of the kernel
  readonly netReady = new Fifo(); // goroutines whose descriptor is ready, oldest first; negative: -1 - number of a listener

  // sysmon
  sysmonM: M | null = null;
  sysmonwait = false; // it is in its deep sleep
  sysmonWoken = false; // and was woken from it
  sysmonIdle = 0;
  sysmonDelay = ZERO_NS;
  mainStarted = false;

  templateM: M | null = null;
  newmQueue: M[] = []; // whose threads the template thread is to make
  because = -1; // the goroutine behind the thread that is about to be made, where it is not the one that runs

  end: End | null = null;
  observer: Observer | null = null;
  /** Nobody sees what happens in between, so the workload may go ahead by itself. */
  unseen = false;
  /** A hand-over: it is not worth while for less. */
  readonly aheadNs: number;
  /** What findRunnable and its kin found: set together with the goroutine they return. */
  inheritTime = false;
  /** Of the last semrelease: it handed the semaphore over. */
  handedOff = false;
  /** Of the last checkTimers: whether any timer ran. */
  ranTimers = false;

  // counters, named as in the result
  goCreate = 0;
  goCreateUser = 0;
  goFinished = 0;
  goLive = 0; // user goroutines
  goPeak = 0;
  goStart = 0;
  goSched = 0;
  goPreempt = 0;
  goBlock = 0;
  goUnblock = 0;
  goSyscall = 0;
  goSyscallBlocked = 0;
  procStart = 0;
  procStop = 0;
  steals = 0;
  stolen = 0;
  globalGets = 0;
  handoffs = 0;
  retakes = 0;
  wakeups = 0;
  spins = 0;
  netpollWakes = 0;
  timerFires = 0;
  mPeak = 0;
  mLive = 0;
  readonly slices = new SampleSet();
  readonly latency = new SampleSet();

  /** steal order: the strides coprime to the number of Ps */
  readonly coprimes: number[] = [];

  constructor(init: {
    machine: Machine;
    profile: Profile;
    costs: Costs;
    params: RuntimeParams;
    gomaxprocs: number;
    setup: Setup;
    work: Workload;
    g: Goroutines;
    objects: Objects;
    rand: Stream;
    kernelRand: Stream;
    log: EventLog | null;
    budget: Budget;
  }) {
    this.lastpoll = 1;
    this.budget = init.budget;
    this.sudogs = new Sudogs(init.budget);
    this.machine = init.machine;
    this.profile = init.profile;
    this.costs = init.costs;
    this.params = init.params;
    this.gomaxprocs = init.gomaxprocs;
    this.setup = init.setup;
    this.maxmcount = init.params.maxmcount;
    this.work = init.work;
    this.g = init.g;
    this.objects = init.objects;
    this.rand = init.rand;
    this.kernelRand = init.kernelRand;
    this.log = init.log;
    this.aheadNs = init.costs.chanOp + init.costs.park;
    for (let id = 0; id < init.gomaxprocs; id++) this.allp.push(new P(id, init.params.runqsize));
    for (let i = 1; i <= init.gomaxprocs; i++) if (gcd(i, init.gomaxprocs) === 1) this.coprimes.push(i);
  }

  /** Records an event. */
  trace(kind: number, m: number, p: number, g: number, a: number, b: number): void {
    if (this.log !== null) this.log.record(this.machine.now, kind, m, p, g, a, b);
  }

  /** The acting M has done something that costs `ns` of processor time; it is part of its next burn. */
  charge(ns: number): void {
    this.cur!.debt += ns;
  }

  /** A figure of the kernel's that varies: mostly near the low end of its range, seldom near the high one. */
  jitter(range: readonly [number, number]): number {
    return range[0] + Math.floor(this.kernelRand.nearZero(range[1] - range[0]));
  }

  /** The one door through which a goroutine changes its state. */
  casgstatus(gp: number, from: number, to: number): void {
    const status = this.g.status;
    if (status[gp] !== from)
      fail('casgstatus', `goroutine ${gp} goes from ${from} to ${to} but is in ${status[gp]}; at ${this.machine.now} ns`);
    status[gp] = to;
  }

  // ---- global queue

  globrunqput(gp: number): void {
    this.g.link[gp] = -1;
    if (this.runqtail >= 0) this.g.link[this.runqtail] = gp;
    else this.runqhead = gp;
    this.runqtail = gp;
    this.runqsize++;
  }

  globrunqpop(): number {
    const gp = this.runqhead;
    this.runqhead = this.g.link[gp]!;
    if (this.runqhead < 0) this.runqtail = -1;
    this.runqsize--;
    return gp;
  }

  // ---- idle Ps and Ms

  pidleput(pp: P): void {
    if (pp.m !== null) fail('pidleput', `P ${pp.id} is held by M ${pp.m.id}`);
    pp.idle = true;
    this.setKind(pp, KIND_IDLE);
    pp.link = this.pidle;
    this.pidle = pp;
    this.npidle++;
  }

  pidleget(): P | null {
    const pp = this.pidle;
    if (pp !== null) {
      this.pidle = pp.link;
      pp.link = null;
      pp.idle = false;
      this.npidle--;
    }
    return pp;
  }

  /** As pidleget for an M that will spin; when there is none, that wish is remembered. */
  pidlegetSpinning(): P | null {
    const pp = this.pidleget();
    if (pp === null && this.profile.needspinning) this.needspinning = 1;
    return pp;
  }

  mput(mp: M): void {
    mp.link = this.midle;
    this.midle = mp;
    this.nmidle++;
  }

  mget(): M | null {
    const mp = this.midle;
    if (mp !== null) {
      this.midle = mp.link;
      mp.link = null;
      this.nmidle--;
    }
    return mp;
  }

  mcount(): number {
    return this.allm.length - this.nmfreed;
  }

  // ---- time of a P

  /** From now on the time of pp goes to `kind`. */
  setKind(pp: P, kind: number): void {
    if (pp.kind === kind) return;
    const now = this.machine.now;
    pp.times[pp.kind]! += now - pp.kindSince;
    pp.kindSince = now;
    pp.kind = kind;
  }
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
