// Warnings: what Go would run but nobody wants. Each row that warns has a neighbour that must not.

import { describe, expect, it } from 'vitest';
import { messages, read } from './support/language.ts';

describe('warnings', () => {
  it.each<[string, ...string[]]>([
    ['channels: {a: 0, b: 0}\ngoroutines: {main: [{go: [{send: a}]}, {recv: a}]}', '1:18 the channel "b" is never used'],
    ['mutexes: [a]\nconds: {c: a}\ngoroutines: {main: [{signal: c}]}'],
    ['mutexes: [a]\nconds: {c: a}\ngoroutines: {main: [{lock: a}, {condWait: c}]}', '3:33 this waits for ever: nothing signals "c"'],
    ['mutexes: [a]\nconds: {c: a}\ngoroutines: {main: [{go: [{broadcast: c}]}, {lock: a}, {condWait: c}]}'],
    [
      'waitgroups: [w]\ngoroutines: {main: [{done: w}]}',
      '2:22 nothing adds to the waitgroup "w", and done takes it below zero, which panics',
    ],
    ['waitgroups: [w]\ngoroutines: {main: [{add: {w: 1}}, {done: w}]}'],
    ['waitgroups: [w]\ngoroutines: {main: [{go: {do: [{done: w}], wg: w}}]}'],
    ['params: {a: 1, b: 2}\ngoroutines: {main: [{log: "${a}"}]}', '1:16 the param "b" is never used'],
    ['params: {a: 1}\nchannels: {c: "${a}"}\ngoroutines: {main: [{send: c}]}'],
    ['vars: {a: 1}\ngoroutines: {main: []}', '1:8 the var "a" is never used'],
    [
      'goroutines: {main: [{go: a}], a: [{call: b}], b: [], c: [{go: d}], d: [{go: [gosched]}]}',
      '1:54 the body "c" is never started or called',
      '1:68 the body "d" is never started or called',
    ],
    ['channels: {a: 1}\ngoroutines: {main: [{recv: a}]}', '2:22 this receive waits for ever: nothing sends to "a" or closes it'],
    ['channels: {a: 1}\ngoroutines: {main: [{range: a, do: []}]}', '2:22 this receive waits for ever: nothing sends to "a" or closes it'],
    [
      'channels: {a: 1}\ngoroutines: {main: [{select: [{recv: a}]}]}',
      '2:32 this receive waits for ever: nothing sends to "a" or closes it',
    ],
    ['channels: {a: 1}\ngoroutines: {main: [{select: [{recv: a}, {after: 1ms}]}]}'],
    ['channels: {a: 1}\ngoroutines: {main: [{select: [{recv: a}, default]}]}'],
    ['channels: {a: 1}\ngoroutines: {main: [{close: a}, {recv: a}]}'],
    ['channels: {a: nil}\ngoroutines: {main: [{recv: a}]}'],
    ['channels: {a: 0}\ngoroutines: {main: [{send: a}]}', '2:22 this send waits for ever: nothing receives from "a", which has no room'],
    ['channels: {a: 1}\ngoroutines: {main: [{send: a}]}'],
    ['mutexes: [a]\ngoroutines: {main: [{unlock: a}]}', '2:22 nothing ever locks the mutex "a", and this unlocks it'],
    ['mutexes: [a]\ngoroutines: {main: [{lock: a}, {go: [{unlock: a}]}]}'],
    ['rwmutexes: [a]\ngoroutines: {main: [{lock: a}, {runlock: a}]}', '2:33 nothing ever locks the rwmutex "a", and this unlocks it'],
    ['mutexes: [a]\nconds: {c: a}\ngoroutines: {main: [{condWait: c}]}', '3:22 nothing ever locks the mutex "a", and this wait unlocks it'],
    ['goroutines: {main: [{forever: [{cpu: 1ms}]}]}', '1:22 this loop burns CPU for ever, and nothing ends the run'],
    ['goroutines: {main: [{while: true, do: []}]}', '1:22 this loop burns CPU for ever, and nothing ends the run'],
    ['until: 1s\ngoroutines: {main: [{forever: [{cpu: 1ms}]}]}'],
    ['goroutines: {main: [{go: [{exit: 0}]}, {forever: [{cpu: 1ms}]}]}'],
    ['goroutines: {main: [{forever: [{sleep: 1ms}]}]}'],
    ['goroutines: {main: [{forever: [{cpu: 1ms}, break]}]}'],
    ['goroutines: {main: [{go: [{forever: [{cpu: 1ms}]}]}, {sleep: 1s}]}'],
    [
      'vars: {served: 0}\ngoroutines: {main: [{set: {servd: 1}}, {log: "${served}"}]}',
      '2:28 the local "servd" is set and never read: did you mean "served"?',
    ],
    ['goroutines: {main: [{set: {x: 1}}, {go: [{log: "${x}"}]}]}'],
  ])('%s', (text, ...expected) => {
    expect(messages(text)).toEqual([]);
    expect(messages(text, 'warning')).toEqual(expected);
    expect(read(text).bodies[0].name).toBe('main');
  });

  it('are not given beside errors, which may be their cause', () => {
    expect(messages('channels: {a: 1}\ngoroutines: {main: [{snd: a}]}', 'warning')).toEqual([]);
  });
});
