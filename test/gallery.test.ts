// The gallery teaches only if it is true: each scenario's expectations hold with any seed, and fail as soon as the one rule
// of Go that it shows is broken. (scenarios.test.ts runs each by the command, once more with every check.)

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFilesOf } from '../src/cli/io.ts';
import { exitCodeOf, runScenario } from '../src/cli/run-scenario.ts';
import { parseScenario } from '../src/scenario/load.ts';
import type { Scenario } from '../src/scenario/model.ts';
import type { Result } from '../src/sim/result.ts';
import { FIRST } from './gallery/first.ts';
import { SECOND } from './gallery/second.ts';
import { runBroken } from './support/broken-rule.ts';
import { root } from './support/source.ts';

const folder = join(root, 'scenarios');
const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
const exhibits = [...FIRST, ...SECOND];
const OTHER_SEEDS = [11, 22, 33, 44, 55];

function scenarioOf(file: string): Scenario {
  const path = join(folder, file);
  const { scenario, diagnostics } = parseScenario(readFileSync(path, 'utf8'), file, { readFile: dataFilesOf(path) });
  if (scenario === null) throw new Error(diagnostics.map((one) => one.message).join('\n'));
  return scenario;
}

/** The expectations that do not hold, with what there is instead. */
function broken(result: Result): string[] {
  return result.expectations.filter((one) => !one.ok && one.level === 'error').map((one) => `${one.that}, but it is ${one.actual}`);
}

describe('with any seed the expectations hold', () => {
  const moved = files.filter((file) => !exhibits.some((one) => one.file === file && one.ownSeed !== undefined));
  it.each(moved)('in %s', (file) => {
    const scenario = scenarioOf(file);
    for (const seed of OTHER_SEEDS) {
      const { result } = runScenario(scenario, { seed, check: seed === OTHER_SEEDS[0] });
      expect([broken(result), exitCodeOf(result)], `seed ${seed}`).toEqual([[], 0]);
    }
  });
});

describe('an expectation fails without the rule', () => {
  it.each(exhibits)('$file: $rule', ({ file, broken: rule, fails }) => {
    const scenario = scenarioOf(file);
    for (const beginning of fails) {
      const meant = scenario.expect.filter(({ that }) => that.startsWith(beginning));
      expect(meant.length, `expectations that begin with ${beginning}`).toBe(1);
    }
    const { result } = runBroken(scenario, rule);
    const found = broken(result);
    const held = fails.filter((beginning) => !found.some((that) => that.startsWith(beginning)));
    expect(held, `what failed: ${found.join('; ')}`).toEqual([]);
  });
});

describe('the gallery', () => {
  it('has an exhibit for every scenario, and a scenario for every exhibit', () => {
    expect([...new Set(exhibits.map(({ file }) => file))].sort()).toEqual(files.toSorted());
  });

  it('begins each scenario with a comment on what it covers and what to look for', () => {
    for (const file of files) {
      const head = headOf(file);
      expect(head, file).toMatch(/^# yaml-language-server: .*\n#\n# [A-Z]/);
      expect(head, file).toContain('\n# What to look for:\n# - ');
    }
  });

  // npm test -- gallery -u writes the sentences anew; under which heading a scenario stands, and where, is written by hand.
  it('is listed in its README, each scenario once, by the first sentence of its comment', async () => {
    const page = readFileSync(join(folder, 'README.md'), 'utf8');
    const listed = [...page.matchAll(/^- \[(.+?)\]/gm)].map(([, file]) => file);
    expect(listed.toSorted()).toEqual(files.toSorted());
    const written = page.replace(/^- \[(.+?)\].*$/gm, (_, file: string) => `- [${file}](${file}): ${firstSentence(file)}`);
    await expect(written).toMatchFileSnapshot('../scenarios/README.md');
  });
});

/** The comment at the top of a scenario. */
function headOf(file: string): string {
  return readFileSync(join(folder, file), 'utf8').split(/^(?!#)/m)[0];
}

function firstSentence(file: string): string {
  const text = headOf(file)
    .split('\n')
    .slice(2)
    .map((line) => line.replace(/^# ?/, ''))
    .join(' ');
  return /^.*?\.(?= |$)/.exec(text)?.[0] ?? '';
}

describe('a broken rule', () => {
  it('is mended after its run', () => {
    const { file, broken: rule } = exhibits[0];
    const scenario = scenarioOf(file);
    const before = runScenario(scenario).result;
    runBroken(scenario, rule);
    expect(runScenario(scenario).result).toEqual(before);
  });
});
