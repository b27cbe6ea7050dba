// A world: everything one run consists of, built from a compiled program and options, and nothing else. Stepping it is
// simulate.ts's business.

import { fail } from '../base/assert.ts';
import { Stream } from '../base/prng.ts';
import { DEFAULT_MACHINE, Machine } from '../machine/machine.ts';
import { Hchan } from '../runtime/chan.ts';
import { costsOf } from '../runtime/costs.ts';
import { Goroutines } from '../runtime/g.ts';
import { makeListeners, startListeners } from '../runtime/listener.ts';
import { Pipe } from '../runtime/pipe.ts';
import { profileOf } from '../runtime/profile.ts';
import { Runtime } from '../runtime/run.ts';
import type { RuntimeParams } from '../runtime/sched.ts';
import { GO_PARAMS, Sched } from '../runtime/sched.ts';
import type { Setup } from '../runtime/setup.ts';
import { startCold, startSettled } from '../runtime/start.ts';
import { Cond, Mutex, Once, RWMutex, WaitGroup } from '../runtime/sync.ts';
import { EventLog } from '../trace/log.ts';
import { arrivalsOf } from './arrivals.ts';
import { GoroutineBook } from './goroutine-book.ts';
import { Interpreter } from './interpreter.ts';
import type { RunOptions } from './options.ts';
import { OutputBook } from './output-book.ts';
import type { ObjectNames, Program } from './program.ts';
import { systemProgram } from './system-program.ts';

export interface World {
  readonly program: Program;
  readonly options: RunOptions;
  readonly machine: Machine;
  readonly sched: Sched;
  readonly work: Interpreter;
  readonly log: EventLog | null; // as it is recorded; what is left at the end is keptLog's (summarise.ts)
  readonly output: OutputBook;
  readonly goroutines: GoroutineBook | null;
  readonly threadsAtStart: number;
}

export function createWorld(program: Program, options: RunOptions, params: RuntimeParams = GO_PARAMS): World {
  const profile = profileOf(options.go);
  if (profile === undefined) fail('createWorld', `no profile for Go ${options.go}`);
  const costs = { ...costsOf(options.go), ...options.costs };
  const log = options.record ? new EventLog(options.maxLogBytes) : null;
  const machine = new Machine({ ...DEFAULT_MACHINE, cpus: options.cpus }, options.runAhead, log);
  machine.mostSteps = options.maxEvents;
  if (options.untilNs !== null) machine.setHorizon(options.untilNs);
  const g = new Goroutines(options.maxGoroutines);

  const channels = Array.from(program.channelCapacity, (cap, id) => new Hchan(id, cap));
  const systemChannel = channels.length;
  channels.push(new Hchan(systemChannel, 2));
  const cold = options.start.kind === 'cold';
  const looksUnbuffered = (c: Hchan): boolean => c.timer !== null && profile.lazyChanTimers;
  const output = new OutputBook(g, machine);
  const work = new Interpreter({
    program,
    g,
    machine,
    channelLen: (id) => (looksUnbuffered(channels[id]!) ? 0 : channels[id]!.buf.length),
    channelCap: (id) => (looksUnbuffered(channels[id]!) ? 0 : channels[id]!.cap),
    seed: options.seed,
    roundCost: costs.round,
    setVarCost: costs.setVar,
    system: systemProgram(profile, systemChannel, cold),
    output,
  });
  const sched = new Sched({
    machine,
    profile,
    costs,
    params,
    gomaxprocs: options.gomaxprocs,
    setup: setupOf(program),
    work,
    g,
    objects: {
      channels,
      mutexes: make(program.mutexes, () => new Mutex()),
      rwmutexes: make(program.rwmutexes, () => new RWMutex()),
      waitgroups: make(program.waitgroups, () => new WaitGroup()),
      conds: Array.from(program.condLocker, (locker) => new Cond(locker)),
      onces: program.onces.map(() => new Once()),
      listeners: makeListeners(program.listeners.map((spec) => arrivalsOf(spec, options.seed))),
      timers: new Array<null>(countOf(program.timers) + program.tickerPeriod.length).fill(null),
      pipes: Array.from(program.pipeBlocks, (blocks) => new Pipe(blocks === 1)),
    },
    rand: new Stream(options.schedulerSeed ?? options.seed, 'scheduler'),
    kernelRand: new Stream(options.schedulerSeed ?? options.seed, 'kernel'),
    log,
  });
  output.attach(sched, work);
  const goroutines = options.detail ? new GoroutineBook(sched, work) : null;
  sched.observer = goroutines;
  machine.attach(new Runtime(sched));
  if (options.start.kind === 'cold') startCold(sched);
  else startSettled(sched, options.start.schedtick);
  startListeners(sched);
  return { program, options, machine, sched, work, log, output, goroutines, threadsAtStart: cold ? 1 : sched.allm.length };
}

function make<T>(names: readonly ObjectNames[], one: () => T): T[] {
  return Array.from({ length: countOf(names) }, one);
}

function countOf(names: readonly ObjectNames[]): number {
  return names.reduce((n, { count }) => n + (count ?? 1), 0);
}

/** The channels of tickers are the last of all channels, and their timers the last of all timers. */
function setupOf({ maxThreads, asyncpreemptoff, tickerPeriod, channelCapacity, timers }: Program): Setup {
  const firstChan = channelCapacity.length - tickerPeriod.length;
  const firstTimer = countOf(timers);
  const tickers = Array.from(tickerPeriod, (periodNs, i) => ({ chan: firstChan + i, timer: firstTimer + i, periodNs }));
  return { maxThreads, asyncpreemptoff, tickers };
}
