// Short ways to read a scenario in tests: what is wrong with it as `line:column message`, and its model without places.

import { parseScenario } from '../../src/scenario/load.ts';
import type { Scenario, Step, Steps } from '../../src/scenario/model.ts';

/** All messages of one severity, as `line:column message`. */
export function messages(text: string, severity: 'error' | 'warning' = 'error', set: readonly string[] = []): string[] {
  return parseScenario(text, 'test.yaml', { set })
    .diagnostics.filter((one) => one.severity === severity)
    .map(({ place, message }) => `${place === null ? '-' : `${place.line}:${place.column}`} ${message}`);
}

/** The scenario in a text that must be right. */
export function read(text: string, set: readonly string[] = []): Scenario {
  const { scenario, diagnostics } = parseScenario(text, 'test.yaml', { set });
  if (scenario === null) throw new Error(`not a scenario: ${diagnostics.map((one) => one.message).join('; ')}`);
  return scenario;
}

/** A scenario whose main has these steps: the first is on line 11, and its name in column 7. */
export function withSteps(steps: string): string {
  return `params: {n: 4, think: 5ms, debug: true}
channels: {jobs: 0, ring: {count: 20, capacity: 1}, off: nil}
mutexes: [mu]
rwmutexes: [rw]
waitgroups: [wg]
conds: {ready: mu}
vars: {total: 0, counts: {count: 3, value: 7}}
goroutines:
  helper: [gosched]
  main:
    ${steps.trim().split('\n').join('\n    ')}
listeners: {http: {arrivals: every 1ms}}
tickers: {beat: 5ms, beats: {count: 2, period: 1ms}}
pipes: {line: {}, lines: {count: 3, blocking: true}}
timers: {late: {count: 4}}
`;
}

/** The steps of main, without places. */
export function stepsOf(text: string): unknown[] {
  return plain(mainSteps(read(text))) as unknown[];
}

export function mainSteps(scenario: Scenario): Steps {
  return scenario.bodies[0].steps;
}

export function step<Op extends Step['op']>(text: string, op: Op): Extract<Step, { op: Op }> {
  const found = mainSteps(read(text)).find((one) => one.op === op);
  if (found === undefined) throw new Error(`no ${op} in ${text}`);
  return found as Extract<Step, { op: Op }>;
}

/** A deep copy without places, for comparisons. */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner) => (key === 'place' ? undefined : inner)));
}
