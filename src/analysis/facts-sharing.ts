// What the event log tells about neighbours: how long threads of the process waited for CPUs that neighbours had. While some
// threads wait and neighbours are on so many CPUs, as many of the threads as there are such CPUs would have run without them.

import * as ev from '../trace/events.ts';
import type { EventRecord } from '../trace/log.ts';

export interface Sharing {
  readonly waitNs: number; // of threads that were runnable and on no CPU
  readonly behindNs: number; // of this: because of neighbours
  readonly longestNs: number; // one such wait, if neighbours had a CPU at any time of it
  readonly behind: readonly number[]; // behindNs by thread of the neighbours, each with its share of the CPUs they had
}

export class SharingFacts {
  private readonly waitingSince = new Map<number, number>(); // by thread
  private readonly onCpu = new Set<number>(); // threads of the neighbours
  private lastForeign = -1; // when a neighbour was on a CPU last
  private at = 0;
  private waitNs = 0;
  private behindNs = 0;
  private longestNs = 0;
  private readonly behind: number[] = [];

  row({ kind, at, m, b }: EventRecord): void {
    switch (kind) {
      case ev.THREAD_WAKE:
      case ev.THREAD_RELEASE:
        this.moveTo(at);
        this.waitingSince.set(m, at);
        break;
      case ev.THREAD_OFF_CPU:
        if (b !== 1) break;
        this.moveTo(at);
        this.waitingSince.set(m, at);
        break;
      case ev.THREAD_ON_CPU:
      case ev.THREAD_THROTTLE:
        this.moveTo(at);
        this.gone(m);
        break;
      case ev.NEIGHBOUR_ON:
        this.moveTo(at);
        this.onCpu.add(b);
        break;
      case ev.NEIGHBOUR_OFF:
        this.moveTo(at);
        this.onCpu.delete(b);
        break;
      default:
        break;
    }
  }

  private moveTo(at: number): void {
    const ns = at - this.at;
    this.at = at;
    const waiting = this.waitingSince.size;
    if (this.onCpu.size > 0) this.lastForeign = at;
    if (ns === 0 || waiting === 0) return;
    this.waitNs += ns * waiting;
    const behind = ns * Math.min(waiting, this.onCpu.size);
    if (behind === 0) return;
    this.behindNs += behind;
    for (const thread of this.onCpu) this.behind[thread] = (this.behind[thread] ?? 0) + behind / this.onCpu.size;
  }

  private gone(m: number): void {
    const since = this.waitingSince.get(m);
    if (since === undefined) return;
    this.waitingSince.delete(m);
    if (this.lastForeign > since) this.longestNs = Math.max(this.longestNs, this.at - since);
  }

  done(endNs: number): Sharing {
    this.moveTo(endNs);
    return { waitNs: this.waitNs, behindNs: this.behindNs, longestNs: this.longestNs, behind: Array.from(this.behind, (ns) => ns ?? 0) };
  }
}
