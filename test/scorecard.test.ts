// docs/fidelity.md against the recordings it is made of: gosim simulates anew what was recorded, and the page must say what
// comes of it. After a change that moves figures: npm test -- scorecard -u, and look at the difference.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeKept, keptObservations, scorecardPage } from '../scripts/scorecard-page.ts';
import { holds, summaryOf } from '../src/analysis/scorecard.ts';
import { root } from './support/source.ts';

const judged = keptObservations(root).map((one) => judgeKept(root, one));

describe('the scorecard', () => {
  it('says what the recordings and this version of gosim make of each other', async () => {
    await expect(scorecardPage(judged)).toMatchFileSnapshot('../docs/fidelity.md');
  });

  // Real Go needs one thread more than gosim around LockOSThread, and the page says so. Not understood yet.
  const KNOWN = ['lock-os-thread.go1.26.procs1: threads', 'lock-os-thread.go1.26.procs2: threads'];

  it('misses no bar but those that are known', () => {
    const summary = summaryOf(judged.flatMap((one) => one.metrics));
    const missed = judged.flatMap(({ name, metrics }) =>
      metrics.filter((one) => one.verdict === 'missed').map((one) => `${name}: ${one.name}`),
    );
    expect(missed).toEqual(KNOWN);
    expect(summary.filter((one) => !holds(one)).map((one) => one.figure)).toEqual(['threads created']);
  });
});

describe('the recordings', () => {
  it('name no folder and no user', () => {
    for (const { observation } of judged) expect(JSON.stringify(observation)).not.toMatch(/\/(home|root|tmp|work|usr|Users)\b/);
  });

  it('are of scenarios that are there', () => {
    for (const { observation } of judged) expect(readFileSync(join(root, observation.scenario), 'utf8')).toContain('goroutines:');
  });
});
