// Programs that run away: each meets a cap, and what it did until then took time and memory in proportion to what was
// counted. So the caps are lowered here: a program that does something uncounted would not end within the test's time.

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runScenario } from '../src/cli/run-scenario.ts';
import { parseScenario } from '../src/scenario/load.ts';
import type { Result } from '../src/sim/result.ts';
import { root } from './support/source.ts';

const MAIN = 'goroutines:\n  main:\n';
const SECONDS = 8; // of processor time, on a machine that does other things as well; most take a tenth of one
const CAPS = { maxEvents: 300_000, maxBytes: 8 << 20 };

function runaway(text: string, overrides: Parameters<typeof runScenario>[1] = {}): Result {
  const { scenario, diagnostics } = parseScenario(text, 'runaway.yaml');
  expect(diagnostics.filter((one) => one.severity === 'error')).toEqual([]);
  const start = process.cpuUsage();
  const { result } = runScenario(scenario!, { ...CAPS, ...overrides });
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1e6).toBeLessThan(SECONDS);
  expect(result.outcome.kind).toBe('limit');
  for (const p of result.processors) {
    const sum = p.goroutineNs + p.gcNs + p.schedNs + p.spinningNs + p.syscallNs + p.idleNs;
    expect(Math.abs(sum - result.makespanNs)).toBeLessThan(1);
  }
  return result;
}

const many = (n: number, one: (i: number) => string): string => Array.from({ length: n }, (_, i) => one(i)).join('');

describe('a program that never ends meets the cap on steps', () => {
  it.each<[string, string]>([
    ['an empty loop', `${MAIN}    - forever: []`],
    ['loops around loops', `${MAIN}    - repeat: 9007199254740991\n      do: [{repeat: 9007199254740991, do: []}]`],
    ['a loop that sets', `vars: {a: 0}\n${MAIN}    - forever: [{set: {a: 1}}]`],
    ['a loop that logs', `${MAIN}    - forever: [{log: x}]`],
    ['a loop that logs much', `${MAIN}    - forever: [{log: "${'$'}{now} ${'x'.repeat(100_000)}"}]`],
    ['a text of many values', `${MAIN}    - forever: [{log: "${many(1000, () => '$' + '{now}')}"}]`],
    ['a long way round', `${MAIN}    - forever:\n${many(20_000, (i) => `        - {span: s${i % 10}, do: []}\n`)}`],
    ['a choice of thousands', `${MAIN}    - forever: [{choose: [${many(20_000, () => '{weight: 1, do: []},')}]}]`],
    ['long expressions', `${MAIN}    - forever: [{if: "${'$'}{${'now > 1s || '.repeat(400)} true}", do: []}]`],
    [
      'calls that double',
      `goroutines:\n  main: [{call: b0}]\n${many(60, (i) => `  b${i}: [{call: b${i + 1}}, {call: b${i + 1}}]\n`)}  b60: []`,
    ],
    ['a select of thousands', `channels: {a: 0}\n${MAIN}    - forever: [{select: [${'{recv: a},'.repeat(10_000)} default]}]`],
    ['timeouts', `channels: {a: 0}\n${MAIN}    - forever: [{select: [{recv: a}, {after: 1ns}]}]`],
    ['sleeps of nothing', `${MAIN}    - forever: [{sleep: 0s}]`],
    ['system calls without an end', `${MAIN}    - forever: [{syscall: 1h}]`],
    ['goroutines that end', `${MAIN}    - forever: [{go: x}]\n  x: []`],
    ['panics of theirs', `${MAIN}    - forever: [{go: {do: [{panic: x}], recover: true}}, gosched]`],
    ['arguments by the hundred', `${MAIN}    - forever: [{call: {run: x, with: {${many(190, (i) => `a${i}: 1,`)}}}}]\n  x: []`],
    [
      'a thousand processors',
      `gomaxprocs: 1024\nmachine: {cpus: 1024}\n${MAIN}    - go: {run: w, count: 2000}\n    - sleep: 1h\n  w: [{forever: [{net: 30us}]}]`,
    ],
    [
      'thousands of threads on one CPU',
      `machine: {cpus: 1}\n${MAIN}    - go: {run: w, count: 5000}\n    - sleep: 1h\n  w: [{forever: [{syscall: {for: 1ms, cpu: 1ms}}]}]`,
    ],
    [
      'CPUs that a limit stops all the time',
      `gomaxprocs: 64\nmachine: {cpus: 64, cpuLimit: 1.5, cpuPeriod: 1ms}\n${MAIN}    - go: {run: w, count: 64}\n    - cpu: 2000h\n  w: [{cpu: 2000h}]`,
    ],
    [
      'threads that share a CPU for months',
      `gomaxprocs: 64\nmachine: {cpus: 1}\n${MAIN}    - go: {run: w, count: 64}\n    - cpu: 2000h\n  w: [{cpu: 2000h}]`,
    ],
    ['arrivals nobody accepts', `listeners: {l: {arrivals: every 1ns}}\n${MAIN}    - sleep: 1h`],
  ])(
    '%s',
    (_, text) => {
      expect(runaway(text).outcome).toMatchObject({ exitCode: 1, message: expect.stringMatching(/^more than \d+ (steps|bytes)/) });
    },
    60_000,
  );
});

