// One scenario of gosim check: reads it, runs it, and says what is not as it should be. A run keeps an event log only where
// something asks for it; when something is wrong it is done again with one, for only then a finding can say why.

import type { Change, StoredFigures } from '../analysis/baseline.ts';
import { changesOf, needsLog, selectFigures } from '../analysis/baseline.ts';
import { foresees, parseExpectation } from '../analysis/expectations.ts';
import { figuresOf } from '../analysis/figures.ts';
import { explanationOf } from '../analysis/finding-words.ts';
import type { Tolerance } from '../analysis/tolerance.ts';
import type { Place } from '../base/place.ts';
import type { Checked, CheckedRun, Problem } from '../report/checked.ts';
import { problemOf, withoutRun } from '../report/checked.ts';
import { figureText } from '../report/figure.ts';
import { listsGoroutines, unfinishedLines } from '../report/outcome.ts';
import { PLAIN } from '../report/style.ts';
import { frameOf } from '../scenario/diagnostic.ts';
import type { Expectation, Scenario } from '../scenario/model.ts';
import type { ExpectationResult, Result } from '../sim/result.ts';
import { displayName, readScenarioFile } from './io.ts';
import type { Loaded, Refused } from './load.ts';
import { loadFrom } from './load.ts';
import type { ScenarioRun } from './run-scenario.ts';
import { exitCodeOf, RunningScenario } from './run-scenario.ts';

export interface CheckInput {
  readonly file: string;
  readonly text: string | null; // null: it is in the file
  readonly metrics: readonly string[] | null; // patterns of the figures to bring back
  readonly baseline: CheckedAgainst | null;
}

export interface CheckedAgainst {
  readonly file: string;
  readonly figures: StoredFigures | null; // null: the scenario is not in it
  readonly tolerances: readonly Tolerance[];
}

const PIECE = 20_000; // steps between two looks at `stop`
const OF_THE_LOG = new Set(['events', 'eventHash']);

export async function checkOne({ file, text, metrics, baseline }: CheckInput, stop: AbortSignal): Promise<CheckedRun> {
  const loaded = await loadFrom(file, async () => text ?? (await readScenarioFile(file)), {});
  const name = displayName(file);
  if (!('scenario' in loaded)) return { checked: withoutRun(name, 'invalid', mistakes(loaded)), figures: null };
  const { scenario } = loaded;
  const named = [...(metrics ?? []), ...Object.keys(baseline?.figures ?? {})];
  const plain = await run(scenario, needsLog(named) || asksForLog(scenario), stop);
  const hasPassed = exitCodeOf(plain.result) === 0;
  const isAsExpected = hasPassed && plain.result.expectations.every((one) => one.ok) && changesIn(plain.result, baseline).length === 0;
  const { result, errorPlace } = isAsExpected || plain.log !== null ? plain : await run(scenario, true, stop);
  const changes = changesIn(result, baseline);
  const checked: Checked = {
    file: name,
    name: scenario.name,
    status: hasPassed && changes.length === 0 ? 'passed' : 'failed',
    outcome: result.outcome,
    makespanNs: result.makespanNs,
    expectations: result.expectations.length,
    problems: [...problemsOf(loaded, result, errorPlace), ...changes.map((one) => changed(one, result)), ...notInBaseline(baseline)],
  };
  return { checked, figures: metrics === null ? null : selectFigures([...figuresOf(result, true)], metrics) };
}

function changesIn(result: Result, baseline: CheckedAgainst | null): Change[] {
  if (baseline === null || baseline.figures === null) return [];
  return changesOf(baseline.figures, [...figuresOf(result, true)], baseline.tolerances);
}

function changed({ path, before, now, by, allowed }: Change, { findings }: Result): Problem {
  const more = [by, allowed === null ? null : `${allowed} allowed`].filter((part) => part !== null);
  const is = now === null ? 'and the run has no such figure' : `is ${now}`;
  return problemOf({
    kind: 'baseline',
    message: `${path} was ${before}, ${is}${more.length === 0 ? '' : ` (${more.join('; ')})`}`,
    metric: path,
    expected: before,
    actual: now,
    change: by,
    finding: explanationOf(path, findings),
  });
}

