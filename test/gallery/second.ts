// Locks, timers, threads, ways to end, the network, and whole servers.

import { Kernel } from '../../src/machine/kernel.ts';
import * as fatal from '../../src/runtime/fatal.ts';
import { F_MAIN, F_RECOVER } from '../../src/runtime/g.ts';
import * as listener from '../../src/runtime/listener.ts';
import * as netpoll from '../../src/runtime/netpoll.ts';
import * as proc from '../../src/runtime/proc.ts';
import * as sync from '../../src/runtime/sync.ts';
import * as syscall from '../../src/runtime/syscall.ts';
import * as threads from '../../src/runtime/threads.ts';
import * as timerChan from '../../src/runtime/timer-chan.ts';
import type { World } from '../../src/sim/world.ts';
import * as worldModule from '../../src/sim/world.ts';
import type { BrokenRule } from '../support/broken-rule.ts';
import { params, replaced, together } from '../support/broken-rule.ts';
import type { Exhibit } from './exhibit.ts';

/** Changes a world before its first step. */
function inWorld(change: (world: World) => void): BrokenRule {
  return replaced(worldModule, 'createWorld', (create) => (...args) => {
    const world = create(...args);
    change(world);
    return world;
  });
}

/** A field that is always this, whatever is written to it. */
function pinned<T>(object: T, field: keyof T, value: unknown): void {
  Object.defineProperty(object, field, { get: () => value, set: () => undefined });
}

const fairUnlock = replaced(sync, 'mutexUnlock', (unlock) => (s, mp, m) => {
  if (m.waiters > 0) m.starving = true;
  return unlock(s, mp, m);
});

/** A limit that is never reached. */
const roomyQuota = replaced(worldModule, 'createWorld', (create) => (program, options, ...rest) => {
  const limits = (options.limits ?? []).map((limit) => ({ ...limit, quotaNs: options.cpus * limit.periodNs }));
  return create(program, { ...options, limits }, ...rest);
});

const neverStarving = inWorld(({ sched }) => {
  for (const mutex of sched.objects.mutexes) pinned(mutex, 'starving', false);
});

const readersPassWriters = replaced(sync, 'rlock', () => (_s, _mp, rw) => {
  rw.readerCount++;
  if (rw.pending) rw.readerWait++;
  return proc.DONE;
});

const roomInChannels = inWorld(({ sched }) => {
  for (const channel of sched.objects.channels) channel.cap = 1_000_000;
});

/** The monitor never sees a P whose goroutine is in a system call. */
const syscallsKeepTheirP = replaced(syscall, 'inSyscall', () => () => false);

const nobodyIsStuck = inWorld(({ sched }) => {
  const { mcount } = sched;
  sched.mcount = () => mcount.call(sched) + 1;
});

const mainWaitsForOthers = replaced(proc, 'goexit', (goexit) => (s, mp) => {
  if ((s.g.flags[mp.curg]! & F_MAIN) !== 0) s.g.bits[mp.curg] = 1; // as runtime.Goexit
  return goexit(s, mp);
});

const everyPanicIsRecovered = replaced(fatal, 'goPanic', (goPanic) => (s, mp, text) => {
  s.g.flags[mp.curg]! |= F_RECOVER;
  return goPanic(s, mp, text);
});

/** The monitor takes every look at the processors for one at the network too. */
const monitorAlwaysPolls = inWorld(({ sched }) => {
  let last = 1;
  Object.defineProperty(sched, 'lastpoll', {
    get: () => (last === 0 ? 0 : -1e9),
    set: (at: number) => {
      last = at;
    },
  });
});

const clockStartsAtAccept = replaced(listener, 'accept', (accept) => (s, mp, l) => {
  const gp = mp.curg;
  const result = accept(s, mp, l);
  if (result === proc.DONE) s.g.val[gp] = s.machine.now;
  return result;
});

const clientsDoNotWait = together(
  replaced(listener, 'arrive', (arrive) => (s, item) => {
    arrive(s, item);
    const [l] = s.objects.listeners;
    s.machine.device(l.source.think(item - l.firstItem), item);
  }),
  replaced(listener, 'reply', () => () => proc.DONE),
);

/** Every thread counts the same, whatever group it is of. */
const threadsForThemselves = replaced(Kernel.prototype as unknown as { loadOf: () => number }, 'loadOf', () => () => 1024);

