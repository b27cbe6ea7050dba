// The machine of a scenario: its CPUs and the limits on processor time that it runs under, as control groups set them, and
// what GOMAXPROCS follows from both.

import { profileOf } from '../runtime/profile.ts';
import type { Env } from './expression.ts';
import { readCosts } from './machine-costs.ts';
import { profileField } from './machine-profile.ts';
import type { CpuLimit, Scenario } from './model.ts';
import { readKernel, readNeighbours, readWeight, WEIGHT_KEY } from './neighbours.ts';
import { readKeys } from './step-shape.ts';
import type { KeySpec } from './step-table.ts';
import { quoted } from './suggest.ts';
import { constantField, constantText, readValue, scalarField } from './values.ts';
import type { Node } from './yaml.ts';

/** Hardware threads of a machine that is not described. A constant: a scenario means the same on every computer. */
export const DEFAULT_CPUS = 8;
export const MOST_PROCS = 1024;
const MOST_LIMITS = 8;

// What the kernel takes, in ns.
const DEFAULT_PERIOD = 100_000_000;
const SHORTEST_PERIOD = 1_000_000;
const LONGEST_PERIOD = 1_000_000_000;
const LEAST_QUOTA = 1_000_000;
const QUOTA_UNIT = 1_000;

export const LIMIT_KEYS: readonly KeySpec[] = [
  { name: 'cpuLimit', type: 'cpus', doc: 'Processor time per time, in CPUs: 2, 1.5, 500m, or max for no limit.' },
  { name: 'cpuPeriod', type: 'duration', doc: 'How often the quota is refilled; 100ms when left out.' },
  { name: 'cpuBurst', type: 'duration', doc: 'Processor time that may be saved up beyond a quota; none when left out.' },
];

/** The keys of `machine`. */
export const MACHINE_KEYS: readonly KeySpec[] = [
  { name: 'cpus', type: 'int', doc: 'Hardware threads.' },
  ...LIMIT_KEYS,
  WEIGHT_KEY,
  { name: 'neighbours', type: 'neighbours', doc: 'Other loads of the machine, by name: {backup: {threads: 2, busy: 5ms, idle: 5ms}}.' },
  { name: 'kernel', type: 'kernel', doc: "Constants of the kernel's scheduler that are to be others: {tick: 1ms}." },
  { name: 'costs', type: 'costs', doc: 'What operations of the runtime and the kernel cost: {go: 200ns}.' },
  { name: 'profile', type: 'text', doc: "A file with what the runtime's operations cost there, as gosim calibrate -o writes it." },
  { name: 'outerLimits', type: 'limits', doc: 'Limits around that one, from the inside out: [{cpuLimit: 4}].' },
];

type MachineSettings = Pick<Scenario, 'cpus' | 'limits' | 'costs' | 'cpuWeight' | 'neighbours' | 'kernel' | 'ownCosts'>;

export function readMachine(node: Node | undefined, env: Env): MachineSettings {
  const { diagnostics } = env;
  const nothing = {
    cpus: DEFAULT_CPUS,
    limits: [],
    costs: {},
    cpuWeight: readWeight(undefined, env),
    neighbours: [],
    kernel: {},
    ownCosts: {},
  };
  if (node === undefined) return nothing;
  if (node.kind !== 'map') {
    diagnostics.error(node.place, '"machine" is a mapping', 'as in machine: {cpus: 8, cpuLimit: 2}');
    return nothing;
  }
  const keys = new Map<string, Node>();
  readKeys(node, 'machine', MACHINE_KEYS, keys, diagnostics);
  const cpus = keys.get('cpus');
  const profile = keys.get('profile');
  return {
    cpus: cpus === undefined ? DEFAULT_CPUS : constantField(cpus, '"cpus"', 1, MOST_PROCS, env),
    limits: [...(readLimit(keys, env) ?? []), ...readOuter(keys.get('outerLimits'), env)],
    cpuWeight: readWeight(keys.get('cpuWeight'), env),
    neighbours: readNeighbours(keys.get('neighbours'), env),
    kernel: readKernel(keys.get('kernel'), env),
    costs: profile === undefined ? {} : profileField(profile, env),
    ownCosts: readCosts(keys.get('costs'), env),
  };
}

function readOuter(node: Node | undefined, env: Env): CpuLimit[] {
  if (node === undefined) return [];
  const example = 'as in outerLimits: [{cpuLimit: 4, cpuPeriod: 100ms}]';
  if (node.kind !== 'seq') {
    env.diagnostics.error(node.place, '"outerLimits" is a list of limits', example);
    return [];
  }
  if (node.items.length > MOST_LIMITS)
    env.diagnostics.error(node.place, `${node.items.length} limits around each other: ${MOST_LIMITS} is the most`);
  return node.items.flatMap((item) => {
    const keys = new Map<string, Node>();
    if (item.kind === 'map') readKeys(item, 'outerLimits', LIMIT_KEYS, keys, env.diagnostics);
    if (item.kind !== 'map' || !item.entries.some(({ key }) => key.text === 'cpuLimit')) {
      env.diagnostics.error(item.place, 'a limit with its "cpuLimit" belongs here', example);
      return [];
    }
    return readLimit(keys, env) ?? [];
  });
}

