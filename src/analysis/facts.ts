// What the event log of a run adds to its result: where the time of the goroutines of each body went, how long things
// waited and beside what. One pass over the log; reports print these facts and findings are drawn from them.
//
// Facts about processors and waiting are in facts-waiting.ts, about timers and the network in facts-late.ts, about clients
// that wait for replies in facts-load.ts, about other loads of the machine in facts-sharing.ts.

import * as ev from '../trace/events.ts';
import type { EventLog, EventRecord } from '../trace/log.ts';
import type { Lateness } from './facts-late.ts';
import { LateFacts } from './facts-late.ts';
import type { ClosedLoad } from './facts-load.ts';
import { LoadFacts } from './facts-load.ts';
import type { Sharing } from './facts-sharing.ts';
import { SharingFacts } from './facts-sharing.ts';
import type { Demand, QueueWaits } from './facts-waiting.ts';
import { DemandFacts, QueueFacts } from './facts-waiting.ts';
import { BLOCKED, GoroutineFollower, IN_SYSCALL, NO_CPU, ON_CPU, QUEUED, THROTTLED } from './follow.ts';
import { Histogram } from './histogram.ts';

/** The goroutines of one body. Times are sums over them. */
export interface BodyFacts {
  readonly body: number; // in the program
  readonly created: number;
  readonly finished: number;
  readonly cpuNs: number;
  readonly queuedNs: number; // runnable
  readonly noCpuNs: number; // running as far as Go knows, on a thread without a CPU
  readonly throttledNs: number; // likewise, on a thread that a CPU limit holds
  readonly waits: readonly Wait[]; // longest first
  readonly longestSliceNs: number;
  readonly mostCpuNs: number; // of one goroutine
  readonly stuck: Stuck | null; // those blocked at the end
}

/** What goroutines waited for: Go's wait reason, or `syscall`. */
export interface Wait {
  readonly reason: string;
  readonly ns: number;
}

/** Goroutines of a body that are blocked when the run ends. */
export interface Stuck {
  readonly count: number;
  readonly reason: string; // of most of them
  readonly before: number; // how many of them were blocked already in the middle of the run
  readonly bornBefore: number; // and how many there were already
}

export interface Facts {
  readonly endNs: number;
  readonly bodies: readonly BodyFacts[]; // of the program, in its order
  readonly syscalls: { readonly peak: number; readonly peakAtNs: number }; // goroutines in system calls at a time
  readonly blockedNs: ReadonlyMap<string, number>; // all bodies together, by reason
  readonly schedLatency: Histogram;
  readonly slices: Histogram;
  readonly spans: readonly (Histogram | undefined)[]; // by number of the span
  readonly queues: QueueWaits;
  readonly demand: Demand;
  readonly late: Lateness;
  readonly closedLoads: readonly ClosedLoad[];
  readonly sharing: Sharing;
}

export interface FactsOptions {
  readonly processors: number;
  readonly endNs: number;
  readonly waitReasons: readonly string[]; // Go's, by number
  readonly clients?: readonly number[]; // of each listener that waits for replies, 0 for others; default: no listeners
}

export function factsOf(log: EventLog, options: FactsOptions): Facts {
  const goroutines = new GoroutineFacts(options);
  const queues = new QueueFacts(options.processors);
  const demand = new DemandFacts(options.processors, options.endNs);
  const late = new LateFacts(options.processors, options.waitReasons.indexOf('sleep'));
  const sharing = new SharingFacts();
  const load = new LoadFacts(options.clients ?? [], options.endNs);
  log.forEach((row) => {
    goroutines.row(row);
    queues.row(row);
    demand.row(row);
    late.row(row);
    load.row(row);
    sharing.row(row);
  });
  return {
    ...goroutines.done(),
    queues: queues.done(),
    demand: demand.done(),
    late: late.done(),
    closedLoads: load.done(),
    sharing: sharing.done(options.endNs),
  };
}

/** Sums over the goroutines of a body while the log is read. */
class Sums {
  created = 0;
  finished = 0;
  readonly ns: number[] = []; // by state of follow.ts
  longestSliceNs = 0;
  mostCpuNs = 0;
}

class GoroutineFacts {
  private readonly options: FactsOptions;
  private readonly bodies = new Map<number, Sums>();
  private readonly cpuOf: number[] = []; // by goroutine
  private readonly bornAt: number[] = [];
  private readonly started: number[] = []; // by processor: when the slice began
  private readonly syscallOf: number[] = []; // by thread: the goroutine whose system call it is in
  private readonly runnableSince: number[] = []; // by goroutine
  private readonly goroutines = new GoroutineFollower((g, state, from, to) => this.stretch(g, state, to - from));
  private readonly schedLatency = new Histogram();
  private readonly slices = new Histogram();
  private readonly spans: Histogram[] = [];
  private inSyscalls = 0;
  private peak = 0;
  private peakAtNs = 0;
  private mainReturned = false;

  constructor(options: FactsOptions) {
    this.options = options;
  }

