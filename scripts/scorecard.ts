// npm run scorecard [-- FILE...] [--procs 1,2] [--runs 30] [--go PATH] [--patience 2] [--page]
//
// Lets real Go judge the whole gallery and the programs in test/scorecard, keeps what it did in test/data/scorecard, and
// writes docs/fidelity.md from all that is kept there. With files: only these are run, the page is of all. A recording
// made while the machine was busy is tried again, --patience times. --page runs nothing and writes the page.

import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { dataFilesOf, processIo, writeAtomically } from '../src/cli/io.ts';
import { withRealGo } from '../src/cli/real-go.ts';
import { recordObservation } from '../src/cli/record.ts';
import type { Verification } from '../src/cli/verify-scenario.ts';
import { Judge } from '../src/cli/verify-scenario.ts';
import { tooBusy } from '../src/golang/noise.ts';
import { formatDiagnostics } from '../src/scenario/diagnostic.ts';
import { parseScenario } from '../src/scenario/load.ts';
import type { Scenario } from '../src/scenario/model.ts';
import { judgeKept, keptObservations, SCORECARD_FOLDER, scorecardPage } from './scorecard-page.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const TRACES = 5;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    procs: { type: 'string', default: '1,2' },
    runs: { type: 'string', default: '30' },
    go: { type: 'string' },
    patience: { type: 'string', default: '2' },
    page: { type: 'boolean', default: false },
  },
});

const files =
  positionals.length > 0 ? positionals.map((path) => relative(root, path)) : [...yamlFiles('scenarios'), ...yamlFiles('test/scorecard')];
const procs = values.procs.split(',').map(Number);
const began = performance.now();
process.exitCode = values.page ? 0 : await withRealGo(processIo(), recordAll);
if (process.exitCode === 0) {
  const judged = keptObservations(root).map((one) => judgeKept(root, one));
  await writeAtomically(join(root, 'docs/fidelity.md'), scorecardPage(judged));
  console.log(`docs/fidelity.md: ${judged.length} observations, ${((performance.now() - began) / 60_000).toFixed(1)} minutes`);
}

async function recordAll(abort: AbortSignal): Promise<number> {
  const judge = await Judge.open({ go: values.go, costs: null, onStep: async () => {}, abort });
  try {
    for (const file of files) {
      const scenario = await load(file);
      for (const gomaxprocs of procs) {
        const one = await patiently(() => judge.verify(scenario, gomaxprocs, Number(values.runs), TRACES));
        await recordObservation(join(root, SCORECARD_FOLDER), one.observation);
        console.log(`${file} ${gomaxprocs}: ${line(one)}`);
      }
    }
  } finally {
    await judge.close();
  }
  return 0;
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

function yamlFiles(folder: string): string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => `${folder}/${name}`);
}
