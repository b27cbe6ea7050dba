// The run: steps the world until the program ends, a cap or the horizon is reached, or nothing is left to happen. It can
// be done in pieces, so that whoever runs it can look after other things meanwhile; how it is cut changes nothing.

import { endRun } from '../runtime/proc.ts';
import { Throw } from '../runtime/threads.ts';
import { OUTCOME } from '../trace/events.ts';
import type { EventLog } from '../trace/log.ts';
import { checkInvariants } from './check.ts';
import type { GoMain } from './go-program.ts';
import type { RunOptions } from './options.ts';
import type { Program } from './program.ts';
import type { Result } from './result.ts';
import type { Sampling } from './sampler.ts';
import { Sampler } from './sampler.ts';
import { keptLog, summarise } from './summarise.ts';
import type { World } from './world.ts';
import { createWorld, keepShapes } from './world.ts';

export interface Run {
  readonly result: Result;
  /** The event log; null when it was not asked for, or longer than RunOptions.maxLogBytes. */
  readonly log: EventLog | null;
  /** Index into Program.places of the step whose error ended the run, null when there was none. */
  readonly errorPlace: number | null;
}

/** Runs a compiled program to its end. The same program and options give the same result, on any machine. */
export function simulate(program: Program | GoMain, options: RunOptions): Run {
  const simulation = new Simulation(program, options);
  simulation.advance(Number.POSITIVE_INFINITY);
  return simulation.finish();
}

/** A run in pieces. */
export class Simulation {
  private readonly world: World;
  private readonly sampler: Sampler;

  constructor(program: Program | GoMain, options: RunOptions, samplings: readonly Sampling[] = []) {
    this.world = createWorld(program, options);
    this.sampler = new Sampler(samplings);
  }

  /** Virtual time so far, ns. */
  get now(): number {
    return this.world.machine.now;
  }

  /** How much has been done, in the units of `advance`. */
  get steps(): number {
    return this.world.machine.steps;
  }

  /** Goes on for about so many steps. True: the run is over. */
  advance(steps: number): boolean {
    return advance(this.world, steps, this.sampler);
  }

  /** Ends the run where it is, with outcome `interrupted`. */
  interrupt(): void {
    endRun(this.world.sched, 'interrupted', 130, '');
  }

  finish(): Run {
    const { world } = this;
    close(world);
    keepShapes(world);
    return { result: summarise(world), log: keptLog(world), errorPlace: world.output.errorPlace < 0 ? null : world.output.errorPlace };
  }
}

/** Steps a world until it has an end. */
export function runToEnd(world: World): void {
  advance(world, Number.POSITIVE_INFINITY, new Sampler([]));
  close(world);
}

/** The last rows of the log. */
function close({ machine, sched }: World): void {
  machine.settleQuota();
  sched.trace(OUTCOME, -1, -1, -1, sched.end!.kind, -1);
}

function advance(world: World, steps: number, sampler: Sampler): boolean {
  const { machine, sched } = world;
  try {
    if (stepSome(world, machine.steps + steps, sampler)) return sched.end !== null;
  } catch (e) {
    if (!(e instanceof Throw)) throw e; // the simulated process died in the middle of something
  }
  if (sched.end === null) {
    if (machine.horizonReached) endRun(sched, 'until', 0, '');
    else endRun(sched, 'hang', 2, 'nothing can happen any more, and Go would not notice');
  }
  return true;
}

/** False: nothing is left to happen. */
function stepSome(world: World, upTo: number, sampler: Sampler): boolean {
  const { machine, sched, options } = world;
  while (sched.end === null && machine.steps < upTo) {
    if (sampler.isWanted) takeSamples(world, sampler);
    if (!machine.step()) return false;
    if (options.check && sched.end === null) checkInvariants(world);
    if (machine.steps > machine.mostSteps && sched.end === null) endRun(sched, 'limit', 1, limitReached(world));
  }
  return true;
}

/** Those that are due before the next event. */
function takeSamples(world: World, sampler: Sampler): void {
  const { machine } = world;
  while (sampler.next <= machine.nextAt && machine.nextAt !== Number.POSITIVE_INFINITY) {
    sampler.take(world);
    machine.pauseAt(sampler.next);
  }
}

/** Steps or memory: the budget lowers the number of steps when it is spent, so that both are noticed in the same way. */
function limitReached({ machine, sched, options }: World): string {
  if (!sched.budget.isSpent) return `more than ${machine.mostSteps} steps`;
  return `more than ${options.maxBytes} bytes of goroutines and what they hold`;
}
