// A record of every goroutine: when it came, ran first and ended, and where its time went. Kept only when asked for,
// since it costs an object per goroutine.

import type { Observer, Sched } from '../runtime/sched.ts';
import { F_SYSTEM } from '../runtime/g.ts';
import type { Interpreter } from './interpreter.ts';
import type { GoroutineDetail } from './result.ts';

export class GoroutineBook implements Observer {
  readonly list: GoroutineDetail[] = [];
  private readonly current: (GoroutineDetail | null)[] = []; // by number
  private readonly sched: Sched;
  private readonly work: Interpreter;

  constructor(sched: Sched, work: Interpreter) {
    this.sched = sched;
    this.work = work;
  }

  created(gp: number): void {
    const g = this.sched.g;
    if ((g.flags[gp]! & F_SYSTEM) !== 0) {
      this.current[gp] = null;
      return;
    }
    const detail: GoroutineDetail = {
      id: g.goid[gp]!,
      name: this.work.nameOf(g.body[gp]!),
      index: g.index[gp]!,
      createdAtNs: this.sched.machine.now,
      firstRunAtNs: null,
      endedAtNs: null,
      cpuNs: 0,
      runnableNs: 0,
      blockedNs: {},
    };
    this.current[gp] = detail;
    this.list.push(detail);
  }

  started(gp: number): void {
    const detail = this.current[gp];
    if (!detail) return;
    const now = this.sched.machine.now;
    if (detail.firstRunAtNs === null) detail.firstRunAtNs = now;
    detail.runnableNs += now - this.sched.g.since[gp]!;
  }

  stopped(gp: number, ranNs: number): void {
    const detail = this.current[gp];
    if (detail) detail.cpuNs += ranNs;
  }

  readied(gp: number, parkedNs: number): void {
    const detail = this.current[gp];
    if (!detail) return;
    const reason = this.sched.profile.waitReasons[this.sched.g.waitreason[gp]!]!;
    detail.blockedNs[reason] = (detail.blockedNs[reason] ?? 0) + parkedNs;
  }

  ended(gp: number): void {
    const detail = this.current[gp];
    if (detail) detail.endedAtNs = this.sched.machine.now;
  }
}
