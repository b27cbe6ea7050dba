// Baselines: figures of scenarios as they were, to compare later runs with. The file is JSON that is good to read in a
// diff: everything is sorted, with a figure a line, and durations are written as Go writes them, to the nanosecond.
// Schema gosim.baseline/v1.

import { formatDuration, parseDuration } from '../base/duration.ts';
import type { Figure } from './figures.ts';
import type { LeafKind } from './result-fields.ts';
import type { Tolerance } from './tolerance.ts';
import { isWithin, parseTolerance, patternOf, toleranceFor, wrongPattern } from './tolerance.ts';

const SCHEMA = 'gosim.baseline/v1';

export type Stored = string | number | boolean;

/** Of one scenario, by path. */
export type StoredFigures = Readonly<Record<string, Stored>>;

export interface Baseline {
  readonly gosim: string; // the version that wrote it
  readonly metrics: readonly string[]; // patterns of the paths that are written
  readonly tolerances: Readonly<Record<string, string>>; // by pattern
  readonly scenarios: Readonly<Record<string, StoredFigures>>; // by file, relative to the baseline
}

/** What tells a change in behaviour from noise, were there any: how it ends, times, threads, goroutines, and waiting. */
export const DEFAULT_METRICS: readonly string[] = [
  'outcome.kind',
  'makespan',
  'processors.utilization.mean',
  'threads.created',
  'threads.peak',
  'goroutines.created',
  'goroutines.finished',
  'goroutines.peak',
  'schedLatency.p50',
  'schedLatency.p99',
  'spans.*.count',
  'spans.*.mean',
  'spans.*.p50',
  'spans.*.p99',
  'spans.*.max',
  'channels.*.blockedSends',
  'listeners.*.accepted',
  'listeners.*.backlogPeak',
  'listeners.*.waits.p99',
  'mutexes.*.contended',
  'mutexes.*.waits.p99',
];

/** A figure as the file holds it. What is no whole number has six decimals. */
export function storedOf({ kind, value }: Figure): Stored {
  if (typeof value !== 'number') return value;
  return kind === 'duration' ? formatDuration(Math.floor(value + 0.5)) : Number(value.toFixed(6));
}

export function selectFigures(figures: readonly Figure[], metrics: readonly string[]): StoredFigures {
  const patterns = metrics.map(patternOf);
  const selected = figures.filter(({ path }) => patterns.some((pattern) => pattern.test(path)));
  return Object.fromEntries(selected.map((figure) => [figure.path, storedOf(figure)]));
}

/** Whether one of the patterns asks for figures that only a run with an event log has. */
export function needsLog(patterns: readonly string[]): boolean {
  return patterns.some((pattern) => patternOf(pattern).test('events') || patternOf(pattern).test('eventHash'));
}

// ---- comparing

/** A figure that is not what it was. */
export interface Change {
  readonly path: string;
  readonly before: string;
  readonly now: string | null; // null: the run has no such figure
  readonly by: string | null; // +1.2ms (+12%); null where that makes no sense
  readonly allowed: string | null; // the tolerance, as written
}

/** The figures that changed by more than they may, in the order of their paths. */
export function changesOf(before: StoredFigures, figures: readonly Figure[], tolerances: readonly Tolerance[]): Change[] {
  const now = new Map(figures.map((figure) => [figure.path, figure]));
  return Object.keys(before)
    .sort(byCode)
    .flatMap((path) => changeOf(path, before[path], now.get(path), toleranceFor(path, tolerances)) ?? []);
}

function changeOf(path: string, old: Stored, figure: Figure | undefined, tolerance: Tolerance | null): Change | null {
  const allowed = tolerance === null ? null : tolerance.text;
  if (figure === undefined) return { path, before: String(old), now: null, by: null, allowed };
  const stored = storedOf(figure);
  if (stored === old) return null;
  const change = { path, before: String(old), now: String(stored), by: null, allowed };
  const from = numberOf(old, figure.kind);
  const to = numberOf(stored, figure.kind);
  if (from === null || to === null) return change;
  const isDuration = figure.kind === 'duration';
  return isWithin(from, to, isDuration, tolerance) ? null : { ...change, by: distance(from, to, isDuration) };
}

