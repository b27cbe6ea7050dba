// Random streams. Every random number in gosim comes from a counter-based stream: draw number n of a stream is a
// hash of (key, n), so a stream needs no state but its counter, and the draws of one goroutine do not move when the
// schedule of the others does. Keys are two 32-bit words, derived from the seed by name, or from the parent's key and
// a child number. Only 32-bit integer operations are used, so that the exported Go program can carry the same
// generator and see the same numbers.
//
// The mixer is a xor-shift-multiply permutation of 32-bit words; two rounds keyed by the two words of the stream.

/** Permutes a 32-bit word. Result is a signed 32-bit integer. */
export function mix32(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  return x ^ (x >>> 16);
}

/** Draw number `n` (0, 1, 2 …) of the stream with key (k0, k1): an unsigned 32-bit integer. */
export function draw32(k0: number, k1: number, n: number): number {
  return mix32(mix32((n + k0) | 0) ^ k1) >>> 0;
}

/** First word of the key of child number `n` of a stream. */
export function childKey0(k0: number, k1: number, n: number): number {
  return mix32(mix32((n ^ 0x5bd1e995) + k1) ^ k0);
}

/** Second word of the key of child number `n` of a stream. */
export function childKey1(k0: number, k1: number, n: number): number {
  return mix32(mix32((n ^ 0x2545f491) + k0) ^ k1);
}

/** A 32-bit hash of a text (FNV-1a over UTF-16 units), used to derive streams by name. */
export function hashText(text: string): number {
  let h = 0x811c9dc5 | 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h;
}

/** A named stream of the run: `seed` is any integer of up to 53 bits. */
export class Stream {
  readonly k0: number;
  readonly k1: number;
  n = 0;

  constructor(seed: number, name: string) {
    const low = seed | 0;
    const high = Math.floor(seed / 0x100000000) | 0;
    const tag = hashText(name);
    this.k0 = childKey0(low, high, tag);
    this.k1 = childKey1(low, high, tag);
  }

  /** The next unsigned 32-bit integer. */
  next32(): number {
    return draw32(this.k0, this.k1, this.n++);
  }

  /** A number in [0, most), mostly near 0: the median is a quarter of `most`. */
  nearZero(most: number): number {
    const u = this.next32() / 0x100000000;
    return most * u * u;
  }

  /** A uniform integer in [0, bound), bound in 1..2^31: the high word of draw × bound. */
  below(bound: number): number {
    return Math.floor((this.next32() * bound) / 0x100000000);
  }
}

/** A double in (0, 1) from two 32-bit draws: 52 random bits, never 0 and never 1. */
export function unitFrom(a: number, b: number): number {
  return ((a >>> 6) * 0x4000000 + (b >>> 6) + 0.5) / 0x10000000000000;
}
