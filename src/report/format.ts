// Numbers and tables as a report prints them.

import Table from 'cli-table3';
import { formatDuration } from '../base/duration.ts';
import type { GoroutineRef } from '../sim/result.ts';
import type { Style } from './style.ts';

/** 12345 -> 12,345. */
export function count(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 thread`, `2 threads`. */
export function plural(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** A duration to a few significant digits, in Go's spelling. */
export function rough(ns: number, style: Style, significant = 4): string {
  const rounded = Math.round(ns);
  const digits = String(Math.abs(rounded)).length;
  const unit = digits > significant ? Number(`1e${digits - significant}`) : 1;
  return exact(Math.round(rounded / unit) * unit, style);
}

/** A duration to the nanosecond, in Go's spelling. */
export function exact(ns: number, style: Style): string {
  return formatDuration(ns).replace('µs', style.glyphs.micro);
}

/** A share of 1 as a percentage with one decimal. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

/** `text`, cut to `width` characters if it is longer. */
export function clip(text: string, width: number, style: Style): string {
  const letters = [...text];
  if (letters.length <= width) return text;
  const more = style.glyphs.more;
  return `${letters.slice(0, Math.max(0, width - more.length)).join('')}${more}`;
}

/** Columns that a text takes, colour codes not counted. */
export function plainLength(text: string): number {
  return [...text.replace(/\u001b\[[\d;]*m/g, '')].length;
}

/** Entries with commas, as many as fit into `room`; the first in any case. */
export function fitting(entries: readonly string[], room: number, style: Style): string {
  const { more } = style.glyphs;
  let text = entries[0] ?? '';
  for (let i = 1; i < entries.length; i++) {
    const longer = `${text}, ${entries[i]}`;
    const needs = [...longer].length + (i < entries.length - 1 ? more.length : 0);
    if (needs > room) return text + more;
    text = longer;
  }
  return text;
}

/** Text that a scenario's author wrote, on one line and without characters that would act on a terminal. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (c) =>
    c === '\n' ? '\\n' : c === '\t' ? '\\t' : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Rows as aligned columns without borders, indented by two. `align` has an l or an r per column. Cells may hold colour
 * codes. Layout costs the square of the number of rows: callers cap them.
 */
export function table(rows: readonly (readonly string[])[], align: string): string[] {
  const none = '';
  const table = new Table({
    chars: {
      top: none,
      'top-mid': none,
      'top-left': none,
      'top-right': none,
      bottom: none,
      'bottom-mid': none,
      'bottom-left': none,
      'bottom-right': none,
      left: '  ',
      'left-mid': none,
      mid: none,
      'mid-mid': none,
      right: none,
      'right-mid': none,
      middle: '  ',
    },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: [...align].map((side) => (side === 'r' ? 'right' : 'left')),
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** Entries on as few lines as fit; `plain` are the same texts without colour codes, to measure. */
export function flow(entries: readonly string[], plain: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = ' ';
  let length = 1;
  entries.forEach((entry, i) => {
    const needs = [...plain[i]].length + (length === 1 ? 1 : 2);
    if (length > 1 && length + needs > width) {
      lines.push(line);
      line = ' ';
      length = 1;
    }
    line += (length === 1 ? ' ' : '  ') + entry;
    length += length === 1 ? [...plain[i]].length + 1 : needs;
  });
  if (length > 1) lines.push(line);
  return lines;
}

/** A goroutine as `worker 3 (goroutine 21)`. */
export function who(g: GoroutineRef, style: Style): string {
  return `${clip(printable(g.name), 24, style)}${g.index > 0 ? ` ${g.index}` : ''} (goroutine ${g.id})`;
}

/** The lines, and how many there are more. */
export function withMore(lines: string[], more: number, truncated: boolean, style: Style): string[] {
  if (more > 0) return [...lines, style.faint(`  ${style.glyphs.more} and ${count(more)} more`)];
  if (truncated) return [...lines, style.faint(`  ${style.glyphs.more} and more that were not kept`)];
  return lines;
}

/** Numbers as heights, one character each, the highest of them full; what is not 0 shows. */
export function levels(numbers: readonly number[], style: Style): string {
  const { levels } = style.glyphs;
  const most = numbers.reduce((high, n) => Math.max(high, n), 0);
  const height = (n: number): string => (n === 0 ? ' ' : levels[Math.max(0, Math.ceil((n / most) * levels.length) - 1)]);
  return numbers.map(height).join('');
}

/** A sentence on lines of at most `width` characters, broken at blanks, and within words that are longer. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  const words = text.split(' ').flatMap((word) => {
    const letters = [...word];
    const pieces = Array.from({ length: Math.ceil(letters.length / width) }, (_, i) => letters.slice(i * width, (i + 1) * width).join(''));
    return pieces.length < 2 ? [word] : pieces;
  });
  for (const word of words) {
    if (line !== '' && [...line].length + 1 + [...word].length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
