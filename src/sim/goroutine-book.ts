// A record of every goroutine: when it came, ran first and ended, and where its time went: on a P, in a queue, or waiting
// for something. The three sum to its life. Kept only when asked for, since it costs an object per goroutine.

import { F_SYSTEM, Grunnable, Grunning, Gsyscall } from '../runtime/g.ts';
import type { Observer, Sched } from '../runtime/sched.ts';
import { OUTCOMES } from '../trace/events.ts';
import type { Work } from './code.ts';
import type { GoroutineDetail } from './result.ts';

/** What time in a system call is waiting for, in the words of Go's listing. */
const SYSCALL = 'syscall';

/** Goroutines that are listed. */
export const LIST_LIMIT = 500_000;

interface Entry {
  readonly detail: GoroutineDetail;
  status: number; // what the time since `since` is spent in
  reason: string; // of waiting
  since: number;
}

export class GoroutineBook implements Observer {
  truncated = false;
  private readonly entries: Entry[] = [];
  private readonly current: (Entry | null)[] = []; // by number
  private readonly sched: Sched;
  private readonly work: Work;

  constructor(sched: Sched, work: Work) {
    this.sched = sched;
    this.work = work;
  }

  /** The record at the end of the run. */
  list(): GoroutineDetail[] {
    for (const entry of this.entries) if (entry.detail.endedAtNs === null) this.enter(entry, entry.status, entry.reason);
    if (OUTCOMES[this.sched.end!.kind] === 'completed') this.entries[0]!.detail.endedAtNs = this.sched.machine.now; // main has returned
    return this.entries.map((entry) => entry.detail);
  }

  created(gp: number): void {
    const g = this.sched.g;
    const isListed = (g.flags[gp]! & F_SYSTEM) === 0;
    if (!isListed || this.entries.length === LIST_LIMIT) {
      this.current[gp] = null;
      if (isListed) this.truncated = true;
      return;
    }
    const now = this.sched.machine.now;
    const detail: GoroutineDetail = {
      id: g.goid[gp]!,
      name: this.work.nameOf(g.body[gp]!),
      index: g.index[gp]!,
      createdAtNs: now,
      firstRunAtNs: null,
      endedAtNs: null,
      cpuNs: 0,
      runnableNs: 0,
      blockedNs: {},
    };
    const entry = { detail, status: Grunnable, reason: '', since: now };
    this.current[gp] = entry;
    this.entries.push(entry);
  }

  started(gp: number): void {
    const entry = this.current[gp];
    if (!entry) return;
    this.enter(entry, Grunning, '');
    if (entry.detail.firstRunAtNs === null) entry.detail.firstRunAtNs = entry.since;
  }

  stopped(gp: number): void {
    const entry = this.current[gp];
    if (!entry) return;
    const { g, profile } = this.sched;
    const status = g.status[gp]!;
    this.enter(entry, status, status === Gsyscall ? SYSCALL : profile.waitReasons[g.waitreason[gp]!]!);
  }

  readied(gp: number): void {
    const entry = this.current[gp];
    if (entry) this.enter(entry, Grunnable, '');
  }

  ended(gp: number): void {
    const entry = this.current[gp];
    if (!entry) return;
    this.enter(entry, entry.status, entry.reason);
    entry.detail.endedAtNs = entry.since;
  }

  /** The time up to now goes to the old status. */
  private enter(entry: Entry, status: number, reason: string): void {
    const { detail } = entry;
    const now = this.sched.machine.now;
    const ns = now - entry.since;
    if (ns > 0) {
      if (entry.status === Grunning) detail.cpuNs += ns;
      else if (entry.status === Grunnable) detail.runnableNs += ns;
      else detail.blockedNs[entry.reason] = (detail.blockedNs[entry.reason] ?? 0) + ns;
    }
    entry.status = status;
    entry.reason = reason;
    entry.since = now;
  }
}
