// Looking for work: schedule and findRunnable, step by step in Go's order. The steps up to stealing happen at one
// instant. A steal round is a burn, and what it finds is decided at its end, by the state of that moment.

import { GLOBAL_GET, GO_INJECT, PARK_NETPOLL, PARK_USLEEP, THREAD_PARK, TO_RUN } from '../trace/events.ts';
import { Grunnable, Gwaiting } from './g.ts';
import type { M } from './m.ts';
import { ACT_NETPOLL, ACT_STEAL, ACT_STEAL_SLEPT } from './m.ts';
import { injectglist, isReady, netpoll, netpollBreak, pollTimeout } from './netpoll.ts';
import type { P } from './p.ts';
import { KIND_SPINNING } from './p.ts';
import { acquirep, becomeSpinning, burn, executeSoon, releasepIdle } from './proc.ts';
import { globrunqget, runqempty, runqget, runqsteal, STEAL_AGAIN } from './runq.ts';
import type { Sched } from './sched.ts';
import { resetspinning, startlockedm, stoplockedm, stopm, stopSpinning } from './threads.ts';
import { checkTimers } from './timers.ts';

/** mp, with a P and no goroutine, finds one and runs it. */
export function schedule(s: Sched, mp: M): boolean {
  if (mp.lockedg >= 0) return stoplockedm(s, mp);
  return findRunnable(s, mp);
}

/** mp has found gp. */
function found(s: Sched, mp: M, gp: number): boolean {
  const inheritTime = s.inheritTime;
  if (mp.spinning) resetspinning(s, mp);
  if (s.g.lockedm[gp] !== 0) return startlockedm(s, mp, gp);
  return executeSoon(s, mp, gp, inheritTime);
}

function findRunnable(s: Sched, mp: M): boolean {
  const pp = mp.p!;
  mp.pollUntil = checkTimers(s, pp);
  if (s.end !== null) return false;
  if (s.runqsize > 0 && pp.schedtick % s.params.globalTick === 0) {
    s.trace(GLOBAL_GET, mp.id, pp.id, -1, 1, -1);
    s.globalGets++;
    s.inheritTime = false;
    return found(s, mp, s.globrunqpop());
  }
  const gp = runqget(s, pp);
  if (gp >= 0) return found(s, mp, gp);
  if (s.runqsize > 0) return found(s, mp, globrunqget(s, mp, pp, 0));
  if (s.netpollInited && s.netpollWaiters > 0 && s.lastpoll !== 0) {
    s.charge(s.costs.netpoll);
    const list = netpoll(s);
    if (list.length > 0) return foundPolled(s, mp, list);
  }
  if (mp.spinning || 2 * s.nmspinning < s.gomaxprocs - s.npidle) {
    if (!mp.spinning) becomeSpinning(s, mp);
    mp.round = 0;
    mp.ranTimer = false;
    return startRound(s, mp);
  }
  return nothingFound(s, mp);
}

/** The poller brought goroutines: the first runs here, the others are injected. */
function foundPolled(s: Sched, mp: M, list: readonly number[]): boolean {
  const gp = list[0]!;
  if (list.length > 1) injectglist(s, mp, list.slice(1));
  s.trace(GO_INJECT, mp.id, mp.p!.id, gp, -1, TO_RUN);
  s.casgstatus(gp, Gwaiting, Grunnable);
  s.observer?.readied(gp, s.machine.now - s.g.since[gp]!);
  s.g.since[gp] = s.machine.now;
  s.goUnblock++;
  s.inheritTime = false;
  return found(s, mp, gp);
}

// ---- stealing

/** A round looks at every P once, from a random start with a random stride that has no divisor in common with their number. */
function startRound(s: Sched, mp: M): boolean {
  const r = s.rand.next32();
  const n = s.gomaxprocs;
  // r may be past 2^31, and what V8 makes of % for doubles takes longer than all the rest of a round
  const turns = Math.floor(r / n);
  const strides = s.coprimes.length;
  mp.stealPos = (r - turns * n) | 0;
  mp.stealInc = s.coprimes[(turns - Math.floor(turns / strides) * strides) | 0]!;
  mp.stealLeft = n;
  return burn(s, mp, s.costs.steal + n * s.costs.stealPerP, KIND_SPINNING, ACT_STEAL);
}

/**
 * The round is over (or the sleep in the middle of it): what is there to take? Rounds that nothing comes between follow
 * each other here.
 */
