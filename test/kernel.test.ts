// The kernel's scheduler: the machine alone, with threads that compute and sleep by hand-made timetables, beside neighbours or not.
// Ticks are at multiples of 4 ms and a slice is 1.4 ms, so that a thread that is not alone runs from tick to tick.

import { describe, expect, it } from 'vitest';
import { validate } from '../src/analysis/validator.ts';
import type { KernelParams } from '../src/machine/kernel.ts';
import { Kernel, kernelParams } from '../src/machine/kernel.ts';
import { Load } from '../src/machine/load.ts';
import { Machine } from '../src/machine/machine.ts';
import type { NeighbourSpec } from '../src/machine/neighbours.ts';
import { DEFAULT_MACHINE } from '../src/machine/params.ts';
import { OWN_GROUP, Thread } from '../src/machine/thread.ts';
import * as ev from '../src/trace/events.ts';
import { EventLog } from '../src/trace/log.ts';

const MS = 1_000_000;

/** What a thread does, in ms: computes, then sleeps, then computes … It ends after the last. */
type Timetable = readonly number[];

interface Setting {
  readonly cpus: number;
  readonly interrupt?: number; // ms
  readonly kernel?: Partial<KernelParams>;
  readonly cpuWeight?: number;
  readonly neighbours?: readonly Partial<NeighbourSpec>[];
  readonly runAhead?: boolean;
  readonly until?: number; // ms
}

type Stay = [thread: number, from: number, to: number, cpu: number];

/** Runs threads that all begin at 0: when each was on which CPU, and when it was done, in ms. */
function run(
  { cpus, interrupt = 0, kernel = {}, cpuWeight = 100, neighbours = [], runAhead = true, until = 0 }: Setting,
  ...tables: Timetable[]
) {
  const log = new EventLog();
  const others = neighbours.map((one, i) => {
    return { name: `n${i}`, threads: 1, cpuWeight: 100, busy: MS, idle: null, fromNs: 0, ...one };
  });
  const params = { ...DEFAULT_MACHINE, cpus, kernel, cpuWeight, neighbours: others, interruptNs: interrupt * MS };
  const machine = new Machine(params, runAhead, log);
  const next = tables.map(() => 0);
  const done: number[] = [];
  const resume = (thread: Thread): void => {
    for (;;) {
      const at = next[thread.id]++;
      const ms = tables[thread.id][at];
      if (ms === undefined) {
        done[thread.id] = machine.now / MS;
        machine.exit(thread);
        return;
      }
      if (at % 2 === 0 && !machine.burn(thread, ms * MS)) return;
      if (at % 2 === 1) {
        machine.sleep(thread, ms * MS);
        return;
      }
    }
  };
  machine.attach({ resume, signalled: () => {}, deviceReady: () => {} });
  for (const _ of tables) machine.wake(machine.newThread(), 0);
  machine.startNeighbours();
  if (until > 0) machine.setHorizon(until * MS);
  while (machine.step()) machine.checkMachine();
  const since: number[] = [];
  const stays: Stay[] = [];
  log.forEach(({ kind, at, m, a }) => {
    if (kind === ev.THREAD_ON_CPU) since[m] = at / MS;
    else if (kind === ev.THREAD_OFF_CPU && at / MS > since[m]) stays.push([m, since[m], at / MS, a]);
  });
  const cpuOf = (thread: number): number => machine.cpuTime(machine.threads[thread]) / MS;
  return { machine, log, done, stays, cpuOf, neighbourMs: machine.neighbourTimes().map((ns) => ns / MS) };
}

const on = (stays: readonly Stay[], thread: number): [number, number][] =>
  stays.filter(([m]) => m === thread).map(([, from, to]) => [from, to]);

