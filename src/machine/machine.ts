// The computer under the runtime: a clock, CPUs, kernel threads, and what wakes them. The runtime asks for threads and
// for time (`burn`, `sleep`, `wake`, `signal`); the machine calls back through the two methods of Client. A thread that
// burns may be taken off its CPU by the kernel and continue later: the runtime sees only that the burn took longer.
//
// Sharing: a thread that wakes takes an idle CPU if it finds one, or waits in the queue of one; who then runs, for how long and where
// is for the kernel's scheduler to say (kernel.ts). Threads of other processes (neighbours.ts) share the CPUs too, unseen.
// With CPU limits (quota.ts) a CPU may be throttled: it holds the thread of the process that it would run, and runs only neighbours.
// Not Go: alone — CPUs of one constant speed, and no neighbours but those described.
//
// Invariants, asserted by checkMachine: a thread is on a CPU, in the queue of one, throttled, asleep or dead, and in one of
// these only; a CPU that idles has nobody in its queue; while it idles and others have, a tick is under way to look again.
//
// Run-ahead: while a thread's burn ends before every other event, time just moves on. `runAhead = false`: not so, with equal results.

import { fail } from '../base/assert.ts';
import { EventQueue } from '../base/event-queue.ts';
import { ZERO_NS } from '../base/zero.ts';
import { NEIGHBOUR_OFF, NEIGHBOUR_ON, THREAD_OFF_CPU, THREAD_ON_CPU, THREAD_QUEUE, THREAD_WAKE } from '../trace/events.ts';
import type { EventLog } from '../trace/log.ts';
import { checkCpus } from './check.ts';
import type { Client } from './client.ts';
import { busyCpu, CPU } from './cpu.ts';
import { CpuEvents } from './cpu-events.ts';
import { IdleSearch } from './idle-search.ts';
import { EV_DEVICE, EV_OTHER, EV_QUOTA, EV_WAKE, HORIZON, KINDS, NEIGHBOUR, TICK } from './items.ts';
import { Kernel, kernelParams } from './kernel.ts';
import { Neighbours } from './neighbours.ts';
import type { MachineParams } from './params.ts';
import type { QuotaCounts, QuotaHost } from './quota.ts';
import { Quota, RUN_OUT_STEPS } from './quota.ts';
import { Rests } from './rest.ts';
import { OWN_GROUP, THREAD_ASLEEP, THREAD_DEAD, THREAD_RUNNING, THREAD_THROTTLED, THREAD_WAITING, Thread } from './thread.ts';
import { tickFrom } from './ticks.ts';

