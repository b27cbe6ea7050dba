// A machine profile: what the runtime's operations cost on some machine, as `gosim calibrate -o` writes it, or as written by
// hand. It says which costs differ from the built-in ones; the others stay.

import type { Costs } from '../runtime/costs.ts';
import { costsOf } from '../runtime/costs.ts';
import type { Env } from './expression.ts';
import { didYouMean, quoted } from './suggest.ts';
import { constantText, scalarField } from './values.ts';
import type { Node } from './yaml.ts';

export const PROFILE_SCHEMA = 'gosim.profile/v1';

/** Costs of a machine that are other than the built-in ones. */
export interface MachineCosts {
  readonly costs: Partial<Costs>;
  /** Those that are others while an execution trace is written. */
  readonly traced: Partial<Costs>;
}

export const NO_COSTS: MachineCosts = { costs: {}, traced: {} };

export interface ProfileText extends MachineCosts {
  readonly go: string | null; // the version it was measured with
}

/** The costs in the text of a profile, or what is wrong with it, in one sentence. */
export function readProfile(text: string): ProfileText | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return `is not JSON: ${(error as Error).message}`;
  }
  if (!isObject(json)) return 'is no machine profile: it holds no object';
  if (json.schema !== PROFILE_SCHEMA) {
    const found = typeof json.schema === 'string' ? `its schema is ${quoted(json.schema)}` : 'it names no schema';
    return `is no machine profile that this version reads: ${found}, not ${quoted(PROFILE_SCHEMA)}`;
  }
  if (!isObject(json.costs)) return 'has no "costs"';
  const costs = readCosts(json.costs);
  if (typeof costs === 'string') return costs;
  const traced = readCosts(isObject(json.traced) ? json.traced : {});
  if (typeof traced === 'string') return traced;
  return { costs, traced, go: typeof json.go === 'string' ? json.go : null };
}

function readCosts(written: Record<string, unknown>): Partial<Costs> | string {
  const known: Record<string, unknown> = { ...costsOf('1.26') };
  const costs: Record<string, number | readonly [number, number]> = {};
  for (const [name, value] of Object.entries(written)) {
    const builtIn = known[name];
    if (builtIn === undefined) return `has a cost ${quoted(name)}, which is not known${didYouMean(name, Object.keys(known))}`;
    const cost = Array.isArray(builtIn) ? rangeOf(value) : numberOf(value);
    if (cost === null) return `says nothing usable of the cost ${quoted(name)}: it takes a number of nanoseconds, 0 or more`;
    costs[name] = cost;
  }
  return costs as Partial<Costs>;
}

function numberOf(value: unknown): number | null {
  const ns = isObject(value) ? value.ns : value;
  return isCost(ns) ? Math.round(ns) : null;
}

/**
 * A figure that varies from call to call lies between two ends, mostly near the low one: its median is a quarter of the
 * way. So the high end follows from a measured median and the low end.
 */
function rangeOf(value: unknown): readonly [number, number] | null {
  if (Array.isArray(value)) {
    const [least, most] = value as unknown[];
    return value.length === 2 && isCost(least) && isCost(most) && least <= most ? [Math.round(least), Math.round(most)] : null;
  }
  if (!isObject(value)) return isCost(value) ? [Math.round(value), Math.round(value)] : null;
  const { ns, minNs } = value;
  if (!isCost(ns) || !isCost(minNs) || minNs > ns) return null;
  return [Math.round(minNs), Math.round(minNs + 4 * (ns - minNs))];
}

const MOST_NS = 1e12;

function isCost(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MOST_NS;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The profile that a scenario names: a file beside it. */
export function profileField(node: Node, env: Env): Partial<Costs> {
  const scalar = scalarField(node, 'the name of a file', env);
  if (scalar === null) return {};
  const name = constantText(scalar, env).trim();
  const file = env.files.text(name);
  const profile = 'problem' in file ? file.problem : readProfile(file.text);
  if (typeof profile !== 'string') return profile.costs;
  env.diagnostics.error(scalar.place, `${quoted(name)} ${profile}`, 'gosim calibrate -o FILE writes one');
  return {};
}
