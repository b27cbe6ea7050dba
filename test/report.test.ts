// The plain report and the JSON of a run made by hand. Golden files hold what they look like; npm test -- report -u
// writes them anew, to be read before they are kept.

import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { factsOf } from '../src/analysis/facts.ts';
import { spanCauses } from '../src/analysis/span-causes.ts';
import type { LaneKind } from '../src/analysis/timeline.ts';
import { timelineOf } from '../src/analysis/timeline.ts';
import { formatDuration } from '../src/base/duration.ts';
import { count, printable, rough } from '../src/report/format.ts';
import { jsonPieces, jsonText } from '../src/report/json.ts';
import { actualText } from '../src/report/sections.ts';
import type { Style } from '../src/report/style.ts';
import { createStyle, PLAIN } from '../src/report/style.ts';
import type { FromLog, ReportInput } from '../src/report/text.ts';
import { textReport } from '../src/report/text.ts';
import { labelWidth, timelineColumns } from '../src/report/timeline.ts';
import { profileOf } from '../src/runtime/profile.ts';
import type { Result } from '../src/sim/result.ts';
import { SAMPLE_BODIES, sampleLog, sampleResult } from './support/sample-result.ts';

/** The sample's log as it is seen beside a result. */
function fromLog(result: Result, style: Style, lanes: readonly LaneKind[] = ['p']): FromLog {
  const { waitReasons } = profileOf(result.go)!;
  const columns = timelineColumns(style.width, labelWidth(lanes, 2, 4, SAMPLE_BODIES));
  return {
    timeline: timelineOf(sampleLog(), { processors: 2, cpus: 4, endNs: result.makespanNs, columns, lanes }),
    facts: factsOf(sampleLog(), { processors: 2, endNs: result.makespanNs, waitReasons }),
    causes: spanCauses(sampleLog(), waitReasons),
  };
}

function report(result: Result, style: Style = PLAIN, changes: Partial<ReportInput> = {}): string {
  const rest = { constants: [], bodies: SAMPLE_BODIES, foreseen: false, errorAt: null, detail: false };
  return textReport({ result, start: 'settled', fromLog: fromLog(result, style), ...rest, ...changes }, style);
}

/** A deadlock of 10,000 workers behind one main. */
function bigDeadlock(): Result {
  const g = (i: number) => ({ id: i + 17, name: 'worker', index: i, state: 'waiting' as const, reason: 'chan receive' });
  const base = sampleResult();
  return sampleResult({
    outcome: { kind: 'deadlock', exitCode: 2, message: 'fatal error: all goroutines are asleep - deadlock!' },
    goroutines: {
      created: 10_001,
      finished: 0,
      peak: 10_001,
      unfinished: [
        { id: 1, name: 'main', index: 0, state: 'waiting', reason: 'sync.WaitGroup.Wait' },
        ...Array.from({ length: 10_000 }, (_, i) => g(i)),
      ],
      unfinishedTruncated: false,
      list: null,
    },
    threads: {
      ...base.threads,
      created: 4003,
      list: Array.from({ length: 4003 }, (_, i) => ({
        id: i,
        createdAtNs: i < 3 ? 0 : i * 1000,
        endedAtNs: null,
        reason: i < 3 ? ('start' as const) : i % 2 ? ('handoff' as const) : ('spinning' as const),
        g: i < 3 ? null : { id: i, name: 'worker', index: i },
      })),
    },
    log: Array.from({ length: 5000 }, (_, i) => ({ atNs: i, g: { id: 1, name: 'main', index: 0 }, p: 0, m: 0, text: `line ${i}` })),
  });
}

