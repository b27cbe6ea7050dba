// gosim run: reads a scenario, runs it, and reports.

import { timelineOf } from '../analysis/timeline.ts';
import { jsonPieces } from '../report/json.ts';
import { textReport } from '../report/text.ts';
import { timelineColumns } from '../report/timeline.ts';
import type { Scenario } from '../scenario/model.ts';
import type { Io } from './io.ts';
import { write, writeAll } from './io.ts';
import type { Format } from './load.ts';
import { framed, loadScenario, warningLine } from './load.ts';
import type { RunOverrides, ScenarioRun } from './run-scenario.ts';
import { exitCodeOf, foreseen, runScenario } from './run-scenario.ts';
import type { ColorChoice } from './terminal.ts';
import { styleFor } from './terminal.ts';

export interface RunFlags {
  readonly set?: readonly string[]; // name=value
  readonly seed?: number;
  readonly procs?: number;
  readonly until?: number; // ns
  readonly format: Format;
  readonly detail?: boolean;
  readonly check?: boolean;
  readonly record: boolean;
  readonly color: ColorChoice;
}

/** Runs one scenario; the exit code is returned. The report goes to stdout, complaints to stderr. */
export async function runCommand(file: string, flags: RunFlags, io: Io): Promise<number> {
  const complaints = styleFor(io.stderr, flags.color, io.env);
  const loaded = await loadScenario(file, flags, complaints, io);
  if (loaded === null) return 2;
  const { scenario, source } = loaded;
  const run = runScenario(scenario, overridesOf(flags));
  const { result } = run;
  const warnings = foreseen(result) ? [] : loaded.warnings; // who expects a deadlock needs no warning of one
  result.warnings.push(...warnings.map(warningLine));
  if (flags.format === 'json') await writeAll(io.stdout, jsonPieces(result));
  else await write(io.stdout, report(scenario, run, flags, io));
  if (warnings.length > 0) await write(io.stderr, framed(warnings, source, complaints));
  return exitCodeOf(result);
}

function overridesOf(flags: RunFlags): RunOverrides {
  return {
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    ...(flags.procs === undefined ? {} : { gomaxprocs: flags.procs }),
    ...(flags.until === undefined ? {} : { untilNs: flags.until }),
    record: flags.record || flags.check === true,
    detail: flags.detail === true,
    check: flags.check === true,
  };
}

function report(scenario: Scenario, { program, options, result, log, errorPlace }: ScenarioRun, flags: RunFlags, io: Io): string {
  const style = styleFor(io.stdout, flags.color, io.env);
  const columns = timelineColumns(style.width, options.gomaxprocs);
  return textReport(
    {
      result,
      start: startText(scenario),
      timeline: log === null ? null : timelineOf(log, options.gomaxprocs, result.makespanNs, columns),
      bodies: program.bodies.map((body) => body.name),
      foreseen: foreseen(result),
      errorAt: errorPlace === null ? null : `${scenario.file}:${errorPlace.line}:${errorPlace.column}`,
      detail: flags.detail === true,
    },
    style,
  );
}

function startText({ start }: Scenario): string {
  if (start.kind === 'cold') return 'cold';
  return start.schedtick === null ? 'settled' : `settled (schedtick ${start.schedtick})`;
}
