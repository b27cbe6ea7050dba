// Judges goroutines and queues: what may start, where what becomes runnable goes, and what leaves a queue.

import * as ev from '../trace/events.ts';
import type { Judge } from './judge.ts';
import { named } from './judge.ts';
import type { Processor } from './rebuilt.ts';
import { IN_GLOBAL, IN_LOCAL, IN_RUNNEXT, OVERFLOWING, oldest, PARKED, RUNNING, TAKEN } from './rebuilt.ts';

/** Every so many time slices a processor looks at the global queue first, and takes one. */
const GLOBAL_EVERY = 61;

/** g begins to run on m with p: what m has taken, else p's runnext, else the head of p's queue; or it resumes in place. */
export function judgeStart(j: Judge, m: number, p: number, g: number, inherits: number): void {
  j.acting(m, p);
  const { state } = j;
  const thread = j.thread(m);
  const it = state.goroutine(g);
  if (thread.g >= 0) j.complain('places', `M${m} without a goroutine`, `it runs G${thread.g}`);
  if (thread.spinning) j.complain('spinning', `M${m} to have stopped spinning`, 'it still spins');
  if (it.lockedTo >= 0 && it.lockedTo !== m) j.complain('locked', `G${g} on M${it.lockedTo} only`, `M${m}`);
  if (thread.locked >= 0 && thread.locked !== g) j.complain('locked', `nothing but G${thread.locked} on M${m}`, `G${g}`);
  if (thread.doomed) j.complain('locked', `nothing on M${m}: its locked goroutine has ended`, `G${g}`);
  const processor = state.processors[p];
  if (processor !== undefined) {
    if (thread.inherits < 0) judgeNext(j, m, p, processor, g, inherits);
    else if (thread.taken !== g) j.complain('order', `G${thread.taken}, which M${m} has taken`, `G${g}`);
    else if (thread.inherits !== inherits) j.complain('inherit', `a ${thread.inherits}, as when it was taken`, `${inherits}`);
    if (inherits === 0) processor.tick++;
  }
  state.put(g, RUNNING, m);
  thread.left = -1;
  thread.inherits = -1;
  thread.stoleTimers = false;
}

/** m has found g, and starts it when it has paid for what it did meanwhile. */
export function judgeTake(j: Judge, m: number, p: number, g: number, inherits: number): void {
  j.acting(m, p);
  const processor = j.state.processors[p];
  if (processor !== undefined) judgeNext(j, m, p, processor, g, inherits);
  if (j.thread(m).taken !== g) take(j, m, g);
  j.thread(m).inherits = inherits;
}

/** It is g's turn on m, which has p. */
function judgeNext(j: Judge, m: number, p: number, processor: Processor, g: number, inherits: number): void {
  const { state } = j;
  const thread = j.thread(m);
  const it = state.goroutine(g);
  const resumes = it.place === PARKED && thread.left === g && thread.taken < 0;
  const next = nextOn(processor, thread.taken);
  if (next !== g && !resumes) j.complain('order', next < 0 ? `nothing: P${p} has no goroutine` : `G${next}`, state.whereIs(g));
  const due = resumes || it.place === IN_RUNNEXT ? 1 : 0;
  if (inherits !== due) j.complain('inherit', `a ${due}`, `${inherits}; ${state.whereIs(g)}`);
  const isGlobalsTurn = processor.tick % GLOBAL_EVERY === processor.turn && state.global.length > 0;
  if (isGlobalsTurn && !resumes && thread.taken < 0 && !thread.stoleTimers)
    j.complain('order', `G${oldest(state.global)}: it is the global queue's turn`, `G${g}`);
}

function nextOn(processor: Processor, taken: number): number {
  if (taken >= 0) return taken;
  return processor.runnext >= 0 ? processor.runnext : oldest(processor.queue);
}

/** The goroutine that runs on m with p stops running there. */
export function judgeLeave(j: Judge, m: number, p: number, g: number): void {
  j.acting(m, p);
  j.place(g, RUNNING, m);
}

export function judgeEnd(j: Judge, m: number, p: number, g: number): void {
  judgeLeave(j, m, p, g);
  const it = j.state.goroutine(g);
  if (it.lockedTo >= 0) {
    const thread = j.thread(it.lockedTo);
    thread.locked = -1;
    thread.doomed = true;
    it.lockedTo = -1;
  }
  j.state.leave(g);
}

export function judgeLock(j: Judge, m: number, g: number): void {
  j.place(g, RUNNING, m);
  const thread = j.thread(m);
  if (thread.locked >= 0 && thread.locked !== g) j.complain('locked', `M${m} without a locked goroutine`, `it has G${thread.locked}`);
  thread.locked = g;
  j.state.goroutine(g).lockedTo = m;
}

export function judgeUnlock(j: Judge, m: number, g: number): void {
  const thread = j.thread(m);
  if (thread.locked !== g) j.complain('locked', `G${g} locked to M${m}`, `M${m} has ${named('G', thread.locked)}`);
  thread.locked = -1;
  j.state.goroutine(g).lockedTo = -1;
}

