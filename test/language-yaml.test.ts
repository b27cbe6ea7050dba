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
    ['a: {b: 1', '1:9 a "}" is missing before this'],
    ['a: 1\nb', '2:1 a ":" is missing after this'],
    ['a\n# and\nb: 1\nc: 2', '3:1 this does not belong to what stands above it'],
    ['a: [1]]\nb: 1', '1:7 this does not belong to what stands above it'],
    ['a: "\\q"', '1:5 this is not YAML: invalid escape sequence \\q'],
    ['a: {b: 1 c: 2}', '1:8 a comma is missing, or quotes: inside {} and [] entries stand between commas'],
    ['a: [{b: 1]\nc: 2', '1:10 a "}" is missing before this'],
    ['a:\n  - b\n - c', '3:1 a list item stands where none can be'],
    ['a:\n   b: 1\n  c: 2', '3:1 this key stands in another column than those it belongs to'],
    ['a: 1\rb: 2\r', '1:1 lines end with a carriage return alone'],
  ])('%s', (text, ...expected) => {
    expect(messages(text).filter((one) => !/ unknown key "[abc]"$/.test(one))).toEqual(expected);
  });

  it('does not keep from reading on where a value had to be quoted', () => {
    const text = 'channels: {jobs: 0}\ngoroutines:\n  main:\n    - {send: {to: jobs, value: ${x + 1}}}\n    - {recv: jobs[0]}\n    - snd\n';
    expect(messages(text)).toEqual([
      `4:32 ${QUOTE}`,
      '4:34 unknown name "x"',
      `5:14 ${BRACKET}`,
      '6:7 unknown step "snd": did you mean "send"?',
    ]);
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

describe('slips that YAML takes for something else', () => {
  const M = 'params: {k: 3, d: 5ms}\ngoroutines:\n  main:\n';
  const notes = (steps: string): unknown[] =>
    parseScenario(`${M}${steps}    - cpu: "${'$'}{d * k}"\n`, 'x').diagnostics.map(({ severity, place, message, note }) => [
      `${severity} ${place?.line}:${place?.column} ${message}`,
      note,
    ]);

  it('a "#" in a text begins a comment, unless nothing stands before it; one with a blank behind it is meant', () => {
    const note = 'quote the text if this belongs to it, or put a blank after the "#"';
    expect(notes('    - log: worker #${k}\n')).toEqual([['warning 4:19 a comment begins here, and the text ends before it', note]]);
    expect(
      notes('    - log: worker # of many\n    - cpu: 1ms #fast\n    - log: a#b\n    - log: "a #b"\n    - log: #b\n        a\n'),
    ).toEqual([]);
  });

  it('characters that look like blanks', () => {
    const note = 'YAML is laid out with plain blanks';
    expect(notes('\u00a0   - cpu: 1ms\n')).toContainEqual(['error 4:1 this looks like a blank and is none (U+00A0)', note]);
    expect(notes('    -\u00a0cpu: 1ms\n').slice(0, 1)).toEqual([['error 4:6 this looks like a blank and is none (U+00A0)', note]]);
    expect(notes('    - cpu:\u30001ms\n')).toContainEqual(['error 4:11 this looks like a blank and is none (U+3000)', note]);
    expect(notes('    - log: "a\u00a0b"\n    - log: |\n        \u00a0a\n')).toEqual([]);
  });

  it.each<[string, string, string | null]>([
    ['- cpu:5ms', 'error 4:7 unknown step "cpu:5ms"', 'write "cpu: …", with a blank after the colon'],
    ['- cpu 5ms', 'error 4:7 unknown step "cpu 5ms"', 'write "cpu: …", with a colon'],
    ['- cpu: {for:5ms}', 'error 4:13 unknown key "for:5ms" in "cpu"', 'write "for: …", with a blank after the colon'],
    ['- cpu: “5ms”', 'error 4:12 "“5ms”" is no duration', 'write it as 5ms'],
    ['- cpu: ‘x’', 'error 4:12 "‘x’" is no duration', `these quotes are typographic: YAML knows " and '`],
    ['- as: v', 'error 4:7 "as" is no step: it belongs to the one above', `write it without "- ", in the column of the step's name`],
    ['- cpu: 5 sec', 'error 4:12 "5 sec" is no duration', 'write it as 5s'],
    ['- cpu: 1d', 'error 4:12 "1d" is no duration', 'write it as 24h'],
    ['- cpu: 1,5ms', 'error 4:12 "1,5ms" is no duration', 'write it as 1.5ms'],
    ['- cpu: 1e3us', 'error 4:12 "1e3us" is no duration', 'write it as 1000us'],
    ['- exit: 1_000', 'error 4:13 a whole number belongs here, not "1_000"', 'write it as 1000'],
    ['- exit: 1e3', 'error 4:13 a whole number belongs here, not "1e3"', 'write it as 1000'],
    ['- exit: 1.5', 'error 4:13 a whole number belongs here, not "1.5"', 'numbers are whole here'],
    ['- exit: $k', 'error 4:13 a whole number belongs here, not "$k"', 'an expression is written "${k}"'],
    ['- exit: "{{k}}"', 'error 4:13 a whole number belongs here, not "{{k}}"', 'an expression is written "${k}"'],
    ['- exit: "${{k}}"', 'error 4:13 one "${…}" must hold the whole value: write "${k}"', null],
    ['- cpu: {for: 1ms, calls: no}', 'error 4:30 true or false belongs here, not "no"', 'write it as false'],
    ['- exit: "${k and 1}"', 'error 4:18 unexpected "and": did you mean "&&"?', null],
  ])('%s', (step, message, note) => {
    expect(notes(`    ${step}\n`)[0]).toEqual([message, note]);
  });

  it('versions are texts: 1.20 is not 1.2, and what stands before and behind them is named', () => {
    const said = (version: string): unknown[] =>
      parseScenario(`go: ${version}\ngoroutines: {main: []}`, 'x').diagnostics.map((one) => [one.message, one.note]);
    expect(said('1.26')).toEqual([]);
    expect(said('1.20')).toEqual([['Go "1.20" is not modelled: "1.19" and "1.26" are', null]]);
    expect(said('1.260')).toEqual([['Go "1.260" is not modelled: "1.19" and "1.26" are', null]]);
    for (const version of ['go1.26', 'v1.26', '1.26.1']) {
      expect(said(version)).toEqual([[`Go "${version}" is not modelled: "1.19" and "1.26" are`, 'write it as "1.26"']]);
    }
  });

  it('bodies at the top level, and goroutines under another name', () => {
    const said = (text: string): unknown[] => parseScenario(text, 'x').diagnostics.map((one) => [one.message, one.note]);
    expect(said('main:\n  - cpu: 1ms\n')).toEqual([['unknown key "main"', 'bodies stand under "goroutines"']]);
    expect(said('goroutine:\n  main: []\n')).toEqual([['unknown key "goroutine": did you mean "goroutines"?', null]]);
  });

  it('an expectation with a colon for its comparison', () => {
    const text = 'goroutines: {main: []}\nexpect:\n  - outcome: completed\n';
    expect(parseScenario(text, 'x').diagnostics.map((one) => [one.message, one.note])).toEqual([
      ['an expectation is a comparison, not a key and its value', 'write it as "outcome == completed"'],
    ]);
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
