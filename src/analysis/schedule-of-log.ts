// An event log of the simulator as a schedule. What a trace of real Go shows as two events, because a goroutine that lost
// its processor in a system call is ready and then starts again, is two events here.

import * as ev from '../trace/events.ts';
import type { EventLog } from '../trace/log.ts';
import type { ScheduleEvent, ScheduleKind } from './schedule.ts';

/** How much later than it happens a trace notes that a goroutine stops, ns. */
export interface Notes {
  readonly block: number;
  readonly ioBlock: number; // for the network: who does that makes nobody else ready before
  readonly ioReason: number; // the wait reason that this is
  readonly yield: number;
}

export const AT_ONCE: Notes = { block: 0, ioBlock: 0, ioReason: -1, yield: 0 };

/** In order of time; each event when a trace has it, but not later than the next of its goroutine or processor. */
export function scheduleEventsOfLog(log: EventLog, notes: Notes = AT_ONCE): ScheduleEvent[] {
  const { events, lateness } = eventsOf(log, notes);
  const nextOfG = new Map<number, number>();
  const nextOfP = new Map<number, number>();
  for (let i = events.length - 1; i >= 0; i--) {
    const { at, g, p } = events[i];
    const most = Math.min(nextOfG.get(g) ?? Number.POSITIVE_INFINITY, nextOfP.get(p) ?? Number.POSITIVE_INFINITY);
    nextOfG.set(g, at);
    nextOfP.set(p, at);
    if (lateness[i] > 0) events[i] = { ...events[i], at: Math.max(at, Math.min(at + lateness[i], most)) };
  }
  return events.sort((a, b) => a.at - b.at);
}

function eventsOf(log: EventLog, notes: Notes): { events: ScheduleEvent[]; lateness: number[] } {
  const events: ScheduleEvent[] = [];
  const lateness: number[] = []; // of each
  const user: boolean[] = []; // by goroutine
  const inCall = new Map<number, number>(); // thread -> its goroutine, which is in a system call
  const taken = new Map<number, { at: number; g: number }>(); // processor -> not yet known to be the monitor's doing
  const lost = new Set<number>(); // goroutines whose processor was taken
  const add = (at: number, kind: ScheduleKind, g: number, p: number, late = 0): void => {
    if (g >= 0 && !user[g]) return;
    events.push({ at, kind, g, p });
    lateness.push(late);
  };
  log.forEach(({ at, kind, m, p, g, a }) => {
    switch (kind) {
      case ev.GO_CREATE:
        user[g] = a >= 0;
        add(at, 'ready', g, p);
        break;
      case ev.GO_START:
        add(at, 'start', g, p);
        break;
      case ev.GO_SCHED:
        add(at, 'yield', g, p, notes.yield);
        break;
      case ev.GO_YIELD: // a lock that is handed over: traces of Go call that a preemption too
      case ev.GO_PREEMPT:
        add(at, 'preempt', g, p, notes.yield);
        break;
      case ev.GO_BLOCK:
        add(at, 'block', g, p, a === notes.ioReason ? notes.ioBlock : notes.block);
        break;
      case ev.GO_END:
        add(at, 'end', g, p);
        break;
      case ev.GO_UNBLOCK:
      case ev.GO_INJECT:
        add(at, 'ready', g, p);
        break;
      case ev.GO_SYSCALL:
        inCall.set(m, g);
        add(at, 'syscall', g, p);
        break;
      case ev.GO_SYSCALL_EXIT:
        inCall.delete(m);
        if (lost.delete(g)) {
          add(at, 'lost', g, -1);
          add(at, 'start', g, p);
        } else add(at, 'back', g, p);
        break;
      case ev.GO_SYSCALL_BLOCKED:
        inCall.delete(m);
        lost.delete(g);
        add(at, 'lost', g, -1);
        break;
      case ev.PROC_RETAKE: {
        const owner = inCall.get(m) ?? -1;
        lost.add(owner);
        taken.set(p, { at, g: owner });
        break;
      }
      case ev.PROC_HANDOFF:
      case ev.PROC_STOP: {
        // Only the monitor hands off what it takes, to a thread or to the idle list; a thread back from a call just starts it.
        const it = taken.get(p);
        if (it !== undefined) add(it.at, 'retake', it.g, p);
        taken.delete(p);
        break;
      }
      case ev.PROC_START:
        taken.delete(p);
        add(at, 'procStart', -1, p);
        break;
    }
  });
  return { events, lateness };
}

/** For an instant, how long the monitor had slept before the tick that came last, or is then under way, until it had a CPU. */
export function monitorDelays(log: EventLog): (at: number) => number {
  const ticks: { at: number; ns: number }[] = [];
  const asleep = new Map<number, number>(); // the monitor's thread, since when
  log.forEach(({ at, kind, m, a }) => {
    if (kind === ev.THREAD_PARK && a === ev.PARK_SYSMON) asleep.set(m, at);
    else if (kind === ev.THREAD_ON_CPU && asleep.has(m)) {
      ticks.push({ at, ns: at - asleep.get(m)! });
      asleep.delete(m);
    }
  });
  return (at) => {
    let low = 0;
    let high = ticks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ticks[middle].at <= at) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : ticks[low - 1].ns;
  };
}
