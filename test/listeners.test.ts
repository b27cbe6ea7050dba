// Listeners: when connections arrive, who accepts them, and what closed-loop clients do.

import { describe, expect, it } from 'vitest';
import { validate } from '../src/analysis/validator.ts';
import type { ScenarioRun } from '../src/cli/run-scenario.ts';
import { runScenario } from '../src/cli/run-scenario.ts';
import { compileScenario } from '../src/scenario/compile.ts';
import { parseScenario } from '../src/scenario/load.ts';
import { arrivalsOf } from '../src/sim/arrivals.ts';
import * as ev from '../src/trace/events.ts';
import { EventLog } from '../src/trace/log.ts';
import { messages, read } from './support/language.ts';

const MS = 1_000_000;
const SERVER = `
goroutines:
  main:
    - forever:
        - accept: http
          as: t
        - log: "\${t}"`;

function scenarioWith(listener: string, rest = SERVER): string {
  return `listeners: {http: ${listener}}${rest}`;
}

/** The instants of a listener's arrivals, at most so many. */
function instants(listener: string, most = 100_000, seed = 1, name = 'http'): number[] {
  const { scenario, diagnostics } = parseScenario(scenarioWith(listener, '\nuntil: 1s\ngoroutines: {main: [{accept: http}]}'), 'a.yaml', {
    readFile: () => ({ text: '3ms\n3ms\n10ms\n' }),
  });
  if (scenario === null) throw new Error(diagnostics.map((one) => one.message).join('; '));
  const source = arrivalsOf({ ...compileScenario(scenario).listeners[0], name }, seed);
  const list: number[] = [];
  for (let at = source.next(); at >= 0 && list.length < most; at = source.next()) list.push(at);
  return list;
}

/** Runs with every invariant checked and the log judged. */
function run(text: string, gomaxprocs = 2, seed = 1): ScenarioRun {
  return runScenario(read(text), { gomaxprocs, seed, check: true });
}

function logged(text: string, gomaxprocs = 2): string {
  return run(text, gomaxprocs)
    .result.log.map((entry) => entry.text)
    .join(' ');
}

