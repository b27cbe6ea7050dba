// --watch: does a command anew whenever a file that it reads changes, until Ctrl-C. It looks at the files from time to time,
// which works on every file system, and at those alone that are read, so that what the command writes sets nothing off.

import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { plural } from '../report/format.ts';
import { parseScenario } from '../scenario/load.ts';
import type { Io } from './io.ts';
import { dataFilesOf, readScenarioFile, write } from './io.ts';
import { UserError, userErrorText } from './user-error.ts';

const LOOK_MS = 150;
const CLEAR = '\x1b[2J\x1b[3J\x1b[H';
const INTERRUPTED = 130;

/** `scenarios`: those that are there now; `more`: another file that is read. The exit code is that of the last run. */
export async function rerun(
  scenarios: () => Promise<readonly string[]>,
  more: string | null,
  once: () => Promise<number>,
  io: Io,
): Promise<number> {
  let interrupted = false;
  const stopListening = io.interrupts(() => {
    interrupted = true;
  });
  try {
    for (;;) {
      const files = await scenarios().catch(() => []);
      const data = await Promise.all(files.map(dataFilesNamedIn));
      const others = [...new Set(data.flat()), ...(more === null ? [] : [more])];
      const before = await stampsOf([...files, ...others]);
      const exitCode = await told(once, io);
      if (exitCode === INTERRUPTED || interrupted) return exitCode;
      await write(io.stderr, `watching ${plural(files.length + others.length, 'file')} (Ctrl-C ends it)\n`);
      do {
        await new Promise((next) => setTimeout(next, LOOK_MS));
        if (interrupted) return exitCode;
      } while (before === (await stampsOf([...(await scenarios().catch(() => [])), ...others])));
      if (io.stdout.isTTY === true) await write(io.stdout, CLEAR);
    }
  } finally {
    stopListening();
  }
}

/** What the user has to put right is no end of watching. */
async function told(once: () => Promise<number>, io: Io): Promise<number> {
  try {
    return await once();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await write(io.stderr, userErrorText(error));
    return 2;
  }
}

async function dataFilesNamedIn(file: string): Promise<string[]> {
  const names = new Set<string>();
  const read = dataFilesOf(file);
  const text = await readScenarioFile(file).catch(() => '');
  parseScenario(text, file, {
    readFile: (name) => {
      names.add(resolve(dirname(file), name));
      return read(name);
    },
  });
  return [...names];
}

/** A text that is another when a file is. */
async function stampsOf(files: readonly string[]): Promise<string> {
  const stamps = files.map(async (file) => {
    const there = await stat(file).catch(() => null);
    return `${file} ${there === null ? '' : `${there.mtimeMs} ${there.size} ${there.ino}`}`;
  });
  return (await Promise.all(stamps)).join('\n');
}
