// What a machine is made with.

import type { KernelParams } from './kernel.ts';
import type { NeighbourSpec } from './neighbours.ts';
import type { CpuLimit } from './quota.ts';

export interface MachineParams {
  readonly cpus: number;
  readonly kernel: Partial<KernelParams>; // those that are other than the kernel's own on so many CPUs
  readonly idleLatency: readonly [number, number]; // of a CPU that has halted, for each doubling of its rest, ns; see rest.ts
  readonly interruptNs: number; // what a device or timer that goes off takes from the thread on its CPU
  readonly limits: readonly CpuLimit[]; // innermost first
  readonly cpuWeight: number; // of the process's control group
  readonly neighbours: readonly NeighbourSpec[];
  readonly seed: number; // of what neighbours and resting CPUs leave to chance
}

export const DEFAULT_MACHINE: Omit<MachineParams, 'cpus'> = {
  kernel: {},
  idleLatency: [0, 0],
  interruptNs: 0,
  limits: [],
  cpuWeight: 100,
  neighbours: [],
  seed: 0,
};
