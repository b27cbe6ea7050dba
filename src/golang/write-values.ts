// Values of a scenario as Go expressions. Whatever may leave the exact integers goes through a checked function; the rest
// are Go's own operators. Durations are plain nanoseconds.

import type { Body, Expr, Place, Quantity, Ref, Text } from '../scenario/model.ts';
import type { GoExpr } from './go-expr.ts';
import { atom, binary, call, integer, method } from './go-expr.ts';
import type { GoNames } from './names.ts';
import type { PartName } from './support.ts';

const CHECKED: Readonly<Record<string, string>> = { '+': 'add', '-': 'sub', '*': 'mul' };
const UNITS = [
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
] as const;
/** Go compilers give up on deeper nesting, and so would the recursion here. */
const DEEPEST = 1000;

/** What the whole program needs, gathered while its functions are written. */
export interface Program {
  readonly names: GoNames;
  readonly parts: Set<PartName>;
  readonly imports: Set<string>;
  readonly lists: string[]; // declarations of the lists of durations
  readonly hasG: boolean; // functions take the goroutine as their first argument
  readonly bodies: ReadonlyMap<string, Body>;
  readonly loops: readonly string[]; // variables of the listeners with closed-loop clients
  readonly tickers: ReadonlySet<string>; // their names
}

export class Values {
  private readonly program: Program;
  private readonly locals: readonly string[];
  private readonly stream: string; // of random numbers

  constructor(program: Program, locals: readonly string[], stream = 'g') {
    this.program = program;
    this.locals = locals;
    this.stream = stream;
  }

  expr(expr: Expr, depth = 0): GoExpr {
    if (depth > DEEPEST) throw new Error(`the expression at line ${expr.place.line} is nested too deeply for Go`);
    switch (expr.kind) {
      case 'const':
        return expr.type === 'bool' ? atom(expr.value === 0 ? 'false' : 'true') : this.constant(expr.value, expr.type);
      case 'local':
        return atom(this.locals[expr.slot]);
      case 'var':
        this.program.imports.add('sync/atomic');
        return call('atomic.LoadInt64', { is: 'unary', op: '&', operand: this.ref('var', expr.ref) });
      case 'now':
        return call('now');
      case 'len':
      case 'cap':
        return call('int64', call(expr.kind, this.ref('channel', expr.ref)));
      case 'unary':
        return { is: 'unary', op: expr.op, operand: this.expr(expr.operand, depth + 1) };
      case 'binary':
        return this.binary(expr, depth);
    }
  }

  private binary(expr: Extract<Expr, { kind: 'binary' }>, depth: number): GoExpr {
    const left = this.expr(expr.left, depth + 1);
    const checked = CHECKED[expr.op];
    if (checked !== undefined) {
      this.program.parts.add('checked');
      return call(checked, left, this.expr(expr.right, depth + 1), placeText(expr.place));
    }
    const divides = expr.op === '/' || expr.op === '%';
    if (divides && expr.right.kind === 'const' && expr.right.value === 0) return binary(expr.op, left, this.plain(0));
    return binary(expr.op, left, this.expr(expr.right, depth + 1));
  }

  private constant(value: number, type: 'int' | 'duration'): GoExpr {
    if (type === 'duration' && value > 0) {
      for (const [unit, ns] of UNITS) {
        if (value % ns !== 0) continue;
        this.program.parts.add('units');
        return binary('*', integer(value / ns), atom(unit));
      }
    }
    return integer(value);
  }

  /** A constant that Go's compiler must not judge: it would refuse what shall fail when the program runs. */
  private plain(value: number): GoExpr {
    this.program.parts.add('plain');
    return call('plain', integer(value));
  }

  /** An expression of type int64, never an untyped constant. */
  typed(expr: Expr): GoExpr {
    return expr.kind === 'const' && expr.type !== 'bool' ? call('int64', this.expr(expr)) : this.expr(expr);
  }

