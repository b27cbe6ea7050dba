// Which scenarios a command is about: what its paths hold, what its filters leave of that, and the part of it that is this
// machine's. In that order, so that all machines divide the same list.

import { findScenarios } from './find-scenarios.ts';
import type { Io } from './io.ts';
import { displayName, readScenario, readScenarioFile } from './io.ts';
import { loadFrom } from './load.ts';
import type { Shard } from './shard.ts';
import { shardOf } from './shard.ts';
import { UserError } from './user-error.ts';

export interface Selection {
  readonly filter?: readonly string[]; // any of them
  readonly shard?: Shard;
}

export interface SelectedFile {
  readonly file: string; // - for standard input
  readonly text: string | null; // of standard input
}

export async function selectScenarios(paths: readonly string[], { filter = [], shard }: Selection, io: Io): Promise<SelectedFile[]> {
  const found = await findScenarios(paths);
  const all: SelectedFile[] = [];
  for (const file of found) all.push({ file, text: file === '-' ? await readScenario(file, io) : null });
  const wanted: SelectedFile[] = [];
  for (const one of all) if (filter.length === 0 || (await isWanted(one, filter))) wanted.push(one);
  if (wanted.length === 0) {
    throw new UserError(
      `none of the ${all.length} scenarios matches the filter`,
      null,
      'it is a part of a path or name, and * stands for anything',
    );
  }
  return shard === undefined ? wanted : shardOf(wanted, shard);
}

/** By its path, or by the name that it gives itself. */
async function isWanted({ file, text }: SelectedFile, filters: readonly string[]): Promise<boolean> {
  const patterns = filters.map(patternOf);
  if (patterns.some((pattern) => pattern.test(displayName(file)))) return true;
  const loaded = await loadFrom(file, async () => text ?? (await readScenarioFile(file)), {});
  return 'scenario' in loaded && patterns.some((pattern) => pattern.test(loaded.scenario.name));
}

/** A part of a text, in letters of either case; * stands for any characters. */
function patternOf(filter: string): RegExp {
  const parts = filter.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  return new RegExp(parts.join('.*'), 'is');
}
