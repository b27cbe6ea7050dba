// gosim compare: what the command line may say, what is run, and that the bytes do not depend on how it was run.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAxis, parseValues } from '../src/cli/compare-axes.ts';
import { main } from '../src/cli/main.ts';
import { runScenario } from '../src/cli/run-scenario.ts';
import { parseShard } from '../src/cli/shard.ts';
import { parseScenario } from '../src/scenario/load.ts';
import { RUNTIME_CONSTANTS } from '../src/scenario/runtime-constants.ts';
import { fakeIo } from './support/fake-io.ts';
import type { Ran } from './support/gosim.ts';
import { gosim } from './support/gosim.ts';
import { root } from './support/source.ts';

const POOL = `name: a pool
machine: {cpus: 8, cpuLimit: 2, cpuPeriod: 10ms}
params: {workers: 4, burst: 300us}
channels: {jobs: 8}
waitgroups: [all]
goroutines:
  main:
    - go: {run: worker, count: "\${workers}", wg: all}
    - repeat: 60
      do: [{send: jobs}]
    - close: jobs
    - wait: all
  worker:
    - range: jobs
      do: [{span: job, do: [{cpu: "exp(\${burst})"}, {net: 100us}]}]
`;

let folder = '';
const file = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gosim-compare-'));
  writeFileSync(file('pool.yaml'), POOL);
  writeFileSync(file('slow.yaml'), POOL.replace('a pool', 'a slow pool').replace('net: 100us', 'net: 9ms'));
  writeFileSync(
    file('stuck.yaml'),
    'params: {n: 1}\nchannels: {c: 0}\ngoroutines:\n  main: [{if: "${n > 1}", do: [{recv: c}]}, {cpu: 1ms}]\n',
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const compare = (...args: string[]): Promise<Ran> => gosim(['compare', ...args, '--jobs', '1']);

interface Compared {
  readonly axes: { path: string; values: string[] }[];
  readonly metrics: { name: string; of: string }[];
  readonly seeds: number[];
  readonly best: number | null;
  readonly level: number[];
  readonly pick: number | null;
  readonly complete: boolean;
  readonly goal: object;
  readonly rows: {
    values: Record<string, string>;
    gomaxprocs: number;
    outcomes: string[];
    figures: Record<string, { mean: number; values: number[] } | null>;
  }[];
}

async function compared(...args: string[]): Promise<Compared> {
  const { out, err } = await compare(...args, '--format', 'json');
  if (out === '') throw new Error(err);
  return JSON.parse(out) as Compared;
}

describe('lists of values', () => {
  it.each([
    ['1,2,4', ['1', '2', '4']],
    ['1..4', ['1', '2', '3', '4']],
    ['0..30+10', ['0', '10', '20', '30']],
    ['1..20*4', ['1', '4', '16']],
    ['1,4..6,max', ['1', '4', '5', '6', 'max']],
    ['1ms..3ms', ['1ms', '2ms', '3ms']],
    ['1..3us', ['1us', '2us', '3us']],
    ['ramp(1/s, 2/s),poisson(3/s)', ['ramp(1/s, 2/s)', 'poisson(3/s)']],
    ['{cpus: 2, cpuLimit: 1},{cpus: 4}', ['{cpus: 2, cpuLimit: 1}', '{cpus: 4}']],
    ['1.19, 1.26', ['1.19', '1.26']],
  ])('%s are %j', (text, values) => {
    expect(parseValues(text, '')).toEqual(values);
  });

  it.each([
    ['1,,2', 'a value is missing'],
    ['', 'a value is missing'],
    ['4..1', '4..1 goes down'],
    ['1ms..3us', 'both ends of 1ms..3us need the same unit'],
    ['0..8*2', '0..8*2 never gets to its end'],
    ['1..8*1', '1..8*1 never gets to its end'],
    ['1..9+0', '1..9+0 never gets to its end'],
  ])('%j is refused: %s', (text, said) => {
    expect(() => parseValues(text, 'x')).toThrow(said);
  });

  it('belong to a path', () => {
    expect(parseAxis('machine.cpuLimit=1,max')).toEqual({ path: 'machine.cpuLimit', values: ['1', 'max'] });
    for (const text of ['1,2', '=1', 'a b=1', 'a..b=1', 'x[0]=1', 'file=1,2', 'a=', '']) expect(() => parseAxis(text)).toThrow('--vary');
    expect(() => parseAxis('a=1,2,1')).toThrow('1 is there twice');
    expect(() => parseAxis('a=1..1000000')).toThrow('is the most');
  });
});

describe('settings of a row', () => {
  const row = async (setting: string, ...args: string[]): Promise<Compared['rows']> =>
    (await compared(file('pool.yaml'), '--vary', setting, ...args)).rows;

  it('are GOMAXPROCS, params, the version, and whatever else the text says, also where it says nothing', async () => {
    expect((await compared(file('pool.yaml'), '--procs', '1,3')).rows.map((one) => one.gomaxprocs)).toEqual([1, 3]);
    expect((await row('go=1.19,1.26')).map((one) => one.gomaxprocs)).toEqual([8, 2]);
    expect((await row('gomaxprocs=floor,5')).map((one) => one.gomaxprocs)).toEqual([2, 5]);
    expect((await row('machine.cpuLimit=3,max')).map((one) => one.gomaxprocs)).toEqual([3, 8]);
    expect((await row('machine.cpus=1,4', '--procs', '4')).map((one) => one.gomaxprocs)).toEqual([4, 4]);
    const [few, many] = await row('params.workers=1,8', '--metric', 'goroutines.created');
    expect([few, many].map((one) => one.figures['goroutines.created']!.mean)).toEqual([2, 9]);
    const horizons = await row('until=1ms,2ms');
    expect(horizons.map((one) => one.figures.makespan!.mean)).toEqual([1_000_000, 2_000_000]);
    const named = await row('channels.jobs=0,60', '--metric', 'channels.jobs.peakLen');
    expect(named.map((one) => one.figures['channels.jobs.peakLen']!.mean)).toEqual([0, 60]);
  });

  it('give what gosim run gives', async () => {
    const [, second] = await row('params.burst=100us,400us', '--procs', '2', '--seed', '5');
    const { scenario } = parseScenario(POOL, 'pool.yaml', { set: ['burst=400us'] });
    const { result } = runScenario(scenario!, { gomaxprocs: 2, seed: 5 });
    expect(second.figures.makespan!.values).toEqual([result.makespanNs]);
    expect(second.figures.p99!.values).toEqual([result.spans.job.p99Ns]);
    const { throttledNs, usageNs } = result.quota!;
    expect(throttledNs).toBeGreaterThan(0);
    expect(second.figures.throttled!.values).toEqual([throttledNs / (throttledNs + usageNs)]);
    expect(second.figures.throughput!.values[0]).toBeCloseTo(60 / (result.makespanNs / 1e9), 6);
  });

  it('multiply, the last axis fastest', async () => {
    const { axes, rows } = await compared(file('pool.yaml'), '--procs', '1,2', '--vary', 'params.workers=2,4,8');
    expect(axes.map(({ path }) => path)).toEqual(['gomaxprocs', 'params.workers']);
    expect(rows.map(({ values }) => Object.values(values).join())).toEqual(['1,2', '1,4', '1,8', '2,2', '2,4', '2,8']);
  });

  it.each(RUNTIME_CONSTANTS.map(({ name, type, field }) => [name, type, field] as const))(
    'are constants of the runtime: %s',
    async (name, type, field) => {
      const text = type === 'duration' ? '4ms' : '8';
      const { scenario } = parseScenario(POOL, 'x.yaml', { settings: new Map([[`runtime.${name}`, text]]) });
      expect(scenario!.runtime[field]).toBe(type === 'duration' ? 4_000_000 : 8);
    },
  );

  it('of the runtime and of the machine change what happens', async () => {
    const makespans = async (setting: string): Promise<Set<number>> =>
      new Set((await row(setting, '--procs', '2')).map((one) => one.figures.makespan!.mean));
    expect((await makespans('runtime.runqsize=2,256')).size).toBe(2);
    expect((await makespans('machine.cpuPeriod=10ms,50ms')).size).toBe(2);
  });

  it('of a list are found by their number', async () => {
    const text = POOL.replace('cpuPeriod: 10ms', 'cpuPeriod: 10ms, outerLimits: [{cpuLimit: 8}]');
    const { scenario } = parseScenario(text, 'x.yaml', { settings: new Map([['machine.outerLimits.0.cpuLimit', '1']]) });
    expect(scenario!.limits.map(({ quotaNs }) => quotaNs)).toEqual([20_000_000, 100_000_000]);
  });

  it.each([
    [['--vary', 'machine.cpulimit=1,2'], 'with machine.cpulimit=1:', 'unknown key "cpulimit" in "machine": did you mean "cpuLimit"?'],
    [['--vary', 'machine.cpuLimit=1,none'], 'with machine.cpuLimit=none:', 'a number of CPUs belongs here, not "none"'],
    [['--vary', 'params.worker=1'], 'with params.worker=1:', 'there is no param "worker"'],
    [['--vary', 'params.workers=2,2ms'], 'with params.workers=2ms:', 'the param "workers" is a whole number, not "2ms"'],
    [['--vary', 'go=1.26,1.99'], 'with go=1.99:', 'Go "1.99" is not modelled'],
    [['--vary', 'channels.jobs.capacity=1'], 'with channels.jobs.capacity=1:', '"channels.jobs" has no "capacity": it is "8"'],
    [['--procs', '0'], 'with gomaxprocs=0:', '"gomaxprocs" is at least 1, not 0'],
    [['--procs', '1', '--vary', 'gomaxprocs=2'], 'gomaxprocs is varied twice', ''],
    [['--metric', 'spans.jobs.p99'], '--metric spans.jobs.p99:', 'did you mean "spans.job.p99"?'],
    [['--metric', 'outcome'], '--metric outcome:', 'is a text, no number'],
    [['--best', 'throughput'], '--best throughput:', 'it reads min or max and a figure'],
    [['--best', 'min spans.job.p9'], '--best min spans.job.p9:', 'did you mean'],
    [['--subject-to', 'threads.peak < 3ms'], '--subject-to threads.peak < 3ms:', 'is a plain number'],
    [['--shard', '9/8'], '--shard', 'There is no part 9 of 8'],
    [['--shard', '1/2', '--format', 'csv'], '--shard and --format csv:', 'gosim merge prints all parts in any format'],
    [['--vary', 'params.workers='], 'a value is missing', ''],
    [['--vary', 'params.workers=1,1'], '1 is there twice', ''],
    [['--procs', '1..1000', '--vary', 'params.workers=1..1000'], '1000000 combinations, and 100000 is the most', ''],
    [['a=1', 'b=1', 'c=1', 'd=1', 'e=1', 'f=1'].flatMap((axis) => ['--vary', axis]), '6 settings are varied, and 5 is the most', ''],
    [['--vary', 'seed=1,2', '--runs', '3'], 'seed is varied, so there are no other seeds to run with', ''],
    [['--vary', 'params.workers=1,2', '--set', 'workers=3'], 'params.workers is varied, and also set to 3', ''],
    [['--set', 'workers'], 'It takes the form name=value', ''],
    [['--procs', '1,2', '-o', '/nonexistent/x.json'], '/nonexistent/x.json: error: cannot be written', ''],
    [['--procs', '1,2', '-o', tmpdir()], 'is a directory', ''],
    [['--shard', 'auto'], '--shard', 'Nothing in the environment'],
  ])('that make no sense are refused before anything runs: %j', async (args, said, more) => {
    const { code, out, err } = await compare(file('pool.yaml'), ...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(said);
    expect(err).toContain(more);
  });

  it('that make no sense only together are refused too, with their values', async () => {
    const { code, err } = await compare(file('pool.yaml'), '--vary', 'machine.cpuLimit=8,0.1', '--vary', 'machine.cpuPeriod=10ms,1ms');
    expect(code).toBe(2);
    expect(err).toContain('with machine.cpuLimit=0.1, machine.cpuPeriod=1ms: ');
    expect(err).toContain('leaves less than 1ms');
  });
});

describe('runs', () => {
  it('go through seeds, the same for every row', async () => {
    const { seeds, rows } = await compared(file('pool.yaml'), '--procs', '1,2', '--runs', '3', '--seed', '7');
    expect(seeds).toEqual([7, 8, 9]);
    const { scenario } = parseScenario(POOL, 'pool.yaml');
    const makespan = (gomaxprocs: number, seed: number): number =>
      runScenario(scenario!, { gomaxprocs, seed, record: false }).result.makespanNs;
    expect(rows.map((one) => one.figures.makespan!.values)).toEqual([1, 2].map((procs) => [7, 8, 9].map((seed) => makespan(procs, seed))));
  });

  it('may take their seeds from an axis', async () => {
    const { rows } = await compared(file('pool.yaml'), '--vary', 'seed=1..3');
    expect(new Set(rows.map((one) => one.figures.makespan!.mean)).size).toBe(3);
  });

  it('that end badly are shown and never the best; without any other the exit code is 1', async () => {
    const { code, out } = await compare(file('stuck.yaml'), '--vary', 'params.n=1,2');
    expect(code).toBe(0);
    expect(out).toMatch(/→ +1 .*\n.* 2 .*deadlock\n/);
    const alone = await compare(file('stuck.yaml'), '--vary', 'params.n=2,3');
    expect(alone.code).toBe(1);
    expect(alone.out).toContain('No row ended well: nothing to recommend.');
  });

  it('must meet the conditions', async () => {
    const args = ['--procs', '1,2,4,8', '--best', 'min makespan', '--subject-to', 'threads.peak <= 4'];
    const { rows, pick } = await compared(file('pool.yaml'), ...args, '--metric', 'threads.peak');
    const peaks = rows.map((one) => one.figures.threads!.mean);
    expect(peaks[pick!]).toBeLessThanOrEqual(4);
    expect(Math.max(...peaks)).toBeGreaterThan(4);
    const { code, out } = await compare(file('pool.yaml'), '--procs', '1,2', '--subject-to', 'threads.peak < 1');
    expect(code).toBe(1);
    expect(out).toMatch(/✗ +1 .*\n✗ +2 .*\n/);
    expect(out).toContain('✗: a run ended badly, or not threads.peak < 1');
    expect(out).toContain('No row ended well and meets every condition');
  });
});

describe('several files', () => {
  it('are the first axis, by the names of their scenarios', async () => {
    const { axes, rows } = await compared(file('pool.yaml'), file('slow.yaml'), '--procs', '2,4');
    expect(axes[0]).toEqual({ path: 'file', values: ['a pool', 'a slow pool'] });
    expect(rows.map(({ values }) => values.file)).toEqual(['a pool', 'a pool', 'a slow pool', 'a slow pool']);
    expect(rows[2].figures.makespan!.mean).toBeGreaterThan(2 * rows[0].figures.makespan!.mean);
  });

  it('may be results that gosim run saved, alone or in a list', async () => {
    await gosim(['run', file('pool.yaml'), '--procs', '1', '--format', 'json', '-o', file('one.json')]);
    await gosim(['run', file('pool.yaml'), file('slow.yaml'), '--procs', '4', '--format', 'json', '-o', file('two.json')]);
    const { rows, pick } = await compared(file('one.json'), file('two.json'));
    expect(rows.map(({ values }) => values.file)).toEqual([file('one.json'), `${file('two.json')} 1`, `${file('two.json')} 2`]);
    expect(rows.map((one) => one.gomaxprocs)).toEqual([1, 4, 4]);
    expect(pick).toBe(1);
    const { code, err } = await compare(file('one.json'), '--procs', '1,2');
    expect([code, err.includes('--procs needs a scenario to run')]).toEqual([2, true]);
  });

  it.each([
    ['{}', 'holds no result of a run'],
    ['[]', 'holds no result of a run'],
    ['null', 'holds no result of a run'],
    ['{', 'is not JSON'],
    ['{"schema": "gosim.result/v2"}', 'has schema gosim.result/v2, and this version of gosim reads gosim.result/v1'],
    ['{"schema": "gosim.result/v1", "spans": {}}', 'is no whole result of a run'],
    ['{"schema": "gosim.compare-part/v1"}', 'gosim merge puts all its parts together'],
  ])('that are no results are refused: %s', async (text, said) => {
    writeFileSync(file('other.json'), text);
    const { code, out, err } = await compare(file('other.json'));
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(said);
  });

  it('are scenarios or results, not both', async () => {
    const { code, err } = await compare(file('pool.yaml'), file('other.json'));
    expect([code, err.includes('can be compared with results only')]).toEqual([2, true]);
  });
});

describe('the bytes', () => {
  const ARGS = ['--procs', '1..6', '--vary', 'params.workers=2,5', '--runs', '2'];
  const FORMATS = ['text', 'json', 'csv', 'markdown', 'benchfmt'];

  it('are the same for any number of threads', async () => {
    const args = ['compare', file('pool.yaml'), ...ARGS, '--format', 'json'];
    const one = await gosim([...args, '--jobs', '1']);
    expect(one.code).toBe(0);
    expect(await gosim([...args, '--jobs', '2'])).toEqual(one);
  });

  it('of a part are the same for any number of threads', async () => {
    const args = ['compare', file('stuck.yaml'), '--vary', 'params.n=1..200', '--shard', '2/3'];
    const one = await gosim([...args, '--jobs', '1']);
    expect(one.out.match(/"point":/g)).toHaveLength(67);
    expect(await gosim([...args, '--jobs', '2'])).toEqual(one);
  });

  it('are the same for parts that are merged as for the whole, whatever the order of the parts', async () => {
    for (const part of [1, 2, 3]) {
      const { code, out } = await compare(file('pool.yaml'), ...ARGS, '--shard', `${part}/3`, '-o', file(`part${part}.json`));
      expect([code, out]).toEqual([0, '']);
    }
    const parts = [3, 1, 2].map((part) => file(`part${part}.json`));
    for (const format of FORMATS) {
      expect(await gosim(['merge', ...parts, '--format', format])).toEqual(await compare(file('pool.yaml'), ...ARGS, '--format', format));
    }
    const merged = async (...names: string[]): Promise<string> => (await gosim(['merge', ...names.map(file)])).err;
    expect(await merged('part1.json', 'part3.json')).toContain('of 3 parts is missing: 2');
    expect(await merged('part1.json', 'part1.json')).toContain('is part 1, as ');
    expect(await merged('pool.yaml')).toContain('is not JSON');
    await compare(file('pool.yaml'), '--procs', '1,2', '--shard', '2/3', '-o', file('stranger.json'));
    expect(await merged('part1.json', 'stranger.json', 'part3.json')).toContain('is a part of another comparison');
    const part2 = JSON.parse(readFileSync(file('part2.json'), 'utf8'));
    const [row] = part2.rows;
    for (const [change, said] of [
      [{ schema: 'gosim.compare-part/v2' }, 'has schema gosim.compare-part/v2, and this version of gosim reads gosim.compare-part/v1'],
      [{ schema: 'gosim.result/v1' }, 'is no part of a comparison'],
      [{ gosim: '0.0.1' }, 'was made by gosim 0.0.1, and this is'],
      [{ plan: {} }, 'is no whole part of a comparison'],
      [{ points: 11 }, 'is no whole part of a comparison'],
      [{ rows: [{ ...row, point: 0 }] }, 'is no whole part of a comparison'],
      [{ rows: [{ ...row, row: { ...row.row, runs: row.row.runs.slice(1) } }] }, 'is no whole part of a comparison'],
    ] as const) {
      writeFileSync(file('changed.json'), JSON.stringify({ ...part2, ...change }));
      expect(await merged('part1.json', 'changed.json', 'part3.json')).toContain(said);
    }
    writeFileSync(file('half.json'), readFileSync(file('part2.json'), 'utf8').replace(/\{"point":1,.*\n/, ''));
    expect(await merged('part1.json', 'half.json', 'part3.json')).toContain('row 2 is missing');
  });

  it('are the same for more parts than rows', async () => {
    for (const part of [1, 2, 3]) await compare(file('pool.yaml'), '--procs', '1,2', '--shard', `${part}/3`, '-o', file(`few${part}.json`));
    expect(await gosim(['merge', ...[1, 2, 3].map((part) => file(`few${part}.json`))])).toEqual(
      await compare(file('pool.yaml'), '--procs', '1,2'),
    );
  });

  it('of a part that is interrupted are none, and the exit code is 130', async () => {
    const io = fakeIo();
    const interrupts = (told: () => void): (() => void) => {
      setImmediate(told);
      return () => undefined;
    };
    const args = ['compare', file('pool.yaml'), '--procs', '1..8', '--jobs', '1', '--shard', '1/2', '-o', file('none.json')];
    expect(await main(['node', 'gosim', ...args], { ...io, interrupts })).toBe(130);
    expect([existsSync(file('none.json')), readdirSync(folder).filter((name) => name.endsWith('.tmp'))]).toEqual([false, []]);
    expect(io.stderr.text).toContain('interrupted');
  });

  it('after Ctrl-C hold the rows that are complete', async () => {
    for (const jobs of ['1', '2']) {
      const io = fakeIo();
      let interrupt = (): void => {};
      const interrupts = (listener: () => void): (() => void) => {
        interrupt = listener;
        return () => undefined;
      };
      let ticks = 0;
      const timer = setInterval(() => {
        if (++ticks === 40) interrupt();
      }, 25);
      const args = [
        'compare',
        file('pool.yaml'),
        '--vary',
        'params.workers=1..16',
        '--runs',
        '8',
        '--vary',
        'params.burst=1us..600us',
        '--jobs',
        jobs,
        '--format',
        'json',
      ];
      const code = await main(['node', 'gosim', ...args], { ...io, interrupts }).finally(() => clearInterval(timer));
      const { complete, rows } = JSON.parse(io.stdout.text) as Compared;
      expect([code, complete]).toEqual([130, false]);
      expect(rows.length).toBeLessThan(9600);
      if (jobs === '1') expect(rows.length).toBeGreaterThan(0); // threads may take long to begin
      for (const row of rows) expect(row.outcomes).toHaveLength(8);
    }
  });
});

describe('Ctrl-C', () => {
  // How long a process takes to begin depends on the machine, so several waits are tried.
  it('reaches the process, which prints the rows that are complete and exits with 130', async () => {
    const args = ['compare', file('pool.yaml'), '--vary', 'params.burst=1us..600us', '--vary', 'params.workers=1..16', '--jobs', '1'];
    let code: number | null = null;
    let out = '';
    for (const wait of [2, 6, 20]) {
      const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/dev.ts', ...args], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const timer = setTimeout(() => child.kill('SIGINT'), wait * 1000);
      out = '';
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
      });
      code = await new Promise<number | null>((resolve) => child.on('close', resolve));
      clearTimeout(timer);
      if (code === 130 && !out.includes('No row')) break;
    }
    expect(code).toBe(130);
    expect(out).toMatch(/^Interrupted: [\d,]+ of 9,600 rows\.$/m);
    expect(out).toMatch(/^→ +1us /m); // the best of however many
  });
});

describe('progress', () => {
  async function run(flags: readonly string[], tty: number | null, stepMs: number): Promise<string> {
    const io = fakeIo('', {}, tty);
    let now = 0;
    const clock = (): number => {
      now += stepMs;
      return now;
    };
    await main(['node', 'gosim', 'compare', file('pool.yaml'), '--procs', '1..8', '--jobs', '1', ...flags], { ...io, clock });
    return io.stderr.text;
  }

  it('is shown on a terminal after a while, on one line that is gone in the end', async () => {
    expect(await run([], 80, 150)).toMatch(/^(\r[^\n]*\d of 8 rows \(Ctrl-C shows what is complete\)[^\n]*\x1b\[K)+\r\x1b\[K$/);
  });

  it('is not shown in a pipe, with --quiet, or of a comparison that is soon over', async () => {
    expect(await run([], null, 150)).toBe('');
    expect(await run(['-q'], 80, 150)).toBe('');
    expect(await run([], 80, 1)).toBe('');
  });
});

describe('a part', () => {
  it.each([
    ['2/8', {}, { index: 2, count: 8 }],
    ['auto', { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '5' }, { index: 2, count: 5 }],
    ['auto', { SLURM_ARRAY_TASK_ID: '12', SLURM_ARRAY_TASK_MIN: '10', SLURM_ARRAY_TASK_COUNT: '4' }, { index: 3, count: 4 }],
    ['auto/4', { JOB_COMPLETION_INDEX: '0' }, { index: 1, count: 4 }],
    ['auto/4', { PARALLEL_SEQ: '4', CI_NODE_INDEX: '1', CI_NODE_TOTAL: '2' }, { index: 4, count: 4 }],
    ['auto', { CIRCLE_NODE_INDEX: '3', CIRCLE_NODE_TOTAL: '4' }, { index: 4, count: 4 }],
    ['auto', { BUILDKITE_PARALLEL_JOB: '1', BUILDKITE_PARALLEL_JOB_COUNT: '2' }, { index: 2, count: 2 }],
  ])('%s with %j is %j', (text, env, shard) => {
    expect(parseShard(text, env)).toEqual(shard);
  });

  it.each([
    ['0/8', {}, 'There is no part 0 of 8'],
    ['3', {}, 'It takes the form i/n'],
    ['auto', { JOB_COMPLETION_INDEX: '0' }, 'JOB_COMPLETION_INDEX is set and JOB_COMPLETIONS is not'],
    ['auto/2', { JOB_COMPLETION_INDEX: '2' }, 'There is no part 3 of 2'],
  ])('%s with %j is refused: %s', (text, env, said) => {
    expect(parseShard(text, env)).toContain(said);
  });
});
