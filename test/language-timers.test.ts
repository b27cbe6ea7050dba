// Timers, tickers, pipes and the settings of the process in a scenario's text: what they become, and what is wrong with them.

import { describe, expect, it } from 'vitest';
import type { Body } from '../src/scenario/model.ts';
import { messages, plain, read, withSteps } from './support/language.ts';

const ms = { kind: 'value', value: { kind: 'const', type: 'duration', value: 1_000_000 } };
const top = (declared: string, steps = '[gosched]'): string => `goroutines: {main: ${steps}}\n${declared}`;

describe('declarations', () => {
  it('tickers have a period, alone or in arrays', () => {
    const { tickers } = read(top('params: {p: 2ms}\ntickers: {a: 5ms, b: "${2 * p}", c: {count: 3, period: 1s}}'));
    expect(tickers).toEqual([
      { name: 'a', count: null, periodNs: 5_000_000 },
      { name: 'b', count: null, periodNs: 4_000_000 },
      { name: 'c', count: 3, periodNs: 1_000_000_000 },
    ]);
  });

  it('pipes do not block unless they are said to', () => {
    expect(read(top('pipes: [a, b]')).pipes).toEqual(['a', 'b'].map((name) => ({ name, count: null, blocking: false })));
    expect(read(top('pipes: {a: , b: {count: 2}, c: {blocking: true}}')).pipes).toEqual([
      { name: 'a', count: null, blocking: false },
      { name: 'b', count: 2, blocking: false },
      { name: 'c', count: null, blocking: true },
    ]);
  });

  it('a timer is declared by the afterFunc that sets it, wherever that stands; an array of them by itself', () => {
    const text = withSteps(
      '- stopTimer: t\n- go: [{afterFunc: {timer: t, after: 1ms, do: []}}]\n- afterFunc: {timer: "late[2]", after: 1ms, do: []}',
    );
    expect(read(text).timers).toEqual([
      { name: 'late', count: 4 },
      { name: 't', count: null },
    ]);
  });

  it('maxThreads and godebug are settings of the process', () => {
    expect(read(top('maxThreads: 50\ngodebug: {asyncpreemptoff: 1}'))).toMatchObject({
      maxThreads: 50,
      godebug: { asyncpreemptoff: true },
    });
    expect(read(top(''))).toMatchObject({ maxThreads: null, godebug: { asyncpreemptoff: false } });
    expect(read(top('godebug: {asyncpreemptoff: 0}')).godebug).toEqual({ asyncpreemptoff: false, containermaxprocs: true });
  });
});

describe('steps', () => {
  const bodies = (steps: string): unknown => plain(read(withSteps(steps)).bodies.filter(({ name }: Body) => name.startsWith('main')));

  it('afterFunc is a body that gets copies of what it sees', () => {
    expect(bodies('- set: {x: 1}\n- afterFunc: {timer: t, after: 1ms, do: [{log: "${x}"}]}')).toMatchObject([
      {
        name: 'main',
        steps: [
          {},
          {
            op: 'afterFunc',
            timer: { name: 't', index: null },
            after: ms,
            body: 'main.func1',
            with: [{ name: 'x', slot: 0, value: { kind: 'local', slot: 0 } }],
          },
        ],
      },
      { name: 'main.func1', params: [{ name: 'x', type: 'int' }], steps: [{ op: 'log' }] },
    ]);
  });

  it('stopTimer and resetTimer take timers and tickers', () => {
    const steps =
      '- afterFunc: {timer: t, after: 0s, do: []}\n- stopTimer: t\n- stopTimer: beats[1]\n- resetTimer: {beat: 1ms}\n- resetTimer: {"late[0]": exp(1ms)}';
    expect(plain(read(withSteps(steps)).bodies[0].steps.slice(1))).toEqual([
      { op: 'stopTimer', timer: { name: 't', index: null } },
      { op: 'stopTimer', timer: { name: 'beats', index: { kind: 'const', type: 'int', value: 1 } } },
      { op: 'resetTimer', timer: { name: 'beat', index: null }, after: ms },
      {
        op: 'resetTimer',
        timer: { name: 'late', index: { kind: 'const', type: 'int', value: 0 } },
        after: { kind: 'exp', args: [1_000_000] },
      },
    ]);
  });

  it('what comes from a ticker is a duration, as now is', () => {
    const steps = '- recv: {from: beat, as: at, ok: open}\n- range: beat\n  as: then\n  do: [{log: "${now - then + at} ${open}"}, break]';
    expect(read(withSteps(steps)).bodies[0].locals).toEqual([
      { name: 'at', type: 'duration' },
      { name: 'open', type: 'bool' },
      { name: 'then', type: 'duration' },
    ]);
    expect(messages(withSteps('- select: [{recv: beat, as: at, do: [{log: "${at + 1}"}]}]'))).toEqual([
      '11:54 "+" between a duration and a whole number has no meaning',
    ]);
  });

  it('read, write, cgo and raw', () => {
    expect(
      plain(read(withSteps('- read: line\n- write: "lines[${n - 2}]"\n- cgo: 1ms\n- syscall: {for: 1ms, raw: true}')).bodies[0].steps),
    ).toMatchObject([
      { op: 'read', pipe: { name: 'line', index: null } },
      { op: 'write', pipe: { name: 'lines', index: { value: 2 } } },
      { op: 'cgo', for: ms },
      { op: 'syscall', for: ms, cpu: null, raw: true },
    ]);
  });

  it('len and cap of tickers are asked as those of channels', () => {
    expect(messages(withSteps('- log: "${len(beat)} ${cap(beats[0])} ${len(beats)}"'))).toEqual([]);
  });
});

