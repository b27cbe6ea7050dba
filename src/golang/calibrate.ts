// The costs of the runtime's operations on this machine, measured with real Go. What can only be measured as a sum is split
// so that the sums hold in the simulator: a switch is what Gosched takes, an unbuffered hand-off is a send, a receive and
// a switch, a goroutine's life is go, a switch and its exit.

import { doublings, HALT_POLL_NS } from '../machine/rest.ts';
import { CHAN_LINES, costsOf, READY_LINES } from '../runtime/costs.ts';
import { CALIBRATE_PROGRAM } from './calibrate-program.ts';
import type { Built, Go, HostMachine } from './exec.ts';
import { buildGo, GoError, hostMachine, runBuilt } from './exec.ts';

export interface Cost {
  readonly ns: number;
  readonly minNs: number; // of some batches, without the extreme twentieths
  readonly maxNs: number;
  readonly how: string;
}

export interface MachineProfile {
  readonly schema: 'gosim.profile/v1';
  readonly go: string;
  readonly machine: HostMachine;
  /** By the names of the simulator's costs; those that cannot be measured from outside are not here. */
  readonly costs: Readonly<Record<string, Cost>>;
  /** The same while an execution trace is written, of those operations that write into it. */
  readonly traced: Readonly<Record<string, Cost>>;
  /** What was measured, before it was split. */
  readonly measured: Readonly<Record<string, Measurement>>;
}

export interface Measurement {
  readonly ns: number;
  readonly minNs: number;
  readonly maxNs: number;
}

type Measured = ReadonlyMap<string, Measurement>;

export interface CalibrateOptions {
  readonly language: string; // of go.mod
  readonly abort?: AbortSignal;
}

/** A file of assembly, though an empty one: functions without a body, as the runtime's that are measured, may be declared beside it. */
const ASSEMBLY = { 'runtime.s': '' };

/** The longest that one run of the measuring program may take; it takes two seconds on a quiet machine. */
const LONGEST_MS = 120_000;

