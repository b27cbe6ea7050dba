// The figures of a result that an expectation may name, with their kinds. Paths are those of the JSON without the Ns of
// durations: `spans.request.p99` is result.spans.request.p99Ns.

export type LeafKind = 'duration' | 'number' | 'fraction' | 'text' | 'bool';

export interface Leaf {
  readonly type: 'leaf';
  readonly kind: LeafKind;
  readonly key: string; // in the result
  readonly words: readonly string[] | null; // a text that is one of these
}

export interface Fields {
  readonly type: 'object';
  readonly key: string;
  readonly fields: ReadonlyMap<string, Field>;
}

/** Objects under names that the scenario declares. */
export interface Named {
  readonly type: 'map';
  readonly key: string;
  readonly names: 'spans' | 'channels' | 'mutexes' | 'listeners';
  readonly each: Fields;
}

/** An array of objects: `[i]` is one of them, a field with .min, .mean or .max is a figure over all. */
export interface List {
  readonly type: 'list';
  readonly key: string;
  readonly each: Fields;
}

export type Field = Leaf | Fields | Named | List;

const OUTCOMES = ['completed', 'exit', 'deadlock', 'hang', 'panic', 'fatal', 'threads-exhausted', 'until', 'limit', 'interrupted'];

const COUNTERS =
  'goCreate goStart goSched goPreempt goBlock goUnblock goSyscall goSyscallBlocked procStart procStop gcCycles ' +
  'steals stolen globalGets handoffs retakes wakeups spins netpollWakes timerFires';

type Entry = readonly [string, Field];

function leaf(kind: LeafKind, name: string, words: readonly string[] | null = null): Entry {
  return [name, { type: 'leaf', kind, key: kind === 'duration' ? `${name}Ns` : name, words }];
}

function leaves(kind: LeafKind, names: string): Entry[] {
  return names.split(' ').map((name) => leaf(kind, name));
}

function object(key: string, entries: readonly Entry[]): Fields {
  return { type: 'object', key, fields: new Map(entries) };
}

function list(key: string, entries: readonly Entry[]): Entry {
  return [key, { type: 'list', key, each: object('', entries) }];
}

function map(key: Named['names'], entries: readonly Entry[]): Entry {
  return [key, { type: 'map', key, names: key, each: object('', entries) }];
}

function summary(): Entry[] {
  return [leaf('number', 'count'), ...leaves('duration', 'mean p50 p90 p99 p999 max')];
}

function quota(): Entry[] {
  return [
    ...leaves('number', 'cpus periods throttledPeriods bursts'),
    ...leaves('duration', 'quota period burst usage throttled burstUsed'),
    leaf('fraction', 'throttledShare'),
  ];
}

function nested(key: string, entries: readonly Entry[]): Entry {
  return [key, object(key, entries)];
}

export const RESULT_FIELDS: Fields = object('', [
  leaf('text', 'go'),
  ...leaves('number', 'seed gomaxprocs events'),
  leaf('text', 'eventHash'),
  leaf('duration', 'makespan'),
  leaf('text', 'log'),
  leaf('bool', 'logTruncated'),
  nested('machine', [leaf('number', 'cpus')]),
  nested('outcome', [leaf('text', 'kind', OUTCOMES), leaf('number', 'exitCode'), leaf('text', 'message')]),
  list('processors', [
    leaf('number', 'id'),
    ...leaves('duration', 'goroutine gc sched spinning syscall idle busy'),
    leaf('fraction', 'utilization'),
  ]),
  nested('threads', [
    ...leaves('number', 'atStart created peak'),
    list('list', [leaf('number', 'id'), ...leaves('duration', 'createdAt endedAt'), leaf('text', 'reason')]),
  ]),
  nested('goroutines', [
    ...leaves('number', 'created finished peak'),
    leaf('bool', 'unfinishedTruncated'),
    list('unfinished', [...leaves('number', 'id index'), ...leaves('text', 'name state reason')]),
  ]),
  nested('counters', leaves('number', COUNTERS)),
  nested('slices', summary()),
  nested('schedLatency', summary()),
  map('spans', summary()),
  map('channels', [...leaves('number', 'sends blockedSends peakLen'), leaf('duration', 'blocked')]),
  map('listeners', [...leaves('number', 'arrivals accepted replied backlogPeak backlogLeft'), nested('waits', summary())]),
  map('mutexes', [...leaves('number', 'locks contended starvations'), nested('waits', summary())]),
  nested('quota', [...quota(), list('outer', quota())]),
]);
