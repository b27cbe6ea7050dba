// gosim check: runs all scenarios of a folder and says which of them are not as they should be.

import { checkedText, tallyText } from '../report/check-text.ts';
import type { Checked } from '../report/checked.ts';
import { problemOf, withoutRun } from '../report/checked.ts';
import type { Io } from './io.ts';
import { displayName, write } from './io.ts';
import { inOrder, jobsFor } from './pool.ts';
import type { SelectedFile, Selection } from './select-scenarios.ts';
import { selectScenarios } from './select-scenarios.ts';
import type { Looks } from './terminal.ts';
import { styleFor } from './terminal.ts';

export interface CheckFlags extends Looks, Selection {
  readonly failFast?: boolean;
  readonly jobs?: number; // default: what the number of scenarios is worth
}

const INTERRUPTED = 130;

/** Checks scenarios; the exit code is returned. */
export async function checkCommand(paths: readonly string[], flags: CheckFlags, io: Io): Promise<number> {
  const files = await selectScenarios(paths, flags, io);
  const style = styleFor(io.stdout, flags, io.env);
  const all: Checked[] = [];
  const stop = new AbortController();
  const stopListening = io.interrupts(() => stop.abort());
  try {
    for await (const checked of checkAll(files, flags, stop.signal)) {
      all.push(checked);
      await write(io.stdout, checkedText(checked, style));
    }
  } finally {
    stopListening();
  }
  await write(io.stdout, tallyText(all, style));
  return stop.signal.aborted ? INTERRUPTED : exitCodeOfAll(all);
}

/** What comes of each file, in their order; those after an interruption, or the first failure of --fail-fast, have not been run. */
async function* checkAll(files: readonly SelectedFile[], flags: CheckFlags, stop: AbortSignal): AsyncGenerator<Checked> {
  const inputs = files.map(({ file, text }) => ({ file, text, withFigures: false }));
  let next = 0;
  for await (const done of inOrder('check', inputs, { jobs: flags.jobs ?? jobsFor(inputs.length), stop })) {
    const { file } = files[next++];
    const checked = 'answer' in done ? done.answer.checked : broken(file, done.failed);
    yield checked;
    if (flags.failFast === true && checked.status !== 'passed') break;
  }
  for (const { file } of files.slice(next)) yield withoutRun(displayName(file), 'not run', []);
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
