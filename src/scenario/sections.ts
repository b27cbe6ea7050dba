// The sections of a scenario that declare things: params, channels, locks, vars, and the bodies of goroutines.

import { arrivalsField } from './arrivals.ts';
import type { Env } from './expression.ts';
import type { Arrivals, ObjectDecl, Scenario, ValueType } from './model.ts';
import type { ObjectKind } from './names.ts';
import { TYPE_NAMES } from './operators.ts';
import { readKeys } from './step-shape.ts';
import type { KeySpec } from './step-table.ts';
import { didYouMean, quoted } from './suggest.ts';
import { constantField, flagField, readValue, refField } from './values.ts';
import type { Entry, Mapping, Node, Scalar } from './yaml.ts';
import { isNull } from './yaml.ts';

export const MOST_OBJECTS = 1_000_000; // of all kinds together, elements of arrays counted
export const MOST_CAPACITY = 10_000_000; // of all channels together
const LARGEST = Number.MAX_SAFE_INTEGER;

const spec = (name: string, type: KeySpec['type'], doc: string): KeySpec => ({ name, type, doc });
const countKey = spec('count', 'int', 'Makes it an array of this length.');
export const CHANNEL_KEYS = [countKey, spec('capacity', 'capacity', 'Room for values; 0 is unbuffered, nil makes a nil channel.')];
export const COUNT_KEYS = [countKey];
export const LISTENER_KEYS: readonly KeySpec[] = [
  { name: 'arrivals', type: 'arrivals', doc: 'How connections arrive.', required: true },
  { name: 'for', type: 'duration', doc: 'The last arrives at this time, if any comes so late; for ever when left out.' },
];
export const TICKER_KEYS = [countKey, { ...spec('period', 'duration', 'Time between two ticks.'), required: true as const }];
export const PIPE_KEYS = [countKey, spec('blocking', 'flag', 'true: a read or write holds the thread until it is done.')];
export const VAR_KEYS = [countKey, spec('value', 'int', 'What each begins with.')];

/** Reads `name: value` entries of a section; anything else is reported. */
export function mappingOf(node: Node, section: string, example: string, env: Env): readonly Entry[] {
  if (node.kind === 'map') return node.entries;
  if (!isNull(node)) env.diagnostics.error(node.place, `${quoted(section)} holds names and what each is`, `as in ${example}`);
  return [];
}

/** Values for params, as texts by name or as `name=value`. */
export type Overrides = readonly string[] | ReadonlyMap<string, string>;

/** Declared params, with what the command line sets instead. */
export function readParams(node: Node | undefined, set: Overrides, env: Env): void {
  const { names, diagnostics } = env;
  const overrides = readOverrides(set, env);
  const said = (text: string): string => ('get' in set ? '' : `--set ${text}: `); // a list comes from a command line
  for (const { key, value } of node === undefined ? [] : mappingOf(node, 'params', 'params: {workers: 4, think: 5ms}', env)) {
    names.isName(key, 'param');
    const given = readValue(value, ['int', 'duration', 'bool'], env);
    // A param that is wrong, in its name too, is still a param, for what names it.
    const { type, value: initial } = given?.kind === 'const' ? given : { type: 'int' as const, value: 0 };
    const override = overrides.get(key.text);
    const param = { type, value: initial, place: key.place, used: false };
    names.params.set(
      key.text,
      override === undefined ? param : { ...param, value: overridden(key.text, type, override, said, env) ?? initial },
    );
  }
  for (const name of overrides.keys()) {
    const declared = [...names.params.keys()];
    if (names.params.has(name) || (node?.kind === 'map' && node.entries.some(({ key }) => key.text === name))) continue;
    const note = declared.length === 0 ? 'the scenario has no params' : `its params are ${declared.slice(0, 20).join(', ')}`;
    diagnostics.error(null, `${said(name)}there is no param ${quoted(name)}${didYouMean(name, declared)}`, note);
  }
}

