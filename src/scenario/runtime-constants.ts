// The constants of Go's runtime that a scenario may change, to see what they are good for: `runtime: {runqsize: 4}`.

import type { Env } from './expression.ts';
import { readKeys } from './step-shape.ts';
import type { KeySpec } from './step-table.ts';
import { constantField, readValue } from './values.ts';
import type { Node } from './yaml.ts';

/** Those that are changed; durations in ns. Named as RuntimeParams of the engine. */
export interface RuntimeConstants {
  readonly runqsize?: number;
  readonly globalTick?: number;
  readonly forcePreemptNs?: number;
  readonly stealRounds?: number;
  readonly runnextBackoffNs?: number;
  readonly sysmonMinDelayNs?: number;
  readonly sysmonMaxDelayNs?: number;
  readonly sysmonLooks?: number;
  readonly pollAfterNs?: number;
  readonly pollEvents?: number;
  readonly mutexSpins?: number;
  readonly mutexStarvationNs?: number;
  readonly gfree?: number;
  readonly goidBatch?: number;
  readonly sysmonDeepSleepNs?: number;
  readonly betweenCallsNs?: number;
}

interface Constant extends KeySpec {
  readonly field: keyof RuntimeConstants;
  readonly least: number;
  readonly most: number;
}

const LONGEST_NS = 3_600_000_000_000; // an hour

const duration = (name: string, go: string, doc: string): Constant => ({
  name,
  type: 'duration',
  field: `${name}Ns` as keyof RuntimeConstants,
  least: 1,
  most: LONGEST_NS,
  doc: `${doc} Go: ${go}.`,
});

const number = (name: keyof RuntimeConstants, go: number, least: number, most: number, doc: string): Constant => ({
  name,
  type: 'int',
  field: name,
  least,
  most,
  doc: `${doc} Go: ${go}.`,
});

export const RUNTIME_CONSTANTS: readonly Constant[] = [
  number('runqsize', 256, 2, 1 << 20, 'Goroutines that the local queue of a P holds; a power of two.'),
  number('globalTick', 61, 1, 1 << 30, 'Every so many dispatches of a P the global queue is looked at first.'),
  duration('forcePreempt', '10ms', 'How long a goroutine may run before sysmon asks it to give way.'),
  number('stealRounds', 4, 1, 1000, 'Times that an idle P goes round the others before it gives up.'),
  duration('runnextBackoff', '3us', 'How long a thief waits before it takes the goroutine that a running P would run next.'),
  duration('sysmonMinDelay', '20us', 'Time between two looks of sysmon while there is something to do.'),
  duration('sysmonMaxDelay', '10ms', 'The same when there has been nothing to do for long.'),
  number('sysmonLooks', 50, 0, 1 << 30, 'Looks without anything to do after which sysmon doubles its delay each time.'),
  duration('pollAfter', '10ms', 'sysmon polls the network when nobody else has for so long.'),
  number('pollEvents', 128, 1, 1 << 20, 'Descriptors that one poll of the network reports at most.'),
  number('mutexSpins', 4, 0, 15, 'Times that Lock spins before its goroutine parks.'),
  duration('mutexStarvation', '1ms', 'How long a goroutine waits for a Mutex before that goes into starvation mode.'),
  number('gfree', 64, 2, 1 << 20, 'Ended goroutines that a P keeps for use again, before half of them go to all Ps.'),
  number('goidBatch', 16, 1, 1 << 20, 'Numbers of goroutines that a P takes at a time.'),
  duration('sysmonDeepSleep', '1m', 'How long sysmon sleeps at most while all Ps are idle.'),
  {
    ...duration('betweenCalls', '', ''),
    doc: 'How far apart calls of functions are in a burst of processor time; with asyncpreemptoff a goroutine gives way only there. Of gosim: 1us.',
  },
];

export function readRuntime(node: Node | undefined, env: Env): RuntimeConstants {
  if (node === undefined) return {};
  const { diagnostics } = env;
  if (node.kind !== 'map') {
    diagnostics.error(node.place, '"runtime" is a mapping', 'as in runtime: {runqsize: 4, sysmonMaxDelay: 1ms}');
    return {};
  }
  const keys = new Map<string, Node>();
  readKeys(node, 'runtime', RUNTIME_CONSTANTS, keys, diagnostics);
  const changed: { -readonly [K in keyof RuntimeConstants]: number } = {};
  for (const { name, type, field, least, most } of RUNTIME_CONSTANTS) {
    const value = keys.get(name);
    if (value === undefined) continue;
    const n = type === 'int' ? constantField(value, `"${name}"`, least, most, env) : durationField(value, name, most, env);
    if (name === 'runqsize' && (n & (n - 1)) !== 0) diagnostics.error(value.place, '"runqsize" is a power of two');
    changed[field] = n;
  }
  const { sysmonMinDelayNs, sysmonMaxDelayNs } = { sysmonMinDelayNs: 20_000, sysmonMaxDelayNs: 10_000_000, ...changed };
  if (sysmonMinDelayNs > sysmonMaxDelayNs) {
    const place = (keys.get('sysmonMinDelay') ?? keys.get('sysmonMaxDelay'))!.place;
    diagnostics.error(place, '"sysmonMinDelay" is longer than "sysmonMaxDelay"');
  }
  return changed;
}

function durationField(node: Node, name: string, most: number, env: Env): number {
  const value = readValue(node, ['duration'], env);
  if (value?.kind !== 'const') return 1;
  if (value.value < 1 || value.value > most) env.diagnostics.error(node.place, `"${name}" is from 1ns to 1h`);
  return value.value;
}
