// The baseline of gosim check: where it is, which of its entries is whose, and writing it anew. Entries go by the path of
// the scenario from where the baseline is, so that it does not matter from where gosim is called.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import meta from '../../package.json' with { type: 'json' };
import type { Baseline, StoredFigures } from '../analysis/baseline.ts';
import { baselineText, DEFAULT_METRICS, parseBaseline, tolerancesOf } from '../analysis/baseline.ts';
import type { Tolerance } from '../analysis/tolerance.ts';
import type { Checked } from '../report/checked.ts';
import { problemOf, withoutRun } from '../report/checked.ts';
import { writeAtomically } from './io.ts';
import { UserError } from './user-error.ts';

export interface BaselineFlags {
  readonly baseline?: string | false; // false: none shall be used
  readonly update?: boolean;
  readonly tolerance?: Readonly<Record<string, string>>; // by pattern
  readonly metric?: readonly string[];
}

const DEFAULT_FILE = 'gosim.baseline.json';

/** What the file of a baseline holds, if there is one. */
export class BaselineFile {
  readonly file: string;
  readonly tolerances: readonly Tolerance[];
  private readonly flags: BaselineFlags;
  private readonly held: Baseline | null;

  constructor(file: string, held: Baseline | null, flags: BaselineFlags) {
    this.file = file;
    this.held = held;
    this.flags = flags;
    this.tolerances = tolerancesOf({ ...held?.tolerances, ...flags.tolerance }) as Tolerance[]; // both have been read before
  }

  /** The figures of a scenario as they were; null when it is not in the baseline. */
  figuresOf(scenario: string): StoredFigures | null {
    const scenarios = this.held?.scenarios ?? {};
    const key = this.keyOf(scenario);
    return Object.hasOwn(scenarios, key) ? scenarios[key] : null;
  }

  /** Patterns of the paths that --update writes. */
  get metrics(): readonly string[] {
    return this.flags.metric ?? this.held?.metrics ?? DEFAULT_METRICS;
  }

  /** Entries of scenarios that should be found in `paths`, and are not there any more. */
  missing(paths: readonly string[]): Checked[] {
    return this.lost(paths).map((key) => {
      const message = `is in ${this.file}, but there is no such scenario`;
      const details = ['gosim check --update leaves it out'];
      return withoutRun(this.pathOf(key), 'failed', [problemOf({ kind: 'baseline', message, details })]);
    });
  }

  /** What a reader of changed figures should know. */
  get notes(): string[] {
    if (this.held === null || this.held.gosim === meta.version) return [];
    return [`${this.file} was written by gosim ${this.held.gosim}; this is ${meta.version}`];
  }

  /** Writes the figures of scenarios that ran; others keep theirs if they still exist. Returns what was done. */
  async update(paths: readonly string[], figures: ReadonlyMap<string, StoredFigures>): Promise<string> {
    const scenarios = { ...this.held?.scenarios };
    const before = JSON.stringify(scenarios);
    const lost = this.lost(paths);
    for (const key of lost) delete scenarios[key];
    let changed = 0;
    for (const [scenario, stored] of figures) {
      const key = this.keyOf(scenario);
      if (Object.hasOwn(scenarios, key) && sameFigures(scenarios[key], stored)) continue;
      scenarios[key] = stored;
      changed++;
    }
    const tolerances = { ...this.held?.tolerances, ...this.flags.tolerance };
    await writeAtomically(this.file, baselineText({ gosim: meta.version, metrics: this.metrics, tolerances, scenarios }));
    if (JSON.stringify(scenarios) === before) return `${this.file} is as it was`;
    const parts = [`${changed} new or changed`, ...(lost.length === 0 ? [] : [`${lost.length} left out`])];
    return `${this.file} written: ${parts.join(', ')}, ${Object.keys(scenarios).length} in all`;
  }

  private lost(paths: readonly string[]): string[] {
    const roots = paths.map((path) => resolve(path));
    const isUnder = (path: string): boolean => roots.some((root) => path === root || path.startsWith(root === '/' ? root : `${root}/`));
    return Object.keys(this.held?.scenarios ?? {}).filter((key) => {
      const path = resolve(this.folder, key);
      return isUnder(path) && !existsSync(path);
    });
  }

  private get folder(): string {
    return dirname(resolve(this.file));
  }

  private keyOf(scenario: string): string {
    return relative(this.folder, resolve(scenario)).replaceAll('\\', '/');
  }

  /** An entry's scenario as seen from here. */
  private pathOf(key: string): string {
    return relative('.', resolve(this.folder, key)).replaceAll('\\', '/');
  }
}

function sameFigures(a: StoredFigures, b: StoredFigures): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

/** Where it is, or would be. */
export function baselinePath({ baseline }: BaselineFlags): string | null {
  return baseline === false ? null : (baseline ?? DEFAULT_FILE);
}

/** Null when there is none to compare with, and none is to be written. */
export async function openBaseline(flags: BaselineFlags): Promise<BaselineFile | null> {
  const { baseline, update = false, tolerance, metric } = flags;
  if (metric !== undefined && !update) throw new UserError('--metric says what --update writes', null, 'add --update');
  const file = baselinePath(flags);
  if (file === null && update) throw new UserError('--no-baseline and --update contradict each other');
  if (file === null) return null;
  const text = await textOf(file);
  if (text === null && !update) {
    if (baseline !== undefined) throw new UserError('there is no such baseline', file, 'gosim check --update writes it');
    if (tolerance !== undefined) throw new UserError('a tolerance needs a baseline', null, 'gosim check --update writes one');
    return null;
  }
  return new BaselineFile(file, text === null ? null : heldIn(text, file, update), flags);
}

/** Null: one that is to be replaced. */
function heldIn(text: string, file: string, update: boolean): Baseline | null {
  const parsed = parseBaseline(text);
  if (!('problem' in parsed)) return parsed;
  if (parsed.isOther && update) return null;
  throw new UserError(parsed.problem, file, parsed.isOther ? 'gosim check --update writes it anew' : null);
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new UserError('cannot be read', file);
  }
}
