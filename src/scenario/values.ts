// The values of fields: whole numbers, conditions, durations, texts, names of objects. Each reader returns something of
// the right type even when it had to report a mistake, so that reading goes on; a scenario with mistakes is dropped.

import { formatDuration, parseDuration, unitNs } from '../base/duration.ts';
import type { Env } from './expression.ts';
import { checkedIndex } from './expression.ts';
import type { Expr, Ref, Text, ValueType } from './model.ts';
import type { Declared, ObjectKind } from './names.ts';
import { binary, constant, Meaningless, TYPE_NAMES } from './operators.ts';
import { listed, quoted, shortened } from './suggest.ts';
import type { Part } from './template.ts';
import { holeExpr, splitTemplate } from './template.ts';
import { flagNote, nearDuration, quotesNote, valueNote } from './value-notes.ts';
import type { Node, Scalar } from './yaml.ts';
import { isNull, partOf } from './yaml.ts';

/** The scalar of a field; null when the field is empty or no scalar, which is then reported. `what` as in "a duration". */
export function scalarField(node: Node, what: string, env: Env): Scalar | null {
  if (node.kind === 'scalar' && !isNull(node)) return node;
  const found = node.kind === 'map' ? 'a mapping' : node.kind === 'seq' ? 'a list' : 'nothing';
  env.diagnostics.error(node.place, `${what} belongs here, not ${found}`);
  return null;
}

/** A value of one of some types; the first of them is what a mistake is read as. */
export function valueField(node: Node, types: readonly ValueType[], env: Env): Expr {
  return readValue(node, types, env) ?? constant(types[0], 0, node.place);
}

/** As valueField, but null for a mistake, which is reported. */
export function readValue(node: Node, types: readonly ValueType[], env: Env): Expr | null {
  const what = listed(
    types.map((type) => TYPE_NAMES[type]),
    'or',
  );
  const scalar = scalarField(node, what, env);
  if (scalar === null) return null;
  const expr = types.length === 1 && types[0] === 'duration' ? durationOf(scalar, env) : anyValue(scalar, what, env);
  if (expr === null || types.includes(expr.type)) return expr;
  env.diagnostics.error(scalar.place, `${what} belongs here, not ${TYPE_NAMES[expr.type]}`, noteOnType(expr.type, types));
  return null;
}

function noteOnType(found: ValueType, types: readonly ValueType[]): string | null {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: this is what a scenario holds
  if (types[0] === 'bool') return 'compare it with something, as in "${n > 0}"';
  return found === 'duration' && types[0] === 'int' ? 'a duration divided by a duration is a number, as in "${d / 1ms}"' : null;
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: this is what a scenario holds
}

/** A whole number, a duration, true or false, or one `${…}`. */
function anyValue(scalar: Scalar, what: string, env: Env): Expr | null {
  const parts = splitTemplate(scalar, env);
  if (parts === null) return null;
  const holes = parts.filter((part) => part.kind === 'hole');
  if (holes.length === 0) return literalValue(scalar, what, env);
  if (parts.length === 1) return holeExpr(scalar, holes[0], env);
  // `"${n}ms"` is a duration; anything else around a hole belongs inside of it.
  const rest = parts.map((part) => (part.kind === 'text' ? part.text : '1')).join('');
  if (typeof parseDuration(rest.trim()) === 'number') return durationOf(scalar, env);
  const inner = scalar.text.replace(/[${}]/g, '').trim();
  env.diagnostics.error(scalar.place, `one "\${…}" must hold the whole value: write ${quoted(`\${${inner}}`)}`);
  return null;
}

function literalValue(scalar: Scalar, what: string, env: Env): Expr | null {
  const { place } = scalar;
  const text = scalar.text.trim();
  if (/^[-+]?\d+$/.test(text) || /^0(?:x[\da-fA-F]+|o[0-7]+)$/.test(text)) {
    const value = Number(text) + 0;
    if (Number.isSafeInteger(value)) return constant('int', value, place);
    env.diagnostics.error(place, `${quoted(text)} is outside of ±(2^53 - 1), where numbers are exact`);
    return null;
  }
  if (/^(?:true|True|TRUE)$/.test(text)) return constant('bool', 1, place);
  if (/^(?:false|False|FALSE)$/.test(text)) return constant('bool', 0, place);
  const ns = parseDuration(text);
  if (typeof ns === 'number') return constant('duration', ns, place);
  if (ns === 'too long') {
    env.diagnostics.error(place, tooLong(text));
    return null;
  }
  const isKnown = (name: string): boolean =>
    env.names.params.has(name) || env.scope?.find(name) != null || env.names.find('var', name) !== null;
  const note = valueNote(text, isKnown);
  env.diagnostics.error(place, `${what} belongs here, not ${quoted(scalar.text)}`, note);
  return null;
}

