// P: the right to run Go code, with its queue of goroutines and its timers. Go marks a P that is in a system call (up to
// 1.25 by a state of its own); here that is read off the state of its M's goroutine, as Go 1.26 does.

import { ZERO_NS } from '../base/zero.ts';
import type { M } from './m.ts';
import { TimerHeap } from './timer-heap.ts';

// what the time of a P goes to
export const KIND_GOROUTINE = 0;
export const KIND_GC = 1;
export const KIND_SCHED = 2;
export const KIND_SPINNING = 3;
export const KIND_SYSCALL = 4;
export const KIND_IDLE = 5;
export const KINDS = 6;

export class P {
  readonly id: number;
  /** The M that holds it: running Go code, or in a system call and not yet retaken. */
  m: M | null = null;
  idle = false; // on the idle list; a P that is neither held nor idle is on its way to a thread that wakes
  link: P | null = null; // next on the idle list

  schedtick = 0; // + 1 for every goroutine that starts without inheriting the time slice
  syscalltick = 0; // + 1 for every system call that ended or lost this P
  // what sysmon saw last
  sysmonSchedtick = 0;
  sysmonSchedwhen = ZERO_NS;
  sysmonSyscalltick = 0;
  sysmonSyscallwhen = ZERO_NS;

  // the local queue: a ring, head and tail only grow (32-bit wrap), length is a power of two
  readonly runq: Int32Array;
  readonly mask: number;
  runqhead = 0;
  runqtail = 0;
  runnext = -1;

  gfree = -1; // free goroutines, last in first out
  gfreeCount = 0;
  goidcache = 0;
  goidcacheend = 0;

  readonly timers = new TimerHeap();

  // accounting: since when its time goes to `kind`
  kind = KIND_IDLE;
  kindSince = ZERO_NS;
  readonly times = new Float64Array(KINDS);
  sliceStart = ZERO_NS;

  constructor(id: number, runqsize: number) {
    this.id = id;
    this.runq = new Int32Array(runqsize);
    this.mask = runqsize - 1;
  }
}
