// Channels on which a send had to wait and locks that were not free, the longest waits first.

import type { Result, Summary } from '../sim/result.ts';
import { clip, count, printable, rough, table, withMore } from './format.ts';
import type { Style } from './style.ts';

const LISTED = 5;

export function contentionLines(result: Result, style: Style): string[] {
  return [...channelLines(result, style), ...mutexLines(result, style)];
}

function channelLines(result: Result, style: Style): string[] {
  const channels = Object.entries(result.channels)
    .filter(([, c]) => c.blockedSends > 0)
    .sort(([, x], [, y]) => y.blockedNs - x.blockedNs);
  if (channels.length === 0) return [];
  const rows = channels
    .slice(0, LISTED)
    .map(([name, c]) => [
      clip(printable(name), 20, style),
      c.blockedSends <= c.sends
        ? `${count(c.blockedSends)} of ${count(c.sends)} sends waited`
        : `${count(c.blockedSends)} sends waited, ${count(c.sends)} went through`,
      `${rough(c.blockedNs, style)} both sides`,
      c.peakLen > 0 ? `at most ${count(c.peakLen)} queued` : '',
    ]);
  return withMore(table(rows, 'llll'), channels.length - LISTED, false, style);
}

function mutexLines(result: Result, style: Style): string[] {
  const mutexes = Object.entries(result.mutexes)
    .filter(([, m]) => m.contended > 0)
    .sort(([, x], [, y]) => y.waits.meanNs * y.waits.count - x.waits.meanNs * x.waits.count);
  if (mutexes.length === 0) return [];
  const rows = mutexes
    .slice(0, LISTED)
    .map(([name, m]) => [
      clip(printable(name), 20, style),
      `${count(m.contended)} of ${count(m.locks)} locks waited`,
      ...waitCells(m.waits, style),
      m.starvations > 0 ? `starving ${count(m.starvations)}${style.glyphs.times}` : '',
    ]);
  return withMore(table(rows, 'llllll'), mutexes.length - LISTED, false, style);
}

/** How long waits took; those that never ended have no length. */
function waitCells(waits: Summary, style: Style): string[] {
  if (waits.count === 0) return ['and none got it', '', ''];
  return [`p50 ${rough(waits.p50Ns, style, 3)}`, `p99 ${rough(waits.p99Ns, style, 3)}`, `max ${rough(waits.maxNs, style, 3)}`];
}
