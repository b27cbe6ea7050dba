// The timeline is made from the event log alone; here from logs short enough to follow with a finger.

import { describe, expect, it } from 'vitest';
import {
  forEachInterval,
  IDLE,
  MARK_BIRTH,
  MARK_HANDOFF,
  MARK_KERNEL,
  MARK_PREEMPT,
  MARK_STEAL,
  RUNTIME,
  SCHED,
  SPINNING,
  SYSCALL,
} from '../src/analysis/processor-walk.ts';
import type { Lane, LaneKind, Timeline } from '../src/analysis/timeline.ts';
import { ABSENT, PARKED, RUNNABLE, timelineOf, WAITS_FOR_CPU } from '../src/analysis/timeline.ts';
import { runScenario } from '../src/cli/run-scenario.ts';
import { parseScenario } from '../src/scenario/load.ts';
import * as ev from '../src/trace/events.ts';
import type { EventLog } from '../src/trace/log.ts';
import { logOf as textLog } from './support/log.ts';
import { logOf, sampleLog, sampleResult } from './support/sample-result.ts';

const MAIN = 0;
const WORKER = 1;

/** The lanes of the processors that were used. */
function ofProcessors(log: EventLog, processors: number, endNs: number, columns: number): readonly Lane[] {
  return timelineOf(log, { processors, cpus: 1, endNs, columns }).groups[0].lanes;
}

/** Marks as [column, bits]. */
function marksOf(lane: Lane): number[][] {
  return lane.marks.map((mark, i) => [i, mark]).filter(([, mark]) => mark !== 0);
}

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
    expect(ofProcessors(logOf(rows), 1, 100, 1)[0].states).toEqual([1]);
    expect(ofProcessors(logOf(rows), 1, 100, 5)[0].states).toEqual([0, 1, 2, IDLE, IDLE]);
  });

  it('carry marks where a goroutine was preempted, work stolen and a processor given away', () => {
    const lanes = ofProcessors(sampleLog(), 2, 200_000, 20);
    expect(marksOf(lanes[0])).toEqual([[14, MARK_HANDOFF | MARK_BIRTH]]);
    expect(marksOf(lanes[1])).toEqual([
      [1, MARK_BIRTH],
      [4, MARK_STEAL],
      [9, MARK_PREEMPT],
    ]);
  });

  it('never outnumber the nanoseconds of the run, and a run of no length has none', () => {
    expect(ofProcessors(sampleLog(), 2, 7, 80)[0].states).toHaveLength(7);
    const nothing = timelineOf(logOf([]), { processors: 1, cpus: 1, endNs: 0, columns: 80 });
    expect([nothing.columns, nothing.groups[0].lanes]).toEqual([0, []]);
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
  });
});

describe('a window', () => {
  it('shows a part of the run as the whole shows it, magnified', () => {
    const part = timelineOf(sampleLog(), { processors: 2, cpus: 1, endNs: 200_000, columns: 10, fromNs: 90_000, toNs: 140_000 });
    expect(part).toMatchObject({ fromNs: 90_000, toNs: 140_000, columnNs: 5000, columns: 10 });
    expect(part.groups[0].lanes.map((lane) => lane.states)).toEqual([
      [WORKER, WORKER, SYSCALL, SYSCALL, SYSCALL, SYSCALL, SYSCALL, SYSCALL, SYSCALL, SYSCALL],
      [SCHED, SCHED, IDLE, IDLE, IDLE, IDLE, IDLE, IDLE, IDLE, IDLE],
    ]);
  });

  it('past the end of the run is empty, and one that reaches past it ends with it', () => {
    const of = (fromNs: number, toNs: number): Timeline =>
      timelineOf(sampleLog(), { processors: 2, cpus: 1, endNs: 200_000, columns: 10, fromNs, toNs });
    expect(of(300_000, 400_000).columns).toBe(0);
    expect(of(190_000, 400_000)).toMatchObject({ toNs: 200_000, columns: 10, columnNs: 1000 });
  });
});