describe('the plain report', () => {
  it('looks like its golden file', async () => {
    await expect(report(sampleResult())).toMatchFileSnapshot('golden/report.txt');
  });

  it('keeps to ASCII where no more can be shown', async () => {
    const text = report(sampleResult(), createStyle({ width: 80, unicode: false, colors: 0 }));
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    await expect(text).toMatchFileSnapshot('golden/report-ascii.txt');
  });

  it('says the same with colour as without', () => {
    const colored = report(sampleResult(), createStyle({ width: 80, unicode: true, colors: 1 }));
    expect(colored).toContain('\x1b[');
    expect(stripVTControlCharacters(colored)).toBe(report(sampleResult()));
  });

  it.each([60, 80, 132])('stays within %i columns', (width) => {
    const lines = report(sampleResult(), createStyle({ width, unicode: true, colors: 0 })).split('\n');
    const lanes = lines.filter((line) => /^ {2}P\d /.test(line) && !line.includes('%'));
    expect(lanes.map((line) => line.length)).toEqual([width, width].map((w) => Math.min(w, lanes[0].length)));
    if (width >= 80) expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(width);
  });

  it('of 10,000 deadlocked goroutines and 4,000 threads fits on about a page, and says how many it leaves out', () => {
    const text = report(bigDeadlock());
    expect(text.split('\n').length).toBeLessThan(95);
    expect(text).toContain('fatal error: all goroutines are asleep - deadlock!');
    expect(text).toContain('goroutine 1 [sync.WaitGroup.Wait]: main');
    expect(text).toContain('goroutine 17 [chan receive]: worker');
    expect(text).toContain('and 9,993 goroutines more: 9,993 worker [chan receive]');
    expect(text).toContain('and 4,988 more'); // log lines
    expect(text).toMatch(/2,000× +handoff/);
  });

  it('marks an outcome as bad unless it was foreseen', () => {
    const result = sampleResult({ outcome: { kind: 'panic', exitCode: 2, message: 'panic: boom' } });
    expect(report(result)).toContain('✗ panic after 200µs, exit status 2\n  panic: boom');
    expect(report(result, PLAIN, { foreseen: true })).toContain('✓ panic after 200µs, exit status 2 (as expected)');
  });

  it('does without a timeline when nothing was recorded, and without sections that have nothing to say', () => {
    const result = sampleResult({ log: [], spans: {}, channels: {}, mutexes: {}, expectations: [], warnings: [] });
    const text = report(result, PLAIN, { start: 'cold', fromLog: null, bodies: [] });
    expect(text).not.toMatch(/^(Log|Timeline|Contention|Expectations|Warnings)$/m);
    expect(text).toContain('left: 1 main [sync.WaitGroup.Wait], 1 worker [syscall]');
  });

  it('of very many expectations shows those that failed, in time that grows with what it shows', () => {
    const one = (i: number) => ({ that: `counters.goCreate < ${i}`, ok: i !== 44_999, actual: 5, level: 'error' as const, why: null });
    const text = report(sampleResult({ expectations: Array.from({ length: 45_000 }, (_, i) => one(i)) }));
    expect(text).toContain('✗  counters.goCreate < 44999');
    expect(text).toContain('… and 44,800 more');
  });

  it('gives no length to waits that never ended', () => {
    const waits = { count: 0, meanNs: 0, p50Ns: 0, p90Ns: 0, p99Ns: 0, p999Ns: 0, maxNs: 0 };
    const text = report(sampleResult({ mutexes: { cache: { locks: 2, contended: 1, starvations: 0, waits } } }));
    expect(text).toContain('  cache  1 of 2 locks waited  and none got it\n');
  });

  it('lets no text of the scenario act on the terminal', () => {
    const name = 'red\x1b[31m\r\u202e';
    expect(report(sampleResult({ scenario: { name, file: name } }))).not.toMatch(/[\x1b\r\u202e]/);
  });
});

describe('values', () => {
  it.each([
    [0, '0s'],
    [1, '1ns'],
    [1100, '1.1µs'],
    [2_200_000, '2.2ms'],
    [3_300_000_000, '3.3s'],
    [245_000_000_000, '4m5s'],
    [245_001_000_000, '4m5.001s'],
    [18_367_001_000_000, '5h6m7.001s'],
    [480_000_000_001, '8m0.000000001s'],
    [-1500, '-1.5µs'],
    [Number.MAX_SAFE_INTEGER, '2501h59m59.254740991s'],
  ])('%i ns print as Go prints them: %s', (ns, text) => {
    expect(formatDuration(ns)).toBe(text);
  });

  it('a rough duration keeps four digits', () => {
    expect([999, 12_345, 99_995, 123_456_789, 3_723_456_000_000].map((ns) => rough(ns, PLAIN))).toEqual([
      '999ns',
      '12.35µs',
      '100µs',
      '123.5ms',
      '1h2m3s',
    ]);
  });

  it('counts have separators of thousands', () => {
    expect([0, 999, 1000, 1234567].map(count)).toEqual(['0', '999', '1,000', '1,234,567']);
  });

  it.each([
    ['spans.request.p99 < 25ms', 31_234_567, '31.23ms'],
    ['processors.utilization.mean >= 40%', 0.525, '52.5%'],
    ['processors.utilization.mean > 0.5', 0.52512, '0.5251'],
    ['threads.created <= 12', 1234, '1,234'],
    ['outcome == until', 'deadlock', 'deadlock'],
    ['spans.none.p99 < 1s', null, 'no value'],
  ])('the actual value of %s is shown in its unit', (that, actual, text) => {
    expect(actualText(that, actual, PLAIN)).toBe(text);
  });

  it('control characters are spelled out', () => {
    expect(printable('a\tb\nc\u0007')).toBe('a\\tb\\nc\\u0007');
  });
});

describe('the JSON', () => {
  it('looks like its golden file and reads back as the result', async () => {
    const text = jsonText(sampleResult());
    expect(JSON.parse(text)).toEqual(sampleResult());
    await expect(text).toMatchFileSnapshot('golden/result.json');
  });

  it('has its keys in one order, whatever the order of the result', () => {
    const reversed = Object.fromEntries(Object.entries(sampleResult()).reverse()) as unknown as Result;
    expect(jsonText(reversed)).toBe(jsonText(sampleResult()));
  });

  it('comes in pieces when it is long', () => {
    const pieces = [...jsonPieces(bigDeadlock())];
    expect(pieces.length).toBeGreaterThan(5);
    expect(JSON.parse(pieces.join(''))).toEqual(bigDeadlock());
  });
});
