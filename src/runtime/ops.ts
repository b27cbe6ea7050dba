// The operations a goroutine can ask of the runtime, and the door through which it asks: `Workload.next`. The workload
// (a compiled scenario; one day other kinds of program) owns the goroutine's code and locals; the runtime owns the rest.
//
// Operands travel in the goroutine's columns: `obj` names the object, `val` is a duration in ns, a value to send or a
// delta. Results come back the same way: a received value in `val`, its ok in `bits`, the case a select took in `obj`.

import type { M } from './m.ts';
import type { Sched } from './sched.ts';
import type { TimerCall } from './timer.ts';

export const OP_NONE = 0; // only loops and assignments: lets time pass
export const OP_CPU = 1; // val: ns
export const OP_SYSCALL = 2; // val: ns of wall time; obj: ns of it on a CPU (0: none)
export const OP_NET = 3; // val: ns until ready
export const OP_SLEEP = 4; // val: ns
export const OP_SEND = 5; // obj: channel (-1: nil), val
export const OP_RECV = 6; // obj: channel (-1: nil)
export const OP_CLOSE = 7;
export const OP_SELECT = 8; // cases in Workload.cases
export const OP_LOCK = 9; // obj: mutex
export const OP_UNLOCK = 10;
export const OP_RWLOCK = 11;
export const OP_RWUNLOCK = 12;
export const OP_RLOCK = 13;
export const OP_RUNLOCK = 14;
export const OP_ADD = 15; // obj: WaitGroup, val: delta
export const OP_WAIT = 16;
export const OP_COND_WAIT = 17;
export const OP_SIGNAL = 18;
export const OP_BROADCAST = 19;
export const OP_ONCE = 20; // result: bits 1 when this goroutine is to do it
export const OP_ONCE_DONE = 21;
export const OP_GO = 22; // obj: the new goroutine's frame
export const OP_GOSCHED = 23;
export const OP_LOCK_OS_THREAD = 24;
export const OP_UNLOCK_OS_THREAD = 25;
export const OP_END = 26; // return from the goroutine's function, or Goexit
export const OP_PANIC = 27; // text in Workload.message
export const OP_EXIT = 28; // val: status
export const OP_PARK = 29; // a helper of the runtime parks for good; obj: wait reason
export const OP_SYSTEM = 30; // a step of the runtime's own start; obj: which
export const OP_ACCEPT = 31; // obj: listener; result: the instant of the arrival in val
export const OP_REPLY = 32; // val: the instant of the arrival
// timers
export const OP_BEGIN = 40; // what the scenario sets up before main's first step: its limit of threads, its tickers
export const OP_AFTER_FUNC = 41; // val: ns; obj: where its timer is kept, -1: nowhere; what it runs is Workload.timerCall's
export const OP_STOP_TIMER = 42; // obj: timer
export const OP_RESET_TIMER = 43; // obj: timer, val: ns
// pipes, and calls out of Go
export const OP_READ = 44; // obj: pipe
export const OP_WRITE = 45;
export const OP_READ_AGAIN = 46; // the rest of a read that had to wait
export const OP_WRITE_AGAIN = 47;
export const OP_CGO = 48; // val: ns, all of them computing
export const OP_RAW_SYSCALL = 49; // as OP_SYSCALL
export const OPS = 64;

/** One case of the select that a goroutine is about to make. */
export interface SelectCases {
  count: number;
  readonly dir: Int32Array; // 0 send, 1 receive
  readonly chan: Int32Array; // -1: nil
  readonly value: Float64Array; // to send; for a timer's channel the ns until it fires
  block: boolean; // false: there is a default
}

export interface Workload {
  /** Goes on with gp up to its next operation. Loops cost time: what they cost is left in `roundNs`. */
  next(gp: number): number;
  /**
   * Does by itself, and without recording, what the goroutine on mp and those after it do next, as far as it can: nothing,
   * or as if `next` had been asked. mp may run another goroutine then.
   */
  ahead(s: Sched, mp: M): void;
  /** ns that the control flow since the last operation took; the runtime takes it and sets it to 0. */
  roundNs: number;
  /** The cases that loadCases left; after an OP_SELECT only their count. */
  readonly cases: SelectCases;
  /** Evaluates the cases of gp's select, when it takes effect. False: it panics, with `message`. */
  loadCases(gp: number): boolean;
  /** gp's go statement takes effect: give the child its code. Returns 1 + the WaitGroup it adds to, or 0. */
  spawn(gp: number, child: number): number;
  /** gp's time.AfterFunc takes effect: what its goroutines will run, with the arguments of this moment. */
  timerCall(gp: number): TimerCall;
  /** As spawn, for the goroutine of an AfterFunc that fires. */
  spawnCall(call: TimerCall, child: number): void;
  /** Whether the burst that gp is in makes function calls. */
  makesCalls(gp: number): boolean;
  /** The goroutine is over: its frame is free. */
  ended(gp: number): void;
  /** gp panics where the program itself sees to it: its next operation is what comes of that. */
  unwind(gp: number, text: string): void;
  /** gp's operation has no meaning: that is an error of the scenario, and ends the run. */
  refuse(gp: number, message: string): void;
  /** Text of the panic whose OP_PANIC was returned last. */
  readonly message: string;
}
