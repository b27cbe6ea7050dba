// What the CPUs will do next: at most one event for each, as a short list sorted by (at, seq) with the earliest at the
// end. Where many threads run at once nearly every event is one of these, and they come in nearly in order, so that
// inserting moves few entries; a heap costs twice as much at eight CPUs.

import { ZERO_NS } from '../base/zero.ts';

export class CpuEvents {
  /** Time of the earliest, Infinity when there is none. */
  headAt = Number.POSITIVE_INFINITY;
  /** Its order among those of one instant. */
  headSeq = ZERO_NS;
  private size = 0;
  private readonly at: Float64Array;
  private readonly seq: Float64Array;
  private readonly cpu: Int32Array;

  constructor(cpus: number) {
    this.at = new Float64Array(cpus);
    this.seq = new Float64Array(cpus);
    this.cpu = new Int32Array(cpus);
  }

  /** Adds the event of a CPU that has none; seq is higher than that of every other. */
  push(at: number, seq: number, cpu: number): void {
    const ats = this.at;
    let i = this.size++;
    while (i > 0 && ats[i - 1]! <= at) {
      ats[i] = ats[i - 1]!;
      this.seq[i] = this.seq[i - 1]!;
      this.cpu[i] = this.cpu[i - 1]!;
      i--;
    }
    ats[i] = at;
    this.seq[i] = seq;
    this.cpu[i] = cpu;
    this.look();
  }

  /** Removes the earliest and returns its CPU. */
  pop(): number {
    const cpu = this.cpu[--this.size]!;
    this.look();
    return cpu;
  }

  /** Removes the event of a CPU, if it has one. */
  remove(cpu: number): void {
    let i = this.size - 1;
    while (i >= 0 && this.cpu[i] !== cpu) i--;
    if (i < 0) return;
    this.size--;
    this.at.copyWithin(i, i + 1, this.size + 1);
    this.seq.copyWithin(i, i + 1, this.size + 1);
    this.cpu.copyWithin(i, i + 1, this.size + 1);
    this.look();
  }

  private look(): void {
    const last = this.size - 1;
    this.headAt = last < 0 ? Number.POSITIVE_INFINITY : this.at[last]!;
    this.headSeq = last < 0 ? 0 : this.seq[last]!;
  }
}
