// docs/scenario.schema.json and docs/result.schema.json: up to date, wide enough for all that is right, and not for what
// is wrong in shape.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { RESULT_FIELDS } from '../src/analysis/result-fields.ts';
import { runScenario } from '../src/cli/run-scenario.ts';
import { jsonText } from '../src/report/json.ts';
import { resultSchema } from '../src/report/result-schema.ts';
import { scenarioSchema } from '../src/scenario/json-schema.ts';
import { parseScenario } from '../src/scenario/load.ts';
import { STEPS } from '../src/scenario/step-table.ts';
import { mismatches } from './support/json-schema.ts';
import { exampleOf } from './support/reference.ts';
import { root } from './support/source.ts';
import { randomText } from './swarm/random-text.ts';

const scenarios = scenarioSchema();
const results = resultSchema();
const yamlOf = (text: string): unknown => parse(text, { merge: true });
const filesOf = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${folder}/${name}`);

describe('the committed schemas are what the code makes: npm test -- schema -u (or npm run build) writes them', () => {
  it.each([
    ['scenario', scenarios],
    ['result', results],
  ])('docs/%s.schema.json', async (name, schema) => {
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(`../docs/${name}.schema.json`);
  });
});

describe('the schema of scenarios', () => {
  const files = ['scenarios', 'test/programs', 'test/findings', 'test/data', 'test/reports'].flatMap(filesOf);

  it.each(files)('fits %s', (file) => {
    expect(mismatches(yamlOf(readFileSync(join(root, file), 'utf8')), scenarios)).toEqual([]);
  });

  it('fits every example of docs/language.md', () => {
    const page = readFileSync(join(root, 'docs/language.md'), 'utf8');
    const examples = [...STEPS.keys()].map((name) => `goroutines:\n  main:\n${exampleOf(page, name).replace(/^(?=.)/gm, '    ')}`);
    const whole = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((match) => match[1]!).filter((text) => /^ {2}main:/m.test(text));
    expect(whole.length).toBeGreaterThan(2);
    for (const text of [...examples, ...whole]) expect(mismatches(yamlOf(text), scenarios), text).toEqual([]);
  });

  it('fits whatever the swarm writes', () => {
    for (let seed = 0; seed < 60; seed++) expect(mismatches(yamlOf(randomText(seed)), scenarios), `seed ${seed}`).toEqual([]);
  });

  const DECLARED = 'channels: {a: 0}\nwaitgroups: [wg]\nmutexes: {mu: }\n';
  const main = (steps: string): string => `${DECLARED}goroutines:\n  main: ${steps}`;

  it.each([
    ['values with expressions in them', main('[{cpu: "${n}ms"}, {repeat: "${3}", do: []}, {if: "${true}", do: []}, {exit: "${1 + 1}"}]')],
    ['numbers in quotes, and a version without', `go: 1.26\n${main('[{repeat: "3", do: []}]')}`],
    ['elements of arrays', main('[{send: "a[${i}]"}, {lock: "mu[0]"}, {set: {"x[1]": 3}}, {add: {"wg[2]": 1}}]')],
    ['names of all scripts', main('[{send: größe}, {recv: 通道, as: é}]')],
    [
      'words, and defaults of all forms',
      main('[gosched, {select: [default]}, {select: [{default: []}]}, {select: [{default: , do: []}]}]'),
    ],
    ['sections that are empty', `channels:\nvars: ~\nexpect:\ngoroutines: {main: []}`],
  ])('fits %s', (_, text) => {
    expect(mismatches(yamlOf(text), scenarios)).toEqual([]);
  });

  it.each([
    ['an unknown key of the top level', `chanels: {a: 0}\n${main('[]')}`],
    ['no main', 'goroutines: {worker: []}'],
    ['an unknown step', main('[{cpuu: 1ms}]')],
    ['an unknown word', main('[goshed]')],
    ['a step without its value', main('[cpu]')],
    ['two steps in one mapping', main('[{cpu: 1ms, net: 1ms}]')],
    ['what stands beside no step', main('[{cpu: 1ms, as: x}]')],
    ['a key beside that belongs inside', main('[{cpu: 1ms, calls: false}]')],
    ['an unknown key of a step', main('[{cpu: {for: 1ms, call: false}}]')],
    ['a key that is missing', main('[{repeat: 3}]')],
    ['a key inside that is missing', main('[{cpu: {calls: false}}]')],
    ['a duration without a unit', main('[{cpu: 5}]')],
    ['a duration of an unknown unit', main('[{cpu: 5 sec}]')],
    ['an unknown distribution', main('[{cpu: gauss(1ms)}]')],
    ['a list where a name belongs', main('[{send: [a]}]')],
    ['a mapping where steps belong', main('[{if: true, do: {cpu: 1ms}}]')],
    ['a text where a flag belongs', main('[{cpu: {for: 1ms, calls: maybe}}]')],
    ['a broken number', main('[{repeat: 1.5, do: []}]')],
    ['an unknown case of a select', main('[{select: [{receive: a}]}]')],
    ['an unknown key of a case', main('[{select: [{recv: a, to: x}]}]')],
    ['two names in one set', main('[{set: {a: 1, b: 2}}]')],
    ['a key of a channel', `${main('[]')}\nlisteners: {web: {arrivals: poisson(1/s), until: 1s}}`],
    ['an unknown arrival process', `${main('[]')}\nlisteners: {web: {arrivals: poison(1/s)}}`],
    ['a version nobody models', `go: "1.20"\n${main('[]')}`],
    ['an expectation without an operator', `${main('[]')}\nexpect: [completed]`],
  ])('refuses %s, as the reader of scenarios does', (_, text) => {
    expect(mismatches(yamlOf(text), scenarios)).not.toEqual([]);
    expect(parseScenario(text, 'wrong.yaml').scenario).toBeNull();
  });

  it('has a word on every key', () => {
    const silent: string[] = [];
    const visit = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [key, one] of Object.entries(schema)) {
        if (key === 'properties')
          for (const [name, property] of Object.entries(one as object)) {
            if (!('description' in property)) silent.push(`${path}/${name}`);
          }
        visit(one, `${path}/${key}`);
      }
    };
    visit(scenarios, '');
    visit(results, '');
    expect(silent).toEqual([]);
  });
});

describe('the schema of results', () => {
  it.each(filesOf('scenarios'))('fits what %s gives', (file) => {
    const readFile = (name: string): { text: string } => ({ text: readFileSync(join(root, 'scenarios', name), 'utf8') });
    const { scenario } = parseScenario(readFileSync(join(root, file), 'utf8'), file, { readFile });
    const { result } = runScenario(scenario!, { detail: true, sampleNs: 5_000_000 });
    expect(result.series).not.toBeNull();
    expect(mismatches(JSON.parse(jsonText(result)), results)).toEqual([]);
  });

  it('refuses a result that lacks a field, has one of another type or one more', () => {
    const { result } = runScenario(parseScenario('goroutines: {main: [{cpu: 1ms}]}', 'one.yaml').scenario!, {});
    const { makespanNs: _, ...less } = result;
    expect(mismatches({ ...result }, results)).toEqual([]);
    expect(mismatches(less, results)).toHaveLength(1);
    expect(mismatches({ ...result, seed: '1' }, results)).toHaveLength(1);
    expect(mismatches({ ...result, counters: { ...result.counters, more: 1 } }, results)).toHaveLength(1);
    expect(mismatches({ ...result, outcome: { ...result.outcome, kind: 'done' } }, results)).toHaveLength(1);
  });

  it('knows the figures that expectations name, and no more', () => {
    expect([...RESULT_FIELDS.fields.keys()].filter((name) => ['series', 'findings', 'model', 'expectations'].includes(name))).toEqual([]);
    expect([...RESULT_FIELDS.fields.keys()]).toEqual(expect.arrayContaining(['makespan', 'log', 'counters', 'mutexes', 'eventHash']));
  });
});
