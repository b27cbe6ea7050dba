// What each processor did when, made from the event log alone: a pass over its rows gives, per processor, a gapless
// list of intervals from time 0 to the end of the run; the timeline puts them into columns of equal width.
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

export const IDLE = -1;
export const SCHED = -2;
export const SPINNING = -3;
export const SYSCALL = -4;
export const RUNTIME = -5;

/** What is marked below a lane, as bits. */
export const MARK_PREEMPT = 1; // a goroutine lost this processor before it wanted to
export const MARK_STEAL = 2; // this processor took goroutines from another one's queue
export const MARK_HANDOFF = 4; // this processor changed hands: retaken from a system call, or given to another thread

/** Called for each stretch of one state: processor, state (a constant above, or a body), and its two ends in ns. */
export type IntervalVisitor = (p: number, state: number, from: number, to: number) => void;

/** Counts of goroutines by body; `body` is the number in the program, -1 for the runtime's own. */
export interface BodyCount {
  readonly body: number;
  created: number;
  finished: number;
}

export interface Lane {
  readonly p: number;
  readonly idle: boolean; // all the time
  readonly states: readonly number[]; // per column: the kind of state with the largest share, and of bodies the one that ran longest
  readonly marks: readonly number[]; // per column: bits of MARK_*
}

export interface Timeline {
  readonly endNs: number;
  readonly columnNs: number;
  readonly lanes: readonly Lane[]; // by number of the processor
  readonly bodies: readonly BodyCount[]; // in order of number
}

/**
 * The timeline of a run that ended at `endNs` on `processors` Ps, in at most `columns` columns. A run of length 0 has
 * lanes without columns.
 */
export function timelineOf(log: EventLog, processors: number, endNs: number, columns: number): Timeline {
  const columnNs = Math.max(1, Math.ceil(endNs / Math.max(1, columns)));
  const used = Math.ceil(endNs / columnNs);
  const lanes = Array.from({ length: processors }, (_, p) => new LaneBuilder(p, columnNs, used));
  const walk = new LogWalk(processors, (p, state, from, to) => lanes[p].add(state, from, to));
  walk.onMark = (p, at, mark) => lanes[p].mark(at, mark);
  walk.run(log, endNs);
  return { endNs, columnNs, lanes: lanes.map((lane) => lane.done()), bodies: walk.bodyCounts() };
}

/** Visits the intervals of every processor, each processor's in order of time; empty intervals are left out. */
export function forEachInterval(log: EventLog, processors: number, endNs: number, visit: IntervalVisitor): void {
  new LogWalk(processors, visit).run(log, endNs);
}

/** Follows threads, processors and goroutines through the rows of a log. */
class LogWalk {
  onMark: ((p: number, at: number, mark: number) => void) | null = null;
  private readonly state: number[];
  private readonly since: number[];
  private readonly holder: number[]; // thread that holds the processor, -1: none
  private readonly procOf: number[] = []; // processor that a thread holds; absent or -1: none
  private readonly spinning: boolean[] = []; // by thread
  private readonly bodyOf: number[] = []; // by goroutine
  private readonly counts = new Map<number, BodyCount>();
  private readonly visit: IntervalVisitor;
  private endNs = 0;

  constructor(processors: number, visit: IntervalVisitor) {
    this.state = new Array<number>(processors).fill(IDLE);
    this.since = new Array<number>(processors).fill(0);
    this.holder = new Array<number>(processors).fill(-1);
    this.visit = visit;
  }

  run(log: EventLog, endNs: number): void {
    this.endNs = endNs;
    log.forEach((row) => this.row(row));
    for (let p = 0; p < this.state.length; p++) this.enter(p, IDLE, endNs);
  }

  bodyCounts(): BodyCount[] {
    return [...this.counts.values()].sort((x, y) => x.body - y.body);
  }

  private row(row: EventRecord): void {
    const { kind, at, m, p, g } = row;
    switch (kind) {
      case ev.GO_CREATE:
        this.bodyOf[g] = row.a;
        this.count(g).created++;
        break;
      case ev.GO_START:
      case ev.GO_SYSCALL_EXIT:
        this.hold(p, m);
        this.enter(p, this.running(g), at);
        break;
      case ev.GO_END:
        this.count(g).finished++;
        this.enter(p, this.held(p), at);
        break;
      case ev.OUTCOME:
        if (ev.OUTCOMES[row.a] === 'completed') this.countBody(0).finished++; // main has returned
        break;
      case ev.GO_PREEMPT:
        this.onMark?.(p, at, MARK_PREEMPT);
        this.enter(p, this.held(p), at);
        break;
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
        // an idle processor that a thread is woken for does not change hands
        if (this.holder[p] >= 0) this.onMark?.(p, at, MARK_HANDOFF);
        this.release(p, at);
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
    const at = Math.min(instant, this.endNs); // a run cut off at its horizon may have rows past it
    if (at > this.since[p]) this.visit(p, this.state[p], this.since[p], at);
    this.state[p] = state;
    this.since[p] = at;
  }

  private count(g: number): BodyCount {
    return this.countBody(Math.max(-1, this.bodyOf[g] ?? -1));
  }

  private countBody(body: number): BodyCount {
    let found = this.counts.get(body);
    if (found === undefined) {
      found = { body, created: 0, finished: 0 };
      this.counts.set(body, found);
    }
    return found;
  }
}

/** Adds up the shares of one column at a time; intervals arrive in order, so a column is settled when the next begins. */
class LaneBuilder {
  private readonly p: number;
  private readonly columnNs: number;
  private readonly states: number[];
  private readonly marks: number[];
  private readonly shares = new Map<number, number>();
  private column = 0;
  private idle = true;

  constructor(p: number, columnNs: number, columns: number) {
    this.p = p;
    this.columnNs = columnNs;
    this.states = new Array<number>(columns).fill(IDLE);
    this.marks = new Array<number>(columns).fill(0);
  }

  add(state: number, from: number, to: number): void {
    if (state !== IDLE) this.idle = false;
    let at = from;
    while (at < to) {
      const column = Math.floor(at / this.columnNs);
      if (column !== this.column) {
        this.settle();
        this.column = column;
      }
      const until = Math.min(to, (column + 1) * this.columnNs);
      this.shares.set(state, (this.shares.get(state) ?? 0) + until - at);
      at = until;
    }
  }

  mark(at: number, mark: number): void {
    if (this.marks.length > 0) this.marks[Math.min(this.marks.length - 1, Math.floor(at / this.columnNs))] |= mark;
  }

  done(): Lane {
    this.settle();
    return { p: this.p, idle: this.idle, states: this.states, marks: this.marks };
  }

  /** First the kind of state with the largest share, then among bodies the longest: many small goroutines are not idleness. */
  private settle(): void {
    let goroutines = 0;
    let topBody = IDLE;
    let topBodyNs = 0;
    let top = IDLE;
    let topNs = 0;
    for (const [state, ns] of this.shares) {
      if (state >= 0) {
        goroutines += ns;
        if (ns > topBodyNs) {
          topBody = state;
          topBodyNs = ns;
        }
      } else if (ns > topNs) {
        top = state;
        topNs = ns;
      }
    }
    this.shares.clear();
    if (goroutines + topNs > 0) this.states[this.column] = goroutines >= topNs ? topBody : top;
  }
}
