// Constants of the runtime that a scenario changes: each changes what it is for.

import { describe, expect, it } from 'vitest';
import { formatDiagnostics, loadScenario, simulate } from '../src/index.ts';
import { GO_PARAMS } from '../src/runtime/sched.ts';
import { parseScenario } from '../src/scenario/load.ts';
import type { RuntimeConstants } from '../src/scenario/runtime-constants.ts';
import { RUNTIME_CONSTANTS } from '../src/scenario/runtime-constants.ts';

const run = (text: string, runtime: string) => simulate(loadScenario(`runtime: {${runtime}}\n${text}`));

const CROWD = `
gomaxprocs: 1
waitgroups: [all]
goroutines:
  main:
    - go: {run: one, count: 8, as: i, wg: all}
    - wait: all
  one:
    - log: "\${i}"
    - gosched
`;
const HOGS = `
gomaxprocs: 1
waitgroups: [all]
goroutines:
  main:
    - go: {run: hog, count: 2, wg: all}
    - wait: all
  hog:
    - cpu: 50ms
`;
const LOCKED = `
gomaxprocs: 2
machine: {cpus: 2}
mutexes: [m]
waitgroups: [all]
goroutines:
  main:
    - go: {run: holder, count: 3, wg: all}
    - wait: all
  holder:
    - repeat: 200
      do: [{lock: m}, {cpu: 2us}, {unlock: m}]
`;
const NET = `
gomaxprocs: 1
waitgroups: [all]
goroutines:
  main:
    - go: {run: asker, count: 6, wg: all}
    - go: {run: hog, wg: all}
    - wait: all
  asker:
    - net: 100us
    - log: back
  hog:
    - repeat: 400
      do: [{cpu: 50us}, gosched]
`;
const STEALING = `
gomaxprocs: 2
machine: {cpus: 2}
waitgroups: [all]
goroutines:
  main:
    - repeat: 20
      do:
        - go: {run: short, wg: all}
        - cpu: 30us
    - wait: all
  short:
    - cpu: 10us
`;

const texts = (result: ReturnType<typeof run>): string => result.log.map((entry) => entry.text).join(' ');

describe('runtime:', () => {
  it('a shorter queue overflows sooner, and the others of the global queue come at their own time', () => {
    expect(texts(run(CROWD, ''))).toBe('7 0 1 2 3 4 5 6');
    expect(texts(run(CROWD, 'runqsize: 4'))).not.toBe('7 0 1 2 3 4 5 6');
  });

  it('forcePreempt and the delays of sysmon make slices shorter', () => {
    expect(run(HOGS, '').slices.maxNs).toBeGreaterThan(15_000_000);
    expect(run(HOGS, 'forcePreempt: 1ms, sysmonMaxDelay: 100us').slices.maxNs).toBeLessThan(3_000_000);
    expect(run(HOGS, 'sysmonMaxDelay: 40ms, sysmonLooks: 0').counters.goPreempt).toBeLessThan(run(HOGS, '').counters.goPreempt);
  });

  it('globalTick 1 takes from the global queue whenever there is something in it', () => {
    expect(run(NET, 'globalTick: 1').schedLatency).not.toEqual(run(NET, 'globalTick: 1000000').schedLatency);
  });

  it('mutexStarvation decides when a waiter is handed the lock, mutexSpins how long it tries before it parks', () => {
    expect(run(LOCKED, 'mutexStarvation: 1h').mutexes.m.starvations).toBe(0);
    expect(run(LOCKED, 'mutexStarvation: 3us').mutexes.m.starvations).toBeGreaterThan(0);
    expect(run(LOCKED, 'mutexSpins: 0').counters.goBlock).not.toBe(run(LOCKED, 'mutexSpins: 15').counters.goBlock);
  });

  it('pollAfter is how long replies may lie unnoticed, pollEvents how many come at once', () => {
    const back = (runtime: string): number => run(NET, runtime).log[0].atNs;
    expect(back('pollAfter: 1ms')).toBeLessThan(back('pollAfter: 30ms, sysmonMaxDelay: 40ms'));
    const last = (runtime: string): number => run(NET, `pollAfter: 1ms, ${runtime}`).log.at(-1)!.atNs;
    expect(last('pollEvents: 1')).toBeGreaterThan(last('pollEvents: 128'));
  });

  it('runnextBackoff and stealRounds change who runs what a busy P has just made ready', () => {
    expect(run(STEALING, 'runnextBackoff: 1ms').counters.stolen).toBeLessThan(run(STEALING, '').counters.stolen);
    const spinning = (runtime: string): number => run(STEALING, runtime).processors.reduce((sum, p) => sum + p.spinningNs, 0);
    expect(spinning('stealRounds: 100')).toBeGreaterThan(spinning('stealRounds: 1'));
  });

  it('gfree is how many ended goroutines a P keeps, goidBatch how many numbers it takes', () => {
    expect(run(STEALING, 'gfree: 2').eventHash).not.toBe(run(STEALING, '').eventHash);
    const tree =
      'gomaxprocs: 2\ngoroutines:\n  main: [{go: {run: x, count: 2}}, {cpu: 1ms}, {select: []}]\n  x: [{cpu: 200us}, {go: y}, {select: []}]\n  y: [{select: []}]';
    const ids = (runtime: string): number => Math.max(...run(tree, runtime).goroutines.unfinished.map(({ id }) => id));
    expect([ids('goidBatch: 1'), ids(''), ids('goidBatch: 1000')]).toEqual([10, 18, 1002]);
  });

  it('sysmonDeepSleep wakes a process in which nothing happens, betweenCalls is where it gives way without signals', () => {
    const idle = 'goroutines:\n  main: [{sleep: 10m}]';
    expect(run(idle, 'sysmonDeepSleep: 1s').events).toBeGreaterThan(run(idle, '').events! + 1000);
    const calm = `godebug: {asyncpreemptoff: 1}\n${HOGS}`;
    expect(run(calm, 'betweenCalls: 5ms').eventHash).not.toBe(run(calm, '').eventHash);
  });

  it("stands in the result, and with Go's own values changes nothing", () => {
    const plain = run(STEALING, '');
    const spelled = RUNTIME_CONSTANTS.map(({ name, type, field }) => `${name}: ${GO_PARAMS[field]}${type === 'int' ? '' : 'ns'}`).join(
      ', ',
    );
    const same = run(STEALING, spelled);
    expect(same.eventHash).toBe(plain.eventHash);
    expect(plain.runtime).toEqual({});
    expect(same.runtime).toEqual(
      Object.fromEntries(RUNTIME_CONSTANTS.map(({ field }) => [field, GO_PARAMS[field]])) satisfies RuntimeConstants,
    );
  });

  it.each([
    ['runqsize: 5', '"runqsize" is a power of two'],
    ['runqsize: 1', 'at least 2'],
    ['sysmonMaxDelay: 0ms', 'from 1ns to 1h'],
    ['sysmonMinDelay: 20ms', '"sysmonMinDelay" is longer than "sysmonMaxDelay"'],
    ['sysmonMaxDelays: 1ms', 'did you mean "sysmonMaxDelay"'],
    ['globalTick: 2ms', 'a whole number belongs here'],
  ])('%s is an error with its place', (entry, message) => {
    const text = `runtime: {${entry}}\ngoroutines: {main: [gosched]}`;
    const { scenario, diagnostics } = parseScenario(text, 'x.yaml');
    expect(scenario).toBeNull();
    expect(formatDiagnostics(diagnostics, text)).toContain(message);
    expect(diagnostics[0].place?.line).toBe(1);
  });
});