export function stealWork(s: Sched, mp: M): boolean {
  const { allp, gomaxprocs } = s;
  const own = mp.p!.id;
  do {
    const last = mp.round === s.params.stealRounds - 1;
    let pos = mp.stealPos;
    for (let left = last || s.nrunq > 0 ? mp.stealLeft : 0; left > 0; left--) {
      if (pos !== own) {
        const p2 = allp[pos]!;
        if (last && p2.timers.size > 0 && mp.grabbing < 0) {
          const gp = stealTimers(s, mp, p2);
          if (s.end !== null) return false;
          if (gp >= 0) return found(s, mp, gp);
        }
        // an idle P has nothing in either place
        if (p2.runqhead !== p2.runqtail || (last && p2.runnext >= 0)) {
          const gp = runqsteal(s, mp, p2, last);
          if (gp === STEAL_AGAIN) {
            mp.stealPos = pos;
            mp.stealLeft = left;
            s.trace(THREAD_PARK, mp.id, -1, -1, PARK_USLEEP, -1);
            mp.act = ACT_STEAL_SLEPT;
            s.setKind(mp.p!, KIND_SPINNING);
            s.machine.sleepLate(mp.thread, s.params.runnextBackoffNs, s.jitter(s.costs.timedWakeLatency));
            return false;
          }
          mp.grabbing = -1;
          if (gp >= 0) return found(s, mp, gp);
        } else if (mp.grabbing >= 0) {
          mp.grabbing = -1;
        }
      }
      pos += mp.stealInc;
      if (pos >= gomaxprocs) pos -= gomaxprocs;
    }
    if (++mp.round === s.params.stealRounds) return mp.ranTimer ? findRunnable(s, mp) : nothingFound(s, mp);
  } while (startRound(s, mp));
  return false;
}

/** Runs what is due among p2's timers. Returns a goroutine that became runnable on mp's own P, -1: none. */
function stealTimers(s: Sched, mp: M, p2: P): number {
  const next = checkTimers(s, p2);
  if (s.end !== null) return -1;
  if (next !== 0 && (mp.pollUntil === 0 || next < mp.pollUntil)) mp.pollUntil = next;
  if (!s.ranTimers) return -1;
  const gp = runqget(s, mp.p!);
  if (gp < 0) mp.ranTimer = true;
  return gp;
}

// ---- giving up

/** Nothing to steal: the P becomes idle, and mp polls the network or stops. */
function nothingFound(s: Sched, mp: M): boolean {
  if (s.runqsize > 0) return found(s, mp, globrunqget(s, mp, mp.p!, 0));
  if (!mp.spinning && s.needspinning === 1) {
    becomeSpinning(s, mp);
    return findRunnable(s, mp);
  }
  releasepIdle(s, mp);
  mp.wasSpinning = mp.spinning;
  if (mp.spinning) {
    stopSpinning(s, mp);
    // Whoever made work while mp still spun did not call for another M, relying on mp: so look once more.
    if (s.profile.recheckGlobal && s.runqsize > 0) {
      const pp = s.pidlegetSpinning();
      if (pp !== null) {
        acquirep(s, mp, pp);
        becomeSpinning(s, mp);
        return found(s, mp, globrunqget(s, mp, pp, 0));
      }
    }
    if (anyWork(s)) {
      const pp = s.pidlegetSpinning();
      if (pp !== null) {
        acquirep(s, mp, pp);
        becomeSpinning(s, mp);
        return findRunnable(s, mp);
      }
    }
    for (const p2 of s.allp) {
      const when = p2.timers.wakeTime();
      if (when !== 0 && (mp.pollUntil === 0 || when < mp.pollUntil)) mp.pollUntil = when;
    }
  }
  if (s.netpollInited && (s.netpollWaiters > 0 || mp.pollUntil !== 0)) {
    if (s.lastpoll !== 0) return netpollBlock(s, mp);
    if (mp.pollUntil !== 0 && (s.pollUntil === 0 || s.pollUntil > mp.pollUntil)) netpollBreak(s);
  }
  return stopm(s, mp);
}

function anyWork(s: Sched): boolean {
  for (const p2 of s.allp) if (!p2.idle && !runqempty(p2)) return true;
  return false;
}

/** mp becomes the poller: it blocks in the kernel, without a P, until a descriptor is ready or pollUntil. */
function netpollBlock(s: Sched, mp: M): boolean {
  s.lastpoll = 0;
  s.pollUntil = mp.pollUntil;
  s.poller = mp;
  s.pollerWoken = false;
  mp.pollSince = Math.max(s.machine.now, 1);
  s.trace(THREAD_PARK, mp.id, -1, -1, PARK_NETPOLL, -1);
  mp.act = ACT_NETPOLL;
  if (isReady(s)) {
    s.pollerWoken = true;
    s.machine.block(mp.thread);
    s.machine.wake(mp.thread, s.costs.netpoll);
  } else if (mp.pollUntil === 0) {
    s.machine.block(mp.thread);
  } else {
    const timeout = pollTimeout(mp.pollUntil - s.machine.now);
    if (timeout > 0) s.machine.sleepLate(mp.thread, timeout, s.jitter(s.costs.timedWakeLatency));
    else s.machine.sleep(mp.thread, s.costs.netpoll);
  }
  return false;
}

/** The poller is back. */
export function netpollReturned(s: Sched, mp: M): boolean {
  s.poller = null;
  s.pollerWoken = false;
  s.pollUntil = 0;
  s.lastpoll = s.profile.pollCountsAtReturn ? s.machine.now : mp.pollSince;
  s.charge(s.costs.schedule);
  const list = netpoll(s);
  const pp = s.pidleget();
  if (pp === null) {
    injectglist(s, mp, list);
    return stopm(s, mp);
  }
  acquirep(s, mp, pp);
  if (list.length > 0) return foundPolled(s, mp, list);
  if (mp.wasSpinning) becomeSpinning(s, mp);
  return findRunnable(s, mp);
}
