// The reporters of gosim check: each format is read back here by rules of its own, with names and texts that would break out
// of it if they could.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { githubReporter, withoutCommands } from '../src/report/check-github.ts';
import { jsonReporter } from '../src/report/check-json.ts';
import { junitReporter } from '../src/report/check-junit.ts';
import { markdownReporter } from '../src/report/check-markdown.ts';
import type { CheckReport, Reporter } from '../src/report/check-reporter.ts';
import { tapReporter } from '../src/report/check-tap.ts';
import { textReporter } from '../src/report/check-text.ts';
import type { Checked } from '../src/report/checked.ts';
import { problemOf, tallyOf, withoutRun } from '../src/report/checked.ts';
import { PLAIN } from '../src/report/style.ts';
import { gosim } from './support/gosim.ts';

const NASTY = [
  'two\nlines\r\nand\ttab',
  '::error file=x::boom',
  '</failure></testcase><script>alert("x")</script>',
  ']]> & \' " \u0000\u001b[31m\u007f\u0085\u2028\u202e\ufffe\ud800',
  '`code` ``` | *bold* _it_ [link](x) <b> @someone #1 ````',
  'ok 1 - # SKIP \\ # TODO\n...\nBail out!',
  '%0A%25##[error]x',
];

function failed(file: string, name: string, text: string): Checked {
  return {
    file,
    name,
    status: 'failed',
    outcome: { kind: 'panic', exitCode: 2, message: text },
    makespanNs: 1_500_000,
    expectations: 1,
    problems: [
      problemOf({
        kind: 'expectation',
        message: `expected log == ${text}, got 1`,
        metric: 'log',
        expected: text,
        actual: '1',
        place: { line: 3, column: 5, length: 7 },
        frame: ['- log == 1', '  ^^^^^^^'],
        why: text,
        details: [text],
        finding: { id: 'one-channel', sentence: `Channel ${text}.`, evidence: text, wayOut: text },
      }),
      problemOf({ kind: 'baseline', level: 'warn', message: text }),
    ],
  };
}

function reportOf(scenarios: readonly Checked[]): CheckReport {
  return { gosim: '1', shard: null, interrupted: false, scenarios, tally: tallyOf(scenarios), notes: [] };
}

function textOf(reporter: Reporter, scenarios: readonly Checked[]): string {
  return scenarios.map((one) => reporter.scenario(one)).join('') + reporter.end(reportOf(scenarios));
}

const all = (): Checked[] => NASTY.map((text) => failed(`s/${text}.yaml`, text, text));
const passed: Checked = { ...failed('s/a.yaml', 'a', 'b'), status: 'passed', problems: [] };

interface Element {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly inside: (Element | string)[];
}

