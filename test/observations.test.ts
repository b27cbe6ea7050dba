// gosim against what real Go did: every recorded observation is run again here, from its scenario, with the profile of the
// Go that was recorded, a cold start where that was cold, the recording machine's CPUs, and several seeds. Where real Go always
// did the same, gosim must do that; where it did several things, gosim must do one of them.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runScenario } from '../src/cli/run-scenario.ts';
import type { Observation } from '../src/golang/observe.ts';
import { parseScenario } from '../src/scenario/load.ts';
import type { GoVersion, Scenario } from '../src/scenario/model.ts';
import type { Result } from '../src/sim/result.ts';
import { root } from './support/source.ts';

const folder = join(root, 'test/data/observations');
const programs = join(root, 'test/programs');
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
/** Millions of events each: they are run with one seed, and without looking at every event. */
const busy = /^(29|30|31)-/;

const observations = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file) => ({ name: basename(file, '.json'), observed: JSON.parse(readFileSync(join(folder, file), 'utf8')) as Observation }));

function scenarioOf(observed: Observation): Scenario {
  const { scenario, diagnostics } = parseScenario(readFileSync(join(root, observed.scenario), 'utf8'), observed.scenario, {
    set: new Map(),
  });
  if (scenario === null) throw new Error(diagnostics.map((one) => one.message).join('\n'));
  return {
    ...scenario,
    go: observed.language as GoVersion,
    gomaxprocs: observed.gomaxprocs,
    cpus: observed.machine.cpus,
  };
}

const orderOf = (result: Result): string => result.log.map((entry) => entry.text).join(' ');

/** Threads there are when it ends: what Go's threadcreate profile counts, for one that has ended leaves it. */
const threadsOf = (result: Result): number => result.threads.list.filter((thread) => thread.endedAtNs === null).length;

/** What Go lists when everybody is blocked. */
function listingOf(result: Result): string[] | null {
  if (result.goroutines.unfinished.some((g) => g.state !== 'waiting')) return null;
  return result.goroutines.unfinished.map((g) => `${g.name} [${g.reason}]`).sort();
}

/** What gosim did that real Go did not, as sentences. */
function differences(observed: Observation, result: Result): string[] {
  const found: string[] = [];
  // Where gosim sees that nothing can happen any more, real Go just waits until it is cut off.
  const hangs = result.outcome.kind === 'hang';
  const outcome = hangs
    ? { kind: 'until', exitCode: 0, message: '' }
    : { kind: result.outcome.kind, exitCode: result.outcome.exitCode, message: result.outcome.message };
  const outcomes = observed.outcomes.map(({ kind, exitCode, message }) => ({ kind, exitCode, message }) as typeof outcome);
  if (!outcomes.some((one) => JSON.stringify(one) === JSON.stringify(outcome))) {
    found.push(`ended with ${JSON.stringify(outcome)}; Go: ${JSON.stringify(outcomes)}`);
  }
  const orders = observed.logs.map((one) => one.log);
  if (!isOpen(observed) && !orders.includes(orderOf(result)))
    found.push(`logged "${orderOf(result)}"; Go: ${orders.map((one) => `"${one}"`).join(' or ')}`);
  const { threads } = observed;
  if (threads !== null && (threadsOf(result) < threads.min || threadsOf(result) > threads.max)) {
    found.push(`had ${threadsOf(result)} threads; Go: ${threads.min} to ${threads.max}`);
  }
  const listing = listingOf(result);
  const isListed = hangs || result.outcome.kind === 'deadlock' || result.outcome.kind === 'until';
  if (isListed && listing !== null && observed.goroutines.length > 0) {
    const listings = observed.goroutines.map((one) => one.listing.join(', '));
    if (!listings.includes(listing.join(', '))) found.push(`left ${listing.join(', ')}; Go: ${listings.join(' or ')}`);
  }
  return found;
}

/** Real Go did so many different things, most of them once, that more runs would show more: only shares can be compared. */
function isOpen(observed: Observation): boolean {
  return observed.logs.filter((one) => one.count === 1).length >= 5;
}

describe('gosim does what real Go was seen to do', () => {
  it.each(observations.filter(({ observed }) => isOpen(observed)))('as often, where Go varies a lot: $name', ({ observed }) => {
    const scenario = scenarioOf(observed);
    const usual = observed.logs[0];
    const runs = 200;
    let same = 0;
    for (let seed = 1; seed <= runs; seed++) if (orderOf(runScenario(scenario, { seed, record: false }).result) === usual.log) same++;
    expect(Math.abs(same / runs - usual.count / observed.runs), `${same} of ${runs}`).toBeLessThan(0.15);
  });

  it.each(observations)('$name', ({ name, observed }) => {
    const scenario = scenarioOf(observed);
    const found = (busy.test(name) ? seeds.slice(0, 1) : seeds).flatMap((seed) => {
      const { result } = runScenario(scenario, busy.test(name) ? { seed, record: false } : { seed, check: seed === seeds[0] });
      const broken = result.expectations.filter((one) => !one.ok).map((one) => `does not keep ${one.that}: ${one.actual}`);
      return [...differences(observed, result), ...broken].map((text) => `seed ${seed} ${text}`);
    });
    if (found.length > 0) throw new Error(found.join('\n'));
  });
});

describe('the recordings themselves', () => {
  it('cover every program, with both versions of Go', () => {
    const files = readdirSync(programs).filter((file) => file.endsWith('.yaml'));
    const recorded = new Set(observations.map(({ name }) => name));
    const missing = files
      .flatMap((file) => ['1.19', '1.26'].map((go) => `${basename(file, '.yaml')}.go${go}`))
      .filter((name) => !recorded.has(name));
    expect(missing).toEqual([]);
  });

  it('say the same as the orders that the programs expect', () => {
    const wrong = observations.flatMap(({ name, observed }) => {
      const orders = scenarioOf(observed).expect.flatMap(({ that }) => /^log == "(.*)"$/.exec(that)?.[1] ?? []);
      const usual = observed.logs[0].log;
      return orders.filter((order) => order !== usual).map((order) => `${name} expects "${order}", Go mostly did "${usual}"`);
    });
    expect(wrong).toEqual([]);
  });

  it('name no folder and no user', () => {
    for (const { observed } of observations) expect(JSON.stringify(observed)).not.toMatch(/\/(home|root|tmp|work|usr|Users)\b/);
  });
});
