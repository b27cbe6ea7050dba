// gosim run beyond one report: several files, other formats, samples, schedtrace, Ctrl-C, files to write to.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../src/cli/main.ts';
import { RunningScenario, runScenario } from '../src/cli/run-scenario.ts';
import { schedtraceLine } from '../src/report/schedtrace.ts';
import { profileOf } from '../src/runtime/profile.ts';
import { parseScenario } from '../src/scenario/load.ts';
import type { Result, Sample } from '../src/sim/result.ts';
import { fakeIo } from './support/fake-io.ts';
import type { Ran } from './support/gosim.ts';
import { gosim } from './support/gosim.ts';
import { root } from './support/source.ts';

const SLEEPER = 'name: sleeper\ngoroutines:\n  main: [{sleep: 1ms}, {log: awake}]\n';
const DEADLOCK = 'name: stuck\nchannels: {c: 0}\ngoroutines:\n  main: [{recv: c}]\n';
const BUSY = `name: busy
gomaxprocs: 3
waitgroups: [w]
goroutines:
  main: [{go: {run: f, count: 12, wg: w}}, {wait: w}]
  f: [{repeat: 20, do: [{cpu: exp(200us)}, {syscall: exp(100us)}, {net: exp(300us)}]}]
`;

let folder = '';
const file = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gosim-many-'));
  writeFileSync(file('sleeper.yaml'), SLEEPER);
  writeFileSync(file('stuck.yaml'), DEADLOCK);
  writeFileSync(file('busy.yaml'), BUSY);
  writeFileSync(file('broken.yaml'), 'goroutines:\n  main: [{slepe: 1ms}]\n');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('several files', () => {
  it('are reported one after the other, with a count at the end and the worst exit code', async () => {
    const { code, out } = await gosim(['run', file('sleeper.yaml'), file('stuck.yaml')]);
    expect(code).toBe(1);
    expect(out).toMatch(/^sleeper\n[\s\S]*\n─{80}\n\nstuck\n[\s\S]*\n2 scenarios: 1 passed 1 failed\n$/);
  });

  it('are all read before any runs, and everything that is wrong with them is told at once', async () => {
    const { code, out, err } = await gosim(['run', file('broken.yaml'), file('sleeper.yaml'), file('none.yaml')]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/broken\.yaml:2:\d+: error: .*slepe/);
    expect(err).toContain('none.yaml: error: cannot be read');
    const json = await gosim(['run', file('broken.yaml'), file('none.yaml'), '--format', 'json']);
    expect(JSON.parse(json.out)).toMatchObject({ schema: 'gosim.diagnostics/v1', errors: [{ line: 2 }, { line: null }] });
  });

  it('are an array in JSON, a line each in ndjson, and a single one is an object', async () => {
    const files = [file('sleeper.yaml'), file('stuck.yaml'), file('busy.yaml')];
    const names = (results: Result[]): string[] => results.map((result) => result.scenario.name);
    const array = JSON.parse((await gosim(['run', ...files, '--format', 'json'])).out) as Result[];
    expect(names(array)).toEqual(['sleeper', 'stuck', 'busy']);
    const { out } = await gosim(['run', ...files, '--format', 'ndjson']);
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as Result)).toEqual(array);
    const one = JSON.parse((await gosim(['run', files[0], '--format', 'json'])).out) as Result;
    expect(one).toEqual(array[0]);
  });
});

describe('CSV', () => {
  it('has a figure a row, under the paths that expectations use', async () => {
    const { out } = await gosim(['run', file('busy.yaml'), file('sleeper.yaml'), '--format', 'csv', '--expect', 'makespan < 10s']);
    const rows = out
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    expect(rows[0]).toEqual(['file', 'name', 'seed', 'go', 'gomaxprocs', 'path', 'unit', 'value']);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([8]));
    const figure = (name: string, path: string): string[] | undefined => rows.find((row) => row[1] === name && row[5] === path)?.slice(6);
    const json = JSON.parse((await gosim(['run', file('busy.yaml'), '--format', 'json'])).out) as Result;
    expect(figure('busy', 'makespan')).toEqual(['ns', String(json.makespanNs)]);
    expect(figure('busy', 'processors[2].utilization')).toEqual(['fraction', String(json.processors[2].utilization)]);
    expect(figure('busy', 'schedLatency.p99')).toEqual(['ns', String(json.schedLatency.p99Ns)]);
    expect(figure('sleeper', 'outcome.kind')).toEqual(['text', 'completed']);
  });

  it('quotes what needs quotes, and lets no text be a formula', async () => {
    const text = 'name: \'=a, "b"\'\ngoroutines:\n  main: [{panic: "@x, y"}]\n';
    const { out } = await gosim(['run', '-', '--format', 'csv'], text);
    expect(out).toContain('"\'=a, ""b""",1,');
    expect(out).toMatch(/outcome\.message,text,"panic: @x, y/);
  });
});

