// One run of a scenario from beginning to end, without files or streams: options, simulation, second opinion,
// expectations, findings. The commands and users of the library both come through here.

import { evaluate, foresees } from '../analysis/expectations.ts';
import type { Facts } from '../analysis/facts.ts';
import { factsOf } from '../analysis/facts.ts';
import { findingsOf } from '../analysis/findings.ts';
import { describeViolation, validate } from '../analysis/validator.ts';
import type { Place } from '../base/place.ts';
import { profileOf } from '../runtime/profile.ts';
import { compileScenario } from '../scenario/compile.ts';
import type { Scenario } from '../scenario/model.ts';
import type { RunOptions } from '../sim/options.ts';
import { DEFAULT_CAPS } from '../sim/options.ts';
import type { Program } from '../sim/program.ts';
import type { Result } from '../sim/result.ts';
import { simulate } from '../sim/simulate.ts';
import type { EventLog } from '../trace/log.ts';

/** What a run may be asked for against the scenario's own wishes. */
export type RunOverrides = Partial<Omit<RunOptions, 'name' | 'file' | 'go' | 'cpus' | 'start'>>;

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
 * Runs a scenario. GOMAXPROCS is that of the overrides, else the scenario's, else the number of CPUs of its machine. With
 * `check` the event log is judged by the validator afterwards. Throws when gosim itself is at fault, never because of
 * what the simulated program does.
 */
export function runScenario(scenario: Scenario, overrides: RunOverrides = {}): ScenarioRun {
  const check = overrides.check ?? false;
  const options: RunOptions = {
    name: scenario.name,
    file: scenario.file,
    go: scenario.go,
    cpus: scenario.cpus,
    start: scenario.start,
    gomaxprocs: scenario.gomaxprocs ?? scenario.cpus,
    seed: scenario.seed,
    untilNs: scenario.untilNs,
    record: true,
    detail: false,
    runAhead: !check,
    ...DEFAULT_CAPS,
    ...overrides,
    check,
  };
  const program = compileScenario(scenario);
  const { result, log, errorPlace } = simulate(program, options);
  if (check && log !== null) judge(log, options);
  result.expectations = scenario.expect.map((one) => evaluate(one, result));
  const facts = log === null ? null : factsOfRun(log, result);
  if (facts !== null) result.findings = findingsOf({ result, facts, bodies: program.bodies.map((body) => body.name) });
  return { program, options, result, log, facts, errorPlace: errorPlace === null ? null : program.places[errorPlace] };
}

function factsOfRun(log: EventLog, { gomaxprocs, makespanNs, go }: Result): Facts {
  return factsOf(log, { processors: gomaxprocs, endNs: makespanNs, waitReasons: profileOf(go)!.waitReasons });
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
