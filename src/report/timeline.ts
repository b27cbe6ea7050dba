// The timeline in text: a lane of letters per processor, thread, goroutine or CPU, one letter per column of time, with a
// scale above, marks below where something happened, and a legend. Colour adds to the letters and never replaces them.

import {
  IDLE,
  MARK_BIRTH,
  MARK_HANDOFF,
  MARK_KERNEL,
  MARK_PREEMPT,
  MARK_STEAL,
  RUNTIME,
  SCHED,
  SPINNING,
  SYSCALL,
} from '../analysis/processor-walk.ts';
import type { Lane, LaneGroup, LaneKind, Timeline } from '../analysis/timeline.ts';
import { ABSENT, NEIGHBOUR_LANE, PARKED, POLLING, RUNNABLE, THROTTLED_LANE, WAITS_FOR_CPU } from '../analysis/timeline.ts';
import { clip, count, exact, flow, plural, printable } from './format.ts';
import type { Paint, Style } from './style.ts';

const NAMED_BODIES = 12; // the others share one letter
const LANES_WITH_MARKS = 8; // past this many lanes of a kind, marks would double the picture and say little
const TICK_COLUMNS = 12; // least distance between two labels of the scale
const LONGEST_LABEL = 14;

/** The marks below lanes: where several things happened in one column, the first of these is shown. */
const MARKS: readonly { readonly bit: number; readonly text: string; readonly meaning: Readonly<Record<LaneKind, string>> }[] = [
  { bit: MARK_BIRTH, text: '^', meaning: { p: 'new thread', m: '', g: '', cpu: '' } },
  { bit: MARK_PREEMPT, text: '!', meaning: { p: 'preempted', m: 'its goroutine was preempted', g: 'preempted', cpu: '' } },
  { bit: MARK_KERNEL, text: 'k', meaning: { p: '', m: 'the kernel took its CPU', g: '', cpu: 'the kernel changed threads' } },
  { bit: MARK_HANDOFF, text: '>', meaning: { p: 'changed threads', m: 'lost its processor', g: '', cpu: '' } },
  { bit: MARK_STEAL, text: '<', meaning: { p: 'stole work', m: 'stole work', g: 'was stolen', cpu: '' } },
];

const KINDS: Readonly<Record<LaneKind, { readonly label: string; readonly noun: string }>> = {
  p: { label: 'P', noun: 'processor' },
  m: { label: 'M', noun: 'thread' },
  g: { label: 'G', noun: 'goroutine' },
  cpu: { label: 'CPU', noun: 'CPU' },
};

interface Glyph {
  readonly text: string;
  readonly paint: Paint;
  readonly meaning: string;
}

/** How many columns of time fit into a width beside labels of this width. */
export function timelineColumns(width: number, labelWidth: number): number {
  return Math.max(20, width - 2 - labelWidth - 1);
}

/** The width of the longest label that lanes of these kinds can have. */
export function labelWidth(kinds: readonly LaneKind[], processors: number, cpus: number, bodies: readonly string[]): number {
  const longest = bodies.reduce((most, name) => Math.max(most, [...printable(name)].length), 0);
  const widths: Record<LaneKind, number> = {
    p: `P${processors - 1}`.length,
    m: 'M99'.length,
    g: Math.min(LONGEST_LABEL, longest + ' 1234'.length),
    cpu: `CPU${cpus - 1}`.length,
  };
  return Math.max(...kinds.map((kind) => widths[kind]));
}

/** The lines of the timeline. `names` are those of the bodies, by number; labels are at least `labelWidth` wide. */
export function timelineLines(timeline: Timeline, names: readonly string[], style: Style, labelWidth: number): string[] {
  const { groups } = timeline;
  const glyphs = glyphsOf(
    groups.flatMap((group) => group.lanes),
    names,
    style,
  );
  const margin = ' '.repeat(2 + labelWidth + 1);
  const lines = [margin + style.faint(scale(timeline, style))];
  groups.forEach((group, i) => {
    if (i > 0) lines.push('');
    lines.push(...laneLines(group, names, glyphs, labelWidth, style));
  });
  const shown = [...glyphs].filter(([state]) => state !== ABSENT).map(([, glyph]) => glyph);
  const used = shown.map((glyph) => `${glyph.paint(glyph.text)} ${glyph.meaning}`);
  const plain = shown.map((glyph) => `${glyph.text} ${glyph.meaning}`);
  lines.push(...flow(used, plain, style.width));
  for (const group of groups) lines.push(...markLegend(group, groups.length > 1, style));
  return lines;
}