describe('threads that share a CPU', () => {
  it('take turns from tick to tick, though their slice is shorter', () => {
    const { stays } = run({ cpus: 1 }, [8], [8]);
    expect(stays.slice(0, 4)).toEqual([
      [0, 0, 4, 0],
      [1, 4, 8, 0],
      [0, 8, 12, 0],
      [1, 12, 16, 0],
    ]);
  });

  it('run for two ticks at a time where a slice is longer than one', () => {
    const { stays } = run({ cpus: 1, kernel: { sliceNs: 6 * MS } }, [16], [16]);
    expect(stays.slice(0, 3).map(([, from, to]) => to - from)).toEqual([8, 8, 8]);
  });

  it('end their slices where the ticks are, wherever those are', () => {
    const { stays } = run({ cpus: 1, kernel: { tickAtNs: 1.5 * MS } }, [8], [8]);
    expect(stays[0]).toEqual([0, 0, 1.5, 0]);
    expect(stays[1]).toEqual([1, 1.5, 5.5, 0]);
  });

  it('have had the same after every round, however many there are', () => {
    const { cpuOf } = run({ cpus: 1, until: 200 }, [1000], [1000], [1000], [1000], [1000]);
    for (let thread = 0; thread < 5; thread++) expect(cpuOf(thread)).toBe(40);
  });

  it('go on without a tick while nobody waits', () => {
    expect(run({ cpus: 2 }, [50], [30]).stays).toEqual([
      [1, 0, 30, 1],
      [0, 0, 50, 0],
    ]);
  });

  it('have slices that Linux makes longer with the CPUs, up to eight', () => {
    expect([1, 2, 3, 4, 7, 8, 64].map((cpus) => kernelParams(cpus).sliceNs / MS)).toEqual([0.7, 1.4, 1.4, 2.1, 2.1, 2.8, 2.8]);
  });
});