/** Reads XML as strictly as the recommendation has it: characters, entities, attributes, nesting. */
function readXml(text: string): Element {
  expect(text).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
  const decoded = (raw: string): string => {
    expect(raw).not.toMatch(/<|&(?!(amp|lt|gt|quot|apos|#\d+);)/);
    const names: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
    return raw.replace(/&(?:#(\d+)|(\w+));/g, (_, code, name) => (code ? String.fromCodePoint(Number(code)) : names[name]));
  };
  const body = text.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  expect(body).not.toBe(text);
  const root: Element = { name: '', attributes: {}, inside: [] };
  const open = [root];
  let at = 0;
  for (const tag of body.matchAll(/<(\/?)(\w[\w-]*)((?:\s+\w+="[^"<]*")*)\s*(\/?)>/g)) {
    const between = body.slice(at, tag.index);
    if (between.trim() !== '') open.at(-1)!.inside.push(decoded(between));
    at = tag.index + tag[0].length;
    if (tag[1] === '/') expect(open.pop()!.name).toBe(tag[2]);
    else {
      const attributes = Object.fromEntries([...tag[3].matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, decoded(value)]));
      const element = { name: tag[2], attributes, inside: [] };
      open.at(-1)!.inside.push(element);
      if (tag[4] === '') open.push(element);
    }
  }
  expect([open, body.slice(at).trim()]).toEqual([[root], '']);
  return root.inside[0] as Element;
}

/** What a runner of GitHub Actions would do with an output: commands are lines that begin with ::, blanks before it or not. */
function readCommands(text: string): { command: string; properties: Record<string, string>; message: string }[] {
  const plain = (raw: string): string =>
    raw.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%25', '%');
  return text.split('\n').flatMap((line) => {
    const match = /^\s*::(\w+)(?: ([^:]*))?::(.*)$/s.exec(line);
    if (match === null) return [];
    const pairs = (match[2] ?? '').split(',').map((pair) => [pair.slice(0, pair.indexOf('=')), plain(pair.slice(pair.indexOf('=') + 1))]);
    return [{ command: match[1], properties: Object.fromEntries(pairs), message: plain(match[3]) }];
  });
}

describe('JUnit', () => {
  it('is XML whatever the scenarios hold, with their texts in it', () => {
    const { name, attributes, inside } = readXml(textOf(junitReporter(), all()));
    expect([name, attributes]).toEqual(['testsuites', { tests: '7', failures: '7', errors: '0', skipped: '0', time: '0.010500000' }]);
    const cases = (inside[0] as Element).inside as Element[];
    const [two, , script] = cases.map((one) => one.inside as Element[]);
    expect((two[0].inside[0] as Element).attributes).toEqual({ name: 'scenario', value: NASTY[0] });
    expect(script[1].name).toBe('failure');
    expect(script[1].attributes.message).toBe(`expected log == ${NASTY[2]}, got 1`);
    expect(script[1].inside).toEqual([expect.stringContaining(NASTY[2])]);
  });

  it('tells failures, errors and what was not run apart', () => {
    const invalid = withoutRun('b.yaml', 'invalid', [problemOf({ kind: 'mistake', message: 'no' })]);
    const suites = readXml(textOf(junitReporter(), [passed, invalid, withoutRun('c.yaml', 'not run', [])]));
    expect(suites.attributes).toMatchObject({ tests: '3', failures: '0', errors: '1', skipped: '1' });
    const [a, b, c] = (suites.inside[0] as Element).inside as Element[];
    expect(a.attributes).toEqual({ name: 'a.yaml', classname: 's', file: 's/a.yaml', time: '0.001500000' });
    expect(b.inside).toEqual([{ name: 'error', attributes: { message: 'no', type: 'mistake' }, inside: [expect.any(String)] }]);
    expect(c.inside).toEqual([{ name: 'skipped', attributes: {}, inside: [] }]);
  });
});

describe('annotations of GitHub', () => {
  it('stand at the line of the scenario, one for each problem, and hold texts as they are', () => {
    const commands = readCommands(
      textOf(
        githubReporter((file) => `repo/${file}`),
        all(),
      ),
    );
    expect(commands).toHaveLength(NASTY.length * 2);
    NASTY.forEach((text, i) => {
      const { command, properties, message } = commands[2 * i];
      expect(command).toBe('error');
      expect(properties).toEqual({ file: `repo/s/${text}.yaml`, line: '3', col: '5', endColumn: '12', title: `gosim: ${text}` });
      expect(message).toContain(`expected log == ${text}, got 1\nwhy: ${text}\n`);
      expect(commands[2 * i + 1]).toMatchObject({ command: 'warning', message: text });
    });
  });

  it('are all there is of commands in an output: texts give none', () => {
    const text = textOf(textReporter(PLAIN), [...all(), failed('::error::x', '::error::x', '  ::warning::y ##[error]z')]);
    expect(readCommands(withoutCommands(text))).toEqual([]);
    expect(withoutCommands(text)).not.toContain('##[');
    expect(readCommands('::error::x\n   ::warning::y')).toHaveLength(2);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(':', ' ', '\t', '#', '[', 'a', '\n') }), (raw) => {
        expect(readCommands(withoutCommands(raw))).toEqual([]);
      }),
    );
  });
});

describe('Markdown', () => {
  it('holds texts as code only, in cells and blocks that they cannot end', () => {
    const text = textOf(markdownReporter(), all());
    const blocks = [...text.matchAll(/^(`{3,})text\n([\s\S]*?)\n\1$/gm)];
    expect(blocks).toHaveLength(NASTY.length);
    let rest = text;
    for (const [block, fence, inside] of blocks) {
      expect(inside).not.toContain(fence);
      rest = rest.replace(block, '');
    }
    const rows = rest.split('\n').filter((line) => line.startsWith('| ❌'));
    expect(rows).toHaveLength(NASTY.length);
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
    const bare = rest.replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '').replace(/&#\d+;/g, '');
    expect(bare).not.toMatch(/<script|@|\[|_|::/);
  });

  it('stays below what a summary may have', () => {
    const many = Array.from({ length: 300 }, (_, i) => failed(`${i}.yaml`, 'x'.repeat(5000), 'y '.repeat(20_000)));
    const text = textOf(markdownReporter(), many);
    expect(text.length).toBeLessThan(900_000);
    expect(text).toContain('… and 250 more');
  });
});

describe('TAP', () => {
  it('has a line for each scenario, the plan, and YAML below what failed', () => {
    const text = textOf(tapReporter(), [passed, ...all(), withoutRun('z.yaml', 'not run', [])]);
    const lines = text.split('\n');
    expect(lines[0]).toBe('TAP version 14');
    expect(lines.filter((line) => !line.startsWith('  '))).toEqual([
      'TAP version 14',
      'ok 1 - s/a.yaml',
      ...NASTY.map((_, i) => expect.stringMatching(new RegExp(`^not ok ${i + 2} - s/([^#\\\\]|\\\\.)*$`))),
      'ok 9 - z.yaml # SKIP not run',
      '1..9',
      '',
    ]);
    const blocks = [...text.matchAll(/^ {2}---\n([\s\S]*?)^ {2}\.\.\.$/gm)].map((match) => parseYaml(match[1]));
    expect(blocks).toHaveLength(NASTY.length);
    blocks.forEach((block, i) => {
      const why = NASTY[i].replace('\ud800', '\ufffd'); // no YAML can hold half a character
      expect({ ...block.problems[0], why: block.problems[0].why.replace('\ud800', '\ufffd') }).toMatchObject({
        severity: 'fail',
        why,
        at: { line: 3 },
      });
    });
  });

  it('says so when there is nothing', () => {
    expect(textOf(tapReporter(), [])).toBe('TAP version 14\n1..0 # SKIP no scenarios\n');
  });
});

it('JSON is whole, and counts what it lists', () => {
  const report = JSON.parse(textOf(jsonReporter(), [passed, ...all()]));
  expect(report).toMatchObject({
    schema: 'gosim.check/v1',
    summary: { scenarios: 8, passed: 1, failed: 7, invalid: 0, broken: 0, notRun: 0 },
  });
  expect(report.scenarios.map((one: Checked) => one.name)).toEqual(['a', ...NASTY]);
  expect(report.scenarios[1].problems[0]).toMatchObject({ line: 3, column: 5, length: 7, expected: NASTY[0], why: NASTY[0] });
});

it('text on a terminal holds nothing that acts on it', () => {
  const text = textOf(textReporter(PLAIN), all());
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/);
});

it('any text at all stays data in XML, commands, TAP and JSON', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const one = [failed(`${text}.yaml`, text, text)];
      expect(readXml(textOf(junitReporter(), one)).attributes.failures).toBe('1');
      expect(
        readCommands(
          textOf(
            githubReporter((file) => file),
            one,
          ),
        ).map(({ properties }) => properties.title),
      ).toEqual([`gosim: ${text}`, `gosim: ${text}`]);
      const tap = textOf(tapReporter(), one);
      expect(parseYaml(/---\n([\s\S]*) {2}\.\.\.\n/.exec(tap)![1]).problems[1].message).toBe(text);
      expect(JSON.parse(textOf(jsonReporter(), one)).scenarios[0].name).toBe(text);
    }),
  );
});