// ---- becoming runnable

/** Puts a goroutine where field b of its row says. */
export function enqueue(j: Judge, m: number, p: number, g: number, to: number): void {
  const { state } = j;
  const processor = state.processors[p];
  if (to === ev.TO_GLOBAL) state.put(g, IN_GLOBAL, -1);
  else if (to === ev.TO_RUN) take(j, m, g);
  else if (to !== ev.TO_RUNNEXT && to !== ev.TO_LOCAL) j.complain('places', 'one of TO_*', `${to}`);
  else if (processor === undefined) j.complain('places', 'a processor to queue it at', named('P', p));
  else if (to === ev.TO_LOCAL) toLocal(j, p, g);
  else {
    const kicked = processor.runnext;
    if (kicked >= 0) state.leave(kicked);
    state.put(g, IN_RUNNEXT, p);
    if (kicked >= 0) toLocal(j, p, kicked);
  }
}

export function toLocal(j: Judge, p: number, g: number): void {
  const processor = j.state.processors[p];
  if (processor === undefined) return; // has been complained of
  if (processor.queue.length < j.runqsize) {
    j.state.put(g, IN_LOCAL, p);
  } else {
    j.state.put(g, OVERFLOWING, p);
    j.overflowing = g;
  }
}

/** The row after the one that overfilled a local queue. True: it was the overflow, false: it is yet to be judged. */
export function judgeOverflow(j: Judge, kind: number, p: number, g: number, count: number): boolean {
  const { state } = j;
  const late = j.overflowing;
  const full = state.goroutine(late).at;
  const half = j.runqsize >> 1;
  const isOverflow = kind === ev.RUNQ_OVERFLOW;
  if (!isOverflow || p !== full || g !== late || count !== half) {
    const got = isOverflow ? `P${p}, ${count} and G${g}` : 'another row';
    j.complain('shares', `runqOverflow of P${full}: its oldest ${half}, then G${late}`, got);
  }
  for (let i = 0; i < half; i++) state.put(oldest(state.processors[full].queue), IN_GLOBAL, -1);
  state.put(late, IN_GLOBAL, -1);
  j.overflowing = -1;
  return isOverflow;
}

// ---- taking

/** m has got g out of where it was and is to run it next. */
function take(j: Judge, m: number, g: number): void {
  const { taken } = j.thread(m);
  if (taken >= 0) j.complain('places', `M${m} to have taken nothing`, `it has taken G${taken}`);
  j.state.put(g, TAKEN, m);
}

/** One, because it was the global queue's turn; or a share that leaves the other processors theirs. */
export function judgeGlobalGet(j: Judge, m: number, p: number, count: number): void {
  j.acting(m, p);
  const size = j.state.global.length;
  const share = Math.min(size, Math.floor(size / j.gomaxprocs) + 1, j.runqsize >> 1);
  if (size === 0 || (count !== 1 && count !== share)) j.complain('shares', `1 or ${share} of ${size}`, `${count}`);
  const processor = j.state.processors[p];
  if (count === 1 && share > 1 && processor !== undefined) {
    const turn = processor.tick % GLOBAL_EVERY;
    if (processor.turn >= 0 && processor.turn !== turn) j.complain('shares', `${share} of ${size}, or one at the global queue's turn`, '1');
    processor.turn = turn;
  }
  for (let i = 0; i < count && j.state.global.length > 0; i++) {
    if (i === 0) take(j, m, oldest(j.state.global));
    else toLocal(j, p, oldest(j.state.global));
  }
}

/** Half of the other's queue, rounded up. */
export function judgeSteal(j: Judge, m: number, p: number, from: number, count: number): void {
  j.acting(m, p);
  const victim = victimOf(j, p, from);
  if (victim === undefined) return;
  j.known(m).backedOff = false;
  const size = victim.queue.length;
  const half = size - (size >> 1);
  if (size === 0 || count !== half) j.complain('shares', `${half} of ${size}`, `${count}`);
  for (let i = 0; i < count && victim.queue.length > 0; i++) {
    if (i === count - 1) take(j, m, oldest(victim.queue));
    else toLocal(j, p, oldest(victim.queue));
  }
}

export function judgeStealNext(j: Judge, m: number, p: number, g: number, from: number): void {
  j.acting(m, p);
  const victim = victimOf(j, p, from);
  if (victim === undefined) return;
  if (victim.runnext !== g) j.complain('order', `${named('G', victim.runnext)}, the runnext of P${from}`, j.state.whereIs(g));
  // a thief decides for the runnext before its short sleep: what comes into the queue meanwhile does not change that
  const thread = j.known(m);
  if (victim.queue.length > 0 && !thread.backedOff) j.complain('order', `the queue of P${from} first`, `${victim.queue.length} are in it`);
  thread.backedOff = false;
  take(j, m, g);
}

function victimOf(j: Judge, p: number, from: number): Processor | undefined {
  const victim = j.state.processors[from];
  if (victim === undefined || from === p) j.complain('places', 'another processor to steal from', named('P', from));
  return victim;
}
