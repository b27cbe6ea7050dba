// The runtime as the machine sees it: a thread is resumed and its M does its act, again and again while that takes no
// waiting. And the operations: each is charged first and takes effect as a whole at the end of that.

import { fail } from '../base/assert.ts';
import type { Client, Thread } from '../machine/machine.ts';
import { fetching, LOCKED, takeWord, USES, USES_WORD } from './cache.ts';
import { chanrecv, chansend, chanWoken, closechan, STAGE_CHAN, STAGE_CHAN_RECV } from './chan.ts';
import { goPanic } from './fatal.ts';
import { netpollReturned, schedule, stealWork } from './find.ts';
import { Grunning } from './g.ts';
import { accept, acceptLockWoken, arrive, FIRST_ITEM, reply, STAGE_ACCEPT, STAGE_ACCEPT_LOCK } from './listener.ts';
import type { M } from './m.ts';
import * as act from './m.ts';
import { descriptorReady } from './netpoll.ts';
import * as ops from './ops.ts';
import { KIND_GOROUTINE } from './p.ts';
import { pipeInKernel, pipeLockWoken, pipeOp, pipeTry, STAGE_PIPE_LOCK, STAGE_PIPE_READY } from './pipe.ts';
import { burn, DONE, endRun, executeFound, executeSoon, goexit, gopark, goschedImpl, LEFT, left, newproc, WAITING } from './proc.ts';
import { WAIT_IO } from './profile.ts';
import type { Sched } from './sched.ts';
import { STAGE_SELECT, selectgo, selectWoken } from './select.ts';
import { begin } from './setup.ts';
import { systemStep } from './start.ts';
import * as sync from './sync.ts';
import { entersyscall, exitsyscall, rawSleep, rawSyscall, syscallDone, syscallSleep } from './syscall.ts';
import { sysmonNote, sysmonSleep, sysmonSlept } from './sysmon.ts';
import { lockOSThread, mstart, parkLocked, stopm, takeNextp, templateThread, unlockOSThread } from './threads.ts';
import { STAGE_TIMER_RECV, timerRecvWoken } from './timer-chan.ts';
import { afterFunc, timerReset, timerStop, timeSleep } from './timers.ts';

const STAGE_CPU = 1; // a burst was interrupted; val: what is left of it
const STAGE_NET = 2; // the descriptor is ready
const STAGE_CALL = 3; // was preempted on the way into the operation
const STAGE_LOCKED = 4; // found that somebody else was in the middle of an operation

/** Most of what a thread touches first is the scheduler's: in hand-overs a fifth was the goroutine's (traces, Xeon, Go 1.26). */
const COLD_GOROUTINE = 1 / 5;

/** The runtime's side of the machine. */
export class Runtime implements Client {
  private readonly s: Sched;

  constructor(s: Sched) {
    this.s = s;
    // what an operation costs before it takes effect; bursts and calls bring their own time
    const cost = this.cost;
    const c = s.costs;
    cost[ops.OP_SYSCALL] = c.syscallEnter;
    cost[ops.OP_NET] = c.netWait;
    cost[ops.OP_ACCEPT] = c.accept;
    cost[ops.OP_REPLY] = c.netRead;
    cost[ops.OP_SLEEP] = c.timerAdd;
    cost[ops.OP_SEND] = c.chanOp;
    cost[ops.OP_RECV] = c.chanOp;
    cost[ops.OP_CLOSE] = c.chanClose;
    cost[ops.OP_SELECT] = c.select;
    cost[ops.OP_LOCK] = c.lock;
    cost[ops.OP_UNLOCK] = c.lock;
    cost[ops.OP_RWLOCK] = c.rwlock;
    cost[ops.OP_RWUNLOCK] = c.rwlock;
    cost[ops.OP_RLOCK] = c.rlock;
    cost[ops.OP_RUNLOCK] = c.rlock;
    cost[ops.OP_ADD] = c.waitgroup;
    cost[ops.OP_WAIT] = c.waitgroup;
    cost[ops.OP_COND_WAIT] = c.cond;
    cost[ops.OP_SIGNAL] = c.cond;
    cost[ops.OP_BROADCAST] = c.cond;
    cost[ops.OP_ONCE] = c.once;
    cost[ops.OP_ONCE_DONE] = c.once;
    cost[ops.OP_GO] = c.go;
    cost[ops.OP_AFTER_FUNC] = c.afterFunc;
    cost[ops.OP_STOP_TIMER] = c.timerStop;
    cost[ops.OP_RESET_TIMER] = c.timerReset;
    cost[ops.OP_READ] = c.netRead;
    cost[ops.OP_READ_AGAIN] = c.netRead;
    cost[ops.OP_WRITE] = c.pipeWrite;
    cost[ops.OP_WRITE_AGAIN] = c.pipeWrite;
    cost[ops.OP_CGO] = c.syscallEnter;
    cost[ops.OP_LOCK_OS_THREAD] = c.lockOSThread;
    cost[ops.OP_UNLOCK_OS_THREAD] = c.lockOSThread;
  }

