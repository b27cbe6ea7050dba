// gosim compare: runs scenarios with several settings and says which is best. gosim merge: the same of parts that were run
// apart. Results of gosim run, saved as JSON, can be compared too.

import meta from '../../package.json' with { type: 'json' };
import type { Row, Sweep } from '../analysis/sweep.ts';
import { FigureReader, namesIn, valuesAt } from '../analysis/sweep.ts';
import { verdictOf } from '../analysis/verdict.ts';
import { compareText } from '../report/compare.ts';
import type { CompareFormat } from '../report/compare-formats.ts';
import { compareBenchfmt, compareCsv, compareJson, compareMarkdown } from '../report/compare-formats.ts';
import type { Result } from '../sim/result.ts';
import { isObject, mergeParts, PART_SCHEMA, partText, pointsOfShard, readJson } from './compare-parts.ts';
import type { PlanFlags, Planned } from './compare-plan.ts';
import { axesOf, checkedCondition, figuresOf, planSweep } from './compare-plan.ts';
import { runPoints } from './compare-run.ts';
import type { Io } from './io.ts';
import { dataFilesOf, displayName, openSink, readScenario, write } from './io.ts';
import type { Shard } from './shard.ts';
import type { Looks } from './terminal.ts';
import { fileStyle, styleFor } from './terminal.ts';
import { UserError } from './user-error.ts';

export const COMPARE_FORMATS: readonly CompareFormat[] = ['text', 'json', 'csv', 'markdown', 'benchfmt'];

export interface ShowFlags extends Looks {
  readonly format: CompareFormat;
  readonly output?: string;
}

export interface CompareFlags extends PlanFlags, ShowFlags {
  readonly set?: readonly string[];
  readonly jobs?: number;
  readonly shard?: Shard;
  readonly quiet?: boolean;
}

const INTERRUPTED = 130;

/** Compares; the exit code is returned. 1: no row is fit to be recommended. */
export async function compareCommand(files: readonly string[], flags: CompareFlags, io: Io): Promise<number> {
  if (files.every((file) => file.endsWith('.json'))) return show(await savedSweep(files, flags), flags, io);
  const json = files.find((file) => file.endsWith('.json'));
  if (json !== undefined) throw new UserError('is a result, which can be compared with results only', json);
  const twice = files.find((file, i) => files.indexOf(file) < i);
  if (twice !== undefined) throw new UserError('is given twice', twice, 'to compare settings of one scenario: --procs 1,2,4 or --vary');
  const shard = flags.shard ?? null;
  if (shard !== null && flags.format !== 'text')
    throw new UserError(
      `--shard and --format ${flags.format}: a part has a form of its own`,
      null,
      'gosim merge prints all parts in any format',
    );
  const set = (flags.set ?? []).map(parseSet);
  const sources = await Promise.all(files.map(async (file) => ({ file: displayName(file), text: await readScenario(file, io), set })));
  const planned = planSweep(sources, axesOf(flags), flags, dataFilesOf);
  return printed(flags, io, (print) => runPlanned(planned, shard, flags, io, print));
}

async function runPlanned(planned: Planned, shard: Shard | null, flags: CompareFlags, io: Io, print: Print): Promise<number> {
  const { plan, points } = planned;
  const stop = new AbortController();
  const stopListening = io.interrupts(() => stop.abort());
  const figures = await runPoints(planned, pointsOfShard(points.length, shard), flags, stop.signal, io).finally(stopListening);
  const rows = figures.map((found, i): Row | null => (found === null ? null : { values: valuesAt(plan.axes, i), ...found }));
  const sweep: Sweep = { ...plan, rows };
  const interrupted = stop.signal.aborted;
  if (shard === null) {
    await print(textOf(sweep, flags, io));
    return interrupted ? INTERRUPTED : exitCodeOf(sweep);
  }
  if (interrupted) {
    await write(io.stderr, 'interrupted: a part that is not complete is of no use, and none is written\n');
    return INTERRUPTED;
  }
  await print(partText(sweep, shard));
  return 0;
}

/** `name=value`, of which the command line has made sure. */
function parseSet(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  return [text.slice(0, equals).trim(), text.slice(equals + 1).trim()];
}

