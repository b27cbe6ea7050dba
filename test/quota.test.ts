// CPU limits: the machine alone, with threads that do nothing but compute and sleep, by hand-made timetables; and the limits of
// whole scenarios.

import { describe, expect, it } from 'vitest';
import { recount } from '../src/analysis/recount.ts';
import { limitsOf } from '../src/analysis/recount-quota.ts';
import { validate } from '../src/analysis/validator.ts';
import { runScenario } from '../src/cli/run-scenario.ts';
import type { Thread } from '../src/machine/machine.ts';
import { Machine } from '../src/machine/machine.ts';
import { DEFAULT_MACHINE } from '../src/machine/params.ts';
import type { CpuLimit } from '../src/machine/quota.ts';
import { parseScenario } from '../src/scenario/load.ts';
import { procsOf } from '../src/scenario/machine.ts';
import type { Scenario } from '../src/scenario/model.ts';
import type { Result } from '../src/sim/result.ts';
import * as ev from '../src/trace/events.ts';
import { EventLog } from '../src/trace/log.ts';

const MS = 1_000_000;

const limit = (quotaMs: number, periodMs = 100, burstMs = 0): CpuLimit => ({
  quotaNs: quotaMs * MS,
  periodNs: periodMs * MS,
  burstNs: burstMs * MS,
});

/** What a thread does, in ms: computes, then sleeps, then computes … It ends after the last. */
type Timetable = readonly number[];

/** Runs threads that all begin at 0, or later, and gives the machine, the log, and when each was done. */
function timetables(limits: readonly CpuLimit[], cpus: number, tables: readonly Timetable[], runAhead = true, beginMs = 0) {
  const log = new EventLog();
  const machine = new Machine({ ...DEFAULT_MACHINE, cpus, limits }, runAhead, log);
  const next = tables.map(() => 0);
  const done: number[] = [];
  const resume = (thread: Thread): void => {
    for (;;) {
      const at = next[thread.id]++;
      const ms = tables[thread.id][at];
      if (ms === undefined) {
        done[thread.id] = machine.now / MS;
        machine.exit(thread);
        return;
      }
      if (at % 2 === 0 && !machine.burn(thread, ms * MS)) return;
      if (at % 2 === 1) {
        machine.sleep(thread, ms * MS);
        return;
      }
    }
  };
  machine.attach({ resume, signalled: () => {}, deviceReady: () => {} });
  for (const _ of tables) machine.wake(machine.newThread(), beginMs * MS);
  while (machine.step()) machine.checkMachine();
  machine.settleQuota();
  return { machine, log, done };
}

const doneAt = (limits: readonly CpuLimit[], cpus: number, ...tables: Timetable[]): number[] => timetables(limits, cpus, tables).done;

/** When threads got on and off their CPUs, as [thread, from, to] in ms. */
function stays(log: EventLog): [number, number, number][] {
  const since: number[] = [];
  const found: [number, number, number][] = [];
  log.forEach(({ kind, at, m }) => {
    if (kind === ev.THREAD_ON_CPU) since[m] = at / MS;
    else if (kind === ev.THREAD_OFF_CPU && at / MS > since[m]) found.push([m, since[m], at / MS]);
  });
  return found;
}

