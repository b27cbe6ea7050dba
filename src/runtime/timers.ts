// Timers: sleeps and the channels of time.After. They sit in the heap of the P that added them and are run by whoever
// looks at that heap: its own P when it schedules, a thief in its last round, so a busy P runs its timers late.
//
// From Go 1.23 on, a channel's timer is in a heap only while somebody waits on the channel; one that is no longer wanted
// stays there as a zombie until it comes to the heap's ends or zombies are more than a quarter.

import { LATEST, TIMER_FIRE } from '../trace/events.ts';
import type { Hchan } from './chan.ts';
import { allocChan, freeChan, timeSend } from './chan.ts';
import type { M } from './m.ts';
import { ACT_SCHEDULE } from './m.ts';
import { wakeNetPoller } from './netpoll.ts';
import type { P } from './p.ts';
import { KIND_SCHED } from './p.ts';
import { burn, leaveG, left, ready } from './proc.ts';
import { WAIT_SLEEP } from './profile.ts';
import type { Sched } from './sched.ts';
import type { TimerHeap } from './timer-heap.ts';

/** The timer of a channel made by time.After, used by one select. */
export class ChanTimer {
  readonly chan: Hchan;
  readonly when: number;
  heap: P | null = null;
  zombie = false;
  fired = false;
  left = false; // the select is over

  constructor(chan: Hchan, when: number) {
    this.chan = chan;
    this.when = when;
  }
}

/** time.Sleep of the goroutine on mp: it parks, then the timer is set. */
export function timeSleep(s: Sched, mp: M, ns: number): number {
  const gp = mp.curg;
  leaveG(s, mp, WAIT_SLEEP);
  addTimer(s, mp.p!, s.machine.now + ns, gp);
  return left(burn(s, mp, s.costs.park, KIND_SCHED, ACT_SCHEDULE));
}

function addTimer(s: Sched, pp: P, when: number, what: number | ChanTimer): void {
  s.netpollInited = true;
  cleanHead(pp);
  const earliest = pp.timers.wakeTime();
  pp.timers.add(when, what);
  if (s.profile.everyTimerWakes || earliest === 0 || when < earliest) wakeNetPoller(s, when);
}

/** Zombies at either end of the heap go. */
function cleanHead(pp: P): void {
  const timers = pp.timers;
  while (timers.size > 0) {
    if (isZombie(timers.last())) {
      timers.deleteLast();
      timers.zombies--;
    } else if (isZombie(timers.head())) {
      timers.deleteMin();
      timers.zombies--;
    } else {
      return;
    }
  }
}

function isZombie(what: number | ChanTimer): boolean {
  return typeof what !== 'number' && what.zombie;
}

/** Runs what is due in pp's heap. Returns its next deadline, 0: none; s.ranTimers tells whether any ran. */
export function checkTimers(s: Sched, pp: P): number {
  s.ranTimers = false;
  const timers = pp.timers;
  if (timers.size === 0) return 0;
  const now = s.machine.now;
  const next = timers.wakeTime();
  if (now < next && !hasManyZombies(s, pp)) return next;
  const until = runDue(s, timers, now);
  if (hasManyZombies(s, pp)) {
    timers.sweep(isZombie);
    timers.zombies = 0;
  }
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
    if (isZombie(what)) {
      timers.deleteMin();
      timers.zombies--;
      continue;
    }
    if (timers.wakeTime() > now) return timers.wakeTime();
    const lateNs = now - timers.wakeTime();
    timers.deleteMin();
    s.ranTimers = true;
    fired(s, typeof what === 'number' ? what : -1, lateNs);
    s.charge(s.costs.timerFire);
    if (typeof what === 'number') ready(s, what, true);
    else fire(s, what);
  }
  return 0;
}

/** A timer that was due `lateNs` ago runs; gp: whose sleep it is, -1: a channel's. */
function fired(s: Sched, gp: number, lateNs: number): void {
  s.timerFires++;
  if (s.log !== null) s.trace(TIMER_FIRE, s.cur!.id, s.cur!.p!.id, gp, Math.min(lateNs, LATEST), -1);
}

function fire(s: Sched, timer: ChanTimer): void {
  timer.heap = null;
  timer.fired = true;
  timeSend(s, timer.chan);
  if (timer.left) freeChan(s, timer.chan);
}

/** time.After(ns), for a select: a channel that will have a value. */
export function newChanTimer(s: Sched, mp: M, ns: number): Hchan {
  const chan = allocChan(s, 1);
  const timer = new ChanTimer(chan, s.machine.now + Math.max(ns, 0));
  chan.timer = timer;
  s.charge(s.costs.timerAdd);
  if (!s.profile.lazyChanTimers) heapify(s, mp, timer);
  return chan;
}

function heapify(s: Sched, mp: M, timer: ChanTimer): void {
  timer.heap = mp.p!;
  addTimer(s, mp.p!, timer.when, timer);
}

/** A goroutine is about to wait on the timer's channel. */
export function blockTimerChan(s: Sched, mp: M, timer: ChanTimer): void {
  if (s.profile.lazyChanTimers && timer.heap === null && !timer.fired) heapify(s, mp, timer);
}

/** A look at the channel fires a timer that is due and in no heap. */
export function maybeRunChan(s: Sched, timer: ChanTimer): void {
  if (!s.profile.lazyChanTimers || timer.fired || timer.heap !== null || timer.when > s.machine.now) return;
  fired(s, -1, s.machine.now - timer.when);
  fire(s, timer);
}

/** The select that made the timer is over. */
export function leaveChanTimer(s: Sched, timer: ChanTimer): void {
  timer.left = true;
  if (timer.heap === null) {
    freeChan(s, timer.chan);
  } else if (s.profile.lazyChanTimers) {
    timer.zombie = true;
    timer.heap.timers.zombies++;
    timer.heap = null;
    freeChan(s, timer.chan);
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