  /** An expression of type int. */
  int(expr: Expr): GoExpr {
    return expr.kind === 'const' ? this.expr(expr) : call('int', this.expr(expr));
  }

  /** A declared object, or an element of an array of them. A ticker may stand for its channel, and for a timer. */
  ref(kind: string, ref: Ref): GoExpr {
    if (kind === 'channel' && this.program.tickers.has(ref.name)) return { is: 'field', of: this.ref('ticker', ref), name: 'C' };
    if (kind === 'timer' && this.program.tickers.has(ref.name)) return this.ref('ticker', ref);
    const name = atom(this.object(kind, ref.name));
    if (ref.index === null) return name;
    const at = ref.index.kind === 'const' && ref.index.value < 0 ? this.plain(ref.index.value) : this.expr(ref.index);
    return { is: 'index', of: name, at };
  }

  object(kind: string, name: string): string {
    const found = this.program.names.objects.get(`${kind} ${name}`);
    if (found === undefined) throw new Error(`export: no ${kind} ${name}`);
    return found;
  }

  /** Nanoseconds: an int64 or an untyped constant. */
  quantity(quantity: Quantity): GoExpr {
    if (quantity.kind === 'value') return this.expr(quantity.value);
    const { args } = quantity;
    if (quantity.kind === 'empirical') {
      this.program.parts.add('empirical');
      const name = this.program.names.names.give('measured');
      this.program.lists.push(`var ${name} = []int64{${args.join(', ')}}`);
      return method(atom(this.stream), 'empirical', atom(name));
    }
    if (quantity.kind === 'list' || quantity.kind === 'replay') {
      this.program.parts.add('list');
      const name = this.program.names.names.give('durations');
      this.program.lists.push(`var ${name} = list{durations: []int64{${args.join(', ')}}}`);
      return method(atom(name), 'next');
    }
    const [a = 0, b = 0] = args;
    const kind = quantity.kind === 'exp' ? 'exponential' : quantity.kind;
    this.program.parts.add(kind);
    const second = kind === 'pareto' ? atom(String(b)) : this.constant(b, 'duration');
    return method(atom(this.stream), kind, this.constant(a, 'duration'), ...(kind === 'exponential' ? [] : [second]));
  }

  /** Nanoseconds as a time.Duration. */
  duration(quantity: Quantity): GoExpr {
    this.program.imports.add('time');
    const ns = this.quantity(quantity);
    const isConstant = quantity.kind === 'value' && quantity.value.kind === 'const';
    return isConstant ? ns : call('time.Duration', ns);
  }

  /** A string. */
  text(text: Text): GoExpr {
    const parts = text.filter((part) => part !== '').map((part) => (typeof part === 'string' ? atom(goString(part)) : this.shown(part)));
    return parts.length === 0 ? atom('""') : parts.reduce((left, right) => binary('+', left, right));
  }

  private shown(expr: Expr): GoExpr {
    if (expr.type === 'bool') {
      this.program.imports.add('strconv');
      return call('strconv.FormatBool', this.expr(expr));
    }
    if (expr.type === 'duration') {
      this.program.imports.add('time');
      return method(call('time.Duration', this.expr(expr)), 'String');
    }
    this.program.parts.add('itoa');
    return call('itoa', this.expr(expr));
  }
}

/** Where something stands in the scenario, as a Go string. */
export function placeText(place: Place): GoExpr {
  return atom(`"${place.line}:${place.column}"`);
}

/** A Go string literal. */
export function goString(text: string): string {
  let literal = '';
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (char === '"' || char === '\\') literal += `\\${char}`;
    else if (char === '\n') literal += '\\n';
    else if (char === '\t') literal += '\\t';
    else if (code < 32 || code === 127 || code === 0xfeff) literal += `\\u${code.toString(16).padStart(4, '0')}`;
    else if (code >= 0xd800 && code <= 0xdfff)
      literal += '\\ufffd'; // half of a pair is no character
    else literal += char;
  }
  return `"${literal}"`;
}
