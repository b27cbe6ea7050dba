// Findings about threads and processors: too many of either, or in the wrong hands.

import type { Finding } from '../sim/result.ts';
import type { FindingsInput, Rule } from './finding-rules.ts';
import { about, lacksCpus, meanShare, mostOf, nameOf, number, several, share, sumOf } from './finding-rules.ts';

type Found = Omit<Finding, 'id'> | null;

/** Threads that any program of so many processors may have: one each, the monitor, the poller, one or two to spare. */
const USUAL_THREADS = 4;
const MANY_THREADS = 8; // more than usual

function threadGrowth(input: FindingsInput): Found {
  const { result, facts } = input;
  const { peak, created, atStart, list } = result.threads;
  const inCalls = facts.syscalls.peak;
  if (peak - result.gomaxprocs - USUAL_THREADS < Math.max(MANY_THREADS, result.gomaxprocs) || inCalls < peak / 2) return null;
  const caller = mostOf(facts, (body) => body.waits.find((wait) => wait.reason === 'syscall')?.ns ?? 0);
  const handoffs = list.filter((m) => m.reason === 'handoff').length;
  const who = caller === null ? '' : `, most of them of ${nameOf(caller.body, input)}`;
  return {
    sentence: `Blocking system calls made the process grow to ${number(peak)} threads at GOMAXPROCS ${result.gomaxprocs}.`,
    evidence:
      `At ${about(facts.syscalls.peakAtNs)} ${number(inCalls)} goroutines were in system calls at a time${who}; each keeps its thread. ` +
      `Of the ${several(created - atStart, 'thread')} made later, ${number(handoffs)} took over a processor that such a call had kept.`,
    wayOut: `Bound how many may be in the call at a time, as with a channel of capacity ${result.gomaxprocs * 2} around it.`,
  };
}

const HELD_SHARE = 0.4; // of all waiting in run queues
const HELD_OF_RUN = 0.02;

function syscallHeld(input: FindingsInput): Found {
  const { result, facts } = input;
  const { count, ns, longestNs, longestP } = facts.queues.besideSyscall;
  const queuedNs = sumOf(facts.bodies, (body) => body.queuedNs);
  if (count < 3 || ns < queuedNs * HELD_SHARE || ns < result.makespanNs * HELD_OF_RUN) return null;
  return {
    sentence: 'System calls kept processors while goroutines stood in their queues.',
    evidence:
      `${several(count, 'time')} a goroutine waited behind a system call, ${about(ns)} in all, which is ${share(ns, queuedNs)} of all time in run ` +
      `queues; the longest ${about(longestNs)}${longestP < 0 ? '' : ` at P${longestP}`}. A processor is taken from a call only when the monitor looks, every 20µs to 10ms.`,
    wayOut: 'With more processors idle ones steal that work (--procs); waits that the network poller can do keep no processor at all.',
  };
}

const BUSY = 0.5; // a run with less to do has processors to spare in any case
const IDLE_HARM = 0.1; // spinning beside running
const WAKE_HARM = 0.25; // threads woken per start of a goroutine

function moreThanUseful(input: FindingsInput): Found {
  const { result, facts } = input;
  const { useful } = facts.demand;
  const { gomaxprocs, processors, counters } = result;
  if (useful > gomaxprocs / 2 || gomaxprocs - useful < 2 || counters.goStart === 0) return null;
  const spinningNs = sumOf(processors, (p) => p.spinningNs);
  const runningNs = sumOf(processors, (p) => p.goroutineNs);
  if (runningNs < result.makespanNs * BUSY) return null;
  if (spinningNs < runningNs * IDLE_HARM && counters.wakeups < counters.goStart * WAKE_HARM) return null;
  const most = Math.max(1, useful);
  return {
    sentence: `There was work for ${number(most)} of the ${gomaxprocs} processors.`,
    evidence:
      `99% of the time at most ${several(useful, 'goroutine')} ran or could have. The others cost something all the same: ` +
      `${several(counters.wakeups, 'wake-up')} of threads for ${several(counters.goStart, 'start')} of goroutines, and ${about(spinningNs)} of looking for work.`,
    wayOut: `Try --procs ${most}, and compare.`,
  };
}

