// A second mind about the scheduler: it sees the event log and nothing of the engine, rebuilds who is where row by row,
// and says which rows cannot be. Its rules come from what the rows mean (trace/events.ts) and from Go:
//
//   places      a goroutine is in one place; what runs, parks, ends, is readied or queued is where that can happen
//   order       goroutines leave a queue oldest first, runnext before the queue, and what was taken runs next; every
//               61st time slice of a processor the global queue comes first
//   inherit     only what comes from runnext, or resumes in place, inherits a time slice
//   shares      sizes of what is taken from the global queue or stolen; half a full queue overflows, and no other does
//   holding     a processor has one thread and a thread one processor; what the rows say a thread does with a
//               processor, it holds; idle processors have no goroutines, and are taken last in, first out
//   cpu         a CPU runs one thread, and only a thread on a CPU does anything
//   threads     come, sleep, wake and go in that order; a sleeping one holds only what its reason allows
//   spinning    begins and ends in turn; a thread that runs goroutines or sleeps does not spin
//   locked      a locked goroutine runs on its thread only, and that thread runs nothing else
//   connections are accepted in the number that arrived, and answered once, by goroutines that run
//   timers      run when they are due, and for goroutines that sleep; spans are measured by goroutines that run
//   quota       a limit's pool is filled once a period; a CPU runs on what it took out of it, in slices, and is throttled
//               only when neither has anything left
//   sharing     a thread waits for a CPU only where none is idle, and moves to another that has nobody to run; neighbours'
//               threads are on one CPU each
//   end         nothing happens after the outcome
//
// After a complaint the row is believed as far as it goes, so that one error is not reported a hundred times.

import * as ev from '../trace/events.ts';
import type { EventLog, EventRecord } from '../trace/log.ts';
import type { ValidateOptions, Violation } from './judge.ts';
import { Judge } from './judge.ts';
import { judgeAccept, judgeArrive, judgeReply } from './judge-connections.ts';
import {
  enqueue,
  judgeEnd,
  judgeGlobalGet,
  judgeLeave,
  judgeLock,
  judgeOverflow,
  judgeStart,
  judgeSteal,
  judgeStealNext,
  judgeTake,
  judgeUnlock,
  toLocal,
} from './judge-goroutines.ts';
import { judgeHandoff, judgeProcStart, judgeProcStop, judgeRetake } from './judge-processors.ts';
import { judgePeriods, judgeRelease, judgeRuntime, judgeThrottle } from './judge-quota.ts';
import { judgeNeighbour, judgeQueue } from './judge-sharing.ts';
import { judgeOffCpu, judgeOnCpu, judgePark, judgeSpin, judgeThreadCreate, judgeThreadExit, judgeWake } from './judge-threads.ts';
import { IN_GLOBAL, IN_SYSCALL, NOWHERE, PARKED, RUNNING } from './rebuilt.ts';

const MOST = 20;

/** What is wrong with a run, at most 20 things; nothing when it obeys the rules. */
export function validate(log: EventLog, options: ValidateOptions): Violation[] {
  const judge = new Judge(options, MOST);
  let over = false;
  log.forEach((row) => {
    if (judge.isFull) return;
    judge.row++;
    judge.event = ev.EVENTS[row.kind]?.name ?? `kind ${row.kind}`;
    if (over) judge.complain('end', 'nothing after the outcome', 'a row');
    judge.at = row.at;
    judge.quota.tick(judge);
    judge.sharing.tick(judge);
    if (judge.overflowing >= 0 && judgeOverflow(judge, row.kind, row.p, row.g, row.a)) return;
    judgeRow(judge, row);
    if (row.kind === ev.OUTCOME) over = true;
  });
  if (judge.overflowing >= 0) judge.complain('shares', `runqOverflow with G${judge.overflowing}`, 'the end of the log');
  return judge.found;
}

/** `row 12, 300 ns, goStart: order: expected …, got …` */
export function describeViolation(violation: Violation): string {
  const { row, at, event, rule, expected, got } = violation;
  return `row ${row}, ${at} ns, ${event}: ${rule}: expected ${expected}, got: ${got}`;
}