describe('a CPU limit', () => {
  it('lets a thread run for its quota in each period, and not a nanosecond longer', () => {
    const { done, log } = timetables([limit(50)], 4, [[120]]);
    expect(done).toEqual([220]);
    expect(stays(log)).toEqual([
      [0, 0, 50],
      [0, 100, 150],
      [0, 200, 220],
    ]);
  });

  it('hands runtime to CPUs 5 ms at a time, to who asks first', () => {
    // 12 ms: 5 for each at first, then what is left for the one whose event comes first
    const { log } = timetables([limit(12)], 2, [[30], [30]]);
    expect(stays(log).slice(0, 2)).toEqual([
      [1, 0, 5],
      [0, 0, 7],
    ]);
  });

  it('throttles a CPU that runs out while others go on with what they have', () => {
    const { done } = timetables([limit(8)], 2, [[8], [4]]);
    expect(done[1]).toBe(3 + 97 + 1);
  });

  it('counts periods, throttled ones and throttled time of all CPUs as cpu.stat does', () => {
    const { machine } = timetables([limit(100)], 2, [[120], [120]]);
    // both run to 50, stand still to 100, run to 150, stand still to 200, and run to 220
    const [counts] = machine.quotaCounts();
    expect(counts).toEqual({
      usageNs: 240 * MS,
      periods: 2,
      throttledPeriods: 2,
      throttledNs: 200 * MS,
      bursts: 0,
      burstUsedNs: 0,
    });
  });

  it('saves nothing of a period for the next one', () => {
    expect(doneAt([limit(50)], 1, [10, 190, 60])).toEqual([200 + 100 + 10]);
  });

  it('with a burst allowance saves up to that, and counts what goes beyond the quota', () => {
    const { machine, done } = timetables([limit(50, 100, 30)], 1, [[10, 190, 100]]);
    expect(done).toEqual([300 + 20]);
    expect(machine.quotaCounts()[0]).toMatchObject({ bursts: 1, burstUsedNs: 30 * MS, throttledPeriods: 1, periods: 3 });
  });

  it('begins with one quota, not with a burst', () => {
    expect(doneAt([limit(50, 100, 50)], 1, [60])).toEqual([100 + 10]);
  });

  it('leaves 1 ms to a CPU that goes idle, and takes the rest of its slice back', () => {
    // CPU 0 takes 5 of 6 ms, uses 1, keeps 1 and gives 3 back; so CPU 1 gets 4, and the thread on CPU 0 has 1 ms later
    const { log } = timetables([limit(6)], 2, [
      [1, 20, 2],
      [0, 1, 30],
    ]);
    expect(stays(log).slice(0, 3)).toEqual([
      [0, 0, 1],
      [1, 1, 5],
      [0, 21, 22],
    ]);
  });

  it('hands out 5 ms later what comes back while CPUs are throttled, if that is more than a slice', () => {
    // The threads on CPUs 1 and 2 each keep 1 ms of their first slices. At 9.5 ms they take all that is left, and give back what
    // they do not need at 10.5: 3 and 3 ms of a quota of 23, 3 and 2 of one of 22. CPU 0 is throttled at 10.
    const others: Timetable = [0.5, 8, 2, 200, 1];
    const first = (quotaMs: number) =>
      stays(timetables([limit(quotaMs)], 3, [[30], others, others]).log).filter(([m, from]) => m === 0 && from < 100);
    expect(first(22)).toEqual([[0, 0, 10]]);
    expect(first(23)).toEqual([
      [0, 0, 10],
      [0, 15.5, 21.5],
    ]);
  });

  it('hands out nothing if by then a CPU has taken it', () => {
    // as above, with a fourth CPU: the thread on it takes a slice at 13
    const others: Timetable = [0.5, 8, 2, 200, 1];
    const first = (fourth: Timetable) =>
      stays(timetables([limit(24.5)], 4, [[30], others, others, fourth]).log).filter(([m, from]) => m === 0 && from < 100);
    expect(first([0.5, 200, 1])[1][1]).toBe(15.5);
    expect(first([0.5, 11.5, 6])).toEqual([[0, 0, 10]]);
  });

  it('has periods that begin at multiples of their length, whenever the first thread runs', () => {
    expect(timetables([limit(10)], 1, [[30]], true, 130).done).toEqual([310]);
  });

  it('counts no period in which nothing ran', () => {
    const { machine } = timetables([limit(50)], 1, [[10, 990, 10]]);
    // the period of the first burst and one without; then that of the second, which has not ended
    expect(machine.quotaCounts()[0].periods).toBe(2);
  });

  it('is as tight as the tightest of those around it', () => {
    const alone = doneAt([limit(50)], 2, [100]);
    expect(doneAt([limit(200), limit(50)], 2, [100])).toEqual(alone);
    expect(doneAt([limit(50), limit(200)], 2, [100])).toEqual(alone);
    const { machine } = timetables([limit(200), limit(50)], 2, [[100]]);
    expect(machine.quotaCounts().map((one) => one.throttledPeriods)).toEqual([0, 1]);
  });

  it('with periods of different lengths lets a thread run when all have runtime', () => {
    // 10 of every 20 ms, and 25 of every 100: 0 to 10, 20 to 30, 40 to 45
    const { log } = timetables([limit(10, 20), limit(25)], 1, [[30]]);
    expect(stays(log)).toEqual([
      [0, 0, 10],
      [0, 20, 30],
      [0, 40, 45],
      [0, 100, 105],
    ]);
  });

  it('changes nothing when bursts run ahead', () => {
    const tables = [
      [3, 2, 40, 1, 9],
      [25, 7, 13],
      [0, 4, 33],
      [8, 1, 8, 1, 8, 1, 8],
    ];
    for (const limits of [[limit(12, 20)], [limit(30, 50, 20), limit(9, 10)]]) {
      expect(timetables(limits, 3, tables, true).log.hash()).toBe(timetables(limits, 3, tables, false).log.hash());
    }
  });
});

const SERVICE = `
waitgroups: [w]
until: 450ms
goroutines:
  main:
    - go: {run: worker, count: 12, wg: w}
    - wait: w
  worker:
    - forever: [{cpu: exp(400us)}, {syscall: 50us}, {net: exp(300us)}]
`;

