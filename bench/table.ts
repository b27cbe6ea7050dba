// From measured rounds to figures and tables. Pure. A figure is the median over the rounds; a ratio is taken round by round,
// because the two sides of a round ran one after the other and saw the same machine, and then its median.

import type { Measured } from './worker.ts';
import type { Goal, Workload } from './workloads.ts';

export interface Round {
  readonly gosim: Measured;
  readonly empty: Measured | null; // for the workloads whose memory counts
  readonly go: Measured | null;
}

/** A median with the smallest and the largest of the rounds. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface Figure extends Goal {
  readonly workload: string;
  readonly title: string;
  readonly unit: string;
  readonly units: number;
  readonly gosim: Spread; // ns or bytes
  readonly go: Spread | null;
  readonly ratio: Spread | null;
  readonly met: 'aim' | 'must' | 'no' | null; // null: there was no Go to compare with
}

export function figures(workload: Workload, units: number, rounds: readonly Round[]): Figure[] {
  return workload.goals.map((goal) => {
    const take = (side: 'gosim' | 'go'): (number | null)[] => rounds.map((round) => figureOf(goal.figure, side, units, round));
    const gosim = take('gosim').filter((value) => value !== null);
    const go = take('go');
    const ratios = gosim.flatMap((value, i) => (go[i] === null || go[i] === 0 ? [] : [value / go[i]]));
    const ratio = ratios.length === 0 ? null : spread(ratios);
    const own = spread(gosim);
    const judged = isRatio(goal) ? (ratio?.median ?? null) : own.median;
    const { id, title, unit } = workload;
    const met = judged === null ? null : judged <= goal.aim ? 'aim' : judged <= goal.must ? 'must' : 'no';
    return {
      workload: id,
      title,
      unit,
      units,
      ...goal,
      gosim: own,
      go: ratio === null ? null : spread(go.map((value) => value!)),
      ratio,
      met,
    };
  });
}

function figureOf(figure: Goal['figure'], side: 'gosim' | 'go', units: number, round: Round): number | null {
  const measured = round[side];
  if (measured === null) return null;
  if (figure === 'cpu') return measured.cpuNs / units;
  if (figure !== 'bytes-per-unit') return measured.peakBytes;
  return (measured.peakBytes - (side === 'gosim' ? (round.empty?.peakBytes ?? 0) : 0)) / units;
}

function isRatio({ figure }: Goal): boolean {
  return figure === 'cpu' || figure === 'process';
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  return { median, least: sorted[0], most: sorted[sorted.length - 1] };
}

const HEADINGS = ['id', 'workload', 'figure', 'gosim', 'Go', 'gosim / Go', 'least .. most', 'must', 'aim', 'met'];
const MET = { aim: 'aim', must: 'must', no: 'no' };

export function textTable(all: readonly Figure[]): string {
  const rows = [HEADINGS, ...all.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, i) => (i < 3 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')).join('\n');
}

export function markdownTable(all: readonly Figure[]): string {
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  const rule = HEADINGS.map((_, i) => (i < 3 ? '---' : '---:'));
  return [line(HEADINGS), line(rule), ...all.map((figure) => line(cells(figure)))].join('\n');
}

function cells(figure: Figure): string[] {
  const { workload, title, unit, ratio, go, must, aim, met } = figure;
  const names = {
    cpu: `CPU per ${unit}`,
    'bytes-per-unit': `bytes per ${unit}`,
    process: 'peak of the process',
    peak: 'peak of the process',
  };
  const ratioShown = ratio === null ? '-' : ratio.median.toFixed(3);
  const range = ratio === null ? '-' : `${ratio.least.toFixed(3)} .. ${ratio.most.toFixed(3)}`;
  const goal = (value: number): string => (isRatio(figure) ? ratioGoal(value) : amount(figure, value));
  const shown = [amount(figure, figure.gosim.median), go === null ? '-' : amount(figure, go.median), ratioShown, range];
  return [workload, title, names[figure.figure], ...shown, goal(must), goal(aim), met === null ? '-' : MET[met]];
}

function amount({ figure }: Figure, value: number): string {
  if (figure === 'cpu') return `${value.toFixed(value < 100 ? 1 : 0)} ns`;
  if (figure === 'bytes-per-unit') return `${value.toFixed(0)} B`;
  return value < 1e9 ? `${(value / 1e6).toFixed(0)} MB` : `${(value / 1e9).toFixed(2)} GB`;
}

function ratioGoal(value: number): string {
  return value < 0.1 ? `1/${Math.floor(1 / value + 0.5)} (${value.toFixed(3)})` : value.toFixed(2);
}
