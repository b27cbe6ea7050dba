// What another CPU has used last costs whoever uses it next, by the line; on one processor there is nobody else.

import { describe, expect, it } from 'vitest';
import { runText } from './support/run.ts';

const ROUNDS = 100;

/** Two goroutines that do these steps every 20 us, in turn. */
function twoDo(steps: string, gomaxprocs: number, transfer: string): number {
  const text = `
gomaxprocs: ${gomaxprocs}
machine: {cpus: 2, costs: {transfer: ${transfer}}}
vars: {n: 0}
mutexes: [mu]
rwmutexes: [rw]
waitgroups: [all, wg]
conds: {cond: mu}
channels: {ch: 100}
goroutines:
  main:
    - go: {run: one, count: 2, as: i, wg: all}
    - wait: all
  one:
    - cpu: "\${i * 10}us"
    - repeat: ${ROUNDS}
      do:
        - cpu: 20us
${steps.replace(/^/gm, '        - ')}
`;
  return runText(text).result.makespanNs;
}

/** How many transfers a round takes longer by where each takes 1 us. */
function transfers(steps: string, gomaxprocs = 2): number {
  return (twoDo(steps, gomaxprocs, '1us') - twoDo(steps, gomaxprocs, '0s')) / (ROUNDS * 1000);
}

describe('two goroutines on two CPUs that use the same', () => {
  const LINES: readonly (readonly [what: string, steps: string, lines: number])[] = [
    ['variable', 'set: {n: "${n + 1}"}', 1],
    ['mutex', 'lock: mu\nunlock: mu', 1],
    ['RWMutex as readers', 'rlock: rw\nrunlock: rw', 1],
    ['RWMutex as writers', 'lock: rw\nunlock: rw', 1],
    ['WaitGroup', 'add: {wg: 1}\ndone: wg', 1],
    ['channel', 'send: ch\nrecv: ch', 4],
    ['channel in a select', 'select: [{send: ch}]\nselect: [{recv: ch}, default]', 4],
  ];
  it.each(LINES)('wait for its memory: a %s', (_, steps, lines) => {
    expect(transfers(steps)).toBeGreaterThan(lines * 0.9);
    expect(transfers(steps)).toBeLessThan(lines * 1.1 + 0.1);
  });

  it.each(LINES)('do not on one processor: a %s', (_, steps) => {
    expect(transfers(steps, 1)).toBe(0);
  });

  it('do not where they compute only', () => {
    expect(transfers('cpu: 1us')).toBeLessThan(0.1);
  });
});

describe('a goroutine', () => {
  it('takes its memory along where it moves, as most do through the global queue', () => {
    const makespan = (transfer: string): number =>
      runText(`
gomaxprocs: 2
machine: {cpus: 2, costs: {transfer: ${transfer}}}
waitgroups: [all]
goroutines:
  main:
    - go: {run: one, count: 20, wg: all}
    - wait: all
  one:
    - repeat: 20
      do: [{cpu: 5us}, gosched]
`).result.makespanNs;
    expect(makespan('1us') - makespan('0s')).toBeGreaterThan(100_000);
  });
});
