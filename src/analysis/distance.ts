// Comparing what varies: ranges, order statistics, and how far two sets of values are apart.

import { fail } from '../base/assert.ts';

export interface Range {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function rangeOf(values: readonly number[]): Range {
  const sorted = values.toSorted((a, b) => a - b);
  return { min: sorted[0] ?? 0, median: quantileOf(sorted, 0.5), max: sorted.at(-1) ?? 0 };
}

/** sorted[min(n - 1, floor(p n))]: the convention of all percentiles here. 0 when there is nothing. */
export function quantileOf(sorted: readonly number[], p: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? 0;
}

/** How far a value lies outside a range, relative to the end that is nearer; 0 inside. */
export function outside(value: number, { min, max }: Range): number {
  if (value >= min && value <= max) return 0;
  const end = value < min ? min : max;
  return end === 0 ? Number.POSITIVE_INFINITY : Math.abs(value - end) / Math.abs(end);
}

/**
 * The two-sample Kolmogorov-Smirnov distance: the largest difference between the shares of values up to some point, from
 * 0, the same, to 1, no overlap. Null when one side has nothing.
 */
export function ksDistance(a: readonly number[], b: readonly number[]): number | null {
  if (a.length === 0 || b.length === 0) return null;
  if ([...a, ...b].some(Number.isNaN)) fail('ksDistance', 'a sample that is no number');
  const x = a.toSorted((p, q) => p - q);
  const y = b.toSorted((p, q) => p - q);
  let i = 0;
  let j = 0;
  let most = 0;
  while (i < x.length && j < y.length) {
    const at = Math.min(x[i], y[j]);
    while (i < x.length && x[i] === at) i++;
    while (j < y.length && y[j] === at) j++;
    most = Math.max(most, Math.abs(i / x.length - j / y.length));
  }
  return most;
}

/** The share of one set of texts that would have to change to make it the other: half the sum of differences. */
export function variationDistance(a: readonly Counted<unknown>[], b: readonly Counted<unknown>[]): number | null {
  const shares = (all: readonly Counted<unknown>[]): Map<string, number> => {
    const total = all.reduce((sum, one) => sum + one.count, 0);
    return new Map(all.map((one) => [JSON.stringify(one.value), one.count / total]));
  };
  if (a.length === 0 || b.length === 0) return null;
  const x = shares(a);
  const y = shares(b);
  let sum = 0;
  for (const key of new Set([...x.keys(), ...y.keys()])) sum += Math.abs((x.get(key) ?? 0) - (y.get(key) ?? 0));
  return sum / 2;
}

export interface Counted<T> {
  readonly value: T;
  readonly count: number;
}

/** Distinct values with their number, the most frequent first, equals in the order of their text. */
export function tally<T>(values: readonly T[]): Counted<T>[] {
  const found = new Map<string, { value: T; count: number }>();
  for (const value of values) {
    const key = JSON.stringify(value);
    const known = found.get(key);
    if (known === undefined) found.set(key, { value, count: 1 });
    else known.count++;
  }
  return [...found].sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1)).map(([, entry]) => entry);
}

/** At most `most` of some values that stand for all: order statistics at even distances. */
export function thinned(values: readonly number[], most: number): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  if (sorted.length <= most) return sorted;
  return Array.from({ length: most }, (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (most - 1))]);
}
