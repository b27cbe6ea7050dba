// The values of a program: constants, locals, vars, expressions and distributions, each a number into flat tables.
//
// What is known when compiling becomes a constant; what is only a local or a var is one too look up and no expression.
// The rest is postfix code. Equal constants, locals and plain vars share one number; two steps never share the cursor
// of a `list(…)`. Folding keeps what must fail when the program runs: a division by zero or a number past 2^53 - 1.
//
// Expressions are walked with a list of things still to do, not by recursion: a sum of a hundred thousand terms is a
// tree of that depth.

import { DIST_EXP, DIST_LIST, DIST_LOGNORMAL, DIST_NORMAL, DIST_PARETO, DIST_UNIFORM } from '../base/distributions.ts';
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

export type ObjectKind = 'channel' | 'mutex' | 'rwmutex' | 'waitgroup' | 'cond' | 'var';

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
} as const;

/** A word of postfix code before constants and jumps have their final numbers; `arg` is null where the opcode has none. */
interface Op {
  readonly op: number;
  arg: number | null; // of E_CONST the number itself, of E_SKIP_IF_* an index into the list of ops
}

/** What is left to do for an expression: visit a part, apply an operator to what is on the stack, or go on after `left`. */
type Todo =
  | { readonly do: 'visit'; readonly expr: Expr }
  | { readonly do: 'unary'; readonly op: '-' | '!' }
  | { readonly do: 'binary'; readonly op: keyof typeof BINARY }
  | { readonly do: 'right'; readonly op: '&&' | '||'; readonly right: Expr }
  | { readonly do: 'join'; readonly skip: number };

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
    const ops = this.postfix(expr);
    if (ops.length === 1 && ops[0].op === E_CONST) return this.constant(ops[0].arg!, expr.place);
    if (ops.length === 1 && ops[0].op === E_LOCAL) return this.word(ops[0].arg!, expr.place);
    return this.add(VALUE_EXPR, this.assemble(ops, expr.place), 0, expr.place);
  }

  quantity(quantity: Quantity): number {
    if (quantity.kind === 'value') return this.expr(quantity.value);
    const [a = 0, b = 0] = quantity.args;
    const isList = quantity.kind === 'list';
    const dist: Dist = isList ? { kind: DIST_LIST, a: 0, b: 0, list: quantity.args } : { kind: DISTS[quantity.kind], a, b, list: [] };
    const make = (): number => this.add(VALUE_DIST, this.dists.push(dist) - 1, 0, quantity.place);
    return isList ? make() : this.shared(`d${dist.kind},${a},${b}`, make);
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

  /** Postfix code of an expression, constants folded. */
  private postfix(root: Expr): Op[] {
    const ops: Op[] = [];
    // One entry for each value on the stack: where its code begins, and what it is when that is known.
    const starts: number[] = [];
    const known: (number | null)[] = [];
    const todo: Todo[] = [{ do: 'visit', expr: root }];
    const push = (op: number, arg: number | null): void => {
      starts.push(ops.length);
      known.push(op === E_CONST ? arg : null);
      ops.push({ op, arg });
    };
    const pushConst = (start: number, num: number): void => {
      ops.length = start;
      push(E_CONST, num);
    };
    for (let item = todo.pop(); item !== undefined; item = todo.pop()) {
      switch (item.do) {
        case 'visit':
          this.visit(item.expr, todo, push);
          break;
        case 'unary': {
          const value = known.pop()!;
          const start = starts.pop()!;
          if (value !== null) pushConst(start, item.op === '-' ? 0 - value : value === 0 ? 1 : 0);
          else {
            ops.push({ op: item.op === '-' ? E_NEG : E_NOT, arg: null });
            starts.push(start);
            known.push(null);
          }
          break;
        }
        case 'binary': {
          const right = known.pop()!;
          const left = known.pop()!;
          starts.pop();
          const start = starts.pop()!;
          const folded = left === null || right === null ? null : fold(item.op, left, right);
          if (folded !== null) pushConst(start, folded);
          else {
            ops.push({ op: BINARY[item.op], arg: null });
            starts.push(start);
            known.push(null);
          }
          break;
        }
        case 'right': {
          const left = known.at(-1)!;
          const decides = item.op === '&&' ? 0 : 1;
          if (left === decides) break; // the right side is never looked at
          if (left !== null) {
            known.pop();
            ops.length = starts.pop()!;
          } else {
            todo.push({ do: 'join', skip: ops.length });
            ops.push({ op: item.op === '&&' ? E_SKIP_IF_FALSE : E_SKIP_IF_TRUE, arg: 0 });
          }
          todo.push({ do: 'visit', expr: item.right });
          break;
        }
        case 'join':
          ops[item.skip].arg = ops.length;
          starts.pop();
          known.pop();
          known[known.length - 1] = null;
          break;
      }
    }
    return ops;
  }

  private visit(expr: Expr, todo: Todo[], push: (op: number, arg: number | null) => void): void {
    switch (expr.kind) {
      case 'const':
        push(E_CONST, expr.value);
        break;
      case 'local':
        push(E_LOCAL, FRAME_LOCALS + expr.slot);
        break;
      case 'var':
        push(E_VAR, this.ref('var', expr.ref));
        break;
      case 'now':
        push(E_NOW, null);
        break;
      case 'len':
      case 'cap':
        push(expr.kind === 'len' ? E_LEN : E_CAP, this.ref('channel', expr.ref));
        break;
      case 'unary':
        todo.push({ do: 'unary', op: expr.op }, { do: 'visit', expr: expr.operand });
        break;
      case 'binary':
        if (expr.op === '&&' || expr.op === '||') {
          todo.push({ do: 'right', op: expr.op, right: expr.right }, { do: 'visit', expr: expr.left });
        } else {
          todo.push({ do: 'binary', op: expr.op }, { do: 'visit', expr: expr.right }, { do: 'visit', expr: expr.left });
        }
    }
  }

  /** Lays the code down in `exprs`; jumps become words of that table. Returns where it starts. */
  private assemble(ops: readonly Op[], place: Place): number {
    const start = this.exprs.length;
    const at: number[] = [];
    let next = start;
    for (const op of ops) {
      at.push(next);
      next += op.arg === null ? 1 : 2;
    }
    at.push(next);
    for (const { op, arg } of ops) {
      this.exprs.push(op);
      if (arg === null) continue;
      if (op === E_CONST) this.exprs.push(this.constant(arg, place));
      else if (op === E_SKIP_IF_FALSE || op === E_SKIP_IF_TRUE) this.exprs.push(at[arg]);
      else this.exprs.push(arg);
    }
    this.exprs.push(E_END);
    return start;
  }
}

/** What an operator gives, or null when that must be found out (and fail) while the program runs. */
function fold(op: keyof typeof BINARY, left: number, right: number): number | null {
  switch (op) {
    case '+':
      return exact(left + right);
    case '-':
      return exact(left - right);
    case '*':
      return exact(left * right);
    case '/':
      return right === 0 ? null : exact((left - (left % right)) / right); // exact: the dividend is a multiple
    case '%':
      return right === 0 ? null : exact(left % right);
    case '==':
      return left === right ? 1 : 0;
    case '!=':
      return left !== right ? 1 : 0;
    case '<':
      return left < right ? 1 : 0;
    case '<=':
      return left <= right ? 1 : 0;
    case '>':
      return left > right ? 1 : 0;
    case '>=':
      return left >= right ? 1 : 0;
  }
}

/** Integers are exact up to 2^53 - 1; + 0 makes 0 of -0. */
function exact(n: number): number | null {
  return Number.isSafeInteger(n) ? n + 0 : null;
}
