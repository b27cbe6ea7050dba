// Pipes, raw system calls, calls into C, the limit of threads and preemption without signals. Orders that real Go shows are
// in test/programs (26c, 26d, 38c, 39c, 41, 43b, 43c, 94 to 97); here is what those cannot show.

import { describe, expect, it } from 'vitest';
import { loggedBy, runText } from './support/run.ts';

function program(main: string, declared = '', procs = 1): string {
  return `gomaxprocs: ${procs}\nmachine: {cpus: 4}\nuntil: 2s\n${declared}\ngoroutines:\n  main:\n    ${main.trim().split('\n').join('\n    ')}\n`;
}

const CAPACITY = 65_536;

describe.each([
  ['that does not block', 'pipes: {p: {blocking: false}}', 'IO wait'],
  ['that blocks', 'pipes: {p: {blocking: true}}', ''],
])('a pipe %s', (_, pipes, reason) => {
  it('gives each byte to one reader, in the order in which they came', () => {
    const reader = '- go: {do: [{read: p}, {log: "r${i}"}], count: 3, as: i, wg: all}';
    const main = `${reader}\n- sleep: 5ms\n- repeat: 3\n  do: [{write: p}, {sleep: 5ms}]\n- wait: all`;
    expect(loggedBy(program(main, `${pipes}\nwaitgroups: [all]`))).toBe('r2 r0 r1'); // 2 ran first, from runnext
  });

  it('keeps bytes for readers that come later', () => {
    const main = '- write: p\n- write: p\n- read: p\n- log: one\n- read: p\n- log: two\n- go: [{read: p}, {log: never}]\n- sleep: 5ms';
    expect(loggedBy(program(main, pipes))).toBe('one two');
  });

  it('is full after 64 KiB, and has room again when a page of them is read', () => {
    const main = `
- go: [{sleep: 300ms}, {log: "full \${n}"}, {repeat: 4095, do: [{read: p}]}, {sleep: 50ms}, {log: "still \${n}"}, {read: p}]
- repeat: ${CAPACITY + 2}
  do: [{write: p}, {set: {n: "\${n + 1}"}}]
- log: \${n}`;
    const { result } = runText(program(main, `${pipes}\nvars: {n: 0}`, 2), { check: false });
    expect(result.log.map((entry) => entry.text)).toEqual([`full ${CAPACITY}`, `still ${CAPACITY}`, `${CAPACITY + 2}`]);
    expect(result.outcome.kind).toBe('completed');
  });

  it('keeps the program from being a deadlock', () => {
    const { result } = runText(program('- read: p', pipes));
    expect(result.outcome.kind).toBe('hang');
    const [main] = result.goroutines.unfinished;
    expect([main.state, main.reason]).toEqual(reason === '' ? ['syscall', ''] : ['waiting', reason]);
  });
});

describe('readers of one pipe', () => {
  const main = '- go: {do: [{read: p}], count: 4}\n- sleep: 20ms';

  it('hold no thread while it does not block: one waits for the network, the others for that one', () => {
    const { result } = runText(program(main, 'pipes: [p]'));
    expect(result.goroutines.unfinished.map((g) => g.reason).sort()).toEqual(
      ['IO wait', 'semacquire', 'semacquire', 'semacquire', 'sleep'].slice(0, 4),
    );
    expect(result.threads.created).toBeLessThanOrEqual(4);
    expect(result.counters.goSyscall).toBe(0);
  });

  it('hold a thread each while it blocks', () => {
    const { result } = runText(program(main, 'pipes: {p: {blocking: true}}'));
    expect(result.goroutines.unfinished.map((g) => g.state)).toEqual(['syscall', 'syscall', 'syscall', 'syscall']);
    expect(result.threads.created).toBe(6);
    expect(result.counters).toMatchObject({ goSyscall: 4, retakes: 4 });
  });
});

describe('a raw system call', () => {
  const beside = (call: string): string => program(`- go: [{log: "\${now < 3ms}"}]\n- ${call}\n- sleep: 1ms`);

  it('keeps the processor from the others; one that the scheduler sees does not', () => {
    expect(loggedBy(beside('syscall: {for: 5ms, raw: true}'))).toBe('false');
    expect(loggedBy(beside('syscall: {for: 5ms, raw: false}'))).toBe('true');
  });

  it('is no system call to the counters, counts as the goroutine running and takes no processor time', () => {
    const { result } = runText(program('- syscall: {for: 5ms, raw: true}'));
    expect(result.counters).toMatchObject({ goSyscall: 0, retakes: 0 });
    expect(result.processors[0]).toMatchObject({ syscallNs: 0 });
    expect(result.processors[0].goroutineNs).toBeGreaterThanOrEqual(5_000_000);
  });

  it('leaves its CPU to others while it waits, but for the part in which it computes', () => {
    const both = (cpu: string): number =>
      runText(
        `gomaxprocs: 2\nmachine: {cpus: 1}\nwaitgroups: [all]\ngoroutines:\n  main:\n    - go: {do: [{cpu: 20ms}], wg: all}\n    - syscall: {for: 20ms, raw: true${cpu}}\n    - wait: all\n`,
      ).result.makespanNs;
    expect(both('')).toBeLessThan(24_000_000);
    expect(both(', cpu: 20ms')).toBeGreaterThan(39_000_000);
  });

  it('that is longer than a time slice is preempted when it is back', () => {
    const { result } = runText(program('- go: [{cpu: 1ms}, {log: other}]\n- syscall: {for: 30ms, raw: true}\n- log: main\n- sleep: 5ms'));
    expect(result.counters.goPreempt).toBe(1);
    expect(result.log.map((entry) => entry.text)).toEqual(['other', 'main']);
  });
});

