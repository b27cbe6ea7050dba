// The figures of a result, recomputed from the event log alone: what the engine counts while it runs and what it records
// must be the same run.
//
// Rows do not tell: collections (gcCycles, gcNs), what channels and locks saw, and what the program logged. A run that ends
// for want of threads may end between counting polled goroutines and recording them.

import { Fifo } from '../base/fifo.ts';
import { SampleSet } from '../base/samples.ts';
import type { Counters, Processor, Result, Summary, ThreadReason } from '../sim/result.ts';
import * as ev from '../trace/events.ts';
import type { EventLog, EventRecord } from '../trace/log.ts';
import type { CpuLimit } from './judge-quota.ts';
import { forEachInterval, IDLE, SCHED, SPINNING, SYSCALL } from './processor-walk.ts';
import { NeighbourRecounter } from './recount-neighbours.ts';
import type { RecountedQuota } from './recount-quota.ts';
import { countedQuota, QuotaRecounter } from './recount-quota.ts';

export interface Recount {
  readonly counters: Omit<Counters, 'gcCycles'>;
  readonly processors: Pick<Processor, 'id' | 'goroutineNs' | 'schedNs' | 'spinningNs' | 'syscallNs' | 'idleNs'>[];
  readonly threads: {
    atStart: number;
    created: number;
    peak: number;
    list: { id: number; createdAtNs: number; endedAtNs: number | null; reason: ThreadReason }[];
  };
  readonly goroutines: { created: number; finished: number; peak: number };
  readonly slices: Summary;
  readonly schedLatency: Summary;
  readonly quota: RecountedQuota[]; // of each limit, innermost first
  readonly neighbours: readonly number[]; // processor time of each
  readonly listeners: Result['listeners'][string][]; // in the order they are declared in, up to the last at which something arrived
  readonly spans: Summary[]; // in the order of the program; those at the end that never ended are left out
}

/** The same figures, in the same shape, of a result. */
export function countedOf(result: Result): Recount {
  const { gcCycles, ...counters } = result.counters;
  const { atStart, created, peak, list } = result.threads;
  const { goroutines } = result;
  return {
    counters,
    processors: result.processors.map(({ id, goroutineNs, schedNs, spinningNs, syscallNs, idleNs }) => {
      return { id, goroutineNs, schedNs, spinningNs, syscallNs, idleNs };
    }),
    threads: {
      atStart,
      created,
      peak,
      list: list.map(({ id, createdAtNs, endedAtNs, reason }) => ({ id, createdAtNs, endedAtNs, reason })),
    },
    goroutines: { created: goroutines.created, finished: goroutines.finished, peak: goroutines.peak },
    slices: result.slices,
    schedLatency: result.schedLatency,
    quota: countedQuota(result.quota),
    neighbours: Object.values(result.neighbours).map((one) => one.cpuNs),
    listeners: Object.values(result.listeners).slice(0, Object.values(result.listeners).findLastIndex((one) => one.arrivals > 0) + 1),
    spans: withoutEmptyTail(Object.values(result.spans)),
  };
}

export interface RecountOptions {
  readonly gomaxprocs: number;
  readonly endNs: number;
  readonly limits?: readonly CpuLimit[]; // innermost first; none when left out
  readonly neighbours?: readonly number[]; // the threads of each; none when left out
}

/** Recounts the log of a run that ended at `endNs`. */
export function recount(log: EventLog, options: RecountOptions): Recount {
  const counter = new Recounter();
  const quota = new QuotaRecounter(options.limits ?? []);
  const neighbours = new NeighbourRecounter();
  log.forEach((row) => {
    counter.row(row);
    quota.row(row);
    neighbours.row(row);
  });
  return {
    counters: counter.counters,
    processors: processorTimes(log, options.gomaxprocs, options.endNs),
    threads: { atStart: counter.atStart, created: counter.threads.length, peak: counter.threadsPeak, list: counter.threads },
    goroutines: { created: counter.created, finished: counter.finished, peak: counter.goroutinesPeak },
    slices: summarise(counter.slices),
    schedLatency: summarise(counter.latency),
    quota: quota.done(options.endNs),
    neighbours: neighbours.done(options.endNs, options.neighbours ?? []),
    listeners: counter.connections.all(),
    spans: withoutEmptyTail(Array.from(counter.spans, (samples) => summarise(samples ?? new SampleSet()))),
  };
}

