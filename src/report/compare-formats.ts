// A comparison for other programs: JSON, CSV, a table in Markdown, and the format of Go's benchmarks, which benchstat reads.

import { summed } from '../analysis/statistics.ts';
import type { Axis, Metric, MetricKind, Row, Sweep } from '../analysis/sweep.ts';
import { axisName, figuresIn } from '../analysis/sweep.ts';
import { verdictOf } from '../analysis/verdict.ts';
import { columnName, columnsOf } from './compare-table.ts';
import { aheadSentence, figureText, recommendation } from './compare-words.ts';
import { printable } from './format.ts';
import { PLAIN } from './style.ts';

export type CompareFormat = 'text' | 'json' | 'csv' | 'markdown' | 'benchfmt';

/** Schema gosim.compare/v1: durations are in ns, rates in 1/s, fractions of 1. Rows are named by their place in `rows`. */
export interface ComparisonData {
  readonly schema: 'gosim.compare/v1';
  readonly gosim: string;
  readonly name: string;
  readonly files: readonly string[];
  readonly about: string;
  readonly axes: readonly Axis[];
  readonly metrics: readonly Metric[];
  readonly conditions: readonly string[];
  readonly seeds: readonly number[];
  readonly complete: boolean; // false: it was interrupted
  readonly goal: { readonly better: 'min' | 'max'; readonly metric: string };
  readonly best: number | null; // null: nothing ended well and meets the conditions
  readonly level: readonly number[]; // as good as the best, or as far as anyone can tell, itself included
  readonly pick: number | null; // the one to take
  readonly sentence: string | null;
  readonly recommendation: string;
  readonly rows: readonly ComparisonRow[];
}

export interface ComparisonRow {
  readonly values: Readonly<Record<string, string>>; // of each axis
  readonly gomaxprocs: number;
  readonly outcomes: readonly string[]; // of each run
  readonly fine: boolean; // all ended well, or as the scenario foresees
  readonly meets: boolean; // all meet the conditions
  readonly figures: Readonly<Record<string, RowFigure | null>>; // by the name of the metric
}

/** A figure of all runs of a row. */
export interface RowFigure {
  readonly mean: number;
  readonly deviation: number;
  readonly ci95: readonly [number, number]; // of the mean
  readonly min: number;
  readonly max: number;
  readonly values: readonly number[]; // of each run
}

export function compareData(sweep: Sweep, gosim: string): ComparisonData {
  const verdict = verdictOf(sweep);
  const rows = sweep.rows.flatMap((row) => (row === null ? [] : [rowData(sweep, row)]));
  const known = (i: number): number => sweep.rows.slice(0, i).filter((row) => row !== null).length;
  return {
    schema: 'gosim.compare/v1',
    gosim,
    name: sweep.name,
    files: sweep.files,
    about: sweep.about,
    axes: sweep.axes,
    metrics: sweep.metrics,
    conditions: sweep.conditions,
    seeds: sweep.seeds,
    complete: rows.length === sweep.rows.length,
    goal: { better: verdict.goal.better, metric: sweep.metrics[verdict.goal.metric].name },
    best: verdict.best === null ? null : known(verdict.best),
    level: verdict.level.map(known),
    pick: verdict.pick === null ? null : known(verdict.pick),
    sentence: aheadSentence(sweep, verdict, PLAIN),
    recommendation: recommendation(sweep, verdict, PLAIN),
    rows,
  };
}

/** A line for each row, so that two comparisons can be told apart by other tools too. */
export function compareJson(sweep: Sweep, gosim: string): string {
  const { rows, ...head } = compareData(sweep, gosim);
  const lines = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  const list = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  return `{\n${lines.join(',\n')},\n  "rows": [${list === '' ? '' : `\n${list}\n  `}]\n}\n`;
}

function rowData(sweep: Sweep, row: Row): ComparisonRow {
  const figures = sweep.metrics.map(({ name }, i): [string, RowFigure | null] => {
    const values = figuresIn(row, i);
    if (values === null) return [name, null];
    const { mean, deviation, half, min, max } = summed(values);
    return [name, { mean, deviation, ci95: [mean - half, mean + half], min, max, values }];
  });
  return {
    values: Object.fromEntries(sweep.axes.map(({ path }, i) => [path, row.values[i]])),
    gomaxprocs: row.procs,
    outcomes: row.runs.map((run) => run.outcome),
    fine: row.runs.every((run) => run.fine),
    meets: row.runs.every((run) => run.meets),
    figures: Object.fromEntries(figures),
  };
}

