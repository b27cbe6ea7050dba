// npm run bench -- sweep [--rounds 5] [--scale 1] [--json | --markdown]
//
// How much faster a sweep of 1,000 rows is on two threads than on one: time passed, in pairs of runs that take turns at going
// first, as a process from beginning to end. The command is bundled as it is shipped. Both must print the same bytes.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { bundle } from '../scripts/bundle.mjs';
import type { Spread } from './table.ts';
import { spread } from './table.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const LIMITS = 5;
const PROCS = [1, 2, 4, 8];
const RATES = 50;
const FIRST_RATE = 1000;
const RATE_STEP = 100;
const MUST = 1.6;
const AIM = 1.8;

export interface SweepTimes {
  readonly rows: number;
  readonly pairs: readonly { readonly oneMs: number; readonly twoMs: number }[];
}

/** The arguments of the sweep; `scale` takes so much of its rates. */
export function sweepArguments(scale: number): { readonly rows: number; readonly args: string[] } {
  const rates = Math.max(1, Math.round(RATES * scale));
  const last = FIRST_RATE + (rates - 1) * RATE_STEP;
  const vary = ['--vary', `machine.cpuLimit=1..${LIMITS}`, '--vary', `params.rate=${FIRST_RATE}..${last}+${RATE_STEP}`];
  return {
    rows: PROCS.length * LIMITS * rates,
    args: ['compare', join(root, 'bench', 'sweep.yaml'), '--procs', PROCS.join(), ...vary, '--format', 'json'],
  };
}

export async function timeSweep(rounds: number, scale: number, tell: (line: string) => void): Promise<SweepTimes> {
  const folder = await mkdtemp(join(tmpdir(), 'gosim-bench-sweep-'));
  try {
    const command = join(folder, 'gosim.mjs');
    await bundle(join(root, 'src/cli/main.ts'), join(folder, 'cli.mjs'));
    const url = pathToFileURL(join(folder, 'cli.mjs')).href;
    await writeFile(command, `import { main } from '${url}';\nprocess.exitCode = await main(process.argv);\n`);
    const { rows, args } = sweepArguments(scale);
    const { NODE_OPTIONS: _, ...env } = process.env;
    const timed = async (jobs: number): Promise<number> => {
      const began = performance.now();
      await run(process.execPath, [command, ...args, '--jobs', String(jobs), '-o', join(folder, `${jobs}.json`)], { env });
      return performance.now() - began;
    };
    const pairs: { oneMs: number; twoMs: number }[] = [];
    for (let round = 1; round <= rounds; round++) {
      tell(`round ${round} of ${rounds}: sweep`);
      const early = round % 2 === 0 ? await timed(2) : null;
      const oneMs = await timed(1);
      pairs.push({ oneMs, twoMs: early ?? (await timed(2)) });
      const [one, two] = await Promise.all([1, 2].map((jobs) => readFile(join(folder, `${jobs}.json`), 'utf8')));
      if (one !== two) throw new Error('two threads do not print what one prints');
    }
    return { rows, pairs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface SweepFigure {
  readonly rows: number;
  readonly oneMs: Spread;
  readonly twoMs: Spread;
  readonly speedup: Spread; // pair by pair
  readonly must: number;
  readonly aim: number;
  readonly met: 'aim' | 'must' | 'no';
}

export function sweepFigure({ rows, pairs }: SweepTimes): SweepFigure {
  const speedup = spread(pairs.map(({ oneMs, twoMs }) => oneMs / twoMs));
  return {
    rows,
    oneMs: spread(pairs.map(({ oneMs }) => oneMs)),
    twoMs: spread(pairs.map(({ twoMs }) => twoMs)),
    speedup,
    must: MUST,
    aim: AIM,
    met: speedup.median >= AIM ? 'aim' : speedup.median >= MUST ? 'must' : 'no',
  };
}

const HEADINGS = ['rows', 'one thread', 'two threads', 'times as fast', 'least .. most', 'must', 'aim', 'met'];

export function sweepTable({ rows, oneMs, twoMs, speedup, must, aim, met }: SweepFigure, isMarkdown: boolean): string {
  const seconds = ({ median }: Spread): string => `${(median / 1000).toFixed(2)} s`;
  const range = `${speedup.least.toFixed(2)} .. ${speedup.most.toFixed(2)}`;
  const cells = [String(rows), seconds(oneMs), seconds(twoMs), speedup.median.toFixed(2), range, String(must), String(aim), met];
  if (isMarkdown) return [HEADINGS, HEADINGS.map(() => '---:'), cells].map((line) => `| ${line.join(' | ')} |`).join('\n');
  const widths = HEADINGS.map((heading, i) => Math.max(heading.length, cells[i].length));
  return [HEADINGS, cells].map((line) => line.map((cell, i) => cell.padStart(widths[i])).join('  ')).join('\n');
}