describe('gosim check --reporter', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gosim-reporters-'));
    writeFileSync(join(folder, 'good.yaml'), 'goroutines:\n  main: []\n');
    writeFileSync(join(folder, 'bad.yaml'), 'name: "::error::x"\ngoroutines:\n  main: []\nexpect:\n  - makespan > 1s\n');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const at = (name: string): string => join(folder, name);
  const read = (name: string): string => readFileSync(at(name), 'utf8');

  it('gives several reports of one run', async () => {
    const files = ['junit', 'json', 'tap', 'markdown', 'github', 'text'].map((name) => `${name}=${at(`out-${name}`)}`);
    const { code, out } = await gosim(['check', folder, '--reporter', 'text', ...files.flatMap((one) => ['--reporter', one])]);
    expect(code).toBe(1);
    expect(read('out-text')).toBe(out);
    expect(readXml(read('out-junit')).attributes).toMatchObject({ tests: '2', failures: '1' });
    expect(JSON.parse(read('out-json')).summary).toMatchObject({ scenarios: 2, failed: 1 });
    expect(read('out-tap')).toMatch(/^TAP version 14\nnot ok 1 [\s\S]*\nok 2 .*\n1\.\.2\n$/);
    expect(read('out-markdown')).toContain('2 scenarios: 1 passed, 1 failed');
    expect(readCommands(read('out-github'))).toMatchObject([{ properties: { line: '5', col: '5' } }]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('prints one report to standard output, and tells of two before anything runs', async () => {
    expect(JSON.parse((await gosim(['check', folder, '--reporter', 'json'])).out).schema).toBe('gosim.check/v1');
    for (const args of [
      ['--reporter', 'json', '--reporter', 'text'],
      ['--reporter', `json=${at('x')}`, '--reporter', `tap=${at('x')}`],
      ['--reporter', `tap=${at('x')}`, '--reporter', `json=${at('no/such/folder')}`],
      ['--reporter', 'html'],
      ['--reporter', 'json='],
    ]) {
      expect(await gosim(['check', folder, ...args]), args.join(' ')).toMatchObject({ code: 2, out: '' });
    }
    expect(readdirSync(folder).filter((name) => name.startsWith('x'))).toEqual([]);
  });

  it('annotates under GitHub Actions without being asked, from the root of the repository, and adds to the summary', async () => {
    writeFileSync(at('summary.md'), 'before\n');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: folder, GITHUB_STEP_SUMMARY: at('summary.md') };
    const { out, err } = await gosim(['check', folder], '', env);
    expect(readCommands(out)).toEqual([]);
    expect(readCommands(err)).toMatchObject([
      { command: 'error', properties: { file: 'bad.yaml', line: '5', title: 'gosim: ::error::x' } },
    ]);
    expect(read('summary.md')).toMatch(/^before\n## gosim check\n/);
    const asked = await gosim(['check', folder, '--reporter', 'text', '--reporter', 'github'], '', env);
    expect([readCommands(asked.out).length, asked.err]).toEqual([1, '']);
    expect((await gosim(['check', folder], '', {})).err).toBe('');
  });
});
