// What the interpreter prepares once for a program: operands that are known beforehand stand in the instructions themselves.

import type { Program } from './program.ts';
import * as ir from './program.ts';

const SMALL = 1 << 30;

/** The instructions with what is known beforehand in the operands themselves: constant values and single channels. */
export function resolveOperands(program: Program): Int32Array {
  const code = program.code.slice();
  for (let i = 0; i < code.length; i += ir.STRIDE) {
    const op = code[i];
    if (op === ir.SEND || op === ir.RECV || op === ir.RANGE) {
      const ref = code[i + 1]!;
      const id = program.refBase[ref]!;
      if (program.refIndex[ref]! < 0 && program.channelCapacity[id]! >= 0) code[i + 1] = ~id;
    }
    if (op === ir.CPU) code[i + 1] = immediate(program, code[i + 1]!);
    if (op === ir.SEND) code[i + 2] = immediate(program, code[i + 2]!);
  }
  return code;
}

function immediate(program: Program, v: number): number {
  const n = program.valueNum[v]!;
  return program.valueKind[v] === ir.VALUE_CONST && Number.isInteger(n) && n >= 0 && n < SMALL ? ~n : v;
}
