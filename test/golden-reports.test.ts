// What a person sees, as golden files: between them every section of the report. They change with the engine; npm test --
// golden-reports -u writes them anew, to be read before they are kept.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { gosim } from './support/gosim.ts';
import { root } from './support/source.ts';

// Each row: name of the golden file, scenario, flags.
const REPORTS: readonly (readonly [string, string, readonly string[]])[] = [
  ['fan-out', 'test/reports/fan-out.yaml', []],
  ['closed-loop-one-p', 'scenarios/closed-loop.yaml', ['--set', 'clients=400', '--sample', '5ms']],
  ['lanes', 'test/reports/crowded-machine.yaml', ['--lanes', 'p,m,g,cpu', '--to', '4ms']],
  ['lanes-wide-ascii', 'test/reports/crowded-machine.yaml', ['--lanes', 'p,m', '--width', '130', '--ascii']],
  ['ten-thousand', 'test/reports/ten-thousand.yaml', []],
  ['panic', 'test/reports/panic.yaml', []],
  ['quiet', 'test/reports/panic.yaml', ['--quiet']],
];

async function report(file: string, flags: readonly string[], tty: number | null = null): Promise<string> {
  const { out } = await gosim(['run', '-', ...flags], readFileSync(join(root, file), 'utf8'), {}, tty);
  return out;
}

describe('reports', () => {
  it.each(REPORTS)('%s looks like its golden file', async (name, file, flags) => {
    await expect(await report(file, flags)).toMatchFileSnapshot(`golden/reports/${name}.txt`);
  });

  it.each(REPORTS)('%s says the same on a terminal of 80 columns, with colour, and breaks no line there', async (_, file, flags) => {
    const plain = await report(file, flags);
    expect(stripVTControlCharacters(await report(file, flags, 80))).toBe(plain);
    const width = flags.includes('--width') ? 130 : 80;
    expect(Math.max(...plain.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(width);
  });

  it('between them show every section', () => {
    const text = REPORTS.map(([name]) => readFileSync(join(root, 'test/golden/reports', `${name}.txt`), 'utf8')).join('\n');
    const titles =
      'Log Timeline Processors Threads Goroutines Connections Latency|Where time went|Contention|Over time|Counters Expectations Findings Warnings';
    for (const title of titles.split(/[ |](?![a-z])/)) expect(text).toMatch(new RegExp(`^${title}$`, 'm'));
  });

  it('of ten thousand goroutines are no longer than of a few', async () => {
    const lines = (text: string): number => text.split('\n').length;
    expect(lines(await report('test/reports/ten-thousand.yaml', []))).toBeLessThan(90);
    expect(lines(await report('test/reports/ten-thousand.yaml', ['--lanes', 'p,m,g,cpu']))).toBeLessThan(150);
  });
});
