// The compiled scenario as a workload of the runtime: walks a goroutine's instructions up to its next operation. The
// goroutine's pc is the next instruction, or ~pc while the operation of instruction pc has still to deliver its result
// (a received value, the case of a select) when the goroutine goes on.
//
// Time: control flow costs time only where it loops, and what it costs is charged with the operation after it. Before
// anything that others can see (a var set, a log line, a span) what has gathered is charged first, by an empty operation.

import { fail } from '../base/assert.ts';
import { childKey0, childKey1, draw32, Stream } from '../base/prng.ts';
import { SampleSet } from '../base/samples.ts';
import { ZERO_NS } from '../base/zero.ts';
import type { Machine } from '../machine/machine.ts';
import { fetched, NO_CPU } from '../runtime/cache.ts';
import { SUCCESS } from '../runtime/chan.ts';
import type { Goroutines } from '../runtime/g.ts';
import { F_RECOVER } from '../runtime/g.ts';
import type { M } from '../runtime/m.ts';
import type { SelectCases } from '../runtime/ops.ts';
import * as ops from '../runtime/ops.ts';
import type { Sched } from '../runtime/sched.ts';
import type { Inside, Work } from './code.ts';
import { Evaluator, RuntimePanic } from './evaluator.ts';
import { callerFrames, Frames } from './frames.ts';
import { GoAhead, ROUNDS_NS_MAX } from './go-ahead.ts';
import { OnceRanges } from './once-ranges.ts';
import { resolveOperands } from './operands.ts';
import type { ProgramOutput } from './output-book.ts';
import type { Program } from './program.ts';
import * as ir from './program.ts';
import { seldomOperation } from './seldom.ts';
import type { SystemGoroutines } from './system-program.ts';
import type { BodyCall } from './timer-calls.ts';
import { bodyCall, enterCall } from './timer-calls.ts';

const TOIL = 16; // instructions that take as long as so many steps of the machine:
const TOIL_STEPS = 2;

export class Interpreter implements Work {
  roundNs = ZERO_NS;
  message = '';
  readonly cases: SelectCases;
  readonly spans: SampleSet[];
  private readonly program: Program;
  readonly code: Int32Array;
  private readonly g: Goroutines;
  private readonly machine: Machine;
  private readonly output: ProgramOutput;
  private readonly values: Evaluator;
  private readonly frames: Frames;
  private readonly onceRanges: OnceRanges;
  private readonly callerFrame: Int32Array; // per CALL instruction: the size of the frame it stands in
  private readonly unwinding = new Map<number, number[]>(); // onces that a goroutine has still to leave
  private readonly roundCost: number;
  private readonly setVarCost: number;
  private readonly varCpu: Int32Array; // by var: the CPU that set it last
  private readonly sched: () => Sched;
  private readonly mainKey: Stream;
  private readonly system: SystemGoroutines;
  private readonly goAhead: GoAhead;
  private readonly aheadFrom: Uint8Array; // by instruction: 1 where to ask it

  constructor(program: Program, { g, machine, costs, objects, system, output, seed, lazyChanTimers, budget, sched }: Inside) {
    const { channels } = objects;
    const looksUnbuffered = (id: number): boolean => lazyChanTimers && channels[id]!.timer !== null;
    const len = (id: number): number => (looksUnbuffered(id) ? 0 : channels[id]!.buf.length);
    const cap = (id: number): number => (looksUnbuffered(id) ? 0 : channels[id]!.cap);
    this.frames = new Frames(budget);
    this.program = program;
    this.code = resolveOperands(program);
    this.g = g;
    this.machine = machine;
    this.output = output;
    this.roundCost = costs.round;
    this.setVarCost = costs.setVar;
    this.varCpu = new Int32Array(program.varInitial.length).fill(NO_CPU);
    this.sched = sched;
    this.system = system;
    this.mainKey = new Stream(seed, 'main');
    this.spans = program.spans.map(() => new SampleSet(budget));
    this.values = new Evaluator(program, g, machine, () => machine.now + this.roundNs, this.frames, len, cap);
    const most = program.selects.reduce((n, table) => Math.max(n, table.dir.length), 0);
    this.cases = { count: 0, dir: new Int32Array(most), chan: new Int32Array(most), value: new Float64Array(most), block: false };
    this.callerFrame = callerFrames(program);
    this.onceRanges = new OnceRanges(program.unwind, this.code.length / ir.STRIDE);
    const noGenerators = (): never => fail('Interpreter', 'a generator in a compiled program');
    this.goAhead = new GoAhead(program, this, this.frames, costs.round, noGenerators);
    this.aheadFrom = this.goAhead.knownFrom();
  }

