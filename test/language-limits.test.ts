// Hostile and broken input: any text up to a megabyte ends soon, in messages and never in an exception.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileScenario } from '../src/scenario/compile.ts';
import { formatDiagnostics } from '../src/scenario/diagnostic.ts';
import { parseScenario } from '../src/scenario/load.ts';
import { messages } from './support/language.ts';
import { root } from './support/source.ts';

const MEGABYTE = 1_000_000;
const SECONDS = 30; // of all threads together; reading takes one or two on a quiet machine

function filled(piece: string, length = MEGABYTE): string {
  return piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
}

const MAIN = 'goroutines:\n  main:\n';

/** The first error, if any; fails when reading takes too long. */
function firstOf(text: string): string {
  const start = process.cpuUsage();
  const { diagnostics } = parseScenario(text, 'x.yaml');
  expect(formatDiagnostics(diagnostics, text).length).toBeLessThan(400_000); // two hundred messages, none of them endless
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1e6).toBeLessThan(SECONDS);
  const first = diagnostics.find((one) => one.severity === 'error');
  return first === undefined ? '' : first.message.slice(0, 80);
}

describe('a megabyte', () => {
  it.each<[string, string, string]>([
    ['of steps', MAIN + '    - cpu: 1ms\n'.repeat(60_000), ''],
    ['of steps on one line', `goroutines: {main: [${'{cpu: 1ms}, '.repeat(80_000)}]}`, ''],
    ['of unknown names among many', manyNames(), 'unknown name "w0": did you mean "v0"?'],
    ['of [', filled('['), 'nested more than 1000 levels deep'],
    ['of {a:', filled('{a: '), 'nested more than 1000 levels deep'],
    ['of -', filled('- '), 'nested more than 1000 levels deep'],
    ['of ?', filled('? '), 'nested more than 1000 levels deep'],
    ['of ]', filled(']'), 'this is not YAML: unexpected flow-seq-end token in YAML document: "]"'],
    ['of quotes', filled('"'), 'this is not YAML: unexpected double-quoted-scalar at node end'],
    ['of documents', filled('---\n'), 'a second document begins here: a file holds one scenario'],
    ['of zeros', filled('\0'), 'a scenario is a mapping'],
    ['of half characters', filled('\ud800'), 'a scenario is a mapping'],
    ['in one text', `${MAIN}    - log: "${filled('x')}"\n`, ''],
    ['in one block', `description: |\n${'  word\n'.repeat(140_000)}goroutines: {main: []}`, ''],
    ['of values in one text', `${MAIN}    - log: "${'${now}'.repeat(150_000)}"\n`, 'more than 1000 "${…}" in one text'],
    ['of sums of durations', `${MAIN}    - set: {n: 1}\n    - cpu: "${'${n}ms '.repeat(100_000)}"\n`, 'more than 1000 "${…}" in one text'],
    ['of open values', `${MAIN}    - log: "${filled('${')}"\n`, 'this "${" is not closed'],
    ['of a sum', `${MAIN}    - log: "\${${filled('1+')}1}"\n`, 'an expression of more than 2000 words and signs'],
    ['of parentheses', `${MAIN}    - log: "\${${filled('(')}1}"\n`, 'nested more than 100 levels deep'],
    ['of signs', `${MAIN}    - log: "\${${filled('-')}1}"\n`, 'nested more than 100 levels deep'],
    ['of digits', `${MAIN}    - cpu: ${filled('1')}ms\n`, `"${filled('1', 60)}…" is longer than 2`],
    ['of decimals', `${MAIN}    - cpu: 0.${filled('1')}ms\n`, `"0.${filled('1', 58)}…" is no whole numb`],
    ['of arguments', `${MAIN}    - cpu: list(${'1ms, '.repeat(200_000)}1ms)\n`, ''],
    ['of calls in a chain', chain(), ''],
    ['of bodies in place', MAIN + '    - go: [{log: "${now}"}]\n'.repeat(35_000), ''],
    ['of bodies nobody starts', `goroutines:\n  main: []\n${many(60_000, (i) => `  b${i}: []\n`)}`, ''],
    [
      'of arguments',
      `${MAIN}    - go: {run: b, with: {${many(60_000, (i) => `a${i}: 1, `)}}}\n  b: []`,
      '"b" is given 60000 arguments: 200 is the most',
    ],
    [
      'of arguments others lack',
      `${MAIN}${many(20_000, (i) => `    - go: {run: b, with: {a${i}: 1}}\n`)}  b: []`,
      '"b" has arguments "a1", "a2", "a3", "a4", "a5" and 194 more, which are missing h',
    ],
    ['of names taken from around', captures(), 'these steps in place take too many names from around them'],
    ['of bodies in one place', `${MAIN}    - go: [${'{go: []},'.repeat(105_000)}]`, ''],
    [
      'of expectations',
      `${MAIN}    - cpu: 1ms\nexpect:\n${'  - makespan < 10ms\n'.repeat(45_000)}`,
      '45000 expectations: 10000 are the most',
    ],
    [
      'of expectations of what is not',
      `channels:\n${many(9_000, (i) => `  c${i}: 1\n`)}${MAIN}    - cpu: 1ms\nexpect:\n${many(9_000, (i) => `  - channels.d${i}.sends == 0\n`)}`,
      'the scenario has no channel "d0"; there are c0, c1, c2, c3, c4 …',
    ],
    [
      'of merges',
      many(20_000, (i) => `a${i + 1}: &a${i + 1} {<<: *a${i}, k${i}: 1}\n`).replace('a1', 'a0: &a0 {k: 1}\na1'),
      'the aliases of this file stand for more than 100000 nodes',
    ],
    // Patterns that try every place to begin, or to end, are quadratic where these have linear work.
    ['of zeros behind the point', `${MAIN}    - cpu: 0.${filled('0')}1s`, `"0.${filled('0', 58)}…" is no whole numb`],
    ['of blanks behind a name', `channels: {a: 1}\n${MAIN}    - send: "a${filled(' ')}$"`, `"a${filled(' ', 59)}…" is not the name `],
    ['of blanks in front', `channels: {a: 1}\n${MAIN}    - send: "${filled(' ')}$"`, `"${filled(' ', 60)}…" is not the name `],
    [
      'of digits that are no number',
      `${MAIN}    - cpu: 1ms\nexpect: ["threads.created < ${filled('1')}x"]`,
      `threads.created is a plain number: "${filled('1', 44)}`,
    ],
    [
      'of digits that are no fraction',
      `${MAIN}    - choose: [{weight: ${filled('1')}x, do: []}]`,
      'a weight is a number above 0 and up to 1000000000, not "111111111111111111111111',
    ],
    ['of blanks in an expectation', `${MAIN}    - cpu: 1ms\nexpect: ["log == '${filled(' ')}'"]`, ''],
    [
      'of brackets in a subscript',
      `channels: {a: {count: 3}}\n${MAIN}    - send: "a[${filled('[')}]"`,
      `a subscript is a number or an expression: write [\${${filled('[', 29)}`,
    ],
  ])(
    '%s',
    (_, text, expected) => {
      expect(firstOf(text)).toBe(expected);
    },
    60_000,
  );

  it('a name is short', () => {
    expect(messages(`${MAIN}    - span: ${filled('a')}\n      do: []`)).toEqual(['3:13 a name of 1000000 characters: 200 is the most']);
  });
});

