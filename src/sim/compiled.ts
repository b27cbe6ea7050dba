// A compiled scenario as the code of a world.

import { Hchan } from '../runtime/chan.ts';
import { makeListeners } from '../runtime/listener.ts';
import { Pipe } from '../runtime/pipe.ts';
import { Cond, Mutex, Once, RWMutex, WaitGroup } from '../runtime/sync.ts';
import { arrivalsOf } from './arrivals.ts';
import type { Code, Inside } from './code.ts';
import { Interpreter } from './interpreter.ts';
import type { ObjectNames, Program } from './program.ts';

export function compiledCode(program: Program, seed: number): Code {
  const timers = countOf(program.timers);
  // the channels of tickers are the last of all channels, and their timers the last of all timers
  const firstChan = program.channelCapacity.length - program.tickerPeriod.length;
  return {
    names: program,
    setup: {
      maxThreads: program.maxThreads,
      asyncpreemptoff: program.asyncpreemptoff,
      tickers: Array.from(program.tickerPeriod, (periodNs, i) => ({ chan: firstChan + i, timer: timers + i, periodNs })),
    },
    objects: {
      channels: Array.from(program.channelCapacity, (cap, id) => new Hchan(id, cap)),
      mutexes: make(program.mutexes, () => new Mutex()),
      rwmutexes: make(program.rwmutexes, () => new RWMutex()),
      waitgroups: make(program.waitgroups, () => new WaitGroup()),
      conds: Array.from(program.condLocker, (locker) => new Cond(locker)),
      onces: program.onces.map(() => new Once()),
      listeners: makeListeners(program.listeners.map((spec) => arrivalsOf(spec, seed))),
      timers: new Array<null>(timers + program.tickerPeriod.length).fill(null),
      pipes: Array.from(program.pipeBlocks, (blocks) => new Pipe(blocks === 1)),
    },
    work: (inside: Inside) => new Interpreter(program, inside),
  };
}

function make<T>(names: readonly ObjectNames[], one: () => T): T[] {
  return Array.from({ length: countOf(names) }, one);
}

function countOf(names: readonly ObjectNames[]): number {
  return names.reduce((n, { count }) => n + (count ?? 1), 0);
}
