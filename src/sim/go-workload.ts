// Programs in TypeScript as the code of a world: a goroutine is a generator. It runs, in no virtual time, up to its next
// `yield`, before which it has said what it asks of the runtime; what came of that it finds when it goes on.
//
// What a goroutine does in passing (go statements, log lines, spans) is kept in a list and takes effect, in its order,
// before that next operation: a go statement costs time, so it is an operation of its own.
//
// Channels of the runtime carry numbers. A value of the program waits in a drawer, and the number of its place travels, doubled; a
// small whole number n travels by itself, as 2 n + 1.
//
// For the short way (go-ahead.ts) a goroutine is a program of two instructions: what it has asked for, and RESUME; g.pc says
// which of them is next. What can happen at once there does so while the generator runs, and is no instruction.

import { childKey0, childKey1, draw32, Stream } from '../base/prng.ts';
import type { SampleSet } from '../base/samples.ts';
import { ZERO_NS } from '../base/zero.ts';
import { SUCCESS } from '../runtime/chan.ts';
import { F_RECOVER, words } from '../runtime/g.ts';
import type { M } from '../runtime/m.ts';
import * as ops from '../runtime/ops.ts';
import type { Sched } from '../runtime/sched.ts';
import type { TimerCall } from '../runtime/timer.ts';
import type { Code, Inside, Names, Work } from './code.ts';
import { ASKED, GoAhead, RESUME, TAKE } from './go-ahead.ts';
import { GoExit, GoPanic } from './go-errors.ts';
import type { GoMain } from './go-program.ts';
import { Go } from './go-program.ts';
import type { Answer, Routine } from './operation.ts';
import { NOTHING, Operation } from './operation.ts';
import type { ObjectNames } from './program.ts';
import * as ir from './program.ts';

/** A goroutine to be started. */
export interface Call {
  readonly name: string;
  readonly routine: () => Routine<void>;
  readonly wg: number; // 1 + the WaitGroup that it is counted in, 0: none
}

/** What a timer starts, and the random stream from which those of its goroutines are made. */
interface TimedCall extends TimerCall {
  readonly call: Call;
  readonly key0: number;
  readonly key1: number;
  started: number;
}

type Passing = { readonly call: Call } | { readonly text: string } | { readonly span: number; readonly since: number };

/** One case of a select: 0 send, 1 receive, 2 of a timer. */
export interface Case {
  readonly dir: 0 | 1 | 2;
  readonly chan: number;
  readonly value: number;
}

type Native = Generator<undefined, void, undefined>;

const GENERATOR = Object.getPrototypeOf(function* (): Native {}).prototype as Native;
/** Called for what it is: to look it up takes time, for functions are many and the generators of each another kind to V8. */
const goOnIn = GENERATOR.next;

function* around(routine: Routine<void>): Native {
  yield* routine;
}

function isNative(routine: Routine<void>): routine is Native {
  return Object.prototype.isPrototypeOf.call(GENERATOR, routine);
}

class Task {
  readonly routine: Native;
  readonly operation: Operation;
  readonly passing: Passing[] = [];
  starting: Call | null = null; // by the go statement under way
  panic: GoPanic | null = null; // to be thrown where it goes on
  cases: readonly Case[] = [];
  block = false;
  // the operation it asks for
  op = -1;
  obj = 0;
  val = ZERO_NS;

  constructor(routine: Routine<void>, operation: Operation) {
    this.routine = isNative(routine) ? routine : around(routine);
    this.operation = operation;
  }
}

/** The code of a program whose main is a generator function. */
export function goCode(main: GoMain): Code {
  const names = { channels: [] as ObjectNames[], mutexes: [] as ObjectNames[], listeners: [], spans: [] as string[] };
  return {
    names,
    setup: { maxThreads: null, asyncpreemptoff: false, tickers: [] },
    objects: { channels: [], mutexes: [], rwmutexes: [], waitgroups: [], conds: [], onces: [], listeners: [], timers: [], pipes: [] },
    work: (inside) => new GoWorkload(main, inside, names),
  };
}

