// CPU limits of control groups, as Linux enforces them with bandwidth control (cpu.max): a limit has a pool of runtime that
// is filled at the end of every period. A CPU that runs a thread of the group takes runtime out of the pool in slices; when
// its own is used up and the pool is empty the CPU is throttled, with the thread that is on it, until there is runtime again.
//
//   slices   a CPU takes 5 ms at a time, or what is left; one that goes idle keeps 1 ms and gives the rest back
//   refill   adds the quota at the end of a period, what was left counts only up to the burst allowance; then every
//            throttled CPU goes on
//   slack    runtime that comes back while CPUs are throttled is handed out 5 ms later, unless a refill is near
//   idle     a limit that nobody has drawn from for a whole period stops counting periods until somebody does
//   nested   a thread needs runtime of every limit above it, innermost first; so the tightest one is effective
//
// Periods begin at multiples of their length from time 0, and are made up for when somebody looks: an event is only needed
// while a CPU is throttled. So a limit that is never reached changes nothing that a run without it would show.
// Not Go: quota-exact — a CPU is throttled at the nanosecond, where the kernel looks at its ticks and takes the excess off
// the next slice; and CPUs with runtime take threads from the queue of a throttled one, where the kernel leaves them there.
//
// Invariants: a CPU's runtime is never negative; a CPU is throttled by one limit at most, and only while the pool of that
// limit is empty; what is handed out, less what came back, is what was used plus what the CPUs still have.

import { fail } from '../base/assert.ts';
import { ZERO_NS } from '../base/zero.ts';
import { QUOTA_PERIODS, QUOTA_RUNTIME, THREAD_RELEASE, THREAD_THROTTLE } from '../trace/events.ts';
import type { EventLog } from '../trace/log.ts';
import type { KernelParams } from './kernel.ts';

type QuotaParams = Pick<KernelParams, 'quotaSliceNs' | 'quotaKeptNs' | 'quotaSlackNs' | 'quotaNearNs'>;

/** One limit: `quotaNs` of processor time in every `periodNs`, and what may be saved up for later. */
export interface CpuLimit {
  readonly quotaNs: number;
  readonly periodNs: number;
  readonly burstNs: number;
}

/** What the counters of a limit say, as those of cpu.stat do. */
export interface QuotaCounts {
  usageNs: number;
  periods: number; // that ended
  throttledPeriods: number; // of these, with a CPU throttled at their end
  throttledNs: number; // summed over the CPUs
  bursts: number; // periods that used more than the quota
  burstUsedNs: number; // how much more, in all
}

/** What it counts as, beside steps, that a limit takes a thread off its CPU: the pool is looked at, and given out later. */
export const RUN_OUT_STEPS = 8;

/** What the machine does for its quota. */
export interface QuotaHost {
  readonly now: number;
  /** Has onEvent called with `item` at an instant; returns the number of the event. */
  quotaEvent(at: number, item: number): number;
  /** The CPU has used up its runtime and gets no more: takes its thread off it. */
  runOut(cpu: number): void;
  /** There is runtime again for the thread that is throttled on the CPU. */
  release(cpu: number): void;
}

class Limit {
  readonly spec: CpuLimit;
  pool: number;
  poolAtRefill: number;
  readonly local: Float64Array; // by CPU: runtime it has
  readonly throttled: number[] = []; // CPUs, the first to wait first
  readonly since: Float64Array; // by CPU: since when it is throttled
  active = false; // periods are counted
  drawn = false; // somebody has taken runtime since the last period ended
  periodStart = ZERO_NS;
  refillAwaited = false; // an event for the end of this period is under way
  slackAwaited = false;
  periods = 0;
  throttledPeriods = 0;
  throttledNs = ZERO_NS;
  bursts = 0;
  burstUsedNs = ZERO_NS;

  constructor(spec: CpuLimit, cpus: number) {
    this.spec = spec;
    this.pool = spec.quotaNs;
    this.poolAtRefill = spec.quotaNs;
    this.local = new Float64Array(cpus);
    this.since = new Float64Array(cpus);
  }

  get refillAt(): number {
    return this.periodStart + this.spec.periodNs;
  }

  /** Ends the periods that are over by `now`, and returns how many of them count. */
  catchUp(now: number): number {
    const before = this.periods;
    while (this.active && now >= this.refillAt) {
      this.periodStart += this.spec.periodNs;
      this.endPeriod();
    }
    return this.periods - before;
  }

  private endPeriod(): void {
    const { quotaNs, burstNs } = this.spec;
    this.periods++;
    this.pool += quotaNs;
    const beyond = this.poolAtRefill - this.pool;
    if (beyond > 0) {
      this.bursts++;
      this.burstUsedNs += beyond;
    }
    this.pool = Math.min(this.pool, quotaNs + burstNs);
    this.poolAtRefill = this.pool;
    if (this.throttled.length > 0) {
      this.throttledPeriods++;
      this.drawn = true;
    } else if (this.drawn) {
      this.drawn = false;
    } else {
      this.active = false;
    }
  }
}

