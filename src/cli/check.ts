// gosim check: runs all scenarios of a folder and says which of them are not as they should be.

import meta from '../../package.json' with { type: 'json' };
import type { StoredFigures } from '../analysis/baseline.ts';
import type { CheckReport } from '../report/check-reporter.ts';
import type { Checked, CheckedRun } from '../report/checked.ts';
import { problemOf, tallyOf, withoutRun } from '../report/checked.ts';
import type { BaselineFile, BaselineFlags } from './baseline.ts';
import { baselinePath, openBaseline } from './baseline.ts';
import type { CheckInput } from './check-one.ts';
import { findScenarios, pathsOrDefault } from './find-scenarios.ts';
import type { Io } from './io.ts';
import { displayName } from './io.ts';
import { inOrder, jobsFor } from './pool.ts';
import type { ReporterChoice } from './reporters.ts';
import { Reports } from './reporters.ts';
import { rerun } from './rerun.ts';
import type { SelectedFile, Selection } from './select-scenarios.ts';
import { selectScenarios } from './select-scenarios.ts';
import type { Looks } from './terminal.ts';
import { UserError } from './user-error.ts';

export interface CheckFlags extends Looks, Selection, BaselineFlags {
  readonly reporter?: readonly ReporterChoice[];
  readonly failFast?: boolean;
  readonly watch?: boolean;
  readonly jobs?: number; // default: what the number of scenarios is worth
}

const INTERRUPTED = 130;

/** Checks scenarios; the exit code is returned. */
export async function checkCommand(paths: readonly string[], flags: CheckFlags, io: Io): Promise<number> {
  if (flags.update === true && flags.shard !== undefined) {
    throw new UserError('--update writes a baseline of all scenarios, and --shard runs a part of them');
  }
  if (flags.watch !== true) return checkOnce(paths, flags, io);
  if (paths.includes('-')) throw new UserError('--watch watches files, and standard input is none');
  if (flags.update === true) throw new UserError('--update writes the baseline once, and --watch goes on');
  return rerun(
    () => findScenarios(paths),
    baselinePath(flags),
    () => checkOnce(paths, flags, io),
    io,
  );
}

async function checkOnce(paths: readonly string[], flags: CheckFlags, io: Io): Promise<number> {
  const baseline = await openBaseline(flags);
  const files = await selectScenarios(paths, flags, io);
  const reports = await Reports.open(flags.reporter ?? [], flags, io);
  const stop = new AbortController();
  const stopListening = io.interrupts(() => stop.abort());
  try {
    const report = await runAll(paths, files, baseline, flags, stop.signal, (checked) => reports.scenario(checked));
    await reports.end(report);
    return report.interrupted ? INTERRUPTED : exitCodeOfAll(report.scenarios);
  } catch (error) {
    await reports.abandon();
    throw error;
  } finally {
    stopListening();
  }
}

async function runAll(
  paths: readonly string[],
  files: readonly SelectedFile[],
  baseline: BaselineFile | null,
  flags: CheckFlags,
  stop: AbortSignal,
  tell: (checked: Checked) => Promise<void>,
): Promise<CheckReport> {
  const scenarios: Checked[] = [];
  const figures = new Map<string, StoredFigures>();
  const add = async (checked: Checked): Promise<void> => {
    scenarios.push(checked);
    await tell(checked);
  };
  for await (const { checked, figures: stored } of checkAll(files, baseline, flags, stop)) {
    if (stored !== null) figures.set(checked.file, stored);
    await add(checked);
  }
  const roots = pathsOrDefault(paths);
  if (baseline !== null && comparesAll(flags)) for (const lost of baseline.missing(roots)) await add(lost);
  const interrupted = stop.aborted;
  const notes = baseline === null ? [] : await conclude(baseline, roots, flags, interrupted ? null : figures);
  return { gosim: meta.version, shard: flags.shard ?? null, interrupted, scenarios, tally: tallyOf(scenarios), notes };
}

/** Whether this run is the one to miss scenarios: one of several shards, and one that is not asked for some only. */
function comparesAll({ update, filter, shard }: CheckFlags): boolean {
  return update !== true && filter === undefined && (shard === undefined || shard.index === 1);
}

/** Writes the baseline if that is asked for; what there is to say about it. */
async function conclude(
  baseline: BaselineFile,
  roots: readonly string[],
  { update }: CheckFlags,
  figures: ReadonlyMap<string, StoredFigures> | null,
): Promise<string[]> {
  if (update !== true) return baseline.notes;
  if (figures === null) return [`${baseline.file} is as it was: interrupted`];
  return [await baseline.update(roots, figures)];
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