describe('arrivals', () => {
  it('every D come after each D, the last no later than `for`', () => {
    expect(instants('{arrivals: every 5ms, for: 20ms}')).toEqual([5 * MS, 10 * MS, 15 * MS, 20 * MS]);
    expect(instants('{arrivals: "every list(1ms, 2ms)", for: 5ms}')).toEqual([MS, 3 * MS, 4 * MS]);
  });

  it('in bursts come a nanosecond apart, so that each instant is one arrival', () => {
    expect(instants('{arrivals: "burst(3, every 2ms)", for: 4ms}')).toEqual([
      2 * MS,
      2 * MS + 1,
      2 * MS + 2,
      4 * MS,
      4 * MS + 1,
      4 * MS + 2,
    ]);
  });

  it('from a file come at its instants', () => {
    expect(instants('{arrivals: at(a.csv)}')).toEqual([3 * MS, 3 * MS + 1, 10 * MS]);
    expect(instants('{arrivals: at(a.csv), for: 5ms}')).toEqual([3 * MS, 3 * MS + 1]);
  });

  it.each(['800/s', '0.8/ms', '48000/m', '2880000/h'])('of a Poisson process of %s are as many as that, and as spread', (rate) => {
    const list = instants(`{arrivals: poisson(${rate})}`, 100_000);
    const gaps = list.map((at, i) => at - (list[i - 1] ?? 0));
    const mean = gaps.reduce((a, b) => a + b) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) * (gap - mean), 0) / gaps.length;
    expect(mean / (MS / 0.8)).toBeCloseTo(1, 2);
    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1); // exponential: as far from the mean as the mean
  });

  it('of a ramp grow, or become fewer, evenly', () => {
    const halves = (listener: string): number[] => {
      const list = instants(listener);
      return [list.filter((at) => at <= 5000 * MS).length, list.filter((at) => at > 5000 * MS).length];
    };
    const [slow, fast] = halves('{arrivals: "ramp(0/s, 2000/s)", for: 10s}');
    expect([slow / 2500, fast / 7500].map((share) => Math.floor(share * 20 + 0.5) / 20)).toEqual([1, 1]);
    const [first, second] = halves('{arrivals: "ramp(from 1000/s, to 0/s)", for: 10s}');
    expect([first / 3750, second / 1250].map((share) => Math.floor(share * 10 + 0.5) / 10)).toEqual([1, 1]);
    const [even, odd] = halves('{arrivals: "ramp(100/s, 100/s)", for: 10s}');
    expect(Math.abs(even - odd)).toBeLessThan(120);
  });

  it('ascend, whatever the process', () => {
    for (const arrivals of ['every 0.1us', 'every exp(1ns)', '"burst(1000, every 10ns)"', '"ramp(900000/ms, 1/s)"', 'poisson(1/ns)']) {
      const list = instants(`{arrivals: ${arrivals}, for: 1ms}`, 5000);
      expect(list.length).toBeGreaterThan(1000);
      expect(list.every((at, i) => i === 0 || at > list[i - 1])).toBe(true);
    }
  });

  it('depend on the seed and on the name of the listener, and on nothing else', () => {
    const of = (seed: number, name: string): number[] => instants('{arrivals: poisson(1/ms)}', 5, seed, name);
    expect(of(1, 'http')).toEqual(of(1, 'http'));
    expect(of(1, 'http')).not.toEqual(of(2, 'http'));
    expect(of(1, 'http')).not.toEqual(of(1, 'grpc'));
    const text = scenarioWith('{arrivals: poisson(2000/s), for: 50ms}', `\nuntil: 60ms${SERVER}`);
    const alone = logged(text, 1);
    expect(alone.split(' ').length).toBeGreaterThan(50);
    expect(logged(`${text}\n        - go: [{cpu: exp(400us)}]`, 4)).toBe(alone);
  });
});

