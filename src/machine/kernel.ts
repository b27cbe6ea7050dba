// Who gets which CPU, as Linux decides it (EEVDF, from 6.6 on) in outline. Every CPU has a queue of its own (run-queue.ts), and
// where the machine has several control groups a queue of groups, each with a queue of its threads: a group's weight is
// divided among its runnable threads, wherever they are. The machine asks; nothing here moves time or knows of events.
//
//   slices    end at a tick of the clock, the first after the thread's virtual deadline; so a slice that is shorter than a
//             tick lasts a tick
//   wake-ups  go to an idle CPU that the search for one finds (idle-search.ts), else to the waker's unless that is the more loaded, a
//             new thread to the least loaded of all; but a thread that still counts in a queue, as a debtor, stays there
//   preempts  a thread that wakes, if it is now the one to choose
//   idle      at a tick a CPU that has nothing to run takes a thread from the queue of the most loaded other
//   balance   every so often each CPU compares its load with that of the most loaded one. If a thread makes up for at most half
//             of the difference it moves; if for all of it, only every other time: three threads on two CPUs take turns
//   hot       a thread that has run less than the migration cost ago is not moved
// Not Go: kernel-outline — loads are counts of the moment but at wake-ups, and leave out who has just gone to sleep; a CPU never takes
// a thread the moment it becomes idle; no caches, hyperthreads or NUMA nodes.
//
// Measured on a virtual machine (Xeon, 2 CPUs, Linux 6.18) with threads that compute and sleep by a timetable: of 6,000 bursts of
// 0.2 ms, by three threads, 8.4 % were interrupted by others, for 308 us on average, and 77 to 161 were on another CPU than the one
// before; here 8.4 %, for 299 us, and 80. If CPUs took threads the moment they become idle that would be three times as many.
//
// Invariant: a group is in a CPU's queue of groups while it has threads in its queue there, unless it is blocked (throttled).

import { fail } from '../base/assert.ts';
import { ZERO_NS } from '../base/zero.ts';
import { HALT_POLL_NS } from './rest.ts';
import { Entity, RunQueue, UNIT_WEIGHT } from './run-queue.ts';
import type { Thread } from './thread.ts';
import { OWN_GROUP } from './thread.ts';
import { tickFrom, tickUpTo } from './ticks.ts';

export interface KernelParams {
  readonly sliceNs: number; // base_slice_ns
  readonly tickNs: number; // 1 / CONFIG_HZ
  readonly tickAtNs: number; // when the first tick is
  readonly migrationCostNs: number; // migration_cost_ns
  readonly balanceNs: number; // between two comparisons of loads
  readonly queueNs: number; // from a wake-up, by a thread or a timer, to the thread being in the queue of a CPU that is not idle
  readonly timerSlackNs: number; // a sleep of a thread ends this much late
  readonly haltPollNs: number; // an idle CPU polls for so long before it halts; see rest.ts
  // of CPU limits; see quota.ts
  readonly quotaSliceNs: number; // handed to a CPU at a time
  readonly quotaKeptNs: number; // what an idle CPU keeps
  readonly quotaSlackNs: number; // from runtime given back to its being handed out
  readonly quotaNearNs: number; // a refill so soon makes that pointless
}

/** What Linux takes on a machine with so many CPUs: 250 ticks a second; a slice grows with the logarithm of the CPUs up to 8. */
export function kernelParams(cpus: number): KernelParams {
  const log2 = cpus >= 8 ? 3 : cpus >= 4 ? 2 : cpus >= 2 ? 1 : 0;
  const tickNs = 4_000_000;
  return {
    sliceNs: 700_000 * (1 + log2),
    tickNs,
    tickAtNs: 0,
    migrationCostNs: 500_000,
    balanceNs: Math.max(1, cpus) * 16_000_000,
    // Measured on a virtual machine (Xeon, Linux 6.18) whose CPUs compute: 4.3 us from a call of futex to a thread that then runs on
    // another CPU, 2.2 us on the same, and 4 us from the end of a sleep and its slack, the switch of threads included each time.
    queueNs: 4_000,
    timerSlackNs: 50_000,
    haltPollNs: HALT_POLL_NS,
    quotaSliceNs: 5_000_000,
    quotaKeptNs: 1_000_000,
    quotaSlackNs: 5_000_000,
    quotaNearNs: 2_000_000,
  };
}