function readOverrides(set: Overrides, env: Env): ReadonlyMap<string, string> {
  if ('get' in set) return set;
  const overrides = new Map<string, string>();
  for (const one of set) {
    const equals = one.indexOf('=');
    if (equals <= 0) env.diagnostics.error(null, `--set ${one}: this is not name=value`);
    else overrides.set(one.slice(0, equals).trim(), one.slice(equals + 1).trim());
  }
  return overrides;
}

/** The value given instead for a param of some type. */
function overridden(name: string, type: ValueType, text: string, said: (text: string) => string, env: Env): number | null {
  const scalar: Scalar = { kind: 'scalar', text, plain: false, place: { line: 1, column: 1, length: 1 }, inset: -1 };
  const found: string[] = [];
  const quiet = { error: (_: unknown, message: string) => found.push(message) } as unknown as Env['diagnostics'];
  const value = readValue(scalar, [type], { ...env, diagnostics: quiet });
  if (value?.kind === 'const') return value.value;
  env.diagnostics.error(
    null,
    `${said(`${name}=${text}`)}the param ${quoted(name)} is ${type === 'bool' ? 'true or false' : TYPE_NAMES[type]}, not ${quoted(text)}`,
  );
  return null;
}

/** Channels, locks, waitgroups, conds and vars. `section` gives the node of a top-level key. */
export class ObjectReader {
  private readonly env: Env;
  private readonly section: (name: string) => Node | undefined;
  private objects = 0;
  private capacity = 0;

  constructor(env: Env, section: (name: string) => Node | undefined) {
    this.env = env;
    this.section = section;
  }

  readAll(): Pick<
    Scenario,
    'channels' | 'mutexes' | 'rwmutexes' | 'waitgroups' | 'conds' | 'vars' | 'listeners' | 'timers' | 'tickers' | 'pipes'
  > {
    return {
      mutexes: this.plain('mutex', 'mutexes'),
      rwmutexes: this.plain('rwmutex', 'rwmutexes'),
      waitgroups: this.plain('waitgroup', 'waitgroups'),
      channels: this.channels(),
      vars: this.vars(),
      conds: this.conds(),
      listeners: this.listeners(),
      timers: this.plain('timer', 'timers'),
      tickers: this.tickers(),
      pipes: this.pipes(),
    };
  }

  private entries(section: string, example: string): readonly Entry[] {
    const node = this.section(section);
    return node === undefined ? [] : mappingOf(node, section, example, this.env);
  }

  /** What stands in a keyed declaration, by key. */
  private keys(value: Mapping, owner: string, specs: readonly KeySpec[]): Map<string, Node> {
    const keys = new Map<string, Node>();
    readKeys(value, owner, specs, keys, this.env.diagnostics);
    return keys;
  }

  private decl(kind: ObjectKind, key: Scalar, countNode: Node | undefined): ObjectDecl {
    const count = countNode === undefined ? null : constantField(countNode, 'the length of an array', 1, MOST_OBJECTS, this.env);
    this.count(count ?? 1, key);
    this.env.names.declare(kind, key, count);
    return { name: key.text, count };
  }

  private count(objects: number, key: Scalar): void {
    const before = this.objects;
    this.objects += objects;
    if (before <= MOST_OBJECTS && this.objects > MOST_OBJECTS) {
      this.env.diagnostics.error(key.place, `more than ${MOST_OBJECTS} channels, locks and vars in all`);
    }
  }

  /** Kinds of which there is nothing to say but a name: a list of names, or a mapping. */
  private plain(kind: ObjectKind, section: string): ObjectDecl[] {
    const node = this.section(section);
    if (node === undefined) return [];
    const example = `${section}: [a, b] or ${section}: {a: {count: 8}}`;
    if (node.kind !== 'seq') {
      return mappingOf(node, section, example, this.env).map(({ key, value }) => {
        if (value.kind === 'map') return this.decl(kind, key, this.keys(value, section, COUNT_KEYS).get('count'));
        if (!isNull(value)) this.env.diagnostics.error(value.place, `{count: …} belongs here, or nothing`, `as in ${example}`);
        return this.decl(kind, key, undefined);
      });
    }
    const decls: ObjectDecl[] = [];
    for (const item of node.items) {
      if (item.kind === 'scalar' && !isNull(item)) decls.push(this.decl(kind, item, undefined));
      else this.env.diagnostics.error(item.place, `the name of a ${kind} belongs here`, `as in ${example}`);
    }
    return decls;
  }

