// A scenario into a program for the engine: names become numbers, bodies flat code, expressions tables.
//
// Size: a body is compiled once however often it is called or started, so the program grows with the scenario's text.
// Only the depth of a call chain adds up, in the stack a goroutine needs, and each body's is computed once.

import { DIST_LIST } from '../base/distributions.ts';
import type { ArrivalProcess, BodyInfo, Dist, ObjectNames, Program } from '../sim/program.ts';
import type { Output } from './compile-blocks.ts';
import type { CompiledBody } from './compile-steps.ts';
import { compileBody } from './compile-steps.ts';
import type { ObjectKind } from './compile-values.ts';
import { distOf, ValueTables } from './compile-values.ts';
import type { Arrivals, ObjectDecl, Quantity, Scenario } from './model.ts';

export function compileScenario(scenario: Scenario): Program {
  const objects: Record<ObjectKind, readonly ObjectNames[]> = {
    channel: numbered(scenario.channels),
    mutex: numbered(scenario.mutexes),
    rwmutex: numbered(scenario.rwmutexes),
    waitgroup: numbered(scenario.waitgroups),
    cond: numbered(scenario.conds),
    var: numbered(scenario.vars),
    listener: numbered(scenario.listeners.map(({ name }) => ({ name, count: null }))),
    timer: numbered(scenario.timers),
    pipe: numbered(scenario.pipes),
  };
  const tickers = numbered(scenario.tickers, total(objects.timer));
  const byName = new Map<string, ObjectNames>();
  for (const kind of Object.keys(objects) as ObjectKind[]) {
    for (const object of objects[kind]) byName.set(`${kind} ${object.name}`, object);
  }
  // A ticker is a channel to receive from, and a timer to stop; both numberings have the tickers last.
  for (const ticker of tickers) byName.set(`timer ${ticker.name}`, ticker);
  for (const ticker of numbered(scenario.tickers, total(objects.channel))) byName.set(`channel ${ticker.name}`, ticker);
  const values = new ValueTables((kind, name) => {
    const object = byName.get(`${kind} ${name}`);
    if (object === undefined) throw new Error(`compile: no ${kind} ${name}`);
    return object;
  });
  const out: Output = {
    code: [],
    values,
    selects: [],
    args: [],
    choices: [],
    texts: [],
    unwind: [],
    bodies: numbers(scenario.bodies.map((body) => body.name)),
    onces: numbers(scenario.onces),
    spans: numbers(scenario.spans),
  };
  const begins = scenario.maxThreads !== null || scenario.tickers.length > 0;
  const bodies = scenario.bodies.map((body, i) => compileBody(body, out, begins && i === 0));
  const stacks = stackSizes(bodies);
  return {
    code: Int32Array.from(out.code),
    places: values.places,
    valueKind: Uint8Array.from(values.kind),
    valueArg: Int32Array.from(values.arg),
    valueNum: Float64Array.from(values.num),
    valuePlace: Int32Array.from(values.place),
    exprs: Int32Array.from(values.exprs),
    dists: values.dists,
    refBase: Int32Array.from(values.refBase),
    refCount: Int32Array.from(values.refCount),
    refIndex: Int32Array.from(values.refIndex),
    selects: out.selects,
    args: out.args,
    choices: out.choices,
    texts: out.texts,
    bodies: bodies.map(({ entry, frameSize }, i): BodyInfo => ({ name: scenario.bodies[i].name, entry, frameSize, stackSize: stacks[i] })),
    unwind: out.unwind,
    channels: objects.channel,
    channelCapacity: Int32Array.from([
      ...scenario.channels.flatMap((channel) => elements(channel, () => channel.capacity ?? -1)),
      ...scenario.tickers.flatMap((ticker) => elements(ticker, () => 1)),
    ]),
    mutexes: objects.mutex,
    rwmutexes: objects.rwmutex,
    waitgroups: objects.waitgroup,
    conds: objects.cond,
    condLocker: Int32Array.from(
      scenario.conds.flatMap((cond) => elements(cond, (i) => lockerOf(cond, i, byName.get(`${cond.lockerKind} ${cond.locker.name}`)))),
    ),
    listeners: scenario.listeners.map(({ name, arrivals, forNs }) => {
      return { name, arrivals: arrivalProcess(arrivals), forNs: forNs ?? Number.POSITIVE_INFINITY };
    }),
    onces: scenario.onces,
    vars: objects.var,
    varInitial: Float64Array.from(scenario.vars.flatMap((v) => elements(v, () => v.initial))),
    spans: scenario.spans,
    timers: objects.timer,
    tickers,
    tickerPeriod: Float64Array.from(scenario.tickers.flatMap((ticker) => elements(ticker, () => ticker.periodNs))),
    pipes: objects.pipe,
    pipeBlocks: Uint8Array.from(scenario.pipes.flatMap((pipe) => elements(pipe, () => (pipe.blocking ? 1 : 0)))),
    maxThreads: scenario.maxThreads,
    asyncpreemptoff: scenario.godebug.asyncpreemptoff,
  };
}

