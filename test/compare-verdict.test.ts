// What a comparison says of figures made up by hand: intervals, what lies within the noise, the best, the one to take, and
// every format. Golden files: npm test -- compare-verdict -u writes them anew.

import { describe, expect, it } from 'vitest';
import { differ, ratio, studentT, summed } from '../src/analysis/statistics.ts';
import type { Row, Sweep } from '../src/analysis/sweep.ts';
import { standardMetrics, valuesAt } from '../src/analysis/sweep.ts';
import { verdictOf } from '../src/analysis/verdict.ts';
import { compareText } from '../src/report/compare.ts';
import { compareBenchfmt, compareCsv, compareJson, compareMarkdown } from '../src/report/compare-formats.ts';
import { aheadSentence, recommendation } from '../src/report/compare-words.ts';
import { createStyle, PLAIN } from '../src/report/style.ts';

const MS = 1_000_000;

interface Figures {
  readonly makespan?: number[]; // ms
  readonly throughput?: number[];
  readonly p50?: number[];
  readonly p99?: number[]; // ms
  readonly throttled?: number[];
  readonly outcome?: string;
  readonly fine?: boolean;
  readonly meets?: boolean;
}

/** A sweep over GOMAXPROCS 1, 2, 4 …, one row for each. */
function sweepOf(rows: readonly Figures[], more: Partial<Sweep> = {}): Sweep {
  const runs = Math.max(...rows.map((row) => (row.makespan ?? row.throughput ?? []).length));
  const axes = [{ path: 'gomaxprocs', values: rows.map((_, i) => String(2 ** i)) }];
  return {
    name: 'a | server',
    files: ['server.yaml'],
    about: 'server.yaml · go 1.26 · 8 CPUs',
    axes,
    metrics: standardMetrics({ spans: ['request'], listeners: [] }),
    goal: null,
    conditions: [],
    seeds: Array.from({ length: runs }, (_, i) => i + 1),
    rows: rows.map(
      (
        { makespan = [], throughput = [], p50 = [], p99 = [], throttled = [], outcome = 'completed', fine = true, meets = true },
        i,
      ): Row => {
        return {
          values: valuesAt(axes, i),
          procs: 2 ** i,
          runs: Array.from({ length: runs }, (_, run) => ({
            outcome,
            fine,
            meets,
            figures: [
              makespan[run] === undefined ? 100 * MS : makespan[run] * MS,
              throughput[run] ?? 1000,
              p50[run] === undefined ? null : p50[run] * MS,
              p99[run] === undefined ? null : p99[run] * MS,
              0.5,
              5 + i,
              throttled[run] ?? null,
            ],
          })),
        };
      },
    ),
    ...more,
  };
}

describe('figures of several runs', () => {
  it('have a mean, a deviation and a 95% confidence interval by Student', () => {
    expect(summed([2, 4, 6])).toEqual({ n: 3, mean: 4, deviation: 2, half: (4.303 * 2) / Math.sqrt(3), min: 2, max: 6 });
    expect(summed([7])).toEqual({ n: 1, mean: 7, deviation: 0, half: 0, min: 7, max: 7 });
    expect([1, 9, 30].map(studentT)).toEqual([12.706, 2.262, 2.042]);
    expect(studentT(40)).toBeCloseTo(2.021, 2);
    expect(studentT(1000)).toBeCloseTo(1.962, 3);
  });

  it('differ when the difference run by run is beyond chance, however much both spread', () => {
    const spread = [100, 200, 300, 400, 500];
    expect(
      differ(
        spread,
        spread.map((value) => value + 1),
      ),
    ).toBe(true);
    expect(differ(spread, [...spread].reverse())).toBe(false);
    expect(differ([10, 12, 11, 13], [11, 12, 12, 12])).toBe(false);
  });

  it('of one run each differ from 1% on', () => {
    expect([differ([100], [100.9]), differ([100], [101.1])]).toEqual([false, true]);
  });

  it('have a ratio with an interval that common ups and downs do not widen', () => {
    expect(ratio([2, 4, 6], [1, 2, 3])).toEqual({ times: 2, half: 0 });
    const { times, half } = ratio([2, 4, 6], [1, 2.2, 2.8])!;
    expect(times).toBe(2);
    expect(half).toBeGreaterThan(0.1);
    expect(ratio([1], [0])).toBe(null);
  });
});

