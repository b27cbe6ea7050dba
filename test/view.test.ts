// What the flags about looks do to the report: lanes, the window of the timeline, width, ASCII.

import { describe, expect, it } from 'vitest';
import { gosim } from './support/gosim.ts';

const BUSY = `name: busy
gomaxprocs: 2
machine: {cpus: 2}
waitgroups: [w]
goroutines:
  main:
    - go: {run: reader, count: 4, wg: w}
    - go: {run: thinker, count: 3, wg: w}
    - wait: w
  reader: [{cpu: 300us}, {syscall: 3ms}, {cpu: 1ms}]
  thinker: [{cpu: 4ms}, {net: 1ms}, {cpu: 13ms}]
`;

/** The lines of one section. */
function section(text: string, title: string): string[] {
  const lines = text.split('\n');
  const from = lines.indexOf(title);
  if (from < 0) return [];
  const to = lines.findIndex((line, i) => i > from && /^\S/.test(line));
  return lines.slice(from + 1, to < 0 ? undefined : to).filter((line) => line !== '');
}

async function timeline(...flags: string[]): Promise<string[]> {
  const { code, out, err } = await gosim(['run', '-', ...flags], BUSY);
  expect([code, err]).toEqual([0, '']);
  return section(out, 'Timeline');
}

describe('--lanes', () => {
  it('shows processors when nothing is asked for', async () => {
    const lines = await timeline();
    expect(lines.filter((line) => /^ {2}P[01] /.test(line))).toHaveLength(2);
    expect(lines.join('\n')).not.toMatch(/^ {2}(M\d|CPU\d|main)/m);
  });

  it('shows threads, goroutines and CPUs below each other, with what their letters and marks mean', async () => {
    const text = (await timeline('--lanes', 'cpu,g,m,p')).join('\n');
    const labels = [...text.matchAll(/^ {2}(P\d|M\d|CPU\d|main|reader(?: \d)?|thinker(?: \d)?) /gm)].map((match) => match[1]);
    expect(labels.filter((label) => !label.startsWith('M'))).toEqual(
      'P0 P1 main|reader|reader 1|reader 2|reader 3|thinker|thinker 1|thinker 2|CPU0 CPU1'.split(/ (?=[PCm])|\|/),
    );
    expect(labels.filter((label) => label.startsWith('M')).length).toBeGreaterThan(3);
    for (const said of ['t thinker', 'r reader', '- could run', '_ waits', '= system call']) expect(text).toContain(said);
    expect(text).toMatch(/below P lanes: .*> changed threads/);
  });

  it('all lanes end at one column', async () => {
    const lines = await timeline('--lanes', 'p,m,cpu');
    const widths = lines.filter((line) => /^ {2}(P\d|CPU\d)/.test(line)).map((line) => line.length);
    expect(new Set(widths).size).toBe(1);
  });
});

describe('--from and --to', () => {
  it('magnify a part of the run', async () => {
    const [scale] = await timeline('--from', '2ms', '--to', '3ms');
    expect(scale.trim()).toMatch(/^\|2ms +\|2\.2ms +\|2\.4ms/);
    const [rest] = await timeline('--from', '10ms');
    expect(rest.trim()).toMatch(/^\|10ms/);
  });

  it('of a time after the end say when that was', async () => {
    expect((await timeline('--from', '10s')).join()).toMatch(/nothing to show: the run ended at \d+\.\d+ms/);
  });
});

describe('width and characters', () => {
  it('--width sets the width of a pipe too', async () => {
    for (const width of [60, 120]) {
      const lane = (await timeline('--width', String(width))).find((line) => line.startsWith('  P0'))!;
      expect(lane.length).toBeGreaterThan(width - 6);
      expect(lane.length).toBeLessThanOrEqual(width);
    }
  });

  it('--ascii keeps to ASCII', async () => {
    const { out } = await gosim(['run', '-', '--ascii', '--lanes', 'p,m,g,cpu'], BUSY);
    expect(out).toMatch(/^[\n\x20-\x7e]*$/);
  });

  it('a terminal of 80 columns gets no line that it would break', async () => {
    const { out } = await gosim(['run', '-', '--lanes', 'p,m,g,cpu'], BUSY, { NO_COLOR: '1' }, 80);
    expect(Math.max(...out.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(80);
  });
});

it.each([
  [['--lanes', 'x'], 'There are lanes p, m, g and cpu'],
  [['--from', 'soon'], '--from'],
  [['--from', '3ms', '--to', '2ms'], '--to'],
  [['--width', '10'], 'the width is at least 60'],
])('%j is a usage error', async (flags, said) => {
  const { code, out, err } = await gosim(['run', '-', ...flags], BUSY);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(said);
});
