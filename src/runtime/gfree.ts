// Free goroutines and goroutine ids. A goroutine that ends goes to its P's list (last in, first out); a list that reaches
// 64 gives to the global one until it holds fewer than 32, and an empty one refills up to 32. Ids come in batches of 16
// per P.

import { Gdead, Gidle } from './g.ts';
import type { P } from './p.ts';
import type { Sched } from './sched.ts';

/** A goroutine to use. Sets coldG when it had to be made. */
export function gfget(s: Sched, pp: P): number {
  const g = s.g;
  if (pp.gfree < 0) {
    const keep = s.params.gfree >> 1;
    while (pp.gfreeCount < keep && s.gfree >= 0) {
      const gp = s.gfree;
      s.gfree = g.link[gp]!;
      s.gfreeCount--;
      g.link[gp] = pp.gfree;
      pp.gfree = gp;
      pp.gfreeCount++;
    }
  }
  const gp = pp.gfree;
  if (gp >= 0) {
    pp.gfree = g.link[gp]!;
    pp.gfreeCount--;
    s.coldG = false;
    return gp;
  }
  s.coldG = true;
  const fresh = g.fresh();
  s.casgstatus(fresh, Gidle, Gdead);
  return fresh;
}

export function gfput(s: Sched, pp: P, gp: number): void {
  const g = s.g;
  g.link[gp] = pp.gfree;
  pp.gfree = gp;
  pp.gfreeCount++;
  const { gfree } = s.params;
  if (pp.gfreeCount < gfree) return;
  while (pp.gfreeCount >= gfree >> 1) {
    const moved = pp.gfree;
    pp.gfree = g.link[moved]!;
    pp.gfreeCount--;
    g.link[moved] = s.gfree;
    s.gfree = moved;
    s.gfreeCount++;
  }
}

export function nextGoid(s: Sched, pp: P): number {
  if (pp.goidcache === pp.goidcacheend) {
    pp.goidcache = s.goidgen + 1;
    s.goidgen += s.params.goidBatch;
    pp.goidcacheend = pp.goidcache + s.params.goidBatch;
  }
  return pp.goidcache++;
}
