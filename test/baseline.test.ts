// Baselines: what they hold, what counts as a change, and what is said of one that does not fit.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import meta from '../package.json' with { type: 'json' };
import type { Baseline } from '../src/analysis/baseline.ts';
import { baselineText, changesOf, DEFAULT_METRICS, parseBaseline, selectFigures } from '../src/analysis/baseline.ts';
import { figureOf, parseExpectation } from '../src/analysis/expectations.ts';
import { figuresOf } from '../src/analysis/figures.ts';
import { isWithin, parseTolerance, toleranceFor, wrongPattern } from '../src/analysis/tolerance.ts';
import { figureText } from '../src/report/figure.ts';
import type { Ran } from './support/gosim.ts';
import { gosim } from './support/gosim.ts';
import { sampleResult } from './support/sample-result.ts';

const SERVER = `name: server
params: {work: 1ms}
waitgroups: [w]
gomaxprocs: 2
goroutines:
  main: [{go: {run: handler, count: 20, wg: w}}, {wait: w}]
  handler: [{span: request, do: [{cpu: "\${work}"}]}]
`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gosim-baseline-'));
  mkdirSync(join(folder, 's'));
  put('s/a.yaml', SERVER);
  put('s/b.yaml', 'goroutines:\n  main: [{sleep: 1ms}]\n');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const held = (): { schema: string; gosim: string; scenarios: Record<string, Record<string, unknown>> } =>
  JSON.parse(readFileSync(join(folder, 'base.json'), 'utf8'));

/** `gosim check` of the folder s against base.json beside it. */
async function check(...args: string[]): Promise<Ran> {
  const { code, out, err } = await gosim(['check', join(folder, 's'), '--baseline', join(folder, 'base.json'), ...args]);
  return { code, out: out.replaceAll(`${folder}/`, ''), err: err.replaceAll(`${folder}/`, '') };
}

describe('--update', () => {
  it('writes the figures of every scenario by its path from the baseline, and a run right after it finds no change', async () => {
    const { code, out } = await check('--update');
    expect(code).toBe(0);
    expect(out).toContain('base.json written: 2 new or changed, 2 in all\n2 scenarios: 2 passed\n');
    expect(held()).toMatchObject({ schema: 'gosim.baseline/v1', gosim: meta.version, metrics: DEFAULT_METRICS, tolerances: {} });
    expect(Object.keys(held().scenarios)).toEqual(['s/a.yaml', 's/b.yaml']);
    expect(held().scenarios['s/a.yaml']).toMatchObject({
      'outcome.kind': 'completed',
      'spans.request.count': 20,
      makespan: expect.stringMatching(/^\d+\.\d+ms$/),
      'processors.utilization.mean': expect.any(Number),
    });
    expect(await check()).toMatchObject({ code: 0, out: expect.stringMatching(/2 scenarios: 2 passed\n$/) });
  });

  it('is good to read in a diff: sorted, a figure a line, the same bytes again, and nothing else left in the folder', async () => {
    await check('--update', '--metric', 'spans.*', '--metric', 'makespan');
    const first = readFileSync(join(folder, 'base.json'), 'utf8');
    expect(first.split('\n').filter((line) => line.includes('spans.'))).toHaveLength(8);
    const keys = [...first.matchAll(/^ {6}"(.*?)":/gm)].map((match) => match[1]);
    expect(keys).toEqual([...keys.slice(0, 8).sort(), 'makespan']);
    expect(first.endsWith('}\n')).toBe(true);
    expect((await check('--update')).out).toContain('base.json is as it was');
    expect(readFileSync(join(folder, 'base.json'), 'utf8')).toBe(first);
    expect(readdirSync(folder).sort()).toEqual(['base.json', 's']);
  });

  it('of some scenarios leaves the figures of the others, and drops those of scenarios that are gone', async () => {
    await check('--update');
    const before = held().scenarios;
    put('s/a.yaml', SERVER.replace('1ms', '2ms'));
    put('s/b.yaml', 'goroutines:\n  main: [{sleep: 5ms}]\n');
    expect((await check('--update', '--filter', 'b.yaml')).out).toContain('1 new or changed, 2 in all');
    expect(held().scenarios['s/a.yaml']).toEqual(before['s/a.yaml']);
    expect(held().scenarios['s/b.yaml']).not.toEqual(before['s/b.yaml']);
    rmSync(join(folder, 's/b.yaml'));
    expect((await check('--update')).out).toContain('1 new or changed, 1 left out, 1 in all');
    expect(Object.keys(held().scenarios)).toEqual(['s/a.yaml']);
  });

  it('keeps the mode of the file, and writes none when it cannot', async () => {
    put('base.json', baselineText({ gosim: '0.0.1', metrics: ['makespan'], tolerances: {}, scenarios: {} }));
    const { mode } = statSync(join(folder, 'base.json'));
    await check('--update');
    expect(statSync(join(folder, 'base.json')).mode).toBe(mode);
    const nowhere = await gosim(['check', join(folder, 's'), '--update', '--baseline', join(folder, 'no/base.json')]);
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining('no such file or directory')]);
  });

  it.each([
    [['--update', '--shard', '1/2'], '--shard runs a part'],
    [['--metric', 'makespan'], 'add --update'],
    [['--update', '--metric', 'spnas.*'], 'no figures "spnas.*"'],
    [['--tolerance', 'makespan'], 'metric=value'],
    [['--tolerance', 'makespan=much'], 'a percentage, a duration or a number'],
    [['--tolerance', 'makspan=5%'], 'no figures "makspan"'],
    [[], 'there is no such baseline'],
  ])('with %j is a mistake that is told', async (args, said) => {
    expect(await check(...args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(said) });
  });
});

