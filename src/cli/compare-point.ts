// A point of a sweep: one combination of settings, and the scenario that it makes.

import type { Metric, RunFigures } from '../analysis/sweep.ts';
import type { ReadFile } from '../scenario/data-file.ts';
import { formatDiagnostics } from '../scenario/diagnostic.ts';
import { scenarioParser } from '../scenario/load.ts';
import { MOST_PROCS } from '../scenario/machine.ts';
import type { Scenario } from '../scenario/model.ts';

export interface Source {
  readonly file: string;
  readonly text: string;
  readonly set: readonly (readonly [param: string, value: string])[];
}

/** What all points have in common. */
export interface Setup {
  readonly sweep: number; // tells the sweeps of a process apart
  readonly sources: readonly Source[];
  readonly untilNs: number | null;
  readonly metrics: readonly Metric[];
  readonly conditions: readonly string[];
  readonly seeds: readonly number[] | null; // null: that of the scenario
}

/** A source by its number and settings by path. */
export interface Point {
  readonly source: number;
  readonly settings: readonly (readonly [path: string, text: string])[];
}

export interface PointFigures {
  readonly procs: number;
  readonly runs: readonly RunFigures[];
}

/** Reads the files that scenarios name; one for each source. */
export type FilesOf = (file: string) => ReadFile | undefined;

interface ReadSource {
  readonly set: Source['set'];
  readonly parse: ReturnType<typeof scenarioParser>;
  readonly readFile: ReadFile | undefined;
}

/** Makes scenarios of points. Texts are parsed once and data files read once, however many points there are. */
export class PointReader {
  private readonly sources: readonly ReadSource[];

  constructor(sources: readonly Source[], filesOf: FilesOf) {
    this.sources = sources.map(({ file, text, set }) => ({ set, parse: scenarioParser(text, file), readFile: remembering(filesOf(file)) }));
  }

  /** The scenario of a point, or what is wrong with it. */
  scenario({ source, settings }: Point): Scenario | { readonly problem: string } {
    const { set, parse, readFile } = this.sources[source];
    const isParam = ([path]: readonly [string, string]): boolean => path.startsWith('params.');
    const params = settings.filter(isParam).map(([path, value]) => [path.slice('params.'.length), value] as const);
    const { scenario, diagnostics } = parse({
      set: new Map([...set, ...params]),
      settings: new Map(settings.filter((one) => !isParam(one))),
      procs: MOST_PROCS, // an expectation about a processor that some points lack is no mistake
      ...(readFile === undefined ? {} : { readFile }),
    });
    if (scenario !== null) return scenario;
    const errors = diagnostics.filter((one) => one.severity === 'error').map((one) => ({ ...one, place: null }));
    return { problem: formatDiagnostics(errors, '').trim() };
  }
}

function remembering(readFile: ReadFile | undefined): ReadFile | undefined {
  if (readFile === undefined) return undefined;
  const known = new Map<string, ReturnType<ReadFile>>();
  return (name) => {
    const found = known.get(name) ?? readFile(name);
    known.set(name, found);
    return found;
  };
}
