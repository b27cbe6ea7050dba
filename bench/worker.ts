// The measured process: reads a scenario, runs it, and prints one line of JSON about what that took. It is bundled as
// the command is, so that what is measured is what is shipped. Costs are on; nothing is recorded.
//
// A timed run comes after others of the same, for the compiler of the JavaScript engine to have seen all that it does. Without an
// order the process only loads its code, and tells what that alone takes.

import { readFileSync } from 'node:fs';
import { prepared } from './prepared.ts';
import { HUGE, shortfall, WORKLOADS } from './workloads.ts';

export interface Order {
  readonly workload: string; // id
  readonly file: string;
  readonly scale: number;
  readonly compiled: boolean; // the scenario, though there is a program in TypeScript
}

export interface Measured {
  readonly cpuNs: number; // of the whole process, its compiler and collector threads included
  readonly peakBytes: number; // resident, since the process began
}

const WARM_UP_NS = 3_000_000_000;
const TIMED = 3; // runs, of which the quickest counts: what others do on the machine only ever adds

const order = JSON.parse(process.argv[2] ?? 'null') as Order | null;
const measured: Measured = order === null ? { cpuNs: 0, peakBytes: peakBytes() } : carryOut(order);
console.log(JSON.stringify(measured));

function carryOut({ workload: id, file, scale, compiled }: Order): Measured {
  const workload = [...WORKLOADS, HUGE].find((one) => one.id === id);
  if (workload === undefined) throw new Error(`no workload ${id}`);
  const text = readFileSync(file, 'utf8');
  const size = workload.sizeAt(scale);
  const simulated = prepared(text, file, size, compiled ? undefined : workload.program?.(size));
  const run = (): void => {
    const wrong = shortfall(workload, size, simulated());
    if (wrong !== '') throw new Error(wrong);
  };
  if (workload.warmUp) {
    const began = cpuNs();
    do run();
    while (cpuNs() - began < WARM_UP_NS);
  }
  let least = Number.POSITIVE_INFINITY;
  for (let i = workload.warmUp ? TIMED : 1; i > 0; i--) {
    const began = cpuNs();
    run();
    least = Math.min(least, cpuNs() - began);
  }
  return { cpuNs: least, peakBytes: peakBytes() };
}

function cpuNs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** Linux's own account of the address space where there is one: getrusage's counts the parent's memory from before exec. */
function peakBytes(): number {
  try {
    const kib = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kib !== undefined) return Number(kib) * 1024;
  } catch {
    // not Linux
  }
  return process.resourceUsage().maxRSS * 1024;
}