describe('accept', () => {
  it('gives connections in the order they came in, with the instants they came at', () => {
    const text = scenarioWith('{arrivals: "burst(3, every 10ms)", for: 20ms}', `\nuntil: 30ms${SERVER}\n        - cpu: 1ms`);
    expect(logged(text)).toBe('10ms 10.000001ms 10.000002ms 20ms 20.000001ms 20.000002ms');
  });

  it('is told soon after an arrival when a thread waits in the poller', () => {
    const { result } = run(scenarioWith('{arrivals: every 5ms, for: 50ms}', `\nuntil: 60ms${SERVER}`));
    const { arrivals, accepted, backlogPeak, backlogLeft, waits } = result.listeners.http;
    expect({ arrivals, accepted, backlogPeak, backlogLeft }).toEqual({ arrivals: 10, accepted: 10, backlogPeak: 1, backlogLeft: 0 });
    expect(waits.maxNs).toBeLessThan(60_000);
    expect(result.counters.netpollWakes).toBe(10);
  });

  it('is not woken by a poll for what it has accepted before that, having been told of another', () => {
    // the monitor's poll tells of the first; the second comes before the goroutine runs, and nothing is left for the next poll
    const busy = `
until: 60ms
goroutines:
  main: [{go: {run: hog, count: 2}}, {forever: [{accept: http, as: t}, {log: "\${t}"}]}]
  hog: [{forever: [{cpu: 5ms}, gosched]}]`;
    const { result } = run(scenarioWith('{arrivals: every 9ms, for: 18ms}', busy), 1);
    expect(result.log.map(({ text }) => text)).toEqual(['9ms', '18ms']);
    expect(result.counters.netpollWakes).toBe(1);
  });

  it('behind a busy loop on the only P waits for the monitor to poll, every 10 ms', () => {
    const busy = '\nuntil: 60ms\ngoroutines:\n  main:\n    - go: [{forever: [{accept: http}]}]\n    - gosched\n    - cpu: 60ms';
    const { result } = run(scenarioWith('{arrivals: every 1ms}', busy), 1);
    expect(result.listeners.http.waits.maxNs).toBeGreaterThan(9 * MS);
    expect(result.listeners.http.backlogPeak).toBeGreaterThan(8);
  });

  it('waits in the words of Go: one goroutine for the network, the others for the lock of the descriptor', () => {
    for (const go of ['1.19', '1.26']) {
      const several = `\ngo: "${go}"\nuntil: 5ms\ngoroutines:\n  main:\n    - go: {do: [{accept: http}], count: 3}\n    - sleep: 1s`;
      const { result } = run(scenarioWith('{arrivals: every 10ms}', several));
      expect(result.goroutines.unfinished.map((one) => one.reason).sort()).toEqual(['IO wait', 'semacquire', 'semacquire', 'sleep']);
    }
  });

  it('by several goroutines gives each connection to one of them', () => {
    const several = `
until: 100ms
vars: {served: {count: 4}}
goroutines:
  main:
    - go: {run: acceptor, count: 4, as: i}
    - sleep: 1s
  acceptor:
    - forever:
        - accept: {from: http, as: t}
        - set: {"served[\${i}]": "\${served[i] + 1}"}
        - log: "\${t}"
        - cpu: 300us`;
    const { result } = run(scenarioWith('{arrivals: "burst(8, every 10ms)", for: 90ms}', several), 4);
    const seen = result.log.map((entry) => entry.text);
    expect(seen).toHaveLength(72);
    expect(new Set(seen).size).toBe(72);
    expect(new Set(result.log.map((entry) => entry.g.index)).size).toBe(4);
  });

  it('of what a run leaves in the backlog, the result tells', () => {
    const slow = `\nuntil: 55ms${SERVER}\n        - cpu: 20ms`;
    const { http } = run(scenarioWith('{arrivals: every 10ms, for: 50ms}', slow)).result.listeners;
    expect(http).toMatchObject({ arrivals: 5, accepted: 3, backlogLeft: 2, backlogPeak: 3, replied: 0 });
    expect(http.waits.count).toBe(3);
  });

  it('as _ or without a name takes the connection all the same', () => {
    const text = scenarioWith(
      '{arrivals: every 1ms}',
      '\ngoroutines: {main: [{accept: http}, {accept: {from: http, as: _}}, {log: "${now / 1ms}"}]}',
    );
    expect(logged(text)).toBe('2');
  });

  it('in a cold start finds what came before main', () => {
    const text = scenarioWith('{arrivals: every 10us, for: 1ms}', `\nstart: cold\nuntil: 2ms${SERVER}`);
    expect(run(text, 1).result.listeners.http).toMatchObject({ arrivals: 100, accepted: 100 });
  });
});

describe('a listener at which nothing arrives any more', () => {
  const ended = '{arrivals: every 1ms, for: 3ms}';

  it('keeps a server waiting up to the horizon', () => {
    const { outcome, makespanNs } = run(scenarioWith(ended, `\nuntil: 90ms${SERVER}`)).result;
    expect([outcome.kind, makespanNs]).toEqual(['until', 90 * MS]);
  });

  it.each(['1.19', '1.26'])('hangs a program without a horizon, for Go %s reports no deadlock of who waits for the network', (go) => {
    const { outcome, listeners } = run(scenarioWith(ended, `\ngo: "${go}"${SERVER}`)).result;
    expect(outcome).toEqual({
      kind: 'hang',
      exitCode: 2,
      message: 'no more connections arrive, and nothing else can happen: Go would wait for ever',
    });
    expect(listeners.http.accepted).toBe(3);
  });

  it('is no excuse for those who wait for something else', () => {
    const stuck = '\nuntil: 1s\nchannels: {c: 0}\ngoroutines: {main: [{repeat: 3, do: [{accept: http}]}, {recv: c}]}';
    const { outcome, makespanNs } = run(scenarioWith(ended, stuck)).result;
    expect(outcome.kind).toBe('deadlock');
    expect(makespanNs).toBeLessThan(4 * MS);
  });
});

