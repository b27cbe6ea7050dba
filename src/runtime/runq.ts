// Local run queues: a ring of 256 per P with a slot in front, runnext, for the goroutine that was readied last. What is
// in runnext inherits the time slice of whoever runs now.

import { fail } from '../base/assert.ts';
import { GLOBAL_GET, RUNQ_OVERFLOW, STEAL, STEAL_NEXT } from '../trace/events.ts';
import { Gsyscall } from './g.ts';
import type { M } from './m.ts';
import type { P } from './p.ts';
import type { Sched } from './sched.ts';

export function runqempty(pp: P): boolean {
  return pp.runqhead === pp.runqtail && pp.runnext < 0;
}

export function runqlen(pp: P): number {
  return (pp.runqtail - pp.runqhead) | 0;
}

/** Puts a goroutine at the tail of pp's ring, which has room. */
export function ringput(s: Sched, pp: P, gp: number): void {
  if (pp.runqhead === pp.runqtail) s.nrunq++;
  pp.runq[pp.runqtail & pp.mask] = gp;
  pp.runqtail = (pp.runqtail + 1) | 0;
}

/** The first n have been taken out of pp's ring. */
export function ringtaken(s: Sched, pp: P, n: number): void {
  pp.runqhead = (pp.runqhead + n) | 0;
  if (pp.runqhead === pp.runqtail) s.nrunq--;
}

/** next: into runnext, and what was there to the tail. Else: to the tail. */
export function runqput(s: Sched, pp: P, gp: number, next: boolean): void {
  if (next) {
    const kicked = pp.runnext;
    pp.runnext = gp;
    if (kicked < 0) return;
    gp = kicked;
  }
  if (runqlen(pp) <= pp.mask) {
    ringput(s, pp, gp);
    return;
  }
  runqputslow(s, pp, gp);
}

/** The ring is full: its older half, then gp, go to the global queue. */
function runqputslow(s: Sched, pp: P, gp: number): void {
  const n = runqlen(pp) >> 1;
  s.trace(RUNQ_OVERFLOW, -1, pp.id, gp, n, -1);
  for (let i = 0; i < n; i++) s.globrunqput(pp.runq[(pp.runqhead + i) & pp.mask]!);
  ringtaken(s, pp, n);
  s.globrunqput(gp);
}

/** Takes the next goroutine of pp, -1: none. Sets inheritTime. */
export function runqget(s: Sched, pp: P): number {
  const next = pp.runnext;
  if (next >= 0) {
    pp.runnext = -1;
    s.inheritTime = true;
    return next;
  }
  s.inheritTime = false;
  if (pp.runqhead === pp.runqtail) return -1;
  const gp = pp.runq[pp.runqhead & pp.mask]!;
  ringtaken(s, pp, 1);
  return gp;
}

/** Takes a share of the global queue: the first to run, the others to pp's local queue, which is empty. */
export function globrunqget(s: Sched, mp: M, pp: P, max: number): number {
  let n = Math.min(Math.floor(s.runqsize / s.gomaxprocs) + 1, s.runqsize, (pp.mask + 1) >> 1);
  if (max > 0 && n > max) n = max;
  s.trace(GLOBAL_GET, mp.id, pp.id, -1, n, -1);
  s.globalGets += n;
  const gp = s.globrunqpop();
  for (let i = 1; i < n; i++) runqput(s, pp, s.globrunqpop(), false);
  s.inheritTime = false;
  return gp;
}

/** The answer of runqsteal that means: look again after a short sleep. */
export const STEAL_AGAIN = -2;

/**
 * mp, with its P, takes half of p2's queue: returns one to run and keeps the others; -1: nothing there. With `next` it
 * may take p2's runnext, but gives a running p2 three microseconds first to run it itself: then STEAL_AGAIN, and
 * mp.grabbing is what it will take if it is still there.
 */
export function runqsteal(s: Sched, mp: M, p2: P, next: boolean): number {
  const pp = mp.p!;
  const size = runqlen(p2);
  const n = size - (size >> 1);
  // back from the sleep it takes the runnext it saw, whatever came into the ring meanwhile
  if (n === 0 || (mp.grabbing >= 0 && p2.runnext === mp.grabbing)) {
    if (!next || p2.runnext < 0) return -1;
    if (p2.runnext !== mp.grabbing && mightRunNext(s, p2)) {
      mp.grabbing = p2.runnext;
      return STEAL_AGAIN;
    }
    const gp = p2.runnext;
    p2.runnext = -1;
    mp.grabbing = -1;
    s.steals++;
    s.stolen++;
    s.trace(STEAL_NEXT, mp.id, pp.id, gp, p2.id, -1);
    s.inheritTime = false;
    return gp;
  }
  if (pp.runqhead !== pp.runqtail) fail('runqsteal', `the thief P ${pp.id} has work of its own`);
  s.steals++;
  s.stolen += n;
  s.trace(STEAL, mp.id, pp.id, -1, p2.id, n);
  for (let i = 0; i < n - 1; i++) ringput(s, pp, p2.runq[(p2.runqhead + i) & p2.mask]!);
  const gp = p2.runq[(p2.runqhead + n - 1) & p2.mask]!;
  ringtaken(s, p2, n);
  s.inheritTime = false;
  return gp;
}

/** p2 runs Go code (or is between two goroutines), so it is likely to run its runnext at once. */
function mightRunNext(s: Sched, p2: P): boolean {
  const m2 = p2.m;
  return m2 !== null && !(m2.curg >= 0 && s.g.status[m2.curg] === Gsyscall);
}
