// The compiled form of a scenario: flat integer instructions and tables that the interpreter walks without a Map, a
// string or an object per step. An instruction is STRIDE words: the opcode, up to five operands, and the index of its
// place in the YAML (for errors at run time); jump targets are instruction numbers, so pc * STRIDE is the first word.
//
// Operands are indexes into tables. A *value* is a number known when the program is compiled, a slot of the
// goroutine's frame, a shared var, a postfix expression or a distribution; a *ref* is an object's number, or the first
// number of an array with the value of its index. -1 stands for "none".

import type { Place } from '../base/place.ts';

export const STRIDE = 8; // op, a, b, c, d, e, place, unused

// ---- opcodes: control flow, executed by the interpreter between two operations of the runtime
export const JUMP = 0; // a: target
export const JUMP_UNLESS = 1; // a: bool value, b: target
export const SET_LOCAL = 2; // a: slot, b: value
export const SET_VAR = 3; // a: ref (numbers vars), b: value
export const NEXT_ROUND = 4; // a: counter slot, b: limit slot, c: target. ++counter < limit ? jump : go on. Costs a round
export const ROUND = 5; // a: target. An unconditional backward jump. Costs a round
export const CHOOSE = 6; // a: choice table
export const CALL = 7; // a: body, b: argument table or -1
export const RETURN = 8; // leaves the body: returns to the caller, or ends the goroutine
export const LOG = 9; // a: text
export const SPAN = 10; // a: span, b: value of the instant it began
export const NOW = 11; // a: slot to hold the current instant
export const DRAW = 12; // a: slot, b: value. As SET_LOCAL; kept apart for quantities (drawn once)
// ---- opcodes: operations of the runtime
export const CPU = 20; // a: value (ns), b: 1 when the burst makes calls, 0 for a tight loop
export const SYSCALL = 21; // a: value (ns), b: value of CPU ns in it or -1
export const NET = 22; // a: value (ns)
export const SLEEP = 23; // a: value (ns)
export const SLEEP_UNTIL = 24; // a: value (instant)
export const SEND = 25; // a: ref, b: value
export const RECV = 26; // a: ref, b: slot of the value or -1, c: slot of ok or -1
export const RANGE = 27; // as RECV without ok; jumps to c when the channel is closed and drained
export const CLOSE = 28; // a: ref
export const SELECT = 29; // a: select table
export const LOCK = 30; // a: ref (mutexes)
export const UNLOCK = 31;
export const RWLOCK = 32; // a: ref (rwmutexes): the writer's side
export const RWUNLOCK = 33;
export const RLOCK = 34;
export const RUNLOCK = 35;
export const ADD = 36; // a: ref (waitgroups), b: value
export const WAIT = 37; // a: ref
export const COND_WAIT = 38; // a: ref (conds)
export const SIGNAL = 39;
export const BROADCAST = 40;
export const ONCE = 41; // a: once, b: target when it has been done already
export const ONCE_DONE = 42; // a: once
export const GO = 43; // a: body, b: argument table or -1, c: ref of a waitgroup or -1, d: 1 when a panic ends only the body, e: value of its index or -1
export const GOSCHED = 44;
export const GOEXIT = 45;
export const LOCK_OS_THREAD = 46;
export const UNLOCK_OS_THREAD = 47;
export const PANIC = 48; // a: text
export const EXIT = 49; // a: value
export const ACCEPT = 50; // a: listener, b: slot of the instant of the arrival or -1
export const REPLY = 51; // a: value of the instant at which the request arrived

// ---- timers, pipes and calls out of Go
export const BEGIN = 60; // first in main, where there are tickers or a limit of threads
export const AFTER_FUNC = 61; // a: body, b: argument table or -1, c: ref (timers) or -1, d: value (ns)
export const STOP_TIMER = 62; // a: ref (timers)
export const RESET_TIMER = 63; // a: ref (timers), b: value (ns)
export const READ = 64; // a: ref (pipes)
export const WRITE = 65;
export const CGO = 66; // a: value (ns)
export const RAW_SYSCALL = 67; // as SYSCALL

// ---- kinds of values
export const VALUE_CONST = 0; // valueNum
export const VALUE_LOCAL = 1; // valueArg: slot
export const VALUE_VAR = 2; // valueArg: ref
export const VALUE_EXPR = 3; // valueArg: start in exprs
export const VALUE_DIST = 4; // valueArg: index into dists

// ---- postfix expressions: words in exprs; an opcode, then its argument where it has one
export const E_END = 0; // the value is the one left on the stack
export const E_CONST = 1; // index into valueNum of a const value
export const E_LOCAL = 2; // slot
export const E_VAR = 3; // ref
export const E_NOW = 4;
export const E_LEN = 5; // ref (channels)
export const E_CAP = 6; // ref
export const E_NEG = 7;
export const E_NOT = 8;
export const E_ADD = 9;
export const E_SUB = 10;
export const E_MUL = 11;
export const E_DIV = 12; // truncating; division by zero panics as in Go
export const E_REM = 13;
export const E_EQ = 14;
export const E_NE = 15;
export const E_LT = 16;
export const E_LE = 17;
export const E_GT = 18;
export const E_GE = 19;
export const E_SKIP_IF_FALSE = 20; // &&: target (a word of exprs); top of stack false: keep it and jump, else drop it and go on
export const E_SKIP_IF_TRUE = 21; // ||

