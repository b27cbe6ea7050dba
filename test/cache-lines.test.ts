// What another CPU has used last costs whoever uses it next, by the line; on one processor there is nobody else.

import { describe, expect, it } from 'vitest';
import { fetching, LOCKED } from '../src/runtime/cache.ts';
import { Hchan } from '../src/runtime/chan.ts';
import { CHAN_LINES } from '../src/runtime/costs.ts';
import type { M } from '../src/runtime/m.ts';
import { OP_SEND } from '../src/runtime/ops.ts';
import type { Sched } from '../src/runtime/sched.ts';
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
    ['channel', 'send: ch\nrecv: ch', CHAN_LINES],
    ['channel in a select', 'select: [{send: ch}]\nselect: [{recv: ch}, default]', CHAN_LINES],
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

describe('the lock of a channel', () => {
  /** How long a send from this CPU at this instant waits. */
  function sends(): (cpu: number, at: number) => number {
    const machine = { now: 0 };
    const costs = { transfer: 100, chanOp: 20 };
    const s = { g: { obj: [0] }, objects: { channels: [new Hchan(0, 9)] }, machine, costs } as unknown as Sched;
    return (cpu, at) => {
      machine.now = at;
      return fetching(s, { curg: 0, thread: { cpu } } as M, OP_SEND);
    };
  }

  it('has whoever comes from another CPU in the middle of an operation try again, and wait for its lines then', () => {
    const send = sends();
    expect(send(0, 1000)).toBe(0); // until 1020
    expect(send(1, 1010)).toBe(LOCKED);
    expect(send(1, 1020)).toBe(CHAN_LINES * 100);
    expect(send(0, 1020 + CHAN_LINES * 100 + 19)).toBe(LOCKED);
  });

  it('comes back to its owner after somebody has looked at it', () => {
    const send = sends();
    expect(send(1, 2000)).toBe(0);
    expect(send(0, 2010)).toBe(LOCKED);
    expect(send(1, 2020)).toBe(100);
    expect(send(1, 2140)).toBe(0);
  });

  it('is seen in what a run takes', () => {
    const makespan = (gomaxprocs: number, mutexSpin: string): number =>
      runText(
        `
gomaxprocs: ${gomaxprocs}
machine: {cpus: 2, costs: {mutexSpin: ${mutexSpin}}}
channels: {ch: 9000}
waitgroups: [all]
goroutines:
  main:
    - go: {run: one, count: 2, wg: all}
    - wait: all
  one:
    - repeat: 4000
      do: [{send: ch}]
`,
        { check: false, record: false },
      ).result.makespanNs;
    expect(makespan(2, '300ns')).not.toBe(makespan(2, '600ns'));
    expect(makespan(1, '300ns')).toBe(makespan(1, '600ns'));
    expect(makespan(2, '0s')).toBeGreaterThan(0); // and it ends
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