  private readonly cost = new Float64Array(ops.OPS);

  resume(thread: Thread): void {
    const s = this.s;
    const mp = s.allm[thread.id]!;
    s.cur = mp;
    if (thread.hasWoken) {
      thread.hasWoken = false;
      if (mp !== s.sysmonM) {
        // sysmon's looks were measured with it
        mp.cold = Math.floor(s.costs.cold * COLD_GOROUTINE);
        mp.debt += s.costs.cold - mp.cold;
      }
    }
    while (s.end === null) {
      // the two acts that alternate most come first
      if (mp.act === act.ACT_RUN) {
        if (!this.runG(mp)) return;
      } else if (mp.act === act.ACT_SCHEDULE) {
        if (!schedule(s, mp)) return;
      } else if (!this.doAct(mp)) {
        return;
      }
    }
  }

  private doAct(mp: M): boolean {
    const s = this.s;
    switch (mp.act) {
      case act.ACT_COMMIT:
        return this.settle(mp, this.commit(mp, s.g.op[mp.curg]!));
      case act.ACT_EXECUTE:
        return executeFound(s, mp);
      case act.ACT_STEAL:
      case act.ACT_STEAL_SLEPT:
        return stealWork(s, mp);
      case act.ACT_STOPPED:
        if (mp.stopping) {
          mp.stopping = false;
          return stopm(s, mp);
        }
        takeNextp(s, mp);
        return schedule(s, mp);
      case act.ACT_PARK_LOCKED:
        return parkLocked(s, mp);
      case act.ACT_NETPOLL:
        return netpollReturned(s, mp);
      case act.ACT_SYSCALL:
        return syscallSleep(s, mp);
      case act.ACT_SYSCALL_DONE:
        return syscallDone(s, mp);
      case act.ACT_RAW:
        return rawSleep(s, mp);
      case act.ACT_PIPE:
        return pipeInKernel(s, mp);
      case act.ACT_EXITSYSCALL:
        return exitsyscall(s, mp);
      case act.ACT_PREEMPTED:
        return this.preempted(mp);
      case act.ACT_LOCKED:
        takeNextp(s, mp);
        return executeSoon(s, mp, mp.lockedg, false);
      case act.ACT_MSTART:
        return mstart(s, mp);
      case act.ACT_SYSMON:
        return sysmonSleep(s, mp);
      case act.ACT_SYSMON_SLEPT:
        return sysmonSlept(s, mp);
      case act.ACT_SYSMON_NOTE:
        return sysmonNote(s, mp);
      case act.ACT_TEMPLATE:
        return templateThread(s, mp);
      default:
        return fail('Runtime.doAct', `M ${mp.id} has act ${mp.act}`);
    }
  }

  /** What an operation's step said: whether the M goes on now. */
  private settle(mp: M, result: number): boolean {
    if (result === DONE) {
      mp.act = act.ACT_RUN;
      return true;
    }
    return result === LEFT;
  }

