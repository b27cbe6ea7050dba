// A comparison in words: how far the best is ahead of the others, and what to take, with the reason.

import { differ, summed } from '../analysis/statistics.ts';
import type { Metric, MetricKind, Row, Sweep } from '../analysis/sweep.ts';
import { axisName, figuresIn } from '../analysis/sweep.ts';
import type { Verdict } from '../analysis/verdict.ts';
import { meanOf, metricNamed } from '../analysis/verdict.ts';
import { clip, count, percent, printable, rough } from './format.ts';
import type { Style } from './style.ts';

const NAMED = 4; // rows that a sentence names
const LABEL = 40; // characters of a value in it
const AHEAD = 0.1; // what is worth a word

/** A figure to three digits. */
export function figureText(kind: MetricKind, value: number, style: Style): string {
  if (kind === 'duration') return rough(value, style, 3);
  if (kind === 'fraction') return value > 0 && value < 0.1 ? percent(value) : `${Math.round(value * 100)}%`;
  if (kind === 'rate') return `${scaled(value)}/s`;
  return Number.isInteger(value) ? count(value) : String(Number(value.toPrecision(3)));
}

function scaled(value: number): string {
  if (value >= 1e6) return `${digits(value / 1e6)}M`;
  return value >= 1e4 ? `${digits(value / 1e3)}k` : digits(value);
}

