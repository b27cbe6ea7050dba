// sysmon: a thread without a P that looks at everything from time to time: polls the network when nobody has, takes Ps
// from long system calls, asks long runners to give way. It sleeps 20 us between looks, after 50 looks without a retake
// twice as long each time, up to 10 ms; and deeply while all Ps are idle.
// Not Go: sysmon-duties — it returns no memory to the system and forces no collections.

import { PARK_SYSMON, THREAD_PARK } from '../trace/events.ts';
import { isServing } from './listener.ts';
import type { M } from './m.ts';
import { ACT_SYSMON, ACT_SYSMON_NOTE, ACT_SYSMON_SLEPT } from './m.ts';
import { injectglist, netpoll } from './netpoll.ts';
import { OP_CGO } from './ops.ts';
import type { P } from './p.ts';
import { KIND_SCHED } from './p.ts';
import { burn, endRun } from './proc.ts';
import { runqempty } from './runq.ts';
import type { Sched } from './sched.ts';
import { inSyscall, takeP } from './syscall.ts';
import { BORN_CGO, BORN_HANDOFF, checkdead, handoffp } from './threads.ts';
import { timeSleepUntil } from './timers.ts';

const NO_MORE = 'no more connections arrive, and nothing else can happen: Go would wait for ever';

/** The start of a tick: sleep. */
export function sysmonSleep(s: Sched, mp: M): boolean {
  if (!mp.counted) {
    mp.counted = true;
    s.nmsys++;
    checkdead(s);
  }
  if (s.sysmonIdle === 0) s.sysmonDelay = s.params.sysmonMinDelayNs;
  else if (s.sysmonIdle > s.params.sysmonLooks) s.sysmonDelay *= 2;
  if (s.sysmonDelay > s.params.sysmonMaxDelayNs) s.sysmonDelay = s.params.sysmonMaxDelayNs;
  s.trace(THREAD_PARK, mp.id, -1, -1, PARK_SYSMON, -1);
  mp.act = ACT_SYSMON_SLEPT;
  s.machine.sleepLate(mp.thread, s.sysmonDelay, s.jitter(s.costs.timedWakeLatency));
  return false;
}

/** Awake. While no P has anything to do it sleeps on, until the next timer or until somebody calls. */
export function sysmonSlept(s: Sched, mp: M): boolean {
  if (s.npidle === s.gomaxprocs) {
    const next = timeSleepUntil(s);
    const now = s.machine.now;
    if (next > now) {
      if (next === Number.POSITIVE_INFINITY && s.machine.quietBut(mp.thread) && !(s.machine.hasHorizon && isServing(s))) {
        endRun(s, 'hang', 2, isServing(s) ? NO_MORE : 'nothing can happen any more, and Go would not notice');
        return false;
      }
      s.sysmonwait = true;
      s.sysmonWoken = false;
      s.trace(THREAD_PARK, mp.id, -1, -1, PARK_SYSMON, -1);
      mp.act = ACT_SYSMON_NOTE;
      s.machine.sleepLate(mp.thread, Math.min(next - now, s.params.sysmonDeepSleepNs), s.jitter(s.costs.timedWakeLatency));
      return false;
    }
  }
  return sysmonTick(s, mp);
}

/** Back from the deep sleep. */
export function sysmonNote(s: Sched, mp: M): boolean {
  s.sysmonwait = false;
  if (s.sysmonWoken) {
    s.sysmonIdle = 0;
    s.sysmonDelay = s.params.sysmonMinDelayNs;
  }
  return sysmonTick(s, mp);
}

/** Somebody needs sysmon awake. */
export function wakeSysmon(s: Sched): void {
  s.sysmonwait = false;
  s.sysmonWoken = true;
  if (s.machine.wakeEarlier(s.sysmonM!.thread, s.jitter(s.costs.futexWakeLatency))) s.charge(s.jitter(s.costs.futexWake));
}

function sysmonTick(s: Sched, mp: M): boolean {
  const now = s.machine.now;
  if (s.netpollInited && s.lastpoll !== 0 && s.lastpoll + s.params.pollAfterNs < now) {
    s.lastpoll = now;
    s.charge(s.costs.netpoll);
    injectglist(s, mp, netpoll(s));
  }
  if (retake(s, now) > 0) s.sysmonIdle = 0;
  else s.sysmonIdle++;
  return burn(s, mp, s.costs.sysmonTick, KIND_SCHED, ACT_SYSMON);
}

/** Returns how many Ps were taken from system calls. */
function retake(s: Sched, now: number): number {
  let taken = 0;
  for (const pp of s.allp) {
    if (pp.m === null) continue;
    let tooLong = false;
    if (pp.sysmonSchedtick !== pp.schedtick) {
      pp.sysmonSchedtick = pp.schedtick;
      pp.sysmonSchedwhen = now;
    } else if (pp.sysmonSchedwhen + s.params.forcePreemptNs <= now) {
      preemptone(s, pp);
      tooLong = true;
    }
    if (!inSyscall(s, pp)) continue;
    if (!tooLong && pp.sysmonSyscalltick !== pp.syscalltick) {
      pp.sysmonSyscalltick = pp.syscalltick;
      pp.sysmonSyscallwhen = now;
      continue;
    }
    if (runqempty(pp) && s.nmspinning + s.npidle > 0 && pp.sysmonSyscallwhen + s.params.forcePreemptNs > now) continue;
    const gp = pp.m.curg;
    takeP(s, pp);
    s.retakes++;
    taken++;
    handoffp(s, pp, gp, s.g.op[gp] === OP_CGO ? BORN_CGO : BORN_HANDOFF);
  }
  return taken;
}

/** What a slice counts as besides its steps: it goes to a goroutine that nothing has touched for long. */
const PREEMPT_STEPS = 8;

/** Asks the goroutine that runs on pp to give way: at its next function call, or when the signal finds it computing. */
function preemptone(s: Sched, pp: P): void {
  const mp = pp.m!;
  const gp = mp.curg;
  if (gp < 0 || inSyscall(s, pp)) return;
  s.g.preempt[gp] = 1;
  if (!s.setup.asyncpreemptoff) s.charge(s.costs.signalSend);
  s.machine.steps += PREEMPT_STEPS;
  s.machine.signal(mp.thread);
}
