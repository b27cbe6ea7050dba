// The invariants of the machine, asserted: where its threads are, and that no CPU idles without need.

import { fail } from '../base/assert.ts';
import type { CPU } from './cpu.ts';
import type { Kernel } from './kernel.ts';
import type { Thread } from './thread.ts';
import { THREAD_RUNNING, THREAD_THROTTLED, THREAD_WAITING } from './thread.ts';

/** `idle`: CPUs that were counted as running and holding nothing. `tickAwaited`: idle CPUs will look for work. */
export function checkCpus(cpus: readonly CPU[], threads: readonly Thread[], kernel: Kernel, idle: number, tickAwaited: boolean): void {
  const queued = new Set<Thread>();
  const held = new Set<Thread>();
  let idling = 0;
  for (const { id, thread, held: holds } of cpus) {
    if (thread === null && holds === null) idling++;
    if (holds !== null) held.add(holds);
    if (thread !== null && (thread.cpu !== id || thread.state !== THREAD_RUNNING))
      fail('checkMachine', `CPU ${id} runs thread ${thread.id}, which is in state ${thread.state} on CPU ${thread.cpu}`);
    for (const one of kernel.waitingFor(id)) {
      if (queued.has(one)) fail('checkMachine', `thread ${one.id} is in two queues`);
      queued.add(one);
      if (cpus[id]!.isIdleFor(one.group)) fail('checkMachine', `CPU ${id} idles while thread ${one.id} waits for it`);
    }
  }
  if (idling !== idle) fail('checkMachine', `${idling} CPUs idle, ${idle} were counted`);
  if (idling > 0 && queued.size > 0 && !tickAwaited) fail('checkMachine', `${idling} CPUs idle and none will look for work`);
  for (const one of threads) {
    const { id, state } = one;
    if (queued.has(one) !== (state === THREAD_WAITING)) fail('checkMachine', `thread ${id} in state ${state}, queued: ${queued.has(one)}`);
    if (held.has(one) !== (state === THREAD_THROTTLED)) fail('checkMachine', `thread ${id} in state ${state}, held: ${held.has(one)}`);
    if (one.cpu >= 0 !== (state === THREAD_RUNNING)) fail('checkMachine', `thread ${id} in state ${state} on CPU ${one.cpu}`);
  }
  kernel.check((cpu) => cpus[cpu]!.thread);
}
