// Steps into instructions: structured blocks become jumps.
//
// `break` in a select case leaves the loop around the select: the language has no other use for it there.

import {
  ACCEPT,
  ADD,
  AFTER_FUNC,
  BEGIN,
  BROADCAST,
  CALL,
  CASE_AFTER,
  CASE_RECV,
  CASE_SEND,
  CGO,
  CHOOSE,
  CLOSE,
  COND_WAIT,
  CPU,
  DRAW,
  EXIT,
  FRAME_LOCALS,
  GO,
  GOEXIT,
  GOSCHED,
  JUMP,
  JUMP_UNLESS,
  LOCK,
  LOCK_OS_THREAD,
  LOG,
  NET,
  NEXT_ROUND,
  NOW,
  ONCE,
  PANIC,
  RANGE,
  RAW_SYSCALL,
  READ,
  RECV,
  REPLY,
  RESET_TIMER,
  RETURN,
  RLOCK,
  ROUND,
  RUNLOCK,
  RWLOCK,
  RWUNLOCK,
  SELECT,
  SEND,
  SET_LOCAL,
  SET_VAR,
  SIGNAL,
  SLEEP,
  SLEEP_UNTIL,
  SPAN,
  STOP_TIMER,
  SYSCALL,
  UNLOCK,
  UNLOCK_OS_THREAD,
  WAIT,
  WRITE,
} from '../sim/program.ts';
import { assignedSlots } from './assigned-slots.ts';
import type { Output } from './compile-blocks.ts';
import { BodyCode } from './compile-blocks.ts';
import type { ValueTables } from './compile-values.ts';
import type { Argument, Body, Expr, Place, Ref, SelectCase, Step, Steps, Target, Text } from './model.ts';

type StepOf<Op extends Step['op']> = Extract<Step, { readonly op: Op }>;

const PLAIN = {
  lock: { mutex: LOCK, rwmutex: RWLOCK },
  unlock: { mutex: UNLOCK, rwmutex: RWUNLOCK },
  rlock: RLOCK,
  runlock: RUNLOCK,
  condWait: COND_WAIT,
  signal: SIGNAL,
  broadcast: BROADCAST,
  gosched: GOSCHED,
  goexit: GOEXIT,
  lockOSThread: LOCK_OS_THREAD,
  unlockOSThread: UNLOCK_OS_THREAD,
} as const;

/** Steps behind one of these in the same list can never run and are not compiled. */
const NOTHING_FOLLOWS: ReadonlySet<Step['op']> = new Set(['break', 'continue', 'return', 'goexit', 'panic', 'exit']);

export interface CompiledBody {
  readonly entry: number;
  readonly frameSize: number;
  readonly calls: ReadonlySet<number>;
}

/** `begins`: this is the main of a program that sets something up first. */
export function compileBody(body: Body, out: Output, begins = false): CompiledBody {
  return new BodyCompiler(body, out).compile(begins);
}

class BodyCompiler {
  private readonly body: Body;
  private readonly out: Output;
  private readonly values: ValueTables;
  private readonly code: BodyCode;
  private readonly calls = new Set<number>();
  private readonly assigned: ReadonlySet<number>;

  constructor(body: Body, out: Output) {
    this.body = body;
    this.out = out;
    this.values = out.values;
    this.code = new BodyCode(out, body.locals.length);
    this.assigned = assignedSlots(body.steps);
  }

  compile(begins: boolean): CompiledBody {
    const entry = this.code.here();
    if (begins) this.code.emit(this.body.place, BEGIN);
    this.steps(this.body.steps);
    this.code.emit(this.body.place, RETURN);
    return { entry, frameSize: this.code.frameSize, calls: this.calls };
  }

  private steps(steps: Steps): void {
    for (const step of steps) {
      this.step(step);
      if (NOTHING_FOLLOWS.has(step.op)) return;
    }
  }

