// Findings: for each kind a scenario in test/findings that shows it, and one like it that must not (ID.not.yaml). Golden
// files hold what is said of each; npm test -- findings -u writes them anew, to be read before they are kept.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FINDING_IDS } from '../src/analysis/findings.ts';
import { runScenario } from '../src/cli/run-scenario.ts';
import { findingLines } from '../src/report/findings.ts';
import { createStyle, PLAIN } from '../src/report/style.ts';
import { parseScenario } from '../src/scenario/load.ts';
import type { Finding } from '../src/sim/result.ts';
import { gosim } from './support/gosim.ts';
import { root } from './support/source.ts';

const folder = join(root, 'test/findings');

function findingsIn(file: string, seed?: number): Finding[] {
  const { scenario, diagnostics } = parseScenario(readFileSync(file, 'utf8'), file);
  if (scenario === null) throw new Error(diagnostics.map((one) => one.message).join('\n'));
  return runScenario(scenario, seed === undefined ? {} : { seed }).result.findings;
}

const idsIn = (file: string, seed?: number): string[] => findingsIn(file, seed).map((one) => one.id);

describe('findings', () => {
  it('each has its pair of scenarios, and there are no others', () => {
    const names = FINDING_IDS.flatMap((id) => [`${id}.not.yaml`, `${id}.yaml`]);
    expect(readdirSync(folder).sort()).toEqual(names.sort());
  });

  it.each(FINDING_IDS)('%s is found where it is, and not where it is not, whatever the seed', (id) => {
    for (const seed of [1, 2, 3]) {
      expect(idsIn(join(folder, `${id}.yaml`), seed)).toContain(id);
      expect(idsIn(join(folder, `${id}.not.yaml`), seed)).not.toContain(id);
    }
  });

  it.each(FINDING_IDS)('%s reads like its golden file', async (id) => {
    const found = findingsIn(join(folder, `${id}.yaml`)).filter((one) => one.id === id);
    await expect(`${findingLines(found, PLAIN).join('\n')}\n`).toMatchFileSnapshot(`golden/findings/${id}.txt`);
  });

  it('are sentences, with figures for evidence, in 80 columns and in ASCII where no more can be shown', () => {
    for (const id of FINDING_IDS) {
      const found = findingsIn(join(folder, `${id}.yaml`));
      for (const { sentence, evidence, wayOut } of found) {
        expect(sentence).toMatch(/^[\w].*\.$/);
        expect(evidence).toMatch(/\d.*\.$/s);
        expect(wayOut ?? '.').toMatch(/\.$/);
        expect(`${sentence}${evidence}${wayOut}`).not.toMatch(/NaN|undefined|Infinity|null/);
      }
      const lines = findingLines(found, createStyle({ width: 80, unicode: false, colors: 0 }));
      expect(lines.join('\n')).toMatch(/^[\n\x20-\x7e]*$/);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    }
  });

  it('stand in the report and in the JSON, and need the event log', async () => {
    const file = join(folder, 'lock-convoy.yaml');
    const { out } = await gosim(['run', file]);
    expect(out).toContain('\nFindings\n  ! Goroutines stand in line at the mutex cache.\n');
    const { findings } = JSON.parse((await gosim(['run', file, '--format', 'json'])).out) as { findings: Finding[] };
    expect(findings[0]).toMatchObject({ id: 'lock-convoy', sentence: 'Goroutines stand in line at the mutex cache.' });
    const bare = JSON.parse((await gosim(['run', file, '--format', 'json', '--no-record'])).out) as { findings: Finding[] };
    expect(bare.findings).toEqual([]);
  });

  it('docs/findings.md explains each', () => {
    const page = readFileSync(join(root, 'docs/findings.md'), 'utf8');
    expect([...page.matchAll(/^## (.*)$/gm)].map((match) => match[1])).toEqual([...FINDING_IDS]);
  });
});