  /** The goroutine on mp goes on: one operation after the other, while time can simply move on. */
  private runG(mp: M): boolean {
    const s = this.s;
    const g = s.g;
    const work = s.work;
    const machine = s.machine;
    mp.debt += mp.cold;
    mp.cold = 0;
    for (;;) {
      if (s.unseen && machine.now + s.aheadNs < machine.horizon) work.ahead(s, mp);
      const gp = mp.curg;
      let result = DONE;
      if (g.stage[gp] !== 0) {
        result = this.goOn(mp, g.stage[gp]!);
        if (result !== DONE) return result === LEFT;
      }
      // seen at a function call
      if (g.preempt[gp] !== 0 && (g.op[gp] !== ops.OP_NONE || !s.setup.asyncpreemptoff)) return this.settle(mp, goschedImpl(s, mp, true));
      const op = work.next(gp);
      g.op[gp] = op;
      const before = work.roundNs;
      work.roundNs = 0;
      let ns = before + this.cost[op]!;
      if (op === ops.OP_CPU) ns += g.val[gp]!;
      else if (op === ops.OP_SELECT) ns += work.cases.count * s.costs.selectCase;
      else if (USES[op] !== 0) {
        const wait = fetching(s, mp, op);
        if (wait === LOCKED) {
          g.stage[gp] = STAGE_LOCKED;
          if (!this.spin(mp, before)) return false;
          continue;
        }
        ns += wait;
      }
      const end = machine.now + ns;
      if (end < machine.horizon && mp.debt === 0 && mp.p!.kind === KIND_GOROUTINE && machine.steps < machine.mostSteps) {
        machine.now = end; // as burn, where nothing is in the way
        machine.steps++;
      } else if (!burn(s, mp, ns, KIND_GOROUTINE, act.ACT_COMMIT)) {
        return false;
      }
      if (op !== ops.OP_CPU) result = this.commit(mp, op);
      if (result !== DONE) return result === LEFT;
    }
  }

  /** Somebody on another CPU is in the middle of an operation that excludes this one's. `ns`: of computing before it. */
  private spin(mp: M, ns: number): boolean {
    return burn(this.s, mp, ns + Math.max(1, this.s.costs.mutexSpin), KIND_GOROUTINE, act.ACT_RUN);
  }

