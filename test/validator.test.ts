// The validator accepts a day in the life of a scheduler, and finds each kind of thing that cannot be.

import { describe, expect, it } from 'vitest';
import type { Violation } from '../src/analysis/judge.ts';
import { describeViolation, validate } from '../src/analysis/validator.ts';
import { logOf } from './support/log.ts';

const TWO = { gomaxprocs: 2, cpus: 2, runqsize: 4 };

/** M0 runs main (G0) on P0 and CPU 0; M1 is asleep after it found nothing. P1 is idle. */
const BEGUN = `
  0 threadCreate m0 a0
  0 threadOnCpu m0 a0
  0 procStart m0 p0
  0 goCreate m0 p0 g0 a0 b0
  0 goStart m0 p0 g0 a1
  0 threadCreate m1 a0
  0 threadWake m1
  0 threadOnCpu m1 a1
  0 threadPark m1 a0
  0 threadOffCpu m1 a1 b0`;

/** M1, spinning, with P1 on CPU 1. */
const TWO_RUN = `${BEGUN}
  1 spinStart m1
  1 procHandoff m1 p1 a0
  1 threadWake m1
  1 threadOnCpu m1 a1
  1 procStart m1 p1`;

/** As TWO_RUN, with G1, G2, G3 in the queue of P0 and G4 in its runnext. */
const QUEUED = `${TWO_RUN}
  2 goCreate m0 p0 g1 a1 b0
  2 goCreate m0 p0 g2 a1 b0
  2 goCreate m0 p0 g3 a1 b0
  2 goCreate m0 p0 g4 a1 b0`;

const LOCKED = `${BEGUN}
  1 goLockThread m0 g0`;

function violations(...texts: string[]): Violation[] {
  return validate(logOf(...texts), TWO);
}

function said(...texts: string[]): string {
  return violations(...texts)
    .map(describeViolation)
    .join('\n');
}

