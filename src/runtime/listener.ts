// Listeners: connections arrive from outside the process and wait in a backlog until a goroutine accepts them. Accept is
// as Go's: one goroutine at a time is in it, under the descriptor's lock, the others wait for that lock; with nothing in
// the backlog the one parks in the netpoller. Every arrival makes the descriptor ready anew (edge-triggered), also when
// nobody waits for it: then a thread that blocks in the poller wakes for nothing. But what has been accepted when it is polled next is not told.
// Not Go: backlog — it is never full, so no connection is refused.
//
// Who sends the connections is the machine's business: arrivals are devices of it. An open listener has one under way at
// a time, a closed loop one for each client that thinks. Their items are numbered from FIRST_ITEM on.
//
// Invariants: what has arrived was accepted or is in the backlog; the goroutine that waits in the poller has the lock; no
// two arrivals of a listener have the same instant.

import { Fifo } from '../base/fifo.ts';
import { SampleSet } from '../base/samples.ts';
import { ZERO_NS } from '../base/zero.ts';
import { CONN_ACCEPT, CONN_ARRIVE, CONN_REPLY } from '../trace/events.ts';
import type { M } from './m.ts';
import { pollableReady } from './netpoll.ts';
import { DONE, gopark, WAITING } from './proc.ts';
import { WAIT_IO, WAIT_SEMACQUIRE } from './profile.ts';
import type { Sched } from './sched.ts';
import { Sema, semaPark, semaWon, semrelease } from './sema.ts';

export const FIRST_ITEM = 1 << 28; // of the machine's devices; lower ones are goroutines
const ARRIVAL_STEPS = 8; // what one counts as
const CONNECTION_BYTES = 24; // of a place in a backlog that is used for the first time

// stages of accept
export const STAGE_ACCEPT = 40; // woken from the poller
export const STAGE_ACCEPT_LOCK = 41; // woken from the lock

/** Whoever makes the arrivals of one listener. */
export interface ArrivalSource {
  readonly clients: number; // of a closed loop; 0: arrivals do not wait for anything
  readonly endNs: number; // nothing arrives later
  /** The instant of the next arrival, later than the one before; -1: there is none. */
  next(): number;
  /** How long a client thinks before it asks again. */
  think(client: number): number;
}

export class Listener {
  readonly id: number;
  readonly source: ArrivalSource;
  readonly firstItem: number;
  readonly backlog = new Fifo(); // instants of arrival
  readonly lock = new Sema();
  owner = -1; // the goroutine that has the lock and waits
  waiter = -1; // the same while it is parked in the poller
  edge = false; // became ready, and no poll has told yet
  last = ZERO_NS - 1; // instant of the last arrival, or of one that is due
  readonly due: Float64Array; // by client: the instant kept for its arrival
  readonly asking = new Map<number, number>(); // instant of a request -> the client that waits for its reply
  // statistics
  arrivals = 0;
  accepted = 0;
  replied = 0;
  backlogPeak = 0;
  readonly waits = new SampleSet(); // from arrival to accept

  constructor(id: number, source: ArrivalSource, firstItem: number) {
    this.id = id;
    this.source = source;
    this.firstItem = firstItem;
    this.due = new Float64Array(source.clients).fill(-1);
  }
}

/** Listeners with the given sources. */
export function makeListeners(sources: readonly ArrivalSource[]): Listener[] {
  let item = FIRST_ITEM;
  return sources.map((source, id) => {
    const listener = new Listener(id, source, item);
    item += Math.max(1, source.clients);
    return listener;
  });
}

/** Time 0: the first arrivals are under way. */
export function startListeners(s: Sched): void {
  for (const l of s.objects.listeners) {
    s.netpollInited = true;
    if (l.source.clients === 0) sendNext(s, l);
    else for (let client = 0; client < l.source.clients; client++) think(s, l, client);
  }
}

function sendNext(s: Sched, l: Listener): void {
  const at = l.source.next();
  if (at < 0) return;
  s.machine.device(at - s.machine.now, l.firstItem);
}

