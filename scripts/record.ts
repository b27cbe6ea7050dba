// npm run record -- FILE... [--runs 30] [--go PATH] [--timeout SECONDS] [--out DIR]
//
// Records what real Go does with scenarios: builds each one's program, runs it again and again, and writes the observation
// to OUT/<scenario>.go<version>.json. Tests compare gosim with these files where no Go is installed.

import { mkdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { dataFilesOf, writeAtomically } from '../src/cli/io.ts';
import { observationText } from '../src/cli/record.ts';
import { findGo } from '../src/golang/exec.ts';
import type { Observation } from '../src/golang/observe.ts';
import { observe } from '../src/golang/observe.ts';
import { formatDiagnostics } from '../src/scenario/diagnostic.ts';
import { parseScenario } from '../src/scenario/load.ts';
import type { GoVersion } from '../src/scenario/model.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '30' },
    go: { type: 'string', default: 'go' },
    timeout: { type: 'string', default: '10' },
    out: { type: 'string', default: 'test/data/observations' },
  },
});

const runs = Number(values.runs);
const timeoutMs = Number(values.timeout) * 1000;
if (positionals.length === 0 || !(runs >= 1) || !(timeoutMs > 0)) {
  console.error('usage: npm run record -- FILE... [--runs 30] [--go PATH] [--timeout SECONDS] [--out DIR]');
  process.exit(2);
}
const go = await findGo(values.go);
await mkdir(values.out, { recursive: true });
for (const path of positionals) {
  const file = relative('.', path).replaceAll('\\', '/');
  const text = await readFile(path, 'utf8');
  const { scenario, diagnostics } = parseScenario(text, file, { set: new Map(), readFile: dataFilesOf(file) });
  if (scenario === null) {
    console.error(formatDiagnostics(diagnostics, text));
    process.exit(2);
  }
  // The language version follows the Go that runs it: a scenario is recorded for every Go that gosim models.
  const language: GoVersion = go.minor >= 26 ? '1.26' : '1.19';
  const observation = await observe({ ...scenario, go: language }, go, { runs, timeoutMs, gomaxprocs: 4 });
  const name = `${basename(path).replace(/\.ya?ml$/, '')}.go${language}.json`;
  await writeAtomically(join(values.out, name), observationText(observation));
  console.log(`${name}: ${summary(observation)}`);
}

function summary({ outcomes, logs, threads }: Observation): string {
  const parts = [outcomes.map(({ kind, count }) => `${count} ${kind}`).join(', ')];
  parts.push(...logs.slice(0, 3).map(({ log, count }) => `${count}x "${log.length > 70 ? `${log.slice(0, 70)}…` : log}"`));
  if (logs.length > 3) parts.push(`and ${logs.length - 3} more orders`);
  if (threads !== null) parts.push(`threads ${threads.min}..${threads.max}`);
  return parts.join('; ');
}
