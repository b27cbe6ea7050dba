// Python with SimPy, the other side of some comparisons: the one that is installed, else SimPy is fetched from the package
// index into a folder of the benchmark's own.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PACKAGE = 'simpy>=4.1,<5';
const TELL = 'import sys, simpy; print(simpy.__version__, sys.version.split()[0])';

export interface Python {
  readonly path: string;
  readonly version: string;
  readonly simpy: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Python with SimPy; a sentence that says why not where there is none. */
export async function findPython(folder: string, path = 'python3'): Promise<Python | string> {
  const there = await ask(path, {});
  if (there !== null) return there;
  const version = await run(path, ['--version'], { timeout: 20_000 }).catch(() => null);
  if (version === null) return `there is no ${path}`;
  const target = join(folder, 'python');
  const arguments_ = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', target, PACKAGE];
  const installed = await run(path, arguments_, { timeout: 300_000 }).catch(() => null);
  const fetched = installed === null ? null : await ask(path, { PYTHONPATH: target });
  return fetched ?? `${path} has no SimPy, and pip could not install it`;
}

async function ask(path: string, env: Record<string, string>): Promise<Python | null> {
  const told = await run(path, ['-c', TELL], { env: { ...process.env, ...env }, timeout: 20_000 }).catch(() => null);
  const [simpy, version] = told?.stdout.trim().split(' ') ?? [];
  return simpy === undefined || version === undefined ? null : { path, version, simpy, env };
}
