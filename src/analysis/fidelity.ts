// The simulator's behaviour beside real Go's, figure by figure, each with its error and, where a bar is set for it, a
// verdict. Where real Go varies from run to run and the simulator from seed to seed, both ranges and the distance of the two
// distributions are given; a bar then says how far the one may lie outside of the other.

import type { Behaviour, SimulatedBehaviour } from './behaviour.ts';
import type { Range } from './distance.ts';
import { ksDistance, outside, quantileOf, rangeOf, variationDistance } from './distance.ts';
import type { Schedule } from './schedule.ts';
import { MONITOR_KINDS, monitorsOwn } from './schedule.ts';

/** What must hold. `figure` says what `name` is short for. */
export const BARS = {
  order: { name: 'order', figure: 'order of events at GOMAXPROCS 1, where Go repeats it in every run', bar: 'identical' },
  outcome: { name: 'outcome', figure: 'how it ends: kind, exit code, message', bar: 'identical' },
  listing: { name: 'listing', figure: 'goroutines left and what they wait for', bar: 'the same multiset' },
  threads: {
    name: 'threads',
    figure: 'threads created',
    bar: 'over 10 seeds: median inside, and every value inside, what Go shows over 30 runs',
  },
  makespan: { name: 'makespan', figure: 'makespan', bar: "outside Go's own range: median at most 3 %, worst 10 %" },
  goroutineTime: {
    name: 'goroutine time',
    figure: 'time that goroutines ran, by P, the busiest first',
    bar: 'within 3 points of its share',
  },
  monitor: {
    name: 'preemptions, retakes, handoffs',
    figure: 'preempted slices, retakes, handoffs',
    bar: "within the monitor's delay, and the measured slack, of Go's median",
  },
  spanP50: { name: 'p50 of spans', figure: 'p50 of spans', bar: "within 10 % of Go's range" },
  spanP99: {
    name: 'p99 of spans',
    figure: 'p99 of spans, from 1,000 samples on and where Go varies by at most 5 %',
    bar: "within 15 % of Go's range",
  },
} as const;

export type BarId = keyof typeof BARS;

/** `shown`: there is no bar for it. */
export type Verdict = 'ok' | 'missed' | 'not judged' | 'shown';

export interface Metric {
  readonly name: string;
  readonly unit: 'text' | 'ns' | 'count' | 'share';
  readonly gosim: string | Range | null;
  readonly go: string | Range | null;
  /** How far off: relative to Go's figure, or (goroutine time) a difference of shares, or (monitor) in ns. */
  readonly error: number | null;
  /** Of the two distributions, 0 (the same) to 1; null where neither varies. */
  readonly distance: number | null;
  readonly bar: BarId | null;
  readonly verdict: Verdict;
  readonly note: string;
}

export interface Circumstances {
  readonly gomaxprocs: number;
  /** Why times cannot be judged, null when they can. */
  readonly busy: string | null;
  /** Why there are no traces, null when there are. */
  readonly untraced: string | null;
  /** How late a thread may wake up here, in ns. */
  readonly slackNs: number;
}

export function compare(gosim: SimulatedBehaviour, go: Behaviour, it: Circumstances): Metric[] {
  return [
    outcome(gosim, go),
    ...order(gosim, go, it),
    ...listing(gosim, go, it),
    ...threads(gosim, go, it),
    ...makespan(gosim, go, it),
    ...spans(gosim, go, it),
    ...schedules(gosim, go, it),
  ];
}

// ---- what is the same or not

const QUIET = { error: null, distance: null, note: '' };

function outcome(gosim: Behaviour, go: Behaviour): Metric {
  const text = ({ value: { kind, exitCode, message } }: Behaviour['outcomes'][number]): string =>
    [kind, `exit ${exitCode}`, ...(message === '' ? [] : [message])].join(', ');
  const [ours, theirs] = [gosim.outcomes.map(text), go.outcomes.map(text)];
  const verdict = ours.every((one) => theirs.includes(one)) ? 'ok' : 'missed';
  const sides = { gosim: ours.join(' or '), go: theirs.join(' or ') };
  return { ...QUIET, name: 'outcome', unit: 'text', ...sides, bar: 'outcome', verdict };
}