describe('a program that piles things up meets the cap on memory', () => {
  it.each<[string, string]>([
    ['goroutines that sleep', `${MAIN}    - forever: [{go: x}]\n  x: [{sleep: 1h}]`],
    ['one go statement', `${MAIN}    - go: {run: x, count: 9007199254740991}\n  x: [{sleep: 1h}]`],
    [
      'goroutines with much on their stacks',
      `${MAIN}    - forever: [{go: x}]\n  x:\n${many(100, (i) => `    - set: {l${i}: 1}\n`)}    - sleep: 1h`,
    ],
    ['selects of many cases', `channels: {a: 0}\n${MAIN}    - forever: [{go: x}]\n  x: [{select: [${'{recv: a},'.repeat(100)}]}]`],
    ['values in a channel', `channels: {a: 10000000}\n${MAIN}    - forever: [{send: a}]`],
    ['timeouts that wait', `channels: {a: 0}\n${MAIN}    - forever: [{go: x}]\n  x: [{select: [{recv: a}, {after: 1h}]}]`],
    ['timers', `timers: [t]\n${MAIN}    - forever: [{afterFunc: {timer: t, after: 1h, do: []}}]`],
    ['connections in a backlog', `listeners: {l: {arrivals: every 1us}}\n${MAIN}    - accept: l\n    - sleep: 1h`],
    ['samples of many names', `${MAIN}    - forever:\n${many(500, (i) => `        - {span: s${i}, do: []}\n`)}`],
    ['threads', `maxThreads: 1000000\n${MAIN}    - forever: [{go: x}]\n  x: [{syscall: 1h}]`],
  ])(
    '%s',
    (_, text) => {
      const bytes = 1 << 20;
      const { outcome, goroutines } = runaway(text, { maxEvents: 30_000_000, maxBytes: bytes });
      expect(outcome.message).toBe(`more than ${bytes} bytes of goroutines and what they hold`);
      expect(goroutines.peak).toBeLessThan(bytes / 128);
    },
    60_000,
  );

  it('a limit is an outcome like others: expected, it is no failure', () => {
    const { scenario } = parseScenario(`${MAIN}    - forever: [{go: x}]\n  x: [{sleep: 1h}]\nexpect: [outcome == limit]`, 'x');
    expect(runScenario(scenario!, CAPS).result.expectations).toMatchObject([{ ok: true }]);
  });

  it('the texts of the log are cut where they get too long, and every goroutine is listed up to a number', () => {
    const { log, logTruncated } = runaway(`${MAIN}    - forever: [{log: ${'x'.repeat(900_000)}}]`);
    expect([log.length, logTruncated]).toEqual([18, true]);
  });
});

it('what follows goroutines through the event log is left out, with a warning, where there are too many at a time', () => {
  const { scenario } = parseScenario(`${MAIN}    - go: {run: x, count: 1100000}\n    - sleep: 1s\n  x: [{sleep: 1h}]`, 'x');
  const { result, facts, log } = runScenario(scenario!);
  expect([result.outcome.kind, facts, log!.rows > 2_000_000]).toEqual(['completed', null, true]);
  expect(result.warnings).toEqual(['timeline and findings are missing: they follow 1048576 goroutines at a time, and there were 1100001']);
}, 60_000);

it('with the usual caps, goroutines without end take less than a gigabyte and ten seconds', () => {
  const script = `
    const { runScenario } = await import('./src/cli/run-scenario.ts');
    const { parseScenario } = await import('./src/scenario/load.ts');
    const { scenario } = parseScenario('goroutines: {main: [{forever: [{go: x}]}], x: [{sleep: 1h}]}', 'x');
    const { result } = runScenario(scenario);
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    console.log(JSON.stringify([result.outcome.kind, maxRSS / 1024, (userCPUTime + systemCPUTime) / 1e6, result.goroutines.peak]));`;
  const [kind, megabytes, seconds, peak] = JSON.parse(
    execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' }),
  ) as [string, number, number, number];
  expect(kind).toBe('limit');
  expect(peak).toBeGreaterThan(2_000_000); // a user's millions have their place
  expect(megabytes).toBeLessThan(1000);
  expect(seconds).toBeLessThan(20); // of a machine that does other things as well, and is slower for them
}, 60_000);
