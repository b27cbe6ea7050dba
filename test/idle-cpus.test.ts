// CPUs that idle: who finds them, and how long they take to wake up.

import { describe, expect, it } from 'vitest';
import { CPU } from '../src/machine/cpu.ts';
import { IdleSearch } from '../src/machine/idle-search.ts';
import { kernelParams } from '../src/machine/kernel.ts';
import { doublings, Rests } from '../src/machine/rest.ts';
import { OWN_GROUP, Thread } from '../src/machine/thread.ts';

describe('the search for an idle CPU', () => {
  /** CPUs of which the given ones compute, all having been busy for that share of the time. */
  function busy(cpus: number, share: number, ...taken: number[]): (thread: Partial<Thread>) => number | undefined {
    const all = Array.from({ length: cpus }, (_, id) => new CPU(id));
    for (const cpu of taken) all[cpu].thread = new Thread(9, OWN_GROUP);
    const rests = { busyOfLate: () => share } as unknown as Rests;
    const search = new IdleSearch(all, rests, kernelParams(cpus));
    return (thread) => search.find(Object.assign(new Thread(0, OWN_GROUP), thread), null, 0)?.id;
  }

  it('finds the one it was on, and the one before that, however busy they are', () => {
    expect(busy(4, 1, 0, 1)({ lastCpu: 2, cpuBefore: 3 })).toBe(2);
    expect(busy(4, 1, 0, 1, 2)({ lastCpu: 2, cpuBefore: 3 })).toBe(3);
    expect(busy(4, 1, 0, 2, 3)({ lastCpu: 2, cpuBefore: 3 })).toBeUndefined();
  });

  it('looks at others, the fewer the busier all have been: 8 (1 - 1.37 x^2)', () => {
    const last = { lastCpu: 0, cpuBefore: 0 };
    const found = (share: number): (number | undefined)[] => [1, 2, 5].map((idle) => busy(8, share, ...others(idle))(last));
    const others = (idle: number): number[] => [0, 1, 2, 3, 4, 5, 6, 7].filter((cpu) => cpu !== idle);
    expect(found(0.5)).toEqual([1, 2, 5]); // at 5
    expect(found(0.6)).toEqual([1, 2, undefined]); // at 4
    expect(found(0.79)).toEqual([1, undefined, undefined]); // at 1
    expect(found(0.81)).toEqual([undefined, undefined, undefined]);
  });

  it('of two CPUs looks at the other until they are busy for 60 % of the time', () => {
    expect(busy(2, 0.6, 0)({ lastCpu: 0, cpuBefore: 0 })).toBe(1);
    expect(busy(2, 0.61, 0)({ lastCpu: 0, cpuBefore: 0 })).toBeUndefined();
  });

  it('finds any for a new thread', () => {
    expect(busy(8, 1, 0, 1, 2, 3, 4)({})).toBe(5);
  });

  it('follows how busy the CPUs are', () => {
    const rests = new Rests(2, 0, [0, 0], 1);
    expect(rests.busyOfLate(0)).toBe(0);
    rests.end(0, 0);
    expect(rests.busyOfLate(32 * 1_024_000)).toBeCloseTo(0.25, 3);
    rests.end(1, 1e9);
    expect(rests.busyOfLate(2e9)).toBeCloseTo(1, 3);
    rests.begin(0, 2e9);
    expect(rests.busyOfLate(2e9 + 32 * 1_024_000)).toBeCloseTo(0.75, 3);
  });
});

describe('a CPU that has rested', () => {
  const rests = new Rests(2, 200_000, [1000, 1000], 1);

  it('wakes up at once while it polls, and later by each doubling of its rest after that', () => {
    rests.end(0, 150_000); // its first rest was short
    rests.begin(0, 200_000);
    expect(rests.lateness(0, 400_000)).toBe(0);
    expect(rests.lateness(0, 600_000)).toBe(1500); // 400 us: three times 200 us
    expect(rests.lateness(0, 1_600_000)).toBe(3000); // eight times
  });

  it('does not poll after a long rest', () => {
    rests.begin(1, 0);
    rests.end(1, 5_000_000);
    rests.begin(1, 6_000_000);
    expect(rests.lateness(1, 6_010_000)).toBe(1000);
    rests.end(1, 6_010_000);
    rests.begin(1, 6_020_000);
    expect(rests.lateness(1, 6_030_000)).toBe(0);
  });

  it('has not rested when one thread follows the other', () => {
    rests.begin(1, 7_000_000);
    rests.end(1, 7_000_000);
    rests.begin(1, 8_000_000);
    expect(rests.lateness(1, 8_010_000)).toBe(0); // as before
  });

  it('does not count where that costs nothing', () => {
    const none = new Rests(1, 200_000, [0, 0], 1);
    expect([none.isFelt, none.lateness(0, 1e9)]).toEqual([false, 0]);
  });

  it('is counted in doublings, with no more steps than a straight line has between whole ones', () => {
    expect([0, 1, 2, 3, 7, 11].map(doublings)).toEqual([0, 1, 1.5, 2, 3, 3.5]);
  });
});
