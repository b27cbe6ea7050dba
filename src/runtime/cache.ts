// What CPUs take from each other's caches. Memory that another CPU has used last must come from there, a line of 64 bytes at a time, and
// whoever needs it waits: longer than most operations of the runtime take. So each object remembers the CPU that used it last.
//
// The numbers of lines are those of Go's structures, and fit what two goroutines on two CPUs were measured to lose when both use
// one variable, lock or channel every few hundred ns (Xeon, Go 1.26): 70 to 130 ns for an add, Lock or RLock, 300 to 600 for a send.
// Not Go: cache-lines — reading counts as writing, and what lies beside an object in memory does not count.

import type { M } from './m.ts';
import * as ops from './ops.ts';
import type { Sched } from './sched.ts';

export const CHAN_LINES = 2; // a channel and its lock, and its buffer or whoever waits
export const READY_LINES = 2; // of a goroutine that is made ready: its state, and its place in a queue
export const START_LINES = 3; // of one that starts: it, and the top of its stack

/** Something in memory, with the CPU that used it last; -1: none did. */
interface Cached {
  cpu: number;
}

// Whether an operation waits for what it uses before it takes effect, by operation, and when its CPU has that: a channel, which has a
// lock, from the beginning, so that whoever comes meanwhile waits as well; a word that is changed at once from then on.
export const FETCHES = new Uint8Array(ops.OPS);
export const AT_ONCE = 1;
const LOCKED = 2;
export const LOCKED_NOW = -1;
for (const op of [ops.OP_SEND, ops.OP_RECV, ops.OP_CLOSE]) FETCHES[op] = LOCKED;
for (const op of [ops.OP_LOCK, ops.OP_UNLOCK, ops.OP_RWLOCK, ops.OP_RWUNLOCK, ops.OP_RLOCK, ops.OP_RUNLOCK]) FETCHES[op] = AT_ONCE;
for (const op of [ops.OP_ADD, ops.OP_WAIT]) FETCHES[op] = AT_ONCE;

/** For how long an operation of the goroutine on mp that fetches something waits for it: ns; LOCKED_NOW: it has to try again. */
export function fetching(s: Sched, mp: M, op: number): number {
  const obj = s.g.obj[mp.curg]!;
  if (FETCHES[op] === AT_ONCE) return isFar(changed(s, op, obj), mp) ? s.costs.transfer : 0;
  if (obj < 0) return 0;
  const c = s.objects.channels[obj]!;
  const { now } = s.machine;
  const far = isFar(c, mp);
  if (far && now < c.lockedUntil) return LOCKED_NOW;
  const ns = far ? CHAN_LINES * s.costs.transfer : 0;
  c.cpu = mp.thread.cpu;
  c.lockedUntil = now + ns + s.costs.chanOp;
  return ns;
}

function isFar({ cpu }: Cached, mp: M): boolean {
  return cpu >= 0 && cpu !== mp.thread.cpu;
}

/** The goroutine's operation, which is of those that change a word at once, takes effect. */
export function takes(s: Sched, mp: M, op: number): void {
  changed(s, op, s.g.obj[mp.curg]!).cpu = mp.thread.cpu;
}

function changed({ objects }: Sched, op: number, obj: number): Cached {
  if (op === ops.OP_LOCK || op === ops.OP_UNLOCK) return objects.mutexes[obj]!;
  if (op === ops.OP_ADD || op === ops.OP_WAIT) return objects.waitgroups[obj]!;
  return objects.rwmutexes[obj]!;
}

/** What acts has used a channel in passing, and pays for it afterwards. */
export function fetchChan(s: Sched, c: Cached): void {
  c.cpu = fetched(s, c.cpu, CHAN_LINES);
}

/** What acts has used so many lines that CPU `from` used last, and pays for it afterwards. Returns the CPU that has them now. */
export function fetched(s: Sched, from: number, lines: number): number {
  const { cpu } = s.cur!.thread;
  if (from !== cpu && from >= 0) s.charge(lines * s.costs.transfer);
  return cpu;
}
