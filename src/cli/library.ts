// What programs that use gosim as a library start with: a scenario from its text, and one call that runs a scenario or a
// program in TypeScript.

import { parseDuration } from '../base/duration.ts';
import type { Costs } from '../runtime/costs.ts';
import type { ReadFile } from '../scenario/data-file.ts';
import type { Diagnostic } from '../scenario/diagnostic.ts';
import { formatDiagnostics } from '../scenario/diagnostic.ts';
import { DEFAULT_GO, parseScenario } from '../scenario/load.ts';
import { DEFAULT_CPUS } from '../scenario/machine.ts';
import type { GoVersion, KernelConstants, Scenario } from '../scenario/model.ts';
import type { RuntimeConstants } from '../scenario/runtime-constants.ts';
import type { Duration, GoMain } from '../sim/go-program.ts';
import { DEFAULT_CAPS } from '../sim/options.ts';
import type { Result } from '../sim/result.ts';
import { simulate as run } from '../sim/simulate.ts';
import { runScenario } from './run-scenario.ts';

/** A scenario has mistakes: the message shows each in its place. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[], text: string) {
    super(formatDiagnostics(diagnostics, text));
    this.diagnostics = diagnostics;
  }
}

export interface LoadOptions {
  readonly file?: string; // for messages and the result
  readonly set?: Readonly<Record<string, string | number | boolean>>; // other values of params
  readonly readFile?: ReadFile; // reads the files that the scenario names
}

/** With what a scenario was loaded, for whoever has to read its text again with other settings. */
interface Origin {
  readonly set: readonly (readonly [param: string, value: string])[];
  readonly readFile: ReadFile | undefined;
}

const origins = new WeakMap<Scenario, Origin>();

export function loadedFrom(scenario: Scenario): Origin | null {
  return origins.get(scenario) ?? null;
}

/** The scenario in a text. Throws a ScenarioError with all its mistakes; warnings are no mistakes. */
export function loadScenario(text: string, { file = 'scenario.yaml', set = {}, readFile }: LoadOptions = {}): Scenario {
  const params = new Map(Object.entries(set).map(([name, value]) => [name, String(value)]));
  const { scenario, diagnostics } = parseScenario(text, file, { set: params, ...(readFile === undefined ? {} : { readFile }) });
  if (scenario === null) throw new ScenarioError(diagnostics, text);
  origins.set(scenario, { set: [...params], readFile });
  return scenario;
}

export interface SimulateOptions {
  readonly gomaxprocs?: number; // default: the scenario's, else one for each CPU
  readonly seed?: number; // default: the scenario's, else 1
  readonly until?: Duration; // horizon of virtual time
  readonly record?: boolean; // keep an event log, from which findings are made (scenarios); default: true for these
  readonly detail?: boolean; // an entry for every goroutine
  readonly check?: boolean; // assert the engine's invariants after every event
  // of a program in TypeScript; a scenario says these itself
  readonly name?: string;
  readonly go?: GoVersion;
  readonly cpus?: number; // hardware threads
  readonly start?: 'settled' | 'cold';
  readonly runtime?: RuntimeConstants; // constants of the runtime that are other than Go's
  readonly kernel?: KernelConstants; // those of the kernel, likewise
  readonly costs?: Partial<Costs>; // what operations cost, in ns, where it is other than the built-in costs
}

/**
 * Runs a scenario, or a program whose main is a generator function, to its end. The same input gives the same result on
 * any machine. Throws what the program's own code throws, and when gosim itself is at fault; how the simulated program
 * ends is in the result.
 */
export function simulate(what: Scenario | GoMain, options: SimulateOptions = {}): Result {
  const { until, gomaxprocs, seed, record, detail, check } = options;
  const untilNs = until === undefined ? undefined : horizon(until);
  if (typeof what !== 'function') {
    for (const key of ['name', 'go', 'cpus', 'start', 'runtime', 'kernel', 'costs'] as const) {
      if (options[key] !== undefined) throw new TypeError(`"${key}" is for programs in TypeScript: the scenario says it itself`);
    }
    return runScenario(what, given({ gomaxprocs, seed, untilNs, record, detail, check })).result;
  }
  const {
    name = what.name,
    go = DEFAULT_GO,
    cpus = gomaxprocs ?? DEFAULT_CPUS,
    start = 'settled',
    runtime = {},
    kernel = {},
    costs = {},
  } = options;
  return run(what, {
    name,
    file: '',
    go,
    cpus: atLeastOne(cpus, 'cpus'),
    gomaxprocs: atLeastOne(gomaxprocs ?? cpus, 'gomaxprocs'),
    seed: seed ?? 1,
    runtime,
    kernel,
    costs,
    untilNs: untilNs ?? null,
    start: start === 'cold' ? { kind: 'cold' } : { kind: 'settled', schedtick: null },
    record: record ?? false,
    detail: detail ?? false,
    check: check ?? false,
    runAhead: !(check ?? false),
    ...DEFAULT_CAPS,
  }).result;
}

/** A duration that is given as a horizon, in ns. */
export function horizon(until: Duration): number {
  const ns = typeof until === 'number' ? until : parseDuration(until);
  if (typeof ns !== 'number' || !Number.isSafeInteger(ns) || ns <= 0) throw new TypeError(`until is no duration: ${String(until)}`);
  return ns;
}

function atLeastOne(n: number, what: string): number {
  if (!Number.isSafeInteger(n) || n < 1 || n > 1024) throw new RangeError(`${what} is a whole number from 1 to 1024, not ${String(n)}`);
  return n;
}

/** The options that are given. */
function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
