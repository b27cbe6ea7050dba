// From a world that has ended to the Result.

import { SampleSet } from '../base/samples.ts';
import { F_SYSTEM, Gdead, Gidle, Grunnable, Grunning, Gsyscall } from '../runtime/g.ts';
import type { Listener } from '../runtime/listener.ts';
import type { P } from '../runtime/p.ts';
import { KIND_GC, KIND_GOROUTINE, KIND_IDLE, KIND_SCHED, KIND_SPINNING, KIND_SYSCALL } from '../runtime/p.ts';
import { OUTCOMES, THREAD_REASONS } from '../trace/events.ts';
import type { EventLog } from '../trace/log.ts';
import { LIST_LIMIT } from './goroutine-book.ts';
import type { ObjectNames } from './program.ts';
import type { Processor, Quota, QuotaCounts, Result, Summary, Thread, UnfinishedGoroutine } from './result.ts';
import type { World } from './world.ts';

const VERSION = '0.1.0';
/** Unfinished goroutines that are listed. */
export const UNFINISHED_LIMIT = 10_000;

export function summarise(world: World): Result {
  const { options, machine, sched, names, work } = world;
  const log = keptLog(world);
  const end = sched.end!;
  const makespanNs = machine.now;
  const unfinished = unfinishedGoroutines(world);
  return {
    schema: 'gosim.result/v1',
    gosim: VERSION,
    scenario: { name: options.name, file: options.file },
    seed: options.seed,
    go: options.go,
    gomaxprocs: options.gomaxprocs,
    machine: { cpus: options.cpus },
    neighbours: neighboursOf(world),
    runtime: { ...options.runtime },
    model: 'gmp',
    outcome: { kind: OUTCOMES[end.kind]!, exitCode: end.exitCode, message: end.message },
    makespanNs,
    log: world.output.entries,
    logTruncated: world.output.truncated,
    processors: sched.allp.map((pp) => processor(pp, makespanNs)),
    threads: { atStart: world.threadsAtStart, created: sched.allm.length, peak: sched.mPeak, list: threads(world) },
    goroutines: {
      created: sched.goCreateUser,
      finished: sched.goFinished + (hasReturned(world) ? 1 : 0),
      peak: sched.goPeak,
      unfinished: unfinished.slice(0, UNFINISHED_LIMIT),
      unfinishedTruncated: unfinished.length > UNFINISHED_LIMIT,
      list: world.goroutines === null ? null : world.goroutines.list(),
    },
    counters: {
      goCreate: sched.goCreate,
      goStart: sched.goStart,
      goSched: sched.goSched,
      goPreempt: sched.goPreempt,
      goBlock: sched.goBlock,
      goUnblock: sched.goUnblock,
      goSyscall: sched.goSyscall,
      goSyscallBlocked: sched.goSyscallBlocked,
      procStart: sched.procStart,
      procStop: sched.procStop,
      gcCycles: 0, // Not Go: collector — there is none
      steals: sched.steals,
      stolen: sched.stolen,
      globalGets: sched.globalGets,
      handoffs: sched.handoffs,
      retakes: sched.retakes,
      wakeups: sched.wakeups,
      spins: sched.spins,
      netpollWakes: sched.netpollWakes,
      timerFires: sched.timerFires,
    },
    transfers: { lines: sched.transfers, waitedNs: sched.transfers * sched.costs.transfer },
    slices: summary(sched.slices),
    schedLatency: summary(sched.latency),
    spans: Object.fromEntries(names.spans.map((name, i) => [name, summary(work.spans[i]!)])),
    channels: Object.fromEntries(names.channels.map((one) => [one.name, channelStats(world, one)])),
    listeners: Object.fromEntries(names.listeners.map(({ name }, i) => [name, listenerStats(sched.objects.listeners[i]!)])),
    mutexes: Object.fromEntries(names.mutexes.map((one) => [one.name, mutexStats(world, one)])),
    quota: quotaOf(world),
    series: null,
    expectations: [],
    warnings: cuts(world),
    findings: [],
    events: log === null ? null : log.rows,
    eventHash: log === null ? null : log.hash(),
  };
}

/** The event log of a world that has ended; null when none was asked for, or it became too long. */
export function keptLog({ log }: World): EventLog | null {
  return log === null || log.givenUp ? null : log;
}

/** What of the result is missing because there was too much of it. */
function cuts(world: World): string[] {
  const { log, goroutines, options } = world;
  const lines: string[] = [];
  if (log !== null && keptLog(world) === null) {
    const bytes = options.maxLogBytes;
    lines.push(
      `recording stopped at ${bytes} bytes of event log, so timeline and findings are missing: --until ends a run earlier, with both`,
    );
  }
  if (goroutines?.truncated) lines.push(`the list of goroutines holds the first ${LIST_LIMIT} only`);
  return lines;
}

