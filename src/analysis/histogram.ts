// Durations counted in buckets that are six to a decade, from 1 ns to 100 s and more.

const STEPS = [1, 1.5, 2, 3, 5, 7];
/** Lower ends of the buckets past the first, which holds 0 only. */
export const EDGES: readonly number[] = edges();

function edges(): number[] {
  const all: number[] = [];
  for (let power = 1; power <= 1e11; power *= 10) for (const step of STEPS) all.push(step * power);
  return all;
}

export class Histogram {
  count = 0;
  /** [0]: zeros; [i]: from EDGES[i - 1] to below EDGES[i], the last without an end. */
  readonly counts = new Float64Array(EDGES.length + 1);

  add(ns: number): void {
    this.count++;
    this.counts[bucketOf(ns)]++;
  }
}

function bucketOf(ns: number): number {
  let low = 0;
  let high = EDGES.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (EDGES[middle] <= ns) low = middle + 1;
    else high = middle;
  }
  return low;
}
