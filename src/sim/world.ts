// A world: everything one run consists of, built from a compiled program and options, and nothing else. Stepping it is
// simulate.ts's business.

import { fail } from '../base/assert.ts';
import { Budget } from '../base/budget.ts';
import { Stream } from '../base/prng.ts';
import { kernelParams } from '../machine/kernel.ts';
import { Machine } from '../machine/machine.ts';
import type { MachineParams } from '../machine/params.ts';
import { DEFAULT_MACHINE } from '../machine/params.ts';
import { Hchan } from '../runtime/chan.ts';
import { costsOf } from '../runtime/costs.ts';
import { Goroutines } from '../runtime/g.ts';
import { startListeners } from '../runtime/listener.ts';
import { profileOf } from '../runtime/profile.ts';
import { Runtime } from '../runtime/run.ts';
import type { RuntimeParams } from '../runtime/sched.ts';
import { GO_PARAMS, Sched } from '../runtime/sched.ts';
import { startCold, startSettled } from '../runtime/start.ts';
import { EventLog } from '../trace/log.ts';
import type { Names, Work } from './code.ts';
import { compiledCode } from './compiled.ts';
import type { GoMain } from './go-program.ts';
import { goCode } from './go-workload.ts';
import { GoroutineBook } from './goroutine-book.ts';
import type { RunOptions } from './options.ts';
import { OutputBook } from './output-book.ts';
import type { Program } from './program.ts';
import { SystemGoroutines, systemProgram } from './system-program.ts';

const MANY = 64; // CPUs and Ps together
const KEPT_BYTES = 1 << 24;
const kept: World[] = []; // see keepShapes
const OBJECT_BYTES = 350; // of a channel or lock

export interface World {
  readonly names: Names;
  readonly options: RunOptions;
  readonly machine: Machine;
  readonly sched: Sched;
  readonly work: Work;
  readonly log: EventLog | null; // as it is recorded; what is left at the end is keptLog's (summarise.ts)
  readonly output: OutputBook;
  readonly goroutines: GoroutineBook | null;
  readonly threadsAtStart: number;
}

/** `program`: a compiled scenario, or the main function of a program in TypeScript. */
export function createWorld(program: Program | GoMain, options: RunOptions, params: RuntimeParams = GO_PARAMS): World {
  const code = typeof program === 'function' ? goCode(program) : compiledCode(program, options.seed);
  const profile = profileOf(options.go);
  if (profile === undefined) fail('createWorld', `no profile for Go ${options.go}`);
  const costs = { ...costsOf(options.go), ...options.costs };
  const log = options.record ? new EventLog(options.maxLogBytes) : null;
  const machine = new Machine(
    { ...machineParams(options), idleLatency: costs.idleLatency, interruptNs: costs.interrupt },
    options.runAhead,
    log,
  );
  machine.mostSteps = mostSteps(options);
  if (options.untilNs !== null) machine.setHorizon(options.untilNs);
  const budget = new Budget(options.maxBytes, () => {
    machine.mostSteps = -1;
  });
  const g = new Goroutines(budget);

  const { objects, setup, names } = code;
  const systemChannel = objects.channels.length;
  objects.channels.push(new Hchan(systemChannel, 2));
  const cold = options.start.kind === 'cold';
  const output = new OutputBook(g, machine);
  const work = code.work({
    g,
    machine,
    costs,
    objects,
    system: new SystemGoroutines(g, systemProgram(profile, systemChannel, cold)),
    output,
    seed: options.seed,
    budget,
    lazyChanTimers: profile.lazyChanTimers,
    sched: () => sched,
  });
  const sched: Sched = new Sched({
    machine,
    profile,
    costs,
    params: { ...params, ...options.runtime },
    gomaxprocs: options.gomaxprocs,
    setup,
    work,
    g,
    objects,
    rand: new Stream(options.schedulerSeed ?? options.seed, 'scheduler'),
    kernelRand: new Stream(options.schedulerSeed ?? options.seed, 'kernel'),
    log,
    budget,
  });
  budget.take(OBJECT_BYTES * Object.values(sched.objects).reduce((n, all) => n + all.length, 0));
  output.attach(sched, work);
  const goroutines = options.detail ? new GoroutineBook(sched, work) : null;
  sched.observer = goroutines;
  sched.unseen = options.runAhead && log === null && goroutines === null;
  machine.attach(new Runtime(sched));
  if (options.start.kind === 'cold') startCold(sched);
  else startSettled(sched, options.start.schedtick);
  startListeners(sched);
  machine.startNeighbours();
  return { names, options, machine, sched, work, log, output, goroutines, threadsAtStart: cold ? 1 : sched.allm.length };
}

/**
 * The world stays, if it is small, until another one ends. V8 forgets the shape of an object when none of that shape is
 * left, and throws away the code it compiled for it: without this, all of the engine's whenever a run is over and its world collected.
 */
export function keepShapes(world: World): void {
  if (world.sched.budget.taken + (world.log?.bytes ?? 0) <= KEPT_BYTES) kept[0] = world;
}

/** The ticks of a machine are somewhere when the run begins: the seed says where. */
function machineParams({
  cpus,
  limits = [],
  cpuWeight = 100,
  neighbours = [],
  kernel = {},
  seed,
  schedulerSeed = seed,
}: RunOptions): MachineParams {
  const tickNs = kernel.tickNs ?? kernelParams(cpus).tickNs;
  const tickAtNs = new Stream(schedulerSeed, 'ticks').below(tickNs);
  return { ...DEFAULT_MACHINE, cpus, limits, cpuWeight, neighbours, kernel: { tickAtNs, ...kernel }, seed: schedulerSeed };
}

/** With dozens of CPUs or Ps a step takes longer, for it looks at all of them. */
function mostSteps({ maxEvents, cpus, gomaxprocs }: RunOptions): number {
  return Math.floor(maxEvents / Math.max(1, (cpus + gomaxprocs) / MANY));
}
