// Expectations: `path op value`, one figure of the result compared with a constant. They are checked for sense before
// anything runs (`parseExpectation`) and against the result afterwards (`evaluate`).
//
//   spans.request.p99 < 25ms            durations have units
//   processors[0].utilization >= 80%    fractions may be percentages
//   processors.utilization.mean > 0.5   over an array of objects: .min .mean .max
//   counters.goPreempt == 0
//   outcome == deadlock                 its kind
//   log == "9 0 1 2 3"                  all texts in order, joined by blanks

import leven from 'leven';
import { parseDuration } from '../base/duration.ts';
import type { ExpectationResult, Result } from '../sim/result.ts';
import type { Field, Fields, Leaf } from './result-fields.ts';
import { RESULT_FIELDS } from './result-fields.ts';

/** What a scenario declares, and so what paths may name. */
export interface ExpectationNames {
  readonly spans: readonly string[];
  readonly channels: readonly string[];
  readonly mutexes: readonly string[];
  readonly listeners: readonly string[];
  readonly neighbours: readonly string[];
  readonly gomaxprocs: number | null; // null: not known yet
}

export type Op = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type Aggregate = 'min' | 'mean' | 'max';

/** One figure of a result. */
export interface Figure {
  readonly keys: readonly (string | number)[]; // from the result to the figure, or to the array of an aggregate
  readonly field: Leaf; // of an aggregate: the field of each element
  readonly aggregate: Aggregate | null;
}

/** An expectation that makes sense. */
export interface Check extends Figure {
  readonly that: string;
  readonly path: string; // as written
  readonly op: Op;
  readonly value: number | string | boolean; // ns, a number, a fraction, a text or a bool
}

/** What is wrong, where in the text, and what was probably meant. */
export interface Mistake {
  readonly error: string;
  readonly suggestion: string | null; // in place of text.slice(start, start + length)
  readonly start: number;
  readonly length: number;
}

const SHAPE = /^(?<lead>\s*)(?<path>[^=!<>\s]+)(?<gap>\s*)(?<op>[=!<>]+)(?<gap2>\s*)(?<value>\S.*)?$/s;
const LONGEST_ACTUAL = 10_000; // characters of a text that are kept as what was found
const OPS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const AGGREGATES = ['min', 'mean', 'max'];

/** Without names every name is accepted. */
export function parseExpectation(text: string, names: ExpectationNames | null): { check: Check } | Mistake {
  try {
    return { check: parse(text, names) };
  } catch (wrong) {
    if (wrong instanceof Wrong) return wrong.mistake;
    throw wrong;
  }
}

/** The figure that a path names. */
export function parseFigure(path: string, names: ExpectationNames | null): { figure: Figure } | Mistake {
  try {
    return { figure: resolve(path, 0, names) };
  } catch (wrong) {
    if (wrong instanceof Wrong) return wrong.mistake;
    throw wrong;
  }
}

function parse(text: string, names: ExpectationNames | null): Check {
  const groups = SHAPE.exec(text.trimEnd())?.groups;
  if (groups === undefined) fail('an expectation reads `path op value`, as in threads.created <= 12', null, 0, text.length);
  const { lead, path, gap, op, gap2, value } = groups;
  const opAt = lead.length + path.length + gap.length;
  if (!OPS.has(op))
    fail(
      `no comparison "${op}": there are == != < <= > >=`,
      { '=': '==', '===': '==', '=<': '<=', '=>': '>=', '<>': '!=' }[op] ?? null,
      opAt,
      op.length,
    );
  const valueAt = opAt + op.length + gap2.length;
  if (value === undefined) fail(`nothing to compare with after ${op}`, null, valueAt, 1);
  const figure = resolve(path, lead.length, names);
  const { field } = figure;
  if ((field.kind === 'text' || field.kind === 'bool') && op !== '==' && op !== '!=') {
    fail(`${path} is a ${field.kind}: only == and != compare it`, '==', opAt, op.length);
  }
  return { that: text, path, ...figure, op: op as Op, value: parseValue(value, field, path, valueAt) };
}

