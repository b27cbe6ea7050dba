// The comparison of the simulator with real Go: which verdict each bar gives, from behaviours made by hand.

import { describe, expect, it } from 'vitest';
import type { SimulatedBehaviour } from '../src/analysis/behaviour.ts';
import { ksDistance, outside, quantileOf, rangeOf, tally, thinned, variationDistance } from '../src/analysis/distance.ts';
import type { Circumstances, Metric } from '../src/analysis/fidelity.ts';
import { compare } from '../src/analysis/fidelity.ts';
import type { Schedule } from '../src/analysis/schedule.ts';
import { holds, summaryOf } from '../src/analysis/scorecard.ts';
import type { Noise } from '../src/golang/noise.ts';
import { noisier, othersBetween, tooBusy } from '../src/golang/noise.ts';
import { PLAIN } from '../src/report/style.ts';
import { summaryText, verificationText } from '../src/report/verification.ts';

describe('distances', () => {
  it('between two samples are 0 for the same values and 1 for disjoint ones', () => {
    expect(ksDistance([1, 2, 3], [3, 1, 2])).toBe(0);
    expect(ksDistance([1, 2], [3, 4, 5])).toBe(1);
    expect(ksDistance([1, 2, 3, 4], [1, 2, 9, 9])).toBe(0.5);
    expect(ksDistance([], [1])).toBeNull();
  });

  it('between texts are the share that differs', () => {
    const [a, b] = [tally(['x', 'x', 'y', 'y']), tally(['x', 'x', 'x', 'z'])];
    expect(variationDistance(a, b)).toBe(0.5);
    expect(variationDistance(a, a)).toBe(0);
  });

  it('from a range are relative to its nearer end, and 0 inside', () => {
    const range = { min: 100, median: 150, max: 200 };
    expect([90, 150, 220].map((n) => outside(n, range))).toEqual([0.1, 0, 0.1]);
    expect(outside(1, { min: 0, median: 0, max: 0 })).toBe(Number.POSITIVE_INFINITY);
  });

  it('thin out to order statistics, both ends kept', () => {
    const many = Array.from({ length: 1000 }, (_, i) => 999 - i);
    expect(thinned(many, 5)).toEqual([0, 250, 500, 749, 999]);
    expect(thinned([3, 1], 5)).toEqual([1, 3]);
    expect(quantileOf([1, 2, 3, 4], 0.99)).toBe(4);
    expect(rangeOf([])).toEqual({ min: 0, median: 0, max: 0 });
  });
});

const COMPLETED = { kind: 'completed', exitCode: 0, message: '' } as const;

function schedule(parts: Partial<Schedule>): Schedule {
  const all = { endNs: 100e6, goroutineNs: [50e6], slices: [], preempted: [], retakes: [], handoffs: [], latencies: [], ...parts };
  const { slices, preempted, retakes, handoffs, latencies } = all;
  const counts = {
    ...{ slices: slices.length, preempted: preempted.length, retakes: retakes.length },
    ...{ handoffs: handoffs.length, latencies: latencies.length },
  };
  return { ...all, counts };
}

function behaviour(parts: Partial<SimulatedBehaviour> = {}): SimulatedBehaviour {
  return {
    outcomes: tally([COMPLETED]),
    orders: tally(['a b']),
    listings: [],
    threads: [3, 3, 3],
    makespanNs: [10e6, 10e6],
    spans: {},
    schedules: [schedule({})],
    monitorDelays: { preempted: [], retakes: [], handoffs: [] },
    ...parts,
  };
}

const QUIET: Circumstances = { gomaxprocs: 1, busy: null, untraced: null, slackNs: 100_000 };

/** Verdicts by name of what the simulator and Go did. */
function verdicts(
  gosim: Partial<SimulatedBehaviour>,
  go: Partial<SimulatedBehaviour>,
  it: Partial<Circumstances> = {},
): Record<string, string> {
  const metrics = compare(behaviour(gosim), behaviour(go), { ...QUIET, ...it });
  return Object.fromEntries(metrics.map((one) => [one.name, one.verdict]));
}