describe('lanes of threads, goroutines and CPUs', () => {
  // main starts f, which the second thread runs on CPU 1 until the kernel gives that to thread 0; both Ps stay held
  const log = textLog(`
    0 threadCreate m0 a0
    0 procStart m0 p0
    0 goCreate m0 p0 g0 a0 b0
    0 goStart m0 p0 g0 a1
    0 threadWake m0
    0 threadOnCpu m0 a0
    10 goCreate m0 p0 g1 a1 b0
    10 threadCreate m1 g0 a3
    10 spinStart m1
    10 procHandoff m1 p1 a0
    20 threadWake m1
    20 threadOnCpu m1 a1
    20 procStart m1 p1
    30 stealNext m1 p1 g1 a0
    30 spinStop m1
    30 goStart m1 p1 g1 a0
    40 goSyscall m0 p0 g0
    40 threadPark m0 a2
    40 threadOffCpu m0 a0 b0
    60 threadWake m0
    60 threadOffCpu m1 a1 b1
    60 threadOnCpu m0 a1
    60 goSyscallExit m0 p0 g0
    80 threadOffCpu m0 a1 b1
    80 threadOnCpu m1 a1
    90 goEnd m1 p1 g1
    90 procStop m1 p1
    90 threadPark m1 a0
    90 threadOffCpu m1 a1 b0
    90 threadOnCpu m0 a1
    100 outcome a0`);

  const lanes = (kind: LaneKind): readonly Lane[] =>
    timelineOf(log, { processors: 2, cpus: 3, endNs: 100, columns: 10, lanes: [kind] }).groups[0].lanes;

  it('a thread is not there before its birth, sleeps, spins, runs a body, waits for a CPU, is in a system call', () => {
    const [m0, m1] = lanes('m');
    const no = WAITS_FOR_CPU;
    expect(m0.states).toEqual([MAIN, MAIN, MAIN, MAIN, SYSCALL, SYSCALL, MAIN, MAIN, no, MAIN]);
    expect(m1.states).toEqual([ABSENT, IDLE, SPINNING, WORKER, WORKER, WORKER, no, no, WORKER, IDLE]);
    expect([marksOf(m0), marksOf(m1)]).toEqual([
      [[8, MARK_KERNEL]],
      [
        [3, MARK_STEAL],
        [6, MARK_KERNEL],
      ],
    ]);
  });

  it('a goroutine could run, runs, waits for a CPU, is in a system call, and is gone', () => {
    const [main, worker] = lanes('g');
    const no = WAITS_FOR_CPU;
    expect(main.states).toEqual([MAIN, MAIN, MAIN, MAIN, SYSCALL, SYSCALL, MAIN, MAIN, no, MAIN]);
    expect(worker.states).toEqual([ABSENT, RUNNABLE, RUNNABLE, WORKER, WORKER, WORKER, no, no, WORKER, ABSENT]);
    expect([main.body, main.id, worker.body, worker.id]).toEqual([MAIN, 0, WORKER, 0]);
    expect(marksOf(worker)).toEqual([[3, MARK_STEAL]]);
  });

  it('a CPU runs what its thread does, one never used is counted and not shown', () => {
    const [cpu0, cpu1, ...rest] = lanes('cpu');
    expect(cpu0.states).toEqual([MAIN, MAIN, MAIN, MAIN, IDLE, IDLE, IDLE, IDLE, IDLE, IDLE]);
    expect(cpu1.states).toEqual([IDLE, IDLE, SPINNING, WORKER, WORKER, WORKER, MAIN, MAIN, WORKER, MAIN]);
    expect(rest).toEqual([]);
    expect(timelineOf(log, { processors: 2, cpus: 3, endNs: 100, columns: 10, lanes: ['cpu'] }).groups[0].unused).toBe(1);
  });

  it('a goroutine that waits shows that, and past the most only their number is known', () => {
    const text = 'goroutines:\n  main:\n    - go: {run: f, count: 50}\n    - sleep: 5ms\n  f:\n    - sleep: 2ms\n';
    const run = runScenario(parseScenario(text, 'f.yaml').scenario!, { gomaxprocs: 1 });
    const options = { processors: 1, cpus: 8, endNs: run.result.makespanNs, columns: 10, mostLanes: 5 };
    const [group] = timelineOf(run.log!, { ...options, lanes: ['g'] }).groups;
    expect(group.lanes.map(({ body, id }) => [body, id])).toHaveLength(5);
    expect(group.hidden).toBe(46);
    expect(group.lanes[0].states).toContain(PARKED);
  });
});