describe('the verdict', () => {
  const of = (rows: readonly Figures[], more: Partial<Sweep> = {}) => verdictOf(sweepOf(rows, more));

  it('is about makespan where all programs end, else about throughput', () => {
    expect(of([{ makespan: [3] }, { makespan: [2] }, { makespan: [4] }])).toMatchObject({
      best: 1,
      pick: 1,
      goal: { metric: 0, better: 'min' },
    });
    const until = { outcome: 'until' };
    expect(
      of([
        { throughput: [3], ...until },
        { throughput: [2], ...until },
      ]),
    ).toMatchObject({ best: 0, goal: { metric: 1, better: 'max' } });
  });

  it('is about the goal, if there is one', () => {
    const rows = [
      { makespan: [3], p99: [1] },
      { makespan: [1], p99: [3] },
    ];
    expect(of(rows, { goal: { metric: 3, better: 'min' } }).pick).toBe(0);
    expect(of(rows, { goal: { metric: 3, better: 'max' } }).pick).toBe(1);
  });

  it('leaves out rows that ended badly or miss a condition, in whatever run', () => {
    expect(of([{ makespan: [3] }, { makespan: [2], fine: false }, { makespan: [1], meets: false }])).toMatchObject({
      best: 0,
      pick: 0,
      level: [0],
    });
    const sweep = sweepOf([{ makespan: [3, 3] }, { makespan: [1, 1] }]);
    (sweep.rows[1]!.runs[1] as { fine: boolean }).fine = false;
    expect(verdictOf(sweep).best).toBe(0);
    expect(of([{ makespan: [2], fine: false }])).toMatchObject({ best: null, pick: null, level: [] });
  });

  it('takes of rows within the noise the one with the lowest p99, else the first', () => {
    const noisy = [
      [10, 12, 11],
      [11, 11, 11.2],
      [10.5, 11.5, 11],
    ];
    const rows = (p99: number[][]): Figures[] => noisy.map((makespan, i) => ({ makespan, p99: p99[i] }));
    expect(
      of(
        rows([
          [5, 5, 5],
          [3, 3, 3],
          [4, 4, 4],
        ]),
      ),
    ).toMatchObject({ level: [0, 1, 2], pick: 1, pickBy: 'p99' });
    expect(
      of(
        rows([
          [5, 5, 5],
          [5, 5, 5],
          [5, 5, 5],
        ]),
      ),
    ).toMatchObject({ level: [0, 1, 2], pick: 0, pickBy: 'first' });
    expect(
      of([
        ...rows([
          [5, 5, 5],
          [3, 3, 3],
          [4, 4, 4],
        ]),
        { makespan: [5, 5, 5], p99: [8, 8, 8] },
      ]),
    ).toMatchObject({ best: 3, level: [3], pickBy: 'only' });
  });

  it('takes a difference below 1% for none, however certain it is', () => {
    const rows = [
      { throughput: [1000, 1000, 1000], throttled: [0, 0, 0], outcome: 'until' },
      { throughput: [1005, 1005, 1005], throttled: [1, 1, 1], outcome: 'until' },
      { throughput: [980, 980, 980], throttled: [0, 0, 0], outcome: 'until' },
    ];
    expect(of(rows)).toMatchObject({ best: 1, level: [0, 1], pick: 0, pickBy: 'throttled' });
  });

  it('before that takes what a CPU limit holds up less', () => {
    const rows = [
      { throughput: [1000], p99: [5], throttled: [0.04], outcome: 'until' },
      { throughput: [1001], p99: [2], throttled: [1], outcome: 'until' },
    ];
    expect(of(rows)).toMatchObject({ best: 1, level: [0, 1], pick: 0, pickBy: 'throttled' });
    expect(of(rows.map((row) => ({ ...row, throttled: [0] })))).toMatchObject({ pick: 1, pickBy: 'p99' });
  });
});

