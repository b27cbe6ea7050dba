// Random scenarios as YAML text, by number. "Swarm": in each some steps are switched off and the rest are weighted wildly,
// so that together they get where an even mixture never does. Deadlocks, panics and leaks are fine; what never ends by
// itself ends at a horizon or at a cap.
//
// The steps are those of the language's table, and some longer figures of what Go programs are made of: without them most
// scenarios would deadlock before anything has happened.

import { stringify } from 'yaml';
import { Stream } from '../../src/base/prng.ts';
import type { BodyShape, Tree } from './vocabulary.ts';
import { BODIES, DECLARED, hole, Vocabulary } from './vocabulary.ts';

type Kind = (deeper: number) => Tree[];

/** Ends much, so it comes seldom. */
const RARE = new Set('close goexit panic exit return strayUnlock strayDone nilChannel range emptySelect condWait strayStop'.split(' '));
/** Holds other steps. */
const NESTS = new Set('range select locked once repeat repeatFor forever while if choose span goInline pool serve timeout'.split(' '));
/** Waits for somebody else: a third of the scenarios do without, and run to their ends more often. */
const WAITS = new Set('send recv range select wait accept condWait condLoop emptySelect strayLock read write'.split(' '));

/** Constants of another runtime. */
const CONSTANTS: readonly Record<string, Tree>[] = [
  { runqsize: 4 },
  { globalTick: 2, stealRounds: 1 },
  { forcePreempt: '1ms', sysmonMinDelay: '5us', sysmonMaxDelay: '100us', sysmonLooks: 3 },
  { runnextBackoff: '50us', pollAfter: '500us', pollEvents: 1 },
  { mutexSpins: 0, mutexStarvation: '20us', runqsize: 2 },
];

const KERNELS: readonly Record<string, Tree>[] = [
  { tick: '100us', slice: '100us', balance: '300us' },
  { tick: '1ms', migrationCost: '0s' },
  { balance: '100us', migrationCost: '20us' },
];

export function randomText(seed: number): string {
  const writer = new Writer(seed);
  return stringify(writer.scenario(), { collectionStyle: seed % 10 === 0 ? 'flow' : 'any', lineWidth: 0, aliasDuplicateObjects: false });
}

/** Of what can be declared, what the bodies use. */
function declared(goroutines: Tree): Record<string, Tree> {
  const sections = Object.entries(DECLARED).reverse(); // conds before their lockers
  let text = JSON.stringify(goroutines);
  const kept: [string, Tree][] = [];
  for (const [section, objects] of sections) {
    const used = Object.entries(objects).filter(([name]) => new RegExp(`\\b${name}\\b`).test(text));
    if (used.length === 0) continue;
    kept.unshift([section, Object.fromEntries(used)]);
    if (section === 'conds') text += JSON.stringify(used);
  }
  return Object.fromEntries(kept);
}

/** Neighbours of a quarter of the scenarios, and other constants of the kernel's scheduler, by a stream of their own. */
function neighbours(seed: number): Record<string, Tree> {
  const random = new Stream(seed, 'swarm neighbours');
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!;
  const kernel: Record<string, Tree> = random.below(6) === 0 ? { kernel: pick(KERNELS) } : {};
  if (random.below(4) > 0) return kernel;
  const one = (): Record<string, Tree> => {
    const how: Record<string, Tree>[] = [{}, { busy: '700us', idle: '300us' }, { busy: 'exp(40us)', idle: 'uniform(0us, 90us)' }];
    const from: Record<string, Tree> = random.below(3) === 0 ? { from: pick(['0s', '250us', '2ms']) } : {};
    return {
      threads: 1 + random.below(4),
      ...pick(how),
      ...from,
      ...(random.below(2) === 0 ? { cpuWeight: pick([1, 30, 300, 10000]) } : {}),
    };
  };
  const all: Record<string, Tree> = random.below(3) === 0 ? { first: one(), second: one() } : { only: one() };
  return { ...kernel, neighbours: all, ...(random.below(3) === 0 ? { cpuWeight: pick([1, 20, 400]) } : {}) };
}

