// From an execution trace of real Go to a schedule. Each thread's events are in order, but clocks of several threads may
// disagree by a little; so events are taken by their time, and one that cannot have happened yet (a goroutine starts that
// nobody has made ready) waits for others. What tells is a number that the runtime counts up with each change of a
// goroutine or a processor.
//
// Time 0 is where the program says so, in the trace, and what happened to goroutines that existed before, except main's, is
// left out: those are the runtime's and the export's own.

import type { ScheduleEvent, ScheduleKind } from '../analysis/schedule.ts';
import type { Generation, RawEvent } from './trace-format.ts';
import { EV, readGenerations, TraceError } from './trace-format.ts';

const MAIN = 1; // its goroutine
const NONE = -1;

// states of goroutines and of processors, by the numbers that a trace has for them
const G_RUNNABLE = 1;
const G_RUNNING = 2;
const G_SYSCALL = 3;
const G_WAITING = 4;
const P_RUNNING = 1;
const P_IDLE = 2;
const P_SYSCALL = 3;
const P_ABANDONED = 4; // in a system call of a thread that the trace has lost

export function readTrace(bytes: Uint8Array): ScheduleEvent[] {
  const reader = new TraceReader();
  for (const generation of readGenerations(bytes)) reader.take(generation);
  return reader.finish();
}

interface Resource {
  status: number;
  seq: number;
}

interface ThreadState {
  g: number;
  p: number;
}

class TraceReader {
  private readonly events: { at: number; kind: ScheduleKind; g: number; p: number }[] = [];
  private readonly goroutines = new Map<number, Resource>();
  private readonly processors = new Map<number, Resource>();
  private readonly threads = new Map<number, ThreadState>();
  private readonly ours = new Set<number>([MAIN]); // goroutines of the program
  private startAt: number | null = null; // time 0
  private generation: Generation = { threads: new Map(), strings: new Map(), entries: new Map() };
  private last = 0;
  private monitor = NONE; // its thread, once it has shown itself

  take(generation: Generation): void {
    this.generation = generation;
    const cursors = [...generation.threads].map(([thread, events]) => ({ thread, events, next: 0 }));
    for (;;) {
      const waiting = cursors.filter((one) => one.next < one.events.length);
      if (waiting.length === 0) return;
      waiting.sort((a, b) => a.events[a.next].time - b.events[b.next].time);
      const ready = waiting.find((one) => this.advance(one.thread, one.events[one.next]));
      if (ready === undefined) throw new TraceError('the events of the trace cannot be put in order');
      ready.next++;
      // The same thread goes on while its events are the earliest: sorting anew for each would take most of the time.
      const limit = Math.min(...waiting.filter((one) => one !== ready).map((one) => one.events[one.next].time));
      while (ready.next < ready.events.length && ready.events[ready.next].time < limit) {
        if (!this.advance(ready.thread, ready.events[ready.next])) break;
        ready.next++;
      }
    }
  }

  finish(): ScheduleEvent[] {
    const { startAt } = this;
    if (startAt === null) throw new TraceError('the trace does not say when the program began');
    return this.events.map((event) => ({ ...event, at: Math.round(event.at - startAt) }));
  }

  private add(time: number, kind: ScheduleKind, g: number, p: number): void {
    this.last = Math.max(this.last, time); // clocks of threads differ
    if (g === NONE || this.ours.has(g)) this.events.push({ at: this.last, kind, g, p });
  }

  private thread(id: number): ThreadState {
    let state = this.threads.get(id);
    if (state === undefined) {
      state = { g: NONE, p: NONE };
      this.threads.set(id, state);
    }
    return state;
  }

