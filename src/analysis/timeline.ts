// The timeline: a window of the run in columns of equal width, with a lane for each processor, thread, goroutine or CPU.
// A column shows the kind of state with the largest share of it; marks tell what happened in it.

import * as ev from '../trace/events.ts';
import type { EventLog, EventRecord } from '../trace/log.ts';
import {
  BLOCKED,
  GONE,
  GoroutineFollower,
  IN_SYSCALL,
  NO_CPU,
  ON_CPU,
  QUEUED,
  T_ABSENT,
  T_ASLEEP,
  T_NO_CPU,
  T_POLLING,
  T_SYSCALL,
  T_THROTTLED,
  THROTTLED,
  ThreadFollower,
} from './follow.ts';
import { IDLE, MARK_HANDOFF, MARK_KERNEL, MARK_PREEMPT, MARK_STEAL, ProcessorWalk } from './processor-walk.ts';

/** What lanes show besides the states of processors, and bodies from 0 up. */
export const WAITS_FOR_CPU = T_NO_CPU;
export const THROTTLED_LANE = T_THROTTLED;
export const RUNNABLE = -7;
export const POLLING = T_POLLING;
export const ABSENT = T_ABSENT;
export const PARKED = -10;
export const NEIGHBOUR_LANE = -12;

export type LaneKind = 'p' | 'm' | 'g' | 'cpu';
export const LANE_KINDS: readonly LaneKind[] = ['p', 'm', 'g', 'cpu'];

export interface Lane {
  readonly kind: LaneKind;
  readonly id: number; // of the processor, thread or CPU; of a goroutine: the how-manieth of its body, from 0
  readonly body: number; // of a goroutine, else -1
  readonly states: readonly number[]; // per column
  readonly marks: readonly number[]; // per column: bits of MARK_*
}

export interface LaneGroup {
  readonly kind: LaneKind;
  readonly lanes: readonly Lane[];
  readonly hidden: number; // lanes past the most that were asked for
  readonly unused: number; // that did nothing in the window, and are not among the lanes
}

export interface Timeline {
  readonly fromNs: number;
  readonly toNs: number;
  readonly columnNs: number;
  readonly columns: number; // 0: the window is empty
  readonly groups: readonly LaneGroup[];
}

export interface TimelineOptions {
  readonly processors: number;
  readonly cpus: number;
  readonly endNs: number; // of the run
  readonly columns: number; // at most
  readonly lanes?: readonly LaneKind[]; // default: processors
  readonly mostLanes?: number; // of a kind, default 16
  readonly fromNs?: number; // default: all of the run
  readonly toNs?: number;
}

export function timelineOf(log: EventLog, options: TimelineOptions): Timeline {
  const { processors, endNs, columns, lanes = ['p'], mostLanes = 16 } = options;
  const toNs = Math.min(endNs, options.toNs ?? endNs);
  const fromNs = Math.min(toNs, options.fromNs ?? 0);
  const columnNs = Math.max(1, Math.ceil((toNs - fromNs) / Math.max(1, columns)));
  const window = { fromNs, toNs, columnNs, columns: Math.ceil((toNs - fromNs) / columnNs) };
  const builders = lanes.map((kind): Builder => {
    if (kind === 'p') return new ProcessorLanes(window, processors, endNs);
    if (kind === 'g') return new GoroutineLanes(window, mostLanes);
    return kind === 'm' ? new ThreadLanes(window) : new CpuLanes(window, options.cpus);
  });
  log.forEach((row) => {
    for (const builder of builders) builder.row(row);
  });
  return { ...window, groups: builders.map((builder) => builder.done(mostLanes)) };
}

interface Window {
  readonly fromNs: number;
  readonly toNs: number;
  readonly columnNs: number;
  readonly columns: number;
}

interface Builder {
  row(row: EventRecord): void;
  done(mostLanes: number): LaneGroup;
}

/** The lanes that did something, up to the most. */
function group(kind: LaneKind, all: readonly LaneBuilder[], mostLanes: number, more = 0): LaneGroup {
  const active = all.filter((lane) => lane.active);
  const lanes = active.slice(0, mostLanes).map((lane) => lane.done());
  return { kind, lanes, hidden: active.length - lanes.length + more, unused: all.length - active.length };
}

class ProcessorLanes implements Builder {
  private readonly lanes: LaneBuilder[];
  private readonly walk: ProcessorWalk;

