// What the methods of a program in TypeScript return that ask the runtime for one thing: used with yield*, as a generator is,
// but without a generator's cost. A goroutine has one such object, for it asks for one thing at a time, and waits for that.

import type { GoWorkload } from './go-workload.ts';

/** What a goroutine's function, and every method that takes time, returns: to be used with yield*. */
export interface Routine<R> extends Iterator<undefined, R, undefined> {
  throw(e: unknown): IteratorResult<undefined, R>;
  [Symbol.iterator](): Routine<R>;
}

/** What comes of an operation for the program: nothing, a value, or a value and whether there was one. */
export type Answer = 0 | 1 | 2;
export const NOTHING = 0;
export const VALUE = 1;
export const VALUE_OK = 2;

const ASKED: IteratorYieldResult<undefined> = { done: false, value: undefined };
const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

export class Operation implements Routine<unknown> {
  answer: Answer = NOTHING;
  asked = true; // it has been waited for, or is now
  private readonly work: GoWorkload;

  constructor(work: GoWorkload) {
    this.work = work;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<undefined, unknown> {
    if (!this.asked) {
      this.asked = true;
      if (!this.work.happensAtOnce()) return ASKED;
    }
    const { answer, work } = this;
    if (answer === NOTHING) return DONE;
    const ok = work.hasReceived();
    const value = ok ? work.received() : undefined;
    return { done: true, value: answer === VALUE ? value : [value, ok] };
  }

  /** A panic of the operation. */
  throw(e: unknown): never {
    throw e;
  }
}