function many(n: number, one: (i: number) => string): string {
  return Array.from({ length: n }, (_, i) => one(i)).join('');
}

/** Steps in place, 195 deep, which use three hundred names of the outermost body. */
function captures(): string {
  const uses = `{log: "${many(300, (i) => `\${l${i}}`)}"}`;
  return `${MAIN}${many(300, (i) => `    - set: {l${i}: 1}\n`)}${many(200, () => `    - ${'{go: ['.repeat(195)}${uses}${']}'.repeat(195)}\n`)}`;
}

function manyNames(): string {
  const vars = Array.from({ length: 30_000 }, (_, i) => `  v${i}: 1`).join('\n');
  return `vars:\n${vars}\n${MAIN}${Array.from({ length: 20_000 }, (_, i) => `    - log: "\${w${i}}"`).join('\n')}`;
}

function chain(): string {
  const bodies = Array.from({ length: 40_000 }, (_, i) => `  b${i}: [{call: b${i + 1}}]`).join('\n');
  return `goroutines:\n  main: [{call: b0}]\n${bodies}\n  b40000: []`;
}

describe('depth', () => {
  const nested = (levels: number): string => {
    const steps = Array.from({ length: levels }, (_, i) => `${' '.repeat(4 + 2 * i)}- forever:`).join('\n');
    return `goroutines:\n  main:\n${steps}\n${' '.repeat(4 + 2 * levels)}- break\n`;
  };

  it('steps may stand in 200 levels, and compile', () => {
    const { scenario } = parseScenario(nested(199), 'x');
    expect(scenario && compileScenario(scenario).bodies).toHaveLength(1);
    expect(messages(nested(200))).toEqual([expect.stringMatching(/^203:\d+ steps nested more than 200 levels deep$/)]);
  });

  it('also in place, where each level is a body', () => {
    const text = (levels: number): string => `goroutines: {main: [${'go: ['.repeat(levels)}gosched${']'.repeat(levels)}]}`;
    expect(parseScenario(text(199), 'x').scenario?.bodies).toHaveLength(200);
    expect(messages(text(200))).toHaveLength(1);
  });

  it('YAML may be a thousand levels deep', () => {
    expect(firstOf(`a: ${'['.repeat(990)}${']'.repeat(990)}`)).toBe('unknown key "a"');
  });
});

