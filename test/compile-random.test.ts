// Properties of what the compiler makes of random expressions and steps.

import { expect, it } from 'vitest';
import { Stream } from '../src/base/prng.ts';
import { compileScenario } from '../src/scenario/compile.ts';
import type { Expr, Step, Steps } from '../src/scenario/model.ts';
import type { Program } from '../src/sim/program.ts';
import * as P from '../src/sim/program.ts';
import { DECLARED } from './support/declared.ts';
import { disassemble } from './support/disassemble.ts';
import type { Bare, BodySketch } from './support/model.ts';
import { binary, int, length, local, nowhere, ns, ref, scenario, steps, target, unary, variable } from './support/model.ts';

function compile(bodies: Record<string, BodySketch>): Program {
  return compileScenario(scenario(bodies, DECLARED));
}

it('random expressions give what walking their tree gives', () => {
  for (let seed = 0; seed < 400; seed++) {
    const expr = randomExpr(new Stream(seed, 'expr'), 5);
    const program = compile({ main: { steps: steps({ op: 'exit', code: expr }), locals: 2 } });
    expect(run(program, program.code[1]), `seed ${seed}: ${disassemble(program)}`).toEqual(walk(expr));
  }
});

it('random scenarios jump inside of their body, to instructions that exist, and use only words of their frame', () => {
  for (let seed = 0; seed < 150; seed++) {
    const random = new Stream(seed, 'steps');
    const bodies = {
      main: { steps: randomSteps(random, 5, false), locals: 2 },
      worker: { steps: randomSteps(random, 4, false), locals: 2 },
    };
    const program = compile(bodies);
    expect(problems(program), `seed ${seed}`).toEqual([]);
  }
});

// ---- a second implementation of expressions: locals are 3 and 0, x is 7, a[1] is -1, channels are empty, now is 100

function walk(expr: Expr): number {
  switch (expr.kind) {
    case 'const':
      return expr.value;
    case 'local':
      return [3, 0][expr.slot];
    case 'var':
      return expr.ref.name === 'x' ? 7 : -1;
    case 'now':
      return 100;
    case 'len':
      return 0;
    case 'cap':
      return 8;
    case 'unary':
      return expr.op === '-' ? 0 - walk(expr.operand) : Number(!walk(expr.operand));
    case 'binary': {
      const left = walk(expr.left);
      if (expr.op === '&&') return left ? walk(expr.right) : left;
      if (expr.op === '||') return left ? left : walk(expr.right);
      return apply(expr.op, left, walk(expr.right));
    }
  }
}

function apply(op: string, l: number, r: number): number {
  const table: Record<string, () => number> = {
    '+': () => l + r,
    '-': () => l - r,
    '*': () => l * r,
    '/': () => Math.trunc(l / r) + 0,
    '%': () => (l % r) + 0,
    '==': () => Number(l === r),
    '!=': () => Number(l !== r),
    '<': () => Number(l < r),
    '<=': () => Number(l <= r),
    '>': () => Number(l > r),
    '>=': () => Number(l >= r),
  };
  return table[op]() + 0;
}

function run(program: Program, value: number): number {
  const arg = program.valueArg[value];
  const variableAt = (r: number): number => (program.refBase[r] === 0 ? 7 : -1);
  switch (program.valueKind[value]) {
    case P.VALUE_CONST:
      return program.valueNum[value];
    case P.VALUE_LOCAL:
      return [3, 0][arg - P.FRAME_LOCALS];
    case P.VALUE_VAR:
      return variableAt(arg);
  }
  const binaries = new Map([
    [P.E_ADD, '+'],
    [P.E_SUB, '-'],
    [P.E_MUL, '*'],
    [P.E_DIV, '/'],
    [P.E_REM, '%'],
    [P.E_EQ, '=='],
    [P.E_NE, '!='],
    [P.E_LT, '<'],
    [P.E_LE, '<='],
    [P.E_GT, '>'],
    [P.E_GE, '>='],
  ]);
  const stack: number[] = [];
  for (let i = arg; ; ) {
    const op = program.exprs[i++];
    if (op === P.E_END) break;
    if (op === P.E_CONST) stack.push(program.valueNum[program.exprs[i++]]);
    else if (op === P.E_LOCAL) stack.push([3, 0][program.exprs[i++] - P.FRAME_LOCALS]);
    else if (op === P.E_VAR) stack.push(variableAt(program.exprs[i++]));
    else if (op === P.E_NOW) stack.push(100);
    else if (op === P.E_LEN || op === P.E_CAP) {
      i++;
      stack.push(op === P.E_LEN ? 0 : 8);
    } else if (op === P.E_NEG) stack.push(0 - stack.pop()!);
    else if (op === P.E_NOT) stack.push(Number(!stack.pop()!));
    else if (op === P.E_SKIP_IF_FALSE || op === P.E_SKIP_IF_TRUE) {
      const to = program.exprs[i++];
      if ((stack.at(-1) !== 0) === (op === P.E_SKIP_IF_TRUE)) i = to;
      else stack.pop();
    } else {
      const r = stack.pop()!;
      stack.push(apply(binaries.get(op)!, stack.pop()!, r));
    }
  }
  expect(stack.length).toBe(1);
  return stack[0];
}

// ---- random models

function pick<T>(random: Stream, list: readonly T[]): T {
  return list[random.below(list.length)];
}

