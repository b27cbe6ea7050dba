// The processor time of neighbours, recomputed from the event log.

import type { Result } from '../sim/result.ts';
import * as ev from '../trace/events.ts';
import type { EventRecord } from '../trace/log.ts';

export class NeighbourRecounter {
  private readonly since = new Map<number, number>(); // by thread on a CPU
  private readonly ns: number[] = []; // by thread

  row({ kind, at, b }: EventRecord): void {
    if (kind === ev.NEIGHBOUR_ON) this.since.set(b, at);
    else if (kind === ev.NEIGHBOUR_OFF) this.off(b, at);
  }

  private off(thread: number, at: number): void {
    this.ns[thread] = (this.ns[thread] ?? 0) + at - (this.since.get(thread) ?? at);
    this.since.delete(thread);
  }

  /** Of each neighbour, given their numbers of threads. */
  done(endNs: number, threads: readonly number[]): number[] {
    for (const thread of [...this.since.keys()]) this.off(thread, endNs);
    let first = 0;
    return threads.map((n) => {
      const sum = Array.from({ length: n }, (_, i) => this.ns[first + i] ?? 0).reduce((a, b) => a + b, 0);
      first += n;
      return sum;
    });
  }
}

/** The numbers of threads of a result's neighbours, in their order. */
export function neighbourThreads(result: Result): number[] {
  return Object.values(result.neighbours).map((one) => one.threads);
}
