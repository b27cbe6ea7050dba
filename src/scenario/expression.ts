// What stands in `${…}`: Go's integer arithmetic over params, vars, arguments, locals, `now`, `len(ch)` and `cap(ch)`.
// A lexer of one regular expression and a parser by precedence that types and folds as it goes.
//
// One mistake is reported per expression. Depth and length are bounded, for whatever walks the result may recurse.

import { parseDuration } from '../base/duration.ts';
import type { DataFiles } from './data-file.ts';
import type { Diagnostics } from './diagnostic.ts';
import type { Expr, Place, Ref } from './model.ts';
import type { Names, ObjectKind } from './names.ts';
import type { BinaryOp } from './operators.ts';
import { binary, constant, Meaningless, unary } from './operators.ts';
import type { FunctionScope } from './scope.ts';
import { useOf } from './scope.ts';
import { didYouMean, quoted } from './suggest.ts';

/** What an expression can see. Without a scope it is a value of the top level: only params are known there. */
export interface Env {
  readonly names: Names;
  readonly scope: FunctionScope | null;
  readonly diagnostics: Diagnostics;
  readonly files: DataFiles;
}

/** Parses the text of a `${…}`; null when it is wrong, which is then reported. `at` gives places within the text. */
export function parseExpression(text: string, at: (start: number, length: number) => Place, env: Env): Expr | null {
  try {
    return new ExpressionParser(text, at, env).parse();
  } catch (error) {
    if (error instanceof Meaningless) env.diagnostics.error(error.place, error.message, error.note);
    else if (!(error instanceof Reported)) throw error;
    return null;
  }
}

/** Ends the reading of an expression whose mistake has been reported. */
class Reported extends Error {}

const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['||', 1],
  ['&&', 2],
  ...['==', '!=', '<', '<=', '>', '>='].map((op) => [op, 3] as const),
  ['+', 4],
  ['-', 4],
  ['*', 5],
  ['/', 5],
  ['%', 5],
]);

const TOKEN = /\s*(?:(?<number>[\d.][\p{L}\p{N}_.]*)|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<op>\|\||&&|[=!<>]=|[-+*/%<>!()[\]]))/uy;

const DEEPEST = 100;
const MOST_TOKENS = 2000;

interface Token {
  readonly kind: 'number' | 'name' | 'op' | 'end';
  readonly text: string;
  readonly start: number;
}

class ExpressionParser {
  private readonly text: string;
  private readonly at: (start: number, length: number) => Place;
  private readonly env: Env;
  private token: Token = { kind: 'end', text: '', start: 0 };
  private position = 0;
  private tokens = 0;
  private depth = 0;

  constructor(text: string, at: (start: number, length: number) => Place, env: Env) {
    this.text = text;
    this.at = at;
    this.env = env;
  }

  parse(): Expr {
    this.advance();
    if (this.atEnd()) this.fail(this.at(0, Math.max(1, this.text.length)), 'nothing between the braces');
    const expr = this.expression(1);
    if (!this.atEnd()) this.unexpected();
    return expr;
  }

  // ---- tokens

  private atEnd(): boolean {
    return this.token.kind === 'end';
  }

  private advance(): void {
    TOKEN.lastIndex = this.position;
    const match = TOKEN.exec(this.text);
    if (match === null) {
      const rest = this.text.slice(this.position);
      const start = this.position + rest.length - rest.trimStart().length;
      if (rest.trim() !== '') this.badCharacter(start);
      this.token = { kind: 'end', text: '', start: this.text.trimEnd().length };
      this.position = this.text.length;
      return;
    }
    if (++this.tokens > MOST_TOKENS) this.fail(this.at(0, this.text.length), `an expression of more than ${MOST_TOKENS} words and signs`);
    const { number, name, op } = match.groups!;
    const text = number ?? name ?? op ?? '';
    this.position = TOKEN.lastIndex;
    this.token = { kind: number !== undefined ? 'number' : name !== undefined ? 'name' : 'op', text, start: this.position - text.length };
  }

  private badCharacter(start: number): never {
    const char = String.fromCodePoint(this.text.codePointAt(start)!);
    const instead: Record<string, string> = { '=': '==', '&': '&&', '|': '||' };
    const hint = instead[char] === undefined ? '' : `: did you mean ${quoted(instead[char])}?`;
    return this.fail(this.at(start, char.length), `${quoted(char)} has no meaning in an expression${hint}`);
  }

  private place(token: Token): Place {
    return this.at(token.start, Math.max(1, token.text.length));
  }

  private fail(place: Place, message: string, note: string | null = null): never {
    throw new Meaningless(place, message, note);
  }

  private unexpected(): never {
    const { token } = this;
    if (token.kind === 'end') return this.fail(this.place(token), 'the expression ends too early');
    const instead = { and: '&&', or: '||', not: '!', mod: '%', div: '/' }[token.text.toLowerCase()];
    const hint = instead === undefined ? '' : `: did you mean ${quoted(instead)}?`;
    return this.fail(this.place(token), `unexpected ${quoted(token.text)}${hint}`);
  }

  private accept(op: string): boolean {
    if (this.token.kind !== 'op' || this.token.text !== op) return false;
    this.advance();
    return true;
  }

  private expect(op: string): void {
    if (this.accept(op)) return;
    const { token } = this;
    this.fail(this.place(token), token.kind === 'end' ? `a ${quoted(op)} is missing` : `${quoted(op)} expected, not ${quoted(token.text)}`);
  }

  // ---- grammar

  private expression(least: number): Expr {
    let left = this.operand();
    for (;;) {
      const { token } = this;
      const precedence = token.kind === 'op' ? PRECEDENCE.get(token.text) : undefined;
      if (precedence === undefined || precedence < least) return left;
      this.advance();
      left = binary(token.text as BinaryOp, left, this.expression(precedence + 1), this.place(token));
    }
  }

