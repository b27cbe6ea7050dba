// The command's dealings with files and streams. Every write is awaited, so that nothing is lost in a pipe when the
// process ends by itself; a reader that goes away (`gosim … | head`) is no error and no news.

import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { ReadFile } from '../scenario/data-file.ts';
import { UserError } from './user-error.ts';

export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** What a command touches outside itself; tests hand in their own. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since some instant. */
  readonly clock: () => number;
  /** Tells of Ctrl-C, or a request to end, until the function that it returns is called; then, and the second time, it ends the process as usual. */
  readonly interrupts: (told: () => void) => () => void;
}

/** What ends a process that can still put things away. */
const INTERRUPTS = ['SIGINT', 'SIGTERM'] as const;

export function processIo(): Io {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    clock: () => performance.now(),
    interrupts: (told) => {
      for (const signal of INTERRUPTS) process.once(signal, told);
      return () => {
        for (const signal of INTERRUPTS) process.off(signal, told);
      };
    },
  };
}

/** Writes one text; resolves when it has been handed to the system. */
export function write(stream: Output, text: string): Promise<void> {
  if (text === '' || stream.destroyed || stream.writableEnded) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const settle = (error?: Error | null): void => {
      stream.off('error', settle);
      if (error === undefined || error === null || isBrokenPipe(error)) resolve();
      else reject(new UserError(`cannot write the output: ${reasonOf(error)}`));
    };
    stream.on('error', settle);
    // the error event of a failed write comes after its callback: keep listening until then
    stream.write(text, (error) => (error ? setImmediate(settle, error) : settle()));
  });
}

function isBrokenPipe(error: Error): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}

/** The longest scenario that is read. */
export const MAX_SCENARIO_BYTES = 1 << 20;

/** The text of a scenario file, or of standard input for `-`. UTF-8, at most a megabyte. */
export async function readScenario(file: string, io: Io): Promise<string> {
  if (file !== '-') return readScenarioFile(file);
  const name = displayName(file);
  return decode(await gather(io.stdin, name), name);
}

export async function readScenarioFile(file: string): Promise<string> {
  return decode(await readBounded(file), file);
}

export function displayName(file: string): string {
  return file === '-' ? '<stdin>' : file;
}

async function readBounded(file: string): Promise<Uint8Array> {
  try {
    if ((await stat(file)).isDirectory()) {
      throw new UserError('is a directory, not a scenario', file, 'name one of the YAML files in it');
    }
    const handle = await open(file, constants.O_RDONLY);
    try {
      return await gather(handle.createReadStream({ autoClose: false }), file);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    const note = (error as NodeJS.ErrnoException).code === 'ENOENT' ? missingNote(file) : null;
    throw new UserError(`cannot be read: ${reasonOf(error)}`, file, note);
  }
}

function missingNote(file: string): string | null {
  return /\.ya?ml$/.test(file) ? null : 'scenario files usually end in .yaml; "-" reads standard input';
}

async function gather(stream: Readable, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array);
    size += bytes.length;
    if (size > MAX_SCENARIO_BYTES) throw new UserError('is longer than 1 MiB, the most a scenario may have', name);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, size);
}

function decode(bytes: Uint8Array, name: string): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new UserError('is UTF-16', name, 'save it as UTF-8');
  }
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw new UserError(`is not text: byte ${zero} is zero`, name);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`is not valid UTF-8 from line ${validLines(bytes) + 1} on`, name, 'save it as UTF-8');
  }
}

/** Lines before the first that is not UTF-8. No byte of a longer character looks like a line feed. */
function validLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let from = 0; from < bytes.length; lines++) {
    const feed = bytes.indexOf(10, from);
    const to = feed < 0 ? bytes.length : feed + 1;
    if (!isUtf8(bytes.subarray(from, to))) break;
    from = to;
  }
  return lines;
}

/** The longest data file that is read. */
export const MAX_DATA_BYTES = 16 << 20;

/** Reads the data files that a scenario names: paths are relative to where it is. */
export function dataFilesOf(scenario: string): ReadFile {
  const folder = scenario === '-' ? '.' : dirname(scenario);
  return (name) => {
    try {
      return { text: decode(readAtMost(resolve(folder, name), MAX_DATA_BYTES), name) };
    } catch (error) {
      return { problem: error instanceof UserError ? error.message : `cannot be read: ${reasonOf(error)}` };
    }
  };
}

function readAtMost(path: string, most: number): Uint8Array {
  const handle = openSync(path, 'r');
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(1 << 16);
      const n = readSync(handle, chunk);
      if (n === 0) return Buffer.concat(chunks, size);
      size += n;
      if (size > most) throw new UserError(`is longer than ${most >> 20} MiB, the most a data file may have`);
      chunks.push(chunk.subarray(0, n));
    }
  } finally {
    closeSync(handle);
  }
}

/** Where a command's output goes, piece by piece. */
export interface Sink {
  write(text: string): Promise<void>;
  /** Nobody reads any more: the rest may be saved. */
  readonly isClosed: boolean;
  /** All has been written. */
  done(): Promise<void>;
  /** Nothing of it shall stay. */
  abandon(): Promise<void>;
}

/** Standard output, or for a name other than `-` a file that is there whole or not at all. */
export async function openSink(file: string | undefined, io: Io): Promise<Sink> {
  if (file !== undefined && file !== '-') return openFile(file);
  const { stdout } = io;
  return {
    write: (text) => write(stdout, text),
    get isClosed() {
      return stdout.destroyed;
    },
    done: () => Promise.resolve(),
    abandon: () => Promise.resolve(),
  };
}

/** A file that is written beside its place and then renamed into it. Devices and pipes are written directly. */
async function openFile(file: string): Promise<Sink> {
  const failed = (error: unknown): UserError =>
    error instanceof UserError ? error : new UserError(`cannot be written: ${reasonOf(error)}`, file);
  try {
    const target = await realpath(file).catch(() => file);
    const there = await stat(target).catch(() => null);
    if (there?.isDirectory()) throw new UserError('is a directory: name a file to write to', file);
    const isFile = there === null || there.isFile();
    const path = isFile ? `${target}.${randomBytes(4).toString('hex')}.tmp` : target;
    const handle = await open(path, isFile ? 'wx' : 'w', there === null ? 0o666 : there.mode);
    let isOpen = true;
    const close = async (): Promise<void> => {
      if (isOpen) {
        isOpen = false;
        await handle.close();
      }
    };
    const abandon = async (): Promise<void> => {
      await close().catch(() => undefined);
      if (isFile) await unlink(path).catch(() => undefined);
    };
    const orAbandon = async (work: () => Promise<unknown>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        await abandon();
        throw failed(error);
      }
    };
    return {
      write: (text) => orAbandon(() => handle.writeFile(text)),
      isClosed: false,
      done: () =>
        orAbandon(async () => {
          await close();
          if (isFile) await rename(path, target);
        }),
      abandon,
    };
  } catch (error) {
    throw failed(error);
  }
}

/** The text of a file that the command line names, of at most as much as a data file may have. */
export function readText(file: string): string {
  try {
    return decode(readAtMost(file, MAX_DATA_BYTES), file);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(error.message, file, error.note);
    throw new UserError(`cannot be read: ${reasonOf(error)}`, file);
  }
}

/** Writes a whole file or nothing. */
export async function writeAtomically(file: string, text: string): Promise<void> {
  const sink = await openFile(file);
  await sink.write(text);
  await sink.done();
}

const REASONS: Record<string, string> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'is a directory',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  ENOSPC: 'no space left on the device',
  EROFS: 'the file system is read-only',
  EIO: 'input/output error',
};

export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}