describe('aliases', () => {
  it('that would expand to billions of nodes are refused', () => {
    const levels = 'bcdefghij'.split('').map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdefghij'[i]}`).join(', ')}]`);
    const text = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${levels.join('\n')}\n`;
    expect(messages(text)).toEqual([expect.stringContaining('the aliases of this file stand for more than 100000 nodes')]);
  });

  it('by the thousand are no harm', () => {
    expect(messages(`goroutines:\n  main: [{go: w}]\n  w:\n    - &step {cpu: 1ms}\n${'    - *step\n'.repeat(20_000)}`)).toEqual([]);
  });
});

describe('broken scenarios', () => {
  const files = ['scenarios', 'test/programs'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => readFileSync(join(root, folder, name), 'utf8')),
  );
  const pieces = [
    '${',
    '}',
    '[',
    ']',
    '{',
    '"',
    "'",
    ':',
    ': ',
    '- ',
    '\n',
    '  ',
    '\t',
    '*a',
    '&a ',
    '<<: ',
    '(',
    ', ',
    '#',
    '!',
    '-1',
    '0',
    '1e9',
    'nil',
    'null',
    '~',
    '%',
    '|',
    '>',
  ];

  /** A text with a part removed, doubled or moved, or something put in. */
  const mutation = fc.record({
    file: fc.constantFrom(...files),
    edits: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.nat(30),
        to: fc.double({ min: 0, max: 1, noNaN: true }),
        kind: fc.constantFrom('remove', 'double', 'move', 'insert', 'lines'),
        piece: fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 3 })),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  });

  it('are read to a scenario that compiles, or to errors with a place in the text', () => {
    fc.assert(
      fc.property(mutation, ({ file, edits }) => {
        let text = file;
        for (const { at, length, to, kind, piece } of edits) {
          const start = Math.floor(at * text.length);
          const part = text.slice(start, start + length);
          const rest = text.slice(0, start) + text.slice(start + length);
          const target = Math.floor(to * rest.length);
          if (kind === 'remove') text = rest;
          else if (kind === 'double') text = text.slice(0, start) + part + text.slice(start);
          else if (kind === 'move') text = rest.slice(0, target) + part + rest.slice(target);
          else if (kind === 'insert') text = text.slice(0, start) + piece + text.slice(start);
          else text = swapLines(text, at, to);
        }
        const { scenario, diagnostics } = parseScenario(text, 'x.yaml');
        const errors = diagnostics.filter((one) => one.severity === 'error');
        expect(scenario === null).toBe(errors.length > 0);
        const lines = text.replace(/^\ufeff/, '').split('\n');
        for (const { place, message } of diagnostics) {
          expect(message).not.toBe('');
          if (place === null) continue;
          expect(lines[place.line - 1]).toBeDefined();
          expect(place.column).toBeLessThanOrEqual(lines[place.line - 1].length + 1);
        }
        formatDiagnostics(diagnostics, text);
        if (scenario !== null) compileScenario(scenario);
      }),
      { numRuns: 600, seed: 1 },
    );
  }, 60_000);

  function swapLines(text: string, a: number, b: number): string {
    const lines = text.split('\n');
    const [i, j] = [Math.floor(a * (lines.length - 1)), Math.floor(b * (lines.length - 1))];
    [lines[i], lines[j]] = [lines[j], lines[i]];
    return lines.join('\n');
  }

  it('any text at all is read without an exception', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (text, more) => {
        parseScenario(text, 'x');
        parseScenario(more.join(''), 'x');
        parseScenario(`goroutines: {main: [{log: "${more.join('').replaceAll('"', '')}"}]}`, 'x');
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
