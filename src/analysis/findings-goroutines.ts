// Findings about goroutines that wait for others: for their turn, for timers and the network, or for good.

import type { Finding } from '../sim/result.ts';
import { LATE_NS, SHORT_NS } from './facts-late.ts';
import type { FindingsInput, Rule } from './finding-rules.ts';
import { about, lacksCpus, mostOf, nameOf, number, several, share, sumOf } from './finding-rules.ts';

type Found = Omit<Finding, 'id'> | null;

const STARVED_NS = 5_000_000;
const ONE_OF_THEM = 0.8; // of the starts: it hands over to its like

function runnextStarvation(input: FindingsInput): Found {
  const { besideRunnext, inheritors } = input.facts.queues;
  const { count, longestNs, longestBody, longestP } = besideRunnext;
  if (longestNs < STARVED_NS) return null;
  const all = sumOf(inheritors, (one) => one.starts);
  const [first, second] = inheritors;
  const names = first.starts >= all * ONE_OF_THEM ? [first] : [first, second];
  const pair = names.map((one) => nameOf(one.body, input));
  const where = longestP < 0 ? 'the global queue' : `the queue of P${longestP}`;
  return {
    sentence: `Goroutines of ${pair.join(' and ')} handed the processor to each other and kept the rest waiting.`,
    evidence:
      `${several(count, 'time')} a goroutine waited for long behind goroutines that were started from runnext; a ${nameOf(longestBody, input)} ` +
      `waited ${about(longestNs)} in ${where}. What wakes another so shares one time slice of 10ms with it, and begins no new one.`,
    wayOut:
      'Fewer hand-overs, as with a buffer in the channel between them, or a runtime.Gosched; another processor takes what waits (--procs).',
  };
}

const HOG_SLICE_NS = 5_000_000;
const FEW_LATE = 3;
const LATE_SHARE = 0.01;

function hogsDelay(input: FindingsInput): Found {
  const { timers, network } = input.facts.late;
  const late = timers.late + network.late;
  const all = timers.count + network.count;
  const hog = mostOf(input.facts, (body) => body.longestSliceNs);
  if (lacksCpus(input)) return null; // then slices are long because the kernel interrupts them
  if (late < FEW_LATE || late < all * LATE_SHARE || hog === null || hog.longestSliceNs < HOG_SLICE_NS) return null;
  const parts = [
    ...(timers.late > 0 ? [`${number(timers.late)} of ${several(timers.count, 'wake-up')} by timers`] : []),
    ...(network.late > 0 ? [`${number(network.late)} of ${number(network.count)} by the network`] : []),
  ];
  return {
    sentence: `Long computations of ${nameOf(hog.body, input)} delayed ${delayed(timers.late, network.late)}.`,
    evidence:
      `${parts.join(' and ')} came to run ${about(LATE_NS)} or more after their time, up to ${about(Math.max(timers.longestNs, network.longestNs))}, ` +
      `with every processor in use; ${nameOf(hog.body, input)} ran for up to ${about(hog.longestSliceNs)} at a stretch.`,
    wayOut: 'Leave a processor free for what must be prompt (--procs), or have the computation call runtime.Gosched now and then.',
  };
}

function delayed(timers: number, network: number): string {
  if (timers > 0 && network > 0) return 'timers and the network';
  return timers > 0 ? 'timers' : 'the network';
}

const MANY_SLEEPS = 10;
const ROUNDED_NS = 400_000; // lateness in the mean

function shortSleeps({ facts }: FindingsInput): Found {
  const { count, askedNs, gotNs } = facts.late.shortSleeps;
  if (count < MANY_SLEEPS || gotNs - askedNs < count * ROUNDED_NS || gotNs < askedNs * 1.5) return null;
  return {
    sentence: `Sleeps of less than ${about(SHORT_NS)} took about that long.`,
    evidence:
      `${several(count, 'sleep')} asked for ${about(askedNs / count)} in the mean and got ${about(gotNs / count)}: while a processor is idle, a thread waits ` +
      'for the next timer in epoll, which counts in whole milliseconds.',
    wayOut: 'Sleep until an instant and then do all that has become due, rather than pausing between single steps.',
  };
}

const ALONE_SHARE = 0.25; // of the run
const TIMES_THE_OTHERS = 2;

function unbalanced(input: FindingsInput): Found {
  const { result, facts } = input;
  const { alone } = facts.demand;
  if (result.gomaxprocs < 2 || alone === null || alone.ns < result.makespanNs * ALONE_SHARE) return null;
  const body = facts.bodies.find((one) => one.body === alone.body);
  if (body === undefined || body.created < 2) return null;
  const othersNs = (body.cpuNs - body.mostCpuNs) / (body.created - 1);
  if (othersNs <= 0 || body.mostCpuNs < othersNs * TIMES_THE_OTHERS) return null;
  const name = nameOf(body.body, input);
  return {
    sentence: `The work is divided unequally: in the end one ${name} ran alone.`,
    evidence:
      `One ${name} computed for ${about(body.mostCpuNs)}, the other ${number(body.created - 1)} for ${about(othersNs)} in the mean. For ${about(alone.ns)}, ` +
      `${share(alone.ns, result.makespanNs)} of the run, it ran while nothing else could.`,
    wayOut: 'Cut the work into more and smaller pieces that all take from one queue, rather than giving each its share beforehand.',
  };
}

const MANY_STUCK = 10;
const GROWS = { least: 0.1, most: 0.85 }; // share that was there in the middle of the run
const OPEN_ENDED = new Set(['completed', 'exit', 'until', 'limit', 'interrupted']);

function leak(input: FindingsInput): Found {
  const { result, facts } = input;
  if (!OPEN_ENDED.has(result.outcome.kind)) return null;
  const grows = (part: number, whole: number): boolean => part >= whole * GROWS.least && part <= whole * GROWS.most;
  const leaking = facts.bodies
    .filter(({ stuck }) => stuck !== null && stuck.count >= MANY_STUCK && stuck.reason !== 'sleep' && stuck.reason !== 'IO wait')
    .filter(({ stuck }) => grows(stuck!.before, stuck!.count) && grows(stuck!.bornBefore, stuck!.count))
    .sort((x, y) => y.stuck!.count - x.stuck!.count);
  if (leaking.length === 0) return null;
  const [{ body, created, stuck }] = leaking;
  const others =
    leaking.length > 1
      ? ` Likewise ${leaking
          .slice(1, 4)
          .map((one) => nameOf(one.body, input))
          .join(', ')}.`
      : '';
  return {
    sentence: `Goroutines of ${nameOf(body, input)} pile up: nothing wakes them any more.`,
    evidence:
      `${number(stuck!.count)} of ${number(created)} are blocked at the end [${stuck!.reason}], ${number(stuck!.before)} of them since before the ` +
      `middle of the run, and there are ever more.${others}`,
    wayOut: 'Give each a way to end: a select with a second case that ends it, or a buffered channel for an answer that nobody may take.',
  };
}

export const GOROUTINE_RULES: readonly Rule[] = [
  { id: 'runnext-starvation', find: runnextStarvation },
  { id: 'hogs-delay-wakeups', find: hogsDelay },
  { id: 'short-sleeps', find: shortSleeps },
  { id: 'unbalanced-work', find: unbalanced },
  { id: 'goroutine-leak', find: leak },
];
