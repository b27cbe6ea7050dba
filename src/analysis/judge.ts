// What the judges of a log share: the state they have rebuilt so far, the row they look at, and their complaints. The
// rules are listed in validator.ts.
//
// Every complaint is built only when there is one: a log has millions of rows.

import type { CpuLimit } from './judge-quota.ts';
import { QuotaState } from './judge-quota.ts';
import type { KernelConstants } from './judge-sharing.ts';
import { SharingState } from './judge-sharing.ts';
import type { Goroutine } from './rebuilt.ts';
import { describePlace, Rebuilt, T_GONE, T_NEW, T_ON_CPU, T_THROTTLED, ThreadState } from './rebuilt.ts';

export interface Violation {
  readonly row: number; // from 0
  readonly at: number; // ns
  readonly event: string;
  readonly rule: string;
  readonly expected: string;
  readonly got: string;
}

export interface ValidateOptions {
  readonly gomaxprocs: number;
  readonly cpus: number;
  readonly runqsize?: number; // of a local queue; Go's is 256
  readonly limits?: readonly CpuLimit[]; // on processor time, innermost first; none when left out
  readonly kernel?: Partial<KernelConstants>; // where it is other than on a machine with so many CPUs
  readonly neighbours?: readonly object[]; // none when left out
}

/** The kernel's own; the slice is that of many CPUs, which is the longest. */
const KERNEL: KernelConstants = {
  tickNs: 4_000_000,
  sliceNs: 2_800_000,
  migrationCostNs: 500_000,
  quotaSliceNs: 5_000_000,
  quotaKeptNs: 1_000_000,
};

export class Judge {
  readonly state: Rebuilt;
  readonly quota: QuotaState;
  readonly sharing: SharingState;
  readonly kernel: KernelConstants;
  readonly hasNeighbours: boolean;
  readonly gomaxprocs: number;
  readonly runqsize: number;
  readonly found: Violation[] = [];
  row = -1;
  at = 0;
  event = '';
  /** Until a thread first gets a CPU: rows that set the scene, of threads that are on none. */
  beginning = true;
  /** A goroutine that did not fit into a local queue: the next row must say so. */
  overflowing = -1;
  private readonly listeners: { waiting: number; unanswered: number }[] = [];
  private readonly most: number;

  constructor(options: ValidateOptions, most: number) {
    this.state = new Rebuilt(options.gomaxprocs, options.cpus);
    this.quota = new QuotaState(options.limits ?? [], options.cpus);
    this.sharing = new SharingState(options.cpus);
    this.kernel = { ...KERNEL, ...options.kernel };
    this.hasNeighbours = (options.neighbours ?? []).length > 0;
    this.gomaxprocs = options.gomaxprocs;
    this.runqsize = options.runqsize ?? 256;
    this.most = most;
  }

  get isFull(): boolean {
    return this.found.length >= this.most;
  }

  complain(rule: string, expected: string, got: string): void {
    if (!this.isFull) this.found.push({ row: this.row, at: this.at, event: this.event, rule, expected, got });
  }

  /** m is on a CPU, awake, and holds p; with p -1 it holds none. */
  acting(m: number, p: number): void {
    const thread = this.thread(m);
    const awake = thread.status === T_ON_CPU && thread.parkedFor < 0;
    if (!awake && !this.beginning) this.complain('cpu', `M${m} on a CPU`, describeThread(thread));
    this.holds(m, p);
  }

  holds(m: number, p: number): void {
    const thread = this.thread(m);
    if (thread.p !== p)
      this.complain('holding', p < 0 ? `M${m} without a processor` : `M${m} with P${p}`, `it holds ${named('P', thread.p)}`);
  }

  /** g is in this place; at -1: of whatever thread or processor. */
  place(g: number, place: number, at: number): Goroutine {
    const it = this.state.goroutine(g);
    if (it.place !== place || (at >= 0 && it.at !== at)) this.complain('places', describePlace(g, place, at), this.state.whereIs(g));
    return it;
  }

  /** The state of a thread, made up when there is none. */
  thread(m: number): ThreadState {
    const found = this.state.threads[m];
    if (found !== undefined) return found;
    const made = new ThreadState(m);
    if (m >= 0) this.state.threads[m] = made;
    return made;
  }

  /** The connections of a listener: not yet accepted, and accepted but not answered. */
  listener(id: number): { waiting: number; unanswered: number } {
    this.listeners[id] ??= { waiting: 0, unanswered: 0 };
    return this.listeners[id];
  }

  /** The state of a thread of which a threadCreate was seen. */
  known(m: number): ThreadState {
    if (this.state.threads[m] === undefined) this.complain('threads', 'a thread that was created', named('M', m));
    return this.thread(m);
  }
}

export function named(letter: string, n: number): string {
  return n < 0 ? `no ${letter}` : `${letter}${n}`;
}

export function describeThread(thread: ThreadState): string {
  if (thread.status === T_GONE || thread.ended) return `M${thread.id} has ended`;
  if (thread.status === T_NEW) return `M${thread.id} has not begun`;
  if (thread.status === T_ON_CPU) return `M${thread.id} is on CPU ${thread.cpu}${thread.parkedFor >= 0 ? ', asleep' : ''}`;
  if (thread.status === T_THROTTLED) return `M${thread.id} is throttled on CPU ${thread.heldBy}`;
  return `M${thread.id} ${thread.parkedFor >= 0 ? 'is asleep' : 'waits for a CPU'}`;
}
