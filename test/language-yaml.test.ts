// YAML itself: what of it scenarios may use, what is said of text that is none, and how messages are shown.

import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../src/scenario/diagnostic.ts';
import { formatDiagnostics } from '../src/scenario/diagnostic.ts';
import { parseScenario } from '../src/scenario/load.ts';
import { mainSteps, messages, plain, read } from './support/language.ts';

const QUOTE = 'quote the value: "${" has a meaning of its own inside {} and []';
const BRACKET = 'quote the value: "[" has a meaning of its own inside {} and []';
const COMMA = 'quote the value: a comma inside {} or [] ends it';

describe('what is no YAML', () => {
  it.each<[string, ...string[]]>([
    ['a: {b: ${x}}', `1:8 ${QUOTE}`],
    ['{a: b\n c: d\n - x: y-${z}\n - e: f\n  g: h${i}\n', `3:7 ${QUOTE}`, `5:6 ${QUOTE}`],
    ['a: [${x}, 1]', `1:5 ${QUOTE}`],
    ['a: {${x}: 1}', `1:5 ${QUOTE}`],
    ['a: {b: exp(${x}), c: ${y + 1}ms}', `1:8 ${QUOTE}`, `1:22 ${QUOTE}`],
    ['a: {b: ring[0], c: "ring[0]"}', `1:8 ${BRACKET}`],
    ['a: {b: ring[${i}]}\nb: [${x}]', `1:8 ${BRACKET}`, `2:5 ${QUOTE}`],
    ['a:\n\tb: 1', '2:1 a tab cannot indent YAML: use blanks'],
    ['a: "x\nb: 1', '1:4 these quotes are never closed'],
    ["a: 'x", '1:4 these quotes are never closed'],
    ['a: b: c', '1:4 a second "key: value" on the same line'],
    ['a: !here b', '1:4 unresolved tag: !here: tags have no meaning in a scenario'],
    ['a: @x', '1:4 plain value cannot start with reserved character @'],
    ['a: 1\n---\nb: 2', '2:1 a second document begins here: a file holds one scenario'],
    ['a: 1\n---\n', '2:1 a second document begins here: a file holds one scenario'],
    ['a: {b: 1', '1:9 this is not YAML: flow map in block collection must be sufficiently indented and end with a }'],
    ['a: 1\nb', '2:1 this is not YAML: implicit map keys need to be followed by map values'],
    ['a\n# and\nb: 1\nc: 2', '3:1 this does not belong to what stands above it'],
    ['a: [1]]\nb: 1', '1:7 this does not belong to what stands above it'],
    ['a: "\\q"', '1:5 this is not YAML: invalid escape sequence \\q'],
  ])('%s', (text, ...expected) => {
    expect(messages(text)).toEqual(expected);
  });

  it('is reported once a line, however the parser stumbles on', () => {
    expect(messages('a: b: c: d\ne: f: g\n')).toEqual([
      '1:4 a second "key: value" on the same line',
      '2:4 a second "key: value" on the same line',
    ]);
  });

  it('a directive or a BOM is no mistake', () => {
    expect(messages('%YAML 1.2\n---\ngoroutines: {main: []}')).toEqual([]);
    expect(messages('\ufeffgoroutines: {main: [snd]}')).toEqual(['1:21 unknown step "snd": did you mean "send"?']);
  });
});

describe('commas in parentheses', () => {
  const steps = (text: string): unknown =>
    plain(parseScenario(`goroutines: {main: [${text}]}`, 'x').diagnostics.map((one) => [one.message, one.note]));

  it('are found in mappings and lists, and reading goes on with the value that was meant', () => {
    expect(steps('{cpu: uniform(1ms, 2ms)}')).toEqual([[COMMA, 'write it as "uniform(1ms, 2ms)"']]);
    expect(steps('{cpu: {for: list(1ms, 2ms, 3ms), calls: false}}')).toEqual([[COMMA, 'write it as "list(1ms, 2ms, 3ms)"']]);
    expect(steps('{log: [f(1, 2)]}')).toContainEqual([COMMA, 'write it as "f(1, 2)"']);
    expect(steps('{cpu: uniform(3ms, 2ms)}')).toHaveLength(2);
  });

  it('mean nothing outside of {} and []', () => {
    expect(messages('goroutines:\n  main:\n    - cpu: uniform(1ms, 2ms)\n    - {cpu: "uniform(1ms, 2ms)"}')).toEqual([]);
  });
});

describe('anchors, aliases and merges', () => {
  it('share nodes', () => {
    const scenario = read('goroutines:\n  main: [{go: a}, {go: b}]\n  a: &work [{cpu: 1ms}]\n  b: *work\n');
    expect(plain(scenario.bodies[2].steps)).toEqual(plain(scenario.bodies[1].steps));
  });

  it('what a mapping says itself goes before what it merges', () => {
    const [step] = mainSteps(read('goroutines:\n  main:\n    - cpu: &x {for: 1ms, calls: false}\n    - cpu: {<<: *x, for: 2ms}\n')).slice(
      1,
    );
    expect(step).toMatchObject({ calls: false, for: { value: { value: 2_000_000 } } });
    const [both] = mainSteps(read('goroutines:\n  main:\n    - cpu: {<<: [{for: 1ms}, {for: 2ms, calls: false}]}\n'));
    expect(both).toMatchObject({ calls: false, for: { value: { value: 1_000_000 } } });
    expect(messages('goroutines: {main: []}\n<<: 3')).toEqual(['2:1 "<<" merges a mapping, or a list of mappings']);
  });

  it('an alias must name an anchor above it', () => {
    expect(messages('name: *b\nseed: &b 1')[1]).toBe('1:7 the alias *b names no anchor above it');
    expect(messages('name: &b [*b]')).toContain('1:11 the alias *b stands inside of what it names');
  });

  it('a mistake in a shared node is reported once', () => {
    expect(messages('goroutines:\n  main: [{go: a}, {go: b}]\n  a: &work [{cpuu: 1ms}]\n  b: *work\n')).toEqual([
      '3:14 unknown step "cpuu": did you mean "cpu"?',
    ]);
  });
});