describe('a call into C', () => {
  it('computes all of its time, in a system call to the scheduler', () => {
    const { result } = runText(program('- cgo: 5ms'), { detail: true });
    expect(result.counters.goSyscall).toBe(1);
    expect(result.goroutines.list![0].blockedNs.syscall).toBeGreaterThanOrEqual(5_000_000);
    const alone = runText(
      'gomaxprocs: 2\nmachine: {cpus: 1}\nwaitgroups: [all]\ngoroutines:\n  main:\n    - go: {do: [{cgo: 10ms}], count: 2, wg: all}\n    - wait: all\n',
    ).result;
    expect(alone.makespanNs).toBeGreaterThan(20_000_000);
  });

  it('that keeps its thread is the reason of the next thread, where a system call would be called a handoff', () => {
    const reasons = (call: string): string[] => {
      const { result } = runText(program(`- go: {do: [{${call}: 40ms}], count: 4}\n- sleep: 30ms`));
      return result.threads.list.slice(result.threads.atStart).map((thread) => thread.reason);
    };
    expect(new Set(reasons('cgo'))).toEqual(new Set(['cgo']));
    expect(new Set(reasons('syscall'))).toEqual(new Set(['handoff']));
  });
});

describe('the limit of threads', () => {
  const blocked = '- go: {do: [{syscall: 50ms}], count: 20}\n- sleep: 20ms';

  it('ends the program as Go does when one more is needed', () => {
    const { result } = runText(program(blocked, 'maxThreads: 10'));
    expect(result.outcome).toEqual({ kind: 'threads-exhausted', exitCode: 2, message: 'runtime: program exceeds 10-thread limit' });
    expect(result.threads.created).toBe(10);
  });

  it('ends it at once when there are more already', () => {
    const { result } = runText(program('- log: never', 'maxThreads: 2'));
    expect(result.outcome).toMatchObject({ kind: 'threads-exhausted', message: 'runtime: program exceeds 2-thread limit' });
    expect(result.log).toEqual([]);
  });

  it('does nothing to a program that needs fewer', () => {
    expect(runText(program(blocked, 'maxThreads: 40')).result.outcome.kind).toBe('completed');
  });

  it('may be more than the ten thousand that Go allows', () => {
    const text = (most: number): string =>
      program('- go: {do: [{syscall: 1900ms}], count: 10100}\n- sleep: 1800ms', `maxThreads: ${most}`, 4);
    expect(runText(text(10_000), { check: false, record: false }).result.outcome.kind).toBe('threads-exhausted');
    expect(runText(text(11_000), { check: false, record: false }).result.outcome.kind).toBe('completed');
  });
});

describe('preemption without signals', () => {
  const off = 'godebug: {asyncpreemptoff: 1}';

  it.each([
    ['a tight loop', '{cpu: {for: 100ms, calls: false}}', 0],
    ['a loop with calls', '{cpu: 100ms}', 1],
    ['a loop of a thousand tight ones, which are calls', '{repeat: 1000, do: [{cpu: {for: 100us, calls: false}}]}', 1],
    ['rounds without anything in them', '{cpu: {for: 9900us, calls: false}}, {repeat: 3000000, do: []}', 0],
  ])('%s', (_, hog, preempted) => {
    const text = (settings: string): string => program(`- go: [${hog}]\n- sleep: 1ms\n- log: "\${now < 12ms}"`, settings);
    expect(loggedBy(text(off), { check: false })).toBe(preempted === 1 ? 'true' : 'false');
    expect(loggedBy(text('godebug: {asyncpreemptoff: 0}'), { check: false })).toBe('true');
  });

  it('comes at the next call, within a microsecond', () => {
    const text = program('- go: [{forever: [{cpu: 50ms}]}]\n- go: [{forever: [{cpu: 50ms}]}]\n- sleep: 300ms', off);
    const { result } = runText(text);
    expect(result.counters.goPreempt).toBeGreaterThan(10);
    // the first burst of each goroutine is cut into whole microseconds and the operations around them
    expect(result.slices.maxNs).toBeLessThan(31_000_000);
  });
});