function withoutEmptyTail(spans: readonly Summary[]): Summary[] {
  return spans.slice(0, spans.findLastIndex((one) => one.count > 0) + 1);
}

function processorTimes(log: EventLog, gomaxprocs: number, endNs: number): Recount['processors'] {
  const all = Array.from({ length: gomaxprocs }, (_, id) => ({ id, goroutineNs: 0, schedNs: 0, spinningNs: 0, syscallNs: 0, idleNs: 0 }));
  forEachInterval(log, gomaxprocs, endNs, (p, state, from, to) => {
    const ns = to - from;
    if (state === IDLE) all[p].idleNs += ns;
    else if (state === SCHED) all[p].schedNs += ns;
    else if (state === SPINNING) all[p].spinningNs += ns;
    else if (state === SYSCALL) all[p].syscallNs += ns;
    else all[p].goroutineNs += ns;
  });
  return all;
}

function summarise(samples: SampleSet): Summary {
  const [p50Ns, p90Ns, p99Ns, p999Ns] = samples.percentiles([0.5, 0.9, 0.99, 0.999]);
  const meanNs = samples.count === 0 ? 0 : Math.floor(samples.sum / samples.count + 0.5);
  return { count: samples.count, meanNs, p50Ns, p90Ns, p99Ns, p999Ns, maxNs: samples.max };
}

/** What happened at the listeners. */
class Connections {
  private readonly listeners: { waiting: Fifo; waits: SampleSet; arrivals: number; accepted: number; replied: number; peak: number }[] = [];

  row(kind: number, at: number, listener: number): void {
    while (this.listeners.length <= listener) {
      this.listeners.push({ waiting: new Fifo(), waits: new SampleSet(), arrivals: 0, accepted: 0, replied: 0, peak: 0 });
    }
    const it = this.listeners[listener];
    if (kind === ev.CONN_ARRIVE) {
      it.arrivals++;
      it.waiting.push(at);
      it.peak = Math.max(it.peak, it.waiting.length);
    } else if (kind === ev.CONN_ACCEPT) {
      it.accepted++;
      it.waits.add(at - it.waiting.shift());
    } else {
      it.replied++;
    }
  }

  all(): Recount['listeners'] {
    return this.listeners.map(({ waiting, waits, arrivals, accepted, replied, peak }) => {
      return { arrivals, accepted, replied, backlogPeak: peak, backlogLeft: waiting.length, waits: summarise(waits) };
    });
  }
}

const TAKEN = -1; // from a thread in a system call
const IDLE_OR_GIVEN = -2;

class Recounter {
  readonly counters = {
    goCreate: 0,
    goStart: 0,
    goSched: 0,
    goPreempt: 0,
    goBlock: 0,
    goUnblock: 0,
    goSyscall: 0,
    goSyscallBlocked: 0,
    procStart: 0,
    procStop: 0,
    steals: 0,
    stolen: 0,
    globalGets: 0,
    handoffs: 0,
    retakes: 0,
    wakeups: 0,
    spins: 0,
    netpollWakes: 0,
    timerFires: 0,
  };
  created = 0;
  finished = 0;
  goroutinesPeak = 0;
  atStart = 0;
  threadsPeak = 0;
  readonly threads: Recount['threads']['list'] = [];
  readonly slices = new SampleSet();
  readonly latency = new SampleSet();
  readonly connections = new Connections();
  readonly spans: SampleSet[] = [];
  private threadsAlive = 0;
  private readonly since: number[] = []; // by goroutine: when it became runnable
  private readonly isUser: boolean[] = []; // by goroutine
  private readonly sliceOf: number[] = []; // by processor: when the slice under way began
  private readonly holder: number[] = []; // by processor: its thread, or one of the two below
  private readonly lostAt: number[] = []; // by thread: the processor it got since its own was taken, absent: none taken
  private readonly locked = new Set<number>(); // threads with a locked goroutine, or whose locked goroutine has ended
  private readonly asleep = new Set<number>(); // threads

