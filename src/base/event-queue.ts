// The queue of future events: a binary heap ordered by (at, seq), so that events of one instant come out in the order
// they were pushed. Payloads are one integer. Nothing is removed from the middle: an event that no longer holds is left
// in and recognised as stale by whoever pops it, through its seq.
//
// Tried: one heap with positions for removal (slower by the position writes), 4-ary (no gain in V8).

import { ZERO_NS } from './zero.ts';

export class EventQueue {
  /** Time of the earliest event, Infinity when there is none. */
  headAt = Number.POSITIVE_INFINITY;
  /** Its order among those of one instant; 0 when there is none. */
  headSeq = ZERO_NS;
  size = 0;
  private at = new Float64Array(1024);
  private seq = new Float64Array(1024);
  private item = new Int32Array(1024);

  /** Adds an event; seq is higher than that of every other. */
  push(at: number, seq: number, item: number): void {
    if (this.size === this.at.length) this.grow();
    const ats = this.at;
    const seqs = this.seq;
    const items = this.item;
    let i = this.size++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (ats[parent]! <= at) break; // a newer event never goes before an equal older one
      ats[i] = ats[parent]!;
      seqs[i] = seqs[parent]!;
      items[i] = items[parent]!;
      i = parent;
    }
    ats[i] = at;
    seqs[i] = seq;
    items[i] = item;
    this.headAt = ats[0]!;
    this.headSeq = seqs[0]!;
  }

  /** Removes the earliest event and returns its item. */
  pop(): number {
    const ats = this.at;
    const seqs = this.seq;
    const items = this.item;
    const item = items[0]!;
    const n = --this.size;
    if (n === 0) {
      this.headAt = Number.POSITIVE_INFINITY;
      this.headSeq = 0;
      return item;
    }
    const at = ats[n]!;
    const seq = seqs[n]!;
    const last = items[n]!;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= n) break;
      const right = child + 1;
      if (right < n && (ats[right]! < ats[child]! || (ats[right] === ats[child] && seqs[right]! < seqs[child]!))) child = right;
      if (at < ats[child]! || (at === ats[child] && seq < seqs[child]!)) break;
      ats[i] = ats[child]!;
      seqs[i] = seqs[child]!;
      items[i] = items[child]!;
      i = child;
    }
    ats[i] = at;
    seqs[i] = seq;
    items[i] = last;
    this.headAt = ats[0]!;
    this.headSeq = seqs[0]!;
    return item;
  }

  private grow(): void {
    this.at = grown(this.at, new Float64Array(this.at.length * 4));
    this.seq = grown(this.seq, new Float64Array(this.seq.length * 4));
    this.item = grown(this.item, new Int32Array(this.item.length * 4));
  }
}

function grown<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
