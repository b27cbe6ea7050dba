// gosim run: reads a scenario, runs it, and reports.

import { jsonPieces } from '../report/json.ts';
import type { Io } from './io.ts';
import { UserError, write, writeAll } from './io.ts';
import type { Format } from './load.ts';
import { framed, loadScenario, warningLine } from './load.ts';
import type { RunOverrides } from './run-scenario.ts';
import { exitCodeOf, foreseen, runScenario } from './run-scenario.ts';
import type { Looks } from './terminal.ts';
import { styleFor } from './terminal.ts';
import type { ViewFlags } from './view.ts';
import { reportOf } from './view.ts';

export interface RunFlags extends ViewFlags, Looks {
  readonly set?: readonly string[]; // name=value
  readonly seed?: number;
  readonly procs?: number;
  readonly until?: number; // ns
  readonly format: Format;
  readonly check?: boolean;
  readonly record: boolean;
}

/** Runs one scenario; the exit code is returned. The report goes to stdout, complaints to stderr. */
export async function runCommand(file: string, flags: RunFlags, io: Io): Promise<number> {
  if (flags.to !== undefined && flags.to <= (flags.from ?? 0)) throw new UserError('the timeline is empty: --to is not after --from');
  const complaints = styleFor(io.stderr, flags, io.env);
  const loaded = await loadScenario(file, flags, complaints, io);
  if (loaded === null) return 2;
  const { scenario, source } = loaded;
  const run = runScenario(scenario, overridesOf(flags));
  const { result } = run;
  const warnings = foreseen(result) ? [] : loaded.warnings; // who expects a deadlock needs no warning of one
  result.warnings.push(...warnings.map(warningLine));
  if (flags.format === 'json') await writeAll(io.stdout, jsonPieces(result));
  else await write(io.stdout, reportOf(scenario, run, flags, styleFor(io.stdout, flags, io.env)));
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
