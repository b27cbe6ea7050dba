// compare of the library: the same answers as the command's, and mistakes that are said before anything runs.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Result } from '../src/index.ts';
import { compare, loadScenario, parseScenario, simulate } from '../src/index.ts';
import { gosim } from './support/gosim.ts';

const TEXT = `name: some work
params: {workers: 2, burst: 300us}
waitgroups: [all]
goroutines:
  main: [{go: {run: worker, count: "\${workers}", wg: all}}, {wait: all}]
  worker: [{repeat: 8, do: [{span: job, do: [{cpu: "exp(\${burst})"}, {net: 100us}]}]}]
`;
const folder = mkdtempSync(join(tmpdir(), 'gosim-compare-library-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('compare', () => {
  it('gives what the command prints as JSON, and every other format of it', async () => {
    const file = join(folder, 'work.yaml');
    writeFileSync(file, TEXT);
    const scenario = loadScenario(TEXT, { file, set: { burst: '1ms' } });
    const found = compare(scenario, {
      vary: { gomaxprocs: [1, 2], 'params.workers': [2, 6], 'runtime.runqsize': [256] },
      runs: 3,
      seed: 5,
      until: '10ms',
      metrics: ['counters.steals'],
      best: 'min spans.job.p99',
      subjectTo: ['threads.peak <= 9'],
    });
    const settings = ['--procs', '1,2', '--vary', 'params.workers=2,6', '--vary', 'runtime.runqsize=256', '--set', 'burst=1ms'];
    const wanted = ['--until', '10ms', '--metric', 'counters.steals', '--best', 'min spans.job.p99', '--subject-to', 'threads.peak <= 9'];
    const args = ['compare', file, ...settings, ...wanted, '--runs', '3', '--seed', '5', '--jobs', '1'];
    const { out } = await gosim([...args, '--format', 'json']);
    expect(JSON.parse(JSON.stringify(found))).toEqual(JSON.parse(out));
    for (const format of ['text', 'json', 'csv', 'markdown', 'benchfmt'] as const) {
      expect(found.format(format)).toBe((await gosim([...args, '--format', format])).out);
    }
  });

  it('takes several scenarios, each with the values and files that it was loaded with', () => {
    const one = loadScenario(TEXT);
    const other = loadScenario(TEXT.replace('some work', 'more work').replace('exp(${burst})', 'replay(times.csv)'), {
      set: { workers: 5 },
      readFile: () => ({ text: '1ms\n2ms\n' }),
    });
    const { axes, rows } = compare([one, other], { metrics: ['goroutines.created'] });
    expect(axes).toEqual([{ path: 'file', values: ['some work', 'more work'] }]);
    expect(rows.map(({ figures }) => figures['goroutines.created']?.mean)).toEqual([3, 6]);
    expect(compare([one, one]).rows).toHaveLength(2);
  });

  it('takes a function, and hands it the values as they were given', () => {
    const seen: unknown[] = [];
    const run = (settings: object, seed: number): Result => {
      seen.push([settings, seed]);
      return simulate(
        function* main(go) {
          yield* go.cpu('1ms');
        },
        { seed },
      );
    };
    const { rows, seeds } = compare(run, { vary: { n: [1, 2], on: [true] }, runs: 2, seed: 4 });
    expect(seen).toEqual([1, 2].flatMap((n) => [4, 5].map((seed) => [{ n, on: true }, seed])));
    expect([rows.length, seeds]).toEqual([2, [4, 5]]);
  });

  it.each([
    [{ vary: { 'params.worker': [1] } }, 'there is no param "worker"'],
    [{ vary: { gomaxprocs: [] } }, 'vary gomaxprocs: there are no values'],
    [{ vary: { gomaxprocs: [1, 1] } }, '1 is there twice'],
    [{ vary: { 'a b': [1] } }, '"a b" is not a path'],
    [{ runs: 0 }, 'runs is a whole number from 1 on, not 0'],
    [{ until: 'soon' }, 'until is no duration'],
    [{ best: 'throughput' }, 'it reads min or max and a figure'],
    [{ metrics: ['spans.jobs.p99'] }, 'did you mean "spans.job.p99"?'],
    [{ subjectTo: ['threads.peak'] }, '--subject-to threads.peak'],
  ])('refuses %j: %s', (options, said) => {
    expect(() => compare(loadScenario(TEXT), options)).toThrow(said);
    expect(() => compare(loadScenario(TEXT), options)).toThrow(TypeError);
  });

  it('refuses what it cannot read again', () => {
    const { scenario } = parseScenario(TEXT, 'x.yaml');
    expect(() => compare(scenario!)).toThrow('come from loadScenario');
    expect(() => compare([])).toThrow('there is nothing to compare');
    expect(() => compare(() => simulate(function* main() {}), { until: 5 })).toThrow('until is for scenarios');
  });
});
