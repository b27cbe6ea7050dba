// A small run made by hand: two processors, two workers of which one goes through a system call that loses its
// processor. Its log and its result agree, so that tests of analysis and reports can be checked by eye.

import type { Result, Summary } from '../../src/sim/result.ts';
import * as ev from '../../src/trace/events.ts';
import { EventLog } from '../../src/trace/log.ts';

export const NO_SAMPLES: Summary = { count: 0, meanNs: 0, p50Ns: 0, p90Ns: 0, p99Ns: 0, p999Ns: 0, maxNs: 0 };

export const SAMPLE_BODIES = ['main', 'worker'];

/** Rows of [ns, kind, m, p, g, a, b]. */
export function logOf(rows: readonly (readonly number[])[]): EventLog {
  const log = new EventLog();
  for (const [at, kind, m = -1, p = -1, g = -1, a = -1, b = -1] of rows) log.record(at, kind, m, p, g, a, b);
  return log;
}

const US = 1000;

/**
 * P0: main to 20 us, scheduler to 25, worker g2 to 100, in a system call to 140, taken away: idle to 150, worker g3 to 200.
 * P1: idle to 30, spinning to 40, worker g3 to 90 when it is preempted, scheduler to 100, idle from then on.
 */
export function sampleLog(): EventLog {
  return logOf([
    [0, ev.GO_CREATE, 0, 0, 1, 0, ev.TO_RUNNEXT],
    [0, ev.PROC_START, 0, 0],
    [0, ev.GO_START, 0, 0, 1, 0],
    [10 * US, ev.GO_CREATE, 0, 0, 2, 1, ev.TO_RUNNEXT],
    [10 * US, ev.GO_CREATE, 0, 0, 3, 1, ev.TO_RUNNEXT],
    [12 * US, ev.THREAD_CREATE, 3, -1, 1, 3],
    [12 * US, ev.SPIN_START, 3],
    [12 * US, ev.PROC_HANDOFF, 3, 1, -1, 0],
    [20 * US, ev.GO_BLOCK, 0, 0, 1, 12],
    [25 * US, ev.GO_START, 0, 0, 2, 0],
    [30 * US, ev.PROC_START, 3, 1],
    [40 * US, ev.STEAL, 3, 1, -1, 0, 1],
    [40 * US, ev.SPIN_STOP, 3],
    [40 * US, ev.GO_START, 3, 1, 3, 0],
    [90 * US, ev.GO_PREEMPT, 3, 1, 3],
    [100 * US, ev.PROC_STOP, 3, 1],
    [100 * US, ev.GO_SYSCALL, 0, 0, 2],
    [140 * US, ev.PROC_RETAKE, 0, 0],
    [140 * US, ev.THREAD_CREATE, 4, -1, 2, 2],
    [140 * US, ev.PROC_HANDOFF, 4, 0, -1, 2],
    [150 * US, ev.PROC_START, 4, 0],
    [150 * US, ev.GO_START, 4, 0, 3, 0],
    [195 * US, ev.SPAN_END, 0, -1, 3, 0, 190_123],
    [200 * US, ev.GO_END, 4, 0, 3],
    [200 * US, ev.OUTCOME, -1, -1, -1, 7],
  ]);
}

