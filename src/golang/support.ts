// The Go code an exported program stands on: clock, journal, busy loop, waits in the kernel, random numbers, settling.
// It comes in parts, and a program carries only those that its steps need. Every part is formatted as gofmt formats.
//
// Nothing here may be a scheduling point, or a scenario would run in another order than the plain Go program it
// describes: notes go into mapped memory, timers are armed and files opened by raw system calls, pools are channels that
// nobody ever waits on.

import { BASE_PARTS } from './support-base.ts';
import { LISTENER_PARTS } from './support-listener.ts';
import { PIPE_PARTS } from './support-pipes.ts';
import { RANDOM_PARTS } from './support-random.ts';
import { TIME_PARTS } from './support-time.ts';
import { TRACE_PARTS } from './support-trace.ts';

export interface Part {
  readonly needs: readonly PartName[];
  readonly imports: readonly string[];
  readonly code: string;
}

export type PartName = keyof typeof PARTS;

/** The named parts and all they need, in the order of the table. */
export function partsFor(wanted: Iterable<PartName>): Part[] {
  const chosen = new Set<PartName>();
  const add = (name: PartName): void => {
    if (chosen.has(name)) return;
    chosen.add(name);
    for (const other of PARTS[name].needs) add(other as PartName);
  };
  for (const name of wanted) add(name);
  return (Object.keys(PARTS) as PartName[]).filter((name) => chosen.has(name)).map((name) => PARTS[name] as Part);
}

/** Package-level names that the parts declare. */
export function supportNames(): string[] {
  const names: string[] = [];
  for (const part of Object.values(PARTS)) {
    for (const match of part.code.matchAll(/^(?:func|var|const|type) (\w+)/gm)) names.push(match[1]);
  }
  return names;
}

const PARTS = { ...BASE_PARTS, ...TIME_PARTS, ...LISTENER_PARTS, ...RANDOM_PARTS, ...PIPE_PARTS, ...TRACE_PARTS };