describe('closed-loop clients', () => {
  const server = (work: string): string =>
    `\nuntil: 40ms\ngoroutines:\n  main:\n    - forever:\n        - accept: http\n          as: t\n        - log: "\${t / 1us}"\n        - cpu: ${work}\n        - reply: "\${t}"`;

  it('think first, and again after each reply', () => {
    const seen = logged(scenarioWith('{arrivals: "closed(clients 1, think 5ms)"}', server('2ms')))
      .split(' ')
      .map(Number);
    expect(seen.map((us) => Math.floor(us / 100) / 10)).toEqual([5, 12, 19, 26, 33]);
  });

  it('are never more than there are, and ask no more after `for`', () => {
    const { result } = run(scenarioWith('{arrivals: "closed(clients 5, think exp(100us))", for: 20ms}', server('400us')));
    const { arrivals, accepted, replied, backlogPeak } = result.listeners.http;
    expect([accepted, replied]).toEqual([arrivals, arrivals]);
    expect(backlogPeak).toBe(4); // all but the one that is served
    expect(result.log.every((entry) => entry.atNs < 23 * MS)).toBe(true);
    expect(arrivals).toBeGreaterThan(40);
  });

  it('that ask in the same nanosecond get instants of their own', () => {
    const seen = logged(scenarioWith('{arrivals: "closed(clients 4, think 5ms)"}', server('3ms').replace('/ 1us', '')));
    expect(seen.split(' ').slice(0, 4)).toEqual(['5ms', '5.000001ms', '5.000002ms', '5.000003ms']);
  });

  it('draw from streams of their own: who asks when does not move the others', () => {
    const fast = run(scenarioWith('{arrivals: "closed(clients 2, think exp(9ms))", for: 30ms}', server('1us'))).result;
    const slow = run(scenarioWith('{arrivals: "closed(clients 2, think exp(9ms))", for: 30ms}', server('3ms'))).result;
    expect(slow.log[0].text).toBe(fast.log[0].text);
    expect(slow.listeners.http.arrivals).toBeLessThan(fast.listeners.http.arrivals);
  });

  it('are answered at their own listener where there are several', () => {
    const two = `
listeners:
  one: {arrivals: "closed(clients 1, think 3ms)"}
  two: {arrivals: "closed(clients 2, think 1ms)"}
until: 20ms
goroutines:
  main:
    - go: [{forever: [{accept: one, as: t}, {reply: "\${t}"}]}]
    - forever: [{accept: two, as: t}, {cpu: 100us}, {reply: "\${t}"}]`;
    const { one, two: other } = run(
      two.replaceAll('accept: one, as: t', 'accept: {from: one, as: t}').replaceAll('accept: two, as: t', 'accept: {from: two, as: t}'),
    ).result.listeners;
    expect([one.replied, one.arrivals]).toEqual([6, 6]);
    expect(other.replied).toBeGreaterThan(30);
  });
});

describe('reply', () => {
  it('to a request of an open listener changes nothing but the time', () => {
    const text = scenarioWith('{arrivals: every 1ms, for: 5ms}', `\nuntil: 10ms${SERVER}\n        - reply: "\${t}"`);
    expect(run(text).result).toMatchObject({ outcome: { kind: 'until' }, listeners: { http: { accepted: 5, replied: 0 } } });
  });

  it.each([
    ['nothing arrived at', '- reply: 3ms'],
    ['was answered before', '- reply: "${t}"\n    - reply: "${t}"'],
  ])('to what %s is an error at its step', (_, steps) => {
    const main = `\ngoroutines:\n  main:\n    - accept: {from: http, as: t}\n    - log: "\${t}"\n    ${steps}`;
    const { result, errorPlace } = run(scenarioWith('{arrivals: "closed(clients 1, think 1ms)"}', main));
    expect(result.outcome).toMatchObject({ kind: 'limit', message: expect.stringContaining('no client waits for this reply') });
    expect(errorPlace).toMatchObject({ line: steps.includes('\n') ? 7 : 6, column: 7 });
  });
});

