// A queue of what shares a CPU by virtual time, as EEVDF does: threads of one control group, or the control groups of a CPU.
//
// An entity's virtual time advances by what it has run, the slower the higher its weight. The average of the queue, weighted,
// is where everybody would be if all had run together; how far an entity is behind it is its lag: what it is owed. Who is
// not ahead of the average is eligible, and of these the one with the earliest deadline runs: the virtual time at which it
// will have run for a slice. Who has just been chosen keeps the CPU for a slice as long as it is eligible; after that it gives way at
// the next tick, or as soon as another wakes, to whoever it is.
//
// What leaves keeps its lag for its return, within limits. But what goes to sleep when it has had more than its share stays, delayed:
// it counts in the average, though it does not run, until it would be chosen, when the others have made up for it, or wakes. So
// nobody gets rid of a debt by sleeping, and who sleeps later is owed what that one has had.

import { ZERO_NS } from '../base/zero.ts';
import type { Ticks } from './ticks.ts';
import { tickFrom } from './ticks.ts';

/** Of a thread, and of a control group that has all its threads on one CPU with the default of cpuWeight. */
export const UNIT_WEIGHT = 1024;

export class Entity {
  weight = UNIT_WEIGHT;
  vruntime = ZERO_NS;
  deadline = ZERO_NS; // virtual
  keepsUntil = ZERO_NS; // virtual: it was chosen, and so gives way to nobody else's deadline before
  lag = ZERO_NS; // since it has left its queue
  delayed = false; // it sleeps, and still counts in its queue
}

export interface Slices extends Ticks {
  readonly sliceNs: number;
}

export class RunQueue<T extends Entity> {
  /** Who waits, in order of arrival. */
  readonly waiting: T[] = [];
  current: T | null = null;
  private readonly delayed: T[] = [];
  private last = ZERO_NS; // virtual time of the one that left last, for those who find nobody
  private readonly slices: Slices;
  private readonly mostLagNs: number;

  constructor(slices: Slices) {
    this.slices = slices;
    this.mostLagNs = Math.max(2 * slices.sliceNs, slices.tickNs);
  }

  /** How many run or wait. */
  get size(): number {
    return this.waiting.length + (this.current === null ? 0 : 1);
  }

  /** The weighted average of the virtual times; of a queue that is not empty. */
  average(): number {
    const least = this.least();
    return least + this.total((one) => (one.vruntime - least) * one.weight) / this.totalWeight();
  }

  private least(): number {
    let least = this.current === null ? Number.POSITIVE_INFINITY : this.current.vruntime;
    for (const one of this.waiting) if (one.vruntime < least) least = one.vruntime;
    for (const one of this.delayed) if (one.vruntime < least) least = one.vruntime;
    return least;
  }

  private totalWeight(): number {
    return this.total((one) => one.weight);
  }

  /** Over all that count. */
  private total(of: (entity: T) => number): number {
    let total = this.current === null ? 0 : of(this.current);
    for (const one of this.waiting) total += of(one);
    for (const one of this.delayed) total += of(one);
    return total;
  }

  /** An entity that was in no queue, or is delayed in this one, waits in this one. */
  join(entity: T): void {
    if (entity.delayed) {
      const owes = entity.vruntime > this.average();
      this.forget(entity);
      if (owes) {
        this.waiting.push(entity); // with its virtual time and deadline
        return;
      }
    }
    const weight = this.totalWeight();
    if (weight === 0) entity.vruntime = this.last;
    else entity.vruntime = this.average() - (entity.lag * (weight + entity.weight)) / weight; // it draws the average to itself
    this.waiting.push(entity);
    this.renew(entity);
  }

  /** An entity that was in no queue becomes the current one of this empty one. */
  enter(entity: T): void {
    entity.vruntime = this.last;
    this.renew(entity);
    entity.keepsUntil = entity.deadline;
    this.current = entity;
  }

  /** An entity that waits or runs does so no more. */
  leave(entity: T, sleeps: boolean): void {
    const most = (this.mostLagNs * UNIT_WEIGHT) / entity.weight;
    const lag = this.size === 1 && this.delayed.length === 0 ? 0 : this.average() - entity.vruntime;
    entity.lag = Math.max(-most, Math.min(most, lag));
    if (this.current === entity) this.current = null;
    else this.waiting.splice(this.waiting.indexOf(entity), 1);
    this.last = entity.vruntime;
    if (sleeps && lag < 0) {
      entity.delayed = true;
      this.delayed.push(entity);
    }
    while (this.size === 0 && this.delayed.length > 0) this.forget(this.delayed[0]!);
  }

