// Makes the two sides of a comparison and runs them, each run in a process of its own. Whatever is built lies in a folder
// that is removed at the end.

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundle } from '../scripts/bundle.mjs';
import type { Go } from '../src/golang/exec.ts';
import type { Python } from './python.ts';
import { findPython } from './python.ts';
import type { Measured, Order } from './worker.ts';
import type { Workload } from './workloads.ts';
import { simpyUnits } from './workloads.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const run = promisify(execFile);
const MOST_MS = 15 * 60_000;

/** A measured process that did not do its work. */
export class RunFailed extends Error {}

interface RunError {
  readonly stderr?: string;
  readonly signal?: string | null;
  readonly code?: number | string;
}

export interface Sides {
  gosim(workload: Workload, scale: number): Promise<Measured>;
  /** The scenario of a workload that has a program in TypeScript; else null. */
  compiled(workload: Workload, scale: number): Promise<Measured | null>;
  /** A process that only loads what `gosim` loads. */
  empty(): Promise<Measured>;
  /** Null where the workload has no twin, or there is no Go. */
  go(workload: Workload, scale: number): Promise<Measured | null>;
  /** The same for the twin in SimPy. */
  simpy(workload: Workload, scale: number): Promise<Measured | null>;
  /** Python with SimPy; why there is none; null where no workload needs it. */
  readonly python: Python | string | null;
  remove(): Promise<void>;
}

export async function prepare(workloads: readonly Workload[], go: Go | null): Promise<Sides> {
  const folder = await mkdtemp(join(tmpdir(), 'gosim-bench-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const worker = join(folder, 'worker.mjs');
    await bundle(join(here, 'worker.ts'), worker); // as the command is
    const python = workloads.some(({ simpy }) => simpy !== null) ? await findPython(folder) : null;
    const twins = new Map<string, string>();
    for (const { id, twin } of workloads) {
      if (go !== null && twin !== null) twins.set(id, await buildTwin(go, folder, twin.source));
    }
    const simulated = (workload: Workload, scale: number, compiled: boolean): Promise<Measured> => {
      const order: Order = { workload: workload.id, file: join(here, workload.scenario), scale, compiled };
      return measured(process.execPath, [worker, JSON.stringify(order)]);
    };
    return {
      gosim: (workload, scale) => simulated(workload, scale, false),
      compiled: async (workload, scale) => (workload.program === undefined ? null : await simulated(workload, scale, true)),
      empty: () => measured(process.execPath, [worker]),
      go: async (workload, scale) => {
        const binary = twins.get(workload.id);
        if (binary === undefined || workload.twin === null) return null;
        const args = workload.sizeAt(scale).goArguments.map(String);
        return measured(binary, args, { GOMAXPROCS: String(workload.twin.gomaxprocs) });
      },
      simpy: async (workload, scale) => {
        const { simpy } = workload;
        if (simpy === null || python === null || typeof python === 'string') return null;
        const args = simpy.arguments(simpyUnits(workload, workload.sizeAt(scale).units)).map(String);
        return measured(python.path, [join(here, 'simpy', simpy.source), ...args], { ...python.env, PYTHONDONTWRITEBYTECODE: '1' });
      },
      python,
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function buildTwin(go: Go, folder: string, source: string): Promise<string> {
  const binary = join(folder, source.replace(/\.go$/, ''));
  const files = [source, 'measure.go'].map((file) => join(here, 'go', file));
  // The folder has no go.mod, and none above it is meant.
  const env = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '', GOWORK: 'off', GO111MODULE: 'auto', CGO_ENABLED: '0' };
  await run(go.path, ['build', '-o', binary, ...files], { cwd: folder, env, timeout: MOST_MS });
  return binary;
}

async function measured(command: string, args: readonly string[], environment: Record<string, string> = {}): Promise<Measured> {
  const { NODE_OPTIONS: _, GOGC: __, GODEBUG: ___, GOMEMLIMIT: ____, ...inherited } = process.env;
  const { stdout } = await run(command, args, { env: { ...inherited, ...environment }, timeout: MOST_MS }).catch((error: RunError) => {
    const said = /^(?:\w*Error|fatal error|FATAL ERROR): .*$/m.exec(error.stderr ?? '')?.[0];
    throw new RunFailed(said ?? `ended with ${error.signal ?? error.code}`);
  });
  return JSON.parse(stdout) as Measured;
}
