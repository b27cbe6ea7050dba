// Sudogs: goroutines waiting on channels, as columns with a free list. A goroutine that waits in a select has one for
// each case, linked through `waitlink`.

import type { Budget } from '../base/budget.ts';
import { bytes, doubles, words } from './g.ts';

const FIRST_CAPACITY = 1 << 8;
const GROWTH = 16;
const SLOWER_FROM = 1 << 20; // a capacity from which on it is only 4
const BYTES = 37;

export class Sudogs {
  g = new Int32Array(FIRST_CAPACITY);
  next = new Int32Array(FIRST_CAPACITY);
  prev = new Int32Array(FIRST_CAPACITY);
  elem = new Float64Array(FIRST_CAPACITY); // value to send
  chan = new Int32Array(FIRST_CAPACITY);
  selectCase = new Int32Array(FIRST_CAPACITY); // -1: not in a select
  sending = new Uint8Array(FIRST_CAPACITY); // of a select's case
  waitlink = new Int32Array(FIRST_CAPACITY); // next sudog of the same goroutine
  private capacity = FIRST_CAPACITY;
  private used = 0;
  private free = -1;
  private readonly budget: Budget;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  /** One is free that was used before: taking it makes nothing new. */
  get hasFree(): boolean {
    return this.free >= 0;
  }

  acquire(gp: number, elem: number, selectCase: number): number {
    let sg = this.free;
    if (sg >= 0) {
      this.free = this.next[sg]!;
    } else {
      this.budget.take(BYTES);
      if (this.used === this.capacity) this.grow();
      sg = this.used++;
    }
    this.g[sg] = gp;
    this.elem[sg] = elem;
    this.selectCase[sg] = selectCase;
    return sg;
  }

  release(sg: number): void {
    this.next[sg] = this.free;
    this.free = sg;
  }

  private grow(): void {
    const n = this.capacity * (this.capacity < SLOWER_FROM ? GROWTH : 4);
    this.capacity = n;
    this.g = words(this.g, n);
    this.next = words(this.next, n);
    this.prev = words(this.prev, n);
    this.elem = doubles(this.elem, n);
    this.chan = words(this.chan, n);
    this.selectCase = words(this.selectCase, n);
    this.sending = bytes(this.sending, n);
    this.waitlink = words(this.waitlink, n);
  }
}