export const SECOND: readonly Exhibit[] = [
  {
    file: 'noisy-neighbour.yaml',
    rule: 'the weight of a control group is divided among its threads',
    broken: threadsForThemselves,
    fails: ['makespan <'],
  },
  {
    file: 'mutex-barging.yaml',
    rule: 'Unlock wakes a waiter and does not hand the mutex over',
    broken: fairUnlock,
    fails: ['log =='],
  },
  {
    file: 'mutex-starvation.yaml',
    rule: 'a waiter who finds the mutex taken after a millisecond gets it next',
    broken: neverStarving,
    fails: ['log ==', 'mutexes.index.starvations', 'spans.lookup.max <'],
  },
  {
    file: 'readers-and-writers.yaml',
    rule: 'a writer who waits keeps later readers out',
    broken: readersPassWriters,
    fails: ['log ==', 'spans.lookup.max'],
  },
  {
    file: 'cond-broadcast.yaml',
    rule: 'a broadcast wakes all who wait',
    broken: replaced(sync, 'condBroadcast', () => sync.condSignal),
    fails: ['outcome ==', 'log =='],
  },
  {
    file: 'select-timeout.yaml',
    rule: 'a select ends when its timer goes off',
    broken: replaced(timerChan, 'newChanTimer', (make) => (s, mp, ns) => make(s, mp, 10 * ns)),
    fails: ['log ==', 'spans.request.max <'],
  },
  {
    file: 'select-timeout.yaml',
    rule: 'a send to an unbuffered channel waits for a receiver, for ever if need be',
    broken: roomInChannels,
    fails: ['goroutines.finished', 'goroutines.unfinished[0].reason'],
  },
  {
    file: 'late-timers.yaml',
    rule: 'a goroutine may run for ten milliseconds',
    broken: params({ forcePreemptNs: 1_000_000, sysmonMaxDelayNs: 1_000_000 }),
    fails: ['spans.late.p50'],
  },
  {
    file: 'late-timers.yaml',
    rule: 'a goroutine that runs for longer is preempted',
    broken: params({ forcePreemptNs: 100_000_000 }),
    fails: ['spans.late.max'],
  },
  {
    file: 'millisecond-sleeps.yaml',
    rule: 'the poller waits for whole milliseconds',
    broken: replaced(netpoll, 'pollTimeout', () => (ns) => Math.max(0, ns)),
    fails: ['spans.short.p50 >', 'spans.longer.p50 >'],
  },
  {
    file: 'lock-os-thread.yaml',
    rule: 'a locked goroutine runs on its thread only, and nothing else does',
    broken: replaced(threads, 'lockOSThread', () => () => undefined),
    fails: ['spans.locked.p50', 'counters.handoffs', 'counters.wakeups'],
  },
  {
    file: 'deadlock.yaml',
    rule: 'the last thread to stop reports a deadlock',
    broken: nobodyIsStuck,
    fails: ['outcome ==', 'outcome.message'],
  },
  {
    file: 'hang.yaml',
    rule: 'somebody who waits for the network keeps a thread in the poller, which is no deadlock',
    broken: inWorld(({ sched }) => pinned(sched, 'netpollWaiters', 0)),
    fails: ['outcome =='],
  },
  {
    file: 'leak.yaml',
    rule: 'when main returns nobody is waited for',
    broken: mainWaitsForOthers,
    fails: ['outcome ==', 'log ==', 'goroutines.finished'],
  },
  {
    file: 'panic.yaml',
    rule: 'a panic that its own goroutine does not recover ends the process',
    broken: everyPanicIsRecovered,
    fails: ['outcome ==', 'log =='],
  },
  {
    file: 'thread-exhaustion.yaml',
    rule: 'there is a limit of threads',
    broken: inWorld(({ sched }) => pinned(sched, 'maxmcount', 10_000)),
    fails: ['outcome ==', 'threads.created', 'makespan <'],
  },
  {
    file: 'thread-exhaustion.yaml',
    rule: 'the P of a system call that lasts goes to another thread',
    broken: syscallsKeepTheirP,
    fails: ['outcome ==', 'threads.created'],
  },
  {
    file: 'netpoll-starvation.yaml',
    rule: 'with work in the run queues only the monitor polls the network, after ten milliseconds',
    broken: together(monitorAlwaysPolls, params({ sysmonMaxDelayNs: 1_000_000 })),
    fails: ['spans.reply.p50'],
  },
  {
    file: 'web-server.yaml',
    rule: 'the P of a system call that lasts goes to another thread',
    broken: syscallsKeepTheirP,
    fails: ['listeners.http.waits.p99', 'schedLatency.p99'],
  },
  {
    file: 'container-limit.yaml',
    rule: 'a CPU without runtime stands still until the next period of the limit',
    broken: roomyQuota,
    fails: ['quota.throttledShare', 'quota.throttled >', 'spans.request.p999'],
  },
  {
    file: 'closed-loop.yaml',
    rule: 'a client asks again only after its reply',
    broken: clientsDoNotWait,
    fails: ['goroutines.peak', 'spans.request.max'],
  },
  {
    file: 'request-across-goroutines.yaml',
    rule: 'the clock of a request starts at its arrival',
    broken: clockStartsAtAccept,
    fails: ['spans.request.max >', 'spans.queued.p50'],
  },
  {
    file: 'dns-by-cgo.yaml',
    rule: 'a send to a full channel waits',
    broken: roomInChannels,
    fails: ['threads.created <=', 'channels.lookups.peakLen'],
  },
  {
    file: 'disk-reads.yaml',
    rule: 'the P of a system call that lasts goes to another thread',
    broken: syscallsKeepTheirP,
    fails: ['threads.created >=', 'spans.block.max'],
  },
  {
    file: 'disk-reads-semaphore.yaml',
    rule: 'a send to a full channel waits',
    broken: roomInChannels,
    fails: ['threads.created'],
  },
];
