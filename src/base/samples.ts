// A set of durations: count, sum and maximum always, and the samples themselves for exact percentiles while there are at
// most EXACT of them. Past that they move into buckets of at most 1/512 relative width, and percentiles are the upper
// ends of buckets.

const FIRST = 64;
const EXACT = 1 << 20;
const SUB = 512; // buckets per power of two
const POWERS = 54;

export class SampleSet {
  count = 0;
  sum = 0;
  max = 0;
  private exact: Float64Array | null = new Float64Array(FIRST);
  private buckets: Float64Array | null = null;

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
        const grown = new Float64Array(this.exact.length * 4);
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
    if (this.exact !== null) {
      const sorted = this.exact.slice(0, n).sort();
      return fractions.map((p) => sorted[Math.min(n - 1, Math.floor(p * n))]!);
    }
    return fractions.map((p) => this.fromBuckets(Math.min(n - 1, Math.floor(p * n))));
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

/** Values below SUB have a bucket each; above, SUB / 2 buckets share each power of two. */
function bucketOf(ns: number): number {
  if (ns < SUB) return ns;
  let power = 31 - Math.clz32(ns >= 0x80000000 ? Math.floor(ns / 0x80000000) : ns);
  if (ns >= 0x80000000) power += 31;
  const shift = power - 8;
  let scale = 1;
  for (let i = 0; i < shift; i++) scale *= 2;
  return shift * (SUB / 2) + Math.floor(ns / scale);
}

function upperEnd(bucket: number): number {
  if (bucket < SUB) return bucket;
  const shift = Math.floor(bucket / (SUB / 2)) - 1;
  let scale = 1;
  for (let i = 0; i < shift; i++) scale *= 2;
  return (bucket - shift * (SUB / 2) + 1) * scale - 1;
}
