// Schedules: what an event log and an execution trace of the same run have in common, and the figures made of it. Traces
// here are written by a small encoder, so that clocks can be made to disagree and files be cut off.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ScheduleEvent } from '../src/analysis/schedule.ts';
import { scheduleOf } from '../src/analysis/schedule.ts';
import { AT_ONCE, monitorDelays, scheduleEventsOfLog } from '../src/analysis/schedule-of-log.ts';
import { runScenario } from '../src/cli/run-scenario.ts';
import { buildGo, findGo, runBuilt } from '../src/golang/exec.ts';
import { exportGo } from '../src/golang/export.ts';
import { EV, TraceError } from '../src/golang/trace-format.ts';
import { readTrace } from '../src/golang/trace-reader.ts';
import { parseScenario } from '../src/scenario/load.ts';
import type { Scenario } from '../src/scenario/model.ts';
import { root } from './support/source.ts';

const go = await findGo().catch(() => null);
const withGo = it.skipIf(go === null || go.minor < 22);

// ---- an encoder of traces

const number = (n: number): number[] => (n < 128 ? [n] : [(n % 128) + 128, ...number(Math.floor(n / 128))]);
const text = (s: string): number[] => [...number(s.length), ...Buffer.from(s)];
const batch = (generation: number, thread: number, time: number, data: readonly number[]): number[] => [
  ...[EV.batch, generation],
  ...number(thread),
  ...number(time),
  ...number(data.length),
  ...data,
];
const event = (type: number, after: number, ...args: number[]): number[] => [type, ...number(after), ...args.flatMap(number)];
const header = (minor: number): number[] => [...Buffer.from(`go 1.${minor} trace`.padEnd(16, '\0'))];

const STRINGS = ['gosim', 'start', 'preempted', 'main.worker', 'runtime.helper'];
/** Tables of a generation: strings from 1 on, stacks 1 (main.worker) and 2 (runtime.helper), a clock of 1 ns. */
const tables = (generation: number): number[] => [
  ...batch(generation, 999, 0, [EV.strings, ...STRINGS.flatMap((s, i) => [EV.string, i + 1, ...text(s)])]),
  ...batch(generation, 999, 0, [EV.stacks, ...[EV.stack, 1, 1, 7, 4, 1, 1], ...[EV.stack, 2, 1, 8, 5, 1, 1]]),
  ...batch(generation, 999, 0, [EV.sync, EV.frequency, ...number(1e9), EV.clockSnapshot, 0, 0, 0, 0]),
];
const trace = (...batches: number[][]): Uint8Array => Uint8Array.from([...header(26), ...tables(1), ...batches.flat(), EV.endOfGeneration]);

/** Thread 7 has P0 and main, and says when time 0 is: at 100. */
const BEGIN = [...event(EV.procStatus, 0, 0, 1), ...event(EV.goStatus, 0, 1, 7, 2), ...event(EV.userLog, 100, 0, 1, 2, 0)];
const names = (events: readonly ScheduleEvent[]): string[] => events.map(({ at, kind, g, p }) => `${at} ${kind} g${g} p${p}`);

