// A P's timers: the 4-ary heap that Go keeps, with its tie rules (a parent moves down only for a strictly earlier child,
// the first smallest child goes up), since the order of equal deadlines is visible to programs. An entry is a goroutine
// that sleeps, or a channel timer.

import type { ChanTimer } from './timers.ts';

export class TimerHeap {
  size = 0;
  zombies = 0;
  private when: number[] = [];
  private what: (number | ChanTimer)[] = [];

  /** Deadline of the head, 0 when empty. */
  wakeTime(): number {
    return this.size === 0 ? 0 : this.when[0]!;
  }

  head(): number | ChanTimer {
    return this.what[0]!;
  }

  last(): number | ChanTimer {
    return this.what[this.size - 1]!;
  }

  add(when: number, what: number | ChanTimer): void {
    const n = this.size++;
    this.when[n] = when;
    this.what[n] = what;
    this.siftUp(n);
  }

  deleteMin(): void {
    const last = --this.size;
    if (last > 0) {
      this.when[0] = this.when[last]!;
      this.what[0] = this.what[last]!;
    }
    this.when.length = last;
    this.what.length = last;
    if (last > 0) this.siftDown(0);
  }

  deleteLast(): void {
    this.size--;
    this.when.length = this.size;
    this.what.length = this.size;
  }

  /** Drops every entry for which `gone` holds, the last one taking its place, and rebuilds the heap. */
  sweep(gone: (what: number | ChanTimer) => boolean): void {
    const before = this.size;
    for (let i = 0; i < this.size; ) {
      if (!gone(this.what[i]!)) {
        i++;
        continue;
      }
      const last = this.size - 1;
      this.when[i] = this.when[last]!;
      this.what[i] = this.what[last]!;
      this.deleteLast();
    }
    if (this.size === before || this.size < 2) return;
    for (let i = (this.size - 2) >> 2; i >= 0; i--) this.siftDown(i);
  }

  private siftUp(start: number): void {
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