  /** Whether the event can have happened now; if so, it has. */
  private advance(threadId: number, { time, type, args }: RawEvent): boolean {
    const thread = this.thread(threadId);
    switch (type) {
      case EV.procStatus:
        return this.procStatus(thread, args);
      case EV.procStart: {
        const p = this.processors.get(args[0]);
        if (p === undefined || p.status !== P_IDLE || args[1] !== p.seq + 1 || thread.p !== NONE) return false;
        p.status = P_RUNNING;
        p.seq = args[1];
        thread.p = args[0];
        // The monitor borrows what it has taken for as long as it takes to make a thread for it.
        if (threadId !== this.monitor) this.add(time, 'procStart', NONE, args[0]);
        return true;
      }
      case EV.procStop: {
        const p = this.processors.get(thread.p);
        if (p !== undefined) p.status = P_IDLE;
        thread.p = NONE;
        return true;
      }
      case EV.procSteal:
        return this.procSteal(thread, threadId, time, args);
      case EV.goStatus:
      case EV.goStatusStack:
        this.goStatus(thread, time, args);
        return true;
      case EV.goCreate:
      case EV.goCreateBlocked:
        return this.goCreate(thread, time, type, args);
      case EV.goStart: {
        const g = this.goroutines.get(args[0]);
        if (g === undefined || g.status !== G_RUNNABLE || args[1] !== g.seq + 1 || thread.p === NONE) return false;
        g.status = G_RUNNING;
        g.seq = args[1];
        thread.g = args[0];
        this.add(time, 'start', args[0], thread.p);
        return true;
      }
      case EV.goUnblock: {
        const g = this.goroutines.get(args[0]);
        if (g === undefined || g.status !== G_WAITING || args[1] !== g.seq + 1) return false;
        g.status = G_RUNNABLE;
        g.seq = args[1];
        this.add(time, 'ready', args[0], thread.p);
        return true;
      }
      case EV.goStop:
        this.leave(thread, G_RUNNABLE);
        this.add(time, this.generation.strings.get(args[0]) === 'preempted' ? 'preempt' : 'yield', thread.g, thread.p);
        thread.g = NONE;
        return true;
      case EV.goBlock:
        this.leave(thread, G_WAITING);
        this.add(time, 'block', thread.g, thread.p);
        thread.g = NONE;
        return true;
      case EV.goDestroy:
        this.goroutines.delete(thread.g);
        this.add(time, 'end', thread.g, thread.p);
        thread.g = NONE;
        return true;
      case EV.goSyscallBegin: {
        this.leave(thread, G_SYSCALL);
        const p = this.processors.get(thread.p);
        if (p !== undefined) Object.assign(p, { status: P_SYSCALL, seq: args[0] });
        this.add(time, 'syscall', thread.g, thread.p);
        return true;
      }
      case EV.goSyscallEnd: {
        this.leave(thread, G_RUNNING);
        const p = this.processors.get(thread.p);
        if (p !== undefined) p.status = P_RUNNING;
        this.add(time, 'back', thread.g, thread.p);
        return true;
      }
      case EV.goSyscallEndBlocked: {
        if (thread.p !== NONE && this.processors.get(thread.p)?.status === P_SYSCALL) return false; // its loss is still to come
        this.leave(thread, G_RUNNABLE);
        this.add(time, 'lost', thread.g, NONE);
        thread.g = NONE;
        return true;
      }
      case EV.userLog:
        if (this.generation.strings.get(args[1]) === 'gosim' && this.generation.strings.get(args[2]) === 'start') this.startAt = time;
        return true;
      default:
        return true; // of no interest here
    }
  }

  private leave(thread: ThreadState, status: number): void {
    const g = this.goroutines.get(thread.g);
    if (g !== undefined) g.status = status;
  }

  private procStatus(thread: ThreadState, [p, status]: readonly number[]): boolean {
    const known = this.processors.get(p);
    if (known !== undefined && status === P_ABANDONED) {
      known.seq = 0;
      return true;
    }
    if (known !== undefined && known.status !== status) return false;
    this.processors.set(p, { status, seq: 0 });
    if (status === P_RUNNING || status === P_SYSCALL) thread.p = p;
    return true;
  }

  /** A processor is taken from a thread in a system call: by the monitor, which has none, or by who comes back from one. */
  private procSteal(thread: ThreadState, threadId: number, time: number, [id, seq, from]: readonly number[]): boolean {
    const p = this.processors.get(id);
    if (p === undefined || (p.status !== P_SYSCALL && p.status !== P_ABANDONED) || seq !== p.seq + 1) return false;
    const victim = this.thread(from);
    const abandoned = p.status === P_ABANDONED;
    p.status = P_IDLE;
    p.seq = seq;
    if (!abandoned && victim.p === id) victim.p = NONE;
    if (from !== threadId && thread.g === NONE && thread.p === NONE) {
      this.monitor = threadId;
      this.add(time, 'retake', this.ours.has(victim.g) ? victim.g : NONE, id);
    }
    return true;
  }

  /** Said of a goroutine once in each generation; counting begins anew. */
  private goStatus(thread: ThreadState, time: number, [g, m, status]: readonly number[]): void {
    const isNew = !this.goroutines.has(g);
    this.goroutines.set(g, { status, seq: 0 });
    if (status === G_SYSCALL) this.thread(m).g = g;
    if (status !== G_RUNNING) return;
    thread.g = g;
    if (isNew) this.add(time, 'start', g, thread.p);
  }

  private goCreate(thread: ThreadState, time: number, type: number, [g, stack]: readonly number[]): boolean {
    if (thread.p === NONE) return false;
    this.goroutines.set(g, { status: type === EV.goCreate ? G_RUNNABLE : G_WAITING, seq: 0 });
    if (this.startAt === null || !/^main\./.test(this.generation.entries.get(stack) ?? '')) return true;
    this.ours.add(g);
    if (type === EV.goCreate) this.add(time, 'ready', g, thread.p);
    return true;
  }
}
