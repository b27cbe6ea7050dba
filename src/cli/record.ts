// Writing observations of real Go as data files: what `verify --record` and the project's own recorder leave for later runs
// and tests, which then need no Go.

import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Observation } from '../golang/observe.ts';
import { writeAtomically } from './io.ts';

/** Writes an observation into a folder, which is made where it is missing; the file's name tells what it is of. */
export async function recordObservation(folder: string, observation: Observation): Promise<string> {
  await mkdir(folder, { recursive: true });
  const { scenario, language, gomaxprocs } = observation;
  const file = join(folder, `${basename(scenario).replace(/\.ya?ml$/, '')}.go${language}.procs${gomaxprocs}.json`);
  await writeAtomically(file, observationText(observation));
  return file;
}

/** With keys in alphabetical order, so that two recordings can be compared line by line. */
export function observationText(observation: Observation): string {
  const sorted = (_key: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  // Arrays of numbers on one line: there are many, and nobody reads them from top to bottom.
  const text = JSON.stringify(observation, sorted, 2).replace(/\[\s*(-?[\d.e+-]+(?:,\s*-?[\d.e+-]+)*)\s*\]/g, (_, list: string) => {
    return `[${list.replace(/\s+/g, ' ')}]`;
  });
  return `${text}\n`;
}