function notInBaseline(baseline: CheckedAgainst | null): Problem[] {
  if (baseline === null || baseline.figures !== null) return [];
  return [problemOf({ kind: 'baseline', level: 'warn', message: `not in ${baseline.file}: gosim check --update adds it` })];
}

function asksForLog({ expect }: Scenario): boolean {
  return expect.some(({ that }) => {
    const parsed = parseExpectation(that, null);
    return 'check' in parsed && OF_THE_LOG.has(String(parsed.check.keys[0]));
  });
}

async function run(scenario: Scenario, record: boolean, stop: AbortSignal): Promise<ScenarioRun> {
  const running = new RunningScenario(scenario, { record });
  while (!running.simulation.advance(PIECE)) {
    await new Promise((resolve) => setImmediate(resolve));
    if (!stop.aborted) continue;
    running.simulation.interrupt();
    break;
  }
  return running.finish();
}

function mistakes({ diagnostics, source }: Refused): Problem[] {
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ place, message, note }) =>
      problemOf({ kind: 'mistake', message, place, frame: frame(place, source), details: note === null ? [] : [`note: ${note}`] }),
    );
}

function problemsOf({ scenario, warnings, source }: Loaded, result: Result, errorPlace: Place | null): Problem[] {
  const problems: Problem[] = [];
  const isForeseen = result.expectations.some(foresees);
  let isNamed = false;
  for (const [i, one] of result.expectations.entries()) {
    if (one.ok) continue;
    const isOfOutcome = pathOf(one).startsWith('outcome');
    if (isOfOutcome && one.level === 'error') isNamed = true;
    problems.push(failedExpectation(scenario.expect[i], one, result, source, isOfOutcome && !isForeseen ? goSays(result) : []));
  }
  if (isForeseen || isNamed || !endedBadly(result)) return problems;
  const place = errorPlace ?? warnings.find((warning) => warning.place !== null)?.place ?? null;
  const ended = problemOf({
    kind: 'outcome',
    message: `no expectation foresees the outcome: ${result.outcome.kind}`,
    actual: result.outcome.kind,
    place,
    frame: frame(place, source),
    details: goSays(result),
    finding: explanationOf('outcome', result.findings),
  });
  return [ended, ...problems];
}

/** Whether the program ended in a way that fails unless an expectation foresees it. */
function endedBadly(result: Result): boolean {
  return exitCodeOf({ ...result, expectations: [] }) !== 0;
}

function failedExpectation(
  { place }: Expectation,
  one: ExpectationResult,
  result: Result,
  source: string,
  details: readonly string[],
): Problem {
  const actual = actualOf(one);
  return problemOf({
    kind: 'expectation',
    level: one.level,
    message: `expected ${one.that}, ${actual === null ? 'but the run has no such figure' : `got ${actual}`}`,
    metric: pathOf(one),
    expected: one.that,
    actual,
    place,
    frame: frame(place, source),
    why: one.why,
    details,
    finding: explanationOf(pathOf(one), result.findings),
  });
}

function pathOf({ that }: ExpectationResult): string {
  const parsed = parseExpectation(that, null);
  return 'check' in parsed ? parsed.check.path : '';
}

function actualOf({ that, actual }: ExpectationResult): string | null {
  const parsed = parseExpectation(that, null);
  if (actual === null || !('check' in parsed)) return null;
  return figureText(parsed.check.field.kind, actual);
}

/** What Go would print: its message, and the goroutines it would list. */
function goSays(result: Result): string[] {
  const goroutines = listsGoroutines(result) ? unfinishedLines(result, PLAIN) : [];
  return [result.outcome.message, ...goroutines.map((line) => line.trim())].filter((line) => line !== '');
}

function frame(place: Place | null, source: string): string[] {
  return place === null ? [] : frameOf(place, source);
}