// ---- durations

function tooLong(text: string): string {
  return `${quoted(text)} is longer than 2^53 - 1 ns (about 104 days)`;
}

/** A duration: a literal, a `${…}` that is one, or numbers from `${…}` with units behind them, as `"${n}ms"`. */
export function durationOf(scalar: Scalar, env: Env): Expr | null {
  const parts = splitTemplate(scalar, env);
  if (parts === null) return null;
  if (parts.every((part) => part.kind === 'text')) return durationLiteral(scalar, 0, scalar.text, env);
  const meant = parts.filter((part) => part.kind === 'hole' || part.text.trim() !== '');
  if (meant.length === 1 && meant[0].kind === 'hole') {
    const expr = holeExpr(scalar, meant[0], env);
    if (expr === null || expr.type === 'duration') return expr;
    const note = expr.type === 'int' ? `add a unit: ${quoted(`${scalar.text.trim()}ms`)}` : null;
    env.diagnostics.error(scalar.place, `a duration belongs here, not ${TYPE_NAMES[expr.type]}`, note);
    return null;
  }
  try {
    return sumOfUnits(scalar, parts, env);
  } catch (error) {
    if (!(error instanceof Meaningless)) throw error;
    env.diagnostics.error(error.place, error.message, error.note);
    return null;
  }
}

/** Terms like `1h`, `${n}ms`: each hole counts the unit that follows it. */
function sumOfUnits(scalar: Scalar, parts: readonly Part[], env: Env): Expr | null {
  let sum: Expr | null = null;
  let count: { readonly expr: Expr; readonly negative: boolean } | null = null;
  let negative = false;
  const add = (term: Expr): void => {
    sum = sum === null ? term : binary('+', sum, term, term.place);
  };
  for (const part of parts) {
    if (part.kind === 'hole') {
      if (count !== null) throw new Meaningless(partOf(scalar, part.start, part.end - part.start), 'a unit is missing before this');
      const expr = holeExpr(scalar, part, env);
      if (expr === null) return null;
      if (expr.type !== 'int') {
        throw new Meaningless(expr.place, `a whole number belongs before a unit, not ${TYPE_NAMES[expr.type]}`);
      }
      count = { expr, negative };
      negative = false;
      continue;
    }
    let text = part.text;
    if (count !== null) {
      const unit = /^\s*([^\d.\s]*)\s*/u.exec(text)!;
      const size = unitNs(unit[1]);
      const place = partOf(scalar, part.start, Math.max(1, unit[1].length));
      if (size === undefined) throw new Meaningless(place, `${quoted(unit[1])} is no unit of time`, UNITS_NOTE);
      const one = constant('duration', count.negative ? -size : size, place);
      add(binary('*', count.expr, one, count.expr.place));
      count = null;
      text = text.slice(unit[0].length);
    }
    if (text.trim() === '-' && sum === null) {
      negative = true;
    } else if (text.trim() !== '') {
      const term = durationLiteral(scalar, part.start + part.text.length - text.length, text, env);
      if (term === null) return null;
      add(term);
    }
  }
  if (count !== null) throw new Meaningless(scalar.place, 'the last number has no unit', UNITS_NOTE);
  return sum;
}

const UNITS_NOTE = 'units are ns, us, ms, s, m and h';

function durationLiteral(scalar: Scalar, start: number, text: string, env: Env): Expr | null {
  const trimmed = text.trim();
  const ns = parseDuration(trimmed);
  if (typeof ns === 'number') return constant('duration', ns, scalar.place);
  const place = partOf(scalar, start, text.length);
  if (ns === 'no unit' && /^[-+]?[\d.]+$/.test(trimmed)) {
    env.diagnostics.error(
      place,
      `the duration ${trimmed} has no unit`,
      `write it as ${trimmed}ns, ${trimmed}us, ${trimmed}ms or ${trimmed}s`,
    );
  } else if (ns === 'too long') {
    env.diagnostics.error(place, tooLong(trimmed));
  } else if (ns === 'finer than a nanosecond') {
    env.diagnostics.error(place, `${quoted(trimmed)} is no whole number of nanoseconds`);
  } else {
    const near = nearDuration(trimmed);
    const note =
      near !== null ? `write it as ${near}` : (quotesNote(trimmed) ?? 'durations are written as in Go: 1h2m3s, 1.5ms, 300us, 20ns');
    env.diagnostics.error(place, `${quoted(trimmed)} is no duration`, note);
  }
  return null;
}

/** An instant or a span of time where a bare number is nanoseconds. */
export function instantField(node: Node, env: Env): Expr {
  return valueField(node, ['duration', 'int'], env);
}

// ---- values known before the run

