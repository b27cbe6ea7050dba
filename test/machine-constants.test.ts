// Constants of the machine that a scenario changes, those of the kernel and the costs of operations: all of them can be, each
// changes something, and what is said wrong is refused in its place.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runScenario } from '../src/cli/run-scenario.ts';
import { loadScenario, simulate } from '../src/index.ts';
import { kernelParams } from '../src/machine/kernel.ts';
import { costsOf } from '../src/runtime/costs.ts';
import { parseScenario } from '../src/scenario/load.ts';
import { COST_KEYS } from '../src/scenario/machine-costs.ts';
import { KERNEL_CONSTANTS } from '../src/scenario/neighbours.ts';
import { gosim } from './support/gosim.ts';
import { root } from './support/source.ts';
import { readFile } from './swarm/vocabulary.ts';

/** Does everything that has a price. */
const EVERY_STEP = readFileSync(join(root, 'test/data/every-step.yaml'), 'utf8');

/** Threads come, block and wake, goroutines are stolen and preempted, under a limit, beside others. */
const CROWD = `
go: "1.26"
gomaxprocs: 4
until: 150ms
mutexes: [m]
listeners: {web: {arrivals: every 1ms, for: 50ms}}
pipes: {line: {blocking: true}, thin: {}}
vars: {n: 0}
goroutines:
  main:
    - go: {run: hog, count: 3}
    - go: {run: reader, count: 6}
    - go: [{forever: [{sleep: 3ms}, {write: line}, {write: thin}]}]
    - go: [{forever: [{read: line}]}]
    - go: [{forever: [{read: thin}]}]
    - go: [{forever: [{accept: web}]}]
    - sleep: 1h
  hog: [{forever: [{cpu: 25ms}, {syscall: {for: 1ms, raw: true}}, {sleep: 2ms}]}]
  reader: [{forever: [{syscall: 500us}, {net: 200us}, {lock: m}, {cpu: 300us}, {unlock: m}, {call: more}]}]
  more: [{set: {n: "${'$'}{n + 1}"}}, gosched]
`.replaceAll("${'$'}", '$');
/** A thread polls until a late timer while an earlier one is set. */
const CALM = `
gomaxprocs: 4
goroutines:
  main:
    - go: [{cpu: 5ms}, {sleep: 1ms}, {cpu: 3ms}, {sleep: 1ms}]
    - sleep: 20ms
`;
/** Operations that take their time are preempted on their way. */
const OPERATIONS = `
gomaxprocs: 1
runtime: {forcePreempt: 50us, sysmonMinDelay: 5us, sysmonMaxDelay: 5us}
pipes: [p]
waitgroups: [all]
goroutines:
  main:
    - go: {run: x, count: 2, wg: all}
    - wait: all
  x: [{repeat: 1000, do: [{write: p}, {read: p}]}]
`;
/** Under a limit, threads are throttled while others give back what they have. */
const LIMITED = `
gomaxprocs: 6
until: 300ms
goroutines:
  main: [{go: {run: hog}}, {go: {run: napper, count: 5}}, {sleep: 1h}]
  hog: [lockOSThread, {cpu: 100ms}]
  napper: [lockOSThread, {forever: [{sleep: 14ms}, {cpu: 3ms}, {sleep: 90ms}]}]
`;
const MACHINES = [
  'cpus: 4',
  'cpus: 4, cpuLimit: 2, cpuPeriod: 50ms',
  'cpus: 2, cpuLimit: 1.5, neighbours: {other: {threads: 2}}',
  'cpus: 2',
];

const hashes = (constants: string): (string | null)[] => [
  ...MACHINES.map((machine) => simulate(loadScenario(`machine: {${machine}${constants}}\n${CROWD}`)).eventHash),
  simulate(loadScenario(`machine: {cpus: 8${constants}}\n${EVERY_STEP}`, { readFile })).eventHash,
  simulate(loadScenario(`machine: {cpus: 8${constants}}\n${CALM}`)).eventHash,
  simulate(loadScenario(`machine: {cpus: 2${constants}}\n${OPERATIONS}`)).eventHash,
  simulate(loadScenario(`machine: {cpus: 6, cpuLimit: 400m${constants}}\n${LIMITED}`)).eventHash,
];

const spelled = (cost: number | readonly number[]): string =>
  typeof cost === 'number' ? `${cost}ns` : `[${cost.map((ns) => `${ns}ns`).join(', ')}]`;

