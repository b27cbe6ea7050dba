// The settings of the environment variable GODEBUG that a scenario may hold: {asyncpreemptoff: 1, containermaxprocs: 0}.

import type { Env } from './expression.ts';
import type { KeySpec } from './step-table.ts';
import { didYouMean, listed, quoted } from './suggest.ts';
import { constantField } from './values.ts';
import type { Node } from './yaml.ts';

export interface Godebug {
  /** Goroutines give way at function calls only, as before Go 1.14. */
  readonly asyncpreemptoff: boolean;
  /** Whether the CPU limit of the container counts for GOMAXPROCS, in versions that look at it. */
  readonly containermaxprocs: boolean;
}

/** The settings there are. */
export const GODEBUG_KEYS: readonly (KeySpec & { readonly name: keyof Godebug })[] = [
  { name: 'asyncpreemptoff', type: 'int', doc: '1: goroutines give way at function calls only.' },
  { name: 'containermaxprocs', type: 'int', doc: '0: the CPU limit does not count for GOMAXPROCS.' },
];

/** What GODEBUG is otherwise asked for, and why it means nothing here. */
const OTHERS: Readonly<Record<string, string>> = {
  asynctimerchan: 'how the channels of timers behave follows "go"',
  schedtrace: 'the report and --format json show what the scheduler does',
  scheddetail: 'the report and --format json show what the scheduler does',
  gctrace: 'this version has no collector',
  gcstoptheworld: 'this version has no collector',
  madvdontneed: 'this version has no memory model',
  updatemaxprocs: 'the CPU limit never changes during a run',
};

export function readGodebug(node: Node | undefined, env: Env): Godebug {
  const settings = { asyncpreemptoff: false, containermaxprocs: true };
  if (node === undefined) return settings;
  if (node.kind !== 'map') {
    env.diagnostics.error(node.place, '"godebug" is a mapping', 'as in godebug: {asyncpreemptoff: 1}');
    return settings;
  }
  for (const { key, value } of node.entries) {
    const setting = GODEBUG_KEYS.find(({ name }) => name === key.text);
    if (setting !== undefined) {
      settings[setting.name] = constantField(value, quoted(key.text), 0, 1, env) === 1;
      continue;
    }
    const known = Object.hasOwn(OTHERS, key.text);
    env.diagnostics.error(
      key.place,
      `the GODEBUG setting ${quoted(key.text)} is not modelled${known ? '' : didYouMean(key.text, Object.keys(settings))}`,
      known ? OTHERS[key.text] : `there are ${listed(Object.keys(settings))}`,
    );
  }
  return settings;
}
