// What the runtime itself runs when a program starts cold: the steps of its main goroutine before main.main, and its
// helper goroutines. They announce themselves on a channel of capacity 2 that main reads, which is why threads are born.

import * as ops from '../runtime/ops.ts';
import type { Profile } from '../runtime/profile.ts';
import * as profile from '../runtime/profile.ts';
import { SYSTEM_LOCK_MAIN, SYSTEM_START_SYSMON, SYSTEM_UNLOCK_MAIN } from '../runtime/start.ts';

export interface SystemStep {
  readonly op: number;
  readonly obj: number;
}

export interface SystemProgram {
  readonly main: readonly SystemStep[];
  readonly bodies: readonly { readonly name: string; readonly steps: readonly SystemStep[] }[];
}

const FORCEGC = 0;
const BGSWEEP = 1;
const BGSCAVENGE = 2;
const FINALIZER = 3;
const UPDATER = 4;

/** `channel`: the number of the channel the helpers use. Cold: with main's preparations. */
export function systemProgram(go: Profile, channel: number, cold: boolean): SystemProgram {
  const park = (reason: number): SystemStep => ({ op: ops.OP_PARK, obj: reason });
  const start = (body: number): SystemStep => ({ op: ops.OP_GO, obj: body });
  const announce: SystemStep = { op: ops.OP_SEND, obj: channel };
  const receive: SystemStep = { op: ops.OP_RECV, obj: channel };
  const bodies = [
    { name: 'runtime.forcegchelper', steps: [park(profile.WAIT_FORCEGC)] },
    { name: 'runtime.bgsweep', steps: [announce, park(profile.WAIT_GC_SWEEP)] },
    { name: 'runtime.bgscavenge', steps: [announce, park(profile.WAIT_GC_SCAVENGE)] },
    { name: 'runtime.runfinq', steps: [park(profile.WAIT_FINALIZER)] },
    { name: 'runtime.updateMaxProcsGoroutine', steps: [park(profile.WAIT_UPDATER)] },
  ];
  if (!cold) return { main: [], bodies };
  const main: SystemStep[] = [
    { op: ops.OP_SYSTEM, obj: SYSTEM_START_SYSMON },
    { op: ops.OP_SYSTEM, obj: SYSTEM_LOCK_MAIN },
    start(FORCEGC),
    start(BGSWEEP),
    start(BGSCAVENGE),
    receive,
    receive,
  ];
  if (go.updaterGoroutine) main.push(start(UPDATER));
  main.push(start(FINALIZER), { op: ops.OP_SYSTEM, obj: SYSTEM_UNLOCK_MAIN }); // package os sets a finalizer
  return { main, bodies };
}
