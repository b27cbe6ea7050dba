// Expectations: what they mean, and what is said about those that mean nothing.

import { describe, expect, it } from 'vitest';
import type { ExpectationNames } from '../src/analysis/expectations.ts';
import { evaluate, foresees, parseExpectation } from '../src/analysis/expectations.ts';
import type { Result, Summary } from '../src/sim/result.ts';

const NAMES: ExpectationNames = {
  spans: ['request', 'disk'],
  channels: ['jobs'],
  mutexes: ['cache'],
  listeners: ['http'],
  neighbours: ['etl'],
  gomaxprocs: 2,
};

const g = { id: 1, name: 'main', index: 0 };
const summary: Summary = { count: 4, meanNs: 2500, p50Ns: 3000, p90Ns: 4000, p99Ns: 4000, p999Ns: 4000, maxNs: 4000 };

function processor(id: number, goroutineNs: number): Result['processors'][number] {
  const rest = { gcNs: 0, schedNs: 0, spinningNs: 0, syscallNs: 0, idleNs: 1000 - goroutineNs };
  return { id, goroutineNs, ...rest, busyNs: goroutineNs, utilization: goroutineNs / 1000 };
}

const RESULT: Result = {
  schema: 'gosim.result/v1',
  gosim: '0',
  scenario: { name: 'test', file: 'test.yaml' },
  seed: 42,
  go: '1.26',
  gomaxprocs: 2,
  runtime: {},
  machine: { cpus: 4 },
  neighbours: { etl: { threads: 2, cpuWeight: 100, cpuNs: 700 } },
  model: 'gmp',
  outcome: { kind: 'deadlock', exitCode: 2, message: 'fatal error: all goroutines are asleep - deadlock!' },
  makespanNs: 1000,
  log: ['9', '0', 'it is "done"'].map((text) => ({ atNs: 0, g, p: 0, m: 0, text })),
  logTruncated: false,
  processors: [processor(0, 800), processor(1, 400)],
  threads: { atStart: 3, created: 4, peak: 4, list: [{ id: 0, createdAtNs: 0, endedAtNs: null, reason: 'start', g: null }] },
  goroutines: {
    created: 7,
    finished: 5,
    peak: 6,
    unfinished: [{ ...g, state: 'waiting', reason: 'chan receive' }],
    unfinishedTruncated: false,
    list: null,
  },
  counters: { goPreempt: 0, steals: 3 } as Result['counters'],
  transfers: { lines: 12, waitedNs: 1200 },
  slices: summary,
  schedLatency: summary,
  spans: { request: summary, disk: { ...summary, count: 0 } },
  channels: { jobs: { sends: 9, blockedSends: 2, peakLen: 3, blockedNs: 700 } },
  listeners: { http: { arrivals: 9, accepted: 8, replied: 7, backlogPeak: 3, backlogLeft: 1, waits: summary } },
  mutexes: { cache: { locks: 5, contended: 1, starvations: 0, waits: summary } },
  quota: null,
  series: null,
  expectations: [],
  warnings: [],
  findings: [],
  events: null,
  eventHash: null,
};

