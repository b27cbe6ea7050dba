// A compiled program as text, one line an instruction, for tests that compare what the compiler makes of a scenario.
//
//   12 SEND jobs[w3] = w2 * 5
//
// w2 is a word of the frame, @7 a jump target; expressions stay postfix, in parentheses.

import type { Program } from '../../src/sim/program.ts';
import * as P from '../../src/sim/program.ts';

const OPCODES = names(/^(?!E_|VALUE_|CASE_|FRAME_|STRIDE$)/);
const EXPRS = names(/^E_/);

/** Opcodes of program.ts and their names. */
export function names(pattern: RegExp): Map<number, string> {
  return new Map(Object.entries(P).flatMap(([name, value]) => (pattern.test(name) && typeof value === 'number' ? [[value, name]] : [])));
}

type Objects = 'channels' | 'mutexes' | 'rwmutexes' | 'waitgroups' | 'conds' | 'vars' | 'timers' | 'pipes';

export function disassemble(program: Program): string {
  const lines: string[] = [];
  for (let pc = 0; pc < program.code.length / P.STRIDE; pc++) {
    for (const body of program.bodies) {
      if (body.entry === pc) lines.push(`${body.name}: frame ${body.frameSize}, stack ${body.stackSize}`);
    }
    lines.push(`${String(pc).padStart(3)} ${instruction(program, pc)}`.trimEnd());
  }
  for (const { from, to, once } of program.unwind) lines.push(`unwind ${from}..${to} ${program.onces[once]}`);
  return lines.join('\n');
}

function instruction(program: Program, pc: number): string {
  const [op, a, b, c, d, e] = program.code.subarray(pc * P.STRIDE, (pc + 1) * P.STRIDE);
  const value = (n: number): string => describeValue(program, n);
  const ref = (kind: Objects, n: number): string => describeRef(program, kind, n);
  const word = (n: number): string => (n < 0 ? '-' : `w${n}`);
  const body = (): string =>
    `${program.bodies[a].name}(${b < 0 ? '' : program.args[b].slots.map((s, i) => `w${s}: ${value(program.args[b].values[i])}`).join(', ')})`;
  const text = (): string =>
    program.texts[a].parts.map((part) => (typeof part === 'string' ? part : `{${part.type} ${value(part.value)}}`)).join('');
  const operands = (): string => {
    switch (op) {
      case P.JUMP:
      case P.ROUND:
        return `@${a}`;
      case P.JUMP_UNLESS:
        return `${value(a)} @${b}`;
      case P.SET_LOCAL:
      case P.DRAW:
        return `w${a} = ${value(b)}`;
      case P.SET_VAR:
        return `${ref('vars', a)} = ${value(b)}`;
      case P.NEXT_ROUND:
        return `w${a} < w${b} @${c}`;
      case P.CHOOSE:
        return program.choices[a].upTo.map((upTo, i) => `<${upTo} @${program.choices[a].target[i]}`).join(' ');
      case P.CALL:
        return body();
      case P.LOG:
      case P.PANIC:
        return text();
      case P.SPAN:
        return `${program.spans[a]} since ${value(b)}`;
      case P.NOW:
        return `w${a}`;
      case P.CPU:
        return `${value(a)}${b === 1 ? '' : ' tight'}`;
      case P.SYSCALL:
      case P.RAW_SYSCALL:
        return `${value(a)}${b < 0 ? '' : ` cpu ${value(b)}`}`;
      case P.AFTER_FUNC:
        return `${body()} after ${value(d)}${c < 0 ? '' : ` into ${ref('timers', c)}`}`;
      case P.STOP_TIMER:
        return ref('timers', a);
      case P.RESET_TIMER:
        return `${ref('timers', a)} ${value(b)}`;
      case P.READ:
      case P.WRITE:
        return ref('pipes', a);
      case P.CGO:
      case P.NET:
      case P.SLEEP:
      case P.SLEEP_UNTIL:
      case P.EXIT:
        return value(a);
      case P.SEND:
        return `${ref('channels', a)} = ${value(b)}`;
      case P.RECV:
        return `${ref('channels', a)} ${word(b)} ${word(c)}`;
      case P.RANGE:
        return `${ref('channels', a)} ${word(b)} @${c}`;
      case P.ACCEPT:
        return `${program.listeners[a].name} ${word(b)}`;
      case P.REPLY:
        return value(a);
      case P.CLOSE:
        return ref('channels', a);
      case P.SELECT:
        return describeSelect(program, a);
      case P.LOCK:
      case P.UNLOCK:
        return ref('mutexes', a);
      case P.RWLOCK:
      case P.RWUNLOCK:
      case P.RLOCK:
      case P.RUNLOCK:
        return ref('rwmutexes', a);
      case P.ADD:
        return `${ref('waitgroups', a)} ${value(b)}`;
      case P.WAIT:
        return ref('waitgroups', a);
      case P.COND_WAIT:
      case P.SIGNAL:
      case P.BROADCAST:
        return ref('conds', a);
      case P.ONCE:
        return `${program.onces[a]} @${b}`;
      case P.ONCE_DONE:
        return program.onces[a];
      case P.GO:
        return [body(), c < 0 ? '' : `wg ${ref('waitgroups', c)}`, d === 1 ? 'recover' : '', e < 0 ? '' : `index ${value(e)}`]
          .filter(Boolean)
          .join(' ');
      default:
        return '';
    }
  };
  return `${OPCODES.get(op) ?? `?${op}`} ${operands()}`;
}

