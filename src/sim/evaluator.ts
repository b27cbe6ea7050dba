// Values at run time: constants, locals, shared vars, expressions and draws from distributions. Integers are exact up to
// 2^53 - 1; what leaves that range, or panics in Go, is thrown as a RuntimePanic.

import { DIST_EMPIRICAL, DIST_LIST, quantile } from '../base/distributions.ts';
import { formatDuration } from '../base/duration.ts';
import { draw32, unitFrom } from '../base/prng.ts';
import type { Machine } from '../machine/machine.ts';
import type { Goroutines } from '../runtime/g.ts';
import type { Frames } from './frames.ts';
import type { Program } from './program.ts';
import * as ir from './program.ts';

const SHORT = 32; // words of an expression that is not counted as work of its own

/** The simulated program panics with `message`; place >= 0: what happened has no meaning in gosim, and where it stands. */
export class RuntimePanic extends Error {
  readonly place: number;

  constructor(message: string, place: number) {
    super(message);
    this.place = place;
  }
}

export class Evaluator {
  readonly vars: Float64Array;
  private readonly program: Program;
  private readonly g: Goroutines;
  private readonly machine: Machine; // whose steps long texts and expressions count as
  private readonly clock: () => number;
  private readonly frames: Frames;
  private readonly channelLen: (id: number) => number;
  private readonly channelCap: (id: number) => number;
  private readonly cursors: Int32Array; // of lists drawn in order
  private readonly stack = new Float64Array(512);
  private top = 0; // words of the stack that expressions around this one use

  constructor(
    program: Program,
    g: Goroutines,
    machine: Machine,
    clock: () => number,
    frames: Frames,
    channelLen: (id: number) => number,
    channelCap: (id: number) => number,
  ) {
    this.program = program;
    this.g = g;
    this.machine = machine;
    this.clock = clock;
    this.frames = frames;
    this.channelLen = channelLen;
    this.channelCap = channelCap;
    this.vars = program.varInitial.slice();
    this.cursors = new Int32Array(program.dists.length);
  }

  value(v: number, gp: number): number {
    const program = this.program;
    switch (program.valueKind[v]) {
      case ir.VALUE_CONST:
        return program.valueNum[v]!;
      case ir.VALUE_LOCAL:
        return this.frames.data[this.g.fp[gp]! + program.valueArg[v]!]!;
      case ir.VALUE_VAR:
        return this.vars[this.ref(program.valueArg[v]!, gp)]!;
      case ir.VALUE_EXPR:
        return this.expression(v, gp);
      default:
        return this.draw(program.valueArg[v]!, gp);
    }
  }

  /** The number of the object a ref names. */
  ref(r: number, gp: number): number {
    const program = this.program;
    const index = program.refIndex[r]!;
    if (index < 0) return program.refBase[r]!;
    const i = this.value(index, gp);
    const n = program.refCount[r]!;
    if (i < 0) throw new RuntimePanic(`runtime error: index out of range [${i}]`, -1);
    if (i >= n) throw new RuntimePanic(`runtime error: index out of range [${i}] with length ${n}`, -1);
    return program.refBase[r]! + i;
  }

  text(t: number, gp: number): string {
    let text = '';
    const { parts } = this.program.texts[t]!;
    this.machine.steps += 1 + (parts.length >> 1);
    for (const part of parts) {
      if (typeof part === 'string') {
        text += part;
        continue;
      }
      const value = this.value(part.value, gp);
      if (part.type === 'int') text += String(value);
      else if (part.type === 'bool') text += value !== 0 ? 'true' : 'false';
      else text += formatDuration(value);
    }
    return text;
  }

