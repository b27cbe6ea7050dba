// The section on goroutines: how many of each body, where their time went, and what those wait for that are left.

import type { BodyFacts, Facts } from '../analysis/facts.ts';
import type { Result } from '../sim/result.ts';
import { clip, count, fitting, plainLength, printable, rough, table, withMore } from './format.ts';
import { groupUnfinished, listsGoroutines } from './outcome.ts';
import type { Style } from './style.ts';

const BODIES = 10;

export function goroutineLines(result: Result, facts: Facts | null, bodies: readonly string[], style: Style): string[] {
  const { created, finished, peak } = result.goroutines;
  const lines = [`  ${count(created)} created, ${count(finished)} finished, ${count(peak)} at most at a time`];
  const byBody = [...(facts?.bodies ?? [])].sort((x, y) => y.created - x.created || x.body - y.body);
  if (byBody.length > 0) {
    const head = ['', 'created', 'left', 'cpu', 'run queue', 'waited for'].map(style.faint);
    const figures = byBody.slice(0, BODIES).map((body) => bodyFigures(body, bodies, style));
    const taken = head.slice(0, -1).map((title, i) => Math.max(plainLength(title), ...figures.map((row) => plainLength(row[i]))));
    const room = Math.max(20, style.width - taken.reduce((sum, width) => sum + width + 2, 2));
    const rows = figures.map((row, i) => [...row, style.faint(waitsText(byBody[i], room, style))]);
    const more = byBody.length - BODIES;
    lines.push(...withMore(table([head, ...rows], 'lrrrrl'), more, false, style).map((line) => line.trimEnd()));
  }
  return [...lines, ...unfinishedLines(result, style)];
}

function bodyFigures(body: BodyFacts, bodies: readonly string[], style: Style): string[] {
  const left = body.created - body.finished;
  const time = (ns: number): string => (ns === 0 ? style.faint('-') : rough(ns, style, 3));
  return [
    clip(printable(bodies[body.body] ?? `body ${body.body}`), 16, style),
    count(body.created),
    left === 0 ? style.faint('-') : count(left),
    time(body.cpuNs),
    time(body.queuedNs),
  ];
}

function waitsText(body: BodyFacts, room: number, style: Style): string {
  const noCpu = body.noCpuNs > 0 ? [{ reason: 'a CPU', ns: body.noCpuNs }] : [];
  const throttled = body.throttledNs > 0 ? [{ reason: 'throttled', ns: body.throttledNs }] : [];
  const waits = [...body.waits, ...noCpu, ...throttled].sort((x, y) => y.ns - x.ns);
  return fitting(
    waits.map(({ reason, ns }) => `${shortReason(reason)} ${rough(ns, style, 3)}`),
    room,
    style,
  );
}

/** A wait reason without the name of its package. */
export function shortReason(reason: string): string {
  return reason.replace(/^sync\./, '');
}

function unfinishedLines(result: Result, style: Style): string[] {
  const { unfinished, unfinishedTruncated } = result.goroutines;
  const groups = groupUnfinished(unfinished);
  if (groups.length === 0 || listsGoroutines(result)) return [];
  const list = groups.map((group) => `${count(group.count)} ${clip(group.name, 24, style)} [${group.state}]`);
  const lead = `  left${unfinishedTruncated ? ` (of the first ${count(unfinished.length)})` : ''}: `;
  return [lead + fitting(list, style.width - lead.length, style)];
}
