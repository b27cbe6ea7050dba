// Tickers and the timers of AfterFunc: what they do, and where Go 1.19 and 1.26 differ. Orders that real Go shows are in
// test/programs (23b, 25, 90 to 93, 98, 99); here is what those cannot show.

import { describe, expect, it } from 'vitest';
import { loggedBy, runText } from './support/run.ts';

const VERSIONS = ['1.19', '1.26'];

function program(go: string, main: string, declared = ''): string {
  return `go: "${go}"\ngomaxprocs: 1\nuntil: 200ms\n${declared}\ngoroutines:\n  main:\n    ${main.trim().split('\n').join('\n    ')}\n`;
}

describe('a ticker', () => {
  it.each([
    ['1.19', '1 1 0'],
    ['1.26', '0 0 0'],
  ])('of Go %s is as long as its channel looks: %s', (go, expected) => {
    const main = '- sleep: 3ms\n- set: {before: "${len(beat)}"}\n- recv: beat\n- log: "${before} ${cap(beat)} ${len(beat)}"';
    expect(loggedBy(program(go, main, 'tickers: {beat: 1ms}'))).toBe(expected);
  });

  it('of Go 1.19 gives the instant at which a tick was noticed, of Go 1.26 the one at which it was due', () => {
    const main = '- cpu: 2500us\n- recv: {from: beat, as: at}\n- log: "${at / 1us}"';
    expect(Number(loggedBy(program('1.26', main, 'tickers: {beat: 1ms}')))).toBe(1000);
    expect(Number(loggedBy(program('1.19', main, 'tickers: {beat: 1ms}')))).toBeGreaterThanOrEqual(2500);
  });

  it.each(VERSIONS)('does not drift: ticks are due at multiples of the period, and missed ones are left out (Go %s)', (go) => {
    const main = `
- repeat: 4
  as: i
  do:
    - recv: {from: beat, as: at}
    - log: "\${(at + 100us) / 5ms}"
    - if: \${i == 1}
      do: [{cpu: 12ms}]`;
    // 5 and 10 ms; the tick of 15 ms waits, that of 20 ms finds its place taken
    expect(loggedBy(program(go, main, 'tickers: {beat: 5ms}'))).toMatch(go === '1.26' ? /^1 2 3 5$/ : /^1 2 4 5$/);
  });

  it.each(VERSIONS)('that is reset has a new period, from then on (Go %s)', (go) => {
    const main =
      '- sleep: 1ms\n- resetTimer: {beat: 3ms}\n- repeat: 2\n  do:\n    - recv: {from: beat, as: at}\n    - log: "${(at + 100us) / 1ms}"';
    const [first, second] = loggedBy(program(go, main, 'tickers: {beat: 50ms}'))
      .split(' ')
      .map(Number);
    expect(second - first).toBe(3);
    expect(first).toBeLessThanOrEqual(6);
  });

  it.each(VERSIONS)('that is reset to nothing panics as Go does (Go %s)', (go) => {
    const { outcome } = runText(program(go, '- resetTimer: {beat: 0s}', 'tickers: {beat: 50ms}')).result;
    expect(outcome).toEqual({ kind: 'panic', exitCode: 2, message: 'panic: non-positive interval for Ticker.Reset' });
  });

  it.each(VERSIONS)('in an array is stopped without the others (Go %s)', (go) => {
    const main = `
- stopTimer: beats[1]
- repeat: 3
  do:
    - select:
        - {recv: "beats[0]", do: [{log: zero}]}
        - {recv: "beats[1]", do: [{log: one}]}
        - {recv: "beats[2]", do: [{log: two}]}
    - resetTimer: {"beats[2]": 100ms}`;
    expect(loggedBy(program(go, main, 'tickers: {beats: {count: 3, period: 4ms}}')).split(' ')).not.toContain('one');
  });

  it('of Go 1.26 is in no heap while nobody waits, and costs nothing; of Go 1.19 it fires on', () => {
    const fires = (go: string): number =>
      runText(program(go, '- repeat: 20\n  do: [{sleep: 2ms}]', 'tickers: {beat: 1ms}')).result.counters.timerFires;
    expect(fires('1.26')).toBe(20); // the sleeps
    expect(fires('1.19')).toBeGreaterThan(35);
  });

  it('wakes the select that waits for it and for others, and leaves the others alone', () => {
    const main = `
- go: [{sleep: 4ms}, {send: jobs, value: 7}]
- repeat: 5
  do:
    - select:
        - {recv: beat, do: [{log: tick}]}
        - {recv: jobs, as: v, do: [{log: "\${v}"}]}
        - {after: 20ms, do: [{log: late}]}`;
    for (const go of VERSIONS)
      expect(loggedBy(program(go, main, 'tickers: {beat: 1500us}\nchannels: {jobs: 0}'))).toBe('tick tick 7 tick tick');
  });

  it('is the only thing that keeps a program alive in Go 1.19, which then never ends', () => {
    const text = (go: string): string => program(go, '- recv: never', 'tickers: {beat: 20ms}\nchannels: {never: nil}');
    expect(runText(text('1.26')).result.outcome.kind).toBe('deadlock');
    expect(runText(text('1.19')).result.outcome.kind).toBe('until');
  });

  it('that main made ticks on for a goroutine that outlives nothing: it is cut off when main returns', () => {
    const { result } = runText(program('1.26', '- go: [{range: beat, do: [{log: tick}]}]\n- sleep: 10ms', 'tickers: {beat: 3ms}'));
    expect(result.log).toHaveLength(3);
    expect(result.goroutines.unfinished.map((g) => [g.name, g.reason])).toEqual([['main.func1', 'chan receive']]);
  });
});

