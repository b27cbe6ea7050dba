// Frames of goroutines: slabs of one array of doubles, by size, with a free list for each size. A goroutine's slab holds
// its body's frame and those of the deepest chain of calls from there; its size is known when the program is compiled.

import type { Budget } from '../base/budget.ts';
import { doubles } from '../runtime/g.ts';
import type { Program } from './program.ts';
import * as ir from './program.ts';

const FIRST_CAPACITY = 1 << 10;
const GROWTH = 16;
const SLOWER_FROM = 1 << 24; // a capacity from which on it is only 2

export class Frames {
  data = new Float64Array(FIRST_CAPACITY);
  private used = 0;
  private readonly free: number[] = []; // by size; the first word of a free slab is the next one
  private readonly budget: Budget;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  alloc(size: number): number {
    const head = this.free[size] ?? -1;
    if (head >= 0) {
      this.free[size] = this.data[head]!;
      for (let i = head; i < head + size; i++) this.data[i] = 0; // frames are short: fill is a call into the engine
      return head;
    }
    this.budget.take(8 * size);
    const fp = this.used;
    this.used += size;
    let n = this.data.length;
    while (this.used > n) n *= n < SLOWER_FROM ? GROWTH : 2;
    if (n > this.data.length) this.data = doubles(this.data, n);
    return fp;
  }

  release(fp: number, size: number): void {
    this.data[fp] = this.free[size] ?? -1;
    this.free[size] = fp;
  }
}

/** Per CALL instruction: the size of the frame it stands in. */
export function callerFrames(program: Program): Int32Array {
  const entries = program.bodies.map((body) => ({ entry: body.entry, size: body.frameSize })).sort((a, b) => a.entry - b.entry);
  const n = program.code.length / ir.STRIDE;
  const sizes = new Int32Array(n);
  let k = -1;
  for (let pc = 0; pc < n; pc++) {
    while (k + 1 < entries.length && entries[k + 1]!.entry <= pc) k++;
    if (program.code[pc * ir.STRIDE] === ir.CALL) sizes[pc] = entries[k]!.size;
  }
  return sizes;
}
