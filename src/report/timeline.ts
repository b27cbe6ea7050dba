// The timeline in text: a lane of letters per processor, one letter per column of time, with a scale above, marks below
// where something happened to the processor, and a legend. Colour adds to the letters and never replaces them.

import type { Lane, Timeline } from '../analysis/timeline.ts';
import { IDLE, MARK_HANDOFF, MARK_PREEMPT, MARK_STEAL, RUNTIME, SCHED, SPINNING, SYSCALL } from '../analysis/timeline.ts';
import { clip, exact, printable } from './format.ts';
import type { Paint, Style } from './style.ts';

const NAMED_BODIES = 12; // the others share one letter
const LANES_WITH_MARKS = 8; // past this many lanes, marks would double the picture and say little
const TICK_COLUMNS = 12; // least distance between two labels of the scale

interface Glyph {
  readonly text: string;
  readonly paint: Paint;
  readonly meaning: string;
}

/** How many columns of time fit into a width beside the labels of so many processors. */
export function timelineColumns(width: number, processors: number): number {
  return Math.max(20, width - 2 - label(processors - 1).length - 1);
}

/** The lines of the timeline. `names` are those of the bodies, by number; lanes past `maxLanes` are counted, not shown. */
export function timelineLines(timeline: Timeline, names: readonly string[], style: Style, maxLanes: number): string[] {
  const active = timeline.lanes.filter((lane) => !lane.idle);
  const lanes = active.slice(0, maxLanes);
  const labelWidth = label(timeline.lanes.length - 1).length;
  const glyphs = glyphsOf(lanes, names, style);
  const margin = ' '.repeat(2 + labelWidth + 1);
  const lines = [margin + style.faint(scale(timeline, style))];
  const marked = lanes.length <= LANES_WITH_MARKS;
  for (const lane of lanes) {
    lines.push(`  ${label(lane.p).padEnd(labelWidth)} ${paintRuns(lane.states, glyphs)}`);
    const marks = lane.marks.map(markText).join('').trimEnd();
    if (marked && marks !== '') lines.push(margin + style.faint(marks));
  }
  const hidden = active.length - lanes.length;
  if (hidden > 0) lines.push(style.faint(`  ${style.glyphs.more} and ${hidden} more processors`));
  const idle = timeline.lanes.length - active.length;
  if (idle > 0) lines.push(style.faint(`  ${idle === 1 ? '1 processor was' : `${idle} processors were`} never used`));
  const used = [...glyphs.values()].map((glyph) => `${glyph.paint(glyph.text)} ${glyph.meaning}`);
  const plain = [...glyphs.values()].map((glyph) => `${glyph.text} ${glyph.meaning}`);
  lines.push(...flow(used, plain, style.width));
  if (marked) lines.push(...markLegend(lanes, style));
  return lines;
}

function label(p: number): string {
  return `P${Math.max(0, p)}`;
}

/** What each state that occurs looks like: bodies in the order of the program, then the others. */
function glyphsOf(lanes: readonly Lane[], names: readonly string[], style: Style): Map<number, Glyph> {
  const columns = new Map<number, number>();
  for (const lane of lanes) for (const state of lane.states) columns.set(state, (columns.get(state) ?? 0) + 1);
  const bodies = [...columns.keys()].filter((state) => state >= 0);
  const named = bodies
    .sort((x, y) => columns.get(y)! - columns.get(x)! || x - y)
    .slice(0, NAMED_BODIES)
    .sort((x, y) => x - y);
  const glyphs = new Map<number, Glyph>();
  const taken = new Set<string>();
  named.forEach((body, i) => {
    const name = printable(names[body] ?? `body ${body}`);
    const text = letterFor(name, taken);
    glyphs.set(body, { text, paint: style.series[i % style.series.length], meaning: clip(name, 24, style) });
  });
  const rest = bodies.filter((body) => !glyphs.has(body));
  const others: [number, string, string][] = [
    ...(rest.length > 0 ? [[rest[0], '#', `${rest.length} other bodies`] as [number, string, string]] : []),
    [RUNTIME, '%', 'the runtime'],
    [SCHED, '+', 'scheduling'],
    [SPINNING, '~', 'spinning'],
    [SYSCALL, '=', 'system call'],
    [IDLE, style.glyphs.idle, 'idle'],
  ];
  for (const [state, text, meaning] of others) if (columns.has(state)) glyphs.set(state, { text, paint: style.faint, meaning });
  return glyphs;
}

/** A letter that nobody has yet, of the name if possible. */
function letterFor(name: string, taken: Set<string>): string {
  const own = [...name].filter((c) => /[a-z0-9]/i.test(c));
  const all = [...own.map((c) => c.toLowerCase()), ...own.map((c) => c.toUpperCase()), ...'abcdefghijklmnopqrstuvwxyz'];
  const letter = all.find((c) => !taken.has(c)) ?? '?';
  taken.add(letter);
  return letter;
}

function paintRuns(states: readonly number[], glyphs: ReadonlyMap<number, Glyph>): string {
  let out = '';
  for (let i = 0; i < states.length; ) {
    const state = states[i];
    let end = i + 1;
    while (end < states.length && states[end] === state) end++;
    const glyph = glyphs.get(state);
    out += glyph === undefined ? '#'.repeat(end - i) : glyph.paint(glyph.text.repeat(end - i));
    i = end;
  }
  return out;
}

/** A label at each multiple of a round step, its stroke at the column where that instant lies. */
function scale(timeline: Timeline, style: Style): string {
  const columns = timeline.lanes[0]?.states.length ?? 0;
  const step = roundStep(timeline.columnNs * TICK_COLUMNS);
  let line = '';
  for (let at = 0; at < timeline.endNs; at += step) {
    const column = Math.floor(at / timeline.columnNs);
    const text = `|${exact(at, style)}`;
    if (column < line.length || column + text.length > columns + 1) continue;
    line = line.padEnd(column) + text;
  }
  return line;
}

/** The least of 1, 2, 5, 10, 20, 50 … that is at least `ns`. */
function roundStep(ns: number): number {
  for (let power = 1; ; power *= 10) for (const digit of [1, 2, 5]) if (digit * power >= ns) return digit * power;
}

function markText(marks: number): string {
  switch (marks) {
    case 0:
      return ' ';
    case MARK_PREEMPT:
      return '!';
    case MARK_STEAL:
      return '<';
    case MARK_HANDOFF:
      return '>';
    default:
      return '*';
  }
}

function markLegend(lanes: readonly Lane[], style: Style): string[] {
  const seen = new Set<string>();
  for (const lane of lanes) for (const marks of lane.marks) seen.add(markText(marks));
  const entries = [
    ['!', 'preempted'],
    ['<', 'stole work'],
    ['>', 'changed threads'],
    ['*', 'several of these'],
  ].filter(([mark]) => seen.has(mark));
  return entries.length === 0 ? [] : [style.faint(`  below a lane: ${entries.map((entry) => entry.join(' ')).join('  ')}`)];
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
