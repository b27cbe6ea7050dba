// The section on processors: how each spent its time, as a bar of kinds and in figures.

import type { Processor, Result } from '../sim/result.ts';
import { percent, table, withMore } from './format.ts';
import type { Paint, Style } from './style.ts';

const BAR = 20; // characters
const WIDE_BAR = 40; // where there is room
const WIDE = 110;

interface Kind {
  readonly name: string;
  readonly glyph: string;
  readonly paint: Paint;
  readonly ns: (p: Processor) => number;
}

export function processorLines(result: Result, cap: number, style: Style): string[] {
  if (result.makespanNs === 0 || result.processors.length === 0) return [];
  const kinds = kindsOf(result, style);
  const width = style.width >= WIDE ? WIDE_BAR : BAR;
  const share = (ns: number): string => (ns === 0 ? style.faint('-') : percent(ns / result.makespanNs));
  const row = (name: string, p: Processor): string[] => [
    name,
    bar(
      kinds.map((kind) => kind.ns(p)),
      kinds,
      width,
    ),
    percent(p.utilization),
    ...kinds.map((kind) => share(kind.ns(p))),
  ];
  const head = ['', '', 'busy', ...kinds.map((kind) => `${kind.glyph} ${kind.name}`)].map(style.faint);
  const used = result.processors.filter((p) => p.idleNs < result.makespanNs);
  const rows = used.slice(0, cap).map((p) => row(`P${p.id}`, p));
  if (result.processors.length > 1) rows.push(row('mean', mean(result.processors)));
  return withMore(table([head, ...rows], `ll${'r'.repeat(head.length - 2)}`), used.length - cap, false, style);
}

/** The kinds of time, as bars show them from the left. */
function kindsOf(result: Result, style: Style): Kind[] {
  const { full, gc, sched, idle } = style.glyphs;
  const kinds: Kind[] = [
    { name: 'go', glyph: full, paint: style.good, ns: (p) => p.goroutineNs },
    { name: 'gc', glyph: gc, paint: style.series[1], ns: (p) => p.gcNs },
    { name: 'sched', glyph: sched, paint: style.warn, ns: (p) => p.schedNs },
    { name: 'spin', glyph: '~', paint: style.bad, ns: (p) => p.spinningNs },
    { name: 'syscall', glyph: '=', paint: (text) => text, ns: (p) => p.syscallNs },
    { name: 'idle', glyph: idle, paint: style.faint, ns: (p) => p.idleNs },
  ];
  return kinds.filter((kind) => kind.name !== 'gc' || result.processors.some((p) => p.gcNs > 0));
}

function mean(processors: readonly Processor[]): Processor {
  const over = (pick: (p: Processor) => number): number => processors.reduce((sum, p) => sum + pick(p), 0) / processors.length;
  return {
    id: -1,
    goroutineNs: over((p) => p.goroutineNs),
    gcNs: over((p) => p.gcNs),
    schedNs: over((p) => p.schedNs),
    spinningNs: over((p) => p.spinningNs),
    syscallNs: over((p) => p.syscallNs),
    idleNs: over((p) => p.idleNs),
    busyNs: over((p) => p.busyNs),
    utilization: over((p) => p.utilization),
  };
}

function bar(parts: readonly number[], kinds: readonly Kind[], width: number): string {
  return cellsOf(parts, width)
    .map((cells, i) => (cells === 0 ? '' : kinds[i].paint(kinds[i].glyph.repeat(cells))))
    .join('');
}

/** Shares of a bar in whole characters: rounded down, what is left goes to those that lost most. */
export function cellsOf(parts: readonly number[], width: number): number[] {
  const sum = parts.reduce((all, part) => all + part, 0);
  if (sum === 0) return parts.map(() => 0);
  const exact = parts.map((part) => (part / sum) * width);
  const cells = exact.map(Math.floor);
  const byLoss = exact.map((share, i) => ({ i, loss: share - cells[i] })).sort((x, y) => y.loss - x.loss || x.i - y.i);
  const left = width - cells.reduce((all, n) => all + n, 0);
  for (const { i } of byLoss.slice(0, left)) cells[i]++;
  return cells;
}
