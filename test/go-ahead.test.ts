// The short way through channels (src/sim/go-ahead.ts) against the general one: results must not tell which was taken.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { Stream } from '../src/base/prng.ts';
import type { Chan, Go, GoMain, Routine } from '../src/index.ts';
import { GoPanic } from '../src/index.ts';
import { GoAhead } from '../src/sim/go-ahead.ts';
import { DEFAULT_CAPS } from '../src/sim/options.ts';
import { simulate } from '../src/sim/simulate.ts';
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

/** Likewise in TypeScript: what each goroutine does next depends on its own draws and on what it receives. */
function typescript(seed: number): GoMain {
  const r = new Stream(seed, 'go ahead in TypeScript');
  const capacities = [0, 0, r.below(3), 7];
  const workers = 1 + r.below(4);
  const seen: string[] = [];
  function* act(go: Go, chans: readonly Chan<unknown>[], i: number): Routine<void> {
    const c = chans[go.intn(chans.length)]!;
    const what = go.intn(100);
    if (seen.length > 9) go.log(seen.splice(0).join(', '));
    if (what < 35) yield* c.send([i, undefined, 'text', { i }, -i / 2][go.intn(5)]);
    else if (what < 65) seen.push(`${typeof (yield* c.recv())} at ${go.now()}`);
    else if (what < 70) seen.push(JSON.stringify(yield* c.recvOk()));
    else if (what < 85) yield* go.cpu(go.intn(3) * go.intn(60_000));
    else if (what < 88) go.log(`${(yield* go.select([{ recv: c }, { default: true }])).index}`);
    else if (what < 90) seen.push(`${(yield* go.select(chans.map((recv) => ({ recv })))).index} at ${go.now()}`);
    else if (what < 94) yield* go.gosched();
    else if (what < 96) go.spawn(worker, chans, 3);
    else if (what < 98) go.span('all', 0);
    else if (i > 100) yield* c.close();
  }
  function* worker(go: Go, chans: readonly Chan<unknown>[], rounds: number): Routine<void> {
    for (let i = 0; i < rounds; i++) {
      try {
        yield* act(go, chans, i);
      } catch (e) {
        if (!(e instanceof GoPanic)) throw e;
        go.log(e.message);
      }
    }
  }
  // somebody is at the other end of every channel
  function* sender(_go: Go, c: Chan<unknown>): Routine<void> {
    for (let i = 0; ; i++) yield* c.send(i);
  }
  function* receiver(go: Go, c: Chan<unknown>): Routine<void> {
    for (;;) {
      const [value, ok] = yield* c.recvOk();
      if (!ok) return;
      seen.push(JSON.stringify([value, go.now()]));
    }
  }
  return function* main(go) {
    seen.length = 0;
    const chans = capacities.map((capacity, i) => go.chan<unknown>(capacity, `c${i}`));
    for (const c of chans) {
      go.spawn(sender, c);
      go.spawn(receiver, c);
    }
    for (let i = 0; i < workers; i++) go.spawn(worker, chans, 200);
    yield* worker(go, chans, 300);
    go.log(seen.join(', '));
    yield* go.cpu(1);
  };
}

/** Counts the steps that are done on the short way. */
function countSteps(): { steps: number } {
  const counted = { steps: 0 };
  const whole = GoAhead.prototype.run;
  vi.spyOn(GoAhead.prototype, 'run').mockImplementation(function (this: GoAhead, s, mp, roundNs) {
    const before = s.machine.steps;
    const left = whole.call(this, s, mp, roundNs);
    counted.steps += s.machine.steps - before;
    return left;
  });
  return counted;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('going ahead', () => {
  it('gives the results of the general way in programs in TypeScript, too', () => {
    const ahead = countSteps();
    for (let seed = 1; seed <= 60; seed++) {
      const main = typescript(seed);
      const run = (runAhead: boolean): object => {
        const procs = { go: seed % 2 === 0 ? '1.19' : '1.26', gomaxprocs: 1 + (seed % 3 === 0 ? seed % 4 : 0), cpus: 4, seed };
        const kept = { record: false, detail: false, check: false };
        const options = {
          name: '',
          file: '',
          ...procs,
          start: { kind: 'settled', schedtick: null },
          untilNs: 400_000,
          ...kept,
        } as const;
        return simulate(main, { ...options, ...DEFAULT_CAPS, runAhead }).result;
      };
      expect(run(true), `seed ${seed}`).toEqual(run(false));
    }
    expect(ahead.steps).toBeGreaterThan(2_000); // it has been there
  });

  it('gives the results of the general way, on programs of all kinds', () => {
    const ahead = countSteps();
    for (let seed = 1; seed <= 300; seed++) {
      const text = program(seed);
      const short = runText(text, { record: false, check: false }).result;
      const general = runText(text, { record: false, check: false, runAhead: false }).result;
      expect(short, text).toEqual(general);
    }
    expect(ahead.steps).toBeGreaterThan(30_000); // it has been there
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
    const ahead = countSteps();
    const { result } = runText(pingPong, { record: false, check: false });
    expect(result.channels.ping!.sends).toBe(5000);
    expect(ahead.steps).toBeGreaterThan(29_000);
  });
});
