// What a scenario declares at its top level: channels, locks and so on, each kind with names of its own, and the params
// and vars that `${…}` may hold. Looking one up marks it as used.

import type { Diagnostics } from './diagnostic.ts';
import type { Place, ValueType } from './model.ts';
import { didYouMean, quoted } from './suggest.ts';
import type { Node, Scalar } from './yaml.ts';

export type ObjectKind = 'channel' | 'mutex' | 'rwmutex' | 'waitgroup' | 'cond' | 'var' | 'listener' | 'timer' | 'ticker' | 'pipe';

/** The section each kind is declared in. */
export const SECTION: Record<ObjectKind, string> = {
  channel: 'channels',
  mutex: 'mutexes',
  rwmutex: 'rwmutexes',
  waitgroup: 'waitgroups',
  cond: 'conds',
  var: 'vars',
  listener: 'listeners',
  timer: 'timers',
  ticker: 'tickers',
  pipe: 'pipes',
};

/** Kinds that one step may name, so that their names must differ; with that step. */
const TWINS: Partial<Record<ObjectKind, readonly (readonly [ObjectKind, string])[]>> = {
  mutex: [['rwmutex', 'lock']],
  rwmutex: [['mutex', 'lock']],
  channel: [['ticker', 'recv']],
  timer: [['ticker', 'stopTimer']],
  ticker: [
    ['channel', 'recv'],
    ['timer', 'stopTimer'],
  ],
};

export interface Declared {
  readonly name: string;
  readonly kind: ObjectKind;
  readonly count: number | null;
  readonly place: Place;
  used: boolean;
}

export interface DeclaredParam {
  readonly type: ValueType;
  readonly value: number;
  readonly place: Place;
  used: boolean;
}

export interface DeclaredBody {
  readonly name: string;
  readonly node: Node;
  readonly place: Place;
}

/** Words that `${…}` gives a meaning to. */
const RESERVED = new Set(['now', 'len', 'cap', 'true', 'false', 'nil']);
const LONGEST_NAME = 200;

export class Names {
  readonly params = new Map<string, DeclaredParam>();
  readonly bodies = new Map<string, DeclaredBody>();
  private readonly objects = new Map<string, Declared>();
  private readonly diagnostics: Diagnostics;

  constructor(diagnostics: Diagnostics) {
    this.diagnostics = diagnostics;
  }

  declare(kind: ObjectKind, key: Scalar, count: number | null): void {
    const name = key.text;
    if (!this.isName(key, kind)) return;
    const twin = TWINS[kind]?.find(([other]) => this.objects.has(`${other} ${name}`));
    if (this.objects.has(`${kind} ${name}`)) {
      this.diagnostics.error(key.place, `the ${kind} ${quoted(name)} is declared twice`);
    } else if (twin !== undefined) {
      this.diagnostics.error(key.place, `${quoted(name)} is a ${twin[0]} already: a ${twin[1]} step could not tell the two apart`);
    } else if (kind === 'var' && this.params.has(name)) {
      this.diagnostics.error(key.place, `${quoted(name)} is a param already: "\${${name}}" could not tell the two apart`);
    } else {
      this.objects.set(`${kind} ${name}`, { name, kind, count, place: key.place, used: false });
    }
  }

  /** Names are Go's identifiers; what `${…}` can hold must not be one of its words. */
  isName(key: Scalar, what: string): boolean {
    const name = key.text;
    if (name.length > LONGEST_NAME) {
      this.diagnostics.error(key.place, `a name of ${name.length} characters: ${LONGEST_NAME} is the most`);
    } else if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) {
      const camel = name.replace(/[-. ]+(.)/g, (_, letter: string) => letter.toUpperCase());
      const hint = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(camel) ? `: write ${quoted(camel)}` : '';
      this.diagnostics.error(key.place, `${quoted(name)} is not a name: letters, digits and _ as in Go${hint}`);
    } else if (RESERVED.has(name) && /^(?:param|var|argument|local)$/.test(what)) {
      this.diagnostics.error(key.place, `${quoted(name)} cannot name a ${what}: it has a meaning in "\${…}"`);
    } else {
      return true;
    }
    return false;
  }

  /** A declared object, marked as used; null when there is none. */
  find(kind: ObjectKind, name: string): Declared | null {
    const found = this.objects.get(`${kind} ${name}`);
    if (found === undefined) return null;
    found.used = true;
    return found;
  }

  /** Whether there is such an object; that is no use of it. */
  isDeclared(kinds: readonly ObjectKind[], name: string): boolean {
    return kinds.some((kind) => this.objects.has(`${kind} ${name}`));
  }

  /** As find, for one of several kinds; reports what is declared nowhere. */
  resolve(kinds: readonly ObjectKind[], name: string, place: Place): Declared | null {
    for (const kind of kinds) {
      const found = this.find(kind, name);
      if (found !== null) return found;
    }
    const word = kinds.includes('mutex') && kinds.length > 1 ? 'lock' : kinds[0];
    const suggestion = this.diagnostics.full ? '' : didYouMean(name, this.namesOf(kinds));
    const elsewhere = this.kindOf(name);
    const note =
      suggestion !== ''
        ? null
        : elsewhere !== undefined
          ? `${quoted(name)} is a ${elsewhere}`
          : kinds[0] === 'timer'
            ? 'an "afterFunc" sets it; an array of timers is declared, as in timers: {t: {count: 8}}'
            : `declare it under ${SECTION[kinds[0]]}`;
    this.diagnostics.error(place, `unknown ${word} ${quoted(name)}${suggestion}`, note);
    return null;
  }

  /** What is declared under a name; the first kind where several are. */
  kindOf(name: string): ObjectKind | undefined {
    return (Object.keys(SECTION) as ObjectKind[]).find((kind) => this.objects.has(`${kind} ${name}`));
  }

  namesOf(kinds: readonly ObjectKind[]): string[] {
    return this.declared()
      .filter((one) => kinds.includes(one.kind))
      .map((one) => one.name);
  }

  declared(): Declared[] {
    return [...this.objects.values()];
  }
}
