// Order, run queues, stealing, system calls, time slices, and how channels spread work; and what servers owe to both.

import { Machine } from '../../src/machine/machine.ts';
import * as chan from '../../src/runtime/chan.ts';
import * as listener from '../../src/runtime/listener.ts';
import type { M } from '../../src/runtime/m.ts';
import * as proc from '../../src/runtime/proc.ts';
import { Runtime } from '../../src/runtime/run.ts';
import * as runq from '../../src/runtime/runq.ts';
import type { Sched } from '../../src/runtime/sched.ts';
import * as syscall from '../../src/runtime/syscall.ts';
import * as threads from '../../src/runtime/threads.ts';
import { costs, params, replaced, together } from '../support/broken-rule.ts';
import type { Exhibit } from './exhibit.ts';

const withoutRunnext = replaced(runq, 'runqput', (runqput) => (s, pp, gp) => runqput(s, pp, gp, false));

const nothingInherited = replaced(runq, 'runqget', (runqget) => (s, pp) => {
  const gp = runqget(s, pp);
  s.inheritTime = false;
  return gp;
});

const nothingStolen = replaced(runq, 'runqsteal', () => () => -1);

const stolenSingly = replaced(runq, 'runqsteal', (runqsteal) => (s, mp, p2, next) => {
  if (runq.runqlen(p2) === 0) return runqsteal(s, mp, p2, next);
  const gp = p2.runq[p2.runqhead & p2.mask];
  p2.runqhead = (p2.runqhead + 1) | 0;
  s.steals++;
  s.stolen++;
  s.inheritTime = false;
  return gp;
});

const nobodyWoken = replaced(threads, 'wakep', () => () => {});

const nobodyWokenByThieves = replaced(threads, 'resetspinning', () => (s, mp) => threads.stopSpinning(s, mp));

const callsUnseen = replaced(syscall, 'inSyscall', () => () => false);

const handedOffAtOnce = replaced(syscall, 'entersyscall', (entersyscall) => (s, mp, ns, cpuNs) => {
  const pp = mp.p!;
  const gp = mp.curg;
  const result = entersyscall(s, mp, ns, cpuNs);
  syscall.takeP(s, pp);
  threads.handoffp(s, pp, gp, threads.BORN_HANDOFF);
  return result;
});

/** The runtime's way to wait for the network, which its class keeps to itself. */
const waits = Runtime.prototype as unknown as { s: Sched; net(mp: M, ns: number): number };

const networkBlocks = replaced(waits, 'net', () => {
  return function (this: typeof waits, mp: M, ns: number): number {
    return syscall.entersyscall(this.s, mp, ns, 0);
  };
});

/** Whoever goes on in a slice that sysmon has found too long gives way. */
const requestsKept = replaced(proc, 'executeSoon', (executeSoon) => (s, mp, gp, inheritTime) => {
  const pp = mp.p!;
  const result = executeSoon(s, mp, gp, inheritTime);
  const sinceSeen = pp.sysmonSchedtick === pp.schedtick ? s.machine.now - pp.sysmonSchedwhen : 0;
  if (sinceSeen >= s.params.forcePreemptNs) s.g.preempt[gp] = 1;
  return result;
});

const withoutSignals = replaced(Machine.prototype, 'signal', () => () => {});

const withoutCapacities = replaced(chan, 'chansend', (chansend) => (s, mp, id) => {
  s.objects.channels[id].cap = Number.POSITIVE_INFINITY;
  return chansend(s, mp, id);
});

const repliesLost = replaced(listener, 'reply', () => () => proc.DONE);

const alwaysAlert = params({ sysmonMaxDelayNs: 20_000 });

