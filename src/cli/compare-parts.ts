// Parts of a sweep, run apart and put together: the file that a part writes holds the whole plan and its own rows, so that
// the parts can be told to belong together, and make the same sweep as if it had been run at once.

import { open } from 'node:fs/promises';
import meta from '../../package.json' with { type: 'json' };
import type { Plan, Row, Sweep } from '../analysis/sweep.ts';
import { pointsOf } from '../analysis/sweep.ts';
import { reasonOf } from './io.ts';
import type { Shard } from './shard.ts';
import { MOST_SHARDS, shardOf } from './shard.ts';
import { UserError } from './user-error.ts';

export const PART_SCHEMA = 'gosim.compare-part/v1';
const MOST_BYTES = 1 << 28;

interface Part {
  readonly schema: string;
  readonly gosim: string;
  readonly shard: Shard;
  readonly points: number; // of the whole sweep
  readonly plan: Plan;
  readonly rows: readonly { readonly point: number; readonly row: Row }[];
}

/** The numbers of the points that are to be run. */
export function pointsOfShard(points: number, shard: Shard | null): number[] {
  const all = Array.from({ length: points }, (_, i) => i);
  return shard === null ? all : shardOf(all, shard);
}

/** The file of a part. */
export function partText({ rows, ...plan }: Sweep, shard: Shard): string {
  const mine = rows.flatMap((row, point) => (row === null ? [] : [{ point, row }]));
  const head = JSON.stringify({ schema: PART_SCHEMA, gosim: meta.version, shard, points: rows.length, plan });
  const list = mine.map((one) => JSON.stringify(one)).join(',\n');
  return `${head.slice(0, -1)},"rows":[\n${list}\n]}\n`;
}

/** The sweep that the files of all its parts make. */
export async function mergeParts(files: readonly string[]): Promise<Sweep> {
  const parts = await Promise.all(files.map(async (file) => ({ file, part: await readPart(file) })));
  const [first] = parts;
  const whole = JSON.stringify([first.part.gosim, first.part.shard.count, first.part.points, first.part.plan]);
  const seen = new Map<number, string>();
  const rows: (Row | null)[] = Array.from({ length: first.part.points }, () => null);
  for (const { file, part } of parts) {
    if (JSON.stringify([part.gosim, part.shard.count, part.points, part.plan]) !== whole) {
      throw new UserError(
        `is a part of another comparison than ${first.file}`,
        file,
        'all parts are run with the same command line but for --shard',
      );
    }
    const twin = seen.get(part.shard.index);
    if (twin !== undefined) throw new UserError(`is part ${part.shard.index}, as ${twin} is`, file);
    seen.set(part.shard.index, file);
    for (const { point, row } of part.rows) rows[point] = row;
  }
  const missing = Array.from({ length: first.part.shard.count }, (_, i) => i + 1).filter((index) => !seen.has(index));
  if (missing.length > 0)
    throw new UserError(
      `of ${first.part.shard.count} parts ${missing.length === 1 ? 'is' : 'are'} missing: ${missing.slice(0, 20).join(', ')}`,
    );
  const gap = rows.indexOf(null);
  if (gap >= 0) throw new UserError(`row ${gap + 1} is missing: its part was interrupted`, null, 'run that part again');
  return { ...first.part.plan, rows };
}

async function readPart(file: string): Promise<Part> {
  const value = await readJson(file);
  const schema = isObject(value) && typeof value.schema === 'string' ? value.schema : '';
  if (schema.startsWith('gosim.compare-part/') && schema !== PART_SCHEMA)
    throw new UserError(`has schema ${schema}, and this version of gosim reads ${PART_SCHEMA}`, file);
  if (schema !== PART_SCHEMA) throw new UserError('is no part of a comparison', file, 'gosim compare … --shard 1/8 writes one');
  if (!isPart(value) || !isWhole(value as Part)) throw new UserError('is no whole part of a comparison: it has been cut or changed', file);
  const part = value as Part;
  if (part.gosim !== meta.version) throw new UserError(`was made by gosim ${part.gosim}, and this is ${meta.version}: run it again`, file);
  return part;
}

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string';
const isBoolean: Check = (value) => typeof value === 'boolean';
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isSeed: Check = (value) => Number.isSafeInteger(value);
const isOneOf =
  (...texts: (string | null)[]): Check =>
  (value) =>
    texts.includes(value as string | null);
const isList =
  (of: Check, least = 0): Check =>
  (value) =>
    Array.isArray(value) && value.length >= least && value.every(of);
const isRecord =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(fields).every(([name, check]) => check(value[name]));
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

const isBetter = isOneOf('min', 'max');
const isMetric = isRecord({
  name: isText,
  of: isText,
  kind: isOneOf('duration', 'number', 'fraction', 'rate', 'stall'),
  better: orNull(isBetter),
});
const isPlan = isRecord({
  name: isText,
  files: isList(isText),
  about: isText,
  axes: isList(isRecord({ path: isText, values: isList(isText, 1) })),
  metrics: isList(isMetric, 1),
  goal: orNull(isRecord({ better: isBetter, metric: isCount })),
  conditions: isList(isText),
  seeds: isList(isSeed, 1),
});
const isRun = isRecord({
  outcome: isText,
  fine: isBoolean,
  meets: isBoolean,
  figures: isList(orNull((value) => typeof value === 'number')),
});
const isPart = isRecord({
  gosim: isText,
  shard: isRecord({ index: isCount, count: (value) => isCount(value) && (value as number) <= MOST_SHARDS }),
  points: isCount,
  plan: isPlan,
  rows: isList(isRecord({ point: isCount, row: isRecord({ values: isList(isText), procs: isCount, runs: isList(isRun) }) })),
});

/** Whether the numbers of things fit together. */
function isWhole({ shard, points, plan: { axes, metrics, goal, seeds }, rows }: Part): boolean {
  if (points !== pointsOf(axes) || shard.index > shard.count || (goal !== null && goal.metric >= metrics.length)) return false;
  return rows.every(({ point, row: { values, runs } }) => {
    if (point >= points || point % shard.count !== shard.index - 1 || values.length !== axes.length) return false;
    return runs.length === seeds.length && runs.every(({ figures }) => figures.length === metrics.length);
  });
}

/** The value in a JSON file. */
export async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    const handle = await open(file, 'r');
    try {
      if ((await handle.stat()).size > MOST_BYTES) throw new UserError(`is longer than ${MOST_BYTES >> 20} MiB`, file);
      text = await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`cannot be read: ${reasonOf(error)}`, file);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError('is not JSON', file);
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