describe('keys', () => {
  it('stand in a mapping once', () => {
    expect(messages('goroutines: {main: [], main: []}')).toEqual(['1:24 the key "main" is here twice']);
  });

  it('are words', () => {
    expect(messages('goroutines: {main: []}\n? [a]\n: b')[0]).toBe('2:3 a key is a plain word here, not a mapping or a list');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is a name like any other', (name) => {
    const text = (rest: string): string =>
      `goroutines: {main: [{go: ${name}}, {send: ${name}}, {log: "\${${name}}"}], ${name}: []}\n${rest}`;
    expect(messages(text(`channels: {${name}: 1}\nvars: {${name}: 1}`))).toEqual([]);
    expect(messages('goroutines: {main: []}\n__proto__: 1')).toEqual(['2:1 unknown key "__proto__"']);
    expect(messages(`goroutines: {main: [{${name}: 1}, ${name}]}`)).toHaveLength(2);
  });
});

describe('how messages are shown', () => {
  const shown = (text: string): string => formatDiagnostics(parseScenario(text, 'x.yaml').diagnostics, text);

  it('with the line, a caret run under the place, and the note', () => {
    expect(shown('goroutines:\n  main:\n    - cpu: 5\n    - snd: jobs\n')).toBe(
      `x.yaml:3:12: error: the duration 5 has no unit
        - cpu: 5
               ^
  note: write it as 5ns, 5us, 5ms or 5s
x.yaml:4:7: error: unknown step "snd": did you mean "send"?
        - snd: jobs
          ^^^
`,
    );
  });

  it('without a line where there is none', () => {
    expect(shown('')).toBe('x.yaml: error: the file holds no scenario\n  note: the least is "goroutines: {main: […]}"\n');
  });

  it('carets stand right behind tabs and wide characters, and line ends of any kind are no part of a line', () => {
    const carets = (line: string): string[] => shown(`goroutines:\r\n  main:\r\n    - ${line}\r\n`).split('\n').slice(1, 3);
    expect(carets('log:\t"界 ${x}"')).toEqual(['        - log: "界 ${x}"', '                     ^']);
    expect(carets('log: "e\u0301 ${x}"')).toEqual(['        - log: "e\u0301 ${x}"', '                    ^']);
    expect(carets('界界')).toEqual(['        - 界界', '          ^^^^']);
  });

  it('a long line is cut by columns, and never in the middle of a character', () => {
    const text = `goroutines: {main: ["${'界'.repeat(90)}", snd, "${'👍🏽'.repeat(90)}"]}`;
    const [, line, caret] = shown(text).split('\n', 6).slice(3);
    expect(line).toBe(`    …${'界'.repeat(13)}", snd, "${'👍🏽'.repeat(32)}…`);
    expect(caret).toBe(`${' '.repeat(34)}^^^`);
  });

  it.each<[string, string, number]>([
    ['a family is one picture', '👩‍👩‍👧‍👦', 2],
    ['a flag is two halves', '🇨🇭', 2],
    ['a heart is text until it is asked to be a picture', '❤', 1],
    ['a check mark is a picture', '✅', 2],
    ['marks stand on what is before them', 'e\u0301\u0323', 1],
    ['full width is wide', 'ＡＢ', 4],
    ['a character that is none is a dot', '\ud800', 1],
  ])('%s', (_, word, columns) => {
    const [, line, caret] = shown(`goroutines:\n  main:\n    - "${word}"\n`).split('\n');
    expect(line).toMatch(/^ {8}- "/);
    expect(caret).toBe(`          ${'^'.repeat(columns + 2)}`);
  });

  it('a long line is cut to what is around the place', () => {
    const [, line, caret] = shown(`goroutines: {main: [${'gosched, '.repeat(50)}snd, ${'gosched, '.repeat(50)}]}`).split('\n');
    expect(line).toBe(`    …${'gosched, '.repeat(12).slice(-30)}snd, ${'gosched, '.repeat(12).slice(0, 65)}…`);
    expect(caret).toBe(`${' '.repeat(35)}^^^`);
  });

  it('nothing in a text moves the cursor', () => {
    const text = shown('goroutines: {main: [{"\\e[31m": 1}, "a\u0007b\u2028c"]}');
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028]/);
  });

  it('in the order of the text', () => {
    const places = parseScenario('expect: [x]\ngoroutines:\n  b: [snd]\n  main: [{go: b}, snd]\nseed: x\n', 'x').diagnostics.map(
      (one: Diagnostic) => one.place?.line,
    );
    expect(places).toEqual([1, 3, 4, 5]);
  });

  it('at most two hundred, and the number of the others', () => {
    const { diagnostics } = parseScenario(`goroutines:\n  main:\n${'    - snd\n'.repeat(300)}`, 'x');
    expect(diagnostics).toHaveLength(201);
    expect(diagnostics[200].message).toBe('100 more messages are not shown');
  });
});