const WORDS = 2 * ir.STRIDE; // of code
const FIRST_GOROUTINES = 16;
const MOST_NS = 0x3fffffff; // in an instruction
const MOST_TRAVELLING = 0x10000000;
const UNASKED = 'a goroutine yields only what the methods of `go` yield: write `yield* go.cpu(…)`';
const FORGOTTEN = 'an operation was not waited for: write `yield*` before it, as in `yield* c.send(1)`';
const NONE = new Int32Array(0);
const NO_FRAMES = { data: new Float64Array(0) };
const NO_OPERANDS = { valueKind: new Uint8Array(0), valueArg: NONE, refIndex: NONE, refCount: NONE, refBase: NONE };

export class GoWorkload implements Work {
  roundNs = ZERO_NS;
  message = '';
  readonly spans: SampleSet[] = [];
  cases: ops.SelectCases = room(4);
  readonly inside: Inside;
  readonly names: Names & { readonly channels: ObjectNames[]; readonly mutexes: ObjectNames[]; readonly spans: string[] };
  private readonly main: Call;
  private readonly mainKey: Stream;
  private readonly tasks: (Task | null)[] = []; // by goroutine
  private readonly bodies: string[] = []; // names
  private readonly drawer: unknown[] = [undefined]; // values under way; number 0 is no value
  private readonly freeSlots: number[] = [];
  /** The goroutine whose code runs now. */
  private current: Task | null = null;
  private gp = -1;
  private readonly goAhead: GoAhead;
  code = new Int32Array(FIRST_GOROUTINES * WORDS); // for that, by goroutine

  constructor(main: GoMain, inside: Inside, names: GoWorkload['names']) {
    const go = new Go(this);
    this.main = { name: 'main', routine: () => main(go), wg: 0 };
    this.inside = inside;
    this.names = names;
    this.mainKey = new Stream(inside.seed, 'main');
    this.goAhead = new GoAhead(NO_OPERANDS, this, NO_FRAMES, 0, (gp) => this.goOn(gp));
  }

  // ---- for the program (go-program.ts)

  /** The goroutine that runs asks for an operation, and must now wait for it. */
  ask(op: number, obj: number, val: number, answer: Answer = NOTHING): Operation {
    const task = this.task();
    const { operation } = task;
    if (!operation.asked) throw new Error(FORGOTTEN);
    operation.asked = false;
    operation.answer = answer;
    task.op = op;
    task.obj = obj;
    task.val = val;
    return operation;
  }

  /** Whether what the goroutine that runs has just asked for can happen while it runs: then it has. */
  happensAtOnce(): boolean {
    const task = this.task();
    const { op } = task;
    if (task.passing.length > 0) return false;
    if (op === ops.OP_CPU) {
      if (!this.goAhead.burns(this.gp, task.val)) return false;
    } else if ((op !== ops.OP_SEND && op !== ops.OP_RECV) || !this.goAhead.meets(this.gp, op, task.obj, task.val)) {
      return false;
    }
    task.op = -1;
    return true;
  }

  /** Asks for a timer that starts a goroutine. */
  askTimer(timer: number, ns: number, call: Call): Operation {
    this.task().starting = call;
    return this.ask(ops.OP_AFTER_FUNC, timer, ns);
  }

  askSelect(cases: readonly Case[], block: boolean): Operation {
    const task = this.task();
    task.cases = cases;
    task.block = block;
    return this.ask(ops.OP_SELECT, 0, 0);
  }

  pass(passing: Passing): void {
    this.task().passing.push(passing);
  }

  /** The number under which a value travels. */
  put(value: unknown): number {
    if (value === undefined) return 0;
    if (typeof value === 'number' && (value | 0) === value && value > 0 && value < MOST_TRAVELLING) return 2 * value + 1;
    const slot = this.freeSlots.pop() ?? this.drawer.length;
    this.drawer[slot] = value;
    return 2 * slot;
  }

  private take(number: number): unknown {
    if ((number & 1) === 1) return number >> 1;
    const slot = number >> 1;
    const value = this.drawer[slot];
    if (slot !== 0) {
      this.drawer[slot] = undefined;
      this.freeSlots.push(slot);
    }
    return value;
  }

