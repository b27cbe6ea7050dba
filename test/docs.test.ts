// The pages of docs/: what they list is complete, and what they show runs.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Fields } from '../src/analysis/result-fields.ts';
import { RESULT_FIELDS } from '../src/analysis/result-fields.ts';
import { formatDuration } from '../src/base/duration.ts';
import type { ScenarioRun } from '../src/cli/run-scenario.ts';
import { runScenario } from '../src/cli/run-scenario.ts';
import { costsOf } from '../src/runtime/costs.ts';
import { PROFILES } from '../src/runtime/profile.ts';
import { ARRIVALS } from '../src/scenario/arrivals.ts';
import { parseScenario, TOP_KEYS } from '../src/scenario/load.ts';
import { MACHINE_KEYS } from '../src/scenario/machine.ts';
import { COST_KEYS } from '../src/scenario/machine-costs.ts';
import { KERNEL_CONSTANTS } from '../src/scenario/neighbours.ts';
import { DISTRIBUTIONS } from '../src/scenario/quantity.ts';
import { RUNTIME_CONSTANTS } from '../src/scenario/runtime-constants.ts';
import { STEPS, STEPS_LATER } from '../src/scenario/step-table.ts';
import { exampleOf, stepReference } from './support/reference.ts';
import { root } from './support/source.ts';

const page = (name: string): string => readFileSync(join(root, 'docs', name), 'utf8');

/** Runs a text of the page, which must be a scenario with nothing wrong but what nobody uses. */
function run(text: string): ScenarioRun {
  const { scenario, diagnostics } = parseScenario(text, 'docs.yaml');
  expect(diagnostics.map((one) => one.message).filter((message) => !/is never (used|started or called)$/.test(message))).toEqual([]);
  return runScenario(scenario!, scenario!.limits.length > 0 || scenario!.neighbours.length > 0 ? {} : { gomaxprocs: 2 });
}

/** The names at the ends of all paths. */
function leavesOf(fields: Fields): string[] {
  return [...fields.fields].flatMap(([name, field]) => {
    if (field.type === 'leaf') return [name];
    return leavesOf(field.type === 'object' ? field : field.each);
  });
}

describe('docs/language.md', () => {
  const language = page('language.md');
  const blocks = [...language.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((match) => match[1]);
  const preamble = blocks.find((text) => text.startsWith('params: {n: 3')) ?? '';
  /** How the example of a step ends, where it does not complete. */
  const ends: Record<string, string> = { panic: 'panic', exit: 'exit' };

  it.each([...STEPS.keys()])('the example of %s uses it and runs', (name) => {
    const example = exampleOf(language, name);
    expect(example).toMatch(new RegExp(`(^|[^\\w])${name}($|[^\\w])`, 'm'));
    const indented = example.replace(/^(?=.)/gm, '    ');
    const { result } = run(`${preamble}  main:\n${indented}`);
    expect(result.outcome.kind).toBe(ends[name] ?? 'completed');
  });

  it('its whole scenarios run and meet their expectations', () => {
    const whole = blocks.filter((text) => /^ {2}main:/m.test(text));
    expect(whole).toHaveLength(7);
    for (const text of whole) expect(run(text).result.expectations.filter((one) => !one.ok)).toEqual([]);
  });

  it('names every top-level key, every distribution and arrival process, and everything that is not there yet', () => {
    for (const key of Object.keys(TOP_KEYS)) expect(language).toContain(`\`${key}\``);
    for (const name of Object.keys(DISTRIBUTIONS)) expect(language).toContain(`| \`${name}(`);
    for (const name of Object.keys(ARRIVALS)) expect(language).toMatch(new RegExp(`\\| \`${name}[ (]`));
    for (const { name } of MACHINE_KEYS) expect(language).toContain(`\`${name}\``.replace('`cpus`', '{cpus:'));
    for (const name of STEPS_LATER) expect(language).toContain(`\`${name}\``);
  });

  it('does not call later what is there', () => {
    const later = language.slice(language.indexOf('## Known, and not there yet'));
    const names = [...later.matchAll(/^- .*?: (.*)$/gm)].flatMap(([, list]) => [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    expect(names).toContain('setGomaxprocs');
    expect(names.filter((name) => STEPS.has(name) || name in TOP_KEYS || name in DISTRIBUTIONS || name in ARRIVALS)).toEqual([]);
  });

  it('names every figure that an expectation may name', () => {
    const section = language.slice(language.indexOf('## Expectations'));
    const code = [...section.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text).join(' ');
    for (const name of leavesOf(RESULT_FIELDS)) expect(code).toMatch(new RegExp(`(^|[\\s.])${name}($|\\s)`));
  });

  // npm test -- docs -u writes the list of steps from the table that reads them, with the examples that are there.
  it('lists the steps and their keys as they are read', async () => {
    const between = (page: string, name: string, text: string): string =>
      page.replace(new RegExp(`(?<=<!-- ${name}:[^>]*>\n)[\\s\\S]*?(?=<!-- end of ${name})`), () => `\n${text}\n`);
    const table = (keys: readonly { name: string; doc: string }[], head = '| constant | |\n| --- | --- |'): string =>
      `${head}\n${keys.map(({ name, doc }) => `| \`${name}\` | ${doc} |`).join('\n')}\n`;
    const costs = COST_KEYS.map(({ name, doc }) => {
      const [newer, older] = [costsOf('1.26')[name], costsOf('1.19')[name]].map(costText);
      return { name, doc: `${doc} | ${newer === older ? newer : `${newer}; 1.19: ${older}`}` };
    });
    let written = between(language, 'runtime', table(RUNTIME_CONSTANTS));
    written = between(written, 'kernel', table(KERNEL_CONSTANTS));
    written = between(written, 'costs', table(costs, '| cost | | built in |\n| --- | --- | --- |'));
    written = between(written, 'steps', stepReference(language));
    await expect(written).toMatchFileSnapshot('../docs/language.md');
  });
});

/** As one writes it in a scenario. */
function costText(cost: number | readonly [number, number]): string {
  return typeof cost === 'number' ? formatDuration(cost) : `[${cost.map(formatDuration).join(', ')}]`;
}

it('docs/go-versions.md names every field of a profile, and both versions', () => {
  const text = page('go-versions.md');
  for (const field of Object.keys(PROFILES[0])) expect(text).toContain(`\`${field}\``);
  for (const { version } of PROFILES) expect(text).toContain(version);
});