/** CPU limits of a third of the scenarios, by a stream of their own. Short periods, so that some end. */
function limits(seed: number): Record<string, Tree> {
  const random = new Stream(seed, 'swarm limits');
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!;
  if (random.below(3) > 0) return {};
  const limit = (): Record<string, Tree> => {
    const period = pick([2, 3, 10, 10, 20, 100]);
    const quota = 1 + random.below(pick([1, 4, 2 * period]));
    const size: Record<string, Tree> = { cpuLimit: Math.ceil((quota / period) * 1000) / 1000, cpuPeriod: `${period}ms` };
    return random.below(3) === 0 ? { ...size, cpuBurst: `${random.below(quota + 1)}ms` } : size;
  };
  return { ...limit(), ...(random.below(4) === 0 ? { outerLimits: [limit(), ...(random.below(3) === 0 ? [limit()] : [])] } : {}) };
}

class Writer {
  private readonly v: Vocabulary;
  private readonly kinds: readonly { readonly make: Kind; readonly weight: number; readonly nests: boolean }[];
  private readonly seed: number;
  private readonly startsInMain = new Set<string>();
  private body = -1; // index into BODIES, -1 for main
  private inLoop = false;
  private budget = 0; // steps that the body may still get

  constructor(seed: number) {
    this.seed = seed;
    this.v = new Vocabulary(new Stream(seed, 'swarm'));
    const { v } = this;
    const waits = v.below(3) > 0;
    const list = Object.entries(this.makers()).filter(([name]) => waits || !WAITS.has(name));
    this.kinds = list.map(([name, make]) => {
      const weight = v.oneIn(3) ? 0 : (1 + v.below(8)) * (v.oneIn(8) ? 6 : 1);
      return { make, weight: name === 'cpu' ? 100 : RARE.has(name) ? weight : 40 * weight, nests: NESTS.has(name) };
    });
  }

  scenario(): Tree {
    const { v } = this;
    const main = this.function(-1, 16);
    const crowd = this.crowd();
    main.unshift(...crowd);
    const goroutines: Record<string, Tree> = { main };
    BODIES.forEach((body, i) => {
      const steps = this.function(i, 10);
      const again = v.below(3);
      if (again === 0) goroutines[body.name] = steps;
      else goroutines[body.name] = [again === 1 ? { repeat: 2 + v.below(20), do: steps } : { forever: this.timed(steps) }];
    });
    // Bodies that main does not reach: what is never run is read nevertheless, and arguments get their types here.
    const rest = BODIES.filter((body) => !this.startsInMain.has(body.name));
    if (rest.length > 0)
      main.push({ if: hole('x < -1000'), do: rest.map((body) => ({ go: { run: body.name, ...this.arguments(body) } })) });
    if (v.below(4) > 0) main.push({ sleep: v.pick(['50us', '3ms', '20ms']) });
    const start = v.below(6);
    return {
      name: `swarm ${this.seed}`,
      go: v.oneIn(2) ? '1.26' : '1.19',
      gomaxprocs: v.pick([1, 1, 2, 2, 3, 4, 5, 8]),
      machine: { cpus: v.pick([1, 2, 2, 3, 4, 6, 8]), ...limits(this.seed), ...neighbours(this.seed) },
      seed: this.seed,
      ...(v.oneIn(4) ? {} : { until: v.pick(['300us', '3ms', '30ms', '120ms']) }),
      ...(start === 0 ? { start: 'cold' } : start === 1 ? { start: { settled: true, schedtick: v.below(70) } } : {}),
      ...(v.oneIn(9) ? { maxThreads: v.pick([4, 6, 9, 30]) } : {}),
      ...(v.oneIn(5) ? { godebug: { asyncpreemptoff: v.below(2) } } : {}),
      ...(v.oneIn(5) ? { runtime: v.pick(CONSTANTS) } : {}),
      ...declared(goroutines),
      goroutines,
    };
  }

