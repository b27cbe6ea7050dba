// Package sync: Mutex with its normal and starvation mode, RWMutex, WaitGroup, Cond, Once. An operation takes effect at
// one instant, so Go's atomic words are plain fields here.

import type { Budget } from '../base/budget.ts';
import { SampleSet } from '../base/samples.ts';
import { fetched, NO_CPU } from './cache.ts';
import { goFatal, goPanic } from './fatal.ts';
import type { M } from './m.ts';
import { ACT_RUN } from './m.ts';
import { OP_COND_WAIT, OP_ONCE, OP_RWLOCK } from './ops.ts';
import { KIND_GOROUTINE } from './p.ts';
import { burn, DONE, gopark, left, ready } from './proc.ts';
import { WAIT_COND, WAIT_MUTEX, WAIT_RWMUTEX_LOCK, WAIT_RWMUTEX_RLOCK, WAIT_WAITGROUP } from './profile.ts';
import { runqempty } from './runq.ts';
import type { Sched } from './sched.ts';
import { cansemacquire, Sema, semaPark, semaWon, semrelease, yieldAfter } from './sema.ts';

export class Mutex {
  locked = false;
  woken = false;
  starving = false;
  waiters = 0;
  cpu = NO_CPU; // that used it last
  readonly sema = new Sema();
  // statistics
  locks = 0;
  contended = 0;
  starvations = 0;
  waits: SampleSet | null = null;

  /** A goroutine got the lock after waiting for it. */
  waited(ns: number, budget: Budget): void {
    this.waits ??= new SampleSet(budget);
    this.waits.add(ns);
  }
}

export class RWMutex {
  readonly w = new Mutex();
  pending = false; // a writer has or wants the lock
  readerCount = 0;
  readerWait = 0; // readers that the writer still waits for
  cpu = NO_CPU; // that used it last
  readonly writerSem = new Sema();
  readonly readerSem = new Sema();
}

export class WaitGroup {
  counter = 0;
  waiters = 0;
  cpu = NO_CPU; // that used it last
  readonly sema = new Sema();
}

export class Cond {
  readonly mutex: number; // its locker: a mutex's number, or -1 - the RWMutex's
  wait = 0; // tickets given
  notify = 0; // tickets called
  head = -1; // parked, in order of their tickets
  tail = -1;

  constructor(mutex: number) {
    this.mutex = mutex;
  }
}

export class Once {
  done = false;
  readonly m = new Mutex();
}

// stages
export const STAGE_MUTEX_SPUN = 30; // has spun, looks again
export const STAGE_MUTEX_WOKEN = 31;
export const STAGE_RLOCK = 32;
export const STAGE_RWLOCK = 33; // the writer waits for readers
export const STAGE_WAIT = 34;
export const STAGE_COND_UNLOCKED = 35; // gave way between unlocking and parking
export const STAGE_COND_WOKEN = 36;

// ---- Mutex

// G.bits of one in lockSlow; the number of its spins stands above them, TICKET (128) is the semaphore's
const STARVING = 1;
const AWOKE = 2;
const SPUN = 4; // one spin
const WAITED = 64; // it has been woken before: it queues at the head

function mutexOf(s: Sched, gp: number): Mutex {
  const id = s.g.obj[gp]!;
  switch (s.g.op[gp]) {
    case OP_RWLOCK:
      return s.objects.rwmutexes[id]!.w;
    case OP_ONCE:
      return s.objects.onces[id]!.m;
    case OP_COND_WAIT: {
      const locker = s.objects.conds[id]!.mutex;
      return locker >= 0 ? s.objects.mutexes[locker]! : s.objects.rwmutexes[-1 - locker]!.w;
    }
    default:
      return s.objects.mutexes[id]!;
  }
}

