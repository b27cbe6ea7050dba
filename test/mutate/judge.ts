// What must hold for every text, whatever is wrong with it: it is read without an exception, each message about it lies
// inside of it and is a sentence, and what is no scenario has a message. What still is a scenario runs, for a few events.

import { runScenario } from '../../src/cli/run-scenario.ts';
import { reportOf } from '../../src/cli/view.ts';
import { jsonText } from '../../src/report/json.ts';
import { PLAIN } from '../../src/report/style.ts';
import type { Diagnostic } from '../../src/scenario/diagnostic.ts';
import { formatDiagnostics } from '../../src/scenario/diagnostic.ts';
import { parseScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/model.ts';
import { readFile } from '../swarm/vocabulary.ts';

/** Processor time, which other things that the machine does leave as it is, after which a text of some kilobytes takes too long. */
const SLOW_MS = 10_000;
const CAPS = { maxEvents: 2_000, maxGoroutines: 5_000, maxLogBytes: 1 << 20 };

export interface Verdict {
  readonly failures: readonly string[];
  readonly end: string; // how it went: refused, or the outcome of the run
}

export function judge(text: string): Verdict {
  const started = cpuMs();
  const failures: string[] = [];
  let end = 'threw';
  try {
    const { scenario, diagnostics } = parseScenario(text, 'mutant.yaml', { readFile });
    end = scenario === null ? 'refused' : run(scenario);
    failures.push(...judgeMessages(diagnostics, text));
    if (scenario === null && !diagnostics.some((one) => one.severity === 'error')) failures.push('refused without an error');
  } catch (error) {
    failures.push(`threw ${(error as Error).stack}`);
  }
  const ms = cpuMs() - started;
  if (ms > SLOW_MS) failures.push(`took ${(ms / 1000).toFixed(1)} s`);
  return { failures, end };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function run(scenario: Scenario): string {
  const run = runScenario(scenario, { ...CAPS, detail: true });
  jsonText(run.result);
  reportOf(scenario, run, { detail: true, lanes: ['p', 'm', 'g', 'cpu'] }, PLAIN);
  return run.result.outcome.kind;
}

/** What is wrong with messages about a text. */
export function judgeMessages(diagnostics: readonly Diagnostic[], text: string): string[] {
  const failures: string[] = [];
  const lines = text.replace(/^\ufeff/, '').split('\n');
  for (const { place, message, note } of diagnostics) {
    const said = `"${message.slice(0, 200)}"${note === null ? '' : ` (${note.slice(0, 200)})`}`;
    if (/\n|\bundefined\b|\bNaN\b|\[object|\bat \w+ \(|^\s*$/.test(`${message}${note ?? ''}`))
      failures.push(`the message is no sentence: ${said}`);
    if (place === null) continue;
    const line = lines[place.line - 1];
    if (line === undefined) failures.push(`line ${place.line} of ${lines.length}: ${said}`);
    else if (place.column < 1 || place.length < 1 || place.column - 1 + place.length > line.length + 1)
      failures.push(`column ${place.column} + ${place.length} in a line of ${line.length} (line ${place.line}): ${said}`);
  }
  if (/\n {4}at (?:.* \()?\S+:\d+:\d+\)?\n/.test(formatDiagnostics(diagnostics, text))) failures.push('a stack trace among the messages');
  return failures;
}