/** The weight of a control group whose cpuWeight this is. */
const sharesOf = (cpuWeight: number): number => (cpuWeight * UNIT_WEIGHT) / 100;
const LEAST_WEIGHT = 2;

/** How much more loaded than its waker's the CPU of a thread that wakes counts: half of what makes up an imbalance (117 %). */
const WAKER_BIAS = 1.08;

/** The threads of a control group on a CPU. */
class GroupQueue extends Entity {
  readonly queue: RunQueue<Thread>;

  constructor(params: KernelParams) {
    super();
    this.queue = new RunQueue(params);
  }
}

class CpuQueues {
  readonly groups: readonly GroupQueue[];
  readonly root: RunQueue<GroupQueue>;
  chargedAt = ZERO_NS;
  blocked = false; // the process may not run here
  unmoved = 0; // comparisons in a row that moved nothing, though there was a difference

  constructor(params: KernelParams, groups: number) {
    this.groups = Array.from({ length: groups }, () => new GroupQueue(params));
    this.root = new RunQueue(params);
  }
}

export class Kernel {
  /** Threads in queues, on no CPU. */
  waiting = 0;
  readonly params: KernelParams;
  private readonly cpus: readonly CpuQueues[];
  private readonly shares: readonly number[]; // by group
  private readonly runnable: number[]; // by group, on all CPUs
  private readonly alone: boolean; // there is one group only
  private readonly followsLoads: boolean; // there are CPUs to choose from

  /** `cpuWeights`: of the groups, the process's own first. */
  constructor(params: KernelParams, cpus: number, cpuWeights: readonly number[]) {
    const balanceNs = Math.ceil(params.balanceNs / params.tickNs) * params.tickNs; // at ticks
    this.params = { ...params, balanceNs };
    this.cpus = Array.from({ length: cpus }, () => new CpuQueues(params, cpuWeights.length));
    this.shares = cpuWeights.map(sharesOf);
    this.runnable = cpuWeights.map(() => 0);
    this.alone = cpuWeights.length === 1;
    this.followsLoads = cpus > 1;
  }

  // ---- threads come and go

  /** The thread, until now in no queue, runs on this CPU, which runs none and for which none waits. */
  enter(cpu: number, thread: Thread, now: number): void {
    if (!this.alone) {
      this.enqueue(cpu, thread, now);
      this.run(cpu, thread, now);
      return;
    }
    const it = this.cpus[cpu]!;
    it.chargedAt = now;
    it.groups[OWN_GROUP]!.queue.enter(thread);
    this.runnable[OWN_GROUP]!++;
    if (this.followsLoads) thread.load.set(true, now);
  }

  /**
   * The thread, which has woken or comes from another queue, waits for this CPU. True: the one that runs there is to be compared with
   * those that wait. One that still counts here goes on from where it is before the time since the last look is charged to who runs: it
   * may have been caught up with meanwhile, and so take the CPU from that one.
   */
  enqueue(cpu: number, thread: Thread, now: number): boolean {
    const it = this.cpus[cpu]!;
    const group = it.groups[thread.group]!;
    const stillCounts = thread.delayed;
    if (!stillCounts) this.charge(it, now);
    const overdue = !stillCounts && this.isOverdue(it);
    group.queue.join(thread);
    if (stillCounts) this.charge(it, now);
    thread.lastCpu = cpu;
    this.waiting++;
    this.runnable[thread.group]!++;
    if (this.followsLoads) thread.load.set(true, now);
    if (!this.alone) {
      this.weigh(it);
      if (group.queue.size === 1 && !(it.blocked && thread.group === OWN_GROUP)) this.admit(it, thread.group);
    }
    return stillCounts ? this.isOverdue(it) : overdue;
  }

