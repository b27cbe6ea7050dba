// Queues by virtual time, and the loads of threads.

import { describe, expect, it } from 'vitest';
import { Load, leftAfter } from '../src/machine/load.ts';
import { Entity, RunQueue, UNIT_WEIGHT } from '../src/machine/run-queue.ts';

const MS = 1_000_000;

describe('the load of a thread', () => {
  it('halves in 32 periods of 1.024 ms of sleep, and grows as fast towards 1', () => {
    const it = new Load(1);
    it.set(false, 0);
    expect(it.now(32 * 1.024 * MS)).toBeCloseTo(0.5, 9);
    expect(it.now(65.5 * 1.024 * MS)).toBeCloseTo(0.5 ** (65.5 / 32), 4);
    it.set(true, 64 * 1.024 * MS);
    expect(it.now(64 * 1.024 * MS)).toBeCloseTo(0.25, 9);
    expect(it.now(96 * 1.024 * MS)).toBeCloseTo(0.625, 9);
    expect([leftAfter(0), leftAfter(1e12)]).toEqual([1, 0]);
  });
});

describe('a queue by virtual time', () => {
  const queue = (sliceNs: number): RunQueue<Entity> => new RunQueue({ sliceNs, tickNs: 4 * MS, tickAtNs: 0 });

  it('passes over who is ahead of the average, though its deadline is the earliest', () => {
    const it = queue(1.4 * MS);
    const heavy = Object.assign(new Entity(), { weight: 10 * UNIT_WEIGHT });
    const light = new Entity();
    it.join(heavy);
    it.join(light);
    it.start(heavy);
    it.charge(MS, MS);
    it.putBack();
    expect(heavy.deadline).toBeLessThan(light.deadline);
    expect(it.choose()).toBe(light);
  });

  /** Two entities, of which the first has run for `ms` and now waits again. */
  function shared(ms: number): { it: RunQueue<Entity>; first: Entity; other: Entity } {
    const it = queue(1.4 * MS);
    const [first, other] = [new Entity(), new Entity()];
    it.join(first);
    it.join(other);
    it.start(first);
    it.charge(ms * MS, ms * MS);
    return { it, first, other };
  }

  it('lets one that was taken off the CPU keep it only for what its slice had left', () => {
    const { it, first } = shared(1);
    it.putBack();
    it.start(first);
    expect(it.untilOverdue()).toBeCloseTo(0.4 * MS, 3);
    expect(it.isOverdue).toBe(false);
    it.charge(0.4 * MS, 1.4 * MS);
    expect(it.isOverdue).toBe(true);
  });

  it('lets one that went to sleep with a debt come back where it was, deadline and all, until that is paid', () => {
    const back = (paidMs: number): readonly [number, number] => {
      const { it, first, other } = shared(1);
      it.leave(first, true);
      it.start(other);
      it.charge(paidMs * MS, (1 + paidMs) * MS);
      it.join(first);
      return [first.vruntime / MS, first.deadline / MS];
    };
    expect(back(0.3)).toEqual([1, 1.4]);
    expect(back(1.2)).toEqual([1.2, 2.6]);
  });

  it('counts one that sleeps with a debt until that is paid: who sleeps before is owed something, and else nothing', () => {
    const owed = (paidMs: number, sleeps: boolean): number => {
      const { it, first, other } = shared(1);
      it.leave(first, sleeps);
      it.start(other);
      it.charge(paidMs * MS, (1 + paidMs) * MS);
      it.choose();
      it.leave(other, true);
      return other.lag / MS;
    };
    expect(owed(0.4, true)).toBeCloseTo(0.3, 6); // half of what the other is ahead
    expect(owed(0.4, false)).toBe(0); // it has gone to another CPU
    expect(owed(1.5, true)).toBeLessThan(0.001); // it was made up for
  });

  it('forgets the debts of those that sleep when nobody is left', () => {
    const { it, first, other } = shared(1);
    it.leave(first, true);
    expect(first.delayed).toBe(true);
    it.leave(other, true);
    expect([first.delayed, first.lag, it.size]).toEqual([false, 0, 0]);
  });

  it('gives one that is alone a new deadline at the first tick after the last', () => {
    const it = queue(6 * MS);
    it.enter(new Entity());
    it.charge(21 * MS, 21 * MS); // at 8 and at 16
    expect(it.untilDeadline()).toBe(MS);
  });
});
