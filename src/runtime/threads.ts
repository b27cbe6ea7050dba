// Threads: when an M is woken or created for a P, when one stops, and what happens when goroutine and thread are locked
// to each other. checkdead stands here too, since it is a count of threads.

import { fail } from '../base/assert.ts';
import {
  GO_LOCK_THREAD,
  GO_UNLOCK_THREAD,
  PARK_LOCKED,
  PARK_STOPM,
  PROC_HANDOFF,
  PROC_STOP,
  SPIN_START,
  SPIN_STOP,
  THREAD_CREATE,
  THREAD_EXIT,
  THREAD_PARK,
} from '../trace/events.ts';
import { F_SYSTEM, Gdead, Gidle, Gwaiting } from './g.ts';
import { ACT_LOCKED, ACT_PARK_LOCKED, ACT_STOPPED, ACT_TEMPLATE, M } from './m.ts';
import { wakeNetPoller } from './netpoll.ts';
import type { P } from './p.ts';
import { KIND_SCHED } from './p.ts';
import { acquirep, burn, endRun, executeSoon, releasep } from './proc.ts';
import { runqempty } from './runq.ts';
import type { Sched } from './sched.ts';

// reasons of a thread's creation: indexes into THREAD_REASONS
export const BORN_START = 0;
export const BORN_SYSMON = 1;
export const BORN_HANDOFF = 2;
export const BORN_SPINNING = 3;
export const BORN_LOCKED = 4;
export const BORN_TEMPLATE = 5;
export const BORN_INJECT = 6;
export const BORN_CGO = 7;

const THREAD_BYTES = 2048; // of an M, its thread, and what is said of it in the end

/** Work has appeared: one more spinning M, unless one spins already or no P is idle. */
export function wakep(s: Sched): void {
  if (s.nmspinning !== 0) return;
  if (!s.profile.needspinning) {
    if (s.npidle === 0) return;
    s.nmspinning++;
    startm(s, s.pidleget()!, true, BORN_SPINNING);
    return;
  }
  const pp = s.pidlegetSpinning();
  if (pp === null) return;
  s.nmspinning++;
  startm(s, pp, true, BORN_SPINNING);
}

/** Gives pp to the M that parked last, or to a new one. A spinning one has been counted by the caller. */
export function startm(s: Sched, pp: P, spinning: boolean, reason: number): void {
  const giver = s.cur!;
  let mp = s.mget();
  if (mp === null) {
    mp = newm(s, pp, spinning, reason);
  } else {
    if (mp.spinning || mp.nextp !== null) fail('startm', `M ${mp.id} from the idle list is spinning or has a P`);
    wakeM(s, mp, pp, spinning);
  }
  s.trace(PROC_HANDOFF, mp.id, pp.id, -1, giver.id, -1);
}

function wakeM(s: Sched, mp: M, pp: P, spinning: boolean): void {
  mp.nextp = pp;
  if (spinning) startSpinning(s, mp);
  s.wakeups++;
  futexwakeup(s, mp);
}

function startSpinning(s: Sched, mp: M): void {
  mp.spinning = true;
  s.spins++;
  s.trace(SPIN_START, mp.id, -1, -1, -1, -1);
}

/** Wakes the thread of mp; the call is paid by the M that acts. */
export function futexwakeup(s: Sched, mp: M): void {
  s.machine.wake(mp.thread, s.jitter(s.costs.futexWakeLatency));
  s.charge(s.jitter(s.costs.futexWake));
}

/** What Go calls a throw: the process ends in the middle of what it does. The end is set; whoever steps the world catches it. */
export class Throw extends Error {}

/** The process dies when it is about to have more threads than it may. */
export function checkmcount(s: Sched, threads: number): void {
  if (threads <= s.maxmcount) return;
  endRun(s, 'threads-exhausted', 2, `runtime: program exceeds ${s.maxmcount}-thread limit`);
  throw new Throw();
}

/** A new M that will start with pp; its thread may be left to the template thread. */
function newm(s: Sched, pp: P | null, spinning: boolean, reason: number): M {
  const by = s.cur!;
  if (by.lockedExt > 0) {
    // a thread locked to a goroutine may be in an odd state (a namespace, a signal mask): a clean one makes the clone
    const mp = allocm(s, reason);
    mp.nextp = pp;
    if (spinning) startSpinning(s, mp);
    s.newmQueue.push(mp);
    const template = s.templateM!;
    if (template.parkedTemplate) {
      template.parkedTemplate = false;
      futexwakeup(s, template);
    }
    return mp;
  }
  return clone(s, pp, spinning, reason);
}

