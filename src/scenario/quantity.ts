// Durations and distributions of durations: `1.5ms`, `"${10 - i}ms"`, `exp(300us)`, `lognormal(median 2ms, p99 9ms)`.
// The arguments of a distribution are known before the run: params may stand in them, vars and locals may not.

import { parseDuration } from '../base/duration.ts';
import type { Env } from './expression.ts';
import type { Expr, Place, Quantity } from './model.ts';
import { constant, TYPE_NAMES } from './operators.ts';
import { didYouMean, listed, quoted } from './suggest.ts';
import { holeExpr, splitTemplate } from './template.ts';
import { decimalOf, durationOf, scalarField } from './values.ts';
import type { Node, Scalar } from './yaml.ts';
import { partOf } from './yaml.ts';

type DistKind = Exclude<Quantity['kind'], 'value'>;

export interface DistSpec {
  readonly args: readonly string[]; // what each is called; the name may stand before the value
  readonly named: boolean; // whether the names must be written
  readonly example: string;
  readonly doc: string;
}

/** The distributions of the language. `list` takes any number of arguments, `constant` is a plain duration; two read files. */
export const DISTRIBUTIONS: Readonly<Record<DistKind | 'constant', DistSpec>> = {
  exp: { args: ['mean'], named: false, example: 'exp(300us)', doc: 'exponential, with this mean' },
  uniform: { args: ['lo', 'hi'], named: false, example: 'uniform(1ms, 2ms)', doc: 'each duration from lo to hi as likely' },
  normal: { args: ['mean', 'sd'], named: false, example: 'normal(5ms, 1ms)', doc: 'normal, with this mean and deviation, cut at 0' },
  lognormal: {
    args: ['median', 'p99'],
    named: true,
    example: 'lognormal(median 2ms, p99 9ms)',
    doc: 'log-normal: half of all are below the median, 99 % below p99',
  },
  pareto: { args: ['min', 'alpha'], named: false, example: 'pareto(1ms, 1.5)', doc: 'Pareto: at least min, a heavy tail of index alpha' },
  list: { args: [], named: false, example: 'list(3ms, 5ms)', doc: 'these in order, again and again; one cursor a step' },
  constant: { args: ['d'], named: false, example: 'constant(2ms)', doc: 'always this one' },
  replay: {
    args: ['file'],
    named: false,
    example: 'replay(times.csv)',
    doc: "the file's durations in order, again and again; one cursor a step",
  },
  empirical: { args: ['file'], named: false, example: 'empirical(times.csv)', doc: "one of the file's durations, each as likely" },
};

/** A duration field of a step. */
export function quantityField(node: Node, env: Env, allowNegative = false): Quantity {
  const nothing: Quantity = { kind: 'value', value: constant('duration', 0, node.place) };
  const scalar = scalarField(node, 'a duration', env);
  if (scalar === null) return nothing;
  const match = /^\s*([\p{L}_][\p{L}\p{N}_]*)\s*\((.*)\)\s*$/su.exec(scalar.text);
  if (match !== null) return distribution(scalar, match[1], match[2], env) ?? nothing;
  const value = durationOf(scalar, env);
  if (value === null) return nothing;
  if (value.kind === 'const' && value.value < 0 && !allowNegative) {
    env.diagnostics.error(scalar.place, 'a duration here is at least 0');
  }
  return { kind: 'value', value };
}

function distribution(scalar: Scalar, name: string, inside: string, env: Env): Quantity | null {
  const nameAt = scalar.text.indexOf(name);
  const place = partOf(scalar, nameAt, name.length);
  if (!Object.hasOwn(DISTRIBUTIONS, name)) {
    const known = Object.keys(DISTRIBUTIONS);
    env.diagnostics.error(place, `unknown distribution ${quoted(name)}${didYouMean(name, known)}`, `there are ${listed(known)}`);
    return null;
  }
  const kind = name as DistKind | 'constant';
  const spec = DISTRIBUTIONS[kind];
  if (kind === 'replay' || kind === 'empirical') return fromFile(kind, scalar, inside, env);
  const args = splitArguments(scalar, inside, scalar.text.indexOf('(') + 1);
  if (kind === 'list' ? args.length === 0 : args.length !== spec.args.length) {
    const wanted = kind === 'list' ? 'at least one duration' : spec.args.length === 1 ? '1 argument' : `${spec.args.length} arguments`;
    env.diagnostics.error(scalar.place, `${name} takes ${wanted}, not ${args.length}`, `as in ${spec.example}`);
    return null;
  }
  const before = env.diagnostics.errors;
  const values = args.map((arg, i) => argument(arg, spec, i, kind, env));
  if (env.diagnostics.errors > before) return null;
  if (kind === 'constant') return { kind: 'value', value: constant('duration', values[0], scalar.place) };
  const problem = problemOf(kind, values);
  if (problem === null) return { kind, args: values, place: scalar.place };
  env.diagnostics.error(partOf(scalar, scalar.text.indexOf('(') + 1, inside.length), problem, `as in ${spec.example}`);
  return null;
}

