// Scenarios that are right, and the model they are read to.

import { describe, expect, it } from 'vitest';
import { STEPS } from '../src/scenario/step-table.ts';
import { forEachStep } from '../src/scenario/walk.ts';
import { mainSteps, messages, plain, read, step, stepsOf, withSteps } from './support/language.ts';

const least = (rest: string): string => `${rest}\ngoroutines: {main: []}`;

describe('settings', () => {
  it('have defaults that do not depend on the computer', () => {
    const { file, name, description, go, gomaxprocs, cpus, seed, untilNs, start, expect: expectations } = read(least(''));
    expect({ file, name, description, go, gomaxprocs, cpus, seed, untilNs, start, expectations }).toEqual({
      file: 'test.yaml',
      name: 'test',
      description: '',
      go: '1.26',
      gomaxprocs: null,
      cpus: 8,
      seed: 1,
      untilNs: null,
      start: { kind: 'settled', schedtick: null },
      expectations: [],
    });
  });

  it('are read, with params in them', () => {
    const text = `
$schema: ../docs/scenario.schema.json
name: "\${n} workers"
description: about \${d}
go: "1.19"
gomaxprocs: "\${n}"
machine: {cpus: "\${n * 2}"}
seed: 9007199254740991
until: "\${d * 2}"
start: {settled: true, schedtick: 17}
params: {n: 4, d: 1.5ms}`;
    const scenario = read(least(text));
    expect(scenario).toMatchObject({ name: '4 workers', description: 'about 1.5ms', go: '1.19', gomaxprocs: 4, cpus: 8 });
    expect(scenario).toMatchObject({ seed: 9007199254740991, untilNs: 3_000_000, start: { kind: 'settled', schedtick: 17 } });
  });

  it('a bare number of until is nanoseconds', () => {
    expect(read(least('until: 5')).untilNs).toBe(5);
    expect(read(least('start: cold')).start).toEqual({ kind: 'cold' });
    expect(read(least('start: settled')).start).toEqual({ kind: 'settled', schedtick: null });
  });

  it('params have the type of their value and keep it under --set; later ones may be made of earlier ones', () => {
    const text = least('params: {n: 4, m: "${n * 2}", d: "${m}ms", b: "${m > 8}"}');
    const entries = (set: string[]): unknown => [...read(text, set).params];
    expect(entries([])).toEqual([
      ['n', { type: 'int', value: 4 }],
      ['m', { type: 'int', value: 8 }],
      ['d', { type: 'duration', value: 8_000_000 }],
      ['b', { type: 'bool', value: 0 }],
    ]);
    expect(entries(['n=5', 'd=1us'])).toEqual([
      ['n', { type: 'int', value: 5 }],
      ['m', { type: 'int', value: 10 }],
      ['d', { type: 'duration', value: 1000 }],
      ['b', { type: 'bool', value: 1 }],
    ]);
  });
});