export function clone(s: Sched, pp: P | null, spinning: boolean, reason: number): M {
  const mp = allocm(s, reason);
  mp.nextp = pp;
  if (spinning) startSpinning(s, mp);
  s.machine.wake(mp.thread, s.jitter(s.costs.cloneLatency));
  s.charge(s.costs.clone);
  return mp;
}

/** A new M with a sleeping thread. */
export function allocm(s: Sched, reason: number): M {
  checkmcount(s, s.mcount() + 1);
  const mp = new M(s.allm.length, s.machine.newThread());
  if (mp.thread.id !== mp.id) fail('allocm', `M ${mp.id} has thread ${mp.thread.id}`);
  s.allm.push(mp);
  s.budget.take(THREAD_BYTES);
  mp.reason = reason;
  mp.createdAt = s.machine.now;
  const gp = s.because >= 0 ? s.because : s.cur !== null ? s.cur.curg : -1;
  if (gp >= 0) {
    mp.becauseOf = s.g.goid[gp]!;
    mp.becauseBody = s.g.body[gp]!;
    mp.becauseIndex = s.g.index[gp]!;
  }
  if (++s.mLive > s.mPeak) s.mPeak = s.mLive;
  s.trace(THREAD_CREATE, mp.id, -1, gp, reason, -1);
  return mp;
}

/** A new thread's first burn is over. */
export function mstart(s: Sched, mp: M): boolean {
  return burn(s, mp, s.costs.mstart, KIND_SCHED, ACT_STOPPED);
}

/** mp has nothing to do: onto the idle list until someone gives it a P. */
export function stopm(s: Sched, mp: M): boolean {
  if (mp.p !== null || mp.spinning) fail('stopm', `M ${mp.id} holds a P or spins`);
  s.mput(mp);
  checkdead(s);
  s.trace(THREAD_PARK, mp.id, -1, -1, PARK_STOPM, -1);
  mp.act = ACT_STOPPED;
  s.machine.block(mp.thread);
  return false;
}

/** mp is awake again, with the P it was given. */
export function takeNextp(s: Sched, mp: M): void {
  const pp = mp.nextp!;
  mp.nextp = null;
  acquirep(s, mp, pp);
}

/** P has lost its M to a system call or a lock; `because` is the goroutine behind that, `reason` that of a thread born for it. */
export function handoffp(s: Sched, pp: P, because: number, reason: number): void {
  s.because = because;
  if (!runqempty(pp) || s.runqsize > 0) startm(s, pp, false, reason);
  else if (s.nmspinning + s.npidle === 0) {
    s.nmspinning++;
    s.needspinning = 0;
    startm(s, pp, true, reason);
  } else if (s.npidle === s.gomaxprocs - 1 && s.lastpoll !== 0) {
    startm(s, pp, false, reason); // the last running P, and nobody polls the network
  } else {
    const when = pp.timers.wakeTime();
    s.procStop++;
    s.trace(PROC_STOP, s.cur!.id, pp.id, -1, -1, -1);
    s.pidleput(pp);
    if (when !== 0) wakeNetPoller(s, when);
  }
  s.handoffs++; // at the end: the process may die of one thread too many
  s.because = -1;
}

/** The goroutines of a list found by the poller become runnable; the list's first runs first. */
export function startIdle(s: Sched, n: number): void {
  for (; n > 0; n--) {
    const pp = s.pidlegetSpinning();
    if (pp === null) return;
    startm(s, pp, false, BORN_INJECT);
  }
}

// ---- goroutines locked to threads

/** mp is locked to a goroutine that does not run: it gives its P away and waits until somebody schedules that goroutine. */
export function stoplockedm(s: Sched, mp: M): boolean {
  if (mp.p !== null) handoffp(s, releasep(s, mp), mp.lockedg, BORN_LOCKED);
  // Main is locked while the process starts: that was held against real Go as a whole, without this price.
  if (mp.lockedExt === 0) return parkLocked(s, mp);
  return burn(s, mp, 0, KIND_SCHED, ACT_PARK_LOCKED); // waking the other takes a while, in which its goroutine may be found
}

/** mp has given its P away. */
export function parkLocked(s: Sched, mp: M): boolean {
  s.nmidlelocked++;
  if (mp.nextp !== null) {
    // its goroutine has been found meanwhile: there is no need to sleep
    takeNextp(s, mp);
    return executeSoon(s, mp, mp.lockedg, false);
  }
  mp.parkedLocked = true;
  checkdead(s);
  s.trace(THREAD_PARK, mp.id, -1, -1, PARK_LOCKED, -1);
  mp.act = ACT_LOCKED;
  s.machine.block(mp.thread);
  return false;
}