describe('a thread that wakes', () => {
  it('goes back to the CPU it was on', () => {
    const { stays } = run({ cpus: 4 }, [10], [2, 1, 2], [20], [1, 5, 2]);
    expect(stays.filter(([m]) => m === 1).map(([, , , cpu]) => cpu)).toEqual([1, 1]);
    expect(stays.filter(([m]) => m === 3).map(([, , , cpu]) => cpu)).toEqual([3, 3]);
  });

  it('takes another CPU that idles where its own is busy, but not while it still counts in the queue there', () => {
    // thread 2 waits for CPU 0 at first, gets it when thread 0 sleeps, has caught up with that at 2 and is looked at in the tick at 4
    const again = (sleepMs: number): [number, number] => {
      const [, [, from, , cpu]] = run({ cpus: 2 }, [1, sleepMs, 1], [2], [9]).stays.filter(([m]) => m === 0);
      return [from, cpu];
    };
    expect(again(5)).toEqual([6, 1]);
    expect(again(2)).toEqual([3, 0]);
  });

  it('with a debt takes the CPU if whoever runs has caught up with it, and else waits for the next tick', () => {
    // thread 0 has had 1 ms when it sleeps, and thread 1 nothing
    const again = (sleepMs: number): number => on(run({ cpus: 1 }, [1, sleepMs, 1], [9]).stays, 0)[1][0];
    expect(again(1.2)).toBe(2.2);
    expect(again(0.8)).toBe(4);
  });

  it('takes the CPU of one that has had more than its share', () => {
    // thread 1 sleeps most of the time, and is owed something at each wake-up
    const { stays } = run({ cpus: 1 }, [100], [0.1, 6, 0.1, 6, 0.1]);
    expect(on(stays, 1)).toEqual([
      [4, 4.1],
      [10.1, 10.2],
      [16.2, 16.3],
    ]);
  });

  it('takes the CPU of one that has been alone for longer than a slice since a tick, and else waits for the next tick', () => {
    // thread 1 is looked at in each tick, and gets a new deadline there: 1.4 ms after a tick it is past that
    const runsAgainAt = (ms: number): number => on(run({ cpus: 1 }, [0.1, ms, 0.1], [0.5, 1, 60]).stays, 0)[1][0];
    expect(runsAgainAt(21.5)).toBe(21.6); // when it wakes
    expect(runsAgainAt(20)).toBe(24);
  });

  it('waits for the next tick and no other, though one that has been alone has a deadline after that', () => {
    // thread 1 has a deadline at 22 since the tick at 16; it was chosen long ago, and keeps the CPU from nobody
    const { stays } = run({ cpus: 1, kernel: { sliceNs: 6 * MS } }, [0.1, 16.25, 0.1], [0.5, 1, 60]);
    expect(on(stays, 0)[1][0]).toBe(20);
  });

  it('makes one that has had its slice give way to those that wait already', () => {
    // thread 0 wakes too soon after a tick; thread 1 does not, but it is the turn of thread 0
    const { stays } = run({ cpus: 1 }, [0.1, 20, 0.1], [0.1, 21.5, 0.1], [0.5, 1, 60]);
    expect(on(stays, 0)[1][0]).toBe(21.7);
    expect(on(stays, 1)[1][0]).toBe(21.8);
  });

  it('is late by the latency of its timer only if the CPU it slept on idles', () => {
    // a sleep of 1 ms, 50 us of slack, and a latency of 30 us of which 4 are there on a CPU that computes, too
    const wakes = (busy: number): number => {
      const machine = new Machine({ ...DEFAULT_MACHINE, cpus: 2 }, true, null);
      const [sleeper, other] = [machine.newThread(), machine.newThread()];
      const seen: number[] = [];
      const resume = (thread: Thread): void => {
        if (thread === sleeper) seen.push(machine.now);
        if (thread === other) machine.burnLater(thread, 9 * MS);
        else if (seen.length === 1) machine.sleepLate(thread, MS, 30_000);
        else machine.exit(thread);
      };
      machine.attach({ resume, signalled: () => {}, deviceReady: () => {} });
      machine.wake(sleeper, 0);
      while (seen.length === 0) machine.step();
      if (busy >= 0) {
        other.lastCpu = busy;
        machine.wake(other, 0);
      }
      while (seen.length < 2 && machine.step()) machine.checkMachine();
      return seen[1];
    };
    expect(wakes(-1)).toBe(MS + 80_000);
    expect(wakes(0)).toBe(MS + 54_000);
    expect(wakes(1)).toBe(MS + 80_000); // it is the other CPU that computes
  });

  it('by its timer has no waker, whoever woke it before', () => {
    const log = new EventLog();
    const machine = new Machine({ ...DEFAULT_MACHINE, cpus: 2 }, true, log);
    const [sleeper, ...others] = [machine.newThread(), machine.newThread(), machine.newThread()];
    others[1].load = new Load(0); // its CPU, 1, is the less loaded
    const resume = (thread: Thread): void => {
      if (thread !== sleeper) machine.burnLater(thread, 9 * MS);
      else if (machine.now > 0) machine.exit(thread);
      else {
        machine.sleep(thread, MS);
        others.forEach((one, cpu) => {
          one.lastCpu = cpu;
          machine.wake(one, 0);
        });
      }
    };
    machine.attach({ resume, signalled: () => {}, deviceReady: () => {} });
    machine.wake(sleeper, 0);
    sleeper.wakerCpu = 1;
    while (machine.now < 5 * MS && machine.step()) machine.checkMachine();
    const queues: number[] = [];
    log.forEach(({ kind, m, a }) => {
      if (kind === ev.THREAD_QUEUE && m === sleeper.id) queues.push(a);
    });
    expect(queues).toEqual([0]);
  });

  it('by somebody else is not late on top of that', () => {
    const machine = new Machine({ ...DEFAULT_MACHINE, cpus: 1 }, true, null);
    const thread = machine.newThread();
    const seen: number[] = [];
    const resume = (): void => {
      seen.push(machine.now);
      if (seen.length > 1) machine.exit(thread);
      else {
        machine.sleepLate(thread, MS, 30_000);
        machine.device(0.5 * MS, 0);
      }
    };
    machine.attach({ resume, signalled: () => {}, deviceReady: () => machine.wakeEarlier(thread, 2_000) });
    machine.wake(thread, 0);
    while (machine.step()) machine.checkMachine();
    expect(seen).toEqual([0, 0.5 * MS + 2_000]);
  });

  it('does not get rid of what it owes by a nap', () => {
    // it naps at the end of each of its turns, having had more than the other
    const { cpuOf } = run(
      { cpus: 1, until: 400 },
      [1000],
      Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 3.9 : 0.001)),
    );
    expect(cpuOf(1)).toBeLessThan(212);
    expect(cpuOf(0)).toBeGreaterThan(188);
  });

  it('saves up no more for later than two slices', () => {
    const { stays } = run({ cpus: 1 }, [100], [1, 300, 30], [400], [400]);
    const [, from, to] = stays.filter(([m]) => m === 1)[1];
    expect(from).toBeGreaterThan(300);
    expect(to - from).toBeLessThanOrEqual(8);
  });
});