describe('what may happen', () => {
  it.each([
    [
      'goroutines leave runnext first, with its slice, then the queue in order',
      `${QUEUED}
      3 goBlock m0 p0 g0 a1
      3 goStart m0 p0 g4 a1
      4 goEnd m0 p0 g4
      4 goStart m0 p0 g1 a0
      5 goUnblock m0 p0 g0 b0
      5 goEnd m0 p0 g1
      6 goStart m0 p0 g0 a1
      7 outcome a0`,
    ],
    [
      'a steal takes the older half, runs the last and keeps the others',
      `${QUEUED}
      3 steal m1 p1 a0 b2
      3 spinStop m1
      3 goStart m1 p1 g2 a0
      4 goEnd m1 p1 g2
      4 goStart m1 p1 g1 a0`,
    ],
    [
      'the runnext of an empty queue may be stolen',
      `${TWO_RUN}
      2 goCreate m0 p0 g1 a1 b0
      3 stealNext m1 p1 g1 a0
      3 spinStop m1
      3 goStart m1 p1 g1 a0`,
    ],
    [
      'Gosched and preemption lead to the tail of the global queue',
      `${QUEUED}
      3 goSched m0 p0 g0
      3 goStart m0 p0 g4 a1
      4 goPreempt m0 p0 g4
      4 globalGet m0 p0 a2
      4 goStart m0 p0 g0 a0`,
    ],
    [
      'a full queue spills its older half and the new one',
      `${QUEUED}
      3 goCreate m0 p0 g5 a1 b0
      3 goCreate m0 p0 g6 a1 b0
      3 runqOverflow p0 g5 a2
      4 goBlock m0 p0 g0 a1
      4 globalGet m0 p0 a1
      4 goStart m0 p0 g1 a0
      5 goYield m0 p0 g1
      5 goStart m0 p0 g6 a1
      6 goEnd m0 p0 g6
      6 goStart m0 p0 g3 a0`,
    ],
    [
      'a goroutine may resume in place with its slice',
      `${BEGUN}
      1 goBlock m0 p0 g0 a1
      1 goStart m0 p0 g0 a1`,
    ],
    [
      'a system call keeps its processor, or loses it to sysmon and waits',
      `${BEGUN}
      1 goSyscall m0 p0 g0
      1 threadPark m0 a2
      1 threadOffCpu m0 a0 b0
      2 threadWake m0
      2 threadOnCpu m0 a0
      2 goSyscallExit m0 p0 g0
      3 goSyscall m0 p0 g0
      3 threadPark m0 a2
      3 threadOffCpu m0 a0 b0
      4 procRetake m0 p0
      4 procHandoff m1 p0 a-1
      5 threadWake m1
      5 threadOnCpu m1 a0
      5 procStart m1 p0
      5 threadWake m0
      5 threadOnCpu m0 a1
      6 goSyscallBlocked m0 g0
      6 threadPark m0 a0
      6 threadOffCpu m0 a1 b0
      7 globalGet m1 p0 a1
      7 goStart m1 p0 g0 a0`,
    ],
    [
      'a goroutine that lost its processor may go on with an idle one',
      `${BEGUN}
      1 goSyscall m0 p0 g0
      2 procRetake m0 p0
      2 procStop m1 p0
      3 procStart m0 p0
      3 goSyscallExit m0 p0 g0`,
    ],
    [
      'a locked goroutine found by another thread comes along with the processor',
      `${LOCKED}
      2 goCreate m0 p0 g1 a1 b0
      2 goBlock m0 p0 g0 a1
      2 procHandoff m1 p0 a0
      2 threadPark m0 a3
      2 threadOffCpu m0 a0 b0
      2 threadWake m1
      2 threadOnCpu m1 a1
      2 procStart m1 p0
      2 goStart m1 p0 g1 a1
      3 goUnblock m1 p0 g0 b0
      3 goEnd m1 p0 g1
      4 procHandoff m0 p0 a1
      4 threadPark m1 a0
      4 threadOffCpu m1 a1 b0
      5 threadWake m0
      5 threadOnCpu m0 a0
      5 procStart m0 p0
      5 goStart m0 p0 g0 a0
      6 goUnlockThread m0 g0`,
    ],
    [
      'a thread ends with its locked goroutine',
      `${LOCKED}
      2 goEnd m0 p0 g0
      2 procHandoff m1 p0 a0
      2 threadExit m0
      2 threadOffCpu m0 a0 b0`,
    ],
    [
      'the poller hands one goroutine over to run and queues the others',
      `${BEGUN}
      1 goCreate m0 p0 g1 a1 b0
      1 goCreate m0 p0 g2 a1 b0
      1 goBlock m0 p0 g0 a1
      1 goStart m0 p0 g2 a1
      1 goBlock m0 p0 g2 a1
      1 goStart m0 p0 g1 a0
      1 goBlock m0 p0 g1 a1
      2 goInject m0 p0 g0 b2
      2 goInject m0 p0 g1 b1
      2 goInject m0 p0 g2 b3
      2 goStart m0 p0 g2 a0`,
    ],
    [
      'the kernel may take a thread off its CPU at any time, for another that waits',
      `${BEGUN}
      1 threadWake m1
      1 threadOffCpu m0 a0 b1
      1 threadOnCpu m1 a0
      2 threadPark m1 a5
      2 threadOffCpu m1 a0 b0
      2 threadOnCpu m0 a0
      2 goEnd m0 p0 g0`,
    ],
    [
      'numbers of goroutines are used again',
      `${BEGUN}
      1 goCreate m0 p0 g1 a1 b0
      1 goBlock m0 p0 g0 a1
      1 goStart m0 p0 g1 a1
      1 goUnblock m0 p0 g0 b1
      2 goEnd m0 p0 g1
      2 goStart m0 p0 g0 a0
      3 goCreate m0 p0 g1 a1 b0`,
    ],
  ])('%s', (_, text) => {
    expect(said(text)).toBe('');
  });
});

