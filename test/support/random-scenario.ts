// Random scenarios ("swarm": in each some steps are switched off and the rest weighted wildly, so that together they get
// where an even mixture never does). They end by themselves or at a horizon; deadlocks and panics are fine.

import { Stream } from '../../src/base/prng.ts';
import type { Quantity, Scenario, Step, Steps } from '../../src/scenario/model.ts';
import type { Bare } from './model.ts';
import { binary, int, nowhere, ns, ref, scenario, steps, variable } from './model.ts';

const DECLARED: Partial<Scenario> = {
  channels: [
    { name: 'direct', count: null, capacity: 0 },
    { name: 'buffered', count: null, capacity: 2 },
  ],
  mutexes: [{ name: 'mu', count: null }],
  rwmutexes: [{ name: 'rw', count: null }],
  waitgroups: [{ name: 'wg', count: null }],
  conds: [{ name: 'cond', count: null, locker: ref('mu'), lockerKind: 'mutex' }],
  onces: ['once'],
  vars: [{ name: 'x', count: null, initial: 0 }],
  spans: ['span'],
};

const DURATIONS = [0, 50, 500, 5_000, 60_000, 700_000, 4_000_000, 15_000_000];

/** What makes a random step; `rare` ones end much, so they come seldom; `nests` ones hold others. */
interface Kind {
  readonly make: (deeper: number) => Bare<Step>[];
  readonly rare?: boolean;
  readonly nests?: boolean;
  weight: number;
}

export function randomScenario(seed: number): Scenario {
  return new Generator(new Stream(seed, 'scenario')).scenario();
}

class Generator {
  private readonly random: Stream;
  private readonly kinds: readonly Kind[];

  constructor(random: Stream) {
    this.random = random;
    // A third of the scenarios never wait for each other: those run to the end more often.
    const waits = this.below(3) > 0;
    const kinds: Omit<Kind, 'weight'>[] = [
      { make: () => [{ op: 'cpu', for: this.duration(), calls: this.below(3) > 0 }] },
      { make: () => [{ op: 'syscall', for: this.duration(), cpu: this.below(3) > 0 ? null : ns(this.below(3000)) }] },
      { make: () => [{ op: 'net', for: this.duration() }] },
      { make: () => [{ op: 'sleep', for: this.duration() }] },
      { make: () => [{ op: 'gosched' }] },
      { make: () => [{ op: 'lockOSThread' }] },
      { make: () => [{ op: 'unlockOSThread' }] },
      { make: () => [{ op: 'goexit' }], rare: true },
      { make: () => [{ op: 'panic', text: ['boom'] }], rare: true },
      { make: () => [{ op: 'setVar', var: ref('x'), value: binary(variable('x'), '+', int(1)) }] },
      { make: () => [{ op: 'call', body: 'leaf', with: [] }] },
      { make: () => [this.go()] },
      { make: () => [{ op: 'signal', cond: ref('cond') }] },
      { make: () => [{ op: 'broadcast', cond: ref('cond') }] },
      { make: (deeper) => [{ op: 'once', once: 'once', do: this.block(deeper) }], nests: true },
      { make: (deeper) => [{ op: 'repeat', count: int(1 + this.below(6)), as: null, do: this.block(deeper) }], nests: true },
      { make: (deeper) => [{ op: 'span', name: 'span', do: this.block(deeper) }], nests: true },
      { make: (deeper) => [{ op: 'choose', choices: [1, 2].map((weight) => ({ weight, do: this.block(deeper) })) }], nests: true },
      { make: (deeper) => this.locked(deeper), nests: true },
    ];
    if (waits) {
      kinds.push(
        { make: () => [{ op: 'send', to: this.channel(), value: int(1) }] },
        { make: () => [{ op: 'recv', from: this.channel(), as: null, ok: null }] },
        { make: () => [this.select()] },
        { make: () => [{ op: 'close', channel: ref('buffered') }], rare: true },
        { make: () => [{ op: 'wait', wg: ref('wg') }] },
        { make: () => [this.lock('mu'), { op: 'condWait', cond: ref('cond') }, this.unlock('mu')] },
      );
    }
    this.kinds = kinds.map((kind) => ({ ...kind, weight: this.below(3) === 0 ? 0 : 1 + this.below(8) }));
    this.kinds[0].weight = 4;
    if (this.below(4) === 0) for (const kind of this.kinds.slice(0, 2)) kind.weight = 30; // processors are short
  }

  scenario(): Scenario {
    const main = [...this.block(3), ...this.block(3), ...steps({ op: 'sleep', for: ns(3_000_000) })];
    const bodies = {
      main: { steps: main },
      a: { steps: this.block(2) },
      b: { steps: this.block(2) },
      c: { steps: this.block(1) },
      leaf: { steps: steps({ op: 'cpu', for: this.duration(), calls: true }, { op: 'gosched' }) },
    };
    return scenario(bodies, DECLARED);
  }

  private block(depth: number): Steps {
    return Array.from({ length: 1 + this.below(4) }, () => steps(...this.step(depth))).flat();
  }

  private step(depth: number): Bare<Step>[] {
    const kinds = this.kinds.filter((kind) => depth > 0 || kind.nests !== true);
    const weightOf = (kind: Kind): number => (kind.rare === true ? kind.weight : 20 * kind.weight);
    let x = this.below(kinds.reduce((sum, kind) => sum + weightOf(kind), 0));
    for (const kind of kinds) {
      x -= weightOf(kind);
      if (x < 0) return kind.make(depth - 1);
    }
    return [];
  }

  private go(): Bare<Step> {
    const count = this.below(2) === 0 ? null : int(this.below(12));
    const wg = this.below(2) === 0 ? null : ref('wg');
    return { op: 'go', body: ['a', 'b', 'c'][this.below(3)], count, index: null, with: [], wg, recover: this.below(2) === 0 };
  }

  private select(): Bare<Step> {
    return {
      op: 'select',
      cases: [
        { kind: 'recv', from: ref('direct'), as: null, ok: null, do: [], place: nowhere },
        { kind: 'send', to: ref('buffered'), value: int(3), do: [], place: nowhere },
        { kind: 'after', after: this.duration(), do: [], place: nowhere },
      ],
      default: this.below(3) > 0 ? null : [],
    };
  }

  private locked(depth: number): Bare<Step>[] {
    const inner = this.step(Math.min(depth, 1));
    if (this.below(3) === 0) return [{ op: 'rlock', lock: ref('rw') }, ...inner, { op: 'runlock', lock: ref('rw') }];
    const name = this.below(2) === 0 ? 'mu' : 'rw';
    return [this.lock(name), ...inner, this.unlock(name)];
  }

  private lock(name: 'mu' | 'rw'): Bare<Step> {
    return { op: 'lock', on: name === 'mu' ? 'mutex' : 'rwmutex', lock: ref(name) };
  }

  private unlock(name: 'mu' | 'rw'): Bare<Step> {
    return { op: 'unlock', on: name === 'mu' ? 'mutex' : 'rwmutex', lock: ref(name) };
  }

  private channel(): ReturnType<typeof ref> {
    return ref(this.below(2) === 0 ? 'direct' : 'buffered');
  }

  private duration(): Quantity {
    return ns(DURATIONS[this.below(DURATIONS.length)]);
  }

  private below(bound: number): number {
    return this.random.below(bound);
  }
}
