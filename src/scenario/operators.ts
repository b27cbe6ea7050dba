// Typed operations of `${…}`: which types go together, and what is already known when the scenario is read.
//
// A duration is not a number: `2 * 5ms` and `5ms + 1us` have a meaning, `5ms + 1` has none. A duration by a duration is
// a number, by a number a duration. Integers are exact to ±(2^53 - 1): a constant outside is a mistake here, a value
// outside ends the run there.

import type { Expr, Place, ValueType } from './model.ts';

export type BinaryOp = Extract<Expr, { kind: 'binary' }>['op'];

/** An operation without a meaning: reported at its operator. */
export class Meaningless extends Error {
  readonly place: Place;
  readonly note: string | null;

  constructor(place: Place, message: string, note: string | null = null) {
    super(message);
    this.place = place;
    this.note = note;
  }
}

export const TYPE_NAMES: Record<ValueType, string> = { int: 'a whole number', duration: 'a duration', bool: 'a condition' };

export function constant(type: ValueType, value: number, place: Place): Expr {
  return { kind: 'const', type, value, place };
}

export function unary(op: '-' | '!', operand: Expr, place: Place): Expr {
  if (op === '!' ? operand.type !== 'bool' : operand.type === 'bool') {
    throw new Meaningless(place, `"${op}" of ${TYPE_NAMES[operand.type]} has no meaning`);
  }
  if (operand.kind === 'const') {
    const value = op === '!' ? 1 - operand.value : operand.value === 0 ? 0 : -operand.value;
    return constant(operand.type, value, place);
  }
  return { kind: 'unary', op, type: operand.type, operand, place };
}

export function binary(op: BinaryOp, left: Expr, right: Expr, place: Place): Expr {
  const type = typeOf(op, left.type, right.type, place);
  if (left.kind === 'const') {
    // As in Go the right side of a decided && or || is checked but not computed.
    if (op === '&&' && left.value === 0) return constant('bool', 0, place);
    if (op === '||' && left.value === 1) return constant('bool', 1, place);
    if (right.kind === 'const') return constant(type, fold(op, left.value, right.value, place), place);
  }
  if (right.kind === 'const' && right.value === 0 && (op === '/' || op === '%')) throw new Meaningless(place, 'division by zero');
  return { kind: 'binary', op, type, left, right, place };
}

function typeOf(op: BinaryOp, left: ValueType, right: ValueType, place: Place): ValueType {
  const no = (note: string | null = null): never => {
    throw new Meaningless(place, `"${op}" between ${TYPE_NAMES[left]} and ${TYPE_NAMES[right]} has no meaning`, note);
  };
  const same = left === right;
  switch (op) {
    case '&&':
    case '||':
      return same && left === 'bool' ? 'bool' : no();
    case '==':
    case '!=':
      if (same) return 'bool';
      break;
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '+':
    case '-':
    case '%':
      if (same && left !== 'bool') return /[<>]/.test(op) ? 'bool' : left;
      break;
    case '*':
      if (same && left === 'int') return 'int';
      if (!same && left !== 'bool' && right !== 'bool') return 'duration';
      break;
    case '/':
      if (same && left !== 'bool') return 'int';
      if (left === 'duration' && right === 'int') return 'duration';
      break;
  }
  const mixed = left !== 'bool' && right !== 'bool' && !same;
  return no(mixed ? 'give the number a unit: "n * 1ms" is a duration' : null);
}

function fold(op: BinaryOp, a: number, b: number, place: Place): number {
  switch (op) {
    case '+':
      return exact(a + b, place);
    case '-':
      return exact(a - b, place);
    case '*':
      return exact(a * b, place);
    case '/':
    case '%':
      if (b === 0) throw new Meaningless(place, 'division by zero');
      return exact(op === '/' ? (a - (a % b)) / b : a % b, place);
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case '<':
      return Number(a < b);
    case '<=':
      return Number(a <= b);
    case '>':
      return Number(a > b);
    case '>=':
      return Number(a >= b);
    case '&&':
      return Number(a !== 0 && b !== 0);
    case '||':
      return Number(a !== 0 || b !== 0);
  }
}

/** A sum, product or quotient that is within bounds as a double is exact; adding 0 makes -0 the 0 it is. */
function exact(value: number, place: Place): number {
  if (!Number.isSafeInteger(value)) throw new Meaningless(place, 'the result is outside of ±(2^53 - 1), where numbers are exact');
  return value + 0;
}
