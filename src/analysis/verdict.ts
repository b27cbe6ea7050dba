// Which row of a sweep is best, which others cannot be told from it, and which of them to take.
//
// Without a goal it is the shortest makespan where every program runs to its end, else the highest throughput. Among rows that differ by no
// more than chance, or by less than 1 %, those are preferred that a CPU limit does not hold up much more than the others, then the one
// with the lowest p99, then the one that comes first: lists of settings begin with what is cheapest.

import { differ, isSmall, ratio, summed } from './statistics.ts';
import type { Goal, Row, Sweep } from './sweep.ts';
import { figuresIn } from './sweep.ts';

export interface Ratio {
  readonly row: number;
  readonly times: number; // how many times the figure of that row the best one's is, or the other way round where less is better
  readonly half: number; // of its confidence interval
}

export interface Verdict {
  readonly goal: Goal;
  readonly best: number | null; // row; null: none that ended well has the figure and meets the conditions
  readonly level: readonly number[]; // rows that are as good as the best, or as far as anyone can tell, itself included, in order
  readonly pick: number | null; // the one of them to take
  readonly pickBy: 'only' | 'throttled' | 'p99' | 'first'; // why that one
  readonly ratios: readonly Ratio[]; // of the best to every other row that counts, nearest first
}

export function metricNamed(sweep: Sweep, name: string): number {
  return sweep.metrics.findIndex((metric) => metric.name === name);
}

/** Every run of the sweep came to its own end. */
export function allComplete(sweep: Sweep): boolean {
  const runs = sweep.rows.flatMap((row) => row?.runs ?? []);
  return runs.length > 0 && runs.every((run) => run.outcome === 'completed' || run.outcome === 'exit');
}

export function verdictOf(sweep: Sweep): Verdict {
  const goal = sweep.goal ?? defaultGoal(sweep);
  const candidates = sweep.rows.flatMap((row, i) => {
    const figures = row === null || !row.runs.every((run) => run.fine && run.meets) ? null : figuresIn(row, goal.metric);
    return figures === null ? [] : [{ i, figures, mean: summed(figures).mean }];
  });
  const sign = goal.better === 'min' ? 1 : -1;
  const [best, ...others] = [...candidates].sort((a, b) => sign * (a.mean - b.mean) || a.i - b.i);
  if (best === undefined) return { goal, best: null, level: [], pick: null, pickBy: 'only', ratios: [] };
  const isLevel = (figures: readonly number[]): boolean => !differ(figures, best.figures) || isSmall(figures, best.figures);
  const level = candidates.filter(({ figures }) => isLevel(figures)).map(({ i }) => i);
  const ratios = others.flatMap(({ i, figures }): Ratio[] => {
    const of = goal.better === 'min' ? ratio(figures, best.figures) : ratio(best.figures, figures);
    return of === null ? [] : [{ row: i, ...of }];
  });
  return { goal, best: best.i, level, ...pickOf(sweep, level), ratios };
}

function defaultGoal(sweep: Sweep): Goal {
  const name = allComplete(sweep) ? 'makespan' : 'throughput';
  const metric = metricNamed(sweep, name);
  return { metric, better: sweep.metrics[metric].better ?? 'min' };
}

/** A share of throttled periods so much higher counts. */
const THROTTLED_MORE = 0.1;

function pickOf(sweep: Sweep, level: readonly number[]): Pick<Verdict, 'pick' | 'pickBy'> {
  if (level.length === 1) return { pick: level[0], pickBy: 'only' };
  const free = leastThrottled(sweep, level);
  const low = lowestOf(sweep, free, metricNamed(sweep, 'p99'));
  return { pick: low[0], pickBy: free.length < level.length ? 'throttled' : low.length < free.length ? 'p99' : 'first' };
}

function leastThrottled(sweep: Sweep, rows: readonly number[]): readonly number[] {
  const shares = rows.map((row) => meanOf(sweep, row, metricNamed(sweep, 'throttled')) ?? 0);
  const least = Math.min(...shares);
  return rows.filter((_, i) => shares[i] < least + THROTTLED_MORE);
}

/** The rows whose figure cannot be told from the lowest; all where one has none. */
function lowestOf(sweep: Sweep, rows: readonly number[], metric: number): readonly number[] {
  const known = rows.flatMap((row) => {
    const values = figuresIn(sweep.rows[row] as Row, metric);
    return values === null ? [] : [{ row, values, mean: summed(values).mean }];
  });
  if (known.length < rows.length) return rows;
  const lowest = known.reduce((a, b) => (b.mean < a.mean ? b : a));
  return known.filter(({ row, values }) => row === lowest.row || !differ(values, lowest.values)).map(({ row }) => row);
}

/** The mean of a figure over the runs of a row; null when there is none. */
export function meanOf(sweep: Sweep, row: number, metric: number): number | null {
  const figures = metric < 0 ? null : figuresIn(sweep.rows[row] as Row, metric);
  return figures === null ? null : summed(figures).mean;
}
