// The section on threads: how many, when, and why each came to be.

import type { Result, Thread } from '../sim/result.ts';
import { count, exact, levels, printable, rough, table, who } from './format.ts';
import type { Style } from './style.ts';

const LISTED = 8; // births one by one
const LISTED_IN_DETAIL = 200;

const BIRTH: Record<Thread['reason'], string> = {
  start: 'a part of every Go program',
  sysmon: 'the monitor thread',
  handoff: 'a system call kept its thread, and the processor needed another',
  spinning: 'there was work and an idle processor, and no thread to spare',
  locked: 'a goroutine locked to its thread left its processor to others',
  template: 'makes clean threads while others are locked',
  cgo: 'a call into C kept its thread, and the processor needed another',
  inject: 'goroutines became ready with nobody there to run them',
};

export function threadLines(result: Result, detail: boolean, style: Style): string[] {
  const { atStart, created, peak, list } = result.threads;
  const born = list.filter((m) => m.createdAtNs > 0 || (m.reason !== 'start' && m.reason !== 'sysmon'));
  const lines = [`  ${count(atStart)} at the start, ${count(created - atStart)} created later, ${count(peak)} at most at a time`];
  if (born.length === 0) return lines;
  lines.push(overTime(result, style));
  const reasons = (Object.keys(BIRTH) as Thread['reason'][]).filter((reason) => born.some((m) => m.reason === reason));
  if (born.length <= (detail ? LISTED_IN_DETAIL : LISTED)) {
    const rows = born.map((m) => [`M${m.id}`, exact(m.createdAtNs, style), m.reason, style.faint(m.g === null ? '' : who(m.g, style))]);
    lines.push(...table(rows, 'lrll'));
  } else {
    const rows = reasons.map((reason) => {
      const of = born.filter((m) => m.reason === reason);
      const times = `${rough(of[0].createdAtNs, style)} to ${rough(of[of.length - 1].createdAtNs, style)}`;
      return [`${count(of.length)}${style.glyphs.times}`, reason, times, style.faint(topBodies(of, style))];
    });
    lines.push(...table(rows, 'rlll'));
  }
  return [...lines, ...reasons.map((reason) => style.faint(`  ${reason}: ${BIRTH[reason]}`))];
}

/** The number of threads as a curve over the whole run, each column the most in it. */
function overTime(result: Result, style: Style): string {
  const { list, peak } = result.threads;
  const least = list.filter((m) => m.createdAtNs === 0).length;
  const text = `${count(least)} to ${count(peak)}`;
  const columns = style.width - '  over time    '.length - text.length;
  const columnNs = Math.max(1, Math.ceil(result.makespanNs / columns));
  const used = Math.max(1, Math.ceil(result.makespanNs / columnNs));
  const changes = list
    .flatMap((m) => [{ at: m.createdAtNs, by: 1 }, ...(m.endedAtNs === null ? [] : [{ at: m.endedAtNs, by: -1 }])])
    .sort((x, y) => x.at - y.at);
  const most = new Array<number>(used).fill(0);
  let alive = 0;
  let filled = 0; // columns up to this one hold what was alive before
  for (const { at, by } of changes) {
    const column = Math.min(used - 1, Math.floor(at / columnNs));
    while (filled < column) most[++filled] = alive;
    alive += by;
    most[column] = Math.max(most[column], alive);
  }
  while (filled < used - 1) most[++filled] = alive;
  return `  ${style.faint('over time')}  ${levels(most, style)}  ${text}`;
}

function topBodies(threads: readonly Thread[], style: Style): string {
  const counts = new Map<string, number>();
  for (const m of threads) if (m.g !== null) counts.set(m.g.name, (counts.get(m.g.name) ?? 0) + 1);
  const top = [...counts].sort((x, y) => y[1] - x[1]);
  const shown = top.slice(0, 3).map(([name, n]) => `${printable(name)} ${style.glyphs.times}${count(n)}`);
  return shown.join(', ') + (top.length > 3 ? style.glyphs.more : '');
}
