// From the name of a file to a scenario, or to a list of what is wrong with it.

import type { Style } from '../report/style.ts';
import type { Diagnostic } from '../scenario/diagnostic.ts';
import { formatDiagnostics } from '../scenario/diagnostic.ts';
import { parseScenario } from '../scenario/load.ts';
import type { Scenario } from '../scenario/model.ts';
import type { Io } from './io.ts';
import { dataFilesOf, displayName, readScenario, write } from './io.ts';
import { UserError } from './user-error.ts';

export type Format = 'text' | 'json' | 'ndjson' | 'csv';

export interface Loaded {
  readonly scenario: Scenario;
  readonly warnings: readonly Diagnostic[];
  readonly source: string;
}

/** A file without a scenario, and what is wrong with it. */
export interface Refused {
  readonly diagnostics: readonly Diagnostic[];
  readonly source: string;
}

export interface LoadFlags {
  readonly set?: readonly string[]; // params as name=value
  readonly expect?: readonly string[]; // more expectations
  readonly procs?: number;
  readonly format: Format;
}

/** The scenario in a file; null when there is none to be had, and the user has been told why. */
export async function loadScenario(file: string, flags: LoadFlags, style: Style, io: Io): Promise<Loaded | null> {
  const loaded = await loadScenarios([file], flags, style, io);
  return loaded === null ? null : loaded[0];
}

/** The scenarios in files; null when one of them cannot be had, and the user has been told what is wrong with all. */
export async function loadScenarios(files: readonly string[], flags: LoadFlags, style: Style, io: Io): Promise<Loaded[] | null> {
  const loaded: Loaded[] = [];
  const refused: Refused[] = [];
  for (const file of files) {
    const one = await loadFrom(file, () => readScenario(file, io), flags);
    if ('scenario' in one) loaded.push(one);
    else refused.push(one);
  }
  if (refused.length === 0) return loaded;
  await tell(refused, flags.format, style, io);
  return null;
}

/** The scenario whose text `read` gives, or what is wrong with it. */
export async function loadFrom(file: string, read: () => Promise<string>, flags: Omit<LoadFlags, 'format'>): Promise<Loaded | Refused> {
  let source = '';
  try {
    source = await read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const about: Diagnostic = { severity: 'error', file: displayName(file), place: null, message: error.message, note: error.note };
    return { diagnostics: [about], source };
  }
  const options = { set: flags.set ?? [], expect: flags.expect ?? [], procs: flags.procs, readFile: dataFilesOf(file) };
  const { scenario, diagnostics } = parseScenario(source, displayName(file), options);
  return scenario === null ? { diagnostics, source } : { scenario, warnings: diagnostics, source };
}

/** Tells what is wrong: code frames on stderr, or with JSON one object on stdout. */
async function tell(refused: readonly Refused[], format: Format, style: Style, io: Io): Promise<void> {
  if (format === 'json') await write(io.stdout, `${JSON.stringify(diagnosticsJson(refused), null, 2)}\n`);
  else if (format === 'ndjson') await write(io.stdout, `${JSON.stringify(diagnosticsJson(refused))}\n`);
  else for (const { diagnostics, source } of refused) await write(io.stderr, framed(diagnostics, source, style));
}

/** Schema gosim.diagnostics/v1. Lines and columns count from 1; null where a mistake has no place in the text. */
export function diagnosticsJson(refused: readonly Refused[]): object {
  const diagnostics = refused.flatMap((one) => one.diagnostics);
  const plain = (severity: Diagnostic['severity']) =>
    diagnostics
      .filter((one) => one.severity === severity)
      .map(({ file, place, message, note }) => ({
        file,
        line: place?.line ?? null,
        column: place?.column ?? null,
        length: place?.length ?? null,
        message,
        note,
      }));
  return { schema: 'gosim.diagnostics/v1', errors: plain('error'), warnings: plain('warning') };
}

/** One line for a list of warnings: where and what, without the source. */
export function warningLine(one: Diagnostic): string {
  const where = one.place === null ? one.file : `${one.file}:${one.place.line}:${one.place.column}`;
  return `${where}: ${one.message}`;
}

/** Diagnostics with their source lines; heads and carets are coloured, source lines (indented) are not. */
export function framed(diagnostics: readonly Diagnostic[], source: string, style: Style): string {
  return formatDiagnostics(diagnostics, source)
    .split('\n')
    .map((line) => {
      const head = /^(\S.*?: )(error|warning)(: .*)$/.exec(line);
      if (head !== null) return `${head[1]}${(head[2] === 'error' ? style.bad : style.warn)(head[2])}${style.strong(head[3])}`;
      return /^ +\^+$/.test(line) ? style.bad(line) : line;
    })
    .join('\n');
}
