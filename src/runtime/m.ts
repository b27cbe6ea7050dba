// M: a thread of the kernel that runs goroutines when it has a P. What an M does when its thread next has the CPU and
// nothing left to burn is its `act`; every act is one function of run.ts's switch.

import { ZERO_NS } from '../base/zero.ts';
import type { Thread } from '../machine/machine.ts';
import type { P } from './p.ts';
import type { Pipe } from './pipe.ts';

export const ACT_MSTART = 0; // a new thread's first instruction
export const ACT_SCHEDULE = 1; // find a goroutine and run it
export const ACT_STEAL = 2; // a steal round is over: look
export const ACT_STEAL_SLEPT = 3; // back from the short sleep before taking a runnext
export const ACT_RUN = 4; // go on with the current goroutine
export const ACT_COMMIT = 5; // the operation of the current goroutine takes effect
export const ACT_STOPPED = 6; // woken from stopm
export const ACT_LOCKED = 7; // woken from stoplockedm
export const ACT_NETPOLL = 8; // back from a blocking netpoll
export const ACT_SYSCALL = 9; // has computed in the kernel, now waits there
export const ACT_SYSCALL_DONE = 16; // the kernel's part of a system call is over
export const ACT_EXITSYSCALL = 10; // leaving a system call
export const ACT_SYSMON_SLEPT = 11;
export const ACT_SYSMON_NOTE = 12; // sysmon is woken from, or timed out of, its deep sleep
export const ACT_SYSMON = 13; // sysmon goes to sleep
export const ACT_TEMPLATE = 14; // the template thread has something to create, or nothing to do
export const ACT_PREEMPTED = 15; // has handled a preemption signal
export const ACT_RAW = 20; // has computed in a raw system call, now waits there
export const ACT_PIPE = 21; // in the kernel, at a pipe
export const ACT_PARK_LOCKED = 22; // has given its P away, and waits for its goroutine
export const ACT_EXECUTE = 23; // has paid for what it did to find its next goroutine

export class M {
  readonly id: number;
  readonly thread: Thread;
  act = ACT_MSTART;
  curg = -1;
  nextg = -1; // that it has found, and starts when it has paid for that
  nextgInherits = false; // the time slice of who ran before
  p: P | null = null;
  nextp: P | null = null; // given to it before it wakes
  oldp: P | null = null; // that it had before a system call
  spinning = false;
  link: M | null = null; // next on the idle list
  /** ns to add to its next burn: what it did in passing (waking a thread, polling) has a price. */
  debt = ZERO_NS;
  /** The same for the next operation of a goroutine on it. */
  cold = ZERO_NS;

  lockedg = -1;
  lockedInt = 0; // by the runtime (main during start)
  lockedExt = 0; // by LockOSThread, which nests
  parkedLocked = false;
  parkedTemplate = false;
  counted = false; // the template thread: among the system's own
  stopping = false; // goes to the idle list when its burn is over

  syscallNs = ZERO_NS; // of the system call under way: how long it will wait
  pipe: Pipe | null = null; // that it reads or writes in the kernel
  pipeWrites = false;

  // stealWork in progress
  round = 0;
  stealPos = 0;
  stealInc = 0;
  stealLeft = 0; // Ps of this round still to look at
  grabbing = -1; // the runnext it is about to take
  ranTimer = false;
  pollUntil = ZERO_NS; // earliest timer seen while looking; 0: none
  wasSpinning = false;
  pollSince = ZERO_NS; // when it last began to block in the poller

  createdAt = ZERO_NS;
  endedAt = -1;
  reason = 0; // of its creation: index into THREAD_REASONS
  becauseOf = -1; // goid of the goroutine behind it, with its body and index
  becauseBody = 0;
  becauseIndex = 0;

  constructor(id: number, thread: Thread) {
    this.id = id;
    this.thread = thread;
  }
}
