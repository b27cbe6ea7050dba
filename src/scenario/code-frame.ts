// A source line with carets under a part of it, as a terminal shows it: wide characters take two columns, combining marks
// none, a tab is one blank, and nothing of a text moves the cursor. A long line is cut to what is around the part.

import type { Place } from '../base/place.ts';

const WIDEST = 100; // columns of source that are shown
const LEAD = 30; // of those, before the part

/** The line and the caret line, indented. */
export function codeFrame(rawLine: string, place: Place): string {
  const line = rawLine.replace(/\r$/, '');
  const start = Math.max(0, Math.min(place.column - 1, line.length));
  const end = Math.min(line.length, start + Math.max(1, place.length));
  let to = forward(line, start, WIDEST);
  const room = WIDEST - width(line.slice(start, to));
  const from = back(line, start, to < line.length ? LEAD : Math.max(LEAD, room));
  if (from < start) to = forward(line, start, WIDEST - width(line.slice(from, start)));
  const before = from > 0 ? '…' : '';
  const after = to < line.length ? '…' : '';
  const indent = ' '.repeat(before.length + width(line.slice(from, start)));
  const caret = '^'.repeat(Math.max(1, width(line.slice(start, Math.min(end, to)))));
  return `    ${before}${printable(line.slice(from, to))}${after}\n    ${indent}${caret}\n`;
}

/** Where the characters from `at` on have filled so many columns. */
function forward(line: string, at: number, columns: number): number {
  let left = columns;
  while (at < line.length) {
    const char = String.fromCodePoint(line.codePointAt(at)!);
    left -= width(char);
    if (left < 0) break;
    at += char.length;
  }
  return at;
}

/** Where the characters before `at` begin that fill so many columns. */
function back(line: string, at: number, columns: number): number {
  let left = columns;
  while (at > 0) {
    const pair = at > 1 && /^[\ud800-\udbff][\udc00-\udfff]$/.test(line.slice(at - 2, at));
    const char = line.slice(at - (pair ? 2 : 1), at);
    left -= width(char);
    if (left < 0) break;
    at -= char.length;
  }
  return at;
}

/** What would move a terminal's cursor, or turn the direction of writing, as a dot; a tab as a blank. */
export function printable(text: string): string {
  return text
    .replaceAll('\t', ' ')
    .replace(
      /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      '·',
    );
}

/** Columns of a terminal that a printable text takes. */
export function width(text: string): number {
  let columns = 0;
  let joined = false; // to the emoji before
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (code === 0x200d) {
      joined = true;
    } else {
      if (!joined && !isMark(char, code)) columns += isWide(char, code) ? 2 : 1;
      joined = false;
    }
  }
  return columns;
}

/** Drawn onto the character before. */
function isMark(char: string, code: number): boolean {
  if (code < 0x300) return false;
  return (code >= 0x200b && code <= 0x200c) || code === 0x2060 || (code >= 0x1f3fb && code <= 0x1f3ff) || /[\p{Mn}\p{Me}]/u.test(char);
}

/** East Asian wide characters, and emoji that are pictures without being asked to; of a flag each half takes one. */
function isWide(char: string, code: number): boolean {
  if (code < 0x1100) return false;
  return (
    code <= 0x115f ||
    (code >= 0x2e80 && code <= 0xa4cf && code !== 0x303f) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x20000 && code <= 0x3fffd) ||
    ((code < 0x1f1e6 || code > 0x1f1ff) && /\p{Emoji_Presentation}/u.test(char))
  );
}