describe('a later run', () => {
  it('fails for every figure that changed, with old value, new value and change', async () => {
    await check('--update', '--metric', 'makespan', '--metric', 'spans.request.count', '--metric', 'outcome.kind');
    put('s/a.yaml', SERVER.replace('count: 20', 'count: 25').replace('{wait: w}', '{wait: w}, {panic: no}'));
    const { code, out } = await check();
    expect(code).toBe(1);
    expect(out).toMatch(/\n {2}makespan was 10\.\d+ms, is 13\.\d+ms \(\+3\.\d+ms, \+30%\)\n/);
    expect(out).toContain('\n  outcome.kind was completed, is panic\n');
    expect(out).toContain('\n  spans.request.count was 20, is 25 (+5, +25%)\n');
    expect(out).toMatch(/2 scenarios: 1 passed, 1 failed\n$/);
  });

  it('explains a change by the finding that bears on it', async () => {
    const text = `mutexes: [m]
waitgroups: [w]
gomaxprocs: 4
goroutines:
  main: [{go: {run: worker, count: 8, wg: w}}, {wait: w}]
  worker: [{repeat: 50, do: [{span: work, do: [{cpu: 100us}, {lock: m}, {unlock: m}]}]}]
`;
    put('s/a.yaml', text);
    await check('--update', '--metric', 'spans.*.p99');
    put('s/a.yaml', text.replace('{cpu: 100us}, {lock: m}', '{lock: m}, {cpu: 100us}'));
    expect((await check()).out).toContain('! Goroutines stand in line at the mutex m.');
  });

  it('takes tolerances from the command line, and from the baseline where they were written with it', async () => {
    await check('--update', '--metric', 'makespan', '--metric', 'spans.*.p99');
    put('s/a.yaml', SERVER.replace('1ms', '1.02ms'));
    expect((await check()).code).toBe(1);
    expect((await check('--tolerance', '*=3%')).code).toBe(0);
    const strict = await check('--tolerance', '*=3%', '--tolerance', 'makespan=1us');
    expect([strict.code, strict.out]).toEqual([1, expect.stringMatching(/makespan was .* \(\+.*; 1us allowed\)/)]);
    expect(strict.out).not.toContain('spans.request.p99 was');
    put('s/a.yaml', SERVER);
    await check('--update', '--tolerance', '*=3%');
    put('s/a.yaml', SERVER.replace('1ms', '1.02ms'));
    expect((await check()).code).toBe(0);
    expect((await check('--tolerance', '*=0.5%')).code).toBe(1);
  });

  it('says of a scenario that the baseline names and nobody has that it is missing, once, and to whom it concerns', async () => {
    await check('--update');
    rmSync(join(folder, 's/b.yaml'));
    const { code, out } = await check();
    expect(code).toBe(1);
    expect(out).toMatch(
      /✗ .*s\/b\.yaml: .*\n {2}is in base\.json, but there is no such scenario\n {4}gosim check --update leaves it out\n/,
    );
    expect(out).toMatch(/2 scenarios: 1 passed, 1 failed\n$/);
    expect((await check('--filter', 'a.yaml')).code).toBe(0);
    expect([(await check('--shard', '1/2')).code, (await check('--shard', '2/2')).code]).toEqual([1, 0]);
    const other = await gosim(['check', join(folder, 's/a.yaml'), '--baseline', join(folder, 'base.json')]);
    expect(other.code).toBe(0);
  });

  it('says of a new scenario that it is not compared, and of a figure that the run lacks that it does', async () => {
    await check('--update');
    put('s/c.yaml', 'goroutines:\n  main: []\n');
    put('s/a.yaml', SERVER.replace('span: request', 'span: query'));
    const { code, out } = await check();
    expect(code).toBe(1);
    expect(out).toMatch(/✓ s\/c\.yaml.*\n {2}warning: not in base\.json: gosim check --update adds it\n/);
    expect(out).toContain('  spans.request.count was 20, and the run has no such figure\n');
  });

  it.each([
    ['{}', 'is no baseline: it has no schema'],
    ['{"a": ', 'is no JSON'],
    ['{"schema": "gosim.baseline/v9"}', 'has the schema "gosim.baseline/v9", and this gosim compares with gosim.baseline/v1'],
    ['{"schema": "gosim.baseline/v1", "gosim": "1", "metrics": [], "scenarios": {"a": 1}}', 'has no figures for "a"'],
    ['{"schema": "gosim.baseline/v1", "gosim": "1", "metrics": ["x"], "scenarios": {}}', 'no figures "x"'],
    ['{"schema": "gosim.baseline/v1", "gosim": "1", "metrics": [], "tolerances": {"makespan": "x"}, "scenarios": {}}', 'a tolerance is'],
  ])('that finds %s in place of a baseline says so', async (text, said) => {
    put('base.json', text);
    expect(await check()).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/^base\.json: error: /) });
    expect((await check()).err).toContain(said);
  });

  it('replaces a baseline of another schema with --update, but no other file', async () => {
    put('base.json', '{"schema": "gosim.baseline/v9"}');
    expect((await check()).err).toContain('gosim check --update writes it anew');
    expect((await check('--update')).code).toBe(0);
    expect(held().schema).toBe('gosim.baseline/v1');
    put('base.json', '{"name": "package.json, say"}');
    expect((await check('--update')).code).toBe(2);
  });

  it('tells which version wrote the baseline, if it was another', async () => {
    await check('--update');
    put('base.json', readFileSync(join(folder, 'base.json'), 'utf8').replace(`"gosim": "${meta.version}"`, '"gosim": "0.0.1"'));
    expect((await check()).out).toContain(`base.json was written by gosim 0.0.1; this is ${meta.version}`);
  });

  it('compares what only an event log has', async () => {
    await check('--update', '--metric', 'eventHash');
    expect(held().scenarios['s/a.yaml'].eventHash).toMatch(/^[\da-f]{8}$/);
    expect((await check()).code).toBe(0);
    put('s/a.yaml', SERVER.replace('1ms', '1.1ms'));
    expect((await check()).out).toMatch(/eventHash was [\da-f]{8}, is [\da-f]{8}\n/);
  });
});

