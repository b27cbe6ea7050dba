// Goroutines: a goroutine is a small integer, its fields are columns of typed arrays. Numbers are recycled through the
// free lists of gfree.ts, as Go recycles its G structures. Columns grow in few large steps: memory that was reserved but
// never touched costs nothing, and no copy of a column is made more than twice on the way to sixteen million goroutines.
//
// A column must not be kept in a local variable across anything that can create a goroutine: it may have been replaced.

import type { Budget } from '../base/budget.ts';

// states, numbered as Go numbers them
export const Gidle = 0;
export const Grunnable = 1;
export const Grunning = 2;
export const Gsyscall = 3;
export const Gwaiting = 4;
export const Gdead = 6;

export const STATUS_NAMES: readonly string[] = ['idle', 'runnable', 'running', 'syscall', 'waiting', '', 'dead'];

const FIRST_CAPACITY = 1 << 12;
const GROWTH = 64;
const SLOWER_FROM = 1 << 24; // a capacity from which on it is only 4
const BYTES = 128; // of a goroutine: its columns, and what it takes to wait for one thing

export class Goroutines {
  /** How many numbers have been given out; 0 .. count - 1 are valid. */
  count = 0;
  private capacity = FIRST_CAPACITY;
  private readonly budget: Budget;

  status = new Uint8Array(FIRST_CAPACITY);
  waitreason = new Uint8Array(FIRST_CAPACITY);
  preempt = new Uint8Array(FIRST_CAPACITY); // a preemption is requested
  op = new Uint8Array(FIRST_CAPACITY); // the operation under way (ops.ts)
  stage = new Uint8Array(FIRST_CAPACITY); // where in that operation to go on when it next runs; 0: the next operation
  flags = new Uint8Array(FIRST_CAPACITY); // F_*
  bits = new Uint8Array(FIRST_CAPACITY); // of the operation: success of a receive, flags of Lock …
  obj = new Int32Array(FIRST_CAPACITY); // of the operation: the channel, lock … it is about; the case a select took
  val = new Float64Array(FIRST_CAPACITY); // of the operation: ns left of a burst, value sent or received …
  link = new Int32Array(FIRST_CAPACITY); // next in the queue or list it is in
  waiting = new Int32Array(FIRST_CAPACITY); // its first sudog, while it waits on channels
  goid = new Int32Array(FIRST_CAPACITY);
  since = new Float64Array(FIRST_CAPACITY); // when it became runnable, or when it blocked
  lockedm = new Int32Array(FIRST_CAPACITY); // 1 + the M it is locked to, 0: none
  wg = new Int32Array(FIRST_CAPACITY); // 1 + the WaitGroup that is Done when it ends, 0: none
  cpu = new Int32Array(FIRST_CAPACITY); // that it ran on last, or was made on

  // owned by the workload
  body = new Int32Array(FIRST_CAPACITY); // negative: one of the runtime's own
  index = new Int32Array(FIRST_CAPACITY);
  pc = new Int32Array(FIRST_CAPACITY);
  fp = new Int32Array(FIRST_CAPACITY); // its frame, -1: none
  key0 = new Int32Array(FIRST_CAPACITY); // its random stream
  key1 = new Int32Array(FIRST_CAPACITY);
  draws = new Int32Array(FIRST_CAPACITY);
  spawns = new Int32Array(FIRST_CAPACITY);

  constructor(budget: Budget) {
    this.budget = budget;
  }

  /** A number never used before. */
  fresh(): number {
    this.budget.take(BYTES);
    if (this.count === this.capacity) this.grow();
    return this.count++;
  }

  private grow(): void {
    const n = this.capacity * (this.capacity < SLOWER_FROM ? GROWTH : 4);
    this.capacity = n;
    this.status = bytes(this.status, n);
    this.waitreason = bytes(this.waitreason, n);
    this.preempt = bytes(this.preempt, n);
    this.op = bytes(this.op, n);
    this.stage = bytes(this.stage, n);
    this.flags = bytes(this.flags, n);
    this.bits = bytes(this.bits, n);
    this.obj = words(this.obj, n);
    this.val = doubles(this.val, n);
    this.link = words(this.link, n);
    this.waiting = words(this.waiting, n);
    this.goid = words(this.goid, n);
    this.since = doubles(this.since, n);
    this.lockedm = words(this.lockedm, n);
    this.wg = words(this.wg, n);
    this.cpu = words(this.cpu, n);
    this.body = words(this.body, n);
    this.index = words(this.index, n);
    this.pc = words(this.pc, n);
    this.fp = words(this.fp, n);
    this.key0 = words(this.key0, n);
    this.key1 = words(this.key1, n);
    this.draws = words(this.draws, n);
    this.spawns = words(this.spawns, n);
  }
}

// flags
export const F_RECOVER = 1; // a panic ends only its body
export const F_SYSTEM = 2; // one of the runtime's own: not counted for deadlocks
export const F_MAIN = 4;

export function bytes(old: Uint8Array, n: number): Uint8Array<ArrayBuffer> {
  const column = new Uint8Array(n);
  column.set(old);
  return column;
}

export function words(old: Int32Array, n: number): Int32Array<ArrayBuffer> {
  const column = new Int32Array(n);
  column.set(old);
  return column;
}

export function doubles(old: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const column = new Float64Array(n);
  column.set(old);
  return column;
}
