// Timers: sleeps, tickers, and those of time.After and time.AfterFunc. They sit in the heap of the P that added them and
// are run by whoever looks at that heap: its own P when it schedules, a thief in its last round, so a busy P runs its
// timers late. Another P's heap cannot be changed: a stop or a reset leaves a note at the timer (timer-repair.ts).
//
// From Go 1.23 on, a channel's timer is in a heap only while somebody waits on the channel (timer-chan.ts); one that is no
// longer wanted stays there as a zombie until it comes to the heap's ends or zombies are more than a quarter.

import { LATEST, TIMER_FIRE } from '../trace/events.ts';
import { timeSend } from './chan.ts';
import { goPanic } from './fatal.ts';
import type { M } from './m.ts';
import { ACT_SCHEDULE } from './m.ts';
import { wakeNetPoller } from './netpoll.ts';
import type { P } from './p.ts';
import { KIND_SCHED } from './p.ts';
import { burn, DONE, leaveG, left, newproc, ready } from './proc.ts';
import { WAIT_SLEEP } from './profile.ts';
import type { Sched } from './sched.ts';
import { Timer } from './timer.ts';
import { drain, freeTimerChan } from './timer-chan.ts';
import type { TimerHeap } from './timer-heap.ts';
import { adjust, cleanHead, clear, updateHead } from './timer-repair.ts';

const TIMER_BYTES = 400; // of a timer, with what it calls and its place in a heap

/** time.Sleep of the goroutine on mp: it parks, then the timer is set. */
export function timeSleep(s: Sched, mp: M, ns: number): number {
  const gp = mp.curg;
  leaveG(s, mp, WAIT_SLEEP);
  add(s, mp.p!, s.machine.now + ns, gp, s.profile.resetsInPlace);
  return left(burn(s, mp, s.costs.park, KIND_SCHED, ACT_SCHEDULE));
}

function add(s: Sched, pp: P, when: number, what: number | Timer, cleans: boolean): void {
  s.netpollInited = true;
  const timers = pp.timers;
  if (cleans) cleanHead(timers, s.profile.resetsInPlace);
  const earliest = timers.wakeTime();
  timers.add(when, what);
  if (timers.size > timers.peak) {
    timers.peak = timers.size;
    if (typeof what !== 'number') s.budget.take(TIMER_BYTES);
  }
  if (s.profile.everyTimerWakes || earliest === 0 || when < earliest) wakeNetPoller(s, when);
}

// ---- running what is due

/** Runs what is due in pp's heap. Returns its next deadline, 0: none; s.ranTimers tells whether any ran. */
export function checkTimers(s: Sched, pp: P): number {
  s.ranTimers = false;
  const timers = pp.timers;
  if (timers.size === 0) return 0;
  const now = s.machine.now;
  const next = timers.wakeTime();
  if (now < next && !hasManyZombies(s, pp)) return next;
  const { resetsInPlace } = s.profile;
  adjust(timers, now, resetsInPlace);
  const until = runDue(s, timers, now);
  if (hasManyZombies(s, pp)) clear(timers, resetsInPlace);
  return until;
}

/** A P clears its own heap of zombies when they are more than a quarter; others leave them. */
function hasManyZombies(s: Sched, pp: P): boolean {
  return s.cur!.p === pp && pp.timers.zombies > pp.timers.size >> 2;
}

/** Runs what is due; returns the deadline of the first that is not, 0: none is left. */
function runDue(s: Sched, timers: TimerHeap, now: number): number {
  while (timers.size > 0) {
    const what = timers.head();
    if (typeof what !== 'number' && updateHead(timers, what, s.profile.resetsInPlace)) continue;
    if (timers.headWhen() > now) return timers.headWhen();
    s.ranTimers = true;
    fired(s, typeof what === 'number' ? what : -1, now - timers.headWhen());
    s.charge(s.costs.timerFire);
    if (typeof what === 'number') {
      timers.deleteMin();
      ready(s, what, true);
    } else {
      fire(s, what);
      if (s.end !== null) return 0;
    }
  }
  return 0;
}

/** A timer that was due `lateNs` ago runs; gp: whose sleep it is, -1: another's. */
export function fired(s: Sched, gp: number, lateNs: number): void {
  s.timerFires++;
  if (s.log !== null) s.trace(TIMER_FIRE, s.cur!.id, s.cur!.p!.id, gp, Math.min(lateNs, LATEST), -1);
}

