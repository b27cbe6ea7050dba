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
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = 17; n >= 1; n--) sum = 1 + (r * sum) / n;
  for (let i = 0; i < k; i++) sum = sum * 2;
  for (let i = 0; i > k; i--) sum = sum * 0.5;
  return sum;
}

/**
 * The standard normal quantile of p in (0, 1), by Newton's method on the CDF's series. The CDF is a sum of terms
 * x^(2n+1) / (1·3·5…(2n+1)) times the density: it converges for every |x| met here (|x| <= 9).
 */
export function normalQuantile(p: number): number {
  const tail = p < 0.5 ? p : 1 - p;
  // start from the crude tail formula of Hastings' form, then polish
  const t = Math.sqrt(-2 * ln(tail));
  let x = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let round = 0; round < 3; round++) {
    const density = 0.3989422804014327 * exp(-0.5 * x * x);
    const error = upperTail(x, density) - tail;
    x = x + error / density;
  }
  return p < 0.5 ? -x : x;
}

/** P(X > x) of a standard normal, x >= -1, given its density at x. */
function upperTail(x: number, density: number): number {
  if (x < 5) {
    let term = x;
    let sum = x;
    for (let n = 3; n < 160; n += 2) {
      term = (term * x * x) / n;
      sum = sum + term;
    }
    return 0.5 - density * sum;
  }
  // continued fraction, from the back
  let f = x;
  for (let n = 40; n >= 1; n--) f = x + n / f;
  return density / f;
}

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