function scenarioOf(head: string): Scenario {
  const { scenario, diagnostics } = parseScenario(`${head}\n${SERVICE}`, 'test.yaml');
  if (scenario === null) throw new Error(diagnostics.map((one) => one.message).join('\n'));
  return scenario;
}

describe('a program under a CPU limit', () => {
  const LIMITED = 'gomaxprocs: 6\nmachine: {cpus: 8, cpuLimit: 1.5}';

  it('uses what the limit allows, and is held up for the rest', () => {
    const { quota } = runScenario(scenarioOf(LIMITED)).result;
    expect(quota).toMatchObject({
      cpus: 1.5,
      quotaNs: 150 * MS,
      periodNs: 100 * MS,
      burstNs: 0,
      periods: 4,
      throttledPeriods: 4,
      outer: [],
    });
    expect(quota!.throttledShare).toBe(1);
    expect(quota!.usageNs).toBeLessThanOrEqual(5 * 150 * MS);
    expect(quota!.usageNs).toBeGreaterThan(0.99 * 5 * 150 * MS);
    expect(quota!.throttledNs).toBeGreaterThan(100 * MS);
  });

  it('has a log that is judged well, gives the same figures again, and is the same when bursts do not run ahead', () => {
    const head =
      'gomaxprocs: 6\nmachine: {cpus: 4, cpuLimit: 1.5, cpuPeriod: 20ms, cpuBurst: 10ms, outerLimits: [{cpuLimit: 1, cpuPeriod: 50ms}]}';
    const { result, log } = runScenario(scenarioOf(head));
    const limits = limitsOf(result);
    expect(limits).toHaveLength(2);
    expect(validate(log!, { gomaxprocs: 6, cpus: 4, limits })).toEqual([]);
    const [own, outer] = recount(log!, { gomaxprocs: 6, endNs: result.makespanNs, limits }).quota;
    expect(result.quota).toMatchObject(own);
    expect(result.quota!.outer[0]).toMatchObject(outer);
    expect(outer.throttledPeriods).toBeGreaterThan(0);
    expect(own.bursts).toBeGreaterThan(0);
    expect(runScenario(scenarioOf(head), { check: true, runAhead: false }).result.eventHash).toBe(result.eventHash);
  });

  it('runs as without one while the limit is not reached', () => {
    const without = runScenario(scenarioOf('gomaxprocs: 2\nmachine: {cpus: 4}')).result;
    const roomy = runScenario(scenarioOf('gomaxprocs: 2\nmachine: {cpus: 4, cpuLimit: 4}')).result;
    expect(roomy.quota).toMatchObject({ throttledPeriods: 0, throttledNs: 0 });
    const { events, eventHash, quota, ...rest } = roomy;
    expect(rest).toEqual({ ...without, events: undefined, eventHash: undefined, quota: undefined });
    expect(quota!.usageNs).toBeGreaterThan(0);
    expect([events, eventHash]).not.toEqual([without.events, without.eventHash]);
  });

  it('has expectations about its quota', () => {
    const scenario = scenarioOf(
      `${LIMITED}\nexpect: [outcome == until, quota.throttledPeriods == 4, quota.throttledShare > 90%, quota.usage <= 750ms]`,
    );
    expect(runScenario(scenario).result.expectations.filter((one) => !one.ok)).toEqual([]);
  });
});

