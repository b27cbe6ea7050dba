// Judges CPU limits: it keeps the pools and what every CPU has taken out of them, by the rules of the kernel's bandwidth
// control written a second time, and complains about runtime from nowhere, threads that run without any, and CPUs that are
// throttled although there is some.

import type { Judge } from './judge.ts';
import { describeThread, named } from './judge.ts';
import { judgeDequeue } from './judge-sharing.ts';
import { T_THROTTLED, T_WAITING } from './rebuilt.ts';

export interface CpuLimit {
  readonly quotaNs: number;
  readonly periodNs: number;
  readonly burstNs: number;
}

interface LimitState {
  readonly spec: CpuLimit;
  pool: number;
  readonly runtime: number[]; // by CPU
  throttled: number[]; // CPUs, in order
  counting: boolean;
  quiet: boolean; // nobody has taken runtime since the last period
  from: number; // where the period under way begins
  refilledAt: number; // when it was refilled while CPUs were throttled: they go on at that instant
}

export class QuotaState {
  readonly limits: readonly LimitState[];
  private readonly runningSince: number[]; // by CPU, -1: nothing runs

  constructor(limits: readonly CpuLimit[], cpus: number) {
    this.limits = limits.map((spec) => {
      const runtime = new Array<number>(cpus).fill(0);
      return { spec, pool: spec.quotaNs, runtime, throttled: [], counting: false, quiet: true, from: 0, refilledAt: -1 };
    });
    this.runningSince = new Array<number>(cpus).fill(-1);
  }

  throttles(cpu: number): boolean {
    return this.limits.some(({ throttled }) => throttled.includes(cpu));
  }

  begins(cpu: number, at: number): void {
    this.runningSince[cpu] = at;
  }

  ends(j: Judge, cpu: number): void {
    this.charge(j, cpu);
    this.runningSince[cpu] = -1;
  }

  /** What has run since is taken off the runtime of the CPU, which must have had that much. */
  charge(j: Judge, cpu: number): void {
    const since = this.runningSince[cpu] ?? -1;
    if (since < 0) return;
    this.runningSince[cpu] = j.at;
    this.limits.forEach(({ runtime }, i) => {
      runtime[cpu] -= j.at - since;
      if (runtime[cpu] >= 0) return;
      j.complain('quota', `CPU ${cpu} to stop when its runtime of limit ${i} ends`, `${-runtime[cpu]} ns more`);
      runtime[cpu] = 0;
    });
  }

  /** Called before every row: what should have happened by then. */
  tick(j: Judge): void {
    this.limits.forEach((limit, i) => {
      if (limit.throttled.length === 0) return;
      if (j.at > limit.from + limit.spec.periodNs) {
        j.complain('quota', `limit ${i} refilled at ${limit.from + limit.spec.periodNs}`, 'CPUs stay throttled');
        limit.from = j.at;
      } else if (limit.refilledAt >= 0 && j.at > limit.refilledAt) {
        limit.refilledAt = -1;
        if (limit.pool > 0) j.complain('quota', `the CPUs that limit ${i} throttled to go on after its refill`, `${limit.pool} ns unused`);
      }
    });
  }
}

function limitOf(j: Judge, i: number): LimitState | undefined {
  const limit = j.quota.limits[i];
  if (limit === undefined) j.complain('quota', `one of ${j.quota.limits.length} limits`, `limit ${i}`);
  return limit;
}

export function judgePeriods(j: Judge, i: number, ended: number): void {
  const limit = limitOf(j, i);
  if (limit === undefined) return;
  const { quotaNs, periodNs, burstNs } = limit.spec;
  let counted = 0;
  while (limit.counting && limit.from + periodNs <= j.at) {
    counted++;
    limit.from += periodNs;
    limit.pool = Math.min(limit.pool + quotaNs, quotaNs + burstNs);
    if (limit.throttled.length > 0) limit.refilledAt = j.at;
    else if (limit.quiet) limit.counting = false;
    limit.quiet = limit.throttled.length === 0;
  }
  if (counted !== ended || counted === 0) j.complain('quota', `${counted} periods of limit ${i} over`, `${ended}`);
}

