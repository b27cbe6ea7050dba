// How a program begins. Cold: from the process's first instruction, with the runtime's own goroutines, the thread for
// sysmon and the lock of main to the first thread during initialisation; the threads this takes are born as they are in
// Go. Settled: as a program that has run for a while and whose main goes on now, all else being parked.
// Not Go: settled-start — that state is put together here, not reached by running.

import { GO_CREATE, GO_LOCK_THREAD, PARK_STOPM, THREAD_PARK, TO_RUNNEXT } from '../trace/events.ts';
import { F_MAIN } from './g.ts';
import type { M } from './m.ts';
import { ACT_RUN, ACT_SCHEDULE, ACT_STOPPED, ACT_SYSMON } from './m.ts';
import { KIND_SCHED } from './p.ts';
import { acquirep, createG, execute } from './proc.ts';
import { runqput } from './runq.ts';
import type { Sched } from './sched.ts';
import { allocm, BORN_START, BORN_SYSMON, clone, unlockIfFree } from './threads.ts';

// steps of main before main.main, done by its own goroutine
export const SYSTEM_START_SYSMON = 0;
export const SYSTEM_LOCK_MAIN = 1;
export const SYSTEM_UNLOCK_MAIN = 2;

export function systemStep(s: Sched, mp: M, step: number): void {
  const gp = mp.curg;
  switch (step) {
    case SYSTEM_START_SYSMON: {
      s.mainStarted = true;
      const sysmon = clone(s, null, false, BORN_SYSMON);
      sysmon.act = ACT_SYSMON;
      s.sysmonM = sysmon;
      break;
    }
    case SYSTEM_LOCK_MAIN:
      mp.lockedInt++;
      mp.lockedg = gp;
      s.g.lockedm[gp] = mp.id + 1;
      s.trace(GO_LOCK_THREAD, mp.id, -1, gp, -1, -1);
      break;
    default:
      mp.lockedInt--;
      unlockIfFree(s, mp);
  }
}

/** The process begins: its first thread with P 0, the others idle, main in runnext. */
export function startCold(s: Sched): void {
  const m0 = firstThread(s);
  const gp = createMain(s, m0);
  runqput(s, m0.p!, gp, true);
  m0.act = ACT_SCHEDULE;
}

/** Main goes on now; sysmon begins to sleep 20 us; the threads a started program has are parked. */
export function startSettled(s: Sched, schedtick: number | null): void {
  const m0 = firstThread(s);
  const pp = m0.p!;
  s.mainStarted = true;
  s.netpollInited = true;
  const sysmon = allocm(s, BORN_SYSMON);
  s.sysmonM = sysmon;
  sysmon.act = ACT_SYSMON;
  sysmon.thread.setRested();
  s.machine.wake(sysmon.thread, 0);
  for (let i = Math.min(s.gomaxprocs, 3); i > 0; i--) {
    const spare = allocm(s, BORN_START);
    spare.act = ACT_STOPPED;
    spare.thread.setRested();
    s.mput(spare);
    s.trace(THREAD_PARK, spare.id, -1, -1, PARK_STOPM, -1);
  }
  pp.goidcache = 1;
  s.goidgen = Math.ceil((s.profile.firstGoid - 1) / s.params.goidBatch) * s.params.goidBatch; // in whole batches
  pp.goidcacheend = s.goidgen + 1;
  const gp = createMain(s, m0);
  pp.goidcache = s.profile.firstGoid;
  pp.syscalltick = 1;
  execute(s, m0, gp, true);
  pp.schedtick = schedtick ?? s.profile.settledSchedtick;
}

function firstThread(s: Sched): M {
  const m0 = allocm(s, BORN_START);
  s.cur = m0;
  s.machine.wake(m0.thread, 0);
  const idle = s.allp.slice(1);
  if (!s.profile.idleHighestFirst) idle.reverse();
  for (const pp of idle) s.pidleput(pp);
  acquirep(s, m0, s.allp[0]!);
  s.setKind(s.allp[0]!, KIND_SCHED);
  s.allp[0]!.syscalltick = s.profile.firstSyscalltick;
  return m0;
}

function createMain(s: Sched, m0: M): number {
  const gp = createG(s, m0.p!, -1);
  s.g.flags[gp]! |= F_MAIN;
  s.goCreate++;
  s.trace(GO_CREATE, m0.id, 0, gp, s.g.body[gp]!, TO_RUNNEXT);
  m0.act = ACT_RUN;
  return gp;
}
