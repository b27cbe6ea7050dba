// The values of a program: constants, locals, vars, expressions and distributions, each a number into flat tables.
//
// What is only a constant, a local or a var is looked up and needs no expression; the rest is postfix code. Equal
// constants, locals and plain vars share one number; two steps never share the cursor of a `list(…)`. Constants have been
// folded when the scenario was read, and the depth of its expressions bounded.

import { DIST_EMPIRICAL, DIST_EXP, DIST_LIST, DIST_LOGNORMAL, DIST_NORMAL, DIST_PARETO, DIST_UNIFORM } from '../base/distributions.ts';
import type { Dist } from '../sim/program.ts';
import {
  E_ADD,
  E_CAP,
  E_CONST,
  E_DIV,
  E_END,
  E_EQ,
  E_GE,
  E_GT,
  E_LE,
  E_LEN,
  E_LOCAL,
  E_LT,
  E_MUL,
  E_NE,
  E_NEG,
  E_NOT,
  E_NOW,
  E_REM,
  E_SKIP_IF_FALSE,
  E_SKIP_IF_TRUE,
  E_SUB,
  E_VAR,
  FRAME_LOCALS,
  VALUE_CONST,
  VALUE_DIST,
  VALUE_EXPR,
  VALUE_LOCAL,
  VALUE_VAR,
} from '../sim/program.ts';
import type { Expr, Place, Quantity, Ref } from './model.ts';

export type ObjectKind = 'channel' | 'mutex' | 'rwmutex' | 'waitgroup' | 'cond' | 'var' | 'listener' | 'timer' | 'pipe';

/** Number of an object's first element, and the length of its array (null: a single object). */
export type Locate = (kind: ObjectKind, name: string) => { readonly base: number; readonly count: number | null };

const BINARY = {
  '+': E_ADD,
  '-': E_SUB,
  '*': E_MUL,
  '/': E_DIV,
  '%': E_REM,
  '==': E_EQ,
  '!=': E_NE,
  '<': E_LT,
  '<=': E_LE,
  '>': E_GT,
  '>=': E_GE,
} as const;

const DISTS = {
  exp: DIST_EXP,
  uniform: DIST_UNIFORM,
  normal: DIST_NORMAL,
  lognormal: DIST_LOGNORMAL,
  pareto: DIST_PARETO,
  list: DIST_LIST,
  replay: DIST_LIST,
  empirical: DIST_EMPIRICAL,
} as const;

/** A distribution as the program has it. */
export function distOf(quantity: Exclude<Quantity, { kind: 'value' }>): Dist {
  const kind = DISTS[quantity.kind];
  const [a = 0, b = 0] = quantity.args;
  return kind === DIST_LIST || kind === DIST_EMPIRICAL ? { kind, a: 0, b: 0, list: quantity.args } : { kind, a, b, list: [] };
}

export class ValueTables {
  readonly kind: number[] = [];
  readonly arg: number[] = [];
  readonly num: number[] = [];
  readonly place: number[] = [];
  readonly exprs: number[] = [];
  readonly dists: Dist[] = [];
  readonly refBase: number[] = [];
  readonly refCount: number[] = [];
  readonly refIndex: number[] = [];
  readonly places: Place[] = [];
  private readonly locate: Locate;
  private readonly known = new Map<string, number>();

  constructor(locate: Locate) {
    this.locate = locate;
  }

  /** The value of an expression. */
  expr(expr: Expr): number {
    if (expr.kind === 'const') return this.constant(expr.value, expr.place);
    if (expr.kind === 'local') return this.word(FRAME_LOCALS + expr.slot, expr.place);
    if (expr.kind === 'var') return this.variable(expr.ref);
    return this.add(VALUE_EXPR, this.assemble(expr), 0, expr.place);
  }

  quantity(quantity: Quantity): number {
    if (quantity.kind === 'value') return this.expr(quantity.value);
    const dist = distOf(quantity);
    const make = (): number => this.add(VALUE_DIST, this.dists.push(dist) - 1, 0, quantity.place);
    return dist.list.length > 0 ? make() : this.shared(`d${dist.kind},${dist.a},${dist.b}`, make);
  }

