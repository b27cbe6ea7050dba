// Goroutines come and go: the go statement, parking and readying, the end; and the Ms that run them: starting, stopping,
// handing a P over. The rules are those of Go's proc.go, in its order. Looking for work is in find.ts.
//
// Functions that end what an M does now return whether it can go on at once (its `act` says with what); false means that
// its thread sleeps or burns, and that the machine will resume it.

import {
  GO_BLOCK,
  GO_CREATE,
  GO_END,
  GO_PREEMPT,
  GO_SCHED,
  GO_START,
  GO_TAKE,
  GO_UNBLOCK,
  GO_YIELD,
  OUTCOMES,
  PROC_START,
  PROC_STOP,
  SPIN_START,
  TO_LOCAL,
  TO_RUNNEXT,
} from '../trace/events.ts';
import { fetched, NO_CPU } from './cache.ts';
import { READY_LINES, START_LINES } from './costs.ts';
import { F_MAIN, F_SYSTEM, Gdead, Grunnable, Grunning, Gwaiting } from './g.ts';
import { gfget, gfput, nextGoid } from './gfree.ts';
import type { M } from './m.ts';
import { ACT_EXECUTE, ACT_RUN, ACT_SCHEDULE } from './m.ts';
import type { P } from './p.ts';
import { KIND_IDLE, KIND_SCHED, KIND_SPINNING } from './p.ts';
import { runqput } from './runq.ts';
import type { Sched } from './sched.ts';
import { mexit, wakep } from './threads.ts';
import type { TimerCall } from './timer.ts';

// what a step of a goroutine's operation says to run.ts
export const DONE = 0; // the operation is complete, the goroutine goes on
export const LEFT = 1; // the M has something else to do and can do it at once
export const WAITING = 2; // the M burns or sleeps

export function left(goesOn: boolean): number {
  return goesOn ? LEFT : WAITING;
}

/** mp computes for ns, which counts as `kind` for its P, then does `act`. True: it has done so, the clock moved on. */
export function burn(s: Sched, mp: M, ns: number, kind: number, act: number): boolean {
  mp.act = act;
  const pp = mp.p;
  if (mp.debt !== 0) {
    ns += mp.debt;
    mp.debt = 0;
  }
  const goesOn = s.machine.burn(mp.thread, ns);
  if (pp !== null && pp.kind !== kind) {
    if (goesOn) {
      // over already: a piece of another kind in the time of this P
      pp.times[kind]! += ns;
      pp.kindSince += ns;
    } else {
      s.setKind(pp, kind);
    }
  }
  return goesOn;
}

// ---- goroutines

/** The go statement of the goroutine on mp, or of a timer that fires: a new goroutine in runnext. */
export function newproc(s: Sched, mp: M, parent: number, call: TimerCall | null = null): void {
  const pp = mp.p!;
  const gp = createG(s, pp, parent, call);
  if (s.coldG) s.charge(s.costs.goCold);
  s.goCreate++;
  s.trace(GO_CREATE, mp.id, pp.id, gp, s.g.body[gp]!, TO_RUNNEXT);
  runqput(s, pp, gp, true);
  if (s.mainStarted) wakep(s);
}

/** A runnable goroutine with the code that the workload gives it. */
export function createG(s: Sched, pp: P, parent: number, call: TimerCall | null = null): number {
  const gp = gfget(s, pp);
  const g = s.g;
  s.casgstatus(gp, Gdead, Grunnable);
  g.goid[gp] = nextGoid(s, pp);
  g.flags[gp] = 0;
  g.stage[gp] = 0;
  g.preempt[gp] = 0;
  g.since[gp] = s.machine.now;
  g.cpu[gp] = s.cur === null ? NO_CPU : fetched(s, NO_CPU, 0);
  let wg = 0;
  if (call === null) wg = s.work.spawn(parent, gp);
  else s.work.spawnCall(call, gp);
  if (wg !== 0 || g.wg[gp] !== 0) g.wg[gp] = wg;
  if (wg !== 0) {
    const group = s.objects.waitgroups[wg - 1]!;
    group.cpu = fetched(s, group.cpu, 1);
    group.counter++;
  }
  if ((g.flags[gp]! & F_SYSTEM) === 0) {
    s.goCreateUser++;
    if (++s.goLive > s.goPeak) s.goPeak = s.goLive;
  }
  s.observer?.created(gp);
  return gp;
}