/** The timer, which is due, fires. If it is in a heap, it is the head there. */
export function fire(s: Sched, timer: Timer): void {
  const { heap, period } = timer;
  const due = timer.when;
  timer.when = period === 0 ? 0 : due + period * (1 + Math.floor((s.machine.now - due) / period));
  if (heap !== null && period > 0) {
    timer.heapWhen = timer.when;
    heap.timers.postponeHead(timer.when);
  } else if (heap !== null) {
    heap.timers.deleteMin();
    timer.heap = null;
  }
  if (timer.chan !== null) {
    timeSend(s, timer.chan, s.profile.lazyChanTimers ? due : s.machine.now);
    if (timer.left && timer.heap === null) freeTimerChan(s, timer);
  } else {
    s.charge(s.costs.go);
    newproc(s, s.cur!, -1, timer.call);
  }
}

/** The earliest deadline of all, Infinity: none. */
export function timeSleepUntil(s: Sched): number {
  let next = Number.POSITIVE_INFINITY;
  for (const pp of s.allp) {
    const when = pp.timers.wakeTime();
    if (when !== 0 && when < next) next = when;
  }
  return next;
}

// ---- setting and stopping

/** A new timer is set to go off in ns, and then every `period` if that is not 0. */
export function startTimer(s: Sched, mp: M, timer: Timer, ns: number, period: number): void {
  timer.period = period;
  timer.when = instantIn(s, ns);
  addIfNeeded(s, mp, timer, true);
}

/** The timer, which may be set, is set anew. */
export function modifyTimer(s: Sched, mp: M, timer: Timer, ns: number, period: number): void {
  const when = instantIn(s, ns);
  timer.period = period;
  timer.when = when;
  const { heap } = timer;
  if (heap === null) {
    if (s.profile.lazyChanTimers && timer.chan !== null) drain(timer.chan);
    addIfNeeded(s, mp, timer, s.profile.resetsInPlace);
    return;
  }
  if (timer.zombie) heap.timers.zombies--;
  timer.zombie = false;
  timer.modified = true;
  const { earliestModified } = heap.timers;
  // in 1.19 only a deadline that comes forward is noted; a later one waits for the old deadline to be looked at
  const isNoted = s.profile.resetsInPlace ? earliestModified === 0 || when < earliestModified : when < timer.heapWhen;
  if (isNoted && (earliestModified === 0 || when < earliestModified)) heap.timers.earliestModified = when;
  if (s.profile.lazyChanTimers && timer.chan !== null) drain(timer.chan);
  if (isNoted) wakeNetPoller(s, when);
}

/** It goes off no more. */
export function stopTimer(s: Sched, timer: Timer): void {
  const { heap } = timer;
  timer.when = 0;
  if (heap !== null && !timer.zombie) {
    timer.zombie = true;
    heap.timers.zombies++;
  }
  if (s.profile.lazyChanTimers && timer.chan !== null) drain(timer.chan);
}

/** Puts a timer that is set and in no heap into that of mp's P; that of a channel only where somebody waits for it. */
export function addIfNeeded(s: Sched, mp: M, timer: Timer, cleans: boolean): void {
  if (timer.heap !== null || timer.when === 0) return;
  if (s.profile.lazyChanTimers && timer.chan !== null && timer.blocked === 0) return;
  timer.heap = mp.p!;
  timer.heapWhen = timer.when;
  add(s, mp.p!, timer.when, timer, cleans);
}

/** The instant in ns from now; never 0, which would mean that the timer is not set. */
function instantIn(s: Sched, ns: number): number {
  return Math.max(1, s.machine.now + Math.max(0, ns));
}

// ---- operations of goroutines

/** time.AfterFunc. Its timer goes to where the program keeps it. */
export function afterFunc(s: Sched, mp: M, ns: number): number {
  const gp = mp.curg;
  const timer = new Timer(null, s.work.timerCall(gp));
  const kept = s.g.obj[gp]!;
  if (kept >= 0) s.objects.timers[kept] = timer;
  startTimer(s, mp, timer, ns, 0);
  return DONE;
}

const NIL_TIMER = 'runtime error: invalid memory address or nil pointer dereference';

export function timerStop(s: Sched, mp: M, id: number): number {
  const timer = s.objects.timers[id]!;
  if (timer === null) return goPanic(s, mp, NIL_TIMER);
  stopTimer(s, timer);
  return DONE;
}

export function timerReset(s: Sched, mp: M, id: number, ns: number): number {
  const timer = s.objects.timers[id]!;
  if (timer === null) return goPanic(s, mp, NIL_TIMER);
  const isTicker = timer.chan !== null;
  if (isTicker && ns <= 0) return goPanic(s, mp, 'non-positive interval for Ticker.Reset');
  modifyTimer(s, mp, timer, ns, isTicker ? ns : 0);
  return DONE;
}
