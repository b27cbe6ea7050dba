// A CPU: what it runs, and what it holds because a CPU limit has no runtime for it.

import { ZERO_NS } from '../base/zero.ts';
import type { Thread } from './thread.ts';
import { OWN_GROUP } from './thread.ts';

export class CPU {
  readonly id: number;
  thread: Thread | null = null;
  held: Thread | null = null; // throttled
  pending = false; // it has an event: the end of a burn or of a slice
  sliceEnd = Number.POSITIVE_INFINITY;
  busyNs = ZERO_NS;

  constructor(id: number) {
    this.id = id;
  }

  /** Whether a thread of this control group could run at once. */
  isIdleFor(group: number): boolean {
    return this.thread === null && (group !== OWN_GROUP || this.held === null);
  }
}

/** The CPU that a device interrupts: one that runs something if there is one, for what it was asked for was asked there. */
export function busyCpu(cpus: readonly CPU[], device: number): CPU {
  const first = device % cpus.length;
  for (let i = 0; i < cpus.length; i++) {
    const cpu = cpus[first + i < cpus.length ? first + i : first + i - cpus.length]!;
    if (cpu.thread !== null) return cpu;
  }
  return cpus[first]!;
}