const NOT_RUNNING = -1;

export class Quota {
  private readonly limits: readonly Limit[];
  private readonly params: QuotaParams;
  private readonly host: QuotaHost;
  private readonly log: EventLog | null;
  private readonly cpus: number;
  private readonly thread: Int32Array; // by CPU: that runs or is throttled on it, if any does
  private readonly since: Float64Array; // by CPU: up to when its thread's time has been charged
  private readonly endAt: Float64Array; // by CPU: when its runtime ends, if its thread stays
  private readonly eventAt: Float64Array; // by CPU: its event, not later than endAt
  private readonly eventSeq: Float64Array;
  private refusedBy = 0; // the limit because of which canRun said no
  private usageNs = ZERO_NS;

  constructor(limits: readonly CpuLimit[], cpus: number, params: QuotaParams, host: QuotaHost, log: EventLog | null) {
    this.params = params;
    this.limits = limits.map((spec) => new Limit(spec, cpus));
    this.host = host;
    this.log = log;
    this.cpus = cpus;
    this.thread = new Int32Array(cpus);
    this.since = new Float64Array(cpus).fill(NOT_RUNNING);
    this.endAt = new Float64Array(cpus);
    this.eventAt = new Float64Array(cpus).fill(Number.POSITIVE_INFINITY);
    this.eventSeq = new Float64Array(cpus);
  }

  // ---- threads come and go

  /** Whether there is runtime for a thread on this CPU. */
  canRun(cpu: number): boolean {
    for (let i = 0; i < this.limits.length; i++) {
      const limit = this.limits[i]!;
      if (limit.local[cpu]! > 0) continue;
      this.catchUp(i);
      if (limit.pool > 0) continue;
      this.refusedBy = i;
      return false;
    }
    return true;
  }

  /** A thread begins to run on the CPU, for which canRun is true. */
  start(cpu: number, thread: number): void {
    this.thread[cpu] = thread;
    this.since[cpu] = this.host.now;
    this.draw(cpu);
  }

  /** The thread leaves the CPU, which goes idle or runs another. */
  stop(cpu: number, idle: boolean): void {
    this.charge(cpu);
    this.since[cpu] = NOT_RUNNING;
    if (!idle) return;
    for (let i = 0; i < this.limits.length; i++) if (this.limits[i]!.local[cpu]! > this.params.quotaKeptNs) this.giveBack(i, cpu);
  }

  /** A thread on no CPU is throttled on this one, for which canRun has just been false. */
  throttle(cpu: number, thread: number): void {
    const { now } = this.host;
    const limit = this.limits[this.refusedBy]!;
    this.thread[cpu] = thread;
    limit.throttled.push(cpu);
    limit.since[cpu] = now;
    this.log?.record(now, THREAD_THROTTLE, thread, -1, -1, cpu, this.refusedBy);
    this.awaitRefill(this.refusedBy);
  }

  // ---- events: of a CPU, or of a limit for its refill or its slack

  /** Whether an event still means something. It is asked before the clock moves to the event. */
  isDue(item: number, seq: number, at: number): boolean {
    if (item >= this.cpus) {
      const limit = this.limits[(item - this.cpus) >> 1]!;
      if (((item - this.cpus) & 1) === 0) return true;
      limit.slackAwaited = false;
      return limit.throttled.length > 0 && limit.pool > this.params.quotaSliceNs;
    }
    if (this.eventSeq[item] !== seq) return false;
    this.eventAt[item] = Number.POSITIVE_INFINITY;
    if (this.since[item] === NOT_RUNNING) return false;
    if (this.endAt[item] === at) return true;
    this.plan(item);
    return false;
  }

  /** Does what an event that is due asks for. */
  fire(item: number): void {
    if (item < this.cpus) {
      this.charge(item);
      if (this.canRun(item)) this.draw(item);
      else this.host.runOut(item);
      return;
    }
    const i = (item - this.cpus) >> 1;
    if (((item - this.cpus) & 1) === 0) this.limits[i]!.refillAwaited = false;
    this.catchUp(i);
    this.distribute(i);
    if (this.limits[i]!.throttled.length > 0) this.awaitRefill(i);
  }

  // ---- what the counters say

  /** Ends the periods that are over: the run is. */
  settle(): void {
    for (let i = 0; i < this.limits.length; i++) this.catchUp(i);
  }

  /** The counters of each limit, innermost first. */
  counts(): QuotaCounts[] {
    const { now } = this.host;
    const usageNs = this.since.reduce((sum, since) => (since === NOT_RUNNING ? sum : sum + now - since), this.usageNs);
    return this.limits.map(({ periods, throttledPeriods, throttledNs, throttled, since, bursts, burstUsedNs }) => {
      const open = throttled.reduce((sum, cpu) => sum + now - since[cpu]!, 0);
      return { usageNs, periods, throttledPeriods, throttledNs: throttledNs + open, bursts, burstUsedNs };
    });
  }

