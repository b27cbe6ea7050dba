// Facts from the event log: the engine keeps a record of every goroutine when asked, and both must tell the same.

import { describe, expect, it } from 'vitest';
import type { Facts } from '../src/analysis/facts.ts';
import { factsOf } from '../src/analysis/facts.ts';
import { EDGES, Histogram } from '../src/analysis/histogram.ts';
import type { SpanCauses } from '../src/analysis/span-causes.ts';
import { spanCauses } from '../src/analysis/span-causes.ts';
import { LANE_KINDS } from '../src/analysis/timeline.ts';
import type { RunOverrides, ScenarioRun } from '../src/cli/run-scenario.ts';
import { runScenario } from '../src/cli/run-scenario.ts';
import { reportOf } from '../src/cli/view.ts';
import { PLAIN } from '../src/report/style.ts';
import { profileOf } from '../src/runtime/profile.ts';
import { parseScenario } from '../src/scenario/load.ts';
import { logOf } from './support/log.ts';
import { randomText } from './swarm/random-text.ts';

function run(text: string, overrides: RunOverrides = {}): ScenarioRun {
  const { scenario, diagnostics } = parseScenario(text, 'facts.yaml');
  if (scenario === null) throw new Error(diagnostics.map((one) => one.message).join('\n'));
  return runScenario(scenario, overrides);
}

function factsOfRun({ log, result }: ScenarioRun): Facts {
  return factsOf(log!, {
    processors: result.gomaxprocs,
    endNs: result.makespanNs,
    waitReasons: profileOf(result.go)!.waitReasons,
  });
}

function causesOf({ log, result }: ScenarioRun): SpanCauses[] {
  return spanCauses(log!, profileOf(result.go)!.waitReasons);
}

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
        - span: round
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

describe('goroutines by body', () => {
  it.each([
    [1, 1, 'settled', '"1.26"'],
    [3, 8, 'settled', '"1.19"'],
    [8, 2, 'settled', '"1.26"'],
    [2, 4, 'cold', '"1.26"'],
  ])('have the times that the engine booked for each: %i Ps, %i CPUs, %s start, Go %s', (gomaxprocs, cpus, start, go) => {
    const ran = run(`go: ${go}\nmachine: {cpus: ${cpus}}\nstart: ${start}\nuntil: 60ms\n${BUSY}`, { gomaxprocs, detail: true });
    const facts = factsOfRun(ran);
    for (const [body, name] of ['main', 'f', 'sink'].entries()) {
      const list = ran.result.goroutines.list!.filter((g) => g.name === name);
      const found = facts.bodies.find((one) => one.body === body)!;
      const sum = (pick: (g: (typeof list)[number]) => number): number => list.reduce((all, g) => all + pick(g), 0);
      expect([found.created, found.finished]).toEqual([list.length, list.filter((g) => g.endedAtNs !== null).length]);
      expect([found.cpuNs + found.noCpuNs, found.queuedNs]).toEqual([sum((g) => g.cpuNs), sum((g) => g.runnableNs)]);
      const reasons = new Set(list.flatMap((g) => Object.keys(g.blockedNs)));
      expect(Object.fromEntries(found.waits.map(({ reason, ns }) => [reason, ns]))).toEqual(
        Object.fromEntries([...reasons].map((reason) => [reason, sum((g) => g.blockedNs[reason] ?? 0)])),
      );
      if (cpus > gomaxprocs) expect(found.noCpuNs).toBe(0);
      else expect(facts.bodies[1].noCpuNs).toBeGreaterThan(0);
    }
  });

  it('count every wait, slice and span once', () => {
    const ran = run(BUSY, { gomaxprocs: 3 });
    const facts = factsOfRun(ran);
    expect(facts.schedLatency.count).toBe(ran.result.schedLatency.count);
    expect(facts.slices.count).toBe(ran.result.slices.count);
    expect(facts.spans[0]!.count).toBe(ran.result.spans.round.count);
    expect(Math.max(...facts.bodies.map((body) => body.longestSliceNs))).toBe(ran.result.slices.maxNs);
  });

  it('know how many were in system calls at a time, and what those wait for that are left', () => {
    const facts = factsOfRun(
      run(`channels: {never: 0}
goroutines:
  main: [{go: {run: reader, count: 7}}, {go: {run: stuck, count: 3}}, {sleep: 20ms}]
  reader: [{syscall: 5ms}]
  stuck: [{recv: never}]`),
    );
    expect(facts.syscalls.peak).toBe(7);
    expect(facts.bodies.map((body) => body.stuck)).toEqual([null, null, { count: 3, reason: 'chan receive', before: 3, bornBefore: 3 }]);
  });
});

