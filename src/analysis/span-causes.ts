// Where the time of spans went: for each span, the time between its two ends split by what its goroutine did then, in the
// mean over all and over the slowest of a hundred.
//
// A span may begin before its goroutine, or before that goroutine took it up (`since`: the instant a request arrived, say).
// What lies before the goroutine's creation, or before the end of its span of the same name before, is time in line.
//
// Two passes: the first finds when the spans of each goroutine begin; the second adds up the goroutine's times and notes
// the sums at these instants.

import * as ev from '../trace/events.ts';
import type { EventLog, EventRecord } from '../trace/log.ts';
import { BLOCKED, GONE, GoroutineFollower, IN_SYSCALL, NO_CPU, ON_CPU, QUEUED, THROTTLED } from './follow.ts';

export interface Cause {
  readonly name: string; // CAUSE_* or Go's wait reason
  readonly ns: number; // mean per span
}

export interface SpanCauses {
  readonly span: number; // in the program
  readonly meanNs: number;
  readonly causes: readonly Cause[]; // longest first, none of 0
  readonly slow: { readonly count: number; readonly meanNs: number; readonly causes: readonly Cause[] }; // from the 99th percentile on
}

export const CAUSE_CPU = 'cpu';
export const CAUSE_QUEUED = 'run queue';
export const CAUSE_NO_CPU = 'no CPU';
export const CAUSE_THROTTLED = 'throttled';
export const CAUSE_SYSCALL = 'syscall';
export const CAUSE_IN_LINE = 'in line';

/** Spans looked at; those after them are as the others. */
const MOST_SPANS = 1 << 20;
const SLOW = 0.99;

export function spanCauses(log: EventLog, waitReasons: readonly string[]): SpanCauses[] {
  const begins = new Begins();
  log.forEach((row) => begins.row(row));
  if (begins.lengths.length === 0) return [];
  const split = new Split(begins, waitReasons);
  log.forEach((row) => split.row(row));
  return split.done();
}

/** The goroutines of a run in the order of their creation, under the numbers that the engine uses again. */
class Instances {
  readonly of: number[] = []; // by number
  private created = 0;

  row(row: EventRecord): void {
    if (row.kind === ev.GO_CREATE) this.of[row.g] = this.created++;
  }
}

/** First pass: the spans of each goroutine, by when they begin, and how long all are. */
class Begins {
  readonly lengths: number[][] = []; // by span
  readonly byInstance = new Map<number, number[]>(); // instants, sorted when first asked for
  private readonly instances = new Instances();
  private count = 0;

  row(row: EventRecord): void {
    this.instances.row(row);
    if (row.kind !== ev.SPAN_END || this.count === MOST_SPANS) return;
    this.count++;
    const ns = row.m * ev.SPAN_PART + row.b;
    this.lengths[row.a] ??= [];
    this.lengths[row.a].push(ns);
    const instance = this.instances.of[row.g];
    const list = this.byInstance.get(instance);
    if (list === undefined) this.byInstance.set(instance, [row.at - ns]);
    else list.push(row.at - ns);
  }
}

/** Times of one goroutine up to some instant, by state of follow.ts. */
type Times = readonly number[];

interface Current {
  readonly createdAt: number;
  readonly times: number[];
  readonly begins: readonly number[]; // ascending
  readonly open: Map<number, { readonly times: Times; spans: number }>; // sums at the beginnings of spans that have not ended
  readonly ended: Map<number, { readonly at: number; readonly times: Times }>; // by span: the last one to end
  next: number; // index into begins
}

class Totals {
  count = 0;
  ns = 0;
  inLine = 0;
  readonly times: number[] = [];

  add(ns: number, inLine: number, times: Times): void {
    this.count++;
    this.ns += ns;
    this.inLine += inLine;
    for (let state = 0; state < times.length; state++) this.times[state] = (this.times[state] ?? 0) + (times[state] ?? 0);
  }

  causes(waitReasons: readonly string[]): Cause[] {
    const byName = new Map<string, number>([[CAUSE_IN_LINE, this.inLine]]);
    const add = (name: string, ns: number | undefined): void => {
      byName.set(name, (byName.get(name) ?? 0) + (ns ?? 0));
    };
    add(CAUSE_CPU, this.times[ON_CPU]);
    add(CAUSE_QUEUED, this.times[QUEUED]);
    add(CAUSE_NO_CPU, this.times[NO_CPU]);
    add(CAUSE_THROTTLED, this.times[THROTTLED]);
    add(CAUSE_SYSCALL, this.times[IN_SYSCALL]);
    for (let state = BLOCKED; state < this.times.length; state++) add(waitReasons[state - BLOCKED], this.times[state]);
    return [...byName]
      .filter(([, ns]) => ns > 0)
      .map(([name, ns]) => ({ name, ns: ns / this.count }))
      .sort((x, y) => y.ns - x.ns);
  }
}

