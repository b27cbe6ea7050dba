// Judges how threads share CPUs, with the kernel's queues rebuilt from the rows: a thread that was preempted, or was said to
// wait for a CPU, is in that one's queue until it runs, and
//
//   - waits in a queue only where neither that CPU nor the one that it was on is idle when it wakes, when it was throttled
//     there, or is moved from another queue. Whether it finds other CPUs that are idle depends on how busy all have been, and
//     is not judged
//   - goes from one queue to another, or to the CPU of another, only when it has been off CPUs for the migration cost, and
//     to a CPU that has nobody of its own to run
//   - gets its CPU at once when that is free, and another that idles at the next tick, if it has been off CPUs for that long
//   - waits, beside others of the process only, for a few rounds of those who are ahead of it and no longer
//   - a neighbour's thread is on one CPU, alone
//
// Which of those in a queue is next the rows do not tell: that takes virtual time.

import type { Judge } from './judge.ts';
import { describeThread } from './judge.ts';
import { T_WAITING } from './rebuilt.ts';

/** What the rows do not say of the kernel. */
export interface KernelConstants {
  readonly tickNs: number;
  readonly sliceNs: number;
  readonly migrationCostNs: number;
  readonly quotaSliceNs: number;
  readonly quotaKeptNs: number;
}

interface Waiting {
  readonly m: number;
  readonly offSince: number; // the CPUs
  readonly since: number; // in some queue
  ahead: number; // the most that were in its queue meanwhile
}

export class SharingState {
  readonly foreign: number[]; // by CPU: the neighbours' thread on it, -1: none
  readonly queues: Waiting[][]; // by CPU
  readonly offSince: number[] = []; // by thread
  readonly lastCpu: number[] = []; // by thread
  readonly freeSince: number[]; // by CPU: since when it runs nothing
  waiting = 0;
  private looked = 0; // the instant up to which it has been looked who waits in vain

  constructor(cpus: number) {
    this.foreign = new Array<number>(cpus).fill(-1);
    this.queues = Array.from({ length: cpus }, () => []);
    this.freeSince = new Array<number>(cpus).fill(0);
  }

  isFree(j: Judge, cpu: number): boolean {
    return j.state.cpus[cpu] < 0 && this.foreign[cpu] < 0 && !j.quota.throttles(cpu);
  }

  /** Called before every row: what should have happened by then. */
  tick(j: Judge): void {
    if (j.at === this.looked) return;
    this.looked = j.at;
    if (this.waiting === 0) return;
    const { tickNs, sliceNs, migrationCostNs } = j.kernel;
    const { freeSince, queues } = this;
    let idle = Number.POSITIVE_INFINITY; // since when a CPU idles
    for (let cpu = 0; cpu < queues.length; cpu++) {
      if (!this.isFree(j, cpu)) continue;
      idle = Math.min(idle, freeSince[cpu]);
      for (const { m } of queues[cpu]) j.complain('sharing', `M${m} on CPU ${cpu}, which is free and for which it waits`, 'it waits on');
    }
    if (j.quota.limits.length > 0) return;
    for (const queue of queues) {
      for (const one of queue) {
        const noticed = Math.max(one.offSince + migrationCostNs, one.since, idle) + tickNs;
        if (j.at > noticed) j.complain('sharing', `M${one.m} on a CPU, for one idles`, `it waits for ${j.at - one.since} ns`);
        const rounds = 2 * (one.ahead + 1) * (tickNs + Math.max(tickNs, sliceNs));
        if (!j.hasNeighbours && j.at > one.since + rounds)
          j.complain('sharing', `M${one.m} to have had its turn`, `it waits for ${j.at - one.since} ns`);
      }
    }
  }

  enter(j: Judge, m: number, cpu: number, since: number): void {
    const queue = this.queues[cpu];
    if (queue === undefined) {
      j.complain('sharing', `a CPU below ${this.queues.length}`, `CPU ${cpu}`);
      return;
    }
    this.lastCpu[m] = cpu;
    queue.push({ m, since, offSince: this.offSince[m] ?? Number.NEGATIVE_INFINITY, ahead: queue.length });
    for (const one of queue) one.ahead = Math.max(one.ahead, queue.length);
    this.waiting++;
  }

