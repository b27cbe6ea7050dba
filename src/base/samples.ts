// A set of durations: count, sum and maximum always, and the samples themselves, for exact percentiles, while there are
// at most EXACT of them. Past that they are counted in buckets of at most 1/256 relative width, and percentiles are the
// upper ends of buckets.

import type { Budget } from './budget.ts';

const FIRST = 64;
const OWN_BYTES = 200;
const EXACT = 1 << 17;
const SUB = 512; // values below this have a bucket each; above, SUB / 2 buckets share each power of two
const POWERS = 54;

export class SampleSet {
  count = 0;
  sum = 0;
  max = 0;
  private exact: Float64Array | null = new Float64Array(FIRST);
  private buckets: Float64Array | null = null;
  private readonly budget: Budget | null;

  /** What it holds is taken from the budget: one set is small, thousands are not. */
  constructor(budget: Budget | null = null) {
    this.budget = budget;
    budget?.take(OWN_BYTES + 8 * FIRST);
  }

  add(ns: number): void {
    const exact = this.exact;
    if (exact !== null && this.count < exact.length) exact[this.count] = ns;
    else this.addSlowly(ns);
    this.count++;
    this.sum += ns;
    if (ns > this.max) this.max = ns;
  }

  private addSlowly(ns: number): void {
    if (this.exact !== null) {
      if (this.count < EXACT) {
        const grown = new Float64Array(this.exact.length * 2);
        this.budget?.take(8 * this.exact.length);
        grown.set(this.exact);
        grown[this.count] = ns;
        this.exact = grown;
        return;
      }
      this.toBuckets();
    }
    this.buckets![bucketOf(ns)]!++;
  }

  private toBuckets(): void {
    this.buckets = new Float64Array(POWERS * SUB);
    this.budget?.take(8 * (this.buckets.length - this.exact!.length));
    for (let i = 0; i < this.count; i++) this.buckets[bucketOf(this.exact![i]!)]!++;
    this.exact = null;
  }

  /** Adds the samples of another set. */
  addAll(other: SampleSet): void {
    if (other.exact === null) {
      if (this.exact !== null) this.toBuckets();
      for (let i = 0; i < POWERS * SUB; i++) this.buckets![i]! += other.buckets![i]!;
      this.count += other.count;
      this.sum += other.sum;
      this.max = Math.max(this.max, other.max);
      return;
    }
    for (let i = 0; i < other.count; i++) this.add(other.exact[i]!);
  }

  /** The percentiles asked for (fractions): sorted[min(n - 1, floor(p n))], 0 when empty. */
  percentiles(fractions: readonly number[]): number[] {
    const n = this.count;
    if (n === 0) return fractions.map(() => 0);
    const sorted = this.exact === null ? null : this.exact.slice(0, n).sort();
    return fractions.map((p) => {
      const rank = Math.min(n - 1, Math.floor(p * n));
      return sorted === null ? this.fromBuckets(rank) : sorted[rank]!;
    });
  }

  private fromBuckets(rank: number): number {
    let seen = 0;
    const buckets = this.buckets!;
    for (let i = 0; i < buckets.length; i++) {
      seen += buckets[i]!;
      if (seen > rank) return Math.min(upperEnd(i), this.max);
    }
    return this.max;
  }
}

function bucketOf(ns: number): number {
  if (ns < SUB) return ns;
  if (ns < 0x40000000) {
    const shift = 23 - Math.clz32(ns);
    return shift * (SUB / 2) + (ns >>> shift);
  }
  const shift = 54 - Math.clz32(Math.floor(ns / 0x80000000));
  return shift * (SUB / 2) + Math.floor(ns / power(shift));
}

function upperEnd(bucket: number): number {
  if (bucket < SUB) return bucket;
  const shift = Math.floor(bucket / (SUB / 2)) - 1;
  return (bucket - shift * (SUB / 2) + 1) * power(shift) - 1;
}

/** 2 to the power of a small n. */
function power(n: number): number {
  let x = 1;
  for (let i = 0; i < n; i++) x *= 2;
  return x;
}
