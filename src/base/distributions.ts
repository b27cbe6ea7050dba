// Distributions by inverse CDF, and the logarithm and exponential they need. Both functions use only + - * / and
// square roots of doubles, so TypeScript here and the exported Go program get the same bits on every machine (IEEE 754
// fixes those operations; library versions of log and exp differ between platforms). Go may fuse x*y + z on some
// architectures: the exported code wraps products in float64() to forbid it.

const LN2_HIGH = 0.6931471803691238; // ln 2 in two parts: the first with its low 32 bits zero, so k * LN2_HIGH is exact
const LN2_LOW = 1.9082149292705877e-10;

/** Natural logarithm of a finite x > 0. */
export function ln(x: number): number {
  let k = 0;
  while (x >= 1.4142135623730951) {
    x = x * 0.5;
    k++;
  }
  while (x < 0.7071067811865476) {
    x = x * 2;
    k--;
  }
  // ln x = 2 atanh(s) with s = (x - 1) / (x + 1), |s| <= 0.1716: 11 odd terms reach 2^-53
  const s = (x - 1) / (x + 1);
  const z = s * s;
  let sum = 1 / 23; // quotients of constants: the compiler makes numbers of them
  sum = sum * z + 1 / 21;
  sum = sum * z + 1 / 19;
  sum = sum * z + 1 / 17;
  sum = sum * z + 1 / 15;
  sum = sum * z + 1 / 13;
  sum = sum * z + 1 / 11;
  sum = sum * z + 1 / 9;
  sum = sum * z + 1 / 7;
  sum = sum * z + 1 / 5;
  sum = sum * z + 1 / 3;
  sum = sum * z + 1;
  return k * LN2_HIGH + (2 * s * sum + k * LN2_LOW);
}

/** e to the power x, for |x| up to 700. */
export function exp(x: number): number {
  const k = Math.floor(x / 0.6931471805599453 + 0.5);
  let power = polynomial(EXPONENTIAL, x - k * LN2_HIGH - k * LN2_LOW);
  for (let i = 0; i < k; i++) power = power * 2;
  for (let i = 0; i > k; i--) power = power * 0.5;
  return power;
}

/** The standard normal quantile of p in (0, 1), with a relative error of 1e-15: quotients of polynomials (Wichura, AS 241, 1988). */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  const z = 0.180625 - q * q; // 0.425 squared less q squared
  if (z >= 0) return (q * polynomial(MIDDLE_ABOVE, z)) / polynomial(MIDDLE_BELOW, z);
  const r = Math.sqrt(-ln(q < 0 ? p : 1 - p));
  const x =
    r <= 5
      ? polynomial(TAIL_ABOVE, r - 1.6) / polynomial(TAIL_BELOW, r - 1.6)
      : polynomial(END_ABOVE, r - 5) / polynomial(END_BELOW, r - 5);
  return q < 0 ? -x : x;
}

/** The coefficients are those of the highest power first. */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = 0; i < coefficients.length; i++) sum = sum * x + coefficients[i]!;
  return sum;
}

// 1 / n!: for |x| <= ln 2 / 2 the next one is below 2^-53
const EXPONENTIAL = [
  1 / 87178291200,
  1 / 6227020800,
  1 / 479001600,
  1 / 39916800,
  1 / 3628800,
  1 / 362880,
  1 / 40320,
  1 / 5040,
  1 / 720,
  1 / 120,
  1 / 24,
  1 / 6,
  1 / 2,
  1,
  1,
];

export const MIDDLE_ABOVE = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513, 133.14166789178438,
  3.3871328727963665,
];
export const MIDDLE_BELOW = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579, 42.31333070160091, 1,
];
export const TAIL_ABOVE = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045, 5.769497221460691,
  4.630337846156546, 1.4234371107496835,
];
export const TAIL_BELOW = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851, 1.6763848301838038,
  2.053191626637759, 1,
];
export const END_ABOVE = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487, 1.7848265399172913,
  5.463784911164114, 6.657904643501103,
];
export const END_BELOW = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615, 0.1369298809227358,
  0.599832206555888, 1,
];

/** The distributions of the language; arguments are durations in ns except where said. */
export const DIST_EXP = 1; // (mean)
export const DIST_UNIFORM = 2; // (lo, hi)
export const DIST_NORMAL = 3; // (mean, sd), cut at 0
export const DIST_LOGNORMAL = 4; // (median, p99)
export const DIST_PARETO = 5; // (min, alpha); alpha is a plain number
export const DIST_LIST = 6; // values; drawn in order by a cursor that belongs to the step
export const DIST_EMPIRICAL = 7; // values; each as likely: number floor(u n)

const Z99 = 2.3263478740408408;

/** The quantile of distribution `kind` with arguments a, b at u in (0, 1): an integer number of ns, at least 0. */
export function quantile(kind: number, a: number, b: number, u: number): number {
  let x: number;
  switch (kind) {
    case DIST_EXP:
      x = -a * ln(u);
      break;
    case DIST_UNIFORM:
      x = a + (b - a) * u;
      break;
    case DIST_NORMAL:
      x = a + b * normalQuantile(u);
      break;
    case DIST_LOGNORMAL:
      x = a === 0 ? 0 : a * exp((ln(b / a) / Z99) * normalQuantile(u));
      break;
    case DIST_PARETO:
      x = a * exp(-ln(u) / b);
      break;
    default:
      throw new Error(`quantile: no distribution ${kind}`);
  }
  return x > 0 ? Math.floor(x + 0.5) : 0;
}
