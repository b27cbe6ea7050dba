// Parts of a sweep, run apart and put together: the file that a part writes holds the whole plan and its own rows, so that
// the parts can be told to belong together, and make the same sweep as if it had been run at once.

import { open } from 'node:fs/promises';
import meta from '../../package.json' with { type: 'json' };
import type { Plan, Row, Sweep } from '../analysis/sweep.ts';
import type { Shard } from './shard.ts';
import { shardOf } from './shard.ts';
import { UserError } from './user-error.ts';

const SCHEMA = 'gosim.compare-part/v1';
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
  const head = JSON.stringify({ schema: SCHEMA, gosim: meta.version, shard, points: rows.length, plan });
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
  if (isObject(value) && value.schema === SCHEMA && isObject(value.plan) && isObject(value.shard) && Array.isArray(value.rows))
    return value as unknown as Part;
  throw new UserError('is no part of a comparison', file, 'gosim compare … --shard 1/8 writes one');
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
    throw new UserError(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`, file);
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
