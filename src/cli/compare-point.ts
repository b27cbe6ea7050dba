// The work of a sweep: one point of it, run with every seed. It is the same in the command's own thread and in others.

import type { Metric, RunFigures } from '../analysis/sweep.ts';
import { FigureReader } from '../analysis/sweep.ts';
import { formatDiagnostics } from '../scenario/diagnostic.ts';
import { parseScenario } from '../scenario/load.ts';
import { MOST_PROCS, procsOf } from '../scenario/machine.ts';
import type { Scenario } from '../scenario/model.ts';
import { dataFilesOf } from './io.ts';
import { RunningScenario } from './run-scenario.ts';

/** What all points have in common. */
export interface Setup {
  readonly sources: readonly { readonly file: string; readonly text: string }[];
  readonly set: readonly string[];
  readonly untilNs: number | null;
  readonly metrics: readonly Metric[];
  readonly conditions: readonly string[];
  readonly seeds: readonly number[] | null; // null: that of the scenario
}

/** A point: a scenario and its settings, by path. */
export interface Point {
  readonly source: number;
  readonly settings: readonly (readonly [path: string, text: string])[];
}

export interface PointFigures {
  readonly procs: number;
  readonly runs: readonly RunFigures[];
}

/** The scenario of a point, or what is wrong with it. */
export function scenarioAt(setup: Pick<Setup, 'sources' | 'set'>, point: Point): Scenario | { readonly problem: string } {
  const { file, text } = setup.sources[point.source];
  const params = point.settings.filter(([path]) => path.startsWith('params.'));
  const { scenario, diagnostics } = parseScenario(text, file, {
    set: [...setup.set, ...params.map(([path, value]) => `${path.slice('params.'.length)}=${value}`)],
    settings: new Map(point.settings.filter(([path]) => !path.startsWith('params.'))),
    procs: MOST_PROCS, // an expectation about a processor that some points lack is no mistake
    readFile: dataFilesOf(file),
  });
  if (scenario !== null) return scenario;
  return {
    problem: formatDiagnostics(
      diagnostics.filter((one) => one.severity === 'error').map((one) => ({ ...one, place: null })),
      '',
    ).trim(),
  };
}

/** Points to run one after the other: a task for a thread. */
export interface ComparePoints {
  readonly setup: Setup;
  readonly points: readonly Point[];
}

/** The figures of the points, up to the first whose scenario makes no sense. */
export interface ComparedPoints {
  readonly figures: readonly PointFigures[];
  readonly problem: string | null;
}

const PIECE = 100_000; // steps between two looks at `stop`

export async function comparePoints({ setup, points }: ComparePoints, stop: AbortSignal): Promise<ComparedPoints> {
  const figures: PointFigures[] = [];
  for (const point of points) {
    const scenario = scenarioAt(setup, point);
    if ('problem' in scenario) return { figures, problem: scenario.problem };
    figures.push({ procs: procsOf(scenario), runs: await runsOf(scenario, setup, stop) });
    if (stop.aborted) break;
  }
  return { figures, problem: null };
}

async function runsOf(scenario: Scenario, setup: Setup, stop: AbortSignal): Promise<RunFigures[]> {
  const reader = new FigureReader(setup.metrics, setup.conditions);
  const runs: RunFigures[] = [];
  const horizon = setup.untilNs === null ? {} : { untilNs: setup.untilNs };
  for (const seed of setup.seeds ?? [scenario.seed]) {
    const running = new RunningScenario(scenario, { seed, record: false, ...horizon });
    while (!running.simulation.advance(PIECE)) {
      await breath();
      if (stop.aborted) return runs;
    }
    runs.push(reader.read(running.finish().result));
    await breath();
    if (stop.aborted) return runs;
  }
  return runs;
}

/** Lets signals have their turn. */
function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