  private operand(): Expr {
    if (++this.depth > DEEPEST) this.fail(this.place(this.token), `nested more than ${DEEPEST} levels deep`);
    const { token } = this;
    const place = this.place(token);
    this.advance();
    let expr: Expr;
    if (token.kind === 'number') {
      expr = this.number(token, place);
    } else if (token.kind === 'name') {
      expr = this.name(token, place);
    } else if (token.text === '-' || token.text === '!') {
      expr = unary(token.text, this.operand(), place);
    } else if (token.text === '+') {
      expr = this.operand();
    } else if (token.text === '(') {
      expr = this.expression(1);
      this.expect(')');
    } else {
      this.token = token;
      this.unexpected();
    }
    this.depth--;
    return expr;
  }

  private number(token: Token, place: Place): Expr {
    if (/^\d+$/.test(token.text)) {
      const value = Number(token.text);
      if (!Number.isSafeInteger(value)) this.fail(place, `${quoted(token.text)} is outside of ±(2^53 - 1), where numbers are exact`);
      return constant('int', value, place);
    }
    const ns = parseDuration(token.text);
    if (typeof ns === 'string') {
      const what = /^\d*\.\d*$/.test(token.text) ? 'is not a whole number' : `is no number and no duration (${ns})`;
      return this.fail(place, `${quoted(token.text)} ${what}`);
    }
    return constant('duration', ns, place);
  }

  private name(token: Token, place: Place): Expr {
    const { names, scope } = this.env;
    const name = token.text;
    const isCall = this.token.kind === 'op' && this.token.text === '(';
    if (isCall) return this.call(name, place);
    if (name === 'true' || name === 'false') return constant('bool', Number(name === 'true'), place);
    if (name === 'now') {
      if (scope === null) this.fail(place, '"now" has no meaning before the run');
      return { kind: 'now', type: 'duration', place };
    }
    const local = scope?.find(name) ?? null;
    if (local !== null) return useOf(local, place);
    const param = names.params.get(name);
    if (param !== undefined) {
      param.used = true;
      return constant(param.type, param.value, place);
    }
    const declared = names.find('var', name);
    if (declared === null) this.unknown(name, place);
    if (scope === null) this.fail(place, `the var ${quoted(name)} is not known before the run: only params are`);
    return { kind: 'var', type: 'int', ref: this.subscripted('var', name, declared.count, place), place };
  }

  private unknown(name: string, place: Place): never {
    const { scope, names } = this.env;
    const suggestion = this.env.diagnostics.full ? '' : didYouMean(name, this.known());
    const kind = names.kindOf(name);
    if (kind === 'channel' && scope !== null) {
      this.fail(place, `${quoted(name)} is a channel, not a number`, `len(${name}) is how many values are in it`);
    }
    const body = scope === null ? null : `names here are the params, the vars, and the arguments and locals of ${scope.name}`;
    return this.fail(place, `unknown name ${quoted(name)}${suggestion}`, suggestion === '' ? (body ?? 'only params are known here') : null);
  }

  private known(): string[] {
    const { names, scope } = this.env;
    const params = [...names.params.keys()];
    return scope === null ? params : [...scope.names(), ...params, ...names.namesOf(['var']), 'now'];
  }

  /** `len(ch)`, `cap(ch)`; the length of an array is known already. */
  private call(name: string, place: Place): Expr {
    const { names, scope } = this.env;
    if (name !== 'len' && name !== 'cap') {
      this.fail(place, `unknown function ${quoted(name)}${didYouMean(name, ['len', 'cap'])}`, 'there are len(channel) and cap(channel)');
    }
    this.advance();
    const argument = this.token;
    if (argument.kind !== 'name') this.fail(this.place(argument), `${name} takes the name of a channel`);
    this.advance();
    const at = this.place(argument);
    const isArrayOf = (kind: ObjectKind): number | null =>
      this.token.text === ')' ? (names.find(kind, argument.text)?.count ?? null) : null;
    const length = name === 'len' ? (isArrayOf('channel') ?? isArrayOf('ticker') ?? isArrayOf('var')) : null;
    if (length !== null) {
      this.expect(')');
      return constant('int', length, place);
    }
    const declared = names.resolve(['channel', 'ticker'], argument.text, at);
    if (declared === null) throw new Reported();
    const ref = this.subscripted('channel', argument.text, declared.count, at);
    this.expect(')');
    if (scope === null) this.fail(place, `${quoted(name)} is not known before the run`);
    return { kind: name, type: 'int', ref, place };
  }

  /** A name that stands for an object, with its subscript where it is an array. */
  private subscripted(kind: ObjectKind, name: string, count: number | null, place: Place): Ref {
    if (!this.accept('[')) {
      if (count !== null) this.fail(place, `${quoted(name)} is an array of ${count}: say which, as in ${name}[0]`);
      return { name, index: null, place };
    }
    if (count === null) this.fail(place, `${quoted(name)} is not an array: this ${kind} has no [ ]`);
    const index = this.expression(1);
    this.expect(']');
    return { name, index: checkedIndex(index, name, count), place };
  }
}

/** A subscript that must be a number, and within the array when it is known. */
export function checkedIndex(index: Expr, name: string, count: number): Expr {
  if (index.type !== 'int') throw new Meaningless(index.place, 'a subscript is a whole number');
  if (index.kind === 'const' && (index.value < 0 || index.value >= count)) {
    throw new Meaningless(index.place, `${name}[${index.value}] is outside of the array: its elements are 0 to ${count - 1}`);
  }
  return index;
}
