// V8 stores a field that has only held small integers in another way than one that has held a double. Code is compiled
// for one of the ways and thrown away, all of it, when the other appears. A count of nanoseconds leaves the small
// integers after one second of virtual time, so its field begins as a double: with a zero that came out of doubles.

/** What a field of nanoseconds begins with. */
export const ZERO_NS: number = new Float64Array(1)[0]!;