/** Second pass. */
class Split {
  private readonly begins: Begins;
  private readonly waitReasons: readonly string[];
  private readonly thresholds: number[]; // by span: what is slow
  private readonly all: Totals[] = [];
  private readonly slow: Totals[] = [];
  private readonly current: (Current | undefined)[] = []; // by goroutine
  private readonly instances = new Instances();
  private readonly goroutines = new GoroutineFollower((g, state, from, to) => this.stretch(g, state, from, to));
  private left: number;

  constructor(begins: Begins, waitReasons: readonly string[]) {
    this.begins = begins;
    this.waitReasons = waitReasons;
    this.thresholds = begins.lengths.map((lengths) => {
      const sorted = Float64Array.from(lengths).sort();
      return sorted[Math.min(sorted.length - 1, Math.floor(SLOW * sorted.length))];
    });
    this.left = begins.lengths.reduce((sum, lengths) => sum + lengths.length, 0);
  }

  row(row: EventRecord): void {
    const { kind, at, g } = row;
    this.instances.row(row);
    if (kind === ev.GO_CREATE) {
      const begins = this.begins.byInstance.get(this.instances.of[g]);
      this.current[g] = begins === undefined ? undefined : current(at, begins);
    }
    this.goroutines.row(row);
    if (kind === ev.SPAN_END && this.left > 0) {
      this.left--;
      this.ended(g, row.a, at, row.m * ev.SPAN_PART + row.b);
    }
  }

  private stretch(g: number, state: number, from: number, to: number): void {
    const it = this.current[g];
    if (it === undefined) return;
    note(it, state, from, to);
    it.times[state] = (it.times[state] ?? 0) + to - from;
  }

  private ended(g: number, span: number, at: number, ns: number): void {
    const it = this.current[g];
    if (it === undefined) return;
    const began = at - ns;
    const state = this.goroutines.state[g] ?? GONE;
    const since = this.goroutines.since[g]; // the stretch under way
    note(it, state, since, at);
    const now = withStretch(it.times, state, at - since);
    const last = it.ended.get(span);
    let takenUp = began;
    let before = close(it, began);
    if (last !== undefined && last.at > began) {
      takenUp = last.at;
      before = last.times;
    } else if (it.createdAt > began) {
      takenUp = it.createdAt;
      before = NOTHING;
    }
    const times = now.map((sum, of) => (sum ?? 0) - (before[of] ?? 0));
    it.ended.set(span, { at, times: now });
    this.all[span] ??= new Totals();
    this.all[span].add(ns, takenUp - began, times);
    if (ns < this.thresholds[span]) return;
    this.slow[span] ??= new Totals();
    this.slow[span].add(ns, takenUp - began, times);
  }

  done(): SpanCauses[] {
    return this.all.flatMap((all, span): SpanCauses[] => {
      const slow = this.slow[span];
      const mean = (totals: Totals): number => totals.ns / totals.count;
      return [
        {
          span,
          meanNs: mean(all),
          causes: all.causes(this.waitReasons),
          slow: { count: slow.count, meanNs: mean(slow), causes: slow.causes(this.waitReasons) },
        },
      ];
    });
  }
}

function current(createdAt: number, begins: number[]): Current {
  return { createdAt, times: [], begins: begins.sort((x, y) => x - y), open: new Map(), ended: new Map(), next: 0 };
}

const NOTHING: Times = [];

/** Notes the sums at the beginnings that lie in a stretch or before it. */
function note(it: Current, state: number, from: number, to: number): void {
  while (it.next < it.begins.length && it.begins[it.next] <= to) {
    const began = it.begins[it.next++];
    const open = it.open.get(began);
    if (open !== undefined) open.spans++;
    else it.open.set(began, { times: withStretch(it.times, state, Math.max(0, began - from)), spans: 1 });
  }
}

/** A span that began then is over: the sums at its beginning. */
function close(it: Current, began: number): Times {
  const open = it.open.get(began);
  if (open === undefined) return NOTHING;
  if (--open.spans === 0) it.open.delete(began);
  return open.times;
}

function withStretch(times: Times, state: number, ns: number): Times {
  const sums = [...times];
  if (state !== GONE) sums[state] = (sums[state] ?? 0) + ns;
  return sums;
}
