// The run: steps the world until the program ends, a cap or the horizon is reached, or nothing is left to happen.

import { endRun } from '../runtime/proc.ts';
import { Throw } from '../runtime/threads.ts';
import { OUTCOME } from '../trace/events.ts';
import type { EventLog } from '../trace/log.ts';
import { checkInvariants } from './check.ts';
import type { RunOptions } from './options.ts';
import type { Program } from './program.ts';
import type { Result } from './result.ts';
import { keptLog, summarise } from './summarise.ts';
import type { World } from './world.ts';
import { createWorld } from './world.ts';

export interface Run {
  readonly result: Result;
  /** The event log; null when it was not asked for, or longer than RunOptions.maxLogBytes. */
  readonly log: EventLog | null;
  /** Index into Program.places of the step whose error ended the run, null when there was none. */
  readonly errorPlace: number | null;
}

/** Runs a compiled program to its end. The same program and options give the same result, on any machine. */
export function simulate(program: Program, options: RunOptions): Run {
  const world = createWorld(program, options);
  runToEnd(world);
  return { result: summarise(world), log: keptLog(world), errorPlace: world.output.errorPlace < 0 ? null : world.output.errorPlace };
}

/** Steps a world until it has an end. */
export function runToEnd(world: World): void {
  const { machine, sched } = world;
  try {
    stepAll(world);
  } catch (e) {
    if (!(e instanceof Throw)) throw e; // the simulated process died in the middle of something
  }
  if (sched.end === null) {
    if (machine.horizonReached) endRun(sched, 'until', 0, '');
    else endRun(sched, 'hang', 2, 'nothing can happen any more, and Go would not notice');
  }
  sched.trace(OUTCOME, -1, -1, -1, sched.end!.kind, -1);
}

function stepAll(world: World): void {
  const { machine, sched, options } = world;
  while (sched.end === null && machine.step()) {
    if (options.check && sched.end === null) checkInvariants(world);
    if (machine.steps > options.maxEvents) endRun(sched, 'limit', 1, `more than ${options.maxEvents} steps`);
  }
}