/** The limit that some keys describe, in a list; null when there is none. */
function readLimit(keys: ReadonlyMap<string, Node>, env: Env): CpuLimit[] | null {
  const { diagnostics } = env;
  const limitNode = keys.get('cpuLimit');
  const periodNode = keys.get('cpuPeriod');
  const burstNode = keys.get('cpuBurst');
  const periodNs = periodNode === undefined ? DEFAULT_PERIOD : duration(periodNode, env);
  const burstNs = burstNode === undefined ? 0 : duration(burstNode, env);
  if (limitNode === undefined) {
    const alone = periodNode ?? burstNode;
    if (alone !== undefined) diagnostics.error(alone.place, `a period or a burst belongs to a "cpuLimit", and there is none`);
    return null;
  }
  const millionths = limitOf(limitNode, env);
  if (millionths === null || periodNs === null || burstNs === null) return null;
  if (periodNs < SHORTEST_PERIOD || periodNs > LONGEST_PERIOD) {
    diagnostics.error((periodNode ?? limitNode).place, '"cpuPeriod" is from 1ms to 1s, as the kernel wants it');
    return null;
  }
  const quotaNs = QUOTA_UNIT * Math.floor((millionths * periodNs) / 1_000_000 / QUOTA_UNIT + 0.5);
  if (quotaNs < LEAST_QUOTA) {
    const note = 'the kernel takes no quota below 1ms: a longer "cpuPeriod" makes room for a smaller limit';
    diagnostics.error(limitNode.place, '"cpuLimit" leaves less than 1ms of processor time in a period', note);
    return null;
  }
  if (burstNs > quotaNs) {
    diagnostics.error(burstNode!.place, '"cpuBurst" is at most the quota of a period, as the kernel wants it');
    return null;
  }
  return [{ quotaNs, periodNs, burstNs }];
}

function duration(node: Node, env: Env): number | null {
  const expr = readValue(node, ['duration'], { ...env, scope: null });
  if (expr?.kind !== 'const') return null;
  if (expr.value >= 0) return expr.value;
  env.diagnostics.error(node.place, 'a duration from 0 on belongs here');
  return null;
}

/** A number of CPUs in millionths; null for none, which may be a mistake. */
function limitOf(node: Node, env: Env): number | null {
  const what = 'a number of CPUs';
  const scalar = scalarField(node, what, env);
  if (scalar === null) return null;
  const text = constantText(scalar, env).trim();
  if (text === 'max') return null;
  const milli = /^(\d{1,7})m$/.exec(text);
  const decimal = /^(\d{1,4})(?:\.(\d{1,6}))?$/.exec(text);
  const millionths =
    milli !== null ? Number(milli[1]) * 1_000 : decimal !== null ? Number(decimal[1] + (decimal[2] ?? '').padEnd(6, '0')) : 0;
  if (millionths > 0) return millionths;
  env.diagnostics.error(scalar.place, `${what} belongs here, not ${quoted(text)}`, 'as in 2, 1.5 or 500m; max is no limit');
  return null;
}

/**
 * GOMAXPROCS as a scenario sets it; null when it leaves that to Go. floor and ceil are the limit rounded, at least 1, which
 * is what programs do that set GOMAXPROCS by their container; without a limit they change nothing.
 */
export function readProcs(node: Node | undefined, limits: readonly CpuLimit[], env: Env): number | null {
  if (node === undefined) return null;
  const word = node.kind === 'scalar' ? node.text : '';
  if (word !== 'floor' && word !== 'ceil') return constantField(node, '"gomaxprocs"', 1, MOST_PROCS, env);
  const [limit] = limits;
  if (limit === undefined) return null;
  const exact = limit.quotaNs / limit.periodNs;
  return Math.min(MOST_PROCS, Math.max(1, word === 'floor' ? Math.floor(exact) : Math.ceil(exact)));
}

/**
 * GOMAXPROCS of a run of the scenario, if nothing else is asked for. Go chooses the number of CPUs; from 1.25 on the limit
 * of the process's own control group, rounded up and at least 2, where that is less. It does not see the limits around.
 */
export function procsOf(scenario: Pick<Scenario, 'go' | 'gomaxprocs' | 'cpus' | 'limits' | 'godebug'>): number {
  const { cpus, limits } = scenario;
  if (scenario.gomaxprocs !== null) return scenario.gomaxprocs;
  const [limit] = limits;
  if (limit === undefined || !scenario.godebug.containermaxprocs || profileOf(scenario.go)?.containerAware !== true) return cpus;
  return Math.min(cpus, Math.max(2, Math.ceil(limit.quotaNs / limit.periodNs)));
}