  /** The entity is delayed no more, and what it has had is made up for. */
  private forget(entity: T): void {
    entity.delayed = false;
    entity.lag = 0;
    this.delayed.splice(this.delayed.indexOf(entity), 1);
  }

  /** The one that waits, or none, is the current one. */
  start(entity: T): void {
    this.waiting.splice(this.waiting.indexOf(entity), 1);
    this.current = entity;
    entity.keepsUntil = entity.deadline;
  }

  /** The current one waits again. */
  putBack(): void {
    this.waiting.push(this.current!);
    this.current = null;
  }

  /**
   * The current one has run for `ns`, until now. It is looked at in every tick: past its deadline it gets the next one, from
   * there. So who has been alone for long has a deadline that counts from a tick, or from now.
   */
  charge(ns: number, now: number): void {
    const entity = this.current!;
    const before = now - ns;
    const due = before + this.untilDeadline();
    const perNs = UNIT_WEIGHT / entity.weight;
    if (now >= due) {
      const { sliceNs, tickNs } = this.slices;
      const first = tickFrom(this.slices, due);
      let from = now;
      if (first <= now) {
        const every = Math.ceil(sliceNs / tickNs) * tickNs;
        const last = first + Math.floor((now - first) / every) * every;
        if (now < last + sliceNs) from = last;
      }
      entity.deadline = entity.vruntime + (from - before + sliceNs) * perNs;
    }
    const free = this.delayed.length > 0 && tickFrom(this.slices, before + this.untilOverdue()) <= now;
    entity.vruntime += ns * perNs;
    if (free) this.choose(); // it was compared with those that are delayed
  }

  /** Another weight: what the entity is owed, and what it has left of its slice, stay the same in time. */
  reweigh(entity: T, weight: number): void {
    if (weight === entity.weight) return;
    const ratio = entity.weight / weight;
    const lag = this.average() - entity.vruntime;
    const before = entity.vruntime;
    entity.vruntime += lag - lag * ratio;
    entity.deadline = entity.vruntime + (entity.deadline - before) * ratio;
    entity.keepsUntil = entity.vruntime + (entity.keepsUntil - before) * ratio;
    entity.weight = weight;
  }

  /** Who should run; null when nobody is there. Whoever is delayed and has its turn is forgotten. */
  choose(): T | null {
    for (;;) {
      const best = this.first();
      if (best === null || !best.delayed) return best;
      this.forget(best);
    }
  }

  /** Whose turn it is, be it delayed or not. Of two with the same deadline it is the one that does not run. */
  first(): T | null {
    const { waiting, current, delayed } = this;
    if (waiting.length === 0 && delayed.length === 0) return current;
    const average = this.average();
    let best: T | null = null;
    if (current !== null && current.vruntime <= average) {
      if (current.vruntime < current.keepsUntil) return current;
      best = current;
    }
    for (const one of waiting) {
      if (one.vruntime > average) continue;
      if (best === null || one.deadline < best.deadline || (best === current && one.deadline === best.deadline)) best = one;
    }
    for (const one of delayed) if (one.vruntime <= average && (best === null || one.deadline < best.deadline)) best = one;
    return best;
  }

  /** Whether there are others and the current one has had what it keeps the CPU for. */
  get isOverdue(): boolean {
    const { current, waiting, delayed } = this;
    return current !== null && waiting.length + delayed.length > 0 && current.vruntime >= current.keepsUntil;
  }

  /** Time until the current one no longer keeps the CPU. */
  untilOverdue(): number {
    const entity = this.current!;
    return Math.max(0, ((entity.keepsUntil - entity.vruntime) * entity.weight) / UNIT_WEIGHT);
  }

  /** Time until the current one has run for its slice. */
  untilDeadline(): number {
    const entity = this.current!;
    return Math.max(0, ((entity.deadline - entity.vruntime) * entity.weight) / UNIT_WEIGHT);
  }

  private slice(entity: T): number {
    return (this.slices.sliceNs * UNIT_WEIGHT) / entity.weight;
  }

  private renew(entity: T): void {
    entity.deadline = entity.vruntime + this.slice(entity);
  }
}