export interface Dist {
  readonly kind: number; // DIST_* of base/distributions
  readonly a: number;
  readonly b: number;
  readonly list: readonly number[]; // of DIST_LIST: drawn in order, one cursor a step, shared by its goroutines; of DIST_EMPIRICAL
}

/** How connections arrive. Times between them are drawn from distributions, of which DIST_LIST has one cursor a listener. */
export type ArrivalProcess =
  | { readonly kind: 'poisson'; readonly meanNs: number }
  | { readonly kind: 'every'; readonly gap: Dist; readonly count: number } // so many at once
  | { readonly kind: 'ramp'; readonly from: number; readonly to: number } // arrivals a nanosecond, over forNs
  | { readonly kind: 'closed'; readonly clients: number; readonly think: Dist }
  | { readonly kind: 'at'; readonly instants: readonly number[] };

export interface ListenerSpec {
  readonly name: string;
  readonly arrivals: ArrivalProcess;
  readonly forNs: number; // nothing arrives later; Infinity: no end
}

export interface SelectTable {
  readonly dir: readonly number[]; // per case: CASE_SEND, CASE_RECV or CASE_AFTER
  readonly ref: readonly number[]; // channel, -1 for CASE_AFTER
  readonly value: readonly number[]; // value sent, or the duration of CASE_AFTER, else -1
  readonly slot: readonly number[]; // slot of the received value or -1
  readonly ok: readonly number[]; // slot of ok or -1
  readonly target: readonly number[]; // instruction of the case's steps
  readonly defaultTarget: number; // -1: no default, blocks
}
export const CASE_SEND = 0;
export const CASE_RECV = 1;
export const CASE_AFTER = 2;

export interface ArgumentTable {
  readonly slots: readonly number[]; // in the callee's frame
  readonly values: readonly number[];
}

export interface ChoiceTable {
  readonly upTo: readonly number[]; // cumulated weights; the last is the total
  readonly target: readonly number[];
}

export interface BodyInfo {
  readonly name: string;
  readonly entry: number; // first instruction
  readonly frameSize: number; // own slots plus two for the return address and the caller's frame
  readonly stackSize: number; // frameSize plus the deepest chain of calls from here
}

// a goroutine's pc where it is no instruction of the program
export const PC_UNWIND = 0x7fe00000; // release what the goroutine holds, then end
export const PC_END = 0x7fe00001;

/** The first two slots of every frame: the instruction to return to (-1: end of the goroutine) and the caller's frame. */
export const FRAME_RETURN = 0;
export const FRAME_CALLER = 1;
export const FRAME_LOCALS = 2; // slot s of the model is word FRAME_LOCALS + s of the frame; instructions hold the word

/** A block that must be left properly when a goroutine unwinds through it (panic, Goexit): the once it is inside of. */
export interface UnwindRange {
  readonly from: number; // instructions from .. to - 1
  readonly to: number;
  readonly once: number;
}

/** A text: strings and values in order. A string is its own entry of parts; a value is its number. */
export interface ProgramText {
  readonly parts: readonly (string | { readonly value: number; readonly type: 'int' | 'duration' | 'bool' })[];
}

export interface ObjectNames {
  readonly name: string;
  readonly count: number | null; // null: a single object
  readonly base: number; // number of its first element
}

export interface Program {
  readonly code: Int32Array;
  readonly places: readonly Place[];

  readonly valueKind: Uint8Array;
  readonly valueArg: Int32Array;
  readonly valueNum: Float64Array;
  readonly valuePlace: Int32Array; // index into places
  readonly exprs: Int32Array;
  readonly dists: readonly Dist[];

  readonly refBase: Int32Array;
  readonly refCount: Int32Array; // length of the array, 1 for a single object
  readonly refIndex: Int32Array; // value of the index, -1 for a single object

  readonly selects: readonly SelectTable[];
  readonly args: readonly ArgumentTable[];
  readonly choices: readonly ChoiceTable[];
  readonly texts: readonly ProgramText[];
  readonly bodies: readonly BodyInfo[]; // body 0 is main
  readonly unwind: readonly UnwindRange[]; // inner ranges before outer ones

  readonly channels: readonly ObjectNames[];
  readonly channelCapacity: Int32Array; // per channel number; -1: a nil channel. The channels of tickers come last
  readonly mutexes: readonly ObjectNames[];
  readonly rwmutexes: readonly ObjectNames[];
  readonly waitgroups: readonly ObjectNames[];
  readonly conds: readonly ObjectNames[];
  readonly condLocker: Int32Array; // per cond number: the mutex's number, or -1 - rwmutex's number
  readonly listeners: readonly ListenerSpec[];
  readonly onces: readonly string[];
  readonly vars: readonly ObjectNames[];
  readonly varInitial: Float64Array; // per var number
  readonly spans: readonly string[];
  readonly timers: readonly ObjectNames[]; // that AfterFuncs set; their numbers come first
  readonly tickers: readonly ObjectNames[]; // timers too
  readonly tickerPeriod: Float64Array; // per ticker, in order
  readonly pipes: readonly ObjectNames[];
  readonly pipeBlocks: Uint8Array; // per pipe number
  readonly maxThreads: number | null;
  readonly asyncpreemptoff: boolean;
}
