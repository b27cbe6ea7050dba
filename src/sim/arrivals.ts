// When connections arrive at a listener. Its numbers come from a stream of its own, so that they stay put whatever the
// program does with the connections; each client of a closed loop has one too. The exported Go program carries the same
// arithmetic (golang/support-listener.ts), for its arrivals to be the same to the nanosecond.

import { DIST_EMPIRICAL, DIST_EXP, DIST_LIST, ln, quantile } from '../base/distributions.ts';
import { childKey0, childKey1, draw32, Stream, unitFrom } from '../base/prng.ts';
import { ZERO_NS } from '../base/zero.ts';
import type { ArrivalSource } from '../runtime/listener.ts';
import type { ArrivalProcess, Dist, ListenerSpec } from './program.ts';

const NEVER = -1;

/** The arrivals of a listener in a run with this seed. */
export function arrivalsOf(spec: ListenerSpec, seed: number): ArrivalSource {
  const { k0, k1 } = new Stream(seed, `listener ${spec.name}`);
  return new Arrivals(spec, k0, k1);
}

class Arrivals implements ArrivalSource {
  readonly clients: number;
  readonly endNs: number;
  private readonly how: ArrivalProcess;
  private readonly k0: number;
  private readonly k1: number;
  private readonly draws: Int32Array; // so far, of the listener; of each client where there are any
  private cursor = 0; // of a list
  private at = ZERO_NS; // instant that the process has reached; no whole number for a ramp
  private last = -1; // instant of the arrival before
  private made = 0;

  constructor(spec: ListenerSpec, k0: number, k1: number) {
    this.how = spec.arrivals;
    this.endNs = Math.min(spec.forNs, Number.MAX_SAFE_INTEGER);
    this.k0 = k0;
    this.k1 = k1;
    this.clients = this.how.kind === 'closed' ? this.how.clients : 0;
    this.draws = new Int32Array(Math.max(1, this.clients));
  }

  next(): number {
    const at = this.advance();
    if (!(at <= this.endNs)) return NEVER;
    // no two have the same instant: what is due together comes a nanosecond apart
    this.last = at > this.last ? at : this.last + 1;
    return this.last;
  }

  /** The instant that the process itself gives the next arrival; past endNs, or not a number: there is none. */
  private advance(): number {
    const how = this.how;
    switch (how.kind) {
      case 'poisson':
        this.at += quantile(DIST_EXP, how.meanNs, 0, this.unit(this.k0, this.k1, 0));
        return this.at;
      case 'every':
        if (this.made++ % how.count === 0) this.at += this.draw(how.gap, this.k0, this.k1, 0);
        return this.at;
      case 'ramp':
        return this.climb(how.from, how.to);
      case 'at':
        return how.instants[this.made++] ?? Number.NaN;
      default:
        return Number.NaN;
    }
  }

  /**
   * The n-th arrival of a process with rate r(t) is where the integral of r reaches the n-th arrival of one with rate 1:
   * from t + (to - from) t^2 / 2T = x, solved for t.
   */
  private climb(from: number, to: number): number {
    this.at += -ln(this.unit(this.k0, this.k1, 0));
    const slope = (to - from) / this.endNs;
    const t = (2 * this.at) / (from + Math.sqrt(from * from + 2 * slope * this.at));
    return Math.floor(t + 0.5);
  }

  think(client: number): number {
    if (this.how.kind !== 'closed') return 0;
    return this.draw(this.how.think, childKey0(this.k0, this.k1, client), childKey1(this.k0, this.k1, client), client);
  }

  private draw(dist: Dist, k0: number, k1: number, who: number): number {
    if (dist.kind === DIST_LIST) return dist.list[this.cursor++ % dist.list.length]!;
    const u = this.unit(k0, k1, who);
    return dist.kind === DIST_EMPIRICAL ? dist.list[Math.floor(u * dist.list.length)]! : quantile(dist.kind, dist.a, dist.b, u);
  }

  private unit(k0: number, k1: number, who: number): number {
    const n = this.draws[who]!;
    this.draws[who] = n + 2;
    return unitFrom(draw32(k0, k1, n), draw32(k0, k1, n + 1));
  }
}