export function judgeRuntime(j: Judge, m: number, i: number, ns: number): void {
  const limit = limitOf(j, i);
  const { cpu } = j.known(m);
  if (cpu < 0) j.complain('quota', `M${m} on a CPU`, describeThread(j.thread(m)));
  if (limit === undefined || cpu < 0) return;
  j.quota.charge(j, cpu);
  if (limit.counting && limit.from + limit.spec.periodNs <= j.at) j.complain('quota', `the refill of limit ${i} first`, `${ns} ns`);
  const has = limit.runtime[cpu];
  const expected = ns < 0 ? j.kernel.quotaKeptNs - has : has > 0 ? 0 : Math.min(limit.pool, j.kernel.quotaSliceNs - has);
  if (expected !== ns || ns === 0) {
    j.complain('quota', `${expected} ns for CPU ${cpu}, which has ${has}, of ${limit.pool} in limit ${i}`, `${ns} ns`);
  }
  limit.runtime[cpu] += ns;
  limit.pool -= ns;
  if (ns < 0) return;
  if (!limit.counting) {
    limit.counting = true;
    limit.from = j.at - (j.at % limit.spec.periodNs);
  }
  limit.quiet = false;
}

export function judgeThrottle(j: Judge, m: number, cpu: number, i: number): void {
  const limit = limitOf(j, i);
  const thread = j.known(m);
  if (thread.status !== T_WAITING) j.complain('quota', `M${m} runnable and on no CPU`, describeThread(thread));
  if ((j.state.cpus[cpu] ?? -1) >= 0) j.complain('quota', `CPU ${cpu} free`, `${named('M', j.state.cpus[cpu])} is on it`);
  if (limit === undefined) return;
  if (j.quota.throttles(cpu)) j.complain('quota', `CPU ${cpu} not throttled`, 'it is already');
  judgeDequeue(j, m, cpu);
  const left = limit.runtime[cpu] + limit.pool;
  if (left > 0) j.complain('quota', `no runtime of limit ${i} for CPU ${cpu}`, `${left} ns`);
  const within = j.quota.limits.slice(0, i).findIndex(({ runtime, pool }) => runtime[cpu] + pool <= 0);
  if (within >= 0) j.complain('quota', `CPU ${cpu} throttled by limit ${within}, which is further in`, `by limit ${i}`);
  limit.throttled.push(cpu);
  thread.status = T_THROTTLED;
  thread.heldBy = cpu;
}

export function judgeRelease(j: Judge, m: number, cpu: number, i: number): void {
  const limit = limitOf(j, i);
  const thread = j.known(m);
  if (thread.status !== T_THROTTLED || thread.heldBy !== cpu) j.complain('quota', `M${m} throttled on CPU ${cpu}`, describeThread(thread));
  thread.status = T_WAITING;
  thread.heldBy = -1;
  thread.releasedAt = j.at;
  if (limit === undefined) return;
  if (limit.pool <= 0) j.complain('quota', `runtime in limit ${i}`, 'none');
  limit.pool--;
  limit.runtime[cpu]++;
  if (limit.throttled[0] !== cpu) j.complain('quota', `CPU ${limit.throttled[0] ?? 'none'}, which has waited longest`, `CPU ${cpu}`);
  limit.throttled = limit.throttled.filter((other) => other !== cpu);
}

/** A thread gets on a CPU: one that is throttled holds another. */
export function judgeUnthrottled(j: Judge, cpu: number): void {
  const by = j.quota.limits.findIndex(({ throttled }) => throttled.includes(cpu));
  if (by >= 0) j.complain('quota', `CPU ${cpu} not throttled`, `limit ${by} throttles it`);
  j.quota.begins(cpu, j.at);
}
