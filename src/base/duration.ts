// Durations as Go writes them: 1h2m3.5s, 1.5ms, 300µs, 20ns, 0s. All are integer nanoseconds in a number.

const US = 1_000;
const MS = 1_000_000;
const SECOND = 1_000_000_000;

/** Prints integer nanoseconds as Go's Duration.String does: exact, with the largest unit that leaves a whole part. */
export function formatDuration(ns: number): string {
  if (ns < 0) return `-${formatDuration(-ns)}`;
  if (ns === 0) return '0s';
  if (ns < US) return `${ns}ns`;
  if (ns < MS) return `${decimal(ns, US)}µs`;
  if (ns < SECOND) return `${decimal(ns, MS)}ms`;
  const minutes = Math.floor(ns / (60 * SECOND));
  const seconds = `${decimal(ns - minutes * 60 * SECOND, SECOND)}s`;
  if (minutes === 0) return seconds;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes}m${seconds}` : `${hours}h${minutes - hours * 60}m${seconds}`;
}

/** ns / unit with as many decimals as it takes. */
function decimal(ns: number, unit: number): string {
  const whole = Math.floor(ns / unit);
  const digits = String(unit).length - 1;
  const fraction = withoutLastZeros(String(ns - whole * unit).padStart(digits, '0'));
  return fraction === '' ? String(whole) : `${whole}.${fraction}`;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['ns', 1],
  ['us', US],
  ['µs', US],
  ['μs', US],
  ['ms', MS],
  ['s', SECOND],
  ['m', 60 * SECOND],
  ['h', 3600 * SECOND],
]);

/** What a duration may be counted in. */
export const TIME_UNITS: readonly string[] = [...UNITS.keys()];

/** Nanoseconds of a unit, as `ms`; undefined when it is none. */
export function unitNs(unit: string): number | undefined {
  return UNITS.get(unit);
}

/**
 * Reads a duration as Go's ParseDuration does (`1h2m3s`, `-1.5ms`, `300us`), but exactly: what is no whole number of
 * nanoseconds, or more of them than 2^53 - 1, is refused. Returns nanoseconds, or what is wrong.
 */
export function parseDuration(text: string): number | string {
  const sign = /^[-+]?/.exec(text)![0];
  const part = /(\d*)(?:(\.)(\d*))?([^\d.]*)/y;
  let total = 0;
  let at = sign.length;
  if (at === text.length) return 'no number';
  while (at < text.length) {
    part.lastIndex = at;
    const [whole, digits, , fraction = '', unit] = part.exec(text)!;
    if (digits === '' && fraction === '') return 'no number';
    if (unit === '') return 'no unit';
    const unitSize = UNITS.get(unit);
    if (unitSize === undefined) return 'unknown unit';
    const ns = wholeNs(digits, withoutLastZeros(fraction), unitSize);
    if (typeof ns === 'string') return ns;
    total += ns;
    if (!Number.isSafeInteger(total)) return 'too long';
    at += whole.length;
  }
  return sign === '-' && total !== 0 ? -total : total;
}

/** A pattern like /0+$/ would look at every run of zeros as often as it is long. */
function withoutLastZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}

/** (digits + 0.fraction) units. A longer fraction than 14 digits ends on no whole nanosecond. */
function wholeNs(digits: string, fraction: string, unit: number): number | string {
  const whole = digits.replace(/^0+/, '');
  if (whole.length > 16) return 'too long';
  if (fraction.length > 14) return 'finer than a nanosecond';
  const scale = BigInt(`1${'0'.repeat(fraction.length)}`);
  const scaled = BigInt(`0${whole}${fraction}`) * BigInt(unit);
  if (scaled % scale !== 0n) return 'finer than a nanosecond';
  const ns = Number(scaled / scale);
  return Number.isSafeInteger(ns) ? ns : 'too long';
}