describe('verdicts', () => {
  it('are good where both do the same', () => {
    expect(new Set(Object.values(verdicts({}, {})))).toEqual(new Set(['ok']));
  });

  it('of the order are given at one P, where Go repeats it', () => {
    const other = { orders: tally(['b a']) };
    expect(verdicts({}, other).order).toBe('missed');
    expect(verdicts({ orders: tally(['a b', 'b a']) }, {}).order).toBe('missed');
    expect(verdicts({}, other, { gomaxprocs: 2 }).order).toBe('shown');
    expect(verdicts({}, { orders: tally(['b a', 'a b']) }).order).toBe('shown');
    expect(verdicts({ orders: tally(['']) }, { orders: tally(['']) })).not.toHaveProperty('order');
  });

  it('of the outcome take message and status into account', () => {
    const fatal = { kind: 'fatal', exitCode: 2, message: 'fatal error: x' } as const;
    expect(verdicts({ outcomes: tally([fatal]) }, { outcomes: tally([fatal]) }).outcome).toBe('ok');
    expect(verdicts({ outcomes: tally([{ ...fatal, message: 'fatal error: y' }]) }, { outcomes: tally([fatal]) }).outcome).toBe('missed');
  });

  it('of threads want every seed inside what 30 runs showed, the median inside what fewer did', () => {
    const runs = (n: number): number[] => Array.from({ length: n }, () => 4);
    expect(verdicts({ threads: [4, 4, 5] }, { threads: runs(30) }).threads).toBe('missed');
    expect(verdicts({ threads: [4, 4, 5] }, { threads: runs(10) }).threads).toBe('not judged');
    expect(verdicts({ threads: [5, 5, 5] }, { threads: runs(10) }).threads).toBe('missed');
    expect(verdicts({}, { threads: [] })).not.toHaveProperty('threads');
  });

  it('of the makespan leave a tenth, and say nothing of short runs or on a busy machine', () => {
    const takes = (ms: number): Partial<SimulatedBehaviour> => ({ makespanNs: [ms * 1e6] });
    expect(verdicts(takes(10.9), {}).makespan).toBe('ok');
    expect(verdicts(takes(11.1), {}).makespan).toBe('missed');
    expect(verdicts(takes(11.1), {}, { busy: 'busy' }).makespan).toBe('not judged');
    expect(verdicts(takes(0.2), takes(0.1)).makespan).toBe('not judged');
  });

  it('of spans judge p99 only from 1,000 samples on, where Go itself is steady', () => {
    const spans = (p50: number, p99: readonly number[], count = 1000): Partial<SimulatedBehaviour> => ({
      spans: { s: { counts: p99.map(() => count), p50Ns: p99.map(() => p50), p99Ns: p99 } },
    });
    const of = (gosim: Partial<SimulatedBehaviour>, go: Partial<SimulatedBehaviour>): string[] => {
      const found = verdicts(gosim, go);
      return [found['spans.s.p50'], found['spans.s.p99']];
    };
    expect(of(spans(1e5, [5e5]), spans(1.05e5, [5.1e5, 5.2e5]))).toEqual(['ok', 'ok']);
    expect(of(spans(1e5, [5e5]), spans(1.2e5, [6e5]))).toEqual(['missed', 'missed']);
    expect(of(spans(1e5, [5e5]), spans(1e5, [6e5], 999))).toEqual(['ok', 'not judged']);
    expect(of(spans(1e5, [5e5]), spans(1e5, [6e5, 7e5]))).toEqual(['ok', 'not judged']);
    expect(of(spans(900, [5e5]), spans(990, [5.1e5]))[0]).toBe('not judged'); // that is reading the clock
  });

  it("of the monitor leave its delay and the machine's slack", () => {
    const slices = (ms: number): Partial<SimulatedBehaviour> => ({
      schedules: [1, 2, 3].map(() => schedule({ preempted: [{ at: 20e6, ns: ms * 1e6 }] })),
      monitorDelays: { preempted: [10e6], retakes: [], handoffs: [] },
    });
    expect(verdicts(slices(12), slices(22))['preempted slice']).toBe('ok');
    expect(verdicts(slices(12), slices(22.2))['preempted slice']).toBe('missed');
    const often = { schedules: [schedule({ preempted: [1, 2, 3].map((at) => ({ at, ns: 12e6 })) })] };
    expect(verdicts({}, often).preemptions).toBe('missed'); // three times in each run, against never
    expect(verdicts({}, slices(12)).preemptions).toBe('shown'); // once in each is chance
    const early = (ms: number): Partial<SimulatedBehaviour> => ({
      schedules: [schedule({ preempted: [1, 2, 3].map((at) => ({ at: at * 1e6, ns: ms * 1e6 })) })],
    });
    expect(verdicts(early(0.1), early(0.9))).not.toHaveProperty('preempted slice'); // the monitor preempts nobody so early
  });

  it('of what traces show need traces, and leave three points', () => {
    const share = (n: number): Partial<SimulatedBehaviour> => ({ schedules: [schedule({ goroutineNs: [n * 1e6] })] });
    expect(verdicts(share(50), share(52.9))['goroutine time']).toBe('ok');
    expect(verdicts(share(50), share(53.1))['goroutine time']).toBe('missed');
    expect(verdicts({}, {}, { untraced: 'no Go' })['goroutine time']).toBe('not judged');
  });

  it('of goroutines left compare what was left, not on a busy machine when they were cut off', () => {
    const left = (text: string): Partial<SimulatedBehaviour> => ({ listings: tally([[text]]) });
    expect(verdicts(left('w [select]'), left('w [select]')).listing).toBe('ok');
    expect(verdicts(left('w [select]'), left('w [sleep]')).listing).toBe('missed');
    const until = { outcomes: tally([{ kind: 'until', exitCode: 0, message: '' } as const]) };
    const go = { ...until, ...left('w [sleep]') };
    expect(verdicts({ ...until, ...left('w [select]') }, go, { busy: 'busy' }).listing).toBe('not judged');
    const varied = { ...until, listings: tally([['w [sleep]'], ['w [runnable]']]) };
    expect(verdicts({ ...until, ...left('w [select]') }, varied).listing).toBe('not judged');
    expect(verdicts({ ...until, ...left('w [runnable]') }, varied).listing).toBe('ok');
  });
});

