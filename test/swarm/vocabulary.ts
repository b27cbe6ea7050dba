// What random scenarios are written with: the values, names and durations that steps hold, and the names in sight.
//
// A value is text of the language. Most of them are harmless; a few divide by what may be zero or leave their array, which
// is a panic in Go and fine here. What the reader of scenarios would refuse (a constant out of its range) is never written.

import type { Stream } from '../../src/base/prng.ts';
import type { ReadFile } from '../../src/scenario/data-file.ts';

/** YAML before it is text. */
export type Tree = string | number | boolean | null | Tree[] | { [key: string]: Tree };

export type LocalType = 'int' | 'bool' | 'duration';

export interface Local {
  readonly name: string;
  readonly type: LocalType;
}

export interface BodyShape {
  readonly name: string;
  readonly args: readonly Local[];
}

/** What every random scenario declares at its top level. */
export const DECLARED: Record<string, Record<string, Tree>> = {
  params: { few: 3, wait: '40us', often: true },
  channels: { direct: 0, buffered: 2, wide: 64, never: 'nil', ring: { count: 3, capacity: 1 }, gates: { count: 2 } },
  mutexes: { mu: null, mus: { count: 2 } },
  rwmutexes: { rw: null },
  waitgroups: { wg: null, all: null, groups: { count: 2 } },
  conds: { cond: 'mu', rwCond: 'rw', second: 'mus[1]' },
  vars: { x: 0, y: 5, cells: { count: 3, value: 1 } },
  listeners: {
    web: { arrivals: 'poisson(9/ms)', for: '20ms' },
    crowd: { arrivals: 'burst(4, every 300us)', for: '4ms' },
    clients: { arrivals: 'closed(clients 3, think exp(50us))', for: '9ms' },
    slow: { arrivals: 'every uniform(0s, 900us)', for: '1500us' },
    surge: { arrivals: 'ramp(0/s, 30/ms)', for: '2ms' },
    known: { arrivals: 'at(times.csv)' },
  },
  timers: { late: null, lates: { count: 2 } },
  tickers: { beat: '300us', beats: { count: 2, period: '20us' } },
  pipes: { line: null, lines: { count: 2, blocking: true }, wires: { count: 2, blocking: false } },
};

export const LISTENERS = Object.keys(DECLARED.listeners!);

/** Bodies besides main. A body calls only later ones: calls in a circle are refused. */
export const BODIES: readonly BodyShape[] = [
  { name: 'a', args: [] },
  { name: 'b', args: [{ name: 'n', type: 'int' }] },
  {
    name: 'c',
    args: [
      { name: 'n', type: 'int' },
      { name: 'd', type: 'duration' },
      { name: 'f', type: 'bool' },
    ],
  },
  { name: 'leaf', args: [] },
];

/** The one data file there is. */
export const readFile: ReadFile = () => ({ text: '0s\n300ns\n20us\n1ms\n' });

const DURATIONS = ['0s', '50ns', '500ns', '5us', '60us', '700us', '4ms', '15ms'];

export class Vocabulary {
  locals: Local[] = [];
  private readonly random: Stream;
  private readonly durations: readonly string[];
  private readonly distributions: boolean;
  private readonly mischief: boolean;
  private named = 0;

  constructor(random: Stream) {
    this.random = random;
    // Some scenarios know only short times, some only long ones.
    const from = this.below(DURATIONS.length - 1);
    this.durations = this.oneIn(2) ? DURATIONS : DURATIONS.slice(from, from + 3);
    this.distributions = this.oneIn(2);
    this.mischief = this.oneIn(5);
  }

  below(bound: number): number {
    return this.random.below(bound);
  }

