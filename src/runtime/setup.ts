// What a program sets up as main.main begins: the limit of its threads, and its tickers, whose time runs from there.

import type { M } from './m.ts';
import { DONE } from './proc.ts';
import type { Sched } from './sched.ts';
import { checkmcount } from './threads.ts';
import { newTicker } from './timer-chan.ts';

export interface Setup {
  readonly maxThreads: number | null; // debug.SetMaxThreads
  readonly asyncpreemptoff: boolean; // GODEBUG: preemption at function calls only
  readonly tickers: readonly { readonly chan: number; readonly timer: number; readonly periodNs: number }[];
}

/** The first step of main, of a program that sets something up. */
export function begin(s: Sched, mp: M): number {
  const { maxThreads, tickers } = s.setup;
  if (maxThreads !== null) {
    s.maxmcount = maxThreads;
    checkmcount(s, s.mcount());
  }
  for (const { chan, timer, periodNs } of tickers) {
    s.charge(s.costs.afterFunc);
    s.objects.timers[timer] = newTicker(s, mp, s.objects.channels[chan]!, periodNs);
  }
  return DONE;
}
