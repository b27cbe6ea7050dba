// Why a bar is missed: said on the page beside what is missed. A test demands a reason for every figure that misses its bar,
// and that no reason outlives what it explains.

export interface Reason {
  readonly scenario: string;
  readonly figures: readonly string[]; // names of figures, at any GOMAXPROCS
  readonly why: string;
}

export const REASONS: readonly Reason[] = [
  {
    scenario: 'scenarios/web-server.yaml',
    figures: ['spans.request.p50'],
    why:
      'Handlers and their system calls take 92 % of two Ps in gosim. The Go program does a little more for each request, and that ' +
      'tips it: while no P idles nobody wakes the monitor, and once it has looked fifty times for nothing it looks every 10 ms, when no call is the one it saw before, ' +
      'so that calls keep their Ps for good. Slices last 5 % longer in Go, and 4 us longer at least: caches that others have used. With 5 % more requests gosim tips, too: ' +
      'at 4,200 a second instead of 4,000 its median is 11.7 ms instead of 5.4, and its p99 70 ms instead of 15.',
  },
  {
    scenario: 'scenarios/lock-os-thread.yaml',
    figures: ['threads'],
    why:
      'Chance: a thread more is made when the one that was woken is quicker than the one that woke it is on its way to the idle list. In 200 hand-overs that happened ' +
      'at least once in each of 30 runs of Go, and not in one of ten seeds.',
  },
];

export function reasonFor(scenario: string, figure: string): string | null {
  return REASONS.find((one) => one.scenario === scenario && one.figures.includes(figure))?.why ?? null;
}