function laneLines(
  group: LaneGroup,
  names: readonly string[],
  glyphs: ReadonlyMap<number, Glyph>,
  labelWidth: number,
  style: Style,
): string[] {
  const { noun } = KINDS[group.kind];
  const margin = ' '.repeat(2 + labelWidth + 1);
  const lines: string[] = [];
  for (const lane of group.lanes) {
    const label = clip(labelOf(lane, names), labelWidth, style);
    lines.push(`  ${label.padEnd(labelWidth)} ${paintRuns(lane.states, glyphs)}`.trimEnd());
    const marks = lane.marks.map(markText).join('').trimEnd();
    if (hasMarks(group) && marks !== '') lines.push(margin + style.faint(marks));
  }
  if (group.hidden > 0) lines.push(style.faint(`  ${style.glyphs.more} and ${count(group.hidden)} more ${noun}s`));
  if (group.unused > 0 && group.kind !== 'g') {
    lines.push(style.faint(`  ${plural(group.unused, noun)} ${group.unused === 1 ? 'was' : 'were'} not used`));
  }
  return lines;
}

function labelOf(lane: Lane, names: readonly string[]): string {
  if (lane.kind !== 'g') return `${KINDS[lane.kind].label}${lane.id}`;
  const name = printable(names[lane.body] ?? `body ${lane.body}`);
  return lane.id === 0 ? name : `${clipName(name, LONGEST_LABEL - String(lane.id).length - 1)} ${lane.id}`;
}

function clipName(name: string, width: number): string {
  return [...name].slice(0, width).join('');
}

function hasMarks(group: LaneGroup): boolean {
  return group.lanes.length <= LANES_WITH_MARKS;
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
  const plain: Paint = (text) => text;
  const others: [number, string, string, Paint][] = [
    ...(rest.length > 0 ? [[rest[0], '#', `${rest.length} other bodies`, plain] as [number, string, string, Paint]] : []),
    [RUNTIME, '%', 'the runtime', plain],
    [SCHED, '+', 'scheduling', style.warn],
    [SPINNING, '~', 'spinning', style.bad],
    [SYSCALL, '=', 'system call', plain],
    [RUNNABLE, '-', 'could run', style.warn],
    [PARKED, '_', 'waits', style.faint],
    [WAITS_FOR_CPU, ':', 'no CPU', style.bad],
    [THROTTLED_LANE, '/', 'throttled', style.bad],
    [NEIGHBOUR_LANE, '*', 'a neighbour', plain],
    [POLLING, '@', 'polls the network', style.faint],
    [IDLE, style.glyphs.idle, 'idle', style.faint],
    [ABSENT, ' ', '', style.faint],
  ];
  for (const [state, text, meaning, paint] of others) if (columns.has(state)) glyphs.set(state, { text, paint, meaning });
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
  const { fromNs, toNs, columnNs, columns } = timeline;
  const step = roundStep(columnNs * TICK_COLUMNS);
  let line = '';
  for (let at = Math.ceil(fromNs / step) * step; at < toNs; at += step) {
    const column = Math.floor((at - fromNs) / columnNs);
    const text = `|${exact(at, style)}`;
    if (column < line.length || column + text.length > columns) continue;
    line = line.padEnd(column) + text;
  }
  return line;
}

/** The least of 1, 2, 5, 10, 20, 50 … that is at least `ns`. */
function roundStep(ns: number): number {
  for (let power = 1; ; power *= 10) for (const digit of [1, 2, 5]) if (digit * power >= ns) return digit * power;
}

/** Of several marks the first of MARKS. */
function markText(marks: number): string {
  return MARKS.find(({ bit }) => (marks & bit) !== 0)?.text ?? ' ';
}

function markLegend(group: LaneGroup, several: boolean, style: Style): string[] {
  if (!hasMarks(group)) return [];
  const seen = new Set(group.lanes.flatMap((lane) => lane.marks.map(markText)));
  const entries = MARKS.filter(({ text, meaning }) => seen.has(text) && meaning[group.kind] !== '');
  if (entries.length === 0) return [];
  const where = several ? `${KINDS[group.kind].label} lanes` : 'a lane';
  const texts = entries.map(({ text, meaning }, i) => `${i === 0 ? `below ${where}: ` : ''}${text} ${meaning[group.kind]}`);
  return flow(texts, texts, style.width).map(style.faint);
}
