// What repeated runs tell: means with 95 % confidence intervals, and whether two rows differ by more than chance. Rows of a
// sweep run with the same seeds, so that the same requests arrive and the same numbers are drawn in all of them; what
// is judged is therefore the difference run by run, which is known much better than the two means.

export interface Summed {
  readonly n: number;
  readonly mean: number;
  readonly deviation: number; // of one run, 0 for a single one
  readonly half: number; // of the 95 % confidence interval of the mean; 0 for a single one
  readonly min: number;
  readonly max: number;
}

/** Student's t for 95 %, two-sided, by degrees of freedom from 1. */
const T95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086,
  2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Past the table it nears 1.96, as 1.96 + 2.4 / degrees does within a thousandth. */
export function studentT(degrees: number): number {
  return T95[degrees - 1] ?? 1.96 + 2.4 / degrees;
}

/** Of at least one number. */
export function summed(values: readonly number[]): Summed {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const deviation = n < 2 ? 0 : Math.sqrt(squares / (n - 1));
  const half = n < 2 ? 0 : (studentT(n - 1) * deviation) / Math.sqrt(n);
  return { n, mean, deviation, half, min: Math.min(...values), max: Math.max(...values) };
}

/** A share of a figure: less cannot be told apart by one run, which has no spread to go by, and is worth nothing however certain it is. */
const SMALL = 0.01;

/** Whether two rows differ by more than chance; the runs of both stand in the order of their seeds. */
export function differ(a: readonly number[], b: readonly number[]): boolean {
  const differences = summed(a.map((value, i) => value - b[i]));
  if (a.length > 1) return Math.abs(differences.mean) > differences.half;
  return !isSmall(a, b);
}

/** Whether the difference of the means is too small to matter. */
export function isSmall(a: readonly number[], b: readonly number[]): boolean {
  const [one, other] = [summed(a).mean, summed(b).mean];
  return Math.abs(one - other) <= SMALL * Math.max(Math.abs(one), Math.abs(other));
}

/** How many times b's mean a's mean is, with the half of its confidence interval; null when b's mean is 0. */
export function ratio(a: readonly number[], b: readonly number[]): { readonly times: number; readonly half: number } | null {
  const over = summed(b).mean;
  if (over === 0) return null;
  const times = summed(a).mean / over;
  // to first order the error of a / b is that of (a - times b) / mean of b, run by run
  const errors = summed(a.map((value, i) => (value - times * b[i]) / over));
  return { times, half: errors.half };
}