describe('a timer with a function', () => {
  it.each(VERSIONS)('runs it in a goroutine that is named as Go names it, and started by nobody (Go %s)', (go) => {
    const { result } = runText(program(go, '- afterFunc: {after: 1ms, do: [{log: here}]}\n- sleep: 5ms'), { detail: true });
    const list = result.goroutines.list!.map((g) => [g.name, g.id]);
    expect(list).toEqual([
      ['main', 1],
      ['main.func1', go === '1.19' ? 6 : 7],
    ]);
    expect(result.log[0]).toMatchObject({ text: 'here', g: { name: 'main.func1', index: 0 } });
    expect(result.goroutines.list![1].createdAtNs).toBeGreaterThan(1_000_000);
  });

  it('keeps what its steps see as it was at the statement', () => {
    const main =
      '- repeat: 3\n  as: i\n  do:\n    - set: {x: "${i * 10}"}\n    - afterFunc: {after: "${3ms - i * 1ms}", do: [{log: "${i}:${x}"}]}\n    - set: {x: 99}\n- sleep: 9ms';
    expect(loggedBy(program('1.26', main))).toBe('2:20 1:10 0:0');
  });

  it.each(VERSIONS)('that was stopped does not run, nor does one that was stopped twice (Go %s)', (go) => {
    const main = '- afterFunc: {timer: t, after: 1ms, do: [{log: never}]}\n- stopTimer: t\n- stopTimer: t\n- sleep: 5ms\n- log: end';
    expect(loggedBy(program(go, main))).toBe('end');
  });

  it.each(VERSIONS)('can be set again after it fired and after it was stopped, and runs once for each (Go %s)', (go) => {
    const main = `
- afterFunc: {timer: t, after: 1ms, do: [{log: ran}]}
- sleep: 3ms
- resetTimer: {t: 1ms}
- sleep: 3ms
- stopTimer: t
- resetTimer: {t: 1ms}
- resetTimer: {t: 2ms}
- sleep: 9ms
- log: end`;
    expect(loggedBy(program(go, main))).toBe('ran ran ran end');
  });

  it('draws anew each time it runs, and the same as long as the seed is the same', () => {
    const main =
      '- afterFunc: {timer: t, after: 1ms, do: [{set: {a: "${now}"}}, {sleep: "uniform(1us, 900us)"}, {log: "${(now - a) / 1us}"}]}\n- repeat: 3\n  do: [{sleep: 3ms}, {resetTimer: {t: 1ms}}]\n- sleep: 9ms';
    const drawn = loggedBy(program('1.26', main));
    expect(new Set(drawn.split(' ')).size).toBe(4);
    expect(loggedBy(program('1.26', main))).toBe(drawn);
    expect(loggedBy(program('1.26', main), { seed: 2 })).not.toBe(drawn);
  });

  it.each(VERSIONS)('that never was made stops a program with the panic of a nil pointer (Go %s)', (go) => {
    const main = '- stopTimer: t\n- afterFunc: {timer: t, after: 1ms, do: []}';
    const nil = 'panic: runtime error: invalid memory address or nil pointer dereference';
    expect(runText(program(go, main)).result.outcome).toMatchObject({ kind: 'panic', exitCode: 2, message: nil });
  });

  it('does not run while every processor computes, and then late', () => {
    const main = '- afterFunc: {after: 1ms, do: [{log: "${now > 8ms}"}]}\n- cpu: 8ms\n- gosched';
    expect(loggedBy(program('1.26', main))).toBe('true');
  });

  it('hides a deadlock until it has run', () => {
    const { result } = runText(program('1.26', '- afterFunc: {after: 50ms, do: [{log: ran}]}\n- select: []'));
    expect(result.outcome.kind).toBe('deadlock');
    expect(result.makespanNs).toBeGreaterThan(50_000_000);
    expect(result.log.map((entry) => entry.text)).toEqual(['ran']);
  });

  it('that a thousand requests make and stop leaves the heap small', () => {
    const main = '- repeat: 1000\n  do:\n    - afterFunc: {timer: t, after: 1h, do: []}\n    - stopTimer: t\n- select: []';
    for (const go of VERSIONS) expect(runText(program(go, main)).result.outcome.kind).toBe('deadlock');
  });
});

describe('heaps of timers that were changed', () => {
  /** Timers 0 to n - 1, some of them stopped or set anew; the order in which they fire. */
  function order(go: string, changes: string): string {
    const make = '- repeat: 12\n  as: i\n  do: [{afterFunc: {timer: "t[${i}]", after: "${10ms + i * 1ms}", do: [{log: "${i}"}]}}]';
    return loggedBy(program(go, `${make}\n${changes}\n- sleep: 60ms`, 'timers: {t: {count: 12}}'));
  }

  it.each(VERSIONS)('fire in the order of what was set last (Go %s)', (go) => {
    const changes =
      '- resetTimer: {"t[11]": 1ms}\n- resetTimer: {"t[0]": 30ms}\n- stopTimer: t[5]\n- resetTimer: {"t[6]": 40ms}\n- resetTimer: {"t[6]": 2ms}\n- stopTimer: t[1]\n- resetTimer: {"t[1]": 35ms}';
    expect(order(go, changes)).toBe('11 6 2 3 4 7 8 9 10 0 1');
  });

  it.each(VERSIONS)('are cleared of stopped ones when these are many, and the others still come in order (Go %s)', (go) => {
    const changes = '- repeat: 8\n  as: i\n  do: [{stopTimer: "t[${i + 2}]"}]\n- sleep: 1ms\n- resetTimer: {"t[4]": 1ms}';
    expect(order(go, changes)).toBe('4 0 1 10 11');
  });
});
