// gosim run: reads scenarios, runs one after the other, and reports. All are read before any runs. Reports go to stdout or
// into a file, complaints to stderr.

import { briefReport, tally } from '../report/brief.ts';
import { CSV_HEAD, csvPieces } from '../report/csv.ts';
import { JSON_LIST, jsonPieces, ndjsonPieces } from '../report/json.ts';
import type { Style } from '../report/style.ts';
import { DEFAULT_CAPS } from '../sim/options.ts';
import type { Io, Sink } from './io.ts';
import { openSink, write } from './io.ts';
import type { Format, Loaded } from './load.ts';
import { framed, loadScenarios, warningLine } from './load.ts';
import { costsFromFile } from './machine.ts';
import { rerun } from './rerun.ts';
import type { RunOverrides, ScenarioRun } from './run-scenario.ts';
import { exitCodeOf, foreseen } from './run-scenario.ts';
import type { Looks } from './terminal.ts';
import { fileStyle, styleFor } from './terminal.ts';
import { UserError } from './user-error.ts';
import type { ViewFlags } from './view.ts';
import { reportOf } from './view.ts';
import { watchRun } from './watch.ts';

export interface RunFlags extends ViewFlags, Looks {
  readonly set?: readonly string[]; // name=value
  readonly expect?: readonly string[];
  readonly seed?: number;
  readonly procs?: number;
  readonly until?: number; // ns
  readonly machine?: string; // a profile
  readonly sample?: number; // ns
  readonly schedtrace?: number; // ns
  readonly format: Format;
  readonly output?: string;
  readonly quiet?: boolean;
  readonly watch?: boolean;
  readonly check?: boolean;
  readonly record: boolean;
  readonly caps?: number; // times the usual ones
}

const INTERRUPTED = 130;

/** Runs scenarios; the exit code is returned: the worst of all. */
export async function runCommand(files: readonly string[], flags: RunFlags, io: Io): Promise<number> {
  checkFlags(files, flags);
  if (flags.watch !== true) return runOnce(files, flags, io);
  return rerun(
    () => Promise.resolve(files),
    null,
    () => runOnce(files, flags, io),
    io,
  );
}

async function runOnce(files: readonly string[], flags: RunFlags, io: Io): Promise<number> {
  const complaints = styleFor(io.stderr, flags, io.env);
  const loaded = await loadScenarios(files, flags, complaints, io);
  if (loaded === null) return 2;
  const sink = await openSink(flags.output, io);
  try {
    const exitCode = await runAll(loaded, sink, flags, complaints, io);
    await sink.done();
    return exitCode;
  } catch (error) {
    await sink.abandon();
    throw error;
  }
}

function checkFlags(files: readonly string[], { from, to, watch }: RunFlags): void {
  if (watch === true && files.includes('-')) throw new UserError('--watch watches files, and standard input is none');
  if (to !== undefined && to <= (from ?? 0)) throw new UserError('the timeline is empty: --to is not after --from');
  if (files.filter((file) => file === '-').length > 1) throw new UserError('standard input can be read once: give - once');
}

async function runAll(loaded: readonly Loaded[], sink: Sink, flags: RunFlags, complaints: Style, io: Io): Promise<number> {
  const printer = new Printer(loaded.length, sink, flags, styleOf(flags, io));
  const exitCodes: number[] = [];
  await printer.begin();
  for (const one of loaded) {
    const run = await watchRun(one.scenario, overridesOf(flags), watchOptions(flags), complaints, io);
    // who expects a deadlock needs no warning of one
    const warnings = foreseen(run.result) ? [] : one.warnings;
    run.result.warnings.push(...warnings.map(warningLine));
    await printer.print(one, run);
    if (warnings.length > 0 && flags.quiet !== true) await write(io.stderr, framed(warnings, one.source, complaints));
    exitCodes.push(exitCodeOf(run.result));
    if (exitCodes.includes(INTERRUPTED) || sink.isClosed) break;
  }
  await printer.end(exitCodes);
  return Math.max(...exitCodes);
}

function overridesOf(flags: RunFlags): RunOverrides {
  return {
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    ...(flags.procs === undefined ? {} : { gomaxprocs: flags.procs }),
    ...(flags.until === undefined ? {} : { untilNs: flags.until }),
    ...(flags.machine === undefined ? {} : { costs: costsFromFile(flags.machine).costs }),
    ...(flags.sample === undefined ? {} : { sampleNs: flags.sample }),
    record: flags.record || flags.check === true,
    detail: flags.detail === true,
    check: flags.check === true,
    ...caps(flags.caps ?? 1),
  };
}

function caps(times: number): RunOverrides {
  const { maxEvents, maxBytes, maxLogBytes } = DEFAULT_CAPS;
  return { maxEvents: maxEvents * times, maxBytes: maxBytes * times, maxLogBytes: maxLogBytes * times };
}

function watchOptions({ schedtrace, quiet }: RunFlags): { schedtraceNs?: number; showProgress: boolean } {
  // schedtrace lines are progress enough
  return { ...(schedtrace === undefined ? {} : { schedtraceNs: schedtrace }), showProgress: quiet !== true && schedtrace === undefined };
}

function styleOf(flags: RunFlags, io: Io): Style {
  return flags.output === undefined || flags.output === '-' ? styleFor(io.stdout, flags, io.env) : fileStyle(flags, io);
}

/** Writes the results of one or several runs in the format that is asked for. */
class Printer {
  private readonly several: boolean;
  private readonly sink: Sink;
  private readonly flags: RunFlags;
  private readonly style: Style;
  private printed = 0;

  constructor(scenarios: number, sink: Sink, flags: RunFlags, style: Style) {
    this.several = scenarios > 1;
    this.sink = sink;
    this.flags = flags;
    this.style = style;
  }

  async begin(): Promise<void> {
    if (this.flags.format === 'csv') await this.sink.write(CSV_HEAD);
  }

  async print(loaded: Loaded, run: ScenarioRun): Promise<void> {
    for (const piece of this.pieces(loaded, run)) {
      if (this.sink.isClosed) return;
      await this.sink.write(piece);
    }
    this.printed++;
  }

  private *pieces({ scenario }: Loaded, run: ScenarioRun): Generator<string> {
    const { flags, style, several } = this;
    switch (flags.format) {
      case 'json':
        if (several) yield JSON_LIST.before(this.printed);
        yield* jsonPieces(run.result);
        break;
      case 'ndjson':
        yield* ndjsonPieces(run.result);
        break;
      case 'csv':
        yield* csvPieces(run.result);
        break;
      default:
        if (flags.quiet === true) {
          yield briefReport(run.result, foreseen(run.result), style);
        } else {
          if (this.printed > 0) yield `\n${style.faint((style.unicode ? '─' : '-').repeat(style.width))}\n\n`;
          yield reportOf(scenario, run, flags, style);
        }
    }
  }

  async end(exitCodes: readonly number[]): Promise<void> {
    if (!this.several || this.sink.isClosed) return;
    const { flags, style } = this;
    if (flags.format === 'json') await this.sink.write(JSON_LIST.end(this.printed));
    if (flags.format !== 'text') return;
    const passed = exitCodes.filter((code) => code === 0).length;
    await this.sink.write(`${flags.quiet === true ? '' : '\n'}${tally(passed, exitCodes.length - passed, style)}`);
  }
}
