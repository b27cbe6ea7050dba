// Facts about waiting for a processor: what the processor in whose queue a goroutine stood did meanwhile, and how many
// processors there was work for.
//
// A goroutine that moves to another queue without running (a stolen batch, an overflow) counts as waiting where it was put
// first: its new processor runs it soon. Who stands in the global queue waits for all processors.

import * as ev from '../trace/events.ts';
import type { EventRecord } from '../trace/log.ts';

/** Waits in the queues of processors that did one certain thing meanwhile. */
export interface WaitBeside {
  readonly count: number;
  readonly ns: number; // in all
  readonly longestNs: number;
  readonly longestBody: number; // of the goroutine that waited longest
  readonly longestP: number; // -1: in the global queue
}

export interface QueueWaits {
  readonly besideSyscall: WaitBeside; // time waited while the processor, or every one, was held by a system call
  readonly besideRunnext: WaitBeside; // waits of at least STARVED_NS nearly all of which went to a chain of goroutines from runnext
  readonly inheritors: readonly { readonly body: number; readonly starts: number }[]; // who inherited time slices, the most frequent first
}

/** Less than this is waiting one's turn. */
export const STARVED_NS = 2_000_000;
const NEARLY_ALL = 0.8;
const CHAIN = 10; // starts from runnext during a wait: fewer may be one goroutine that computes
const HELD_NS = 20_000; // the least that counts as waiting for a system call

// what a processor does
const GLOBAL = -1; // in place of a processor
const NO_QUEUE = -2;

const OTHER = 0;
const SYSCALL = 1;
const INHERITED = 2; // runs what came from runnext in the time slice of another, or looks for what is next after that
const OWN = 3; // runs a goroutine in its own time slice

class Tally {
  count = 0;
  ns = 0;
  longestNs = 0;
  longestBody = -1;
  longestP = -1;

  add(ns: number, body: number, p: number): void {
    this.count++;
    this.ns += ns;
    if (ns <= this.longestNs) return;
    this.longestNs = ns;
    this.longestBody = body;
    this.longestP = p;
  }
}

export class QueueFacts {
  private readonly does: number[]; // by processor
  private readonly runs: number[]; // INHERITED or OWN, kept over a system call
  private readonly since: number[];
  private readonly syscallNs: number[]; // so far
  private readonly inheritedNs: number[];
  // by goroutine, while it waits in the queue of a processor
  private readonly queuedAt: number[] = [];
  private readonly queuedSince: number[] = [];
  private readonly syscallBefore: number[] = [];
  private readonly inheritedBefore: number[] = [];
  private readonly startsBefore: number[] = [];
  private readonly bodyOf: number[] = [];
  private readonly besideSyscall = new Tally();
  private readonly besideRunnext = new Tally();
  private readonly inherited = new Map<number, number>(); // starts by body
  private allInheritedNs = 0; // of all processors together
  private allSyscallNs = 0; // while every processor was held by a system call
  private inheriting = 0; // processors that do now
  private inSyscalls = 0;
  private starts = 0; // from runnext, on any processor
  private last = 0;

  constructor(processors: number) {
    const zeros = (): number[] => new Array<number>(processors).fill(0);
    this.does = zeros();
    this.runs = zeros();
    this.since = zeros();
    this.syscallNs = zeros();
    this.inheritedNs = zeros();
  }

  row(row: EventRecord): void {
    const { kind, at, p, g } = row;
    this.allInheritedNs += this.inheriting * (at - this.last);
    if (this.inSyscalls === this.does.length) this.allSyscallNs += at - this.last;
    this.last = at;
    switch (kind) {
      case ev.GO_CREATE:
        this.bodyOf[g] = row.a;
        this.queue(g, queueOf(row), at);
        break;
      case ev.GO_UNBLOCK:
      case ev.GO_INJECT:
        this.queue(g, queueOf(row), at);
        break;
      case ev.GO_START: {
        this.leave(g, at);
        this.runs[p] = row.a === 1 ? INHERITED : OWN;
        this.set(p, this.runs[p], at);
        const body = this.bodyOf[g];
        this.starts += row.a;
        if (row.a === 1 && body >= 0) this.inherited.set(body, (this.inherited.get(body) ?? 0) + 1);
        break;
      }
      case ev.GO_SYSCALL_EXIT:
        this.set(p, this.runs[p], at);
        break;
      case ev.GO_SYSCALL:
        this.set(p, SYSCALL, at);
        break;
      case ev.GO_YIELD:
        this.queue(g, p, at);
        break;
      case ev.GO_SCHED:
      case ev.GO_PREEMPT:
      case ev.PROC_STOP:
      case ev.PROC_RETAKE:
      case ev.PROC_HANDOFF:
        if (kind === ev.GO_SCHED || kind === ev.GO_PREEMPT) this.queue(g, GLOBAL, at);
        this.set(p, OTHER, at);
        break;
      case ev.GO_SYSCALL_BLOCKED:
        this.queue(g, GLOBAL, at);
        break;
      default:
        break;
    }
  }