class Wrong extends Error {
  readonly mistake: Mistake;

  constructor(mistake: Mistake) {
    super(mistake.error);
    this.mistake = mistake;
  }
}

function fail(error: string, suggestion: string | null, start: number, length: number): never {
  throw new Wrong({ error, suggestion, start, length });
}

// ---- paths

/** Follows a path to a figure. Without names every name is accepted. */
function resolve(path: string, start: number, names: ExpectationNames | null): Figure {
  const keys: (string | number)[] = [];
  let field: Field = RESULT_FIELDS;
  let done = ''; // what has been followed, with its dot
  const segments = path.split('.');
  for (let i = 0; i < segments.length; i++) {
    const [, name, index] = /^(.*?)(?:\[(\d+)\])?$/s.exec(segments[i])!;
    const at = start + done.length;
    const wrong = (error: string, near: string | null): never => fail(error, near, at, path.length - done.length);
    if (field.type === 'leaf') {
      wrong(`${done.slice(0, -1)} is a ${field.kind} and has no field ${quote(segments[i])}`, null);
    } else if (field.type === 'map') {
      const full: string = index === undefined ? name : segments[i];
      const known: readonly string[] | null = names === null ? null : names[field.names];
      if (known !== null && !known.includes(full)) {
        const near = nearest(full, known);
        const meant = near === null ? null : [near, ...segments.slice(i + 1)].join('.');
        wrong(`the scenario has no ${singular(field.names)} ${quote(full)}${listOf(known)}`, meant);
      }
      keys.push(full);
      field = field.each;
    } else if (field.type === 'list') {
      return overall(field.each, keys, segments.slice(i), path, start, done);
    } else {
      const next: Field | undefined = field.fields.get(name);
      if (next === undefined) {
        const where = done === '' ? 'the result' : done.slice(0, -1);
        const meant = nearField(field, name, segments.slice(i + 1), index);
        wrong(noField(`${where} has`, field, name, meant), meant);
      } else {
        keys.push(next.key);
        field = next;
        if (index !== undefined) {
          if (field.type !== 'list') fail(`${done}${name} is no array`, null, at, segments[i].length);
          const n = Number(index);
          if (name === 'processors' && names !== null && names.gomaxprocs !== null && n >= names.gomaxprocs) {
            fail(
              `there ${names.gomaxprocs === 1 ? 'is 1 processor' : `are ${names.gomaxprocs} processors`}, numbered from 0`,
              null,
              at,
              segments[i].length,
            );
          }
          keys.push(n);
          field = field.each;
        }
      }
    }
    done += `${segments[i]}.`;
  }
  return whole(field, keys, path, start);
}

/** The end of a path that names no array. */
function whole(field: Field, keys: (string | number)[], path: string, start: number): Figure {
  if (field.type === 'leaf') return { keys, field, aggregate: null };
  if (path === 'outcome' && field.type === 'object')
    return { keys: [...keys, 'kind'], field: field.fields.get('kind') as Leaf, aggregate: null };
  if (field.type === 'map')
    return fail(`${path} are several: name one, as in ${path}.NAME.${firstLeaf(field.each)}`, null, start, path.length);
  if (field.type === 'list')
    return fail(`${path} are several: name one, or a figure over all`, `${path}.${numeric(field.each)}.max`, start, path.length);
  return fail(`${path} is no single figure`, `${path}.${firstLeaf(field)}`, start, path.length);
}

