// What must hold for every scenario there is. It is run four times: with its recording on, again, with run-ahead off, and
// with recording off; the answers must be one. On the way the engine checks its invariants after every event, and
// afterwards the log is judged, counted again and compared with the result.

import { countedOf, recount } from '../../src/analysis/recount.ts';
import { neighbourThreads } from '../../src/analysis/recount-neighbours.ts';
import { limitsOf } from '../../src/analysis/recount-quota.ts';
import { describeViolation, validate } from '../../src/analysis/validator.ts';
import { Stream } from '../../src/base/prng.ts';
import type { RuntimeParams } from '../../src/runtime/sched.ts';
import { GO_PARAMS } from '../../src/runtime/sched.ts';
import { compileScenario } from '../../src/scenario/compile.ts';
import { formatDiagnostics } from '../../src/scenario/diagnostic.ts';
import { parseScenario } from '../../src/scenario/load.ts';
import { procsOf } from '../../src/scenario/machine.ts';
import type { Scenario } from '../../src/scenario/model.ts';
import type { RunOptions } from '../../src/sim/options.ts';
import type { Program } from '../../src/sim/program.ts';
import type { Result } from '../../src/sim/result.ts';
import { runToEnd } from '../../src/sim/simulate.ts';
import { keptLog, summarise } from '../../src/sim/summarise.ts';
import { createWorld } from '../../src/sim/world.ts';
import type { EventLog } from '../../src/trace/log.ts';
import { randomText } from './random-text.ts';
import { readFile } from './vocabulary.ts';

/** One scenario of the swarm. The runtime's constants vary too: small queues overflow, few threads run out. */
export interface Case {
  readonly seed: number;
  readonly text: string;
  readonly params: RuntimeParams;
  readonly maxEvents: number;
}

export interface Verdict {
  readonly failures: readonly string[];
  readonly outcome: string;
  readonly hash: string;
  readonly log: EventLog | null;
}

export interface JudgeOptions {
  /** Checks the invariants in the run with run-ahead too, where an event of the machine covers more. */
  readonly checkTwice?: boolean;
  /** What the engine really runs with, for tests that break it. */
  readonly broken?: Partial<RuntimeParams>;
}

export function caseOf(seed: number): Case {
  const random = new Stream(seed, 'swarm engine');
  const runqsize = [256, 256, 2, 4, 16][random.below(5)]!;
  const maxmcount = random.below(12) === 0 ? 5 + random.below(8) : GO_PARAMS.maxmcount;
  const maxEvents = [300, 3_000, 3_000, 3_000, 10_000][random.below(5)]!;
  return { seed, text: randomText(seed), params: { ...GO_PARAMS, runqsize, maxmcount }, maxEvents };
}

/** The hash of a scenario's event log, as the command `npm run swarm -- --hashes` prints it for each. */
export function hashOf(one: Case): string {
  const { scenario } = parseScenario(one.text, 'swarm.yaml', { readFile });
  return run(compileScenario(scenario!), optionsFor(scenario!, one, { check: false }), one.params).result.eventHash!;
}

export function judge(one: Case, how: JudgeOptions = {}): Verdict {
  const { scenario, diagnostics } = parseScenario(one.text, 'swarm.yaml', { readFile });
  if (scenario === null) {
    return { failures: [`the scenario is refused:\n${formatDiagnostics(diagnostics, one.text)}`], outcome: 'refused', hash: '', log: null };
  }
  const failures: string[] = [];
  const program = compileScenario(scenario);
  const params = { ...one.params, ...how.broken };
  const attempt = (name: string, options: Partial<RunOptions>): { result: Result; log: EventLog | null } | null => {
    try {
      return run(program, optionsFor(scenario, one, options), params);
    } catch (error) {
      failures.push(`${name} threw: ${(error as Error).stack}`);
      return null;
    }
  };
  const first = attempt('the run', { check: how.checkTwice === true, detail: true });
  if (first === null) return { failures, outcome: 'thrown', hash: '', log: null };
  const same = (name: string, options: Partial<RunOptions>): void => {
    const other = attempt(name, options);
    if (other === null) return;
    const expected = { ...first.result };
    if (options.record === false) {
      expected.events = expected.eventHash = null;
      expected.warnings = other.result.warnings; // that a record became too long is one
    }
    if (options.detail === false) expected.goroutines = { ...expected.goroutines, list: null };
    for (const one of differences('', expected, other.result).slice(0, 8)) failures.push(`${name} differs: ${one}`);
  };
  same('a second run', { check: false, detail: true });
  same('the run without run-ahead', { check: true, detail: true, runAhead: false });
  same('the run without recording', { check: false, detail: false, record: false });
  const { log } = first;
  // Neighbours that go on while nothing else happens, until the monitor's deep sleep of a minute is over, fill any log.
  if (log === null) return { failures: [...failures, ...laws(first.result)], outcome: first.result.outcome.kind, hash: '', log };
  const { gomaxprocs, machine, makespanNs, outcome } = first.result;
  const limits = limitsOf(first.result);
  const { kernel, neighbours } = scenario;
  for (const violation of validate(log, {
    gomaxprocs,
    cpus: machine.cpus,
    runqsize: one.params.runqsize,
    limits,
    kernel,
    neighbours,
  }).slice(0, 8)) {
    failures.push(`the validator: ${describeViolation(violation)}`);
  }
  const counted = countedOf(first.result);
  const recounted = recount(log, { gomaxprocs, endNs: makespanNs, limits, neighbours: neighbourThreads(first.result) });
  // Such a run ends in the middle of something: what was counted, but not yet recorded, is one more.
  if (outcome.kind === 'threads-exhausted') recounted.counters.netpollWakes = counted.counters.netpollWakes;
  for (const one of differences('', recounted, counted).slice(0, 8)) failures.push(`recounted from the log: ${one}`);
  failures.push(...laws(first.result));
  return { failures, outcome: outcome.kind, hash: first.result.eventHash!, log };
}