describe('what holds', () => {
  it.each([
    ['spans.request.p99 < 25ms', true, 4000],
    ['spans.request.p99 < 4us', false, 4000],
    ['spans.request.p99 <= 4us', true, 4000],
    ['spans.disk.count == 0', true, 0],
    ['threads.created <= 12', true, 4],
    ['threads.created<=3', false, 4],
    ['makespan == 1us', true, 1000],
    ['makespan != 1.5us', true, 1000],
    ['processors[0].utilization >= 80%', true, 0.8],
    ['processors[1].utilization >= 80%', false, 0.4],
    ['processors[1].goroutine == 400ns', true, 400],
    ['processors.utilization.mean > 0.5', true, 0.6000000000000001],
    ['processors.utilization.min < 50 %', true, 0.4],
    ['processors.idle.max == 600ns', true, 600],
    ['counters.goPreempt == 0', true, 0],
    ['slices.mean > 2us', true, 2500],
    ['channels.jobs.blocked < 1us', true, 700],
    ['channels.jobs.peakLen == 3', true, 3],
    ['mutexes.cache.waits.max >= 4us', true, 4000],
    ['outcome == deadlock', true, 'deadlock'],
    ['outcome == "deadlock"', true, 'deadlock'],
    ['outcome != completed', true, 'deadlock'],
    ['outcome.kind == until', false, 'deadlock'],
    ['outcome.exitCode == 2', true, 2],
    ["outcome.message == 'fatal error: all goroutines are asleep - deadlock!'", true, RESULT.outcome.message],
    ['log == "9 0 it is \\"done\\""', true, '9 0 it is "done"'],
    ['log == 9 0 it is "done"', true, '9 0 it is "done"'],
    ['log != "9 0"', true, '9 0 it is "done"'],
    ['logTruncated == false', true, 'false'],
    ['goroutines.unfinished[0].reason == chan receive', true, 'chan receive'],
    ['goroutines.finished >= 5', true, 5],
    ['seed == 42', true, 42],
    ['machine.cpus == 4', true, 4],
    ['go == 1.26', true, '1.26'],
    ['spans.request.p50 < -1ms', false, 3000],
  ])('%s: %s', (that, ok, actual) => {
    expect(parseExpectation(that, NAMES)).toHaveProperty('check');
    expect(evaluate({ that }, RESULT)).toEqual({ that, ok, actual, level: 'error', why: null });
  });

  it('a figure the run did not have fulfils nothing', () => {
    for (const that of [
      'events == 0',
      'events != 0',
      'eventHash != x',
      'threads.list[0].endedAt < 1s',
      'goroutines.unfinished[3].id != 0',
    ]) {
      expect(parseExpectation(that, NAMES)).toHaveProperty('check');
      expect(evaluate({ that }, RESULT)).toMatchObject({ ok: false, actual: null });
    }
  });

  it('level and reason come along', () => {
    expect(evaluate({ that: 'seed == 1', level: 'warn', why: 'because' }, RESULT)).toMatchObject({
      ok: false,
      level: 'warn',
      why: 'because',
    });
  });

  it('an outcome is foreseen by an expectation that says it and holds', () => {
    const foreseen = (that: string): boolean => foresees(evaluate({ that }, RESULT));
    expect(foreseen('outcome == deadlock')).toBe(true);
    expect(foreseen('outcome.exitCode == 2')).toBe(true);
    expect(foreseen('outcome == panic')).toBe(false);
    expect(foreseen('outcome != completed')).toBe(false);
    expect(foreseen('threads.created == 4')).toBe(false);
  });
});

