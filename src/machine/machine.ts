// The computer under the runtime: a clock, CPUs, kernel threads, and what wakes them. The runtime asks for threads and
// for time (`burn`, `sleep`, `wake`, `signal`); the machine calls back through the two methods of Client. A thread that
// burns may be taken off its CPU by the kernel and continue later: the runtime sees only that the burn took longer.
//
// Sharing: a runnable thread takes an idle CPU at once. With more runnable threads than CPUs the kernel keeps them in one
// queue by virtual run time and gives each a slice; a thread that wakes with much less virtual run time than a running
// one takes its CPU.
// Where CPU limits are set (quota.ts), a CPU may be throttled: it holds the thread that it would run, and runs none.
// Not Go: kernel-queue — one queue for all CPUs, no migration cost, no cache effects.
// Not Go: alone — no other process, no interrupts, CPUs of one constant speed.
//
// Invariants, asserted by checkMachine: a thread is on a CPU, in the queue, throttled, asleep or dead, and in one of these
// only; a CPU runs one thread or holds one that is throttled; no CPU idles while a thread waits.
//
// Run-ahead: while a thread's burn ends before every other event, time just moves on, without the queue. `runAhead =
// false` sends every burn through the queue; results are the same.

import { fail } from '../base/assert.ts';
import { EventQueue } from '../base/event-queue.ts';
import { ZERO_NS } from '../base/zero.ts';
import { THREAD_OFF_CPU, THREAD_ON_CPU, THREAD_WAKE } from '../trace/events.ts';
import type { EventLog } from '../trace/log.ts';
import { CpuEvents } from './cpu-events.ts';
import type { CpuLimit, QuotaCounts, QuotaHost } from './quota.ts';
import { Quota } from './quota.ts';

/** What the machine tells the runtime. */
export interface Client {
  /** The thread is on a CPU with nothing left to burn: a burn is done, or it woke. */
  resume(thread: Thread): void;
  /** A signal reached the thread, which is on a CPU. */
  signalled(thread: Thread): void;
  /** A device has finished what was started with `device(ns, item)`. */
  deviceReady(item: number): void;
}

export interface MachineParams {
  readonly cpus: number;
  readonly sliceNs: number; // of the kernel's scheduler, when threads wait for a CPU
  readonly wakeupGranularityNs: number; // lead in virtual run time that lets a waking thread take a CPU
  readonly timerSlackNs: number; // a sleep of a thread ends this much late
  readonly limits: readonly CpuLimit[]; // innermost first
}

/** Measured kernels differ with their number of CPUs; these are the values of recent Linux on a few CPUs. */
export const DEFAULT_MACHINE = { sliceNs: 3_000_000, wakeupGranularityNs: 1_000_000, timerSlackNs: 50_000, limits: [] };

export const THREAD_ASLEEP = 0;
export const THREAD_WAITING = 1; // runnable, no CPU
export const THREAD_RUNNING = 2;
export const THREAD_DEAD = 3;
export const THREAD_THROTTLED = 4; // runnable, held by a CPU that has no runtime

export class Thread {
  readonly id: number;
  state = THREAD_ASLEEP;
  cpu = -1;
  left = ZERO_NS; // ns of the current burn that remain, while off a CPU
  burnEnd = ZERO_NS; // instant at which it ends, while on one
  burnNs = ZERO_NS; // how long it was when it began
  vruntime = ZERO_NS;
  onSince = ZERO_NS; // since when it is on its CPU
  cpuNs = ZERO_NS; // processor time consumed so far, without the current stay
  wakeSeq = ZERO_NS; // the event that will wake it; 0: none
  wakeTime = ZERO_NS; // when that is
  signalPending = false;

  constructor(id: number) {
    this.id = id;
  }
}

class CPU {
  readonly id: number;
  thread: Thread | null = null;
  held: Thread | null = null; // throttled
  pending = false; // it has an event: the end of a burn or of a slice
  sliceEnd = Number.POSITIVE_INFINITY;
  busyNs = ZERO_NS;

  constructor(id: number) {
    this.id = id;
  }
}

// items of the event queue: kind + KINDS * index
const KINDS = 4;
const EV_QUOTA = 0;
const EV_WAKE = 1;
const EV_DEVICE = 2;
const EV_HORIZON = 3;

