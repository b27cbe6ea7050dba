// The work of a sweep: some points of it, each run with every seed. It is the same in the command's own thread and in others.

import type { RunFigures } from '../analysis/sweep.ts';
import { FigureReader } from '../analysis/sweep.ts';
import { procsOf } from '../scenario/machine.ts';
import type { Scenario } from '../scenario/model.ts';
import type { Point, PointFigures, Setup } from './compare-point.ts';
import { PointReader } from './compare-point.ts';
import { dataFilesOf } from './io.ts';
import { RunningScenario } from './run-scenario.ts';

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

/** The tasks of a thread are of one sweep, whose texts need not be parsed for each. */
let last: { readonly sweep: number; readonly reader: PointReader } | null = null;

function readerFor(setup: Setup): PointReader {
  if (last?.sweep !== setup.sweep) last = { sweep: setup.sweep, reader: new PointReader(setup.sources, dataFilesOf) };
  return last.reader;
}

export async function comparePoints({ setup, points }: ComparePoints, stop: AbortSignal): Promise<ComparedPoints> {
  const reader = readerFor(setup);
  const figures: PointFigures[] = [];
  for (const point of points) {
    const scenario = reader.scenario(point);
    if ('problem' in scenario) return { figures, problem: scenario.problem };
    const runs = await runsOf(scenario, setup, stop);
    if (stop.aborted) break;
    figures.push({ procs: procsOf(scenario), runs });
  }
  return { figures, problem: null };
}

/** The figures of all runs; of some only after an interruption. */
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
