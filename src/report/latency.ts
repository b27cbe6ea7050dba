// How long things took: percentiles with their histograms, and what the time of the spans went to.

import type { Facts } from '../analysis/facts.ts';
import type { Histogram } from '../analysis/histogram.ts';
import { EDGES } from '../analysis/histogram.ts';
import type { Cause, SpanCauses } from '../analysis/span-causes.ts';
import type { Result, Summary } from '../sim/result.ts';
import { clip, count, exact, fitting, levels, percent, printable, rough, table, withMore } from './format.ts';
import { shortReason } from './goroutines.ts';
import type { Style } from './style.ts';

const SPANS = 10;
const NAME = 20; // characters
const PER_DECADE = 6; // buckets

interface Row {
  readonly name: string;
  readonly summary: Summary;
  readonly histogram: Histogram | undefined;
}

/** Under the names that expectations use: every wait of a runnable goroutine, every uninterrupted time on a P, and the spans. */
export function latencyLines(result: Result, facts: Facts | null, style: Style): string[] {
  const spans = Object.entries(result.spans);
  const rows: Row[] = [
    { name: 'schedLatency', summary: result.schedLatency, histogram: facts?.schedLatency },
    { name: 'slices', summary: result.slices, histogram: facts?.slices },
    ...spans
      .slice(0, SPANS)
      .map(([name, summary], i): Row => ({ name: clip(`spans.${printable(name)}`, NAME, style), summary, histogram: facts?.spans[i] })),
  ];
  const shown = rows.filter(({ summary }) => summary.count > 0);
  if (shown.length === 0) return [];
  const head = ['', 'count', 'mean', 'p50', 'p90', 'p99', 'p99.9', 'max'].map(style.faint);
  const figures = shown.map(({ name, summary: s }) => [
    name,
    count(s.count),
    ...[s.meanNs, s.p50Ns, s.p90Ns, s.p99Ns, s.p999Ns, s.maxNs].map((ns) => rough(ns, style, 3)),
  ]);
  return [...withMore(table([head, ...figures], 'lrrrrrrr'), spans.length - SPANS, false, style), ...histogramLines(shown, style)];
}

/** One axis for all, six columns to a decade; the height of a column is its share of the highest in its row. */
function histogramLines(rows: readonly Row[], style: Style): string[] {
  const drawn = rows.flatMap(({ name, histogram }) => (histogram === undefined || histogram.count === 0 ? [] : [{ name, histogram }]));
  const used = EDGES.map((_, i) => drawn.some(({ histogram }) => histogram.counts[i + 1] > 0));
  const first = used.indexOf(true);
  if (first < 0) return [];
  const low = Math.floor(first / PER_DECADE);
  const high = Math.floor(used.lastIndexOf(true) / PER_DECADE);
  const nameWidth = Math.max(...drawn.map(({ name }) => [...name].length));
  const zeros = drawn.some(({ histogram }) => histogram.counts[0] > 0);
  const merge = (high - low + 1) * PER_DECADE > style.width - nameWidth - 8 ? 2 : 1; // buckets a column
  const axis = Array.from({ length: high - low + 1 }, (_, i) =>
    `|${exact(EDGES[(low + i) * PER_DECADE], style)}`.padEnd(PER_DECADE / merge).slice(0, PER_DECADE / merge),
  );
  const margin = ' '.repeat(2 + nameWidth + 2);
  const lines = [style.faint(`${margin}${zeros ? '0 ' : ''}${axis.join('')}`.trimEnd())];
  for (const { name, histogram } of drawn) {
    const columns: number[] = [];
    for (let i = low * PER_DECADE; i < (high + 1) * PER_DECADE; i += merge) {
      columns.push(histogram.counts[i + 1] + (merge === 2 ? histogram.counts[i + 2] : 0));
    }
    const bars = levels(zeros ? [histogram.counts[0], ...columns] : columns, style);
    const text = zeros ? `${[...bars][0]} ${[...bars].slice(1).join('')}` : bars;
    lines.push(`  ${name.padEnd(nameWidth)}  ${text}`.trimEnd());
  }
  return lines;
}

/** What spans waited for: all of a name, and the slowest of them. */
export function causeLines(result: Result, causes: readonly SpanCauses[], style: Style): string[] {
  const names = Object.keys(result.spans);
  const figures = causes
    .filter((one) => one.meanNs > 0)
    .slice(0, SPANS)
    .flatMap(({ span, meanNs, causes: all, slow }) => [
      { name: clip(`spans.${printable(names[span] ?? '')}`, NAME, style), meanNs, causes: all },
      ...(slow.meanNs > meanNs ? [{ name: `  slowest ${count(slow.count)}`, meanNs: slow.meanNs, causes: slow.causes }] : []),
    ]);
  if (figures.length === 0) return [];
  const times = figures.map(({ meanNs }) => rough(meanNs, style, 3));
  const widest = (texts: readonly string[]): number => Math.max(...texts.map((text) => [...text].length));
  const room = Math.max(30, style.width - widest(figures.map(({ name }) => name)) - widest(times) - 6);
  const rows = figures.map(({ name, meanNs, causes }, i) => [name, times[i], shares(causes, meanNs, room, style)]);
  return withMore(table(rows, 'lrl'), causes.length - SPANS, false, style);
}

function shares(causes: readonly Cause[], ofNs: number, room: number, style: Style): string {
  const least = 0.005; // less shows as 0
  const named = causes.filter(({ ns }) => ns >= ofNs * least).map(({ name, ns }) => `${shortReason(name)} ${percentOf(ns, ofNs)}`);
  return fitting(named, room, style);
}

function percentOf(ns: number, ofNs: number): string {
  const share = ns / ofNs;
  return share >= 0.1 ? `${Math.round(share * 100)}%` : percent(share);
}