function think(s: Sched, l: Listener, client: number): void {
  const ns = l.source.think(client);
  if (s.machine.now + ns <= l.source.endNs) s.machine.device(ns, l.firstItem + client);
}

/** A device of number FIRST_ITEM or more is done: a connection arrives. */
export function arrive(s: Sched, item: number): void {
  const l = listenerOf(s, item);
  const now = s.machine.now;
  s.machine.steps += ARRIVAL_STEPS; // a load that nobody ever serves meets the cap too
  if (l.source.clients > 0) {
    const client = item - l.firstItem;
    if (l.due[client] !== now) {
      if (now <= l.last) {
        // another came in this very nanosecond: this one is the next
        l.due[client] = ++l.last;
        s.machine.device(l.last - now, item);
        return;
      }
      l.last = now;
    }
    l.asking.set(now, client);
  }
  l.arrivals++;
  l.backlog.push(now);
  if (l.backlog.length > l.backlogPeak) {
    l.backlogPeak = l.backlog.length;
    s.budget.take(CONNECTION_BYTES);
  }
  s.trace(CONN_ARRIVE, -1, -1, -1, l.id, -1);
  pollableReady(s, l);
  if (l.source.clients === 0) sendNext(s, l);
}

function listenerOf(s: Sched, item: number): Listener {
  const { listeners } = s.objects;
  let low = 0;
  for (let high = listeners.length; high - low > 1; ) {
    const middle = (low + high) >> 1;
    if (listeners[middle]!.firstItem <= item) low = middle;
    else high = middle;
  }
  return listeners[low]!;
}

// ---- what goroutines do

/** Accept of the goroutine on mp: takes effect, or goes on after it was woken. The instant of the arrival is in val. */
export function accept(s: Sched, mp: M, l: Listener): number {
  const gp = mp.curg;
  if (l.owner >= 0 && l.owner !== gp) return semaPark(s, mp, l.lock, false, WAIT_SEMACQUIRE, STAGE_ACCEPT_LOCK);
  if (l.backlog.length === 0) {
    l.owner = gp;
    l.waiter = gp;
    s.netpollWaiters++;
    s.g.stage[gp] = STAGE_ACCEPT;
    return gopark(s, mp, WAIT_IO);
  }
  const at = l.backlog.shift();
  s.g.val[gp] = at;
  l.accepted++;
  l.waits.add(s.machine.now - at);
  s.trace(CONN_ACCEPT, mp.id, mp.p!.id, gp, l.id, -1);
  l.owner = -1;
  if (l.lock.head >= 0) semrelease(s, l.lock, false);
  return DONE;
}

/** The goroutine on mp has been woken from the descriptor's lock; another may have been quicker. */
export function acceptLockWoken(s: Sched, mp: M, l: Listener): number {
  const gp = mp.curg;
  s.g.stage[gp] = 0;
  if (!semaWon(s, gp, l.lock)) return semaPark(s, mp, l.lock, false, WAIT_SEMACQUIRE, STAGE_ACCEPT_LOCK);
  return accept(s, mp, l);
}

/** A reply of the goroutine on mp: to the request that arrived at the instant in val. */
export function reply(s: Sched, mp: M): number {
  const at = s.g.val[mp.curg]!;
  let hasOpen = false;
  for (const l of s.objects.listeners) {
    hasOpen ||= l.source.clients === 0;
    const client = l.asking.get(at);
    if (client === undefined) continue;
    l.asking.delete(at);
    l.replied++;
    s.trace(CONN_REPLY, mp.id, mp.p!.id, mp.curg, l.id, -1);
    think(s, l, client);
    return DONE;
  }
  if (hasOpen) return DONE; // a request of an open listener: its client waits for nothing
  s.work.refuse(mp.curg, 'no client waits for this reply: nothing arrived at that instant, or it was answered before');
  return WAITING;
}

/** Whether some goroutine waits for a connection, which may well be for ever. */
export function isServing(s: Sched): boolean {
  return s.objects.listeners.some((l) => l.waiter >= 0);
}