  row(row: EventRecord): void {
    const { kind, at, p, g, a } = row;
    switch (kind) {
      case ev.GO_CREATE:
        this.of(a).created++;
        this.cpuOf[g] = 0;
        this.bornAt[g] = at;
        this.runnableSince[g] = at;
        break;
      case ev.GO_START:
        this.schedLatency.add(at - this.runnableSince[g]);
        this.started[p] = at;
        break;
      case ev.GO_SCHED:
      case ev.GO_YIELD:
      case ev.GO_PREEMPT:
        this.runnableSince[g] = at;
        this.endSlice(p, g, at);
        break;
      case ev.GO_BLOCK:
        this.endSlice(p, g, at);
        break;
      case ev.GO_END:
        this.endSlice(p, g, at);
        this.of(this.goroutines.body[g]).finished++;
        break;
      case ev.GO_UNBLOCK:
      case ev.GO_INJECT:
        this.runnableSince[g] = at;
        break;
      case ev.GO_SYSCALL:
        this.syscallOf[row.m] = g;
        if (++this.inSyscalls > this.peak) {
          this.peak = this.inSyscalls;
          this.peakAtNs = at;
        }
        break;
      case ev.GO_SYSCALL_BLOCKED:
        this.runnableSince[g] = at;
        this.inSyscalls--;
        break;
      case ev.GO_SYSCALL_EXIT:
        this.inSyscalls--;
        break;
      case ev.PROC_RETAKE:
        this.endSlice(p, this.syscallOf[row.m], at);
        break;
      case ev.PROC_START:
        this.started[p] = at; // of a thread that comes back from a system call with another processor
        break;
      case ev.SPAN_END:
        this.spans[a] ??= new Histogram();
        this.spans[a].add(row.m * ev.SPAN_PART + row.b);
        break;
      case ev.OUTCOME:
        this.mainReturned = ev.OUTCOMES[a] === 'completed';
        break;
      default:
        break;
    }
    this.goroutines.row(row);
  }

  private endSlice(p: number, g: number, at: number): void {
    const ns = at - this.started[p];
    this.slices.add(ns);
    const sums = this.of(this.goroutines.body[g]);
    if (ns > sums.longestSliceNs) sums.longestSliceNs = ns;
  }

  private stretch(g: number, state: number, ns: number): void {
    const sums = this.of(this.goroutines.body[g]);
    sums.ns[state] = (sums.ns[state] ?? 0) + ns;
    if (state !== ON_CPU) return;
    this.cpuOf[g] += ns;
    if (this.cpuOf[g] > sums.mostCpuNs) sums.mostCpuNs = this.cpuOf[g];
  }

  private of(body: number): Sums {
    let found = this.bodies.get(body);
    if (found === undefined) {
      found = new Sums();
      this.bodies.set(body, found);
    }
    return found;
  }

  done(): Omit<Facts, 'queues' | 'demand' | 'late' | 'closedLoads' | 'sharing'> {
    const { endNs } = this.options;
    if (this.mainReturned) this.of(0).finished++;
    const stuck = this.stuckByBody();
    this.goroutines.close(endNs);
    const bodies = [...this.bodies].filter(([body]) => body >= 0).sort(([x], [y]) => x - y);
    const blockedNs = new Map<string, number>();
    for (const [, sums] of bodies) for (const { reason, ns } of this.waits(sums)) blockedNs.set(reason, (blockedNs.get(reason) ?? 0) + ns);
    return {
      endNs,
      bodies: bodies.map(([body, sums]) => ({
        body,
        created: sums.created,
        finished: sums.finished,
        cpuNs: sums.ns[ON_CPU] ?? 0,
        queuedNs: sums.ns[QUEUED] ?? 0,
        noCpuNs: sums.ns[NO_CPU] ?? 0,
        throttledNs: sums.ns[THROTTLED] ?? 0,
        waits: this.waits(sums),
        longestSliceNs: sums.longestSliceNs,
        mostCpuNs: sums.mostCpuNs,
        stuck: stuck.get(body) ?? null,
      })),
      syscalls: { peak: this.peak, peakAtNs: this.peakAtNs },
      blockedNs,
      schedLatency: this.schedLatency,
      slices: this.slices,
      spans: this.spans,
    };
  }

  /** By reason, several numbers of which may have one name. */
  private waits(sums: Sums): Wait[] {
    const byReason = new Map<string, number>();
    const add = (reason: string, ns: number | undefined): void => {
      if (ns !== undefined && ns > 0) byReason.set(reason, (byReason.get(reason) ?? 0) + ns);
    };
    add('syscall', sums.ns[IN_SYSCALL]);
    for (let state = BLOCKED; state < sums.ns.length; state++) add(this.options.waitReasons[state - BLOCKED], sums.ns[state]);
    return [...byReason].map(([reason, ns]) => ({ reason, ns })).sort((x, y) => y.ns - x.ns);
  }

  private stuckByBody(): Map<number, Stuck> {
    const { state, since, body } = this.goroutines;
    const found = new Map<number, { count: number; before: number; bornBefore: number; reasons: Map<string, number> }>();
    for (let g = 0; g < state.length; g++) {
      if (!(state[g] >= BLOCKED) || body[g] < 0) continue;
      const of = found.get(body[g]) ?? { count: 0, before: 0, bornBefore: 0, reasons: new Map() };
      found.set(body[g], of);
      of.count++;
      if (since[g] < this.options.endNs / 2) of.before++;
      if (this.bornAt[g] < this.options.endNs / 2) of.bornBefore++;
      const reason = this.options.waitReasons[state[g] - BLOCKED];
      of.reasons.set(reason, (of.reasons.get(reason) ?? 0) + 1);
    }
    return new Map(
      [...found].map(([name, { count, before, bornBefore, reasons }]) => [
        name,
        { count, before, bornBefore, reason: [...reasons].sort(([, x], [, y]) => y - x)[0][0] },
      ]),
    );
  }
}
