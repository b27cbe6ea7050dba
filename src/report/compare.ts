// A comparison as text: one table with the best marked and its bars, then what it says in words. It takes about a page
// whatever the size of the sweep: of many rows those are shown that come nearest to the goal. compare-table.ts has the table.

import type { Sweep } from '../analysis/sweep.ts';
import type { Verdict } from '../analysis/verdict.ts';
import { verdictOf } from '../analysis/verdict.ts';
import { columnName, columnsOf, isFit, spanOf, tableLines } from './compare-table.ts';
import { aheadSentence, recommendation } from './compare-words.ts';
import { clip, count, plural, printable, withMore, wrap } from './format.ts';
import type { Style } from './style.ts';

const ROWS = 40;

/** The text, ending in a newline. */
export function compareText(sweep: Sweep, style: Style): string {
  const verdict = verdictOf(sweep);
  const columns = columnsOf(sweep, verdict);
  const shown = shownRows(sweep, verdict);
  const rows = sweep.rows.filter((row) => row !== null).length;
  const sentences = [aheadSentence(sweep, verdict, style), `${style.glyphs.arrow} ${recommendation(sweep, verdict, style)}`];
  const head = [
    style.strong(clip(printable(sweep.name), style.width, style)),
    ...wrap(printable(sweep.about).replaceAll('·', style.glyphs.dot), style.width).map(style.faint),
  ];
  const cut = rows < sweep.rows.length ? [style.warn(`Interrupted: ${count(rows)} of ${plural(sweep.rows.length, 'row')}.`)] : [];
  const said =
    rows === 0 || (rows === 1 && verdict.pick !== null) ? [] : sentences.flatMap((text) => (text === null ? [] : wrap(text, style.width)));
  const body =
    rows === 0
      ? ['No row is complete.']
      : [
          ...withMore(tableLines(sweep, verdict, columns, shown, style), rows - shown.length, false, style),
          ...noteLines(sweep, columns, style),
        ];
  return `${[head, body, [...cut, ...said]]
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`;
}

/** Of too many rows those nearest to the goal, in the order of the sweep. */
function shownRows(sweep: Sweep, verdict: Verdict): number[] {
  const all = sweep.rows.flatMap((row, i) => (row === null ? [] : [i]));
  if (all.length <= ROWS) return all;
  const near = new Set([
    ...(verdict.pick === null ? [] : [verdict.pick]),
    ...(verdict.best === null ? [] : [verdict.best]),
    ...verdict.ratios.map(({ row }) => row),
    ...all,
  ]);
  return [...near].slice(0, ROWS).sort((a, b) => a - b);
}

/** What stands behind names and signs. */
function noteLines(sweep: Sweep, columns: readonly number[], style: Style): string[] {
  const notes: string[] = [];
  const span = spanOf(sweep.metrics);
  const behind = new Map<string, string[]>();
  for (const metric of columns.map((i) => sweep.metrics[i])) {
    const { name, of, kind } = metric;
    const label = columnName(sweep, metric);
    const what = kind === 'rate' || of.startsWith(`${span}.`) ? of.replace(/\.[^.]*$/, '') : null;
    if (what !== null) behind.set(what, [...(behind.get(what) ?? []), kind === 'rate' ? `${name} (a second)` : label]);
  }
  for (const [what, names] of behind) notes.push(`${names.join(', ')}: ${what}`);
  if (columns.some((i) => sweep.metrics[i].kind === 'stall')) notes.push('throttled: share of the time that threads ran or were throttled');
  const runs = sweep.seeds.length;
  if (runs > 1)
    notes.push(`${runs} runs each; ${style.glyphs.plusMinus}: 95% confidence interval of the mean, spread: standard deviation of a run`);
  if (sweep.rows.some((row) => row !== null && !isFit(row))) {
    const conditions = sweep.conditions.length === 0 ? '' : `, or not ${sweep.conditions.join(' and ')}`;
    notes.push(`${style.glyphs.fail}: a run ended badly${conditions}`);
  }
  return wrap(notes.map(printable).join('; '), style.width - 2).map((line) => style.faint(`  ${line}`));
}