/** `field.min` and its kin over an array. */
function overall(each: Fields, keys: (string | number)[], rest: string[], path: string, start: number, done: string): Figure {
  const [name, aggregate] = rest;
  const at = start + done.length;
  const length = path.length - done.length;
  const field = each.fields.get(name);
  if (field === undefined) {
    const meant = nearField(each, name, rest.slice(1), undefined);
    fail(noField(`${done.slice(0, -1)} have`, each, name, meant), meant, at, length);
  }
  if (field.type !== 'leaf' || field.kind === 'text') {
    return fail(`${done}${name} is no number: name one element, as in ${done.slice(0, -1)}[0].${name}`, null, at, length);
  }
  if (aggregate === undefined || rest.length > 2 || !AGGREGATES.includes(aggregate)) {
    const near = aggregate === undefined ? 'max' : (nearest(aggregate, AGGREGATES) ?? 'max');
    fail(`${done}${name} is one figure for each: .min, .mean or .max gives one for all`, `${name}.${near}`, at, length);
  }
  return { keys, field, aggregate: aggregate as Aggregate };
}

/** `threads has no field "max"`, with the fields that there are where none of them can be meant. */
function noField(subject: string, fields: Fields, name: string, meant: string | null): string {
  return `${subject} no field ${quote(name)}${meant === null ? listOf([...fields.fields.keys()], 24) : ''}`;
}

/** The rest of a path with its first name put right: a name nearby, one without Ns, or one that lies a step deeper. */
function nearField(fields: Fields, name: string, rest: readonly string[], index: string | undefined): string | null {
  const tail = [index === undefined ? '' : `[${index}]`, ...rest.map((one) => `.${one}`)].join('');
  if (name.endsWith('Ns') && fields.fields.has(name.slice(0, -2))) return `${name.slice(0, -2)}${tail}`;
  for (const [outer, field] of fields.fields) {
    if (field.type === 'object' && field.fields.has(name)) return `${outer}.${name}${tail}`;
    if (field.type === 'list' && field.each.fields.has(name) && rest.length === 0) return `${outer}.${name}.mean`;
  }
  const near = nearest(name, [...fields.fields.keys()]);
  return near === null ? null : `${near}${tail}`;
}