  /** The operation takes effect. */
  private commit(mp: M, op: number): number {
    const s = this.s;
    const g = s.g;
    const gp = mp.curg;
    const obj = g.obj[gp]!;
    const o = s.objects;
    if (USES[op] === USES_WORD) takeWord(s, mp, op);
    switch (op) {
      case ops.OP_NONE:
      case ops.OP_CPU:
        return DONE;
      case ops.OP_SEND:
        return chansend(s, mp, obj);
      case ops.OP_RECV:
        return chanrecv(s, mp, obj);
      case ops.OP_CLOSE:
        return closechan(s, mp, obj);
      case ops.OP_SELECT:
        return selectgo(s, mp);
      case ops.OP_GO:
        newproc(s, mp, gp);
        return DONE;
      case ops.OP_END:
        return goexit(s, mp);
      case ops.OP_SYSCALL:
        return entersyscall(s, mp, g.val[gp]!, obj);
      case ops.OP_NET:
        return this.net(mp, g.val[gp]!);
      case ops.OP_SLEEP:
        return g.val[gp]! > 0 ? timeSleep(s, mp, g.val[gp]!) : DONE;
      case ops.OP_ACCEPT:
        return accept(s, mp, o.listeners[obj]!);
      case ops.OP_REPLY:
        return reply(s, mp);
      case ops.OP_LOCK:
      case ops.OP_RWLOCK:
        return sync.mutexLock(s, mp);
      case ops.OP_UNLOCK:
        return sync.mutexUnlock(s, mp, o.mutexes[obj]!);
      case ops.OP_RWUNLOCK:
        return sync.rwunlock(s, mp, o.rwmutexes[obj]!);
      case ops.OP_RLOCK:
        return sync.rlock(s, mp, o.rwmutexes[obj]!);
      case ops.OP_RUNLOCK:
        return sync.runlock(s, o.rwmutexes[obj]!);
      case ops.OP_ADD:
        return sync.wgAdd(s, mp, o.waitgroups[obj]!, g.val[gp]!);
      case ops.OP_WAIT:
        return sync.wgWait(s, mp, o.waitgroups[obj]!);
      case ops.OP_COND_WAIT:
        return sync.condWait(s, mp, o.conds[obj]!);
      case ops.OP_SIGNAL:
        return sync.condSignal(s, o.conds[obj]!);
      case ops.OP_BROADCAST:
        return sync.condBroadcast(s, o.conds[obj]!);
      case ops.OP_ONCE:
        return sync.onceDo(s, mp, o.onces[obj]!);
      case ops.OP_ONCE_DONE:
        return sync.onceDone(s, mp, o.onces[obj]!);
      case ops.OP_GOSCHED:
        return goschedImpl(s, mp, false);
      case ops.OP_LOCK_OS_THREAD:
        lockOSThread(s, mp);
        return DONE;
      case ops.OP_UNLOCK_OS_THREAD:
        unlockOSThread(s, mp);
        return DONE;
      case ops.OP_PANIC:
        return goPanic(s, mp, s.work.message);
      case ops.OP_EXIT:
        endRun(s, 'exit', g.val[gp]! & 0xff, '');
        return WAITING;
      case ops.OP_CGO:
        return entersyscall(s, mp, g.val[gp]!, g.val[gp]!);
      case ops.OP_RAW_SYSCALL:
        return rawSyscall(s, mp, g.val[gp]!, obj);
      case ops.OP_READ:
      case ops.OP_WRITE:
        return pipeOp(s, mp, o.pipes[obj]!, op === ops.OP_WRITE);
      case ops.OP_READ_AGAIN:
      case ops.OP_WRITE_AGAIN:
        return pipeTry(s, mp, o.pipes[obj]!, op === ops.OP_WRITE_AGAIN);
      case ops.OP_BEGIN:
        return begin(s, mp);
      case ops.OP_AFTER_FUNC:
        return afterFunc(s, mp, g.val[gp]!);
      case ops.OP_STOP_TIMER:
        return timerStop(s, mp, obj);
      case ops.OP_RESET_TIMER:
        return timerReset(s, mp, obj, g.val[gp]!);
      case ops.OP_PARK:
        return gopark(s, mp, obj);
      case ops.OP_SYSTEM:
        systemStep(s, mp, obj);
        return DONE;
      default:
        return fail('Runtime.commit', `no operation ${op}`);
    }
  }

  /** The goroutine on mp runs again in the middle of an operation. */
  private goOn(mp: M, stage: number): number {
    const s = this.s;
    const gp = mp.curg;
    switch (stage) {
      case STAGE_CPU:
        s.g.stage[gp] = 0;
        return burn(s, mp, s.g.val[gp]!, KIND_GOROUTINE, act.ACT_COMMIT) ? DONE : WAITING;
      case STAGE_ACCEPT:
      case STAGE_CALL:
        return this.doOp(mp, s.g.op[gp]!, 0);
      case STAGE_LOCKED: {
        const op = s.g.op[gp]!;
        const wait = fetching(s, mp, op);
        return wait === LOCKED ? left(this.spin(mp, 0)) : this.doOp(mp, op, wait);
      }
      case STAGE_NET:
        s.g.stage[gp] = 0;
        s.g.op[gp] = ops.OP_NONE;
        return burn(s, mp, s.costs.netRead, KIND_GOROUTINE, act.ACT_COMMIT) ? DONE : WAITING;
      case STAGE_CHAN:
      case STAGE_CHAN_RECV:
        return chanWoken(s, mp);
      case STAGE_PIPE_LOCK:
        return pipeLockWoken(s, mp, s.objects.pipes[s.g.obj[gp]!]!, s.g.op[gp] === ops.OP_WRITE);
      case STAGE_PIPE_READY: {
        const op = s.g.op[gp] === ops.OP_READ || s.g.op[gp] === ops.OP_READ_AGAIN ? ops.OP_READ_AGAIN : ops.OP_WRITE_AGAIN;
        s.g.op[gp] = op;
        return this.doOp(mp, op, 0);
      }
      case STAGE_TIMER_RECV:
        return timerRecvWoken(s, mp);
      case STAGE_SELECT:
        return selectWoken(s, mp);
      case sync.STAGE_MUTEX_SPUN:
      case sync.STAGE_MUTEX_WOKEN:
        return sync.mutexStage(s, mp, stage);
      case STAGE_ACCEPT_LOCK:
        return acceptLockWoken(s, mp, s.objects.listeners[s.g.obj[gp]!]!);
      case sync.STAGE_RLOCK:
        return sync.rlockWoken(s, mp);
      case sync.STAGE_RWLOCK:
        return sync.rwlockWoken(s, mp);
      case sync.STAGE_WAIT:
        return sync.wgWoken(s, mp);
      case sync.STAGE_COND_UNLOCKED:
      case sync.STAGE_COND_WOKEN:
        return sync.condStage(s, mp, stage);
      default:
        return fail('Runtime.goOn', `goroutine ${gp} has stage ${stage}`);
    }
  }

