// What expressions come to while a program runs.

import { expect, it } from 'vitest';
import { compileScenario } from '../src/scenario/compile.ts';
import type { Expr } from '../src/scenario/model.ts';
import { DEFAULT_CAPS } from '../src/sim/options.ts';
import { simulate } from '../src/sim/simulate.ts';
import { binary, int, length, scenario, steps, variable } from './support/model.ts';

const DECLARED = {
  channels: [{ name: 'ring', count: 3, capacity: 5 }],
  vars: [
    { name: 'x', count: null, initial: 7 },
    { name: 'a', count: 3, initial: 1 },
  ],
};

function run(expr: Expr): string {
  const program = compileScenario(scenario({ main: { steps: steps({ op: 'log', text: [expr] }) } }, DECLARED));
  const start = { kind: 'settled', schedtick: null } as const;
  const options = { name: 'test', file: 'test.yaml', go: '1.26', gomaxprocs: 1, cpus: 1, seed: 1, untilNs: null, start };
  const { result } = simulate(program, { ...options, ...DEFAULT_CAPS, record: false, detail: false, check: true, runAhead: true });
  return result.log.map((entry) => entry.text).join(' ') || result.outcome.message;
}

it('a subscript does not disturb the expression around it', () => {
  const one = variable('a', binary(variable('a', int(0)), '-', int(1))); // a[a[0] - 1] is 1
  expect(run(binary(variable('x'), '+', one))).toBe('8');
  expect(run(binary(binary(variable('x'), '*', int(2)), '-', binary(one, '+', one)))).toBe('12');
  expect(run(binary(variable('x'), '+', length('cap', 'ring', binary(one, '+', one))))).toBe('12');
  expect(run(binary(variable('x'), '+', variable('a', binary(one, '*', variable('a', one)))))).toBe('8');
});

it('division truncates towards zero and by zero panics', () => {
  const minus = binary(int(0), '-', variable('x'));
  expect(run(binary(minus, '/', int(2)))).toBe('-3');
  expect(run(binary(minus, '%', int(2)))).toBe('-1');
  expect(run(binary(variable('x'), '/', binary(variable('x'), '-', variable('x'))))).toContain('integer divide by zero');
});

it('an index out of range panics as in Go', () => {
  expect(run(variable('a', variable('x')))).toContain('index out of range [7] with length 3');
  expect(run(variable('a', binary(int(0), '-', variable('x'))))).toContain('index out of range [-7]');
});