describe('what means nothing', () => {
  /** The complaint, and the expectation after its suggestion was taken. */
  function mistake(text: string): [string, string | null] {
    const answer = parseExpectation(text, NAMES);
    if ('check' in answer) return ['nothing', null];
    const { error, suggestion, start, length } = answer;
    return [error, suggestion === null ? null : text.slice(0, start) + suggestion + text.slice(start + length)];
  }

  it.each([
    ['threds.created < 3', 'the result has no field "threds"', 'threads.created < 3'],
    ['threads.craeted < 3', 'threads has no field "craeted"', 'threads.created < 3'],
    ['utilization > 50%', 'the result has no field "utilization"', 'processors.utilization.mean > 50%'],
    ['threads.max < 3', 'threads has no field "max"; there are atStart, created, peak, list', null],
    [
      'processors.queue.max < 3',
      'processors have no field "queue"; there are id, goroutine, gc, sched, spinning, syscall, idle, busy, utilization',
      null,
    ],
    ['goPreempt == 0', 'the result has no field "goPreempt"', 'counters.goPreempt == 0'],
    ['makespanNs < 3ms', 'the result has no field "makespanNs"', 'makespan < 3ms'],
    ['spans.request.p99Ns < 3ms', 'spans.request has no field "p99Ns"', 'spans.request.p99 < 3ms'],
    ['spans.requst.p99 < 3ms', 'the scenario has no span "requst"; there are request, disk', 'spans.request.p99 < 3ms'],
    ['channels.x.sends > 1', 'the scenario has no channel "x"; there is jobs', null],
    ['spans.request < 3ms', 'spans.request is no single figure', 'spans.request.count < 3ms'],
    ['spans < 3ms', 'spans are several: name one, as in spans.NAME.count', null],
    ['threads > 3', 'threads is no single figure', 'threads.atStart > 3'],
    ['processors > 3', 'processors are several: name one, or a figure over all', 'processors.goroutine.max > 3'],
    [
      'processors.utilization > 80%',
      'processors.utilization is one figure for each: .min, .mean or .max gives one for all',
      'processors.utilization.max > 80%',
    ],
    ['processors.utilisation.mean > 80%', 'processors have no field "utilisation"', 'processors.utilization.mean > 80%'],
    [
      'processors.utilization.avg > 80%',
      'processors.utilization is one figure for each: .min, .mean or .max gives one for all',
      'processors.utilization.max > 80%',
    ],
    ['processors[2].utilization > 80%', 'there are 2 processors, numbered from 0', null],
    ['processors[0] > 80%', 'processors[0] is no single figure', 'processors[0].id > 80%'],
    [
      'goroutines.unfinished.reason.max == x',
      'goroutines.unfinished.reason is no number: name one element, as in goroutines.unfinished[0].reason',
      null,
    ],
    ['threads[0].created == 1', 'threads is no array', null],
    ['makespan.max < 3s', 'makespan is a duration and has no field "max"', null],
    [
      'outcome == deadlok',
      'outcome is never "deadlok": it is one of completed, exit, deadlock, hang, panic, fatal, threads-exhausted, until, limit, interrupted',
      'outcome == deadlock',
    ],
    ['outcome < deadlock', 'outcome is a text: only == and != compare it', 'outcome == deadlock'],
    ['logTruncated == maybe', 'logTruncated is true or false, not "maybe"', null],
    ['threads.created = 3', 'no comparison "=": there are == != < <= > >=', 'threads.created == 3'],
    ['threads.created => 3', 'no comparison "=>": there are == != < <= > >=', 'threads.created >= 3'],
    ['threads.created <=', 'nothing to compare with after <=', null],
    ['threads.created', 'an expectation reads `path op value`, as in threads.created <= 12', null],
    ['', 'an expectation reads `path op value`, as in threads.created <= 12', null],
    ['threads.created < 3ms', 'threads.created is a plain number: "3ms" is none', 'threads.created < 3'],
    ['threads.created < many', 'threads.created is a plain number: "many" is none', null],
    ['makespan < 30', 'makespan is a duration: "30" needs a unit', 'makespan < 30ms'],
    ['makespan < 30%', 'makespan is a duration, as in 25ms or 1.5s: "30%" is none (unknown unit)', null],
    ['makespan < 0.5ns', 'makespan is a duration, as in 25ms or 1.5s: "0.5ns" is none (finer than a nanosecond)', null],
    ['processors[0].utilization > 3ms', 'processors[0].utilization is a fraction, as in 80% or 0.8: "3ms" is none', null],
    ['log == "9 0', 'the text has no closing "', null],
    ['constructor == 1', expect.stringMatching(/^the result has no field "constructor"; there are seed, go, .*, makespan, log, /), null],
    ['spans.__proto__.count == 1', 'the scenario has no span "__proto__"; there are request, disk', null],
  ])('%s', (text, error, suggestion) => {
    expect(mistake(text)).toEqual([error, suggestion]);
  });

  it('what is suggested for a path makes sense', () => {
    for (const text of ['goPreempt == 0', 'processors > 3ms', 'spans.requst.p99 < 3ms', 'threads > 3']) {
      expect(parseExpectation(mistake(text)[1] ?? '', NAMES), text).toHaveProperty('check');
    }
  });

  it('a processor may have any number while GOMAXPROCS is not known', () => {
    expect(parseExpectation('processors[7].idle > 1s', { ...NAMES, gomaxprocs: null })).toHaveProperty('check');
  });
});

it('an expectation that makes no sense fails with its mistake where nobody checked it before the run', () => {
  const result = evaluate({ that: 'threads.crated <= 12' }, RESULT);
  expect(result).toMatchObject({ ok: false, actual: null, level: 'error' });
  expect(result.why).toContain('"crated"');
  expect(foresees(result)).toBe(false);
});
