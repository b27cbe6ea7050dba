// Judges threads: they come, sleep, wake and go, on CPUs that run one each, and spin in turn.

import * as ev from '../trace/events.ts';
import type { Judge } from './judge.ts';
import { describeThread } from './judge.ts';
import { judgeUnthrottled } from './judge-quota.ts';
import { judgeDequeue, judgeFreeOfNeighbours, judgeLeavesCpu } from './judge-sharing.ts';
import { T_ASLEEP, T_GONE, T_NEW, T_ON_CPU, T_WAITING, ThreadState } from './rebuilt.ts';

export function judgeThreadCreate(j: Judge, m: number, reason: number): void {
  if (j.state.threads[m] !== undefined) j.complain('threads', 'a new thread', `M${m}, which exists`);
  if (ev.THREAD_REASONS[reason] === undefined) j.complain('threads', 'a reason', `${reason}`);
  j.state.threads[m] = new ThreadState(m);
}

export function judgeThreadExit(j: Judge, m: number): void {
  const thread = j.known(m);
  if (thread.ended) j.complain('threads', `M${m} alive`, 'it has ended before');
  if (thread.p >= 0) j.complain('threads', `M${m} without a processor`, `it holds P${thread.p}`);
  if (thread.g >= 0 || thread.inSyscall >= 0) {
    j.complain('threads', `M${m} without a goroutine`, `it has G${Math.max(thread.g, thread.inSyscall)}`);
  }
  thread.ended = true;
}

export function judgePark(j: Judge, m: number, reason: number): void {
  const thread = j.known(m);
  if (thread.status !== T_ON_CPU && !j.beginning) j.complain('cpu', `M${m} on a CPU`, describeThread(thread));
  if (thread.parkedFor >= 0) j.complain('threads', `M${m} awake`, 'it sleeps already');
  if (ev.PARKS[reason] === undefined) j.complain('threads', 'one of PARK_*', `${reason}`);
  if (reason === ev.PARK_RAW) judgeRawPark(j, m, thread);
  else if (thread.g >= 0) j.complain('threads', `no goroutine on M${m} when it sleeps`, `G${thread.g}`);
  if (thread.inSyscall >= 0 !== (reason === ev.PARK_SYSCALL)) {
    const has = thread.inSyscall < 0 ? 'it is in none' : `it is in that of G${thread.inSyscall}`;
    j.complain('threads', `M${m} ${reason === ev.PARK_SYSCALL ? 'in a' : 'in no'} system call`, has);
  }
  if (reason !== ev.PARK_SYSCALL && reason !== ev.PARK_USLEEP && reason !== ev.PARK_RAW) {
    if (thread.p >= 0) j.complain('holding', `M${m} without a processor when it sleeps (${ev.PARKS[reason]})`, `it holds P${thread.p}`);
    if (thread.taken >= 0) j.complain('places', `M${m} to run G${thread.taken}, which it has taken`, 'it sleeps');
    if (thread.spinning) j.complain('spinning', `M${m} to have stopped spinning`, 'it sleeps');
  }
  if (reason === ev.PARK_LOCKED && thread.locked < 0 && !thread.doomed)
    j.complain('locked', `a goroutine locked to M${m}`, 'there is none');
  if (thread.status === T_NEW) thread.status = T_ASLEEP;
  thread.parkedFor = reason;
  thread.backedOff = reason === ev.PARK_USLEEP;
  thread.left = -1;
}

/** In a raw system call the goroutine and the processor stay with the thread. */
function judgeRawPark(j: Judge, m: number, thread: ThreadState): void {
  if (thread.g < 0) j.complain('threads', `a goroutine on M${m} that makes a raw system call`, 'none');
  if (thread.p < 0) j.complain('holding', `M${m} with a processor`, 'it holds none');
}

export function judgeWake(j: Judge, m: number): void {
  const thread = j.known(m);
  if (thread.status !== T_ASLEEP && thread.status !== T_NEW) j.complain('threads', `M${m} asleep`, describeThread(thread));
  thread.parkedFor = -1;
  thread.status = T_WAITING;
}

export function judgeOnCpu(j: Judge, m: number, cpu: number): void {
  const thread = j.known(m);
  const { cpus } = j.state;
  j.beginning = false;
  if (cpu < 0 || cpu >= cpus.length) j.complain('cpu', `a CPU below ${cpus.length}`, `CPU ${cpu}`);
  else if (cpus[cpu] >= 0) j.complain('cpu', `CPU ${cpu} free`, `M${cpus[cpu]} is on it`);
  if (thread.status !== T_WAITING && thread.status !== T_NEW) j.complain('cpu', `M${m} runnable`, describeThread(thread));
  judgeUnthrottled(j, cpu);
  judgeFreeOfNeighbours(j, cpu);
  judgeDequeue(j, m, cpu);
  cpus[cpu] = m;
  thread.cpu = cpu;
  thread.status = T_ON_CPU;
}

export function judgeOffCpu(j: Judge, m: number, cpu: number, preempted: number): void {
  const thread = j.known(m);
  if (thread.cpu !== cpu) j.complain('cpu', `M${m} on CPU ${cpu}`, describeThread(thread));
  const rests = thread.parkedFor >= 0 || thread.ended;
  if (rests !== (preempted === 0)) {
    j.complain(
      'threads',
      `M${m} ${rests ? 'not preempted' : 'preempted'}: it ${rests ? 'sleeps or has ended' : 'is awake'}`,
      `b ${preempted}`,
    );
  }
  j.quota.ends(j, cpu);
  judgeLeavesCpu(j, m, cpu, preempted === 1);
  j.state.cpus[cpu] = -1;
  thread.cpu = -1;
  thread.status = thread.ended ? T_GONE : preempted === 1 ? T_WAITING : T_ASLEEP;
}

export function judgeSpin(j: Judge, m: number, starts: boolean): void {
  const thread = j.known(m);
  if (thread.spinning === starts) j.complain('spinning', `M${m} ${starts ? 'not ' : ''}spinning`, `it ${starts ? 'spins' : 'does not'}`);
  if (thread.g >= 0) j.complain('spinning', `M${m} without a goroutine`, `it runs G${thread.g}`);
  thread.spinning = starts;
}
