// Neighbours of the process: other loads of the machine, `machine: {neighbours: {backup: {threads: 2, busy: 5ms, idle: 5ms}}}`,
// and the parameters of the kernel that shares its CPUs among all.

import { formatDuration } from '../base/duration.ts';
import { distOf } from './compile-values.ts';
import type { Env } from './expression.ts';
import type { KernelConstants, Neighbour, Span } from './model.ts';
import { quantityField } from './quantity.ts';
import { readKeys } from './step-shape.ts';
import type { KeySpec } from './step-table.ts';
import { quoted } from './suggest.ts';
import { constantField, readValue } from './values.ts';
import type { Node } from './yaml.ts';

// What the kernel takes as cpu.weight.
const LEAST_WEIGHT = 1;
const MOST_WEIGHT = 10_000;
const DEFAULT_WEIGHT = 100;
const MOST_THREADS = 4_096;
const SHORTEST_BUSY = 1_000;

export const WEIGHT_KEY: KeySpec = {
  name: 'cpuWeight',
  type: 'int',
  doc: 'Share of CPUs that others want too, 1 to 10000; 100 when left out.',
};

/** The keys of a neighbour. */
export const NEIGHBOUR_KEYS: readonly KeySpec[] = [
  { name: 'threads', type: 'int', doc: 'Its threads; 1 when left out.' },
  WEIGHT_KEY,
  { name: 'busy', type: 'quantity', doc: 'How long a thread computes, then to rest; without idle it always does.' },
  { name: 'idle', type: 'quantity', doc: 'How long it rests.' },
  { name: 'from', type: 'duration', doc: 'When its threads begin; 0s when left out.' },
];

interface Constant extends KeySpec {
  readonly field: keyof KernelConstants;
  readonly least: number;
  readonly most: number;
}

/** The constants of the kernel that a scenario may change. */
export const KERNEL_CONSTANTS: readonly Constant[] = [
  {
    ...{ name: 'slice', type: 'duration', field: 'sliceNs', least: 100_000, most: 100_000_000 },
    doc: 'How long a thread runs beside others, 100us to 100ms; it goes on to the next tick. Linux: 0.7ms, 1.4ms from 2 CPUs on, 2.1ms from 4, 2.8ms from 8.',
  },
  {
    ...{ name: 'tick', type: 'duration', field: 'tickNs', least: 100_000, most: 10_000_000 },
    doc: 'How often the clock interrupts, 100us to 10ms. Linux: 4ms, 1ms or 10ms, as it was built.',
  },
  {
    ...{ name: 'migrationCost', type: 'duration', field: 'migrationCostNs', least: 0, most: 1_000_000_000 },
    doc: 'A thread that has run less than this ago is not taken to another CPU. Linux: 500us.',
  },
  {
    ...{ name: 'balance', type: 'duration', field: 'balanceNs', least: 100_000, most: 60_000_000_000 },
    doc: 'How often busy CPUs compare their loads. Linux: 16ms for each CPU.',
  },
  {
    ...{ name: 'enqueue', type: 'duration', field: 'queueNs', least: 0, most: 1_000_000 },
    doc: 'From a wake-up to the thread being in the queue of a CPU that is not idle, be it another thread or a timer that wakes it. 4us.',
  },
  {
    ...{ name: 'timerSlack', type: 'duration', field: 'timerSlackNs', least: 0, most: 1_000_000_000 },
    doc: 'The sleep of a thread may end so much later than asked, and does. Linux: 50us.',
  },
  {
    ...{ name: 'haltPoll', type: 'duration', field: 'haltPollNs', least: 1_000, most: 1_000_000_000 },
    doc: 'An idle CPU halts after so long, and with the cost idleLatency wakes up later from then on. KVM: 200us.',
  },
  {
    ...{ name: 'quotaSlice', type: 'duration', field: 'quotaSliceNs', least: 1_000_000, most: 100_000_000 },
    doc: 'Of a CPU limit: what a CPU takes of a quota at a time, from 1ms. Linux: 5ms.',
  },
  {
    ...{ name: 'quotaKept', type: 'duration', field: 'quotaKeptNs', least: 0, most: 100_000_000 },
    doc: 'What one that goes idle keeps of it. Linux: 1ms.',
  },
  {
    ...{ name: 'quotaSlack', type: 'duration', field: 'quotaSlackNs', least: 1_000, most: 100_000_000 },
    doc: 'After so long what came back goes to CPUs that stand still. Linux: 5ms.',
  },
  {
    ...{ name: 'quotaNear', type: 'duration', field: 'quotaNearNs', least: 0, most: 100_000_000 },
    doc: 'Not where a refill is so near. Linux: 2ms.',
  },
];

