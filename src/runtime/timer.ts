// A timer of package time: of a channel (time.After, a ticker), or one whose function runs in a goroutine of its own
// (time.AfterFunc). While it is in a heap, its entry there has a deadline of its own: what a stop or a reset changes is
// brought into the heap later, by whoever looks at that heap.

import { ZERO_NS } from '../base/zero.ts';
import type { Hchan } from './chan.ts';
import type { P } from './p.ts';

/** What the goroutines of an AfterFunc run; only the workload knows. */
export type TimerCall = object;

export class Timer {
  readonly chan: Hchan | null;
  readonly call: TimerCall | null;
  when = ZERO_NS; // when it is due; 0: it was stopped, or has fired for good
  period = ZERO_NS; // of a ticker
  heap: P | null = null; // whose heap it is in
  heapWhen = ZERO_NS; // the deadline of its entry there
  modified = false; // the entry must be brought to `when`
  zombie = false; // the entry is to go
  blocked = 0; // waits on the channel, a goroutine's cases of a select counted one by one
  isOfSelect = false; // made by time.After for one select
  left = false; // and that select is over

  constructor(chan: Hchan | null, call: TimerCall | null) {
    this.chan = chan;
    this.call = call;
  }
}
