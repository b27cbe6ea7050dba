// What the goroutines of a time.AfterFunc run: a body, with the arguments of the moment at which the timer was made. A
// timer that is reset may start it more than once, so the arguments are kept and copied into each one's frame.

import { childKey0, childKey1 } from '../base/prng.ts';
import type { Goroutines } from '../runtime/g.ts';
import type { Evaluator } from './evaluator.ts';
import type { Program } from './program.ts';
import * as ir from './program.ts';

export interface BodyCall {
  readonly body: number;
  readonly args: number; // argument table, -1: none
  readonly values: readonly number[];
  readonly key0: number; // of its random stream, from which those of its goroutines are made
  readonly key1: number;
  started: number; // goroutines so far
}

/** The call that the AfterFunc at instruction pc of gp makes. */
export function bodyCall(program: Program, g: Goroutines, values: Evaluator, gp: number, pc: number): BodyCall {
  const args = program.code[pc * ir.STRIDE + 2]!;
  const n = g.spawns[gp]!++;
  return {
    body: program.code[pc * ir.STRIDE + 1]!,
    args,
    values: args < 0 ? [] : program.args[args]!.values.map((value) => values.value(value, gp)),
    key0: childKey0(g.key0[gp]!, g.key1[gp]!, n),
    key1: childKey1(g.key0[gp]!, g.key1[gp]!, n),
    started: 0,
  };
}

/** Gives a new goroutine its stream and, in its frame, its arguments. */
export function enterCall(program: Program, g: Goroutines, call: BodyCall, child: number, frames: Float64Array): void {
  const n = call.started++;
  g.key0[child] = childKey0(call.key0, call.key1, n);
  g.key1[child] = childKey1(call.key0, call.key1, n);
  if (call.args < 0) return;
  const { slots } = program.args[call.args]!;
  for (let k = 0; k < slots.length; k++) frames[g.fp[child]! + slots[k]!] = call.values[k]!;
}
