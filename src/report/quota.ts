// The section on CPU limits: what was used of each, and how often and how long it held CPUs up.

import type { QuotaCounts, Result } from '../sim/result.ts';
import { count, exact, percent, rough, table } from './format.ts';
import type { Style } from './style.ts';

export function quotaLines(result: Result, style: Style): string[] {
  const { quota } = result;
  if (quota === null) return [];
  const limits: readonly QuotaCounts[] = [quota, ...quota.outer];
  const bursts = limits.some((one) => one.burstNs > 0);
  const head = [
    '',
    'quota',
    'period',
    ...(bursts ? ['burst'] : []),
    'used',
    'of it',
    'periods',
    'throttled',
    'CPUs held',
    ...(bursts ? ['beyond quota'] : []),
  ];
  const rows = limits.map((one, i) => {
    const available = one.quotaNs * Math.ceil(result.makespanNs / one.periodNs);
    const time = (ns: number): string => (ns === 0 ? style.faint('-') : rough(ns, style, 3));
    return [
      i === 0 ? `limit ${cpusText(one.cpus)}` : `within ${cpusText(one.cpus)}`,
      exact(one.quotaNs, style),
      exact(one.periodNs, style),
      ...(bursts ? [time(one.burstNs)] : []),
      time(one.usageNs),
      percent(available === 0 ? 0 : one.usageNs / available),
      count(one.periods),
      one.throttledPeriods === 0 ? style.faint('-') : count(one.throttledPeriods),
      time(one.throttledNs),
      ...(bursts ? [time(one.burstUsedNs)] : []),
    ];
  });
  return table([head.map(style.faint), ...rows], `l${'r'.repeat(head.length - 1)}`);
}

function cpusText(cpus: number): string {
  return String(Math.round(cpus * 1000) / 1000);
}