function describeSelect(program: Program, n: number): string {
  const table = program.selects[n];
  const word = (w: number): string => (w < 0 ? '-' : `w${w}`);
  const cases = table.dir.map((dir, i) => {
    const target = `@${table.target[i]}`;
    if (dir === P.CASE_AFTER) return `after ${describeValue(program, table.value[i])} ${target}`;
    const channel = describeRef(program, 'channels', table.ref[i]);
    if (dir === P.CASE_SEND) return `send ${channel} = ${describeValue(program, table.value[i])} ${target}`;
    return `recv ${channel} ${word(table.slot[i])} ${word(table.ok[i])} ${target}`;
  });
  if (table.defaultTarget >= 0) cases.push(`default @${table.defaultTarget}`);
  return cases.join('; ');
}

function describeRef(program: Program, kind: Objects, n: number): string {
  const base = program.refBase[n];
  const object = objectsOf(program, kind).find((one) => base >= one.base && base < one.base + (one.count ?? 1));
  if (object === undefined) return `?${kind}${base}`;
  if (program.refIndex[n] >= 0) return `${object.name}[${describeValue(program, program.refIndex[n])} of ${program.refCount[n]}]`;
  return object.count === null ? object.name : `${object.name}[${base - object.base}]`;
}

/** A ticker is a timer, and a channel to receive from: the last of each. */
function objectsOf(program: Program, kind: Objects): readonly P.ObjectNames[] {
  if (kind === 'timers') return [...program.timers, ...program.tickers];
  if (kind !== 'channels') return program[kind];
  const by = program.channelCapacity.length - program.tickerPeriod.length - (program.tickers[0]?.base ?? 0);
  return [...program.channels, ...program.tickers.map((one) => ({ ...one, base: one.base + by }))];
}

function describeValue(program: Program, n: number): string {
  const arg = program.valueArg[n];
  switch (program.valueKind[n]) {
    case P.VALUE_CONST:
      return String(program.valueNum[n]);
    case P.VALUE_LOCAL:
      return `w${arg}`;
    case P.VALUE_VAR:
      return describeRef(program, 'vars', arg);
    case P.VALUE_DIST: {
      const dist = program.dists[arg];
      return `dist${arg}<${dist.kind} ${dist.list.length > 0 ? dist.list.join(' ') : `${dist.a} ${dist.b}`}>`;
    }
    default:
      return `(${describeExpr(program, arg)})`;
  }
}

/** Jumps inside of an expression are shown as the number of words they skip. */
function describeExpr(program: Program, start: number): string {
  const words: string[] = [];
  for (let i = start; program.exprs[i] !== P.E_END; ) {
    const op = program.exprs[i++];
    const name = EXPRS.get(op)!.slice(2);
    if (op === P.E_CONST) words.push(describeValue(program, program.exprs[i++]));
    else if (op === P.E_LOCAL) words.push(`w${program.exprs[i++]}`);
    else if (op === P.E_VAR) words.push(describeRef(program, 'vars', program.exprs[i++]));
    else if (op === P.E_LEN || op === P.E_CAP) words.push(`${name} ${describeRef(program, 'channels', program.exprs[i++])}`);
    else if (op === P.E_SKIP_IF_FALSE || op === P.E_SKIP_IF_TRUE) words.push(`${name}+${program.exprs[i] - ++i}`);
    else words.push(name);
  }
  return words.join(' ');
}