function nearest(name: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  if (name.length > 60) return null;
  for (const candidate of candidates.slice(0, 1000)) {
    const distance = leven(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

function firstLeaf(fields: Fields): string {
  return [...fields.fields].find(([, field]) => field.type === 'leaf')?.[0] ?? '';
}

function numeric(fields: Fields): string {
  return [...fields.fields].find(([name, field]) => field.type === 'leaf' && field.kind !== 'text' && name !== 'id')?.[0] ?? '';
}

function singular(names: string): string {
  return { spans: 'span', channels: 'channel', mutexes: 'mutex', listeners: 'listener', neighbours: 'neighbour' }[names] ?? names;
}

function listOf(known: readonly string[], most = 5): string {
  if (known.length === 0) return '';
  return `; there ${known.length === 1 ? 'is' : 'are'} ${known.slice(0, most).join(', ')}${known.length > most ? ' …' : ''}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

// ---- values

function parseValue(text: string, field: Leaf, path: string, at: number): number | string | boolean {
  const wrong = (error: string, suggestion: string | null = null): never => fail(error, suggestion, at, text.length);
  switch (field.kind) {
    case 'duration': {
      const ns = parseDuration(text);
      if (typeof ns === 'number') return ns;
      if (ns === 'no unit') return wrong(`${path} is a duration: ${quote(text)} needs a unit`, `${text}ms`);
      return wrong(`${path} is a duration, as in 25ms or 1.5s: ${quote(text)} is none (${ns})`);
    }
    case 'fraction': {
      const [, number, percent] = /^(-?(?:\d+(?:\.\d*)?|\.\d+))\s*(%?)$/.exec(text) ?? [];
      if (number === undefined) return wrong(`${path} is a fraction, as in 80% or 0.8: ${quote(text)} is none`);
      return percent === '%' ? Number(number) / 100 : Number(number);
    }
    case 'number':
      if (/^-?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text)) return Number(text);
      return wrong(`${path} is a plain number: ${quote(text)} is none`, /^-?\d+/.exec(text)?.[0] ?? null);
    case 'bool':
      if (text === 'true' || text === 'false') return text === 'true';
      return wrong(`${path} is true or false, not ${quote(text)}`);
    case 'text': {
      const said = unquote(text, wrong);
      if (field.words !== null && !field.words.includes(said)) {
        return wrong(`${path} is never ${quote(said)}: it is one of ${field.words.join(', ')}`, nearest(said, field.words));
      }
      return said;
    }
  }
}

/** A text may stand in either kind of quotes, or without. */
function unquote(text: string, wrong: (error: string) => never): string {
  const first = text[0];
  if (first !== '"' && first !== "'") return text;
  if (text.length < 2 || text.at(-1) !== first) return wrong(`the text has no closing ${first}`);
  const inner = text.slice(1, -1);
  return first === '"' ? inner.replace(/\\(["\\])/g, '$1') : inner.replaceAll("''", "'");
}

// ---- after the run

type FigureValue = number | string | boolean | null;

/** Figures of one result by path, for the next expectation that asks: the texts of a long log are not joined twice. */
export type Figures = Map<string, FigureValue>;

/**
 * Whether an expectation of a scenario holds for a result. One whose figure the run did not have does not hold: a
 * processor that there was not, an event log that was not kept. Nor does one that makes no sense, which `parseScenario`
 * lets through in none; then the mistake is why.
 */
export function evaluate(
  expectation: { that: string; level?: 'error' | 'warn'; why?: string | null },
  result: Result,
  figures: Figures = new Map(),
): ExpectationResult {
  const { that, level = 'error', why = null } = expectation;
  const parsed = parseExpectation(that, null);
  if (!('check' in parsed)) return { that, ok: false, actual: null, level, why: parsed.error };
  const { check } = parsed;
  const actual = figures.get(check.path) ?? figureOf(check, result);
  figures.set(check.path, actual);
  return {
    that,
    ok: actual !== null && compare(actual, check.op, check.value),
    actual: typeof actual === 'number' || actual === null ? actual : clipped(String(actual)),
    level,
    why,
  };
}

function clipped(text: string): string {
  return text.length > LONGEST_ACTUAL ? `${text.slice(0, LONGEST_ACTUAL)}…` : text;
}

/** Whether the author foresaw how the run would end: the expectation says what the outcome is, and holds. */
export function foresees(one: ExpectationResult): boolean {
  const parsed = parseExpectation(one.that, null);
  if (!('check' in parsed)) return false;
  const { check } = parsed;
  return one.ok && check.keys[0] === 'outcome' && check.op !== '!=';
}

/** Null when there is none. */
export function figureOf({ keys, aggregate, field }: Figure, result: Result): FigureValue {
  if (keys[0] === 'log') return result.log.map((entry) => entry.text).join(' ');
  let at: unknown = result;
  for (const key of keys) at = isObject(at) && Object.hasOwn(at, key) ? at[key] : null;
  if (aggregate === null) return isFigure(at) ? at : null;
  if (!Array.isArray(at)) return null;
  const figures = at.map((one) => (isObject(one) ? one[field.key] : null)).filter((figure) => typeof figure === 'number');
  if (figures.length === 0) return null;
  if (aggregate === 'mean') return figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
  return figures.reduce((best, figure) => (aggregate === 'min' ? Math.min(best, figure) : Math.max(best, figure)));
}

function isObject(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}

function isFigure(value: unknown): value is number | string | boolean {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
}

function compare(actual: number | string | boolean, op: Op, value: number | string | boolean): boolean {
  switch (op) {
    case '==':
      return actual === value;
    case '!=':
      return actual !== value;
    case '<':
      return actual < value;
    case '<=':
      return actual <= value;
    case '>':
      return actual > value;
    case '>=':
      return actual >= value;
  }
}
