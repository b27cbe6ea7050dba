// What goroutines and threads do, followed through the rows of an event log: each is in one state at a time, and whoever
// follows is told of every stretch of a state. A goroutine that runs is on its thread; whether that thread has a CPU
// decides between running and waiting for one, or for a CPU limit to let it go on.

import * as ev from '../trace/events.ts';
import type { EventRecord } from '../trace/log.ts';

// what a goroutine's time goes to; from BLOCKED on: waiting, BLOCKED + the number of the wait reason
export const ON_CPU = 0;
export const QUEUED = 1; // runnable, not running
export const NO_CPU = 2; // running as far as Go knows, but its thread waits for a CPU
export const IN_SYSCALL = 3;
export const THROTTLED = 4; // as NO_CPU, because a CPU limit has no runtime left
export const BLOCKED = 5;
/** Not alive. */
export const GONE = -1;

/** Told of a stretch of one state of a goroutine: `g` is its number in the engine, which is used again after its end. */
export type Stretch = (g: number, state: number, from: number, to: number) => void;

export class GoroutineFollower {
  readonly state: number[] = []; // by goroutine; absent: GONE
  readonly since: number[] = [];
  readonly body: number[] = []; // of the goroutine that has or had the number; negative: one of the runtime's own
  readonly onThread: number[] = []; // by thread: the goroutine that runs on it, -1: none
  private readonly threadOf: number[] = []; // by goroutine, while it runs
  private readonly offCpu: boolean[] = []; // by thread
  private readonly inRawCall: boolean[] = []; // by thread: it sleeps in a call that the scheduler knows nothing of
  private readonly tell: Stretch;

  constructor(tell: Stretch) {
    this.tell = tell;
  }

  row(row: EventRecord): void {
    const { kind, at, m, g } = row;
    switch (kind) {
      case ev.GO_CREATE:
        this.body[g] = row.a;
        this.enter(g, QUEUED, at);
        break;
      case ev.GO_START:
      case ev.GO_SYSCALL_EXIT:
        this.threadOf[g] = m;
        this.onThread[m] = g;
        this.enter(g, this.offCpu[m] ? NO_CPU : ON_CPU, at);
        break;
      case ev.GO_SCHED:
      case ev.GO_YIELD:
      case ev.GO_PREEMPT:
        this.off(g, QUEUED, at);
        break;
      case ev.GO_BLOCK:
        this.off(g, BLOCKED + row.a, at);
        break;
      case ev.GO_END:
        this.off(g, GONE, at);
        break;
      case ev.GO_SYSCALL:
        this.off(g, IN_SYSCALL, at);
        break;
      case ev.GO_UNBLOCK:
      case ev.GO_INJECT:
      case ev.GO_SYSCALL_BLOCKED:
        this.enter(g, QUEUED, at);
        break;
      case ev.THREAD_ON_CPU:
        this.offCpu[m] = false;
        this.cpuOf(m, ON_CPU, at);
        break;
      case ev.THREAD_THROTTLE:
        this.cpuOf(m, THROTTLED, at);
        break;
      case ev.THREAD_PARK:
        this.inRawCall[m] = row.a === ev.PARK_RAW;
        break;
      case ev.THREAD_WAKE:
        if (this.inRawCall[m]) this.cpuOf(m, NO_CPU, at);
        this.inRawCall[m] = false;
        break;
      case ev.THREAD_OFF_CPU:
        this.offCpu[m] = true;
        this.cpuOf(m, this.inRawCall[m] ? IN_SYSCALL : NO_CPU, at);
        break;
      default:
        break;
    }
  }

  /** Tells of the stretches that are under way at the end. */
  close(endNs: number): void {
    for (let g = 0; g < this.state.length; g++) this.enter(g, this.state[g] ?? GONE, endNs);
  }

  private off(g: number, state: number, at: number): void {
    const m = this.threadOf[g] ?? -1;
    if (m >= 0) this.onThread[m] = -1;
    this.threadOf[g] = -1;
    this.enter(g, state, at);
  }

  private cpuOf(m: number, state: number, at: number): void {
    const g = this.onThread[m] ?? -1;
    if (g >= 0) this.enter(g, state, at);
  }

  private enter(g: number, state: number, at: number): void {
    const before = this.state[g] ?? GONE;
    if (before !== GONE && at > this.since[g]) this.tell(g, before, this.since[g], at);
    this.state[g] = state;
    this.since[g] = at;
  }
}

