// npm run bench -- [--only w1,w3] [--rounds 5] [--scale 1] [--huge] [--go PATH] [--json | --markdown]
// npm run bench -- sweep [--rounds 5] [--scale 1] [--json | --markdown]
//
// gosim against real Go, against SimPy, and programs in TypeScript against scenarios: the same programs, in processes of their
// own, turn by turn in rounds, on this machine. What is printed last is a table of medians; ratios are to be trusted, single nanoseconds are not. docs/benchmarks.md says more. `sweep` times
// gosim compare on two threads against one.

import { parseArgs } from 'node:util';
import type { Go } from '../src/golang/exec.ts';
import { findGo, GoError, hostMachine } from '../src/golang/exec.ts';
import type { Sides } from './measure.ts';
import { prepare, RunFailed } from './measure.ts';
import { sweepFigure, sweepTable, timeSweep } from './sweep.ts';
import type { Figure, Round } from './table.ts';
import { figures, markdownTable, textTable } from './table.ts';
import type { Workload } from './workloads.ts';
import { HUGE, WORKLOADS } from './workloads.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    scale: { type: 'string', default: '1' },
    go: { type: 'string', default: 'go' },
    huge: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const scale = Number(values.scale);
const known = values.huge ? [...WORKLOADS, HUGE] : WORKLOADS;
const only = values.only?.toLowerCase().split(',') ?? known.map(({ id }) => id);
const chosen = known.filter(({ id }) => only.includes(id));
const strange = only.filter((id) => !known.some((one) => one.id === id));
const isSweep = positionals.join() === 'sweep';
if (strange.length > 0 || (positionals.length > 0 && !isSweep) || !Number.isInteger(rounds) || rounds < 1 || !(scale > 0)) {
  if (strange.length > 0) console.error(`no workload ${strange.join(', ')}: there are ${known.map(({ id }) => id).join(', ')}`);
  console.error('usage: npm run bench -- [--only w1,w3] [--rounds 5] [--scale 1] [--huge] [--go PATH] [--json | --markdown]');
  console.error('       npm run bench -- sweep [--rounds 5] [--scale 1] [--json | --markdown]');
  process.exit(2);
}

if (isSweep) {
  await sweep();
  process.exit();
}

let without = '';
const go = await findGo(values.go).catch((error: unknown): null => {
  if (!(error instanceof GoError)) throw error;
  without = `Without Go there is nothing to compare with, so these are gosim's own figures: ${error.message}`;
  return null;
});
const sides = await prepare(chosen, go);
try {
  show(await measure(sides, chosen), go);
} finally {
  await sides.remove();
}

async function sweep(): Promise<void> {
  const figure = sweepFigure(await timeSweep(rounds, scale, (line) => console.error(line)));
  const machine = hostMachine();
  if (values.json)
    return console.log(JSON.stringify({ schema: 'gosim.bench-sweep/v1', node: process.version, machine, rounds, ...figure }, null, 2));
  const where = `${machine.cpus} CPUs (${machine.cpu}), ${machine.kernel}`;
  console.log(`gosim compare on Node ${process.version.slice(1)}; ${where}; ${rounds === 1 ? 'one pair' : `median of ${rounds} pairs`}.\n`);
  console.log(sweepTable(figure, values.markdown));
}

async function measure(sides: Sides, workloads: readonly Workload[]): Promise<Figure[]> {
  const taken = new Map<Workload, Round[]>(workloads.map((workload) => [workload, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const [workload, list] of taken) {
      if (workload === HUGE && round > 1) continue;
      console.error(`round ${round} of ${rounds}: ${workload.id}`);
      await oneRound(sides, workload, round % 2 === 0).then(
        (one) => list.push(one),
        (error: unknown) => {
          if (!(error instanceof RunFailed)) throw error;
          console.error(`${workload.id} failed: ${error.message}`);
          process.exitCode = 1;
          taken.delete(workload);
        },
      );
    }
  }
  return [...taken].flatMap(([workload, list]) => figures(workload, workload.sizeAt(scale).units, list));
}

/** Either side goes first in every other round, lest one always find the machine as the other left it. */
async function oneRound(sides: Sides, workload: Workload, goFirst: boolean): Promise<Round> {
  const simpy = await sides.simpy(workload, scale);
  const early = goFirst ? await sides.go(workload, scale) : null;
  const empty = workload.warmUp ? null : await sides.empty();
  const gosim = await sides.gosim(workload, scale);
  const compiled = await sides.compiled(workload, scale);
  return { gosim, compiled, empty, go: goFirst ? early : await sides.go(workload, scale), simpy };
}

function show(all: readonly Figure[], go: Go | null): void {
  const machine = hostMachine();
  if (values.json) {
    console.log(
      JSON.stringify(
        { schema: 'gosim.bench/v1', node: process.version, go: go?.version ?? null, machine, rounds, scale, figures: all },
        null,
        2,
      ),
    );
    return;
  }
  const size = scale === 1 ? '' : `, sizes times ${scale}`;
  const { python } = sides;
  const simpy = python === null || typeof python === 'string' ? null : `SimPy ${python.simpy} (Python ${python.version})`;
  const others = [go === null ? null : `Go ${go.version}`, simpy].filter((one) => one !== null);
  const against = others.length === 0 ? '' : ` against ${others.join(' and ')}`;
  const where = `${machine.cpus} CPUs (${machine.cpu}), ${machine.kernel}`;
  console.log(
    `gosim on Node ${process.version.slice(1)}${against}; ${where}; ${rounds === 1 ? 'one round' : `median of ${rounds} rounds`}${size}.\n`,
  );
  console.log(values.markdown ? markdownTable(all) : textTable(all));
  if (without !== '') console.log(`\n${without}`);
  if (typeof python === 'string') console.log(`\nWithout SimPy some figures have nothing to compare with: ${python}.`);
}