/** Lock, of the mutex that the goroutine's operation is about. */
export function mutexLock(s: Sched, mp: M): number {
  const gp = mp.curg;
  const m = mutexOf(s, gp);
  m.locks++;
  if (!m.locked && !m.starving && !m.woken && m.waiters === 0) {
    m.locked = true;
    return locked(s, mp);
  }
  s.g.bits[gp] = 0;
  s.g.val[gp] = -1; // has not waited yet
  if (m.locked || m.starving) m.contended++;
  return lockSlow(s, mp, m);
}

function lockSlow(s: Sched, mp: M, m: Mutex): number {
  const gp = mp.curg;
  const g = s.g;
  let bits = g.bits[gp]!;
  if (m.locked && !m.starving && canSpin(s, mp, bits)) {
    if ((bits & AWOKE) === 0 && !m.woken && m.waiters !== 0) {
      m.woken = true;
      bits |= AWOKE;
    }
    g.bits[gp] = bits + SPUN;
    g.stage[gp] = STAGE_MUTEX_SPUN;
    return left(burn(s, mp, s.costs.mutexSpin, KIND_GOROUTINE, ACT_RUN));
  }
  const wasFree = !m.locked && !m.starving;
  if (m.locked || m.starving) m.waiters++;
  if ((bits & STARVING) !== 0 && m.locked && !m.starving) {
    m.starving = true;
    m.starvations++;
  }
  if ((bits & AWOKE) !== 0) m.woken = false;
  if (wasFree) {
    m.locked = true;
    return lockedAfterWait(s, mp, m);
  }
  if (!m.starving) m.locked = true;
  const lifo = g.val[gp]! >= 0;
  if (lifo) g.bits[gp]! |= WAITED;
  else g.val[gp] = s.machine.now;
  if (cansemacquire(m.sema)) return mutexWoken(s, mp, m);
  return semaPark(s, mp, m.sema, lifo, WAIT_MUTEX, STAGE_MUTEX_WOKEN);
}

function lockedAfterWait(s: Sched, mp: M, m: Mutex): number {
  const since = s.g.val[mp.curg]!;
  if (since >= 0) m.waited(s.machine.now - since, s.budget);
  return locked(s, mp);
}

/** Spinning pays only while the owner runs elsewhere and nothing else is to be done here. */
function canSpin(s: Sched, mp: M, bits: number): boolean {
  const spins = (bits & 0x3f) >> 2;
  if (spins >= s.params.mutexSpins || s.machine.params.cpus <= 1 || s.gomaxprocs <= s.npidle + s.nmspinning + 1) return false;
  return runqempty(mp.p!);
}

function mutexWoken(s: Sched, mp: M, m: Mutex): number {
  const gp = mp.curg;
  const g = s.g;
  let bits = g.bits[gp]! & (STARVING | AWOKE);
  if (s.machine.now - g.val[gp]! > s.params.mutexStarvationNs) bits |= STARVING;
  if (m.starving) {
    // handed over: not locked, not woken, and this goroutine is still counted among the waiters
    m.locked = true;
    if ((bits & STARVING) === 0 || m.waiters === 1) m.starving = false;
    m.waiters--;
    return lockedAfterWait(s, mp, m);
  }
  g.bits[gp] = bits | AWOKE;
  return lockSlow(s, mp, m);
}

export function mutexStage(s: Sched, mp: M, stage: number): number {
  const gp = mp.curg;
  const m = mutexOf(s, gp);
  m.cpu = fetched(s, m.cpu, 1);
  s.g.stage[gp] = 0;
  if (stage === STAGE_MUTEX_SPUN) return lockSlow(s, mp, m);
  if (!semaWon(s, gp, m.sema)) {
    // somebody took the count in between; it queues as it did before, at the tail when that was its first wait
    return semaPark(s, mp, m.sema, (s.g.bits[gp]! & WAITED) !== 0, WAIT_MUTEX, STAGE_MUTEX_WOKEN);
  }
  return mutexWoken(s, mp, m);
}