  /** Asserts the invariants of the header; `heldOn` gives the thread that the machine has throttled on a CPU, or -1. */
  check(heldOn: (cpu: number) => number): void {
    const { now } = this.host;
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      const by = this.limits.filter((limit) => limit.throttled.includes(cpu));
      const held = heldOn(cpu);
      if (by.length !== (held < 0 ? 0 : 1)) fail('Quota.check', `CPU ${cpu} holds thread ${held}, throttled by ${by.length} limits`);
      if (held >= 0 && this.thread[cpu] !== held) fail('Quota.check', `CPU ${cpu} holds thread ${held}, not ${this.thread[cpu]}`);
      const ran = this.since[cpu] === NOT_RUNNING ? 0 : now - this.since[cpu]!;
      for (const { local } of this.limits) if (local[cpu]! < ran) fail('Quota.check', `CPU ${cpu} has ${local[cpu]! - ran} ns of runtime`);
    }
  }

  // ---- runtime

  private charge(cpu: number): void {
    const ran = this.host.now - this.since[cpu]!;
    this.since[cpu] = this.host.now;
    this.usageNs += ran;
    for (const limit of this.limits) limit.local[cpu]! -= ran;
  }

  /** Takes a slice of every limit of which the CPU has no runtime left, and plans the end of what it has. */
  private draw(cpu: number): void {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.limits.length; i++) {
      const { local } = this.limits[i]!;
      if (local[cpu]! <= 0) this.take(i, cpu);
      least = Math.min(least, local[cpu]!);
    }
    this.endAt[cpu] = this.host.now + least;
    this.plan(cpu);
  }

  private take(i: number, cpu: number): void {
    const { now } = this.host;
    const limit = this.limits[i]!;
    this.catchUp(i);
    if (!limit.active) {
      limit.active = true;
      limit.periodStart = now - (now % limit.spec.periodNs);
    }
    limit.drawn = true;
    const ns = Math.min(limit.pool, this.params.quotaSliceNs - limit.local[cpu]!);
    limit.pool -= ns;
    limit.local[cpu]! += ns;
    this.log?.record(now, QUOTA_RUNTIME, this.thread[cpu]!, -1, -1, i, ns);
  }

  private giveBack(i: number, cpu: number): void {
    const { now } = this.host;
    const limit = this.limits[i]!;
    this.catchUp(i);
    const ns = limit.local[cpu]! - this.params.quotaKeptNs;
    limit.local[cpu] = this.params.quotaKeptNs;
    limit.pool += ns;
    this.log?.record(now, QUOTA_RUNTIME, this.thread[cpu]!, -1, -1, i, -ns);
    if (limit.throttled.length === 0 || limit.pool <= this.params.quotaSliceNs || limit.slackAwaited) return;
    if (limit.refillAt - now < this.params.quotaSlackNs + this.params.quotaNearNs) return;
    limit.slackAwaited = true;
    this.host.quotaEvent(now + this.params.quotaSlackNs, this.cpus + 2 * i + 1);
  }

  /** An event at the end of the CPU's runtime, unless there is one before: that plans the next. */
  private plan(cpu: number): void {
    if (this.eventAt[cpu]! <= this.endAt[cpu]!) return;
    this.eventAt[cpu] = this.endAt[cpu]!;
    this.eventSeq[cpu] = this.host.quotaEvent(this.endAt[cpu]!, cpu);
  }

  // ---- periods

  private catchUp(i: number): void {
    const ended = this.limits[i]!.catchUp(this.host.now);
    if (ended > 0) this.log?.record(this.host.now, QUOTA_PERIODS, -1, -1, -1, i, ended);
  }

  private awaitRefill(i: number): void {
    const limit = this.limits[i]!;
    if (limit.refillAwaited) return;
    limit.refillAwaited = true;
    this.host.quotaEvent(limit.refillAt, this.cpus + 2 * i);
  }

  /**
   * Lets CPUs run again while there is runtime, those that have waited longest first. Each gets a nanosecond and takes more
   * when it has used that up, so that one which has little to do keeps no other waiting.
   */
  private distribute(i: number): void {
    const { now } = this.host;
    const limit = this.limits[i]!;
    for (let n = limit.throttled.length; n > 0 && limit.pool > 0; n--) {
      const cpu = limit.throttled.shift()!;
      limit.throttledNs += now - limit.since[cpu]!;
      limit.pool--;
      limit.local[cpu]!++;
      this.log?.record(now, THREAD_RELEASE, this.thread[cpu]!, -1, -1, cpu, i);
      this.host.release(cpu);
    }
  }
}