  private channels(): Scenario['channels'] {
    return this.entries('channels', 'channels: {jobs: 128, done: 0, ring: {count: 20, capacity: 1}}').map(({ key, value }) => {
      if (value.kind !== 'map') return { ...this.decl('channel', key, undefined), capacity: this.channelCapacity(value, 1) };
      const keys = this.keys(value, 'channels', CHANNEL_KEYS);
      const decl = this.decl('channel', key, keys.get('count'));
      const capacity = keys.get('capacity');
      return { ...decl, capacity: capacity === undefined ? 0 : this.channelCapacity(capacity, decl.count ?? 1) };
    });
  }

  private channelCapacity(node: Node, count: number): number | null {
    if (node.kind === 'scalar' && node.text === 'nil') return null;
    if (isNull(node)) {
      this.env.diagnostics.error(node.place, 'a channel needs its capacity', '0 is unbuffered, nil is a nil channel');
      return 0;
    }
    const capacity = constantField(node, 'the capacity of a channel', 0, MOST_CAPACITY, this.env);
    const before = this.capacity;
    this.capacity += capacity * count;
    if (before <= MOST_CAPACITY && this.capacity > MOST_CAPACITY) {
      this.env.diagnostics.error(node.place, `channels with room for more than ${MOST_CAPACITY} values in all`);
    }
    return capacity;
  }

  private vars(): Scenario['vars'] {
    return this.entries('vars', 'vars: {served: 0}').map(({ key, value }) => {
      const keys = value.kind === 'map' ? this.keys(value, 'vars', VAR_KEYS) : null;
      const initial = keys === null ? value : keys.get('value');
      const decl = this.decl('var', key, keys?.get('count'));
      return { ...decl, initial: initial === undefined ? 0 : constantField(initial, 'a var', -LARGEST, LARGEST, this.env) };
    });
  }

  private tickers(): Scenario['tickers'] {
    return this.entries('tickers', 'tickers: {beat: 5ms}').map(({ key, value }) => {
      const keys = value.kind === 'map' ? this.keys(value, 'tickers', TICKER_KEYS) : null;
      const decl = this.decl('ticker', key, keys?.get('count'));
      const period = keys === null ? value : keys.get('period');
      if (period === undefined) this.env.diagnostics.error(key.place, `the ticker ${quoted(key.text)} needs its "period"`);
      const expr = period === undefined ? null : readValue(period, ['duration'], this.env);
      if (expr?.kind !== 'const') return { ...decl, periodNs: 1 };
      if (expr.value <= 0) this.env.diagnostics.error(period!.place, 'the period of a ticker is more than 0, or NewTicker panics');
      return { ...decl, periodNs: expr.value };
    });
  }

  private pipes(): Scenario['pipes'] {
    const node = this.section('pipes');
    if (node?.kind === 'seq') return this.plain('pipe', 'pipes').map((decl) => ({ ...decl, blocking: false }));
    return this.entries('pipes', 'pipes: [p] or pipes: {p: {count: 16, blocking: true}}').map(({ key, value }) => {
      if (value.kind !== 'map' && !isNull(value)) {
        this.env.diagnostics.error(value.place, '{count: …, blocking: …} belongs here, or nothing', 'as in pipes: {p: {blocking: true}}');
      }
      const keys = value.kind === 'map' ? this.keys(value, 'pipes', PIPE_KEYS) : null;
      const blocking = keys?.get('blocking');
      return { ...this.decl('pipe', key, keys?.get('count')), blocking: blocking !== undefined && flagField(blocking, this.env) };
    });
  }

