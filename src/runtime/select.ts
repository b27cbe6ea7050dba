// select: a random order to look at the cases, the order of the channels' addresses to queue up in. The channels of a
// scenario lie in memory in the order of their declaration.

import { fetched } from './cache.ts';
import type { Hchan } from './chan.ts';
import { enqueue, SUCCESS, tryRecv, trySend, UNLINKED, unlink } from './chan.ts';
import { CHAN_LINES } from './costs.ts';
import { goPanic } from './fatal.ts';
import type { M } from './m.ts';
import { DONE, gopark } from './proc.ts';
import { WAIT_CHAN_RECV, WAIT_CHAN_RECV_NIL, WAIT_CHAN_SEND, WAIT_CHAN_SEND_NIL, WAIT_SELECT, WAIT_SELECT_NO_CASES } from './profile.ts';
import type { Sched } from './sched.ts';
import { blockTimerChan, leaveChanTimer, maybeRunChan, newChanTimer, unblockTimerChan } from './timer-chan.ts';

export const STAGE_SELECT = 20;
export const CASE_DEFAULT = -1; // what obj holds when the default was taken; otherwise the number of the case
const CASE_TIMER = 2;

interface Case {
  number: number;
  send: boolean;
  chan: Hchan;
  value: number;
}

export function selectgo(s: Sched, mp: M): number {
  const gp = mp.curg;
  if (!s.work.loadCases(gp)) return goPanic(s, mp, s.work.message);
  const cases = s.work.cases;
  const real: Case[] = []; // those on channels that are not nil
  s.machine.steps += cases.count; // each takes about as long as a step
  for (let i = 0; i < cases.count; i++) {
    const dir = cases.dir[i]!;
    const value = cases.value[i]!;
    if (dir === CASE_TIMER) real.push({ number: i, send: false, chan: newChanTimer(s, mp, value), value: 0 });
    else if (cases.chan[i]! >= 0) real.push({ number: i, send: dir === 0, chan: s.objects.channels[cases.chan[i]!]!, value });
  }
  if (cases.count === 0 && cases.block) return gopark(s, mp, WAIT_SELECT_NO_CASES);
  for (const { chan } of real) {
    chan.cpu = fetched(s, chan.cpu, CHAN_LINES);
    if (chan.timer !== null) maybeRunChan(s, chan.timer);
  }

  const order = pollOrder(s, real);
  for (const one of order) {
    const c = one.chan;
    if (one.send && c.closed) {
      leaveTimers(s, real);
      return goPanic(s, mp, 'send on closed channel');
    }
    if (one.send ? trySend(s, c, one.value) : tryRecv(s, c, gp)) {
      s.g.obj[gp] = one.number;
      leaveTimers(s, real);
      return DONE;
    }
  }
  if (!cases.block) {
    s.g.obj[gp] = CASE_DEFAULT;
    leaveTimers(s, real);
    return DONE;
  }
  // the compiler makes a plain send or receive of a select with one case
  if (real.length === 0) return gopark(s, mp, cases.count > 1 ? WAIT_SELECT : cases.dir[0] === 0 ? WAIT_CHAN_SEND_NIL : WAIT_CHAN_RECV_NIL);

  let first = -1;
  let last = -1;
  for (const one of lockOrder(order)) {
    if (one.send) one.chan.blockedSends++;
    const sg = s.sudogs.acquire(gp, one.value, one.number);
    s.sudogs.sending[sg] = one.send ? 1 : 0;
    s.sudogs.chan[sg] = one.chan.id;
    s.sudogs.waitlink[sg] = -1;
    if (last >= 0) s.sudogs.waitlink[last] = sg;
    else first = sg;
    last = sg;
    enqueue(s, one.send ? one.chan.sendq : one.chan.recvq, sg);
    if (one.chan.timer !== null) blockTimerChan(s, mp, one.chan.timer);
  }
  s.g.waiting[gp] = first;
  s.g.obj[gp] = -1; // undecided
  s.g.stage[gp] = STAGE_SELECT;
  return gopark(s, mp, cases.count > 1 ? WAIT_SELECT : real[0]!.send ? WAIT_CHAN_SEND : WAIT_CHAN_RECV);
}

/** A uniform permutation, made by inserting each case at a random place among those before it. */
function pollOrder(s: Sched, cases: readonly Case[]): Case[] {
  const order: Case[] = [];
  for (const one of cases) {
    const j = s.rand.below(order.length + 1);
    if (j < order.length) {
      order.push(order[j]!);
      order[j] = one;
    } else {
      order.push(one);
    }
  }
  return order;
}

/**
 * The cases by the addresses of their channels. Go sorts with a heap that it builds in poll order; that decides which of
 * several cases on one channel queues up first, so the sort must be this one.
 */
function lockOrder(poll: readonly Case[]): Case[] {
  const order: Case[] = [];
  for (const one of poll) {
    let j = order.length;
    for (let up = (j - 1) >> 1; j > 0 && order[up]!.chan.id < one.chan.id; up = (j - 1) >> 1) {
      order[j] = order[up]!;
      j = up;
    }
    order[j] = one;
  }
  for (let i = order.length - 1; i >= 0; i--) {
    const one = order[i]!;
    order[i] = order[0]!;
    let j = 0;
    for (let k = 1; k < i; k = 2 * j + 1) {
      if (k + 1 < i && order[k]!.chan.id < order[k + 1]!.chan.id) k++;
      if (one.chan.id >= order[k]!.chan.id) break;
      order[j] = order[k]!;
      j = k;
    }
    order[j] = one;
  }
  return order;
}

function leaveTimers(s: Sched, cases: readonly Case[]): void {
  for (const one of cases) if (one.chan.timer !== null) leaveChanTimer(s, one.chan.timer);
}

/** One of the cases has happened: the goroutine leaves the other queues. */
export function selectWoken(s: Sched, mp: M): number {
  const gp = mp.curg;
  const d = s.sudogs;
  const chosen = s.g.obj[gp]!;
  s.g.stage[gp] = 0;
  let sent = false;
  for (let sg = s.g.waiting[gp]!; sg >= 0; ) {
    const next = d.waitlink[sg]!;
    const c = s.objects.channels[d.chan[sg]!]!;
    const sending = d.sending[sg] === 1;
    if (d.selectCase[sg] === chosen) sent = sending;
    else if (d.prev[sg] !== UNLINKED) unlink(s, sending ? c.sendq : c.recvq, sg);
    d.release(sg);
    if (c.timer !== null) {
      unblockTimerChan(s, c.timer);
      leaveChanTimer(s, c.timer);
    }
    sg = next;
  }
  if (s.g.bits[gp] === SUCCESS) return DONE;
  if (sent) return goPanic(s, mp, 'send on closed channel');
  s.g.val[gp] = 0;
  return DONE;
}
