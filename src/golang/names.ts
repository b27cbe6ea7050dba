// Go names for the names of a scenario. Scenario names may be anything; in Go they must be identifiers that hide neither
// a keyword, nor a predeclared name, nor a package, nor what the support code declares, nor each other. A goroutine's
// listing shows the functions' names, so the way back, from function to body, is kept too.

import type { Scenario } from '../scenario/model.ts';

const TAKEN = `
break case chan const continue default defer else fallthrough for func go goto if import interface map package range return
select struct switch type var any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune
string uint uint8 uint16 uint32 uint64 uintptr true false iota nil append cap clear close complex copy delete imag len make max min
new panic print println real recover init main
atomic bits context debug math os runtime strconv sync syscall time trace unsafe
g us ms s`
  .trim()
  .split(/\s+/);

export class Names {
  private readonly taken = new Set<string>();
  private readonly numbers = new Map<string, number>(); // by base: the next one to try
  private readonly around: Names | null;

  constructor(around: Names | null = null) {
    this.around = around;
    if (around === null) this.reserve(TAKEN);
  }

  private isTaken(name: string): boolean {
    return this.taken.has(name) || (this.around?.isTaken(name) ?? false);
  }

  reserve(names: Iterable<string>): void {
    for (const name of names) this.taken.add(name);
  }

  /** A free identifier like `name`: `not-empty` is notEmpty, a taken one gets the suffix, then numbers. */
  give(name: string, suffix = ''): string {
    const words = name.split(/[^\p{L}\p{Nd}_]+/u).filter((word) => word !== '');
    const joined = words.map((word, i) => (i === 0 ? word : word[0].toUpperCase() + word.slice(1))).join('');
    const base = /^[\p{L}_]/u.test(joined) ? joined : `n${joined}`;
    let free = base === '_' ? 'n' : base;
    if (this.isTaken(free) && suffix !== '') free = base + suffix;
    let n = this.numbers.get(base + suffix) ?? 2;
    for (; this.isTaken(free); n++) free = `${base}${suffix}${n}`;
    this.numbers.set(base + suffix, n);
    this.taken.add(free);
    return free;
  }

  /** Names for what is inside of a function: free ones, given without taking them from other functions. */
  inner(): Names {
    return new Names(this);
  }
}

export interface GoNames {
  readonly bodies: ReadonlyMap<string, string>; // body -> function
  readonly objects: ReadonlyMap<string, string>; // 'channel jobs' -> variable
  readonly names: Names; // what is still free
}

/** The package-level names of a scenario's program. `support` lists those its support code may declare. */
export function goNames(scenario: Scenario, support: Iterable<string>): GoNames {
  const names = new Names();
  names.reserve(support);
  const bodies = new Map(scenario.bodies.map((body) => [body.name, names.give(body.name, 'Body')]));
  const objects = new Map<string, string>();
  const add = (kind: string, suffix: string, all: readonly { readonly name: string }[]): void => {
    for (const { name } of all) objects.set(`${kind} ${name}`, names.give(name, suffix));
  };
  add('channel', 'Chan', scenario.channels);
  add('mutex', 'Mutex', scenario.mutexes);
  add('rwmutex', 'Mutex', scenario.rwmutexes);
  add('waitgroup', 'Group', scenario.waitgroups);
  add('cond', 'Cond', scenario.conds);
  add('var', 'Var', scenario.vars);
  add('listener', 'Listener', scenario.listeners);
  add('timer', 'Timer', scenario.timers);
  add('ticker', 'Ticker', scenario.tickers);
  add('pipe', 'Pipe', scenario.pipes);
  for (const once of scenario.onces) objects.set(`once ${once}`, names.give(once, 'Once'));
  return { bodies, objects, names };
}
