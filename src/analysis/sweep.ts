// A sweep: one scenario, or several, run with every combination of some settings, each with the same seeds; and the
// figures that are compared. It is plain data, so that parts of it can be made in other threads and on other machines.

import type { Result } from '../sim/result.ts';
import type { ExpectationNames, Figure, Mistake } from './expectations.ts';
import { evaluate, figureOf, foresees, parseFigure } from './expectations.ts';

/** A setting that takes several values; `file` stands for the scenarios themselves. */
export interface Axis {
  readonly path: string;
  readonly values: readonly string[];
}

export type MetricKind = 'duration' | 'number' | 'fraction' | 'rate';

export interface Metric {
  readonly name: string; // of the column
  readonly of: string; // path of the figure in the result; of a rate: what is counted
  readonly kind: MetricKind; // durations are in ns, rates in 1/s
  readonly better: 'min' | 'max' | null; // null: neither
}

/** What is wanted of a sweep: the least or most of one figure, among the rows that meet some conditions. */
export interface Goal {
  readonly better: 'min' | 'max';
  readonly metric: number;
}

/** What one run gave. */
export interface RunFigures {
  readonly outcome: string;
  readonly fine: boolean; // it ended well, or as the scenario foresees
  readonly meets: boolean; // every condition
  readonly figures: readonly (number | null)[]; // of each metric
}

export interface Row {
  readonly values: readonly string[]; // of each axis
  readonly procs: number; // GOMAXPROCS
  readonly runs: readonly RunFigures[];
}

export interface Plan {
  readonly name: string;
  readonly files: readonly string[];
  readonly about: string; // what all rows have in common
  readonly axes: readonly Axis[];
  readonly metrics: readonly Metric[];
  readonly goal: Goal | null; // null: nobody said
  readonly conditions: readonly string[]; // expectations
  readonly seeds: readonly number[];
}

export interface Sweep extends Plan {
  readonly rows: readonly (Row | null)[]; // in the order of the axes, the last of them fastest; null: not run
}

export function pointsOf(axes: readonly Axis[]): number {
  return axes.reduce((product, { values }) => product * values.length, 1);
}

/** The values of each axis at a point. */
export function valuesAt(axes: readonly Axis[], point: number): string[] {
  const values: string[] = [];
  let rest = point;
  for (const axis of [...axes].reverse()) {
    values.unshift(axis.values[rest % axis.values.length]);
    rest = Math.floor(rest / axis.values.length);
  }
  return values;
}

/** What a path is called in a table. */
export function axisName(path: string): string {
  return path === 'gomaxprocs' ? 'GOMAXPROCS' : path === 'file' ? 'scenario' : path.replace(/^(?:params|machine)\./, '');
}

// ---- figures

/** The columns that every comparison has; p50 and p99 are those of the span that counts, throughput too. */
export function standardMetrics(names: Pick<ExpectationNames, 'spans' | 'listeners'>): Metric[] {
  const span = names.spans.includes('request') ? 'request' : names.spans[0];
  const latency = span === undefined ? 'schedLatency' : `spans.${span}`;
  const counted = span !== undefined ? `spans.${span}.count` : (acceptedBy(names.listeners) ?? 'goroutines.finished');
  return [
    { name: 'makespan', of: 'makespan', kind: 'duration', better: 'min' },
    { name: 'throughput', of: counted, kind: 'rate', better: 'max' },
    { name: 'p50', of: `${latency}.p50`, kind: 'duration', better: 'min' },
    { name: 'p99', of: `${latency}.p99`, kind: 'duration', better: 'min' },
    { name: 'busy', of: 'processors.utilization.mean', kind: 'fraction', better: null },
    { name: 'threads', of: 'threads.peak', kind: 'number', better: 'min' },
    { name: 'throttled', of: 'quota.throttledShare', kind: 'fraction', better: 'min' },
  ];
}

function acceptedBy(listeners: readonly string[]): string | undefined {
  return listeners[0] === undefined ? undefined : `listeners.${listeners[0]}.accepted`;
}

/** The metric of that name, or of a figure by its path. */
export function metricOf(name: string, standard: readonly Metric[], names: ExpectationNames | null): { metric: Metric } | Mistake {
  const known = standard.find((one) => one.name === name || (one.of === name && one.kind !== 'rate'));
  if (known !== undefined) return { metric: known };
  const parsed = parseFigure(name, names);
  if (!('figure' in parsed)) return parsed;
  const { kind } = parsed.figure.field;
  if (kind === 'text' || kind === 'bool')
    return { error: `${name} is a ${kind}, no number`, suggestion: null, start: 0, length: name.length };
  return { metric: { name, of: name, kind, better: kind === 'duration' ? 'min' : null } };
}

const NS_PER_S = 1_000_000_000;

/** The figures of a result. */
export class FigureReader {
  private readonly metrics: readonly { readonly figure: Figure; readonly kind: MetricKind }[];
  private readonly conditions: readonly string[];

  constructor(metrics: readonly Metric[], conditions: readonly string[]) {
    this.metrics = metrics.map(({ of, kind }) => {
      const parsed = parseFigure(of, null);
      if (!('figure' in parsed)) throw new Error(`no figure ${of}: ${parsed.error}`);
      return { figure: parsed.figure, kind };
    });
    this.conditions = conditions;
  }

  read(result: Result): RunFigures {
    const { kind, exitCode } = result.outcome;
    const well = kind === 'completed' || kind === 'until' || (kind === 'exit' && exitCode === 0);
    return {
      outcome: kind,
      fine: well || result.expectations.some(foresees),
      meets: this.conditions.every((that) => evaluate({ that }, result).ok),
      figures: this.metrics.map((metric) => {
        const value = figureOf(metric.figure, result);
        if (typeof value !== 'number') return null;
        if (metric.kind !== 'rate') return value;
        return result.makespanNs === 0 ? null : (value / result.makespanNs) * NS_PER_S;
      }),
    };
  }
}

/** The figures of one metric in all runs of a row; null when a run has none. */
export function figuresIn(row: Row, metric: number): number[] | null {
  const values = row.runs.map((run) => run.figures[metric]);
  return values.length > 0 && values.every((value) => value !== null) ? (values as number[]) : null;
}

/** The names that are in results, which is all that is known where there is no scenario. */
export function namesIn(results: readonly Result[]): ExpectationNames {
  const keys = (pick: (one: Result) => object): string[] => [...new Set(results.flatMap((one) => Object.keys(pick(one))))];
  return {
    spans: keys((one) => one.spans),
    channels: keys((one) => one.channels),
    mutexes: keys((one) => one.mutexes),
    listeners: keys((one) => one.listeners),
    neighbours: keys((one) => one.neighbours ?? {}), // of an older gosim: none
    gomaxprocs: null,
  };
}