/** Each row: the rule, what is wrong, the log up to and with it, and the complaint about its last row. */
const BROKEN: [string, string, string, string][] = [
  ['places', 'a goroutine is created twice', `${BEGUN} \n 1 goCreate m0 p0 g0 a0 b0`, 'expected G0 not alive, got: G0 running on M0'],
  [
    'places',
    'a finished one parks',
    `${BEGUN} \n 1 goEnd m0 p0 g0 \n 1 goBlock m0 p0 g0 a1`,
    'expected G0 running on M0, got: G0 not alive',
  ],
  ['places', 'a running one is readied', `${BEGUN} \n 1 goUnblock m0 p0 g0 b0`, 'expected G0 parked, last on M, got: G0 running on M0'],
  ['places', 'a queued one is readied', `${QUEUED} \n 3 goUnblock m0 p0 g1 b1`, 'got: G1 in the local queue of P0'],
  ['places', 'one runs where another does', `${QUEUED} \n 3 goStart m0 p0 g4 a1`, 'expected M0 without a goroutine, got: it runs G0'],
  ['places', 'one leaves a system call it never entered', `${BEGUN} \n 1 goSyscallExit m0 p0 g0`, 'expected G0 in a system call on M0'],
  [
    'places',
    'a thread takes twice',
    `${QUEUED} \n 3 steal m1 p1 a0 b2 \n 3 steal m1 p1 a0 b1`,
    'expected M1 to have taken nothing, got: it has taken G2',
  ],
  ['places', 'a processor steals from itself', `${QUEUED} \n 3 stealNext m0 p0 g4 a0`, 'expected another processor to steal from, got: P0'],
  ['places', 'a field is no place', `${BEGUN} \n 1 goCreate m0 p0 g1 a1 b7`, 'expected one of TO_*, got: 7'],
  [
    'order',
    'the queue goes before runnext',
    `${QUEUED} \n 3 goEnd m0 p0 g0 \n 3 goStart m0 p0 g1 a0`,
    'expected G4, got: G1 in the local queue of P0',
  ],
  [
    'order',
    'the queue is not first in, first out',
    `${QUEUED} \n 3 goEnd m0 p0 g0 \n 3 goStart m0 p0 g4 a1 \n 3 goEnd m0 p0 g4 \n 3 goStart m0 p0 g2 a0`,
    'expected G1, got: G2',
  ],
  [
    'order',
    'the first of a steal runs',
    `${QUEUED} \n 3 steal m1 p1 a0 b2 \n 3 spinStop m1 \n 3 goStart m1 p1 g1 a0`,
    'expected G2, got: G1 in the local queue of P1',
  ],
  [
    'order',
    'the newest of the global queue runs',
    `${QUEUED} \n 3 goSched m0 p0 g0 \n 3 goStart m0 p0 g4 a1 \n 3 goSched m0 p0 g4 \n 3 globalGet m0 p0 a1 \n 3 goStart m0 p0 g4 a0`,
    'expected G0, got: G4 in the global queue',
  ],
  [
    'order',
    'a runnext is stolen before the queue',
    `${QUEUED} \n 3 stealNext m1 p1 g4 a0`,
    'expected the queue of P0 first, got: 3 are in it',
  ],
  [
    'order',
    'a goroutine runs that never was',
    `${BEGUN} \n 1 goEnd m0 p0 g0 \n 1 goStart m0 p0 g9 a0`,
    'expected nothing: P0 has no goroutine, got: G9 not alive',
  ],
  [
    'order',
    'a parked goroutine runs',
    `${QUEUED} \n 3 goBlock m0 p0 g0 a1 \n 3 goStart m0 p0 g4 a1 \n 4 goBlock m0 p0 g4 a1 \n 4 goStart m0 p0 g0 a1`,
    'got: G0 parked, last on M0',
  ],
  ['inherit', 'runnext begins a slice of its own', `${QUEUED} \n 3 goEnd m0 p0 g0 \n 3 goStart m0 p0 g4 a0`, 'expected a 1, got: 0'],
  [
    'inherit',
    'a stolen one inherits',
    `${QUEUED} \n 3 steal m1 p1 a0 b2 \n 3 spinStop m1 \n 3 goStart m1 p1 g2 a1`,
    'expected a 0, got: 1',
  ],
  ['shares', 'a steal takes more than half', `${QUEUED} \n 3 steal m1 p1 a0 b3`, 'expected 2 of 3, got: 3'],
  ['shares', 'a steal takes from nothing', `${TWO_RUN} \n 3 steal m1 p1 a0 b1`, 'expected 0 of 0, got: 1'],
  [
    'shares',
    'a global get takes too much',
    `${QUEUED} \n 3 goSched m0 p0 g0 \n 3 goStart m0 p0 g4 a1 \n 3 goSched m0 p0 g4 \n 3 globalGet m0 p0 a3`,
    'expected 1 or 2 of 2, got: 3',
  ],
  ['shares', 'a queue overflows that has room', `${QUEUED} \n 3 runqOverflow p0 g4 a2`, 'expected a full local queue of P0, got: 3 of 4'],
  [
    'shares',
    'a full queue does not overflow',
    `${QUEUED} \n 3 goCreate m0 p0 g5 a1 b0 \n 3 goCreate m0 p0 g6 a1 b0 \n 3 goEnd m0 p0 g0`,
    'expected runqOverflow of P0: its oldest 2, then G5, got: another row',
  ],
  [
    'shares',
    'an overflow spills another number',
    `${QUEUED} \n 3 goCreate m0 p0 g5 a1 b0 \n 3 goCreate m0 p0 g6 a1 b0 \n 3 runqOverflow p0 g5 a3`,
    'its oldest 2, then G5, got: P0, 3 and G5',
  ],
  [
    'shares',
    'the log ends before an overflow',
    `${QUEUED} \n 3 goCreate m0 p0 g5 a1 b0 \n 3 goCreate m0 p0 g6 a1 b0`,
    'expected runqOverflow with G5, got: the end of the log',
  ],
  ['holding', 'a thread works with a processor of another', `${TWO_RUN} \n 2 goEnd m0 p1 g0`, 'expected M0 with P1, got: it holds P0'],
  ['holding', 'a thread acquires a second processor', `${BEGUN} \n 1 procStart m0 p1`, 'expected M0 without a processor, got: it holds P0'],
  [
    'holding',
    'a processor is held by two',
    `${BEGUN} \n 1 threadWake m1 \n 1 threadOnCpu m1 a1 \n 1 procStart m1 p0`,
    'expected a free P0, got: it is held by M0',
  ],
  [
    'holding',
    'a processor is taken that was given to another',
    `${BEGUN} \n 1 threadCreate m2 a2 \n 1 procHandoff m2 p1 a0 \n 1 threadWake m1 \n 1 threadOnCpu m1 a1 \n 1 procStart m1 p1`,
    'expected M2, which P1 was given to, got: M1',
  ],
  [
    'holding',
    'a processor is given away twice',
    `${BEGUN} \n 1 threadCreate m2 a2 \n 1 procHandoff m2 p1 a0 \n 1 procHandoff m1 p1 a0`,
    'expected a free P1, got: it is given to M2',
  ],
  [
    'holding',
    'a processor with work becomes idle',
    `${BEGUN} \n 1 goCreate m0 p0 g1 a1 b0 \n 1 goEnd m0 p0 g0 \n 1 procStop m0 p0`,
    'expected no goroutine at idle P0, got: runnext G1, 0 queued',
  ],
  [
    'holding',
    'a thread gives up its processor while it runs',
    `${BEGUN} \n 1 procStop m0 p0`,
    'expected M0 without a goroutine when it gives its processor up, got: it runs G0',
  ],
  [
    'holding',
    'sysmon retakes a processor from a thread that runs',
    `${BEGUN} \n 1 procRetake m0 p0`,
    'expected M0 in a system call, got: it is in none',
  ],
  [
    'holding',
    'a goroutine is back without its processor',
    `${BEGUN} \n 1 goSyscall m0 p0 g0 \n 2 procRetake m0 p0 \n 3 goSyscallExit m0 p0 g0`,
    'expected M0 with P0, got: it holds no P',
  ],
  [
    'holding',
    'a goroutine with a processor finds none',
    `${BEGUN} \n 1 goSyscall m0 p0 g0 \n 2 goSyscallBlocked m0 g0`,
    'expected M0 without a processor, got: it holds P0',
  ],
  [
    'holding',
    'a thread sleeps with a processor',
    `${TWO_RUN} \n 2 spinStop m1 \n 2 threadPark m1 a0`,
    'expected M1 without a processor when it sleeps (stopm), got: it holds P1',
  ],
  [
    'holding',
    'there is no such processor',
    `${BEGUN} \n 1 threadWake m1 \n 1 threadOnCpu m1 a1 \n 1 procStart m1 p2`,
    'expected a processor below 2, got: P2',
  ],
  ['cpu', 'a sleeping thread acts', `${BEGUN} \n 1 goCreate m1 p-1 g1 a1 b2`, 'expected M1 on a CPU, got: M1 is asleep'],
  [
    'cpu',
    'a thread acts while it waits for a CPU',
    `${BEGUN} \n 1 threadOffCpu m0 a0 b1 \n 2 goEnd m0 p0 g0`,
    'expected M0 on a CPU, got: M0 waits for a CPU',
  ],
  ['cpu', 'a CPU runs two threads', `${BEGUN} \n 1 threadWake m1 \n 1 threadOnCpu m1 a0`, 'expected CPU 0 free, got: M0 is on it'],
  ['cpu', 'a thread is on two CPUs', `${BEGUN} \n 1 threadOnCpu m0 a1`, 'expected M0 runnable, got: M0 is on CPU 0'],
  ['cpu', 'there is no such CPU', `${BEGUN} \n 1 threadWake m1 \n 1 threadOnCpu m1 a2`, 'expected a CPU below 2, got: CPU 2'],
  ['cpu', 'a thread leaves a CPU it is not on', `${BEGUN} \n 1 threadOffCpu m0 a1 b1`, 'expected M0 on CPU 1, got: M0 is on CPU 0'],
  ['threads', 'a thread comes twice', `${BEGUN} \n 1 threadCreate m1 a2`, 'expected a new thread, got: M1, which exists'],
  ['threads', 'a thread never came', `${BEGUN} \n 1 threadWake m7`, 'expected a thread that was created, got: M7'],
  ['threads', 'a thread that is awake wakes', `${BEGUN} \n 1 threadWake m0`, 'expected M0 asleep, got: M0 is on CPU 0'],
  ['threads', 'a thread sleeps with a goroutine', `${BEGUN} \n 1 threadPark m0 a4`, 'expected no goroutine on M0 when it sleeps, got: G0'],
  [
    'threads',
    'a thread sleeps in a system call that is none',
    `${TWO_RUN} \n 2 threadPark m1 a2`,
    'expected M1 in a system call, got: it is in none',
  ],
  [
    'threads',
    'a thread that ended acts again',
    `${LOCKED} \n 2 goEnd m0 p0 g0 \n 2 procHandoff m1 p0 a0 \n 2 threadExit m0 \n 2 threadOffCpu m0 a0 b0 \n 3 threadWake m0`,
    'expected M0 asleep, got: M0 has ended',
  ],
  ['threads', 'a thread ends with a processor', `${TWO_RUN} \n 2 threadExit m1`, 'expected M1 without a processor, got: it holds P1'],
  [
    'threads',
    'an awake thread leaves its CPU of itself',
    `${BEGUN} \n 1 threadOffCpu m0 a0 b0`,
    'expected M0 preempted: it is awake, got: b 0',
  ],
  ['spinning', 'a thread begins to spin twice', `${TWO_RUN} \n 2 spinStart m1`, 'expected M1 not spinning, got: it spins'],
  ['spinning', 'a thread stops that does not spin', `${BEGUN} \n 1 spinStop m1`, 'expected M1 spinning, got: it does not'],
  [
    'spinning',
    'a thread runs a goroutine and spins',
    `${QUEUED} \n 3 steal m1 p1 a0 b2 \n 3 goStart m1 p1 g2 a0`,
    'expected M1 to have stopped spinning, got: it still spins',
  ],
  [
    'spinning',
    'a thread sleeps and spins',
    `${TWO_RUN} \n 2 procStop m1 p1 \n 2 threadPark m1 a0`,
    'expected M1 to have stopped spinning, got: it sleeps',
  ],
  [
    'locked',
    'a locked goroutine runs elsewhere',
    `${LOCKED} \n 2 goSched m0 p0 g0 \n 2 procHandoff m1 p0 a0 \n 2 threadWake m1 \n 2 threadOnCpu m1 a1 \n 2 procStart m1 p0 \n 2 globalGet m1 p0 a1 \n 3 goStart m1 p0 g0 a0`,
    'expected G0 on M0 only, got: M1',
  ],
  [
    'locked',
    'a locked thread runs something else',
    `${LOCKED} \n 2 goCreate m0 p0 g1 a1 b0 \n 2 goBlock m0 p0 g0 a1 \n 2 goStart m0 p0 g1 a1`,
    'expected nothing but G0 on M0, got: G1',
  ],
  [
    'locked',
    'the thread of an ended goroutine goes on',
    `${LOCKED} \n 2 goCreate m0 p0 g1 a1 b0 \n 2 goEnd m0 p0 g0 \n 2 goStart m0 p0 g1 a1`,
    'expected nothing on M0: its locked goroutine has ended, got: G1',
  ],
  ['locked', 'one is unlocked that was not locked', `${BEGUN} \n 1 goUnlockThread m0 g0`, 'expected G0 locked to M0, got: M0 has no G'],
  [
    'locked',
    'a thread waits for a locked goroutine it has not',
    `${TWO_RUN} \n 2 spinStop m1 \n 2 procStop m1 p1 \n 2 threadPark m1 a3`,
    'expected a goroutine locked to M1, got: there is none',
  ],
  [
    'end',
    'something happens after the outcome',
    `${BEGUN} \n 1 outcome a0 \n 1 goEnd m0 p0 g0`,
    'expected nothing after the outcome, got: a row',
  ],
  ['end', 'the outcome is none', `${BEGUN} \n 1 outcome a99`, 'expected an outcome, got: 99'],
];

