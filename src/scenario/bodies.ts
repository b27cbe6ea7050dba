// The bodies of a scenario and who starts or calls them.
//
// A body has the arguments that any of its starters and callers names; all must give the same ones, and the types of
// the first that is read hold for all. So bodies are read from main on, each after something that reaches it. What
// nothing reaches is read at the end.

import type { Env } from './expression.ts';
import type { Argument, Body, Expr, Place, ValueType } from './model.ts';
import { TYPE_NAMES } from './operators.ts';
import { FunctionScope } from './scope.ts';
import { StepReader } from './steps.ts';
import { didYouMean, listed, quoted } from './suggest.ts';
import { scalarField } from './values.ts';
import type { Node, Scalar } from './yaml.ts';

const MOST_ARGUMENTS = 200; // of a body

/** An argument as a starter or caller gives it. */
export interface Given {
  readonly key: Scalar;
  readonly value: Expr;
}

interface KnownBody {
  readonly name: string;
  readonly node: Node;
  readonly place: Place;
  readonly params: readonly string[];
  types: readonly ValueType[] | null; // null until something that starts or calls it has been read
  read: Body[] | null; // it and its inline bodies
}

export interface Call {
  readonly from: string;
  readonly to: string;
  readonly place: Place;
}

export class Bodies {
  readonly calls: Call[] = [];
  private readonly env: Env;
  private readonly known = new Map<string, KnownBody>();
  private readonly queue: KnownBody[] = [];
  private next = 0; // of the queue, to read

  constructor(env: Env) {
    this.env = env;
    const params = argumentNames([...env.names.bodies.values()].map((body) => body.node));
    for (const { name, node, place } of env.names.bodies.values()) {
      const all = [...(params.get(name) ?? [])];
      if (all.length > MOST_ARGUMENTS)
        env.diagnostics.error(place, `${quoted(name)} is given ${all.length} arguments: ${MOST_ARGUMENTS} is the most`);
      this.known.set(name, { name, node, place, params: all.slice(0, MOST_ARGUMENTS), types: null, read: null });
    }
  }

  /** Reads everything: main first, then in the order of the file, inline bodies behind the one they stand in. */
  readAll(): Body[] {
    const main = this.known.get('main');
    if (main !== undefined) this.reach(main, []);
    this.readQueue();
    // Of the rest those without arguments come first: what they start tells of the types of others.
    const bodies = [...this.known.values()];
    for (const body of [...bodies.filter(({ params }) => params.length === 0), ...bodies]) {
      if (body.types !== null) continue;
      this.reach(body, []);
      this.readQueue();
    }
    const ordered = [...this.known.values()].sort((a, b) => Number(b === main) - Number(a === main));
    return ordered.flatMap((body) => body.read ?? []);
  }

  private reach(body: KnownBody, given: readonly Given[]): void {
    body.types = body.params.map((param) => given.find((one) => one.key.text === param)?.value.type ?? 'int');
    this.queue.push(body);
  }

  private readQueue(): void {
    while (this.next < this.queue.length) {
      const body = this.queue[this.next++];
      const scope = new FunctionScope(body.name, null);
      body.params.forEach((param, i) => scope.addParam(param, body.types?.[i] ?? 'int'));
      const reader = new StepReader({ ...this.env, scope }, this);
      const steps = reader.topSteps(body.node);
      body.read = [{ name: body.name, ...scope.complete(), steps, place: body.place }, ...reader.inlineBodies];
    }
  }

  /** The body that a `run:` names, and its arguments in order. Everything that does not fit is reported. */
  resolve(node: Node, given: readonly Given[], verb: 'go' | 'call', from: string): { body: string; with: Argument[] } {
    const nothing = { body: '', with: [] };
    const scalar = scalarField(node, 'the name of a body', this.env);
    if (scalar === null) return nothing;
    const { diagnostics } = this.env;
    const name = scalar.text.trim();
    const body = this.known.get(name);
    if (body === undefined) {
      const called = this.asCall(name);
      const suggestion = diagnostics.full || called !== null ? '' : didYouMean(name, this.known.keys());
      const note = called ?? (suggestion === '' ? 'bodies are declared under goroutines' : null);
      diagnostics.error(scalar.place, `unknown body ${quoted(name)}${suggestion}`, note);
      return nothing;
    }
    if (name === 'main') {
      diagnostics.error(scalar.place, 'main is where the program begins: nothing can start or call it again');
      return nothing;
    }
    if (verb === 'call') this.calls.push({ from, to: name, place: scalar.place });
    if (body.types === null) this.reach(body, given);
    return { body: name, with: this.checkedArguments(body, given, scalar.place) };
  }

