// gosim init: writes a scenario to begin with, and never over a file that is there unless it is told to.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { didYouMean, listed, quoted } from '../scenario/suggest.ts';
import type { Io } from './io.ts';
import { reasonOf, write, writeAtomically } from './io.ts';
import { DEFAULT_TEMPLATE, TEMPLATES } from './templates.ts';
import { UserError } from './user-error.ts';

export interface InitFlags {
  readonly template?: string;
  readonly force?: boolean;
}

export async function initCommand(
  file: string | undefined,
  { template = DEFAULT_TEMPLATE, force = false }: InitFlags,
  io: Io,
): Promise<number> {
  const names = Object.keys(TEMPLATES);
  if (!Object.hasOwn(TEMPLATES, template)) {
    throw new UserError(`there is no template ${quoted(template)}${didYouMean(template, names)}`, null, `there are ${listed(names)}`);
  }
  const { text } = TEMPLATES[template];
  const target = file ?? `${template}.yaml`;
  if (target === '-') {
    await write(io.stdout, text);
    return 0;
  }
  if (!/\.ya?ml$/i.test(target)) throw new UserError('is no name of a scenario: those end in .yaml', target);
  await mkdir(dirname(target), { recursive: true }).catch((error: unknown) => {
    throw new UserError(`cannot be written: ${reasonOf(error)}`, target);
  });
  if (force) await writeAtomically(target, text);
  else await writeNew(target, text);
  await write(io.stdout, `${target} written; gosim run ${target} shows what it does\n`);
  return 0;
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw new UserError(
      isThere ? 'is there already' : `cannot be written: ${reasonOf(error)}`,
      file,
      isThere ? '--force overwrites it' : null,
    );
  }
}
