// What the benchmarks run: each workload is a scenario (w1.yaml …) and the same program in Go (go/w1.go …) or in SimPy
// (simpy/w1.py …), the sizes of all, and the goals. A goal is a ratio against one of these on the same machine, or bytes; `must`
// is promised, `aim` hoped for. Against Go less is better, against SimPy it is how many times as fast gosim is.
// A program in TypeScript is compared with the scenario that it is: how many times its time it takes.
//
// The ratios are of processor time, not of time passed: a simulator uses one thread, and the machine may be busy.

import type { Go, GoMain, Routine } from '../src/sim/go-program.ts';
import type { Result } from '../src/sim/result.ts';

export interface Goal {
  readonly figure: 'cpu' | 'simpy' | 'compiled' | 'bytes-per-unit' | 'process' | 'peak';
  readonly must: number;
  readonly aim: number;
}

export interface Size {
  readonly units: number; // hand-offs or goroutines: what times and bytes are divided by
  readonly params: Readonly<Record<string, number>>; // of the scenario
  readonly goArguments: readonly number[];
}

export interface Workload {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly scenario: string; // file in this folder
  /** The scenario as a program in TypeScript: that is run, and compared with the scenario. */
  readonly program?: (size: Size) => GoMain;
  readonly twin: { readonly source: string; readonly gomaxprocs: number } | null; // file in go/; null: Go is not measured
  /** File in simpy/; null: there is none. It runs a share of the units, for it takes long. */
  readonly simpy: { readonly source: string; readonly share: number; readonly arguments: (units: number) => readonly number[] } | null;
  /** A run is timed after a warm-up; one whose memory counts has a process of its own and none. */
  readonly warmUp: boolean;
  readonly goals: readonly Goal[];
  sizeAt(scale: number): Size;
  /** Sends, starts … that a run of this size has if it did all it should. */
  expected(size: Size): Readonly<Record<string, number>>;
  actual(result: Result): Readonly<Record<string, number>>;
}

const RING = 10_000;
const SLEEPERS = 100_000;

/** What w1 is in either form. */
const PING_PONG: Pick<Workload, 'unit' | 'scenario' | 'warmUp' | 'sizeAt' | 'expected' | 'actual'> = {
  unit: 'hand-off',
  scenario: 'w1.yaml',
  warmUp: true,
  sizeAt: (scale) => inRounds(scaled(2_000_000, scale), 2),
  expected: ({ units }) => ({ sends: units, created: 2 }),
  actual: ({ channels, goroutines }) => ({ sends: channels.ping.sends + channels.pong.sends, created: goroutines.created }),
};

export const WORKLOADS: readonly Workload[] = [
  {
    id: 'w1',
    title: 'unbuffered ping-pong, GOMAXPROCS 1',
    ...PING_PONG,
    twin: { source: 'w1.go', gomaxprocs: 1 },
    simpy: { source: 'w1.py', share: 1 / 20, arguments: (units) => [units / 2] },
    goals: [
      { figure: 'cpu', must: 0.35, aim: 0.22 },
      { figure: 'simpy', must: 60, aim: 120 },
    ],
  },
  {
    id: 'w1-ts',
    title: 'w1 as a program in TypeScript',
    ...PING_PONG,
    program: pingPong,
    twin: null,
    simpy: null,
    goals: [{ figure: 'compiled', must: 2.5, aim: 1.5 }],
  },
  {
    id: 'w2',
    title: 'a million short goroutines, 8 simulated Ps against Go with 2',
    unit: 'goroutine',
    scenario: 'w2.yaml',
    twin: { source: 'w2.go', gomaxprocs: 2 },
    simpy: null,
    warmUp: true,
    goals: [{ figure: 'cpu', must: 0.8, aim: 0.45 }],
    sizeAt: goroutines(1_000_000),
    expected: ({ units }) => ({ created: units + 1, finished: units + 1 }),
    actual: ({ goroutines: { created, finished } }) => ({ created, finished }),
  },
  {
    id: 'w3',
    title: `a token round a ring of ${RING.toLocaleString('en-US')}, GOMAXPROCS 1`,
    unit: 'hand-off',
    scenario: 'w3.yaml',
    twin: { source: 'w3.go', gomaxprocs: 1 },
    simpy: null,
    warmUp: true,
    goals: [{ figure: 'cpu', must: 0.35, aim: 0.2 }],
    // A small scale makes the ring smaller before it takes away rounds: a ring that is never gone round shows nothing.
    sizeAt: (scale) => inRounds(scaled(200, scale), Math.min(RING, Math.max(10, scaled(200 * RING, scale)))),
    expected: ({ units, goArguments: [, members] }) => ({ sends: units, created: members }),
    actual: ({ channels, goroutines }) => ({ sends: channels.ring.sends, created: goroutines.created }),
  },
  {
    id: 'w4',
    title: 'open arrivals to 8 Ps at 80 % load',
    unit: 'request',
    scenario: 'w4.yaml',
    twin: null,
    simpy: { source: 'w4.py', share: 1 / 10, arguments: (units) => [units] },
    warmUp: true,
    goals: [{ figure: 'simpy', must: 25, aim: 50 }],
    sizeAt: (scale) => {
      const requests = scaled(1_000_000, scale);
      return { units: requests, params: { requests }, goArguments: [] };
    },
    expected: ({ units }) => ({ created: units + 1, finished: units + 1, accepted: units }),
    actual: ({ goroutines: { created, finished }, listeners }) => ({ created, finished, accepted: listeners.web.accepted }),
  },
  {
    id: 'w5',
    title: '100,000 goroutines that sleep and compute, 8 Ps',
    unit: 'round',
    scenario: 'w5.yaml',
    twin: null,
    simpy: { source: 'w5.py', share: 1 / 4, arguments: (units) => [units, Math.max(1, Math.floor(units / 10))] },
    warmUp: true,
    goals: [{ figure: 'simpy', must: 25, aim: 50 }],
    // A small scale has fewer goroutines rather than fewer rounds of each.
    sizeAt: (scale) => {
      const goroutines = Math.min(SLEEPERS, scaled(SLEEPERS, scale));
      const rounds = Math.max(10, scaled((SLEEPERS * 10 * scale) / goroutines, 1));
      return { units: goroutines * rounds, params: { goroutines, rounds }, goArguments: [] };
    },
    expected: ({ units, params }) => ({ created: params.goroutines + 1, finished: params.goroutines + 1, timers: units }),
    actual: ({ goroutines: { created, finished }, counters }) => ({ created, finished, timers: counters.timerFires }),
  },
  {
    id: 'w6',
    title: 'a million parked goroutines',
    unit: 'goroutine',
    scenario: 'w6.yaml',
    twin: { source: 'w6.go', gomaxprocs: 2 },
    simpy: null,
    warmUp: false,
    goals: [
      { figure: 'bytes-per-unit', must: 128, aim: 72 },
      { figure: 'process', must: 1 / 12, aim: 1 / 20 },
    ],
    sizeAt: goroutines(1_000_000),
    expected: parked,
    actual: parkedAtEnd,
  },
];