describe('--quiet', () => {
  it('prints a line for each scenario, and below it what failed', async () => {
    const { code, out, err } = await gosim(['run', '-q', file('sleeper.yaml'), file('stuck.yaml'), '--expect', 'makespan < 10us']);
    expect([code, err]).toEqual([1, '']);
    expect(out.split('\n')).toEqual([
      expect.stringMatching(/^✗ sleeper: completed in 1\.\d+ms$/),
      expect.stringMatching(/^ {2}✗ makespan < 10us {2}1\.\d+ms$/),
      expect.stringMatching(/^✗ stuck: deadlock after .*, exit status 2$/),
      '  fatal error: all goroutines are asleep - deadlock!',
      '2 scenarios: 0 passed 2 failed',
      '',
    ]);
  });
});

describe('--expect', () => {
  it('adds to the expectations of the scenario, as checked as those', async () => {
    const args = ['run', file('sleeper.yaml'), '--expect', 'goroutines.created == 1', '--expect', 'makespan < 1us'];
    const { code, out } = await gosim(args);
    expect(code).toBe(1);
    expect(out).toMatch(/✓ +goroutines.created == 1/);
    expect(out).toMatch(/✗ +makespan < 1us +1\.\d+ms/);
    const wrong = await gosim(['run', file('sleeper.yaml'), '--expect', 'goroutines.crated == 1', '--expect', 'spans.x.p99 < 1ms']);
    expect([wrong.code, wrong.out]).toEqual([2, '']);
    expect(wrong.err).toContain('--expect "goroutines.crated == 1"');
    expect(wrong.err).toContain('did you mean "goroutines.created == 1"?');
    expect(wrong.err).toContain('no span "x"');
  });

  it('can foresee an outcome', async () => {
    expect((await gosim(['run', '-q', file('stuck.yaml'), '--expect', 'outcome == deadlock'])).code).toBe(0);
  });
});

describe('samples', () => {
  it('lie at equal distances, and taking them changes nothing else', () => {
    const { scenario } = parseScenario(BUSY, 'busy.yaml');
    const plain = runScenario(scenario!);
    for (const sampleNs of [100_000, 333_333]) {
      const sampled = runScenario(scenario!, { sampleNs });
      const { series, ...rest } = sampled.result;
      expect({ ...rest, series: null }).toEqual(plain.result);
      expect(series!.map((sample) => sample.atNs)).toEqual(series!.map((_, i) => i * sampleNs));
      expect(series!.length).toBe(Math.floor(plain.result.makespanNs / sampleNs) + 1);
      const most = (pick: (sample: Sample) => number): number => Math.max(...series!.map(pick));
      expect(most((sample) => sample.threads)).toBe(plain.result.threads.peak);
      expect(most((sample) => sample.goroutines)).toBe(plain.result.goroutines.peak);
    }
    const slow = runScenario(scenario!, { sampleNs: 100_000, runAhead: false });
    expect(slow.result.series).toEqual(runScenario(scenario!, { sampleNs: 100_000 }).result.series);
  });

  it('are curves in the report and `series` in the JSON', async () => {
    const { out } = await gosim(['run', file('busy.yaml'), '--sample', '100us']);
    expect(out).toMatch(/\nOver time\n {2}goroutines +[▁-█ ]+ +\d+ to 13\n/);
    const json = JSON.parse((await gosim(['run', file('busy.yaml'), '--sample', '100us', '--format', 'json'])).out) as Result;
    expect(json.series![0]).toMatchObject({ atNs: 0, runqueue: 0, local: [0, 0, 0], idleProcs: 2, goroutines: 1 });
  });
});