describe('an execution trace', () => {
  it('is read as what happened to the goroutines of the program since time 0', () => {
    const read = readTrace(
      trace(
        batch(1, 7, 0, [
          ...BEGIN,
          ...event(EV.goCreate, 10, 5, 1, 0), // main.worker
          ...event(EV.goCreate, 10, 6, 2, 0), // a helper of the runtime
          ...event(EV.goStop, 30, 3, 0), // main is preempted
          ...event(EV.goStart, 5, 6, 1),
          ...event(EV.goBlock, 5, 1, 0),
          ...event(EV.goStart, 5, 5, 1),
          ...event(EV.goSyscallBegin, 20, 1, 0),
          ...event(EV.goSyscallEnd, 20),
          ...event(EV.goDestroy, 20),
        ]),
      ),
    );
    expect(names(read)).toEqual([
      '-100 start g1 p0',
      ...['10 ready g5 p0', '50 preempt g1 p0', '65 start g5 p0', '85 syscall g5 p0', '105 back g5 p0', '125 end g5 p0'],
    ]);
    expect(scheduleOf(read, 1, 125)).toMatchObject({
      goroutineNs: [50 + 20 + 20 + 20], // so short a call is work
      slices: [50, 60],
      latencies: [55],
    });
  });

  it('puts events in the order that they must have had when clocks disagree', () => {
    const read = readTrace(
      trace(
        batch(1, 7, 0, [...BEGIN, ...event(EV.goCreate, 50, 5, 1, 0), ...event(EV.goCreate, 1, 8, 1, 0)]),
        // The clock of thread 8 is 40 behind: it starts what is not yet there.
        batch(1, 8, 100, [
          ...event(EV.procStatus, 0, 1, 2),
          ...event(EV.procStart, 5, 1, 1),
          ...event(EV.goStart, 5, 5, 1),
          ...event(EV.goBlock, 5, 1, 0),
        ]),
      ),
    );
    expect(names(read).slice(-4)).toEqual(['50 ready g5 p0', '50 start g5 p1', '50 block g5 p1', '51 ready g8 p0']);
  });

  it('tells a processor that the monitor took from one that its thread gave up', () => {
    const monitored = trace(
      batch(1, 7, 0, [
        ...BEGIN,
        ...event(EV.goSyscallBegin, 10, 1, 0),
        ...event(EV.goSyscallEndBlocked, 90),
        ...event(EV.procStart, 5, 0, 4),
      ]),
      // A thread without a P or goroutine, which then has the P for as long as it takes to make a thread.
      batch(1, 9, 150, [...event(EV.procSteal, 0, 0, 2, 7), ...event(EV.procStart, 1, 0, 3), ...event(EV.procStop, 1)]),
    );
    expect(names(readTrace(monitored)).slice(1)).toEqual([
      '10 syscall g1 p0',
      '50 retake g1 p0',
      '100 lost g1 p-1',
      '105 procStart g-1 p0',
    ]);
    const given = trace(
      batch(1, 7, 0, [
        ...BEGIN,
        ...event(EV.goSyscallBegin, 10, 1, 0),
        ...event(EV.procSteal, 20, 0, 2, 7),
        ...event(EV.goSyscallEndBlocked, 5),
      ]),
    );
    expect(names(readTrace(given)).slice(1)).toEqual(['10 syscall g1 p0', '35 lost g1 p-1']);
  });

  it('goes on in the next generation, in which counting begins anew', () => {
    const later = [
      ...tables(2),
      ...batch(2, 7, 500, [...event(EV.procStatus, 0, 0, 1), ...event(EV.goStatus, 0, 1, 7, 2), ...event(EV.goStatus, 0, 5, 0, 4)]),
      ...batch(2, 7, 510, [...event(EV.goUnblock, 0, 5, 1, 0), ...event(EV.goBlock, 5, 1, 0), ...event(EV.goStart, 5, 5, 2)]),
    ];
    const first = batch(1, 7, 0, [...BEGIN, ...event(EV.goCreateBlocked, 10, 5, 1, 0)]);
    const read = readTrace(Uint8Array.from([...trace(first), ...later]));
    expect(names(read).slice(-3)).toEqual(['410 ready g5 p0', '415 block g1 p0', '420 start g5 p0']);
  });

  it.each([
    ['no trace at all', Uint8Array.from(Buffer.from('a text that is no trace')), 'no execution trace'],
    ['a newer version', Uint8Array.from(header(99)), '1.26 is the newest'],
    ['one that was cut off', trace(batch(1, 7, 0, BEGIN)).slice(0, -8), 'ends in the middle'],
    ['one without its clock', Uint8Array.from([...header(26), ...batch(1, 7, 0, BEGIN)]), 'cut off'],
    ['one that says no time 0', trace(batch(1, 7, 0, event(EV.procStatus, 0, 0, 1))), 'does not say when the program began'],
    ['one whose events contradict each other', trace(batch(1, 7, 0, [...BEGIN, ...event(EV.goStart, 1, 77, 1)])), 'cannot be put in order'],
    ['an event that is none', trace(batch(1, 7, 0, [60])), 'event 60'],
  ])('says what is wrong with %s', (_, bytes, said) => {
    expect(() => readTrace(bytes)).toThrow(TraceError);
    expect(() => readTrace(bytes)).toThrow(said);
  });
});