  private step(step: Step): void {
    const { values } = this;
    const at = step.place;
    switch (step.op) {
      case 'cpu':
        this.code.emit(at, CPU, values.quantity(step.for), step.calls ? 1 : 0);
        break;
      case 'syscall':
        this.code.emit(at, step.raw ? RAW_SYSCALL : SYSCALL, values.quantity(step.for), step.cpu === null ? -1 : values.quantity(step.cpu));
        break;
      case 'cgo':
        this.code.emit(at, CGO, values.quantity(step.for));
        break;
      case 'net':
        this.code.emit(at, NET, values.quantity(step.for));
        break;
      case 'sleep':
        this.code.emit(at, SLEEP, values.quantity(step.for));
        break;
      case 'sleepUntil':
        this.code.emit(at, SLEEP_UNTIL, values.expr(step.until));
        break;
      case 'send':
        this.code.emit(at, SEND, values.ref('channel', step.to), values.expr(step.value));
        break;
      case 'recv':
        this.code.emit(at, RECV, values.ref('channel', step.from), wordOf(step.as), wordOf(step.ok));
        break;
      case 'accept':
        this.code.emit(at, ACCEPT, values.number('listener', step.from), wordOf(step.as));
        break;
      case 'reply':
        this.code.emit(at, REPLY, values.expr(step.to));
        break;
      case 'close':
        this.code.emit(at, CLOSE, values.ref('channel', step.channel));
        break;
      case 'range':
        this.range(step);
        break;
      case 'select':
        this.select(step);
        break;
      case 'lock':
      case 'unlock':
        this.code.emit(at, PLAIN[step.op][step.on], values.ref(step.on, step.lock));
        break;
      case 'rlock':
      case 'runlock':
        this.code.emit(at, PLAIN[step.op], values.ref('rwmutex', step.lock));
        break;
      case 'add':
        this.code.emit(at, ADD, values.ref('waitgroup', step.wg), values.expr(step.delta));
        break;
      case 'done':
        this.code.emit(at, ADD, values.ref('waitgroup', step.wg), values.constant(-1, at));
        break;
      case 'wait':
        this.code.emit(at, WAIT, values.ref('waitgroup', step.wg));
        break;
      case 'condWait':
      case 'signal':
      case 'broadcast':
        this.code.emit(at, PLAIN[step.op], values.ref('cond', step.cond));
        break;
      case 'once':
        this.once(step);
        break;
      case 'go':
        this.go(step);
        break;
      case 'call': {
        const body = this.bodyNumber(step.body);
        this.calls.add(body);
        this.code.emit(at, CALL, body, this.argumentTable(step.with));
        break;
      }
      case 'afterFunc':
        this.code.emit(
          at,
          AFTER_FUNC,
          this.bodyNumber(step.body),
          this.argumentTable(step.with),
          step.timer === null ? -1 : values.ref('timer', step.timer),
          values.quantity(step.after),
        );
        break;
      case 'stopTimer':
        this.code.emit(at, STOP_TIMER, values.ref('timer', step.timer));
        break;
      case 'resetTimer':
        this.code.emit(at, RESET_TIMER, values.ref('timer', step.timer), values.quantity(step.after));
        break;
      case 'read':
      case 'write':
        this.code.emit(at, step.op === 'read' ? READ : WRITE, values.ref('pipe', step.pipe));
        break;
      case 'repeat':
        this.repeat(step);
        break;
      case 'repeatFor':
        this.repeatFor(step);
        break;
      case 'forever':
        this.rounds(at, null, step.do);
        break;
      case 'while':
        this.rounds(at, values.expr(step.while), step.do);
        break;
      case 'if':
        this.if(step);
        break;
      case 'break':
      case 'continue':
        this.code.leaveLoop(step.op, at);
        break;
      case 'return':
        this.code.leave(0, at, RETURN);
        break;
      case 'setVar':
        this.code.emit(at, SET_VAR, values.ref('var', step.var), values.expr(step.value));
        break;
      case 'setLocal':
        this.code.emit(at, SET_LOCAL, wordOf(step.target), values.expr(step.value));
        break;
      case 'choose':
        this.choose(step);
        break;
      case 'log':
      case 'panic':
        this.code.emit(at, step.op === 'log' ? LOG : PANIC, this.text(step.text));
        break;
      case 'span':
        this.span(step);
        break;
      case 'spanSince':
        this.code.emit(at, SPAN, numberOf(this.out.spans, 'span', step.name), values.expr(step.since));
        break;
      case 'exit':
        this.code.emit(at, EXIT, values.expr(step.code));
        break;
      default:
        this.code.emit(at, PLAIN[step.op]);
    }
  }

  // ---- loops