describe('what cannot be', () => {
  it.each(BROKEN)('%s: %s', (rule, _, text, complaint) => {
    const found = violations(text);
    const rows = text.trim().split('\n').length;
    expect(found.map((violation) => violation.row >= rows - 1)).not.toContain(false);
    expect(found.map((violation) => violation.rule)).toContain(rule);
    expect(found.map(describeViolation).join('\n')).toContain(complaint);
  });

  it('idle processors are taken last in, first out', () => {
    const idle = `
      0 threadCreate m0 a0
      0 threadOnCpu m0 a0
      0 procStart m0 p0`;
    const four = { gomaxprocs: 4, cpus: 2 };
    const handed = (...ps: number[]): string[] => {
      const rows = ps.map((p, i) => `1 threadCreate m${i + 1} a2 \n 1 procHandoff m${i + 1} p${p} a0`);
      return validate(logOf(idle, ...rows), four).map(describeViolation);
    };
    expect(handed(1, 2, 3)).toEqual([]);
    expect(handed(3, 2, 1)).toEqual([]);
    expect(handed(2)).toEqual(['row 4, 1 ns, procHandoff: holding: expected P1, idle last, got: P2']);
    expect(handed(3, 1)).toEqual(['row 6, 1 ns, procHandoff: holding: expected P2, idle last, got: P1']);
  });

  it('every 61st time slice of a processor belongs to the global queue', () => {
    const one = { gomaxprocs: 1, cpus: 1 };
    const begun = `
      0 threadCreate m0 a0
      0 threadOnCpu m0 a0
      0 procStart m0 p0
      0 goCreate m0 p0 g0 a0 b0
      0 goStart m0 p0 g0 a1
      1 goCreate m0 p0 g1 a1 b0
      1 goSched m0 p0 g0
      1 goStart m0 p0 g1 a1
      1 goSched m0 p0 g1
      2 globalGet m0 p0 a1
      2 goStart m0 p0 g0 a0
      2 goCreate m0 p0 g2 a1 b1`;
    const slices = (n: number): string => {
      const rows = Array.from({ length: n }, (_, i) => [
        `3 goYield m0 p0 g${i % 2 === 0 ? 0 : 2}`,
        `3 goStart m0 p0 g${i % 2 === 0 ? 2 : 0} a0`,
      ]);
      return rows.flat().join('\n');
    };
    expect(validate(logOf(begun, slices(60)), one)).toEqual([]);
    expect(validate(logOf(begun, slices(60), '4 goYield m0 p0 g0 \n 4 globalGet m0 p0 a1'), one)).toEqual([]);
    expect(validate(logOf(begun, slices(61)), one).map(describeViolation)).toEqual([
      "row 133, 3 ns, goStart: order: expected G1: it is the global queue's turn, got: G2",
    ]);
    expect(validate(logOf(begun, '3 goSched m0 p0 g0 \n 3 globalGet m0 p0 a1'), one).map(describeViolation)).toEqual([
      "row 13, 3 ns, globalGet: shares: expected 2 of 2, or one at the global queue's turn, got: 1",
    ]);
  });

  it('a complaint names row, instant and event', () => {
    expect(said(`${BEGUN} \n 70 spinStop m1`)).toBe('row 10, 70 ns, spinStop: spinning: expected M1 spinning, got: it does not');
  });

  it('no more than twenty complaints are made', () => {
    expect(violations(BEGUN, '1 spinStop m1\n'.repeat(50))).toHaveLength(20);
  });
});
