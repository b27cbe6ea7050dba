// System calls. The M keeps its P on the way in; sysmon may take it away meanwhile. On the way out the M goes on if it
// still has it, or can take it back or get an idle one; else its goroutine goes to the global queue.
// Not Go: devices — a call takes just as long as the scenario says, however many are under way.

import { GO_SYSCALL, GO_SYSCALL_BLOCKED, GO_SYSCALL_EXIT, PARK_RAW, PARK_SYSCALL, PROC_RETAKE, THREAD_PARK } from '../trace/events.ts';
import { Grunnable, Grunning, Gsyscall } from './g.ts';
import type { M } from './m.ts';
import { ACT_EXITSYSCALL, ACT_RAW, ACT_RUN, ACT_SYSCALL, ACT_SYSCALL_DONE } from './m.ts';
import type { P } from './p.ts';
import { KIND_GOROUTINE, KIND_IDLE, KIND_SYSCALL } from './p.ts';
import { acquirep, burn, left } from './proc.ts';
import type { Sched } from './sched.ts';
import { wakeSysmon } from './sysmon.ts';
import { stoplockedm, stopm } from './threads.ts';

/** The goroutine on mp enters a call that lasts `ns`, `cpuNs` of it computing in the kernel. */
export function entersyscall(s: Sched, mp: M, ns: number, cpuNs: number): number {
  enterKernel(s, mp);
  mp.syscallNs = Math.max(0, ns - cpuNs);
  if (cpuNs > 0) return left(burn(s, mp, cpuNs, KIND_SYSCALL, ACT_SYSCALL));
  return left(syscallSleep(s, mp));
}

/** The scheduler learns that the goroutine on mp is in a system call. */
export function enterKernel(s: Sched, mp: M): void {
  const gp = mp.curg;
  const pp = mp.p!;
  s.casgstatus(gp, Grunning, Gsyscall);
  s.goSyscall++;
  s.trace(GO_SYSCALL, mp.id, pp.id, gp, -1, -1);
  if (s.sysmonwait) wakeSysmon(s);
  mp.oldp = pp;
  s.observer?.stopped(gp, s.machine.now - pp.sliceStart);
  s.setKind(pp, KIND_SYSCALL);
}

/** A call that the scheduler knows nothing of: the goroutine runs on for it, with its M and P. */
export function rawSyscall(s: Sched, mp: M, ns: number, cpuNs: number): number {
  mp.syscallNs = Math.max(0, ns - cpuNs);
  if (cpuNs > 0) return left(burn(s, mp, cpuNs, KIND_GOROUTINE, ACT_RAW));
  return left(rawSleep(s, mp));
}

/** The part of a raw call in which the thread waits. */
export function rawSleep(s: Sched, mp: M): boolean {
  mp.act = ACT_RUN;
  if (mp.syscallNs === 0) return true;
  s.setKind(mp.p!, KIND_GOROUTINE);
  s.trace(THREAD_PARK, mp.id, -1, -1, PARK_RAW, -1);
  s.machine.sleep(mp.thread, mp.syscallNs);
  return false;
}

/** The part of the call in which the thread waits. */
export function syscallSleep(s: Sched, mp: M): boolean {
  if (mp.syscallNs === 0) {
    mp.act = ACT_SYSCALL_DONE;
    return true;
  }
  s.trace(THREAD_PARK, mp.id, -1, -1, PARK_SYSCALL, -1);
  mp.act = ACT_SYSCALL_DONE;
  s.machine.sleep(mp.thread, mp.syscallNs + mp.debt);
  mp.debt = 0;
  return false;
}

/** The kernel is done. */
export function syscallDone(s: Sched, mp: M): boolean {
  return burn(s, mp, s.costs.syscallExit, KIND_SYSCALL, ACT_EXITSYSCALL);
}

export function exitsyscall(s: Sched, mp: M): boolean {
  const gp = mp.curg;
  const oldp = mp.oldp!;
  mp.oldp = null;
  let pp = mp.p;
  if (pp === null) {
    pp = tryGetP(s, oldp);
    if (pp === null) return exitsyscallNoP(s, mp);
    acquirep(s, mp, pp);
    pp.sliceStart = s.machine.now;
  }
  s.observer?.started(gp);
  pp.syscalltick++;
  s.setKind(pp, KIND_GOROUTINE);
  s.casgstatus(gp, Gsyscall, Grunning);
  s.trace(GO_SYSCALL_EXIT, mp.id, pp.id, gp, -1, -1);
  mp.act = ACT_RUN;
  return true;
}

/** Its old P, if that is held in another system call now, or an idle one. */
function tryGetP(s: Sched, oldp: P): P | null {
  if (inSyscall(s, oldp)) {
    takeP(s, oldp);
    return oldp;
  }
  const pp = s.pidleget();
  if (pp !== null && s.sysmonwait) wakeSysmon(s);
  return pp;
}

function exitsyscallNoP(s: Sched, mp: M): boolean {
  const gp = mp.curg;
  s.casgstatus(gp, Gsyscall, Grunnable);
  s.observer?.readied(gp, 0);
  s.g.since[gp] = s.machine.now;
  s.goSyscallBlocked++;
  s.trace(GO_SYSCALL_BLOCKED, mp.id, -1, gp, -1, -1);
  mp.curg = -1;
  s.globrunqput(gp);
  return mp.lockedg >= 0 ? stoplockedm(s, mp) : stopm(s, mp);
}

/** Whether the goroutine of the M that holds pp is in a system call. */
export function inSyscall(s: Sched, pp: P): boolean {
  const mp = pp.m;
  return mp !== null && mp.curg >= 0 && s.g.status[mp.curg] === Gsyscall;
}

/** Takes pp from the M in a system call that holds it. */
export function takeP(s: Sched, pp: P): void {
  const mp = pp.m!;
  const ran = s.machine.now - pp.sliceStart;
  s.trace(PROC_RETAKE, mp.id, pp.id, -1, -1, -1);
  s.slices.add(ran);
  mp.p = null;
  pp.m = null;
  pp.syscalltick++;
  s.setKind(pp, KIND_IDLE);
}
