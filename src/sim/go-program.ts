// The words of a program in TypeScript. A goroutine is a generator function that is handed `go`; what takes time or may wait
// is called with yield*:
//
//   function* main(go: Go): Routine<void> {
//     const c = go.chan<number>(1);
//     go.spawn(worker, c);
//     yield* go.cpu('2ms');
//     yield* c.send(1);
//   }
//
// Durations are a number of ns, or text such as '1.5ms'. A mistake in an argument throws a TypeError or a RangeError out of
// the simulation; a panic of the simulated program is a GoPanic, which the program may catch as Go recovers.

import { parseDuration } from '../base/duration.ts';
import { SampleSet } from '../base/samples.ts';
import { Hchan } from '../runtime/chan.ts';
import * as ops from '../runtime/ops.ts';
import {
  Cond as RuntimeCond,
  Mutex as RuntimeMutex,
  Once as RuntimeOnce,
  RWMutex as RuntimeRWMutex,
  WaitGroup as RuntimeWaitGroup,
} from '../runtime/sync.ts';
import { GoExit, GoPanic } from './go-errors.ts';
import type { Call, Case, GoWorkload } from './go-workload.ts';
import type { Routine } from './operation.ts';
import { VALUE, VALUE_OK } from './operation.ts';

export type { Routine };

/** A goroutine's function. */
export type GoFunc<A extends readonly unknown[]> = (go: Go, ...args: A) => Routine<void>;

/** The program's entry. */
export type GoMain = GoFunc<[]>;

/** Nanoseconds, or text as Go writes it: '1.5ms'. */
export type Duration = number | string;

/** A case of a select. */
export type SelectCase =
  | { readonly recv: Chan<unknown> }
  | { readonly send: Chan<never>; readonly value: unknown }
  | { readonly after: Duration }
  | { readonly default: true };

/** The case that happened: its index in the list; a received value, and whether the channel was open. */
export interface Selected {
  readonly index: number;
  readonly value: unknown;
  readonly ok: boolean;
}

const MOST_NS = Number.MAX_SAFE_INTEGER;

function nanoseconds(d: Duration): number {
  const ns = typeof d === 'number' ? d : parseDuration(d);
  if (typeof ns !== 'number' || !Number.isInteger(ns)) throw new TypeError(`no duration: ${String(d)} (write 250 for ns, or '1.5ms')`);
  if (ns < 0 || ns > MOST_NS) throw new RangeError(`not from 0 to 2^53 - 1 ns: ${String(d)}`);
  return ns;
}

function whole(n: number, least: number, what: string): number {
  if (!Number.isSafeInteger(n)) throw new TypeError(`${what} is a whole number, not ${String(n)}`);
  if (n < least) throw new RangeError(`${what} is at least ${least}, not ${n}`);
  return n;
}

/** The simulated program's view of Go. */
export class Go {
  private readonly work: GoWorkload;

  constructor(work: GoWorkload) {
    this.work = work;
  }

  // ---- goroutines

  /** The go statement: it takes effect before this goroutine's next operation. */
  spawn<A extends readonly unknown[]>(f: GoFunc<A>, ...args: A): void {
    this.work.pass({ call: this.call(f, args, 0) });
  }

  private call<A extends readonly unknown[]>(f: GoFunc<A>, args: A, wg: number): Call {
    return { name: f.name === '' ? 'func' : f.name, routine: () => f(this, ...args), wg };
  }

  /** runtime.Gosched. */
  gosched(): Routine<void> {
    return this.work.ask(ops.OP_GOSCHED, 0, 0) as Routine<void>;
  }

  /** runtime.Goexit: ends this goroutine; finally blocks run. */
  goexit(): never {
    throw new GoExit('Goexit');
  }

  lockOSThread(): Routine<void> {
    return this.work.ask(ops.OP_LOCK_OS_THREAD, 0, 0) as Routine<void>;
  }

  unlockOSThread(): Routine<void> {
    return this.work.ask(ops.OP_UNLOCK_OS_THREAD, 0, 0) as Routine<void>;
  }

  /** Panics: a GoPanic, which this goroutine may catch; uncaught it ends the program. */
  panic(text: string): never {
    throw new GoPanic(text);
  }

  /** os.Exit. */
  exit(code: number): Routine<void> {
    return this.work.ask(ops.OP_EXIT, 0, whole(code, Number.MIN_SAFE_INTEGER, 'a status')) as Routine<void>;
  }

  // ---- time

  /** A burst of processor time. */
  cpu(d: Duration): Routine<void> {
    return this.work.ask(ops.OP_CPU, 0, nanoseconds(d)) as Routine<void>;
  }