/** The durations in a file; its name may hold commas. */
function fromFile(kind: 'replay' | 'empirical', scalar: Scalar, inside: string, env: Env): Quantity | null {
  const name = slice(scalar, scalar.text.indexOf('(') + 1, inside);
  if (name.text === '') env.diagnostics.error(scalar.place, `${kind} takes the name of a file`, `as in ${DISTRIBUTIONS[kind].example}`);
  const args = env.files.durations(name, env);
  return args.length === 0 ? null : { kind, args, place: scalar.place };
}

/** The texts between commas that stand in no brackets, each a scalar of its own. */
export function splitArguments(scalar: Scalar, inside: string, start: number): Scalar[] {
  if (inside.trim() === '') return [];
  const args: Scalar[] = [];
  let from = 0;
  let open = 0;
  for (let i = 0; i <= inside.length; i++) {
    if (inside[i] === '{' || inside[i] === '(') open++;
    if (inside[i] === '}' || inside[i] === ')') open--;
    if (i < inside.length && (inside[i] !== ',' || open > 0)) continue;
    args.push(slice(scalar, start + from, inside.slice(from, i)));
    from = i + 1;
  }
  return args;
}

/** A part of a scalar without the blanks around it. */
export function slice(scalar: Scalar, start: number, raw: string): Scalar {
  const text = raw.trim();
  const at = start + raw.length - raw.trimStart().length;
  return { kind: 'scalar', text, plain: false, place: partOf(scalar, at, Math.max(1, text.length)), inset: scalar.inset < 0 ? -1 : 0 };
}

/** One argument as a number: nanoseconds, or alpha of pareto as it is. Mistakes are reported. */
function argument(arg: Scalar, spec: DistSpec, i: number, kind: DistKind | 'constant', env: Env): number {
  const name = spec.args[i];
  const label = /^([\p{L}_]\w*)\s+(?=\S)/u.exec(arg.text);
  let value = arg;
  if (label !== null) {
    value = slice(arg, label[0].length, arg.text.slice(label[0].length));
    if (label[1] !== name) {
      const note = `as in ${spec.example}`;
      env.diagnostics.error(arg.place, `${quoted(label[1])} is not what ${kind} has here${name ? `: ${quoted(name)} is` : ''}`, note);
      return 0;
    }
  } else if (spec.named && typeof parseDuration(arg.text) === 'number') {
    env.diagnostics.error(arg.place, `say which this is: "${name} ${arg.text}"`, `as in ${spec.example}`);
    return 0;
  }
  if (kind === 'pareto' && i === 1) return plainNumber(value, env);
  const expr = durationOf(value, env);
  if (expr === null) return 0;
  if (expr.kind !== 'const') return notKnown(value.place, env);
  if (expr.value < 0) env.diagnostics.error(value.place, 'a duration here is at least 0');
  return expr.value;
}

function plainNumber(arg: Scalar, env: Env): number {
  const decimal = decimalOf(arg.text);
  if (decimal !== null) return decimal;
  const parts = splitTemplate(arg, env) ?? [];
  const expr: Expr | null = parts.length === 1 && parts[0].kind === 'hole' ? holeExpr(arg, parts[0], env) : null;
  if (expr?.type === 'int') return expr.kind === 'const' ? expr.value : notKnown(arg.place, env);
  const found = expr === null ? quoted(arg.text) : TYPE_NAMES[expr.type];
  env.diagnostics.error(arg.place, `a number without a unit belongs here, not ${found}`);
  return 0;
}

function notKnown(place: Place, env: Env): number {
  const note = 'params may stand here, vars, arguments and locals may not';
  env.diagnostics.error(place, 'the arguments of a distribution must be known before the run', note);
  return 0;
}

function problemOf(kind: DistKind, [a, b]: readonly number[]): string | null {
  if (kind === 'uniform' && a > b) return 'uniform wants its lower bound first';
  if (kind === 'lognormal' && a === 0) return 'the median of lognormal must be more than 0';
  if (kind === 'lognormal' && a > b) return 'the median of lognormal cannot be more than its p99';
  if (kind === 'pareto' && a === 0) return 'the min of pareto must be more than 0';
  // Below 0.1 the tail leaves what a number of nanoseconds can hold.
  if (kind === 'pareto' && (b < 0.1 || b > 1000)) return 'the alpha of pareto must be from 0.1 to 1000';
  return null;
}
