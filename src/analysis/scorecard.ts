// How the bars fare over many figures.

import type { BarId, Metric, Verdict } from './fidelity.ts';
import { BARS } from './fidelity.ts';

export interface BarSummary {
  readonly bar: BarId;
  readonly name: string;
  readonly figure: string;
  readonly must: string;
  readonly held: number;
  readonly missed: number;
  readonly notJudged: number;
  readonly median: number | null; // of the errors that were judged, where they are shares
  readonly worst: number | null;
}

export const MOST_MEDIAN_MAKESPAN = 0.03;
/** From so many scenarios on the median of their makespans' errors means something. */
const LEAST_FOR_MEDIAN = 5;

/** How each bar fared over all figures it applies to; bars that nothing was measured for are left out. */
export function summaryOf(metrics: readonly Metric[]): BarSummary[] {
  return (Object.keys(BARS) as BarId[]).flatMap((bar): BarSummary[] => {
    const all = metrics.filter((one) => one.bar === bar);
    if (all.length === 0) return [];
    const number = (verdict: Verdict): number => all.filter((one) => one.verdict === verdict).length;
    const errors = all
      .filter((one) => one.error !== null && (one.verdict === 'ok' || one.verdict === 'missed'))
      .map((one) => one.error!)
      .sort((a, b) => a - b);
    const median = errors.length === 0 ? null : errors[errors.length >> 1];
    const { name, figure, bar: must } = BARS[bar];
    return [
      {
        bar,
        name,
        figure,
        must,
        held: number('ok'),
        missed: number('missed'),
        notJudged: number('not judged'),
        median,
        worst: errors.at(-1) ?? null,
      },
    ];
  });
}

/** Whether a bar holds for what was judged, the median over many scenarios included. */
export function holds({ bar, missed, held, median }: BarSummary): boolean {
  if (missed > 0) return false;
  return bar !== 'makespan' || held < LEAST_FOR_MEDIAN || (median ?? 0) <= MOST_MEDIAN_MAKESPAN;
}