function digits(value: number): string {
  return value >= 100 ? count(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** `GOMAXPROCS 2 with workers 8`; where only one axis varies and it need not be named again, `2`. */
export function labelOf(sweep: Sweep, row: number, style: Style, isShort = false): string {
  const { values } = sweep.rows[row] as Row;
  const varies = (i: number): boolean => sweep.axes[i].values.length > 1 || sweep.axes.length === 1;
  const varied = sweep.axes.flatMap(({ path }, i) => (varies(i) ? [{ path, value: clip(printable(values[i]), LABEL, style) }] : []));
  if (isShort && varied.length === 1) return varied[0].value;
  const [first, ...others] = varied.map(({ path, value }) => (path === 'file' ? value : `${axisName(path)} ${value}`));
  return others.length === 0 ? (first ?? 'it') : `${first} with ${others.join(' and ')}`;
}

/** What the best of a goal has: `the shortest makespan`. */
function superlative({ name, kind }: Metric, better: 'min' | 'max'): string {
  if (name === 'makespan' && better === 'min') return 'the shortest makespan';
  if (better === 'max') return kind === 'rate' || kind === 'fraction' ? `the highest ${name}` : `the most ${name}`;
  return kind === 'number' ? `the fewest ${name}` : `the lowest ${name}`;
}

/** One sentence about how far the best is ahead; null when there is none. */
export function aheadSentence(sweep: Sweep, verdict: Verdict, style: Style): string | null {
  const { best, goal, level } = verdict;
  if (best === null) return null;
  const metric = sweep.metrics[goal.metric];
  const ratios = verdict.ratios.filter(({ row }) => !level.includes(row));
  const named = ratios.length <= NAMED ? ratios : [...ratios.slice(0, NAMED - 1), ratios[ratios.length - 1]];
  const as = metric.name === 'makespan' ? ' as long' : metric.kind === 'number' ? ' as many' : ' as high';
  const texts = named.map(({ row, times, half }, i) => {
    const other = labelOf(sweep, row, style, true);
    return goal.better === 'max'
      ? `${timesText(times, half, style)} that of ${other}`
      : `${timesText(times, half, style)}${i === 0 ? as : ''} at ${other}`;
  });
  const between = ratios.length === named.length ? '' : ` (and ${count(ratios.length - named.length)} between)`;
  const ahead = texts.length === 0 ? '' : `${goal.better === 'max' ? ', ' : '; it was '}${listed(texts)}${between}`;
  return `${labelOf(sweep, best, style)} had ${superlative(metric, goal.better)}${ahead}.${levelText(sweep, verdict, style)}`;
}

function timesText(times: number, half: number, style: Style): string {
  const decimals = times < 1.01 ? 3 : 2;
  const text = times >= 100 ? count(Math.round(times)) : times.toFixed(decimals);
  return half >= 0.5 * Number(`1e-${decimals}`) ? `${text} ${style.glyphs.plusMinus} ${half.toFixed(decimals)} times` : `${text} times`;
}

/** What is as good as the best, or as far as anyone can tell. */
function levelText(sweep: Sweep, { best, level, goal }: Verdict, style: Style): string {
  const figures = (row: number): number[] => figuresIn(sweep.rows[row] as Row, goal.metric) as number[];
  const others = level.filter((row) => row !== best);
  const isUncertain = (row: number): boolean => sweep.seeds.length > 1 && !differ(figures(row), figures(best as number));
  const names = (rows: readonly number[]): string => {
    const shown = rows.slice(0, NAMED).map((row) => labelOf(sweep, row, style, true));
    return rows.length > NAMED ? `${shown.join(', ')} and ${count(rows.length - NAMED)} more` : listed(shown);
  };
  const uncertain = others.filter(isUncertain);
  const small = others.filter((row) => !isUncertain(row));
  const noise = uncertain.length === 0 ? '' : ` ${names(uncertain)} cannot be told from it: the difference lies within the noise.`;
  const runs = sweep.seeds.length > 1 ? '.' : ', too little for one run each (--runs 10).';
  return `${noise}${small.length === 0 ? '' : ` ${names(small)} differ${small.length === 1 ? 's' : ''} from it by less than 1%${runs}`}`;
}

function listed(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts[texts.length - 1]}`;
}

/** What to take and why; what it costs, where that is much. */
export function recommendation(sweep: Sweep, verdict: Verdict, style: Style): string {
  const { pick, pickBy, level, best, goal } = verdict;
  const among = sweep.conditions.length === 0 ? '' : ` of what meets ${listed(sweep.conditions.map(printable))}`;
  if (pick === null || best === null) return `No row ended well${among === '' ? '' : ' and meets every condition'}: nothing to recommend.`;
  const metric = sweep.metrics[goal.metric];
  const reasons: Readonly<Record<Verdict['pickBy'], string>> = {
    only: `it has ${superlative(metric, goal.better)}${among}`,
    throttled: `of the ${level.length} that do equally well${among} the CPU limit holds it up least`,
    p99: `its p99 is the lowest of the ${level.length} that do equally well${among}`,
    first: `of the ${level.length} that do equally well${among} it comes first, and the others bring nothing`,
  };
  return [`Take ${labelOf(sweep, pick, style)}: ${reasons[pickBy]}.`, throttleText(sweep, pick, style), costText(sweep, verdict, style)]
    .filter((text) => text !== '')
    .join(' ');
}

/** The rows after the picked one that the CPU limit holds up more. */
function throttleText(sweep: Sweep, pick: number, style: Style): string {
  const metric = metricNamed(sweep, 'throttled');
  const here = meanOf(sweep, pick, metric);
  const share = (value: number): string => figureText('fraction', value, style);
  if (here === null) return '';
  for (let row = pick + 1; row < sweep.rows.length; row++) {
    const there = sweep.rows[row] === null ? null : meanOf(sweep, row, metric);
    if (there !== null && there >= here + AHEAD) {
      return `At ${labelOf(sweep, row, style)} the CPU limit throttles it in ${share(there)} of the periods, here in ${share(here)}.`;
    }
  }
  return '';
}

/** Another row with a p99 of spans that is much lower; not one that a CPU limit holds up more, for what it holds up is rarer still. */
function costText(sweep: Sweep, { pick, goal }: Verdict, style: Style): string {
  const throttled = metricNamed(sweep, 'throttled');
  const p99 = metricNamed(sweep, 'p99');
  const isSpans = sweep.metrics[p99]?.of.startsWith('spans.') === true; // of scheduling latency alone nobody takes other settings
  const here = pick === null || goal.metric === p99 || !isSpans ? null : figuresIn(sweep.rows[pick] as Row, p99);
  if (here === null) return '';
  let lowest: { row: number; mean: number } | null = null;
  sweep.rows.forEach((row, i) => {
    if (row === null || pick === null || !row.runs.every((run) => run.fine && run.meets)) return;
    if ((meanOf(sweep, i, throttled) ?? 0) >= (meanOf(sweep, pick, throttled) ?? 0) + AHEAD) return;
    const figures = figuresIn(row, p99);
    if (figures === null || !differ(figures, here)) return;
    const { mean } = summed(figures);
    if (lowest === null || mean < lowest.mean) lowest = { row: i, mean };
  });
  const found = lowest as { row: number; mean: number } | null;
  const mean = summed(here).mean;
  if (found === null || found.mean > mean * (1 - AHEAD)) return '';
  return `The lowest p99 has ${labelOf(sweep, found.row, style)}: ${rough(found.mean, style, 3)} against ${rough(mean, style, 3)}.`;
}
