// Go expressions as trees, printed as gofmt prints them. gofmt leaves out the blanks around an operator depending on
// what else stands in the expression and how deep: `a*b + c`, `f(a, 300*us)`, `x[i%3]`. The rules here are those, for
// the few forms the exporter writes; parentheses appear where precedence needs them.

export type GoExpr =
  | { readonly is: 'atom'; readonly text: string } // a name, or a literal that is not negative
  | { readonly is: 'unary'; readonly op: '-' | '!' | '&'; readonly operand: GoExpr }
  | { readonly is: 'binary'; readonly op: string; readonly left: GoExpr; readonly right: GoExpr }
  | { readonly is: 'call'; readonly fn: GoExpr; readonly args: readonly GoExpr[] }
  | { readonly is: 'index'; readonly of: GoExpr; readonly at: GoExpr }
  | { readonly is: 'field'; readonly of: GoExpr; readonly name: string };

const PRECEDENCE: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
};
const UNARY = 6;
const HIGHEST = 7;

export function atom(text: string): GoExpr {
  return { is: 'atom', text };
}

/** An integer literal; a negative one is an operator and its operand, as in Go. */
export function integer(value: number): GoExpr {
  return value < 0 ? { is: 'unary', op: '-', operand: atom(String(-value)) } : atom(String(value));
}

export function binary(op: string, left: GoExpr, right: GoExpr): GoExpr {
  return { is: 'binary', op, left, right };
}

export function call(fn: string | GoExpr, ...args: GoExpr[]): GoExpr {
  return { is: 'call', fn: typeof fn === 'string' ? atom(fn) : fn, args };
}

export function method(of: GoExpr, name: string, ...args: GoExpr[]): GoExpr {
  return { is: 'call', fn: { is: 'field', of, name }, args };
}

/** The text of an expression that stands alone; `depth` is 2 where a list of several is written. */
export function printGo(expr: GoExpr, depth = 1): string {
  return print(expr, 0, depth);
}

/** A list of expressions, as in `a, b = 1, f(x)`. */
export function printList(exprs: readonly GoExpr[], depth = 1): string {
  return exprs.map((expr) => printGo(expr, depth)).join(', ');
}

function print(expr: GoExpr, outer: number, depth: number): string {
  switch (expr.is) {
    case 'atom':
      return expr.text;
    case 'unary':
      return outer > UNARY ? `(${print(expr, 0, reduced(depth))})` : expr.op + print(expr.operand, UNARY, depth);
    case 'binary':
      return printBinary(expr, outer, depth);
    case 'call': {
      const inner = expr.args.length > 1 ? depth + 1 : depth;
      return `${print(expr.fn, HIGHEST, inner)}(${printList(expr.args, inner)})`;
    }
    case 'index':
      return `${print(expr.of, HIGHEST, 1)}[${printGo(expr.at, depth + 1)}]`;
    case 'field':
      return `${print(expr.of, HIGHEST, depth)}.${expr.name}`;
  }
}

type Binary = Extract<GoExpr, { readonly is: 'binary' }>;

function printBinary(expr: Binary, outer: number, depth: number): string {
  const own = PRECEDENCE[expr.op];
  if (own < outer) return `(${printGo(expr, reduced(depth))})`;
  const blank = own < cutoff(expr, depth) ? ' ' : '';
  const { left } = expr;
  const same = left.is === 'binary' && PRECEDENCE[left.op] === own;
  return print(left, own, same ? depth : depth + 1) + blank + expr.op + blank + print(expr.right, own + 1, depth + 1);
}

/** Operators of at least this precedence are written without blanks. */
function cutoff(expr: Binary, depth: number): number {
  const seen = { sum: false, product: false, problem: 0 };
  look(expr, seen);
  if (seen.problem > 0) return seen.problem + 1;
  if (seen.sum && seen.product) return depth === 1 ? 5 : 4;
  return depth === 1 ? 6 : 4;
}

/** Which operators meet in an expression without parentheses between them, and which would read as another one. */
function look(expr: Binary, seen: { sum: boolean; product: boolean; problem: number }): void {
  const own = PRECEDENCE[expr.op];
  if (own === 4) seen.sum = true;
  if (own === 5) seen.product = true;
  const { left, right } = expr;
  if (left.is === 'binary' && PRECEDENCE[left.op] >= own) look(left, seen);
  if (right.is === 'binary' && PRECEDENCE[right.op] > own) look(right, seen);
  if (right.is === 'unary') {
    if (expr.op === '&&' && right.op === '&') seen.problem = 5;
    if (expr.op === '-' && right.op === '-' && seen.problem < 4) seen.problem = 4;
  }
}

function reduced(depth: number): number {
  return depth > 2 ? depth - 1 : 1;
}
