// How long CPUs have rested, and how much later that makes what wakes them. A CPU with nothing to do polls for work before it
// halts, and while it polls it goes on at once. From a halt it takes longer, and the longer the rest the more so, by about as much
// with each doubling: it sleeps deeper, and on a virtual machine the host has turned to others. One whose last rest was
// longer than it polls does not poll in the next, as the host of a virtual machine decides it (KVM's halt_poll_ns, which
// grows and shrinks).
//
// Measured on a virtual machine (Xeon, 2 CPUs, Linux 6.18), from the call that wakes a thread to its running, medians: 4 us after
// rests of up to 0.1 ms in a row, 11 us after such a rest among long ones, then 14, 21, 32, 43 and 53 us after rests of 0.5, 1, 2, 5
// and 10 ms: about 4 us, and 8.5 for each doubling.

import { Stream } from '../base/prng.ts';
import { Load } from './load.ts';

/** For how long an idle CPU polls. */
export const HALT_POLL_NS = 200_000;

export class Rests {
  /** False: it does not matter how long a CPU has rested. */
  readonly isFelt: boolean;
  private readonly pollNs: number;
  private readonly latency: readonly [number, number];
  private readonly rand: Stream;
  // by CPU
  private readonly since: Float64Array;
  private readonly polls: Uint8Array; // 1: its last rest was short
  private readonly busy: readonly Load[];

  /** `latency`: for each doubling of a rest, ns; mostly near the low end. */
  constructor(cpus: number, pollNs: number, latency: readonly [number, number], seed: number) {
    this.isFelt = latency[1] > 0;
    this.pollNs = pollNs;
    this.latency = latency;
    this.rand = new Stream(seed, 'rests');
    this.since = new Float64Array(cpus);
    this.polls = new Uint8Array(cpus);
    this.busy = Array.from({ length: cpus }, () => new Load(0));
  }

  begin(cpu: number, now: number): void {
    this.since[cpu] = now;
    if (this.busy.length > 1) this.busy[cpu]!.set(false, now);
  }

  end(cpu: number, now: number): void {
    const rest = now - this.since[cpu]!;
    if (rest > 0) this.polls[cpu] = rest <= this.pollNs ? 1 : 0;
    if (this.busy.length > 1) this.busy[cpu]!.set(true, now);
  }

  /** The share of the CPUs that did not rest of late, from 0 to 1; of several. */
  busyOfLate(now: number): number {
    let sum = 0;
    for (const load of this.busy) sum += load.now(now);
    return sum / this.busy.length;
  }

  /** What the CPU, which rests, needs to wake up, on top of what one that polls does; ns. */
  lateness(cpu: number, now: number): number {
    if (!this.isFelt) return 0;
    const rest = now - this.since[cpu]!;
    if (rest <= this.pollNs && this.polls[cpu] === 1) return 0;
    const [least, most] = this.latency;
    return Math.floor((least + this.rand.nearZero(most - least)) * Math.max(1, doublings(rest / this.pollNs)));
  }
}

/** The logarithm of 1 + x to the base 2, straight between whole ones: the same on every machine. */
export function doublings(x: number): number {
  let whole = 0;
  let rest = 1 + x;
  for (; rest >= 2; rest /= 2) whole++;
  return whole + rest - 1;
}
