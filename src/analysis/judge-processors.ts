// Judges processors: held by one thread, given to one, idle, or on the way between.

import type { Judge } from './judge.ts';
import { named } from './judge.ts';
import { oldest, P_GIVEN, P_HELD, P_IDLE, P_LOOSE, T_ON_CPU, TAKEN } from './rebuilt.ts';

export function judgeProcStart(j: Judge, m: number, p: number): void {
  const thread = j.thread(m);
  const processor = j.state.processors[p];
  if (thread.status !== T_ON_CPU && !j.beginning) j.complain('cpu', `M${m} on a CPU`, 'it is on none');
  if (thread.p >= 0) j.complain('holding', `M${m} without a processor`, `it holds P${thread.p}`);
  if (processor === undefined) {
    j.complain('holding', `a processor below ${j.gomaxprocs}`, named('P', p));
    return;
  }
  if (processor.status !== P_GIVEN) judgeFree(j, p);
  else if (processor.m !== m) j.complain('holding', `M${processor.m}, which P${p} was given to`, `M${m}`);
  removeIdle(j, p);
  if (thread.p >= 0) release(j, thread.p, P_LOOSE);
  if (processor.status === P_HELD) release(j, p, P_LOOSE);
  processor.status = P_HELD;
  processor.m = m;
  thread.p = p;
}

/** A processor becomes idle: given up by the thread that holds it, or nobody's since it was retaken. */
export function judgeProcStop(j: Judge, m: number, p: number): void {
  const processor = j.state.processors[p];
  if (processor === undefined || processor.status !== P_LOOSE) {
    j.holds(m, p);
    judgeGivingUp(j, m, -1);
  }
  if (processor === undefined) return;
  const { runnext, queue } = processor;
  if (runnext >= 0 || queue.length > 0)
    j.complain('holding', `no goroutine at idle P${p}`, `runnext ${named('G', runnext)}, ${queue.length} queued`);
  release(j, p, P_IDLE);
  removeIdle(j, p);
  j.state.idle.push(p);
}

export function judgeRetake(j: Judge, m: number, p: number): void {
  j.holds(m, p);
  if (j.thread(m).inSyscall < 0) j.complain('holding', `M${m} in a system call`, 'it is in none');
  release(j, p, P_LOOSE);
}

export function judgeHandoff(j: Judge, m: number, p: number, giver: number): void {
  const { state } = j;
  const processor = state.processors[p];
  if (processor === undefined) {
    j.complain('holding', `a processor below ${j.gomaxprocs}`, named('P', p));
    return;
  }
  const target = j.thread(m);
  // A thread on its way to give its processor up and wait for its locked goroutine may have another one coming.
  if (target.p >= 0 && target.locked < 0) j.complain('holding', `M${m} without a processor`, `it holds P${target.p}`);
  if (processor.status === P_HELD) {
    j.holds(giver, p);
    judgeGivingUp(j, giver, target.locked);
  } else {
    judgeFree(j, p);
  }
  // The thread's locked goroutine, found by the giver, comes along with the processor.
  const g = target.locked;
  if (g >= 0 && (processor.runnext === g || oldest(processor.queue) === g || j.thread(giver).taken === g)) state.put(g, TAKEN, m);
  removeIdle(j, p);
  release(j, p, P_GIVEN);
  processor.m = m;
}

/** p is idle and next on the list of idle ones, or nobody's. */
function judgeFree(j: Judge, p: number): void {
  const { status, m } = j.state.processors[p];
  if (status === P_HELD || status === P_GIVEN) {
    j.complain('holding', `a free P${p}`, `it is ${status === P_HELD ? 'held by' : 'given to'} M${m}`);
  } else if (status === P_IDLE) {
    const next = j.state.nextIdle(p);
    if (next !== p) j.complain('holding', `P${next}, idle last`, `P${p}`);
  }
}

/** m gives its processor up: it runs nothing and has taken nothing but what goes along. */
function judgeGivingUp(j: Judge, m: number, along: number): void {
  const thread = j.thread(m);
  if (thread.g >= 0) j.complain('holding', `M${m} without a goroutine when it gives its processor up`, `it runs G${thread.g}`);
  if (thread.taken >= 0 && thread.taken !== along && thread.taken !== thread.locked)
    j.complain('holding', `M${m} to run G${thread.taken}, which it has taken`, 'it gives its processor up');
  thread.left = -1;
}

function removeIdle(j: Judge, p: number): void {
  const { idle } = j.state;
  if (idle.at(-1) === p) idle.pop();
  else if (idle.includes(p)) idle.splice(idle.indexOf(p), 1);
}

function release(j: Judge, p: number, status: number): void {
  const processor = j.state.processors[p];
  if (processor === undefined) return;
  if (processor.status === P_HELD) j.thread(processor.m).p = -1;
  processor.status = status;
  processor.m = -1;
}