  constant(num: number, place: Place): number {
    return this.shared(`c${num}`, () => this.add(VALUE_CONST, 0, num, place));
  }

  /** A word of the frame: of a local of the model, or one the compiler keeps for itself. */
  word(word: number, place: Place): number {
    return this.shared(`w${word}`, () => this.add(VALUE_LOCAL, word, 0, place));
  }

  private variable(ref: Ref): number {
    const make = (): number => this.add(VALUE_VAR, this.ref('var', ref), 0, ref.place);
    return ref.index === null ? this.shared(`v${ref.name}`, make) : make();
  }

  /** A reference to an object. An index known to be in range names the element itself. */
  ref(kind: ObjectKind, ref: Ref): number {
    if (ref.index === null) return this.element(kind, ref.name, 0);
    const value = this.expr(ref.index);
    const known = this.constOf(value);
    const { base, count } = this.locate(kind, ref.name);
    if (known !== null && known >= 0 && known < (count ?? 1)) return this.element(kind, ref.name, known);
    return this.addRef(base, count ?? 1, value);
  }

  /** The number of a single object. */
  number(kind: ObjectKind, ref: Ref): number {
    return this.locate(kind, ref.name).base;
  }

  /** As `ref`, for an array whose index stands in a word of the frame. */
  refAt(kind: ObjectKind, name: string, word: number, place: Place): number {
    const { base, count } = this.locate(kind, name);
    return this.addRef(base, count ?? 1, this.word(word, place));
  }

  placeOf(place: Place): number {
    return this.shared(`p${place.line}:${place.column}:${place.length}`, () => this.places.push(place) - 1);
  }

  /** The number a value has whatever happens, or null. */
  constOf(value: number): number | null {
    return this.kind[value] === VALUE_CONST ? this.num[value] : null;
  }

  private element(kind: ObjectKind, name: string, index: number): number {
    return this.shared(`r${kind},${index},${name}`, () => this.addRef(this.locate(kind, name).base + index, 1, -1));
  }

  private addRef(base: number, count: number, index: number): number {
    this.refBase.push(base);
    this.refCount.push(count);
    return this.refIndex.push(index) - 1;
  }

  private add(kind: number, arg: number, num: number, place: Place): number {
    this.kind.push(kind);
    this.arg.push(arg);
    this.num.push(num);
    return this.place.push(this.placeOf(place)) - 1;
  }

  private shared(key: string, make: () => number): number {
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const made = make();
    this.known.set(key, made);
    return made;
  }

  /** Lays the postfix code of an expression down in `exprs` and returns where it starts. */
  private assemble(expr: Expr): number {
    const words: number[] = [];
    const jumps: number[] = []; // words that hold a jump's target, so far relative to the start
    this.postfix(expr, words, jumps);
    words.push(E_END);
    const start = this.exprs.length; // only now: what stands in subscripts has been laid down meanwhile
    for (const jump of jumps) words[jump] += start;
    this.exprs.push(...words);
    return start;
  }

  private postfix(expr: Expr, words: number[], jumps: number[]): void {
    switch (expr.kind) {
      case 'const':
        words.push(E_CONST, this.constant(expr.value, expr.place));
        break;
      case 'local':
        words.push(E_LOCAL, FRAME_LOCALS + expr.slot);
        break;
      case 'var':
        words.push(E_VAR, this.ref('var', expr.ref));
        break;
      case 'now':
        words.push(E_NOW);
        break;
      case 'len':
      case 'cap':
        words.push(expr.kind === 'len' ? E_LEN : E_CAP, this.ref('channel', expr.ref));
        break;
      case 'unary':
        this.postfix(expr.operand, words, jumps);
        words.push(expr.op === '-' ? E_NEG : E_NOT);
        break;
      case 'binary':
        this.postfix(expr.left, words, jumps);
        if (expr.op === '&&' || expr.op === '||') {
          words.push(expr.op === '&&' ? E_SKIP_IF_FALSE : E_SKIP_IF_TRUE, 0);
          const jump = words.length - 1;
          this.postfix(expr.right, words, jumps);
          words[jump] = words.length;
          jumps.push(jump);
        } else {
          this.postfix(expr.right, words, jumps);
          words.push(BINARY[expr.op]);
        }
    }
  }
}