export class Machine implements QuotaHost {
  now = ZERO_NS;
  readonly cpus: CPU[] = [];
  readonly threads: Thread[] = [];
  readonly params: MachineParams;
  /** Steps of the run so far: resumes of threads. Compared with the cap on events. */
  steps = 0;
  /** The last step that may run ahead: a cap must be noticed at the same step in either way. */
  mostSteps = Number.POSITIVE_INFINITY;
  hasHorizon = false;
  horizonReached = false;
  log: EventLog | null;
  devices = 0; // operations under way
  /** Before this instant nothing else happens, so time may simply move on; -1 while everything must be an event. */
  horizon = Number.POSITIVE_INFINITY;
  private seq = ZERO_NS; // of the event pushed last, in either queue
  private readonly cpuEvents: CpuEvents;
  private readonly queue = new EventQueue(); // wake-ups of threads, devices, the end of the run
  private readonly idle: CPU[] = []; // a stack: the CPU freed last is taken first
  private readonly waiting: Thread[] = []; // by vruntime, then arrival; the next to run at the end
  private minVruntime = ZERO_NS;
  private readonly quota: Quota | null;
  private readonly runAhead: boolean;
  private pause = Number.POSITIVE_INFINITY; // somebody looks at the state then: nothing runs ahead past it
  private client: Client = { resume: () => {}, signalled: () => {}, deviceReady: () => {} };

  constructor(params: MachineParams, runAhead: boolean, log: EventLog | null) {
    this.params = params;
    this.runAhead = runAhead;
    this.log = log;
    this.cpuEvents = new CpuEvents(params.cpus);
    for (let i = 0; i < params.cpus; i++) this.cpus.push(new CPU(i));
    for (let i = params.cpus - 1; i >= 0; i--) this.idle.push(this.cpus[i]!);
    this.quota = params.limits.length === 0 ? null : new Quota(params.limits, params.cpus, this, log);
    this.look();
  }

  attach(client: Client): void {
    this.client = client;
  }

  setHorizon(at: number): void {
    this.hasHorizon = true;
    this.push(at, EV_HORIZON);
  }

  // ---- the loop

  /** Takes the next event and does what it asks. False when nothing is left to happen or the horizon is reached. */
  step(): boolean {
    const { cpuEvents, queue } = this;
    const at = cpuEvents.headAt;
    if (at < queue.headAt || (at === queue.headAt && cpuEvents.headSeq < queue.headSeq)) {
      const cpu = this.cpus[cpuEvents.pop()]!;
      this.look();
      this.now = at;
      cpu.pending = false;
      const thread = cpu.thread!;
      if (at >= thread.burnEnd) this.resumeThread(thread);
      else this.endSlice(cpu, thread);
      return true;
    }
    return queue.size > 0 && this.stepQueue();
  }

  private stepQueue(): boolean {
    const queue = this.queue;
    const seq = queue.headSeq;
    const at = queue.headAt;
    const item = queue.pop();
    this.look();
    const index = item >> 2;
    switch (item & 3) {
      case EV_WAKE: {
        const thread = this.threads[index]!;
        if (thread.wakeSeq !== seq) return true; // stale: it was woken earlier
        this.now = at;
        this.awake(thread);
        return true;
      }
      case EV_DEVICE:
        this.now = at;
        this.devices--;
        this.client.deviceReady(index);
        return true;
      case EV_QUOTA:
        if (!this.quota!.isDue(index, seq, at)) return true;
        this.now = at;
        this.quota!.fire(index);
        return true;
      default:
        this.now = at;
        this.horizonReached = true;
        return false;
    }
  }

  /** The instant of the next event; Infinity: there is none. */
  get nextAt(): number {
    return Math.min(this.cpuEvents.headAt, this.queue.headAt);
  }

  /** Nothing runs ahead past `at`, so that the state at that instant can be seen. */
  pauseAt(at: number): void {
    this.pause = at;
    this.look();
  }

  private push(at: number, item: number): number {
    const seq = ++this.seq;
    this.queue.push(at, seq, item);
    this.look();
    return seq;
  }

  /** The CPU's next event: instead of the one it may have. */
  private plan(cpu: CPU, at: number): void {
    if (cpu.pending) this.cpuEvents.remove(cpu.id);
    cpu.pending = true;
    this.cpuEvents.push(at, ++this.seq, cpu.id);
    this.look();
  }

  private cancel(cpu: CPU): void {
    if (!cpu.pending) return;
    cpu.pending = false;
    this.cpuEvents.remove(cpu.id);
    this.look();
  }

