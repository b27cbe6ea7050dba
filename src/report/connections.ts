// The section on listeners: the connections that came from outside.

import type { Result } from '../sim/result.ts';
import { clip, count, printable, rough, table, withMore } from './format.ts';
import type { Style } from './style.ts';

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
