// The benchmarks do what they say, at a size where nothing is timed: else a workload that ends early would look fast.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepared } from '../bench/prepared.ts';
import { sweepArguments, sweepFigure, sweepTable } from '../bench/sweep.ts';
import type { Round } from '../bench/table.ts';
import { figures, markdownTable, textTable } from '../bench/table.ts';
import type { Workload } from '../bench/workloads.ts';
import { HUGE, shortfall, WORKLOADS } from '../bench/workloads.ts';
import { parseScenario } from '../src/scenario/load.ts';
import type { Result } from '../src/sim/result.ts';
import { gosim } from './support/gosim.ts';
import { root } from './support/source.ts';

const bench = join(root, 'bench');
const all = [...WORKLOADS, HUGE];
const byId = new Map(all.map((workload) => [workload.id, workload]));

function textOf({ scenario }: Workload): string {
  return readFileSync(join(bench, scenario), 'utf8');
}

function runAt(workload: Workload, scale: number): Result {
  return prepared(textOf(workload), workload.scenario, workload.sizeAt(scale))();
}

describe('bench/', () => {
  it.each(all.map(({ id }) => id))('%s does all its work and is the same every time', (id) => {
    const workload = byId.get(id)!;
    const size = workload.sizeAt(1e-4);
    const run = prepared(textOf(workload), workload.scenario, size);
    const result = run();
    expect(shortfall(workload, size, result)).toBe('');
    expect(size.units).toBeGreaterThanOrEqual(100);
    expect(run()).toEqual(result);
  });

  it('w1 passes the token 400 times at a ten-thousandth of its size', () => {
    const { channels, counters, goroutines } = runAt(byId.get('w1')!, 1e-4);
    expect([channels.ping.sends, channels.pong.sends]).toEqual([200, 200]);
    expect(counters.goUnblock).toBeGreaterThanOrEqual(399);
    expect(goroutines.peak).toBe(2);
  });

  it('w2 spreads 100 goroutines over more than one of 8 Ps, and all of them end', () => {
    const { processors, goroutines } = runAt(byId.get('w2')!, 1e-4);
    expect(goroutines.finished).toBe(101); // with main
    expect(processors).toHaveLength(8);
    expect(processors.filter(({ goroutineNs }) => goroutineNs > 0).length).toBeGreaterThan(1);
  });

  it('w3 passes the token once to each member and round', () => {
    const { channels, goroutines } = runAt(byId.get('w3')!, 1e-4);
    expect(channels.ring.sends).toBe(200);
    expect(goroutines.created).toBe(200);
  });

  it('w4 keeps eight Ps about 80 % busy, and accepts every request', () => {
    const { processors, listeners, spans } = runAt(byId.get('w4')!, 0.02);
    expect(listeners.web.accepted).toBe(20_000);
    expect(spans.request.count).toBe(20_000);
    const busy = processors.reduce((sum, p) => sum + p.utilization, 0) / 8;
    expect(busy).toBeGreaterThan(0.75);
    expect(busy).toBeLessThan(0.85);
  });

  it('w5 sleeps once a round, and uses several of 8 Ps', () => {
    const { processors, counters, goroutines } = runAt(byId.get('w5')!, 1e-3);
    expect([counters.timerFires, goroutines.created]).toEqual([1000, 101]);
    expect(processors.filter(({ goroutineNs }) => goroutineNs > 0).length).toBeGreaterThan(2);
  });

  it('w6 leaves every goroutine but main alive, and all but the last few parked on the channel', () => {
    const { goroutines } = runAt(byId.get('w6')!, 1e-3);
    expect(goroutines.unfinished).toHaveLength(1000);
    expect(goroutines.unfinished.filter(({ reason }) => reason === 'chan receive').length).toBeGreaterThan(990);
  });

  it('a run that ended early is told from one that did its work', () => {
    const w2 = byId.get('w2')!;
    const result = runAt(w2, 1e-4);
    expect(shortfall(w2, w2.sizeAt(2e-4), result)).toBe('w2: created is 101 instead of 201; w2: finished is 101 instead of 201');
    const ended = { ...result, outcome: { kind: 'limit' as const, exitCode: 1, message: 'too much' } };
    expect(shortfall(w2, w2.sizeAt(1e-4), ended)).toBe('w2 ended with limit: too much');
  });

  // A goroutine that waits for ever is what w6 is about.
  it.each([
    ['w1.yaml', []],
    ['w2.yaml', []],
    ['w3.yaml', []],
    ['w4.yaml', []],
    ['w5.yaml', []],
    ['w6.yaml', ['this receive waits for ever: nothing sends to "never" or closes it']],
  ])('%s is right as it stands, with no warning but a meant one', (file, warnings) => {
    const { scenario, diagnostics } = parseScenario(readFileSync(join(bench, file), 'utf8'), file);
    expect(scenario).not.toBeNull();
    expect(diagnostics.map(({ message }) => message)).toEqual(warnings);
  });

  it('every scenario and every twin belongs to a workload', () => {
    const files = (folder: string, ends: string): string[] => readdirSync(join(bench, folder)).filter((name) => name.endsWith(ends));
    expect(new Set(files('.', '.yaml'))).toEqual(new Set([...all.map(({ scenario }) => scenario), 'sweep.yaml']));
    const twins = all.flatMap(({ twin }) => (twin === null ? [] : [twin.source]));
    expect(new Set(files('go', '.go'))).toEqual(new Set([...twins, 'measure.go']));
    const pythons = all.flatMap(({ simpy }) => (simpy === null ? [] : [simpy.source]));
    expect(new Set(files('simpy', '.py'))).toEqual(new Set([...pythons, 'measure.py']));
  });
});