  /** A way out of `handle(req)`, a body with arguments; null when it is none. */
  private asCall(text: string): string | null {
    const [, name, inside] = /^(\w+)\(([^()]+)\)$/.exec(text) ?? [];
    if (name === undefined || !this.known.has(name)) return null;
    return `arguments are given by name, as in {run: ${name}, with: {${/^\w+$/.test(inside) ? `${inside}: …` : '…'}}}`;
  }

  private checkedArguments(body: KnownBody, given: readonly Given[], place: Place): Argument[] {
    const { diagnostics } = this.env;
    const list: Argument[] = [];
    const missing: string[] = [];
    body.params.forEach((name, slot) => {
      const one = given.find(({ key }) => key.text === name);
      if (one === undefined) {
        missing.push(name);
        return;
      }
      const type = body.types?.[slot] ?? 'int';
      if (one.value.type !== type) {
        diagnostics.error(
          one.key.place,
          `the argument ${quoted(name)} is ${TYPE_NAMES[one.value.type]} here and ${TYPE_NAMES[type]} elsewhere`,
        );
      }
      list.push({ name, slot, value: one.value });
    });
    if (missing.length > 0) {
      const several = missing.length > 1;
      const more = missing.length > 5 ? [`${missing.length - 5} more`] : [];
      const names = listed([...missing.slice(0, 5).map(quoted), ...more]);
      diagnostics.error(
        place,
        `${quoted(body.name)} has ${several ? 'arguments' : 'an argument'} ${names}, which ${several ? 'are' : 'is'} missing here`,
        `others give ${several ? 'them' : 'it'} by "with: {${missing[0]}: …}"`,
      );
    }
    return list;
  }

  /** Names the circle when bodies call each other in one. */
  checkCalls(): void {
    const callees = new Map<string, Call[]>();
    for (const call of this.calls) {
      const list = callees.get(call.from);
      if (list === undefined) callees.set(call.from, [call]);
      else list.push(call);
    }
    const done = new Set<string>();
    for (const start of callees.keys()) this.walkCalls(start, callees, done);
  }

  private walkCalls(start: string, callees: ReadonlyMap<string, Call[]>, done: Set<string>): void {
    // A chain of calls may be as long as the file: the path is a list, not a recursion.
    const path: { readonly name: string; next: number }[] = [{ name: start, next: 0 }];
    const onPath = new Map([[start, 0]]);
    while (path.length > 0) {
      const top = path[path.length - 1];
      const call = done.has(top.name) ? undefined : callees.get(top.name)?.[top.next++];
      if (call === undefined) {
        done.add(top.name);
        onPath.delete(top.name);
        path.pop();
        continue;
      }
      const back = onPath.get(call.to);
      if (back !== undefined) {
        const circle = [...path.slice(back).map((one) => one.name), call.to];
        const shown = circle.length > 12 ? [...circle.slice(0, 10), '…', call.to] : circle;
        const note = 'bodies cannot call each other in a circle; starting one with "go" is no call';
        this.env.diagnostics.error(call.place, `recursive calls: ${shown.join(' -> ')}`, note);
      } else if (!done.has(call.to)) {
        onPath.set(call.to, path.length);
        path.push({ name: call.to, next: 0 });
      }
    }
  }
}

/** The names of arguments that any `go` or `call` gives each body. */
function argumentNames(roots: readonly Node[]): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  const seen = new Set<Node>();
  const visit = (node: Node): void => {
    if (node.kind === 'scalar' || seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'seq') {
      for (const item of node.items) visit(item);
      return;
    }
    for (const { key, value } of node.entries) {
      if ((key.text === 'go' || key.text === 'call') && value.kind === 'map') note(value);
      visit(value);
    }
  };
  const note = (site: Extract<Node, { kind: 'map' }>): void => {
    const field = (name: string): Node | undefined => site.entries.find(({ key }) => key.text === name)?.value;
    const run = field('run');
    if (run?.kind !== 'scalar') return;
    const body = run.text.trim();
    const set = names.get(body) ?? new Set();
    names.set(body, set);
    const given = field('with');
    if (given?.kind === 'map') for (const { key } of given.entries) set.add(key.text);
    const index = field('as');
    if (index?.kind === 'scalar' && index.text !== '_') set.add(index.text);
  };
  for (const root of roots) visit(root);
  return names;
}
