// Durations, expressions and quantities: what a text means.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration, unitNs } from '../src/base/duration.ts';
import type { Expr } from '../src/scenario/model.ts';
import { plain, read, step, withSteps } from './support/language.ts';

const MS = 1_000_000;

describe('durations', () => {
  it.each([
    ['1h2m3s', 3_723_000_000_000],
    ['1.5ms', 1_500_000],
    ['300us', 300_000],
    ['300µs', 300_000],
    ['300μs', 300_000],
    ['20ns', 20],
    ['.5s', 500 * MS],
    ['1.s', 1000 * MS],
    ['-1.5h', -5_400_000_000_000],
    ['+2s', 2000 * MS],
    ['1m1m', 120_000 * MS],
    ['0.000001s', 1000],
    ['0.1us', 100],
    ['9007199254740991ns', Number.MAX_SAFE_INTEGER],
    ['-0s', 0],
  ])('%s is %d ns', (text, ns) => {
    expect(parseDuration(text)).toBe(ns);
  });

  it.each([
    ['', 'no number'],
    ['-', 'no number'],
    ['.s', 'no number'],
    ['ms', 'no number'],
    ['5', 'no unit'],
    ['1h5', 'no unit'],
    ['5 ms', 'unknown unit'],
    ['5d', 'unknown unit'],
    ['1e3ms', 'unknown unit'],
    ['0.5ns', 'finer than a nanosecond'],
    ['1.0000001ms', 'finer than a nanosecond'],
    ['9007199254740992ns', 'too long'],
    ['2502h', 'too long'],
    [`${'9'.repeat(400)}ns`, 'too long'],
  ])('%s has %s', (text, what) => {
    expect(parseDuration(text)).toBe(what);
  });

  it('what is printed reads back as the same number of nanoseconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }), (ns) => {
        expect(parseDuration(formatDuration(ns))).toBe(ns === 0 ? 0 : ns);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('a decimal of any unit is exact or refused', () => {
    const units = ['ns', 'us', 'ms', 's', 'm', 'h'];
    const decimals = fc.tuple(fc.nat(2000), fc.array(fc.nat(9), { maxLength: 9 }), fc.constantFrom(...units));
    fc.assert(
      fc.property(decimals, ([whole, digits, unit]) => {
        const scaled = BigInt(`${whole}${digits.join('')}`) * BigInt(unitNs(unit) ?? 0);
        const scale = BigInt(`1${'0'.repeat(digits.length)}`);
        const text = digits.length === 0 ? `${whole}${unit}` : `${whole}.${digits.join('')}${unit}`;
        expect(parseDuration(text)).toBe(scaled % scale === 0n ? Number(scaled / scale) : 'finer than a nanosecond');
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

/** The expression of a log step that holds nothing else. */
function expression(text: string): Expr {
  const [piece] = step(withSteps(`- set: {i: 3}\n- log: "\${${text}}"`), 'log').text;
  return piece as Expr;
}

describe('expressions', () => {
  it.each([
    ['1 + 2 * 3', 'int', 7],
    ['(1 + 2) * 3', 'int', 9],
    ['10 - 3 - 2', 'int', 5],
    ['-7 / 2', 'int', -3],
    ['-7 % 3', 'int', -1],
    ['7 % -3', 'int', 1],
    ['0 * -1', 'int', 0],
    ['- -3', 'int', 3],
    ['+4', 'int', 4],
    ['n * 2', 'int', 8],
    ['9007199254740991 - 1', 'int', 9007199254740990],
    ['3 * think', 'duration', 15 * MS],
    ['think * 3', 'duration', 15 * MS],
    ['think / 2', 'duration', 2.5 * MS],
    ['think / 1ms', 'int', 5],
    ['think % 2ms', 'duration', MS],
    ['1h + 1.5ms', 'duration', 3600_001.5 * MS],
    ['-think', 'duration', -5 * MS],
    ['1 < 2', 'bool', 1],
    ['1ms >= 1000us', 'bool', 1],
    ['debug == true', 'bool', 1],
    ['1 == 1 && 2 != 2 || !false', 'bool', 1],
    ['false && 1 / 1 == 1', 'bool', 0],
    ['true || total == 1', 'bool', 1],
    ['1 + 1 == 2 == true', 'bool', 1],
    ['len(ring)', 'int', 20],
    ['len(counts) - 1', 'int', 2],
  ] as const)('%s is known to be the %s %d', (text, type, value) => {
    expect(expression(text)).toMatchObject({ kind: 'const', type, value });
  });

  it.each([
    ['total', 'int', 'var'],
    ['counts[i % 3]', 'int', 'var'],
    ['now', 'duration', 'now'],
    ['now / 1ms', 'int', 'binary'],
    ['len(jobs)', 'int', 'len'],
    ['cap(ring[i])', 'int', 'cap'],
    ['i', 'int', 'local'],
    ['!(i > 3)', 'bool', 'unary'],
    ['i * 1ms', 'duration', 'binary'],
    ['total == 3 && debug', 'bool', 'binary'],
  ])('%s is a %s known when it runs', (text, type, kind) => {
    expect(expression(text)).toMatchObject({ type, kind });
  });

  it('folding agrees with exact arithmetic wherever the result is exact', () => {
    const operand = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
    fc.assert(
      fc.property(operand, fc.constantFrom('+', '-', '*', '/', '%'), operand, (a, op, b) => {
        fc.pre(b !== 0 || (op !== '/' && op !== '%'));
        const [x, y] = [BigInt(a), BigInt(b)];
        const exact = { '+': () => x + y, '-': () => x - y, '*': () => x * y, '/': () => x / y, '%': () => x % y }[op]!();
        fc.pre(Number.isSafeInteger(Number(exact)));
        expect(expression(`(${a}) ${op} (${b})`)).toMatchObject({ kind: 'const', value: Number(exact) });
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

describe('quantities', () => {
  const quantity = (text: string): unknown => plain(step(withSteps(`- set: {i: 3}\n- cpu: ${text}`), 'cpu').for);

  it.each([
    ['2ms', 2 * MS],
    ['"${think}"', 5 * MS],
    ['"${n}ms"', 4 * MS],
    ['"1s${n}ms"', 1004 * MS],
    ['"${n}s${n * 2}us"', 4_000_008_000],
    ['"${n} ms"', 4 * MS],
    ['constant(3us)', 3000],
    ['constant(d 3us)', 3000],
    ['"constant(${think * 2})"', 10 * MS],
  ])('%s is always %d ns', (text, value) => {
    expect(quantity(text)).toEqual({ kind: 'value', value: { kind: 'const', type: 'duration', value } });
  });

  it('"${E}ms" is E times a millisecond when it runs', () => {
    const ms = { kind: 'const', type: 'duration', value: MS };
    const value = { kind: 'binary', op: '*', type: 'duration', left: { kind: 'local', type: 'int', name: 'i', slot: 0 }, right: ms };
    expect(quantity('"${i}ms"')).toEqual({ kind: 'value', value });
  });

  it.each([
    ['exp(300us)', 'exp', [300_000]],
    ['exp( mean 300us )', 'exp', [300_000]],
    ['uniform(1ms, 2ms)', 'uniform', [MS, 2 * MS]],
    ['normal(mean 5ms, sd 1ms)', 'normal', [5 * MS, MS]],
    ['lognormal(median 2ms, p99 9ms)', 'lognormal', [2 * MS, 9 * MS]],
    ['"lognormal(median ${think}, p99 ${n * 2}ms)"', 'lognormal', [5 * MS, 8 * MS]],
    ['pareto(1ms, 1.5)', 'pareto', [MS, 1.5]],
    ['"pareto(min 1ms, alpha ${n})"', 'pareto', [MS, 4]],
    ['list(3ms, 5ms, 3ms)', 'list', [3 * MS, 5 * MS, 3 * MS]],
  ])('%s', (text, kind, args) => {
    expect(quantity(text)).toEqual({ kind, args });
  });
});

describe('texts', () => {
  it('hold values among words, and $${ for a literal ${', () => {
    expect(plain(step(withSteps('- log: "a ${n}$${x} $5 ${think} }"'), 'log').text)).toEqual([
      'a ',
      { kind: 'const', type: 'int', value: 4 },
      '${x} $5 ',
      { kind: 'const', type: 'duration', value: 5 * MS },
      ' }',
    ]);
  });

  it('are the source of their scalar, whatever YAML would make of it', () => {
    const logged = (text: string): unknown => step(withSteps(`- log: ${text}`), 'log').text[0];
    expect(['3', '1.20', 'true', 'on', '~x', '0x10', '2001-01-01'].map(logged)).toEqual([
      '3',
      '1.20',
      'true',
      'on',
      '~x',
      '0x10',
      '2001-01-01',
    ]);
    expect(logged('"a\\tb"')).toBe('a\tb');
    expect(read('go: 1.26\ngoroutines: {main: []}').go).toBe('1.26');
    expect(read('name: 007\ngoroutines: {main: []}').name).toBe('007');
  });
});
