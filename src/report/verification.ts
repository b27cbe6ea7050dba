// What `gosim verify` prints: for each scenario a table of figures, gosim's and Go's side by side; at the end, how each
// bar fared.

import type { Range } from '../analysis/distance.ts';
import type { Metric, Verdict } from '../analysis/fidelity.ts';
import type { BarSummary } from '../analysis/scorecard.ts';
import { holds } from '../analysis/scorecard.ts';
import { clip, count, percent, plural, printable, rough, table, wrap } from './format.ts';
import type { Style } from './style.ts';

export interface VerificationInput {
  readonly name: string;
  readonly file: string;
  readonly go: string;
  readonly gomaxprocs: number;
  readonly cpus: number;
  readonly runs: number;
  readonly traces: number;
  readonly seeds: number;
  readonly metrics: readonly Metric[];
  readonly notes: readonly string[]; // where the machine differs from the scenario's
  readonly busy: string | null; // why times are not judged
}

const WIDEST_TEXT = 17;
/** From so many columns on the simulator's ranges are shown too, not only their medians. */
const WIDE = 110;

export function verificationText(input: VerificationInput, style: Style): string {
  const { name, file, go, gomaxprocs, cpus, runs, traces, seeds, metrics, notes, busy } = input;
  const subject = [
    file,
    `Go ${go}`,
    `GOMAXPROCS ${gomaxprocs}`,
    plural(cpus, 'CPU'),
    `${plural(runs, 'run')}${traces === 0 ? '' : ` and ${count(traces)} traced`}`,
    plural(seeds, 'seed'),
  ].join(` ${style.glyphs.dot} `);
  const about = [subject, ...notes, ...(busy === null ? [] : [`times are not judged: ${busy}`])];
  const head = ['', 'gosim', 'Go', 'error', 'dist', ''].map(style.faint);
  const side = (metric: Metric, of: Metric['gosim']): string => {
    if (style.width >= WIDE || of === null || typeof of === 'string') return sideText(metric, of, style);
    const { min, median, max } = of;
    // Narrow: the median of the simulator's seeds beside Go's range.
    return of === metric.gosim ? valueText(median, metric.unit, style) : shortRange(min, max, (n) => valueText(n, metric.unit, style));
  };
  const rows = metrics.map((metric) => [
    metric.name,
    side(metric, metric.gosim),
    metric.unit === 'text' && metric.go === metric.gosim ? 'the same' : side(metric, metric.go),
    errorText(metric, style),
    metric.distance === null ? '' : metric.distance.toFixed(2),
    verdictText(metric.verdict, style),
  ]);
  return [
    style.strong(printable(name)),
    ...about.flatMap((one) => wrap(one, style.width)).map(style.faint),
    '',
    ...table([head, ...rows], 'lrrrrl'),
    ...remarks(metrics, busy, style),
    ...differences(metrics, style),
    '',
  ].join('\n');
}

/** What there is to say of figures, those that say the same together. */
function remarks(metrics: readonly Metric[], busy: string | null, style: Style): string[] {
  const names = new Map<string, string[]>();
  for (const { name, note } of metrics) {
    if (note === '' || note === busy) continue;
    names.set(note, [...(names.get(note) ?? []), name]);
  }
  const lines = [...names].flatMap(([note, of]) => wrap(`${of.join(', ')}: ${note}`, style.width - 2));
  return lines.length === 0 ? [] : ['', ...lines.map((line) => `  ${style.faint(line)}`)];
}

function shortRange(min: number, max: number, text: (n: number) => string): string {
  return text(min) === text(max) ? text(min) : `${text(min)}..${text(max)}`;
}

/** Texts that differ, in full: the table shows their beginnings only. */
function differences(metrics: readonly Metric[], style: Style): string[] {
  return metrics
    .filter((one) => one.unit === 'text' && one.verdict === 'missed')
    .flatMap(({ name, gosim, go }) => [
      '',
      `  ${style.bad(name)}`,
      `    gosim  ${printable(String(gosim))}`,
      `    Go     ${printable(String(go))}`,
    ]);
}

export function sideText({ unit }: Metric, side: Metric['gosim'], style: Style): string {
  if (side === null) return '';
  if (typeof side === 'string') return clip(printable(side), WIDEST_TEXT, style);
  return rangeText(side, (n) => valueText(n, unit, style));
}

/** One value where nothing varies, else `min..median..max`. */
function rangeText({ min, median, max }: Range, text: (n: number) => string): string {
  return min === max ? text(median) : `${text(min)}..${text(median)}..${text(max)}`;
}

function valueText(n: number, unit: Metric['unit'], style: Style): string {
  if (unit === 'ns') return rough(n, style, 3);
  return unit === 'share' ? percent(n) : count(n);
}

export function errorText({ error, bar }: Metric, style: Style): string {
  if (error === null) return '';
  if (bar === 'monitor') return rough(error, style, 3);
  if (bar === 'goroutineTime') return `${(error * 100).toFixed(1)} pt`;
  return Number.isFinite(error) ? percent(error) : style.glyphs.more;
}

function verdictText(verdict: Verdict, style: Style): string {
  if (verdict === 'ok') return style.good(style.glyphs.ok);
  if (verdict === 'missed') return style.bad(style.glyphs.fail);
  return verdict === 'shown' ? ' ' : style.warn('?');
}

export function summaryText(summary: readonly BarSummary[], busy: string | null, style: Style): string {
  const rows = summary.map((one) => {
    const judged = one.held + one.missed > 0;
    const mark = !judged ? style.warn('?') : holds(one) ? style.good(style.glyphs.ok) : style.bad(style.glyphs.fail);
    const numbers = [`${count(one.held)} held`, ...(one.missed > 0 ? [style.bad(`${count(one.missed)} missed`)] : [])];
    if (one.notJudged > 0) numbers.push(`${count(one.notJudged)} not judged`);
    return [mark, one.name, numbers.join(', '), ...(style.width >= WIDE ? [style.faint(one.must)] : [])];
  });
  const why =
    busy === null ? [] : ['', ...wrap(`Times were not judged: ${busy}. Run it again when nothing else runs.`, style.width).map(style.warn)];
  return [style.strong('Bars'), ...table(rows, 'llll'), ...why, ''].join('\n');
}