describe('declarations', () => {
  it('are single objects and arrays', () => {
    const scenario = read(
      least(`params: {n: 3}
channels: {jobs: 128, done: 0, off: nil, ring: {count: "\${n}", capacity: 1}, plain: {count: 2}, nils: {count: 2, capacity: nil}}
mutexes: [a, b]
rwmutexes: {c: , d: {count: 8}, e: {}}
waitgroups: [jobs]
conds: {ready: a, full: "d[\${n + 4}]", writable: c}
vars: {x: -3, y: "\${n}", z: {count: 2, value: 5}, w: {count: 1}}`),
    );
    expect(plain(scenario.channels)).toEqual([
      { name: 'jobs', count: null, capacity: 128 },
      { name: 'done', count: null, capacity: 0 },
      { name: 'off', count: null, capacity: null },
      { name: 'ring', count: 3, capacity: 1 },
      { name: 'plain', count: 2, capacity: 0 },
      { name: 'nils', count: 2, capacity: null },
    ]);
    expect(scenario.mutexes.map((one) => one.name)).toEqual(['a', 'b']);
    expect(plain(scenario.rwmutexes)).toEqual([
      { name: 'c', count: null },
      { name: 'd', count: 8 },
      { name: 'e', count: null },
    ]);
    expect(plain(scenario.conds)).toEqual([
      { name: 'ready', count: null, locker: { name: 'a', index: null }, lockerKind: 'mutex' },
      { name: 'full', count: null, locker: { name: 'd', index: { kind: 'const', type: 'int', value: 7 } }, lockerKind: 'rwmutex' },
      { name: 'writable', count: null, locker: { name: 'c', index: null }, lockerKind: 'rwmutex' },
    ]);
    expect(scenario.vars.map(({ name, count, initial }) => [name, count, initial])).toEqual([
      ['x', null, -3],
      ['y', null, 3],
      ['z', 2, 5],
      ['w', 1, 0],
    ]);
  });

  it('expectations keep their text, with params in it, their level and reason', () => {
    const scenario = read(
      least(`params: {n: 3, d: 2ms}
expect:
  - threads.created <= \${n * 2}
  - {that: "makespan < \${d}", level: warn, why: "\${n} is enough"}`),
    );
    expect(plain(scenario.expect)).toEqual([
      { that: 'threads.created <= 6', level: 'error', why: null },
      { that: 'makespan < 2ms', level: 'warn', why: '3 is enough' },
    ]);
    expect(scenario.expect[0].place).toEqual({ line: 3, column: 5, length: 27 });
  });
});

