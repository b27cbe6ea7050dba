// Facts about lateness: how long after its time a timer or a descriptor got its goroutine to run, whether every processor
// was in use all that while, and what became of short sleeps where one was not.

import * as ev from '../trace/events.ts';
import type { EventRecord } from '../trace/log.ts';

/** Goroutines that a timer or the network made runnable. */
export interface WakeUps {
  readonly count: number;
  readonly late: number; // ran LATE_NS or more after their time, and every processor was in use meanwhile
  readonly longestNs: number; // of these
}

export interface Lateness {
  readonly timers: WakeUps;
  readonly network: WakeUps;
  readonly shortSleeps: ShortSleeps;
}

/** Sleeps of less than SHORT_NS of which the timer went off while a processor was idle. */
export interface ShortSleeps {
  readonly count: number;
  readonly askedNs: number; // in all
  readonly gotNs: number;
}

export const LATE_NS = 2_000_000;
export const SHORT_NS = 1_000_000;

class Tally {
  count = 0;
  late = 0;
  longestNs = 0;

  add(delayNs: number, allBusy: boolean): void {
    this.count++;
    if (!allBusy || delayNs < LATE_NS) return;
    this.late++;
    if (delayNs > this.longestNs) this.longestNs = delayNs;
  }
}

export class LateFacts {
  private readonly held: boolean[]; // by processor
  private readonly sleep: number; // the number of this wait reason
  private readonly sleptSince: number[] = []; // by goroutine
  private readonly dueAt: number[] = []; // by goroutine that was woken and has not run yet, -1: none
  private readonly byTimer: boolean[] = [];
  private readonly timers = new Tally();
  private readonly network = new Tally();
  private idle: number;
  private allBusySince = Number.POSITIVE_INFINITY;
  private short = { count: 0, askedNs: 0, gotNs: 0 };

  constructor(processors: number, sleep: number) {
    this.held = new Array<boolean>(processors).fill(false);
    this.idle = processors;
    this.sleep = sleep;
  }

  row(row: EventRecord): void {
    const { kind, at, p, g } = row;
    switch (kind) {
      case ev.PROC_START:
        this.use(p, true, at);
        break;
      case ev.PROC_STOP:
      case ev.PROC_RETAKE:
      case ev.PROC_HANDOFF:
        this.use(p, false, at);
        break;
      case ev.GO_BLOCK:
        this.dueAt[g] = -1;
        this.sleptSince[g] = row.a === this.sleep ? at : -1;
        break;
      case ev.TIMER_FIRE:
        if (g >= 0) this.fired(g, at, at - row.a);
        break;
      case ev.NET_READY:
        this.dueAt[g] = at;
        this.byTimer[g] = false;
        break;
      case ev.GO_START: {
        const due = this.dueAt[g] ?? -1;
        if (due < 0) break;
        this.dueAt[g] = -1;
        (this.byTimer[g] ? this.timers : this.network).add(at - due, this.allBusySince <= due);
        break;
      }
      default:
        break;
    }
  }

  private use(p: number, held: boolean, at: number): void {
    if (this.held[p] === held) return;
    this.held[p] = held;
    this.idle += held ? -1 : 1;
    this.allBusySince = this.idle === 0 ? at : Number.POSITIVE_INFINITY;
  }

  private fired(g: number, at: number, due: number): void {
    this.dueAt[g] = due;
    this.byTimer[g] = true;
    const askedNs = due - (this.sleptSince[g] ?? due);
    if (this.allBusySince <= due || askedNs <= 0 || askedNs >= SHORT_NS) return;
    this.short.count++;
    this.short.askedNs += askedNs;
    this.short.gotNs += askedNs + at - due;
  }

  done(): Lateness {
    return { timers: this.timers, network: this.network, shortSleeps: this.short };
  }
}
