// The scenario as a value: what the YAML said, checked, with every name resolved and every expression typed. The
// compiler turns it into a program for the engine and the exporter into a Go program; neither looks at YAML again.

import type { Place } from '../base/place.ts';
import type { Costs } from '../runtime/costs.ts';
import type { RuntimeConstants } from './runtime-constants.ts';

export type { Place } from '../base/place.ts';

export type ValueType = 'int' | 'duration' | 'bool';

/** A typed expression. Durations are integer ns; bools are 0 and 1. Params are already constants here. */
export type Expr =
  | { readonly kind: 'const'; readonly type: ValueType; readonly value: number; readonly place: Place }
  | { readonly kind: 'local'; readonly type: ValueType; readonly name: string; readonly slot: number; readonly place: Place }
  | { readonly kind: 'var'; readonly type: 'int'; readonly ref: Ref; readonly place: Place }
  | { readonly kind: 'now'; readonly type: 'duration'; readonly place: Place }
  | { readonly kind: 'len' | 'cap'; readonly type: 'int'; readonly ref: Ref; readonly place: Place }
  | { readonly kind: 'unary'; readonly op: '-' | '!'; readonly type: ValueType; readonly operand: Expr; readonly place: Place }
  | {
      readonly kind: 'binary';
      readonly op: '+' | '-' | '*' | '/' | '%' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '&&' | '||';
      readonly type: ValueType;
      readonly left: Expr;
      readonly right: Expr;
      readonly place: Place;
    };

/** A declared object, or one element of a declared array (then `index` is an int expression, checked at run time). */
export interface Ref {
  readonly name: string;
  readonly index: Expr | null;
  readonly place: Place;
}

/** A duration, or a distribution of durations. Arguments are duration expressions (pareto's second: a plain number). */
export type Quantity =
  | { readonly kind: 'value'; readonly value: Expr }
  | {
      readonly kind: 'exp' | 'uniform' | 'normal' | 'lognormal' | 'pareto' | 'list' | 'replay' | 'empirical';
      readonly args: readonly number[]; // of replay and empirical: what the file holds
      readonly place: Place;
    };

/** How connections arrive at a listener, or ask again. Quantities here are known before the run. */
export type Arrivals =
  | { readonly kind: 'poisson'; readonly meanNs: number } // between two; no whole number
  | { readonly kind: 'every'; readonly gap: Quantity }
  | { readonly kind: 'burst'; readonly count: number; readonly gap: Quantity }
  | { readonly kind: 'ramp'; readonly from: number; readonly to: number } // arrivals a nanosecond, over the listener's forNs
  | { readonly kind: 'closed'; readonly clients: number; readonly think: Quantity }
  | { readonly kind: 'at'; readonly instants: readonly number[] };

/** A text with values in it; strings and expressions in order. */
export type Text = readonly (string | Expr)[];

/** Where a received value goes: the slot of a local, which the step introduces when `introduces`. */
export interface Target {
  readonly name: string;
  readonly slot: number;
  readonly introduces: boolean;
}

export interface Argument {
  readonly name: string;
  readonly slot: number; // in the callee's frame
  readonly value: Expr;
}

export type SelectCase =
  | {
      readonly kind: 'recv';
      readonly from: Ref;
      readonly as: Target | null;
      readonly ok: Target | null;
      readonly do: Steps;
      readonly place: Place;
    }
  | { readonly kind: 'send'; readonly to: Ref; readonly value: Expr; readonly do: Steps; readonly place: Place }
  | { readonly kind: 'after'; readonly after: Quantity; readonly do: Steps; readonly place: Place };

export type Steps = readonly Step[];