/** Puts parts of a comparison together and shows it. */
export async function mergeCommand(files: readonly string[], flags: ShowFlags, io: Io): Promise<number> {
  return show(await mergeParts(files), flags, io);
}

async function show(sweep: Sweep, flags: ShowFlags, io: Io): Promise<number> {
  return printed(flags, io, async (print) => {
    await print(textOf(sweep, flags, io));
    return exitCodeOf(sweep);
  });
}

function exitCodeOf(sweep: Sweep): number {
  return sweep.rows.some((row) => row !== null) && verdictOf(sweep).pick === null ? 1 : 0;
}

function textOf(sweep: Sweep, flags: ShowFlags, io: Io): string {
  switch (flags.format) {
    case 'json':
      return compareJson(sweep, meta.version);
    case 'csv':
      return compareCsv(sweep);
    case 'markdown':
      return compareMarkdown(sweep);
    case 'benchfmt':
      return compareBenchfmt(sweep, meta.version);
    default: {
      const isFile = flags.output !== undefined && flags.output !== '-';
      return compareText(sweep, isFile ? fileStyle(flags, io) : styleFor(io.stdout, flags, io.env));
    }
  }
}

type Print = (text: string) => Promise<void>;

/** Opens what is printed into before the work begins, lest hours of it go into a file that cannot be written. */
async function printed(flags: ShowFlags, io: Io, work: (print: Print) => Promise<number>): Promise<number> {
  const sink = await openSink(flags.output, io);
  let isPrinted = false;
  try {
    return await work(async (text) => {
      isPrinted = true;
      await sink.write(text);
      await sink.done();
    });
  } finally {
    if (!isPrinted) await sink.abandon();
  }
}

// ---- saved results

async function savedSweep(files: readonly string[], flags: CompareFlags): Promise<Sweep> {
  for (const [name, value] of Object.entries({
    procs: flags.procs,
    vary: flags.vary,
    set: flags.set,
    seed: flags.seed,
    until: flags.until,
    shard: flags.shard,
  })) {
    if (value !== undefined) throw new UserError(`--${name} needs a scenario to run, and these are results of runs`);
  }
  const saved = (await Promise.all(files.map(savedResults))).flat();
  const { metrics, goal } = figuresOf(
    flags,
    orDamaged(files, () => namesIn(saved.map(({ result }) => result))),
  );
  const conditions = (flags.subjectTo ?? []).map((text) => checkedCondition(text, null));
  const reader = new FigureReader(metrics, conditions);
  const rows = saved.map(({ label, result }): Row => {
    const runs = [orDamaged([label], () => reader.read(result))];
    return { values: [label], procs: result.gomaxprocs, runs };
  });
  const names = [...new Set(saved.map(({ result }) => result.scenario.name))];
  return {
    name: names.length === 1 ? names[0] : 'saved results',
    files,
    about: files.join(', '),
    axes: [{ path: 'file', values: rows.map((row) => row.values[0]) }],
    metrics,
    goal,
    conditions,
    seeds: [saved[0].result.seed],
    rows,
  };
}

/** What is read from results that may have been cut or edited. */
function orDamaged<T>(files: readonly string[], read: () => T): T {
  try {
    return read();
  } catch {
    throw new UserError('is no whole result of a run: something is missing in it', files.join(', '));
  }
}

const RESULT_SCHEMA = 'gosim.result/v1';

async function savedResults(file: string): Promise<{ label: string; result: Result }[]> {
  const value = await readJson(file);
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw new UserError('holds no result of a run', file, 'gosim run … --format json writes one');
  return list.map((one, i) => {
    const schema = isObject(one) && typeof one.schema === 'string' ? one.schema : null;
    if (schema === PART_SCHEMA) throw new UserError('is a part of a comparison', file, 'gosim merge puts all its parts together');
    if (schema?.startsWith('gosim.result/') === true && schema !== RESULT_SCHEMA)
      throw new UserError(`has schema ${schema}, and this version of gosim reads ${RESULT_SCHEMA}`, file);
    if (schema !== RESULT_SCHEMA) throw new UserError('holds no result of a run', file, 'gosim run … --format json writes one');
    return { label: list.length === 1 ? file : `${file} ${i + 1}`, result: one as unknown as Result };
  });
}
