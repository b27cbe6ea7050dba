// Putting a heap of timers right after some of them were stopped or reset: their entries still have the old deadlines, or
// should be gone. The order in which equal deadlines come out afterwards is visible to programs, so each way of repairing
// is that of Go: from 1.23 on an entry gets its new deadline where it is, and before it was taken out and put in again.

import type { Timer } from './timer.ts';
import type { TimerHeap } from './timer-heap.ts';

export function isZombie(what: number | Timer): boolean {
  return typeof what !== 'number' && what.zombie;
}

/** The timer's entry has gone from its heap. */
export function leaveHeap(timers: TimerHeap, timer: Timer): void {
  if (timer.zombie) timers.zombies--;
  timer.zombie = false;
  timer.modified = false;
  timer.heap = null;
}

/** True when the head was not as its timer wants it, and has been changed: there is another head to look at, or none. */
export function updateHead(timers: TimerHeap, timer: Timer, inPlace: boolean): boolean {
  if (timer.zombie) {
    timers.deleteMin();
    leaveHeap(timers, timer);
    return true;
  }
  if (!timer.modified) return false;
  timer.modified = false;
  timer.heapWhen = timer.when;
  if (inPlace) {
    timers.postponeHead(timer.when);
  } else {
    timers.deleteMin();
    timers.add(timer.when, timer);
  }
  return true;
}

/** Before a timer is added, what should be gone from either end goes. */
export function cleanHead(timers: TimerHeap, inPlace: boolean): void {
  while (timers.size > 0) {
    const last = timers.size - 1;
    const tail = timers.at(last);
    if (inPlace && typeof tail !== 'number' && tail.zombie) {
      timers.takeLastTo(last);
      leaveHeap(timers, tail);
      continue;
    }
    const head = timers.head();
    if (typeof head === 'number' || !updateHead(timers, head, inPlace)) return;
  }
}

/** Once the earliest of the changed deadlines has come, every entry is brought in order. */
export function adjust(timers: TimerHeap, now: number, inPlace: boolean): void {
  const first = timers.earliestModified;
  if (first === 0 || first > now) return;
  if (inPlace) adjustInPlace(timers);
  else adjustByMoving(timers);
}

/** Too many entries should be gone: they go, whatever the time is. */
export function clear(timers: TimerHeap, inPlace: boolean): void {
  if (inPlace) adjustInPlace(timers);
  else clearByMoving(timers);
}

function adjustInPlace(timers: TimerHeap): void {
  timers.earliestModified = 0;
  let changed = false;
  for (let i = 0; i < timers.size; i++) {
    const timer = timers.at(i);
    if (typeof timer === 'number') continue;
    if (timer.zombie) {
      timers.takeLastTo(i--);
      leaveHeap(timers, timer);
      changed = true;
    } else if (timer.modified) {
      timer.modified = false;
      timer.heapWhen = timer.when;
      timers.setWhen(i, timer.when);
      changed = true;
    }
  }
  if (changed) timers.rebuild();
}

function adjustByMoving(timers: TimerHeap): void {
  timers.earliestModified = 0;
  const moved: Timer[] = [];
  for (let i = 0; i < timers.size; i++) {
    const timer = timers.at(i);
    if (typeof timer === 'number' || (!timer.zombie && !timer.modified)) continue;
    i = timers.deleteAt(i) - 1;
    if (timer.zombie) leaveHeap(timers, timer);
    else moved.push(timer);
  }
  for (const timer of moved) {
    timer.modified = false;
    timer.heapWhen = timer.when;
    timers.add(timer.when, timer);
  }
}

function clearByMoving(timers: TimerHeap): void {
  timers.earliestModified = 0;
  let to = 0;
  let changed = false;
  for (let i = 0; i < timers.size; i++) {
    const what = timers.at(i);
    const when = timers.whenAt(i);
    if (typeof what !== 'number' && what.zombie) {
      leaveHeap(timers, what);
      changed = true;
      continue;
    }
    const isModified = typeof what !== 'number' && what.modified;
    if (isModified) {
      what.modified = false;
      what.heapWhen = what.when;
      changed = true;
    }
    timers.setAt(to, isModified ? what.when : when, what);
    if (changed) timers.siftUp(to);
    to++;
  }
  timers.shorten(to);
}