function order(gosim: Behaviour, go: Behaviour, { gomaxprocs }: Circumstances): Metric[] {
  if (go.orders.every(({ value }) => value === '') && gosim.orders.every(({ value }) => value === '')) return [];
  const metric = { ...QUIET, name: 'order', unit: 'text' as const, gosim: gosim.orders[0].value, go: go.orders[0].value };
  const repeats = go.orders.length === 1;
  if (gomaxprocs === 1 && repeats) {
    const same = gosim.orders.length === 1 && gosim.orders[0].value === go.orders[0].value;
    const note = gosim.orders.length === 1 ? '' : `${gosim.orders.length} orders over the seeds`;
    return [{ ...metric, bar: 'order', verdict: same ? 'ok' : 'missed', note }];
  }
  const known = new Set(go.orders.map(({ value }) => value));
  const runs = gosim.orders.reduce((sum, one) => sum + one.count, 0);
  const seen = gosim.orders.reduce((sum, one) => sum + (known.has(one.value) ? one.count : 0), 0);
  const note = `Go: ${go.orders.length} in ${go.orders.reduce((sum, one) => sum + one.count, 0)} runs; ${seen} of ${runs} seeds among them`;
  return [{ ...metric, distance: variationDistance(gosim.orders, go.orders), bar: null, verdict: 'shown', note }];
}

function listing(gosim: Behaviour, go: Behaviour, { busy }: Circumstances): Metric[] {
  if (gosim.listings.length === 0 || go.listings.length === 0) return [];
  const text = (of: Behaviour): string => grouped(of.listings[0].value);
  const known = new Set(go.listings.map(({ value }) => value.join('\n')));
  const same = gosim.listings.every(({ value }) => known.has(value.join('\n')));
  // What is left at an instant depends on how fast it went until then; Go itself may show another in every run.
  const cutOff = go.outcomes[0].value.kind === 'until' && !same;
  const varies = cutOff && go.listings.length > 1;
  const why = varies ? `the picture of an instant: Go shows ${go.listings.length}` : cutOff ? busy : null;
  return [{ ...QUIET, name: 'listing', unit: 'text', gosim: text(gosim), go: text(go), bar: 'listing', ...judged(same, why) }];
}

/** `worker [select] ×3, main [sleep]`. */
function grouped(listing: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const one of listing) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts.size === 0 ? 'none' : [...counts].map(([one, n]) => (n === 1 ? one : `${one} x${n}`)).join(', ');
}

// ---- numbers

/** Runs after which what Go can do with threads has been seen. */
export const RUNS_FOR_THREADS = 30;

function threads(gosim: Behaviour, go: Behaviour, { busy }: Circumstances): Metric[] {
  if (go.threads.length === 0) return [];
  const [ours, theirs] = [rangeOf(gosim.threads), rangeOf(go.threads)];
  const out = gosim.threads.filter((n) => outside(n, theirs) > 0).length;
  const median = outside(ours.median, theirs) > 0;
  const few = go.threads.length < RUNS_FOR_THREADS;
  // How many are needed depends on how fast threads wake up.
  const verdict: Verdict = out === 0 ? 'ok' : busy !== null || (few && !median) ? 'not judged' : 'missed';
  const note =
    out === 0 ? '' : `${out} of ${gosim.threads.length} seeds outside${few ? `; Go shows all it can do in ${RUNS_FOR_THREADS} runs` : ''}`;
  const distance = ksDistance(gosim.threads, go.threads);
  return [{ name: 'threads', unit: 'count', gosim: ours, go: theirs, error: null, distance, bar: 'threads', verdict, note }];
}

const LEAST_MAKESPAN_NS = 1_000_000;
const MOST_MAKESPAN_ERROR = 0.1;

