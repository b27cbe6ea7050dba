// gosim check as one object, schema gosim.check/v1. Lines and columns count from 1; null stands for what there is not.

import type { CheckReport, Reporter } from './check-reporter.ts';
import type { Checked, Problem } from './checked.ts';

export function jsonReporter(): Reporter {
  return { scenario: () => '', end: (report) => `${JSON.stringify(plain(report), null, 2)}\n` };
}

function plain({ gosim, shard, interrupted, scenarios, tally, notes }: CheckReport): object {
  const { passed, failed, invalid, broken, 'not run': notRun } = tally;
  return {
    schema: 'gosim.check/v1',
    gosim,
    shard,
    interrupted,
    summary: { scenarios: scenarios.length, passed, failed, invalid, broken, notRun },
    scenarios: scenarios.map(plainScenario),
    notes,
  };
}

function plainScenario({ file, name, status, outcome, makespanNs, expectations, problems }: Checked): object {
  return { file, name, status, outcome, makespanNs, expectations, problems: problems.map(plainProblem) };
}

function plainProblem({ kind, level, message, metric, expected, actual, change, place, why, details, finding }: Problem): object {
  const { line = null, column = null, length = null } = place ?? {};
  return { kind, level, message, metric, expected, actual, change, line, column, length, why, details, finding };
}