  /** Goroutines that main starts before anything else, so that there is somebody to schedule, and somebody to talk to. */
  private crowd(): Tree[] {
    const { v } = this;
    this.body = -1;
    v.locals = [];
    const steps: Tree[] = [];
    for (let i = v.below(4); i > 0; i--) {
      const more: Record<string, Tree> = v.oneIn(2) ? { count: 1 + v.below(9) } : {};
      steps.push(this.go(v.pick(BODIES), { ...more, recover: v.oneIn(2) }));
    }
    if (v.oneIn(2)) {
      const pump = (): Tree => ({
        [v.oneIn(2) ? 'recv' : 'send']: v.pick(['direct', 'buffered', 'wide', 'ring[0]', 'ring[1]', 'gates[0]']),
      });
      steps.push({ go: { do: [{ forever: [{ select: [pump(), pump(), pump()] }] }], count: 1 + v.below(3) } });
    }
    if (v.oneIn(4)) steps.push({ go: { do: [{ forever: [{ sleep: v.pick(['3us', '40us', '1ms']) }, { broadcast: v.cond().name }] }] } });
    return steps;
  }

  /** The steps of a function: body number i. */
  private function(i: number, budget: number): Tree[] {
    this.body = i;
    this.inLoop = false;
    this.budget = budget;
    this.v.locals = i < 0 ? [] : [...BODIES[i]!.args];
    return [...this.block(3), ...this.block(3)];
  }

  private block(depth: number): Tree[] {
    return this.v.block(() => Array.from({ length: 1 + this.v.below(4) }, () => this.step(depth)).flat());
  }

  private loopBlock(depth: number, inLoop = true): Tree[] {
    const before = this.inLoop;
    this.inLoop = inLoop;
    const steps = this.block(depth);
    this.inLoop = before;
    return steps;
  }

  /** Steps of a loop that may go on for long. Mostly they take time: a thousand empty rounds are a microsecond, and slow to run. */
  private timed(steps: Tree[]): Tree[] {
    const takesTime = steps.some(
      (step) => step === 'gosched' || Object.keys(step as object).some((key) => /^(cpu|sleep|net|syscall|cgo)$/.test(key)),
    );
    return takesTime || this.v.oneIn(60) ? steps : [{ cpu: this.v.pick(['2us', '30us', '400us']) }, ...steps];
  }

  private step(depth: number): Tree[] {
    const kinds = this.kinds.filter((kind) => (depth > 0 && this.budget > 0) || !kind.nests);
    let x = this.v.below(kinds.reduce((sum, kind) => sum + kind.weight, 0));
    for (const kind of kinds) {
      x -= kind.weight;
      if (x >= 0) continue;
      this.budget--;
      return kind.make(depth - 1);
    }
    return [];
  }

  // ---- kinds of steps

  private makers(): Record<string, Kind> {
    return {
      ...this.work(),
      ...this.connections(),
      ...this.channels(),
      ...this.timers(),
      ...this.pipes(),
      ...this.sync(),
      ...this.goroutines(),
      ...this.control(),
      ...this.runtime(),
    };
  }

  private work(): Record<string, Kind> {
    const { v } = this;
    return {
      cpu: () => [v.oneIn(4) ? { cpu: { for: v.duration(), calls: v.oneIn(3) } } : { cpu: v.duration() }],
      syscall: () => [{ syscall: v.oneIn(4) ? { for: v.duration(), cpu: v.duration() } : v.duration() }],
      raw: () => [{ syscall: { for: v.duration(), raw: true, ...(v.oneIn(3) ? { cpu: v.duration() } : {}) } }],
      cgo: () => [{ cgo: v.duration() }],
      net: () => [{ net: v.duration() }],
      sleep: () => [{ sleep: v.oneIn(5) ? { until: v.instant() } : v.oneIn(9) ? '-1us' : v.duration() }],
    };
  }

  private connections(): Record<string, Kind> {
    const { v } = this;
    const accept = (as: string): Tree => (v.oneIn(2) ? { accept: { from: v.listener(), as } } : { accept: v.listener(), as });
    return {
      accept: () => [v.oneIn(2) ? { accept: v.listener() } : accept(v.introduce('duration'))],
      serve: (deeper): Tree[] => {
        const inner = v.block((): Tree[] => {
          const as = v.introduce('duration');
          const answer: Tree[] = v.oneIn(2) ? [{ reply: hole(as) }] : [{ span: { name: 'since', since: hole(as) } }];
          const work = [...this.loopBlock(Math.min(deeper, 1), false), ...answer];
          return [accept(as), ...(v.oneIn(2) ? work : [{ go: work }])];
        });
        return [{ go: { do: [v.oneIn(2) ? { forever: inner } : { repeat: 1 + v.below(9), do: inner }], count: 1 + v.below(3) } }];
      },
      reply: () => [{ if: hole('x == 4'), do: [{ reply: v.instant() }] }],
    };
  }