/** Ten million, on demand only: it wants gigabytes, and Go ten times as many. */
export const HUGE: Workload = {
  id: 'w6-huge',
  title: '10 million parked goroutines',
  unit: 'goroutine',
  scenario: 'w6.yaml',
  twin: null,
  simpy: null,
  warmUp: false,
  goals: [{ figure: 'peak', must: 1.4e9, aim: 0.8e9 }],
  sizeAt: goroutines(10_000_000),
  expected: parked,
  actual: parkedAtEnd,
};

/** Units of the twin in SimPy when gosim's run has so many. */
export function simpyUnits({ simpy }: Workload, units: number): number {
  return Math.max(2, 2 * Math.floor((units * (simpy?.share ?? 0)) / 2));
}

/** What a run fell short of, '' if it did everything. */
export function shortfall(workload: Workload, size: Size, result: Result): string {
  if (result.outcome.kind !== 'completed') return `${workload.id} ended with ${result.outcome.kind}: ${result.outcome.message}`;
  const actual = workload.actual(result);
  const wrong = Object.entries(workload.expected(size)).filter(([name, count]) => actual[name] !== count);
  return wrong.map(([name, count]) => `${workload.id}: ${name} is ${actual[name]} instead of ${count}`).join('; ');
}

function pingPong({ params: { rounds } }: Size): GoMain {
  return function* main(go: Go): Routine<void> {
    const ping = go.chan<number>(0, 'ping');
    const pong = go.chan<number>(0, 'pong');
    go.spawn(function* echo(): Routine<void> {
      for (let i = 0; i < rounds; i++) {
        yield* ping.recv();
        yield* pong.send(1);
      }
    });
    for (let i = 0; i < rounds; i++) {
      yield* ping.send(1);
      yield* pong.recv();
    }
  };
}

function scaled(n: number, scale: number): number {
  return Math.max(1, Math.floor(n * scale + 0.5));
}

function inRounds(rounds: number, handOffs: number): Size {
  const params: Record<string, number> = handOffs === 2 ? { rounds } : { rounds, members: handOffs };
  return { units: rounds * handOffs, params, goArguments: [rounds, handOffs] };
}

function goroutines(most: number): (scale: number) => Size {
  return (scale) => {
    const n = scaled(most, scale);
    return { units: n, params: { goroutines: n }, goArguments: [n] };
  };
}

function parked({ units }: Size): Record<string, number> {
  return { created: units + 1, peak: units + 1, finished: 1 }; // main
}

function parkedAtEnd({ goroutines: { created, peak, finished } }: Result): Record<string, number> {
  return { created, peak, finished };
}