function quotaOf({ options, machine }: World): Quota | null {
  const counts = machine.quotaCounts();
  const [own, ...outer] = (options.limits ?? []).map((limit, i): QuotaCounts => {
    const { usageNs, periods, throttledPeriods, throttledNs, bursts, burstUsedNs } = counts[i]!;
    const share = periods === 0 ? 0 : throttledPeriods / periods;
    const { quotaNs, periodNs, burstNs } = limit;
    const size = { cpus: quotaNs / periodNs, quotaNs, periodNs, burstNs };
    return { ...size, usageNs, periods, throttledPeriods, throttledShare: share, throttledNs, bursts, burstUsedNs };
  });
  return own === undefined ? null : { ...own, outer };
}

function neighboursOf({ options, machine }: World): Result['neighbours'] {
  const times = machine.neighbourTimes();
  return Object.fromEntries(
    (options.neighbours ?? []).map(({ name, threads, cpuWeight }, i) => [name, { threads, cpuWeight, cpuNs: times[i]! }]),
  );
}

/** Whether main has returned: that ends the process, and main too has finished then. */
function hasReturned({ sched }: World): boolean {
  return OUTCOMES[sched.end!.kind] === 'completed';
}

/** count, mean and percentiles of a set of samples. */
export function summary(samples: SampleSet): Summary {
  const [p50Ns, p90Ns, p99Ns, p999Ns] = samples.percentiles([0.5, 0.9, 0.99, 0.999]) as [number, number, number, number];
  const meanNs = samples.count === 0 ? 0 : Math.floor(samples.sum / samples.count + 0.5);
  return { count: samples.count, meanNs, p50Ns, p90Ns, p99Ns, p999Ns, maxNs: samples.max };
}

function processor(pp: P, makespanNs: number): Processor {
  const times = Array.from(pp.times);
  times[pp.kind]! += makespanNs - pp.kindSince;
  const busyNs = times[KIND_GOROUTINE]! + times[KIND_GC]! + times[KIND_SCHED]!;
  return {
    id: pp.id,
    goroutineNs: times[KIND_GOROUTINE]!,
    gcNs: times[KIND_GC]!,
    schedNs: times[KIND_SCHED]!,
    spinningNs: times[KIND_SPINNING]!,
    syscallNs: times[KIND_SYSCALL]!,
    idleNs: times[KIND_IDLE]!,
    busyNs,
    utilization: makespanNs === 0 ? 0 : busyNs / makespanNs,
  };
}

function threads(world: World): Thread[] {
  return world.sched.allm.map((mp) => ({
    id: mp.id,
    createdAtNs: mp.createdAt,
    endedAtNs: mp.endedAt < 0 ? null : mp.endedAt,
    reason: THREAD_REASONS[mp.reason]!,
    g: mp.becauseOf < 0 ? null : { id: mp.becauseOf, name: world.work.nameOf(mp.becauseBody), index: mp.becauseIndex },
  }));
}

function unfinishedGoroutines(world: World): UnfinishedGoroutine[] {
  const { sched, work } = world;
  const g = sched.g;
  const list: UnfinishedGoroutine[] = [];
  for (let gp = 0; gp < g.count && list.length <= UNFINISHED_LIMIT; gp++) {
    const status = g.status[gp]!;
    if (status === Gdead || status === Gidle || (g.flags[gp]! & F_SYSTEM) !== 0) continue;
    if (gp === 0 && hasReturned(world)) continue;
    const state = status === Grunnable ? 'runnable' : status === Grunning ? 'running' : status === Gsyscall ? 'syscall' : 'waiting';
    const reason = state === 'waiting' ? sched.profile.waitReasons[g.waitreason[gp]!]! : '';
    list.push({ id: g.goid[gp]!, name: work.nameOf(g.body[gp]!), index: g.index[gp]!, state, reason });
  }
  return list.sort((a, b) => a.id - b.id);
}

function channelStats(world: World, names: ObjectNames): Result['channels'][string] {
  const stats = { sends: 0, blockedSends: 0, peakLen: 0, blockedNs: 0 };
  for (let i = 0; i < (names.count ?? 1); i++) {
    const c = world.sched.objects.channels[names.base + i]!;
    stats.sends += c.sends;
    stats.blockedSends += c.blockedSends;
    stats.peakLen = Math.max(stats.peakLen, c.peakLen);
    stats.blockedNs += c.blockedNs;
  }
  return stats;
}

function listenerStats({ arrivals, accepted, replied, backlogPeak, backlog, waits }: Listener): Result['listeners'][string] {
  return { arrivals, accepted, replied, backlogPeak, backlogLeft: backlog.length, waits: summary(waits) };
}

function mutexStats(world: World, names: ObjectNames): Result['mutexes'][string] {
  const stats = { locks: 0, contended: 0, starvations: 0 };
  const waits = new SampleSet();
  for (let i = 0; i < (names.count ?? 1); i++) {
    const m = world.sched.objects.mutexes[names.base + i]!;
    stats.locks += m.locks;
    stats.contended += m.contended;
    stats.starvations += m.starvations;
    if (m.waits !== null) waits.addAll(m.waits);
  }
  return { ...stats, waits: summary(waits) };
}
