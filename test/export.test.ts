// The Go programs that gosim exports: their text here, and where a Go is installed also what its own tools say of them.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DIST_EXP, DIST_LOGNORMAL, DIST_NORMAL, DIST_PARETO, DIST_UNIFORM, quantile } from '../src/base/distributions.ts';
import { draw32, Stream, unitFrom } from '../src/base/prng.ts';
import { dataFilesOf } from '../src/cli/io.ts';
import { runScenario } from '../src/cli/run-scenario.ts';
import { buildGo, findGo, GoError, runBuilt } from '../src/golang/exec.ts';
import { bodiesByFunction, exportGo } from '../src/golang/export.ts';
import type { GoExpr } from '../src/golang/go-expr.ts';
import { atom, binary, call, integer, method, printGo } from '../src/golang/go-expr.ts';
import { readGoRun } from '../src/golang/go-run.ts';
import { Names } from '../src/golang/names.ts';
import { observe } from '../src/golang/observe.ts';
import { partsFor } from '../src/golang/support.ts';
import { goString } from '../src/golang/write-values.ts';
import { parseScenario } from '../src/scenario/load.ts';
import type { Scenario } from '../src/scenario/model.ts';
import { STEPS } from '../src/scenario/step-table.ts';
import { exampleOf } from './support/reference.ts';
import { root } from './support/source.ts';

const go = await findGo().catch(() => null);
const withGo = it.skipIf(go === null);
const needs = go === null ? ' (skipped: no Go is installed here)' : '';

function load(path: string): Scenario {
  const { scenario, diagnostics } = parseScenario(readFileSync(join(root, path), 'utf8'), path, {
    readFile: dataFilesOf(join(root, path)),
  });
  if (scenario === null) throw new Error(`${path}: ${diagnostics.map((one) => one.message).join('; ')}`);
  return scenario;
}