export type Step = { readonly place: Place } & (
  | { readonly op: 'cpu'; readonly for: Quantity; readonly calls: boolean }
  | { readonly op: 'syscall'; readonly for: Quantity; readonly cpu: Quantity | null; readonly raw: boolean }
  | { readonly op: 'cgo'; readonly for: Quantity }
  | { readonly op: 'net'; readonly for: Quantity }
  | { readonly op: 'sleep'; readonly for: Quantity }
  | { readonly op: 'sleepUntil'; readonly until: Expr }
  | { readonly op: 'send'; readonly to: Ref; readonly value: Expr }
  | { readonly op: 'recv'; readonly from: Ref; readonly as: Target | null; readonly ok: Target | null }
  | { readonly op: 'close'; readonly channel: Ref }
  | { readonly op: 'range'; readonly from: Ref; readonly as: Target | null; readonly do: Steps }
  | { readonly op: 'select'; readonly cases: readonly SelectCase[]; readonly default: Steps | null }
  | { readonly op: 'lock' | 'unlock'; readonly on: 'mutex' | 'rwmutex'; readonly lock: Ref }
  | { readonly op: 'rlock' | 'runlock'; readonly lock: Ref }
  | { readonly op: 'add'; readonly wg: Ref; readonly delta: Expr }
  | { readonly op: 'done' | 'wait'; readonly wg: Ref }
  | { readonly op: 'condWait' | 'signal' | 'broadcast'; readonly cond: Ref }
  | { readonly op: 'once'; readonly once: string; readonly do: Steps }
  | {
      readonly op: 'go';
      readonly body: string;
      readonly count: Expr | null; // null: once, without a loop
      readonly index: Target | null; // the loop's counter, a local of the starter that `with` may name
      readonly with: readonly Argument[]; // includes the index when `as` passes it on
      readonly wg: Ref | null;
      readonly recover: boolean;
    }
  | { readonly op: 'call'; readonly body: string; readonly with: readonly Argument[] }
  | {
      readonly op: 'afterFunc';
      readonly timer: Ref | null;
      readonly after: Quantity;
      readonly body: string;
      readonly with: readonly Argument[];
    }
  | { readonly op: 'stopTimer'; readonly timer: Ref } // of a ticker too
  | { readonly op: 'resetTimer'; readonly timer: Ref; readonly after: Quantity }
  | { readonly op: 'read' | 'write'; readonly pipe: Ref }
  | { readonly op: 'repeat'; readonly count: Expr; readonly as: Target | null; readonly do: Steps }
  | { readonly op: 'repeatFor'; readonly for: Quantity; readonly do: Steps } // the duration is drawn once, on entry
  | { readonly op: 'forever'; readonly do: Steps }
  | { readonly op: 'while'; readonly while: Expr; readonly do: Steps }
  | { readonly op: 'if'; readonly if: Expr; readonly do: Steps; readonly else: Steps | null }
  | { readonly op: 'break' | 'continue' | 'return' }
  | { readonly op: 'setVar'; readonly var: Ref; readonly value: Expr }
  | { readonly op: 'setLocal'; readonly target: Target; readonly value: Expr }
  | { readonly op: 'choose'; readonly choices: readonly { readonly weight: number; readonly do: Steps }[] }
  | { readonly op: 'accept'; readonly from: Ref; readonly as: Target | null }
  | { readonly op: 'reply'; readonly to: Expr } // the instant at which the request arrived
  | { readonly op: 'log'; readonly text: Text }
  | { readonly op: 'span'; readonly name: string; readonly do: Steps }
  | { readonly op: 'spanSince'; readonly name: string; readonly since: Expr }
  | { readonly op: 'gosched' | 'goexit' | 'lockOSThread' | 'unlockOSThread' }
  | { readonly op: 'panic'; readonly text: Text }
  | { readonly op: 'exit'; readonly code: Expr }
);

export interface Local {
  readonly name: string;
  readonly type: ValueType;
}

/**
 * What a goroutine runs. Slots 0 .. params.length - 1 of its frame are its arguments, the rest its other locals; every
 * local has a slot of its own, so a name that shadows another is another slot. An inline `go: [...]` is a body too,
 * named as Go names function literals (`main.func1`), whose params are the enclosing locals it uses, copied at the
 * statement. Calls form no cycle.
 */
