// Pipes of the kernel, read and written a byte at a time.
//
// Not blocking, as os.Pipe makes them: a goroutine that finds nothing to read, or no room, parks until the netpoller says
// otherwise. package os lets one goroutine at a time use an end; the others wait for it as for a lock.
//
// Blocking: the thread waits in the kernel, in a system call like any other, until somebody does something at the other
// end. Several threads may wait, and are woken one by one, the first to come first; one that has woken looks again.
//
// Not Go: pipe-syscalls — what a call that does not block takes is the goroutine's own time, no system call of its own.

import { fail } from '../base/assert.ts';
import { Fifo } from '../base/fifo.ts';
import { PARK_SYSCALL, THREAD_PARK } from '../trace/events.ts';
import type { M } from './m.ts';
import { ACT_PIPE } from './m.ts';
import { descriptorReady } from './netpoll.ts';
import { DONE, gopark, left } from './proc.ts';
import { WAIT_IO, WAIT_SEMACQUIRE } from './profile.ts';
import type { Sched } from './sched.ts';
import { Sema, semaPark, semaWon, semrelease } from './sema.ts';
import { enterKernel, syscallDone } from './syscall.ts';

const CAPACITY = 65_536;
/** The kernel keeps a pipe in pages: when it has been full, there is room again once the oldest page is read. */
const PAGE = 4096;

export const STAGE_PIPE_LOCK = 50; // woken from waiting for the end
export const STAGE_PIPE_READY = 51; // woken by the netpoller

class End {
  inUse = false; // by a goroutine that reads or writes, perhaps parked
  readonly sema = new Sema(); // those that wait for that to end
  parked = -1; // the goroutine that waits for the netpoller
  readonly asleep = new Fifo(); // threads that wait in the kernel, by number
}

export class Pipe {
  readonly blocking: boolean;
  bytes = 0;
  isFull = false;
  readonly reading = new End();
  readonly writing = new End();

  constructor(blocking: boolean) {
    this.blocking = blocking;
  }
}

/** The goroutine on mp reads or writes a byte. */
export function pipeOp(s: Sched, mp: M, pipe: Pipe, writes: boolean): number {
  if (pipe.blocking) {
    enterKernel(s, mp);
    mp.pipe = pipe;
    mp.pipeWrites = writes;
    return left(pipeInKernel(s, mp));
  }
  const end = writes ? pipe.writing : pipe.reading;
  if (end.inUse) return semaPark(s, mp, end.sema, false, WAIT_SEMACQUIRE, STAGE_PIPE_LOCK);
  end.inUse = true;
  return pipeTry(s, mp, pipe, writes);
}

/** The end was in use, and somebody has left it. */
export function pipeLockWoken(s: Sched, mp: M, pipe: Pipe, writes: boolean): number {
  const gp = mp.curg;
  const end = writes ? pipe.writing : pipe.reading;
  if (!semaWon(s, gp, end.sema)) return semaPark(s, mp, end.sema, false, WAIT_SEMACQUIRE, STAGE_PIPE_LOCK);
  s.g.stage[gp] = 0;
  return pipeOp(s, mp, pipe, writes);
}

/** A read or write that does not block, by the goroutine that has the end. */
export function pipeTry(s: Sched, mp: M, pipe: Pipe, writes: boolean): number {
  const gp = mp.curg;
  const end = writes ? pipe.writing : pipe.reading;
  if (!move(s, pipe, writes)) {
    s.netpollInited = true;
    s.netpollWaiters++;
    end.parked = gp;
    s.g.stage[gp] = STAGE_PIPE_READY;
    return gopark(s, mp, WAIT_IO);
  }
  end.inUse = false;
  if (end.sema.head >= 0) semrelease(s, end.sema, false);
  return DONE;
}

/** The thread of mp is in the kernel: it moves its byte, or sleeps until it may be able to. */
export function pipeInKernel(s: Sched, mp: M): boolean {
  const pipe = mp.pipe;
  if (pipe === null) return fail('pipeInKernel', `M ${mp.id} is at no pipe`);
  if (move(s, pipe, mp.pipeWrites)) {
    mp.pipe = null;
    if (mp.pipeWrites && !pipe.isFull) wakeThread(s, pipe.writing); // room for another one
    return syscallDone(s, mp);
  }
  s.trace(THREAD_PARK, mp.id, -1, -1, PARK_SYSCALL, -1);
  mp.act = ACT_PIPE;
  (mp.pipeWrites ? pipe.writing : pipe.reading).asleep.push(mp.id);
  s.machine.block(mp.thread);
  return false;
}

/** Moves a byte and tells whoever waits at the other end. False: it cannot be. */
function move(s: Sched, pipe: Pipe, writes: boolean): boolean {
  if (writes) {
    if (pipe.isFull) return false;
    if (++pipe.bytes === CAPACITY) pipe.isFull = true;
    wakeEnd(s, pipe.reading);
  } else {
    if (pipe.bytes === 0) return false;
    if (--pipe.bytes <= CAPACITY - PAGE) pipe.isFull = false;
    if (!pipe.isFull) wakeEnd(s, pipe.writing);
  }
  return true;
}

function wakeEnd(s: Sched, end: End): void {
  const gp = end.parked;
  if (gp >= 0) {
    end.parked = -1;
    descriptorReady(s, gp);
  }
  wakeThread(s, end);
}

function wakeThread(s: Sched, end: End): void {
  if (end.asleep.length === 0) return;
  s.machine.wake(s.allm[end.asleep.shift()]!.thread, s.jitter(s.costs.futexWakeLatency));
  s.charge(s.jitter(s.costs.pipeWake));
}