describe('CPUs and their queues', () => {
  it('a CPU that has nothing to do takes a thread from another at the next tick', () => {
    const { stays } = run({ cpus: 2 }, [20], [5], [20]);
    expect(stays.at(-1)![2]).toBe(24);
    expect(stays.some(([m, , , cpu]) => m !== 1 && cpu === 1)).toBe(true);
  });

  it('leaves one where it is that has just run there, until the next tick', () => {
    // thread 0 naps at 3.8 and waits for thread 2 then; CPU 1 is free, and takes it when it is cold: not at 4, and at 8 it runs
    const table: Timetable[] = [[3.8, 0.05, 30], [3], [30]];
    const moved = (kernel: Partial<KernelParams>): number =>
      run({ cpus: 2, kernel }, ...table).stays.find(([m, , , cpu]) => m !== 1 && cpu === 1)![1];
    expect(moved({})).toBe(12);
    expect(moved({ migrationCostNs: 0 })).toBe(4);
  });

  it('three threads on two CPUs take turns in being alone', () => {
    const { cpuOf } = run({ cpus: 2, until: 3000 }, [9999], [9999], [9999]);
    for (let thread = 0; thread < 3; thread++) expect(Math.abs(cpuOf(thread) - 2000)).toBeLessThan(600); // without moves: 3000, 1500, 1500
  });

  it('a comparison that would only turn the difference round moves a thread every second time', () => {
    const { stays } = run({ cpus: 2, kernel: { balanceNs: 100 * MS }, until: 3000 }, [9999], [9999], [9999]);
    const moves = stays.filter(([m, , , cpu], i) => stays.slice(0, i).findLast(([other]) => other === m)?.[3] === 1 - cpu);
    expect(moves.length).toBeGreaterThan(10);
    expect(moves.length).toBeLessThan(20); // in 30 comparisons
  });

  it('of those that wait the one moves that has waited longest', () => {
    // threads 0, 2 and 4 are on CPU 0 and have run there in this order when CPU 1 is free
    const { stays } = run({ cpus: 2 }, [30], [9], [30], [0.1], [30]);
    expect(stays.find(([m, , , cpu]) => m % 2 === 0 && cpu === 1)!.slice(0, 2)).toEqual([0, 12]);
  });

  it('loads are compared at every multiple of an interval, and not between', () => {
    const kernel = { balanceNs: 100 * MS };
    const { stays } = run({ cpus: 2, kernel, until: 900 }, [9999], [9999], [9999]);
    const moves = stays.filter(([m, , , cpu], i) => stays.slice(0, i).findLast(([other]) => other === m)?.[3] === 1 - cpu);
    expect(moves.length).toBeGreaterThan(2);
    const first = moves.map(([m, from]) => [m, from]);
    for (const [, from] of first) expect(from % 100).toBeLessThanOrEqual(8);
  });
});

