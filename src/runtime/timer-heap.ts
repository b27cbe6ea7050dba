// A P's timers: the 4-ary heap that Go keeps, with its tie rules (a parent moves down only for a strictly earlier child,
// the first smallest child goes up), since the order of equal deadlines is visible to programs. An entry is a goroutine
// that sleeps, or a timer. What a stop or a reset leaves to be done in the heap is in timer-repair.ts.

import { ZERO_NS } from '../base/zero.ts';
import { doubles } from './g.ts';
import type { Timer } from './timer.ts';

export class TimerHeap {
  size = 0;
  peak = 0; // the largest size so far
  zombies = 0;
  /** Not later than the deadline of any timer that was changed and whose entry still says something else; 0: none was. */
  earliestModified = ZERO_NS;
  private when = new Float64Array(16);
  private readonly what: (number | Timer)[] = []; // never gets shorter: setting a length is slow

  /** When somebody must look at this heap, 0 when it is empty. */
  wakeTime(): number {
    if (this.size === 0) return 0;
    const head = this.when[0]!;
    return this.earliestModified !== 0 && this.earliestModified < head ? this.earliestModified : head;
  }

  headWhen(): number {
    return this.when[0]!;
  }

  head(): number | Timer {
    return this.what[0]!;
  }

  at(i: number): number | Timer {
    return this.what[i]!;
  }

  whenAt(i: number): number {
    return this.when[i]!;
  }

  add(when: number, what: number | Timer): void {
    const n = this.size++;
    if (n === this.when.length) this.when = doubles(this.when, n * 4);
    this.when[n] = when;
    this.what[n] = what;
    this.siftUp(n);
  }

  deleteMin(): void {
    this.takeLastTo(0);
    if (this.size > 0) this.siftDown(0);
    else this.earliestModified = 0;
  }

  /** Takes an entry out, as Go up to 1.22 does. Returns the smallest index whose entry is another one now. */
  deleteAt(i: number): number {
    const moves = i !== this.size - 1;
    this.takeLastTo(i);
    if (this.size === 0) this.earliestModified = 0;
    if (!moves) return i;
    const changed = this.siftUp(i);
    this.siftDown(i);
    return changed;
  }

  /** The head's deadline becomes a later one. */
  postponeHead(when: number): void {
    this.when[0] = when;
    this.siftDown(0);
  }

  // ---- without keeping the order; whoever calls these restores it

  /** The last entry takes the place of this one, which is gone. */
  takeLastTo(i: number): void {
    const last = --this.size;
    this.when[i] = this.when[last]!;
    this.what[i] = this.what[last]!;
    this.what[last] = 0;
  }

  setWhen(i: number, when: number): void {
    this.when[i] = when;
  }

  setAt(i: number, when: number, what: number | Timer): void {
    this.when[i] = when;
    this.what[i] = what;
  }

  shorten(size: number): void {
    this.what.fill(0, size, this.size);
    this.size = size;
  }

  /** Orders all entries anew. */
  rebuild(): void {
    for (let i = (this.size - 2) >> 2; i >= 0; i--) this.siftDown(i);
  }

  /** Returns where the entry came to stand. */
  siftUp(start: number): number {
    const whens = this.when;
    const whats = this.what;
    const when = whens[start]!;
    const what = whats[start]!;
    let i = start;
    while (i > 0) {
      const parent = (i - 1) >> 2;
      if (when >= whens[parent]!) break;
      whens[i] = whens[parent]!;
      whats[i] = whats[parent]!;
      i = parent;
    }
    whens[i] = when;
    whats[i] = what;
    return i;
  }

  private siftDown(start: number): void {
    const whens = this.when;
    const whats = this.what;
    const n = this.size;
    const when = whens[start]!;
    const what = whats[start]!;
    let i = start;
    for (;;) {
      const first = i * 4 + 1;
      if (first >= n) break;
      let best = -1;
      let bestWhen = when;
      const end = first + 4 < n ? first + 4 : n;
      for (let child = first; child < end; child++) {
        if (whens[child]! < bestWhen) {
          bestWhen = whens[child]!;
          best = child;
        }
      }
      if (best < 0) break;
      whens[i] = bestWhen;
      whats[i] = whats[best]!;
      i = best;
    }
    whens[i] = when;
    whats[i] = what;
  }
}
