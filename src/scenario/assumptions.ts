// What the model leaves out of the world or makes simpler than it is: each with an id, which a comment at the place in the
// source cites, and with the scenarios for which it matters. Where real Go and the simulator differ for one of these
// reasons, that is known; where for another, it is a mistake.

import type { Scenario, Step } from './model.ts';
import { forEachStep } from './walk.ts';

export interface Assumption {
  readonly id: string;
  readonly text: string; // what is assumed
  readonly effect: string; // what a run may therefore show
  readonly applies: (scenario: Scenario) => boolean;
}

const always = (): boolean => true;
const severalProcs = ({ gomaxprocs, cpus }: Scenario): boolean => (gomaxprocs ?? cpus) > 1;

function uses(...ops: Step['op'][]): (scenario: Scenario) => boolean {
  return ({ bodies }) => {
    let found = false;
    for (const body of bodies) {
      forEachStep(body.steps, (step) => {
        if (ops.includes(step.op)) found = true;
      });
    }
    return found;
  };
}

export const ASSUMPTIONS: readonly Assumption[] = [
  {
    id: 'alone',
    text: 'Nothing runs on the machine but the process and the neighbours that the scenario names, and its CPUs are equally fast all the time.',
    effect: 'Real runs have stragglers that other processes and changing clock rates make.',
    applies: always,
  },
  {
    id: 'kernel-outline',
    text: "Linux's scheduler (EEVDF) in outline: loads are counts of the moment but at wake-ups, and leave out who has just gone to sleep; a CPU that becomes idle looks for threads at the next tick; no caches, hyperthreads or NUMA nodes.",
    effect: 'With more busy threads than CPUs, when a thread moves to another CPU may differ, and moving is a little too cheap.',
    applies: severalProcs,
  },
  {
    id: 'fixed-costs',
    text: 'An operation of the runtime costs the same each time, but for what another CPU has used last, and for wake-ups of threads, which vary within a range.',
    effect: 'The first operations of a real program are slower (cold caches).',
    applies: always,
  },
  {
    id: 'cache-lines',
    text: 'A channel, lock, variable or goroutine that another CPU has used last costs more, and always as much; reading counts as writing, and what lies beside it in memory does not count.',
    effect:
      'Channels of one array slow each other down in a real program (false sharing); two CPUs at one lock find it their own now and then.',
    applies: severalProcs,
  },
  {
    id: 'runtime-locks',
    text: "The runtime's own locks are free at once, the scheduler's among them.",
    effect: 'Programs that start, stop or steal goroutines on dozens of Ps at once are a little too fast.',
    applies: severalProcs,
  },
  {
    id: 'collector',
    text: 'No garbage collector and no memory: nothing is allocated and nothing stops the world.',
    effect: 'A program that allocates much spends time, and pauses, that are not shown here; compare with GOGC=off.',
    applies: always,
  },
  {
    id: 'sysmon-duties',
    text: 'The monitor does not return memory to the system and forces no collection every two minutes.',
    effect: 'Runs of minutes lack what these two do.',
    applies: always,
  },
  {
    id: 'settled-start',
    text: 'A settled start is made, not run: helpers and spare threads are parked, and caches of goroutines are empty.',
    effect: 'Threads that a real program has left over from its past may be one or two more.',
    applies: ({ start }) => start.kind === 'settled',
  },
  {
    id: 'free-output',
    text: 'A log entry and the ends of a span cost no time.',
    effect: 'The exported program takes some tenths of a microsecond for each.',
    applies: uses('log', 'span', 'spanSince'),
  },
  {
    id: 'devices',
    text: 'What a system call or a network wait waits for is ready after just the time given, however many wait at once.',
    effect: 'Queues at a disk, a lock in the kernel or a remote service must be described, with a channel or a mutex.',
    applies: uses('syscall', 'net', 'cgo'),
  },
  {
    id: 'pipe-syscalls',
    text: "A read or write that does not block is no system call of its own: its time is the goroutine's.",
    effect: 'The monitor never finds a goroutine in one; a trace of real Go shows one for each.',
    applies: uses('read', 'write', 'net', 'accept'),
  },
  {
    id: 'quota-exact',
    text: 'A CPU limit throttles at the nanosecond, and CPUs with runtime take threads from the queue of one that is throttled.',
    effect: 'The kernel overruns a limit by up to a tick and makes up for it; its threads stay with the CPU that is throttled.',
    applies: ({ limits }) => limits.length > 0,
  },
  {
    id: 'backlog',
    text: 'The queue of connections that wait to be accepted has no end.',
    effect: 'A real listener refuses or drops connections past its limit, often 4,096.',
    applies: ({ listeners }) => listeners.length > 0,
  },
];

/** Those that matter for a scenario; all without one. */
export function assumptionsFor(scenario: Scenario | null): readonly Assumption[] {
  return scenario === null ? ASSUMPTIONS : ASSUMPTIONS.filter((one) => one.applies(scenario));
}