  ahead(s: Sched, mp: M): void {
    const pc = this.g.pc[mp.curg]!;
    if (pc < 0 || this.aheadFrom[pc] === 1) this.roundNs = this.goAhead.run(s, mp, this.roundNs);
  }

  // ---- the door

  next(gp: number): number {
    const g = this.g;
    try {
      let pc = g.pc[gp]!;
      if (g.body[gp]! < 0 || pc >= ir.PC_UNWIND) {
        if (pc === ir.PC_END) return ops.OP_END;
        if (pc === ir.PC_UNWIND) return this.unwindStep(gp);
        const op = this.system.next(gp);
        if (op >= 0) return op;
        pc = this.program.bodies[0]!.entry; // the runtime has started: main.main
      }
      if (pc < 0) pc = this.deliver(gp, ~pc);
      const code = this.code;
      const values = this.values;
      let toil = 0;
      for (;;) {
        if (++toil === TOIL) {
          toil = 0;
          if (this.isSpent(TOIL_STEPS)) return this.letTimePass(gp, pc);
        }
        const i = pc * ir.STRIDE;
        switch (code[i]) {
          case ir.JUMP:
            if (code[i + 1]! <= pc && this.round(gp, code[i + 1]!)) return ops.OP_NONE;
            pc = code[i + 1]!;
            break;
          case ir.JUMP_UNLESS:
            pc = values.value(code[i + 1]!, gp) !== 0 ? pc + 1 : code[i + 2]!;
            break;
          case ir.ROUND:
            pc = code[i + 1]!;
            if (this.round(gp, pc)) return ops.OP_NONE;
            break;
          case ir.NEXT_ROUND: {
            const data = this.frames.data;
            const fp = g.fp[gp]!;
            const counter = ++data[fp + code[i + 1]!]!;
            pc = counter < data[fp + code[i + 2]!]! ? code[i + 3]! : pc + 1;
            if (this.round(gp, pc)) return ops.OP_NONE;
            break;
          }
          case ir.SET_LOCAL:
          case ir.DRAW: {
            const value = values.value(code[i + 2]!, gp);
            this.frames.data[g.fp[gp]! + code[i + 1]!] = value;
            pc++;
            break;
          }
          case ir.NOW:
            this.frames.data[g.fp[gp]! + code[i + 1]!] = this.machine.now + this.roundNs;
            pc++;
            break;
          case ir.SET_VAR: {
            if (this.roundNs > 0) return this.letTimePass(gp, pc);
            const value = values.value(code[i + 2]!, gp);
            const at = values.ref(code[i + 1]!, gp);
            values.vars[at] = value;
            this.varCpu[at] = fetched(this.sched(), this.varCpu[at]!, 1);
            this.roundNs += this.setVarCost;
            pc++;
            break;
          }
          case ir.LOG:
            if (this.roundNs > 0) return this.letTimePass(gp, pc);
            this.output.log(gp, values.text(code[i + 1]!, gp));
            pc++;
            break;
          case ir.SPAN: {
            if (this.roundNs > 0) return this.letTimePass(gp, pc);
            const ns = this.machine.now - values.value(code[i + 2]!, gp);
            this.spans[code[i + 1]!]!.add(ns > 0 ? ns : 0);
            this.output.span(gp, code[i + 1]!, ns > 0 ? ns : 0);
            pc++;
            break;
          }
          case ir.CHOOSE:
            pc = this.choose(code[i + 1]!, gp);
            break;
          case ir.CALL:
            pc = this.call(gp, pc);
            break;
          case ir.RETURN: {
            const fp = g.fp[gp]!;
            const back = fp < 0 ? -1 : this.frames.data[fp + ir.FRAME_RETURN]!;
            if (back < 0) return this.endStep(gp, 0);
            g.fp[gp] = this.frames.data[fp + ir.FRAME_CALLER]!;
            pc = back;
            break;
          }
          // the operations that programs do most, before all others
          case ir.CPU: {
            const ns = this.value(code[i + 1]!, gp);
            g.val[gp] = ns > 0 ? ns : 0;
            g.pc[gp] = pc + 1;
            return ops.OP_CPU;
          }
          case ir.SEND:
            g.val[gp] = this.value(code[i + 2]!, gp);
            g.obj[gp] = this.channel(code[i + 1]!, gp);
            g.pc[gp] = pc + 1;
            return ops.OP_SEND;
          case ir.RECV:
          case ir.RANGE:
            g.obj[gp] = this.channel(code[i + 1]!, gp);
            g.pc[gp] = ~pc;
            return ops.OP_RECV;
          default:
            return this.operation(gp, pc);
        }
      }
    } catch (e) {
      return this.failed(e);
    }
  }