describe('the words', () => {
  const said = (rows: readonly Figures[], more: Partial<Sweep> = {}): [string | null, string] => {
    const sweep = sweepOf(rows, more);
    return [aheadSentence(sweep, verdictOf(sweep), PLAIN), recommendation(sweep, verdictOf(sweep), PLAIN)];
  };

  it('say how far the best is ahead', () => {
    expect(said([{ makespan: [30] }, { makespan: [20] }, { makespan: [20.4] }])).toEqual([
      'GOMAXPROCS 2 had the shortest makespan; it was 1.02 times as long at 4 and 1.50 times at 1.',
      'Take GOMAXPROCS 2: it has the shortest makespan.',
    ]);
    const until = { outcome: 'until' };
    const many = [100, 200, 300, 400, 500, 600].map((rate) => ({ throughput: [rate], ...until }));
    expect(said(many)[0]).toBe(
      'GOMAXPROCS 32 had the highest throughput, 1.20 times that of 16, 1.50 times that of 8, 2.00 times that of 4 and 6.00 times that of 1 (and 1 between).',
    );
  });

  it('say with what certainty, and what lies within the noise', () => {
    expect(said([{ makespan: [10, 12, 11] }, { makespan: [11, 11, 11.1] }, { makespan: [20, 23, 22] }])[0]).toBe(
      'GOMAXPROCS 1 had the shortest makespan; it was 1.97 ± 0.12 times as long at 4. 2 cannot be told from it: the difference lies within the noise.',
    );
    expect(said([{ makespan: [100] }, { makespan: [100.4] }])[0]).toBe(
      'GOMAXPROCS 1 had the shortest makespan. 2 differs from it by less than 1%, too little for one run each (--runs 10).',
    );
    expect(said([{ makespan: [100, 100, 100] }, { makespan: [100.4, 100.4, 100.4] }, { makespan: [100, 101, 103] }])[0]).toBe(
      'GOMAXPROCS 1 had the shortest makespan. 4 cannot be told from it: the difference lies within the noise. 2 differs from it by less than 1%.',
    );
  });

  it('give a reason, and say what it costs', () => {
    const until = { outcome: 'until' };
    expect(
      said([
        { throughput: [500], p99: [1], throttled: [0], ...until },
        { throughput: [1000], p99: [4], throttled: [0.02], ...until },
        { throughput: [995], p99: [3.9], throttled: [0.97], ...until },
      ])[1],
    ).toBe(
      'Take GOMAXPROCS 2: of the 2 that do equally well the CPU limit holds it up least. At GOMAXPROCS 4 the CPU limit holds it up for 97% of the time, ' +
        'here for 2.0%. The lowest p99 has GOMAXPROCS 1: 1ms against 4ms.',
    );
    expect(said([{ makespan: [1] }, { makespan: [2] }], { conditions: ['threads.peak <= 9'] })[1]).toBe(
      'Take GOMAXPROCS 1: it has the shortest makespan of what meets threads.peak <= 9.',
    );
  });
});