  /** A blocking system call; `cpu` of it computes in the kernel. */
  syscall(d: Duration, { cpu = 0 }: { readonly cpu?: Duration } = {}): Routine<void> {
    return this.work.ask(ops.OP_SYSCALL, Math.min(nanoseconds(cpu), 0x7fffffff), nanoseconds(d)) as Routine<void>;
  }

  /** A call into C that computes all the time. */
  cgo(d: Duration): Routine<void> {
    return this.work.ask(ops.OP_CGO, 0, nanoseconds(d)) as Routine<void>;
  }

  /** Waits in the network poller for a descriptor that is ready after `d`. */
  net(d: Duration): Routine<void> {
    return this.work.ask(ops.OP_NET, 0, nanoseconds(d)) as Routine<void>;
  }

  /** time.Sleep. */
  sleep(d: Duration): Routine<void> {
    return this.work.ask(ops.OP_SLEEP, 0, nanoseconds(d)) as Routine<void>;
  }

  /** time.AfterFunc: the function runs in a goroutine of its own. */
  *afterFunc<A extends readonly unknown[]>(d: Duration, f: GoFunc<A>, ...args: A): Routine<Timer> {
    const { timers } = this.work.inside.objects;
    const id = timers.push(null) - 1;
    yield* this.work.askTimer(id, nanoseconds(d), this.call(f, args, 0)) as Routine<void>;
    return new Timer(this.work, id);
  }

  /** Virtual time since the start, ns. */
  now(): number {
    return this.work.inside.machine.now;
  }

  // ---- what is seen of it

  /** A line of the result's log; costs no time. */
  log(text: string): void {
    this.work.pass({ text });
  }

  /** Measures, under a name of the result's `spans`, the time from `since` to now. */
  span(name: string, since: number): void {
    const { spans } = this.work.names;
    let span = spans.indexOf(name);
    if (span < 0) {
      span = spans.push(name) - 1;
      this.work.spans.push(new SampleSet());
    }
    this.work.pass({ span, since });
  }

  /** A number from 0 to below 1, from this goroutine's own stream: it does not change when the schedule does. */
  random(): number {
    return this.work.draw() / 0x100000000;
  }

  /** A whole number from 0 to below n. */
  intn(n: number): number {
    return Math.floor(this.random() * whole(n, 1, 'a bound'));
  }

  // ---- objects. With a name they are in the result under it.

  /** make(chan T, capacity). */
  chan<T>(capacity = 0, name?: string): Chan<T> {
    const { channels } = this.work.inside.objects;
    const id = channels.length;
    channels.push(new Hchan(id, whole(capacity, 0, 'a capacity')));
    if (name !== undefined) this.work.names.channels.push({ name, base: id, count: null });
    return new Chan(this.work, id);
  }

  mutex(name?: string): Mutex {
    const { mutexes } = this.work.inside.objects;
    const id = mutexes.push(new RuntimeMutex()) - 1;
    if (name !== undefined) this.work.names.mutexes.push({ name, base: id, count: null });
    return new Mutex(this.work, id);
  }

  rwmutex(): RWMutex {
    return new RWMutex(this.work, this.work.inside.objects.rwmutexes.push(new RuntimeRWMutex()) - 1);
  }

  waitGroup(): WaitGroup {
    const { waitgroups } = this.work.inside.objects;
    const id = waitgroups.push(new RuntimeWaitGroup()) - 1;
    return new WaitGroup(this.work, id, (f, args) => this.work.pass({ call: this.call(f, args, id + 1) }));
  }

  cond(locker: Mutex): Cond {
    return new Cond(this.work, this.work.inside.objects.conds.push(new RuntimeCond(locker.id)) - 1);
  }

  once(): Once {
    return new Once(this.work, this.work.inside.objects.onces.push(new RuntimeOnce()) - 1);
  }

  /** select. With `{default: true}` among the cases it does not wait. */
  *select(cases: readonly SelectCase[]): Routine<Selected> {
    const real: Case[] = [];
    const places: number[] = []; // of the real cases in the list
    let fallback = -1;
    cases.forEach((one, i) => {
      if ('default' in one) {
        if (fallback >= 0) throw new TypeError('a select has one default at most');
        fallback = i;
        return;
      }
      places.push(i);
      if ('recv' in one) real.push({ dir: 1, chan: one.recv.id, value: 0 });
      else if ('send' in one) real.push({ dir: 0, chan: one.send.id, value: this.work.put(one.value) });
      else real.push({ dir: 2, chan: -1, value: nanoseconds(one.after) });
    });
    yield* this.work.askSelect(real, fallback < 0) as Routine<void>;
    const taken = this.work.taken();
    if (taken < 0) return { index: fallback, value: undefined, ok: false };
    const index = places[taken]!;
    if (real[taken]!.dir === 1) {
      const ok = this.work.hasReceived();
      return { index, value: ok ? this.work.received() : undefined, ok };
    }
    return { index, value: undefined, ok: true };
  }
}

