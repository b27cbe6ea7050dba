// What a scheduler did, in terms that both an execution trace of real Go and an event log of the simulator can be brought
// into, and the figures that follow from it. One piece of code computes them for both sides, so a difference between
// two figures is a difference between two runs.
//
// Only goroutines of the program are in it; the runtime's own are left out by whoever makes the stream. A stream is in
// order of time.

export type ScheduleKind =
  | 'ready' // g was created or unblocked: it may run
  | 'start' // g runs on p
  | 'preempt' // g was made to give way, and is ready
  | 'yield' // g gave way, and is ready
  | 'block'
  | 'end'
  | 'syscall' // g enters a system call; p stays with it
  | 'back' // g returns from it and still has p
  | 'lost' // g returns without p, and is ready
  | 'retake' // sysmon takes p, whose goroutine g is in a system call
  | 'procStart'; // a thread got p

export interface ScheduleEvent {
  readonly at: number; // ns since time 0; what was before that is negative
  readonly kind: ScheduleKind;
  readonly g: number; // -1 for none
  readonly p: number; // -1 for none
}

export interface Schedule {
  readonly endNs: number; // how long the run was
  readonly goroutineNs: readonly number[]; // by P: the program's goroutines ran there
  readonly slices: readonly number[]; // of goroutines, from start to whatever ended it, or to the loss of the P
  readonly preempted: readonly Timed[]; // slices that a preemption ended
  readonly retakes: readonly Timed[]; // how long the goroutine had been in its system call
  readonly handoffs: readonly Timed[]; // from a retake to the next thread having the P
  readonly latencies: readonly number[]; // from being ready to running
  /** How many there were of each, also where only some are kept. */
  readonly counts: Readonly<Record<'slices' | 'preempted' | 'retakes' | 'handoffs' | 'latencies', number>>;
}

export interface Timed {
  readonly at: number; // when it happened
  readonly ns: number;
}

export const MONITOR_KINDS = ['preempted', 'retakes', 'handoffs'] as const;
export type MonitorKind = (typeof MONITOR_KINDS)[number];

const TIME_SLICE_NS = 10_000_000;

/** The monitor preempts nobody before a time slice is over, 10 ms after the start: who is said to be preempted then gave way at a lock. */
export function monitorsOwn(schedule: Schedule, kind: MonitorKind): readonly Timed[] {
  return kind === 'preempted' ? schedule.preempted.filter(({ at }) => at >= TIME_SLICE_NS) : schedule[kind];
}

/** A call that is over so fast, as those that do not wait for anything, is work of its goroutine. */
const SHORT_CALL_NS = 5_000;

/** The figures of a run that lasted from 0 to `endNs`. */
export function scheduleOf(events: Iterable<ScheduleEvent>, gomaxprocs: number, endNs: number): Schedule {
  const counter = new ScheduleCounter(gomaxprocs, endNs);
  for (const event of events) {
    if (event.at > endNs) break;
    counter.take(event);
  }
  return counter.finish();
}

interface Running {
  p: number;
  sliceAt: number; // when its slice began
  runsSince: number; // -1: it is in a system call
  enteredAt: number; // of the system call it is in
}

class ScheduleCounter {
  private readonly goroutineNs: number[];
  private readonly slices: number[] = [];
  private readonly preempted: Timed[] = [];
  private readonly retakes: Timed[] = [];
  private readonly handoffs: Timed[] = [];
  private readonly latencies: number[] = [];
  private readonly running = new Map<number, Running>(); // by goroutine
  private readonly readySince = new Map<number, number>(); // by goroutine
  private readonly retakenAt = new Map<number, number>(); // by P
  private readonly endNs: number;

  constructor(gomaxprocs: number, endNs: number) {
    this.goroutineNs = new Array<number>(gomaxprocs).fill(0);
    this.endNs = endNs;
  }

  take({ at, kind, g, p }: ScheduleEvent): void {
    switch (kind) {
      case 'ready':
        this.readySince.set(g, at);
        break;
      case 'start': {
        const since = this.readySince.get(g);
        if (since !== undefined && at >= 0) this.latencies.push(at - Math.max(since, 0));
        this.readySince.delete(g);
        this.running.set(g, { p, sliceAt: at, runsSince: at, enteredAt: -1 });
        break;
      }
      case 'preempt':
      case 'yield':
        this.stop(g, at, kind === 'preempt');
        this.readySince.set(g, at);
        break;
      case 'block':
      case 'end':
        this.stop(g, at, false);
        break;
      case 'syscall': {
        const it = this.running.get(g);
        if (it === undefined) break;
        this.ran(it, at);
        it.runsSince = -1;
        it.enteredAt = at;
        break;
      }
      case 'back': {
        const it = this.running.get(g);
        if (it === undefined) break;
        if (at - it.enteredAt < SHORT_CALL_NS && it.enteredAt >= 0) this.goroutineNs[it.p] += at - it.enteredAt;
        it.runsSince = at;
        break;
      }
      case 'lost':
        this.stop(g, at, false); // unless a retake has ended its slice before
        this.readySince.set(g, at);
        break;
      case 'retake': {
        const it = this.running.get(g);
        if (it !== undefined && at >= 0) this.retakes.push({ at, ns: at - Math.max(it.enteredAt, 0) });
        this.stop(g, at, false);
        this.retakenAt.set(p, at);
        break;
      }
      case 'procStart': {
        const since = this.retakenAt.get(p);
        if (since !== undefined && since >= 0) this.handoffs.push({ at, ns: at - since });
        this.retakenAt.delete(p);
        break;
      }
    }
  }

  finish(): Schedule {
    for (const it of this.running.values()) this.ran(it, this.endNs);
    const { goroutineNs, slices, preempted, retakes, handoffs, latencies } = this;
    const counts = {
      slices: slices.length,
      preempted: preempted.length,
      retakes: retakes.length,
      handoffs: handoffs.length,
      latencies: latencies.length,
    };
    return { endNs: this.endNs, goroutineNs, slices, preempted, retakes, handoffs, latencies, counts };
  }

  private ran(it: Running, at: number): void {
    if (it.runsSince < 0 && it.enteredAt >= 0) return; // in a system call
    const from = Math.max(it.runsSince, 0);
    if (at > from && it.p < this.goroutineNs.length) this.goroutineNs[it.p] += at - from;
  }

  private stop(g: number, at: number, preempted: boolean): void {
    const it = this.running.get(g);
    if (it === undefined) return;
    this.running.delete(g);
    this.ran(it, at);
    if (at < 0) return;
    const ns = at - Math.max(it.sliceAt, 0);
    this.slices.push(ns);
    if (preempted) this.preempted.push({ at, ns });
  }
}
