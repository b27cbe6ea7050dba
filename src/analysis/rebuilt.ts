// The state of a run as its event log tells it: where every goroutine is, the queues, who holds which processor, which
// thread is on which CPU. The validator moves it row by row and complains where a row cannot follow from it.

import { Fifo } from '../base/fifo.ts';

/** Where a goroutine is. Exactly one of these; `at` says of which processor, thread or nothing (-1). */
export const NOWHERE = 0; // not created, or finished
export const IN_RUNNEXT = 1; // of processor at
export const IN_LOCAL = 2; // queue of processor at
export const IN_GLOBAL = 3;
export const TAKEN = 4; // out of every queue, next to run on thread at
export const RUNNING = 5; // on thread at
export const IN_SYSCALL = 6; // on thread at
export const PARKED = 7; // blocked; at: the thread it left
export const OVERFLOWING = 8; // did not fit into the local queue of processor at

const PLACES = [
  'not alive',
  'in runnext of P',
  'in the local queue of P',
  'in the global queue',
  'taken by M',
  'running on M',
  'in a system call on M',
  'parked, last on M',
  'too many for the local queue of P',
];

export class Goroutine {
  place = NOWHERE;
  at = -1;
  lockedTo = -1; // thread
}

/** What becomes of a processor. */
export const P_IDLE = 0; // on the list of idle ones
export const P_HELD = 1; // by thread m
export const P_GIVEN = 2; // to thread m, which has not taken it yet
export const P_LOOSE = 3; // taken from a system call; nobody's until it is given to a thread or idle

export class Processor {
  readonly id: number;
  status = P_IDLE;
  m = -1;
  runnext = -1;
  queue = new Fifo();
  tick = 0; // starts that began a time slice, from an unknown number on
  turn = -1; // what tick modulo 61 is when the global queue's turn comes; -1: not seen yet

  constructor(id: number) {
    this.id = id;
  }
}

/** What a thread does for the kernel. */
export const T_NEW = 0; // created, not yet started
export const T_WAITING = 1; // runnable
export const T_ON_CPU = 2;
export const T_ASLEEP = 3;
export const T_GONE = 4;
export const T_THROTTLED = 5; // by a CPU without runtime

export class ThreadState {
  readonly id: number;
  status = T_NEW;
  cpu = -1;
  heldBy = -1; // CPU on which it is throttled
  releasedAt = -1; // when that was over last
  parkedFor = -1; // PARK_* from the park until the wake, -1: not parked
  backedOff = false; // it has slept shortly before taking a runnext, and taken nothing since
  p = -1; // processor it holds
  g = -1; // goroutine that runs on it
  inSyscall = -1; // goroutine whose system call it is in
  taken = -1; // goroutine it has taken and is to run next
  inherits = -1; // whether that inherits the time slice, where a row has told
  left = -1; // goroutine that parked here last and may be resumed in place
  spinning = false;
  stoleTimers = false; // it has run timers while it spun: what they woke runs without a look at the global queue
  locked = -1; // goroutine locked to it
  ended = false; // a threadExit was seen
  doomed = false; // its locked goroutine has ended: it will run no other

  constructor(id: number) {
    this.id = id;
  }
}

export class Rebuilt {
  readonly goroutines: Goroutine[] = [];
  readonly processors: Processor[];
  readonly threads: ThreadState[] = [];
  readonly cpus: number[]; // thread on each, -1: none
  global = new Fifo();
  readonly idle: number[]; // processors, the next to be taken at the end
  /** Which end of the first idle processors is taken first differs between versions: known with the first one taken. */
  knowsIdleOrder = false;

  constructor(gomaxprocs: number, cpus: number) {
    this.processors = Array.from({ length: gomaxprocs }, (_, id) => new Processor(id));
    this.cpus = new Array<number>(cpus).fill(-1);
    this.idle = Array.from({ length: gomaxprocs }, (_, i) => gomaxprocs - 1 - i);
  }

  /** The idle processor whose turn it is, if `wanted` may be that. */
  nextIdle(wanted: number): number {
    const { idle } = this;
    const untouched = this.processors.length - 1; // all but that of the first thread
    if (!this.knowsIdleOrder && idle.length <= untouched) {
      this.knowsIdleOrder = true;
      if (idle[0] === wanted) idle.reverse();
    }
    return idle.at(-1) ?? -1;
  }

  goroutine(g: number): Goroutine {
    let found = this.goroutines[g];
    if (found === undefined) {
      found = new Goroutine();
      this.goroutines[g] = found;
    }
    return found;
  }

  /** Takes a goroutine out of where it is, wherever that may be. */
  leave(g: number): void {
    const it = this.goroutine(g);
    const { place, at } = it;
    if (place === IN_RUNNEXT) this.processors[at].runnext = -1;
    else if (place === IN_LOCAL) this.processors[at].queue = without(this.processors[at].queue, g);
    else if (place === IN_GLOBAL) this.global = without(this.global, g);
    else if (place === TAKEN) this.threads[at].taken = -1;
    else if (place === RUNNING) this.threads[at].g = -1;
    else if (place === IN_SYSCALL) this.threads[at].inSyscall = -1;
    it.place = NOWHERE;
    it.at = -1;
  }

  put(g: number, place: number, at: number): void {
    this.leave(g);
    const it = this.goroutines[g];
    it.place = place;
    it.at = at;
    if (place === IN_RUNNEXT) this.processors[at].runnext = g;
    else if (place === IN_LOCAL) this.processors[at].queue.push(g);
    else if (place === IN_GLOBAL) this.global.push(g);
    else if (place === TAKEN) this.threads[at].taken = g;
    else if (place === RUNNING) this.threads[at].g = g;
    else if (place === IN_SYSCALL) this.threads[at].inSyscall = g;
    else if (place === PARKED) this.threads[at].left = g;
  }

  /** `G5 in the local queue of P1` */
  whereIs(g: number): string {
    const it = this.goroutines[g];
    if (it === undefined) return `G${g} was never created`;
    return describePlace(g, it.place, it.at);
  }
}

export function describePlace(g: number, place: number, at: number): string {
  return `G${g} ${PLACES[place]}${place !== IN_GLOBAL && place !== NOWHERE && at >= 0 ? at : ''}`;
}

/** The oldest of a queue, -1 when it is empty. */
export function oldest(queue: Fifo): number {
  return queue.length > 0 ? queue.at(0) : -1;
}

/** The queue without g: its oldest, unless something went wrong. */
function without(queue: Fifo, g: number): Fifo {
  if (oldest(queue) === g) {
    queue.shift();
    return queue;
  }
  const rest = new Fifo();
  for (let i = 0; i < queue.length; i++) if (queue.at(i) !== g) rest.push(queue.at(i));
  return rest;
}
