// A thread's load as Linux follows it (PELT): the share of the time in which it was runnable, running or not, the past counting
// half as much with every 32 periods of 1.024 ms. So a thread that computes comes near 1 in a tenth of a second, and one
// that looks in every now and then stays near 0.

const PERIOD_NS = 1_024_000;
const HALVING = 32; // periods
const Y = 0.9785720620877001; // what is left after a period: the 32nd root of a half
const LONGEST = 20 * HALVING; // periods: nothing that can be seen is left

/** What is left after so many periods, up to 31. Made by products alone, so that every machine has the same. */
const left: number[] = [1];
while (left.length < HALVING) left.push(left.at(-1)! * Y);

/** The share that is left of something after `ns`; straight lines between whole periods. */
export function leftAfter(ns: number): number {
  const periods = ns / PERIOD_NS;
  if (periods >= LONGEST) return 0;
  const whole = Math.floor(periods);
  return (left[whole % HALVING]! / (1 << Math.floor(whole / HALVING))) * (1 - (periods - whole) * (1 - Y));
}

export class Load {
  private share: number;
  private at = Number.NEGATIVE_INFINITY; // when it was what `share` says; never so far
  private runnable = false;

  /** A new thread is taken for a busy one until it has shown what it is. */
  constructor(share = 1) {
    this.share = share;
  }

  /** From now on the thread is runnable, or is not. */
  set(runnable: boolean, now: number): void {
    this.share = this.now(now);
    this.at = now;
    this.runnable = runnable;
  }

  /** From 0 to 1. */
  now(now: number): number {
    if (this.at < 0) return this.share;
    const kept = leftAfter(now - this.at);
    return this.runnable ? 1 - (1 - this.share) * kept : this.share * kept;
  }
}