const yamlFiles = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${folder}/${name}`);
const everything = [
  ...yamlFiles('test/programs'),
  ...yamlFiles('scenarios'),
  ...yamlFiles('test/scorecard'),
  'test/data/every-step.yaml',
  'test/data/connections.yaml',
];

/** By step, the program of the example that docs/language.md has of it. */
function examples(): Map<string, string> {
  const page = readFileSync(join(root, 'docs/language.md'), 'utf8');
  const declarations = /^```yaml\n(params: \{n: 3[\s\S]*?)^```$/m.exec(page)?.[1] ?? '';
  return new Map(
    [...STEPS.keys()].map((step) => {
      const { scenario } = parseScenario(`${declarations}  main:\n${exampleOf(page, step).replace(/^(?=.)/gm, '    ')}`, `${step}.yaml`);
      return [step, exportGo(scenario!)];
    }),
  );
}

/** The programs of the whole scenarios in docs/language.md. */
function wholeExamples(): string[] {
  const page = readFileSync(join(root, 'docs/language.md'), 'utf8');
  const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((match) => match[1]);
  return blocks.filter((text) => /^ {2}main:/m.test(text)).map((text) => exportGo(parseScenario(text, 'whole.yaml').scenario!));
}

/** The part of a program that differs from others'. */
const own = (program: string): string => `${program.split('// What follows is the same')[0].trimEnd()}\n`;

describe('an exported program', () => {
  it('has a function for every body and a statement for every step', async () => {
    await expect(own(exportGo(load('test/data/every-step.yaml')))).toMatchFileSnapshot('golden/every-step.go.txt');
  });

  it('can be had of every step of the language', () => {
    const body = (program: string): string => /^func mainBody\([\s\S]*?\n}/m.exec(program)?.[0] ?? '';
    for (const [step, program] of examples()) expect(body(program).split('\n').length, step).toBeGreaterThan(2);
  });

  it('declares where connections arrive', async () => {
    await expect(own(exportGo(load('test/data/connections.yaml')))).toMatchFileSnapshot('golden/connections.go.txt');
  });

  it('that starts cold does nothing before main', async () => {
    const program = exportGo(load('test/programs/10b-broadcast-wakes.yaml'));
    await expect(own(program)).toMatchFileSnapshot('golden/broadcast-wakes.go.txt');
    expect(program).not.toContain('settle');
  });

  it('carries only the support code that it needs', () => {
    const program = exportGo(load('test/programs/44b-goexit-alone.yaml'));
    expect(program).not.toMatch(/func (cpu|block|netWait|ln|mix|add)\(/);
    expect(program).not.toContain('goroutine struct');
  });

  it('says nothing of where it was made, whatever the text of the scenario', () => {
    const scenario = { ...load('test/programs/44b-goexit-alone.yaml'), name: 'a\nb', description: '+build no\n//go:build no' };
    const program = exportGo(scenario);
    expect(program).toContain('// + build no\n// //go:build no\n');
    expect(program).toContain(': a b.\n');
    expect(program).not.toMatch(/\/(home|root|tmp|Users)\//);
  });
});

describe('expressions are printed as gofmt prints them', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(atom);
  const f = (...args: GoExpr[]): GoExpr => call('f', ...args);
  const rows: [GoExpr, string][] = [
    [binary('*', a, b), 'a * b'],
    [binary('+', binary('*', a, b), c), 'a*b + c'],
    [binary('*', binary('+', a, b), c), '(a + b) * c'],
    [f(binary('*', a, b)), 'f(a * b)'],
    [f(binary('*', a, b), c), 'f(a*b, c)'],
    [f(binary('+', binary('*', a, b), c), c), 'f(a*b+c, c)'],
    [binary('&&', binary('<', a, b), binary('==', binary('%', a, c), integer(0))), 'a < b && a%c == 0'],
    [binary('-', a, binary('-', b, c)), 'a - (b - c)'],
    [binary('-', binary('-', a, b), c), 'a - b - c'],
    [binary('-', a, integer(-3)), 'a - -3'],
    [f(binary('-', a, integer(-3)), c), 'f(a - -3, c)'],
    [{ is: 'unary', op: '!', operand: binary('<', a, b) }, '!(a < b)'],
    [{ is: 'index', of: a, at: binary('%', b, c) }, 'a[b%c]'],
    [method({ is: 'index', of: a, at: b }, 'Lock'), 'a[b].Lock()'],
    [binary('<', { is: 'unary', op: '-', operand: a }, binary('/', b, integer(2))), '-a < b/2'],
  ];
  it.each(rows.map(([expr, text]) => ({ expr, text })))('$text', ({ expr, text }) => {
    expect(printGo(expr)).toBe(text);
  });
});

describe('names and strings', () => {
  it('become identifiers that hide nothing', () => {
    const names = new Names();
    expect(
      ['jobs', 'not-empty', 'range', 'type', 'len', '2nd', 'jobs', '_', 'äöü', 'main'].map((name) => names.give(name, 'Chan')),
    ).toEqual(['jobs', 'notEmpty', 'rangeChan', 'typeChan', 'lenChan', 'n2nd', 'jobsChan', 'n', 'äöü', 'mainChan']);
  });

  it('become literals', () => {
    expect(goString('a "b" \\ \n\t\u0001ü')).toBe('"a \\"b\\" \\\\ \\n\\t\\u0001ü"');
    expect(goString('\ud800')).toBe('"\\ufffd"');
  });
});

describe('the report of a run', () => {
  const functions = new Map([
    ['mainBody', 'main'],
    ['worker', 'worker'],
  ]);
  const ended = { status: 2, timedOut: false, horizonNs: null, stderr: '', report: '' };

  it('is read up to the end that it names, and no further', () => {
    const report =
      '{"events":[\n{"atNs":0,"event":"start","threads":3},\n{"atNs":5,"event":"log","g":"w","index":2,"text":"a"},\n' +
      '{"atNs":9,"event":"log","g":"w","index":2,"text":"late"},\n{"atNs":7,"event":"end","threads":4}\n]}\n,\n{"atNs":9';
    const run = readGoRun({ ...ended, status: 0, report }, functions, '');
    expect(run.log).toEqual([{ atNs: 5, g: 'w', index: 2, text: 'a' }]);
    expect(run.threads).toEqual({ atStart: 3, created: 4 });
    expect([run.makespanNs, run.outcome.kind]).toEqual([7, 'completed']);
  });

  it('keeps what was whole when the program died', () => {
    const report = '{"events":[\n{"atNs":0,"event":"start","threads":3},\n{"atNs":5,"event":"log","g":"w","index":2,"te';
    expect(readGoRun({ ...ended, report }, functions, '').threads.atStart).toBe(3);
  });

  it('takes outcome and listing from what Go printed', () => {
    const source = 'package main\n\nfunc mainBody() {\n\tgo func(i int64) {\n\t\tdefer wg.Done()\n\t\tworker(i)\n\t}(1)\n}\n';
    const stderr =
      'fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive, 2 minutes]:\nmain.mainBody()\n\t/x/main.go:9 +0x1\n' +
      'main.main()\n\t/x/main.go:3 +0x1\n\ngoroutine 6 [sync.Mutex.Lock]:\nsync.(*Mutex).Lock(...)\nmain.worker(0x1)\n\t/x/main.go:12\n' +
      'main.mainBody.func1()\n\t/x/main.go:6\ncreated by main.mainBody in goroutine 1\n\t/x/main.go:4 +0x1\n\n' +
      'goroutine 7 [runnable]:\nmain.mainBody.gowrap1()\n\t/x/main.go:4\ncreated by main.mainBody in goroutine 1\n\t/x/main.go:4 +0x1\nexit status 2\n';
    const run = readGoRun({ ...ended, stderr }, functions, source);
    expect(run.outcome).toEqual({ kind: 'deadlock', exitCode: 2, message: 'fatal error: all goroutines are asleep - deadlock!' });
    expect(run.goroutines).toEqual(['main [chan receive]', 'worker [runnable]', 'worker [sync.Mutex.Lock]']);
  });
});

describe('with the go that is installed', () => {
  withGo(
    `every program is formatted, and go vet has nothing to say${needs}`,
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'gosim-test-'));
      try {
        writeFileSync(join(folder, 'go.mod'), `module programs\n\ngo 1.19\n`);
        for (const path of everything) {
          const name = path.replace(/\.yaml$/, '').replaceAll('/', '-');
          mkdirSync(join(folder, name));
          writeFileSync(join(folder, name, 'main.go'), exportGo(load(path)));
        }
        for (const [step, program] of examples()) {
          mkdirSync(join(folder, `example-${step}`));
          writeFileSync(join(folder, `example-${step}`, 'main.go'), program);
        }
        const whole = wholeExamples();
        expect(whole.length).toBeGreaterThan(3);
        for (const [i, program] of whole.entries()) {
          mkdirSync(join(folder, `whole-${i}`));
          writeFileSync(join(folder, `whole-${i}`, 'main.go'), program);
        }
        for (const path of ['scenarios/pipeline.yaml', 'scenarios/web-server.yaml', 'test/programs/59-exit.yaml']) {
          mkdirSync(join(folder, `traced-${basename(path)}`));
          writeFileSync(join(folder, `traced-${basename(path)}`, 'main.go'), exportGo(load(path), { trace: true }));
        }
        const env = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '', GOWORK: 'off' };
        const goroot = spawnSync(go!.path, ['env', 'GOROOT'], { encoding: 'utf8', env }).stdout.trim();
        const formatted = spawnSync(join(goroot, 'bin', 'gofmt'), ['-l', '-s', '.'], { cwd: folder, encoding: 'utf8' });
        expect(formatted.stdout + formatted.stderr).toBe('');
        // vet checks all that the compiler does, and generates no code
        const vetted = spawnSync(go!.path, ['vet', './...'], { cwd: folder, encoding: 'utf8', env });
        expect(vetted.stderr).toBe('');
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    300_000,
  );

  withGo(
    `every step does in Go what it does in gosim, with the same random numbers${needs}`,
    async () => {
      const scenario = load('test/data/every-step.yaml');
      const seen = await observe(scenario, go!, { runs: 2, timeoutMs: 20_000, gomaxprocs: 1 });
      const { result } = runScenario(scenario);
      expect(seen.outcomes).toEqual([{ kind: 'completed', exitCode: 0, message: '', count: 2 }]);
      expect(seen.logs).toEqual([{ log: result.log.map((entry) => entry.text).join(' '), count: 2 }]);
    },
    60_000,
  );

  withGo(
    `connections arrive in Go at the instants at which they arrive in gosim${needs}`,
    async () => {
      const scenario = load('test/data/connections.yaml');
      const seen = await observe(scenario, go!, { runs: 2, timeoutMs: 20_000, gomaxprocs: 2 });
      const sorted = (log: string): string[] => log.split(' ').sort();
      const expected = sorted(
        runScenario(scenario, { check: true })
          .result.log.map((entry) => entry.text)
          .join(' '),
      );
      expect(expected.filter((text) => /:\d/.test(text))).toHaveLength(48);
      for (const { log } of seen.logs) expect(sorted(log)).toEqual(expected);
      expect(seen.spans.quick.count).toBe(8);
    },
    60_000,
  );

  withGo(
    `distributions give the same integers, bit for bit${needs}`,
    async () => {
      const { k0, k1 } = new Stream(99, 'main');
      const parts = partsFor(['exponential', 'uniform', 'normal', 'lognormal', 'pareto', 'empirical', 'choose', 'units']);
      const imports = [...new Set(['fmt', ...parts.flatMap((part) => part.imports)])].map((name) => `import "${name}"\n`).join('');
      const draws = [
        'exponential(3*ms)',
        'uniform(1*us, 5*ms)',
        'normal(2*ms, 1*ms)',
        'lognormal(2*ms, 9*ms)',
        'pareto(1*ms, 1.5)',
        'empirical([]int64{3, 1, 4, 1, 5})',
      ];
      const main = `func main() {
	g := &goroutine{k0: ${k0 >>> 0}, k1: ${k1 >>> 0}}
	for i := 0; i < 2000; i++ {
		fmt.Println(${draws.map((draw) => `g.${draw}`).join(', ')}, math.Floor(g.choose(7)))
	}
	c := g.child("", 0)
	d := g.child("", 0)
	fmt.Println(c.draw(), d.draw(), d.child("", 0).draw())
}`;
      const built = await buildGo(go!, `package main\n\n${imports}${parts.map((part) => part.code).join('')}\n${main}\n`, '1.19');
      const ran = await runBuilt(built, 1, { timeoutMs: 20_000 });
      await built.remove();
      let n = 0;
      const next = (): number => draw32(k0, k1, n++);
      const unit = (): number => {
        const first = next();
        return unitFrom(first, next());
      };
      const lines = Array.from({ length: 2000 }, () =>
        [
          quantile(DIST_EXP, 3e6, 0, unit()),
          quantile(DIST_UNIFORM, 1e3, 5e6, unit()),
          quantile(DIST_NORMAL, 2e6, 1e6, unit()),
          quantile(DIST_LOGNORMAL, 2e6, 9e6, unit()),
          quantile(DIST_PARETO, 1e6, 1.5, unit()),
          [3, 1, 4, 1, 5][Math.floor(unit() * 5)],
          Math.floor((next() * 7) / 0x100000000),
        ].join(' '),
      );
      expect(ran.stdout.split('\n').slice(0, 2000)).toEqual(lines);
    },
    60_000,
  );

  withGo(
    `a program with a horizon, a panic, an exit and a deadlock end as Go ends them${needs}`,
    async () => {
      const kinds: Record<string, string> = {};
      for (const name of ['43-network-wait-hides-deadlock', '51-panic', '59-exit', '50-deadlock-listing']) {
        const scenario = load(`test/programs/${name}.yaml`);
        const seen = await observe(scenario, go!, { runs: 1, timeoutMs: 20_000, gomaxprocs: 1 });
        kinds[name] = `${seen.outcomes[0].kind} ${seen.outcomes[0].exitCode} ${seen.goroutines[0]?.listing.length ?? 0}`;
      }
      expect(kinds).toEqual({
        '43-network-wait-hides-deadlock': 'until 0 2',
        '51-panic': 'panic 2 1',
        '59-exit': 'exit 3 0',
        '50-deadlock-listing': 'deadlock 2 10',
      });
    },
    60_000,
  );

  withGo(`what does not build is told with the compiler's words${needs}`, async () => {
    await expect(buildGo(go!, 'package main\n\nfunc main() { x }\n', '1.19')).rejects.toThrow(
      /go build failed:[\s\S]*main\.go:3:15: undefined: x/,
    );
  });

  it('a go that is not there is told with the way out', async () => {
    await expect(findGo('/nowhere/go')).rejects.toThrow(GoError);
    await expect(findGo('/nowhere/go')).rejects.toThrow('--go PATH');
  });
});

describe('functions of a program', () => {
  it('lead back to the bodies', () => {
    expect(Object.fromEntries(bodiesByFunction(load('test/data/every-step.yaml')))).toMatchObject({
      mainBody: 'main',
      funcBody: 'func',
      funcFunc1: 'func.func1',
    });
  });
});
