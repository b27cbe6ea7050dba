// A set of durations: count, sum and maximum, and the samples themselves, for exact percentiles, while there are at most
// EXACT of them. Past that they are counted in buckets of at most 1/256 relative width, and percentiles are the upper
// ends of buckets.
//
// Adding is on the hot path, so it only writes the sample down; what it counts for is worked out for many at once.

import type { Budget } from './budget.ts';
import { ZERO_NS } from './zero.ts';

const FIRST = 64;
const OWN_BYTES = 200;
const EXACT = 1 << 17;
const AT_ONCE = 1 << 10; // samples that wait to be put into buckets
const SUB = 512; // values below this have a bucket each; above, SUB / 2 buckets share each power of two
const POWERS = 54;

export class SampleSet {
  private samples = new Float64Array(FIRST); // all of them, or those that are in no bucket yet
  private written = 0; // how many stand there
  private buckets: Float64Array | null = null;
  // of those in buckets
  private counted = 0;
  private countedSum = ZERO_NS;
  private countedMax = ZERO_NS;
  private readonly budget: Budget | null;

  /** What it holds is taken from the budget: one set is small, thousands are not. */
  constructor(budget: Budget | null = null) {
    this.budget = budget;
    budget?.take(OWN_BYTES + 8 * FIRST);
  }

  add(ns: number): void {
    if (this.written === this.samples.length) this.makeRoom();
    this.samples[this.written++] = ns;
  }

  get count(): number {
    return this.counted + this.written;
  }

  get sum(): number {
    return this.countedSum + sumOf(this.samples, this.written);
  }

  get max(): number {
    return Math.max(this.countedMax, maxOf(this.samples, this.written));
  }

  private makeRoom(): void {
    if (this.buckets === null && this.written < EXACT) {
      const grown = new Float64Array(this.samples.length * 2);
      this.budget?.take(8 * this.samples.length);
      grown.set(this.samples);
      this.samples = grown;
      return;
    }
    this.fold();
    if (this.samples.length > AT_ONCE) this.samples = new Float64Array(AT_ONCE);
  }

  /** Puts what is written into buckets. */
  private fold(): void {
    if (this.buckets === null) {
      this.buckets = new Float64Array(POWERS * SUB);
      this.budget?.take(8 * (POWERS * SUB + AT_ONCE - this.samples.length));
    }
    this.countedMax = this.max;
    this.counted += this.written;
    this.countedSum += countInto(this.buckets, this.samples, this.written);
    this.written = 0;
  }

  /** Adds the samples of another set. */
  addAll(other: SampleSet): void {
    if (other.buckets !== null) {
      this.fold();
      for (let i = 0; i < POWERS * SUB; i++) this.buckets![i]! += other.buckets[i]!;
      this.counted += other.counted;
      this.countedSum += other.countedSum;
      this.countedMax = Math.max(this.countedMax, other.countedMax);
    }
    for (let i = 0; i < other.written; i++) this.add(other.samples[i]!);
  }

  /** The percentiles asked for (fractions): sorted[min(n - 1, floor(p n))], 0 when empty. */
  percentiles(fractions: readonly number[]): number[] {
    const n = this.count;
    if (n === 0) return fractions.map(() => 0);
    if (this.buckets !== null) this.fold();
    const sorted = this.buckets === null ? this.samples.slice(0, n).sort() : null;
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

// The loops stand in functions of their own, so that what V8 makes of them while they run does not depend on their caller.

/** Returns their sum. Often one is the same as the one before: a run of those is counted at once. */
function countInto(buckets: Float64Array, samples: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; ) {
    const ns = samples[i]!;
    const first = i;
    do i++;
    while (i < n && samples[i] === ns);
    buckets[bucketOf(ns)]! += i - first;
    sum += ns * (i - first);
  }
  return sum;
}

function sumOf(samples: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += samples[i]!;
  return sum;
}

function maxOf(samples: Float64Array, n: number): number {
  let max = 0;
  for (let i = 0; i < n; i++) if (samples[i]! > max) max = samples[i]!;
  return max;
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
