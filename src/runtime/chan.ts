// Channels. Invariants: at least one of sendq and recvq is empty (but for a select that waits on both sides of one
// channel); with a buffer, values in it mean an empty recvq and free room an empty sendq. Queues are first in, first out.

import { Fifo } from '../base/fifo.ts';
import { ZERO_NS } from '../base/zero.ts';
import { NO_CPU } from './cache.ts';
import { goPanic } from './fatal.ts';
import type { M } from './m.ts';
import { DONE, gopark, ready } from './proc.ts';
import { WAIT_CHAN_RECV, WAIT_CHAN_RECV_NIL, WAIT_CHAN_SEND, WAIT_CHAN_SEND_NIL } from './profile.ts';
import type { Sched } from './sched.ts';
import type { Timer } from './timer.ts';
import { timerRecv } from './timer-chan.ts';

const VALUE_BYTES = 24; // of a place in a buffer that is used for the first time
const TIMER_CHAN_BYTES = 700; // of a channel made for a timer, with the timer

export class WaitQueue {
  first = -1;
  last = -1;
}

export class Hchan {
  readonly id: number;
  cap: number; // -1: the nil channel
  closed = false;
  readonly buf = new Fifo();
  readonly recvq = new WaitQueue();
  readonly sendq = new WaitQueue();
  timer: Timer | null = null; // that sends to it
  cpu = NO_CPU; // that used it last
  lockedUntil = ZERO_NS; // by an operation of that
  isWatched = false; // somebody has looked at the lock since
  // statistics
  sends = 0;
  blockedSends = 0;
  peakLen = 0;
  blockedNs = ZERO_NS;

  constructor(id: number, cap: number) {
    this.id = id;
    this.cap = cap;
  }
}

/** G.bits of a goroutine that waits on channels, set by whoever wakes it: a value passed (not: the channel was closed). */
export const SUCCESS = 1;

// stages of operations on channels
export const STAGE_CHAN = 10; // woken from a send
export const STAGE_CHAN_RECV = 11; // woken from a receive

// ---- the queues

export function enqueue(s: Sched, q: WaitQueue, sg: number): void {
  const d = s.sudogs;
  d.next[sg] = -1;
  d.prev[sg] = q.last;
  if (q.last >= 0) d.next[q.last] = sg;
  else q.first = sg;
  q.last = sg;
}

/** The first waiter, -1: none. A goroutine that waits in a select is taken out of its other queues by its own M later. */
export function dequeue(s: Sched, q: WaitQueue): number {
  for (;;) {
    const sg = q.first;
    if (sg < 0) return -1;
    unlink(s, q, sg);
    if (s.sudogs.selectCase[sg]! < 0) return sg;
    const gp = s.sudogs.g[sg]!;
    if (s.g.obj[gp]! >= 0) continue; // its select is decided already
    s.g.obj[gp] = s.sudogs.selectCase[sg]!;
    return sg;
  }
}

export function unlink(s: Sched, q: WaitQueue, sg: number): void {
  const d = s.sudogs;
  const prev = d.prev[sg]!;
  const next = d.next[sg]!;
  if (prev >= 0) d.next[prev] = next;
  else q.first = next;
  if (next >= 0) d.prev[next] = prev;
  else q.last = prev;
  d.prev[sg] = UNLINKED;
}

/** prev of a sudog in no queue */
export const UNLINKED = -2;

/** Wakes the goroutine of a dequeued sudog. */
function wake(s: Sched, c: Hchan, sg: number, success: boolean): void {
  const gp = s.sudogs.g[sg]!;
  s.g.bits[gp] = success ? SUCCESS : 0;
  c.blockedNs += ready(s, gp, true);
}

// ---- operations; shared with select, which calls the try-functions for each of its cases

/** A send that need not wait: true when it happened. The channel is open. */
export function trySend(s: Sched, c: Hchan, value: number): boolean {
  const sg = dequeue(s, c.recvq);
  if (sg >= 0) {
    c.sends++;
    s.g.val[s.sudogs.g[sg]!] = value;
    wake(s, c, sg, true);
    return true;
  }
  if (c.buf.length < c.cap) {
    c.sends++;
    c.buf.push(value);
    if (c.buf.length > c.peakLen) {
      c.peakLen = c.buf.length;
      s.budget.take(VALUE_BYTES);
    }
    return true;
  }
  return false;
}