export interface Body {
  readonly name: string;
  readonly params: readonly Local[];
  readonly locals: readonly Local[]; // all slots in order, params first
  readonly steps: Steps;
  readonly place: Place;
}

/** `count` is null for a single object, else the length of the array. */
export interface ObjectDecl {
  readonly name: string;
  readonly count: number | null;
}

export interface Expectation {
  readonly that: string;
  readonly level: 'error' | 'warn';
  readonly why: string | null;
  readonly place: Place | null; // null: of the command line
}

export type GoVersion = '1.19' | '1.26';

/** So much processor time in every period, and what of it may be saved up. */
export interface CpuLimit {
  readonly quotaNs: number;
  readonly periodNs: number;
  readonly burstNs: number;
}

/** A time of a neighbour's thread: fixed, or a distribution of base/distributions.ts with its arguments. */
export type Span = number | { readonly kind: number; readonly a: number; readonly b: number };

/** Another load of the machine. */
export interface Neighbour {
  readonly name: string;
  readonly threads: number;
  readonly cpuWeight: number;
  readonly busy: Span;
  readonly idle: Span | null; // null: its threads never rest
  readonly fromNs: number;
}

/** Constants of the kernel that are other than its own, in ns. */
export interface KernelConstants {
  readonly sliceNs?: number;
  readonly tickNs?: number;
  readonly migrationCostNs?: number;
  readonly balanceNs?: number;
  readonly timerSlackNs?: number;
  readonly haltPollNs?: number;
  readonly queueNs?: number;
  readonly quotaSliceNs?: number;
  readonly quotaKeptNs?: number;
  readonly quotaSlackNs?: number;
  readonly quotaNearNs?: number;
}

export interface Scenario {
  readonly file: string;
  readonly name: string;
  readonly description: string;
  readonly go: GoVersion;
  readonly gomaxprocs: number | null; // null: as Go chooses on this machine
  readonly cpus: number;
  readonly limits: readonly CpuLimit[]; // on processor time, innermost first
  readonly cpuWeight: number;
  readonly neighbours: readonly Neighbour[];
  readonly kernel: KernelConstants;
  readonly costs: Partial<Costs>; // of the machine's profile: in place of the built-in ones
  readonly ownCosts: Partial<Costs>; // that the scenario itself names: in place of all others
  readonly seed: number;
  readonly untilNs: number | null;
  readonly start: { readonly kind: 'cold' } | { readonly kind: 'settled'; readonly schedtick: number | null };
  readonly params: ReadonlyMap<string, { readonly type: ValueType; readonly value: number }>;
  readonly channels: readonly (ObjectDecl & { readonly capacity: number | null })[]; // null capacity: a nil channel
  readonly mutexes: readonly ObjectDecl[];
  readonly rwmutexes: readonly ObjectDecl[];
  readonly waitgroups: readonly ObjectDecl[];
  readonly conds: readonly (ObjectDecl & { readonly locker: Ref; readonly lockerKind: 'mutex' | 'rwmutex' })[];
  readonly listeners: readonly { readonly name: string; readonly arrivals: Arrivals; readonly forNs: number | null }[]; // null: no end
  readonly onces: readonly string[]; // in order of first use
  readonly vars: readonly (ObjectDecl & { readonly initial: number })[];
  readonly spans: readonly string[]; // in order of first use
  readonly timers: readonly ObjectDecl[]; // that steps afterFunc set; those declared first, then those that their use declares
  readonly tickers: readonly (ObjectDecl & { readonly periodNs: number })[]; // a Ref to a channel may name one to receive from
  readonly pipes: readonly (ObjectDecl & { readonly blocking: boolean })[];
  readonly maxThreads: number | null;
  readonly runtime: RuntimeConstants;
  readonly godebug: { readonly asyncpreemptoff: boolean; readonly containermaxprocs: boolean };
  readonly bodies: readonly Body[]; // main first, then in file order, inline bodies after the one they stand in
  readonly expect: readonly Expectation[];
  readonly source: string; // the scenario's text, for code frames of what fails at run time
}
