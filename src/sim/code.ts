// What runs in a world, of whatever kind: a compiled scenario or a program in TypeScript. A kind says which objects there
// are at time 0, makes the workload, and names for the result what it wants to see there.

import type { Budget } from '../base/budget.ts';
import type { SampleSet } from '../base/samples.ts';
import type { Machine } from '../machine/machine.ts';
import type { Costs } from '../runtime/costs.ts';
import type { Goroutines } from '../runtime/g.ts';
import type { Workload } from '../runtime/ops.ts';
import type { Objects, Sched } from '../runtime/sched.ts';
import type { Setup } from '../runtime/setup.ts';
import type { ProgramOutput } from './output-book.ts';
import type { ObjectNames } from './program.ts';
import type { SystemGoroutines } from './system-program.ts';

/** What the result lists by name; a program that makes objects while it runs adds to it. */
export interface Names {
  readonly channels: readonly ObjectNames[];
  readonly mutexes: readonly ObjectNames[];
  readonly listeners: readonly { readonly name: string }[];
  readonly spans: readonly string[];
}

/** What a workload may use of its world. */
export interface Inside {
  readonly g: Goroutines;
  readonly machine: Machine;
  readonly costs: Costs;
  readonly objects: Objects;
  readonly system: SystemGoroutines;
  readonly output: ProgramOutput;
  readonly seed: number;
  readonly budget: Budget;
  /** Whether len and cap of a timer's channel are 0, as from Go 1.23 on. */
  readonly lazyChanTimers: boolean;
  /** Not there yet while the workload is made. */
  readonly sched: () => Sched;
}

export interface Work extends Workload {
  /** Measured so far, as Names.spans. */
  readonly spans: readonly SampleSet[];
  /** Of a goroutine with this body; negative: one of the runtime's own. */
  nameOf(body: number): string;
}

export interface Code {
  readonly names: Names;
  readonly objects: Objects;
  readonly setup: Setup;
  work(inside: Inside): Work;
}
