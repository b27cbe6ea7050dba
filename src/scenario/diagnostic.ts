// What is wrong with a scenario, and how it is shown. Checking never stops at the first mistake: everything is collected
// here and sorted by place at the end. A message says what was found and, where one is near, what was probably meant;
// the note says how to go on.

import type { Place } from '../base/place.ts';

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly place: Place | null; // null: not in the text, as of a parameter given on the command line
  readonly message: string;
  readonly note: string | null;
}

/** Past this many, mistakes are only counted: a megabyte of them helps nobody. */
const MOST = 200;

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

  warning(place: Place | null, message: string, note: string | null = null): void {
    this.add('warning', place, message, note);
  }

  /** Whether another message will be kept; looking for suggestions is not worth it when not. */
  get full(): boolean {
    return this.list.length >= MOST;
  }

  private add(severity: Diagnostic['severity'], place: Place | null, message: string, note: string | null): void {
    // What is said of an anchored node is said again at each of its aliases.
    const key = `${place?.line}:${place?.column}:${severity}:${message}`;
    if (this.seen.has(key)) return;
    if (this.full) {
      this.dropped++;
      return;
    }
    this.seen.add(key);
    this.list.push({ severity, file: this.file, place, message, note });
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

const WIDEST = 100; // columns of source shown

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
  const where = place === null ? one.file : `${one.file}:${place.line}:${place.column}`;
  let text = `${where}: ${one.severity}: ${printable(one.message)}\n`;
  if (place !== null && lines[place.line - 1] !== undefined) text += codeFrame(lines[place.line - 1], place);
  if (one.note !== null) text += `  note: ${printable(one.note)}\n`;
  return text;
}

/** The source line, cut to what is around the place when it is long, and the caret run under it. */
function codeFrame(rawLine: string, place: Place): string {
  const line = rawLine.replace(/\r$/, '');
  const start = Math.min(place.column - 1, line.length);
  const end = Math.min(line.length, start + Math.max(1, place.length));
  let from = 0;
  let to = line.length;
  if (line.length > WIDEST) {
    from = Math.max(0, Math.min(start - 30, line.length - WIDEST));
    to = Math.min(line.length, from + WIDEST);
  }
  const before = from > 0 ? '…' : '';
  const after = to < line.length ? '…' : '';
  const shown = before + cells(line.slice(from, to)) + after;
  const indent = ' '.repeat(before.length + width(cells(line.slice(from, start))));
  const caret = '^'.repeat(Math.max(1, width(cells(line.slice(start, Math.min(end, to))))));
  return `    ${shown}\n    ${indent}${caret}\n`;
}

/** A tab is shown as one blank, and what would move a terminal's cursor as a dot. */
function cells(text: string): string {
  return printable(text.replaceAll('\t', ' '));
}

function printable(text: string): string {
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g, '·');
}

/** Columns of a terminal that a text takes: East Asian wide characters and most emoji take two, marks none. */
function width(text: string): number {
  let columns = 0;
  for (const char of text) columns += /\p{M}|\u200d/u.test(char) ? 0 : isWide(char.codePointAt(0) ?? 0) ? 2 : 1;
  return columns;
}

function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}
