// What gosim check says of scenarios, as plain values: reporters make text of them, and threads hand them on.

import type { StoredFigures } from '../analysis/baseline.ts';
import type { Place } from '../base/place.ts';
import type { Finding, Outcome } from '../sim/result.ts';

export type CheckStatus =
  | 'passed'
  | 'failed' // an expectation, or the program itself, unforeseen
  | 'invalid' // no scenario that could run
  | 'broken' // gosim failed
  | 'not run'; // something failed before it, or the run was interrupted

export interface Problem {
  readonly kind: 'expectation' | 'outcome' | 'baseline' | 'mistake' | 'internal';
  readonly level: 'error' | 'warn';
  readonly message: string; // in one sentence: what was expected, and what came
  readonly metric: string | null; // path of the figure that it is about
  readonly expected: string | null; // the expectation as written, or the figure in the baseline
  readonly actual: string | null; // exact, in the unit of its kind
  readonly change: string | null; // from the baseline
  readonly place: Place | null; // in the scenario's file
  readonly frame: readonly string[]; // the source line and its caret
  readonly why: string | null; // in the author's words
  readonly details: readonly string[]; // what Go would print
  readonly finding: Finding | null; // that explains it
}

export interface Checked {
  readonly file: string;
  readonly name: string | null; // null: there is no telling
  readonly status: CheckStatus;
  readonly outcome: Outcome | null;
  readonly makespanNs: number | null;
  readonly expectations: number;
  readonly problems: readonly Problem[]; // warnings too
}

/** A scenario that was checked, with figures for the baseline where somebody asked for them and it ran. */
export interface CheckedRun {
  readonly checked: Checked;
  readonly figures: StoredFigures | null;
}

/** A scenario that did not run. */
export function withoutRun(file: string, status: CheckStatus, problems: readonly Problem[]): Checked {
  return { file, name: null, status, outcome: null, makespanNs: null, expectations: 0, problems };
}

/** How many scenarios came out how, by status. */
export type Tally = Readonly<Record<CheckStatus, number>>;

export function tallyOf(checked: readonly Checked[]): Tally {
  const tally = { passed: 0, failed: 0, invalid: 0, broken: 0, 'not run': 0 };
  for (const { status } of checked) tally[status]++;
  return tally;
}

const NOTHING = {
  metric: null,
  expected: null,
  actual: null,
  change: null,
  place: null,
  frame: [],
  why: null,
  details: [],
  finding: null,
} as const;

/** A problem of which only `given` is known. */
export function problemOf(given: Pick<Problem, 'kind' | 'message'> & Partial<Problem>): Problem {
  return { level: 'error', ...NOTHING, ...given };
}
