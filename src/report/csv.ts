// Results as CSV, one figure a row, under the paths that expectations use: a file that any spreadsheet or data frame takes,
// and that stays the same table whatever spans, locks and processors a scenario has. Durations are in nanoseconds.

import { figuresOf } from '../analysis/figures.ts';
import type { Result, Sample } from '../sim/result.ts';

const PIECE = 1 << 16;
const END = '\r\n'; // as RFC 4180 has it

export const CSV_HEAD = `file,name,seed,go,gomaxprocs,path,unit,value${END}`;

const UNITS = { duration: 'ns', number: '', fraction: 'fraction', text: 'text', bool: 'bool' } as const;

/** The rows of one result, in pieces. Lists without figures in them (the program's log, unfinished goroutines) are left out. */
export function* csvPieces(result: Result): Generator<string> {
  const { scenario, seed, go, gomaxprocs } = result;
  const lead = [scenario.file, scenario.name, String(seed), go, String(gomaxprocs)].map(quoted).join(',');
  let text = '';
  for (const [path, unit, value] of rows(result)) {
    text += `${lead},${quoted(path)},${unit},${quoted(String(value))}${END}`;
    if (text.length < PIECE) continue;
    yield text;
    text = '';
  }
  yield text;
}

type Row = readonly [path: string, unit: string, value: unknown];

const LEFT_OUT = /^(go|seed|gomaxprocs|goroutines\.unfinished\[.*)$/;

function* rows(result: Result): Generator<Row> {
  for (const { path, kind, value } of figuresOf(result, false)) {
    if (!LEFT_OUT.test(path)) yield [path, UNITS[kind], value];
  }
  for (const [i, sample] of (result.series ?? []).entries()) yield* ofSample(sample, `series[${i}]`);
}

function* ofSample(sample: Sample, lead: string): Generator<Row> {
  for (const [key, value] of Object.entries(sample)) {
    if (key === 'atNs') yield [`${lead}.at`, 'ns', value];
    else if (!Array.isArray(value)) yield [`${lead}.${key}`, '', value];
    else for (const [i, one] of value.entries()) yield [`${lead}.${key}[${i}]`, '', one];
  }
}

/** In quotes where it must be. What a spreadsheet would take for a formula is text. */
function quoted(text: string): string {
  const safe = /^[=+@\t\r]|^-[^\d]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