describe('a thread that finds no idle CPU', () => {
  /** A kernel on whose CPUs so many threads of the process are, none of which runs. */
  function loaded(...counts: number[]): { readonly kernel: Kernel; readonly thread: (lastCpu: number, wakerCpu: number) => Thread } {
    const kernel = new Kernel(kernelParams(counts.length), counts.length, [100]);
    let id = 0;
    counts.forEach((n, cpu) => {
      for (let i = 0; i < n; i++) kernel.enqueue(cpu, new Thread(id++, OWN_GROUP), 0);
    });
    const thread = (lastCpu: number, wakerCpu: number): Thread => Object.assign(new Thread(id++, OWN_GROUP), { lastCpu, wakerCpu });
    return { kernel, thread };
  }

  it('waits where it was, or at its waker if there is less to do, or at the least loaded CPU when it is new', () => {
    const { kernel, thread } = loaded(3, 2, 2, 1);
    expect(kernel.queueFor(thread(0, 1), 0)).toBe(1);
    expect(kernel.queueFor(thread(1, 0), 0)).toBe(1);
    expect(kernel.queueFor(thread(1, 2), 0)).toBe(1);
    expect(kernel.queueFor(thread(0, -1), 0)).toBe(0);
    expect(kernel.queueFor(thread(-1, 0), 0)).toBe(3);
  });

  it('waits at its waker where that is no more loaded than the bias allows', () => {
    const { kernel, thread } = loaded(1, 1);
    const withLoad = (share: number): Thread => Object.assign(thread(0, 1), { load: new Load(share) });
    expect(kernel.queueFor(withLoad(0.07), 0)).toBe(1);
    expect(kernel.queueFor(withLoad(0.09), 0)).toBe(0);
  });

  it('counts those that wait for a CPU, and the one that runs there, by what they have done lately', () => {
    const kernel = new Kernel(kernelParams(2), 2, [100]);
    const [busy, rested, late] = [0, 1, 2].map((id) => new Thread(id, OWN_GROUP));
    kernel.enter(0, busy, 0);
    kernel.enter(1, rested, 0);
    kernel.leave(1, rested, MS, true);
    kernel.enter(1, rested, 50 * MS); // a third is left of what it was taken for
    const at = (now: number): number => kernel.queueFor(Object.assign(late, { lastCpu: 0, wakerCpu: 1, load: new Load(0.5) }), now);
    expect(at(51 * MS)).toBe(1);
    kernel.enqueue(1, Object.assign(new Thread(3, OWN_GROUP), { load: new Load(0) }), 50 * MS);
    expect(kernel.queueFor(new Thread(4, OWN_GROUP), 51 * MS)).toBe(1); // a new one, too: there are two, but they have done less
    kernel.enqueue(1, new Thread(5, OWN_GROUP), 50 * MS);
    expect(at(51 * MS)).toBe(0);
    expect(kernel.queueFor(new Thread(6, OWN_GROUP), 51 * MS)).toBe(0);
  });

  it('does not wait where the process may not run', () => {
    const { kernel, thread } = loaded(0, 2, 1);
    kernel.block(0, true, 0);
    expect(kernel.queueFor(thread(0, 1), 0)).toBe(1);
    expect(kernel.queueFor(thread(1, 0), 0)).toBe(1);
    expect(kernel.queueFor(thread(-1, 0), 0)).toBe(2);
  });

  it('is moved once at a tick', () => {
    const { kernel, thread } = loaded(4, 0, 0);
    const moved = kernel.balance(1, 4 * MS)!;
    kernel.enqueue(1, moved, 4 * MS);
    // now CPU 1 is the most loaded, and of its threads that one has been still for longest, but for the move
    for (let n = 0; n < 5; n++) kernel.enqueue(1, Object.assign(thread(1, -1), { stillSince: MS }), 4 * MS);
    const next = kernel.balance(2, 4 * MS);
    expect(next?.lastCpu).toBe(1);
    expect(next).not.toBe(moved);
  });
});

describe('neighbours', () => {
  it('get as much as the process, whatever the numbers of threads', () => {
    const { cpuOf, neighbourMs } = run({ cpus: 1, neighbours: [{ threads: 7 }], until: 800 }, [9999]);
    expect(cpuOf(0)).toBe(400);
    expect(neighbourMs).toEqual([400]);
  });

  it.each([
    [300, 100, 600],
    [100, 300, 200],
    [100, 700, 100],
  ])('share by weight: %i beside %i', (own, theirs, ms) => {
    const { cpuOf } = run({ cpus: 1, cpuWeight: own, neighbours: [{ threads: 2, cpuWeight: theirs }], until: 800 }, [9999]);
    expect(Math.abs(cpuOf(0) - ms)).toBeLessThanOrEqual(8);
  });

  it('divide their weight among the CPUs that their threads want', () => {
    // eight threads of the process on two CPUs, and a neighbour with one thread: that has a CPU of its own in effect
    const { neighbourMs } = run({ cpus: 2, neighbours: [{}], until: 1200 }, ...Array.from({ length: 8 }, () => [9999]));
    expect(neighbourMs[0]).toBeGreaterThan(1000);
  });

  it('compute and rest in turn, from when they begin', () => {
    const { neighbourMs, log } = run({ cpus: 1, neighbours: [{ busy: 3 * MS, idle: 7 * MS, fromNs: 20 * MS }], until: 100 }, [1]);
    expect(neighbourMs).toEqual([24]);
    const begins: number[] = [];
    log.forEach(({ kind, at }) => {
      if (kind === ev.NEIGHBOUR_ON) begins.push(at / MS);
    });
    expect(begins).toEqual([20, 30, 40, 50, 60, 70, 80, 90]);
  });

  it('draw their times anew, by the seed', () => {
    const drawn = (seed: number): number => {
      const spec = { name: 'n', threads: 1, cpuWeight: 100, busy: { kind: 1, a: MS, b: 0 }, idle: MS, fromNs: 0 };
      const machine = new Machine({ ...DEFAULT_MACHINE, cpus: 1, neighbours: [spec], seed }, true, null);
      machine.startNeighbours();
      machine.setHorizon(50 * MS);
      while (machine.step()) machine.checkMachine();
      return machine.neighbourTimes()[0];
    };
    expect(drawn(1)).toBe(drawn(1));
    expect(drawn(1)).not.toBe(drawn(2));
  });

  it('are no reason for a run to go on', () => {
    const { machine } = run({ cpus: 2, neighbours: [{ busy: MS, idle: MS }, {}] }, [5], [7]);
    expect(machine.now / MS).toBeLessThan(1010);
  });

  it('change nothing that run-ahead may see', () => {
    const tables: Timetable[] = Array.from({ length: 5 }, (_, i) => Array.from({ length: 40 }, (_, k) => ((i * 7 + k * 3) % 11) / 2 + 0.1));
    const setting: Setting = { cpus: 3, neighbours: [{ threads: 2, busy: 0.7 * MS, idle: 1.1 * MS }, { cpuWeight: 30 }] };
    const hash = (runAhead: boolean): string => run({ ...setting, runAhead }, ...tables).log.hash();
    expect(hash(true)).toBe(hash(false));
  });
});

