// What real Go did with a scenario, over many runs: every distinct order and outcome with how often it came, and ranges
// for what is never twice the same. An observation is a data file that later runs and tests are compared with; it says
// which Go and which machine, and nothing else about where it was made.

import type { Scenario } from '../scenario/model.ts';
import type { Go, HostMachine } from './exec.ts';
import { buildGo, hostMachine, runBuilt } from './exec.ts';
import { bodiesByFunction, exportGo, godebugOf } from './export.ts';
import type { GoRun } from './go-run.ts';
import { readGoRun } from './go-run.ts';

export interface Range {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

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
}

export interface ObserveOptions {
  readonly runs: number;
  readonly timeoutMs: number;
  readonly gomaxprocs: number; // where the scenario does not say
  readonly env?: Record<string, string>;
  readonly onRun?: (done: number) => void;
}

/** Builds the scenario's program and runs it again and again. */
export async function observe(scenario: Scenario, go: Go, options: ObserveOptions): Promise<Observation> {
  const source = exportGo(scenario);
  const built = await buildGo(go, source, scenario.go);
  const gomaxprocs = scenario.gomaxprocs ?? options.gomaxprocs;
  const functions = bodiesByFunction(scenario);
  // Reaching the horizon is an outcome. The process needs a moment before its time 0.
  const horizon = scenario.untilNs !== null;
  const startMs = scenario.start.kind === 'settled' ? 80 : 20;
  const timeoutMs = scenario.untilNs === null ? options.timeoutMs : Math.ceil(scenario.untilNs / 1e6) + startMs;
  try {
    const env = { ...options.env };
    const godebug = godebugOf(scenario);
    if (godebug !== '') env.GODEBUG = godebug;
    if (env.GOSIM_ROUNDS_PER_MS === undefined && source.includes('roundsPerMs')) {
      // A cold start leaves no time to calibrate the busy loop: a run before does.
      env.GOSIM_ROUNDS_PER_MS = await roundsPerMs(built, gomaxprocs);
    }
    const runs: GoRun[] = [];
    for (let i = 0; i < options.runs; i++) {
      const ended = await runBuilt(built, gomaxprocs, { env, timeoutMs, listing: true });
      runs.push(readGoRun({ ...ended, horizon }, functions, source));
      options.onRun?.(i + 1);
    }
    return summarize(scenario, go, gomaxprocs, runs);
  } finally {
    await built.remove();
  }
}

async function roundsPerMs(built: Awaited<ReturnType<typeof buildGo>>, gomaxprocs: number): Promise<string> {
  const measured = await runBuilt(built, gomaxprocs, { env: { GOSIM_CALIBRATE: '1' }, timeoutMs: 30_000 });
  return measured.stdout.trim();
}

export function summarize(scenario: Scenario, go: Go, gomaxprocs: number, runs: readonly GoRun[]): Observation {
  const created = runs.flatMap((run) => run.threads.created ?? []);
  const makespans = runs.flatMap((run) => run.makespanNs ?? []);
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
    threads: created.length === 0 ? null : { ...range(created), counts: histogram(created) },
    threadsAtStart: range(runs.map((run) => run.threads.atStart)),
    makespanNs: makespans.length === 0 ? null : range(makespans),
    spans: summarizeSpans(scenario.spans, runs),
  };
}

function summarizeSpans(names: readonly string[], runs: readonly GoRun[]): Observation['spans'] {
  const spans: Record<string, Observation['spans'][string]> = {};
  for (const name of [...names].sort()) {
    const samples = runs.flatMap((run) => {
      const all = run.spans.get(name);
      return all === undefined ? [] : [all.toSorted((a, b) => a - b)];
    });
    if (samples.length === 0) continue;
    const at = (p: number): Range => range(samples.map((sorted) => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]));
    spans[name] = { count: samples.reduce((sum, one) => sum + one.length, 0), p50Ns: at(0.5), p99Ns: at(0.99), maxNs: at(1) };
  }
  return spans;
}

export function range(values: readonly number[]): Range {
  const sorted = values.toSorted((a, b) => a - b);
  return { min: sorted[0] ?? 0, median: sorted[sorted.length >> 1] ?? 0, max: sorted.at(-1) ?? 0 };
}

function histogram(values: readonly number[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** Distinct values with their number, the most frequent first, equals in the order of their text. */
function tally<T>(values: readonly T[]): { value: T; count: number }[] {
  const found = new Map<string, { value: T; count: number }>();
  for (const value of values) {
    const key = JSON.stringify(value);
    const known = found.get(key);
    if (known === undefined) found.set(key, { value, count: 1 });
    else known.count++;
  }
  return [...found].sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1)).map(([, entry]) => entry);
}