  /** The thread, which waits for the CPU, gets it; the CPU runs none. */
  run(cpu: number, thread: Thread, now: number): void {
    const it = this.cpus[cpu]!;
    const group = it.groups[thread.group]!;
    it.chargedAt = now;
    this.waiting--;
    group.queue.start(thread);
    if (!this.alone) it.root.start(group);
  }

  /** The thread, which runs on the CPU, waits for it again. */
  putBack(cpu: number, thread: Thread, now: number): void {
    const it = this.cpus[cpu]!;
    this.charge(it, now);
    this.waiting++;
    it.groups[thread.group]!.queue.putBack();
    if (!this.alone) it.root.putBack();
  }

  /** The thread, which runs on the CPU or waits for it, does so no more. */
  leave(cpu: number, thread: Thread, now: number, sleeps: boolean): void {
    const it = this.cpus[cpu]!;
    this.charge(it, now);
    const group = it.groups[thread.group]!;
    const ran = group.queue.current === thread;
    if (!ran) this.waiting--;
    group.queue.leave(thread, sleeps);
    this.runnable[thread.group]!--;
    if (this.followsLoads) thread.load.set(false, now);
    if (this.alone) return;
    if (group.queue.size > 0 && ran) it.root.putBack();
    else if (group.queue.size === 0 && !(it.blocked && thread.group === OWN_GROUP)) it.root.leave(group, sleeps);
    this.weigh(it);
  }

  /** The process may run on the CPU, where none of its threads is, or may not. */
  block(cpu: number, blocked: boolean, now: number): void {
    const it = this.cpus[cpu]!;
    this.charge(it, now);
    const group = it.groups[OWN_GROUP]!;
    it.blocked = blocked;
    if (this.alone || group.queue.size === 0) return;
    if (blocked) it.root.leave(group, false);
    else this.admit(it, OWN_GROUP);
  }

  /** Whether a thread of the group runs on the CPU or waits for it. */
  isEmpty(cpu: number, group: number): boolean {
    return this.cpus[cpu]!.groups[group]!.queue.size === 0;
  }

  // ---- decisions

  /** Who should run on the CPU, be it the one that does or one that waits; null: nobody is there who may. */
  choose(cpu: number, now: number): Thread | null {
    const it = this.cpus[cpu]!;
    this.charge(it, now);
    if (this.alone) return it.blocked ? null : it.groups[OWN_GROUP]!.queue.choose();
    this.weigh(it);
    return it.root.choose()?.queue.choose() ?? null;
  }

  /** Whether the thread, which has just woken and waits for the CPU, takes it from the one that runs there. */
  preempts(cpu: number, thread: Thread): boolean {
    const it = this.cpus[cpu]!;
    if (this.alone) return !it.blocked && it.groups[OWN_GROUP]!.queue.first() === thread;
    this.weigh(it);
    return it.root.first()?.queue.first() === thread;
  }

  /** Whether the thread, which sleeps, still counts in the queue of the CPU that it was on: there it wakes. */
  counts(thread: Thread, now: number): boolean {
    if (!thread.delayed) return false;
    const it = this.cpus[thread.lastCpu]!;
    const tick = tickUpTo(this.params, now); // there it was looked at
    if (tick > it.chargedAt) this.charge(it, tick);
    return thread.delayed;
  }

  /** Whether the thread on the CPU is to be compared with those that wait for it as soon as anything happens there. */
  private isOverdue(it: CpuQueues): boolean {
    return it.root.isOverdue || it.groups.some(({ queue }) => queue.isOverdue);
  }