describe('the formats', () => {
  const sweep = sweepOf([
    { throughput: [1000, 1010, 990], p50: [2, 2, 2], p99: [9, 9.5, 10], throttled: [0, 0, 0], outcome: 'until' },
    { throughput: [1500, 1520, 1490], p50: [1, 1, 1.1], p99: [7, 7.5, 6.9], throttled: [0.1, 0.1, 0.2], outcome: 'until' },
    { throughput: [1501, 1515, 1495], p50: [0.5, 0.5, 0.6], p99: [9, 9.5, 10], throttled: [0.9, 1, 1], outcome: 'until' },
    { outcome: 'deadlock', fine: false },
  ]);

  it.each([
    ['text', (): string => compareText(sweep, PLAIN)],
    ['ascii', (): string => compareText(sweep, createStyle({ width: 72, unicode: false, colors: 0 }))],
    ['json', (): string => compareJson(sweep, '0.1.0')],
    ['csv', (): string => compareCsv(sweep)],
    ['markdown', (): string => compareMarkdown(sweep)],
    ['benchfmt', (): string => compareBenchfmt(sweep, '0.1.0')],
  ])('%s looks like its golden file', async (name, text) => {
    await expect(text().replaceAll('\r\n', '\n')).toMatchFileSnapshot(`golden/compare/${name}.txt`);
  });

  it('of text fit the width whatever there is to show, and ASCII is ASCII', () => {
    const path = (i: number): string => `params.a-rather-long-name-of-a-param-${i}`;
    const long = 'x'.repeat(100);
    const wide = sweepOf(
      [
        { throughput: [1, 2, 3], p50: [4, 5, 6], throttled: [1, 1, 0], outcome: 'until' },
        { outcome: 'deadlock', fine: false },
      ],
      {
        name: long,
        about: `${long}.yaml · ${long}`,
        conditions: [`${long} < 1`],
      },
    );
    const metrics = Array.from({ length: 9 }, (_, i) => ({ ...wide.metrics[5], name: `counters.${'n'.repeat(12 * i)}${i}` }));
    for (const axes of [1, 2, 4, 5]) {
      const many: Sweep = {
        ...wide,
        axes: Array.from({ length: axes }, (_, i) => ({ path: path(i), values: [long, `${long}2`] })),
        metrics: [...wide.metrics, ...metrics],
        rows: wide.rows.map((row) => ({
          ...row!,
          values: Array.from({ length: axes }, () => long),
          runs: row!.runs.map((run) => ({ ...run, figures: [...run.figures, ...metrics.map((_, i) => 1000 ** (i % 4))] })),
        })),
      };
      for (const width of [60, 72, 80, 120]) {
        const text = compareText(axes === 1 ? sweep : many, createStyle({ width, unicode: false, colors: 0 }));
        expect(text).toMatch(/^[\n\x20-\x7e]*$/);
        expect(Math.max(...text.split('\n').map((line) => line.length)), text).toBeLessThanOrEqual(width);
        const first = compareText(many, createStyle({ width, unicode: true, colors: 0 }));
        expect(Math.max(...first.split('\n').map((line) => [...line].length)), first).toBeLessThanOrEqual(width);
      }
    }
  });

  it('of text say of repeated runs the mean, its interval and the spread, of single ones the figure alone', () => {
    const wide = createStyle({ width: 100, unicode: true, colors: 0 });
    const [head, first] = compareText(sweepOf([{ makespan: [90, 100, 110] }, { makespan: [300, 300, 300] }]), wide)
      .split('\n')
      .slice(3);
    expect(head).toMatch(/^ +GOMAXPROCS +makespan +spread /);
    expect(first).toMatch(/^→ +1 +100ms ±25% +10% /);
    expect(compareText(sweepOf([{ makespan: [90] }, { makespan: [300] }]), wide)).not.toMatch(/spread|±/);
  });

  it('of text have bars where there is room for them, of lengths in proportion', () => {
    const text = compareText(
      sweepOf([{ makespan: [10] }, { makespan: [20] }, { makespan: [40] }]),
      createStyle({ width: 100, unicode: true, colors: 0 }),
    );
    expect([...text.matchAll(/█+/g)].map(([bar]) => bar.length)).toEqual([5, 10, 20]);
  });

  it('of text put the column of the goal first, and those that find no room into a table below', () => {
    const text = compareText({ ...sweep, goal: { better: 'min', metric: 3 } }, createStyle({ width: 60, unicode: true, colors: 0 }));
    const [first, second] = text
      .split('\n')
      .filter((line) => line.includes('GOMAXPROCS  '))
      .map((line) => line.trim().split(/ +/));
    expect(first.slice(0, 4)).toEqual(['GOMAXPROCS', 'p99', 'spread', 'throughput']);
    expect([...first, ...second.slice(1)].toSorted()).toEqual([
      'GOMAXPROCS',
      'busy',
      'p50',
      'p99',
      'spread',
      'threads',
      'throttled',
      'throughput',
    ]);
    expect(text.match(/^→ /gm)).toHaveLength(3); // in both, and before the recommendation
  });

  it('of Go benchmarks are lines that name settings, procs, and pairs of value and unit', () => {
    const lines = (of: Sweep): string[] => compareBenchfmt(of, '0.1.0').trimEnd().split('\n');
    const plain = lines(sweep);
    expect(plain.slice(0, 2)).toEqual(['gosim: 0.1.0', 'scenario: server.yaml']);
    expect(plain).toHaveLength(2 + 4 * 3);
    for (const line of plain.slice(2)) expect(line).toMatch(/^Benchmark[A-Z]\w*-\d+\t1(\t-?[\d.]+ \S+)+$/);
    const names = (of: Sweep): string[] => [
      ...new Set(
        lines(of)
          .slice(2)
          .map((line) => line.split('\t')[0]),
      ),
    ];
    expect(names(sweep)).toEqual(['BenchmarkAServer-1', 'BenchmarkAServer-2', 'BenchmarkAServer-4', 'BenchmarkAServer-8']);
    // benchstat compares lines of one name: GOMAXPROCS that follows from another setting is no part of it
    const version: Sweep = {
      ...sweep,
      axes: [{ path: 'go', values: ['1.19', '1.26', 'x', 'y'] }],
      rows: sweep.rows.map((row, i) => ({ ...row!, values: [['1.19', '1.26', 'x', 'y'][i]] })),
    };
    expect(names(version)).toEqual([
      'BenchmarkAServer/go=1.19',
      'BenchmarkAServer/go=1.26',
      'BenchmarkAServer/go=x',
      'BenchmarkAServer/go=y',
    ]);
    expect(
      lines(version)
        .slice(2)
        .map((line) => line.split('\t').at(-1)),
    ).toContain('2 gomaxprocs');
    const same: Sweep = { ...version, rows: version.rows.map((row) => ({ ...row!, procs: 2 })) };
    expect(names(same)[0]).toBe('BenchmarkAServer/go=1.19-2');
  });

  it('show of many rows those nearest to the goal', () => {
    const many = sweepOf(Array.from({ length: 60 }, (_, i) => ({ makespan: [100 + ((i * 7) % 60)] })));
    const lines = compareText(many, PLAIN).split('\n');
    expect(lines.filter((line) => / \d+ms /.test(line))).toHaveLength(40);
    expect(lines.join('\n')).toContain('… and 20 more');
    expect(lines.join('\n')).not.toContain('159ms');
  });
});
