// The section on samples: the curve of each figure over the run, a column the most in it.

import type { Result, Sample } from '../sim/result.ts';
import { count, levels, table } from './format.ts';
import type { Style } from './style.ts';

const CURVES: readonly { readonly name: string; readonly of: (sample: Sample) => number }[] = [
  { name: 'goroutines', of: (sample) => sample.goroutines },
  { name: 'in run queues', of: (sample) => sample.runqueue + sample.local.reduce((sum, n) => sum + n, 0) },
  { name: 'idle processors', of: (sample) => sample.idleProcs },
  { name: 'spinning threads', of: (sample) => sample.spinningThreads },
  { name: 'threads', of: (sample) => sample.threads },
];

export function seriesLines(result: Result, style: Style): string[] {
  const { series } = result;
  if (series === null || series.length === 0) return [];
  const room = style.width - 2 - 'spinning threads'.length - 2 - '100,000 to 100,000'.length - 2;
  const rows = CURVES.map(({ name, of }) => {
    const values = series.map(of);
    const least = values.reduce((low, n) => Math.min(low, n));
    const most = values.reduce((high, n) => Math.max(high, n));
    return [style.faint(name), levels(columnsOf(values, room), style), `${count(least)} to ${count(most)}`];
  });
  return table(rows, 'lll');
}

/** At most so many values: each the largest of as many neighbours. */
function columnsOf(values: readonly number[], most: number): number[] {
  const width = Math.ceil(values.length / most);
  return Array.from({ length: Math.ceil(values.length / width) }, (_, i) => Math.max(...values.slice(i * width, (i + 1) * width)));
}