/** Int-valued without division by what may be 0; bools only as operands of && and ||, as the types of the language want. */
function randomExpr(random: Stream, depth: number): Expr {
  if (depth === 0 || random.below(6) === 0) {
    return pick(random, [
      int(random.below(10)),
      local(random.below(2)),
      variable('x'),
      variable('a', int(1)),
      length('len', 'jobs'),
      length('cap', 'jobs'),
      { kind: 'now', type: 'duration', place: nowhere },
    ]);
  }
  const operand = (): Expr => randomExpr(random, depth - 1);
  const test = (): Expr => binary(operand(), pick(random, ['==', '!=', '<', '<=', '>', '>='] as const), operand());
  switch (random.below(5)) {
    case 0:
      return unary('-', operand());
    case 1:
      return unary('!', test());
    case 2:
      return binary(operand(), pick(random, ['/', '%'] as const), int(1 + random.below(4)));
    case 3:
      return binary(test(), pick(random, ['&&', '||'] as const), test());
    default:
      return binary(operand(), pick(random, ['+', '-', '*', '<', '=='] as const), operand());
  }
}

function randomSteps(random: Stream, depth: number, inLoop: boolean): Steps {
  return Array.from({ length: random.below(4) }, () => steps(randomStep(random, depth, inLoop))[0]);
}

function randomStep(random: Stream, depth: number, inLoop: boolean): Bare<Step> {
  const some = (loop = inLoop): Steps => randomSteps(random, depth - 1, loop);
  const expr = (): Expr => randomExpr(random, 2);
  const leaves: Bare<Step>[] = [
    { op: 'gosched' },
    { op: 'return' },
    { op: 'goexit' },
    { op: 'send', to: ref('ring', expr()), value: expr() },
    { op: 'setLocal', target: target(random.below(2), random.below(2) === 0), value: expr() },
    { op: 'go', body: 'worker', count: random.below(2) === 0 ? null : expr(), index: target(1), with: [], wg: null, recover: false },
    { op: 'log', text: ['n ', expr()] },
  ];
  if (inLoop) leaves.push({ op: 'break' }, { op: 'continue' });
  if (depth === 0 || random.below(4) === 0) return pick(random, leaves);
  const as = random.below(2) === 0 ? null : target(0, random.below(2) === 0);
  const blocks: (() => Bare<Step>)[] = [
    () => ({ op: 'once', once: pick(random, ['init', 'inner']), do: some() }),
    () => ({ op: 'span', name: 'step', do: some() }),
    () => ({ op: 'repeat', count: expr(), as, do: some(true) }),
    () => ({ op: 'repeatFor', for: { kind: 'value', value: expr() }, do: some(true) }),
    () => ({ op: 'forever', do: some(true) }),
    () => ({ op: 'while', while: expr(), do: some(true) }),
    () => ({ op: 'range', from: ref('ring', expr()), as, do: some(true) }),
    () => ({ op: 'if', if: expr(), do: some(), else: random.below(2) === 0 ? null : some() }),
    () => ({ op: 'choose', choices: [1, 2].map((weight) => ({ weight, do: some() })) }),
    () => ({
      op: 'select',
      cases: [
        { kind: 'recv', from: ref('jobs'), as, ok: null, do: some(), place: nowhere },
        { kind: 'after', after: ns(4), do: some(), place: nowhere },
      ],
      default: random.below(2) === 0 ? null : some(),
    }),
  ];
  return pick(random, blocks)();
}

/** What is wrong with a program's jumps, words and ranges. */
function problems(program: Program): string[] {
  const found: string[] = [];
  const { code } = program;
  const end = code.length / P.STRIDE;
  program.bodies.forEach((body, n) => {
    const to = program.bodies[n + 1]?.entry ?? end;
    const jump = (pc: number, at: number): void => {
      if (!(at >= body.entry && at < to)) found.push(`${pc}: jumps to ${at}, outside of ${body.name} (${body.entry}..${to})`);
    };
    const word = (pc: number, w: number): void => {
      if (w !== -1 && !(w >= P.FRAME_LOCALS && w < body.frameSize)) found.push(`${pc}: word ${w} of ${body.frameSize}`);
    };
    if (code[(to - 1) * P.STRIDE] !== P.RETURN) found.push(`${body.name} does not end with RETURN`);
    for (let pc = body.entry; pc < to; pc++) {
      const [op, a, b, c] = code.subarray(pc * P.STRIDE, (pc + 1) * P.STRIDE);
      if (op === P.JUMP || op === P.ROUND) jump(pc, a);
      if (op === P.JUMP_UNLESS || op === P.ONCE) jump(pc, b);
      if (op === P.NEXT_ROUND || op === P.RANGE) jump(pc, c);
      if (op === P.ROUND && a > pc) found.push(`${pc}: ROUND jumps forward`);
      if (op === P.SET_LOCAL || op === P.DRAW || op === P.NOW || op === P.NEXT_ROUND) word(pc, a);
      if (op === P.RECV || op === P.RANGE || op === P.NEXT_ROUND) word(pc, b);
      if (op === P.CHOOSE) for (const target of program.choices[a].target) jump(pc, target);
      if (op === P.SELECT) {
        const table = program.selects[a];
        for (const target of table.target) jump(pc, target);
        if (table.defaultTarget !== -1) jump(pc, table.defaultTarget);
        for (const slot of [...table.slot, ...table.ok]) word(pc, slot);
      }
    }
    program.unwind.forEach((range, i) => {
      if (range.from >= range.to) found.push(`unwind range ${range.from}..${range.to} is empty`);
      for (const inner of program.unwind.slice(i + 1)) {
        if (inner.from >= range.from && inner.to <= range.to)
          found.push(`unwind range ${inner.from}..${inner.to} comes behind one around it`);
      }
    });
  });
  return found;
}
