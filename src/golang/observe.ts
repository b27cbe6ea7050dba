// What real Go did with a scenario, over many runs: every distinct order and outcome with how often it came, and ranges
// for what is never twice the same. An observation is a data file that later runs and tests are compared with; it says
// which Go and which machine, and nothing else about where it was made.

import type { Behaviour, SpanFigures } from '../analysis/behaviour.ts';
import { keptSchedule } from '../analysis/behaviour.ts';
import type { Range } from '../analysis/distance.ts';
import { outside, quantileOf, rangeOf, tally } from '../analysis/distance.ts';
import type { Schedule } from '../analysis/schedule.ts';
import { scheduleOf } from '../analysis/schedule.ts';
import type { Costs } from '../runtime/costs.ts';
import type { Scenario } from '../scenario/model.ts';
import type { Built, Go, HostMachine } from './exec.ts';
import { buildGo, hostMachine, runBuilt } from './exec.ts';
import { bodiesByFunction, exportGo, godebugOf } from './export.ts';
import type { GoRun } from './go-run.ts';
import { readGoRun } from './go-run.ts';
import type { Noise } from './noise.ts';
import { TraceError } from './trace-format.ts';
import { readTrace } from './trace-reader.ts';

export interface Observation {
  readonly schema: 'gosim.observation/v1';
  readonly scenario: string; // its file
  readonly go: string; // 1.26.8
  readonly language: string; // the version in go.mod
  readonly machine: HostMachine;
  readonly command: string;
  readonly gomaxprocs: number;
  readonly start: 'cold' | 'settled';
  readonly runs: number;
  readonly outcomes: readonly { readonly kind: string; readonly exitCode: number; readonly message: string; readonly count: number }[];
  /** Orders of the log, texts joined by blanks; the most frequent first. */
  readonly logs: readonly { readonly log: string; readonly count: number }[];
  /** Listings of goroutines, each `body [reason]`, where Go printed one. */
  readonly goroutines: readonly { readonly listing: readonly string[]; readonly count: number }[];
  /** Threads created until the end; counts by number. Null where no run reported its end. */
  readonly threads: (Range & { readonly counts: Readonly<Record<string, number>> }) | null;
  readonly threadsAtStart: Range;
  readonly makespanNs: Range | null;
  readonly spans: Readonly<Record<string, { readonly count: number; readonly p50Ns: Range; readonly p99Ns: Range; readonly maxNs: Range }>>;
  /** Run by run, where distributions are compared. */
  readonly samples?: Samples;
  /** What the simulator is to take for the costs of this machine: those that were measured with it. */
  readonly costs?: Partial<Costs>;
  /** Those that are others while a trace is written. */
  readonly tracedCosts?: Partial<Costs>;
  readonly noise?: Noise;
}

export interface Samples {
  readonly threads: readonly number[];
  readonly makespanNs: readonly number[];
  readonly spans: Readonly<Record<string, SpanFigures>>;
  readonly schedules: readonly Schedule[];
  /** Why there are no schedules, null when there are. */
  readonly untraced: string | null;
}

export interface ObserveOptions {
  readonly runs: number;
  readonly traces?: number; // runs more, each with an execution trace
  readonly timeoutMs: number;
  readonly gomaxprocs: number; // where the scenario does not say
  readonly env?: Record<string, string>;
  readonly onRun?: (run: GoRun, done: number) => Promise<void>;
  readonly abort?: AbortSignal;
}

/** Builds the scenario's program and runs it again and again. */
export async function observe(scenario: Scenario, go: Go, options: ObserveOptions): Promise<Observation> {
  const gomaxprocs = scenario.gomaxprocs ?? options.gomaxprocs;
  const program = await Observed.build(scenario, go, gomaxprocs, false, options);
  const runs: GoRun[] = [];
  try {
    for (let i = 0; i < options.runs; i++) {
      runs.push((await program.run()).run);
      await options.onRun?.(runs[i], i + 1);
    }
  } finally {
    await program.remove();
  }
  const traced = await observeTraces(scenario, go, gomaxprocs, runs, options);
  return summarize(scenario, go, gomaxprocs, runs, traced);
}

