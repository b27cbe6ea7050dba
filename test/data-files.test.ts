// Files of durations that scenarios name: replay(times.csv), empirical(times.csv).

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MAX_DATA_BYTES } from '../src/cli/io.ts';
import { main } from '../src/cli/main.ts';
import { runScenario } from '../src/cli/run-scenario.ts';
import type { ReadFile } from '../src/scenario/data-file.ts';
import { MOST_VALUES } from '../src/scenario/data-file.ts';
import { parseScenario } from '../src/scenario/load.ts';
import type { Scenario } from '../src/scenario/model.ts';
import { fakeIo } from './support/fake-io.ts';

const scenarioWith = (quantity: string): string => `goroutines:\n  main:\n    - cpu: ${quantity}\n`;

/** What is wrong with a scenario that replays a file with this content. */
function complaints(content: string): string[] {
  const { diagnostics } = parseScenario(scenarioWith('replay(d.csv)'), 'a.yaml', { readFile: () => ({ text: content }) });
  return diagnostics.map(({ place, message }) => `${place!.line}:${place!.column} ${message}`);
}

function read(text: string, readFile: ReadFile): Scenario {
  const { scenario, diagnostics } = parseScenario(text, 'a.yaml', { readFile });
  if (scenario === null) throw new Error(diagnostics.map((one) => one.message).join('; '));
  return scenario;
}

describe('a data file', () => {
  it('holds one duration a line, with empty lines and remarks among them', () => {
    const text = '\ufeff# three\r\n1ms\r\n\r\n  2.5us # short\r\n0s';
    const [step] = read(scenarioWith('replay( d.csv )'), (name) => (name === 'd.csv' ? { text } : { problem: name })).bodies[0].steps;
    expect(step).toMatchObject({ op: 'cpu', for: { kind: 'replay', args: [1_000_000, 2_500, 0] } });
  });

  it('is read once, whatever its name holds, and params may complete that', () => {
    const asked: string[] = [];
    const text =
      'params: {n: 3}\ngoroutines:\n  main:\n    - cpu: "replay(data, ${n}/a b.csv)"\n    - net: "empirical(data, ${n}/a b.csv)"\n';
    read(text, (name) => {
      asked.push(name);
      return { text: '1ms' };
    });
    expect(asked).toEqual(['data, 3/a b.csv']);
  });

  it.each([
    ['', ['3:19 "d.csv" holds no value']],
    ['# nothing\n\n', ['3:19 "d.csv" holds no value']],
    ['1ms\n12\n', ['3:19 d.csv:2: "12" is no duration: it has no unit, as in 12ms']],
    ['1ms\nabc\n', ['3:19 d.csv:2: "abc" is no duration']],
    ['1ms, 2ms', ['3:19 d.csv:1: "1ms, 2ms" is no duration: one value a line']],
    ['\n-1ms', ['3:19 d.csv:2: "-1ms" is negative']],
    ['0.5ns', ['3:19 d.csv:1: "0.5ns" is no duration (finer than a nanosecond)']],
    [
      'a\nb\nc\nd\ne',
      [
        '3:19 d.csv:1: "a" is no duration',
        '3:19 d.csv:2: "b" is no duration',
        '3:19 d.csv:3: "c" is no duration',
        '3:19 d.csv: 2 more lines are wrong',
      ],
    ],
  ])('with %j is refused with the line at fault', (content, said) => {
    expect(complaints(content)).toEqual(said);
  });

  it('with more values than anybody needs is refused', () => {
    expect(complaints('1ns\n'.repeat(MOST_VALUES + 1))).toEqual([`3:19 d.csv: more than ${MOST_VALUES} values`]);
  });

  it('that cannot be read is an error at its name', () => {
    const { diagnostics } = parseScenario(scenarioWith('empirical(x.csv)'), 'a.yaml', { readFile: () => ({ problem: 'is not there' }) });
    expect(diagnostics).toMatchObject([{ message: '"x.csv" is not there', place: { line: 3, column: 22, length: 5 } }]);
  });
});

describe('durations from a file', () => {
  const values = ['1ms', '2ms', '4ms'].join('\n');
  const logged = (text: string): string =>
    runScenario(read(text, () => ({ text: values })))
      .result.log.map((entry) => entry.text)
      .join(' ');

  it('are replayed in order, by one cursor a step that all goroutines share', () => {
    const text = `
gomaxprocs: 1
waitgroups: [wg]
goroutines:
  main:
    - go: {run: w, count: 2, as: i, wg: wg}
    - wait: wg
  w:
    - repeat: 2
      do:
        - set: {from: "\${now}"}
        - cpu: replay(d.csv)
        - log: "\${i}:\${(now - from) / 1ms}"
        - gosched
    - set: {from: "\${now}"}
    - cpu: replay(d.csv)
    - log: "\${i}:\${(now - from) / 1ms}"`;
    // 1 starts first; the second step of each has a cursor of its own
    expect(logged(text)).toBe('1:1 0:2 1:4 0:1 1:1 0:2');
  });

  it('are drawn one as likely as the other, the same for the same seed', () => {
    const text = `
goroutines:
  main:
    - repeat: 300
      do:
        - set: {from: "\${now}"}
        - sleep: empirical(d.csv)
        - log: "\${(now - from) / 1ms}"`;
    const first = logged(text);
    for (const ms of [1, 2, 4]) {
      const share = first.split(' ').filter((one) => Number(one) === ms).length;
      expect(share).toBeGreaterThan(70);
      expect(share).toBeLessThan(130);
    }
    expect(logged(text)).toBe(first);
    expect(logged(`seed: 2${text}`)).not.toBe(first);
  });
});

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gosim-data-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'a.yaml');
  async function run(quantity: string, ...flags: string[]): Promise<{ code: number; out: string; err: string }> {
    writeFileSync(file, scenarioWith(quantity));
    const io = fakeIo();
    const code = await main(['node', 'gosim', 'run', file, ...flags], io);
    return { code, out: io.stdout.text, err: io.stderr.text };
  }

  it('finds a data file beside the scenario', async () => {
    mkdirSync(join(folder, 'data'), { recursive: true });
    writeFileSync(join(folder, 'data', 'times.csv'), '7ms\n');
    const { code, out } = await run('replay(data/times.csv)', '--format', 'json');
    expect([code, Math.floor(JSON.parse(out).makespanNs / 1e6)]).toEqual([0, 7]);
  });

  it.each([
    ['replay(none.csv)', '"none.csv" cannot be read: no such file or directory'],
    ['replay(data)', '"data" cannot be read: is a directory'],
    ['replay(zero.csv)', '"zero.csv" is not text: byte 1 is zero'],
    ['replay(long.csv)', `"long.csv" is longer than ${MAX_DATA_BYTES >> 20} MiB, the most a data file may have`],
  ])('says of %s why it cannot be used, with its place in the scenario', async (quantity, said) => {
    writeFileSync(join(folder, 'zero.csv'), '1\0');
    if (quantity.includes('long')) writeFileSync(join(folder, 'long.csv'), Buffer.alloc(MAX_DATA_BYTES + 1, 0x0a));
    const { code, err } = await run(quantity);
    expect(code).toBe(2);
    expect(err).toContain(`a.yaml:3:19: error: ${said}\n`);
    expect(err).toContain(`    - cpu: ${quantity}`);
  });
});
