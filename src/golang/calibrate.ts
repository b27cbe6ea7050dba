// The costs of the runtime's operations on this machine, measured with real Go. What can only be measured as a sum is split
// so that the sums hold in the simulator: a switch is what Gosched takes, an unbuffered hand-off is a send, a receive and
// a switch, a goroutine's life is go, a switch and its exit.

import { CALIBRATE_PROGRAM } from './calibrate-program.ts';
import type { Go, HostMachine } from './exec.ts';
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
  readonly timeoutMs: number;
}

/** Builds and runs the measurements: some seconds on a quiet machine. */
export async function calibrate(go: Go, options: CalibrateOptions): Promise<MachineProfile> {
  const built = await buildGo(go, CALIBRATE_PROGRAM, options.language);
  try {
    const measured = new Map<string, Measurement>();
    const machine = hostMachine();
    for (const gomaxprocs of machine.cpus > 1 ? [1, 2] : [1]) {
      const ended = await runBuilt(built, gomaxprocs, { timeoutMs: options.timeoutMs });
      if (ended.timedOut) throw new GoError(`the measurements took more than ${options.timeoutMs / 1000} s: is the machine busy?`);
      if (ended.status !== 0) throw new GoError(`the measuring program failed:\n${ended.stderr.trim()}`);
      for (const [name, measurement] of readMeasurements(ended.stdout)) measured.set(name, measurement);
    }
    return {
      schema: 'gosim.profile/v1',
      go: go.version,
      machine,
      costs: costsFrom(measured),
      measured: Object.fromEntries([...measured].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  } finally {
    await built.remove();
  }
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
  readonly terms: readonly (readonly [factor: number, name: string])[];
  readonly how: string;
}

const RULES: Readonly<Record<string, Rule>> = {
  round: { terms: [[1, 'round']], how: 'an empty loop' },
  go: { terms: [[1, 'go']], how: 'a go statement whose goroutine is recycled' },
  goCold: { terms: [[1, 'goNew'], [-1, 'go']], how: 'a go statement that makes a goroutine, less one that recycles' }, // biome-ignore format: a table
  chanOp: { terms: [[0.5, 'handoff'], [-0.5, 'gosched']], how: 'half of an unbuffered hand-off without its switch' }, // biome-ignore format: a table
  chanClose: { terms: [[1, 'makeAndClose'], [-1, 'makeChan']], how: 'make and close a channel, less making one' }, // biome-ignore format: a table
  select: { terms: [[2, 'select2'], [-1, 'select4']], how: 'a select of two cases and default, extrapolated to none' }, // biome-ignore format: a table
  selectCase: { terms: [[0.5, 'select4'], [-0.5, 'select2']], how: 'a select of four cases less one of two, halved' }, // biome-ignore format: a table
  lock: { terms: [[0.5, 'lockPair']], how: 'half of Lock and Unlock' },
  rwlock: { terms: [[0.5, 'rwlockPair']], how: "half of a writer's Lock and Unlock" },
  rlock: { terms: [[0.5, 'rlockPair']], how: 'half of RLock and RUnlock' },
  waitgroup: { terms: [[0.5, 'waitgroupPair']], how: 'half of Add and Done' },
  cond: { terms: [[1, 'cond']], how: 'Signal with nobody waiting' },
  once: { terms: [[1, 'once']], how: 'Do, when done before' },
  setVar: { terms: [[1, 'setVar']], how: 'an atomic add' },
  syscallEnter: { terms: [[0.5, 'syscall'], [-0.5, 'rawSyscall']], how: 'half of what Syscall adds to RawSyscall' }, // biome-ignore format: a table
  syscallExit: { terms: [[0.5, 'syscall'], [-0.5, 'rawSyscall']], how: 'half of what Syscall adds to RawSyscall' }, // biome-ignore format: a table
  netRead: { terms: [[1, 'netRead']], how: 'reading a byte that is there from a pipe' },
  timerAdd: { terms: [[0.5, 'timerPair']], how: 'half of Stop and Reset' },
  lockOSThread: { terms: [[0.5, 'lockThreadPair']], how: 'half of LockOSThread and UnlockOSThread' },
  schedule: { terms: [[1, 'gosched']], how: 'Gosched with nobody else' },
  goexit: { terms: [[1, 'goLife'], [-1, 'go'], [-1, 'gosched']], how: "a goroutine's life less go and switch" }, // biome-ignore format: a table
  netpoll: { terms: [[1, 'netpoll']], how: 'epoll_wait with nothing ready' },
  timerFire: { terms: [[1, 'sleepOfOne'], [-1, 'gosched'], [-0.5, 'timerPair']], how: 'Sleep(1) less a switch and adding a timer' }, // biome-ignore format: a table
  signal: { terms: [[1, 'killSelf'], [-1, 'killNobody']], how: 'a SIGURG to oneself, less sending one that does nothing' }, // biome-ignore format: a table
  signalSend: { terms: [[1, 'killNobody']], how: 'tgkill with signal 0' },
  epollBreak: { terms: [[1, 'epollBreak']], how: 'writing to an eventfd' },
  timedWakeLatency: { terms: [[1, 'timedWake']], how: 'how late a nanosleep of 20 us ends without timer slack' },
  futexWake: { terms: [[1, 'futexWake']], how: 'the call that wakes a thread on an idle CPU' },
  futexWakeLatency: { terms: [[1, 'futexWakeLatency']], how: 'from that call to the thread running' },
  clone: { terms: [[1, 'goWithNewThread']], how: 'a go statement that makes a thread' },
  cloneLatency: { terms: [[1, 'newThreadRuns']], how: "from then to that thread running the goroutine, less the thief's pause" },
};

export function costsFrom(measured: Measured): Record<string, Cost> {
  const costs: Record<string, Cost> = {};
  for (const [name, { terms, how }] of Object.entries(RULES)) {
    const parts = terms.flatMap(([factor, from]) => {
      const found = measured.get(from);
      return found === undefined ? [] : [{ factor, found }];
    });
    if (parts.length < terms.length) continue;
    const at = (pick: (one: Measurement) => number): number =>
      positive(parts.reduce((sum, { factor, found }, i) => sum + factor * (i === 0 ? pick(found) : found.ns), 0));
    costs[name] = { ns: at((one) => one.ns), minNs: at((one) => one.minNs), maxNs: at((one) => one.maxNs), how };
  }
  return costs;
}

/** Whole ns: every operation takes some time. */
function positive(ns: number): number {
  return Math.max(1, Math.round(ns));
}