  /** Sets the horizon anew. */
  private look(): void {
    if (!this.runAhead || this.waiting.length > 0) {
      this.horizon = -1;
      return;
    }
    const next = this.cpuEvents.headAt < this.queue.headAt ? this.cpuEvents.headAt : this.queue.headAt;
    this.horizon = next < this.pause ? next : this.pause;
  }

  private resumeThread(thread: Thread): void {
    this.steps++;
    this.client.resume(thread);
  }

  // ---- what the runtime asks for

  newThread(): Thread {
    const thread = new Thread(this.threads.length);
    thread.vruntime = this.minVruntime;
    this.threads.push(thread);
    return thread;
  }

  /**
   * The thread, which is on a CPU, computes for `ns`. True: it is done already, the clock has moved on. False: the
   * machine will resume the thread when it is done.
   */
  burn(thread: Thread, ns: number): boolean {
    const end = this.now + ns;
    if (end < this.horizon && this.steps < this.mostSteps) {
      this.now = end;
      this.steps++;
      return true;
    }
    this.burnLater(thread, ns);
    return false;
  }

  /** As burn, for a thread other than the one that acts: never done already. */
  burnLater(thread: Thread, ns: number): void {
    const end = this.now + ns;
    thread.burnEnd = end;
    thread.burnNs = ns;
    const cpu = this.cpus[thread.cpu]!;
    this.plan(cpu, end < cpu.sliceEnd ? end : cpu.sliceEnd);
  }

  /** Ends the burn of a thread on a CPU before its time and returns the ns that were left. */
  cutBurn(thread: Thread): number {
    this.cancel(this.cpus[thread.cpu]!);
    return thread.burnEnd - this.now;
  }

  /** The thread leaves its CPU until `wake`. */
  block(thread: Thread): void {
    this.offCpu(thread, 0);
    thread.state = THREAD_ASLEEP;
  }

  /** The thread leaves its CPU for `ns` (plus the kernel's timer slack unless `exact`), or until an earlier `wake`. */
  sleep(thread: Thread, ns: number, exact: boolean): void {
    this.block(thread);
    this.wakeAt(thread, this.now + ns + (exact ? 0 : this.params.timerSlackNs));
  }

  /** A sleeping thread becomes runnable after `latencyNs`; an earlier wake-up that is due later is forgotten. */
  wake(thread: Thread, latencyNs: number): void {
    if (thread.state !== THREAD_ASLEEP) fail('Machine.wake', `thread ${thread.id} is not asleep but in state ${thread.state}`);
    this.wakeAt(thread, this.now + latencyNs);
  }

  /** As wake, for a thread that may be awake already, or about to be: then nothing happens. True: the wake-up counts. */
  wakeEarlier(thread: Thread, latencyNs: number): boolean {
    if (thread.state !== THREAD_ASLEEP) return false;
    if (thread.wakeSeq === 0 || this.now + latencyNs < thread.wakeTime) this.wakeAt(thread, this.now + latencyNs);
    return true;
  }

  private wakeAt(thread: Thread, at: number): void {
    thread.wakeTime = at;
    thread.wakeSeq = this.push(at, EV_WAKE + KINDS * thread.id);
  }

  /** The thread is gone. */
  exit(thread: Thread): void {
    this.offCpu(thread, 0);
    thread.state = THREAD_DEAD;
  }

  /** Something outside the CPUs takes `ns`; the client hears of it with `item` (below 2^29). */
  device(ns: number, item: number): void {
    this.devices++;
    this.push(this.now + ns, EV_DEVICE + KINDS * item);
  }

  /** Sends a signal: it arrives at once at a thread on a CPU, else when the thread next gets one. */
  signal(thread: Thread): void {
    if (thread.state === THREAD_RUNNING) this.client.signalled(thread);
    else if (thread.state === THREAD_WAITING || thread.state === THREAD_THROTTLED) thread.signalPending = true;
  }

  /** Processor time the thread has consumed, ns. */
  cpuTime(thread: Thread): number {
    return thread.cpuNs + (thread.state === THREAD_RUNNING ? this.now - thread.onSince : 0);
  }