/** A whole number from `least` to `most` that the text or params give. */
export function constantField(node: Node, what: string, least: number, most: number, env: Env): number {
  const expr = readValue(node, ['int'], { ...env, scope: null });
  if (expr?.kind !== 'const') return least;
  if (expr.value >= least && expr.value <= most) return expr.value;
  const bounds = expr.value < least ? `at least ${least}` : `at most ${most}`;
  env.diagnostics.error(node.place, `${what} is ${bounds}, not ${expr.value}`);
  return least;
}

/** A decimal number as the text gives it. */
export function decimalOf(text: string): number | null {
  return /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text.trim()) ? Number(text) : null;
}

/** true or false, written out. */
export function flagField(node: Node, env: Env): boolean {
  const scalar = scalarField(node, 'true or false', env);
  if (scalar === null) return false;
  if (/^(?:true|True|TRUE)$/.test(scalar.text)) return true;
  if (/^(?:false|False|FALSE)$/.test(scalar.text)) return false;
  env.diagnostics.error(scalar.place, `true or false belongs here, not ${quoted(scalar.text)}`, flagNote(scalar.text));
  return false;
}

// ---- texts

/** A text with its values. */
export function textField(node: Node, env: Env): Text {
  const scalar = scalarField(node, 'a text', env);
  if (scalar === null) return [];
  const text: (string | Expr)[] = [];
  for (const part of splitTemplate(scalar, env) ?? []) {
    const piece = part.kind === 'text' ? part.text : holeExpr(scalar, part, env);
    if (piece !== null) text.push(piece);
  }
  return text;
}

/** A text that the params complete: a name, a description, an expectation. */
export function constantText(scalar: Scalar, env: Env): string {
  return textField(scalar, { ...env, scope: null })
    .map((piece) => (typeof piece === 'string' ? piece : piece.kind === 'const' ? printed(piece.type, piece.value) : ''))
    .join('');
}

function printed(type: ValueType, value: number): string {
  return type === 'duration' ? formatDuration(value) : type === 'bool' ? String(value !== 0) : String(value);
}

// ---- objects

/** The object of one of some kinds that a field names, with its subscript where it is an array: `ring[${i % 20}]`. */
export function refField(node: Node, kinds: readonly ObjectKind[], env: Env): { kind: ObjectKind; ref: Ref } {
  const dummy = { kind: kinds[0], ref: { name: '', index: null, place: node.place } };
  const scalar = scalarField(node, `the name of a ${kinds[0]}`, env);
  if (scalar === null) return dummy;
  const match = /^([^[\]$\s]*)\s*(?:\[(.*)\])?$/s.exec(scalar.text.trim());
  if (match === null) {
    const [, as] = /\sas\s+(\w+)$/.exec(scalar.text) ?? [];
    const note = as === undefined ? null : `the new name stands in a line of its own: "as: ${as}"`;
    env.diagnostics.error(scalar.place, `${quoted(scalar.text)} is not the name of a ${kinds[0]}`, note);
    return dummy;
  }
  const [, name, subscript] = match;
  const place = partOf(scalar, scalar.text.indexOf(name), name.length);
  const declared = env.names.resolve(kinds, name, place);
  if (declared === null) return dummy;
  const ref = subscript === undefined ? single(declared, scalar, env) : element(declared, scalar, subscript, env);
  return { kind: declared.kind, ref };
}

function single(declared: Declared, scalar: Scalar, env: Env): Ref {
  const { name, count } = declared;
  if (count !== null) env.diagnostics.error(scalar.place, `${quoted(name)} is an array of ${count}: say which, as in ${name}[0]`);
  return { name, index: null, place: scalar.place };
}

function element(declared: Declared, scalar: Scalar, subscript: string, env: Env): Ref {
  const { name, count, kind } = declared;
  const place = scalar.place;
  const nothing = { name, index: null, place };
  if (count === null) {
    env.diagnostics.error(place, `${quoted(name)} is not an array: this ${kind} has no [ ]`);
    return nothing;
  }
  const start = scalar.text.indexOf('[') + 1;
  const inside: Scalar = {
    kind: 'scalar',
    text: subscript,
    plain: false,
    place: partOf(scalar, start, Math.max(1, subscript.length)),
    inset: scalar.inset < 0 ? -1 : 0,
  };
  const index = subscriptValue(inside, env);
  if (index === null) return nothing;
  try {
    return { name, index: checkedIndex(index, name, count), place };
  } catch (error) {
    if (!(error instanceof Meaningless)) throw error;
    env.diagnostics.error(error.place, error.message);
    return nothing;
  }
}

function subscriptValue(inside: Scalar, env: Env): Expr | null {
  if (/^\s*-?\d+\s*$/.test(inside.text) || inside.text.includes('${')) return anyValue(inside, TYPE_NAMES.int, env);
  env.diagnostics.error(inside.place, `a subscript is a number or an expression: write [\${${shortened(inside.text.trim()) || '…'}}]`);
  return null;
}