export type { Client, Thread };

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
  private readonly kernel: Kernel;
  private readonly neighbours: Neighbours | null;
  private idle: number; // CPUs that run nothing and hold nothing
  private acting: Thread | null = null; // of the process: what happens now, it does
  private tickAwaited = false; // an event for the next tick is under way
  private foreignEvents = 0; // in the queue: ticks, and wake-ups of neighbours
  private readonly quota: Quota | null;
  private readonly rests: Rests;
  private readonly search: IdleSearch;
  private readonly runAhead: boolean;
  private pause = Number.POSITIVE_INFINITY; // somebody looks at the state then: nothing runs ahead past it
  private client: Client = { resume: () => {}, signalled: () => {}, deviceReady: () => {} };

  constructor(params: MachineParams, runAhead: boolean, log: EventLog | null) {
    this.params = params;
    this.runAhead = runAhead;
    this.log = log;
    this.cpuEvents = new CpuEvents(params.cpus);
    for (this.idle = 0; this.idle < params.cpus; this.idle++) this.cpus.push(new CPU(this.idle));
    const weights = [params.cpuWeight, ...params.neighbours.map((one) => one.cpuWeight)];
    this.kernel = new Kernel({ ...kernelParams(params.cpus), ...params.kernel }, params.cpus, weights);
    this.neighbours = params.neighbours.length === 0 ? null : new Neighbours(params.neighbours, params.seed);
    this.quota = params.limits.length === 0 ? null : new Quota(params.limits, params.cpus, this.kernel.params, this, log);
    this.rests = new Rests(params.cpus, this.kernel.params.haltPollNs, params.idleLatency, params.seed);
    this.search = new IdleSearch(this.cpus, this.rests, this.kernel.params);
    this.look();
  }

  attach(client: Client): void {
    this.client = client;
  }

  /** The neighbours begin: at time 0 after the process, which has its CPU then. */
  startNeighbours(): void {
    if (this.neighbours === null) return;
    for (const thread of this.neighbours.threads) this.pushForeign(this.neighbours.beginsAt(thread), NEIGHBOUR + thread.id);
  }

  setHorizon(at: number): void {
    this.hasHorizon = true;
    this.push(at, EV_OTHER + KINDS * HORIZON);
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
    this.acting = null;
    const index = item >> 2;
    switch (item & 3) {
      case EV_WAKE: {
        const thread = this.threads[index]!;
        if (thread.wakeSeq !== seq) return true; // stale: it was woken earlier
        this.now = at;
        if (thread.lateNs >= 0) this.interrupt(this.cpus[thread.lastCpu]!);
        if (thread.lateNs <= 0 || this.cpus[thread.lastCpu]!.thread !== null) this.awake(thread);
        else this.wakeAt(thread, at + thread.lateNs + this.rests.lateness(thread.lastCpu, at), -1);
        return true;
      }
      case EV_DEVICE:
        this.now = at;
        this.devices--;
        if (this.params.interruptNs > 0) this.interrupt(busyCpu(this.cpus, index));
        this.client.deviceReady(index);
        return true;
      case EV_QUOTA:
        if (!this.quota!.isDue(index, seq, at)) return true;
        this.now = at;
        this.quota!.fire(index);
        return true;
      default:
        return this.stepOther(at, index);
    }
  }

  private stepOther(at: number, index: number): boolean {
    if (index === HORIZON) {
      this.now = at;
      this.horizonReached = true;
      return false;
    }
    this.foreignEvents--;
    if (index === TICK) {
      this.tickAwaited = false;
      if (this.kernel.waiting === 0) return true; // nobody is interested any more
      this.now = at;
      this.tick();
      return true;
    }
    if (this.isOver()) return false;
    this.now = at;
    this.awake(this.neighbours!.threads[index - NEIGHBOUR]!);
    return true;
  }

  /** Nothing of the process's own is left to happen. */
  private isOver(): boolean {
    return this.queue.size <= this.foreignEvents && this.threads.every(({ state }) => state === THREAD_ASLEEP || state === THREAD_DEAD);
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
    if (at < this.horizon) this.horizon = at;
    return seq;
  }

  private pushForeign(at: number, index: number): void {
    this.foreignEvents++;
    this.push(at, EV_OTHER + KINDS * index);
  }

  /** The CPU's next event: instead of the one it may have. */
  private plan(cpu: CPU, at: number): void {
    if (cpu.pending) this.cancel(cpu);
    cpu.pending = true;
    this.cpuEvents.push(at, ++this.seq, cpu.id);
    if (at < this.horizon) this.horizon = at;
  }

  private cancel(cpu: CPU): void {
    if (!cpu.pending) return;
    cpu.pending = false;
    this.cpuEvents.remove(cpu.id);
    this.look();
  }

  /** Sets the horizon anew: when an event has gone, or one more thread waits. A new event only draws it nearer. */
  private look(): void {
    if (!this.runAhead || this.kernel.waiting > 0) {
      this.horizon = -1;
      return;
    }
    this.horizon = Math.min(this.cpuEvents.headAt, this.queue.headAt, this.pause);
  }

  private resumeThread(thread: Thread): void {
    if (thread.group !== OWN_GROUP) {
      this.resumeNeighbour(thread);
      return;
    }
    this.steps++;
    this.acting = thread;
    this.client.resume(thread);
  }

  private resumeNeighbour(thread: Thread): void {
    const idleNs = this.neighbours!.rests(thread);
    if (idleNs > 0) {
      this.block(thread);
      this.pushForeign(this.now + idleNs, NEIGHBOUR + thread.id);
    } else {
      this.burnLater(thread, this.neighbours!.works(thread));
    }
  }

  // ---- what the runtime asks for

  newThread(): Thread {
    const thread = new Thread(this.threads.length, OWN_GROUP);
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
    thread.burnEnd = this.now + ns;
    thread.burnNs = ns;
    this.planBurn(this.cpus[thread.cpu]!, thread.burnEnd);
  }

  private planBurn(cpu: CPU, end: number): void {
    const { sliceEnd } = cpu; // it may be left over from when somebody waited
    this.plan(cpu, sliceEnd < end && sliceEnd >= this.now && this.kernel.waiting > 0 ? sliceEnd : end);
  }

  /** The burn under way on a CPU, if any, takes longer by what it costs that a device or a timer goes off there. */
  private interrupt({ thread }: CPU): void {
    if (thread === null || this.params.interruptNs === 0) return;
    thread.burnEnd += this.params.interruptNs;
    this.planBurn(this.cpus[thread.cpu]!, thread.burnEnd);
  }

  /** Ends the burn of a thread on a CPU before its time and returns the ns that were left. */
  cutBurn(thread: Thread): number {
    this.cancel(this.cpus[thread.cpu]!);
    return thread.burnEnd - this.now;
  }

  /** The thread leaves its CPU until `wake`. */
  block(thread: Thread): void {
    thread.state = THREAD_ASLEEP;
    this.offCpu(thread);
  }

  /** The thread leaves its CPU for exactly `ns`, or until an earlier `wake`. */
  sleep(thread: Thread, ns: number): void {
    this.block(thread);
    this.wakeAt(thread, this.now + ns, 0);
  }

  // As sleep, but the thread's timer is late: by the kernel's slack, and by `latencyNs`. The timer is that of the CPU on which
  // the thread went to sleep, so most of the latency is only there if that one idles and must wake up itself.
  sleepLate(thread: Thread, ns: number, latencyNs: number): void {
    const { timerSlackNs, queueNs } = this.kernel.params;
    const busyNs = Math.min(latencyNs, queueNs);
    this.sleep(thread, ns + timerSlackNs + busyNs);
    thread.lateNs = latencyNs - busyNs;
  }

  /** A sleeping thread becomes runnable after `latencyNs`; a wake-up that is due later is forgotten. */
  wake(thread: Thread, latencyNs: number): void {
    if (thread.state !== THREAD_ASLEEP) fail('Machine.wake', `thread ${thread.id} is not asleep but in state ${thread.state}`);
    this.wakeAt(thread, this.now + this.arrival(thread, latencyNs), -1);
  }

  /** As wake, for a thread that may be awake already, or about to be: then nothing happens. True: the wake-up counts. */
  wakeEarlier(thread: Thread, latencyNs: number): boolean {
    if (thread.state !== THREAD_ASLEEP) return false;
    const at = this.now + this.arrival(thread, latencyNs);
    if (thread.wakeSeq === 0 || at < thread.wakeTime) this.wakeAt(thread, at, -1);
    return true;
  }

  /** How long it takes until the thread is runnable: most of a latency is that of an idle CPU, which must wake up itself. */
  private arrival(thread: Thread, latencyNs: number): number {
    const cpu = this.idleFor(thread);
    return cpu === null ? Math.min(latencyNs, this.kernel.params.queueNs) : latencyNs + this.rests.lateness(cpu.id, this.now);
  }

  private wakeAt(thread: Thread, at: number, lateNs: number): void {
    thread.lateNs = lateNs;
    thread.wakerCpu = lateNs < 0 && this.acting !== null ? this.acting.cpu : -1;
    thread.wakeTime = at;
    thread.wakeSeq = this.push(at, EV_WAKE + KINDS * thread.id);
  }

  /** The thread is gone. */
  exit(thread: Thread): void {
    thread.state = THREAD_DEAD;
    this.offCpu(thread);
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
      const isStill = (other.state === THREAD_ASLEEP || other.state === THREAD_DEAD) && other.wakeSeq === 0;
      if (other !== thread && !isStill) return false;
    }
    return this.devices === 0;
  }

  // ---- who is on which CPU

  private awake(thread: Thread): void {
    thread.wakeSeq = 0;
    thread.left = 0;
    thread.hasWoken = true;
    if (thread.group === OWN_GROUP) this.log?.record(this.now, THREAD_WAKE, thread.id, -1, -1, -1, -1);
    const cpu = this.idleFor(thread) ?? this.cpus[this.kernel.queueFor(thread, this.now)]!;
    thread.cpuBefore = thread.lastCpu;
    if (cpu.isIdleFor(thread.group)) this.enter(cpu, thread);
    else this.enqueue(cpu, thread);
  }

  private idleFor(thread: Thread): CPU | null {
    if (this.kernel.counts(thread, this.now)) return null;
    return this.idle > 0 || (thread.group !== OWN_GROUP && this.quota !== null) ? this.search.find(thread, this.quota, this.now) : null;
  }

  /** A thread in no queue gets a CPU that is idle, unless that has no runtime. */
  private enter(cpu: CPU, thread: Thread): void {
    if (this.quota !== null || !this.kernel.isEmpty(cpu.id, thread.group)) {
      this.kernel.enqueue(cpu.id, thread, this.now);
      thread.state = THREAD_WAITING;
      this.runNext(cpu);
      return;
    }
    this.kernel.enter(cpu.id, thread, this.now);
    this.dispatch(cpu, thread);
  }

  /** A thread in no queue waits for a CPU, or takes it from another. */
  private enqueue(cpu: CPU, thread: Thread): void {
    thread.state = THREAD_WAITING;
    const overdue = this.kernel.enqueue(cpu.id, thread, this.now);
    this.look();
    if (thread.group === OWN_GROUP) this.log?.record(this.now, THREAD_QUEUE, thread.id, -1, -1, cpu.id, -1);
    this.awaitTick();
    if (cpu.thread === null) return; // throttled
    if (this.kernel.preempts(cpu.id, thread) || (overdue && this.kernel.choose(cpu.id, this.now) !== cpu.thread)) {
      this.putBack(cpu);
      this.runNext(cpu);
    } else {
      cpu.sliceEnd = this.kernel.sliceEnd(cpu.id, cpu.thread, this.now);
      if (cpu.pending) this.plan(cpu, Math.min(cpu.thread.burnEnd, cpu.sliceEnd));
    }
  }

  private endSlice(cpu: CPU, thread: Thread): void {
    if (this.kernel.choose(cpu.id, this.now) === thread) {
      cpu.sliceEnd = this.kernel.sliceEnd(cpu.id, thread, this.now);
      this.plan(cpu, Math.min(thread.burnEnd, cpu.sliceEnd));
    } else {
      this.putBack(cpu);
      this.runNext(cpu);
    }
  }

  /** Whoever should run on a CPU without a thread gets it. */
  private runNext(cpu: CPU): void {
    const { kernel, quota, now } = this;
    for (;;) {
      const next = kernel.choose(cpu.id, now);
      if (next === null) return;
      if (next.group !== OWN_GROUP || quota === null || quota.canRun(cpu.id)) {
        kernel.run(cpu.id, next, now);
        this.dispatch(cpu, next);
        return;
      }
      kernel.leave(cpu.id, next, now, false);
      this.throttle(cpu, next, quota);
    }
  }

  /** Takes the thread off the CPU in the middle of its burn: it waits for the same one. */
  private putBack(cpu: CPU): void {
    const thread = cpu.thread!;
    this.kernel.putBack(cpu.id, thread, this.now);
    this.leaveCpu(cpu, thread, 1);
    thread.state = THREAD_WAITING;
    this.awaitTick();
    this.steps++;
  }

  /** `preempted`: 1 in the middle of its burn, 0 when it sleeps or ends. */
  private leaveCpu(cpu: CPU, thread: Thread, preempted: number): void {
    if (preempted === 1) thread.left = thread.burnEnd - this.now;
    const ns = this.now - thread.onSince;
    thread.cpuNs += ns;
    cpu.busyNs += ns;
    if (thread.group === OWN_GROUP) {
      this.quota?.stop(cpu.id, preempted === 0 && this.kernel.isEmpty(cpu.id, OWN_GROUP));
      this.log?.record(this.now, THREAD_OFF_CPU, thread.id, -1, -1, cpu.id, preempted);
    } else {
      this.log?.record(this.now, NEIGHBOUR_OFF, -1, -1, -1, cpu.id, thread.id);
    }
    this.rests.begin(cpu.id, this.now);
    thread.cpu = -1;
    thread.stillSince = this.now;
    cpu.thread = null;
    if (cpu.held === null) this.idle++;
    this.cancel(cpu);
  }

  /** Lets the thread that has got a CPU go on: with the rest of its burn, or by resuming it. */
  private dispatch(cpu: CPU, thread: Thread): void {
    if (cpu.held === null) this.idle--;
    this.rests.end(cpu.id, this.now);
    cpu.thread = thread;
    thread.cpu = cpu.id;
    thread.lastCpu = cpu.id;
    thread.state = THREAD_RUNNING;
    thread.onSince = this.now;
    cpu.sliceEnd = this.kernel.waiting > 0 ? this.kernel.sliceEnd(cpu.id, thread, this.now) : Number.POSITIVE_INFINITY;
    if (thread.group === OWN_GROUP) {
      this.log?.record(this.now, THREAD_ON_CPU, thread.id, -1, -1, cpu.id, -1);
      this.quota?.start(cpu.id, thread.id);
    } else {
      this.log?.record(this.now, NEIGHBOUR_ON, -1, -1, -1, cpu.id, thread.id);
    }
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

  // ---- ticks: while somebody waits

  private awaitTick(): void {
    if (this.tickAwaited) return;
    this.tickAwaited = true;
    this.pushForeign(tickFrom(this.kernel.params, this.now + 1), TICK);
  }

  /** Idle CPUs look for work, and from time to time all compare their loads. */
  private tick(): void {
    const { kernel, quota, now } = this;
    const balances = kernel.balancesAt(now);
    for (const cpu of this.cpus) {
      if (cpu.thread === null) {
        const thread = kernel.pull(cpu.id, now, quota === null || quota.canRun(cpu.id));
        if (thread !== null) kernel.enqueue(cpu.id, thread, now);
        this.runNext(cpu);
      } else if (balances) {
        const thread = kernel.balance(cpu.id, now);
        if (thread !== null) this.enqueue(cpu, thread);
      }
    }
    if (kernel.waiting > 0) this.awaitTick();
  }

  private offCpu(thread: Thread): void {
    const cpu = this.cpus[thread.cpu]!;
    this.kernel.leave(cpu.id, thread, this.now, thread.state === THREAD_ASLEEP);
    this.leaveCpu(cpu, thread, 0);
    if (this.kernel.waiting > 0) this.runNext(cpu);
  }

  // ---- CPU limits

  quotaEvent(at: number, item: number): number {
    return this.push(at, EV_QUOTA + KINDS * item);
  }

  runOut(id: number): void {
    this.steps += RUN_OUT_STEPS;
    const cpu = this.cpus[id]!;
    const thread = cpu.thread!;
    this.kernel.leave(id, thread, this.now, false);
    this.leaveCpu(cpu, thread, 1);
    this.throttle(cpu, thread, this.quota!);
    this.runNext(cpu);
  }

  release(id: number): void {
    const cpu = this.cpus[id]!;
    const thread = cpu.held!;
    cpu.held = null;
    if (cpu.thread === null) this.idle++;
    this.kernel.block(id, false, this.now);
    if (cpu.thread === null) this.enter(cpu, thread);
    else this.enqueue(cpu, thread);
  }

  /** The thread, of a CPU that runs nothing, is in no queue; the CPU holds it. */
  private throttle(cpu: CPU, thread: Thread, quota: Quota): void {
    thread.state = THREAD_THROTTLED;
    thread.lastCpu = cpu.id;
    cpu.held = thread;
    this.idle--;
    this.kernel.block(cpu.id, true, this.now);
    quota.throttle(cpu.id, thread.id);
  }

  /** Ends the periods of the limits that are over: nothing else will happen. */
  settleQuota(): void {
    this.quota?.settle();
  }

  /** What the limits counted, innermost first; none without limits. */
  quotaCounts(): QuotaCounts[] {
    return this.quota?.counts() ?? [];
  }

  /** Processor time that each of the neighbours has had, ns. */
  neighbourTimes(): number[] {
    return this.neighbours?.times((thread) => this.cpuTime(thread)) ?? [];
  }

  /** All threads, the neighbours' too. */
  allThreads(): readonly Thread[] {
    return this.neighbours === null ? this.threads : [...this.threads, ...this.neighbours.threads];
  }

  /** Asserts the invariants of the header. */
  checkMachine(): void {
    checkCpus(this.cpus, this.allThreads(), this.kernel, this.idle, this.tickAwaited);
    this.quota?.check((cpu) => this.cpus[cpu]!.held?.id ?? -1);
  }
}