  /** When the thread on the CPU must be compared with those that wait for it; Infinity: none does. */
  sliceEnd(cpu: number, thread: Thread, now: number): number {
    const it = this.cpus[cpu]!;
    this.charge(it, now);
    const { queue } = it.groups[thread.group]!;
    let left = queue.waiting.length === 0 ? Number.POSITIVE_INFINITY : queue.untilOverdue();
    if (it.root.waiting.length > 0) left = Math.min(left, it.root.untilOverdue());
    return left === Number.POSITIVE_INFINITY ? left : tickFrom(this.params, Math.max(now + 1, now + left));
  }

  /**
   * Where a thread waits that has woken while no CPU idles: where its waker is, unless that CPU is the more loaded by more than the
   * bias, with the thread itself; then where it was. A new one waits at the least loaded CPU of all.
   */
  queueFor(thread: Thread, now: number): number {
    const { lastCpu, wakerCpu } = thread;
    if (thread.delayed) return lastCpu;
    const open = (cpu: number): boolean => cpu >= 0 && !(thread.group === OWN_GROUP && this.cpus[cpu]!.blocked);
    if (open(lastCpu)) {
      if (!open(wakerCpu) || wakerCpu === lastCpu) return lastCpu;
      const there = this.followedLoad(wakerCpu, now) + thread.load.now(now) * this.loadOf(thread.group);
      return there < this.followedLoad(lastCpu, now) * WAKER_BIAS ? wakerCpu : lastCpu;
    }
    if (lastCpu >= 0 && open(wakerCpu)) return wakerCpu;
    let best = -1;
    for (let cpu = 0; cpu < this.cpus.length; cpu++) {
      if (open(cpu) && (best < 0 || this.followedLoad(cpu, now) < this.followedLoad(best, now))) best = cpu;
    }
    return best >= 0 ? best : Math.max(0, lastCpu);
  }

  /** A thread that a CPU with nothing to run takes from another queue; it is then in none. `own`: one of the process's too. */
  pull(cpu: number, now: number, own: boolean): Thread | null {
    if (this.waiting === 0) return null;
    let from = -1;
    let most = 0;
    for (let other = 0; other < this.cpus.length; other++) {
      if (other === cpu || this.load(other) <= most || this.movable(other, cpu, now, own) === null) continue;
      from = other;
      most = this.load(other);
    }
    return from < 0 ? null : this.take(from, this.movable(from, cpu, now, own)!, now);
  }

  /** Whether loads are compared at this tick. */
  balancesAt(now: number): boolean {
    return (now - this.params.tickAtNs) % this.params.balanceNs === 0;
  }

  /** Compares the load of the CPU with that of the most loaded: a thread that comes from there, and is then in no queue. */
  balance(cpu: number, now: number): Thread | null {
    let from = cpu;
    for (let other = 0; other < this.cpus.length; other++) if (this.load(other) > this.load(from)) from = other;
    const thread = from === cpu ? null : this.movable(from, cpu, now, true);
    const it = this.cpus[cpu]!;
    if (thread === null) return null;
    const difference = this.load(from) - this.load(cpu);
    const makesUp = this.loadOf(thread.group);
    if (makesUp > difference) return null;
    if (2 * makesUp > difference && ++it.unmoved % 2 === 1) return null;
    it.unmoved = 0;
    thread.stillSince = now; // not on to another CPU at this tick
    return this.take(from, thread, now);
  }

  /** A thread that waits for the CPU `from` and may run on `to`: of those, the one that has done so for longest. */
  private movable(from: number, to: number, now: number, own: boolean): Thread | null {
    const it = this.cpus[from]!;
    let best: Thread | null = null;
    for (let group = 0; group < it.groups.length; group++) {
      if (group === OWN_GROUP && (!own || this.cpus[to]!.blocked)) continue;
      for (const one of it.groups[group]!.queue.waiting) {
        if (now - one.stillSince >= this.params.migrationCostNs && (best === null || one.stillSince < best.stillSince)) best = one;
      }
    }
    return best;
  }