describe('--schedtrace', () => {
  const shapeOf = (line: string): string => line.replace(/\d+/g, 'N').replace(/N(?: N)+/g, 'N');

  it('prints to standard error, every so many milliseconds, and the report stays as it was', async () => {
    const { code, out, err } = await gosim(['run', file('busy.yaml'), '--schedtrace', '2ms']);
    expect([code, out]).toEqual([0, (await gosim(['run', file('busy.yaml')])).out]);
    const lines = err.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.map((line) => /^SCHED (\d+)ms: /.exec(line)?.[1])).toEqual(lines.map((_, i) => String(i * 2)));
  });

  it('has the form of Go 1.19 for Go 1.19', async () => {
    const { err } = await gosim(['run', '-', '--schedtrace', '2ms'], `go: "1.19"\n${BUSY}`);
    const recorded = 'SCHED 15ms: gomaxprocs=5 idleprocs=0 threads=7 spinningthreads=1 idlethreads=0 runqueue=0 [0 2 0 0 0]';
    for (const line of err.trimEnd().split('\n')) expect(shapeOf(line)).toBe(shapeOf(recorded));
  });

  it('has the form of Go 1.26 for Go 1.26, as recorded and as the Go that is here prints it', async () => {
    const { err } = await gosim(['run', file('busy.yaml'), '--schedtrace', '2ms']);
    const recorded =
      'SCHED 5ms: gomaxprocs=5 idleprocs=3 threads=7 spinningthreads=1 needspinning=0 idlethreads=4 runqueue=0 [ 0 0 0 0 0 ] ' +
      'schedticks=[ 0 1 1 2 2 ]';
    const lines = err.trimEnd().split('\n');
    for (const line of lines) expect(shapeOf(line)).toBe(shapeOf(recorded));
    const real = realSchedtrace();
    if (real !== null) expect(shapeOf(lines[0])).toBe(shapeOf(real));
  });

  it('of one processor is a list of one', () => {
    const sample: Sample = {
      ...{ atNs: 3_999_999, runqueue: 2, local: [5], idleProcs: 0, threads: 4, idleThreads: 1, spinningThreads: 0 },
      ...{ needSpinning: 1, goroutines: 9, schedticks: [17] },
    };
    expect(schedtraceLine(sample, profileOf('1.26')!)).toBe(
      'SCHED 3ms: gomaxprocs=1 idleprocs=0 threads=4 spinningthreads=0 needspinning=1 idlethreads=1 runqueue=2 [ 5 ] schedticks=[ 17 ]',
    );
    expect(schedtraceLine(sample, profileOf('1.19')!)).toBe(
      'SCHED 3ms: gomaxprocs=1 idleprocs=0 threads=4 spinningthreads=0 idlethreads=1 runqueue=2 [5]',
    );
  });

  /** The first line of a real program's trace, where a Go 1.26 is installed; else null. */
  function realSchedtrace(): string | null {
    try {
      if (!execFileSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).startsWith('go1.26')) return null;
    } catch {
      return null;
    }
    const source = join(folder, 'trace.go');
    writeFileSync(source, 'package main\nimport "time"\nfunc main() { time.Sleep(20 * time.Millisecond) }\n');
    const program = join(folder, 'trace');
    execFileSync('go', ['build', '-o', program, source], { env: { ...process.env, GO111MODULE: 'off' } });
    const ran = execFileSync('bash', ['-c', `"${program}" 2>&1 >/dev/null`], {
      encoding: 'utf8',
      env: { ...process.env, GODEBUG: 'schedtrace=2', GOMAXPROCS: '3' },
    });
    return ran.split('\n')[0];
  }
});

describe('in pieces', () => {
  it('a run is the same as in one go', () => {
    const { scenario } = parseScenario(BUSY, 'busy.yaml');
    const running = new RunningScenario(scenario!);
    while (!running.simulation.advance(37)) expect(running.simulation.steps).toBeGreaterThan(0);
    expect(running.finish().result).toEqual(runScenario(scenario!).result);
  });

  it('an interrupted run tells what happened so far', () => {
    const { scenario } = parseScenario(BUSY, 'busy.yaml');
    const whole = runScenario(scenario!).result;
    const running = new RunningScenario(scenario!, { check: true });
    running.simulation.advance(400);
    running.simulation.interrupt();
    const { result } = running.finish();
    expect(result.outcome).toEqual({ kind: 'interrupted', exitCode: 130, message: '' });
    expect(result.makespanNs).toBeGreaterThan(0);
    expect(result.makespanNs).toBeLessThan(whole.makespanNs);
    expect(result.goroutines.created).toBe(13);
  });
});