function optionsFor(scenario: Scenario, one: Case, options: Partial<RunOptions>): RunOptions {
  return {
    ...{ name: scenario.name, file: scenario.file, go: scenario.go, gomaxprocs: procsOf(scenario) },
    ...{ cpus: scenario.cpus, limits: scenario.limits },
    ...{ cpuWeight: scenario.cpuWeight, neighbours: scenario.neighbours, kernel: scenario.kernel },
    ...{ seed: scenario.seed, untilNs: scenario.untilNs, start: scenario.start, record: true, detail: false, check: false, runAhead: true },
    ...{ maxEvents: one.maxEvents, maxBytes: 200_000, maxLogBytes: 10_000_000 },
    ...options,
  };
}

function run(program: Program, options: RunOptions, params: RuntimeParams): { result: Result; log: EventLog | null } {
  const world = createWorld(program, options, params);
  runToEnd(world);
  return { result: summarise(world), log: keptLog(world) };
}

/** What a result says about itself. */
function laws(result: Result): string[] {
  const { goroutines, counters, threads, processors, makespanNs, slices, schedLatency, log } = result;
  const found: string[] = [];
  const law = (ok: boolean, sentence: string): void => {
    if (!ok) found.push(`the result: ${sentence}`);
  };
  const { created, finished, peak, unfinished, unfinishedTruncated } = goroutines;
  if (!unfinishedTruncated) {
    law(created === finished + unfinished.length, `${created} goroutines created, ${finished} finished, ${unfinished.length} not`);
  }
  law(peak <= created && peak >= unfinished.length, `a peak of ${peak} goroutines, of ${created}`);
  law(counters.goCreate >= created, `${counters.goCreate} go statements, ${created} goroutines`);
  law(new Set(unfinished.map((one) => one.id)).size === unfinished.length, 'two unfinished goroutines have one goid');
  for (const { id, goroutineNs, gcNs, schedNs, spinningNs, syscallNs, idleNs } of processors) {
    const parts = [goroutineNs, gcNs, schedNs, spinningNs, syscallNs, idleNs];
    law(Math.min(...parts) >= 0, `P${id} has a negative time`);
    const sum = parts.reduce((a, b) => a + b);
    law(sum === makespanNs, `the times of P${id} sum to ${sum}, not to ${makespanNs}`);
  }
  law(schedLatency.count === counters.goStart, `${schedLatency.count} latencies, ${counters.goStart} starts`);
  law(slices.count <= counters.goStart + counters.goSyscall, `${slices.count} slices, ${counters.goStart} starts`);
  law(
    threads.list.length === threads.created && threads.peak <= threads.created,
    `${threads.created} threads, ${threads.list.length} listed`,
  );
  law(
    log.every((entry, i) => i === 0 || entry.atNs >= log[i - 1]!.atNs),
    'the log goes back in time',
  );
  for (const one of goroutines.list ?? []) {
    const total = Object.values(one.blockedNs).reduce((a, b) => a + b, one.cpuNs + one.runnableNs);
    const life = (one.endedAtNs ?? makespanNs) - one.createdAtNs;
    law(total === life, `goroutine ${one.id} accounts for ${total} ns of a life of ${life}`);
  }
  return found;
}

/** `counters.steals: 3, 4 there` for each figure that differs. */
export function differences(path: string, here: unknown, there: unknown): string[] {
  if (Object.is(here, there)) return [];
  if (typeof here === 'object' && typeof there === 'object' && here !== null && there !== null) {
    const keys = new Set([...Object.keys(here), ...Object.keys(there)]);
    return [...keys].flatMap((key) => differences(`${path}.${key}`, (here as never)[key], (there as never)[key]));
  }
  return [`${path.slice(1)}: ${JSON.stringify(here)}, ${JSON.stringify(there)} there`];
}