/** A receive that need not wait: true when it happened; the value is in val and ok in bits of gp. */
export function tryRecv(s: Sched, c: Hchan, gp: number): boolean {
  const g = s.g;
  if (c.closed && c.buf.length === 0) {
    g.val[gp] = 0;
    g.bits[gp] = 0;
    return true;
  }
  const sg = dequeue(s, c.sendq);
  if (sg >= 0) {
    let value = s.sudogs.elem[sg]!;
    if (c.cap > 0) {
      // the buffer is full: its head is received, the sender's value goes to its tail
      c.buf.push(value);
      value = c.buf.shift();
    }
    c.sends++;
    g.val[gp] = value;
    g.bits[gp] = SUCCESS;
    wake(s, c, sg, true);
    return true;
  }
  if (c.buf.length > 0) {
    g.val[gp] = c.buf.shift();
    g.bits[gp] = SUCCESS;
    return true;
  }
  return false;
}

export function chansend(s: Sched, mp: M, id: number): number {
  if (id < 0) return gopark(s, mp, WAIT_CHAN_SEND_NIL);
  const gp = mp.curg;
  const c = s.objects.channels[id]!;
  if (c.closed) return goPanic(s, mp, 'send on closed channel');
  const value = s.g.val[gp]!;
  if (trySend(s, c, value)) return DONE;
  c.blockedSends++;
  wait(s, gp, c, c.sendq, value);
  s.g.stage[gp] = STAGE_CHAN;
  return gopark(s, mp, WAIT_CHAN_SEND);
}

export function chanrecv(s: Sched, mp: M, id: number): number {
  if (id < 0) return gopark(s, mp, WAIT_CHAN_RECV_NIL);
  const gp = mp.curg;
  const c = s.objects.channels[id]!;
  if (c.timer !== null) return timerRecv(s, mp, c);
  if (tryRecv(s, c, gp)) return DONE;
  wait(s, gp, c, c.recvq, 0);
  s.g.stage[gp] = STAGE_CHAN_RECV;
  return gopark(s, mp, WAIT_CHAN_RECV);
}

export function wait(s: Sched, gp: number, c: Hchan, q: WaitQueue, value: number): void {
  const sg = s.sudogs.acquire(gp, value, -1);
  s.sudogs.chan[sg] = c.id;
  enqueue(s, q, sg);
  s.g.waiting[gp] = sg;
}

/** The goroutine on mp has been woken from a send or a receive. */
export function chanWoken(s: Sched, mp: M): number {
  const gp = mp.curg;
  s.sudogs.release(s.g.waiting[gp]!);
  const sending = s.g.stage[gp] === STAGE_CHAN;
  s.g.stage[gp] = 0;
  if (s.g.bits[gp] === SUCCESS) return DONE;
  if (sending) return goPanic(s, mp, 'send on closed channel');
  s.g.val[gp] = 0;
  return DONE;
}

/** All who wait are woken, in the reverse of the order receivers then senders, since Go collects them on a stack. */
export function closechan(s: Sched, mp: M, id: number): number {
  if (id < 0) return goPanic(s, mp, 'close of nil channel');
  const c = s.objects.channels[id]!;
  if (c.closed) return goPanic(s, mp, 'close of closed channel');
  c.closed = true;
  const woken: number[] = [];
  for (let sg = dequeue(s, c.recvq); sg >= 0; sg = dequeue(s, c.recvq)) woken.push(sg);
  for (let sg = dequeue(s, c.sendq); sg >= 0; sg = dequeue(s, c.sendq)) woken.push(sg);
  for (let sg = woken.pop(); sg !== undefined; sg = woken.pop()) wake(s, c, sg, false);
  return DONE;
}

// ---- channels that are made while the program runs, for time.After

export function allocChan(s: Sched, cap: number): Hchan {
  const channels = s.objects.channels;
  const id = s.freeChans.pop() ?? channels.length;
  if (id === channels.length) s.budget.take(TIMER_CHAN_BYTES);
  const c = new Hchan(id, cap);
  channels[id] = c;
  return c;
}

export function freeChan(s: Sched, c: Hchan): void {
  s.freeChans.push(c.id);
}

/** A timer's value, an instant: dropped when the buffer is full. */
export function timeSend(s: Sched, c: Hchan, at: number): void {
  trySend(s, c, at);
}