/** The mutex is held: what the operation does next with it. */
function locked(s: Sched, mp: M): number {
  const gp = mp.curg;
  switch (s.g.op[gp]) {
    case OP_RWLOCK:
      return writerHasW(s, mp, s.objects.rwmutexes[s.g.obj[gp]!]!);
    case OP_COND_WAIT: {
      const locker = s.objects.conds[s.g.obj[gp]!]!.mutex;
      return locker >= 0 ? DONE : writerHasW(s, mp, s.objects.rwmutexes[-1 - locker]!);
    }
    case OP_ONCE: {
      const once = s.objects.onces[s.g.obj[gp]!]!;
      if (!once.done) {
        s.g.bits[gp] = 1;
        return DONE;
      }
      const result = mutexUnlock(s, mp, once.m);
      s.g.bits[gp] = 0;
      return result;
    }
    default:
      return DONE;
  }
}

export function mutexUnlock(s: Sched, mp: M, m: Mutex): number {
  if (!m.locked) return goFatal(s, 'sync: unlock of unlocked mutex');
  m.locked = false;
  if (m.starving) {
    semrelease(s, m.sema, true);
    return yieldAfter(s, mp);
  }
  if (m.waiters === 0 || m.woken) return DONE;
  m.waiters--;
  m.woken = true;
  semrelease(s, m.sema, false);
  return DONE;
}

// ---- RWMutex

export function rlock(s: Sched, mp: M, rw: RWMutex): number {
  rw.readerCount++;
  if (!rw.pending || cansemacquire(rw.readerSem)) return DONE;
  return semaPark(s, mp, rw.readerSem, false, WAIT_RWMUTEX_RLOCK, STAGE_RLOCK);
}

export function rlockWoken(s: Sched, mp: M): number {
  const gp = mp.curg;
  const rw = s.objects.rwmutexes[s.g.obj[gp]!]!;
  s.g.stage[gp] = 0;
  if (semaWon(s, gp, rw.readerSem)) return DONE;
  return semaPark(s, mp, rw.readerSem, false, WAIT_RWMUTEX_RLOCK, STAGE_RLOCK);
}

export function runlock(s: Sched, rw: RWMutex): number {
  rw.readerCount--;
  if (rw.readerCount < 0) return goFatal(s, 'sync: RUnlock of unlocked RWMutex');
  if (rw.pending && --rw.readerWait === 0) semrelease(s, rw.writerSem, false);
  return DONE;
}

/** The writer has kept other writers out; now it waits for the readers that were there before. */
function writerHasW(s: Sched, mp: M, rw: RWMutex): number {
  rw.pending = true;
  rw.readerWait += rw.readerCount;
  if (rw.readerWait === 0 || cansemacquire(rw.writerSem)) return DONE;
  return semaPark(s, mp, rw.writerSem, false, WAIT_RWMUTEX_LOCK, STAGE_RWLOCK);
}

export function rwlockWoken(s: Sched, mp: M): number {
  const gp = mp.curg;
  const id = s.g.op[gp] === OP_COND_WAIT ? -1 - s.objects.conds[s.g.obj[gp]!]!.mutex : s.g.obj[gp]!;
  const rw = s.objects.rwmutexes[id]!;
  s.g.stage[gp] = 0;
  if (semaWon(s, gp, rw.writerSem)) return DONE;
  return semaPark(s, mp, rw.writerSem, false, WAIT_RWMUTEX_LOCK, STAGE_RWLOCK);
}

export function rwunlock(s: Sched, mp: M, rw: RWMutex): number {
  if (!rw.pending) return goFatal(s, 'sync: Unlock of unlocked RWMutex');
  rw.pending = false;
  const readers = rw.readerCount;
  for (let i = 0; i < readers; i++) semrelease(s, rw.readerSem, false);
  return mutexUnlock(s, mp, rw.w);
}

// ---- WaitGroup

export function wgAdd(s: Sched, mp: M, wg: WaitGroup, delta: number): number {
  wg.counter += delta;
  if (wg.counter < 0) return goPanic(s, mp, 'sync: negative WaitGroup counter');
  if (wg.counter > 0) return DONE;
  for (; wg.waiters > 0; wg.waiters--) semrelease(s, wg.sema, false);
  return DONE;
}