function scenarioOf(path: string): Scenario {
  const { scenario } = parseScenario(readFileSync(join(root, path), 'utf8'), path);
  return scenario!;
}

describe('a schedule', () => {
  it.each(['scenarios/web-server.yaml', 'scenarios/pipeline.yaml', 'test/programs/28-four-busy-turns.yaml'])(
    'of an event log has the figures of the result: %s',
    (path) => {
      const { result, log } = runScenario(scenarioOf(path), { gomaxprocs: 2, costs: { transfer: 0 } });
      const schedule = scheduleOf(scheduleEventsOfLog(log!), 2, result.makespanNs);
      // The runtime's own goroutines, which a schedule leaves out, ran some nanoseconds where moving them takes none.
      for (const { id, goroutineNs } of result.processors) expect(Math.abs(schedule.goroutineNs[id] - goroutineNs)).toBeLessThan(100);
      expect(schedule.counts.preempted).toBe(result.counters.goPreempt);
      expect(schedule.counts.retakes).toBe(result.counters.retakes);
    },
  );

  it('has what a trace notes later, but no later than what comes next', () => {
    const { log } = runScenario(scenarioOf('scenarios/pipeline.yaml'), { gomaxprocs: 2 });
    const usual = scheduleEventsOfLog(log!);
    const later = scheduleEventsOfLog(log!, { ...AT_ONCE, block: 300 });
    const blocks = (events: readonly ScheduleEvent[]): string[] =>
      events.filter(({ kind }) => kind === 'block').map(({ g, p }) => `${g} ${p}`);
    expect(blocks(later).sort()).toEqual(blocks(usual).sort());
    expect(later.every(({ at }, i) => i === 0 || at >= later[i - 1].at)).toBe(true);
    const ran = (events: readonly ScheduleEvent[]): number => scheduleOf(events, 2, 1e12).goroutineNs.reduce((sum, ns) => sum + ns, 0);
    const count = blocks(usual).length;
    expect(ran(later) - ran(usual)).toBeGreaterThan(0);
    expect(ran(later) - ran(usual)).toBeLessThanOrEqual(300 * count);
    const onEachProcessor = (events: readonly ScheduleEvent[]): string =>
      [0, 1]
        .map((p) =>
          events
            .filter((one) => one.p === p)
            .map(({ kind, g }) => `${kind} ${g}`)
            .join(),
        )
        .join('; ');
    expect(onEachProcessor(later)).toBe(onEachProcessor(usual));
  });

  it('knows how long the monitor had slept before an instant', () => {
    const { log } = runScenario(scenarioOf('test/programs/28-four-busy-turns.yaml'), { gomaxprocs: 1 });
    const delay = monitorDelays(log!);
    expect(delay(0)).toBe(0);
    expect(delay(1e6)).toBeLessThan(200_000);
    expect(delay(1e9)).toBeGreaterThan(9e6);
  });

  withGo(
    'can be had from a program that runs (skipped where no Go of 1.22 or later is installed)',
    async () => {
      const scenario = { ...scenarioOf('scenarios/pipeline.yaml'), gomaxprocs: 1 };
      const built = await buildGo(go!, exportGo(scenario, { trace: true }), '1.26');
      const ran = await runBuilt(built, 1, { timeoutMs: 30_000, trace: true });
      await built.remove();
      const events = readTrace(ran.trace!).filter((one) => one.at >= 0);
      const number = (kind: string): number => events.filter((one) => one.kind === kind).length;
      expect(new Set(events.flatMap((one) => (one.g < 0 ? [] : [one.g]))).size).toBe(6); // main, a source and four stages
      expect(number('end')).toBe(5);
      expect(number('start')).toBe(number('ready') + number('yield') + number('preempt') + number('lost'));
      expect(scheduleOf(events, 1, 1e9).goroutineNs[0]).toBeGreaterThan(100e6);
      expect(Buffer.from(ran.trace!).includes('/home/') || Buffer.from(ran.trace!).includes(built.folder)).toBe(false);
    },
    60_000,
  );
});
