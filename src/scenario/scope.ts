// The names a body has of its own: its arguments and its locals, in blocks as Go's, inner ones shadowing outer ones.
//
// Slots of the frame are numbered when the body is complete, arguments first. Until then each use of a local is a node
// of the model that waits for its number. An inline body is a function of its own inside of another: a name it takes
// from there becomes one of its arguments, copied at the statement that starts it.

import type { Expr, Local, Place, Target, ValueType } from './model.ts';

/** A local or argument while its body is read. */
export interface LocalName {
  readonly name: string;
  readonly type: ValueType;
  slot: number; // -1 until the body is complete
  isRead: boolean;
  readonly place: Place | null; // where a `set` introduced it
  readonly uses: { slot: number }[];
}

/** Names that one inline body, and all of a scenario together, may take from around: each level between copies them. */
const MOST_CAPTURED = 200;
const MOST_CAPTURED_IN_ALL = 100_000;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export class FunctionScope {
  readonly name: string; // of the body, as Go names functions
  readonly isInline: boolean;
  /** Arguments taken from the function around, with what each is there. */
  readonly captured: { readonly inner: LocalName; readonly outer: LocalName }[] = [];
  private readonly around: FunctionScope | null;
  private readonly params: LocalName[] = [];
  private readonly locals: LocalName[] = [];
  private readonly blocks: Map<string, LocalName>[] = [new Map()];
  private inlineBodies = 0;
  private readonly all: { captured: number }; // of the function that is not inline and everything in it

  constructor(name: string, around: FunctionScope | null) {
    this.name = name;
    this.isInline = around !== null;
    this.around = around;
    this.all = around?.all ?? { captured: 0 };
  }

  /** It takes more names from around than it may. */
  get takesTooMany(): boolean {
    return this.captured.length >= MOST_CAPTURED || this.all.captured >= MOST_CAPTURED_IN_ALL;
  }

  /** The name of the next inline body: main.func1, and main.func1.1 inside of that. */
  nextInlineName(): string {
    return `${this.name}.${this.isInline ? '' : 'func'}${++this.inlineBodies}`;
  }

  addParam(name: string, type: ValueType): LocalName {
    const param = { name, type, slot: -1, isRead: false, place: null, uses: [] };
    this.params.push(param);
    this.blocks[0].set(name, param);
    return param;
  }

  /** Runs something in a block of its own. */
  block<T>(inside: () => T): T {
    this.blocks.push(new Map());
    const result = inside();
    this.blocks.pop();
    return result;
  }

  /** The local that a name means here; those of functions around become arguments. */
  find(name: string): LocalName | null {
    for (let i = this.blocks.length - 1; i >= 0; i--) {
      const found = this.blocks[i].get(name);
      if (found !== undefined) return found;
    }
    const outer = this.around?.find(name) ?? null;
    if (outer === null) return null;
    outer.isRead = true;
    if (this.takesTooMany) return outer; // for no program
    this.all.captured++;
    const inner = this.addParam(name, outer.type);
    this.captured.push({ inner, outer });
    return inner;
  }

  /** What `as: name` gives: the local of that name in this very block, else a new one that shadows what is around. */
  introduce(name: string, type: ValueType, setAt: Place | null = null): Target {
    const block = this.blocks[this.blocks.length - 1];
    const here = block.get(name);
    if (here?.type === type) return target(here, false);
    const local: LocalName = { name, type, slot: -1, isRead: false, place: setAt, uses: [] };
    this.locals.push(local);
    block.set(name, local);
    return target(local, true);
  }

  /** All names in scope, for suggestions. */
  names(): string[] {
    const own = this.blocks.flatMap((block) => [...block.keys()]);
    return this.around === null ? own : [...own, ...this.around.names()];
  }

  /** Locals that steps set and nothing reads, which Go would not compile. */
  neverRead(): { readonly name: string; readonly place: Place }[] {
    return this.locals.flatMap(({ name, place, isRead }) => (place !== null && !isRead ? [{ name, place }] : []));
  }

  /** Numbers the slots. Nothing can be named any more. */
  complete(): { params: Local[]; locals: Local[] } {
    const all = [...this.params, ...this.locals];
    all.forEach((local, slot) => {
      local.slot = slot;
      for (const use of local.uses) use.slot = slot;
    });
    const typed = (local: LocalName): Local => ({ name: local.name, type: local.type });
    return { params: this.params.map(typed), locals: all.map(typed) };
  }
}

export function target(local: LocalName, introduces: boolean): Target {
  const made: Writable<Target> = { name: local.name, slot: local.slot, introduces };
  local.uses.push(made);
  return made;
}

export function useOf(local: LocalName, place: Place): Expr {
  const made: Writable<Extract<Expr, { kind: 'local' }>> = { kind: 'local', type: local.type, name: local.name, slot: local.slot, place };
  local.uses.push(made);
  local.isRead = true;
  return made;
}