/** One program of a scenario, built, with what all its runs have in common. */
class Observed {
  readonly scenario: Scenario;
  private readonly source: string;
  private readonly built: Built;
  private readonly gomaxprocs: number;
  private readonly trace: boolean;
  private readonly options: ObserveOptions;
  private readonly env: Record<string, string>;

  private constructor(scenario: Scenario, source: string, built: Built, gomaxprocs: number, trace: boolean, options: ObserveOptions) {
    this.scenario = scenario;
    this.source = source;
    this.built = built;
    this.gomaxprocs = gomaxprocs;
    this.trace = trace;
    this.options = options;
    this.env = { ...options.env };
    const godebug = godebugOf(scenario);
    if (godebug !== '') this.env.GODEBUG = godebug;
  }

  static async build(scenario: Scenario, go: Go, gomaxprocs: number, trace: boolean, options: ObserveOptions): Promise<Observed> {
    const source = exportGo(scenario, { trace });
    const built = await buildGo(go, source, scenario.go, options.abort);
    const observed = new Observed(scenario, source, built, gomaxprocs, trace, options);
    try {
      // A cold start leaves no time to calibrate the busy loop: a run before does.
      if (scenario.start.kind === 'cold' && source.includes('roundsPerMs'))
        observed.env.GOSIM_ROUNDS_PER_MS ??= await observed.roundsPerMs();
    } catch (error) {
      await built.remove();
      throw error;
    }
    return observed;
  }

  private async roundsPerMs(): Promise<string> {
    const settings = { env: { GOSIM_CALIBRATE: '1' }, timeoutMs: 30_000, abort: this.options.abort };
    return (await runBuilt(this.built, this.gomaxprocs, settings)).stdout.trim();
  }

  async run(): Promise<{ run: GoRun; trace: Uint8Array | null }> {
    const { untilNs } = this.scenario;
    const { abort } = this.options;
    // Reaching the horizon is an outcome. A traced program ends there by itself.
    const atHorizon = untilNs !== null && !this.trace;
    const timeoutMs = atHorizon ? Math.ceil(untilNs / 1e6) + AFTER_HORIZON_MS : this.options.timeoutMs;
    const settings = { env: this.env, timeoutMs, listing: true, fromStart: atHorizon, trace: this.trace, abort };
    const ended = await runBuilt(this.built, this.gomaxprocs, settings);
    const run = readGoRun({ ...ended, horizonNs: untilNs }, bodiesByFunction(this.scenario), this.source);
    return { run, trace: ended.trace };
  }

  remove(): Promise<void> {
    return this.built.remove();
  }
}

/** A program is ended this long after its horizon: what it did until then is known to the nanosecond. */
const AFTER_HORIZON_MS = 5;

interface Traced {
  readonly schedules: readonly Schedule[];
  readonly untraced: string | null;
}

/** A trace makes the program slower: its figures count only if that took about as long as without, in the middle one of the runs. */
const MOST_SLOWER = 0.05;

async function observeTraces(
  scenario: Scenario,
  go: Go,
  gomaxprocs: number,
  runs: readonly GoRun[],
  options: ObserveOptions,
): Promise<Traced> {
  const why = untraceable(scenario, go, runs, options);
  if (why !== null) return { schedules: [], untraced: why };
  const program = await Observed.build(scenario, go, gomaxprocs, true, options);
  const makespans = runs.flatMap((run) => run.makespanNs ?? []);
  const schedules: Schedule[] = [];
  const slower: number[] = [];
  let untraced: string | null = null;
  try {
    for (let i = 0; i < (options.traces ?? 0); i++) {
      const { run, trace } = await program.run();
      const endNs = run.makespanNs ?? scenario.untilNs;
      if (trace === null || endNs === null) continue;
      slower.push(run.makespanNs === null ? 0 : outside(run.makespanNs, rangeOf(makespans)));
      schedules.push(keptSchedule(scheduleOf(readTrace(trace), gomaxprocs, endNs)));
    }
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    untraced = error.message;
  } finally {
    await program.remove();
  }
  const changed = rangeOf(slower).median;
  if (changed > MOST_SLOWER) return { schedules: [], untraced: `tracing changes the makespan by ${(changed * 100).toFixed(0)} %` };
  return { schedules, untraced: schedules.length > 0 ? null : (untraced ?? 'no run left a trace') };
}