describe('a summary', () => {
  const makespan = (error: number): Metric => ({
    ...{ name: 'makespan', unit: 'ns', gosim: null, go: null, error, distance: null, bar: 'makespan' },
    ...{ verdict: error <= 0.1 ? 'ok' : 'missed', note: '' },
  });

  it('says of each bar how often it held, with the median and worst error', () => {
    const [one] = summaryOf([makespan(0), makespan(0.01), makespan(0.2)]);
    expect(one).toMatchObject({ bar: 'makespan', held: 2, missed: 1, median: 0.01, worst: 0.2 });
    expect(holds(one)).toBe(false);
  });

  it('wants the median of several makespans within 3 %', () => {
    const [good] = summaryOf([0, 0.01, 0.02, 0.05, 0.09].map(makespan));
    const [bad] = summaryOf([0, 0.01, 0.04, 0.05, 0.09].map(makespan));
    expect([holds(good), holds(bad)]).toEqual([true, false]);
  });
});

describe('the noise of a machine', () => {
  const quiet: Noise = { others: 0, lost: 0.01, wakeNs: { p50: 60_000, p90: 70_000, p99: 90_000 } };

  it('keeps times from being judged', () => {
    expect(tooBusy(quiet)).toBeNull();
    expect(tooBusy({ ...quiet, others: null })).toBeNull();
    expect(tooBusy({ ...quiet, lost: 0.3 })).toContain('30 %');
    expect(tooBusy({ ...quiet, others: 0.3 })).toContain('30 %');
    expect(tooBusy({ ...quiet, wakeNs: { p50: 60_000, p90: 2_000_000, p99: 3_000_000 } })).toContain('2.0 ms late');
  });

  it('is the worse of two measurements, and what others used of the processors between two moments', () => {
    expect(noisier(quiet, { ...quiet, lost: 0.5, others: null })).toEqual({ ...quiet, lost: 0.5 });
    expect(othersBetween({ all: 100, others: 10 }, { all: 300, others: 60 })).toBe(0.25);
    expect(othersBetween(null, { all: 300, others: 60 })).toBeNull();
  });
});

describe('the report', () => {
  const metrics = compare(behaviour({ orders: tally(['a b']), makespanNs: [20e6] }), behaviour({ orders: tally(['b a']) }), QUIET);
  const text = verificationText(
    {
      ...{ name: 'two hogs', file: 'hogs.yaml', go: '1.26.8', gomaxprocs: 1, cpus: 2, runs: 10, traces: 5, seeds: 10 },
      ...{ metrics, notes: [], busy: null },
    },
    PLAIN,
  );

  it('shows both sides of each figure, its error and its verdict', () => {
    expect(text).toContain('hogs.yaml · Go 1.26.8 · GOMAXPROCS 1 · 2 CPUs · 10 runs and 5 traced · 10 seeds');
    expect(text).toMatch(/^ {2}makespan +20ms +10ms +100\.0% +1\.00 +✗$/m);
    expect(text).toMatch(/^ {2}outcome +completed, exit 0 +the same +✓$/m);
    expect(text).toContain('  order\n    gosim  a b\n    Go     b a\n');
  });

  it('ends with how the bars fared', () => {
    const summary = summaryText(summaryOf(metrics), 'the machine is busy', PLAIN);
    expect(summary).toMatch(/✗ {2}makespan +.* 0 held, 1 missed/);
    expect(summary).toContain('Times were not judged: the machine is busy.');
  });
});
