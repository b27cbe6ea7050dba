// The timeline is made from the event log alone; here from logs short enough to follow with a finger.

import { describe, expect, it } from 'vitest';
import {
  forEachInterval,
  IDLE,
  MARK_HANDOFF,
  MARK_PREEMPT,
  MARK_STEAL,
  RUNTIME,
  SCHED,
  SPINNING,
  SYSCALL,
  timelineOf,
} from '../src/analysis/timeline.ts';
import { runScenario } from '../src/cli/run-scenario.ts';
import { parseScenario } from '../src/scenario/load.ts';
import * as ev from '../src/trace/events.ts';
import type { EventLog } from '../src/trace/log.ts';
import { logOf, sampleLog, sampleResult } from './support/sample-result.ts';

const MAIN = 0;
const WORKER = 1;

/** Intervals as [processor, state, from, to] in microseconds, by processor. */
function intervals(log: EventLog, processors: number, endNs: number): number[][] {
  const all: number[][] = [];
  forEachInterval(log, processors, endNs, (p, state, from, to) => all.push([p, state, from / 1000, to / 1000]));
  return all.sort((x, y) => x[0] - y[0]);
}

describe('intervals', () => {
  it('follow a processor through running, scheduling, a system call, its loss and its return', () => {
    expect(intervals(sampleLog(), 2, 200_000).filter(([p]) => p === 0)).toEqual([
      [0, MAIN, 0, 20],
      [0, SCHED, 20, 25],
      [0, WORKER, 25, 100],
      [0, SYSCALL, 100, 140],
      [0, IDLE, 140, 150],
      [0, WORKER, 150, 200],
    ]);
  });

  it('tell a search for work from scheduling by what the holding thread said before it took the processor', () => {
    expect(intervals(sampleLog(), 2, 200_000).filter(([p]) => p === 1)).toEqual([
      [1, IDLE, 0, 30],
      [1, SPINNING, 30, 40],
      [1, WORKER, 40, 90],
      [1, SCHED, 90, 100],
      [1, IDLE, 100, 200],
    ]);
  });

  it('add up to what the result counts for each processor', () => {
    const result = sampleResult();
    const sums = result.processors.map(() => new Map<number, number>());
    forEachInterval(sampleLog(), 2, result.makespanNs, (p, state, from, to) => {
      const kind = state >= 0 ? MAIN : state;
      sums[p].set(kind, (sums[p].get(kind) ?? 0) + to - from);
    });
    result.processors.forEach((p, i) => {
      const of = (kind: number): number => sums[i].get(kind) ?? 0;
      expect([of(MAIN), of(SCHED), of(SPINNING), of(SYSCALL), of(IDLE)]).toEqual([
        p.goroutineNs,
        p.schedNs,
        p.spinningNs,
        p.syscallNs,
        p.idleNs,
      ]);
    });
  });

  it("call a goroutine that no body of the program has the runtime's own", () => {
    const log = logOf([
      [0, ev.GO_CREATE, 0, 0, 9, -3, ev.TO_LOCAL],
      [0, ev.PROC_START, 0, 0],
      [0, ev.GO_START, 0, 0, 9, 0],
    ]);
    expect(intervals(log, 1, 5000)).toEqual([[0, RUNTIME, 0, 5]]);
  });
});

describe('columns', () => {
  it('show the kind of state with the largest share, and of bodies the one that ran longest', () => {
    const rows: number[][] = [[0, ev.PROC_START, 0, 0]];
    for (const [g, body] of [
      [1, 0],
      [2, 1],
      [3, 2],
    ]) {
      rows.push([0, ev.GO_CREATE, 0, 0, g, body, ev.TO_LOCAL]);
    }
    // 100 ns: 20 of body 0, 22 of body 1, 18 of body 2, then 40 idle: running wins with 60, and body 1 leads it
    rows.push(
      [0, ev.GO_START, 0, 0, 1, 0],
      [20, ev.GO_START, 0, 0, 2, 0],
      [42, ev.GO_START, 0, 0, 3, 0],
      [60, ev.GO_END, 0, 0, 3],
      [60, ev.PROC_STOP, 0, 0],
    );
    expect(timelineOf(logOf(rows), 1, 100, 1).lanes[0].states).toEqual([1]);
    expect(timelineOf(logOf(rows), 1, 100, 5).lanes[0].states).toEqual([0, 1, 2, IDLE, IDLE]);
  });

  it('carry marks where a goroutine was preempted, work stolen and a processor given away', () => {
    const { lanes } = timelineOf(sampleLog(), 2, 200_000, 20);
    expect(lanes[0].marks.map((mark, i) => [i, mark]).filter(([, mark]) => mark !== 0)).toEqual([[14, MARK_HANDOFF]]);
    expect(lanes[1].marks.map((mark, i) => [i, mark]).filter(([, mark]) => mark !== 0)).toEqual([
      [4, MARK_STEAL],
      [9, MARK_PREEMPT],
    ]);
  });

  it('never outnumber the nanoseconds of the run, and a run of no length has none', () => {
    expect(timelineOf(sampleLog(), 2, 7, 80).lanes[0].states).toHaveLength(7);
    expect(timelineOf(logOf([]), 1, 0, 80).lanes[0].states).toHaveLength(0);
  });
});

describe('of a real run', () => {
  const BUSY = `
waitgroups: [w]
channels: {c: 3}
mutexes: [m]
goroutines:
  main:
    - go: {run: f, count: 30, wg: w}
    - go: sink
    - wait: w
  f:
    - repeat: 5
      do:
        - cpu: exp(500us)
        - syscall: exp(200us)
        - net: exp(1ms)
        - lock: m
        - cpu: 20us
        - unlock: m
        - send: c
    - cpu: 15ms
  sink:
    - forever: [{recv: c}]
`;

  const kinds = new Map([
    [SCHED, 'schedNs'],
    [SPINNING, 'spinningNs'],
    [SYSCALL, 'syscallNs'],
    [IDLE, 'idleNs'],
  ] as [number, 'schedNs' | 'spinningNs' | 'syscallNs' | 'idleNs'][]);

  it.each([
    [1, 1, 'settled'],
    [3, 8, 'settled'],
    [8, 2, 'settled'],
    [2, 4, 'cold'],
  ])('the times of each processor come out as the engine counted them: %i Ps, %i CPUs, %s start', (gomaxprocs, cpus, start) => {
    const text = `machine: {cpus: ${cpus}}\nstart: ${start}\nuntil: 60ms\n${BUSY}`;
    const { scenario } = parseScenario(text, 'busy.yaml');
    const { result, log } = runScenario(scenario!, { gomaxprocs });
    const sums = result.processors.map(({ id }) => ({ id, goroutineNs: 0, schedNs: 0, spinningNs: 0, syscallNs: 0, idleNs: 0 }));
    forEachInterval(log!, gomaxprocs, result.makespanNs, (p, state, from, to) => {
      sums[p][kinds.get(state) ?? 'goroutineNs'] += to - from;
    });
    expect(result.processors).toMatchObject(sums);
    expect(result.processors[0].goroutineNs).toBeGreaterThan(0);
    const bodies = timelineOf(log!, gomaxprocs, result.makespanNs, 10).bodies;
    expect(bodies.filter(({ body }) => body >= 0).reduce((sum, { created }) => sum + created, 0)).toBe(result.goroutines.created);
  });
});

it('goroutines are counted by body, those that ended apart', () => {
  expect(timelineOf(sampleLog(), 2, 200_000, 10).bodies).toEqual([
    { body: MAIN, created: 1, finished: 0 },
    { body: WORKER, created: 2, finished: 1 },
  ]);
});
