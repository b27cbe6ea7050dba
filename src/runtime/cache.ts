// What CPUs take from each other's caches. Memory that another CPU has used last must come from there, a line of 64 bytes at a time, and
// whoever needs it waits, for longer than most operations of the runtime take: why goroutines that do little but communicate gain
// nothing from a second P. So channels, locks, variables and goroutines remember the CPU that used them last.
//
// A word that is changed at once (a mutex, a count of readers) waits for its line and is its CPU's from then on. A channel has a lock:
// its CPU has it from the beginning of an operation, and whoever comes from another CPU meanwhile spins, as Go's lock2 does, and takes
// a line from the owner whenever it looks. Programs recorded for this: test/scorecard/contended-*.yaml and scenarios/prime-sieve.yaml.
// Not Go: cache-lines — reading counts as writing, and what lies beside an object in memory does not count.

import { CHAN_LINES } from './costs.ts';
import type { M } from './m.ts';
import * as ops from './ops.ts';
import type { Sched } from './sched.ts';

export const NO_CPU = -1;
const SEVERAL_CPUS = -2; // in Sched.onlyCpu

/** Something in memory, with the CPU that used it last, or NO_CPU. */
interface Cached {
  cpu: number;
}

/** What an operation uses of memory that others use, too, by operation. */
export const USES = new Uint8Array(ops.OPS);
export const USES_WORD = 1;
const USES_CHANNEL = 2;
for (const op of [ops.OP_SEND, ops.OP_RECV, ops.OP_CLOSE]) USES[op] = USES_CHANNEL;
for (const op of [ops.OP_LOCK, ops.OP_UNLOCK, ops.OP_RWLOCK, ops.OP_RWUNLOCK, ops.OP_RLOCK, ops.OP_RUNLOCK]) USES[op] = USES_WORD;
for (const op of [ops.OP_ADD, ops.OP_WAIT]) USES[op] = USES_WORD;

/** The answer of fetching that means: somebody else is at it, spin and try again. */
export const LOCKED = -1;

/** How many ns an operation of the goroutine on mp, one that uses something, waits for that before it begins. */
export function fetching(s: Sched, mp: M, op: number): number {
  const obj = s.g.obj[mp.curg]!;
  if (USES[op] === USES_WORD) return isFar(wordOf(s, op, obj), mp) ? transfer(s, 1) : 0;
  if (obj < 0) return 0; // the nil channel
  const c = s.objects.channels[obj]!;
  const { now } = s.machine;
  const far = isFar(c, mp);
  if (far && now < c.lockedUntil) {
    c.isWatched = true;
    return LOCKED;
  }
  const ns = transfer(s, far ? CHAN_LINES : c.isWatched ? 1 : 0);
  c.isWatched = false;
  c.cpu = mp.thread.cpu;
  c.lockedUntil = now + ns + s.costs.chanOp;
  return ns;
}

/** How long it takes until so many lines have come. */
function transfer(s: Sched, lines: number): number {
  s.transfers += lines;
  return lines * s.costs.transfer;
}

function isFar({ cpu }: Cached, mp: M): boolean {
  return cpu >= 0 && cpu !== mp.thread.cpu;
}

/** The goroutine's operation, one that uses a word, takes effect. */
export function takeWord(s: Sched, mp: M, op: number): void {
  wordOf(s, op, s.g.obj[mp.curg]!).cpu = mp.thread.cpu;
}

function wordOf({ objects }: Sched, op: number, obj: number): Cached {
  if (op === ops.OP_LOCK || op === ops.OP_UNLOCK) return objects.mutexes[obj]!;
  if (op === ops.OP_ADD || op === ops.OP_WAIT) return objects.waitgroups[obj]!;
  return objects.rwmutexes[obj]!;
}

/** What acts has used so many lines that CPU `from`, or NO_CPU, used last, and pays for it afterwards. Returns the CPU that has them now. */
export function fetched(s: Sched, from: number, lines: number): number {
  const { cpu } = s.cur!.thread;
  if (from !== cpu && from >= 0) s.charge(transfer(s, lines));
  if (cpu !== s.onlyCpu) s.onlyCpu = s.onlyCpu === NO_CPU ? cpu : SEVERAL_CPUS;
  return cpu;
}