describe('what is wrong with a listener', () => {
  const wrong = (listener: string): string[] => messages(`listeners: {http: ${listener}}\ngoroutines: {main: [{accept: http}]}`);

  it.each([
    ['poisson(800/s)', '1:19 a listener is {arrivals: …, for: …}'],
    ['{for: 5s}', '1:13 the listener "http" needs "arrivals"'],
    ['{arrivals: poisson(800/s), until: 5s}', '1:46 unknown key "until" in "listeners"'],
    ['{arrivals: poisson(800)}', '1:38 the rate 800 has no unit'],
    ['{arrivals: poisson(800/sec)}', '1:38 "800/sec" is no rate'],
    ['{arrivals: poisson(5ms)}', '1:38 "5ms" is no rate'],
    ['{arrivals: poisson(-5/s)}', '1:38 "-5/s" is no rate'],
    ['{arrivals: poisson(0/s)}', '1:38 at a rate of 0 nothing ever arrives'],
    ['{arrivals: poisson(2000000/us)}', '1:38 "2000000/us" is more than one arrival a nanosecond'],
    ['{arrivals: poisson()}', '1:30 poisson takes 1 argument, not 0'],
    ['{arrivals: poison(800/s)}', '1:30 unknown arrival process "poison": did you mean "poisson"?'],
    ['{arrivals: exp(1ms)}', '1:30 unknown arrival process "exp"'],
    ['{arrivals: 800/s}', '1:30 "800/s" does not say how connections arrive'],
    ['{arrivals: closed}', '1:30 "closed" does not say how connections arrive, as in closed(clients 50, think exp(10ms))'],
    ['{arrivals: every 0s}', '1:36 time must pass between two arrivals'],
    ['{arrivals: every(5ms)}', '1:30 "every" has no parentheses'],
    ['{arrivals: every 5}', '1:36 the duration 5 has no unit'],
    ['{arrivals: "burst(0, every 1ms)"}', '1:37 the size of a burst is at least 1, not 0'],
    ['{arrivals: "burst(3, 1ms)"}', '1:40 say which this is: "every 1ms"'],
    ['{arrivals: burst(3, every 1ms)}', '1:30 quote the value: a comma inside {} or [] ends it'],
    ['{arrivals: "closed(50, 10ms)"}', '1:38 say which this is: "clients 50"', '1:42 say which this is: "think 10ms"'],
    ['{arrivals: "closed(clients 0, think 10ms)"}', '1:46 the number of clients is at least 1, not 0'],
    ['{arrivals: "closed(clients 5)"}', '1:30 closed takes 2 arguments, not 1'],
    ['{arrivals: "ramp(0/s, 0/s)", for: 1s}', '1:36 at a rate of 0 nothing ever arrives'],
    ['{arrivals: "ramp(1/s, 9/s)"}', '1:13 the listener "http" needs "for": a ramp lasts as long as that'],
    ['{arrivals: poisson(1/s), for: 0s}', '1:49 "for" is a time after the start'],
    ['{arrivals: at(a.csv)}', '1:33 "a.csv" cannot be read: nothing here reads files'],
  ])('%s', (listener, ...said) => {
    expect(wrong(listener)).toEqual(said);
  });

  it('instants of a file that do not ascend are named with their line', () => {
    const { diagnostics } = parseScenario(scenarioWith('{arrivals: at(a.csv)}'), 'a.yaml', {
      readFile: () => ({ text: '2ms\n# x\n5ms\n4ms' }),
    });
    expect(diagnostics.map((one) => one.message)).toEqual(['a.csv:4: this instant comes before the one above it']);
  });

  it.each([
    ['- accept: htp', 'unknown listener "htp": did you mean "http"?'],
    ['- accept: jobs', 'unknown listener "jobs"'],
    ['- recv: http', 'unknown channel "http"'],
    ['- accept: {from: http, ok: x}', 'unknown key "ok" in "accept"'],
    ['- reply: true', 'a duration or a whole number belongs here, not a condition'],
  ])('a step that uses it wrongly: %s', (step, said) => {
    const text = `channels: {jobs: 1}\nlisteners: {http: {arrivals: every 1ms}}\ngoroutines:\n  main:\n    ${step}`;
    expect(messages(text).map((one) => one.replace(/^\S+ /, ''))).toEqual([said]);
  });

  it('warnings tell of one that is never used, and of clients that nobody answers', () => {
    const text = 'listeners: {a: {arrivals: every 1ms}, b: {arrivals: "closed(clients 2, think 1ms)"}}\ngoroutines: {main: [{accept: b}]}';
    expect(messages(text, 'warning')).toEqual([
      '1:13 the listener "a" is never used',
      '1:39 each client of "b" asks once and waits for ever: no step replies',
    ]);
  });

  it('a warning tells of a server that nothing ever ends', () => {
    const warnings = (listener: string, rest: string): string[] => messages(scenarioWith(listener, rest), 'warning');
    const loop = '\ngoroutines:\n  main:\n    - forever:\n        - accept: http\n        - cpu: 1ms';
    expect(warnings('{arrivals: every 1ms}', loop)).toEqual(['4:7 this loop serves for ever, and nothing ends the run']);
    expect(warnings('{arrivals: every 1ms, for: 1s}', loop)).toEqual([]);
    expect(warnings('{arrivals: every 1ms}', `\nuntil: 1s${loop}`)).toEqual([]);
    expect(warnings('{arrivals: every 1ms}', `${loop}\n        - if: \${now > 1s}\n          do: [break]`)).toEqual([]);
  });

  it('clients count as objects, of which there are a million', () => {
    expect(wrong('{arrivals: "closed(clients 1000001, think 1ms)"}')).toEqual([
      '1:46 the number of clients is at most 1000000, not 1000001',
    ]);
    const two = 'listeners: {a: {arrivals: "closed(clients 600000, think 1ms)"}, b: {arrivals: "closed(clients 600000, think 1ms)"}}';
    expect(messages(`${two}\ngoroutines: {main: []}`)).toEqual(['1:65 more than 1000000 channels, locks and vars in all']);
  });
});