// what a thread does; other values are the bodies of what runs on it
export const T_SCHED = -2;
export const T_SPINNING = -3;
export const T_SYSCALL = -4;
export const T_RUNTIME = -5; // one of the runtime's own goroutines, or a thread without goroutines
export const T_ASLEEP = -1;
export const T_NO_CPU = -6;
export const T_THROTTLED = -11;
export const T_POLLING = -8;
/** Not there: not born yet, or ended. */
export const T_ABSENT = -9;

export class ThreadFollower {
  readonly state: number[] = []; // by thread: what the machine sees of it
  readonly cpu: number[] = []; // by thread: the CPU it is on, -1: none
  private readonly doing: number[] = [];
  private readonly spinning: boolean[] = [];
  private readonly helper: boolean[] = []; // runs no goroutines
  private readonly parked: number[] = []; // PARK_*, -1: awake
  private readonly throttled: boolean[] = [];
  private readonly bodyOf: number[] = []; // by goroutine
  private readonly tell: (m: number, state: number, at: number) => void;

  /** `tell` is called at each change, with the new state. */
  constructor(tell: (m: number, state: number, at: number) => void) {
    this.tell = tell;
  }

  row(row: EventRecord): void {
    const { kind, at, m, g } = row;
    switch (kind) {
      case ev.GO_CREATE:
        this.bodyOf[g] = row.a;
        break;
      case ev.GO_START:
      case ev.GO_SYSCALL_EXIT:
        this.does(m, this.bodyOf[g] >= 0 ? this.bodyOf[g] : T_RUNTIME, at);
        break;
      case ev.GO_SYSCALL:
        this.does(m, T_SYSCALL, at);
        break;
      case ev.GO_SCHED:
      case ev.GO_YIELD:
      case ev.GO_PREEMPT:
      case ev.GO_BLOCK:
      case ev.GO_END:
      case ev.GO_SYSCALL_BLOCKED:
        this.does(m, this.spinning[m] ? T_SPINNING : T_SCHED, at);
        break;
      case ev.SPIN_START:
      case ev.SPIN_STOP:
        this.spinning[m] = kind === ev.SPIN_START;
        if (this.doing[m] === T_SCHED || this.doing[m] === T_SPINNING) this.does(m, this.spinning[m] ? T_SPINNING : T_SCHED, at);
        break;
      case ev.THREAD_CREATE: {
        const reason = ev.THREAD_REASONS[row.a];
        this.helper[m] = reason === 'sysmon' || reason === 'template';
        this.doing[m] = this.helper[m] ? T_RUNTIME : T_SCHED;
        this.parked[m] = ev.PARK_STOPM;
        this.cpu[m] = -1;
        this.look(m, at);
        break;
      }
      case ev.THREAD_EXIT:
        this.set(m, T_ABSENT, at);
        break;
      case ev.THREAD_PARK:
        this.parked[m] = row.a;
        break;
      case ev.THREAD_WAKE:
        this.parked[m] = -1;
        this.look(m, at);
        break;
      case ev.THREAD_THROTTLE:
      case ev.THREAD_RELEASE:
        this.throttled[m] = kind === ev.THREAD_THROTTLE;
        this.look(m, at);
        break;
      case ev.THREAD_ON_CPU:
        this.cpu[m] = row.a;
        this.look(m, at);
        break;
      case ev.THREAD_OFF_CPU:
        this.cpu[m] = -1;
        if (this.state[m] !== T_ABSENT) this.look(m, at);
        break;
      default:
        break;
    }
  }

  private does(m: number, doing: number, at: number): void {
    this.doing[m] = doing;
    this.look(m, at);
  }

  private look(m: number, at: number): void {
    this.set(m, this.visible(m), at);
  }

  private visible(m: number): number {
    if (this.cpu[m] >= 0) return this.doing[m];
    switch (this.parked[m]) {
      case -1:
        return this.throttled[m] ? T_THROTTLED : T_NO_CPU;
      case ev.PARK_NETPOLL:
        return T_POLLING;
      case ev.PARK_SYSCALL:
      case ev.PARK_RAW:
        return T_SYSCALL;
      case ev.PARK_USLEEP:
        return T_SPINNING;
      default:
        return T_ASLEEP;
    }
  }

  private set(m: number, state: number, at: number): void {
    if (this.state[m] === state) return;
    this.state[m] = state;
    this.tell(m, state, at);
  }
}