  row(row: EventRecord): void {
    const { at, m, p, g, a, b } = row;
    const count = this.counters;
    switch (row.kind) {
      case ev.GO_CREATE:
        count.goCreate++;
        this.since[g] = at;
        this.isUser[g] = a >= 0;
        if (a >= 0) this.created++;
        this.goroutinesPeak = Math.max(this.goroutinesPeak, this.created - this.finished);
        break;
      case ev.GO_START:
        count.goStart++;
        this.latency.add(at - this.since[g]);
        this.sliceOf[p] = at;
        break;
      case ev.GO_SCHED:
      case ev.GO_YIELD:
      case ev.GO_PREEMPT:
        if (row.kind === ev.GO_PREEMPT) count.goPreempt++;
        else count.goSched++;
        this.since[g] = at;
        this.endSlice(p, at);
        break;
      case ev.GO_BLOCK:
        count.goBlock++;
        this.endSlice(p, at);
        break;
      case ev.GO_UNBLOCK:
        count.goUnblock++;
        this.since[g] = at;
        break;
      case ev.GO_INJECT:
        count.goUnblock++;
        count.netpollWakes++;
        this.since[g] = at;
        break;
      case ev.TIMER_FIRE:
        count.timerFires++;
        break;
      case ev.SPAN_END:
        this.spans[a] ??= new SampleSet();
        this.spans[a].add(m * ev.SPAN_PART + b);
        break;
      case ev.GO_END:
        if (this.isUser[g]) this.finished++;
        this.endSlice(p, at);
        break;
      case ev.CONN_ARRIVE:
      case ev.CONN_ACCEPT:
      case ev.CONN_REPLY:
        this.connections.row(row.kind, at, a);
        break;
      case ev.OUTCOME:
        if (ev.OUTCOMES[a] === 'completed') this.finished++; // main has returned
        break;
      case ev.GO_SYSCALL:
        count.goSyscall++;
        break;
      case ev.GO_SYSCALL_EXIT:
        if (this.lostAt[m] !== undefined) this.sliceOf[p] = at; // with a processor it did not enter with
        delete this.lostAt[m];
        break;
      case ev.GO_SYSCALL_BLOCKED:
        count.goSyscallBlocked++;
        this.since[g] = at;
        delete this.lostAt[m];
        break;
      case ev.GLOBAL_GET:
        count.globalGets += a;
        break;
      case ev.STEAL:
        count.steals++;
        count.stolen += b;
        break;
      case ev.STEAL_NEXT:
        count.steals++;
        count.stolen++;
        break;
      default:
        this.threadRow(row);
    }
  }

  private threadRow(row: EventRecord): void {
    const { at, m, p, a } = row;
    const count = this.counters;
    switch (row.kind) {
      case ev.PROC_START:
        count.procStart++;
        if (this.holder[p] === TAKEN) count.retakes--; // taken by a thread back from a system call, not by sysmon
        this.holder[p] = m;
        break;
      case ev.PROC_STOP:
        count.procStop++;
        if (this.holder[p] === TAKEN || this.locked.has(m)) count.handoffs++; // nobody wanted it
        this.holder[p] = IDLE_OR_GIVEN;
        break;
      case ev.PROC_RETAKE:
        count.retakes++;
        this.endSlice(p, at);
        this.holder[p] = TAKEN;
        this.lostAt[m] = p;
        break;
      case ev.PROC_HANDOFF:
        if (this.asleep.has(m)) count.wakeups++;
        // A processor that somebody held, given to the thread of a locked goroutine, is no handoff: its thread steps aside.
        if ((this.holder[p] ?? IDLE_OR_GIVEN) !== IDLE_OR_GIVEN && !this.locked.has(m)) count.handoffs++;
        this.holder[p] = IDLE_OR_GIVEN;
        break;
      case ev.THREAD_CREATE:
        this.threads.push({ id: m, createdAtNs: at, endedAtNs: null, reason: ev.THREAD_REASONS[a] });
        this.threadsPeak = Math.max(this.threadsPeak, ++this.threadsAlive);
        break;
      case ev.THREAD_EXIT:
        this.threadsAlive--;
        this.threads[m].endedAtNs = at;
        break;
      case ev.THREAD_PARK:
        this.asleep.add(m);
        break;
      case ev.THREAD_WAKE:
        this.asleep.delete(m);
        break;
      case ev.THREAD_ON_CPU:
        if (this.atStart === 0) this.atStart = this.threads.length;
        break;
      case ev.SPIN_START:
        count.spins++;
        break;
      case ev.GO_LOCK_THREAD:
        this.locked.add(m);
        break;
      case ev.GO_UNLOCK_THREAD:
        this.locked.delete(m);
        break;
      default:
        break;
    }
  }

  private endSlice(p: number, at: number): void {
    this.slices.add(at - this.sliceOf[p]);
  }
}