describe('steps', () => {
  const zero = { kind: 'const', type: 'int', value: 0 };
  const one = { ...zero, value: 1 };
  const ms = { kind: 'value', value: { kind: 'const', type: 'duration', value: 1_000_000 } };
  const jobs = { name: 'jobs', index: null };
  const local = (name: string, slot: number, introduces = true): unknown => ({ name, slot, introduces });

  it.each<[string, ...unknown[]]>([
    ['- cpu: 1ms', { op: 'cpu', for: ms, calls: true }],
    ['- cpu: {for: 1ms, calls: false}', { op: 'cpu', for: ms, calls: false }],
    ['- syscall: 1ms', { op: 'syscall', for: ms, cpu: null, raw: false }],
    ['- syscall: {for: 1ms, cpu: 1ms}', { op: 'syscall', for: ms, cpu: ms, raw: false }],
    ['- net: 1ms', { op: 'net', for: ms }],
    ['- sleep: 1ms', { op: 'sleep', for: ms }],
    ['- sleep: {for: 1ms}', { op: 'sleep', for: ms }],
    ['- sleep: {until: 1ms}', { op: 'sleepUntil', until: ms.value }],
    ['- sleep: {until: 1}', { op: 'sleepUntil', until: one }],
    ['- send: jobs', { op: 'send', to: jobs, value: zero }],
    ['- send: {to: jobs, value: 1}', { op: 'send', to: jobs, value: one }],
    ['- send: jobs\n  value: 1', { op: 'send', to: jobs, value: one }],
    ['- send: {to: jobs, value: 1ms}', { op: 'send', to: jobs, value: ms.value }],
    ['- send: ring[1]', { op: 'send', to: { name: 'ring', index: one }, value: zero }],
    ['- recv: jobs', { op: 'recv', from: jobs, as: null, ok: null }],
    ['- recv: {from: jobs, as: v, ok: open}', { op: 'recv', from: jobs, as: local('v', 0), ok: local('open', 1) }],
    ['- recv: jobs\n  as: v', { op: 'recv', from: jobs, as: local('v', 0), ok: null }],
    ['- recv: {from: jobs, as: _}', { op: 'recv', from: jobs, as: null, ok: null }],
    ['- close: jobs', { op: 'close', channel: jobs }],
    ['- range: jobs\n  as: v\n  do: []', { op: 'range', from: jobs, as: local('v', 0), do: [] }],
    ['- lock: mu', { op: 'lock', on: 'mutex', lock: { name: 'mu', index: null } }],
    ['- unlock: rw', { op: 'unlock', on: 'rwmutex', lock: { name: 'rw', index: null } }],
    ['- rlock: rw', { op: 'rlock', lock: { name: 'rw', index: null } }],
    ['- runlock: rw', { op: 'runlock', lock: { name: 'rw', index: null } }],
    ['- add: {wg: 1}', { op: 'add', wg: { name: 'wg', index: null }, delta: one }],
    ['- done: wg', { op: 'done', wg: { name: 'wg', index: null } }],
    ['- wait: wg', { op: 'wait', wg: { name: 'wg', index: null } }],
    ['- condWait: ready', { op: 'condWait', cond: { name: 'ready', index: null } }],
    ['- signal: ready', { op: 'signal', cond: { name: 'ready', index: null } }],
    ['- broadcast: ready', { op: 'broadcast', cond: { name: 'ready', index: null } }],
    ['- once: {name: init, do: [gosched]}', { op: 'once', once: 'init', do: [{ op: 'gosched' }] }],
    ['- call: helper', { op: 'call', body: 'helper', with: [] }],
    ['- repeat: 1\n  as: i\n  do: []', { op: 'repeat', count: one, as: local('i', 0), do: [] }],
    ['- repeat: -1\n  do: []', { op: 'repeat', count: { ...zero, value: -1 }, as: null, do: [] }],
    ['- repeat: {for: 1ms}\n  do: []', { op: 'repeatFor', for: ms, do: [] }],
    ['- forever: [break]', { op: 'forever', do: [{ op: 'break' }] }],
    ['- while: true\n  do: [continue]', { op: 'while', while: { ...one, type: 'bool' }, do: [{ op: 'continue' }] }],
    ['- if: false\n  do: []', { op: 'if', if: { ...zero, type: 'bool' }, do: [], else: null }],
    ['- if: true\n  do: []\n  else: [return]', { op: 'if', if: { ...one, type: 'bool' }, do: [], else: [{ op: 'return' }] }],
    ['- set: {total: 1}', { op: 'setVar', var: { name: 'total', index: null }, value: one }],
    ['- set: {"counts[1]": 1}', { op: 'setVar', var: { name: 'counts', index: one }, value: one }],
    ['- set: {x: 1ms}', { op: 'setLocal', target: local('x', 0), value: ms.value }],
    [
      '- choose: [{weight: 0.5, do: []}, {weight: "${n}", do: []}]',
      {
        op: 'choose',
        choices: [
          { weight: 0.5, do: [] },
          { weight: 4, do: [] },
        ],
      },
    ],
    ['- span: request\n  do: []', { op: 'span', name: 'request', do: [] }],
    ['- span: {name: request, since: 1}', { op: 'spanSince', name: 'request', since: one }],
    ['- log: a b', { op: 'log', text: ['a b'] }],
    ['- panic: boom', { op: 'panic', text: ['boom'] }],
    ['- exit: 1', { op: 'exit', code: one }],
    ['- gosched', { op: 'gosched' }],
    ['- goexit', { op: 'goexit' }],
    ['- lockOSThread', { op: 'lockOSThread' }],
    ['- unlockOSThread', { op: 'unlockOSThread' }],
    ['- select: []', { op: 'select', cases: [], default: null }],
    [
      '- select: [{recv: jobs, as: v, do: [gosched]}, {recv: {from: jobs, ok: open}}, {send: {to: jobs, value: 1}}, {send: jobs, value: 1}, {after: 1ms}, default]',
      {
        op: 'select',
        cases: [
          { kind: 'recv', from: jobs, as: local('v', 0), ok: null, do: [{ op: 'gosched' }] },
          { kind: 'recv', from: jobs, as: null, ok: local('open', 1), do: [] },
          { kind: 'send', to: jobs, value: one, do: [] },
          { kind: 'send', to: jobs, value: one, do: [] },
          { kind: 'after', after: ms, do: [] },
        ],
        default: [],
      },
    ],
    ['- accept: http', { op: 'accept', from: { name: 'http', index: null }, as: null }],
    [
      '- accept: http\n  as: t\n- reply: "${t}"',
      { op: 'accept', from: { name: 'http', index: null }, as: { name: 't', slot: 0, introduces: true } },
      { op: 'reply', to: { kind: 'local', type: 'duration', name: 't', slot: 0 } },
    ],
    ['- select: [{default: [gosched]}]', { op: 'select', cases: [], default: [{ op: 'gosched' }] }],
    ['- go: helper', { op: 'go', body: 'helper', count: null, index: null, with: [], wg: null, recover: false }],
    [
      '- go: {do: [gosched], count: 1, wg: wg, recover: true}',
      { op: 'go', body: 'main.func1', count: one, index: null, with: [], wg: { name: 'wg', index: null }, recover: true },
    ],
  ])('%s', (text, ...expected) => {
    expect(stepsOf(withSteps(text))).toEqual(expected);
  });

  it('each of the table can be read', () => {
    const seen = new Set<string>();
    const text = `- go: [goexit]
- repeat: 1\n  do: [break]\n- repeat: 1\n  do: [continue]\n- select: []\n- range: jobs\n  do: []\n- while: false\n  do: []\n- if: true\n  do: []
- set: {total: 1}\n- choose: [{weight: 1, do: []}]\n- span: s\n  do: []\n- once: {name: o, do: []}\n- forever: []\n- call: helper\n- add: {wg: 1}
- afterFunc: {after: 1ms, do: []}
- resetTimer: {beat: 1ms}`;
    const values: Record<string, string> = {
      duration: '1ms',
      channel: 'jobs',
      lock: 'rw',
      rwmutex: 'rw',
      waitgroup: 'wg',
      cond: 'ready',
      source: 'jobs',
      anyTimer: 'beat',
      pipe: 'line',
      text: 'x',
      int: '1',
      listener: 'http',
      instant: '1ms',
    };
    const simple = [...STEPS.values()].filter((spec) => spec.word || (spec.beside ?? []).every((key) => !key.required));
    const lines = simple.flatMap(({ name, short, word }) => {
      const value = short === undefined ? undefined : (values[short.type] ?? (short.type === 'quantity' ? '1ms' : undefined));
      if (word) return name === 'break' || name === 'continue' ? [] : [`- ${name}`];
      return value === undefined ? [] : [`- ${name}: ${value}`];
    });
    const scenario = read(withSteps(`${lines.join('\n')}\n${text}`));
    for (const body of scenario.bodies) forEachStep(body.steps, ({ op }) => seen.add(op.replace(/^set.*/, 'set')));
    expect([...STEPS.keys()].filter((name) => !seen.has(name))).toEqual([]);
  });

  it('stand where their name stands', () => {
    expect(mainSteps(read(withSteps('- {cpu: 1ms}\n- gosched')))).toMatchObject([
      { place: { line: 11, column: 8, length: 3 } },
      { place: { line: 12, column: 7, length: 7 } },
    ]);
  });
});

