// Facts about load that waits: the clients of a closed loop ask only after they were answered, so while all of them wait
// nobody asks, and what such a stall would have done to traffic from outside is not seen.

import * as ev from '../trace/events.ts';
import type { EventRecord } from '../trace/log.ts';

/** A listener whose clients wait for replies. */
export interface ClosedLoad {
  readonly listener: number; // in the program
  readonly replyNs: number; // mean time from a request to its reply
  readonly stalls: number; // times all clients waited for much longer than that
  readonly stalledNs: number; // in all
  readonly longestNs: number;
  readonly arrivals: number;
  readonly replies: number;
}

const LONG = 3; // mean replies that a stall lasts at least
const MOST_STALLS = 1 << 20; // that are looked at

export class LoadFacts {
  private readonly loads: Load[];
  private readonly endNs: number;

  /** `clients`: of each listener, 0 for one whose arrivals wait for nothing. */
  constructor(clients: readonly number[], endNs: number) {
    this.loads = clients.map((n) => new Load(n));
    this.endNs = endNs;
  }

  row({ kind, at, a }: EventRecord): void {
    if (kind === ev.CONN_ARRIVE) this.loads[a]?.change(at, 1);
    else if (kind === ev.CONN_REPLY) this.loads[a]?.change(at, -1);
  }

  done(): ClosedLoad[] {
    return this.loads.flatMap((load, listener) => (load.clients > 0 ? [{ listener, ...load.done(this.endNs) }] : []));
  }
}

class Load {
  readonly clients: number;
  private arrivals = 0;
  private replies = 0;
  private waiting = 0; // clients
  private waitedNs = 0; // by all clients together
  private since = 0;
  private stalledSince = -1;
  private readonly stalls: number[] = [];

  constructor(clients: number) {
    this.clients = clients;
  }

  change(at: number, by: number): void {
    this.waitedNs += this.waiting * (at - this.since);
    this.since = at;
    this.waiting += by;
    if (by > 0) this.arrivals++;
    else this.replies++;
    if (this.waiting === this.clients) this.stalledSince = at;
    else this.endStall(at);
  }

  private endStall(at: number): void {
    if (this.stalledSince >= 0 && this.stalls.length < MOST_STALLS) this.stalls.push(at - this.stalledSince);
    this.stalledSince = -1;
  }

  done(endNs: number): Omit<ClosedLoad, 'listener'> {
    this.endStall(endNs);
    const replyNs = this.replies === 0 ? 0 : this.waitedNs / this.replies;
    const long = this.stalls.filter((ns) => ns >= replyNs * LONG);
    return {
      replyNs,
      stalls: long.length,
      stalledNs: long.reduce((sum, ns) => sum + ns, 0),
      longestNs: long.reduce((most, ns) => Math.max(most, ns), 0),
      arrivals: this.arrivals,
      replies: this.replies,
    };
  }
}