export function readWeight(node: Node | undefined, env: Env): number {
  return node === undefined ? DEFAULT_WEIGHT : constantField(node, '"cpuWeight"', LEAST_WEIGHT, MOST_WEIGHT, env);
}

export function readNeighbours(node: Node | undefined, env: Env): Neighbour[] {
  if (node === undefined) return [];
  const { diagnostics } = env;
  if (node.kind !== 'map') {
    diagnostics.error(node.place, '"neighbours" is a mapping of names', 'as in neighbours: {backup: {threads: 2, busy: 5ms, idle: 5ms}}');
    return [];
  }
  const seen = new Set<string>();
  return node.entries.flatMap(({ key, value }) => {
    if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(key.text)) {
      diagnostics.error(
        key.place,
        `a name belongs here, not ${quoted(key.text)}`,
        'names are letters, digits and _, and begin with no digit',
      );
      return [];
    }
    if (seen.has(key.text)) diagnostics.error(key.place, `a second neighbour ${quoted(key.text)}`);
    seen.add(key.text);
    return neighbour(key.text, value, env);
  });
}

function neighbour(name: string, node: Node, env: Env): Neighbour[] {
  const { diagnostics } = env;
  if (node.kind !== 'map') {
    diagnostics.error(node.place, 'a neighbour is a mapping of keys', 'as in {threads: 2, busy: 5ms, idle: 5ms}');
    return [];
  }
  const keys = new Map<string, Node>();
  readKeys(node, name, NEIGHBOUR_KEYS, keys, diagnostics);
  const [threads, busy, idle, from] = ['threads', 'busy', 'idle', 'from'].map((key) => keys.get(key));
  const alone = busy === undefined ? idle : idle === undefined ? busy : undefined;
  if (alone !== undefined) {
    diagnostics.error(alone.place, '"busy" and "idle" belong together', 'without both its threads compute all the time');
  }
  const busySpan = busy === undefined ? SHORTEST_BUSY : spanOf(busy, env);
  if (typeof busySpan === 'number' && busySpan < SHORTEST_BUSY) diagnostics.error(busy!.place, '"busy" is at least 1us');
  return [
    {
      name,
      threads: threads === undefined ? 1 : constantField(threads, '"threads"', 1, MOST_THREADS, env),
      cpuWeight: readWeight(keys.get('cpuWeight'), env),
      busy: busySpan,
      idle: idle === undefined ? null : spanOf(idle, env),
      fromNs: from === undefined ? 0 : durationOf(from, 'from', 0, Number.MAX_SAFE_INTEGER, env),
    },
  ];
}

/** A duration, or a distribution that needs nothing but a draw. */
function spanOf(node: Node, env: Env): Span {
  const quantity = quantityField(node, { ...env, scope: null });
  if (quantity.kind === 'value') {
    if (quantity.value.kind === 'const') return quantity.value.value;
    env.diagnostics.error(node.place, 'a duration that is known before the run belongs here');
    return SHORTEST_BUSY;
  }
  const { kind, a, b, list } = distOf(quantity);
  if (list.length > 0)
    env.diagnostics.error(node.place, `${quoted(quantity.kind)} is not for neighbours: the distributions with a formula are`);
  return { kind, a, b };
}

export function readKernel(node: Node | undefined, env: Env): KernelConstants {
  if (node === undefined) return {};
  if (node.kind !== 'map') {
    env.diagnostics.error(node.place, '"kernel" is a mapping', 'as in kernel: {slice: 3ms, tick: 1ms}');
    return {};
  }
  const keys = new Map<string, Node>();
  readKeys(node, 'kernel', KERNEL_CONSTANTS, keys, env.diagnostics);
  const changed: { -readonly [K in keyof KernelConstants]: number } = {};
  for (const { name, field, least, most } of KERNEL_CONSTANTS) {
    const value = keys.get(name);
    if (value !== undefined) changed[field] = durationOf(value, name, least, most, env);
  }
  const { quotaSliceNs, quotaKeptNs } = { quotaSliceNs: 5_000_000, quotaKeptNs: 1_000_000, ...changed };
  if (quotaKeptNs > quotaSliceNs) {
    const place = (keys.get('quotaKept') ?? keys.get('quotaSlice'))!.place;
    env.diagnostics.error(place, '"quotaKept" is more than "quotaSlice"');
  }
  return changed;
}

function durationOf(node: Node, name: string, least: number, most: number, env: Env): number {
  const expr = readValue(node, ['duration'], { ...env, scope: null });
  if (expr?.kind !== 'const') return least;
  if (expr.value >= least && expr.value <= most) return expr.value;
  const text = (ns: number): string => formatDuration(ns);
  const range = most === Number.MAX_SAFE_INTEGER ? `at least ${text(least)}` : `from ${text(least)} to ${text(most)}`;
  env.diagnostics.error(node.place, `"${name}" is ${range}`);
  return least;
}