/** Something of the runtime, by its number there. */
class Thing {
  readonly id: number;
  protected readonly work: GoWorkload;

  constructor(work: GoWorkload, id: number) {
    this.work = work;
    this.id = id;
  }

  protected perform(op: number, val = 0): Routine<void> {
    return this.work.ask(op, this.id, val) as Routine<void>;
  }
}

export class Chan<T> extends Thing {
  declare private readonly element: T;

  get len(): number {
    return this.work.inside.objects.channels[this.id]!.buf.length;
  }

  get cap(): number {
    return this.work.inside.objects.channels[this.id]!.cap;
  }

  send(value: T): Routine<void> {
    return this.work.ask(ops.OP_SEND, this.id, this.work.put(value)) as Routine<void>;
  }

  /** The value; undefined from a closed channel. */
  recv(): Routine<T | undefined> {
    return this.work.ask(ops.OP_RECV, this.id, 0, VALUE) as Routine<T | undefined>;
  }

  /** The value, and whether there was one: false from a closed channel. */
  recvOk(): Routine<[T | undefined, boolean]> {
    return this.work.ask(ops.OP_RECV, this.id, 0, VALUE_OK) as Routine<[T | undefined, boolean]>;
  }

  /** Hands each value to `f` until the channel is closed and drained, as a range loop does. */
  *range(f: (value: T) => Routine<void>): Routine<void> {
    for (;;) {
      const [value, ok] = yield* this.recvOk();
      if (!ok) return;
      yield* f(value as T);
    }
  }

  close(): Routine<void> {
    return this.perform(ops.OP_CLOSE);
  }
}

export class Mutex extends Thing {
  lock(): Routine<void> {
    return this.perform(ops.OP_LOCK);
  }

  unlock(): Routine<void> {
    return this.perform(ops.OP_UNLOCK);
  }
}

export class RWMutex extends Thing {
  lock(): Routine<void> {
    return this.perform(ops.OP_RWLOCK);
  }

  unlock(): Routine<void> {
    return this.perform(ops.OP_RWUNLOCK);
  }

  rlock(): Routine<void> {
    return this.perform(ops.OP_RLOCK);
  }

  runlock(): Routine<void> {
    return this.perform(ops.OP_RUNLOCK);
  }
}

export class WaitGroup extends Thing {
  private readonly start: (f: GoFunc<unknown[]>, args: unknown[]) => void;

  constructor(work: GoWorkload, id: number, start: (f: GoFunc<unknown[]>, args: unknown[]) => void) {
    super(work, id);
    this.start = start;
  }

  add(n: number): Routine<void> {
    return this.perform(ops.OP_ADD, whole(n, Number.MIN_SAFE_INTEGER, 'a delta'));
  }

  done(): Routine<void> {
    return this.perform(ops.OP_ADD, -1);
  }

  wait(): Routine<void> {
    return this.perform(ops.OP_WAIT);
  }

  /** wg.Go: a go statement that this group waits for. */
  go<A extends readonly unknown[]>(f: GoFunc<A>, ...args: A): void {
    this.start(f as unknown as GoFunc<unknown[]>, args as unknown as unknown[]);
  }
}

export class Cond extends Thing {
  /** Its locker is to be held. */
  wait(): Routine<void> {
    return this.perform(ops.OP_COND_WAIT);
  }

  signal(): Routine<void> {
    return this.perform(ops.OP_SIGNAL);
  }

  broadcast(): Routine<void> {
    return this.perform(ops.OP_BROADCAST);
  }
}

export class Once extends Thing {
  /** Runs `f` unless that has been done; waits while another goroutine does it. */
  *do(f: () => Routine<void>): Routine<void> {
    yield* this.perform(ops.OP_ONCE);
    if (!this.work.isFirst()) return;
    try {
      yield* f();
    } finally {
      yield* this.perform(ops.OP_ONCE_DONE);
    }
  }
}

export class Timer extends Thing {
  stop(): Routine<void> {
    return this.perform(ops.OP_STOP_TIMER);
  }

  reset(d: Duration): Routine<void> {
    return this.perform(ops.OP_RESET_TIMER, nanoseconds(d));
  }
}
