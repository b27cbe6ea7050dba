// The scenario files that paths stand for: a file is itself, a folder all *.yaml and *.yml in it and below. What begins
// with a dot and node_modules are passed over, as are links to folders. Sorted, each once, under the names that the user
// would write, with forward slashes.

import type { Dirent } from 'node:fs';
import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { UserError } from './user-error.ts';

const SCENARIO = /\.ya?ml$/i;
const DEFAULT_FOLDER = 'scenarios';

/** Without paths: scenarios/ if it is there, else the current folder. */
export function pathsOrDefault(paths: readonly string[]): readonly string[] {
  return paths.length > 0 ? paths : [existsSync(DEFAULT_FOLDER) ? DEFAULT_FOLDER : '.'];
}

export async function findScenarios(paths: readonly string[]): Promise<string[]> {
  const from = pathsOrDefault(paths);
  if (from.filter((path) => path === '-').length > 1) throw new UserError('standard input can be read once: give - once');
  const found = new Set<string>();
  for (const path of from) {
    const name = path === '-' ? path : slashed(normalize(path));
    const files = path !== '-' && isFolder(path) ? await filesIn(name) : [name];
    if (files.length === 0) throw new UserError('holds no scenarios: no *.yaml and no *.yml', path, 'name files, or another folder');
    for (const file of files) found.add(file);
  }
  return [...found].sort(byName);
}

/** A missing file is left to whoever reads it. */
function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

async function filesIn(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await entriesOf(folder)) {
    const path = slashed(join(folder, entry.name));
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    if (entry.isDirectory()) files.push(...(await filesIn(path)));
    else if (SCENARIO.test(entry.name) && !isFolder(path)) files.push(path);
  }
  return files;
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    throw new UserError('cannot be read', folder);
  }
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}

/** By code units: the same on every machine. */
function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
