// Running real Go: finding it, building a program in a folder of its own that is removed afterwards, running it and
// reading what it leaves. The only file below the command line that starts processes and touches files.
//
// Whatever happens (a failure, a time limit, an interruption) no process is left running and no file is left behind, as
// long as whoever builds a program removes it.

import { spawn } from 'node:child_process';
import { access, constants, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, release, tmpdir, type } from 'node:os';
import { basename, join } from 'node:path';

/** What went wrong outside of gosim: no Go, a Go too old, a program that does not build. Its text is for the user. */
export class GoError extends Error {}

/** The user does not want to wait any longer. */
export class GoInterrupted extends Error {}

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
  /** Threads that a process had when its time was over; null where it ended before, or nobody can tell. */
  readonly threads: number | null;
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
export async function buildGo(
  go: Go,
  source: string,
  language: string,
  abort?: AbortSignal,
  beside: Readonly<Record<string, string>> = {}, // more files, by name
): Promise<Built> {
  const folder = await mkdtemp(join(tmpdir(), 'gosim-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    await writeFile(join(folder, 'go.mod'), `module program\n\ngo ${language}\n`);
    for (const [name, text] of Object.entries({ ...beside, 'main.go': source })) await writeFile(join(folder, name), text);
    const binary = join(folder, 'program');
    // What go build leaves when it is killed is in the same folder.
    const env = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '', GOWORK: 'off', CGO_ENABLED: '0', GOTMPDIR: folder };
    // Without the paths of this machine, which listings and traces would show.
    const built = await run(go.path, ['build', '-trimpath', '-o', binary, '.'], { env, cwd: folder, timeoutMs: 300_000, abort });
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
  /** The timeout counts from the program's time 0, not from the start of the process, which takes a while of its own. */
  readonly fromStart?: boolean;
  /** The program writes an execution trace. */
  readonly trace?: boolean;
  readonly abort?: AbortSignal;
}

export interface Ran extends Finished {
  readonly report: string; // '' if it wrote none
  readonly trace: Uint8Array | null;
}

/** Runs a built program with GOGC=off, and reads what it wrote. */
export async function runBuilt(built: Built, gomaxprocs: number, settings: RunSettings): Promise<Ran> {
  const folder = await memoryFolder(built.folder);
  const report = join(folder, `${basename(built.folder)}-report`);
  const trace = join(folder, `${basename(built.folder)}-trace`);
  const { GODEBUG: _, GOTRACEBACK: __, ...inherited } = process.env;
  const env = { ...inherited, GOMAXPROCS: String(gomaxprocs), GOGC: 'off', GOSIM_OUT: report, GOSIM_TRACE: trace, ...settings.env };
  const begun = settings.fromStart === true ? () => hasBegun(report) : undefined;
  try {
    const finished = await run(built.binary, [], { ...settings, env, cwd: built.folder, begun });
    const traced = settings.trace === true ? await readFile(trace).catch(() => null) : null;
    return { ...finished, report: await readReport(report), trace: traced };
  } finally {
    await rm(report, { force: true });
    await rm(trace, { force: true });
  }
}

/** Memory that looks like a folder, where there is one: the report is mapped, and a disk's file would be slow to touch. */
async function memoryFolder(folder: string): Promise<string> {
  const memory = '/dev/shm';
  const writable = await access(memory, constants.W_OK).then(
    () => true,
    () => false,
  );
  return writable ? memory : folder;
}

/** Whether the program has come to its time 0: its report then has a first entry. */
async function hasBegun(report: string): Promise<boolean> {
  const file = await open(report).catch(() => null);
  if (file === null) return false;
  const { buffer } = await file.read(Buffer.alloc(256), 0, 256);
  await file.close();
  return buffer.includes('"event":"start"');
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
  return Buffer.concat(chunks).toString('utf8').replaceAll('\0', '');
}

interface ProcessSettings {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly timeoutMs: number;
  readonly listing?: boolean;
  readonly begun?: () => Promise<boolean>; // the timeout counts from when this holds
  readonly abort?: AbortSignal;
}

/** Output kept of a process. A listing of a million goroutines is longer than anybody can use. */
const MOST_OUTPUT = 64 << 20;
/** A process that has not begun after this long will not. */
const LONGEST_START_MS = 10_000;
const LOOK_MS = 4;

function run(command: string, args: readonly string[], settings: ProcessSettings): Promise<Finished> {
  const { env, cwd, abort, begun } = settings;
  return new Promise((resolve, reject) => {
    if (abort?.aborted) return reject(new GoInterrupted());
    const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let timedOut = false;
    let over = false;
    const since = Date.now();
    let threads: number | null = null;
    const kill = (): boolean => child.kill('SIGKILL');
    const timeOver = async (): Promise<void> => {
      timedOut = true;
      threads = await threadsOf(child.pid);
      if (settings.listing !== true) return void kill();
      child.kill('SIGQUIT');
      setTimeout(kill, 5_000).unref();
    };
    let timer = setTimeout(timeOver, settings.timeoutMs);
    const look = async (): Promise<void> => {
      const has = await begun!();
      if (over || timedOut) return;
      clearTimeout(timer);
      if (has) timer = setTimeout(timeOver, settings.timeoutMs);
      else if (Date.now() - since > LONGEST_START_MS) timeOver();
      else timer = setTimeout(look, LOOK_MS);
    };
    if (begun !== undefined) look();
    const stop = (): void => {
      over = true;
      clearTimeout(timer);
      abort?.removeEventListener('abort', kill);
    };
    abort?.addEventListener('abort', kill);
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.on('error', (error) => {
      stop();
      reject(error);
    });
    child.on('close', (status, signal) => {
      stop();
      if (abort?.aborted) reject(new GoInterrupted());
      else resolve({ status, signal, timedOut, stdout: stdout(), stderr: stderr(), threads });
    });
  });
}

/** The threads that a process has, where the system shows them. */
async function threadsOf(pid: number | undefined): Promise<number | null> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => null);
  return tasks === null ? null : tasks.length;
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

/** Processor time since the machine began, in ticks of its clock. */
export interface ProcessorUse {
  readonly all: number; // of all processors, idle or not
  readonly others: number; // used by other processes than this and those that it has started and seen end
}

/** Null where the system does not tell. */
export async function processorUse(): Promise<ProcessorUse | null> {
  const [machine, own] = await Promise.all(['/proc/stat', '/proc/self/stat'].map((path) => readFile(path, 'utf8').catch(() => '')));
  const [user, nice, system, idle, iowait, irq, softirq, steal] = (/^cpu +(.*)$/m.exec(machine)?.[1] ?? '').split(' ').map(Number);
  const fields = own
    .slice(own.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number); // from the third on: the name may hold blanks
  const ours = [11, 12, 13, 14].reduce((sum, i) => sum + fields[i], 0); // of this process and of its children, in and out of the kernel
  const used = user + nice + system + irq + softirq + steal;
  return Number.isFinite(used + ours) ? { all: used + idle + iowait, others: used - ours } : null;
}
