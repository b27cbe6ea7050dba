// What a body does with its locals, found before its function is written: Go refuses a variable that nobody reads, and
// `:=` in a block is only good for what happens later in that block.

import type { Body, Expr, Quantity, Steps, Target, Text } from '../scenario/model.ts';

/** Steps behind one of these in the same list never run, and are not written. */
const ENDS_LIST: ReadonlySet<string> = new Set(['break', 'continue', 'return', 'goexit', 'panic', 'exit']);

/** The steps of a list that can run. */
export function live(steps: Steps): Steps {
  const end = steps.findIndex((step) => ENDS_LIST.has(step.op));
  return end < 0 ? steps : steps.slice(0, end + 1);
}

export interface Usage {
  /** Slots that some expression reads. */
  readonly read: ReadonlySet<number>;
  /** Slots that are assigned to after the step that introduced them. */
  readonly assigned: ReadonlySet<number>;
  /** Slots to declare where the function begins; the others where they are introduced. */
  readonly declared: ReadonlySet<number>;
}

/** A place in the function: the blocks around it, outermost first. */
type Path = readonly number[];

class Finder {
  readonly read = new Set<number>();
  readonly assigned = new Set<number>();
  readonly declared = new Set<number>();
  readonly pairs: (readonly [Target, Target])[] = [];
  private readonly introduced = new Map<number, Path>();
  private blocks = 0;

  private use(slot: number, path: Path): void {
    const home = this.introduced.get(slot);
    if (home === undefined || !home.every((block, i) => path[i] === block)) this.declared.add(slot);
  }

  private target(target: Target | null, path: Path): void {
    if (target === null) return;
    const { slot } = target;
    if (!target.introduces) this.assigned.add(slot);
    if (target.introduces && !this.introduced.has(slot)) this.introduced.set(slot, path);
    else {
      if (target.introduces) this.declared.add(slot);
      this.use(slot, path);
    }
  }

  expr(root: Expr, path: Path): void {
    const todo: Expr[] = [root];
    for (let expr = todo.pop(); expr !== undefined; expr = todo.pop()) {
      if (expr.kind === 'local') {
        this.read.add(expr.slot);
        this.use(expr.slot, path);
      } else if (expr.kind === 'unary') todo.push(expr.operand);
      else if (expr.kind === 'binary') todo.push(expr.left, expr.right);
      else if ('ref' in expr && expr.ref.index !== null) todo.push(expr.ref.index);
    }
  }

  private quantity(quantity: Quantity | null, path: Path): void {
    if (quantity?.kind === 'value') this.expr(quantity.value, path);
  }

  private text(text: Text, path: Path): void {
    for (const part of text) if (typeof part !== 'string') this.expr(part, path);
  }

  /** The subscript of what may be a reference. */
  private index(field: unknown, path: Path): void {
    if (isRef(field) && field.index !== null) this.expr(field.index, path);
  }

  private inside(path: Path): Path {
    return [...path, ++this.blocks];
  }

  steps(steps: Steps, path: Path): void {
    for (const step of live(steps)) this.step(step, path);
  }

  private step(step: Steps[number], path: Path): void {
    if (step.op !== 'go') for (const field of Object.values(step)) this.index(field, path);
    switch (step.op) {
      case 'cpu':
      case 'cgo':
      case 'net':
      case 'sleep':
        this.quantity(step.for, path);
        break;
      case 'syscall':
        this.quantity(step.for, path);
        this.quantity(step.cpu, path);
        break;
      case 'sleepUntil':
        this.expr(step.until, path);
        break;
      case 'send':
      case 'setVar':
        this.expr(step.value, path);
        break;
      case 'recv':
        this.target(step.as, path);
        this.target(step.ok, path);
        if (step.as && step.ok) this.pairs.push([step.as, step.ok]);
        break;
      case 'accept':
        this.target(step.as, path);
        break;
      case 'reply':
        this.expr(step.to, path);
        break;
      case 'range': {
        const round = this.inside(path);
        this.target(step.as, round);
        this.steps(step.do, round);
        break;
      }
      case 'select':
        for (const one of step.cases) {
          const inner = this.inside(path);
          if (one.kind === 'recv') {
            this.index(one.from, path);
            this.target(one.as, inner);
            this.target(one.ok, inner);
            if (one.as && one.ok) this.pairs.push([one.as, one.ok]);
          } else if (one.kind === 'send') {
            this.index(one.to, path);
            this.expr(one.value, path);
          } else this.quantity(one.after, path);
          this.steps(one.do, inner);
        }
        if (step.default !== null) this.steps(step.default, this.inside(path));
        break;
      case 'add':
        this.expr(step.delta, path);
        break;
      case 'once':
      case 'forever':
        this.steps(step.do, this.inside(path));
        break;
      case 'go': {
        if (step.count !== null) this.expr(step.count, path);
        const round = step.count === null ? path : this.inside(path);
        this.target(step.index, round);
        this.index(step.wg, round);
        for (const argument of step.with) this.expr(argument.value, round);
        break;
      }
      case 'afterFunc':
        this.quantity(step.after, path);
        for (const argument of step.with) this.expr(argument.value, path);
        break;
      case 'resetTimer':
        this.quantity(step.after, path);
        break;
      case 'call':
        for (const argument of step.with) this.expr(argument.value, path);
        break;
      case 'repeat': {
        this.expr(step.count, path);
        const round = this.inside(path);
        this.target(step.as, round);
        this.steps(step.do, round);
        break;
      }
      case 'repeatFor':
        this.quantity(step.for, path);
        this.steps(step.do, this.inside(path));
        break;
      case 'while':
        this.expr(step.while, path);
        this.steps(step.do, this.inside(path));
        break;
      case 'if':
        this.expr(step.if, path);
        this.steps(step.do, this.inside(path));
        if (step.else !== null) this.steps(step.else, this.inside(path));
        break;
      case 'setLocal':
        this.expr(step.value, path);
        this.target(step.target, path);
        break;
      case 'choose':
        for (const choice of step.choices) this.steps(choice.do, this.inside(path));
        break;
      case 'log':
      case 'panic':
        this.text(step.text, path);
        break;
      case 'span':
        this.steps(step.do, path); // the block of a span has no braces
        break;
      case 'spanSince':
        this.expr(step.since, path);
        break;
      case 'exit':
        this.expr(step.code, path);
        break;
    }
  }

  /** `a, b := …` declares both: if one of the two is declared elsewhere, the other must be too. */
  settlePairs(): void {
    for (let changed = true; changed; ) {
      changed = false;
      for (const pair of this.pairs) {
        const written = pair.filter(({ slot }) => this.read.has(slot));
        const here = written.filter(({ slot, introduces }) => introduces && !this.declared.has(slot));
        if (here.length === 0 || here.length === written.length) continue;
        for (const { slot } of here) this.declared.add(slot);
        changed = true;
      }
    }
  }
}

function isRef(field: unknown): field is { index: Expr | null } {
  return typeof field === 'object' && field !== null && 'name' in field && 'index' in field && 'place' in field;
}

export function usageOf(body: Body): Usage {
  const finder = new Finder();
  finder.steps(body.steps, []);
  finder.settlePairs();
  const { read, assigned, declared } = finder;
  for (const [slot] of body.params.entries()) declared.delete(slot);
  return { read, assigned, declared };
}
