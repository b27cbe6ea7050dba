// The command as a user meets it: what it prints where, and the exit codes. Mostly inside this process; what only a
// process of its own can show (pipes, the exit itself) through the sources as `npm run dev` runs them.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../src/cli/main.ts';
import { Captured, fakeIo } from './support/fake-io.ts';
import { root } from './support/source.ts';

const OK = `name: sleeper
goroutines:
  main:
    - sleep: 1ms
    - log: awake
`;

const DEADLOCK = `channels: {c: 0}
goroutines:
  main:
    - recv: c
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gosim-cli-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `gosim` with these arguments; FILE stands for a file with the given text. */
async function gosim(args: readonly string[], text = '', io = fakeIo(text)): Promise<Ran> {
  const file = join(folder, 'scenario.yaml');
  writeFileSync(file, text);
  const code = await main(['node', 'gosim', ...args.map((arg) => (arg === 'FILE' ? file : arg))], io);
  return { code, out: io.stdout.text.replaceAll(folder, '.'), err: io.stderr.text.replaceAll(folder, '.') };
}

describe('caps', () => {
  it('--caps lets a run take more of what ends one', async () => {
    const text = 'listeners: {l: {arrivals: every 1ns}}\ngoroutines: {main: [{sleep: 5ms}]}';
    const first = await gosim(['run', 'FILE', '--format', 'json', '--no-record'], text);
    const more = await gosim(['run', 'FILE', '--format', 'json', '--no-record', '--caps', '2'], text);
    expect([first.code, more.code]).toEqual([1, 0]);
    expect(JSON.parse(first.out).outcome).toEqual({ kind: 'limit', exitCode: 1, message: 'more than 32000000 steps' });
    expect((await gosim(['run', 'FILE', '--caps', '0'], text)).code).toBe(2);
  });
});

describe('what cannot be told', () => {
  it('because standard error is full leaves the exit code', async () => {
    const io = fakeIo();
    const full = Object.assign(new Captured(), {
      _write: (_chunk: Buffer, _encoding: string, done: (error: Error) => void) =>
        done(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })),
    });
    expect((await gosim(['run', 'nowhere.yaml'], '', { ...io, stderr: full })).code).toBe(2);
    expect((await gosim(['--what'], '', { ...io, stderr: full })).code).toBe(2);
  });
});

describe('help and usage', () => {
  it('help, of each command too, goes to stdout with examples, and is no error', async () => {
    for (const args of [['--help'], ['help'], ['run', '--help'], ['help', 'run'], ['export', '--help']]) {
      const { code, out, err } = await gosim(args);
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain('Examples:\n  $ gosim');
    }
  });

  it('--version prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(await gosim(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  // Each row: arguments, and what must be said of them.
  it.each([
    [[], 'Usage: gosim'],
    [['rnu', 'x'], 'Did you mean run?'],
    [['x.yaml'], 'write: gosim run x.yaml'],
    [['run'], "missing required argument 'files'"],
    [['run', '-', '-'], 'give - once'],
    [['run', 'FILE', '--sample', '0s'], 'Samples lie some time apart'],
    [['run', 'FILE', '--schedtrace', '1.5ms'], 'whole milliseconds'],
    [['run', 'FILE', '--sed', '1'], 'Did you mean one of --seed, --set?'],
    [['run', 'FILE', '--seed', 'x'], 'a seed is an integer'],
    [['run', 'FILE', '--seed', '1e30'], 'a seed is an integer'],
    [['run', 'FILE', '--procs', '0'], 'GOMAXPROCS is at least 1'],
    [['run', 'FILE', '--procs', '1025'], 'GOMAXPROCS is at most 1024'],
    [['run', 'FILE', '--procs', '1.5'], 'GOMAXPROCS is an integer'],
    [['run', 'FILE', '--until', 'soon'], '--until'],
    [['run', 'FILE', '--set', 'workers'], 'name=value'],
    [['run', 'FILE', '--format', 'xml'], 'Allowed choices are text, json, ndjson, csv'],
    [['run', 'FILE', '--color', 'red'], 'Allowed choices are auto, always, never'],
    [['export', 'FILE'], '--go'],
  ])('%j is a usage error', async (args, said) => {
    const { code, out, err } = await gosim(args, OK);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(said);
  });
});

describe('what cannot be run', () => {
  const BROKEN = 'goroutines:\n  main:\n    - snd: c\n    - recv: nobody\n';

  it('a missing file is one message and exit code 2', async () => {
    expect(await gosim(['run', 'none.yaml'])).toEqual({
      code: 2,
      out: '',
      err: 'none.yaml: error: cannot be read: no such file or directory\n',
    });
  });

  it('every mistake is shown with its place, line and caret, and none runs', async () => {
    const { code, out, err } = await gosim(['run', 'FILE'], BROKEN);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('./scenario.yaml:3:7: error: ');
    expect(err).toContain('did you mean "send"?');
    expect(err).toContain('        - snd: c\n          ^^^');
    expect(err).toContain('./scenario.yaml:4:');
  });

  it('broken YAML, an empty file and YAML that is no scenario are told apart from crashes', async () => {
    for (const text of ['a: [1', '', '- 1\n- 2\n', '42', 'a: b: c', '%YAML 9.9\n---\n', '\t- x', '--- 1\n--- 2\n']) {
      const { code, err } = await gosim(['run', 'FILE'], text);
      expect([text, code]).toEqual([text, 2]);
      expect(err).toMatch(/scenario\.yaml(:\d+:\d+)?: error: /);
    }
  });

  it('with --format json the mistakes are one object on stdout', async () => {
    const { code, out, err } = await gosim(['run', 'FILE', '--format', 'json'], BROKEN);
    expect([code, err]).toEqual([2, '']);
    const { schema, errors } = JSON.parse(out) as { schema: string; errors: { line: number; column: number; message: string }[] };
    expect(schema).toBe('gosim.diagnostics/v1');
    expect(errors.map(({ line, column }) => [line, column])[0]).toEqual([3, 7]);
    expect(errors.length).toBeGreaterThan(1);
    const missing = await gosim(['run', 'none.yaml', '--format', 'json']);
    expect([missing.code, missing.err]).toEqual([2, '']);
    expect(JSON.parse(missing.out)).toMatchObject({ errors: [{ file: 'none.yaml', line: null }] });
  });

  it('an expectation about something that does not exist stops the run before it begins', async () => {
    const { code, out, err } = await gosim(['run', 'FILE'], `${OK}expect:\n  - threads.crated <= 12\n`);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('scenario.yaml:7:');
    expect(err).toContain('threads.created');
  });

  it('expectations are read with all other mistakes, and with the GOMAXPROCS of the command line', async () => {
    const text = `gomaxprocs: 2\n${OK}expect:\n  - threads.crated <= 12\n  - processors[3].busy > 0ns\n`;
    const { err } = await gosim(['run', 'FILE'], text.replace('- sleep', '- slepe'));
    expect(err.match(/scenario\.yaml:\d+/g)).toEqual(['scenario.yaml:5', 'scenario.yaml:8']);
    expect((await gosim(['run', 'FILE'], text)).err).toMatch(/:9:5: error: there are 2 processors/);
    const good = text.replace('crated', 'created');
    expect((await gosim(['run', 'FILE'], good)).code).toBe(2);
    expect((await gosim(['run', 'FILE', '--procs', '4'], good)).err).toBe('');
    expect((await gosim(['run', 'FILE', '--procs', '3'], good)).err).toMatch(/there are 3 processors/);
  });

  it('a param that does not exist is a mistake of the command line', async () => {
    const { code, err } = await gosim(['run', 'FILE', '--set', 'wrokers=3'], `params: {workers: 2}\n${OK}`);
    expect(code).toBe(2);
    expect(err).toContain('workers');
  });
});

describe('gosim run', () => {
  it('reports what happened and exits with 0', async () => {
    const { code, out, err } = await gosim(['run', 'FILE'], OK);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^sleeper\n/);
    expect(out).toContain('✓ completed in 1.');
    expect(out).toMatch(/main \(goroutine 1\) +awake/);
    expect(out).toContain('\nTimeline\n');
  });

  it('reads - from standard input, under a name of its own', async () => {
    const { code, out } = await gosim(['run', '-', '--format', 'json'], OK);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ scenario: { name: 'sleeper', file: '<stdin>' } });
  });

  it('takes seed, GOMAXPROCS, horizon and params from the command line', async () => {
    const text = `params: {nap: 5ms}\nmachine: {cpus: 8}\ngoroutines:\n  main:\n    - sleep: "\${nap}"\n`;
    const result = async (...args: string[]) => JSON.parse((await gosim(['run', 'FILE', '--format', 'json', ...args], text)).out);
    expect(await result()).toMatchObject({ gomaxprocs: 8, machine: { cpus: 8 }, outcome: { kind: 'completed' } });
    expect(await result('--procs', '3', '--seed', '99')).toMatchObject({ gomaxprocs: 3, machine: { cpus: 8 }, seed: 99 });
    expect(await result('--until', '2ms')).toMatchObject({ outcome: { kind: 'until' }, makespanNs: 2_000_000 });
    expect((await result('--set', 'nap=20ms')).makespanNs).toBeGreaterThanOrEqual(20_000_000);
  });

  it('a deadlock is exit code 1, in the words of Go, and with a warning where one was due', async () => {
    const { code, out, err } = await gosim(['run', 'FILE'], DEADLOCK);
    expect(code).toBe(1);
    expect(out).toContain('fatal error: all goroutines are asleep - deadlock!');
    expect(out).toContain('goroutine 1 [chan receive]: main');
    expect(err).toMatch(/scenario\.yaml:4:\d+: warning: /);
  });

  it('a deadlock that was foreseen is exit code 0, without a warning', async () => {
    const { code, out, err } = await gosim(['run', 'FILE'], `${DEADLOCK}expect: [outcome == deadlock]\n`);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('(as expected)');
    expect(out).toMatch(/✓ +outcome == deadlock/);
  });

  it.each([
    ['a failed expectation is exit code 1', ['makespan < 10us'], 1],
    ['one that only warns is not', ['{that: makespan < 10us, level: warn, why: it would be nice}'], 0],
    ['an outcome expected wrongly is', ['outcome == deadlock'], 1],
  ])('%s', async (_, expectations, exitCode) => {
    const { code, out } = await gosim(['run', 'FILE'], `${OK}expect:\n${expectations.map((line) => `  - ${line}\n`).join('')}`);
    expect(code).toBe(exitCode);
    expect(out).toMatch(/✗/);
  });

  it.each([
    ['exit: 0', 0],
    ['exit: 3', 1],
    ['panic: boom', 1],
  ])('a program that ends with %s makes gosim exit with %i', async (step, exitCode) => {
    expect((await gosim(['run', 'FILE'], `goroutines:\n  main:\n    - ${step}\n`)).code).toBe(exitCode);
  });

  it('prints the same bytes twice, and the same result with every check switched on', async () => {
    const text = `waitgroups: [w]\ngoroutines:\n  main:\n    - go: {run: f, count: 20, wg: w}\n    - wait: w\n  f:\n    - cpu: exp(1ms)\n    - syscall: 200us\n    - net: 1ms\n`;
    const first = await gosim(['run', 'FILE', '--format', 'json', '--procs', '2'], text);
    expect((await gosim(['run', 'FILE', '--format', 'json', '--procs', '2'], text)).out).toBe(first.out);
    const checked = await gosim(['run', 'FILE', '--format', 'json', '--procs', '2', '--check'], text);
    expect([checked.code, checked.err]).toEqual([0, '']);
    expect(checked.out).toBe(first.out);
  });

  it('keeps no log with --no-record, and a record of every goroutine with --detail', async () => {
    const bare = JSON.parse((await gosim(['run', 'FILE', '--format', 'json', '--no-record'], OK)).out);
    expect(bare).toMatchObject({ events: null, eventHash: null, goroutines: { list: null } });
    expect((await gosim(['run', 'FILE', '--no-record'], OK)).out).not.toContain('Timeline');
    const full = JSON.parse((await gosim(['run', 'FILE', '--format', 'json', '--detail'], OK)).out);
    expect(full.goroutines.list).toMatchObject([{ id: 1, name: 'main' }]);
  });

  it('has colour on a terminal, and none in a pipe or under NO_COLOR', async () => {
    const code = '\x1b[';
    expect((await gosim(['run', 'FILE'], OK, fakeIo('', {}, 100))).out).toContain(code);
    expect((await gosim(['run', 'FILE'], OK)).out).not.toContain(code);
    expect((await gosim(['run', 'FILE'], OK, fakeIo('', { NO_COLOR: '1' }, 100))).out).not.toContain(code);
    expect((await gosim(['run', 'FILE', '--color', 'always'], OK)).out).toContain(code);
  });
});

it('an error of gosim itself is exit code 3, with the command that shows it again, and a stack only on demand', async () => {
  const broken = (env: Record<string, string>) => ({ ...fakeIo('', env), stdin: null as never });
  const { code, err } = await gosim(['run', '-', '--set', 'a=b c'], '', broken({}));
  expect(code).toBe(3);
  expect(err).toContain('internal error');
  expect(err).toContain("GOSIM_DEBUG=1 gosim run - --set 'a=b c'");
  expect(err).not.toMatch(/^ +at /m);
  expect((await gosim(['run', '-'], '', broken({ GOSIM_DEBUG: '1' }))).err).toMatch(/^ +at /m);
});

describe('gosim export', () => {
  it('writes a Go program to stdout, or whole into a file', async () => {
    const { code, out } = await gosim(['export', '--go', 'FILE'], OK);
    expect(code).toBe(0);
    expect(out).toContain('package main');
    const file = join(folder, 'out.go');
    expect(await gosim(['export', '--go', 'FILE', '-o', file], OK)).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(file, 'utf8').replaceAll(folder, '.')).toBe(out);
  });

  it('leaves no file behind for a scenario that is wrong', async () => {
    const file = join(folder, 'never.go');
    expect((await gosim(['export', '--go', 'FILE', '-o', file], 'goroutines: {}\n')).code).toBe(2);
    expect(existsSync(file)).toBe(false);
  });
});

describe('as a process', () => {
  const BIG = `goroutines:\n  main:\n    - repeat: 3000\n      as: i\n      do: [{log: "line \${i} of a long log that fills more than one pipe"}]\n`;

  /** Runs a shell line in which GOSIM stands for the command. */
  function shell(line: string, stdin: string): Promise<Ran> {
    const command = line.replaceAll('GOSIM', `"${process.execPath}" --import tsx scripts/dev.ts`);
    const child = spawn('bash', ['-c', `set -o pipefail; ${command}`], { cwd: root });
    child.stdin.end(stdin);
    const ran = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      ran.out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      ran.err += chunk.toString();
    });
    return new Promise((resolve) => child.on('close', (code) => resolve({ code: code ?? -1, ...ran })));
  }

  it('JSON of more than 64 KiB goes through a pipe to its last byte', async () => {
    const { code, out } = await shell('GOSIM run - --format json | cat', BIG);
    expect(code).toBe(0);
    expect(out.length).toBeGreaterThan(1 << 18);
    expect(out.endsWith('}\n')).toBe(true);
    expect((JSON.parse(out) as { log: unknown[] }).log).toHaveLength(3000);
  });

  it('a reader that has seen enough ends it quietly', async () => {
    const { out, err } = await shell('GOSIM run - --format json | head -n 2', BIG);
    expect([out.split('\n')[1], err]).toEqual(['  "schema": "gosim.result/v1",', '']);
  });

  it('exit codes leave the process', async () => {
    expect((await shell('GOSIM run -', DEADLOCK)).code).toBe(1);
    expect((await shell('GOSIM run - --sed 1', '')).code).toBe(2);
  });
});
