// The operations that few programs have: timers, pipes, calls out of Go. Their operands go into the goroutine's columns as
// those of the others do in the interpreter.

import { fail } from '../base/assert.ts';
import type { Goroutines } from '../runtime/g.ts';
import * as ops from '../runtime/ops.ts';
import type { Evaluator } from './evaluator.ts';
import type { Program } from './program.ts';
import * as ir from './program.ts';

const MOST_NS = 0x7fffffff; // of processor time in one call

/** The operation of instruction pc. */
export function seldomOperation(program: Program, g: Goroutines, values: Evaluator, gp: number, pc: number): number {
  const { code } = program;
  const i = pc * ir.STRIDE;
  const a = code[i + 1]!;
  switch (code[i]) {
    case ir.BEGIN:
      return ops.OP_BEGIN;
    case ir.AFTER_FUNC:
      g.val[gp] = values.value(code[i + 4]!, gp);
      g.obj[gp] = code[i + 3]! < 0 ? -1 : values.ref(code[i + 3]!, gp);
      return ops.OP_AFTER_FUNC;
    case ir.STOP_TIMER:
      g.obj[gp] = values.ref(a, gp);
      return ops.OP_STOP_TIMER;
    case ir.RESET_TIMER:
      g.obj[gp] = values.ref(a, gp);
      g.val[gp] = values.value(code[i + 2]!, gp);
      return ops.OP_RESET_TIMER;
    case ir.READ:
    case ir.WRITE:
      g.obj[gp] = values.ref(a, gp);
      return code[i] === ir.READ ? ops.OP_READ : ops.OP_WRITE;
    case ir.CGO:
      g.val[gp] = Math.max(0, values.value(a, gp));
      return ops.OP_CGO;
    case ir.RAW_SYSCALL:
      g.val[gp] = Math.max(0, values.value(a, gp));
      g.obj[gp] = code[i + 2]! < 0 ? 0 : Math.min(Math.max(0, values.value(code[i + 2]!, gp)), MOST_NS);
      return ops.OP_RAW_SYSCALL;
    default:
      return fail('seldomOperation', `instruction ${pc} has opcode ${code[i]}`);
  }
}
