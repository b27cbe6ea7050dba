// The counters of CPU limits, recomputed from the event log: how much ran from the rows of threads on CPUs, periods and
// throttling from the rows of the limits, and bursts from what was taken out of each pool.

import type { Quota, QuotaCounts, Result } from '../sim/result.ts';
import * as ev from '../trace/events.ts';
import type { EventRecord } from '../trace/log.ts';
import type { CpuLimit } from './judge-quota.ts';

export type RecountedQuota = Omit<QuotaCounts, 'cpus' | 'throttledShare'>;

/** The limits of a run, innermost first, as its result shows them. */
export function limitsOf(result: Result): readonly (CpuLimit & RecountedQuota)[] {
  return result.quota === null ? [] : [result.quota, ...result.quota.outer];
}

/** The counters of a result, in the shape of the recounted ones. */
export function countedQuota(quota: Quota | null): RecountedQuota[] {
  return (quota === null ? [] : [quota, ...quota.outer]).map((one) => {
    const { quotaNs, periodNs, burstNs, usageNs, periods, throttledPeriods, throttledNs, bursts, burstUsedNs } = one;
    return { quotaNs, periodNs, burstNs, usageNs, periods, throttledPeriods, throttledNs, bursts, burstUsedNs };
  });
}

interface Counting {
  readonly counts: RecountedQuota;
  pool: number;
  poolAtRefill: number;
  readonly throttled: Map<number, number>; // CPUs, since when
}

export class QuotaRecounter {
  private readonly limits: readonly Counting[];
  private readonly onSince = new Map<number, number>(); // by thread on a CPU
  private usageNs = 0;

  constructor(limits: readonly CpuLimit[]) {
    this.limits = limits.map(({ quotaNs, periodNs, burstNs }) => {
      const zeros = { usageNs: 0, periods: 0, throttledPeriods: 0, throttledNs: 0, bursts: 0, burstUsedNs: 0 };
      return { counts: { quotaNs, periodNs, burstNs, ...zeros }, pool: quotaNs, poolAtRefill: quotaNs, throttled: new Map() };
    });
  }

  row({ kind, at, m, a, b }: EventRecord): void {
    if (kind === ev.THREAD_ON_CPU) this.onSince.set(m, at);
    else if (kind === ev.THREAD_OFF_CPU) this.off(m, at);
    else if (kind === ev.QUOTA_RUNTIME) this.limits[a].pool -= b;
    else if (kind === ev.THREAD_THROTTLE) this.limits[b].throttled.set(a, at);
    else if (kind === ev.THREAD_RELEASE) {
      this.limits[b].pool--;
      this.released(this.limits[b], a, at);
    } else if (kind === ev.QUOTA_PERIODS) for (let n = b; n > 0; n--) this.periodEnds(this.limits[a]);
  }

  done(endNs: number): RecountedQuota[] {
    for (const m of [...this.onSince.keys()]) this.off(m, endNs);
    for (const limit of this.limits) {
      limit.counts.usageNs = this.usageNs;
      for (const cpu of [...limit.throttled.keys()]) this.released(limit, cpu, endNs);
    }
    return this.limits.map(({ counts }) => counts);
  }

  private off(m: number, at: number): void {
    this.usageNs += at - (this.onSince.get(m) ?? at);
    this.onSince.delete(m);
  }

  private released({ throttled, counts }: Counting, cpu: number, at: number): void {
    counts.throttledNs += at - (throttled.get(cpu) ?? at);
    throttled.delete(cpu);
  }

  private periodEnds(limit: Counting): void {
    const { counts } = limit;
    counts.periods++;
    if (limit.throttled.size > 0) counts.throttledPeriods++;
    const beyond = limit.poolAtRefill - limit.pool - counts.quotaNs;
    if (beyond > 0) {
      counts.bursts++;
      counts.burstUsedNs += beyond;
    }
    limit.pool = Math.min(limit.pool + counts.quotaNs, counts.quotaNs + counts.burstNs);
    limit.poolAtRefill = limit.pool;
  }
}
