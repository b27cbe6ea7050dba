// One run of a scenario from beginning to end, without files or streams: options, simulation, second opinion,
// expectations, findings. The commands and users of the library both come through here.

import type { Figures } from '../analysis/expectations.ts';
import { evaluate, foresees } from '../analysis/expectations.ts';
import type { Facts } from '../analysis/facts.ts';
import { factsOf } from '../analysis/facts.ts';
import { findingsOf } from '../analysis/findings.ts';
import { describeViolation, validate } from '../analysis/validator.ts';
import type { Place } from '../base/place.ts';
import { profileOf } from '../runtime/profile.ts';
import { compileScenario } from '../scenario/compile.ts';
import { procsOf } from '../scenario/machine.ts';
import type { Scenario } from '../scenario/model.ts';
import type { RunOptions } from '../sim/options.ts';
import { DEFAULT_CAPS } from '../sim/options.ts';
import type { Program } from '../sim/program.ts';
import type { Result, Sample } from '../sim/result.ts';
import type { Sampling } from '../sim/sampler.ts';
import { Simulation } from '../sim/simulate.ts';
import type { EventLog } from '../trace/log.ts';

/** What a run may be asked for against the scenario's own wishes. */
export type RunOverrides = Partial<
  Omit<RunOptions, 'name' | 'file' | 'go' | 'cpus' | 'limits' | 'cpuWeight' | 'neighbours' | 'kernel' | 'start' | 'runtime'>
> & {
  /** Keep a sample of the scheduler's state in the result every so many ns of virtual time. */
  readonly sampleNs?: number;
};

export interface ScenarioRun {
  readonly program: Program;
  readonly options: RunOptions;
  /** With its expectations evaluated, and with findings where there is a log. */
  readonly result: Result;
  /** Null when nothing was recorded. */
  readonly log: EventLog | null;
  /** What the log adds to the result; null without one. */
  readonly facts: Facts | null;
  /** The step whose error ended the run, where there is one. */
  readonly errorPlace: Place | null;
}

/**
 * Runs a scenario. GOMAXPROCS is that of the overrides, else the scenario's, else what its version of Go chooses. With
 * `check` the event log is judged by the validator afterwards. Throws when gosim itself is at fault, never because of
 * what the simulated program does.
 */
export function runScenario(scenario: Scenario, overrides: RunOverrides = {}): ScenarioRun {
  const running = new RunningScenario(scenario, overrides);
  running.simulation.advance(Number.POSITIVE_INFINITY);
  return running.finish();
}

/** Goroutines at a time that can be followed through the log: each takes some hundred bytes more than the run itself gave it. */
const MOST_FOLLOWED = 1 << 20;

/** Samples that a result keeps. */
export const MOST_SAMPLES = 100_000;

/** A scenario that runs in pieces: advance its simulation as far as you like, then finish. */
export class RunningScenario {
  readonly simulation: Simulation;
  private readonly scenario: Scenario;
  private readonly options: RunOptions;
  private readonly program: Program;
  private readonly series: Sample[] | null;
  private lostSamples = false;

  /** `samplings`: who else wants samples while it runs. */
  constructor(scenario: Scenario, { sampleNs, ...overrides }: RunOverrides = {}, samplings: readonly Sampling[] = []) {
    this.scenario = scenario;
    this.options = optionsOf(scenario, overrides);
    this.program = compileScenario(scenario);
    this.series = sampleNs === undefined ? null : [];
    const own = sampleNs === undefined ? [] : [{ everyNs: sampleNs, take: (sample: Sample) => this.keep(sample) }];
    this.simulation = new Simulation(this.program, this.options, [...own, ...samplings]);
  }

  private keep(sample: Sample): void {
    if (this.series!.length < MOST_SAMPLES) this.series!.push(sample);
    else this.lostSamples = true;
  }

  /** After its simulation is over, or has been interrupted. */
  finish(): ScenarioRun {
    const { scenario, program, options, series } = this;
    const { result, log, errorPlace } = this.simulation.finish();
    if (options.check && log !== null) judge(log, options);
    result.series = series;
    if (this.lostSamples) result.warnings.push(`only the first ${MOST_SAMPLES} samples were kept: --sample takes a longer distance`);
    const figures: Figures = new Map();
    result.expectations = scenario.expect.map((one) => evaluate(one, result, figures));
    const isFollowed = result.goroutines.peak <= MOST_FOLLOWED;
    if (log !== null && !isFollowed) {
      const { peak } = result.goroutines;
      result.warnings.push(`timeline and findings are missing: they follow ${MOST_FOLLOWED} goroutines at a time, and there were ${peak}`);
    }
    const facts = log !== null && isFollowed ? factsOfRun(log, program, result) : null;
    const namesOf = (list: readonly { readonly name: string }[]): string[] => list.map((one) => one.name);
    if (facts !== null) {
      result.findings = findingsOf({ result, facts, bodies: namesOf(program.bodies), listeners: namesOf(program.listeners) });
    }
    return { program, options, result, log, facts, errorPlace: errorPlace === null ? null : program.places[errorPlace] };
  }
}

function optionsOf(scenario: Scenario, overrides: Omit<RunOverrides, 'sampleNs'>): RunOptions {
  const check = overrides.check ?? false;
  return {
    name: scenario.name,
    file: scenario.file,
    go: scenario.go,
    cpus: scenario.cpus,
    limits: scenario.limits,
    cpuWeight: scenario.cpuWeight,
    neighbours: scenario.neighbours,
    kernel: scenario.kernel,
    start: scenario.start,
    runtime: scenario.runtime,
    gomaxprocs: procsOf(scenario),
    seed: scenario.seed,
    untilNs: scenario.untilNs,
    record: true,
    detail: false,
    runAhead: !check,
    ...DEFAULT_CAPS,
    ...overrides,
    costs: { ...(overrides.costs ?? scenario.costs), ...scenario.ownCosts },
    check,
  };
}

function factsOfRun(log: EventLog, { listeners }: Program, { gomaxprocs, makespanNs, go }: Result): Facts {
  const clients = listeners.map(({ arrivals }) => (arrivals.kind === 'closed' ? arrivals.clients : 0));
  return factsOf(log, { processors: gomaxprocs, endNs: makespanNs, waitReasons: profileOf(go)!.waitReasons, clients });
}

/** Whether the author of the scenario said how it would end: an expectation names the outcome, and holds. */
export function foreseen(result: Result): boolean {
  return result.expectations.some(foresees);
}

/** The exit code of `gosim run`. 0: every expectation held. 1: one failed, or the program did, unforeseen. 130: interrupted. */
export function exitCodeOf(result: Result): number {
  const { kind, exitCode } = result.outcome;
  if (kind === 'interrupted') return 130;
  if (result.expectations.some((e) => !e.ok && e.level === 'error')) return 1;
  const fine = kind === 'completed' || kind === 'until' || (kind === 'exit' && exitCode === 0);
  return fine || foreseen(result) ? 0 : 1;
}

function judge(log: EventLog, options: RunOptions): void {
  const violations = validate(log, options);
  if (violations.length === 0) return;
  throw new Error(`the event log does not add up:\n${violations.map((one) => `  ${describeViolation(one)}`).join('\n')}`);
}