/** The goroutine on mp is over (its function returned, or Goexit). */
export function goexit(s: Sched, mp: M): number {
  const gp = mp.curg;
  const g = s.g;
  if ((g.flags[gp]! & F_MAIN) !== 0 && g.bits[gp] === 0) {
    endRun(s, 'completed', 0, '');
    return WAITING;
  }
  const pp = mp.p!;
  s.trace(GO_END, mp.id, pp.id, gp, -1, -1);
  s.observer?.ended(gp);
  s.casgstatus(gp, Grunning, Gdead);
  s.slices.add(s.machine.now - pp.sliceStart);
  if ((g.flags[gp]! & F_SYSTEM) === 0) {
    s.goFinished++;
    s.goLive--;
  }
  s.work.ended(gp);
  mp.curg = -1;
  gfput(s, pp, gp);
  if (g.lockedm[gp] !== 0) {
    g.lockedm[gp] = 0;
    mp.lockedg = -1; // lockedExt stays: a thread that takes over its P must be made by the template thread
    return left(mexit(s, mp));
  }
  return left(burn(s, mp, s.costs.goexit + s.costs.schedule, KIND_SCHED, ACT_SCHEDULE));
}

/** The goroutine on mp parks. What it waits for must know it already. */
export function gopark(s: Sched, mp: M, reason: number): number {
  leaveG(s, mp, reason);
  return left(burn(s, mp, s.costs.park, KIND_SCHED, ACT_SCHEDULE));
}

/** The first half of gopark, for those that do something between parking and looking for other work. */
export function leaveG(s: Sched, mp: M, reason: number): void {
  const gp = mp.curg;
  const pp = mp.p!;
  const now = s.machine.now;
  s.casgstatus(gp, Grunning, Gwaiting);
  s.g.waitreason[gp] = reason;
  s.g.since[gp] = now;
  s.goBlock++;
  s.trace(GO_BLOCK, mp.id, pp.id, gp, reason, -1);
  s.observer?.stopped(gp, now - pp.sliceStart);
  s.slices.add(now - pp.sliceStart);
  mp.curg = -1;
}

/** A parked goroutine becomes runnable on the P of the M that acts. Returns how long it was parked. */
export function ready(s: Sched, gp: number, next: boolean): number {
  const mp = s.cur!;
  const now = s.machine.now;
  fetched(s, s.g.cpu[gp]!, READY_LINES);
  s.casgstatus(gp, Gwaiting, Grunnable);
  const parked = now - s.g.since[gp]!;
  s.observer?.readied(gp, parked);
  s.g.since[gp] = now;
  s.goUnblock++;
  s.trace(GO_UNBLOCK, mp.id, mp.p!.id, gp, -1, next ? TO_RUNNEXT : TO_LOCAL);
  runqput(s, mp.p!, gp, next);
  wakep(s);
  return parked;
}

/** gp runs on mp once that has paid for what it did to find it: waking another, polling, waking up itself. */
export function executeSoon(s: Sched, mp: M, gp: number, inheritTime: boolean): boolean {
  if (mp.debt === 0) return execute(s, mp, gp, inheritTime);
  s.trace(GO_TAKE, mp.id, mp.p!.id, gp, inheritTime ? 1 : 0, -1);
  if (burn(s, mp, 0, KIND_SCHED, ACT_EXECUTE)) return execute(s, mp, gp, inheritTime);
  mp.nextg = gp;
  mp.nextgInherits = inheritTime;
  return false;
}