  oneIn(n: number): boolean {
    return this.random.below(n) === 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.random.below(list.length)]!;
  }

  /** Introduces a local in the block under way. */
  introduce(type: LocalType): string {
    const name = `${type[0]}${this.named++}`;
    this.locals.push({ name, type });
    return name;
  }

  /** What `inside` introduces ends with it. */
  block<T>(inside: () => T): T {
    const before = this.locals;
    this.locals = [...before];
    const result = inside();
    this.locals = before;
    return result;
  }

  // ---- values, as expressions without `${}`

  int(depth = 2): string {
    const local = this.local('int');
    switch (this.below(depth > 0 ? 9 : 5)) {
      case 0:
      case 1:
        return `${this.below(6)}`;
      case 2:
        return local ?? 'few';
      case 3:
        return local ?? this.pick(['x', 'y', 'cells[0]', `cells[${this.index(3)}]`]);
      case 4:
        return this.pick([
          'len(buffered)',
          'cap(buffered)',
          'len(wide)',
          'len(ring[1])',
          'len(never)',
          'cap(direct)',
          'len(beat)',
          'cap(beats[0])',
        ]);
      case 5:
        return this.mischief ? `${this.int(depth - 1)} / (x - 3)` : `${this.int(depth - 1)} % (len(wide) + 2)`;
      case 6:
        return `now / ${this.pick(['1ms', '3us', 'wait'])} % 5`;
      default:
        return `(${this.int(depth - 1)} ${this.pick(['+', '-', '*'])} ${this.int(depth - 1)})`;
    }
  }

  bool(depth = 2): string {
    switch (this.below(depth > 0 ? 7 : 4)) {
      case 0:
        return this.local('bool') ?? 'often';
      case 1:
        return `now < ${this.pick(['100us', '2ms', '30ms'])}`;
      case 2:
      case 3:
        return `${this.int(1)} ${this.pick(['<', '<=', '>', '>=', '==', '!='])} ${this.int(1)}`;
      case 4:
        return `!(${this.bool(depth - 1)})`;
      default:
        return `(${this.bool(depth - 1)} ${this.pick(['&&', '||'])} ${this.bool(depth - 1)})`;
    }
  }

  /** A subscript of an array of that length; now and then past its end, but never as a constant. */
  index(length: number): string {
    if (this.oneIn(2)) return `${this.below(length)}`;
    if (this.mischief && this.oneIn(4)) return 'x';
    return this.pick([`len(wide) % ${length}`, `(now / 1us) % ${length}`]);
  }

  /** A number of rounds or of goroutines. */
  small(most: number): Tree {
    return this.oneIn(4) ? hole(`${this.int(1)} % ${most}`) : this.below(most);
  }

  value(): Tree {
    return hole(this.int());
  }

  condition(): Tree {
    return this.oneIn(10) ? this.oneIn(2) : hole(this.bool());
  }

  /** A duration in a step that may be given a distribution. */
  duration(): string {
    const d = (): string => this.pick(this.durations);
    switch (this.below(this.distributions ? 12 : 7)) {
      case 5:
        return hole(this.local('duration') ?? this.pick(['wait', '2 * wait', 'few * 7us']));
      case 6:
        return `${hole(`len(wide) + ${this.below(9)}`)}${this.pick(['ns', 'us', 'us', 'ms'])}`;
      case 7:
        return `exp(${d()})`;
      case 8:
        return this.pick([`uniform(1us, 90us)`, 'uniform(0s, 2ms)', `normal(${d()}, 3us)`]);
      case 9:
        return this.pick(['lognormal(median 20us, p99 900us)', 'pareto(3us, 1.5)']);
      case 10:
        return `list(${d()}, ${d()}, ${d()})`;
      case 11:
        return this.pick([`constant(${d()})`, 'replay(times.csv)', 'empirical(times.csv)']);
      default:
        return d();
    }
  }

  instant(): Tree {
    return this.oneIn(2) ? this.pick(['1ms', '20us', '5ms']) : hole(this.pick(['now', 'now + 30us', 'wait', 'now - 1ms']));
  }

  valueOf(type: LocalType): Tree {
    if (type === 'int') return this.value();
    if (type === 'bool') return this.condition();
    return hole(this.pick(['wait', 'now', 'few * 2us', '3us']));
  }

  text(): string {
    return this.pick([
      'here',
      `x is ${hole('x')}`,
      `${hole(this.int())} at ${hole('now')}`,
      `$${hole('no hole')}`,
      `${hole(this.bool())}!`,
    ]);
  }

  // ---- names of objects

  channel(): string {
    switch (this.below(8)) {
      case 0:
      case 1:
        return 'direct';
      case 2:
      case 3:
        return 'buffered';
      case 4:
        return this.oneIn(6) ? 'never' : 'wide';
      case 5:
        return `gates[${this.subscript(2)}]`;
      default:
        return `ring[${this.subscript(3)}]`;
    }
  }

  /** Where to receive from: a channel, now and then a ticker. */
  source(): { readonly name: string; readonly type: LocalType } {
    return this.oneIn(8) ? { name: this.ticker(), type: 'duration' } : { name: this.channel(), type: 'int' };
  }

  ticker(): string {
    return this.oneIn(2) ? 'beat' : `beats[${this.subscript(2)}]`;
  }

  timer(): string {
    return this.oneIn(2) ? 'late' : `lates[${this.subscript(2)}]`;
  }

  pipe(): string {
    return this.pick(['line', 'line', `lines[${this.subscript(2)}]`, `wires[${this.subscript(2)}]`]);
  }

  mutex(): string {
    return this.oneIn(2) ? 'mu' : `mus[${this.subscript(2)}]`;
  }

  waitgroup(): string {
    return this.oneIn(2) ? 'wg' : this.oneIn(2) ? 'all' : `groups[${this.subscript(2)}]`;
  }

  cond(): { readonly name: string; readonly locker: string } {
    return this.pick([
      { name: 'cond', locker: 'mu' },
      { name: 'rwCond', locker: 'rw' },
      { name: 'second', locker: 'mus[1]' },
    ]);
  }

  /** A listener; often one of those at which something arrives soon. */
  listener(): string {
    return this.oneIn(3) ? this.pick(LISTENERS) : this.pick(['web', 'crowd', 'clients']);
  }

  subscript(length: number): string {
    const index = this.index(length);
    return /^\d+$/.test(index) ? index : hole(index);
  }

  private local(type: LocalType): string | null {
    const known = this.locals.filter((local) => local.type === type);
    return known.length === 0 ? null : this.pick(known).name;
  }
}

export function hole(expression: string): string {
  return `\${${expression}}`;
}
