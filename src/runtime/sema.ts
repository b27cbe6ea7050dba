// Semaphores: a count and a queue of goroutines, under every lock of package sync. A release makes one waiter runnable;
// it competes again when it runs, unless the release handed the count over to it with a ticket; then the releaser also
// gives way, so that the waiter runs at once in its slice.

import type { M } from './m.ts';
import { DONE, gopark, goyield, ready } from './proc.ts';
import type { Sched } from './sched.ts';

export class Sema {
  count = 0;
  head = -1;
  tail = -1;
}

/** G.bits of a waiter: the count was handed over to it. */
export const TICKET = 128;

/** True when the count was free. */
export function cansemacquire(sema: Sema): boolean {
  if (sema.count === 0) return false;
  sema.count--;
  return true;
}

/** The goroutine on mp queues up and parks; it goes on in `stage`. lifo: at the head, for one that has waited before. */
export function semaPark(s: Sched, mp: M, sema: Sema, lifo: boolean, reason: number, stage: number): number {
  const gp = mp.curg;
  const link = s.g.link;
  s.g.stage[gp] = stage;
  s.g.bits[gp]! &= ~TICKET;
  if (lifo) {
    link[gp] = sema.head;
    sema.head = gp;
    if (sema.tail < 0) sema.tail = gp;
  } else {
    link[gp] = -1;
    if (sema.tail < 0) sema.head = gp;
    else link[sema.tail] = gp;
    sema.tail = gp;
  }
  return gopark(s, mp, reason);
}

/** A woken waiter: does it have the semaphore? */
export function semaWon(s: Sched, gp: number, sema: Sema): boolean {
  return (s.g.bits[gp]! & TICKET) !== 0 || cansemacquire(sema);
}

/** Releases one; s.handedOff tells afterwards whether the releaser must give way. */
export function semrelease(s: Sched, sema: Sema, handoff: boolean): void {
  sema.count++;
  s.handedOff = false;
  const gp = sema.head;
  if (gp < 0) return;
  sema.head = s.g.link[gp]!;
  if (sema.head < 0) sema.tail = -1;
  if (handoff && sema.count > 0) {
    sema.count--;
    s.g.bits[gp]! |= TICKET;
    s.handedOff = true;
  }
  ready(s, gp, true);
}

/** After a semrelease: the releaser gives way if it handed over. */
export function yieldAfter(s: Sched, mp: M): number {
  return s.handedOff ? goyield(s, mp) : DONE;
}