  private draw(d: number, gp: number): number {
    const dist = this.program.dists[d]!;
    if (dist.kind === DIST_LIST) {
      const at = this.cursors[d]!;
      this.cursors[d] = at + 1 === dist.list.length ? 0 : at + 1;
      return dist.list[at]!;
    }
    const g = this.g;
    const n = g.draws[gp]!;
    g.draws[gp] = n + 2;
    const u = unitFrom(draw32(g.key0[gp]!, g.key1[gp]!, n), draw32(g.key0[gp]!, g.key1[gp]!, n + 1));
    return dist.kind === DIST_EMPIRICAL ? dist.list[Math.floor(u * dist.list.length)]! : quantile(dist.kind, dist.a, dist.b, u);
  }

  private expression(v: number, gp: number): number {
    const program = this.program;
    const words = program.exprs;
    const stack = this.stack;
    let sp = this.top - 1;
    let i = program.valueArg[v]!;
    for (;;) {
      const op = words[i++]!;
      switch (op) {
        case ir.E_END:
          if (i - program.valueArg[v]! > SHORT) this.machine.steps += (i - program.valueArg[v]!) >> 4;
          return stack[sp]!;
        case ir.E_CONST:
          stack[++sp] = program.valueNum[words[i++]!]!;
          break;
        case ir.E_LOCAL:
          stack[++sp] = this.frames.data[this.g.fp[gp]! + words[i++]!]!;
          break;
        case ir.E_VAR: {
          const value = this.vars[this.subscript(words[i++]!, gp, sp)]!;
          stack[++sp] = value;
          break;
        }
        case ir.E_NOW:
          stack[++sp] = this.clock();
          break;
        case ir.E_LEN: {
          const id = this.subscript(words[i++]!, gp, sp);
          stack[++sp] = program.channelCapacity[id]! < 0 ? 0 : this.channelLen(id);
          break;
        }
        case ir.E_CAP: {
          const id = this.subscript(words[i++]!, gp, sp);
          stack[++sp] = program.channelCapacity[id]! < 0 ? 0 : this.channelCap(id);
          break;
        }
        case ir.E_NEG:
          stack[sp] = 0 - stack[sp]!;
          break;
        case ir.E_NOT:
          stack[sp] = stack[sp] === 0 ? 1 : 0;
          break;
        case ir.E_SKIP_IF_FALSE:
          if (stack[sp] === 0) i = words[i]!;
          else {
            sp--;
            i++;
          }
          break;
        case ir.E_SKIP_IF_TRUE:
          if (stack[sp] !== 0) i = words[i]!;
          else {
            sp--;
            i++;
          }
          break;
        default: {
          const b = stack[sp--]!;
          stack[sp] = this.binary(op, stack[sp]!, b, v);
        }
      }
    }
  }

  /** As ref, inside of an expression whose stack is in use up to sp. */
  private subscript(r: number, gp: number, sp: number): number {
    const before = this.top;
    this.top = sp + 1;
    try {
      return this.ref(r, gp);
    } finally {
      this.top = before;
    }
  }

  private binary(op: number, a: number, b: number, v: number): number {
    switch (op) {
      case ir.E_ADD:
        return this.exact(a + b, v);
      case ir.E_SUB:
        return this.exact(a - b, v);
      case ir.E_MUL:
        return this.exact(a * b, v);
      case ir.E_DIV:
        if (b === 0) throw new RuntimePanic('runtime error: integer divide by zero', -1);
        return (a - (a % b)) / b + 0;
      case ir.E_REM:
        if (b === 0) throw new RuntimePanic('runtime error: integer divide by zero', -1);
        return (a % b) + 0;
      case ir.E_EQ:
        return a === b ? 1 : 0;
      case ir.E_NE:
        return a !== b ? 1 : 0;
      case ir.E_LT:
        return a < b ? 1 : 0;
      case ir.E_LE:
        return a <= b ? 1 : 0;
      case ir.E_GT:
        return a > b ? 1 : 0;
      default:
        return a >= b ? 1 : 0;
    }
  }

  private exact(x: number, v: number): number {
    if (Number.isSafeInteger(x)) return x + 0;
    throw new RuntimePanic(`the result ${x} is outside ±(2^53 - 1)`, this.program.valuePlace[v]!);
  }
}