describe('expectations and judges', () => {
  it('figures of a listener can be expected', () => {
    const text = scenarioWith(
      '{arrivals: every 1ms, for: 9ms}',
      `\nuntil: 20ms${SERVER}\nexpect:\n  - listeners.http.arrivals == 9\n  - listeners.http.backlogPeak <= 1\n  - listeners.http.waits.p99 < 1ms\n  - listeners.http.backlogLeft == 0`,
    );
    expect(run(text).result.expectations.map((one) => one.ok)).toEqual([true, true, true, true]);
    expect(messages(scenarioWith('{arrivals: every 1ms}', `${SERVER}\nexpect: [listeners.htp.arrivals == 9]`))[0]).toContain(
      'the scenario has no listener "htp"',
    );
  });

  it('the validator complains of an accept without an arrival, and of a second reply', () => {
    const text = scenarioWith(
      '{arrivals: "closed(clients 1, think 1ms)", for: 3ms}',
      '\ngoroutines: {main: [{accept: {from: http, as: t}}, {reply: "${t}"}]}',
    );
    const { log, options } = run(text);
    const without = (kind: number): string[] => {
      const copy = new EventLog();
      log!.forEach((row) => {
        if (row.kind !== kind) copy.record(row.at, row.kind, row.m, row.p, row.g, row.a, row.b);
      });
      return validate(copy, options).map(({ rule, expected }) => `${rule}: ${expected}`);
    };
    expect(without(ev.CONN_ARRIVE)).toEqual(['connections: a connection that waits at L0']);
    expect(without(ev.CONN_ACCEPT)).toEqual(['connections: an accepted request of L0 without an answer']);
    expect(without(ev.CONN_REPLY)).toEqual([]);
  });
});