describe('the sweep', () => {
  it('has 1,000 rows, which all run to the horizon and answer requests', async () => {
    expect(sweepArguments(1).rows).toBe(1000);
    const { rows, args } = sweepArguments(0.04);
    const { code, out } = await gosim([...args, '--until', '20ms', '--jobs', '1']);
    const found = JSON.parse(out) as { rows: { outcomes: string[]; figures: { throughput: { mean: number } } }[] };
    expect([code, found.rows.length]).toEqual([0, rows]);
    expect(new Set(found.rows.flatMap(({ outcomes }) => outcomes))).toEqual(new Set(['until']));
    for (const { figures } of found.rows) expect(figures.throughput.mean).toBeGreaterThan(500);
  });

  it('is judged by the median of its pairs', () => {
    const pairs = [10, 20, 17, 12, 19].map((tenths) => ({ oneMs: tenths * 100, twoMs: 1000 }));
    const figure = sweepFigure({ rows: 1000, pairs });
    expect(figure).toMatchObject({ speedup: { median: 1.7, least: 1, most: 2 }, met: 'must' });
    expect(sweepTable(figure, true).split('\n')[2]).toBe('| 1000 | 1.70 s | 1.00 s | 1.70 | 1.00 .. 2.00 | 1.6 | 1.8 | must |');
    expect(sweepFigure({ rows: 1, pairs: pairs.slice(0, 1) }).met).toBe('no');
  });
});

describe('the figures of a benchmark', () => {
  const round = (gosim: number, go: number | null): Round => ({
    gosim: { cpuNs: gosim * 100, peakBytes: 50_000_000 + gosim * 1000 },
    empty: { cpuNs: 0, peakBytes: 50_000_000 },
    go: go === null ? null : { cpuNs: go * 100, peakBytes: go * 1_000_000 },
    simpy: null,
    compiled: null,
  });

  it('are medians over the rounds, and a ratio is taken within its round', () => {
    const [figure] = figures(byId.get('w1')!, 100, [round(10, 100), round(30, 100), round(90, 300)]);
    expect(figure).toMatchObject({
      gosim: { median: 30 },
      theirs: { median: 100 },
      against: 'Go',
      ratio: { median: 0.3, least: 0.1, most: 0.3 },
      met: 'must',
    });
    expect(figures(byId.get('w1')!, 100, [round(10, 100), round(40, 100)])[0].ratio?.median).toBe(0.25);
  });

  it('count memory net of what an empty process takes, and the whole process besides', () => {
    const [net, whole] = figures(byId.get('w6')!, 100, [round(10, 1000)]);
    expect(net).toMatchObject({ gosim: { median: 100 }, theirs: { median: 10_000_000 }, met: 'must' });
    expect(whole).toMatchObject({ gosim: { median: 50_010_000 }, met: 'must' });
  });

  it('do without Go, and judge no ratio then', () => {
    const [cpu] = figures(byId.get('w1')!, 100, [round(10, null)]);
    expect(cpu).toMatchObject({ gosim: { median: 10 }, theirs: null, ratio: null, met: null });
    const table = textTable([cpu]).split('\n');
    expect(table[1]).toMatch(/^w1 .* CPU per hand-off +10\.0 ns +- +- +- +- +0\.35 +0\.22 +-$/);
  });

  it('say how many times as fast as SimPy gosim is, whose twin runs a share of the units', () => {
    const rounds = [1, 2, 3].map((n) => ({ ...round(10, null), simpy: { cpuNs: 4 * 700 * n, peakBytes: 0 } }));
    const [, faster] = figures(byId.get('w1')!, 100, rounds);
    expect(faster).toMatchObject({ against: 'SimPy', theirs: { median: 1400 }, ratio: { median: 140, least: 70, most: 210 }, met: 'aim' });
    expect(textTable([faster]).split('\n')[1]).toMatch(/SimPy +1400 ns +140\.0 x +70\.0 x \.\. 210\.0 x +60 x +120 x +aim$/);
  });

  it('make the same table in Markdown as in text', () => {
    const made = figures(byId.get('w6')!, 100, [round(10, 1000)]);
    const words = (table: string): string[] => table.split(/[\s|]+/).filter((word) => word !== '' && !/^-{2,}:?$/.test(word));
    expect(words(markdownTable(made))).toEqual(words(textTable(made)));
    expect(markdownTable(made)).toContain('| 1/12 (0.083) | 1/20 (0.050) | must |');
  });
});