it('a raw system call keeps its processor and counts as a system call all the same', () => {
  const ran = run('goroutines:\n  main: [{syscall: {for: 3ms, raw: true}}, {cpu: 1ms}]\n', { gomaxprocs: 1 });
  const [main] = factsOfRun(ran).bodies;
  expect(main.waits.map(({ reason, ns }) => [reason, Math.round(ns / 1e6)])).toEqual([['syscall', 3]]);
  expect(Math.round(main.cpuNs / 1e6)).toBe(1);
  expect(Math.round(ran.result.processors[0].goroutineNs / 1e6)).toBe(4);
});

// The same books for programs that nobody thought of.
it.each(Array.from({ length: 25 }, (_, i) => i + 1))(
  'of random scenario %i agree with the engine, and the report shows no nonsense',
  (seed) => {
    const { scenario } = parseScenario(randomText(seed), 'random.yaml');
    if (scenario === null) return;
    const ran = runScenario(scenario, { detail: true, maxEvents: 10_000, maxBytes: 400_000, untilNs: 50_000_000 });
    const list = ran.result.goroutines.list!;
    const { bodies } = ran.facts!;
    const sum = (numbers: readonly number[]): number => numbers.reduce((all, ns) => all + ns, 0);
    expect(sum(bodies.map((body) => body.queuedNs))).toBe(sum(list.map((g) => g.runnableNs)));
    // a raw system call, and a thread without a CPU, are running to the engine's book
    expect(sum(bodies.map((body) => body.cpuNs + body.noCpuNs + body.throttledNs + sum(body.waits.map((wait) => wait.ns))))).toBe(
      sum(list.map((g) => g.cpuNs + sum(Object.values(g.blockedNs)))),
    );
    for (const { causes, meanNs } of causesOf(ran)) expect(sum(causes.map((cause) => cause.ns))).toBeCloseTo(meanNs, 1);
    const text = reportOf(scenario, ran, { lanes: LANE_KINDS }, PLAIN);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
    const wide = text.split('\n').filter((line) => [...line].length > 80);
    expect(wide.filter((line) => !/^ {2}[✓✗]/.test(line))).toEqual([]);
  },
);