  private channels(): Record<string, Kind> {
    const { v } = this;
    return {
      send: () => [v.oneIn(2) ? { send: v.channel() } : { send: { to: v.channel(), value: v.value() } }],
      recv: () => [this.receive()],
      close: () => [{ close: v.channel() }],
      range: (deeper) => {
        const { name: range, type } = v.source();
        return [v.block(() => ({ range, ...(v.oneIn(2) ? { as: v.introduce(type) } : {}), do: this.loopBlock(deeper) }))];
      },
      select: (deeper) => [{ select: this.cases(deeper) }],
      emptySelect: () => [{ select: [] }],
      nilChannel: () => [{ [v.oneIn(2) ? 'send' : 'recv']: 'never' }],
      handOver: (): Tree[] => {
        const channel = v.pick(['direct', 'buffered', 'ring[0]']);
        const sender: Tree[] = [{ send: channel, value: v.value() }];
        return [{ go: sender }, { recv: channel }];
      },
      pool: (deeper): Tree[] => {
        const jobs = v.pick(['direct', 'buffered', 'wide']);
        const work = { range: jobs, do: this.loopBlock(Math.min(deeper, 1)) };
        const jobsEnd: Tree[] = v.oneIn(3) ? [{ close: jobs }] : [];
        return [{ go: { do: [work], count: 1 + v.below(4) } }, { repeat: v.below(8), do: [{ send: jobs }] }, ...jobsEnd];
      },
    };
  }

  private timers(): Record<string, Kind> {
    const { v } = this;
    const set = (steps: Tree[], timer: string | null): Tree => ({
      afterFunc: { ...(timer === null ? {} : { timer }), after: v.oneIn(9) ? '-1us' : v.duration(), do: steps },
    });
    const change = (timer: string): Tree => (v.oneIn(2) ? { stopTimer: timer } : { resetTimer: { [timer]: v.duration() } });
    return {
      afterFunc: () => [set([v.oneIn(2) ? { log: v.text() } : { cpu: v.duration() }], v.oneIn(2) ? v.timer() : null)],
      timeout: (deeper) => {
        const timer = v.timer();
        return [set(this.loopBlock(Math.min(deeper, 1), false), timer), ...this.block(0), change(timer)];
      },
      again: () => {
        const timer = v.timer();
        return [
          set([{ if: v.condition(), do: [{ resetTimer: { [timer]: v.duration() } }] }], timer),
          { sleep: v.duration() },
          change(timer),
        ];
      },
      tick: () => [{ recv: v.ticker() }],
      ticker: () => [change(v.ticker())],
      strayStop: () => [change(v.timer())],
    };
  }

  private pipes(): Record<string, Kind> {
    const { v } = this;
    return {
      read: () => [{ read: v.pipe() }],
      write: () => [{ write: v.pipe() }],
      line: (): Tree[] => {
        const pipe = v.pipe();
        const end = v.oneIn(2);
        const there = { [end ? 'read' : 'write']: pipe };
        const here = { [end ? 'write' : 'read']: pipe };
        return [
          { go: { do: [there], count: 1 + v.below(3) } },
          ...(v.oneIn(2) ? [{ sleep: v.duration() }] : []),
          { repeat: v.below(4), do: [here] },
        ];
      },
    };
  }

  private receive(): Tree {
    const { v } = this;
    const { name: from, type } = v.source();
    if (v.oneIn(2)) return { recv: from };
    const as = v.introduce(type);
    return v.oneIn(2) ? { recv: { from, as } } : { recv: from, as, ok: v.introduce('bool') };
  }

  private cases(depth: number): Tree[] {
    const { v } = this;
    const inside = (): Record<string, Tree> => (v.oneIn(2) ? {} : { do: this.block(Math.min(depth, 1)) });
    const cases = Array.from({ length: 1 + v.below(4) }, (): Tree => {
      const channel = v.oneIn(2) ? v.channel() : 'buffered'; // often the same in several cases
      switch (v.below(7)) {
        case 0:
        case 1:
          return { send: channel, ...(v.oneIn(2) ? { value: v.value() } : {}), ...inside() };
        case 2:
          return { after: v.duration(), ...inside() };
        case 3: {
          const { name, type } = v.source();
          return v.block(() => ({ recv: name, as: v.introduce(type), ok: v.introduce('bool'), ...inside() }));
        }
        default:
          return { recv: channel, ...inside() };
      }
    });
    if (v.oneIn(3)) cases.push(v.oneIn(2) ? 'default' : { default: this.block(0) });
    return cases;
  }

