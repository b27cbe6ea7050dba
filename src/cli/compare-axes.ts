// What the command line says about a comparison: the settings that take several values, and what is wanted.

import type { Axis } from '../analysis/sweep.ts';
import { pointsOf } from '../analysis/sweep.ts';
import { UserError } from './user-error.ts';

const MOST_VALUES = 100_000;
const MOST_POINTS = 100_000;
const MOST_AXES = 5; // which a table of 60 columns can show

/** `path=values`, as in machine.cpuLimit=1,2,4 or params.workers=1..16. */
export function parseAxis(text: string): Axis {
  const equals = text.indexOf('=');
  const path = text.slice(0, Math.max(0, equals)).trim();
  const note = 'as in --vary machine.cpuLimit=1,2,4 or --vary params.workers=1..16';
  if (path === '') throw new UserError(`--vary ${text}: this is not path=values`, null, note);
  return checkAxis({ path, values: parseValues(text.slice(equals + 1), `--vary ${text}`) }, `--vary ${text}`);
}

export function checkAxis(axis: Axis, said: string): Axis {
  const { path, values } = axis;
  if (!/^[^\s.=[\]]+(\.[^\s.=[\]]+)*$/.test(path)) throw new UserError(`${said}: "${path}" is not a path`);
  if (path === 'file') throw new UserError(`${said}: several files are given as they are, and no axis`);
  if (values.length === 0) throw new UserError(`${said}: there are no values`);
  const seen = new Set<string>();
  for (const value of values) {
    if (seen.has(value)) throw new UserError(`${said}: ${value} is there twice`);
    seen.add(value);
  }
  if (values.length > MOST_VALUES) throw new UserError(`${said}: ${values.length} values, and ${MOST_VALUES} is the most`);
  return axis;
}

/** Together they must be few enough to be run and shown. */
export function checkAxes(axes: readonly Axis[]): readonly Axis[] {
  const twice = axes.find(({ path }, i) => axes.findIndex((other) => other.path === path) < i);
  if (twice !== undefined) throw new UserError(`${twice.path} is varied twice`, null, 'give all its values at once');
  if (axes.length > MOST_AXES) throw new UserError(`${axes.length} settings are varied, and ${MOST_AXES} is the most`);
  const points = pointsOf(axes);
  if (points > MOST_POINTS) throw new UserError(`${points} combinations, and ${MOST_POINTS} is the most`);
  return axes;
}

/** Values between commas that stand in no brackets; `1..16`, `1..64*2` and `0..100+10` stand for several. */
export function parseValues(text: string, said: string): string[] {
  return split(text).flatMap((item) => {
    const one = item.trim();
    if (one === '') throw new UserError(`${said}: a value is missing`);
    return ranged(one, said) ?? [one];
  });
}

function split(text: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if ('([{'.includes(text[i])) depth++;
    else if (')]}'.includes(text[i])) depth--;
    else if (text[i] === ',' && depth <= 0) {
      items.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...items, text.slice(from)];
}

/** The values that a range stands for, with the unit that both its ends have; null when it is none. */
function ranged(item: string, said: string): string[] | null {
  const match = /^(-?\d+)([a-zµ]*)\.\.(-?\d+)([a-zµ]*)(?:([+*])(\d+))?$/.exec(item);
  if (match === null) return null;
  const [, first, unit, last, lastUnit, op = '+', by = '1'] = match;
  const [from, to, step] = [Number(first), Number(last), Number(by)];
  if (unit !== '' && lastUnit !== unit) throw new UserError(`${said}: both ends of ${item} need the same unit`);
  if (to < from) throw new UserError(`${said}: ${item} goes down; write the lower end first`);
  if (op === '*' ? step < 2 || from < 1 : step < 1) throw new UserError(`${said}: ${item} never gets to its end`);
  const values: string[] = [];
  for (let n = from; n <= to && values.length <= MOST_VALUES; n = op === '*' ? n * step : n + step) values.push(`${n}${lastUnit}`);
  return values;
}

/** `min spans.request.p99` or `max throughput`. */
export function parseGoal(text: string): { better: 'min' | 'max'; name: string } {
  const match = /^\s*(min|max)\s+(\S+)\s*$/.exec(text);
  if (match === null) throw new UserError(`--best ${text}: it reads min or max and a figure`, null, 'as in --best "min spans.request.p99"');
  return { better: match[1] as 'min' | 'max', name: match[2] };
}