  private take(cpu: number, thread: Thread, now: number): Thread {
    this.leave(cpu, thread, now, false);
    return thread;
  }

  // ---- weights and virtual time

  /** What a thread of the group weighs beside those of others. */
  private loadOf(group: number): number {
    if (this.alone) return 1;
    return this.shares[group]! / this.runnable[group]!;
  }

  /** The load of the CPU by what its threads have done lately. */
  private followedLoad(cpu: number, now: number): number {
    let sum = 0;
    for (const { queue } of this.cpus[cpu]!.groups) {
      if (queue.current !== null) sum += queue.current.load.now(now) * this.loadOf(queue.current.group);
      for (const thread of queue.waiting) sum += thread.load.now(now) * this.loadOf(thread.group);
    }
    return sum;
  }

  private load(cpu: number): number {
    const { groups } = this.cpus[cpu]!;
    if (this.alone) return groups[OWN_GROUP]!.queue.size;
    let sum = 0;
    for (let group = 0; group < groups.length; group++) {
      const { size } = groups[group]!.queue;
      if (size > 0) sum += size * this.loadOf(group);
    }
    return sum;
  }

  private admit(it: CpuQueues, group: number): void {
    const entity = it.groups[group]!;
    entity.weight = this.weightOf(it, group);
    it.root.join(entity);
  }

  private weightOf(it: CpuQueues, group: number): number {
    return Math.max(LEAST_WEIGHT, it.groups[group]!.queue.size * this.loadOf(group));
  }

  /** The groups' weights on this CPU follow what is runnable on all. */
  private weigh(it: CpuQueues): void {
    for (let group = 0; group < it.groups.length; group++) {
      const entity = it.groups[group]!;
      if (entity === it.root.current || it.root.waiting.includes(entity)) it.root.reweigh(entity, this.weightOf(it, group));
    }
  }

  private charge(it: CpuQueues, now: number): void {
    const ns = now - it.chargedAt;
    if (ns === 0) return;
    it.chargedAt = now;
    if (this.alone) {
      const { queue } = it.groups[OWN_GROUP]!;
      if (queue.current !== null) queue.charge(ns, now);
    } else if (it.root.current !== null) {
      it.root.current.queue.charge(ns, now);
      it.root.charge(ns, now);
    }
  }

  // ---- for checks

  /** The threads that wait for the CPU. */
  waitingFor(cpu: number): readonly Thread[] {
    return this.cpus[cpu]!.groups.flatMap(({ queue }) => queue.waiting);
  }

  /** Asserts the invariants of this file; `runs` gives the thread that the machine has on a CPU. */
  check(runs: (cpu: number) => Thread | null): void {
    let waiting = 0;
    const runnable = this.shares.map(() => 0);
    this.cpus.forEach((it, cpu) => {
      const thread = runs(cpu);
      it.groups.forEach(({ queue }, group) => {
        const current = thread?.group === group ? thread : null;
        if (queue.current !== current)
          fail('Kernel.check', `CPU ${cpu} runs thread ${thread?.id}, not ${queue.current?.id} of group ${group}`);
        waiting += queue.waiting.length;
        runnable[group]! += queue.size;
        const here = queue.size > 0 && !(group === OWN_GROUP && it.blocked);
        const entity = it.groups[group]!;
        const admitted = entity === it.root.current || it.root.waiting.includes(entity);
        if (!this.alone && here !== admitted)
          fail('Kernel.check', `group ${group} has ${queue.size} threads on CPU ${cpu}, admitted: ${admitted}`);
      });
    });
    if (waiting !== this.waiting) fail('Kernel.check', `${waiting} threads wait, ${this.waiting} were counted`);
    if (runnable.some((n, group) => n !== this.runnable[group]))
      fail('Kernel.check', `runnable threads: ${runnable}, counted: ${this.runnable}`);
  }
}