function moreThanCpus(input: FindingsInput): Found {
  const { result, facts } = input;
  const noCpuNs = sumOf(facts.bodies, (body) => body.noCpuNs);
  const cpuNs = sumOf(facts.bodies, (body) => body.cpuNs);
  if (!lacksCpus(input)) return null;
  return {
    sentence: `${result.gomaxprocs} processors share ${several(result.machine.cpus, 'CPU')}.`,
    evidence:
      `Goroutines that Go took to be running waited ${about(noCpuNs)} in all for the kernel to give their threads a CPU, beside ${about(cpuNs)} ` +
      'on one. Go knows nothing of that wait: it counts into their time slices, and a lock is held through it.',
    wayOut: `With GOMAXPROCS ${result.machine.cpus} they would take turns by Go's rules (--procs ${result.machine.cpus}).`,
  };
}

const SPIN_SHARE = 0.2;
const SPIN_OF_RUN = 0.02;

function spinning(input: FindingsInput): Found {
  const { result, facts } = input;
  const spinningNs = sumOf(result.processors, (p) => p.spinningNs);
  const busyNs = sumOf(result.processors, (p) => p.busyNs);
  if (spinningNs < (busyNs + spinningNs) * SPIN_SHARE || meanShare(input, (p) => p.spinningNs) < SPIN_OF_RUN) return null;
  const { spins, steals } = result.counters;
  const { useful } = facts.demand;
  const fewer = useful > 0 && useful < result.gomaxprocs ? ` (--procs ${useful})` : ' (--procs)';
  return {
    sentence: `Looking for work took ${share(spinningNs, busyNs + spinningNs)} of the time in which processors were in use.`,
    evidence:
      `${about(spinningNs)} of spinning beside ${about(busyNs)} of work: threads began to look ${number(spins)} times, and stole ` +
      `${number(steals)} times. Each goroutine that becomes ready while a processor is idle wakes one of them.`,
    wayOut: `Hand over several pieces of work at a time, or have fewer processors${fewer}.`,
  };
}

const TRANSFER_SHARE = 0.2;
const TRANSFER_OF_RUN = 0.02;

function cacheTransfers({ result }: FindingsInput): Found {
  const { gomaxprocs, makespanNs, processors, channels, transfers } = result;
  const busyNs = sumOf(processors, (p) => p.busyNs);
  if (transfers.waitedNs < busyNs * TRANSFER_SHARE || transfers.waitedNs < makespanNs * gomaxprocs * TRANSFER_OF_RUN) return null;
  const [busiest] = Object.entries(channels)
    .filter(([, { sends }]) => sends > 0)
    .sort(([, x], [, y]) => y.sends - x.sends);
  const most = busiest === undefined ? '' : `; most values went through ${busiest[0]}, ${number(busiest[1].sends)}`;
  return {
    sentence: `Fetching memory from other CPUs took ${share(transfers.waitedNs, busyNs)} of the time in which processors were busy.`,
    evidence:
      `${several(transfers.lines, 'line')} of memory came from the caches of other CPUs, ${about(transfers.waitedNs)} in all${most}. ` +
      'What goroutines on several CPUs use in turn, a channel, a lock, a variable, comes from one to the other each time.',
    wayOut: 'Hand over several values at a time, or give each processor its own; or have one processor, and compare (--procs 1).',
  };
}

export const PROCESSOR_RULES: readonly Rule[] = [
  { id: 'thread-growth', find: threadGrowth },
  { id: 'syscall-held-processor', find: syscallHeld },
  { id: 'more-processors-than-useful', find: moreThanUseful },
  { id: 'more-processors-than-cpus', find: moreThanCpus },
  { id: 'spinning-waste', find: spinning },
  { id: 'cache-transfers', find: cacheTransfers },
];