describe('constants of the machine', () => {
  const usual = hashes('');

  it('change nothing where they are spelled out as they are', () => {
    const params = kernelParams(4);
    const kernel = KERNEL_CONSTANTS.map(({ name, field }) => `${name}: ${params[field]}ns`).join(', ');
    const costs = COST_KEYS.map(({ name }) => `${name}: ${spelled(costsOf('1.26')[name])}`).join(', ');
    expect(hashes(`, kernel: {${kernel}}, costs: {${costs}}`)[0]).toBe(usual[0]);
    expect(hashes(`, costs: {${costs}}`).slice(0, MACHINES.length)).toEqual(usual.slice(0, MACHINES.length));
  });

  it.each(COST_KEYS.map(({ name }) => name))('%s costs more', (name) => {
    const cost = costsOf('1.26')[name];
    const dearer = typeof cost === 'number' ? cost * 20 + 2000 : cost.map((ns) => ns * 3 + 2000);
    expect(hashes(`, costs: {${name}: ${spelled(dearer)}}`)).not.toEqual(usual);
  });

  it('an idle CPU polls for longer, which shows where it wakes up late', () => {
    const rested = (haltPoll: string): string | null => {
      const text = `machine: {cpus: 4, kernel: {haltPoll: ${haltPoll}}, costs: {idleLatency: 50us}}\n${CROWD}`;
      return simulate(loadScenario(text)).eventHash;
    };
    expect(rested('400us')).not.toBe(rested('200us'));
  });

  const felt = KERNEL_CONSTANTS.filter(({ name }) => name !== 'haltPoll');
  it.each(felt.map(({ name, field }) => [name, field] as const))('the kernel has another %s', (name, field) => {
    const { least, most } = KERNEL_CONSTANTS.find((one) => one.name === name)!;
    const ns = kernelParams(4)[field];
    const others = [Math.max(least, Math.floor(ns / 8)), Math.min(most, ns * (name === 'quotaNear' ? 49 : 4))];
    expect(others.map((other) => hashes(`, kernel: {${name}: ${other}ns}`))).not.toEqual([usual, usual]);
  });

  it('who computes is interrupted when a connection gets ready', () => {
    const makespan = (interrupt: string): number => {
      const text = `gomaxprocs: 1\nmachine: {cpus: 2, costs: {interrupt: ${interrupt}, sysmonTick: 1ns}}\ngoroutines: {main: [{go: [{net: 1ms}]}, gosched, {cpu: 9ms}]}`;
      return simulate(loadScenario(text)).makespanNs;
    };
    expect(makespan('100us') - makespan('0s')).toBe(100_000);
  });

  it('who wakes up on a CPU that has rested is the later the longer that was', () => {
    const wait = (rest: string, idle: string): number => {
      const text = `gomaxprocs: 1\nmachine: {cpus: 2, costs: {idleLatency: ${idle}}}\ngoroutines: {main: [{net: ${rest}}]}`;
      return simulate(loadScenario(text)).makespanNs;
    };
    const later = (rest: string): number => wait(rest, '50us') - wait(rest, '0s');
    expect(later('1400us')).toBeGreaterThan(140_000); // three doublings
    expect(later('100ms') - later('1400us')).toBeGreaterThan(250_000); // six more
  });

  it.each([
    ['costs: {go: 5}', 'the duration 5 has no unit'],
    ['costs: {go: -5ns}', '"go" is from 0s to 1s'],
    ['costs: {go: [1us, 2us]}', 'a duration belongs here, not a list'],
    ['costs: {futexWake: [2us]}', '"futexWake" is a duration, or the least and the most of it'],
    ['costs: {futexWake: [3us, 2us]}', '"futexWake" is a duration, or the least and the most of it'],
    ['costs: {futexWakes: 2us}', 'unknown key "futexWakes" in "costs": did you mean "futexWake"?'],
    ['costs: 3ns', '"costs" is a mapping'],
    ['kernel: {timerSlack: 2s}', '"timerSlack" is from 0s to 1s'],
    ['kernel: {quotaSlice: 1ms, quotaKept: 2ms}', '"quotaKept" is more than "quotaSlice"'],
  ])('%s is an error with its place', (entry, message) => {
    const { scenario, diagnostics } = parseScenario(`machine: {${entry}}\ngoroutines: {main: [gosched]}`, 'x.yaml');
    expect(scenario).toBeNull();
    expect(diagnostics[0].message).toContain(message);
    expect(diagnostics[0].place?.line).toBe(1);
  });

  it('stay above those of a file', () => {
    const text = 'machine: {costs: {go: 700ns, futexWake: 3us}}\ngoroutines: {main: [gosched]}';
    const { options } = runScenario(loadScenario(text), { costs: { go: 90, chanOp: 30 } });
    expect(options.costs).toEqual({ go: 700, chanOp: 30, futexWake: [3000, 3000] });
  });

  it('are axes of a comparison, and stand in the report', async () => {
    const text = 'machine: {cpus: 1}\ngomaxprocs: 1\ngoroutines: {main: [{syscall: 1ms}, {sleep: 1ms}]}';
    for (const vary of [
      'machine.kernel.timerSlack=0s,1ms',
      'machine.costs.timedWakeLatency=1us,[1ms, 2ms]',
      'runtime.sysmonMinDelay=20us,1ms',
    ]) {
      const { code, out, err } = await gosim(['compare', '-', '--vary', vary, '--format', 'json', '--jobs', '1'], text);
      expect(err + String(code)).toBe('0');
      const { rows } = JSON.parse(out) as { rows: { figures: { makespan: { mean: number } } }[] };
      expect(rows).toHaveLength(2);
    }
    const { out } = await gosim(
      ['run', '-'],
      text.replace('cpus: 1', 'cpus: 1, kernel: {timerSlack: 0s}, costs: {go: 200ns, clone: 1ms, futexWake: [2us, 5us]}'),
    );
    expect(out).toContain('timerSlack 0s · go 200ns\nfutexWake 2µs to 5µs · clone 1ms\n');
  });

  it('are options of the library for programs in TypeScript', () => {
    const makespan = (options: Parameters<typeof simulate>[1]): number =>
      simulate(
        function* main(go) {
          yield* go.syscall('1ms');
          yield* go.sleep('1ms');
        },
        { gomaxprocs: 1, ...options },
      ).makespanNs;
    expect(makespan({ kernel: { timerSlackNs: 900_000 } })).toBeGreaterThan(makespan({}) + 700_000);
    expect(makespan({ costs: { syscallExit: 5_000_000 } })).toBeGreaterThan(makespan({}) + 4_000_000);
  });
});
