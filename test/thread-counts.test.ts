// How many threads a started program has, against 60 runs each of real Go: a main that sleeps 100 ms, from a cold start.
// The counts were seen on a 2-CPU Linux machine with Go 1.19.8 and 1.26.8, GOMAXPROCS set by hand.

import { describe, expect, it } from 'vitest';
import { runScenario } from '../src/cli/run-scenario.ts';
import { parseScenario } from '../src/scenario/load.ts';

const SEEDS = 60;

// biome-ignore format: a table
const SEEN: readonly { go: string; gomaxprocs: number; threads: Record<number, number> }[] = [
  { go: '1.26', gomaxprocs: 1, threads: { 3: 42, 4: 18 } },
  { go: '1.26', gomaxprocs: 2, threads: { 4: 56, 5: 4 } },
  { go: '1.26', gomaxprocs: 4, threads: { 4: 2, 5: 47, 6: 11 } },
  { go: '1.26', gomaxprocs: 8, threads: { 4: 3, 5: 48, 6: 8, 7: 1 } },
  { go: '1.19', gomaxprocs: 1, threads: { 3: 50, 4: 10 } },
  { go: '1.19', gomaxprocs: 2, threads: { 4: 53, 5: 7 } },
  { go: '1.19', gomaxprocs: 4, threads: { 4: 1, 5: 51, 6: 8 } },
  { go: '1.19', gomaxprocs: 8, threads: { 5: 53, 6: 7 } },
];

function threadsOf(go: string, gomaxprocs: number, steps: string): Record<number, number> {
  const text = `go: "${go}"\ngomaxprocs: ${gomaxprocs}\nmachine: {cpus: 2}\nstart: cold\ngoroutines:\n  main:\n${steps}`;
  const { scenario, diagnostics } = parseScenario(text, 'threads.yaml');
  if (scenario === null) throw new Error(diagnostics.map((one) => one.message).join('\n'));
  const counts: Record<number, number> = {};
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { created } = runScenario(scenario, { seed, record: false }).result.threads;
    counts[created] = (counts[created] ?? 0) + 1;
  }
  return counts;
}

describe('threads of a program that does next to nothing', () => {
  it.each(SEEN)('are what Go $go has at GOMAXPROCS $gomaxprocs', ({ go, gomaxprocs, threads }) => {
    const counts = threadsOf(go, gomaxprocs, '    - sleep: 100ms\n');
    const mostly = (of: Record<number, number>): string => Object.entries(of).sort((a, b) => b[1] - a[1])[0]![0];
    // the two versions start alike, so what either showed is possible
    const possible = SEEN.filter((one) => one.gomaxprocs === gomaxprocs).flatMap((one) => Object.keys(one.threads));
    expect(possible, JSON.stringify(counts)).toEqual(expect.arrayContaining(Object.keys(counts)));
    expect(mostly(counts), JSON.stringify(counts)).toBe(mostly(threads));
  });

  it('grow by the template thread and one more with LockOSThread', () => {
    const counts = threadsOf('1.19', 1, '    - lockOSThread\n    - sleep: 100ms\n');
    expect(['4', '5'], JSON.stringify(counts)).toEqual(expect.arrayContaining(Object.keys(counts)));
  });
});
