// The network poller: goroutines that wait for a descriptor, which of them are ready, and who looks. Descriptors become
// ready in the machine (a device finishes); they are noticed by the M that blocks in the poller, by one that looks for
// work, or by sysmon when nobody has looked for ten milliseconds.
// Not Go: devices — each wait has a device of its own.

import { GO_INJECT, NET_READY, TO_GLOBAL, TO_LOCAL } from '../trace/events.ts';
import { Grunnable, Gwaiting } from './g.ts';
import type { Listener } from './listener.ts';
import type { M } from './m.ts';
import { runqlen, runqput } from './runq.ts';
import type { Sched } from './sched.ts';
import { startIdle, wakep } from './threads.ts';

const NOBODY: readonly number[] = [];

/** What is ready now, in the order in which it runs: the descriptor that became ready last comes first. */
export function netpoll(s: Sched): readonly number[] {
  if (!isReady(s)) return NOBODY;
  const list: number[] = [];
  let n = 0;
  do {
    const ready = s.netReady.shift();
    const gp = ready >= 0 ? ready : acceptor(s.objects.listeners[-1 - ready]!);
    if (gp >= 0) list.push(gp);
  } while (++n < s.params.pollEvents && isReady(s));
  if (list.length > 1) list.reverse();
  if (!s.profile.pollKeepsWaiters) s.netpollWaiters -= list.length;
  s.netpollWakes += list.length;
  s.charge(n * s.costs.netpollReady);
  return list;
}

/** Whether a poll has anything to tell. A listener that became ready and has been emptied since is forgotten: epoll looks again. */
export function isReady(s: Sched): boolean {
  for (; s.netReady.length > 0; s.netReady.shift()) {
    const ready = s.netReady.at(0);
    if (ready >= 0) return true;
    const l = s.objects.listeners[-1 - ready]!;
    if (l.backlog.length > 0) return true;
    l.edge = false;
  }
  return false;
}

/** Who waits for a listener that became ready, -1: nobody. */
function acceptor(l: Listener): number {
  const gp = l.waiter;
  l.edge = false;
  l.waiter = -1;
  return gp;
}

/** The descriptor gp waits for is ready. */
export function descriptorReady(s: Sched, gp: number): void {
  s.netReady.push(gp);
  s.trace(NET_READY, -1, -1, gp, -1, -1);
  wakePoller(s, s.costs.netWakeLatency);
}

/** A connection has arrived. */
export function pollableReady(s: Sched, l: Listener): void {
  if (!l.edge) {
    l.edge = true;
    s.netReady.push(-1 - l.id);
  }
  wakePoller(s, s.costs.netWakeLatency);
}

function wakePoller(s: Sched, latencyNs: number): boolean {
  if (s.poller === null || s.pollerWoken) return false;
  s.pollerWoken = true;
  return s.machine.wakeEarlier(s.poller.thread, latencyNs);
}

/** Makes the M that blocks in the poller return. */
export function netpollBreak(s: Sched): void {
  if (wakePoller(s, s.jitter(s.costs.futexWakeLatency))) s.charge(s.costs.epollBreak);
}

/** A timer is due at `when`: somebody must be there to notice. */
export function wakeNetPoller(s: Sched, when: number): void {
  if (s.lastpoll === 0) {
    if (s.pollUntil === 0 || s.pollUntil > when) netpollBreak(s);
  } else {
    wakep(s);
  }
}

/** epoll takes whole milliseconds: less than one is one, more is rounded down. */
export function pollTimeout(ns: number): number {
  if (ns <= 0) return 0;
  return ns < 1_000_000 ? 1_000_000 : Math.floor(ns / 1_000_000) * 1_000_000;
}

/** Goroutines that the poller found become runnable; mp found them. */
export function injectglist(s: Sched, mp: M, list: readonly number[]): void {
  const n = list.length;
  if (n === 0) return;
  const pp = mp.p;
  const toGlobal = pp === null ? n : Math.min(n, s.npidle);
  for (let i = 0; i < toGlobal; i++) {
    inject(s, mp, list[i]!, TO_GLOBAL);
    s.globrunqput(list[i]!);
  }
  startIdle(s, toGlobal);
  if (pp === null) return;
  for (let i = toGlobal; i < n; i++) {
    const local = runqlen(pp) <= pp.mask;
    inject(s, mp, list[i]!, local ? TO_LOCAL : TO_GLOBAL);
    if (local) runqput(s, pp, list[i]!, false);
    else s.globrunqput(list[i]!);
  }
  if (s.profile.injectWakes) wakep(s);
}

function inject(s: Sched, mp: M, gp: number, to: number): void {
  s.casgstatus(gp, Gwaiting, Grunnable);
  s.observer?.readied(gp, s.machine.now - s.g.since[gp]!);
  s.g.since[gp] = s.machine.now;
  s.goUnblock++;
  s.trace(GO_INJECT, mp.id, mp.p === null ? -1 : mp.p.id, gp, -1, to);
}