function numbers(names: readonly string[]): Map<string, number> {
  return new Map(names.map((name, i) => [name, i]));
}

/** Objects of one kind with the number of each one's first element. */
function numbered(decls: readonly ObjectDecl[], first = 0): ObjectNames[] {
  let base = first;
  return decls.map(({ name, count }) => {
    const object = { name, count, base };
    base += count ?? 1;
    return object;
  });
}

function total(objects: readonly ObjectNames[]): number {
  return objects.reduce((n, { count }) => n + (count ?? 1), 0);
}

function elements(decl: ObjectDecl, of: (i: number) => number): number[] {
  return Array.from({ length: decl.count ?? 1 }, (_, i) => of(i));
}

/** Number of the locker of element `i` of a cond. An array named without an index gives each element its own locker. */
function lockerOf(cond: Scenario['conds'][number], i: number, locker: ObjectNames | undefined): number {
  const { index } = cond.locker;
  const element = index === null ? (locker?.count == null ? 0 : i) : index.kind === 'const' ? index.value : -1;
  if (locker === undefined || element < 0 || element >= (locker.count ?? 1)) throw new Error(`compile: no locker for cond ${cond.name}`);
  const number = locker.base + element;
  return cond.lockerKind === 'mutex' ? number : -1 - number;
}

function arrivalProcess(arrivals: Arrivals): ArrivalProcess {
  switch (arrivals.kind) {
    case 'every':
      return { kind: 'every', gap: knownDist(arrivals.gap), count: 1 };
    case 'burst':
      return { kind: 'every', gap: knownDist(arrivals.gap), count: arrivals.count };
    case 'closed':
      return { kind: 'closed', clients: arrivals.clients, think: knownDist(arrivals.think) };
    default:
      return arrivals;
  }
}

/** A quantity that is known before the run; a plain duration is a list of one. */
function knownDist(quantity: Quantity): Dist {
  if (quantity.kind !== 'value') return distOf(quantity);
  if (quantity.value.kind !== 'const') throw new Error('compile: the times of a listener are not constant');
  return { kind: DIST_LIST, a: 0, b: 0, list: [quantity.value.value] };
}

/** Words for the deepest chain of calls from each body, by a walk without recursion: callees before callers. */
function stackSizes(bodies: readonly CompiledBody[]): number[] {
  const sizes: number[] = bodies.map(() => 0); // 0: not yet known, -1: waits for its callees
  const path = bodies.map((_, i) => i);
  for (let body = path.at(-1); body !== undefined; body = path.at(-1)) {
    const { frameSize, calls } = bodies[body];
    if (sizes[body] === 0) {
      sizes[body] = -1;
      for (const callee of calls) {
        if (sizes[callee] === -1) throw new Error('compile: bodies call each other in a circle');
        if (sizes[callee] === 0) path.push(callee);
      }
      continue;
    }
    path.pop();
    if (sizes[body] === -1) {
      let deepest = 0;
      for (const callee of calls) deepest = Math.max(deepest, sizes[callee]);
      sizes[body] = frameSize + deepest;
    }
  }
  return sizes;
}
