// How far a figure may be from what it was: `spans.*.p99=5%`, `makespan=100us`, `threads.created=2`. A percentage is of the
// old value; a duration or a number is a distance, either way. Of several that match a figure the last holds.

import { parseDuration } from '../base/duration.ts';
import { RESULT_FIELDS } from './result-fields.ts';

export interface Tolerance {
  readonly pattern: string; // of paths; * stands for any characters
  readonly unit: '%' | 'ns' | '';
  readonly amount: number;
  readonly text: string; // the value, as written
}

/** What is wrong with it, when it is none. */
export function parseTolerance(pattern: string, value: string): Tolerance | string {
  const wrong = wrongPattern(pattern);
  if (wrong !== null) return wrong;
  const text = value.trim();
  const [, number, percent] = /^(\d+\.?\d*|\.\d+)\s*(%?)$/.exec(text) ?? [];
  if (number !== undefined) return { pattern, unit: percent === '%' ? '%' : '', amount: Number(number), text };
  const ns = parseDuration(text);
  if (typeof ns === 'number' && ns >= 0) return { pattern, unit: 'ns', amount: ns, text };
  return `a tolerance is a percentage, a duration or a number, such as 5%, 100us or 2, and not ${JSON.stringify(value)}`;
}

/** Says so when a pattern can match no figure; null when it may. */
export function wrongPattern(pattern: string): string | null {
  const head = /^[^.[]*/.exec(pattern)![0];
  if ([...RESULT_FIELDS.fields.keys()].some((name) => patternOf(head).test(name))) return null;
  return `a result has no figures ${JSON.stringify(pattern)}: they begin with ${[...RESULT_FIELDS.fields.keys()].join(', ')}`;
}

/** Matches whole paths; * stands for any characters, dots too. */
export function patternOf(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

export function toleranceFor(path: string, tolerances: readonly Tolerance[]): Tolerance | null {
  return tolerances.findLast(({ pattern }) => patternOf(pattern).test(path)) ?? null;
}

/** Whether a figure, a duration or a plain number, may have become `now`. */
export function isWithin(before: number, now: number, isDuration: boolean, tolerance: Tolerance | null): boolean {
  if (before === now) return true;
  if (tolerance === null) return false;
  const { unit, amount } = tolerance;
  if (unit === '%') return Math.abs(now - before) <= (Math.abs(before) * amount) / 100;
  return (unit === 'ns') === isDuration && Math.abs(now - before) <= amount;
}