function makespan(gosim: Behaviour, go: Behaviour, { busy }: Circumstances): Metric[] {
  if (gosim.makespanNs.length === 0 || go.makespanNs.length === 0) return [];
  const [ours, theirs] = [rangeOf(gosim.makespanNs), rangeOf(go.makespanNs)];
  const error = outside(ours.median, theirs);
  const distance = ksDistance(gosim.makespanNs, go.makespanNs);
  const metric = { name: 'makespan', unit: 'ns' as const, gosim: ours, go: theirs, error, distance };
  const short = theirs.median < LEAST_MAKESPAN_NS ? 'under 1 ms the report itself takes a share of it' : null;
  return [{ ...metric, bar: 'makespan', ...judged(error <= MOST_MAKESPAN_ERROR, busy ?? short) }];
}

function judged(ok: boolean, why: string | null): { verdict: Verdict; note: string } {
  return why === null ? { verdict: ok ? 'ok' : 'missed', note: '' } : { verdict: 'not judged', note: why };
}

/** Below, the time is that of reading the clock. */
const LEAST_SPAN_NS = 1000;
const LEAST_SAMPLES_P99 = 1000;
const MOST_SPREAD_P99 = 0.05;

function spans(gosim: Behaviour, go: Behaviour, { busy }: Circumstances): Metric[] {
  return Object.entries(go.spans).flatMap(([name, theirs]): Metric[] => {
    const ours = gosim.spans[name];
    if (ours === undefined) return [];
    const one = (what: 'p50Ns' | 'p99Ns') => {
      const [mine, its] = [rangeOf(ours[what]), rangeOf(theirs[what])];
      const error = outside(mine.median, its);
      return { unit: 'ns' as const, gosim: mine, go: its, error, distance: ksDistance(ours[what], theirs[what]) };
    };
    const [p50, p99] = [one('p50Ns'), one('p99Ns')];
    const samples = rangeOf(theirs.counts).median;
    const spread = p99.go.median === 0 ? 0 : (p99.go.max - p99.go.min) / p99.go.median;
    const few = samples < LEAST_SAMPLES_P99 ? `${samples} samples in a run` : null;
    const wide = spread > MOST_SPREAD_P99 ? `Go itself varies by ${(spread * 100).toFixed(0)} %` : null;
    return [
      { ...p50, name: `spans.${name}.p50`, bar: 'spanP50', ...judged(p50.error <= 0.1, busy ?? short(p50)) },
      { ...p99, name: `spans.${name}.p99`, bar: 'spanP99', ...judged(p99.error <= 0.15, busy ?? short(p99) ?? few ?? wide) },
    ];
  });
}

/** Where Go is mostly so fast, or at least now and then, and gosim too. */
function short({ gosim, go }: { readonly gosim: Range; readonly go: Range }): string | null {
  return go.median < LEAST_SPAN_NS || Math.max(gosim.median, go.min) < LEAST_SPAN_NS
    ? 'under 1 us reading the clock takes a share of it'
    : null;
}

// ---- what traces show

const MOST_SHARE_ERROR = 0.03;

function schedules(gosim: SimulatedBehaviour, go: Behaviour, it: Circumstances): Metric[] {
  const { untraced } = it;
  if (untraced !== null || go.schedules.length === 0) {
    const note = untraced ?? 'no trace';
    return [
      {
        name: 'goroutine time',
        unit: 'share',
        gosim: null,
        go: null,
        error: null,
        distance: null,
        bar: 'goroutineTime',
        verdict: 'not judged',
        note,
      },
    ];
  }
  return [...goroutineTime(gosim, go, it), ...monitor(gosim, go, it), ...pooled(gosim, go)];
}

/** The share of the run in which goroutines ran on a P: the busiest first, since which of them that is means nothing. */
function goroutineTime(gosim: Behaviour, go: Behaviour, { gomaxprocs, busy }: Circumstances): Metric[] {
  const shares = (all: readonly Schedule[]): number[][] =>
    all.map(({ goroutineNs, endNs }) => goroutineNs.map((ns) => (endNs === 0 ? 0 : ns / endNs)).toSorted((a, b) => b - a));
  const [ours, theirs] = [shares(gosim.schedules), shares(go.schedules)];
  const brief =
    rangeOf(go.schedules.map(({ endNs }) => endNs)).median < LEAST_MAKESPAN_NS ? 'under 1 ms the trace takes a share of it' : null;
  return Array.from({ length: gomaxprocs }, (_, p): Metric => {
    const [mine, its] = [ours, theirs].map((all) => all.map((run) => run[p] ?? 0));
    const [a, b] = [rangeOf(mine), rangeOf(its)];
    const error = Math.max(0, b.min - a.median, a.median - b.max);
    return {
      ...{ name: gomaxprocs === 1 ? 'goroutine time' : `goroutine time ${p + 1}`, unit: 'share', gosim: a, go: b, error },
      distance: ksDistance(mine, its),
      bar: 'goroutineTime',
      ...judged(error <= MOST_SHARE_ERROR, busy ?? brief),
    };
  });
}