  /** An error while values were computed: the program panics, or the scenario is at fault. */
  private failed(e: unknown): number {
    if (!(e instanceof RuntimePanic)) throw e;
    this.message = e.message;
    if (e.place >= 0) this.output.error(e.place, e.message);
    return ops.OP_PANIC;
  }

  /** An operand that is a value: itself complemented where it is a small constant, else a value's number. */
  private value(operand: number, gp: number): number {
    return operand < 0 ? ~operand : this.values.value(operand, gp);
  }

  /** A loop's round: true when it is time to let time pass, at instruction pc. */
  private round(gp: number, pc: number): boolean {
    this.roundNs += this.roundCost;
    if (this.roundNs < ROUNDS_NS_MAX) return false;
    this.g.pc[gp] = pc;
    return true;
  }

  /** Instructions that are no operations count as steps too, so that a program of nothing else meets the cap in time. */
  private isSpent(steps: number): boolean {
    const { machine } = this;
    machine.steps += steps;
    return machine.steps > machine.mostSteps;
  }

  private letTimePass(gp: number, pc: number): number {
    this.g.pc[gp] = pc;
    return ops.OP_NONE;
  }

  /** The instruction at pc is an operation of the runtime: its operands into the columns. */
  private operation(gp: number, pc: number): number {
    const g = this.g;
    const code = this.code;
    const values = this.values;
    const i = pc * ir.STRIDE;
    const a = code[i + 1]!;
    g.pc[gp] = pc + 1;
    switch (code[i]) {
      case ir.CLOSE:
        g.obj[gp] = this.channel(a, gp);
        return ops.OP_CLOSE;
      case ir.SELECT: {
        g.pc[gp] = ~pc;
        const table = this.program.selects[a]!;
        this.cases.count = table.dir.length;
        return ops.OP_SELECT;
      }
      case ir.SYSCALL:
        g.val[gp] = duration(values.value(a, gp));
        g.obj[gp] = code[i + 2]! < 0 ? 0 : Math.min(duration(values.value(code[i + 2]!, gp)), 0x7fffffff);
        return ops.OP_SYSCALL;
      case ir.NET:
        g.val[gp] = duration(values.value(a, gp));
        return ops.OP_NET;
      case ir.ACCEPT:
        g.pc[gp] = ~pc;
        g.obj[gp] = a;
        return ops.OP_ACCEPT;
      case ir.REPLY:
        g.val[gp] = values.value(a, gp);
        return ops.OP_REPLY;
      case ir.SLEEP:
        g.val[gp] = duration(values.value(a, gp));
        return ops.OP_SLEEP;
      case ir.SLEEP_UNTIL:
        g.val[gp] = duration(values.value(a, gp) - this.machine.now);
        return ops.OP_SLEEP;
      case ir.LOCK:
        return this.on(gp, a, ops.OP_LOCK);
      case ir.UNLOCK:
        return this.on(gp, a, ops.OP_UNLOCK);
      case ir.RWLOCK:
        return this.on(gp, a, ops.OP_RWLOCK);
      case ir.RWUNLOCK:
        return this.on(gp, a, ops.OP_RWUNLOCK);
      case ir.RLOCK:
        return this.on(gp, a, ops.OP_RLOCK);
      case ir.RUNLOCK:
        return this.on(gp, a, ops.OP_RUNLOCK);
      case ir.ADD:
        g.val[gp] = values.value(code[i + 2]!, gp);
        return this.on(gp, a, ops.OP_ADD);
      case ir.WAIT:
        return this.on(gp, a, ops.OP_WAIT);
      case ir.COND_WAIT:
        return this.on(gp, a, ops.OP_COND_WAIT);
      case ir.SIGNAL:
        return this.on(gp, a, ops.OP_SIGNAL);
      case ir.BROADCAST:
        return this.on(gp, a, ops.OP_BROADCAST);
      case ir.ONCE:
        g.pc[gp] = ~pc;
        g.obj[gp] = a;
        return ops.OP_ONCE;
      case ir.ONCE_DONE:
        g.obj[gp] = a;
        return ops.OP_ONCE_DONE;
      case ir.GO:
        g.pc[gp] = ~pc;
        if (code[i + 3]! >= 0) g.val[gp] = values.ref(code[i + 3]!, gp);
        g.obj[gp] = this.childFrame(gp, a, code[i + 2]!);
        return ops.OP_GO;
      case ir.GOSCHED:
        return ops.OP_GOSCHED;
      case ir.GOEXIT:
        return this.startUnwinding(gp, pc);
      case ir.LOCK_OS_THREAD:
        return ops.OP_LOCK_OS_THREAD;
      case ir.UNLOCK_OS_THREAD:
        return ops.OP_UNLOCK_OS_THREAD;
      case ir.PANIC:
        this.message = values.text(a, gp);
        g.pc[gp] = ~pc;
        return ops.OP_PANIC;
      case ir.EXIT:
        g.val[gp] = values.value(a, gp);
        return ops.OP_EXIT;
      default:
        return seldomOperation(this.program, g, values, gp, pc);
    }
  }

