// Which idle CPU a thread that wakes finds. Linux looks where the thread was last, where it was before that, and then at others,
// one after the other: the busier the CPUs have been of late the fewer of them, for a search would seldom find one (SIS_UTIL).
// With two CPUs that means none once they compute for more than 60 % of the time. Then a thread whose CPU is taken waits for
// that one, though the other idles, until the one gives way or the other looks for work at a tick.
//
// Seen on a virtual machine (Xeon, 2 CPUs, Linux 6.18): a thread that wakes on a CPU which another never leaves goes to the other
// CPU in all of 400 cases where that idles all the time, in 7 of 8 where it computes for 10 or 15 % of the time, and in 1 of 1,000
// from 20 % on.

import type { CPU } from './cpu.ts';
import type { KernelParams } from './kernel.ts';
import type { Quota } from './quota.ts';
import type { Rests } from './rest.ts';
import type { Thread } from './thread.ts';
import { OWN_GROUP } from './thread.ts';
import { tickUpTo } from './ticks.ts';

/** A CPU that is busy for so many times less than always has nothing to give: the imbalance that makes Linux move threads. */
const IMBALANCE = 1.17;

export class IdleSearch {
  private readonly cpus: readonly CPU[];
  private readonly rests: Rests;
  private readonly params: KernelParams;
  private tick = Number.NEGATIVE_INFINITY; // after which `most` was last worked out
  private most = 0; // others that a search looks at

  constructor(cpus: readonly CPU[], rests: Rests, params: KernelParams) {
    this.cpus = cpus;
    this.rests = rests;
    this.params = params;
  }

  /** An idle CPU for a thread that wakes now, of those with runtime if there is one; null: it finds none. A new thread looks at all. */
  find(thread: Thread, quota: Quota | null, now: number): CPU | null {
    const { cpus } = this;
    const { lastCpu, cpuBefore, group } = thread;
    const isNew = lastCpu < 0;
    const most = isNew ? cpus.length : this.searched(now);
    let dry: CPU | null = null;
    for (let i = isNew ? 1 : -1; i <= most; i++) {
      const at = i === -1 ? lastCpu : i === 0 ? cpuBefore : (lastCpu + i) % cpus.length;
      if (at < 0) continue;
      const cpu = cpus[at]!;
      if (!cpu.isIdleFor(group)) continue;
      if (group !== OWN_GROUP || quota === null || quota.canRun(at)) return cpu;
      dry ??= cpu;
    }
    return dry;
  }

  /** How many others a search looks at: worked out once between two ticks, as Linux does it when it compares loads. */
  private searched(now: number): number {
    const tick = tickUpTo(this.params, now);
    if (tick !== this.tick) {
      this.tick = tick;
      const busy = IMBALANCE * this.rests.busyOfLate(now);
      this.most = Math.floor(this.cpus.length * Math.max(0, 1 - busy * busy));
    }
    return this.most;
  }
}