/** mp has paid: what it found starts. */
export function executeFound(s: Sched, mp: M): boolean {
  const gp = mp.nextg;
  mp.nextg = -1;
  return execute(s, mp, gp, mp.nextgInherits);
}

/** gp runs on mp from now on. */
export function execute(s: Sched, mp: M, gp: number, inheritTime: boolean): boolean {
  const pp = mp.p!;
  const g = s.g;
  const now = s.machine.now;
  mp.curg = gp;
  g.cpu[gp] = fetched(s, g.cpu[gp]!, START_LINES);
  s.casgstatus(gp, Grunnable, Grunning);
  s.observer?.started(gp);
  s.latency.add(now - g.since[gp]!);
  g.preempt[gp] = 0;
  if (!inheritTime) pp.schedtick++;
  s.goStart++;
  s.trace(GO_START, mp.id, pp.id, gp, inheritTime ? 1 : 0, -1);
  pp.sliceStart = now;
  mp.act = ACT_RUN;
  return true;
}

/** The goroutine on mp goes to the tail of the global queue: Gosched, or preempted. */
export function goschedImpl(s: Sched, mp: M, preempted: boolean): number {
  const gp = offP(s, mp, preempted ? GO_PREEMPT : GO_SCHED);
  if (preempted) s.goPreempt++;
  else s.goSched++;
  s.globrunqput(gp);
  if (s.profile.goschedWakes && s.mainStarted) wakep(s);
  return left(burn(s, mp, s.costs.schedule, KIND_SCHED, ACT_SCHEDULE));
}

/** The goroutine on mp goes to the tail of its P's own queue. */
export function goyield(s: Sched, mp: M): number {
  const gp = offP(s, mp, GO_YIELD);
  s.goSched++;
  runqput(s, mp.p!, gp, false);
  return left(burn(s, mp, s.costs.schedule, KIND_SCHED, ACT_SCHEDULE));
}

function offP(s: Sched, mp: M, event: number): number {
  const gp = mp.curg;
  const pp = mp.p!;
  const now = s.machine.now;
  s.trace(event, mp.id, pp.id, gp, -1, -1);
  s.casgstatus(gp, Grunning, Grunnable);
  s.observer?.stopped(gp, now - pp.sliceStart);
  s.slices.add(now - pp.sliceStart);
  s.g.since[gp] = now;
  mp.curg = -1;
  return gp;
}

// ---- Ms and Ps

export function acquirep(s: Sched, mp: M, pp: P): void {
  mp.p = pp;
  pp.m = mp;
  s.setKind(pp, mp.spinning ? KIND_SPINNING : KIND_SCHED);
  s.procStart++;
  s.trace(PROC_START, mp.id, pp.id, -1, -1, -1);
}

/** mp no longer holds its P, which becomes idle. */
export function releasepIdle(s: Sched, mp: M): void {
  const pp = releasep(s, mp);
  s.procStop++;
  s.trace(PROC_STOP, mp.id, pp.id, -1, -1, -1);
  s.pidleput(pp);
}

export function releasep(s: Sched, mp: M): P {
  const pp = mp.p!;
  mp.p = null;
  pp.m = null;
  s.setKind(pp, KIND_IDLE);
  return pp;
}

export function becomeSpinning(s: Sched, mp: M): void {
  mp.spinning = true;
  s.nmspinning++;
  s.needspinning = 0;
  s.spins++;
  s.trace(SPIN_START, mp.id, -1, -1, -1, -1);
}

/** The simulated process is over. */
export function endRun(s: Sched, kind: (typeof OUTCOMES)[number], exitCode: number, message: string): void {
  if (s.end !== null) return;
  s.end = { kind: OUTCOMES.indexOf(kind), exitCode, message };
  s.machine.mostSteps = -1; // what is under way comes to its end without moving the clock
}