  /** A loop of `count` rounds, the number read once. */
  private counted(at: Place, count: Expr, counter: number | null, round: (counter: number) => void): void {
    const mark = this.code.words;
    const countValue = this.values.expr(count);
    const limit = this.code.take();
    this.code.emit(at, SET_LOCAL, limit, countValue);
    const word = counter ?? this.code.take();
    this.code.emit(at, SET_LOCAL, word, this.values.constant(0, at));
    let skip = -1;
    if (!((this.values.constOf(countValue) ?? 0) > 0)) {
      const zero: Expr = { kind: 'const', type: 'int', value: 0, place: at };
      skip = this.code.emit(at, JUMP_UNLESS, this.values.expr(binary('<', zero, local(limit, at))), -1);
    }
    const top = this.code.here();
    round(word);
    this.code.emit(at, NEXT_ROUND, word, limit, top);
    if (skip >= 0) this.code.patch(skip, 2);
    this.code.words = mark;
  }

  /**
   * As Go's `for i := range n`: the count is fixed, and what a round assigns to i is gone in the next. Only where some
   * step assigns to it is the visible name a copy of the counter.
   */
  private repeat(step: StepOf<'repeat'>): void {
    const { as } = step;
    const isCopy = as !== null && (!as.introduces || this.assigned.has(as.slot));
    const loop = this.code.openLoop();
    this.counted(step.place, step.count, as === null || isCopy ? null : wordOf(as), (counter) => {
      if (isCopy) this.code.emit(step.place, SET_LOCAL, wordOf(as), this.values.word(counter, step.place));
      this.steps(step.do);
      this.code.closeContinues(loop);
    });
    this.code.closeLoop(loop);
  }

  private repeatFor(step: StepOf<'repeatFor'>): void {
    const at = step.place;
    const mark = this.code.words;
    const duration = this.code.take();
    const start = this.code.take();
    this.code.emit(at, DRAW, duration, this.values.quantity(step.for));
    this.code.emit(at, NOW, start);
    const elapsed = binary('-', { kind: 'now', type: 'duration', place: at }, local(start, at));
    this.rounds(at, this.values.expr(binary('<', elapsed, local(duration, at))), step.do);
    this.code.words = mark;
  }

  /** Rounds for as long as a value is true; without one, for ever. */
  private rounds(at: Place, test: number | null, steps: Steps): void {
    const loop = this.code.openLoop();
    const top = this.code.here();
    if (test !== null) loop.breaks.push(this.code.emit(at, JUMP_UNLESS, test, -1));
    this.steps(steps);
    this.code.closeContinues(loop);
    this.code.emit(at, ROUND, top);
    this.code.closeLoop(loop);
  }

  /** As in Go the channel is looked up once, on entry. */
  private range(step: StepOf<'range'>): void {
    const at = step.place;
    const mark = this.code.words;
    const channel = this.fixedRef(step.from, at);
    const loop = this.code.openLoop();
    const top = this.code.here();
    loop.breaks.push(this.code.emit(at, RANGE, channel, wordOf(step.as), -1));
    this.steps(step.do);
    this.code.closeContinues(loop);
    this.code.emit(at, ROUND, top);
    this.code.closeLoop(loop);
    this.code.words = mark;
  }

  private fixedRef(ref: Ref, at: Place): number {
    if (ref.index === null) return this.values.ref('channel', ref);
    const index = this.values.expr(ref.index);
    if (this.values.constOf(index) !== null) return this.values.ref('channel', ref);
    const word = this.code.take();
    this.code.emit(at, SET_LOCAL, word, index);
    return this.values.refAt('channel', ref.name, word, ref.place);
  }

  // ---- other blocks

  private once(step: StepOf<'once'>): void {
    const once = numberOf(this.out.onces, 'once', step.once);
    const enter = this.code.emit(step.place, ONCE, once, -1);
    this.code.inside({ kind: 'once', once, from: this.code.here(), place: step.place }, () => this.steps(step.do));
    this.code.patch(enter, 2);
  }

  private span(step: StepOf<'span'>): void {
    const span = numberOf(this.out.spans, 'span', step.name);
    const mark = this.code.words;
    const word = this.code.take();
    this.code.emit(step.place, NOW, word);
    this.code.inside({ kind: 'span', span, word, place: step.place }, () => this.steps(step.do));
    this.code.words = mark;
  }

  private if(step: StepOf<'if'>): void {
    const test = this.code.emit(step.place, JUMP_UNLESS, this.values.expr(step.if), -1);
    this.steps(step.do);
    if (step.else === null) {
      this.code.patch(test, 2);
      return;
    }
    const over = this.code.emit(step.place, JUMP, -1);
    this.code.patch(test, 2);
    this.steps(step.else);
    this.code.patch(over, 1);
  }