  constructor(window: Window, processors: number, endNs: number) {
    this.lanes = Array.from({ length: processors }, (_, p) => new LaneBuilder('p', p, -1, window, IDLE));
    this.walk = new ProcessorWalk(processors, endNs, (p, state, from, to) => this.lanes[p].add(state, from, to));
    this.walk.showsThrottled = true;
    this.walk.onMark = (p, at, mark) => this.lanes[p].mark(at, mark);
  }

  row(row: EventRecord): void {
    this.walk.row(row);
  }

  done(mostLanes: number): LaneGroup {
    this.walk.close();
    return group('p', this.lanes, mostLanes);
  }
}

class ThreadLanes implements Builder {
  private readonly window: Window;
  private readonly lanes: LaneBuilder[] = [];
  private readonly threads = new ThreadFollower((m, state, at) => this.lanes[m].enter(state, at));

  constructor(window: Window) {
    this.window = window;
  }

  row(row: EventRecord): void {
    const { kind, at, m, p } = row;
    if (kind === ev.THREAD_CREATE) {
      this.lanes[m] = new LaneBuilder('m', m, -1, this.window, T_ASLEEP, T_ABSENT);
    } else if (kind === ev.GO_PREEMPT) {
      this.lanes[m].mark(at, MARK_PREEMPT);
    } else if (kind === ev.PROC_RETAKE) {
      this.lanes[m].mark(at, MARK_HANDOFF);
    } else if (kind === ev.THREAD_OFF_CPU && row.b === 1) {
      this.lanes[m].mark(at, MARK_KERNEL);
    } else if ((kind === ev.STEAL || kind === ev.STEAL_NEXT) && p >= 0) {
      this.lanes[m].mark(at, MARK_STEAL);
    }
    this.threads.row(row);
  }

  done(mostLanes: number): LaneGroup {
    for (const lane of this.lanes) lane.enter(T_ABSENT, this.window.toNs);
    return group('m', this.lanes, mostLanes);
  }
}

class CpuLanes implements Builder {
  private readonly window: Window;
  private readonly lanes: LaneBuilder[];
  private readonly threads = new ThreadFollower((m, state, at) => this.changed(m, state, at));
  private readonly cpuOf: number[] = []; // by thread: the CPU whose lane shows it

  constructor(window: Window, cpus: number) {
    this.window = window;
    this.lanes = Array.from({ length: cpus }, (_, cpu) => new LaneBuilder('cpu', cpu, -1, window, T_ASLEEP));
  }

  row(row: EventRecord): void {
    if (row.kind === ev.THREAD_OFF_CPU && row.b === 1) this.lanes[row.a].mark(row.at, MARK_KERNEL);
    this.threads.row(row);
    if (row.kind === ev.THREAD_OFF_CPU || row.kind === ev.NEIGHBOUR_OFF) this.lanes[row.a].enter(T_ASLEEP, row.at);
    else if (row.kind === ev.NEIGHBOUR_ON) this.lanes[row.a].enter(NEIGHBOUR_LANE, row.at);
  }

  private changed(m: number, state: number, at: number): void {
    const before = this.cpuOf[m] ?? -1;
    const cpu = this.threads.cpu[m];
    if (before >= 0 && before !== cpu) this.lanes[before].enter(T_ASLEEP, at);
    if (cpu >= 0) this.lanes[cpu].enter(state, at);
    this.cpuOf[m] = cpu;
  }

  done(mostLanes: number): LaneGroup {
    for (const lane of this.lanes) lane.enter(T_ASLEEP, this.window.toNs);
    return group('cpu', this.lanes, mostLanes);
  }
}

/** Lanes for the first goroutines that live in the window, the runtime's own left out. */
class GoroutineLanes implements Builder {
  private readonly window: Window;
  private readonly most: number;
  private readonly lanes: { readonly birth: number; readonly lane: LaneBuilder }[] = [];
  private readonly laneOf: (LaneBuilder | null)[] = []; // by goroutine; null: past the most
  private readonly ordinals: number[] = []; // by goroutine: the how-manieth of its body
  private readonly births: number[] = []; // by goroutine: the how-manieth of all
  private readonly created: number[] = []; // by body
  private readonly goroutines = new GoroutineFollower((g, state, from, to) => this.stretch(g, state, from, to));
  private more = 0;
  private born = 0;

  constructor(window: Window, most: number) {
    this.window = window;
    this.most = most;
  }