/** Builds and runs the measurements: some twenty seconds on a quiet machine. */
export async function calibrate(go: Go, options: CalibrateOptions): Promise<MachineProfile> {
  const built = await buildGo(go, CALIBRATE_PROGRAM, options.language, options.abort, ASSEMBLY);
  try {
    const machine = hostMachine();
    const alone: Measured[] = [];
    const withTrace: Measured[] = [];
    const pairs: Measured[] = [];
    for (let i = 0; i < PROCESSES; i++) {
      alone.push(await measureIn(built, 1, {}, options));
      withTrace.push(await measureIn(built, 1, { GOSIM_TRACED: '1' }, options)); // in turn, for machines change their speed
    }
    for (let i = 0; machine.cpus > 1 && i < PROCESSES_OF_PAIRS; i++) pairs.push(await measureIn(built, 2, {}, options));
    const all = new Map([...together(alone), ...mean(pairs)]);
    const costs = costsFrom(all);
    return {
      schema: 'gosim.profile/v1',
      go: go.version,
      machine,
      costs,
      traced: tracedCosts(costs, costsFrom(least(alone)), costsFrom(least(withTrace))),
      measured: Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  } finally {
    await built.remove();
  }
}

/** What a trace adds to the quickest there was without it, on top of the costs. */
function tracedCosts(
  costs: Readonly<Record<string, Cost>>,
  quickest: Readonly<Record<string, Cost>>,
  traced: Readonly<Record<string, Cost>>,
): Record<string, Cost> {
  const names = Object.keys(costs).filter((name) => TRACED.has(name));
  return Object.fromEntries(
    names.map((name) => {
      const { ns, minNs, maxNs, how } = costs[name];
      const more = Math.max(0, traced[name].ns - quickest[name].ns);
      return [name, { ns: ns + more, minNs: minNs + more, maxNs: maxNs + more, how }];
    }),
  );
}

async function measureIn(built: Built, gomaxprocs: number, env: Record<string, string>, { abort }: CalibrateOptions): Promise<Measured> {
  const ended = await runBuilt(built, gomaxprocs, { env, timeoutMs: LONGEST_MS, abort });
  if (ended.timedOut) throw new GoError(`the measurements took more than ${LONGEST_MS / 1000} s: is the machine busy?`);
  if (ended.status !== 0) throw new GoError(`the measuring program failed:\n${ended.stderr.trim()}`);
  return readMeasurements(ended.stdout);
}

/** What a trace has events of, and one processor shows. */
const TRACED: ReadonlySet<string> = new Set([
  'go',
  'goCold',
  'park',
  'schedule',
  'goexit',
  'timerFire',
  'syscallEnter',
  'syscallExit',
  'netRead',
  'netWait',
  'accept',
  'pipeWrite',
]);

/**
 * How fast threads wake up is one thing in one process and another in the next, above all on a virtual machine, whose
 * processors are taken away when they rest: 1 us or 4 us. What two threads do is therefore measured in so many processes.
 */
const PROCESSES_OF_PAIRS = 8;
const PROCESSES = 3; // of what one thread does

/** What several processes measured: the middle of each, and the ends of all. */
export function together(processes: readonly Measured[]): Map<string, Measurement> {
  return combined(processes, (sorted) => sorted[sorted.length >> 1]);
}

/** The same, but where processes fall into two kinds. */
function mean(processes: readonly Measured[]): Map<string, Measurement> {
  return combined(processes, (all) => Math.round(all.reduce((sum, ns) => sum + ns, 0) / all.length));
}

/** What the quickest process measured of each. */
function least(processes: readonly Measured[]): Map<string, Measurement> {
  return combined(processes, (sorted) => sorted[0]);
}

function combined(processes: readonly Measured[], pick: (sorted: readonly number[]) => number): Map<string, Measurement> {
  const names = [...new Set(processes.flatMap((one) => [...one.keys()]))];
  return new Map(
    names.map((name) => {
      const runs = processes.flatMap((one) => one.get(name) ?? []);
      const ns = pick(runs.map((run) => run.ns).sort((a, b) => a - b));
      return [name, { ns, minNs: Math.min(...runs.map(({ minNs }) => minNs)), maxNs: Math.max(...runs.map(({ maxNs }) => maxNs)) }];
    }),
  );
}

export function readMeasurements(output: string): Map<string, Measurement> {
  const measured = new Map<string, Measurement>();
  for (const line of output.split('\n')) {
    if (!line.startsWith('{')) continue;
    const { name, ns, minNs, maxNs } = JSON.parse(line) as Measurement & { name: string };
    measured.set(name, { ns, minNs, maxNs });
  }
  return measured;
}

/** A cost is a sum of measurements with factors. Its spread is that of the first of them, scaled. */
interface Rule {
  readonly terms: Readonly<Record<string, number>>; // measurement -> factor
  readonly less?: number; // ns that belong to costs which cannot be told apart
  readonly how: string;
}

/** What the default profile has for creating a thread and for its first steps. */
const CLONE_AND_MSTART_NS = costsOf('1.26').clone + costsOf('1.26').mstart;

const TIMER_SLACK_NS = 50_000;

/** What comes from the other CPU when threads take turns at a channel. */
const HANDED_LINES = CHAN_LINES + READY_LINES;

/** Doublings of a rest of 2 ms, as the machine counts them. */
const RESTED = doublings(2_000_000 / HALT_POLL_NS);

const RULES: Readonly<Record<string, Rule>> = {
  round: { terms: { round: 1 }, how: 'an empty loop' },
  go: { terms: { go: 1 }, how: 'a go statement whose goroutine is recycled' },
  goCold: {
    terms: { goNew: 1, go: -1 },
    how: 'a go statement that makes a goroutine, less one that recycles',
  },
  chanOp: {
    terms: { bufferedPair: 0.5 },
    how: 'half of a send and a receive with a buffer',
  },
  chanClose: {
    terms: { makeAndClose: 1, makeChan: -1 },
    how: 'make and close a channel, less making one',
  },
  select: { terms: { select2: 0.5 }, how: 'half of a select of two cases and default' },
  selectCase: { terms: { select2: 0.25 }, how: 'a quarter of it' },
  lock: { terms: { lockPair: 0.5 }, how: 'half of Lock and Unlock' },
  rwlock: { terms: { rwlockPair: 0.5 }, how: "half of a writer's Lock and Unlock" },
  rlock: { terms: { rlockPair: 0.5 }, how: 'half of RLock and RUnlock' },
  mutexSpin: { terms: { mutexSpin: 1 }, how: '30 PAUSE instructions' },
  transfer: {
    terms: { addShared: 1, addAlone: -1 },
    how: 'what an atomic add takes more while another thread adds to the same number',
  },
  waitgroup: { terms: { waitgroupPair: 0.5 }, how: 'half of Add and Done' },
  cond: { terms: { cond: 1 }, how: 'Signal with nobody waiting' },
  once: { terms: { once: 1 }, how: 'Do, when done before' },
  setVar: { terms: { setVar: 1 }, how: 'an atomic add' },
  syscallEnter: {
    terms: { syscall: 0.5, rawSyscall: -0.5 },
    how: 'half of what Syscall adds to RawSyscall',
  },
  syscallExit: {
    terms: { syscall: 0.5, rawSyscall: -0.5 },
    how: 'half of what Syscall adds to RawSyscall',
  },
  netRead: { terms: { netRead: 1 }, how: 'reading a byte that is there from a pipe' },
  netWait: { terms: { armAndLook: 1 }, how: 'setting a timer of the kernel, and reading it in vain' },
  accept: { terms: { armAndLook: 1 }, how: 'the same: so a connection is made to come' },
  cold: {
    terms: { lockedHandoff: 1, handoff: -1, futexHandOver: -1, addShared: -HANDED_LINES, addAlone: HANDED_LINES },
    how: 'a hand-off to a thread of its own, less one without, waking that thread and what comes from its CPU',
  },
  interrupt: {
    terms: { armAndFire: 1, armAndLook: -1 },
    how: 'what that takes more when the timer goes off at once',
  },
  timerAdd: { terms: { timerPair: 0.5 }, how: 'half of Stop and Reset' },
  afterFunc: { terms: { afterFuncAndStop: 1, timerStop: -1 }, how: 'AfterFunc and Stop, less Stop' },
  timerStop: { terms: { timerStop: 1 }, how: 'Stop of a timer' },
  timerReset: { terms: { timerPair: 1, timerStop: -1 }, how: 'Stop and Reset, less Stop' },
  pipeWrite: { terms: { pipeWrite: 1 }, how: 'writing a byte to a pipe that nobody reads from' },
  pipeWake: {
    terms: { pipeWriteWaking: 1, pipeWriteAlone: -1 },
    how: 'what the write takes more when a thread waits there',
  },
  lockOSThread: { terms: { lockThreadPair: 0.5 }, how: 'half of LockOSThread and UnlockOSThread' },
  schedule: { terms: { gosched: 1 }, how: 'Gosched with nobody else' },
  park: {
    terms: { handoff: 1, bufferedPair: -1 },
    how: 'an unbuffered hand-off less its send and receive',
  },
  goexit: {
    terms: { goLife: 1, go: -1, gosched: -1 },
    how: "a goroutine's life less go and switch",
  },
  netpoll: { terms: { netpoll: 1 }, how: 'epoll_wait with nothing ready' },
  netpollReady: { terms: { netpollReady: 1, netpoll: -1 }, how: 'epoll_wait with one descriptor ready, less one with none' },
  timerFire: {
    terms: { sleepOfOne: 1, gosched: -1, timerPair: -0.5 },
    how: 'Sleep(1) less a switch and adding a timer',
  },
  signal: {
    terms: { killSelf: 1, killNobody: -1 },
    how: 'a SIGURG to oneself, less sending one that does nothing',
  },
  signalSend: { terms: { killNobody: 1 }, how: 'tgkill with signal 0' },
  sysmonTick: { terms: { sysmonLook: 1 }, how: 'the processor time of its thread, by the number of its looks' },
  epollBreak: { terms: { epollBreak: 1 }, how: 'writing to an eventfd' },
  timedWakeLatency: { terms: { nanosleep20us: 1 }, less: TIMER_SLACK_NS, how: 'how late a nanosleep of 20 us ends, less timer slack' },
  netWakeLatency: {
    terms: { pollerWake: 1, netpoll: -1, gosched: -1, netRead: -1 },
    how: 'a read goes on after its descriptor was ready, less poll, switch and read',
  },
  cloneLatency: {
    terms: { threadLife: 1, goLife: -1 },
    less: CLONE_AND_MSTART_NS,
    how: "a thread's life, less its goroutine's and the default of clone and mstart",
  },
  futexWake: { terms: { futexWake: 1 }, how: 'the call that wakes a thread on an idle CPU' },
  futexWakeLatency: { terms: { futexWakeLatency: 1 }, how: 'from that call to the thread running, when two wake each other' },
  idleLatency: {
    terms: { restedFutexWakeLatency: 1 / RESTED, futexWakeLatency: -1 / RESTED },
    how: 'how much longer that takes when the CPU has rested for 2 ms, scaled to one doubling of its rest',
  },
};

export function costsFrom(measured: Measured): Record<string, Cost> {
  const costs: Record<string, Cost> = {};
  for (const [name, { terms, less = 0, how }] of Object.entries(RULES)) {
    const parts = Object.entries(terms).flatMap(([from, factor]) => {
      const found = measured.get(from);
      return found === undefined ? [] : [{ factor, found }];
    });
    if (parts.length < Object.keys(terms).length) continue;
    const at = (pick: (one: Measurement) => number): number =>
      positive(parts.reduce((sum, { factor, found }, i) => sum + factor * (i === 0 ? pick(found) : found.ns), -less));
    costs[name] = { ns: at((one) => one.ns), minNs: at((one) => one.minNs), maxNs: at((one) => one.maxNs), how };
  }
  return costs;
}

/** Whole ns: every operation takes some time. */
function positive(ns: number): number {
  return Math.max(1, Math.round(ns));
}