/** Null for what is none. */
function numberOf(stored: Stored, kind: LeafKind): number | null {
  if (typeof stored === 'number') return kind === 'duration' ? null : stored;
  const ns = kind === 'duration' && typeof stored === 'string' ? parseDuration(stored) : null;
  return typeof ns === 'number' ? ns : null;
}

function distance(from: number, to: number, isDuration: boolean): string {
  const by = Math.abs(to - from);
  const sign = to > from ? '+' : '-';
  const plain = `${sign}${isDuration ? formatDuration(by) : Number(by.toFixed(6))}`;
  return from === 0 ? plain : `${plain}, ${sign}${Number(((by / Math.abs(from)) * 100).toPrecision(3))}%`;
}

// ---- the file

export function baselineText({ gosim, metrics, tolerances, scenarios }: Baseline): string {
  const sorted = Object.entries(scenarios).map(([file, figures]) => [file, ordered(figures)] as const);
  const whole = {
    schema: SCHEMA,
    gosim,
    metrics: [...metrics],
    tolerances: ordered(tolerances),
    scenarios: ordered(Object.fromEntries(sorted)),
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

/** Keys by code units. A name that is a whole number comes first, as JavaScript has it: always the same all the same. */
function ordered<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => byCode(a, b)));
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Why a text is no baseline that can be compared with. `isOther`: it is one of another schema, which may be replaced. */
export interface NoBaseline {
  readonly problem: string;
  readonly isOther: boolean;
}

export function parseBaseline(text: string): Baseline | NoBaseline {
  const no = (problem: string, isOther = false): NoBaseline => ({ problem, isOther });
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch {
    return no('is no JSON');
  }
  if (!isRecord(whole) || typeof whole.schema !== 'string') return no('is no baseline: it has no schema');
  if (whole.schema !== SCHEMA) {
    const isOther = whole.schema.startsWith('gosim.baseline/');
    return no(`has the schema ${JSON.stringify(whole.schema)}, and this gosim compares with ${SCHEMA}`, isOther);
  }
  const { gosim, metrics, tolerances = {}, scenarios } = whole;
  if (typeof gosim !== 'string') return no('has no version of gosim in "gosim"');
  if (!Array.isArray(metrics) || !metrics.every((one) => typeof one === 'string')) return no('has no list of patterns in "metrics"');
  if (!isRecord(tolerances) || !Object.values(tolerances).every((one) => typeof one === 'string'))
    return no('has no texts in "tolerances"');
  if (!isRecord(scenarios)) return no('has no "scenarios"');
  for (const [file, figures] of Object.entries(scenarios)) {
    if (!isRecord(figures) || !Object.values(figures).every(isStored)) return no(`has no figures for ${JSON.stringify(file)}`);
  }
  const wrong = wrongIn(metrics, tolerances as Record<string, string>);
  if (wrong !== null) return no(`cannot be used: ${wrong}`);
  return { gosim, metrics, tolerances, scenarios } as Baseline;
}

function wrongIn(metrics: readonly string[], tolerances: Readonly<Record<string, string>>): string | null {
  const inMetrics = metrics.map(wrongPattern).find((one) => one !== null);
  if (inMetrics !== undefined) return inMetrics;
  const parsed = tolerancesOf(tolerances);
  return typeof parsed === 'string' ? parsed : null;
}

/** All of them, or what is wrong with one. */
export function tolerancesOf(record: Readonly<Record<string, string>>): Tolerance[] | string {
  const parsed = Object.entries(record).map(([pattern, value]) => parseTolerance(pattern, value));
  return parsed.find((one) => typeof one === 'string') ?? (parsed as Tolerance[]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStored(value: unknown): value is Stored {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
