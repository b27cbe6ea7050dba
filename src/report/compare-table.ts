// The table of a comparison: a line for each row, the one to take marked, bars for the figure that decides. No line is wider
// than the style allows: columns that find no room stand in a table below, beside the same settings.

import { summed } from '../analysis/statistics.ts';
import type { Metric, Row, Sweep } from '../analysis/sweep.ts';
import { axisName, figuresIn } from '../analysis/sweep.ts';
import type { Verdict } from '../analysis/verdict.ts';
import { allComplete } from '../analysis/verdict.ts';
import { figureText } from './compare-words.ts';
import { clip, plainLength, printable, table } from './format.ts';
import type { Style } from './style.ts';

const BAR = 20; // characters at most
const LEAST_BAR = 4;
const CELL = 24;
const LEAST_CELL = 4;
const LEAST_FIGURE = 20; // columns that settings leave to marks and figures
const GAP = 2;
const LEAST_SHARE = 0.0005; // less would show as 0

/** The metrics that are worth a column, the one of the goal first. */
export function columnsOf(sweep: Sweep, { goal }: Verdict): number[] {
  const hidden = new Set([allComplete(sweep) ? 'throughput' : 'makespan']);
  const others = sweep.metrics.flatMap((metric, i) => {
    const known = sweep.rows.some((row) => row?.runs.some((run) => run.figures[i] !== null));
    return i === goal.metric || hidden.has(metric.name) || !known ? [] : [i];
  });
  return [goal.metric, ...others];
}

/** What a column is called: figures of the span that counts by their last name, which a note below explains. */
export function columnName({ metrics }: Sweep, { name }: Metric): string {
  const span = spanOf(metrics);
  return span !== null && name.startsWith(`${span}.`) ? name.slice(span.length + 1) : name;
}

/** Where p50 and p99 come from: `spans.request`. */
export function spanOf(metrics: readonly Metric[]): string | null {
  const p99 = metrics.find(({ name }) => name === 'p99');
  return p99 === undefined ? null : p99.of.slice(0, p99.of.lastIndexOf('.'));
}

export function tableLines(sweep: Sweep, verdict: Verdict, columns: readonly number[], shown: readonly number[], style: Style): string[] {
  const rows = shown.map((i) => sweep.rows[i] as Row);
  const marks = ['', ...shown.map((i) => markOf(sweep, verdict, i, style))];
  const indent = Math.max(GAP, widthOf(marks) + 1);
  const bad = rows.map((row) => row.runs.find((run) => !run.fine)?.outcome ?? '');
  const longest = Math.max(0, ...bad.map((outcome) => outcome.length));
  const tail = Math.max(LEAST_BAR, longest) + GAP;
  const left = settingColumns(sweep, verdict, shown, style.width - LEAST_FIGURE - tail, style);
  const leftWidth = left.reduce((sum, column) => sum + widthOf(column) + GAP, indent - GAP);
  const goal = { isGoal: true, room: style.width - leftWidth - tail };
  const other = { isGoal: false, room: style.width - leftWidth };
  const figures = columns.flatMap((metric) => {
    if (metric !== verdict.goal.metric) return [figureColumn(sweep, rows, metric, other, style)];
    return [figureColumn(sweep, rows, metric, goal, style), ...(sweep.seeds.length > 1 ? [spreadColumn(rows, metric, style)] : [])];
  });
  const blocks = blocksOf(figures.map(widthOf), other.room, tail);
  return blocks.flatMap((block, n) => {
    const all = [...left, ...block.map((i) => figures[i])];
    const lines = table(
      Array.from({ length: shown.length + 1 }, (_, line) => all.map((column) => column[line])),
      'r'.repeat(all.length),
    ).map((line, i) => `${marks[i]}${' '.repeat(indent - plainLength(marks[i]))}${line.slice(GAP)}`);
    if (n > 0) return ['', ...lines];
    const width = Math.max(...lines.map(plainLength));
    const bars = barsOf(sweep, verdict.goal.metric, shown, Math.min(BAR, style.width - width - GAP), style);
    const ends = ['', ...bad.map((outcome, i) => (outcome === '' ? bars[i] : style.bad(outcome)))];
    return lines.map((line, i) => (ends[i] === '' ? line : `${line}${' '.repeat(width - plainLength(line) + GAP)}${ends[i]}`));
  });
}