export const FIRST: readonly Exhibit[] = [
  {
    file: 'spawn-order.yaml',
    rule: 'what is started or readied last runs next',
    broken: withoutRunnext,
    fails: ['log =='],
  },
  {
    file: 'run-queue-overflow.yaml',
    rule: 'a local queue has room for 256',
    broken: params({ runqsize: 512 }),
    fails: ['log ==', 'counters.globalGets =='],
  },
  {
    file: 'global-queue.yaml',
    rule: 'the global queue comes first at every 61st dispatch',
    broken: params({ globalTick: 1_000_000 }),
    fails: ['log =='],
  },
  {
    file: 'work-stealing.yaml',
    rule: 'an idle P steals',
    broken: nothingStolen,
    fails: ['makespan <', 'processors.utilization.min >'],
  },
  {
    file: 'work-stealing.yaml',
    rule: 'a thief takes half of the queue',
    broken: stolenSingly,
    fails: ['counters.steals <='],
  },
  {
    file: 'unbalanced-bursts.yaml',
    rule: 'a thread that found work wakes another',
    broken: nobodyWokenByThieves,
    fails: ['spans.short.max <'],
  },
  {
    file: 'spawn-tree.yaml',
    rule: 'the child that was started last runs next',
    broken: withoutRunnext,
    fails: ['log ==', 'goroutines.peak <='],
  },
  {
    file: 'blocking-syscalls.yaml',
    rule: 'sysmon takes the P of a thread that stays in the kernel',
    broken: callsUnseen,
    fails: ['makespan <', 'threads.created >=', 'counters.retakes >='],
  },
  {
    file: 'network-waits.yaml',
    rule: 'who waits for the network holds no thread',
    broken: networkBlocks,
    fails: ['threads.created <=', 'counters.netpollWakes =='],
  },
  {
    file: 'short-syscalls.yaml',
    rule: 'a thread keeps its P on its way into the kernel',
    broken: handedOffAtOnce,
    fails: ['log ==', 'counters.handoffs =='],
  },
  {
    file: 'syscalls-beside-a-hog.yaml',
    rule: 'sysmon slows down to a look in 10 ms',
    broken: alwaysAlert,
    fails: ['spans.write.p50 <', 'processors[0].utilization <'],
  },
  {
    file: 'syscalls-beside-a-hog.yaml',
    rule: 'a goroutine has the P for 10 ms before sysmon asks it to give way',
    broken: params({ forcePreemptNs: 100_000 }),
    fails: ['spans.write.max >'],
  },
  {
    file: 'cpu-hogs.yaml',
    rule: 'a slice that lasts too long is ended',
    broken: params({ forcePreemptNs: 1_000_000_000_000 }),
    fails: ['slices.max <'],
  },
  {
    file: 'cpu-hogs.yaml',
    rule: 'sysmon slows down to a look in 10 ms',
    broken: alwaysAlert,
    fails: ['slices.p50 >'],
  },
  {
    file: 'tight-loop.yaml',
    rule: 'a signal stops what makes no calls',
    broken: withoutSignals,
    fails: ['spans.nap.max <'],
  },
  {
    file: 'runnext-starvation.yaml',
    rule: 'what is readied goes in front of the queue',
    broken: withoutRunnext,
    fails: ['spans.waiting.max >', 'counters.goStart >'],
  },
  {
    file: 'runnext-starvation.yaml',
    rule: 'what comes from runnext inherits the slice',
    broken: nothingInherited,
    fails: ['outcome =='],
  },
  {
    file: 'preemption-lost.yaml',
    rule: 'a request to give way ends when its goroutine parks',
    broken: requestsKept,
    fails: ['spans.turn.max >'],
    ownSeed: 'how many requests are lost in a row is luck',
  },
  {
    file: 'pipeline.yaml',
    rule: 'a send waits when the buffer is full',
    broken: withoutCapacities,
    fails: ['spans.item.max <', 'channels.link.peakLen <='],
  },
  {
    file: 'pipeline.yaml',
    rule: 'an idle P steals what another P has readied',
    broken: nothingStolen,
    fails: ['makespan <'],
  },
  {
    file: 'fan-out.yaml',
    rule: 'a go statement wakes an idle P',
    broken: together(nobodyWoken, nobodyWokenByThieves),
    fails: ['spans.upload.p50 <', 'spans.upload.max <'],
  },
  {
    file: 'worker-pool.yaml',
    rule: 'a receiver that was sent something runs next',
    broken: withoutRunnext,
    fails: ['log =='],
  },
  {
    file: 'semaphore-limit.yaml',
    rule: 'a send waits when the buffer is full',
    broken: withoutCapacities,
    fails: ['log ==', 'threads.created <=', 'makespan >='],
  },
  {
    file: 'ring.yaml',
    rule: 'whoever readies a goroutine wakes an idle P',
    broken: nobodyWoken,
    fails: ['processors.spinning.max >'],
  },
  {
    file: 'prime-sieve.yaml',
    rule: 'what another CPU has used last has to come from its cache',
    broken: costs({ transfer: 0 }),
    fails: ['makespan >', 'transfers.waited >'],
  },
  {
    file: 'web-server.yaml',
    rule: 'who waits for the network holds no thread',
    broken: networkBlocks,
    fails: ['threads.created <='],
  },
  {
    file: 'closed-loop.yaml',
    rule: 'a client asks again once it has its reply',
    broken: repliesLost,
    fails: ['listeners.api.replied >'],
  },
];
