// What is wrong with a scenario, and how it is shown. Checking never stops at the first mistake: everything is collected
// here and sorted by place at the end. A message says what was found and, where one is near, what was probably meant;
// the note says how to go on.

import type { Place } from '../base/place.ts';
import { codeFrame, printable } from './code-frame.ts';

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly place: Place | null; // null: not in the text, as of a parameter given on the command line
  readonly message: string;
  readonly note: string | null;
}

/** Past this many, mistakes are only counted: a megabyte of them helps nobody. */
const MOST = 200;
const LONGEST = 1000; // characters of one

export class Diagnostics {
  readonly file: string;
  errors = 0;
  private readonly list: Diagnostic[] = [];
  private readonly seen = new Set<string>();
  private dropped = 0;

  /** With what is known already. */
  constructor(file: string, known: Diagnostics | null = null) {
    this.file = file;
    if (known === null) return;
    this.errors = known.errors;
    this.list.push(...known.list);
    for (const key of known.seen) this.seen.add(key);
    this.dropped = known.dropped;
  }

  error(place: Place | null, message: string, note: string | null = null): void {
    this.errors++;
    this.add('error', place, message, note);
  }

  /** An error that explains another one at its place, and is shown in its stead. */
  explain(place: Place, message: string, note: string): void {
    const at = this.list.findIndex(
      (one) => one.severity === 'error' && one.place?.line === place.line && one.place.column === place.column,
    );
    if (at >= 0) this.list[at] = { severity: 'error', file: this.file, place, message, note };
    else this.error(place, message, note);
  }

  warning(place: Place | null, message: string, note: string | null = null): void {
    this.add('warning', place, message, note);
  }

  /** Whether another message will be kept; looking for suggestions is not worth it when not. */
  get full(): boolean {
    return this.list.length >= MOST;
  }

  /** An error in a file that is named at this place: of those there may be several. */
  errorElsewhere(place: Place, message: string): void {
    this.errors++;
    this.add('error', place, message, null, `${place.line}:${place.column}:${message}`);
  }

  private add(
    severity: Diagnostic['severity'],
    place: Place | null,
    message: string,
    note: string | null,
    // One mistake has one message: what else is said of its place follows from the first. And what is said of an
    // anchored node is said again at each of its aliases.
    key = place === null ? message : `${place.line}:${place.column}:${severity}`,
  ): void {
    if (this.seen.has(key)) return;
    if (this.full) {
      this.dropped++;
      return;
    }
    this.seen.add(key);
    this.list.push({ severity, file: this.file, place, message: bounded(message), note: note === null ? null : bounded(note) });
  }

  /** All of them in the order of the text; those without a place first, what was only counted last. */
  sorted(): Diagnostic[] {
    const at = (one: Diagnostic): [number, number] => [one.place?.line ?? 0, one.place?.column ?? 0];
    const sorted = [...this.list].sort((a, b) => at(a)[0] - at(b)[0] || at(a)[1] - at(b)[1]);
    if (this.dropped > 0) {
      const message = `${this.dropped} more ${this.dropped === 1 ? 'message is' : 'messages are'} not shown`;
      sorted.push({ severity: this.errors > 0 ? 'error' : 'warning', file: this.file, place: null, message, note: null });
    }
    return sorted;
  }
}

/** What a file holds is quoted in messages, and may be endless. */
function bounded(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** All diagnostics as text, each with its source line and a caret under what it is about. Ends with a newline. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], source: string): string {
  const lines = source.replace(/^\ufeff/, '').split('\n');
  return diagnostics.map((one) => formatOne(one, lines)).join('');
}

/** The source line of a place and its caret, without indentation; none where the place is not in the text. */
export function frameOf(place: Place, source: string): string[] {
  const line = source.replace(/^\ufeff/, '').split('\n')[place.line - 1];
  if (line === undefined) return [];
  const frame = codeFrame(line, place).trimEnd().split('\n');
  return frame.map((shown) => shown.slice(4));
}

function formatOne(one: Diagnostic, lines: readonly string[]): string {
  const { place } = one;
  const file = printable(one.file).replaceAll('\n', '·');
  const where = place === null ? file : `${file}:${place.line}:${place.column}`;
  let text = `${where}: ${one.severity}: ${printable(one.message)}\n`;
  if (place !== null && lines[place.line - 1] !== undefined) text += codeFrame(lines[place.line - 1], place);
  if (one.note !== null) text += `  note: ${printable(one.note)}\n`;
  return text;
}
