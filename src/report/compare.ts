// A comparison as text: one table with the best marked and its bars, then what it says in words. It takes about a page
// whatever the size of the sweep: of many rows those are shown that come nearest to the goal.

import { summed } from '../analysis/statistics.ts';
import type { Row, Sweep } from '../analysis/sweep.ts';
import { axisName, figuresIn } from '../analysis/sweep.ts';
import type { Verdict } from '../analysis/verdict.ts';
import { allComplete, verdictOf } from '../analysis/verdict.ts';
import { aheadSentence, figureText, recommendation } from './compare-words.ts';
import { clip, count, plainLength, plural, printable, table, withMore, wrap } from './format.ts';
import type { Paint, Style } from './style.ts';

const ROWS = 40;
const BAR = 20; // characters at most
const LEAST_BAR = 6;
const CELL = 24;
const LEAST_SHARE = 0.0005; // less would show as 0

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
  const said = rows < 2 ? [] : sentences.flatMap((text) => (text === null ? [] : wrap(text, style.width)));
  const body =
    rows === 0
      ? ['No row is complete.']
      : [...tableLines(sweep, verdict, columns, shown, rows, style), ...noteLines(sweep, columns, style)];
  return `${[head, body, [...cut, ...said]]
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`;
}

/** The metrics that are worth a column, the one of the goal first among those that nobody asked for. */
export function columnsOf(sweep: Sweep, verdict: Verdict): number[] {
  const hidden = new Set([allComplete(sweep) ? 'throughput' : 'makespan']);
  return sweep.metrics.flatMap((metric, i) => {
    if (i === verdict.goal.metric) return [i];
    const known = sweep.rows.some((row) => row?.runs.some((run) => run.figures[i] !== null));
    return hidden.has(metric.name) || !known ? [] : [i];
  });
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

function tableLines(
  sweep: Sweep,
  verdict: Verdict,
  columns: readonly number[],
  shown: readonly number[],
  rows: number,
  style: Style,
): string[] {
  const isOdd = sweep.rows.some((row) => row?.runs.some((run) => !run.fine || !run.meets));
  const axes = sweep.axes.map(({ path }) => axisName(path));
  const head = ['', ...axes, ...columns.map((i) => sweep.metrics[i].name), ...(isOdd ? [''] : [])];
  const cells = shown.map((i) => {
    const row = sweep.rows[i] as Row;
    const isPick = i === verdict.pick;
    const mark = isPick ? style.good(style.glyphs.arrow) : verdict.level.includes(i) ? style.glyphs.near : '';
    const paint = isPick ? style.strong : (text: string): string => text;
    const values = row.values.map((value) => paint(clip(printable(value), CELL, style)));
    return [
      mark,
      ...values,
      ...columns.map((metric) => cell(row, metric, sweep, metric === verdict.goal.metric, paint, style)),
      ...(isOdd ? [oddText(row, style)] : []),
    ];
  });
  const lines = table([head.map(style.faint), ...cells], `l${'r'.repeat(head.length - (isOdd ? 2 : 1))}${isOdd ? 'l' : ''}`);
  const width = Math.max(...lines.map(plainLength));
  const room = Math.min(BAR, style.width - width - 2);
  const bars = room < LEAST_BAR ? shown.map(() => '') : barsOf(sweep, verdict.goal.metric, shown, room, style);
  const drawn = lines.map((line, i) =>
    i === 0 || bars[i - 1] === '' ? line : `${line}${' '.repeat(width - plainLength(line) + 2)}${bars[i - 1]}`,
  );
  return withMore(drawn, rows - shown.length, false, style);
}

/** A figure; that of the goal with the half of its confidence interval. */
function cell(row: Row, i: number, sweep: Sweep, isGoal: boolean, paint: Paint, style: Style): string {
  const figures = figuresIn(row, i);
  if (figures === null) return style.faint('-');
  const { mean, half } = summed(figures);
  const text = paint(figureText(sweep.metrics[i].kind, mean, style));
  const share = mean === 0 ? 0 : half / Math.abs(mean);
  if (!isGoal || share < LEAST_SHARE) return text;
  return `${text} ${style.faint(`${style.glyphs.plusMinus}${share >= 0.1 ? Math.round(share * 100) : (share * 100).toFixed(1)}%`)}`;
}

/** How runs ended that did not end well, or that a condition was not met. */
function oddText(row: Row, style: Style): string {
  const bad = row.runs.find((run) => !run.fine);
  if (bad !== undefined) return style.bad(bad.outcome);
  return row.runs.every((run) => run.meets) ? '' : style.warn('misses a condition');
}

function barsOf(sweep: Sweep, metric: number, shown: readonly number[], room: number, style: Style): string[] {
  const means = shown.map((i) => {
    const figures = figuresIn(sweep.rows[i] as Row, metric);
    return figures === null ? 0 : summed(figures).mean;
  });
  const most = Math.max(...means);
  return means.map((mean) =>
    most <= 0 || mean <= 0 ? '' : style.faint(style.glyphs.full.repeat(Math.max(1, Math.round((mean / most) * room)))),
  );
}

/** What stands behind names and signs. */
function noteLines(sweep: Sweep, columns: readonly number[], style: Style): string[] {
  const notes: string[] = [];
  const behind = new Map<string, string[]>();
  for (const { name, of, kind } of columns.map((i) => sweep.metrics[i])) {
    const what = kind === 'rate' || name === 'p50' || name === 'p99' ? of.replace(/\.[^.]*$/, '') : null;
    if (what !== null) behind.set(what, [...(behind.get(what) ?? []), kind === 'rate' ? `${name} (a second)` : name]);
  }
  for (const [what, names] of behind) notes.push(`${names.join(', ')}: ${what}`);
  const runs = sweep.seeds.length;
  if (runs > 1) notes.push(`${runs} runs each; ${style.glyphs.plusMinus}: 95% confidence interval of the mean`);
  return wrap(notes.map(printable).join('; '), style.width - 2).map((line) => style.faint(`  ${line}`));
}
