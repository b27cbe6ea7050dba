// The short way through channels (src/sim/go-ahead.ts) against the general one: results must not tell which was taken.

import { describe, expect, it, vi } from 'vitest';
import { Stream } from '../src/base/prng.ts';
import { GoAhead } from '../src/sim/go-ahead.ts';
import { runText } from './support/run.ts';

/** A random program of goroutines that meet at channels of all kinds, for a while. */
function program(seed: number): string {
  const r = new Stream(seed, 'go ahead');
  const one = <T>(...of: readonly T[]): T => of[r.below(of.length)]!;
  const step = (i: string): string =>
    one(
      `{send: ${one('a', 'b', 'c')}}`,
      `{send: ${one('a', 'b')}, value: "${one('1', `\${${i}}`, `\${${i} + 1}`)}"}`,
      `{recv: ${one('a', 'b', 'c')}}`,
      `{recv: ${one('a', 'b')}, as: v}`,
      `{recv: "ring[${one('0', '1', `\${${i}}`, `\${${i} + 1}`)}]", as: v}`,
      `{send: "ring[${one('0', '1', `\${${i}}`, `\${${i} + 1}`)}]"}`,
      `{cpu: ${one('0ns', '50ns', '3us', '200us', `"\${${i}}us"`)}}`,
      one('gosched', '{log: x}', '{set: {n: "${n + 1}"}}', '{repeat: 3, do: [{send: b}]}', '{repeat: 40, do: []}'),
      `{select: [{recv: ${one('a', 'b')}, do: [{log: got}]}, ${one('{default: []}', '{send: c}')}]}`,
    );
  const steps = (n: number, i: string): string => Array.from({ length: n }, () => step(i)).join(', ');
  return `
gomaxprocs: ${one(1, 1, 1, 2, 4)}
go: "${one('1.19', '1.26')}"
seed: ${seed}
until: 3ms
channels: {a: 0, b: ${one(1, 2, 7)}, c: 0, ring: {count: 4, capacity: 0}}
vars: {n: 0}
goroutines:
  main:
    - go: {run: worker, count: ${1 + r.below(4)}, as: i}
    - go: reader
    - repeat: ${50 + r.below(500)}
      do: [${steps(2, 'n')}]
    - close: b
    - sleep: 1ms
  worker:
    - repeat: ${50 + r.below(500)}
      do: [${steps(3, 'i')}]
  reader:
    - range: b
      as: got
      do: [${steps(1, 'n')}]
    - repeat: 300
      do: [{recv: a}, {send: c}]
`;
}

describe('going ahead', () => {
  it('gives the results of the general way, on programs of all kinds', () => {
    let steps = 0;
    const whole = GoAhead.prototype.run;
    const spy = vi.spyOn(GoAhead.prototype, 'run').mockImplementation(function (this: GoAhead, s, mp, roundNs) {
      const before = s.machine.steps;
      const left = whole.call(this, s, mp, roundNs);
      steps += s.machine.steps - before;
      return left;
    });
    for (let seed = 1; seed <= 300; seed++) {
      const text = program(seed);
      const ahead = runText(text, { record: false, check: false }).result;
      const general = runText(text, { record: false, check: false, runAhead: false }).result;
      expect(ahead, text).toEqual(general);
    }
    spy.mockRestore();
    expect(steps).toBeGreaterThan(30_000); // it has been there
  });

  it('does nearly all of a ping-pong, and of a ring', () => {
    const pingPong = `
gomaxprocs: 1
channels: {ping: 0, pong: 0}
goroutines:
  main:
    - go: echo
    - repeat: 5000
      do: [{send: ping}, {recv: pong}]
  echo:
    - repeat: 5000
      do: [{recv: ping}, {send: pong}]
`;
    const whole = GoAhead.prototype.run;
    let steps = 0;
    const spy = vi.spyOn(GoAhead.prototype, 'run').mockImplementation(function (this: GoAhead, s, mp, roundNs) {
      const before = s.machine.steps;
      const left = whole.call(this, s, mp, roundNs);
      steps += s.machine.steps - before;
      return left;
    });
    const { result } = runText(pingPong, { record: false, check: false });
    spy.mockRestore();
    expect(result.channels.ping!.sends).toBe(5000);
    expect(steps).toBeGreaterThan(29_000);
  });
});
