// Programs in TypeScript: the same runtime under generator functions instead of a compiled scenario.

import { describe, expect, it } from 'vitest';
import type { Chan, Go, Routine } from '../src/index.ts';
import { GoPanic, loadScenario, ScenarioError, simulate } from '../src/index.ts';

const logOf = (result: { readonly log: readonly { readonly text: string }[] }): string => result.log.map((entry) => entry.text).join(' ');

/** What a scenario and a program must have in common when they do the same. */
function essence(result: ReturnType<typeof simulate>): object {
  const { outcome, makespanNs, log, processors, threads, counters, slices, schedLatency } = result;
  return {
    outcome,
    makespanNs,
    log: log.map(({ atNs, p, m, text, g }) => [atNs, g.id, p, m, text]),
    processors,
    threads: threads.list.map(({ id, createdAtNs, reason }) => [id, createdAtNs, reason]),
    counters,
    slices,
    schedLatency,
  };
}

describe('a program in TypeScript', () => {
  const scenario = `
gomaxprocs: 2
machine: {cpus: 4}
channels: {c: 1, done: 0}
mutexes: [mu]
waitgroups: [wg]
goroutines:
  main:
    - go: worker
    - cpu: 2ms
    - send: c
    - recv: done
    - go: {run: locker, count: 3, wg: wg}
    - wait: wg
    - sleep: 1ms
    - log: end
  worker:
    - recv: c
    - syscall: 300us
    - net: 200us
    - log: worked
    - close: done
  locker:
    - lock: mu
    - cpu: 20us
    - unlock: mu
    - log: locked
`;

  function* main(go: Go): Routine<void> {
    const c = go.chan<number>(1);
    const done = go.chan<never>();
    const mu = go.mutex();
    const wg = go.waitGroup();
    go.spawn(function* worker(): Routine<void> {
      yield* c.recv();
      yield* go.syscall('300us');
      yield* go.net('200us');
      go.log('worked');
      yield* done.close();
    });
    yield* go.cpu('2ms');
    yield* c.send(1);
    yield* done.recv();
    for (let i = 0; i < 3; i++) {
      wg.go(function* locker(): Routine<void> {
        yield* mu.lock();
        yield* go.cpu('20us');
        yield* mu.unlock();
        go.log('locked');
      });
    }
    yield* wg.wait();
    yield* go.sleep('1ms');
    go.log('end');
  }

  it.each([1, 2, 3])(
    'does to the nanosecond what the scenario of the same steps does, but for the price of loop rounds (seed %i)',
    (seed) => {
      // three go statements one after the other instead of a loop with a counter
      const text = scenario.replace('- go: {run: locker, count: 3, wg: wg}', Array(3).fill('- go: {run: locker, wg: wg}').join('\n    '));
      const compiled = simulate(loadScenario(text), { seed });
      const programmed = simulate(main, { gomaxprocs: 2, cpus: 4, seed });
      expect(essence(programmed)).toEqual(essence(compiled));
      expect(logOf(programmed)).toBe('worked locked locked locked end');
    },
  );

  it('gives the same result every time, checked after every event or not, cold or settled', () => {
    const once = simulate(main, { gomaxprocs: 2, record: true });
    expect(simulate(main, { gomaxprocs: 2, record: true })).toEqual(once);
    expect(simulate(main, { gomaxprocs: 2, record: true, check: true }).eventHash).toBe(once.eventHash);
    expect(simulate(main, { gomaxprocs: 2, start: 'cold' }).outcome.kind).toBe('completed');
  });

  it('is the concurrent prime sieve: a goroutine for each prime filters what the ones before let through', () => {
    function* generate(_go: Go, to: Chan<number>): Routine<void> {
      for (let i = 2; ; i++) yield* to.send(i);
    }
    function* filter(go: Go, from: Chan<number>, to: Chan<number>, prime: number): Routine<void> {
      for (;;) {
        const i = (yield* from.recv())!;
        yield* go.cpu('30ns');
        if (i % prime !== 0) yield* to.send(i);
      }
    }
    const result = simulate(
      function* main(go) {
        let ch = go.chan<number>();
        go.spawn(generate, ch);
        for (let n = 0; n < 10; n++) {
          const prime = (yield* ch.recv())!;
          go.log(String(prime));
          const next = go.chan<number>();
          go.spawn(filter, ch, next, prime);
          ch = next;
        }
      },
      { gomaxprocs: 1 },
    );
    expect(logOf(result)).toBe('2 3 5 7 11 13 17 19 23 29');
    expect(result.goroutines.created).toBe(12);
    expect(result.goroutines.unfinished.map((g) => g.name)).toEqual(['generate', ...Array(10).fill('filter')]);
  });

  it('is a pipeline that is as long as its input says, with values of any kind', () => {
    interface Page {
      readonly url: string;
      readonly words: readonly string[];
    }
    function* stage(go: Go, from: Chan<Page>, to: Chan<Page>, step: (page: Page) => Page): Routine<void> {
      yield* from.range(function* (page) {
        yield* go.cpu('10us');
        yield* to.send(step(page));
      });
      yield* to.close();
    }
    const steps: ((page: Page) => Page)[] = [
      (page) => ({ ...page, words: page.url.split('/') }),
      (page) => ({ ...page, words: page.words.filter((word) => word !== '') }),
      (page) => ({ ...page, words: page.words.map((word) => word.toUpperCase()) }),
    ];
    const result = simulate(
      function* main(go) {
        const first = go.chan<Page>(2, 'first');
        let last = first;
        for (const step of steps) {
          const next = go.chan<Page>(2);
          go.spawn(stage, last, next, step);
          last = next;
        }
        go.spawn(function* source(): Routine<void> {
          for (const url of ['a/b', '/c', 'd//e']) yield* first.send({ url, words: [] });
          yield* first.close();
        });
        yield* last.range(function* (page) {
          go.log(page.words.join('+'));
          yield* go.gosched();
        });
      },
      { gomaxprocs: 2 },
    );
    expect(logOf(result)).toBe('A+B C D+E');
    expect(result.channels.first).toMatchObject({ sends: 3 });
  });

  it('is an errgroup: the first error wins, and all are waited for', () => {
    class Group {
      private readonly wg;
      private readonly once;
      error: string | null = null;
      private readonly go: Go;

      constructor(go: Go) {
        this.go = go;
        this.wg = go.waitGroup();
        this.once = go.once();
      }

      run(f: () => Routine<string | null>): void {
        const group = this;
        this.wg.go(function* member(): Routine<void> {
          const error = yield* f();
          if (error !== null)
            yield* group.once.do(function* () {
              group.error = error;
              yield* group.go.gosched();
            });
        });
      }

      *wait(): Routine<string | null> {
        yield* this.wg.wait();
        return this.error;
      }
    }
    const result = simulate(
      function* main(go) {
        const group = new Group(go);
        for (const [name, ms, fails] of [
          ['slow', 5, true],
          ['fine', 1, false],
          ['quick', 2, true],
        ] as const) {
          group.run(function* () {
            yield* go.net(`${ms}ms`);
            return fails ? `${name} failed` : null;
          });
        }
        go.log(String(yield* group.wait()));
      },
      { gomaxprocs: 2 },
    );
    expect(logOf(result)).toBe('quick failed');
    expect(result.goroutines.finished).toBe(4);
  });

  it('selects: the value and the case that happened, the default, and the time that is over', () => {
    const result = simulate(
      function* main(go) {
        const a = go.chan<string>(1);
        const full = go.chan<object>(0);
        let taken = yield* go.select([{ recv: a }, { default: true }]);
        go.log(`${taken.index}`);
        yield* a.send('hello');
        taken = yield* go.select([{ send: full, value: {} } as never, { recv: a }]);
        go.log(`${taken.index} ${String(taken.value)} ${taken.ok}`);
        taken = yield* go.select([{ recv: a }, { after: '1ms' }]);
        go.log(`${taken.index} ${go.now() >= 1_000_000}`);
        yield* a.close();
        taken = yield* go.select([{ recv: a }]);
        go.log(`${String(taken.value)} ${taken.ok}`);
      },
      { gomaxprocs: 1 },
    );
    expect(logOf(result)).toBe('1 1 hello true 1 true undefined false');
  });

  it('waits for conditions, reads under a lock for readers, and sets timers', () => {
    const result = simulate(
      function* main(go) {
        const mu = go.mutex('mu');
        const ready = go.cond(mu);
        const table = go.rwmutex();
        let stock = 0;
        go.spawn(function* buyer(): Routine<void> {
          yield* mu.lock();
          while (stock === 0) yield* ready.wait();
          stock--;
          yield* mu.unlock();
          go.log('bought');
        });
        yield* go.gosched();
        yield* table.rlock();
        yield* table.rlock();
        yield* table.runlock();
        yield* table.runlock();
        yield* mu.lock();
        stock++;
        yield* ready.signal();
        yield* mu.unlock();
        const late = yield* go.afterFunc('5ms', function* never(): Routine<void> {
          go.log('never');
          yield* go.gosched();
        });
        yield* go.afterFunc(
          '1ms',
          function* timer(_go: Go, text: string): Routine<void> {
            go.log(text);
            yield* late.stop();
          },
          'fired',
        );
        yield* go.sleep('10ms');
      },
      { gomaxprocs: 1 },
    );
    expect(logOf(result)).toBe('bought fired');
    expect(result.mutexes.mu.locks).toBe(3);
    expect(result.counters.timerFires).toBe(2);
  });

  it('panics as Go does, and recovers where it catches, from the runtime too', () => {
    const dies = simulate(
      function* main(go) {
        const c = go.chan<number>(1);
        yield* c.close();
        yield* c.send(1);
      },
      { gomaxprocs: 1 },
    );
    expect(dies.outcome).toEqual({ kind: 'panic', exitCode: 2, message: 'panic: send on closed channel' });
    const lives = simulate(
      function* main(go) {
        const c = go.chan<number>(1);
        yield* c.close();
        try {
          yield* c.close();
        } catch (e) {
          if (!(e instanceof GoPanic)) throw e;
          yield* go.cpu('1us');
          go.log(e.message);
        }
        go.panic('boom');
      },
      { gomaxprocs: 1 },
    );
    expect(logOf(lives)).toBe('close of closed channel');
    expect(lives.outcome.message).toBe('panic: boom');
  });

  it('ends as Go programs end: by return with others left, Goexit, exit, deadlock', () => {
    const outcome = (main: (go: Go) => Routine<void>) => simulate(main, { gomaxprocs: 1 }).outcome;
    expect(
      outcome(function* main(go) {
        yield* go.exit(3);
      }),
    ).toMatchObject({ kind: 'exit', exitCode: 3 });
    expect(
      outcome(function* main(go) {
        yield* go.chan().recv();
      }),
    ).toMatchObject({ kind: 'deadlock' });
    expect(
      outcome(function* main(go) {
        yield* go.gosched();
        go.goexit();
      }).message,
    ).toContain('no goroutines (main called runtime.Goexit)');
  });

  it('measures spans, and draws numbers that a different schedule does not change', () => {
    const draws = (gomaxprocs: number): string =>
      logOf(
        simulate(
          function* main(go) {
            const wg = go.waitGroup();
            const seen: number[] = [];
            for (let i = 0; i < 4; i++) {
              wg.go(function* roller(): Routine<void> {
                const since = go.now();
                yield* go.cpu(10_000 + go.intn(1000));
                go.span('roll', since);
                seen[i] = go.intn(6);
              });
            }
            yield* wg.wait();
            go.log(seen.join(','));
          },
          { gomaxprocs },
        ),
      );
    expect(draws(4)).toBe(draws(1));
    const { spans } = simulate(
      function* main(go) {
        yield* go.cpu('1us');
        go.span('all', 0);
      },
      { gomaxprocs: 1 },
    );
    expect(spans.all).toMatchObject({ count: 1, maxNs: 1000 });
  });

  it('does in passing what was said before it waits, be it after the operation was named', () => {
    const main = function* main(go: Go): Routine<void> {
      const c = go.chan<number>(1);
      for (let i = 0; i < 3; i++) {
        const sent = c.send(i);
        go.log(`before ${i} at ${go.now()}, ${c.len}`);
        yield* sent;
        yield* c.recv();
      }
    };
    const run = (check: boolean): ReturnType<typeof simulate> => simulate(main, { gomaxprocs: 1, cpus: 4, check });
    expect(logOf(run(false))).toBe(logOf(run(true)));
    for (const { atNs, text } of run(false).log) expect(text).toContain(` at ${atNs}, 0`);
  });

  it('lets mistakes of its own code through to the caller', () => {
    const running = (main: (go: Go) => Routine<void>) => () => simulate(main, { gomaxprocs: 1 });
    expect(
      running(function* main(go) {
        yield* go.cpu('soon');
      }),
    ).toThrow("no duration: soon (write 250 for ns, or '1.5ms')");
    expect(
      running(function* main() {
        yield;
      }),
    ).toThrow('yields only what the methods of `go` yield');
    expect(
      running(function* main(go) {
        go.sleep('1ms');
        yield* go.cpu(1);
      }),
    ).toThrow('an operation was not waited for: write `yield*` before it');
    expect(
      running(function* main(go) {
        const c = go.chan<number>(1);
        yield* go.cpu(1);
        c.send(1);
      }),
    ).toThrow('an operation was not waited for');
    expect(
      running(function* main(go) {
        yield* go.cpu(-1);
      }),
    ).toThrow(RangeError);
    let kept: Go | null = null;
    simulate(
      function* main(go) {
        kept = go;
        yield* go.gosched();
      },
      { gomaxprocs: 1 },
    );
    expect(() => kept!.log('late')).toThrow('a goroutine of the simulated program is to call this');
  });
});

describe('loadScenario', () => {
  it('gives a scenario, with params set, or an error that shows every mistake', () => {
    const text = 'params: {n: 1}\ngoroutines:\n  main:\n    - repeat: "${n}"\n      do: [{log: x}]\n';
    expect(simulate(loadScenario(text, { set: { n: 3 } })).log).toHaveLength(3);
    expect(() => loadScenario('goroutines: {main: [{snd: c}, {recv: d}]}', { file: 'x.yaml' })).toThrow(ScenarioError);
    expect(() => loadScenario('goroutines: {main: [{snd: c}, {recv: d}]}', { file: 'x.yaml' })).toThrow(/did you mean "send"[\s\S]*"d"/);
  });
});
