// Numbers and tables as a report prints them.

import Table from 'cli-table3';
import { formatDuration } from '../base/duration.ts';
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