  /** True when no thread but `thread` is on a CPU or waits for one, and no device or timed wake-up is under way. */
  quietBut(thread: Thread): boolean {
    for (const other of this.threads) {
      if (other === thread) continue;
      const { state } = other;
      if (state === THREAD_RUNNING || state === THREAD_WAITING || state === THREAD_THROTTLED || other.wakeSeq !== 0) return false;
    }
    return this.devices === 0;
  }

  // ---- the kernel's scheduler

  private awake(thread: Thread): void {
    thread.wakeSeq = 0;
    this.log?.record(this.now, THREAD_WAKE, thread.id, -1, -1, -1, -1);
    const floor = this.minVruntime - this.params.sliceNs;
    if (thread.vruntime < floor) thread.vruntime = floor;
    thread.left = 0;
    const cpu = this.quota === null ? this.idle.pop() : this.idleWithRuntime(this.quota);
    if (cpu !== undefined) {
      this.dispatch(cpu, thread);
      return;
    }
    const victim = this.furthest();
    if (victim !== null && this.vruntimeNow(victim.thread!) - thread.vruntime > this.params.wakeupGranularityNs) {
      this.preempt(victim);
      this.dispatch(victim, thread);
    } else {
      this.enqueue(thread);
    }
  }

  /** The CPU whose thread has the most virtual run time; null when all are throttled. */
  private furthest(): CPU | null {
    let best: CPU | null = null;
    for (const cpu of this.cpus) {
      if (cpu.thread === null) continue;
      if (best === null || this.vruntimeNow(cpu.thread) > this.vruntimeNow(best.thread!)) best = cpu;
    }
    return best;
  }

  private vruntimeNow(thread: Thread): number {
    return thread.vruntime + (thread.state === THREAD_RUNNING ? this.now - thread.onSince : 0);
  }

  private enqueue(thread: Thread): void {
    thread.state = THREAD_WAITING;
    const waiting = this.waiting;
    let i = waiting.length;
    waiting.push(thread);
    while (i > 0 && waiting[i - 1]!.vruntime <= thread.vruntime) {
      waiting[i] = waiting[i - 1]!;
      i--;
    }
    waiting[i] = thread;
    this.look();
    for (const cpu of this.cpus) if (cpu.thread !== null) this.limitSlice(cpu, cpu.thread);
  }

  /** Threads wait: the thread on this CPU may stay to the end of its slice. */
  private limitSlice(cpu: CPU, thread: Thread): void {
    if (cpu.sliceEnd !== Number.POSITIVE_INFINITY) return;
    cpu.sliceEnd = Math.max(this.now, thread.onSince + this.params.sliceNs);
    if (cpu.pending && thread.burnEnd > cpu.sliceEnd) this.plan(cpu, cpu.sliceEnd);
  }

  private endSlice(cpu: CPU, thread: Thread): void {
    if (this.waiting.length === 0) {
      cpu.sliceEnd = Number.POSITIVE_INFINITY;
      this.plan(cpu, thread.burnEnd);
      return;
    }
    this.preempt(cpu);
    this.dispatch(cpu, this.nextWaiting()!);
  }

  private nextWaiting(): Thread | undefined {
    const thread = this.waiting.pop();
    if (thread !== undefined) this.look();
    return thread;
  }

  /** Takes the thread off the CPU in the middle of its burn and queues it. */
  private preempt(cpu: CPU): void {
    this.enqueue(this.takeOff(cpu));
  }

  private takeOff(cpu: CPU): Thread {
    const thread = cpu.thread!;
    thread.left = thread.burnEnd - this.now;
    this.account(cpu, thread);
    this.quota?.stop(cpu.id, false);
    this.log?.record(this.now, THREAD_OFF_CPU, thread.id, -1, -1, cpu.id, 1);
    cpu.thread = null;
    thread.cpu = -1;
    this.cancel(cpu);
    return thread;
  }

