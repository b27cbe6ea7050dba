// Other processes on the machine: each is a control group with threads that compute and rest in turn, for fixed times or
// for times drawn from a stream of its own. They are threads of the machine as the process's are, but nobody resumes them:
// all they do is to be in the way.

import { quantile } from '../base/distributions.ts';
import { Stream, unitFrom } from '../base/prng.ts';
import { OWN_GROUP, Thread } from './thread.ts';

/** A time in ns: fixed, or a distribution of base/distributions.ts with its arguments. */
export type Span = number | { readonly kind: number; readonly a: number; readonly b: number };

export interface NeighbourSpec {
  readonly name: string;
  readonly threads: number;
  readonly cpuWeight: number;
  readonly busy: Span; // how long a thread computes
  readonly idle: Span | null; // and rests then; null: it never does
  readonly fromNs: number; // when its threads begin
}

/** A thread that never rests is asked so often what to do next. */
const NEVER_ENDING_NS = 1_000_000_000;

export class Neighbours {
  readonly threads: Thread[] = [];
  private readonly specs: readonly NeighbourSpec[];
  private readonly streams: Stream[] = []; // by thread
  private readonly worked: boolean[] = []; // by thread: it has just computed

  constructor(specs: readonly NeighbourSpec[], seed: number) {
    this.specs = specs;
    specs.forEach(({ name, threads }, i) => {
      for (let n = 0; n < threads; n++) {
        this.threads.push(new Thread(this.threads.length, OWN_GROUP + 1 + i));
        this.streams.push(new Stream(seed, `neighbour ${name} ${n}`));
        this.worked.push(false);
      }
    });
  }

  beginsAt(thread: Thread): number {
    return this.specOf(thread).fromNs;
  }

  /** How long the thread rests before it computes; 0: not at all. */
  rests(thread: Thread): number {
    const { idle } = this.specOf(thread);
    if (idle === null || !this.worked[thread.id]) return 0;
    this.worked[thread.id] = false;
    return this.draw(thread, idle);
  }

  /** How long it computes. */
  works(thread: Thread): number {
    const { busy, idle } = this.specOf(thread);
    this.worked[thread.id] = true;
    return idle === null ? NEVER_ENDING_NS : Math.max(1, this.draw(thread, busy));
  }

  /** Processor time of each neighbour, ns, given that of a thread. */
  times(timeOf: (thread: Thread) => number): number[] {
    const times = this.specs.map(() => 0);
    for (const thread of this.threads) times[thread.group - 1 - OWN_GROUP]! += timeOf(thread);
    return times;
  }

  private specOf(thread: Thread): NeighbourSpec {
    return this.specs[thread.group - 1 - OWN_GROUP]!;
  }

  private draw(thread: Thread, span: Span): number {
    if (typeof span === 'number') return span;
    const stream = this.streams[thread.id]!;
    return quantile(span.kind, span.a, span.b, unitFrom(stream.next32(), stream.next32()));
  }
}