describe('the rules of the validator about CPU limits', () => {
  const { result, log } = runScenario(scenarioOf('gomaxprocs: 4\nmachine: {cpus: 4, cpuLimit: 1, cpuPeriod: 20ms}'));
  const limits = limitsOf(result);
  type Row = [number, number, number, number, number, number, number];

  /** Complaints about the log after each row has been replaced by some. */
  function after(change: (row: Row, nth: number) => Row[]): string[] {
    const changed = new EventLog();
    const seen = new Map<number, number>();
    log!.forEach(({ at, kind, m, p, g, a, b }) => {
      const nth = seen.get(kind) ?? 0;
      seen.set(kind, nth + 1);
      for (const row of change([at, kind, m, p, g, a, b], nth)) changed.record(...row);
    });
    return validate(changed, { gomaxprocs: 4, cpus: 4, limits }).map((one) => `${one.event}: ${one.rule}: ${one.expected}`);
  }

  it('accept the log as it is', () => {
    expect(after((row) => [row])).toEqual([]);
  });

  it.each([
    [
      'runtime out of nowhere',
      ev.QUOTA_RUNTIME,
      4,
      ([at, kind, m, p, g, a, b]: Row): Row[] => [[at, kind, m, p, g, a, b + 1]],
      /of \d+ in limit 0/,
    ],
    ['a slice not taken', ev.QUOTA_RUNTIME, 5, (): Row[] => [], /quota: (CPU \d to stop|no runtime|\d+ ns for)/],
    ['a refill left out', ev.QUOTA_PERIODS, 1, (): Row[] => [], /quota: (limit 0 refilled|the refill of limit 0 first|runtime in limit 0)/],
    ['a refill too many', ev.QUOTA_PERIODS, 1, (row: Row): Row[] => [row, row], /quota: 0 periods of limit 0 over/],
    ['two periods at once', ev.QUOTA_PERIODS, 1, ([at, kind, m, p, g, a]: Row): Row[] => [[at, kind, m, p, g, a, 2]], /quota: 1 periods/],
    [
      'a CPU that is not throttled',
      ev.THREAD_THROTTLE,
      2,
      (): Row[] => [],
      /threadRelease: quota: M\d throttled on CPU|sharing: M\d on CPU \d, which is free/,
    ],
    ['a CPU that goes on by itself', ev.THREAD_RELEASE, 2, (): Row[] => [], /threadOnCpu: (cpu: M\d runnable|quota: CPU \d not throttled)/],
    [
      'the wrong limit',
      ev.THREAD_THROTTLE,
      2,
      ([at, kind, m, p, g, a]: Row): Row[] => [[at, kind, m, p, g, a, 1]],
      /threadThrottle: quota: one of 1 limits/,
    ],
  ])('find %s', (_, kind, nth, change, said) => {
    const found = after((row, n) => (row[1] === kind && n === nth ? change(row) : [row]));
    expect(found[0]).toMatch(said);
  });

  it('find a CPU that is throttled with runtime to be had', () => {
    const first = after((row, nth) =>
      row[1] === ev.THREAD_OFF_CPU && nth === 0 ? [row, [row[0], ev.THREAD_THROTTLE, row[2], -1, -1, row[5], 0]] : [row],
    );
    expect(first.join('\n')).toMatch(/threadThrottle: quota: no runtime of limit 0 for CPU/);
  });
});

describe('GOMAXPROCS that nothing sets', () => {
  const procs = (head: string): number => procsOf(scenarioOf(head));
  it.each([
    ['go: "1.26"\nmachine: {cpus: 24, cpuLimit: 3}', 3, 'is the limit'],
    ['go: "1.26"\nmachine: {cpus: 24, cpuLimit: 3.1}', 4, 'is rounded up'],
    ['go: "1.26"\nmachine: {cpus: 24, cpuLimit: 500m}', 2, 'is at least 2'],
    ['go: "1.26"\nmachine: {cpus: 1, cpuLimit: 500m}', 1, 'is at most the CPUs'],
    ['go: "1.26"\nmachine: {cpus: 8, cpuLimit: 30}', 8, 'is at most the CPUs'],
    ['go: "1.26"\nmachine: {cpus: 8, cpuLimit: max}', 8, 'is the CPUs without a limit'],
    ['go: "1.26"\nmachine: {cpus: 8, cpuLimit: 4, cpuPeriod: 10ms}', 4, 'follows the quota, whatever its period'],
    ['go: "1.26"\nmachine: {cpus: 8, cpuLimit: 6, outerLimits: [{cpuLimit: 3}]}', 6, 'follows the limit of its own group only'],
    ['go: "1.26"\ngodebug: {containermaxprocs: 0}\nmachine: {cpus: 8, cpuLimit: 3}', 8, 'is the CPUs when GODEBUG says so'],
    ['go: "1.19"\nmachine: {cpus: 24, cpuLimit: 3}', 24, 'is the CPUs before 1.25'],
    ['go: "1.19"\ngomaxprocs: floor\nmachine: {cpus: 24, cpuLimit: 3.9}', 3, 'is rounded down with floor'],
    ['go: "1.19"\ngomaxprocs: floor\nmachine: {cpus: 24, cpuLimit: 0.5}', 1, 'is at least 1 with floor'],
    ['go: "1.26"\ngomaxprocs: ceil\nmachine: {cpus: 24, cpuLimit: 0.5}', 1, 'is rounded up with ceil, and may be 1'],
    ['go: "1.26"\ngomaxprocs: ceil\nmachine: {cpus: 2, cpuLimit: 3.5}', 4, 'may be more than the CPUs with ceil'],
    ['go: "1.19"\ngomaxprocs: floor\nmachine: {cpus: 24}', 24, 'is as ever with floor when there is no limit'],
  ])('under %j is %d: it %s', (head, expected) => {
    expect(procs(head)).toBe(expected);
    const { result } = runScenario(scenarioOf(head), { untilNs: MS });
    expect((result satisfies Result).gomaxprocs).toBe(expected);
  });
});
