// What a run is asked for, besides the program itself.

import type { KernelParams } from '../machine/kernel.ts';
import type { NeighbourSpec } from '../machine/neighbours.ts';
import type { CpuLimit } from '../machine/quota.ts';
import type { Costs } from '../runtime/costs.ts';
import type { RuntimeParams } from '../runtime/sched.ts';

export interface RunOptions {
  readonly name: string; // of the scenario, for the result
  readonly file: string;
  readonly go: string; // behaviour profile, '1.19' or '1.26'
  readonly gomaxprocs: number; // at least 1
  readonly cpus: number; // hardware threads of the machine, at least 1
  readonly runtime?: Partial<RuntimeParams>; // constants of the runtime that are other than Go's
  readonly limits?: readonly CpuLimit[]; // on its processor time, innermost first; none when left out
  readonly cpuWeight?: number; // of its control group beside those of neighbours (default: 100)
  readonly neighbours?: readonly NeighbourSpec[];
  readonly kernel?: Partial<KernelParams>; // constants of the kernel's scheduler that are other than its own
  readonly seed: number;
  readonly schedulerSeed?: number; // of what the scheduler and the kernel leave to chance; the workload's draws stay (default: seed)
  readonly costs?: Partial<Costs>; // a machine profile: in place of the costs of the version's own
  readonly untilNs: number | null; // horizon of virtual time; null: none
  readonly start: { readonly kind: 'cold' } | { readonly kind: 'settled'; readonly schedtick: number | null };
  readonly record: boolean; // keep an event log
  readonly detail: boolean; // keep a record of every goroutine
  readonly check: boolean; // assert the invariants after every event
  readonly runAhead: boolean; // false: every burst goes through the event queue (slower, same result)
  readonly maxEvents: number; // caps: reaching one ends the run with outcome `limit`
  readonly maxBytes: number; // of what the program piles up: goroutines, what they hold and wait for
  readonly maxLogBytes: number; // of the event log; past it the run goes on without one
}

/** A program that runs away meets one of these within ten seconds and a gigabyte of the process that simulates it. */
export const DEFAULT_CAPS = { maxEvents: 32_000_000, maxBytes: 512 << 20, maxLogBytes: 128 << 20 };