export function sampleResult(changes: Partial<Result> = {}): Result {
  return {
    schema: 'gosim.result/v1',
    gosim: '0.1.0',
    scenario: { name: 'two workers', file: 'two.yaml' },
    seed: 42,
    go: '1.26',
    gomaxprocs: 2,
    machine: { cpus: 4 },
    neighbours: {},
    runtime: {},
    model: 'gmp',
    outcome: { kind: 'until', exitCode: 0, message: '' },
    makespanNs: 200 * US,
    log: [{ atNs: 150 * US, g: { id: 19, name: 'worker', index: 1 }, p: 0, m: 4, text: 'hello' }],
    logTruncated: false,
    processors: [
      {
        id: 0,
        goroutineNs: 145 * US,
        gcNs: 0,
        schedNs: 5 * US,
        spinningNs: 0,
        syscallNs: 40 * US,
        idleNs: 10 * US,
        busyNs: 150 * US,
        utilization: 0.75,
      },
      {
        id: 1,
        goroutineNs: 50 * US,
        gcNs: 0,
        schedNs: 10 * US,
        spinningNs: 10 * US,
        syscallNs: 0,
        idleNs: 130 * US,
        busyNs: 60 * US,
        utilization: 0.3,
      },
    ],
    threads: {
      atStart: 3,
      created: 5,
      peak: 5,
      list: [
        { id: 0, createdAtNs: 0, endedAtNs: null, reason: 'start', g: null },
        { id: 1, createdAtNs: 0, endedAtNs: null, reason: 'sysmon', g: null },
        { id: 2, createdAtNs: 0, endedAtNs: null, reason: 'start', g: null },
        { id: 3, createdAtNs: 12 * US, endedAtNs: null, reason: 'spinning', g: { id: 1, name: 'main', index: 0 } },
        { id: 4, createdAtNs: 140 * US, endedAtNs: null, reason: 'handoff', g: { id: 18, name: 'worker', index: 0 } },
      ],
    },
    goroutines: {
      created: 3,
      finished: 1,
      peak: 3,
      unfinished: [
        { id: 1, name: 'main', index: 0, state: 'waiting', reason: 'sync.WaitGroup.Wait' },
        { id: 18, name: 'worker', index: 0, state: 'syscall', reason: '' },
      ],
      unfinishedTruncated: false,
      list: null,
    },
    counters: {
      goCreate: 3,
      goStart: 4,
      goSched: 0,
      goPreempt: 1,
      goBlock: 1,
      goUnblock: 0,
      goSyscall: 1,
      goSyscallBlocked: 0,
      procStart: 3,
      procStop: 1,
      gcCycles: 0,
      steals: 1,
      stolen: 1,
      globalGets: 1,
      handoffs: 1,
      retakes: 1,
      wakeups: 0,
      spins: 1,
      netpollWakes: 0,
      timerFires: 0,
    },
    transfers: { lines: 2, waitedNs: 200 },
    slices: { count: 4, meanNs: 48_750, p50Ns: 50_000, p90Ns: 75_000, p99Ns: 75_000, p999Ns: 75_000, maxNs: 75_000 },
    schedLatency: { count: 4, meanNs: 26_250, p50Ns: 30_000, p90Ns: 60_000, p99Ns: 60_000, p999Ns: 60_000, maxNs: 60_000 },
    spans: { request: { count: 1, meanNs: 190_123, p50Ns: 190_123, p90Ns: 190_123, p99Ns: 190_123, p999Ns: 190_123, maxNs: 190_123 } },
    channels: {
      jobs: { sends: 20, blockedSends: 3, peakLen: 4, blockedNs: 12_345_678 },
      quiet: { sends: 1, blockedSends: 0, peakLen: 1, blockedNs: 0 },
    },
    listeners: {},
    mutexes: {
      cache: { locks: 1200, contended: 31, starvations: 2, waits: { ...NO_SAMPLES, count: 31, p50Ns: 900, p99Ns: 12_000, maxNs: 13_000 } },
    },
    quota: null,
    series: null,
    expectations: [
      { that: 'outcome == until', ok: true, actual: 'until', level: 'error', why: null },
      { that: 'threads.created <= 4', ok: false, actual: 5, level: 'error', why: 'the pool is meant to bound them' },
      { that: 'spans.request.p99 < 25ms', ok: true, actual: 190_123, level: 'error', why: null },
      { that: 'processors.utilization.mean >= 60%', ok: false, actual: 0.525, level: 'warn', why: null },
    ],
    warnings: ['two.yaml:3:1: channel "spare" is declared and never used'],
    findings: [],
    events: 25,
    eventHash: '0badcafe',
    ...changes,
  };
}
