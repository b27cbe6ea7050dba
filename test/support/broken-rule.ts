// Runs of a scenario under a runtime with one rule broken: the proof that an expectation holds because of that rule.
//
// A BrokenRule is installed for the time of one run. There are four ways to make one: other `params` of the runtime, another
// `profile` of the Go version, other `costs`, or a function `replaced` by one that is told the original. What is
// replaced is what other modules import: calls inside the function's own module still reach the original. One can
// also replace a method, on the prototype of its class.

import type { RunOverrides, ScenarioRun } from '../../src/cli/run-scenario.ts';
import { runScenario } from '../../src/cli/run-scenario.ts';
import * as costModule from '../../src/runtime/costs.ts';
import * as profileModule from '../../src/runtime/profile.ts';
import type { RuntimeParams } from '../../src/runtime/sched.ts';
import { GO_PARAMS } from '../../src/runtime/sched.ts';
import type { Scenario } from '../../src/scenario/model.ts';
import * as worldModule from '../../src/sim/world.ts';

/** Breaks its rule; what it returns mends it again. */
export type BrokenRule = () => () => void;

/** A broken rule may make a run endless. */
const MAX_EVENTS = 3_000_000;

export function runBroken(scenario: Scenario, rule: BrokenRule, overrides: RunOverrides = {}): ScenarioRun {
  const mend = rule();
  try {
    return runScenario(scenario, { record: false, maxEvents: MAX_EVENTS, ...overrides });
  } finally {
    mend();
  }
}

/** `replaced(runq, 'runqput', (runqput) => (s, pp, gp) => runqput(s, pp, gp, false))`: nothing ever gets into runnext. */
export function replaced<Where extends object, Name extends keyof Where>(
  where: Where,
  name: Name,
  make: (original: Where[Name]) => Where[Name],
): BrokenRule {
  return () => {
    const before = Object.getOwnPropertyDescriptor(where, name);
    if (before === undefined) throw new Error(`no ${String(name)} to replace`);
    Object.defineProperty(where, name, { ...flags(before), value: make(where[name]) });
    return () => {
      Object.defineProperty(where, name, before);
    };
  };
}

function flags({ enumerable }: PropertyDescriptor): PropertyDescriptor {
  return { enumerable, configurable: true, writable: true };
}

export function params(changes: Partial<RuntimeParams>): BrokenRule {
  return replaced(worldModule, 'createWorld', (create) => (program, options, base = GO_PARAMS) => {
    return create(program, options, { ...base, ...changes });
  });
}

export function profile(changes: Partial<profileModule.Profile>): BrokenRule {
  return replaced(profileModule, 'profileOf', (of) => (version) => {
    const known = of(version);
    return known === undefined ? undefined : { ...known, ...changes };
  });
}

export function costs(changes: Partial<costModule.Costs>): BrokenRule {
  return replaced(costModule, 'costsOf', (of) => (version) => ({ ...of(version), ...changes }));
}

/** Several changes that only together break one rule. */
export function together(...rules: readonly BrokenRule[]): BrokenRule {
  return () => {
    const mends = rules.map((rule) => rule());
    return () => {
      for (const mend of mends.reverse()) mend();
    };
  };
}
