// From measured rounds to figures and tables. Pure. A figure is the median over the rounds; a ratio is taken round by round,
// because the two sides of a round ran one after the other and saw the same machine, and then its median.

import type { Measured } from './worker.ts';
import type { Goal, Workload } from './workloads.ts';
import { simpyUnits } from './workloads.ts';

export interface Round {
  readonly gosim: Measured;
  readonly compiled: Measured | null; // gosim's own scenario, where `gosim` is a program in TypeScript
  readonly empty: Measured | null; // for the workloads whose memory counts
  readonly go: Measured | null;
  readonly simpy: Measured | null;
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
  readonly against: 'Go' | 'SimPy' | 'scenario';
  readonly theirs: Spread | null; // of Go, SimPy or the scenario
  readonly ratio: Spread | null; // gosim's to Go's or the scenario's; SimPy's to gosim's
  readonly met: 'aim' | 'must' | 'no' | null; // null: there was nothing to compare with
}

type Side = 'gosim' | 'go' | 'simpy' | 'compiled';

function against({ figure }: Goal): { readonly side: Side; readonly name: Figure['against'] } {
  if (figure === 'simpy') return { side: 'simpy', name: 'SimPy' };
  return figure === 'compiled' ? { side: 'compiled', name: 'scenario' } : { side: 'go', name: 'Go' };
}

export function figures(workload: Workload, units: number, rounds: readonly Round[]): Figure[] {
  return workload.goals.map((goal) => {
    const isSimpy = goal.figure === 'simpy';
    const take = (side: Side): (number | null)[] =>
      rounds.map((round) => figureOf(goal.figure, side, side === 'simpy' ? simpyUnits(workload, units) : units, round));
    const gosim = take('gosim').filter((value) => value !== null);
    const { side, name } = against(goal);
    const theirs = take(side);
    const ratios = gosim.flatMap((value, i) => {
      const other = theirs[i];
      if (other === null || other === 0) return [];
      return [isSimpy ? other / value : value / other];
    });
    const ratio = ratios.length === 0 ? null : spread(ratios);
    const own = spread(gosim);
    const { id, title, unit } = workload;
    return {
      workload: id,
      title,
      unit,
      units,
      ...goal,
      gosim: own,
      against: name,
      theirs: ratio === null ? null : spread(theirs.map((value) => value!)),
      ratio,
      met: judged(goal, isRatio(goal) ? (ratio?.median ?? null) : own.median),
    };
  });
}

function judged({ figure, must, aim }: Goal, value: number | null): Figure['met'] {
  if (value === null) return null;
  const reaches = (goal: number): boolean => (figure === 'simpy' ? value >= goal : value <= goal);
  return reaches(aim) ? 'aim' : reaches(must) ? 'must' : 'no';
}

function figureOf(figure: Goal['figure'], side: Side, units: number, round: Round): number | null {
  const measured = round[side];
  if (measured === null) return null;
  if (isTime(figure)) return measured.cpuNs / units;
  if (figure !== 'bytes-per-unit') return measured.peakBytes;
  return (measured.peakBytes - (side === 'gosim' ? (round.empty?.peakBytes ?? 0) : 0)) / units;
}

function isRatio({ figure }: Goal): boolean {
  return isTime(figure) || figure === 'process';
}

function isTime(figure: Goal['figure']): boolean {
  return figure === 'cpu' || figure === 'simpy' || figure === 'compiled';
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  return { median, least: sorted[0], most: sorted[sorted.length - 1] };
}

const HEADINGS = ['id', 'workload', 'figure', 'gosim', 'against', 'theirs', 'ratio', 'least .. most', 'must', 'aim', 'met'];
const isWord = (column: number): boolean => column < 3 || column === 4;
const MET = { aim: 'aim', must: 'must', no: 'no' };

export function textTable(all: readonly Figure[]): string {
  const rows = [HEADINGS, ...all.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, i) => (isWord(i) ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')).join('\n');
}

export function markdownTable(all: readonly Figure[]): string {
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  const rule = HEADINGS.map((_, i) => (isWord(i) ? '---' : '---:'));
  return [line(HEADINGS), line(rule), ...all.map((figure) => line(cells(figure)))].join('\n');
}

function cells(figure: Figure): string[] {
  const { workload, title, unit, ratio, theirs, must, aim, met } = figure;
  const names = {
    cpu: `CPU per ${unit}`,
    simpy: `CPU per ${unit}`,
    compiled: `CPU per ${unit}`,
    'bytes-per-unit': `bytes per ${unit}`,
    process: 'peak of the process',
    peak: 'peak of the process',
  };
  const shown = (value: number): string => (figure.figure === 'simpy' ? `${value.toFixed(1)} x` : value.toFixed(3));
  const ratioShown = ratio === null ? '-' : shown(ratio.median);
  const range = ratio === null ? '-' : `${shown(ratio.least)} .. ${shown(ratio.most)}`;
  const goal = (value: number): string => {
    if (figure.figure === 'simpy') return `${value} x`;
    return isRatio(figure) ? ratioGoal(value) : amount(figure, value);
  };
  const other = theirs === null ? ['-', '-'] : [figure.against, amount(figure, theirs.median)];
  const own = [amount(figure, figure.gosim.median), ...other, ratioShown, range];
  return [workload, title, names[figure.figure], ...own, goal(must), goal(aim), met === null ? '-' : MET[met]];
}

function amount({ figure }: Figure, value: number): string {
  if (isTime(figure)) return `${value.toFixed(value < 100 ? 1 : 0)} ns`;
  if (figure === 'bytes-per-unit') return `${value.toFixed(0)} B`;
  return value < 1e9 ? `${(value / 1e6).toFixed(0)} MB` : `${(value / 1e9).toFixed(2)} GB`;
}

function ratioGoal(value: number): string {
  return value < 0.1 ? `1/${Math.floor(1 / value + 0.5)} (${value.toFixed(3)})` : value.toFixed(2);
}