/** mp found gp, which is locked to another M: that one gets the P, and mp stops. */
export function startlockedm(s: Sched, mp: M, gp: number): boolean {
  const locked = s.allm[s.g.lockedm[gp]! - 1]!;
  s.nmidlelocked--;
  const pp = releasep(s, mp);
  locked.nextp = pp;
  if (locked.parkedLocked) {
    locked.parkedLocked = false;
    s.wakeups++;
    futexwakeup(s, locked);
  }
  s.trace(PROC_HANDOFF, locked.id, pp.id, -1, mp.id, -1);
  return burnThenStop(s, mp);
}

/** What mp just did has its price before it goes to the idle list. */
function burnThenStop(s: Sched, mp: M): boolean {
  mp.stopping = true;
  return burn(s, mp, 0, KIND_SCHED, ACT_STOPPED);
}

export function lockOSThread(s: Sched, mp: M): void {
  startTemplateThread(s);
  const gp = mp.curg;
  mp.lockedExt++;
  if (mp.lockedg < 0) s.trace(GO_LOCK_THREAD, mp.id, -1, gp, -1, -1);
  mp.lockedg = gp;
  s.g.lockedm[gp] = mp.id + 1;
}

export function unlockOSThread(s: Sched, mp: M): void {
  if (mp.lockedExt === 0) return;
  mp.lockedExt--;
  unlockIfFree(s, mp);
}

export function unlockIfFree(s: Sched, mp: M): void {
  if (mp.lockedExt !== 0 || mp.lockedInt !== 0) return;
  s.trace(GO_UNLOCK_THREAD, mp.id, -1, mp.curg, -1, -1);
  s.g.lockedm[mp.curg] = 0;
  mp.lockedg = -1;
}

/** The thread that makes threads on behalf of locked ones, started with the first LockOSThread. */
function startTemplateThread(s: Sched): void {
  if (s.templateM !== null) return;
  const mp = clone(s, null, false, BORN_TEMPLATE);
  s.templateM = mp;
  mp.act = ACT_TEMPLATE;
}

/** The template thread: makes what is asked for, then sleeps. */
export function templateThread(s: Sched, mp: M): boolean {
  if (!mp.counted) {
    mp.counted = true;
    s.nmsys++;
    checkdead(s);
  }
  const born = s.newmQueue.pop();
  if (born !== undefined) {
    s.machine.wake(born.thread, s.jitter(s.costs.cloneLatency));
    s.charge(s.costs.clone);
    return burn(s, mp, 0, KIND_SCHED, ACT_TEMPLATE);
  }
  mp.parkedTemplate = true;
  s.trace(THREAD_PARK, mp.id, -1, -1, PARK_STOPM, -1);
  s.machine.block(mp.thread);
  return false;
}

/** The goroutine locked to mp has ended: the thread ends with it, but the main thread only parks. */
export function mexit(s: Sched, mp: M): boolean {
  handoffp(s, releasep(s, mp), -1, BORN_LOCKED);
  s.nmfreed++;
  if (mp.id === 0) {
    checkdead(s);
    s.trace(THREAD_PARK, mp.id, -1, -1, PARK_LOCKED, -1);
    s.machine.block(mp.thread);
    return false;
  }
  checkdead(s);
  s.mLive--;
  mp.endedAt = s.machine.now;
  s.trace(THREAD_EXIT, mp.id, -1, -1, -1, -1);
  s.machine.exit(mp.thread);
  return false;
}

/** Nobody runs: is that a deadlock? Asked whenever a thread stops. */
export function checkdead(s: Sched): void {
  if (s.mcount() - s.nmidle - s.nmidlelocked - s.nmsys > 0) return;
  const g = s.g;
  let waiting = 0;
  for (let gp = 0; gp < g.count; gp++) {
    if ((g.flags[gp]! & F_SYSTEM) !== 0) continue;
    const status = g.status[gp]!;
    if (status === Gwaiting) waiting++;
    else if (status !== Gdead && status !== Gidle) fail('checkdead', `goroutine ${gp} is in state ${status} and no thread runs`);
  }
  if (waiting === 0) {
    endRun(s, 'deadlock', 2, 'fatal error: no goroutines (main called runtime.Goexit) - deadlock!');
    return;
  }
  for (const pp of s.allp) if (pp.timers.size > 0) return;
  endRun(s, 'deadlock', 2, 'fatal error: all goroutines are asleep - deadlock!');
}

export function stopSpinning(s: Sched, mp: M): void {
  mp.spinning = false;
  s.nmspinning--;
  s.trace(SPIN_STOP, mp.id, -1, -1, -1, -1);
}

/** mp found work: it spins no longer, and another may. */
export function resetspinning(s: Sched, mp: M): void {
  stopSpinning(s, mp);
  wakep(s);
}