  /** Whether the goroutine that runs has received a value: not, where the channel is closed. */
  hasReceived(): boolean {
    return this.inside.g.bits[this.gp] === SUCCESS;
  }

  /** That value, once. */
  received(): unknown {
    return this.take(this.inside.g.val[this.gp]!);
  }

  /** The case that its select took, -1: the default. Values that were not sent are dropped. */
  taken(): number {
    const taken = this.inside.g.obj[this.gp]!;
    const { cases } = this.task();
    for (let k = 0; k < cases.length; k++) if (cases[k]!.dir === 0 && k !== taken) this.take(cases[k]!.value);
    return taken;
  }

  /** Whether the Once is for it to do. */
  isFirst(): boolean {
    return this.inside.g.bits[this.gp] === 1;
  }

  /** The next draw of its random stream, a 32-bit integer. */
  draw(): number {
    const { g } = this.inside;
    return draw32(g.key0[this.gp]!, g.key1[this.gp]!, g.draws[this.gp]!++);
  }

  private task(): Task {
    const task = this.current;
    if (task === null) throw new Error('a goroutine of the simulated program is to call this, while it runs');
    return task;
  }

  // ---- the door

  ahead(s: Sched, mp: M): void {
    this.goAhead.run(s, mp, 0);
  }

  next(gp: number): number {
    const { g, system, output } = this.inside;
    if (system.owns(gp)) {
      const op = system.next(gp);
      if (op >= 0) return op;
      g.pc[gp] = 2 * gp + 1; // the runtime has started: main.main
    }
    const task = this.tasks[gp]!;
    if (g.pc[gp] !== 2 * gp) {
      this.goOn(gp);
      g.pc[gp] = 2 * gp;
    }
    for (;;) {
      if (task.passing.length === 0) {
        const { op } = task;
        g.obj[gp] = task.obj;
        g.val[gp] = task.val;
        if (op === ops.OP_SELECT) this.cases.count = task.cases.length;
        if (op === ops.OP_RECV) g.pc[gp] = ~(2 * gp);
        else if (op !== ops.OP_END) g.pc[gp] = 2 * gp + 1;
        return op;
      }
      const passing = task.passing.shift()!;
      if ('call' in passing) {
        task.starting = passing.call;
        return ops.OP_GO;
      }
      if ('text' in passing) {
        output.log(gp, passing.text);
      } else {
        const ns = Math.max(0, this.inside.machine.now - passing.since);
        this.spans[passing.span]!.add(ns);
        output.span(gp, passing.span, ns);
      }
    }
  }

  /** Runs the generator up to its next operation. */
  private goOn(gp: number): void {
    const task = this.tasks[gp]!;
    this.gp = gp;
    this.current = task;
    task.op = -1;
    this.run(gp, task);
    this.current = null;
    this.encode(gp * WORDS, task);
  }

  /** Writes what a goroutine has asked for as an instruction, if the short way knows it. */
  private encode(i: number, { op, obj, val, passing }: Task): void {
    const { code } = this;
    code[i] = ASKED;
    if (passing.length > 0) return;
    if (op === ops.OP_SEND) {
      code[i] = ir.SEND;
      code[i + 1] = ~obj;
      code[i + 2] = ~val;
    } else if (op === ops.OP_RECV) {
      code[i] = TAKE;
      code[i + 1] = ~obj;
    } else if (op === ops.OP_CPU && val <= MOST_NS) {
      code[i] = ir.CPU;
      code[i + 1] = ~val;
    }
  }

  /** Runs the generator itself: it asks for something, or has come to its end. */
  private run(gp: number, task: Task): void {
    const { g } = this.inside;
    try {
      const { panic } = task;
      task.panic = null;
      const { done } = panic === null ? goOnIn.call(task.routine) : task.routine.throw(panic);
      if (done !== true) {
        if (task.op < 0) throw new Error(UNASKED);
      } else {
        if (!task.operation.asked) throw new Error(FORGOTTEN);
        this.end(gp, task, 0);
      }
    } catch (e) {
      task.op = -1;
      if (e instanceof GoExit) {
        this.end(gp, task, 1);
      } else if (e instanceof GoPanic) {
        this.message = e.message;
        g.flags[gp]! &= ~F_RECOVER;
        task.op = ops.OP_PANIC;
      } else {
        this.current = null;
        throw e;
      }
    }
  }

