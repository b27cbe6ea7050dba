// docs/fidelity.md against the recordings it is made of: gosim simulates anew what was recorded, and the page must say what
// comes of it. After a change that moves figures: npm test -- scorecard -u, and look at the difference.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeKept, keptObservations, scorecardPage, unrecorded } from '../scripts/scorecard-page.ts';
import { REASONS } from '../scripts/scorecard-reasons.ts';
import { holds, summaryOf } from '../src/analysis/scorecard.ts';
import { root } from './support/source.ts';

const judged = keptObservations(root).map((one) => judgeKept(root, one));

describe('the scorecard', () => {
  it('says what the recordings and this version of gosim make of each other', async () => {
    await expect(scorecardPage(judged, unrecorded(root, judged))).toMatchFileSnapshot('../docs/fidelity.md');
  });

  it('has a reason for every bar that is missed, and none for what holds', () => {
    const missed = judged.flatMap(({ observation: { scenario }, metrics }) =>
      metrics.filter((one) => one.verdict === 'missed').map((one) => `${scenario}: ${one.name}`),
    );
    const explained = REASONS.flatMap(({ scenario, figures }) => figures.map((figure) => `${scenario}: ${figure}`));
    expect(new Set(explained)).toEqual(new Set(missed));
  });

  it('holds the bars of order, outcome and listing everywhere', () => {
    const exact = ['order', 'outcome', 'listing'];
    const summary = summaryOf(judged.flatMap((one) => one.metrics)).filter(({ bar }) => exact.includes(bar));
    expect(summary.map(({ bar }) => bar).sort()).toEqual(exact.sort());
    expect(summary.filter((one) => !holds(one))).toEqual([]);
  });
});

describe('the recordings', () => {
  it('name no folder and no user', () => {
    for (const { observation } of judged) expect(JSON.stringify(observation)).not.toMatch(/\/(home|root|tmp|work|usr|Users)\//);
  });

  it('are of scenarios that are there', () => {
    for (const { observation } of judged) expect(readFileSync(join(root, observation.scenario), 'utf8')).toContain('goroutines:');
  });
});
