// A thread of the kernel, and the states it can be in.

import { ZERO_NS } from '../base/zero.ts';
import { Load } from './load.ts';
import { Entity } from './run-queue.ts';

export const THREAD_ASLEEP = 0;
export const THREAD_WAITING = 1; // runnable, in the run queue of a CPU
export const THREAD_RUNNING = 2;
export const THREAD_DEAD = 3;
export const THREAD_THROTTLED = 4; // runnable, held by a CPU that has no runtime

/** The control group of the process that is simulated; the others are neighbours. */
export const OWN_GROUP = 0;

export class Thread extends Entity {
  readonly id: number; // among those of its kind: the process's own, or the neighbours'
  readonly group: number;
  load = new Load();
  state = THREAD_ASLEEP;
  cpu = -1; // that it is on
  lastCpu = -1; // that it was on, or in the queue of, last
  cpuBefore = -1; // that it was on when it woke last
  stillSince = Number.NEGATIVE_INFINITY; // when it last left a CPU, or went to the queue of another
  wakerCpu = -1; // of the thread that wakes it; -1: a device or its own timer
  left = ZERO_NS; // ns of the current burn that remain, while off a CPU
  burnEnd = ZERO_NS; // instant at which it ends, while on one
  burnNs = ZERO_NS; // how long it was when it began
  onSince = ZERO_NS; // since when it is on its CPU
  cpuNs = ZERO_NS; // processor time consumed so far, without the current stay
  wakeSeq = ZERO_NS; // the event that will wake it; 0: none
  wakeTime = ZERO_NS; // when that is
  lateNs = ZERO_NS - 1; // after that, if its CPU idles then; -1: it is not its own timer that wakes it
  hasWoken = false; // since the client looked last
  signalPending = false;

  constructor(id: number, group: number) {
    super();
    this.id = id;
    this.group = group;
  }

  /** The thread, which is asleep, counts as one that has slept for long. */
  setRested(): void {
    this.load = new Load(0);
  }
}
