// Findings about what goroutines share: locks, channels, and the clients that ask them.

import type { Finding, Result } from '../sim/result.ts';
import type { ClosedLoad } from './facts-load.ts';
import type { FindingsInput, Rule } from './finding-rules.ts';
import { about, meanShare, number, several, share, sumOf, tenths } from './finding-rules.ts';

type Found = Omit<Finding, 'id'> | null;

const MANY = 20; // operations
const MOST_WAIT = 0.5;
// Who runs may take a lock before those who were woken for it: then fewer than half wait, and long.
const LONG_LINE = 2;
const MANY_WAIT = 0.1;

/** Locks that more than one goroutine stands in line for, in the mean over the run; the longest line first. */
function convoys({ result }: FindingsInput): { name: string; line: number; mutex: Result['mutexes'][string] }[] {
  return Object.entries(result.mutexes)
    .map(([name, mutex]) => ({ name, mutex, line: (mutex.waits.meanNs * mutex.waits.count) / result.makespanNs }))
    .filter(({ mutex: { locks, contended, waits }, line }) => {
      if (waits.count < MANY || contended < locks * MANY_WAIT) return false;
      return line >= (contended >= locks * MOST_WAIT ? 1 : LONG_LINE);
    })
    .sort((x, y) => y.line - x.line);
}

function lockConvoy(input: FindingsInput): Found {
  const [worst, ...others] = convoys(input);
  if (worst === undefined) return null;
  const { name, line, mutex } = worst;
  const { waits } = mutex;
  const more =
    others.length === 0
      ? ''
      : ` The same at ${others
          .slice(0, 3)
          .map((one) => one.name)
          .join(', ')}.`;
  return {
    sentence: `Goroutines stand in line at the mutex ${name}.`,
    evidence:
      `${share(mutex.contended, mutex.locks)} of ${several(mutex.locks, 'lock')} found it taken; those that slept waited ${about(waits.meanNs)} in the mean ` +
      `(p99 ${about(waits.p99Ns)}), and ${tenths(line)} goroutines at a time.${more}`,
    wayOut: 'Hold it for less time, with the slow part outside; or split what it guards over several locks.',
  };
}

function lockStarvation({ result }: FindingsInput): Found {
  const starving = Object.entries(result.mutexes)
    .filter(([, mutex]) => mutex.starvations > 0)
    .sort(([, x], [, y]) => y.starvations - x.starvations);
  if (starving.length === 0) return null;
  const [name, { starvations, waits }] = starving[0];
  const more =
    starving.length === 1
      ? ''
      : ` The same at ${starving
          .slice(1, 4)
          .map(([other]) => other)
          .join(', ')}.`;
  return {
    sentence: `The mutex ${name} went into starvation mode ${several(starvations, 'time')}.`,
    evidence:
      'A waiter did not get it for more than 1ms, because goroutines that were running took it first; from then on each unlock hands it to ' +
      `the one that has waited longest, with a switch of goroutines each time. The longest wait was ${about(waits.maxNs)}.${more}`,
    wayOut: 'Whoever locks it again at once should do more under one lock, or less often; the slow part belongs outside.',
  };
}

const LINE = 1.5; // senders that wait at a time
const IDLE = 0.25;
const BUSY = 0.5; // processors: who receives computes, and does not wait for something else
const ITS_SHARE = 0.8; // of all sends that wait

function oneChannel(input: FindingsInput): Found {
  const { result, facts } = input;
  const channels = Object.entries(result.channels).sort(([, x], [, y]) => y.blockedSends - x.blockedSends);
  if (channels.length === 0) return null;
  const [name, channel] = channels[0];
  const allBlocked = sumOf(channels, ([, one]) => one.blockedSends);
  const line = (facts.blockedNs.get('chan send') ?? 0) / result.makespanNs;
  const idle = meanShare(input, (p) => p.idleNs);
  if (channel.sends < MANY || channel.blockedSends < channel.sends * MOST_WAIT || channel.blockedSends < allBlocked * ITS_SHARE)
    return null;
  if (line < LINE || idle < IDLE || sumOf(result.processors, (p) => p.goroutineNs) < result.makespanNs * BUSY) return null;
  return {
    sentence: `Everything goes through the channel ${name}, one by one.`,
    evidence:
      `${number(channel.blockedSends)} of ${several(channel.sends, 'send')} waited, ${tenths(line)} goroutines at a time in the mean, while the processors ` +
      `were idle ${share(idle, 1)} of the time.`,
    wayOut: 'Let more goroutines receive from it, or give them several channels; a larger buffer only moves the wait.',
  };
}

const MISSING_SHARE = 0.02; // of the requests that were made

/** Coordinated omission: who waits does not ask, so a stall is counted once and not as often as it would be felt. */
function coordinatedOmission({ result, facts, listeners }: FindingsInput): Found {
  const loads = facts.closedLoads
    .map((load) => ({ load, missing: missingFrom(load, result.makespanNs) }))
    .filter(({ load, missing }) => load.replies >= MANY && missing >= Math.max(1, load.arrivals * MISSING_SHARE))
    .sort((x, y) => y.missing - x.missing);
  if (loads.length === 0) return null;
  const [{ load, missing }] = loads;
  return {
    sentence: `The clients of ${listeners[load.listener]} wait for their replies, and so hide how bad the worst moments are.`,
    evidence:
      `${several(load.stalls, 'time')} all of them waited at once for much longer than the ${about(load.replyNs)} that a reply takes in the mean, up to ` +
      `${about(load.longestNs)}. Nobody asked meanwhile. At the rate of the rest of the run, traffic from outside would have made ` +
      `${several(missing, 'request')} more then, beside ${number(load.arrivals)}, and all of them slow; the percentiles lack them.`,
    wayOut: 'Measure with open arrivals, such as poisson(rate): they come whether the server keeps up or not.',
  };
}

/** Requests that would have been made in the stalls. */
function missingFrom({ arrivals, stalledNs }: ClosedLoad, makespanNs: number): number {
  return stalledNs < makespanNs ? Math.floor((arrivals * stalledNs) / (makespanNs - stalledNs)) : 0;
}

export const CONTENTION_RULES: readonly Rule[] = [
  { id: 'lock-convoy', find: lockConvoy },
  { id: 'lock-starvation', find: lockStarvation },
  { id: 'one-channel', find: oneChannel },
  { id: 'coordinated-omission', find: coordinatedOmission },
];