function judgeRow(j: Judge, row: EventRecord): void {
  const { m, p, g, a, b } = row;
  const { state } = j;
  switch (row.kind) {
    case ev.GO_CREATE:
      j.acting(m, p);
      j.place(g, NOWHERE, -1);
      if (j.thread(m).spinning) j.thread(m).stoleTimers = true;
      enqueue(j, m, p, g, b);
      break;
    case ev.GO_START:
      judgeStart(j, m, p, g, a);
      break;
    case ev.GO_TAKE:
      judgeTake(j, m, p, g, a);
      break;
    case ev.GO_SCHED:
    case ev.GO_PREEMPT:
      judgeLeave(j, m, p, g);
      state.put(g, IN_GLOBAL, -1);
      break;
    case ev.GO_YIELD:
      judgeLeave(j, m, p, g);
      toLocal(j, p, g);
      break;
    case ev.GO_BLOCK:
      judgeLeave(j, m, p, g);
      state.put(g, PARKED, m);
      break;
    case ev.GO_UNBLOCK:
    case ev.GO_INJECT:
      j.acting(m, p);
      if (row.kind === ev.GO_UNBLOCK && j.thread(m).spinning) j.thread(m).stoleTimers = true;
      j.place(g, PARKED, -1);
      enqueue(j, m, p, g, b);
      break;
    case ev.GO_END:
      judgeEnd(j, m, p, g);
      break;
    case ev.GO_SYSCALL:
      judgeLeave(j, m, p, g);
      state.put(g, IN_SYSCALL, m);
      break;
    case ev.GO_SYSCALL_EXIT:
      j.acting(m, p);
      j.place(g, IN_SYSCALL, m);
      state.put(g, RUNNING, m);
      break;
    case ev.GO_SYSCALL_BLOCKED:
      j.acting(m, -1);
      j.place(g, IN_SYSCALL, m);
      state.put(g, IN_GLOBAL, -1);
      break;
    case ev.RUNQ_OVERFLOW:
      j.complain('shares', `a full local queue of P${p}`, `${state.processors[p]?.queue.length} of ${j.runqsize}`);
      break;
    case ev.GLOBAL_GET:
      judgeGlobalGet(j, m, p, a);
      break;
    case ev.STEAL:
      judgeSteal(j, m, p, a, b);
      break;
    case ev.STEAL_NEXT:
      judgeStealNext(j, m, p, g, a);
      break;
    case ev.PROC_START:
      judgeProcStart(j, m, p);
      break;
    case ev.PROC_STOP:
      judgeProcStop(j, m, p);
      break;
    case ev.PROC_RETAKE:
      judgeRetake(j, m, p);
      break;
    case ev.PROC_HANDOFF:
      judgeHandoff(j, m, p, a);
      break;
    case ev.THREAD_CREATE:
      judgeThreadCreate(j, m, a);
      break;
    case ev.THREAD_EXIT:
      judgeThreadExit(j, m);
      break;
    case ev.THREAD_PARK:
      judgePark(j, m, a);
      break;
    case ev.THREAD_WAKE:
      judgeWake(j, m);
      break;
    case ev.THREAD_ON_CPU:
      judgeOnCpu(j, m, a);
      break;
    case ev.THREAD_OFF_CPU:
      judgeOffCpu(j, m, a, b);
      break;
    case ev.SPIN_START:
    case ev.SPIN_STOP:
      judgeSpin(j, m, row.kind === ev.SPIN_START);
      break;
    case ev.GO_LOCK_THREAD:
      judgeLock(j, m, g);
      break;
    case ev.GO_UNLOCK_THREAD:
      judgeUnlock(j, m, g);
      break;
    case ev.CONN_ARRIVE:
      judgeArrive(j, a);
      break;
    case ev.CONN_ACCEPT:
      judgeAccept(j, m, p, g, a);
      break;
    case ev.CONN_REPLY:
      judgeReply(j, m, p, g, a);
      break;
    case ev.QUOTA_PERIODS:
      judgePeriods(j, a, b);
      break;
    case ev.QUOTA_RUNTIME:
      judgeRuntime(j, m, a, b);
      break;
    case ev.THREAD_THROTTLE:
      judgeThrottle(j, m, a, b);
      break;
    case ev.THREAD_RELEASE:
      judgeRelease(j, m, a, b);
      break;
    case ev.THREAD_QUEUE:
      judgeQueue(j, m, a);
      break;
    case ev.NEIGHBOUR_ON:
    case ev.NEIGHBOUR_OFF:
      judgeNeighbour(j, a, b, row.kind === ev.NEIGHBOUR_ON);
      break;
    case ev.OUTCOME:
      if (ev.OUTCOMES[a] === undefined) j.complain('end', 'an outcome', `${a}`);
      break;
    case ev.TIMER_FIRE:
      j.acting(m, p);
      if (g >= 0) j.place(g, PARKED, -1);
      if (a < 0) j.complain('timers', 'a timer that was due', `one due in ${-a} ns`);
      break;
    case ev.NET_READY:
      j.place(g, PARKED, -1);
      break;
    case ev.SPAN_END:
      j.place(g, RUNNING, -1);
      break;
    default:
      j.complain('places', 'a kind of event', `${row.kind}`);
  }
}
