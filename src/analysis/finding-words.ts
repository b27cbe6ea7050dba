// Each kind of finding: what it means, and which figures it explains when they are not what they should be. docs/findings.md
// says the same words.

import type { Finding } from '../sim/result.ts';

export interface FindingWords {
  readonly about: string;
  readonly explains: readonly string[]; // the beginnings of paths of figures
}

export const FINDING_WORDS: Readonly<Record<string, FindingWords>> = {
  throttled: {
    about:
      'A CPU limit was used up before the end of at least one period in ten, and CPUs stood still for it for at least 2 % ' +
      'of the length of the run. With more processors than the limit has CPUs the quota is gone the sooner: all run for a ' +
      'while, and then none does.',
    explains: ['quota', 'spans', 'listeners', 'schedLatency', 'makespan', 'slices', 'mutexes', 'processors', 'outcome'],
  },
  neighbours: {
    about:
      "Other loads of the machine kept the process's threads from running: these waited for CPUs that neighbours had, at " +
      'least a tenth as long as goroutines ran in all. While some threads wait and neighbours are on so many CPUs, as many ' +
      'of those threads as there are such CPUs would have run without them.',
    explains: ['neighbours', 'spans', 'makespan', 'slices', 'schedLatency', 'listeners', 'mutexes', 'processors', 'outcome'],
  },
  'lock-convoy': {
    about:
      'More than one goroutine at a time, in the mean over the whole run, waits for a mutex, and most locks find it taken ' +
      '(or fewer, because who is running takes the lock before those that were woken for it; then the line is longer). The ' +
      'time under the lock bounds the throughput, whatever the number of processors.',
    explains: ['spans', 'listeners', 'mutexes', 'makespan', 'processors', 'goroutines', 'schedLatency', 'outcome', 'slices'],
  },
  'lock-starvation': {
    about:
      'A waiter has not got a mutex for more than a millisecond. Go then gives up the faster rule, by which whoever runs ' +
      'may take a free lock, and hands it to the longest waiter at each unlock.',
    explains: ['mutexes', 'spans', 'listeners', 'makespan', 'schedLatency'],
  },
  'one-channel': {
    about:
      'Most sends on one channel wait, there is always a line of senders, and processors are idle meanwhile: the receiver ' +
      'at the other end is the one thing that computes.',
    explains: ['channels', 'spans', 'listeners', 'makespan', 'processors', 'goroutines'],
  },
  'coordinated-omission': {
    about:
      'The clients of a closed loop wait for their replies. At times all of them waited at once, for much longer than a ' +
      'reply mostly takes, and so nobody asked. Traffic from outside would have gone on asking and would have felt each ' +
      'such moment many times over; in the percentiles of this run it is one slow request for each client.',
    explains: ['spans', 'listeners'],
  },
  'runnext-starvation': {
    about:
      'Goroutines wait for 5 ms and more because others wake each other. What a goroutine wakes goes into `runnext`, runs ' +
      'next and inherits what is left of the time slice, so such a pair goes on for 10 ms before anyone else has a turn, ' +
      'and again after it.',
    explains: ['schedLatency', 'spans', 'listeners', 'makespan', 'slices'],
  },
  'hogs-delay-wakeups': {
    about:
      'Timers and network waits were over, and their goroutines ran 2 ms or more later, with every processor in use and ' +
      'something that computes for at least 5 ms at a stretch.',
    explains: ['schedLatency', 'spans', 'listeners', 'makespan', 'slices'],
  },
  'short-sleeps': {
    about:
      'Sleeps of less than a millisecond take a whole one. With a processor idle, the thread that waits for the next timer ' +
      'does so in epoll, which takes whole milliseconds.',
    explains: ['spans', 'listeners', 'makespan'],
  },
  'unbalanced-work': {
    about:
      'Of the goroutines of one body one had at least twice the work of the others, and ran alone for at least a quarter of ' + 'the run.',
    explains: ['makespan', 'spans', 'processors'],
  },
  'goroutine-leak': {
    about:
      'Goroutines of a body are blocked for good, and their number grows through the run. A pool of workers that waits for ' +
      'more work is none, nor are sleepers and those that wait for the network.',
    explains: ['goroutines', 'outcome'],
  },
  'thread-growth': {
    about: 'The process has many more threads than processors, and goroutines in blocking system calls hold at least half of ' + 'them.',
    explains: ['threads', 'outcome', 'counters'],
  },
  'syscall-held-processor': {
    about:
      'A good part of all waiting in run queues was waiting for a processor that a system call kept. A call keeps its ' +
      'processor until the monitor thread takes it away, and that looks every 20 µs at best and every 10 ms at worst.',
    explains: ['schedLatency', 'spans', 'listeners', 'makespan', 'processors', 'counters'],
  },
  'more-processors-than-useful': {
    about:
      '99 % of the time no more than half of the processors had something to run, and the others were not free: threads ' +
      'were woken for nothing, or looked for work in vain.',
    explains: ['processors', 'threads', 'counters'],
  },
  'more-processors-than-cpus': {
    about:
      'GOMAXPROCS is larger than the number of CPUs, and goroutines that run, as far as Go knows, wait for the kernel to ' +
      'give their threads a CPU.',
    explains: ['spans', 'listeners', 'schedLatency', 'makespan', 'slices', 'mutexes', 'processors'],
  },
  'spinning-waste': {
    about:
      'Looking for work takes a fifth or more of the time in which processors are in use. It comes from work in pieces so ' +
      'small that finding them costs as much as doing them.',
    explains: ['processors', 'counters', 'threads', 'makespan'],
  },
  'cache-transfers': {
    about:
      'A fifth or more of the time in which processors are busy goes into memory that has to come from another CPU: ' +
      'channels, locks, variables and goroutines that several CPUs use in turn. More processors do not make such a program ' +
      'faster, and often slower.',
    explains: ['processors', 'transfers', 'makespan', 'spans', 'listeners', 'mutexes'],
  },
};

/** The weightiest finding that bears on a figure, for findings come in that order; null when none does. */
export function explanationOf(path: string, findings: readonly Finding[]): Finding | null {
  const subject = /^[^.[]*/.exec(path)![0];
  return findings.find(({ id }) => Object.hasOwn(FINDING_WORDS, id) && FINDING_WORDS[id].explains.includes(subject)) ?? null;
}
