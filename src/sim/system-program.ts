// What the runtime itself runs when a program starts cold: the steps of its main goroutine before main.main, and its
// helper goroutines. They announce themselves on a channel of capacity 2 that main reads, which is why threads are born.

import type { Goroutines } from '../runtime/g.ts';
import { F_SYSTEM } from '../runtime/g.ts';
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

const PC_PRELUDE = 0x7ff00000; // main, before main.main: plus the step of the runtime's start

/** The runtime's own goroutines among those of any kind of program. */
export class SystemGoroutines {
  private readonly g: Goroutines;
  private readonly program: SystemProgram;

  constructor(g: Goroutines, program: SystemProgram) {
    this.g = g;
    this.program = program;
  }

  /** gp, which is main, begins with the runtime's preparations, if there are any. */
  prepare(gp: number): void {
    if (this.program.main.length > 0) this.g.pc[gp] = PC_PRELUDE;
  }

  /** Whether gp is the runtime's own, or main before main.main. */
  owns(gp: number): boolean {
    return this.g.body[gp]! < 0 || this.g.pc[gp]! >= PC_PRELUDE;
  }

  /** The next operation of such a goroutine; -1: main.main begins. */
  next(gp: number): number {
    const g = this.g;
    const pc = g.pc[gp]!;
    const step = pc >= PC_PRELUDE ? this.program.main[pc - PC_PRELUDE] : this.program.bodies[-1 - g.body[gp]!]!.steps[pc];
    if (step === undefined) return -1;
    g.pc[gp] = pc + 1;
    g.obj[gp] = step.obj;
    return step.op;
  }

  /** The go statement of such a goroutine: its child. */
  spawn(parent: number, child: number): void {
    const g = this.g;
    g.body[child] = -1 - g.obj[parent]!;
    g.pc[child] = 0;
    g.fp[child] = -1;
    g.flags[child]! |= F_SYSTEM;
  }

  nameOf(body: number): string {
    return this.program.bodies[-1 - body]!.name;
  }
}