  private select(step: StepOf<'select'>): void {
    const { selects } = this.out;
    this.code.emit(step.place, SELECT, selects.length);
    const compiled = step.cases.map((one) => this.selectCase(one));
    const target: number[] = [];
    const table = {
      dir: compiled.map((one) => one.dir),
      ref: compiled.map((one) => one.ref),
      value: compiled.map((one) => one.value),
      slot: compiled.map((one) => one.slot),
      ok: compiled.map((one) => one.ok),
      target,
      defaultTarget: -1,
    };
    selects.push(table);
    const alternatives = step.cases.map((one) => one.do);
    if (step.default !== null) alternatives.push(step.default);
    const entries = this.alternatives(step.place, alternatives);
    if (step.default !== null) table.defaultTarget = entries.pop()!;
    target.push(...entries);
  }

  private selectCase(one: SelectCase): { dir: number; ref: number; value: number; slot: number; ok: number } {
    const { values } = this;
    switch (one.kind) {
      case 'recv':
        return { dir: CASE_RECV, ref: values.ref('channel', one.from), value: -1, slot: wordOf(one.as), ok: wordOf(one.ok) };
      case 'send':
        return { dir: CASE_SEND, ref: values.ref('channel', one.to), value: values.expr(one.value), slot: -1, ok: -1 };
      case 'after':
        return { dir: CASE_AFTER, ref: -1, value: values.quantity(one.after), slot: -1, ok: -1 };
    }
  }

  private choose(step: StepOf<'choose'>): void {
    const { choices } = this.out;
    this.code.emit(step.place, CHOOSE, choices.length);
    let total = 0;
    const upTo = step.choices.map((choice) => (total += choice.weight));
    const target: number[] = [];
    choices.push({ upTo, target });
    target.push(
      ...this.alternatives(
        step.place,
        step.choices.map((choice) => choice.do),
      ),
    );
  }

  /** Lists of steps of which one runs, then what follows. Returns where each begins; an empty one begins at the end. */
  private alternatives(at: Place, lists: readonly Steps[]): number[] {
    const last = lists.findLastIndex((steps) => steps.length > 0);
    const jumps: number[] = [];
    const entries = lists.map((steps, i) => {
      if (steps.length === 0) return -1;
      const entry = this.code.here();
      this.steps(steps);
      if (i !== last) jumps.push(this.code.emit(at, JUMP, -1));
      return entry;
    });
    for (const jump of jumps) this.code.patch(jump, 1);
    return entries.map((entry) => (entry < 0 ? this.code.here() : entry));
  }

  // ---- bodies

  private go(step: StepOf<'go'>): void {
    const at = step.place;
    const start = (index: number): void => {
      const wg = step.wg === null ? -1 : this.values.ref('waitgroup', step.wg);
      this.code.emit(at, GO, this.bodyNumber(step.body), this.argumentTable(step.with), wg, step.recover ? 1 : 0, index);
    };
    if (step.count === null) {
      if (step.index !== null) this.code.emit(at, SET_LOCAL, wordOf(step.index), this.values.constant(0, at));
      start(-1);
    } else {
      const counter = step.index === null ? null : wordOf(step.index);
      this.counted(at, step.count, counter, (word) => start(this.values.word(word, at)));
    }
  }

  private bodyNumber(name: string): number {
    return numberOf(this.out.bodies, 'body', name);
  }

  private argumentTable(args: readonly Argument[]): number {
    if (args.length === 0) return -1;
    const slots = args.map((arg) => FRAME_LOCALS + arg.slot);
    return this.out.args.push({ slots, values: args.map((arg) => this.values.expr(arg.value)) }) - 1;
  }

  private text(text: Text): number {
    const parts = text.map((part) => (typeof part === 'string' ? part : { value: this.values.expr(part), type: part.type }));
    return this.out.texts.push({ parts }) - 1;
  }
}

function wordOf(target: Target | null): number {
  return target === null ? -1 : FRAME_LOCALS + target.slot;
}

function numberOf(numbers: ReadonlyMap<string, number>, what: string, name: string): number {
  const number = numbers.get(name);
  if (number === undefined) throw new Error(`compile: no ${what} ${name}`);
  return number;
}

function local(word: number, place: Place): Expr {
  return { kind: 'local', type: 'int', name: '', slot: word - FRAME_LOCALS, place };
}

function binary(op: '<' | '-', left: Expr, right: Expr): Expr {
  return { kind: 'binary', op, type: op === '<' ? 'bool' : 'int', left, right, place: left.place };
}