  private sync(): Record<string, Kind> {
    const { v } = this;
    return {
      locked: (deeper) => {
        const inner = this.block(Math.min(deeper, 1));
        if (v.oneIn(3)) return [{ rlock: 'rw' }, ...inner, { runlock: 'rw' }];
        const lock = v.oneIn(3) ? 'rw' : v.mutex();
        return [{ lock }, ...inner, { unlock: lock }];
      },
      contend: () => {
        const lock = v.oneIn(3) ? 'rw' : 'mu';
        const inner: Tree[] = v.oneIn(2) ? [] : [v.oneIn(2) ? { cpu: v.duration() } : { sleep: v.duration() }];
        return [{ repeat: 1 + v.below(6), do: [{ lock }, ...inner, { unlock: lock }] }];
      },
      strayLock: (): Tree[] => [v.oneIn(2) ? { lock: v.mutex() } : { rlock: 'rw' }],
      strayUnlock: () => [v.pick<Tree>([{ unlock: 'mu' }, { unlock: 'rw' }, { runlock: 'rw' }])],
      strayDone: () => [{ done: v.waitgroup() }],
      add: (): Tree[] => [{ add: { [v.waitgroup()]: v.oneIn(8) ? v.value() : 1 + v.below(2) } }, { done: v.waitgroup() }],
      wait: () => [{ wait: v.waitgroup() }],
      fanOut: (): Tree[] => {
        const wg = v.waitgroup();
        return [this.go(this.later(), { count: v.below(6), wg, recover: true }), { wait: wg }];
      },
      condWait: (): Tree[] => {
        const { name, locker } = v.cond();
        return v.oneIn(9) ? [{ condWait: name }] : [{ lock: locker }, { condWait: name }, { unlock: locker }];
      },
      condLoop: (): Tree[] => {
        const { name, locker } = v.cond();
        const waiter: Tree[] = [{ lock: locker }, { while: hole('x < 3'), do: [{ condWait: name }] }, { unlock: locker }];
        const waker: Tree[] = [
          { lock: locker },
          { set: { x: hole('x + 1') } },
          { [v.oneIn(2) ? 'signal' : 'broadcast']: name },
          { unlock: locker },
        ];
        return [{ go: { do: waiter, count: 1 + v.below(3) } }, { repeat: v.below(4), do: waker }];
      },
      signal: () => [{ signal: v.cond().name }],
      broadcast: () => [{ broadcast: v.cond().name }],
      once: (deeper) => [{ once: { name: v.pick(['one', 'other']), do: this.loopBlock(deeper, false) } }],
    };
  }

  private goroutines(): Record<string, Kind> {
    const { v } = this;
    return {
      go: () => {
        const more: Record<string, Tree> = {};
        if (v.oneIn(2)) more.count = v.small(7);
        if (v.oneIn(2)) more.wg = v.waitgroup();
        if (v.oneIn(2)) more.recover = true;
        // Seldom an earlier one, or the same: that may never stop.
        const body = v.oneIn(8) ? v.pick(BODIES) : this.later();
        return [this.go(body, more)];
      },
      goInline: (deeper) => {
        const count = v.oneIn(2) ? v.small(5) : null;
        const wg: Record<string, Tree> = v.oneIn(3) ? { wg: v.waitgroup() } : {};
        return v.block(() => {
          const loop: Record<string, Tree> = count === null ? {} : { count, as: v.introduce('int') };
          const steps = this.loopBlock(deeper, false);
          return [count === null && v.oneIn(2) ? { go: steps } : { go: { do: steps, ...loop, ...wg } }];
        });
      },
      call: () => {
        const body = this.later();
        if (body.name === BODIES[this.body]?.name) return [{ cpu: v.duration() }];
        this.note(body);
        return [body.args.length === 0 && v.oneIn(2) ? { call: body.name } : { call: { run: body.name, ...this.arguments(body) } }];
      },
    };
  }

