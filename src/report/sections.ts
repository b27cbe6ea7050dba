// The sections of the plain report, each a function from the result to its lines.

import type { Timeline } from '../analysis/timeline.ts';
import type { Counters, GoroutineRef, Processor, Result, Summary, Thread } from '../sim/result.ts';
import { clip, count, exact, percent, printable, rough, table } from './format.ts';
import { groupUnfinished } from './outcome.ts';
import type { Style } from './style.ts';
import { flow } from './timeline.ts';

const BAR = 20; // characters
const EXPECTATIONS = 200; // that are listed

export function logLines(result: Result, detail: boolean, style: Style): string[] {
  const cap = detail ? 200 : 12;
  const lines = table(
    result.log
      .slice(0, cap)
      .map((entry) => [
        style.faint(exact(entry.atNs, style)),
        style.faint(who(entry.g, style)),
        clip(printable(entry.text), Math.max(20, style.width - 36), style),
      ]),
    'rll',
  );
  return withMore(result.log.length === 0 ? [] : lines, result.log.length - cap, result.logTruncated, style);
}

export function processorLines(result: Result, cap: number, style: Style): string[] {
  if (result.makespanNs === 0 || result.processors.length === 0) return [];
  const gc = result.processors.some((p) => p.gcNs > 0);
  const share = (ns: number): string => (ns === 0 ? style.faint('-') : percent(ns / result.makespanNs));
  const row = (name: string, p: Processor): string[] => [
    name,
    bar(p.utilization, style),
    percent(p.utilization),
    share(p.goroutineNs),
    ...(gc ? [share(p.gcNs)] : []),
    share(p.schedNs),
    share(p.spinningNs),
    share(p.syscallNs),
    share(p.idleNs),
  ];
  const head = ['', '', 'busy', 'go', ...(gc ? ['gc'] : []), 'sched', 'spin', 'syscall', 'idle'].map(style.faint);
  const used = result.processors.filter((p) => p.idleNs < result.makespanNs);
  const rows = used.slice(0, cap).map((p) => row(`P${p.id}`, p));
  if (result.processors.length > 1) rows.push(row('mean', mean(result.processors)));
  return withMore(table([head, ...rows], `ll${'r'.repeat(head.length - 2)}`), used.length - cap, false, style);
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

function bar(share: number, style: Style): string {
  const full = Math.max(0, Math.min(BAR, Math.round(share * BAR)));
  return style.good(style.glyphs.full.repeat(full)) + style.faint(style.glyphs.empty.repeat(BAR - full));
}

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

/** Births after the start: one by one while there are few, else by reason. */
export function threadLines(result: Result, detail: boolean, style: Style): string[] {
  const { atStart, created, peak, list } = result.threads;
  const born = list.filter((m) => m.createdAtNs > 0 || (m.reason !== 'start' && m.reason !== 'sysmon'));
  const lines = [`  ${count(atStart)} at the start, ${count(created - atStart)} created later, ${count(peak)} at most at a time`];
  const reasons = (Object.keys(BIRTH) as Thread['reason'][]).filter((reason) => born.some((m) => m.reason === reason));
  if (born.length === 0) return lines;
  if (born.length <= (detail ? 200 : 8)) {
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

function topBodies(threads: readonly Thread[], style: Style): string {
  const counts = new Map<string, number>();
  for (const m of threads) if (m.g !== null) counts.set(m.g.name, (counts.get(m.g.name) ?? 0) + 1);
  const top = [...counts].sort((x, y) => y[1] - x[1]);
  const shown = top.slice(0, 3).map(([name, n]) => `${printable(name)} ${style.glyphs.times}${count(n)}`);
  return shown.join(', ') + (top.length > 3 ? style.glyphs.more : '');
}

export function goroutineLines(result: Result, timeline: Timeline | null, bodies: readonly string[], style: Style): string[] {
  const { created, finished, peak, unfinished, unfinishedTruncated } = result.goroutines;
  const lines = [`  ${count(created)} created, ${count(finished)} finished, ${count(peak)} at most at a time`];
  const byBody = (timeline?.bodies ?? []).filter((body) => body.body >= 0).sort((x, y) => y.created - x.created || x.body - y.body);
  const groups = groupUnfinished(unfinished);
  const states = (name: string): string =>
    groups
      .filter((group) => group.name === name)
      .slice(0, 3)
      .map((group) => `${count(group.count)} ${group.state}`)
      .join(', ');
  if (byBody.length > 1) {
    const rows = byBody.slice(0, 10).map((body) => {
      const name = printable(bodies[body.body] ?? `body ${body.body}`);
      const left = body.created - body.finished;
      const why = left === 0 ? '' : states(name);
      return [
        clip(name, 24, style),
        count(body.created),
        count(body.finished),
        left === 0 ? style.faint('-') : count(left),
        style.faint(why),
      ];
    });
    lines.push(...table([['', 'created', 'finished', 'unfinished', ''].map(style.faint), ...rows], 'lrrrl'));
    return withMore(lines, byBody.length - 10, false, style);
  }
  if (timeline === null && groups.length > 0) {
    const list = groups.slice(0, 5).map((group) => `${count(group.count)} ${group.name} [${group.state}]`);
    const cut = unfinishedTruncated ? ` (of the first ${count(unfinished.length)})` : '';
    lines.push(`  unfinished${cut}: ${list.join(', ')}${groups.length > 5 ? style.glyphs.more : ''}`);
  }
  return lines;
}

/** Under the names that expectations use: every wait of a runnable goroutine, every uninterrupted time on a P, and the spans. */
export function latencyLines(result: Result, style: Style): string[] {
  const spans = Object.entries(result.spans);
  const rows: [string, Summary][] = [
    ['schedLatency', result.schedLatency],
    ['slices', result.slices],
    ...spans.slice(0, 10).map(([name, summary]): [string, Summary] => [`spans.${printable(name)}`, summary]),
  ];
  const shown = rows.filter(([, summary]) => summary.count > 0);
  if (shown.length === 0) return [];
  const head = ['', 'count', 'mean', 'p50', 'p90', 'p99', 'p99.9', 'max'].map(style.faint);
  const lines = table(
    [
      head,
      ...shown.map(([name, s]) => [
        clip(name, 20, style),
        count(s.count),
        ...[s.meanNs, s.p50Ns, s.p90Ns, s.p99Ns, s.p999Ns, s.maxNs].map((ns) => rough(ns, style, 3)),
      ]),
    ],
    'lrrrrrrr',
  );
  return withMore(lines, spans.length - 10, false, style);
}

/** Channels on which a send had to wait and locks that were not free, the longest waits first. */
export function contentionLines(result: Result, style: Style): string[] {
  const channels = Object.entries(result.channels)
    .filter(([, c]) => c.blockedSends > 0)
    .sort(([, x], [, y]) => y.blockedNs - x.blockedNs);
  const mutexes = Object.entries(result.mutexes)
    .filter(([, m]) => m.contended > 0)
    .sort(([, x], [, y]) => y.waits.meanNs * y.waits.count - x.waits.meanNs * x.waits.count);
  const lines: string[] = [];
  if (channels.length > 0) {
    const rows = channels
      .slice(0, 5)
      .map(([name, c]) => [
        clip(printable(name), 24, style),
        `${count(c.blockedSends)} of ${count(c.sends)} sends waited`,
        `${rough(c.blockedNs, style)} in all`,
        `at most ${count(c.peakLen)} queued`,
      ]);
    lines.push(...withMore(table(rows, 'llll'), channels.length - 5, false, style));
  }
  if (mutexes.length > 0) {
    const rows = mutexes
      .slice(0, 5)
      .map(([name, m]) => [
        clip(printable(name), 24, style),
        `${count(m.contended)} of ${count(m.locks)} locks waited`,
        ...waitCells(m.waits, style),
        m.starvations > 0 ? `starving ${count(m.starvations)}${style.glyphs.times}` : '',
      ]);
    lines.push(...withMore(table(rows, 'llllll'), mutexes.length - 5, false, style));
  }
  return lines;
}

/** What came from outside: how much at most waited to be accepted, how much was left, and how long it waited. */
export function listenerLines(result: Result, style: Style): string[] {
  const listeners = Object.entries(result.listeners).filter(([, one]) => one.arrivals > 0);
  if (listeners.length === 0) return [];
  const number = (n: number): string => (n === 0 ? style.faint('-') : count(n));
  const head = ['', 'arrived', 'accepted', 'answered', 'backlog', 'left', 'wait p50', 'p99', 'max'].map(style.faint);
  const rows = listeners
    .slice(0, 10)
    .map(([name, { arrivals, accepted, replied, backlogPeak, backlogLeft, waits }]) => [
      clip(printable(name), 24, style),
      ...[arrivals, accepted, replied, backlogPeak, backlogLeft].map(number),
      ...[waits.p50Ns, waits.p99Ns, waits.maxNs].map((ns) => rough(ns, style, 3)),
    ]);
  return withMore(table([head, ...rows], 'lrrrrrrrr'), listeners.length - 10, false, style);
}

/** The counters that are not 0. */
export function counterLines(result: Result, style: Style): string[] {
  const entries = (Object.entries(result.counters) as [keyof Counters, number][]).filter(([, n]) => n !== 0);
  const plain = entries.map(([name, n]) => `${name} ${count(n)}`);
  const painted = entries.map(([name, n]) => `${style.faint(name)} ${count(n)}`);
  return flow(painted, plain, style.width);
}

/** All expectations; of very many, those that failed before those that held. */
export function expectationLines(result: Result, style: Style): string[] {
  const { ok, fail } = style.glyphs;
  const all = result.expectations;
  const shown = all.length <= EXPECTATIONS ? all : [...all.filter((e) => !e.ok), ...all.filter((e) => e.ok)].slice(0, EXPECTATIONS);
  const rows = shown.map((e) => {
    const mark = e.ok ? style.good(ok) : e.level === 'warn' ? style.warn(`${fail} (warning)`) : style.bad(fail);
    const actual = actualText(e.that, e.actual, style);
    return [mark, printable(e.that), e.ok ? style.faint(actual) : actual];
  });
  if (rows.length === 0) return [];
  const lines = table(rows, 'lll').flatMap((line, i) => {
    const { ok, why } = shown[i];
    return ok || why === null ? [line] : [line, style.faint(`    why: ${printable(why)}`)];
  });
  return withMore(lines, all.length - shown.length, false, style);
}

/** The value found, in the unit that the expectation's right side is written in. */
export function actualText(that: string, actual: number | string | null, style: Style): string {
  if (actual === null) return 'no value';
  if (typeof actual === 'string') return clip(printable(actual), 40, style);
  const right = /(?:[<>]=?|[=!]=)\s*(.*)$/.exec(that)?.[1] ?? '';
  if (/^-?[\d.]+\s*%$/.test(right)) return percent(actual);
  if (/^-?[\d.]+(?:ns|us|µs|μs|ms|s|m|h)/.test(right)) return rough(actual, style);
  return Number.isInteger(actual) ? count(actual) : String(Number(actual.toPrecision(4)));
}

/** How long waits took; those that never ended have no length. */
function waitCells(waits: Summary, style: Style): string[] {
  if (waits.count === 0) return ['and none got it', '', ''];
  return [`p50 ${rough(waits.p50Ns, style)}`, `p99 ${rough(waits.p99Ns, style)}`, `max ${rough(waits.maxNs, style)}`];
}

/** A goroutine as `worker 3 (goroutine 21)`. */
function who(g: GoroutineRef, style: Style): string {
  return `${clip(printable(g.name), 24, style)}${g.index > 0 ? ` ${g.index}` : ''} (goroutine ${g.id})`;
}

function withMore(lines: string[], more: number, truncated: boolean, style: Style): string[] {
  if (more > 0) return [...lines, style.faint(`  ${style.glyphs.more} and ${count(more)} more`)];
  if (truncated) return [...lines, style.faint(`  ${style.glyphs.more} and more that were not kept`)];
  return lines;
}