describe('what stands behind it', () => {
  const result = sampleResult();
  const figures = [...figuresOf(result, true)];

  it('every figure has a path that an expectation can name, and the value that it would find there', () => {
    expect(figures.length).toBeGreaterThan(100);
    for (const { path, kind, value } of figures) {
      const parsed = parseExpectation(`${path} == ${kind === 'text' ? JSON.stringify(value) : figureText(kind, value)}`, null);
      if (!('check' in parsed)) throw new Error(`${path}: ${parsed.error}`);
      expect(figureOf(parsed.check, result), path).toBe(value);
    }
  });

  it('patterns of metrics select whole paths', () => {
    expect(Object.keys(selectFigures(figures, ['spans.*.p99']))).toEqual(['spans.request.p99']);
    expect(Object.keys(selectFigures(figures, ['threads.p']))).toEqual([]);
    expect(selectFigures(figures, ['processors.utilization.mean', 'makespan'])).toEqual({
      makespan: '200µs',
      'processors.utilization.mean': 0.525,
    });
    for (const metric of DEFAULT_METRICS) expect(wrongPattern(metric)).toBeNull();
  });

  it('a tolerance allows its amount and no more, in its unit only', () => {
    const within = (tolerance: string, from: number, to: number, isDuration = true): boolean => {
      const parsed = parseTolerance('makespan', tolerance);
      if (typeof parsed === 'string') throw new Error(parsed);
      return isWithin(from, to, isDuration, parsed);
    };
    expect([within('5%', 1000, 1050), within('5%', 1000, 950), within('5%', 1000, 1051)]).toEqual([true, true, false]);
    expect([within('5%', 0, 1), within('1us', 0, 1000), within('1us', 0, 1001)]).toEqual([false, true, false]);
    expect([within('2', 10, 12, false), within('2', 10, 12), within('2us', 10, 12, false)]).toEqual([true, false, false]);
    for (const value of ['', '-5%', 'x', '5 percent', '-1ms']) expect(typeof parseTolerance('makespan', value)).toBe('string');
  });

  it('of several tolerances that match the last holds', () => {
    const tolerances = [parseTolerance('*', '5%'), parseTolerance('spans.*', '10%')].filter((one) => typeof one !== 'string');
    expect(toleranceFor('makespan', tolerances)?.text).toBe('5%');
    expect(toleranceFor('spans.x.p99', tolerances)?.text).toBe('10%');
    expect(toleranceFor('spans.x.p99', [])).toBeNull();
  });

  it('figures that were stored are found unchanged, whatever the names and values', () => {
    const stored = selectFigures(figures, ['*']);
    expect(changesOf(stored, figures, [])).toEqual([]);
    const value = fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
    );
    const scenarios = fc.dictionary(fc.string(), fc.dictionary(fc.string(), value));
    fc.assert(
      fc.property(scenarios, (them) => {
        const baseline: Baseline = { gosim: '1', metrics: ['makespan'], tolerances: {}, scenarios: them };
        expect(parseBaseline(baselineText(baseline))).toEqual(baseline);
      }),
    );
  });
});