  /** A body that comes after the one that is being written, where there is one. */
  private later(): BodyShape {
    return this.v.pick(BODIES.slice(Math.min(this.body + 1, BODIES.length - 1)));
  }

  private go(body: BodyShape, more: Record<string, Tree>): Tree {
    this.note(body);
    const given = this.arguments(body);
    if (body.args.length === 0 && Object.keys(more).length === 0) return { go: body.name };
    const as: Record<string, Tree> = {};
    if (more.count !== undefined && body.args.some((arg) => arg.name === 'n') && this.v.oneIn(2)) {
      const { n, ...others } = given.with as Record<string, Tree>;
      return { go: { run: body.name, ...more, as: 'n', ...(Object.keys(others).length > 0 ? { with: others } : {}) } };
    }
    return { go: { run: body.name, ...more, ...as, ...given } };
  }

  private note(body: BodyShape): void {
    if (this.body < 0) this.startsInMain.add(body.name);
  }

  private arguments(body: BodyShape): Record<string, Tree> {
    if (body.args.length === 0) return {};
    return { with: Object.fromEntries(body.args.map((arg) => [arg.name, this.v.valueOf(arg.type)])) };
  }

  private control(): Record<string, Kind> {
    const { v } = this;
    return {
      repeat: (deeper) => {
        const repeat = v.small(8);
        return [v.block(() => ({ repeat, ...(v.oneIn(2) ? { as: v.introduce('int') } : {}), do: this.loopBlock(deeper) }))];
      },
      repeatFor: (deeper) => [{ repeat: { for: v.duration() }, do: this.timed(this.loopBlock(deeper)) }],
      forever: (deeper) => {
        const steps = this.timed(this.loopBlock(deeper));
        if (v.oneIn(5)) return [{ forever: steps }];
        const leave: Tree = v.oneIn(2)
          ? {
              choose: [
                { weight: 1, do: ['break'] },
                { weight: v.pick([1, 3.5, 20]), do: this.loopBlock(0) },
              ],
            }
          : { if: v.condition(), do: ['break'] };
        return [{ forever: [...steps, leave] }];
      },
      while: (deeper) => [
        v.oneIn(2)
          ? { while: v.condition(), do: [...this.loopBlock(deeper), 'break'] }
          : { while: hole('x < 4'), do: this.timed([{ set: { x: hole('x + 1') } }, ...this.loopBlock(deeper)]) },
      ],
      if: (deeper) => [{ if: v.condition(), do: this.block(deeper), ...(v.oneIn(2) ? { else: this.block(deeper) } : {}) }],
      leave: () => (this.inLoop ? [v.oneIn(2) ? 'break' : { if: v.condition(), do: ['continue'] }] : [{ cpu: v.duration() }]),
      return: () => [{ if: v.condition(), do: ['return'] }],
      set: () => {
        const known = v.locals.length > 0 ? v.pick(v.locals) : null;
        if (v.oneIn(3)) {
          const value = v.valueOf('int');
          return [{ set: { [v.introduce('int')]: value } }];
        }
        if (v.oneIn(2) && known !== null) return [{ set: { [known.name]: v.valueOf(known.type) } }];
        return [{ set: { [v.pick(['x', 'y', `cells[${v.subscript(3)}]`])]: v.value() } }];
      },
      count: () => [{ set: { x: hole('x + 1') } }],
      choose: (deeper) => [{ choose: [1, v.pick([0.25, 2, 9])].map((weight) => ({ weight, do: this.block(deeper) })) }],
    };
  }

  private runtime(): Record<string, Kind> {
    const { v } = this;
    return {
      span: (deeper) => [{ span: v.pick(['one', 'two']), do: this.block(deeper) }],
      spanSince: () => [{ span: { name: 'since', since: v.instant() } }],
      log: () => [{ log: v.text() }],
      gosched: () => ['gosched'],
      goexit: () => ['goexit'],
      lockOSThread: () => ['lockOSThread'],
      unlockOSThread: () => ['unlockOSThread'],
      panic: () => [{ panic: v.text() }],
      exit: () => [{ exit: v.oneIn(3) ? v.value() : v.below(4) }],
    };
  }
}
