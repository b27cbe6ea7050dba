// Which finding explains a figure that is not what it should be. Findings come in the order of their weight, so the first
// that bears on the figure is the one.

import type { Finding } from '../sim/result.ts';

/** The beginnings of the paths that each kind of finding has an influence on. */
export const EXPLAINS: Readonly<Record<string, readonly string[]>> = {
  'lock-convoy': ['spans', 'listeners', 'mutexes', 'makespan', 'processors', 'goroutines', 'schedLatency', 'outcome', 'slices'],
  'lock-starvation': ['mutexes', 'spans', 'listeners', 'makespan', 'schedLatency'],
  'one-channel': ['channels', 'spans', 'listeners', 'makespan', 'processors', 'goroutines'],
  'coordinated-omission': ['spans', 'listeners'],
  'runnext-starvation': ['schedLatency', 'spans', 'listeners', 'makespan', 'slices'],
  'hogs-delay-wakeups': ['schedLatency', 'spans', 'listeners', 'makespan', 'slices'],
  'short-sleeps': ['spans', 'listeners', 'makespan'],
  'unbalanced-work': ['makespan', 'spans', 'processors'],
  'goroutine-leak': ['goroutines', 'outcome'],
  'thread-growth': ['threads', 'outcome', 'counters'],
  'syscall-held-processor': ['schedLatency', 'spans', 'listeners', 'makespan', 'processors', 'counters'],
  'more-processors-than-useful': ['processors', 'threads', 'counters'],
  'more-processors-than-cpus': ['spans', 'listeners', 'schedLatency', 'makespan', 'slices', 'mutexes', 'processors'],
  throttled: ['quota', 'spans', 'listeners', 'schedLatency', 'makespan', 'slices', 'mutexes', 'processors', 'outcome'],
  'spinning-waste': ['processors', 'counters', 'threads', 'makespan'],
};

/** The finding that explains a figure; null when none bears on it. */
export function explanationOf(path: string, findings: readonly Finding[]): Finding | null {
  const subject = /^[^.[]*/.exec(path)![0];
  return findings.find(({ id }) => Object.hasOwn(EXPLAINS, id) && EXPLAINS[id].includes(subject)) ?? null;
}
