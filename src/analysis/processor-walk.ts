// What each processor did when, from the event log alone: a gapless list of intervals for each, from time 0 to the end of
// the run.
//
// A processor is always in exactly one state:
//   idle      nobody's, or given to a thread that has not yet woken to take it
//   sched     a thread holds it and runs neither a goroutine nor a search for work
//   spinning  a thread holds it and looks for work to steal
//   syscall   held for a goroutine in a system call
//   running   a goroutine runs, of body number `state` (0 and up)
//   runtime   a goroutine of the runtime's own runs
// A system call that has lost its processor (retaken, handed off) is nobody's state: it shows as what the processor does next.

import * as ev from '../trace/events.ts';
import type { EventLog, EventRecord } from '../trace/log.ts';
import { T_ASLEEP, T_RUNTIME, T_SCHED, T_SPINNING, T_SYSCALL, T_THROTTLED } from './follow.ts';

export const IDLE = T_ASLEEP;
export const SCHED = T_SCHED;
export const SPINNING = T_SPINNING;
export const SYSCALL = T_SYSCALL;
export const RUNTIME = T_RUNTIME;

/** What is marked below a lane, as bits. */
export const MARK_PREEMPT = 1; // a goroutine lost its processor before it wanted to
export const MARK_STEAL = 2; // goroutines were taken from another processor's queue
export const MARK_HANDOFF = 4; // a processor changed hands: retaken from a system call, or given to another thread
export const MARK_BIRTH = 8; // it was given to a new thread
export const MARK_KERNEL = 16; // the kernel took a thread off its CPU

/** Called for each stretch of one state: processor, state (a constant above, or a body), and its two ends in ns. */
export type IntervalVisitor = (p: number, state: number, from: number, to: number) => void;

/** Visits the intervals of every processor, each processor's in order of time; empty intervals are left out. */
export function forEachInterval(log: EventLog, processors: number, endNs: number, visit: IntervalVisitor): void {
  const walk = new ProcessorWalk(processors, endNs, visit);
  log.forEach((row) => walk.row(row));
  walk.close();
}

/** Follows processors, and what holds them, through the rows of a log. */
export class ProcessorWalk {
  /** A processor whose thread a CPU limit holds is in a state of its own, whatever Go takes it to be doing. */
  showsThrottled = false;
  onMark: ((p: number, at: number, mark: number) => void) | null = null;
  private readonly state: number[];
  private readonly since: number[];
  private readonly holder: number[]; // thread that holds the processor, -1: none
  private readonly procOf: number[] = []; // processor that a thread holds; absent or -1: none
  private readonly spinning: boolean[] = []; // by thread
  private readonly bodyOf: number[] = []; // by goroutine
  private readonly resumes: number[] = []; // by processor that is shown as throttled: its state otherwise
  private readonly newborn: boolean[] = []; // threads that have not been given a processor yet
  private readonly visit: IntervalVisitor;
  private readonly endNs: number;

  /** The run ended at endNs: rows past it (a run cut off at its horizon has them) count as at its end. */
  constructor(processors: number, endNs: number, visit: IntervalVisitor) {
    this.state = new Array<number>(processors).fill(IDLE);
    this.since = new Array<number>(processors).fill(0);
    this.holder = new Array<number>(processors).fill(-1);
    this.endNs = endNs;
    this.visit = visit;
  }

  close(): void {
    for (let p = 0; p < this.state.length; p++) this.leave(p, this.endNs);
  }

  row(row: EventRecord): void {
    const { kind, at, m, p, g } = row;
    switch (kind) {
      case ev.GO_CREATE:
        this.bodyOf[g] = row.a;
        break;
      case ev.GO_START:
      case ev.GO_SYSCALL_EXIT:
        this.hold(p, m);
        this.enter(p, this.running(g), at);
        break;
      case ev.GO_PREEMPT:
        this.onMark?.(p, at, MARK_PREEMPT);
        this.enter(p, this.held(p), at);
        break;
      case ev.GO_END:
      case ev.GO_SCHED:
      case ev.GO_YIELD:
      case ev.GO_BLOCK:
        this.enter(p, this.held(p), at);
        break;
      case ev.GO_SYSCALL:
        this.enter(p, SYSCALL, at);
        break;
      case ev.STEAL:
      case ev.STEAL_NEXT:
        this.onMark?.(p, at, MARK_STEAL);
        break;
      case ev.PROC_START:
        this.hold(p, m);
        this.enter(p, this.held(p), at);
        break;
      case ev.PROC_HANDOFF:
        if (this.newborn[m]) this.onMark?.(p, at, MARK_BIRTH);
        this.newborn[m] = false;
        // an idle processor that a thread is woken for does not change hands
        if (this.holder[p] >= 0) this.onMark?.(p, at, MARK_HANDOFF);
        this.release(p, at);
        break;
      case ev.THREAD_CREATE:
        this.newborn[m] = at > 0;
        break;
      case ev.THREAD_THROTTLE:
      case ev.THREAD_RELEASE:
        if (this.showsThrottled) this.throttle(this.procOf[m] ?? -1, kind === ev.THREAD_THROTTLE, at);
        break;
      case ev.PROC_RETAKE:
        this.onMark?.(p, at, MARK_HANDOFF);
        this.release(p, at);
        break;
      case ev.PROC_STOP:
        this.release(p, at);
        break;
      case ev.SPIN_START:
      case ev.SPIN_STOP: {
        this.spinning[m] = kind === ev.SPIN_START;
        const held = this.procOf[m] ?? -1;
        // a thread may stop spinning after it has begun to run a goroutine; only an idle hand changes its state
        if (held >= 0 && (this.state[held] === SCHED || this.state[held] === SPINNING)) this.enter(held, this.held(held), at);
        break;
      }
      default:
        break;
    }
  }

  private throttle(p: number, begins: boolean, at: number): void {
    if (p < 0) return;
    if (begins) {
      this.resumes[p] = this.state[p];
      this.enter(p, T_THROTTLED, at);
    } else if (this.state[p] === T_THROTTLED) {
      this.enter(p, this.resumes[p], at);
    }
  }

  private hold(p: number, m: number): void {
    const before = this.holder[p];
    if (before === m) return;
    if (before >= 0) this.procOf[before] = -1;
    this.holder[p] = m;
    this.procOf[m] = p;
  }

  private release(p: number, at: number): void {
    if (this.holder[p] >= 0) this.procOf[this.holder[p]] = -1;
    this.holder[p] = -1;
    this.enter(p, IDLE, at);
  }

  /** The state of a processor that a thread holds and on which no goroutine runs. */
  private held(p: number): number {
    const m = this.holder[p];
    if (m < 0) return IDLE;
    return this.spinning[m] ? SPINNING : SCHED;
  }

  private running(g: number): number {
    const body = this.bodyOf[g] ?? -1;
    return body < 0 ? RUNTIME : body;
  }

  private enter(p: number, state: number, instant: number): void {
    if (state === this.state[p]) return;
    this.leave(p, instant);
    this.state[p] = state;
  }

  private leave(p: number, instant: number): void {
    const at = Math.min(instant, this.endNs);
    if (at > this.since[p]) this.visit(p, this.state[p], this.since[p], at);
    this.since[p] = at;
  }
}
