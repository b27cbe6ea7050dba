// Findings about CPU limits.

import type { Finding, Quota, QuotaCounts } from '../sim/result.ts';
import type { FindingsInput, Rule } from './finding-rules.ts';
import { about, number, several, sumOf } from './finding-rules.ts';

type Found = Omit<Finding, 'id'> | null;

const PERIODS = 0.1; // share of those that end with a CPU throttled
const OF_RUN = 0.02; // time throttled beside the length of the run

/** The limit that throttled most; the innermost of several that did as much. */
function worst(quota: Quota): QuotaCounts {
  return [quota, ...quota.outer].reduce((most, one) => (one.throttledNs > most.throttledNs ? one : most));
}

function throttled(input: FindingsInput): Found {
  const { result, facts } = input;
  const { quota, gomaxprocs, machine } = result;
  if (quota === null) return null;
  const limit = worst(quota);
  if (limit.throttledShare < PERIODS || limit.throttledNs < result.makespanNs * OF_RUN) return null;
  const at = Math.min(gomaxprocs, machine.cpus);
  const fits = Math.max(1, Math.floor(limit.cpus));
  const heldNs = sumOf(facts.bodies, (body) => body.throttledNs);
  const soon =
    at > limit.cpus
      ? ` ${several(at, 'running thread')} use up the ${about(limit.quotaNs)} of a period in ${about(limit.quotaNs / at)}.`
      : '';
  const which =
    limit === quota ? `The CPU limit of ${cpusText(limit.cpus)}` : `A CPU limit of ${cpusText(limit.cpus)} around that of the process`;
  return {
    sentence: `${which} throttled the process.`,
    evidence:
      `Its quota was used up before the end of ${number(limit.throttledPeriods)} of ${several(limit.periods, 'period')} of ` +
      `${about(limit.periodNs)}; CPUs then stood still, ${about(limit.throttledNs)} in all, and held goroutines for ${about(heldNs)}.${soon}`,
    wayOut:
      gomaxprocs > fits
        ? `With GOMAXPROCS ${fits} the quota lasts longer (--procs ${fits}); gosim compare shows what that costs.`
        : 'There is more to do than the limit allows: a higher limit, or less work.',
  };
}

/** 2, 1.5, 0.25 */
function cpusText(cpus: number): string {
  return String(Math.round(cpus * 1000) / 1000);
}

export const QUOTA_RULES: readonly Rule[] = [{ id: 'throttled', find: throttled }];
