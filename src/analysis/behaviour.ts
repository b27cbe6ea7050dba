// What a program did over several runs, in the same terms for real Go and for the simulator: what `verify` compares.

import type { OutcomeKind, Result } from '../sim/result.ts';
import type { EventLog } from '../trace/log.ts';
import type { Counted } from './distance.ts';
import { tally, thinned } from './distance.ts';
import type { MonitorKind, Schedule } from './schedule.ts';
import { MONITOR_KINDS, monitorsOwn, scheduleOf } from './schedule.ts';
import type { Notes } from './schedule-of-log.ts';
import { monitorDelays, scheduleEventsOfLog } from './schedule-of-log.ts';

export interface Ending {
  readonly kind: OutcomeKind;
  readonly exitCode: number;
  readonly message: string;
}

export interface SpanFigures {
  readonly counts: readonly number[]; // by run, as the others
  readonly p50Ns: readonly number[];
  readonly p99Ns: readonly number[];
}

export interface Behaviour {
  readonly outcomes: readonly Counted<Ending>[];
  /** Orders of the log, texts joined by blanks. */
  readonly orders: readonly Counted<string>[];
  /** Goroutines left, each as `body [reason]`, sorted; of runs that listed them. */
  readonly listings: readonly Counted<readonly string[]>[];
  /** By run; of runs that got so far as to tell. */
  readonly threads: readonly number[];
  readonly makespanNs: readonly number[];
  readonly spans: Readonly<Record<string, SpanFigures>>;
  /** Of runs that were traced. */
  readonly schedules: readonly Schedule[];
}

/** What the simulator did, with what only it knows. */
export interface SimulatedBehaviour extends Behaviour {
  /** How long the monitor had slept before each of these, in ns, over all runs. */
  readonly monitorDelays: Readonly<Record<MonitorKind, readonly number[]>>;
}

/** The behaviour of simulated runs; figures are taken from each at once, so that no log need be kept. */
export class Simulated {
  private readonly outcomes: Ending[] = [];
  private readonly orders: string[] = [];
  private readonly listings: string[][] = [];
  private readonly threads: number[] = [];
  private readonly makespanNs: number[] = [];
  private readonly spans: Record<string, { counts: number[]; p50Ns: number[]; p99Ns: number[] }> = {};
  private readonly schedules: Schedule[] = [];
  private readonly delays: Record<MonitorKind, number[]> = { preempted: [], retakes: [], handoffs: [] };

  add(result: Result): void {
    const { kind, exitCode, message } = result.outcome;
    // Where the simulator sees that nothing can happen any more, real Go just waits until it is cut off.
    this.outcomes.push(kind === 'hang' ? { kind, exitCode, message: '' } : { kind, exitCode, message });
    this.orders.push(result.log.map((entry) => entry.text).join(' '));
    if (lists(result)) this.listings.push(result.goroutines.unfinished.map((g) => `${g.name} [${g.reason}]`).sort());
    this.threads.push(result.threads.list.filter((thread) => thread.endedAtNs === null).length);
    if (kind === 'completed' || kind === 'exit') this.makespanNs.push(result.makespanNs);
    for (const [name, { count, p50Ns, p99Ns }] of Object.entries(result.spans)) {
      if (count === 0) continue;
      this.spans[name] ??= { counts: [], p50Ns: [], p99Ns: [] };
      this.spans[name].counts.push(count);
      this.spans[name].p50Ns.push(p50Ns);
      this.spans[name].p99Ns.push(p99Ns);
    }
  }

  /** A run with the costs that operations have while a trace is written. */
  addTraced({ gomaxprocs, makespanNs }: Result, log: EventLog, notes: Notes): void {
    const schedule = scheduleOf(scheduleEventsOfLog(log, notes), gomaxprocs, makespanNs);
    const delay = monitorDelays(log);
    for (const kind of MONITOR_KINDS) {
      for (const { at } of monitorsOwn(schedule, kind)) this.delays[kind].push(delay(at));
    }
    this.schedules.push(keptSchedule(schedule));
  }

  behaviour(): SimulatedBehaviour {
    return {
      outcomes: tally(this.outcomes),
      orders: tally(this.orders),
      listings: tally(this.listings),
      threads: this.threads,
      makespanNs: this.makespanNs,
      spans: this.spans,
      schedules: this.schedules,
      monitorDelays: this.delays,
    };
  }
}

/** Go lists goroutines when all are blocked, or when it is asked to at the end; runnable ones then vary from run to run. */
function lists({ outcome, goroutines }: Result): boolean {
  const asked = outcome.kind === 'hang' || outcome.kind === 'deadlock' || outcome.kind === 'until';
  return asked && !goroutines.unfinishedTruncated && goroutines.unfinished.every((g) => g.state === 'waiting');
}

/** As much of a schedule as is kept of a run: order statistics for what there is a lot of, the first of what has a time. */
export function keptSchedule(schedule: Schedule): Schedule {
  return {
    ...schedule,
    slices: thinned(schedule.slices, 41),
    latencies: thinned(schedule.latencies, 41),
    preempted: schedule.preempted.slice(0, 20),
    retakes: schedule.retakes.slice(0, 20),
    handoffs: schedule.handoffs.slice(0, 20),
  };
}