  /** The operation that the goroutine was in the middle of: charged, with `wait`, and done. */
  private doOp(mp: M, op: number, wait: number): number {
    this.s.g.stage[mp.curg] = 0;
    return burn(this.s, mp, this.cost[op]! + wait, KIND_GOROUTINE, act.ACT_COMMIT) ? this.commit(mp, op) : WAITING;
  }

  /** A read that would block: the goroutine parks, its descriptor is ready after ns. */
  private net(mp: M, ns: number): number {
    const s = this.s;
    if (ns <= 0) return DONE;
    const gp = mp.curg;
    s.netpollInited = true;
    s.netpollWaiters++;
    s.g.stage[gp] = STAGE_NET;
    s.machine.device(ns, gp);
    return gopark(s, mp, WAIT_IO);
  }

  deviceReady(item: number): void {
    if (item < FIRST_ITEM) descriptorReady(this.s, item);
    else arrive(this.s, item);
  }

  /**
   * A preemption request. The signal counts only when it finds the goroutine in its own code: in a burst, or still on
   * its way into the runtime's function, which looks for the request as it is entered. Later it waits for the next
   * operation, and is lost when this one parks.
   */
  signalled(thread: Thread): void {
    const s = this.s;
    const mp = s.allm[thread.id]!;
    const gp = mp.curg;
    if (gp < 0 || mp.act !== act.ACT_COMMIT || s.g.preempt[gp] === 0 || s.g.status[gp] !== Grunning) return;
    const op = s.g.op[gp]!;
    const { asyncpreemptoff } = s.setup;
    if (asyncpreemptoff && (op === ops.OP_CPU || op === ops.OP_NONE)) {
      if (op === ops.OP_CPU && s.work.makesCalls(gp)) this.stopAtCall(mp);
      return;
    }
    if (op === ops.OP_CPU || op === ops.OP_NONE) {
      s.g.val[gp] = s.machine.cutBurn(thread);
      s.g.stage[gp] = STAGE_CPU;
    } else {
      const left = thread.burnEnd - s.machine.now;
      if (s.g.stage[gp] !== 0 || thread.burnNs - left >= s.costs.call) return;
      s.machine.cutBurn(thread);
      s.g.stage[gp] = STAGE_CALL;
    }
    mp.act = act.ACT_PREEMPTED;
    s.machine.burnLater(thread, asyncpreemptoff ? 0 : s.costs.signal);
  }

  /** A burst with calls goes on to its next call, where the request is seen. */
  private stopAtCall(mp: M): void {
    const s = this.s;
    const { thread, curg: gp } = mp;
    const { betweenCallsNs } = s.params;
    const rest = s.machine.cutBurn(thread);
    const toCall = Math.min(rest, betweenCallsNs - ((thread.burnNs - rest) % betweenCallsNs));
    s.g.val[gp] = rest - toCall;
    s.g.stage[gp] = STAGE_CPU;
    mp.act = act.ACT_PREEMPTED;
    s.machine.burnLater(thread, toCall);
  }

  /** The signal's handler is done. */
  private preempted(mp: M): boolean {
    return this.settle(mp, goschedImpl(this.s, mp, true));
  }
}
