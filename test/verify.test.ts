// gosim verify and machine profiles, from the command line.

import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../src/cli/main.ts';
import { simulateSeeds } from '../src/cli/verify-scenario.ts';
import { findGo } from '../src/golang/exec.ts';
import type { Observation } from '../src/golang/observe.ts';
import { parseScenario } from '../src/scenario/load.ts';
import { NO_COSTS, PROFILE_SCHEMA, readProfile } from '../src/scenario/machine-profile.ts';
import type { FakeIo } from './support/fake-io.ts';
import { fakeIo } from './support/fake-io.ts';

const go = await findGo().catch(() => null);
const withGo = it.skipIf(go === null);
const folder = mkdtempSync(join(tmpdir(), 'verify-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const PROFILE = file(
  'profile.json',
  JSON.stringify({ schema: PROFILE_SCHEMA, go: '1.26.8', costs: { go: { ns: 60, minNs: 50, maxNs: 90 } } }),
);

async function gosim(...args: string[]): Promise<FakeIo & { code: number }> {
  const io = fakeIo();
  return { ...io, code: await main(['node', 'gosim', ...args], io) };
}

/** What is left in a folder for temporary files that only this command had. */
async function leftBy(command: () => Promise<unknown>): Promise<string[]> {
  const own = mkdtempSync(join(folder, 'tmp-'));
  const { TMPDIR } = process.env;
  process.env.TMPDIR = own;
  try {
    await command();
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
  return readdirSync(own);
}

/** A go command that says it is of some version, and does something else for `build`. */
function fakeGo(name: string, version: string, build = 'exit 1'): string {
  const path = file(name, `#!/bin/sh\nif [ "$1" = env ]; then echo ${version}; exit 0; fi\n${build}\n`);
  chmodSync(path, 0o755);
  return path;
}

const TWO = file('two.yaml', 'goroutines: {main: [{go: {run: w, count: 2, wg: all}}, {wait: all}], w: [{log: w}]}\nwaitgroups: [all]\n');

describe('gosim verify says in a sentence, with exit code 2,', () => {
  it.each([
    ['that there is no Go', '/nowhere/go', 'cannot run /nowhere/go: Go is needed for this.'],
    ['that a Go is too old', fakeGo('old', 'go1.13.4'), 'is Go 1.13.4: 1.19 is the oldest that works.'],
    ['that a Go is none that is simulated', fakeGo('between', 'go1.22.1'), 'gosim simulates 1.19 and 1.26, and only these can judge it.'],
    ['that something is no Go', fakeGo('other', 'v20.1'), 'is not a Go command'],
    ['that building fails', fakeGo('broken', 'go1.26.1', 'echo "no space left" >&2; exit 1'), 'go build failed:\nno space left'],
  ])('%s', async (_, path, said) => {
    const left = await leftBy(async () => {
      const { code, stdout, stderr } = await gosim('verify', TWO, '--go', path);
      expect([code, stdout.text]).toEqual([2, '']);
      expect(stderr.text).toMatch(/^gosim: error: /);
      expect(stderr.text).toContain(said);
    });
    expect(left).toEqual([]);
  });

  it.each([
    ['--procs', '1,none'],
    ['--procs', '0'],
    ['--runs', '0'],
    ['--machine', '/nowhere.json'],
  ])('what is wrong with %s %s', async (flag, value) => {
    const { code, stderr } = await gosim('verify', TWO, flag, value);
    expect(code).toBe(2);
    expect(stderr.text).toMatch(/GOMAXPROCS|number of runs|cannot be read/);
  });

  it('what is wrong with a scenario, before anything is built', async () => {
    const { code, stderr } = await gosim('verify', file('bad.yaml', 'goroutines: {main: [{cpuu: 1ms}]}'), '--go', '/nowhere/go');
    expect(code).toBe(2);
    expect(stderr.text).toContain('cpuu');
  });
});

describe('gosim verify with the go that is installed', () => {
  withGo(
    'compares, keeps what Go did, and leaves nothing else behind',
    async () => {
      const record = join(folder, 'kept');
      const args = ['--machine', PROFILE, '--runs', '3', '--procs', '1,2', '--record', record, '--format', 'json'];
      let printed = '';
      const left = await leftBy(async () => {
        const { code, stdout } = await gosim('verify', TWO, ...args);
        expect(code).toBe(0);
        printed = stdout.text;
      });
      expect(left).toEqual([]);
      const json = JSON.parse(printed);
      expect(json).toMatchObject({ schema: 'gosim.verification/v1', ok: true });
      expect(json.cases.map((one: { gomaxprocs: number }) => one.gomaxprocs)).toEqual([1, 2]);
      const order = json.cases[0].metrics.find((one: { name: string }) => one.name === 'order');
      expect(order).toMatchObject({ gosim: 'w w', go: 'w w', verdict: 'ok' });
      const names = readdirSync(record).sort();
      expect(names.map((name) => name.replace(/go1\.\d+/, 'go'))).toEqual(['two.go.procs1.json', 'two.go.procs2.json']);
      const kept = JSON.parse(readFileSync(join(record, names[1]), 'utf8')) as Observation;
      expect(kept).toMatchObject({ runs: 3, gomaxprocs: 2, costs: { go: 60 } });
      expect(kept.samples?.threads).toHaveLength(3);
    },
    120_000,
  );

  withGo(
    'ends at once on Ctrl-C, with nothing left behind',
    async () => {
      const left = await leftBy(async () => {
        const slow = file('slow.yaml', 'until: 20s\ngoroutines: {main: [{sleep: 30s}]}');
        const interrupts = (told: () => void): (() => void) => {
          const timer = setTimeout(told, 3_000);
          return () => clearTimeout(timer);
        };
        expect(await main(['node', 'gosim', 'verify', slow, '--machine', PROFILE, '--procs', '1'], { ...fakeIo(), interrupts })).toBe(130);
      });
      expect(left).toEqual([]);
    },
    30_000,
  );

  withGo(
    'has exit code 1 where a bar is missed, and says what differs',
    async () => {
      const dear = file('very-dear.json', JSON.stringify({ schema: PROFILE_SCHEMA, costs: { go: 50_000_000 } }));
      const steps = '[{go: [gosched]}, {if: "${now < 20ms}", do: [{log: fast}], else: [{log: slow}]}]';
      const path = file('fast.yaml', `goroutines: {main: ${steps}}`);
      const { code, stdout } = await gosim('verify', path, '--machine', dear, '--runs', '1', '--procs', '1');
      expect(stdout.text).toContain('  order\n    gosim  slow\n    Go     fast\n');
      expect(code).toBe(1);
    },
    120_000,
  );
});

describe('a machine profile', () => {
  const read = (json: unknown) => readProfile(typeof json === 'string' ? json : JSON.stringify(json));
  const of = (costs: unknown) => read({ schema: PROFILE_SCHEMA, go: '1.26.8', costs });

  it('gives costs in place of the built-in ones, as they were measured or written by hand', () => {
    expect(of({ go: { ns: 61.6, minNs: 50, maxNs: 90, how: '' }, park: 100, futexWake: [1000, 2000] })).toEqual({
      costs: { go: 62, park: 100, futexWake: [1000, 2000] },
      traced: {},
      go: '1.26.8',
    });
  });

  it('has those that are others while a trace is written apart', () => {
    const text = { schema: PROFILE_SCHEMA, costs: { park: 100 }, traced: { park: { ns: 400, minNs: 300, maxNs: 900 } } };
    expect(read(text)).toMatchObject({ costs: { park: 100 }, traced: { park: 400 } });
    expect(read({ ...text, traced: { perk: 1 } })).toContain('has a cost "perk", which is not known');
  });

  it('changes what traces are compared with, and nothing else', () => {
    const { scenario } = parseScenario(readFileSync('scenarios/pipeline.yaml', 'utf8'), 'pipeline.yaml');
    const small = { ...scenario!, gomaxprocs: 1 };
    const [plain, traced] = [{}, { park: 20_000 }].map((dear) => simulateSeeds(small, { costs: {}, traced: dear }));
    expect(traced.makespanNs).toEqual(plain.makespanNs);
    expect(traced.schedules[0].endNs).toBeGreaterThan(plain.schedules[0].endNs);
  });

  it('makes a range of a measured cost that varies, with the median where it was measured', () => {
    expect(of({ futexWake: { ns: 2000, minNs: 1500, maxNs: 90_000 } })).toMatchObject({ costs: { futexWake: [1500, 3500] } });
  });

  it.each([
    ['{', 'is not JSON'],
    ['[]', 'holds no object'],
    [{ costs: {} }, 'names no schema'],
    [{ schema: 'gosim.result/v1' }, 'its schema is "gosim.result/v1", not "gosim.profile/v1"'],
    [{ schema: PROFILE_SCHEMA }, 'has no "costs"'],
    [{ schema: PROFILE_SCHEMA, costs: { gosh: 1 } }, 'has a cost "gosh", which is not known'],
    [{ schema: PROFILE_SCHEMA, costs: { go: -1 } }, 'the cost "go"'],
    [{ schema: PROFILE_SCHEMA, costs: { futexWake: [2, 1] } }, 'the cost "futexWake"'],
  ])('that is wrong is told: %s', (json, said) => {
    expect(read(json)).toContain(said);
  });

  it('changes what a run takes, by the command line or the scenario', async () => {
    const dear = file('dear.json', JSON.stringify({ schema: PROFILE_SCHEMA, costs: { go: 1_000_000 } }));
    const makespan = async (...args: string[]): Promise<number> =>
      JSON.parse((await gosim('run', ...args, '--format', 'json')).stdout.text).makespanNs;
    const plain = await makespan(TWO);
    expect(((await makespan(TWO, '--machine', dear)) - plain) / 1e6).toBeCloseTo(2, 1);
    const text = `machine: {cpus: 8, profile: dear.json}\n${readFileSync(TWO, 'utf8')}`;
    expect(((await makespan(file('with-profile.yaml', text))) - plain) / 1e6).toBeCloseTo(2, 1);
  });

  it('that a scenario names and that is not there is told at its place', async () => {
    const path = file('lost.yaml', 'machine: {profile: lost.json}\ngoroutines: {main: [gosched]}');
    const { code, stderr } = await gosim('run', path);
    expect(code).toBe(2);
    expect(stderr.text).toMatch(/lost\.yaml:1:20: error: "lost\.json" cannot be read: no such file/);
    const wrong = file('wrong.yaml', 'machine: {profile: two.yaml}\ngoroutines: {main: [gosched]}');
    expect((await gosim('run', wrong)).stderr.text).toContain('"two.yaml" is not JSON');
    expect((await gosim('run', TWO, '--machine', TWO)).stderr.text).toMatch(/two\.yaml: error: is not JSON/);
  });
});

describe('seeds of the scheduler', () => {
  it('leave the draws of the workload as they are', () => {
    const { scenario } = parseScenario('gomaxprocs: 2\ngoroutines: {main: [{span: s, do: [{cpu: exp(1ms)}]}]}', 'a.yaml');
    const { spans } = simulateSeeds(scenario!, NO_COSTS);
    expect(spans.s.p50Ns).toHaveLength(10);
    expect(Math.max(...spans.s.p50Ns) - Math.min(...spans.s.p50Ns)).toBeLessThan(100);
  });
});