describe('names', () => {
  it('every local has a slot of its own; an inner name shadows an outer one', () => {
    const text = withSteps(`- set: {x: 1}
- repeat: 2
  as: x
  do:
    - log: "\${x}"
    - recv: {from: jobs, as: x}
- set: {x: 2}`);
    const [outer, loop, again] = stepsOf(text) as [unknown, { as: unknown; do: unknown[] }, unknown];
    expect(outer).toMatchObject({ target: { slot: 0, introduces: true } });
    expect(loop).toMatchObject({ as: { slot: 1 }, do: [{ text: [{ slot: 1 }] }, { as: { slot: 2, introduces: true } }] });
    expect(again).toMatchObject({ target: { slot: 0, introduces: false } });
    expect(read(text).bodies[0].locals.map((one) => one.name)).toEqual(['x', 'x', 'x']);
  });

  it('set reaches out of its block when the name is known there, and introduces it in its own when not', () => {
    const text = withSteps('- set: {x: 1}\n- if: true\n  do:\n    - set: {x: 2}\n    - set: {y: 2}\n    - log: "${x} ${y}"\n- log: "${y}"');
    expect(messages(text)).toEqual(['17:15 unknown name "y"']);
  });

  it('two receives in one block share their name', () => {
    const text = withSteps('- recv: {from: jobs, as: v}\n- recv: {from: jobs, as: v}');
    expect(stepsOf(text)).toMatchObject([{ as: { slot: 0, introduces: true } }, { as: { slot: 0, introduces: false } }]);
  });

  it('a local may hide a param and a var', () => {
    const text = withSteps('- recv: {from: jobs, as: n}\n- recv: {from: jobs, as: total}\n- log: "${n} ${total}"');
    expect(step(text, 'log').text).toMatchObject([{ kind: 'local', slot: 0 }, ' ', { kind: 'local', slot: 1 }]);
  });

  it('steps in place are bodies named as Go names them, and what they use of the names around is their arguments', () => {
    const text = withSteps(`- set: {unused: 1}
- log: "\${unused}"
- repeat: 3
  as: i
  do:
    - set: {d: 5ms}
    - go:
        - sleep: "\${d}"
        - go: [{log: "\${i} \${n}"}]
        - go: [gosched]
- go: [gosched]`);
    const { bodies } = read(text);
    expect(bodies.map(({ name, params }) => [name, params.map((one) => `${one.name} ${one.type}`).join()])).toEqual([
      ['main', ''],
      ['main.func1', 'd duration,i int'],
      ['main.func1.1', 'i int'],
      ['main.func1.2', ''],
      ['main.func2', ''],
      ['helper', ''],
    ]);
    const go = (bodies[0].steps[2] as unknown as { do: unknown[] }).do[1];
    expect(go).toMatchObject({
      body: 'main.func1',
      with: [
        { name: 'd', slot: 0, value: { kind: 'local', slot: 2, type: 'duration' } },
        { name: 'i', slot: 1, value: { kind: 'local', slot: 1 } },
      ],
    });
    expect(bodies[1].steps[1]).toMatchObject({ body: 'main.func1.1', with: [{ slot: 0, value: { kind: 'local', slot: 1 } }] });
  });

  it('the arguments of a body are what anyone gives it, and the counter of a count loop', () => {
    const { bodies } = read(`goroutines:
  w: [{log: "\${a} \${i}"}, {go: {run: w, with: {a: "\${a * 2}", i: "\${i - 1}"}}}]
  main: [{go: {run: w, count: 3, as: i, with: {a: "\${i * 1ms}"}}}]
`);
    expect(bodies.map((body) => body.name)).toEqual(['main', 'w']);
    expect(bodies[1].params).toEqual([
      { name: 'a', type: 'duration' },
      { name: 'i', type: 'int' },
    ]);
    expect(plain(bodies[0].steps[0])).toMatchObject({
      count: { value: 3 },
      index: { name: 'i', slot: 0, introduces: true },
      with: [
        { name: 'a', slot: 0, value: { kind: 'binary', type: 'duration' } },
        { name: 'i', slot: 1, value: { kind: 'local', name: 'i', slot: 0 } },
      ],
    });
  });

  it('spans and onces are listed in the order of first use, main first', () => {
    const scenario = read(`goroutines:
  a: [{span: {name: x, since: 0}}, {once: {name: p, do: []}}]
  main: [{go: a}, {span: y, do: [{span: {name: z, since: 0}}]}, {once: {name: q, do: [{once: {name: p, do: []}}]}}]
`);
    expect([scenario.spans, scenario.onces]).toEqual([
      ['y', 'z', 'x'],
      ['q', 'p'],
    ]);
  });
});