export function wgWait(s: Sched, mp: M, wg: WaitGroup): number {
  if (wg.counter === 0) return DONE;
  wg.waiters++;
  if (cansemacquire(wg.sema)) return waited(s, mp, wg);
  return semaPark(s, mp, wg.sema, false, WAIT_WAITGROUP, STAGE_WAIT);
}

export function wgWoken(s: Sched, mp: M): number {
  const gp = mp.curg;
  const wg = s.objects.waitgroups[s.g.obj[gp]!]!;
  s.g.stage[gp] = 0;
  if (semaWon(s, gp, wg.sema)) return waited(s, mp, wg);
  return semaPark(s, mp, wg.sema, false, WAIT_WAITGROUP, STAGE_WAIT);
}

/** The goroutine on mp has been released; by then nobody may have begun to use the WaitGroup again. */
function waited(s: Sched, mp: M, wg: WaitGroup): number {
  if (wg.counter === 0 && wg.waiters === 0) return DONE;
  return goPanic(s, mp, 'sync: WaitGroup is reused before previous Wait has returned');
}

// ---- Cond: tickets, so that a Signal between unlocking and parking is not lost

export function condWait(s: Sched, mp: M, c: Cond): number {
  const gp = mp.curg;
  const ticket = c.wait++;
  const unlocked = unlockLocker(s, mp, c);
  s.g.val[gp] = ticket;
  if (unlocked !== DONE) {
    s.g.stage[gp] = STAGE_COND_UNLOCKED;
    return unlocked;
  }
  return condPark(s, mp, c);
}

function unlockLocker(s: Sched, mp: M, c: Cond): number {
  return c.mutex >= 0 ? mutexUnlock(s, mp, s.objects.mutexes[c.mutex]!) : rwunlock(s, mp, s.objects.rwmutexes[-1 - c.mutex]!);
}

function condPark(s: Sched, mp: M, c: Cond): number {
  const gp = mp.curg;
  if (s.g.val[gp]! < c.notify) return mutexLock(s, mp);
  s.g.link[gp] = -1;
  if (c.tail >= 0) s.g.link[c.tail] = gp;
  else c.head = gp;
  c.tail = gp;
  s.g.stage[gp] = STAGE_COND_WOKEN;
  return gopark(s, mp, WAIT_COND);
}

export function condStage(s: Sched, mp: M, stage: number): number {
  const gp = mp.curg;
  s.g.stage[gp] = 0;
  return stage === STAGE_COND_UNLOCKED ? condPark(s, mp, s.objects.conds[s.g.obj[gp]!]!) : mutexLock(s, mp);
}

export function condSignal(s: Sched, c: Cond): number {
  if (c.wait === c.notify) return DONE;
  const ticket = c.notify++;
  const link = s.g.link;
  let before = -1;
  for (let gp = c.head; gp >= 0; before = gp, gp = link[gp]!) {
    if (s.g.val[gp] !== ticket) continue;
    if (before >= 0) link[before] = link[gp]!;
    else c.head = link[gp]!;
    if (c.tail === gp) c.tail = before;
    ready(s, gp, true);
    return DONE;
  }
  return DONE; // its waiter has not parked yet: it will see that its ticket was called
}

export function condBroadcast(s: Sched, c: Cond): number {
  c.notify = c.wait;
  let gp = c.head;
  c.head = -1;
  c.tail = -1;
  while (gp >= 0) {
    const next = s.g.link[gp]!;
    ready(s, gp, true);
    gp = next;
  }
  return DONE;
}

// ---- Once

/** Result in bits: 1 when this goroutine is to do it; it holds the mutex then, until onceDone. */
export function onceDo(s: Sched, mp: M, once: Once): number {
  if (once.done) {
    s.g.bits[mp.curg] = 0;
    return DONE;
  }
  return mutexLock(s, mp);
}

export function onceDone(s: Sched, mp: M, once: Once): number {
  once.done = true;
  return mutexUnlock(s, mp, once.m);
}