describe('Ctrl-C', () => {
  const FOREVER = 'name: forever\nuntil: 1h\ngoroutines:\n  main: [{forever: [{cpu: 1ms}, {sleep: 10us}]}]\n';

  it('ends the run with what is known so far, and the runs after it do not begin', async () => {
    writeFileSync(file('forever.yaml'), FOREVER);
    const io = fakeIo();
    let pressed = (): void => undefined;
    const interrupts = (told: () => void): (() => void) => {
      pressed = told;
      setTimeout(() => pressed(), 50);
      return () => undefined;
    };
    const args = ['run', file('forever.yaml'), file('sleeper.yaml'), '--format', 'json'];
    const code = await main(['node', 'gosim', ...args], { ...io, interrupts });
    expect(code).toBe(130);
    const results = JSON.parse(io.stdout.text) as Result[];
    expect(results.map((result) => [result.scenario.name, result.outcome.kind])).toEqual([['forever', 'interrupted']]);
  });

  it('reaches the process, which exits with 130 after its report', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/dev.ts', 'run', '-', '--schedtrace', '100ms'], { cwd: root });
    let out = '';
    child.stderr.once('data', () => child.kill('SIGINT')); // it has begun
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stdin.end(FOREVER);
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    expect([code, out.includes('✗ interrupted at ')]).toEqual([130, true]);
  });
});

describe('progress', () => {
  const LONG = `goroutines:\n  main: [{repeat: 20000, do: [{cpu: 10us}, {gosched: }]}]\n`.replace('{gosched: }', 'gosched');

  async function run(flags: readonly string[], tty: number | null, stepMs: number): Promise<Ran> {
    const io = fakeIo(LONG, {}, tty);
    let now = 0;
    const clock = (): number => {
      now += stepMs;
      return now;
    };
    const code = await main(['node', 'gosim', 'run', '-', ...flags], { ...io, clock });
    return { code, out: io.stdout.text, err: io.stderr.text };
  }

  it('is shown on a terminal after a while, on one line that is gone in the end', async () => {
    const { err } = await run([], 80, 60);
    expect(err).toMatch(/^(\r[^\n]*simulated, [\d,]+ steps \(Ctrl-C ends it\)[^\n]*\x1b\[K)+\r\x1b\[K$/);
  });

  it('is not shown in a pipe, with --quiet, or of a run that is soon over', async () => {
    expect((await run([], null, 60)).err).toBe('');
    expect((await run(['-q'], 80, 60)).err).toBe('');
    expect((await run([], 80, 1)).err).toBe('');
  });
});

describe('--output', () => {
  it('writes a whole file, without colour', async () => {
    const { code, out } = await gosim(['run', file('sleeper.yaml'), '-o', file('report.txt')], '', {}, 120);
    expect([code, out]).toEqual([0, '']);
    expect(readFileSync(file('report.txt'), 'utf8')).toBe((await gosim(['run', file('sleeper.yaml')])).out);
  });

  it('leaves nothing behind when it cannot be written, and says so before anything runs', async () => {
    const { code, out, err } = await gosim(['run', file('sleeper.yaml'), '-o', file('no/where.txt')]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('cannot be written: no such file or directory');
    const full = await gosim(['run', file('sleeper.yaml'), '-o', '/dev/full']);
    expect([full.code, full.err]).toEqual([2, '/dev/full: error: cannot be written: no space left on the device\n']);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('a full disk under standard output is an error', async () => {
    const line = `"${process.execPath}" --import tsx scripts/dev.ts run - > /dev/full`;
    const child = spawn('bash', ['-c', line], { cwd: root });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.stdin.end(SLEEPER);
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, err]).toEqual([2, 'gosim: error: cannot write the output: no space left on the device\n']);
  });
});
