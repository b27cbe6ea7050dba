// Declarations of every kind, single and in arrays, for tests that build scenarios by hand.

import type { Scenario } from '../../src/scenario/model.ts';
import { int, ns, ref } from './model.ts';

export const DECLARED: Partial<Scenario> = {
  channels: [
    { name: 'jobs', count: null, capacity: 8 },
    { name: 'ring', count: 3, capacity: 0 },
    { name: 'never', count: null, capacity: null },
  ],
  mutexes: [
    { name: 'mu', count: null },
    { name: 'shards', count: 2 },
  ],
  rwmutexes: [{ name: 'rw', count: null }],
  waitgroups: [{ name: 'wg', count: null }],
  conds: [
    { name: 'full', count: null, locker: ref('mu'), lockerKind: 'mutex' },
    { name: 'each', count: 2, locker: ref('shards'), lockerKind: 'mutex' },
    { name: 'one', count: null, locker: ref('shards', int(1)), lockerKind: 'mutex' },
    { name: 'turn', count: null, locker: ref('rw'), lockerKind: 'rwmutex' },
  ],
  listeners: [
    { name: 'http', arrivals: { kind: 'poisson', meanNs: 1000 }, forNs: null },
    { name: 'api', arrivals: { kind: 'closed', clients: 3, think: ns(50) }, forNs: 900 },
  ],
  timers: [
    { name: 't', count: null },
    { name: 'many', count: 3 },
  ],
  pipes: [
    { name: 'p', count: null, blocking: false },
    { name: 'lines', count: 2, blocking: true },
  ],
  onces: ['init', 'inner'],
  vars: [
    { name: 'x', count: null, initial: 7 },
    { name: 'a', count: 2, initial: -1 },
  ],
  spans: ['request', 'step'],
};
