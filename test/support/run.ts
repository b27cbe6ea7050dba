// Runs the text of a scenario, checked in every way there is.

import type { RunOverrides, ScenarioRun } from '../../src/cli/run-scenario.ts';
import { runScenario } from '../../src/cli/run-scenario.ts';
import { read } from './language.ts';

export function runText(text: string, overrides: RunOverrides = {}): ScenarioRun {
  return runScenario(read(text), { check: true, ...overrides });
}

/** What the program logged, texts joined by blanks. */
export function loggedBy(text: string, overrides: RunOverrides = {}): string {
  const { log } = runText(text, overrides).result;
  return log.map((entry) => entry.text).join(' ');
}