  /** Takes the thread out of its queue, if it is in one. */
  leave(m: number): { readonly cpu: number; readonly one: Waiting } | null {
    for (let cpu = 0; cpu < this.queues.length; cpu++) {
      const i = this.queues[cpu].findIndex((one) => one.m === m);
      if (i < 0) continue;
      this.waiting--;
      return { cpu, one: this.queues[cpu].splice(i, 1)[0] };
    }
    return null;
  }
}

export function judgeQueue(j: Judge, m: number, cpu: number): void {
  const thread = j.known(m);
  const { sharing } = j;
  if (thread.status !== T_WAITING) j.complain('sharing', `M${m} runnable and on no CPU`, describeThread(thread));
  const was = sharing.leave(m);
  if (was === null && thread.releasedAt < j.at) {
    const idle = [cpu, sharing.lastCpu[m] ?? cpu].find((i) => sharing.isFree(j, i));
    if (idle !== undefined) j.complain('sharing', `M${m} on CPU ${idle}, which idles`, `it waits for CPU ${cpu}`);
  } else if (was !== null) {
    judgeMove(j, m, was.cpu, cpu, was.one.offSince);
    sharing.offSince[m] = j.at; // not on at once
  }
  sharing.enter(j, m, cpu, was?.one.since ?? j.at);
}

/** A thread that waited gets a CPU, or is throttled on one. */
export function judgeDequeue(j: Judge, m: number, cpu: number): void {
  const { sharing } = j;
  if (sharing.waiting === 0) return;
  const was = sharing.leave(m);
  if (was === null || was.cpu === cpu) return;
  judgeMove(j, m, was.cpu, cpu, was.one.offSince);
  const own = sharing.queues[cpu]?.[0];
  if (own !== undefined && !j.quota.throttles(cpu)) j.complain('sharing', `M${own.m} on CPU ${cpu}, for which it waits`, `M${m}`);
}

function judgeMove(j: Judge, m: number, from: number, to: number, offSince: number): void {
  const ns = j.at - offSince;
  if (from === to || ns < j.kernel.migrationCostNs) j.complain('sharing', `M${m} to wait for CPU ${from}`, `to CPU ${to} after ${ns} ns`);
}

/** The thread leaves the CPU. */
export function judgeLeavesCpu(j: Judge, m: number, cpu: number, preempted: boolean): void {
  j.sharing.offSince[m] = j.at;
  j.sharing.lastCpu[m] = cpu;
  j.sharing.freeSince[cpu] = j.at;
  if (preempted) j.sharing.enter(j, m, cpu, j.at);
}

export function judgeNeighbour(j: Judge, cpu: number, thread: number, on: boolean): void {
  const { foreign, freeSince } = j.sharing;
  const name = `thread ${thread} of the neighbours'`;
  if (!j.hasNeighbours) j.complain('sharing', 'no neighbours', name);
  if (foreign[cpu] === undefined) j.complain('sharing', `a CPU below ${foreign.length}`, `CPU ${cpu}`);
  if (on) {
    if (j.state.cpus[cpu] >= 0) j.complain('cpu', `CPU ${cpu} free`, `M${j.state.cpus[cpu]} is on it`);
    if (foreign[cpu] >= 0) j.complain('cpu', `CPU ${cpu} free`, `thread ${foreign[cpu]} of the neighbours' is on it`);
    if (foreign.includes(thread)) j.complain('cpu', `${name} on no CPU`, `it is on CPU ${foreign.indexOf(thread)}`);
    foreign[cpu] = thread;
  } else {
    if (foreign[cpu] !== thread) j.complain('cpu', `${name} on CPU ${cpu}`, `thread ${foreign[cpu]} is`);
    foreign[cpu] = -1;
    freeSince[cpu] = j.at;
  }
}

/** A thread of the process gets on the CPU. */
export function judgeFreeOfNeighbours(j: Judge, cpu: number): void {
  if ((j.sharing.foreign[cpu] ?? -1) >= 0) j.complain('cpu', `CPU ${cpu} free`, "a neighbour's thread is on it");
}
