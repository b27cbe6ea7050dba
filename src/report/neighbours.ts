// The section on other loads of the machine: what each was given, and how long the process's threads waited because of them.

import type { Facts } from '../analysis/facts.ts';
import type { Result } from '../sim/result.ts';
import { count, percent, printable, rough, table } from './format.ts';
import type { Style } from './style.ts';

export function neighbourLines(result: Result, facts: Facts | null, style: Style): string[] {
  const all = Object.entries(result.neighbours);
  if (all.length === 0) return [];
  const available = result.machine.cpus * result.makespanNs;
  const time = (ns: number): string => (ns === 0 ? style.faint('-') : rough(ns, style, 3));
  const head = ['', 'threads', 'weight', 'CPU time', 'of all', ...(facts === null ? [] : ['kept waiting'])];
  let first = 0;
  const rows = all.map(([name, { threads, cpuWeight, cpuNs }]) => {
    const behind = facts?.sharing.behind.slice(first, first + threads).reduce((sum, ns) => sum + ns, 0) ?? 0;
    first += threads;
    return [
      printable(name),
      count(threads),
      count(cpuWeight),
      time(cpuNs),
      percent(available === 0 ? 0 : cpuNs / available),
      ...(facts === null ? [] : [time(behind)]),
    ];
  });
  return table([head.map(style.faint), ...rows], `l${'r'.repeat(head.length - 1)}`);
}
