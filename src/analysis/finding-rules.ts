// What the rules for findings share: what they see, and the words for figures.

import { formatDuration } from '../base/duration.ts';
import type { Finding, Processor, Result } from '../sim/result.ts';
import type { BodyFacts, Facts } from './facts.ts';

export interface FindingsInput {
  readonly result: Result;
  readonly facts: Facts;
  readonly bodies: readonly string[]; // names by number
  readonly listeners: readonly string[]; // likewise
}

/** A kind of finding. Null: not in this run. */
export interface Rule {
  readonly id: string;
  readonly find: (input: FindingsInput) => Omit<Finding, 'id'> | null;
}

/** A duration to three significant digits. */
export function about(ns: number): string {
  const rounded = Math.round(ns);
  const digits = String(rounded).length;
  const unit = digits > 3 ? Number(`1e${digits - 3}`) : 1;
  return formatDuration(Math.round(rounded / unit) * unit);
}

/** 12345 -> 12,345. */
export function number(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 sleep`, `2 sleeps`. */
export function several(n: number, noun: string): string {
  return `${number(n)} ${noun}${n === 1 ? '' : 's'}`;
}

export function share(part: number, whole: number): string {
  return `${Math.round((part / whole) * 100)}%`;
}

/** To one decimal, which 0 need not show. */
export function tenths(n: number): string {
  return String(Math.round(n * 10) / 10);
}

export function nameOf(body: number, { bodies }: FindingsInput): string {
  return bodies[body] ?? `body ${body}`;
}

export function sumOf<T>(list: readonly T[], pick: (one: T) => number): number {
  return list.reduce((sum, one) => sum + pick(one), 0);
}

/** Mean share of the processors' time. */
export function meanShare({ result }: FindingsInput, pick: (p: Processor) => number): number {
  return sumOf(result.processors, pick) / result.processors.length / result.makespanNs;
}

/** The body with the most of something, null when all have none. */
export function mostOf(facts: Facts, pick: (body: BodyFacts) => number): BodyFacts | null {
  const most = facts.bodies.reduce<BodyFacts | null>((best, body) => (best === null || pick(body) > pick(best) ? body : best), null);
  return most !== null && pick(most) > 0 ? most : null;
}

const NO_CPU_SHARE = 0.1;

/** More processors than CPUs, and running goroutines waited for one. */
export function lacksCpus({ result, facts }: FindingsInput): boolean {
  const noCpuNs = sumOf(facts.bodies, (body) => body.noCpuNs);
  return result.gomaxprocs > result.machine.cpus && noCpuNs >= sumOf(facts.bodies, (body) => body.cpuNs) * NO_CPU_SHARE;
}