  private set(p: number, does: number, at: number): void {
    const ns = at - this.since[p];
    if (this.does[p] === SYSCALL) {
      this.syscallNs[p] += ns;
      this.inSyscalls--;
    } else if (this.does[p] === INHERITED) {
      this.inheritedNs[p] += ns;
      this.inheriting--;
    }
    if (does === INHERITED) this.inheriting++;
    else if (does === SYSCALL) this.inSyscalls++;
    this.does[p] = does;
    this.since[p] = at;
  }

  private queue(g: number, p: number, at: number): void {
    this.queuedAt[g] = p;
    this.queuedSince[g] = at;
    this.startsBefore[g] = this.starts;
    if (p >= 0) this.set(p, this.does[p], at);
    this.syscallBefore[g] = p >= 0 ? this.syscallNs[p] : this.allSyscallNs;
    this.inheritedBefore[g] = p >= 0 ? this.inheritedNs[p] : this.allInheritedNs;
  }

  private leave(g: number, at: number): void {
    const p = this.queuedAt[g] ?? NO_QUEUE;
    if (p === NO_QUEUE) return;
    this.queuedAt[g] = NO_QUEUE;
    const waitedNs = at - this.queuedSince[g];
    if (p >= 0) this.set(p, this.does[p], at);
    const heldNs = (p >= 0 ? this.syscallNs[p] : this.allSyscallNs) - this.syscallBefore[g];
    const inheritedNs =
      p >= 0 ? this.inheritedNs[p] - this.inheritedBefore[g] : (this.allInheritedNs - this.inheritedBefore[g]) / this.does.length;
    if (heldNs >= HELD_NS) this.besideSyscall.add(heldNs, this.bodyOf[g], p);
    if (waitedNs < STARVED_NS || inheritedNs < waitedNs * NEARLY_ALL || this.starts - this.startsBefore[g] < CHAIN) return;
    this.besideRunnext.add(waitedNs, this.bodyOf[g], p);
  }

  done(): QueueWaits {
    for (let g = 0; g < this.queuedAt.length; g++) this.leave(g, this.last);
    return {
      besideSyscall: this.besideSyscall,
      besideRunnext: this.besideRunnext,
      inheritors: [...this.inherited].sort(([, x], [, y]) => y - x).map(([body, starts]) => ({ body, starts })),
    };
  }
}

function queueOf({ p, b }: EventRecord): number {
  if (b === ev.TO_GLOBAL) return GLOBAL;
  return b === ev.TO_RUN ? NO_QUEUE : p;
}

/** How many processors there was work for. */
export interface Demand {
  readonly useful: number; // goroutines that ran or could have run, at a time: as many or fewer 99 % of the time
  readonly alone: { readonly body: number; readonly ns: number } | null; // longest time that one goroutine ran and no other could
}

const MOST_OF_THE_TIME = 0.99;

export class DemandFacts {
  private readonly timeAt: number[]; // by number of goroutines that run or can; the last counts for more
  private readonly endNs: number;
  private readonly bodyOf: number[] = [];
  private readonly aloneNs: number[] = []; // by goroutine
  private running = 0;
  private runnable = 0;
  private sum = 0; // of the numbers of running goroutines: with one of them, its number
  private since = 0;
  private alone: { body: number; ns: number } | null = null;

  constructor(processors: number, endNs: number) {
    this.timeAt = new Array<number>(processors + 2).fill(0);
    this.endNs = endNs;
  }

  row(row: EventRecord): void {
    const { kind, at, g } = row;
    switch (kind) {
      case ev.GO_CREATE:
        this.bodyOf[g] = row.a;
        this.aloneNs[g] = 0;
        this.change(at, 0, 1, g);
        break;
      case ev.GO_UNBLOCK:
      case ev.GO_INJECT:
      case ev.GO_SYSCALL_BLOCKED:
        this.change(at, 0, 1, g);
        break;
      case ev.GO_START:
        this.change(at, 1, -1, g);
        break;
      case ev.GO_SYSCALL_EXIT:
        this.change(at, 1, 0, g);
        break;
      case ev.GO_SCHED:
      case ev.GO_YIELD:
      case ev.GO_PREEMPT:
        this.change(at, -1, 1, g);
        break;
      case ev.GO_BLOCK:
      case ev.GO_END:
      case ev.GO_SYSCALL:
        this.change(at, -1, 0, g);
        break;
      default:
        break;
    }
  }

  private change(instant: number, running: number, runnable: number, g: number): void {
    const at = Math.min(instant, this.endNs);
    const ns = at - this.since;
    this.since = at;
    this.timeAt[Math.min(this.timeAt.length - 1, this.running + this.runnable)] += ns;
    if (this.running === 1 && this.runnable === 0) this.addAlone(this.sum, ns);
    this.running += running;
    this.runnable += runnable;
    this.sum += running * g;
  }

  private addAlone(g: number, ns: number): void {
    this.aloneNs[g] += ns;
    if (this.bodyOf[g] >= 0 && this.aloneNs[g] > (this.alone?.ns ?? 0)) this.alone = { body: this.bodyOf[g], ns: this.aloneNs[g] };
  }

  done(): Demand {
    this.change(this.endNs, 0, 0, 0);
    let useful = 0;
    for (let ns = this.timeAt[0]; ns < this.endNs * MOST_OF_THE_TIME && useful < this.timeAt.length - 1; ) ns += this.timeAt[++useful];
    return { useful, alone: this.alone };
  }
}
