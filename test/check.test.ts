// gosim check: which scenarios it finds, what it says of them, and that this does not depend on how many threads do the work.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explanationOf, FINDING_WORDS } from '../src/analysis/finding-words.ts';
import { FINDING_IDS } from '../src/analysis/findings.ts';
import { RESULT_FIELDS } from '../src/analysis/result-fields.ts';
import { main } from '../src/cli/main.ts';
import { jobsFor } from '../src/cli/pool.ts';
import { parseShard, shardOf } from '../src/cli/shard.ts';
import { replyTo } from '../src/cli/worker.ts';
import { fakeIo } from './support/fake-io.ts';
import type { Ran } from './support/gosim.ts';
import { gosim } from './support/gosim.ts';
import { root } from './support/source.ts';

const GOOD = 'name: sleeper\ngoroutines:\n  main: [{sleep: 1ms}]\nexpect: [makespan < 2ms]\n';
const DEADLOCK = 'name: stuck\nchannels: {c: 0}\ngoroutines:\n  main:\n    - recv: c\n';
const INVALID = 'goroutines:\n  main:\n    - slepe: 1ms\n    - recv: nobody\n';
const CONVOY = `name: convoy
mutexes: [m]
waitgroups: [w]
gomaxprocs: 4
goroutines:
  main: [{go: {run: worker, count: 8, wg: w}}, {wait: w}]
  worker:
    - repeat: 50
      do: [{span: work, do: [{lock: m}, {cpu: 100us}, {unlock: m}]}]
expect:
  - makespan < 1ms
  - {that: spans.work.p99 < 200us, why: people wait, level: warn}
  - spans.work.count == 400
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gosim-check-'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  for (const name of ['all', 'all/deeper', 'all/.hidden', 'all/node_modules', 'empty', 'good']) mkdirSync(join(folder, name));
  write('all/b.yaml', CONVOY);
  write('all/a.yml', GOOD);
  write('all/deeper/c.YAML', DEADLOCK);
  write('all/d.yaml', INVALID);
  write('all/e.yaml', GOOD);
  for (const name of ['.hidden/x.yaml', 'node_modules/x.yaml', '.x.yaml', 'notes.txt', 'gosim.baseline.json'])
    write(`all/${name}`, 'nothing');
  symlinkSync(join(folder, 'all'), join(folder, 'all/around.yaml'));
  for (let i = 0; i < 12; i++) write(`good/${i}.yaml`, GOOD);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** `gosim check` with paths in the folder, which the output does not show. */
async function check(args: readonly string[], stdin = ''): Promise<Ran> {
  const { code, out, err } = await gosim(['check', ...args.map((arg) => arg.replace('@', folder))], stdin);
  return { code, out: out.replaceAll(`${folder}/`, ''), err: err.replaceAll(`${folder}/`, '') };
}

const heads = (out: string): string[] => out.split('\n').filter((line) => /^[✓✗-] /.test(line));

describe('gosim check', () => {
  it('finds the scenarios of a folder and below, sorted, and says of each how it went', async () => {
    const { code, out, err } = await check(['@/all']);
    expect(heads(out)).toEqual([
      expect.stringMatching(/^✓ all\/a\.yml: completed in 1\.\d+ms, 1 expectation$/),
      expect.stringMatching(/^✗ all\/b\.yaml: completed in \d+\.\d+ms$/),
      '✗ all/d.yaml: no valid scenario',
      expect.stringMatching(/^✗ all\/deeper\/c\.YAML: deadlock after .*, exit status 2$/),
      expect.stringMatching(/^✓ all\/e\.yaml: /),
    ]);
    expect(out.trimEnd().split('\n').at(-1)).toBe('5 scenarios: 2 passed, 2 failed, 1 invalid');
    expect([code, err]).toEqual([2, '']);
  });

  it('shows a failed expectation as written, the actual value, its place and the finding that explains it', async () => {
    const { code, out } = await check(['@/all/b.yaml']);
    expect(code).toBe(1);
    expect(out.split('\n').slice(1)).toEqual([
      expect.stringMatching(/^ {2}all\/b\.yaml:11:5: expected makespan < 1ms, got \d+\.\d{6}ms$/),
      '        - makespan < 1ms',
      '          ^^^^^^^^^^^^^^',
      '    ! Goroutines stand in line at the mutex m.',
      expect.stringContaining(' of 400 locks found it taken'),
      expect.any(String),
      expect.stringContaining('→ Hold it for less time'),
      expect.any(String),
      expect.stringMatching(/^ {2}all\/b\.yaml:12:12: warning: expected spans\.work\.p99 < 200us, got 1\.\d+ms$/),
      '        - {that: spans.work.p99 < 200us, why: people wait, level: warn}',
      expect.stringMatching(/^ +\^{22}$/),
      '    why: people wait',
      '1 scenario: 0 passed, 1 failed',
      '',
    ]);
  });

  it('shows an outcome that nobody foresaw at the step behind it, with what Go would print', async () => {
    const { code, out } = await check(['@/all/deeper']);
    expect(code).toBe(1);
    expect(out.split('\n').slice(1, 6)).toEqual([
      '  all/deeper/c.YAML:5:7: no expectation foresees the outcome: deadlock',
      '          - recv: c',
      expect.stringMatching(/^ +\^/),
      '    fatal error: all goroutines are asleep - deadlock!',
      '    goroutine 1 [chan receive]: main',
    ]);
    const foreseen = await check(['-'], `${DEADLOCK}expect: [outcome == deadlock]\n`);
    expect([foreseen.code, foreseen.out]).toEqual([0, expect.stringMatching(/^✓ <stdin>: .* \(as expected\), 1 expectation\n/)]);
    const other = await check(['-'], `${DEADLOCK}expect: [outcome == completed]\n`);
    expect(other.out).toContain('expected outcome == completed, got deadlock');
    expect(other.out).not.toContain('no expectation foresees');
  });

  it('shows every mistake of an invalid scenario and runs the others', async () => {
    const { out } = await check(['@/all/d.yaml', '@/all/e.yaml', '@/all/none.yaml']);
    expect(out).toContain('all/d.yaml:3:7: unknown step "slepe": did you mean "sleep"?');
    expect(out).toMatch(/all\/d\.yaml:4:\d+: /);
    expect(out).toContain('✗ all/none.yaml: no valid scenario\n  cannot be read: no such file or directory');
    expect(out).toContain('3 scenarios: 1 passed, 2 invalid');
  });

  it('says so when there is nothing to check', async () => {
    expect(await check(['@/empty'])).toMatchObject({ code: 2, out: '', err: expect.stringContaining('holds no scenarios') });
    expect(await check(['@/all', '--filter', 'zebra'])).toMatchObject({ code: 2, err: expect.stringContaining('none of the 5 scenarios') });
    expect((await check(['-', '-'])).err).toContain('give - once');
  });

  it('--filter takes parts of paths and names, in either case, with * for anything', async () => {
    const files = async (...filters: string[]): Promise<string[]> => {
      const { out } = await check(['@/all', ...filters.flatMap((filter) => ['--filter', filter])]);
      return heads(out).map((line) => /(\w+)\.ya?ml/i.exec(line)![1]);
    };
    expect(await files('CONVOY')).toEqual(['b']);
    expect(await files('deep*yaml')).toEqual(['c']);
    expect(await files('sleeper', 'd.')).toEqual(['a', 'd', 'e']);
    expect(await files('all/?')).toEqual([]);
  });

  it('--fail-fast stops at the first failure in the order of the files, whatever runs beside it', async () => {
    const one = await check(['@/all', '--fail-fast', '--jobs', '1']);
    expect(heads(one.out).map((line) => line[0])).toEqual(['✓', '✗', '-', '-', '-']);
    expect(one.out).toContain('5 scenarios: 1 passed, 1 failed, 3 not run');
    expect(one.code).toBe(1);
    expect(await check(['@/all', '--fail-fast', '--jobs', '2'])).toEqual(one);
  });

  it('prints the same bytes for any number of threads', async () => {
    const one = await check(['@/all', '--jobs', '1']);
    expect(await check(['@/all', '--jobs', '3'])).toEqual(one);
  });

  it('the shards of a run are the run', async () => {
    const all = heads((await check(['@/good'])).out);
    const parts: string[] = [];
    for (const shard of ['1/5', '2/5', '3/5', '4/5', '5/5']) parts.push(...heads((await check(['@/good', '--shard', shard])).out));
    expect(parts.sort()).toEqual(all.sort());
    expect(await check(['@/all/a.yml', '--shard', '2/2'])).toEqual({ code: 0, out: '0 scenarios: 0 passed\n', err: '' });
    expect(await check(['@/all', '--shard', '3/2'])).toMatchObject({ code: 2, err: expect.stringContaining('i/n') });
  });

  it('an interruption leaves the rest undone and says so', async () => {
    const interrupts = (told: () => void): (() => void) => {
      const timer = setTimeout(told, 30);
      return () => clearTimeout(timer);
    };
    const io = { ...fakeIo(), interrupts };
    const endless = 'goroutines:\n  main: [{forever: [{sleep: 1ms}]}]\n';
    writeFileSync(join(folder, 'endless.yaml'), endless);
    for (const jobs of ['1', '2']) {
      const code = await main(['node', 'gosim', 'check', join(folder, 'endless.yaml'), join(folder, 'good'), '--jobs', jobs], io);
      expect(code).toBe(130);
      expect(io.stdout.text).toMatch(/13 scenarios: 0 passed, 13 not run\n$/);
    }
  });

  it('an error of gosim is not the end of the others, and exit code 3', async () => {
    expect(await replyTo('check', null, new AbortController().signal)).toEqual({ failed: expect.stringContaining('null') });
  });

  it('scenarios/ is green', async () => {
    const { code, out } = await gosim(['check', join(root, 'scenarios')]);
    expect(out).toMatch(/\n(\d+) scenarios: \1 passed\n$/);
    expect(code).toBe(0);
  });
});

describe('what stands behind it', () => {
  it('every kind of finding says which figures it explains, and these exist', () => {
    expect(Object.keys(FINDING_WORDS).sort()).toEqual([...FINDING_IDS].sort());
    for (const subject of Object.values(FINDING_WORDS).flatMap(({ explains }) => explains))
      expect(RESULT_FIELDS.fields.has(subject), subject).toBe(true);
  });

  it('the weightiest finding that bears on a figure explains it', () => {
    const finding = (id: string) => ({ id, sentence: '', evidence: '', wayOut: null });
    const findings = [finding('one-channel'), finding('thread-growth'), finding('short-sleeps')];
    expect(explanationOf('spans.x.p99', findings)?.id).toBe('one-channel');
    expect(explanationOf('threads.created', findings)?.id).toBe('thread-growth');
    expect(explanationOf('processors[0].busy', findings)?.id).toBe('one-channel');
    expect(explanationOf('log', findings)).toBeNull();
  });

  it('shards cover a list without overlap, and few tasks are worth one thread', () => {
    const list = [...Array(17).keys()];
    const parts = [1, 2, 3, 4].map((index) => shardOf(list, { index, count: 4 }));
    expect(parts.flat().sort((a, b) => a - b)).toEqual(list);
    expect(parts.map((part) => part.length)).toEqual([5, 4, 4, 4]);
    for (const text of ['0/2', '3/2', '1/0', '1', 'a/b', '1/2/3', '-1/2']) expect(typeof parseShard(text, {})).toBe('string');
    expect([jobsFor(0), jobsFor(1), jobsFor(10)]).toEqual([1, 1, 1]);
  });
});