describe('mistakes', () => {
  const rows: [string, ...string[]][] = [
    ['- afterFunc: 1ms', '11:7 "afterFunc" needs a mapping with timer, after and do'],
    ['- afterFunc: {timer: t}', '11:7 "afterFunc" needs "after" and "do"'],
    ['- afterFunc: {after: 1ms, do: [break]}', '11:36 "break" outside of a loop'],
    ['- afterFunc: {timer: "t[0]", after: 1ms, do: []}', '11:27 unknown timer "t"'],
    ['- afterFunc: {timer: late, after: 1ms, do: []}', '11:26 "late" is an array of 4: say which, as in late[0]'],
    ['- afterFunc: {timer: beat, after: 1ms, do: []}', '11:26 "beat" is a ticker already: a stopTimer step could not tell the two apart'],
    ['- stopTimer: t', '11:18 unknown timer "t"'],
    ['- afterFunc: {timer: timeout, after: 1ms, do: []}\n- stopTimer: timeuot', '12:18 unknown timer "timeuot": did you mean "timeout"?'],
    ['- stopTimer: jobs', '11:18 unknown timer "jobs"'],
    ['- resetTimer: beat', '11:19 "resetTimer" takes one timer and a duration, as {t: 5ms}'],
    ['- resetTimer: {beat: 1ms, beats: 2ms}', '11:31 "resetTimer" takes one timer and a duration, as {t: 5ms}'],
    ['- resetTimer: {beat: 5}', '11:26 the duration 5 has no unit'],
    ['- send: beat', '11:13 unknown channel "beat"'],
    ['- close: beat', '11:14 unknown channel "beat"'],
    ['- recv: bet', '11:13 unknown channel "bet": did you mean "beat"?'],
    ['- recv: beats', '11:13 "beats" is an array of 2: say which, as in beats[0]'],
    ['- read: lines', '11:13 "lines" is an array of 3: say which, as in lines[0]'],
    ['- write: jobs', '11:14 unknown pipe "jobs"'],
    ['- cgo: 5', '11:12 the duration 5 has no unit'],
    ['- cgo: {for: 1ms, cpu: 1ms}', '11:23 unknown key "cpu" in "cgo"'],
  ];
  it.each(rows)('%s', (steps, ...expected) => {
    expect(messages(withSteps(steps))).toEqual(expected);
  });

  const tops: [string, ...string[]][] = [
    ['tickers: {t: 0s}', '2:14 the period of a ticker is more than 0, or NewTicker panics'],
    ['tickers: {t: exp(1ms)}', '2:14 "exp(1ms)" is no duration'],
    ['tickers: {t: {count: 2}}', '2:11 the ticker "t" needs its "period"'],
    ['tickers: {t: {every: 2ms}}', '2:11 the ticker "t" needs its "period"', '2:15 unknown key "every" in "tickers"'],
    ['tickers: [t]', '2:10 "tickers" holds names and what each is'],
    ['tickers: {t: 1ms}\nchannels: {t: 0}', '2:11 "t" is a channel already: a recv step could not tell the two apart'],
    ['tickers: {t: 1ms}\ntimers: [t]', '2:11 "t" is a timer already: a stopTimer step could not tell the two apart'],
    ['pipes: {p: true}', '2:12 {count: …, blocking: …} belongs here, or nothing'],
    ['pipes: {p: {blocking: 1}}', '2:23 true or false belongs here, not "1"'],
    ['pipes: {p: {count: 0}}', '2:20 the length of an array is at least 1, not 0'],
    ['maxThreads: 0', '2:13 "maxThreads" is at least 1, not 0'],
    ['maxThreads: many', '2:13 a whole number belongs here, not "many"'],
    ['godebug: asyncpreemptoff=1', '2:10 "godebug" is a mapping'],
    ['godebug: {asyncpreemptof: 1}', '2:11 the GODEBUG setting "asyncpreemptof" is not modelled: did you mean "asyncpreemptoff"?'],
    ['godebug: {schedtrace: 1000}', '2:11 the GODEBUG setting "schedtrace" is not modelled'],
    ['godebug: {asyncpreemptoff: 2}', '2:28 "asyncpreemptoff" is at most 1, not 2'],
    ['godebug: {asyncpreemptoff: true}', '2:28 a whole number belongs here, not a condition'],
  ];
  it.each(tops)('%s', (declared, ...expected) => {
    expect(messages(top(declared))).toEqual(expected);
  });

  it('what nothing uses is a warning, and the body of an afterFunc counts as started', () => {
    expect(messages(top('tickers: {t: 1ms}\npipes: [p]\ntimers: [u]'), 'warning')).toEqual([
      '2:11 the ticker "t" is never used',
      '3:9 the pipe "p" is never used',
      '4:10 the timer "u" is never used',
    ]);
    const text = 'goroutines:\n  main: [{afterFunc: {after: 1ms, do: [{go: other}]}}, {sleep: 2ms}]\n  other: [gosched]\n';
    expect(messages(text, 'warning')).toEqual([]);
  });
});