  /** Puts a thread on a free CPU and lets it go on: with the rest of its burn, or by resuming it. */
  private dispatch(cpu: CPU, thread: Thread): void {
    if (this.quota !== null && !this.quota.canRun(cpu.id)) {
      this.throttle(cpu, thread, this.quota);
      return;
    }
    cpu.thread = thread;
    thread.cpu = cpu.id;
    thread.state = THREAD_RUNNING;
    thread.onSince = this.now;
    if (thread.vruntime > this.minVruntime) this.minVruntime = thread.vruntime;
    cpu.sliceEnd = this.waiting.length > 0 ? this.now + this.params.sliceNs : Number.POSITIVE_INFINITY;
    this.log?.record(this.now, THREAD_ON_CPU, thread.id, -1, -1, cpu.id, -1);
    this.quota?.start(cpu.id, thread.id);
    if (thread.left > 0) {
      thread.burnEnd = this.now + thread.left;
      thread.left = 0;
      this.plan(cpu, Math.min(thread.burnEnd, cpu.sliceEnd));
      if (thread.signalPending) {
        thread.signalPending = false;
        this.client.signalled(thread);
      }
    } else {
      thread.signalPending = false;
      // through the queue, so that whoever caused this finishes first
      thread.burnEnd = this.now;
      this.plan(cpu, this.now);
    }
  }

  private account(cpu: CPU, thread: Thread): void {
    const ns = this.now - thread.onSince;
    thread.cpuNs += ns;
    thread.vruntime += ns;
    cpu.busyNs += ns;
  }

  private offCpu(thread: Thread, preempted: number): void {
    const cpu = this.cpus[thread.cpu]!;
    this.account(cpu, thread);
    this.quota?.stop(cpu.id, this.waiting.length === 0);
    this.log?.record(this.now, THREAD_OFF_CPU, thread.id, -1, -1, cpu.id, preempted);
    thread.cpu = -1;
    cpu.thread = null;
    this.cancel(cpu);
    const next = this.nextWaiting();
    if (next === undefined) this.idle.push(cpu);
    else this.dispatch(cpu, next);
  }

  // ---- CPU limits

  quotaEvent(at: number, item: number): number {
    return this.push(at, EV_QUOTA + KINDS * item);
  }

  runOut(cpu: number): void {
    this.throttle(this.cpus[cpu]!, this.takeOff(this.cpus[cpu]!), this.quota!);
  }

  release(cpu: number): void {
    const { held } = this.cpus[cpu]!;
    this.cpus[cpu]!.held = null;
    this.dispatch(this.cpus[cpu]!, held!);
  }

  private throttle(cpu: CPU, thread: Thread, quota: Quota): void {
    thread.state = THREAD_THROTTLED;
    cpu.held = thread;
    quota.throttle(cpu.id, thread.id);
  }

  /** The idle CPU freed last that has or can get runtime; without any, the one freed last. */
  private idleWithRuntime(quota: Quota): CPU | undefined {
    const { idle } = this;
    for (let i = idle.length - 1; i >= 0; i--) if (quota.canRun(idle[i]!.id)) return idle.splice(i, 1)[0];
    return idle.pop();
  }

  /** Ends the periods of the limits that are over: nothing else will happen. */
  settleQuota(): void {
    this.quota?.settle();
  }

  /** What the limits counted, innermost first; none without limits. */
  quotaCounts(): QuotaCounts[] {
    return this.quota?.counts() ?? [];
  }

  /** Asserts the invariants of the header. */
  checkMachine(): void {
    const held: Thread[] = [];
    for (const cpu of this.cpus) {
      const thread = cpu.thread;
      if (thread === null) {
        if (this.idle.includes(cpu) === (cpu.held !== null)) fail('checkMachine', `CPU ${cpu.id} runs nothing and is not idle`);
        if (cpu.held !== null) held.push(cpu.held);
        else if (this.waiting.length > 0) fail('checkMachine', `CPU ${cpu.id} idles while ${this.waiting.length} threads wait`);
      } else if (thread.cpu !== cpu.id || thread.state !== THREAD_RUNNING) {
        fail('checkMachine', `CPU ${cpu.id} runs thread ${thread.id}, which is in state ${thread.state} on CPU ${thread.cpu}`);
      }
    }
    for (const thread of this.threads) {
      const queued = this.waiting.includes(thread);
      if (queued !== (thread.state === THREAD_WAITING))
        fail('checkMachine', `thread ${thread.id} in state ${thread.state}, queued: ${queued}`);
      if (held.filter((other) => other === thread).length !== (thread.state === THREAD_THROTTLED ? 1 : 0))
        fail('checkMachine', `thread ${thread.id} in state ${thread.state} is held by some CPUs`);
      if (thread.cpu >= 0 !== (thread.state === THREAD_RUNNING))
        fail('checkMachine', `thread ${thread.id} in state ${thread.state} on CPU ${thread.cpu}`);
    }
    this.quota?.check((cpu) => this.cpus[cpu]!.held?.id ?? -1);
  }
}
