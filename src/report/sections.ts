// The sections of the report that are plain lists: what the program logged, the counters, the expectations.

import type { Counters, Result } from '../sim/result.ts';
import { clip, count, exact, flow, percent, printable, rough, table, who, withMore } from './format.ts';
import type { Style } from './style.ts';

const EXPECTATIONS = 200; // that are listed
const LONGEST_THAT = 200; // characters of one that are shown

export function logLines(result: Result, detail: boolean, style: Style): string[] {
  const cap = detail ? 200 : 12;
  const lines = table(
    result.log
      .slice(0, cap)
      .map((entry) => [
        style.faint(exact(entry.atNs, style)),
        style.faint(who(entry.g, style)),
        clip(printable(entry.text), Math.max(20, style.width - 36), style),
      ]),
    'rll',
  );
  return withMore(result.log.length === 0 ? [] : lines, result.log.length - cap, result.logTruncated, style);
}

/** The counters that are not 0. */
export function counterLines(result: Result, style: Style): string[] {
  const entries = (Object.entries(result.counters) as [keyof Counters, number][]).filter(([, n]) => n !== 0);
  const plain = entries.map(([name, n]) => `${name} ${count(n)}`);
  const painted = entries.map(([name, n]) => `${style.faint(name)} ${count(n)}`);
  return flow(painted, plain, style.width);
}

/** All expectations; of very many, those that failed before those that held. */
export function expectationLines(result: Result, style: Style): string[] {
  const { ok, fail } = style.glyphs;
  const all = result.expectations;
  const shown = all.length <= EXPECTATIONS ? all : [...all.filter((e) => !e.ok), ...all.filter((e) => e.ok)].slice(0, EXPECTATIONS);
  const rows = shown.map((e) => {
    const mark = e.ok ? style.good(ok) : e.level === 'warn' ? style.warn(`${fail} (warning)`) : style.bad(fail);
    const actual = actualText(e.that, e.actual, style);
    return [mark, clip(printable(e.that), LONGEST_THAT, style), e.ok ? style.faint(actual) : actual];
  });
  if (rows.length === 0) return [];
  const lines = table(rows, 'lll').flatMap((line, i) => {
    const { ok, why } = shown[i];
    return ok || why === null ? [line] : [line, style.faint(`    why: ${printable(why)}`)];
  });
  return withMore(lines, all.length - shown.length, false, style);
}

/** The value found, in the unit that the expectation's right side is written in. */
export function actualText(that: string, actual: number | string | null, style: Style): string {
  if (actual === null) return 'no value';
  if (typeof actual === 'string') return clip(printable(actual), 40, style);
  const right = /(?:[<>]=?|[=!]=)\s*(.*)$/.exec(that)?.[1] ?? '';
  if (/^-?[\d.]+\s*%$/.test(right)) return percent(actual);
  if (/^-?[\d.]+(?:ns|us|µs|μs|ms|s|m|h)/.test(right)) return rough(actual, style);
  return Number.isInteger(actual) ? count(actual) : String(Number(actual.toPrecision(4)));
}
