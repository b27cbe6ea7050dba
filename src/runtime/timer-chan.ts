// Channels that timers send to: tickers, and time.After in a select. Up to Go 1.22 they are channels of capacity 1 whose
// timer is always in a heap. From 1.23 on they look unbuffered: a value that nobody has taken is made when somebody looks,
// a stop or a reset leaves none behind, and the timer is in a heap only while somebody waits.

import type { Hchan } from './chan.ts';
import { allocChan, freeChan, tryRecv, wait } from './chan.ts';
import type { M } from './m.ts';
import { DONE, gopark } from './proc.ts';
import { WAIT_CHAN_RECV } from './profile.ts';
import type { Sched } from './sched.ts';
import { Timer } from './timer.ts';
import { addIfNeeded, fire, fired, startTimer } from './timers.ts';

export const STAGE_TIMER_RECV = 12; // woken from a receive on the channel of a timer

/** A receive from the channel of a timer. */
export function timerRecv(s: Sched, mp: M, c: Hchan): number {
  const gp = mp.curg;
  maybeRunChan(s, c.timer!);
  if (tryRecv(s, c, gp)) return DONE;
  wait(s, gp, c, c.recvq, 0);
  blockTimerChan(s, mp, c.timer!);
  s.g.stage[gp] = STAGE_TIMER_RECV;
  return gopark(s, mp, WAIT_CHAN_RECV);
}

/** The goroutine on mp has got its value. Such a channel is never closed. */
export function timerRecvWoken(s: Sched, mp: M): number {
  const gp = mp.curg;
  const sg = s.g.waiting[gp]!;
  const c = s.objects.channels[s.sudogs.chan[sg]!]!;
  s.sudogs.release(sg);
  s.g.stage[gp] = 0;
  unblockTimerChan(s, c.timer!);
  return DONE;
}

/** A look at the channel fires a timer that is due and in no heap. */
export function maybeRunChan(s: Sched, timer: Timer): void {
  if (!s.profile.lazyChanTimers || timer.heap !== null || timer.when === 0 || timer.when > s.machine.now) return;
  fired(s, -1, s.machine.now - timer.when);
  fire(s, timer);
}

/** A goroutine is about to wait on the timer's channel. */
export function blockTimerChan(s: Sched, mp: M, timer: Timer): void {
  timer.blocked++;
  if (!s.profile.lazyChanTimers) return;
  if (timer.zombie && timer.when > 0) {
    timer.zombie = false;
    timer.heap!.timers.zombies--;
  }
  addIfNeeded(s, mp, timer, true);
}

/** One who waited does so no more. */
export function unblockTimerChan(s: Sched, timer: Timer): void {
  timer.blocked--;
  if (!s.profile.lazyChanTimers || timer.blocked > 0 || timer.heap === null || timer.zombie) return;
  timer.zombie = true;
  timer.heap.timers.zombies++;
}

/** A value that nobody has taken is gone. */
export function drain(c: Hchan): void {
  while (c.buf.length > 0) c.buf.shift();
}

// ---- time.After in a select

/** time.After(ns): a channel that will have a value. */
export function newChanTimer(s: Sched, mp: M, ns: number): Hchan {
  const chan = allocChan(s, 1);
  const timer = new Timer(chan, null);
  timer.isOfSelect = true;
  chan.timer = timer;
  s.charge(s.costs.timerAdd);
  startTimer(s, mp, timer, ns, 0);
  return chan;
}

/** The select is over; if it made the timer, nobody will look at that again. */
export function leaveChanTimer(s: Sched, timer: Timer): void {
  if (!timer.isOfSelect) return;
  timer.left = true;
  if (timer.heap === null || s.profile.lazyChanTimers) freeTimerChan(s, timer);
}

export function freeTimerChan(s: Sched, timer: Timer): void {
  freeChan(s, timer.chan!);
}

// ---- tickers

/** time.NewTicker, for a channel that the program declares. */
export function newTicker(s: Sched, mp: M, chan: Hchan, period: number): Timer {
  const timer = new Timer(chan, null);
  chan.timer = timer;
  startTimer(s, mp, timer, period, period);
  return timer;
}