  private conds(): Scenario['conds'] {
    return this.entries('conds', 'conds: {notEmpty: mu}, where mu is a mutex').map(({ key, value }) => {
      const { kind, ref } = refField(value, ['mutex', 'rwmutex'], this.env);
      return { ...this.decl('cond', key, undefined), locker: ref, lockerKind: kind === 'rwmutex' ? kind : 'mutex' };
    });
  }

  private listeners(): Scenario['listeners'] {
    const example = 'listeners: {http: {arrivals: poisson(800/s), for: 5s}}';
    const { diagnostics } = this.env;
    return this.entries('listeners', example).map(({ key, value }) => {
      const nothing: Arrivals = { kind: 'at', instants: [] };
      const decl = this.decl('listener', key, undefined);
      if (value.kind !== 'map') {
        diagnostics.error(value.place, 'a listener is {arrivals: …, for: …}', `as in ${example}`);
        return { name: decl.name, arrivals: nothing, forNs: null };
      }
      const keys = this.keys(value, 'listeners', LISTENER_KEYS);
      const arrivalsNode = keys.get('arrivals');
      if (arrivalsNode === undefined)
        diagnostics.error(key.place, `the listener ${quoted(decl.name)} needs "arrivals"`, `as in ${example}`);
      const arrivals = (arrivalsNode === undefined ? null : arrivalsField(arrivalsNode, this.env)) ?? nothing;
      if (arrivals.kind === 'closed') this.count(arrivals.clients - 1, key);
      const forNs = this.listenerEnd(keys.get('for'));
      if (arrivals.kind === 'ramp' && forNs === null) {
        diagnostics.error(key.place, `the listener ${quoted(decl.name)} needs "for": a ramp lasts as long as that`);
      }
      return { name: decl.name, arrivals, forNs };
    });
  }

  private listenerEnd(node: Node | undefined): number | null {
    const end = node === undefined ? null : readValue(node, ['duration'], this.env);
    if (end?.kind !== 'const') return null;
    if (end.value <= 0) this.env.diagnostics.error(node!.place, '"for" is a time after the start');
    return end.value;
  }
}

/**
 * Declares the timers that steps afterFunc name and nothing has declared. It looks for them before the steps are read:
 * a body that stops a timer may come before the one that sets it.
 */
export function declareTimers(env: Env): ObjectDecl[] {
  const { names } = env;
  const decls: ObjectDecl[] = [];
  const seen = new Set<Node>();
  const visit = (node: Node): void => {
    if (node.kind === 'scalar' || seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'seq') {
      for (const item of node.items) visit(item);
      return;
    }
    for (const { key, value } of node.entries) {
      if (key.text === 'afterFunc' && value.kind === 'map') note(value);
      visit(value);
    }
  };
  const note = (step: Mapping): void => {
    const timer = step.entries.find(({ key }) => key.text === 'timer')?.value;
    if (timer?.kind !== 'scalar' || !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(timer.text) || names.isDeclared(['timer'], timer.text)) return;
    names.declare('timer', timer, null);
    if (names.isDeclared(['timer'], timer.text)) decls.push({ name: timer.text, count: null });
  };
  for (const { node } of names.bodies.values()) visit(node);
  return decls;
}

/** Declares the bodies, for steps to name. */
export function readBodies(node: Node | undefined, env: Env): void {
  const { names, diagnostics } = env;
  if (node === undefined) return;
  for (const { key, value } of mappingOf(node, 'goroutines', 'goroutines: {main: [{cpu: 1ms}]}', env)) {
    if (names.isName(key, 'body')) names.bodies.set(key.text, { name: key.text, node: value, place: key.place });
  }
  if (names.bodies.has('main')) return;
  const note = 'main is where the program begins';
  diagnostics.error(node.place, `no body named main${didYouMean('main', names.bodies.keys())}`, note);
}