function untraceable(scenario: Scenario, go: Go, runs: readonly GoRun[], { traces = 0 }: ObserveOptions): string | null {
  if (traces === 0) return 'no run was traced';
  if (scenario.start.kind === 'cold') return 'a trace begins later than a cold start';
  if (go.minor < 22) return `traces of Go ${go.version} cannot be read`;
  const ends = runs.every(({ outcome: { kind } }) => kind === 'completed' || kind === 'exit' || kind === 'until');
  return ends ? null : 'a program that dies leaves no trace';
}

export function summarize(scenario: Scenario, go: Go, gomaxprocs: number, runs: readonly GoRun[], traced: Traced): Observation {
  const created = runs.flatMap((run) => run.threads.created ?? []);
  const makespanNs = runs.flatMap((run) => run.makespanNs ?? []);
  const spans = spansOf(scenario.spans, runs);
  return {
    schema: 'gosim.observation/v1',
    scenario: scenario.file,
    go: go.version,
    language: scenario.go,
    machine: hostMachine(),
    command: `${godebugOf(scenario) === '' ? '' : `GODEBUG=${godebugOf(scenario)} `}GOMAXPROCS=${gomaxprocs} GOGC=off ./program`,
    gomaxprocs,
    start: scenario.start.kind,
    runs: runs.length,
    outcomes: tally(runs.map((run) => run.outcome)).map(({ value, count }) => ({ ...value, count })),
    logs: tally(runs.map((run) => run.log.map((entry) => entry.text).join(' '))).map(({ value, count }) => ({ log: value, count })),
    goroutines: tally(runs.flatMap((run) => (run.goroutines === null ? [] : [run.goroutines]))).map(({ value, count }) => ({
      listing: value,
      count,
    })),
    threads: created.length === 0 ? null : { ...rangeOf(created), counts: histogram(created) },
    threadsAtStart: rangeOf(runs.map((run) => run.threads.atStart)),
    makespanNs: makespanNs.length === 0 ? null : rangeOf(makespanNs),
    spans: Object.fromEntries(
      Object.entries(spans).map(([name, { counts, p50Ns, p99Ns, maxNs }]) => [
        name,
        {
          count: counts.reduce((sum, n) => sum + n, 0),
          p50Ns: rangeOf(p50Ns),
          p99Ns: rangeOf(p99Ns),
          maxNs: rangeOf(maxNs),
        },
      ]),
    ),
    samples: {
      threads: created,
      makespanNs,
      spans: Object.fromEntries(Object.entries(spans).map(([name, { counts, p50Ns, p99Ns }]) => [name, { counts, p50Ns, p99Ns }])),
      ...traced,
    },
  };
}

type SpanRuns = Record<'counts' | 'p50Ns' | 'p99Ns' | 'maxNs', number[]>;

function spansOf(names: readonly string[], runs: readonly GoRun[]): Record<string, SpanRuns> {
  const spans: Record<string, SpanRuns> = {};
  for (const name of [...names].sort()) {
    const samples = runs.flatMap((run) => {
      const all = run.spans.get(name);
      return all === undefined ? [] : [all.toSorted((a, b) => a - b)];
    });
    if (samples.length === 0) continue;
    const at = (p: number): number[] => samples.map((sorted) => quantileOf(sorted, p));
    spans[name] = { counts: samples.map((one) => one.length), p50Ns: at(0.5), p99Ns: at(0.99), maxNs: at(1) };
  }
  return spans;
}

function histogram(values: readonly number[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** What an observation says, in the terms in which it is compared. Null where it was recorded without samples. */
export function behaviourOf({ outcomes, logs, goroutines, samples }: Observation): Behaviour | null {
  if (samples === undefined) return null;
  return {
    outcomes: outcomes.map(({ count, ...value }) => ({ value: value as Behaviour['outcomes'][number]['value'], count })),
    orders: logs.map(({ log, count }) => ({ value: log, count })),
    listings: goroutines.map(({ listing, count }) => ({ value: listing, count })),
    ...samples,
  };
}
