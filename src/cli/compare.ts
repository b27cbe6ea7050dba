// gosim compare: runs scenarios with several settings and says which is best. gosim merge: the same of parts that were run
// apart. Results of gosim run, saved as JSON, can be compared too.

import meta from '../../package.json' with { type: 'json' };
import type { Row, Sweep } from '../analysis/sweep.ts';
import { FigureReader, valuesAt } from '../analysis/sweep.ts';
import { verdictOf } from '../analysis/verdict.ts';
import { compareText } from '../report/compare.ts';
import { compareBenchfmt, compareCsv, compareJson, compareMarkdown } from '../report/compare-formats.ts';
import type { Result } from '../sim/result.ts';
import { isObject, mergeParts, partText, pointsOfShard, readJson } from './compare-parts.ts';
import type { PlanFlags } from './compare-plan.ts';
import { checkedCondition, figuresOf, planSweep } from './compare-plan.ts';
import { runPoints } from './compare-run.ts';
import type { Io } from './io.ts';
import { displayName, openSink, readScenario, UserError } from './io.ts';
import type { Shard } from './shard.ts';
import type { Looks } from './terminal.ts';
import { styleFor } from './terminal.ts';

export type CompareFormat = 'text' | 'json' | 'csv' | 'markdown' | 'benchfmt';
export const COMPARE_FORMATS: readonly CompareFormat[] = ['text', 'json', 'csv', 'markdown', 'benchfmt'];

export interface ShowFlags extends Looks {
  readonly format: CompareFormat;
  readonly output?: string;
}

export interface CompareFlags extends PlanFlags, ShowFlags {
  readonly jobs?: number;
  readonly shard?: Shard;
  readonly quiet?: boolean;
}

const INTERRUPTED = 130;

/** Compares; the exit code is returned. 1: no row is fit to be recommended. */
export async function compareCommand(files: readonly string[], flags: CompareFlags, io: Io): Promise<number> {
  if (files.every((file) => file.endsWith('.json'))) return show(await savedSweep(files, flags), flags, io);
  const twice = files.find((file, i) => files.indexOf(file) < i);
  if (twice !== undefined) throw new UserError('is given twice', twice, 'to compare settings of one scenario: --procs 1,2,4 or --vary');
  const sources = await Promise.all(files.map(async (file) => ({ file: displayName(file), text: await readScenario(file, io) })));
  const shard = flags.shard ?? null;
  const planned = planSweep(sources, flags);
  const { plan, points } = planned;
  const wanted = pointsOfShard(points.length, shard);
  const stop = new AbortController();
  const stopListening = io.interrupts(() => stop.abort());
  const figures = await runPoints(planned, wanted, flags, stop.signal, io).finally(stopListening);
  const rows = figures.map((found, i): Row | null => (found === null ? null : { values: valuesAt(plan.axes, i), ...found }));
  const sweep: Sweep = { ...plan, rows };
  const interrupted = stop.signal.aborted;
  if (shard !== null && !interrupted) {
    await print(partText(sweep, shard), flags, io);
    return 0;
  }
  if (shard !== null) throw new UserError('interrupted: a part that is not complete is of no use');
  const exitCode = await show(sweep, flags, io);
  return interrupted ? INTERRUPTED : exitCode;
}

/** Puts parts of a comparison together and shows it. */
export async function mergeCommand(files: readonly string[], flags: ShowFlags, io: Io): Promise<number> {
  return show(await mergeParts(files), flags, io);
}

async function show(sweep: Sweep, flags: ShowFlags, io: Io): Promise<number> {
  await print(textOf(sweep, flags, io), flags, io);
  const complete = sweep.rows.some((row) => row !== null);
  return complete && verdictOf(sweep).pick === null ? 1 : 0;
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
      const stream = isFile ? (Object.assign(Object.create(io.stdout) as Io['stdout'], { isTTY: false }) as Io['stdout']) : io.stdout;
      return compareText(sweep, styleFor(stream, flags, io.env));
    }
  }
}

async function print(text: string, flags: ShowFlags, io: Io): Promise<void> {
  const sink = await openSink(flags.output, io);
  try {
    await sink.write(text);
    await sink.done();
  } catch (error) {
    await sink.abandon();
    throw error;
  }
}

// ---- saved results

async function savedSweep(files: readonly string[], flags: CompareFlags): Promise<Sweep> {
  for (const [name, value] of Object.entries({ procs: flags.procs, vary: flags.vary, shard: flags.shard })) {
    if (value !== undefined) throw new UserError(`--${name} needs a scenario to run, and these are results of runs`);
  }
  const saved = (await Promise.all(files.map(savedResults))).flat();
  const { metrics, goal } = figuresOf(flags, saved.length === 0 ? null : namesIn(saved.map(({ result }) => result)));
  const conditions = (flags.subjectTo ?? []).map((text) => checkedCondition(text, null));
  const reader = new FigureReader(metrics, conditions);
  const rows = saved.map(({ label, result }): Row => ({ values: [label], procs: result.gomaxprocs, runs: [reader.read(result)] }));
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

async function savedResults(file: string): Promise<{ label: string; result: Result }[]> {
  const value = await readJson(file);
  const list = Array.isArray(value) ? value : [value];
  return list.map((one, i) => {
    if (!isObject(one) || one.schema !== 'gosim.result/v1') {
      throw new UserError('holds no result of a run', file, 'gosim run … --format json writes one');
    }
    return { label: list.length === 1 ? file : `${file} ${i + 1}`, result: one as unknown as Result };
  });
}

function namesIn(results: readonly Result[]): {
  spans: string[];
  channels: string[];
  mutexes: string[];
  listeners: string[];
  neighbours: string[];
  gomaxprocs: null;
} {
  const keys = (pick: (one: Result) => object): string[] => [...new Set(results.flatMap((one) => Object.keys(pick(one))))];
  return {
    spans: keys((one) => one.spans),
    channels: keys((one) => one.channels),
    mutexes: keys((one) => one.mutexes),
    listeners: keys((one) => one.listeners),
    neighbours: keys((one) => one.neighbours ?? {}), // of an older gosim: none
    gomaxprocs: null,
  };
}
