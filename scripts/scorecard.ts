// npm run scorecard [-- FILE...] [--procs 1,2] [--runs 30] [--go PATH] [--machine FILE] [--patience 2]
//                      [--resume] [--minutes N] [--page]
//
// Lets real Go judge the whole gallery and the programs in test/scorecard, keeps what it did in test/data/scorecard, and
// writes docs/fidelity.md from all that is kept there. With files: only these are run, the page is of all. A recording
// made while the machine was busy is tried again, --patience times. --resume leaves those that are there and were not
// disturbed, --minutes starts none after so long: together they record in pieces, when the machine is quiet, and the page is
// written after the last. --page runs nothing and writes the page.

import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { dataFilesOf, processIo, writeAtomically } from '../src/cli/io.ts';
import { costsFromFile } from '../src/cli/machine.ts';
import { withRealGo } from '../src/cli/real-go.ts';
import { recordObservation } from '../src/cli/record.ts';
import type { Verification } from '../src/cli/verify-scenario.ts';
import { Judge, TRACES, versionFor } from '../src/cli/verify-scenario.ts';
import { GoError } from '../src/golang/exec.ts';
import { tooBusy } from '../src/golang/noise.ts';
import { formatDiagnostics } from '../src/scenario/diagnostic.ts';
import { parseScenario } from '../src/scenario/load.ts';
import type { Scenario } from '../src/scenario/model.ts';
import { judgeKept, keptObservations, SCORECARD_FOLDER, scenarioFiles, scorecardPage, unrecorded } from './scorecard-page.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    procs: { type: 'string', default: '1,2' },
    runs: { type: 'string', default: '30' },
    go: { type: 'string' },
    machine: { type: 'string' },
    minutes: { type: 'string', default: 'Infinity' },
    resume: { type: 'boolean', default: false },
    patience: { type: 'string', default: '2' },
    page: { type: 'boolean', default: false },
  },
});

const files = positionals.length > 0 ? positionals.map((path) => relative(root, resolve(path))) : scenarioFiles(root);
const procs = values.procs.split(',').map(Number);
const began = performance.now();
let left = 0;
process.exitCode = values.page ? 0 : await withRealGo(processIo(), recordAll);
if (process.exitCode === 0 && left > 0) console.log(`${left} recordings are left: --resume goes on`);
else if (process.exitCode === 0) {
  const judged = keptObservations(root).map((one) => judgeKept(root, one));
  await writeAtomically(join(root, 'docs/fidelity.md'), scorecardPage(judged, unrecorded(root, judged)));
  console.log(`docs/fidelity.md: ${judged.length} observations, ${((performance.now() - began) / 60_000).toFixed(1)} minutes`);
}

async function recordAll(abort: AbortSignal): Promise<number> {
  const costs = values.machine === undefined ? null : costsFromFile(values.machine);
  const judge = await Judge.open({ go: values.go, costs, onStep: async () => {}, abort });
  const kept = values.resume ? keptObservations(root).filter(({ observation }) => tooBusy(observation.noise!) === null) : [];
  const known = new Set(kept.map(({ observation: { scenario, language, gomaxprocs } }) => `${scenario} ${language} ${gomaxprocs}`));
  const cases = files
    .flatMap((file) => procs.map((gomaxprocs) => ({ file, gomaxprocs })))
    .filter(({ file, gomaxprocs }) => !known.has(`${file} ${versionFor(judge.go)} ${gomaxprocs}`));
  left = cases.length;
  try {
    for (const { file, gomaxprocs } of cases) {
      if (performance.now() - began > Number(values.minutes) * 60_000) break;
      const scenario = await load(file);
      try {
        const one = await patiently(() => judge.verify(scenario, gomaxprocs, Number(values.runs), TRACES));
        await recordObservation(folderOf(file), one.observation);
        console.log(`${file} ${gomaxprocs}: ${line(one)}`);
      } catch (error) {
        if (!(error instanceof GoError)) throw error;
        console.log(`${file} ${gomaxprocs}: ${error.message}`); // the others may do better
        continue;
      }
      left--;
    }
  } finally {
    await judge.close();
  }
  return 0;
}

/** Files of the same name are in the gallery and among the programs. */
function folderOf(file: string): string {
  return join(root, SCORECARD_FOLDER, file.startsWith('scenarios/') ? 'gallery' : 'rules');
}

/** The first verification of several that others did not disturb, else the last. */
async function patiently(verify: () => Promise<Verification>): Promise<Verification> {
  for (let left = Number(values.patience); ; left--) {
    const one = await verify();
    if (left <= 0 || tooBusy(one.observation.noise!) === null) return one;
  }
}

function line({ metrics, observation }: Verification): string {
  const missed = metrics.filter((one) => one.verdict === 'missed').map((one) => one.name);
  const busy = tooBusy(observation.noise!);
  return [missed.length === 0 ? 'ok' : `missed ${missed.join(', ')}`, ...(busy === null ? [] : [busy])].join('; ');
}

async function load(file: string): Promise<Scenario> {
  const path = join(root, file);
  const text = await readFile(path, 'utf8');
  const { scenario, diagnostics } = parseScenario(text, file, { readFile: dataFilesOf(path) });
  if (scenario === null) throw new Error(formatDiagnostics(diagnostics, text));
  return scenario;
}
