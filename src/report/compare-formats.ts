// A comparison for other programs: JSON, CSV, a table in Markdown, and the format of Go's benchmarks, which benchstat reads.

import { summed } from '../analysis/statistics.ts';
import type { Metric, MetricKind, Row, Sweep } from '../analysis/sweep.ts';
import { axisName, figuresIn } from '../analysis/sweep.ts';
import { verdictOf } from '../analysis/verdict.ts';
import { columnName, columnsOf } from './compare-table.ts';
import { aheadSentence, figureText, recommendation } from './compare-words.ts';
import { printable } from './format.ts';
import { PLAIN } from './style.ts';

/** Schema gosim.compare/v1: durations are in ns, rates in 1/s, fractions of 1; every run's figure stands beside the mean. */
export function compareJson(sweep: Sweep, gosim: string): string {
  const verdict = verdictOf(sweep);
  const known = (i: number | null): number | null => (i === null ? null : sweep.rows.slice(0, i).filter((row) => row !== null).length);
  const rows = sweep.rows.flatMap((row) => (row === null ? [] : [rowJson(sweep, row)]));
  const head = {
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
    best: known(verdict.best),
    level: verdict.level.map(known),
    pick: known(verdict.pick),
    sentence: aheadSentence(sweep, verdict, PLAIN),
    recommendation: recommendation(sweep, verdict, PLAIN),
  };
  const lines = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  const list = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  return `{\n${lines.join(',\n')},\n  "rows": [${list === '' ? '' : `\n${list}\n  `}]\n}\n`;
}

function rowJson(sweep: Sweep, row: Row): object {
  const figures = sweep.metrics.map((metric, i) => {
    const values = figuresIn(row, i);
    if (values === null) return [metric.name, null];
    const { mean, deviation, half, min, max } = summed(values);
    return [metric.name, { mean, deviation, ci95: [mean - half, mean + half], min, max, values }];
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
  const head = [...sweep.axes.map(({ path }) => path), 'seed', 'outcome', ...sweep.metrics.map(unit)];
  const lines = sweep.rows.flatMap((row) =>
    (row?.runs ?? []).map((run, i) => [...row!.values, sweep.seeds[i] ?? '', run.outcome, ...run.figures.map((value) => value ?? '')]),
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

/** `BenchmarkName/GOMAXPROCS=2-2 1 12345 ns/op …`, a line for each run. */
export function compareBenchfmt(sweep: Sweep, gosim: string): string {
  const unit = ({ name, kind }: Metric): string => {
    if (name === 'makespan') return 'ns/op';
    return { duration: `${name}-ns`, number: name, fraction: `${name}-share`, rate: `${name}/s` }[kind];
  };
  const words = sweep.name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const name = words.map((word) => word[0].toUpperCase() + word.slice(1)).join('') || 'Scenario';
  const lines = sweep.rows.flatMap((row) => {
    if (row === null) return [];
    const settings = sweep.axes.map(({ path }, i) => `/${axisName(path)}=${row.values[i].replace(/[\s/]+/g, '_')}`).join('');
    return row.runs.map((run) => {
      const figures = sweep.metrics.flatMap((metric, i) => (run.figures[i] === null ? [] : [`${run.figures[i]} ${unit(metric)}`]));
      return `Benchmark${name}${settings}-${row.procs}\t1\t${figures.join('\t')}`;
    });
  });
  return `gosim: ${gosim}\nscenario: ${sweep.files.map(printable).join(' ')}\n${lines.join('\n')}\n`;
}