/** A median of fewer values says nothing, and whether it happens less often than that is chance. */
const SEVERAL = 3;

/** What the monitor does: how often, and how long it let each pass before. */
function monitor(gosim: SimulatedBehaviour, go: Behaviour, { busy, slackNs }: Circumstances): Metric[] {
  const times = { preempted: 'preempted slice', retakes: 'system call at retake', handoffs: 'handoff after retake' };
  const numbers = { preempted: 'preemptions', retakes: 'retakes', handoffs: 'handoffs' };
  return MONITOR_KINDS.flatMap((kind): Metric[] => {
    const counts = (all: readonly Schedule[]): number[] => all.map((one) => one.counts[kind]);
    const [ours, theirs] = [rangeOf(counts(gosim.schedules)), rangeOf(counts(go.schedules))];
    if (ours.max === 0 && theirs.max === 0) return [];
    // One side does it several times in every run, the other in none: then there are no times to compare, and something is wrong.
    const lacking = (ours.max === 0 && theirs.min >= SEVERAL) || (theirs.max === 0 && ours.min >= SEVERAL);
    const number: Metric = {
      ...{ name: numbers[kind], unit: 'count', gosim: ours, go: theirs, error: null },
      distance: ksDistance(counts(gosim.schedules), counts(go.schedules)),
      ...(lacking ? { bar: 'monitor', ...judged(false, busy) } : { bar: null, verdict: 'shown', note: '' }),
    };
    const lengths = (all: readonly Schedule[]): number[] => all.flatMap((one) => monitorsOwn(one, kind).map(({ ns }) => ns));
    const [a, b] = [lengths(gosim.schedules), lengths(go.schedules)];
    if (a.length === 0 || b.length === 0) return [number];
    const error = Math.abs(rangeOf(a).median - rangeOf(b).median);
    const delay = rangeOf(gosim.monitorDelays[kind]).median;
    const least = Math.min(a.length, b.length);
    const few = least < SEVERAL ? `${least} in all runs` : null;
    const time: Metric = {
      ...{ name: times[kind], unit: 'ns', gosim: rangeOf(a), go: rangeOf(b), error, distance: ksDistance(a, b), bar: 'monitor' },
      ...judged(error <= delay + slackNs, busy ?? few),
    };
    return [number, time];
  });
}

/** What has no bar: how long slices were, and how long goroutines waited for their turn. */
function pooled(gosim: Behaviour, go: Behaviour): Metric[] {
  const rows = { slices: 'slices', latencies: 'scheduling latency' } as const;
  return (Object.keys(rows) as (keyof typeof rows)[]).flatMap((kind): Metric[] => {
    const all = (of: Behaviour): number[] => of.schedules.flatMap((one) => one[kind]);
    const [ours, theirs] = [all(gosim), all(go)];
    if (ours.length === 0 || theirs.length === 0) return [];
    const percentiles = (values: readonly number[]): Range => {
      const sorted = values.toSorted((a, b) => a - b);
      return { min: quantileOf(sorted, 0.1), median: quantileOf(sorted, 0.5), max: quantileOf(sorted, 0.9) };
    };
    const metric = { name: rows[kind], unit: 'ns' as const, gosim: percentiles(ours), go: percentiles(theirs) };
    return [{ ...metric, error: null, distance: ksDistance(ours, theirs), bar: null, verdict: 'shown', note: 'p10, p50, p90' }];
  });
}