type Column = readonly string[]; // its heading, then a cell for each row

function widthOf(column: Column): number {
  return Math.max(...column.map(plainLength));
}

function markOf(sweep: Sweep, verdict: Verdict, i: number, style: Style): string {
  if (i === verdict.pick) return style.good(style.glyphs.arrow);
  if (verdict.level.includes(i)) return style.glyphs.near;
  return isFit(sweep.rows[i] as Row) ? '' : style.bad(style.glyphs.fail);
}

/** The value of each axis, as short as many axes need them. */
function settingColumns(sweep: Sweep, verdict: Verdict, shown: readonly number[], room: number, style: Style): Column[] {
  const most = Math.max(LEAST_CELL, Math.min(CELL, Math.floor(room / Math.max(1, sweep.axes.length)) - GAP));
  return sweep.axes.map(({ path }, axis) => [
    style.faint(clip(printable(axisName(path)), most, style)),
    ...shown.map((i) => painted(clip(printable((sweep.rows[i] as Row).values[axis]), most, style), i === verdict.pick, style)),
  ]);
}

export function isFit(row: Row): boolean {
  return row.runs.every((run) => run.fine && run.meets);
}

function painted(text: string, isPick: boolean, style: Style): string {
  return isPick ? style.strong(text) : text;
}

/** A figure of each row; that of the goal with the half of its confidence interval. */
function figureColumn(
  sweep: Sweep,
  rows: readonly Row[],
  i: number,
  { isGoal, room }: { readonly isGoal: boolean; readonly room: number },
  style: Style,
): Column {
  const metric = sweep.metrics[i];
  const cells = rows.map((row) => {
    const figures = figuresIn(row, i);
    if (figures === null) return style.faint('-');
    const { mean, half } = summed(figures);
    const text = figureText(metric.kind, mean, style);
    const share = mean === 0 ? 0 : half / Math.abs(mean);
    if (!isGoal || share < LEAST_SHARE) return text;
    return `${text} ${style.faint(`${style.glyphs.plusMinus}${shareText(share)}`)}`;
  });
  return [style.faint(clip(printable(columnName(sweep, metric)), Math.min(CELL, room - GAP), style)), ...cells];
}

/** How far the runs of each row are apart. */
function spreadColumn(rows: readonly Row[], i: number, style: Style): Column {
  const cells = rows.map((row) => {
    const figures = figuresIn(row, i);
    const { mean, deviation } = figures === null ? { mean: 0, deviation: 0 } : summed(figures);
    return mean === 0 ? style.faint('-') : shareText(deviation / Math.abs(mean));
  });
  return [style.faint('spread'), ...cells];
}

/** A share of a mean, as a percentage. */
function shareText(share: number): string {
  return `${share >= 0.1 ? Math.round(share * 100) : (share * 100).toFixed(1)}%`;
}

/** Which columns stand side by side; beside the first of them `tail` is kept free. */
function blocksOf(widths: readonly number[], room: number, tail: number): number[][] {
  const blocks: number[][] = [];
  let free = 0;
  widths.forEach((width, i) => {
    const needs = width + GAP;
    if (i > 0 && needs <= free) {
      blocks[blocks.length - 1].push(i);
      free -= needs;
    } else {
      blocks.push([i]);
      free = room - needs - (i === 0 ? tail : 0);
    }
  });
  return blocks;
}

function barsOf(sweep: Sweep, metric: number, shown: readonly number[], room: number, style: Style): string[] {
  const means = shown.map((i) => {
    const figures = figuresIn(sweep.rows[i] as Row, metric);
    return figures === null ? 0 : summed(figures).mean;
  });
  const most = Math.max(...means);
  return means.map((mean) => (room < LEAST_BAR || most <= 0 || mean <= 0 ? '' : style.faint(bar((mean / most) * room, style))));
}

/** A bar so many characters long, to the part of a character that the style has; at least its smallest part. */
function bar(length: number, { glyphs: { full, parts } }: Style): string {
  const n = Math.max(1, Math.round(length * (parts.length + 1)));
  const rest = n % (parts.length + 1);
  return full.repeat((n - rest) / (parts.length + 1)) + (rest === 0 ? '' : parts[rest - 1]);
}