  private on(gp: number, ref: number, op: number): number {
    this.g.obj[gp] = this.values.ref(ref, gp);
    return op;
  }

  /** An operand that is a channel: its number complemented where it is one known channel, else a ref. */
  private channel(operand: number, gp: number): number {
    if (operand < 0) return ~operand;
    const id = this.values.ref(operand, gp);
    return this.program.channelCapacity[id]! < 0 ? -1 : id;
  }

  /** The operation of instruction pc is complete: its result into the frame. Returns the next instruction. */
  private deliver(gp: number, pc: number): number {
    const g = this.g;
    const code = this.code;
    const i = pc * ir.STRIDE;
    switch (code[i]) {
      case ir.RECV:
        this.received(gp, code[i + 2]!, code[i + 3]!);
        return pc + 1;
      case ir.RANGE:
        if (g.bits[gp] !== SUCCESS) return code[i + 3]!;
        this.received(gp, code[i + 2]!, -1);
        return pc + 1;
      case ir.SELECT: {
        const table = this.program.selects[code[i + 1]!]!;
        const taken = g.obj[gp]!;
        if (taken < 0) return table.defaultTarget;
        if (table.dir[taken] === ir.CASE_RECV) this.received(gp, table.slot[taken]!, table.ok[taken]!);
        return table.target[taken]!;
      }
      case ir.ONCE:
        return g.bits[gp] === 1 ? pc + 1 : code[i + 2]!;
      case ir.GO:
        return pc + 1;
      case ir.ACCEPT:
        if (code[i + 2]! >= 0) this.frames.data[g.fp[gp]! + code[i + 2]!] = g.val[gp]!;
        return pc + 1;
      default:
        return fail('Interpreter.deliver', `instruction ${pc} has opcode ${code[i]}`);
    }
  }

