// Runs the points of a comparison on the threads of the pool, and tells how far it is.

import { valuesAt } from '../analysis/sweep.ts';
import { plural } from '../report/format.ts';
import type { Planned } from './compare-plan.ts';
import type { PointFigures } from './compare-point.ts';
import type { ComparedPoints } from './compare-task.ts';
import type { Io } from './io.ts';
import { write } from './io.ts';
import type { Done } from './pool.ts';
import { inOrder, jobsFor } from './pool.ts';
import type { Looks } from './terminal.ts';
import { styleFor } from './terminal.ts';
import { UserError } from './user-error.ts';

export interface RunFlags extends Looks {
  readonly jobs?: number;
  readonly quiet?: boolean;
}

const LARGEST_TASK = 4; // points; of one that is not complete nothing is kept after Ctrl-C
const TASKS_PER_JOB = 16; // so that threads end at about the same time

/** The figures of each point, null where it was not wanted or not reached. */
export async function runPoints(
  { plan: { axes, seeds }, setup, points }: Planned,
  wanted: readonly number[],
  flags: RunFlags,
  stop: AbortSignal,
  io: Io,
): Promise<(PointFigures | null)[]> {
  const jobs = flags.jobs ?? jobsFor(wanted.length * seeds.length);
  const size = jobs === 1 ? 1 : Math.max(1, Math.min(LARGEST_TASK, Math.floor(wanted.length / (jobs * TASKS_PER_JOB))));
  const tasks = Array.from({ length: Math.ceil(wanted.length / size) }, (_, i) => wanted.slice(i * size, (i + 1) * size));
  const inputs = tasks.map((task) => ({ setup, points: task.map((i) => points[i]) }));
  const figures: (PointFigures | null)[] = points.map(() => null);
  const progress = progressLine(wanted.length, flags, io);
  const where = (i: number): string => axes.map(({ path }, axis) => `${path}=${valuesAt(axes, i)[axis]}`).join(', ');
  const take = (n: number, reply: Done<ComparedPoints>): void => {
    const task = tasks[n];
    if ('failed' in reply) throw new Error(`with ${where(task[0])}: ${reply.failed}`);
    const { figures: found, problem } = reply.answer;
    if (problem !== null) throw new UserError(`with ${where(task[found.length])}: ${problem}`);
    found.forEach((one, i) => {
      figures[task[i]] = one;
    });
  };
  let done = 0;
  try {
    for await (const reply of inOrder('compare', inputs, { jobs, stop }, take)) {
      take(done++, reply);
      progress.show(Math.min(wanted.length, done * size));
    }
  } finally {
    await progress.clear();
  }
  return figures;
}

const SILENT_MS = 300;
const REDRAW_MS = 100;

/** One line on a terminal, drawn over and over and gone in the end. */
function progressLine(points: number, flags: RunFlags, io: Io): { show: (done: number) => void; clear: () => Promise<void> } {
  const isWanted = flags.quiet !== true && io.stderr.isTTY === true && io.env.TERM !== 'dumb';
  const style = styleFor(io.stderr, flags, io.env);
  const began = io.clock();
  let drawn = Number.NEGATIVE_INFINITY;
  return {
    show: (done) => {
      const now = io.clock();
      if (!isWanted || now - began < SILENT_MS || now - drawn < REDRAW_MS) return;
      drawn = now;
      void write(io.stderr, `\r${style.faint(`${done} of ${plural(points, 'row')} (Ctrl-C shows what is complete)`)}\x1b[K`);
    },
    clear: async () => {
      if (drawn > Number.NEGATIVE_INFINITY) await write(io.stderr, '\r\x1b[K');
    },
  };
}
