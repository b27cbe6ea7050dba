// Which onces an instruction stands inside of, innermost first. Looked up for every call that a panic or Goexit leaves,
// so each instruction knows its innermost range, and each range the next one around it.

import type { UnwindRange } from './program.ts';

export class OnceRanges {
  private readonly ranges: readonly UnwindRange[];
  private readonly innermost: Int32Array; // by instruction: a range's number, -1: none
  private readonly around: Int32Array; // by range

  /** `ranges`: inner ones before outer ones. */
  constructor(ranges: readonly UnwindRange[], instructions: number) {
    this.ranges = ranges;
    this.innermost = new Int32Array(ranges.length === 0 ? 0 : instructions).fill(-1);
    this.around = new Int32Array(ranges.length).fill(-1);
    const open: number[] = []; // ranges that may have one around them
    for (const [k, { from, to }] of ranges.entries()) {
      for (let pc = from; pc < to; pc++) if (this.innermost[pc] === -1) this.innermost[pc] = k;
      while (open.length > 0 && ranges[open.at(-1)!]!.from >= from) this.around[open.pop()!] = k;
      open.push(k);
    }
  }

  /** Adds the onces that the instruction is inside of. */
  addTo(onces: number[], pc: number): void {
    if (this.ranges.length === 0) return;
    for (let k = this.innermost[pc]!; k >= 0; k = this.around[k]!) onces.push(this.ranges[k]!.once);
  }
}