  private received(gp: number, slot: number, ok: number): void {
    const fp = this.g.fp[gp]!;
    if (slot >= 0) this.frames.data[fp + slot] = this.g.val[gp]!;
    if (ok >= 0) this.frames.data[fp + ok] = this.g.bits[gp] === SUCCESS ? 1 : 0;
  }

  loadCases(gp: number): boolean {
    const table = this.program.selects[this.code[~this.g.pc[gp]! * ir.STRIDE + 1]!]!;
    const cases = this.cases;
    try {
      for (let k = 0; k < table.dir.length; k++) {
        cases.dir[k] = table.dir[k]!;
        cases.chan[k] = table.ref[k]! < 0 ? -1 : this.channel(table.ref[k]!, gp);
        cases.value[k] = table.value[k]! < 0 ? 0 : this.values.value(table.value[k]!, gp);
      }
    } catch (e) {
      this.failed(e);
      return false;
    }
    cases.count = table.dir.length;
    cases.block = table.defaultTarget < 0;
    return true;
  }

  refuse(gp: number, message: string): void {
    this.output.error(this.code[(this.g.pc[gp]! - 1) * ir.STRIDE + 6]!, message);
  }

  private choose(tableId: number, gp: number): number {
    const table = this.program.choices[tableId]!;
    const g = this.g;
    const total = table.upTo[table.upTo.length - 1]!;
    const x = (draw32(g.key0[gp]!, g.key1[gp]!, g.draws[gp]!++) * total) / 0x100000000; // weights may be fractions
    let low = 0;
    let high = table.upTo.length - 1;
    if (high > TOIL) this.machine.steps++;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (x >= table.upTo[middle]!) low = middle + 1;
      else high = middle;
    }
    return table.target[low]!;
  }

  // ---- calls and goroutines

  private call(gp: number, pc: number): number {
    const code = this.code;
    const i = pc * ir.STRIDE;
    const caller = this.g.fp[gp]!;
    const fp = caller + this.callerFrame[pc]!;
    this.passArguments(code[i + 2]!, gp, fp);
    this.frames.data[fp + ir.FRAME_RETURN] = pc + 1;
    this.frames.data[fp + ir.FRAME_CALLER] = caller;
    this.g.fp[gp] = fp;
    return this.program.bodies[code[i + 1]!]!.entry;
  }

  private passArguments(tableId: number, gp: number, fp: number): void {
    if (tableId < 0) return;
    const table = this.program.args[tableId]!;
    this.machine.steps += table.slots.length >> 3;
    for (let k = 0; k < table.slots.length; k++) {
      const value = this.values.value(table.values[k]!, gp);
      this.frames.data[fp + table.slots[k]!] = value;
    }
  }

  /** The frame of a goroutine about to be started, with its arguments; -1 when it needs none. */
  private childFrame(gp: number, body: number, args: number): number {
    const fp = this.newFrame(body);
    try {
      this.passArguments(args, gp, fp);
    } catch (e) {
      if (fp >= 0) this.frames.release(fp, this.program.bodies[body]!.stackSize);
      throw e;
    }
    return fp;
  }

  private newFrame(body: number): number {
    const size = this.program.bodies[body]!.stackSize;
    if (size <= ir.FRAME_LOCALS) return -1;
    const fp = this.frames.alloc(size);
    this.frames.data[fp + ir.FRAME_RETURN] = -1;
    return fp;
  }

  spawn(parent: number, child: number): number {
    const g = this.g;
    g.index[child] = 0;
    if (parent < 0) return this.spawnMain(child);
    if (this.system.owns(parent)) {
      this.system.spawn(parent, child);
      return 0;
    }
    const pc = ~g.pc[parent]!;
    const code = this.code;
    const i = pc * ir.STRIDE;
    const body = code[i + 1]!;
    this.enter(child, body, g.obj[parent]!);
    const n = g.spawns[parent]!++;
    g.key0[child] = childKey0(g.key0[parent]!, g.key1[parent]!, n);
    g.key1[child] = childKey1(g.key0[parent]!, g.key1[parent]!, n);
    if (code[i + 4] === 1) g.flags[child]! |= F_RECOVER;
    if (code[i + 5]! >= 0) g.index[child] = this.values.value(code[i + 5]!, parent);
    return code[i + 3]! < 0 ? 0 : g.val[parent]! + 1;
  }

  timerCall(gp: number): BodyCall {
    return bodyCall(this.program, this.g, this.values, gp, this.g.pc[gp]! - 1);
  }

  spawnCall(call: BodyCall, child: number): void {
    this.g.index[child] = 0;
    this.enter(child, call.body, this.newFrame(call.body));
    enterCall(this.program, this.g, call, child, this.frames.data);
  }

  makesCalls(gp: number): boolean {
    return this.code[(this.g.pc[gp]! - 1) * ir.STRIDE + 2] === 1;
  }

  private enter(gp: number, body: number, fp: number): void {
    const g = this.g;
    g.body[gp] = body;
    g.pc[gp] = this.program.bodies[body]!.entry;
    g.fp[gp] = fp;
    if (g.draws[gp] !== 0) g.draws[gp] = 0;
    if (g.spawns[gp] !== 0) g.spawns[gp] = 0;
  }

  private spawnMain(gp: number): number {
    const g = this.g;
    this.enter(gp, 0, this.newFrame(0));
    g.key0[gp] = this.mainKey.k0;
    g.key1[gp] = this.mainKey.k1;
    this.system.prepare(gp);
    return 0;
  }

  ended(gp: number): void {
    const fp = this.g.fp[gp]!;
    if (this.g.body[gp]! >= 0 && fp >= 0) this.frames.release(this.baseFrame(fp), this.program.bodies[this.g.body[gp]!]!.stackSize);
  }

  /** A goroutine may end inside calls: the start of its slab. */
  private baseFrame(fp: number): number {
    while (this.frames.data[fp + ir.FRAME_RETURN]! >= 0) fp = this.frames.data[fp + ir.FRAME_CALLER]!;
    return fp;
  }

  // ---- ends

  /** The body is left for good: its WaitGroup is Done first. `exit`: not by returning. */
  private endStep(gp: number, exit: number): number {
    const g = this.g;
    g.bits[gp] = exit;
    if (g.wg[gp] === 0) return ops.OP_END;
    g.obj[gp] = g.wg[gp]! - 1;
    g.val[gp] = -1;
    g.wg[gp] = 0;
    g.pc[gp] = ir.PC_END;
    return ops.OP_ADD;
  }

  unwind(gp: number): void {
    const pc = this.g.pc[gp]!;
    this.findOnces(gp, pc < 0 ? ~pc : pc - 1);
    this.g.pc[gp] = ir.PC_UNWIND;
  }

  private startUnwinding(gp: number, pc: number): number {
    this.findOnces(gp, pc);
    this.g.pc[gp] = ir.PC_UNWIND;
    return this.unwindStep(gp);
  }

  private findOnces(gp: number, at: number): void {
    const onces: number[] = [];
    const data = this.frames.data;
    let pc = at;
    let fp = this.g.fp[gp]!;
    for (;;) {
      this.onceRanges.addTo(onces, pc);
      if (fp < 0 || data[fp + ir.FRAME_RETURN]! < 0) break;
      pc = data[fp + ir.FRAME_RETURN]! - 1;
      fp = data[fp + ir.FRAME_CALLER]!;
    }
    if (onces.length > 0) this.unwinding.set(gp, onces.reverse());
  }

  private unwindStep(gp: number): number {
    const once = this.unwinding.get(gp)?.pop();
    if (once !== undefined) {
      this.g.obj[gp] = once;
      return ops.OP_ONCE_DONE;
    }
    this.unwinding.delete(gp);
    return this.endStep(gp, 1);
  }

  nameOf(body: number): string {
    return body < 0 ? this.system.nameOf(body) : this.program.bodies[body]!.name;
  }
}

function duration(ns: number): number {
  return ns > 0 ? ns : 0;
}
