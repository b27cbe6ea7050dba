// Invariants of timers and pipes: each heap is in order and knows what is to leave it; a timer is in the heap that it says
// it is in; nobody waits at a pipe for what is there.

import { fail } from '../base/assert.ts';
import { Gsyscall, Gwaiting } from '../runtime/g.ts';
import type { Sched } from '../runtime/sched.ts';
import type { World } from './world.ts';

export function checkTimersAndPipes({ sched, machine, options }: World): void {
  const expect = (ok: boolean, what: string, got: unknown): void => {
    if (!ok) fail('checkTimersAndPipes', `${what}: ${got}; at ${machine.now} ns, seed ${options.seed}`);
  };
  checkHeaps(sched, expect);
  for (const [i, timer] of sched.objects.timers.entries()) {
    if (timer === null) continue;
    expect(timer.when > 0 || timer.heap === null || timer.zombie, `timer ${i} is set, or on its way out of a heap`, timer.when);
    expect(!timer.zombie || timer.heap !== null, `timer ${i} leaves a heap that it is in`, timer.zombie);
    if (timer.chan === null || !sched.profile.lazyChanTimers) continue;
    const isDue = timer.heap !== null && !timer.zombie;
    expect(isDue || timer.blocked === 0 || timer.when === 0, `ticker ${i} is in a heap when somebody waits`, timer.blocked);
  }
  checkPipes(sched, expect);
}

type Expect = (ok: boolean, what: string, got: unknown) => void;

function checkHeaps(sched: Sched, expect: Expect): void {
  for (const pp of sched.allp) {
    const { timers } = pp;
    let zombies = 0;
    for (let i = 0; i < timers.size; i++) {
      const what = timers.at(i);
      const when = timers.whenAt(i);
      expect(i === 0 || when >= timers.whenAt((i - 1) >> 2), `entry ${i} of the timers of P ${pp.id} is not due before its parent`, when);
      if (typeof what === 'number') {
        expect(
          sched.g.status[what] === Gwaiting,
          `goroutine ${what}, which sleeps in the timers of P ${pp.id}, waits`,
          sched.g.status[what],
        );
        continue;
      }
      if (what.zombie) zombies++;
      expect(what.heap === pp && what.heapWhen === when, `entry ${i} of the timers of P ${pp.id} is that of its timer`, what.heapWhen);
      if (!what.modified && !what.zombie)
        expect(what.when === when, `entry ${i} of the timers of P ${pp.id} is due when its timer is`, when);
    }
    expect(zombies === timers.zombies, `P ${pp.id} counts the timers that are to leave`, `${timers.zombies}, not ${zombies}`);
  }
}

function checkPipes(sched: Sched, expect: Expect): void {
  for (const [i, pipe] of sched.objects.pipes.entries()) {
    expect(pipe.bytes >= 0 && pipe.bytes <= 65_536, `pipe ${i} holds up to 64 KiB`, pipe.bytes);
    for (const [end, idle] of [
      [pipe.reading, pipe.bytes === 0],
      [pipe.writing, pipe.isFull],
    ] as const) {
      if (end.parked >= 0) {
        expect(idle && end.inUse, `goroutine ${end.parked} has cause to wait at pipe ${i}`, pipe.bytes);
        expect(sched.g.status[end.parked] === Gwaiting, `goroutine ${end.parked} waits at pipe ${i}`, sched.g.status[end.parked]);
      }
      for (let k = 0; k < end.asleep.length; k++) {
        const gp = sched.allm[end.asleep.at(k)]!.curg;
        expect(gp >= 0 && sched.g.status[gp] === Gsyscall, `M ${end.asleep.at(k)} is in a system call at pipe ${i}`, gp);
      }
    }
  }
}
