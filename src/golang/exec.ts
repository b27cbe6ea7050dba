// Running real Go: finding it, building a program in a folder of its own that is removed afterwards, running it and
// reading what it leaves. The only file below the command line that starts processes and touches files.

import { spawn } from 'node:child_process';
import { access, constants, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { cpus, release, tmpdir, type } from 'node:os';
import { basename, join } from 'node:path';

/** What went wrong outside of gosim: no Go, a Go too old, a program that does not build. Its text is for the user. */
export class GoError extends Error {}

export interface Go {
  readonly path: string;
  readonly version: string; // 1.26.8
  readonly minor: number; // 26
}

export interface Finished {
  readonly status: number | null; // null: killed
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

const OLDEST = 19;

/** The go command at `path`, or the one in PATH. */
export async function findGo(path = 'go'): Promise<Go> {
  const env = { ...process.env, GOTOOLCHAIN: 'local' };
  const asked = await run(path, ['env', 'GOVERSION'], { env, timeoutMs: 20_000 }).catch(() => null);
  if (asked === null) {
    throw new GoError(`cannot run ${path}: Go is needed for this. Install it (https://go.dev/dl) or say where it is with --go PATH.`);
  }
  const match = /^go(1\.(\d+)(?:\.\d+|[a-z]+\d+)?)/.exec(asked.stdout.trim());
  if (asked.status !== 0 || match === null)
    throw new GoError(`${path} is not a Go command: ${firstLine(asked.stderr) || asked.stdout.trim()}`);
  const minor = Number(match[2]);
  if (minor < OLDEST) throw new GoError(`${path} is Go ${match[1]}: 1.${OLDEST} is the oldest that works.`);
  return { path, version: match[1], minor };
}

export interface Built {
  readonly binary: string;
  readonly folder: string;
  remove(): Promise<void>;
}

/** Builds a program of one file. `language` is the version in its go.mod, which decides how timers behave. */
export async function buildGo(go: Go, source: string, language: string): Promise<Built> {
  const folder = await mkdtemp(join(tmpdir(), 'gosim-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await writeFile(join(folder, 'go.mod'), `module program\n\ngo ${language}\n`);
    await writeFile(join(folder, 'main.go'), source);
    const binary = join(folder, 'program');
    const env = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '', GOWORK: 'off', CGO_ENABLED: '0' };
    const built = await run(go.path, ['build', '-o', binary, '.'], { env, cwd: folder, timeoutMs: 300_000 });
    if (built.timedOut) throw new GoError('go build took more than 5 minutes');
    if (built.status !== 0) throw new GoError(`go build failed:\n${built.stderr.trim()}`);
    return { binary, folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

export interface RunSettings {
  readonly env?: Record<string, string>; // besides the environment's
  readonly timeoutMs: number;
  /** At the timeout ask for the listing of all goroutines first (SIGQUIT), as a user would. */
  readonly listing?: boolean;
}

/** Runs a built program with GOGC=off, and reads the report it wrote, '' if none. */
export async function runBuilt(built: Built, gomaxprocs: number, settings: RunSettings): Promise<Finished & { report: string }> {
  const report = await reportPath(built.folder);
  const { GODEBUG: _, GOTRACEBACK: __, ...inherited } = process.env;
  const env = { ...inherited, GOMAXPROCS: String(gomaxprocs), GOGC: 'off', GOSIM_OUT: report, ...settings.env };
  const finished = await run(built.binary, [], { ...settings, env, cwd: built.folder });
  return { ...finished, report: await readReport(report) };
}

/** Memory that looks like a folder, where there is one: the report is mapped, and a disk's file would be slow to touch. */
async function reportPath(folder: string): Promise<string> {
  const memory = '/dev/shm';
  const name = `${basename(folder)}-report`;
  const writable = await access(memory, constants.W_OK).then(
    () => true,
    () => false,
  );
  return join(writable ? memory : folder, name);
}

/** The file is as long as the longest report; what nobody wrote to is zeros, and those end it. */
async function readReport(path: string): Promise<string> {
  const file = await open(path).catch(() => null);
  if (file === null) return '';
  const chunks: Buffer[] = [];
  for (;;) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1 << 16), 0, 1 << 16);
    if (bytesRead === 0 || buffer.every((byte) => byte === 0)) break;
    chunks.push(buffer.subarray(0, bytesRead));
  }
  await file.close();
  await rm(path, { force: true });
  return Buffer.concat(chunks).toString('utf8').replaceAll('\0', '');
}

interface ProcessSettings {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly timeoutMs: number;
  readonly listing?: boolean;
}

/** Output kept of a process. A listing of a million goroutines is longer than anybody can use. */
const MOST_OUTPUT = 64 << 20;

function run(command: string, args: readonly string[], settings: ProcessSettings): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: settings.env, cwd: settings.cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill(settings.listing === true ? 'SIGQUIT' : 'SIGKILL');
      setTimeout(() => child.kill('SIGKILL'), 5_000).unref();
    }, settings.timeoutMs);
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      resolve({ status, signal, timedOut, stdout: stdout(), stderr: stderr() });
    });
  });
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (size < MOST_OUTPUT) chunks.push(chunk);
    size += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0];
}

export interface HostMachine {
  readonly cpu: string;
  readonly cpus: number;
  readonly kernel: string;
}

/** The computer this runs on, as far as figures depend on it; nothing that says whose it is. */
export function hostMachine(): HostMachine {
  const all = cpus();
  return { cpu: all[0]?.model.trim() ?? 'unknown', cpus: all.length, kernel: `${type()} ${release().replace(/-.*/, '')}` };
}
