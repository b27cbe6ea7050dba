// What the CPUs will do next: at most one event for each, as a short list of CPUs sorted by (at, seq) with the earliest at the
// end. Where many threads run at once nearly every event is one of these, and they come in nearly in order, so that
// inserting moves few entries; a heap costs twice as much at eight CPUs.

import { ZERO_NS } from '../base/zero.ts';

export class CpuEvents {
  /** Time of the earliest, Infinity when there is none. */
  headAt = Number.POSITIVE_INFINITY;
  /** Its order among those of one instant. */
  headSeq = ZERO_NS;
  private size = 0;
  private readonly order: Int32Array;
  // by CPU
  private readonly at: Float64Array;
  private readonly seq: Float64Array;

  constructor(cpus: number) {
    this.order = new Int32Array(cpus);
    this.at = new Float64Array(cpus);
    this.seq = new Float64Array(cpus);
  }

  /** Adds the event of a CPU that has none; seq is higher than that of every other. */
  push(at: number, seq: number, cpu: number): void {
    const { order, at: ats } = this;
    let i = this.size++;
    if (i === 0 || at < this.headAt) {
      this.headAt = at;
      this.headSeq = seq;
    } else {
      do order[i] = order[i - 1]!;
      while (--i > 0 && ats[order[i - 1]!]! <= at);
    }
    order[i] = cpu;
    ats[cpu] = at;
    this.seq[cpu] = seq;
  }

  /** Removes the earliest and returns its CPU. */
  pop(): number {
    const cpu = this.order[--this.size]!;
    this.look();
    return cpu;
  }

  /** Removes the event of a CPU, if it has one. */
  remove(cpu: number): void {
    let i = this.size - 1;
    while (i >= 0 && this.order[i] !== cpu) i--;
    if (i < 0) return;
    this.order.copyWithin(i, i + 1, this.size--);
    this.look();
  }

  private look(): void {
    const { size } = this;
    const cpu = size === 0 ? -1 : this.order[size - 1]!;
    this.headAt = cpu < 0 ? Number.POSITIVE_INFINITY : this.at[cpu]!;
    this.headSeq = cpu < 0 ? 0 : this.seq[cpu]!;
  }
}