const UNITS: Readonly<Record<MetricKind, string>> = { duration: 'ns', number: '', fraction: 'fraction', rate: '1/s' };

/** A line for each run, so that any program may average as it likes. */
export function compareCsv(sweep: Sweep): string {
  const unit = ({ name, kind }: Metric): string => (UNITS[kind] === '' ? name : `${name} (${UNITS[kind]})`);
  const isAxis = sweep.axes.some(({ path }) => path === 'seed');
  const head = [...sweep.axes.map(({ path }) => path), ...(isAxis ? [] : ['seed']), 'outcome', ...sweep.metrics.map(unit)];
  const lines = sweep.rows.flatMap((row) =>
    (row?.runs ?? []).map((run, i) => {
      const seed = isAxis ? [] : [sweep.seeds[i]];
      return [...row!.values, ...seed, run.outcome, ...run.figures.map((value) => value ?? '')];
    }),
  );
  return [head, ...lines].map((line) => `${line.map((value) => quoted(String(value))).join(',')}\r\n`).join('');
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table for a pull request, the row to take in bold, with the two sentences below. */
export function compareMarkdown(sweep: Sweep): string {
  const verdict = verdictOf(sweep);
  const columns = columnsOf(sweep, verdict);
  const escaped = (text: string): string => printable(text).replace(/[|\\`*_<>[\]]/g, '\\$&');
  const head = [
    ...sweep.axes.map(({ path }) => escaped(axisName(path))),
    ...columns.map((i) => escaped(columnName(sweep, sweep.metrics[i]))),
  ];
  const lines = [`| ${head.join(' | ')} |`, `| ${head.map(() => '---:').join(' | ')} |`];
  sweep.rows.forEach((row, i) => {
    if (row === null) return;
    const cells = [...row.values.map(escaped), ...columns.map((metric) => markdownCell(sweep, row, metric))];
    lines.push(`| ${cells.map((cell) => (i === verdict.pick && cell !== '' ? `**${cell}**` : cell)).join(' | ')} |`);
  });
  const said = [aheadSentence(sweep, verdict, PLAIN), recommendation(sweep, verdict, PLAIN)].filter((text) => text !== null).map(escaped);
  return `### ${escaped(sweep.name)}\n\n${escaped(sweep.about)}\n\n${lines.join('\n')}\n\n${said.join('\n\n')}\n`;
}

function markdownCell(sweep: Sweep, row: Row, metric: number): string {
  const figures = figuresIn(row, metric);
  if (figures === null) return '';
  const { mean, half } = summed(figures);
  const { kind } = sweep.metrics[metric];
  return half === 0 ? figureText(kind, mean, PLAIN) : `${figureText(kind, mean, PLAIN)} ± ${figureText(kind, half, PLAIN)}`;
}

/**
 * `BenchmarkName/workers=4-2 1 12345 ns/op …`, a line for each run. The number after the hyphen is GOMAXPROCS, which benchstat
 * knows as /gomaxprocs; where it follows from another setting it is a figure, lest rows that belong together have two names.
 */
export function compareBenchfmt(sweep: Sweep, gosim: string): string {
  const unit = ({ name, kind }: Metric): string => {
    if (name === 'makespan') return 'ns/op';
    return { duration: `${name}-ns`, number: name, fraction: `${name}-share`, rate: `${name}/s` }[kind];
  };
  const words = sweep.name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const name = words.map((word) => word[0].toUpperCase() + word.slice(1)).join('') || 'Scenario';
  const isProcs = ({ path, values }: Axis): boolean => path === 'gomaxprocs' && values.every((value) => /^\d+$/.test(value));
  const isNamed = sweep.axes.some(isProcs) || new Set(sweep.rows.map((row) => row?.procs)).size === 1;
  const lines = sweep.rows.flatMap((row) => {
    if (row === null) return [];
    const settings = sweep.axes.map((axis, i) => (isProcs(axis) ? '' : `/${axisName(axis.path)}=${row.values[i].replace(/[\s/]+/g, '_')}`));
    return row.runs.map((run) => {
      const figures = sweep.metrics.flatMap((metric, i) => (run.figures[i] === null ? [] : [`${run.figures[i]} ${unit(metric)}`]));
      const procs = isNamed ? [`-${row.procs}`, ''] : ['', `\t${row.procs} gomaxprocs`];
      return `Benchmark${name}${settings.join('')}${procs[0]}\t1\t${figures.join('\t')}${procs[1]}`;
    });
  });
  return `gosim: ${gosim}\nscenario: ${sweep.files.map(printable).join(' ')}\n${lines.join('\n')}\n`;
}