  row(row: EventRecord): void {
    const { kind, at, g } = row;
    if (kind === ev.GO_CREATE) {
      const ordinal = this.created[row.a] ?? 0;
      this.created[row.a] = ordinal + 1;
      this.ordinals[g] = ordinal;
      this.births[g] = this.born++;
      delete this.laneOf[g];
    }
    this.goroutines.row(row);
    if (kind === ev.GO_PREEMPT) this.mark(g, at, MARK_PREEMPT);
    else if (kind === ev.STEAL_NEXT) this.mark(g, at, MARK_STEAL);
  }

  private mark(g: number, at: number, mark: number): void {
    if (at >= this.window.fromNs && at < this.window.toNs) this.lane(g)?.mark(at, mark);
  }

  private stretch(g: number, state: number, from: number, to: number): void {
    if (to <= this.window.fromNs || from >= this.window.toNs) return;
    this.lane(g)?.add(this.shown(g, state), from, to);
  }

  private shown(g: number, state: number): number {
    if (state === ON_CPU) return this.goroutines.body[g];
    if (state === QUEUED) return RUNNABLE;
    if (state === NO_CPU) return WAITS_FOR_CPU;
    if (state === THROTTLED) return THROTTLED_LANE;
    if (state === IN_SYSCALL) return T_SYSCALL;
    return state >= BLOCKED ? PARKED : T_ABSENT;
  }

  private lane(g: number): LaneBuilder | null {
    const body = this.goroutines.body[g];
    if (body < 0) return null;
    const known = this.laneOf[g];
    if (known !== undefined) return known;
    let lane: LaneBuilder | null = null;
    if (this.lanes.length < this.most) {
      lane = new LaneBuilder('g', this.ordinals[g], body, this.window, GONE, T_ABSENT);
      this.lanes.push({ birth: this.births[g], lane });
    } else {
      this.more++;
    }
    this.laneOf[g] = lane;
    return lane;
  }

  done(mostLanes: number): LaneGroup {
    this.goroutines.close(this.window.toNs);
    const inOrder = this.lanes.sort((x, y) => x.birth - y.birth).map(({ lane }) => lane);
    return group('g', inOrder, mostLanes, this.more);
  }
}

/** Adds up the shares of one column at a time; intervals arrive in order, so a column is settled when the next begins. */
class LaneBuilder {
  /** It did something in the window. */
  active = false;
  private readonly kind: LaneKind;
  private readonly id: number;
  private readonly body: number;
  private readonly window: Window;
  private readonly nothing: number; // the state that is no activity
  private readonly states: number[];
  private readonly marks: number[];
  private readonly shares = new Map<number, number>();
  private column = 0;
  private state: number;
  private since = 0;

  /** `before`: what it is until the first interval. */
  constructor(kind: LaneKind, id: number, body: number, window: Window, nothing: number, before = nothing) {
    this.kind = kind;
    this.id = id;
    this.body = body;
    this.window = window;
    this.nothing = nothing;
    this.state = before;
    this.states = new Array<number>(window.columns).fill(before);
    this.marks = new Array<number>(window.columns).fill(0);
  }

  /** From `at` on it is in this state; the other way of telling it intervals. */
  enter(state: number, at: number): void {
    if (at > this.since) this.add(this.state, this.since, at);
    this.state = state;
    this.since = Math.max(at, this.since);
  }

  add(state: number, from: number, to: number): void {
    const { fromNs, toNs, columnNs } = this.window;
    let at = Math.max(from, fromNs) - fromNs;
    const end = Math.min(to, toNs) - fromNs;
    if (at < end && state !== this.nothing && state !== T_ABSENT) this.active = true;
    while (at < end) {
      const column = Math.floor(at / columnNs);
      if (column !== this.column) {
        this.settle();
        this.column = column;
      }
      const until = Math.min(end, (column + 1) * columnNs);
      this.shares.set(state, (this.shares.get(state) ?? 0) + until - at);
      at = until;
    }
  }

  mark(at: number, mark: number): void {
    const { fromNs, toNs, columnNs, columns } = this.window;
    if (at >= fromNs && at <= toNs && columns > 0) this.marks[Math.min(columns - 1, Math.floor((at - fromNs) / columnNs))] |= mark;
  }

  done(): Lane {
    this.settle();
    return { kind: this.kind, id: this.id, body: this.body, states: this.states, marks: this.marks };
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