describe('the rules of the validator about sharing CPUs', () => {
  const wake = [ev.THREAD_WAKE, 0];
  const rows = (...list: readonly (readonly number[])[]): string[] => {
    const log = new EventLog();
    for (let m = 0; m < 3; m++) log.record(0, ev.THREAD_CREATE, m, -1, -1, 0, -1);
    for (const [at, kind, m, a = -1, b = -1] of list) log.record(at, kind, m, -1, -1, a, b);
    return validate(log, { gomaxprocs: 1, cpus: 2 }).map((one) => `${one.rule}: ${one.expected}`);
  };
  const both = [
    [0, ...wake],
    [0, ev.THREAD_ON_CPU, 0, 0],
    [0, ev.THREAD_WAKE, 1],
    [0, ev.THREAD_ON_CPU, 1, 1],
    [0, ev.THREAD_WAKE, 2],
    [0, ev.THREAD_QUEUE, 2, 1],
  ];

  it('accept a thread that waits where no CPU is idle', () => {
    expect(rows(...both, [4 * MS, ev.THREAD_OFF_CPU, 1, 1, 1], [4 * MS, ev.THREAD_ON_CPU, 2, 1])).toEqual([]);
  });

  it.each<[string, RegExp, readonly (readonly number[])[]]>([
    ['a thread that waits beside an idle CPU', /sharing: M2 on CPU 1, which idles/, [...both.slice(0, 2), ...both.slice(4)]],
    [
      'a CPU that stays free for one that waits',
      /sharing: M1 on CPU 1, which is free/,
      [...both, [9, ev.THREAD_OFF_CPU, 1, 1, 1], [10, ev.THREAD_QUEUE, 2, 0]],
    ],
    [
      'one that moves though it has just run',
      /sharing: M1 to wait for CPU 1/,
      [...both, [9, ev.THREAD_OFF_CPU, 1, 1, 1], [9, ev.THREAD_ON_CPU, 2, 1], [10, ev.THREAD_QUEUE, 1, 0]],
    ],
    ['one that never has its turn', /sharing: M2 to have had its turn/, [...both, [90 * MS, ev.THREAD_PARK, 0, 0]]],
    ['neighbours that are not there', /sharing: no neighbours/, [[0, ev.NEIGHBOUR_ON, -1, 0, 0]]],
    ['a neighbour on a CPU that is taken', /cpu: CPU 0 free/, [...both, [1, ev.NEIGHBOUR_ON, -1, 0, 0]]],
  ])('find %s', (_, said, list) => {
    expect(rows(...list).join('\n')).toMatch(said);
  });
});

describe('a timer that goes off', () => {
  it.each([true, false])('takes its time from who computes on that CPU, with run-ahead %s', (runAhead) => {
    const done = (interrupt: number): number[] => run({ cpus: 1, interrupt, runAhead }, [1, 1, 0.1], [2]).done;
    expect(done(0)[1]).toBeGreaterThanOrEqual(3); // it begins when the first sleeps
    expect(done(0.2)[1] - done(0)[1]).toBeCloseTo(0.2, 9);
  });
});