  /** The goroutine's function is left for good: its WaitGroup is Done first. `exit`: not by returning. */
  private end(gp: number, task: Task, exit: number): void {
    const { g } = this.inside;
    if (g.wg[gp] !== 0) {
      task.op = ops.OP_ADD;
      task.obj = g.wg[gp]! - 1;
      task.val = -1;
      g.wg[gp] = 0;
    }
    g.bits[gp] = exit;
    if (task.op < 0) task.op = ops.OP_END;
  }

  loadCases(gp: number): boolean {
    const { cases, block } = this.tasks[gp]!;
    if (cases.length > this.cases.dir.length) this.cases = room(cases.length * 2);
    for (let k = 0; k < cases.length; k++) {
      const { dir, chan, value } = cases[k]!;
      this.cases.dir[k] = dir;
      this.cases.chan[k] = chan;
      this.cases.value[k] = value;
    }
    this.cases.count = cases.length;
    this.cases.block = block;
    return true;
  }

  spawn(parent: number, child: number): number {
    const { g, system } = this.inside;
    g.index[child] = 0;
    if (parent < 0) {
      this.enter(child, this.main, this.mainKey.k0, this.mainKey.k1);
      system.prepare(child);
      return 0;
    }
    if (system.owns(parent)) {
      system.spawn(parent, child);
      return 0;
    }
    const call = this.tasks[parent]!.starting!;
    this.tasks[parent]!.starting = null;
    const n = g.spawns[parent]!++;
    this.enter(child, call, childKey0(g.key0[parent]!, g.key1[parent]!, n), childKey1(g.key0[parent]!, g.key1[parent]!, n));
    return call.wg;
  }

  private enter(gp: number, call: Call, key0: number, key1: number): void {
    const { g } = this.inside;
    let body = this.bodies.indexOf(call.name);
    if (body < 0) body = this.bodies.push(call.name) - 1;
    g.body[gp] = body;
    g.pc[gp] = 2 * gp + 1;
    g.fp[gp] = -1;
    g.draws[gp] = 0;
    g.spawns[gp] = 0;
    g.key0[gp] = key0;
    g.key1[gp] = key1;
    g.flags[gp]! |= F_RECOVER; // the generator sees every panic first
    this.tasks[gp] = new Task(call.routine(), new Operation(this));
    let n = this.code.length / WORDS;
    while (gp >= n) n *= 2;
    if (n * WORDS > this.code.length) this.code = words(this.code, n * WORDS);
    this.code[gp * WORDS + ir.STRIDE] = RESUME;
  }

  timerCall(gp: number): TimedCall {
    const { g } = this.inside;
    const n = g.spawns[gp]!++;
    const key0 = childKey0(g.key0[gp]!, g.key1[gp]!, n);
    const key1 = childKey1(g.key0[gp]!, g.key1[gp]!, n);
    return { call: this.tasks[gp]!.starting!, key0, key1, started: 0 };
  }

  spawnCall(timed: TimedCall, child: number): void {
    const n = timed.started++;
    this.inside.g.index[child] = 0;
    this.enter(child, timed.call, childKey0(timed.key0, timed.key1, n), childKey1(timed.key0, timed.key1, n));
  }

  makesCalls(): boolean {
    return true;
  }

  ended(gp: number): void {
    this.tasks[gp] = null;
  }

  unwind(gp: number, text: string): void {
    const task = this.tasks[gp]!;
    task.panic = new GoPanic(text);
    this.inside.g.pc[gp] = 2 * gp + 1;
  }

  refuse(_gp: number, message: string): void {
    throw new Error(message);
  }

  nameOf(body: number): string {
    return body < 0 ? this.inside.system.nameOf(body) : this.bodies[body]!;
  }
}

function room(n: number): ops.SelectCases {
  return { count: 0, dir: new Int32Array(n), chan: new Int32Array(n), value: new Float64Array(n), block: false };
}
