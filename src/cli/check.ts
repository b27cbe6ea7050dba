// gosim check: runs all scenarios of a folder and says which of them are not as they should be.

import type { StoredFigures } from '../analysis/baseline.ts';
import { checkedText, tallyText } from '../report/check-text.ts';
import type { Checked, CheckedRun } from '../report/checked.ts';
import { problemOf, withoutRun } from '../report/checked.ts';
import type { BaselineFile, BaselineFlags } from './baseline.ts';
import { openBaseline } from './baseline.ts';
import type { CheckInput } from './check-one.ts';
import { pathsOrDefault } from './find-scenarios.ts';
import type { Io } from './io.ts';
import { displayName, UserError, write } from './io.ts';
import { inOrder, jobsFor } from './pool.ts';
import type { SelectedFile, Selection } from './select-scenarios.ts';
import { selectScenarios } from './select-scenarios.ts';
import type { Looks } from './terminal.ts';
import { styleFor } from './terminal.ts';

export interface CheckFlags extends Looks, Selection, BaselineFlags {
  readonly failFast?: boolean;
  readonly jobs?: number; // default: what the number of scenarios is worth
}

const INTERRUPTED = 130;

/** Checks scenarios; the exit code is returned. */
export async function checkCommand(paths: readonly string[], flags: CheckFlags, io: Io): Promise<number> {
  if (flags.update === true && flags.shard !== undefined) {
    throw new UserError('--update writes a baseline of all scenarios, and --shard runs a part of them');
  }
  const baseline = await openBaseline(flags);
  const files = await selectScenarios(paths, flags, io);
  const style = styleFor(io.stdout, flags, io.env);
  const all: Checked[] = [];
  const figures = new Map<string, StoredFigures>();
  const stop = new AbortController();
  const stopListening = io.interrupts(() => stop.abort());
  try {
    for await (const { checked, figures: stored } of checkAll(files, baseline, flags, stop.signal)) {
      all.push(checked);
      if (stored !== null) figures.set(checked.file, stored);
      await write(io.stdout, checkedText(checked, style));
    }
    if (comparesAll(flags)) {
      for (const lost of baseline?.missing(pathsOrDefault(paths)) ?? []) {
        all.push(lost);
        await write(io.stdout, checkedText(lost, style));
      }
    }
  } finally {
    stopListening();
  }
  const isInterrupted = stop.signal.aborted;
  const notes = baseline === null ? [] : await conclude(baseline, paths, flags, isInterrupted ? null : figures);
  await write(io.stdout, `${notes.map((note) => `${note}\n`).join('')}${tallyText(all, style)}`);
  return isInterrupted ? INTERRUPTED : exitCodeOfAll(all);
}

/** Whether this run is the one to miss scenarios: one of several shards, and one that is not asked for some only. */
function comparesAll({ update, filter, shard }: CheckFlags): boolean {
  return update !== true && filter === undefined && (shard === undefined || shard.index === 1);
}

/** Writes the baseline if that is asked for; what there is to say about it. */
async function conclude(
  baseline: BaselineFile,
  paths: readonly string[],
  { update }: CheckFlags,
  figures: ReadonlyMap<string, StoredFigures> | null,
): Promise<string[]> {
  if (update !== true) return baseline.notes;
  if (figures === null) return [`${baseline.file} is as it was: interrupted`];
  return [await baseline.update(pathsOrDefault(paths), figures)];
}

/** What comes of each file, in their order; those after an interruption, or the first failure of --fail-fast, have not been run. */
async function* checkAll(
  files: readonly SelectedFile[],
  baseline: BaselineFile | null,
  { update, jobs, failFast }: CheckFlags,
  stop: AbortSignal,
): AsyncGenerator<CheckedRun> {
  const inputs = files.map(({ file, text }): CheckInput => {
    if (baseline === null || file === '-') return { file, text, metrics: null, baseline: null };
    if (update === true) return { file, text, metrics: baseline.metrics, baseline: null };
    return {
      file,
      text,
      metrics: null,
      baseline: { file: baseline.file, figures: baseline.figuresOf(file), tolerances: baseline.tolerances },
    };
  });
  let next = 0;
  for await (const done of inOrder('check', inputs, { jobs: jobs ?? jobsFor(inputs.length), stop })) {
    const { file } = files[next++];
    const run = 'answer' in done ? done.answer : { checked: broken(file, done.failed), figures: null };
    yield run;
    if (failFast === true && run.checked.status !== 'passed') break;
  }
  for (const { file } of files.slice(next)) yield { checked: withoutRun(displayName(file), 'not run', []), figures: null };
}

function broken(file: string, message: string): Checked {
  const rerun = `this is a bug in gosim, not in the scenario; to see it again: GOSIM_DEBUG=1 gosim run ${file}`;
  return withoutRun(displayName(file), 'broken', [problemOf({ kind: 'internal', message, details: [rerun] })]);
}

/** 0: all passed. 1: one failed. 2: one is no scenario. 3: gosim failed. The worst of all. */
function exitCodeOfAll(all: readonly Checked[]): number {
  const codes = { passed: 0, failed: 1, invalid: 2, broken: 3, 'not run': 0 };
  return all.reduce((worst, { status }) => Math.max(worst, codes[status]), 0);
}