describe('what the time of spans went to', () => {
  it('sums to the spans themselves, as the engine measured them', () => {
    for (const gomaxprocs of [1, 4]) {
      const ran = run(BUSY, { gomaxprocs });
      const [{ meanNs, causes, slow }] = causesOf(ran);
      expect(Math.round(meanNs)).toBe(ran.result.spans.round.meanNs);
      expect(causes.reduce((sum, { ns }) => sum + ns, 0)).toBeCloseTo(meanNs, 3);
      expect(slow.causes.reduce((sum, { ns }) => sum + ns, 0)).toBeCloseTo(slow.meanNs, 3);
      expect(slow.meanNs).toBeGreaterThan(meanNs);
      const names = ['cpu', 'run queue', 'syscall', 'IO wait', ...(gomaxprocs > 1 ? ['sync.Mutex.Lock'] : [])];
      expect(causes.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    }
  });

  it('is the time in line for what lies before the goroutine, and before it took the request up', () => {
    const ran = run(`params: {work: 1ms}
channels: {requests: 10}
waitgroups: [w]
goroutines:
  main:
    - go: {run: server, wg: w}
    - repeat: 4
      do: [{send: {to: requests, value: "\${now}"}}]
    - close: requests
    - wait: w
    - set: {began: "\${now}"}
    - sleep: 3ms
    - go: {run: late, with: {began: "\${began}"}, wg: w}
    - wait: w
  server:
    - range: requests
      as: arrived
      do: [{cpu: 1ms}, {span: {name: served, since: "\${arrived}"}}]
  late:
    - span: {name: late, since: "\${began}"}`);
    const [served, late] = causesOf(ran);
    const of = (name: string, one: SpanCauses): number => one.causes.find((cause) => cause.name === name)?.ns ?? 0;
    expect(of('cpu', served) / 1e6).toBeCloseTo(1, 2); // each computed for 1 ms
    expect(of('in line', served) / 1e6).toBeCloseTo(1.5, 1); // and waited for 0, 1, 2 and 3 others
    expect(of('in line', late) / 1e6).toBeGreaterThan(3);
    expect(of('sleep', late)).toBe(0); // that slept was main
  });

  it('of spans inside others, and of one inside a goroutine that others began', () => {
    const log = logOf(`
      0 goCreate m0 p0 g5 a1 b0
      100 goStart m0 p0 g5 a0
      300 spanEnd m0 g5 a0 b200
      400 goBlock m0 p0 g5 a7
      600 goUnblock m0 p0 g5 b0
      650 goStart m0 p0 g5 a1
      700 spanEnd m0 g5 a1 b350
      900 spanEnd m0 g5 a2 b800`);
    const reasons = profileOf('1.26')!.waitReasons;
    const causes = spanCauses(log, reasons).map((one) => Object.fromEntries(one.causes.map(({ name, ns }) => [name, ns])));
    expect(causes).toEqual([{ cpu: 200 }, { cpu: 100, sleep: 200, 'run queue': 50 }, { cpu: 550, sleep: 200, 'run queue': 50 }]);
  });
});

describe('a histogram', () => {
  it('has a bucket for each step, and none is lost', () => {
    const histogram = new Histogram();
    const samples = [0, 0, 1, 149, 150, 151, 999, 1000, 10_000_000, 5e13];
    for (const ns of samples) histogram.add(ns);
    expect(histogram.counts.reduce((sum, n) => sum + n, 0)).toBe(samples.length);
    expect(histogram.counts[0]).toBe(2);
    expect(histogram.counts[EDGES.indexOf(150) + 1]).toBe(2);
    expect(histogram.counts[EDGES.indexOf(1000) + 1]).toBe(1);
    expect(histogram.counts[EDGES.length]).toBe(1);
  });
});

describe('lateness and queues', () => {
  it('a timer is late beside a goroutine that computes, and in time beside idle processors', () => {
    const text = 'goroutines:\n  main: [{go: hog}, {repeat: 5, do: [{sleep: 100us}]}]\n  hog: [{cpu: 60ms}]';
    const alone = factsOfRun(run(text, { gomaxprocs: 1 })).late;
    expect(alone.timers.late).toBeGreaterThan(0);
    expect(alone.timers.longestNs).toBeGreaterThan(5_000_000);
    const two = factsOfRun(run(text, { gomaxprocs: 4 })).late;
    expect([two.timers.late, two.timers.count]).toEqual([0, 5]);
    expect(two.shortSleeps.count).toBe(5);
    expect(two.shortSleeps.askedNs).toBe(500_000);
    expect(two.shortSleeps.gotNs).toBeGreaterThan(4_500_000);
  });

  it('whoever stands in the queue of a processor in a system call waited beside it', () => {
    const text = `waitgroups: [w]
goroutines:
  main: [{go: {run: reader, wg: w}}, {go: {run: other, wg: w}}, {wait: w}]
  reader: [{syscall: 5ms}]
  other: [{syscall: 5ms}]`;
    const { besideSyscall } = factsOfRun(run(text, { gomaxprocs: 1 })).queues;
    expect(besideSyscall.count).toBe(1);
    expect(besideSyscall.longestNs).toBeGreaterThan(20_000);
  });

  it('a pair that hands the processor to each other keeps a third waiting', () => {
    const text = `channels: {a: 0, b: 0}
until: 30ms
goroutines:
  main: [{go: echo}, {go: third}, {forever: [{send: a}, {cpu: 5us}, {recv: b}]}]
  echo: [{forever: [{recv: a}, {cpu: 5us}, {send: b}]}]
  third: [{forever: [{cpu: 1us}, gosched]}]`;
    const { besideRunnext, inheritors } = factsOfRun(run(text, { gomaxprocs: 1 })).queues;
    expect(besideRunnext.longestNs).toBeGreaterThan(5_000_000);
    expect(
      inheritors
        .slice(0, 2)
        .map(({ body }) => body)
        .sort(),
    ).toEqual([0, 1]);
  });

  it('demand is what could run at a time, and who ran alone for how long', () => {
    const text = `waitgroups: [w]
goroutines:
  main: [{go: {run: short, count: 3, wg: w}}, {go: {run: long, wg: w}}, {wait: w}]
  short: [{cpu: 2ms}]
  long: [{cpu: 20ms}]`;
    const { demand } = factsOfRun(run(text, { gomaxprocs: 8 }));
    expect(demand.useful).toBe(4);
    expect(demand.alone!.body).toBe(2);
    expect(demand.alone!.ns / 1e6).toBeCloseTo(18, 0);
  });
});
