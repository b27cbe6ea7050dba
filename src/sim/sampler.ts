// Samples: the state of the scheduler at instants of a fixed distance, without a trace in the run itself. What Go's
// schedtrace prints is one of these.

import { runqlen } from '../runtime/runq.ts';
import type { Sample } from './result.ts';
import type { World } from './world.ts';

/** Who wants samples: every `everyNs` of virtual time, from 0 on. */
export interface Sampling {
  readonly everyNs: number;
  readonly take: (sample: Sample) => void;
}

/** Knows when the next samples are due and takes them. */
export class Sampler {
  /** The instant before which nothing is to be sampled. */
  next = Number.POSITIVE_INFINITY;
  readonly isWanted: boolean;
  private readonly wanted: { readonly sampling: Sampling; dueAt: number }[];

  constructor(samplings: readonly Sampling[]) {
    this.wanted = samplings.map((sampling) => ({ sampling, dueAt: 0 }));
    this.isWanted = samplings.length > 0;
    if (this.isWanted) this.next = 0;
  }

  /** Everything before `next` has happened. */
  take(world: World): void {
    const atNs = this.next;
    const sample = sampleOf(world, atNs);
    this.next = Number.POSITIVE_INFINITY;
    for (const one of this.wanted) {
      if (one.dueAt === atNs) {
        one.sampling.take(sample);
        one.dueAt += one.sampling.everyNs;
      }
      this.next = Math.min(this.next, one.dueAt);
    }
  }
}

function sampleOf({ sched }: World, atNs: number): Sample {
  return {
    atNs,
    runqueue: sched.runqsize,
    local: sched.allp.map(runqlen),
    idleProcs: sched.npidle,
    threads: sched.mcount(),
    idleThreads: sched.nmidle,
    spinningThreads: sched.nmspinning,
    needSpinning: sched.needspinning,
    goroutines: sched.goLive,
    schedticks: sched.allp.map((pp) => pp.schedtick >>> 0),
  };
}
