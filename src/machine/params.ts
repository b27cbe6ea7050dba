// What a machine is made with.

import type { KernelParams } from './kernel.ts';
import type { NeighbourSpec } from './neighbours.ts';
import type { CpuLimit } from './quota.ts';

export interface MachineParams {
  readonly cpus: number;
  readonly kernel: Partial<KernelParams>; // those that are other than the kernel's own on so many CPUs
  readonly limits: readonly CpuLimit[]; // innermost first
  readonly cpuWeight: number; // of the process's control group
  readonly neighbours: readonly NeighbourSpec[];
  readonly seed: number; // of what neighbours leave to chance
}

export const DEFAULT_MACHINE = { kernel: {}, limits: [], cpuWeight: 100, neighbours: [], seed: 0 };
