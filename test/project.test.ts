// What one does with a project of scenarios beside running it: validate, list, init, completion, --watch.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { commandLine } from '../src/cli/command-line.ts';
import { main } from '../src/cli/main.ts';
import { TEMPLATES } from '../src/cli/templates.ts';
import type { FakeIo } from './support/fake-io.ts';
import { fakeIo } from './support/fake-io.ts';
import type { Ran } from './support/gosim.ts';
import { gosim } from './support/gosim.ts';

const SLEEPER =
  'name: sleeper\ndescription: It sleeps. Then it ends.\nparams: {nap: 1500us, deep: true}\ngoroutines:\n  main: [{sleep: "${nap}"}]\n';
const STUCK = 'channels: {c: 0}\ngoroutines:\n  main: [{recv: c}]\n';

const home = mkdtempSync(join(tmpdir(), 'gosim-project-'));
let folder = '';
let folders = 0;
beforeEach(() => {
  folder = join(home, String(++folders));
  mkdirSync(folder);
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name);
const put = (name: string, text: string): void => writeFileSync(at(name), text);

/** @ stands for the folder, which the output does not show. */
async function command(args: readonly string[], stdin = ''): Promise<Ran> {
  const { code, out, err } = await gosim(
    args.map((arg) => arg.replace('@', folder)),
    stdin,
  );
  return { code, out: out.replaceAll(`${folder}/`, ''), err: err.replaceAll(`${folder}/`, '') };
}

describe('gosim validate', () => {
  it('shows the mistakes and warnings of all scenarios, and runs none', async () => {
    put('a.yaml', SLEEPER);
    put('b.yaml', 'goroutines:\n  main: [{slepe: 1ms}, {recv: x}]\n');
    put('c.yaml', STUCK);
    put('d.yaml', 'goroutines:\n  main: [{forever: [{sleep: 1ms}]}]\n');
    const { code, out, err } = await command(['validate', '@']);
    expect([code, err]).toEqual([2, '']);
    expect(out).toContain('b.yaml:2:11: error: unknown step "slepe": did you mean "sleep"?\n');
    expect(out).toContain('b.yaml:2:31: error: ');
    expect(out).toContain('c.yaml:3:11: warning: ');
    expect(out).toMatch(/\n4 scenarios: 3 valid, 1 invalid, 2 warnings\n$/);
  });

  it('is content with warnings unless it is strict, and silent about what an expectation foresees', async () => {
    expect((await command(['validate', '-'], STUCK)).code).toBe(0);
    expect((await command(['validate', '-', '--strict'], STUCK)).code).toBe(2);
    const foreseen = await command(['validate', '-', '--strict'], `${STUCK}expect: [outcome == deadlock]\n`);
    expect(foreseen).toEqual({ code: 0, out: '1 scenario: 1 valid\n', err: '' });
  });

  it('prints one object with --format json', async () => {
    put('b.yaml', 'goroutines:\n  main: [{slepe: 1ms}]\n');
    const { code, out } = await command(['validate', '@', '@/none.yaml', '--format', 'json']);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      schema: 'gosim.diagnostics/v1',
      errors: [
        { file: 'b.yaml', line: 2, column: 11 },
        { file: 'none.yaml', line: null },
      ],
      warnings: [],
    });
  });
});

describe('gosim list', () => {
  it('shows files, names and what they are about', async () => {
    put('a.yaml', SLEEPER);
    put('bad.yml', 'x');
    const { code, out } = await command(['list', '@']);
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
      expect.stringMatching(/a\.yaml {2}sleeper {2}It sleeps\.$/),
      expect.stringMatching(/bad\.yml {2}no valid scenario$/),
      '',
    ]);
  });

  it('says more as JSON, with params as --set takes them', async () => {
    put('a.yaml', `${SLEEPER}expect: [makespan < 2ms]\n`);
    expect(JSON.parse((await command(['list', '@', '--format', 'json'])).out)).toEqual([
      { file: 'a.yaml', name: 'sleeper', description: 'It sleeps. Then it ends.', expectations: 1, params: { nap: '1.5ms', deep: 'true' } },
    ]);
    expect((await command(['list', '@', '--filter', 'zebra'])).code).toBe(2);
  });
});

describe('gosim init', () => {
  it.each(Object.keys(TEMPLATES))('writes the template %s, which is valid without a warning and passes', async (template) => {
    const { code, out } = await command(['init', '@/new/x.yaml', '--template', template]);
    expect([code, out]).toEqual([0, 'new/x.yaml written; gosim run new/x.yaml shows what it does\n']);
    expect((await command(['validate', '@/new', '--strict'])).out).toBe('1 scenario: 1 valid\n');
    expect((await command(['check', '@/new'])).code).toBe(0);
  });

  it('writes over nothing that is there, unless it is told to', async () => {
    put('x.yaml', 'mine');
    expect(await command(['init', '@/x.yaml'])).toEqual({
      code: 2,
      out: '',
      err: 'x.yaml: error: is there already\n  note: --force overwrites it\n',
    });
    expect(readFileSync(at('x.yaml'), 'utf8')).toBe('mine');
    expect((await command(['init', '@/x.yaml', '--force'])).code).toBe(0);
    expect(readFileSync(at('x.yaml'), 'utf8')).toBe(TEMPLATES.service.text);
    expect(readdirSync(folder)).toEqual(['x.yaml']);
  });

  it('prints with -, and names what there is when a template is unknown', async () => {
    expect((await command(['init', '-', '--template', 'minimal'])).out).toBe(TEMPLATES.minimal.text);
    const { code, err } = await command(['init', '-', '--template', 'worker']);
    expect([code, err]).toEqual([2, expect.stringMatching(/did you mean "workers"\?\n {2}note: there are service, .* and minimal\n$/)]);
    expect((await command(['init', '@/x.txt'])).code).toBe(2);
    expect(existsSync(at('x.txt'))).toBe(false);
  });
});

describe('gosim completion', () => {
  const script = async (shell: string): Promise<string> => (await command(['completion', shell])).out;
  const has = (shell: string): boolean => {
    try {
      execFileSync(shell, ['-c', 'true'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };

  it('knows every command and every option in each of the shells', async () => {
    const program = commandLine(fakeIo(), { out: '', err: '' }, () => undefined);
    for (const shell of ['bash', 'zsh', 'fish']) {
      const text = await script(shell);
      for (const one of program.commands) {
        expect(text).toContain(one.name());
        for (const { long } of one.options)
          expect(text, `${shell} ${one.name()}`).toContain(shell === 'fish' ? `-l ${long!.slice(2)}` : long);
      }
    }
    expect((await command(['completion', 'tcsh'])).err).toContain('Allowed choices are bash, zsh, fish');
  });

  it('completes in bash', async () => {
    put('web.yaml', SLEEPER);
    put('notes.txt', '');
    put('c.bash', await script('bash'));
    const complete = (...words: string[]): string[] => {
      const test = 'source ./c.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gosim; printf "%s\\n" "${COMPREPLY[@]}"';
      const out = execFileSync('bash', ['-c', test, 'bash', ...words], { cwd: folder, encoding: 'utf8' });
      return out.split('\n').filter((line) => line !== '');
    };
    expect(complete('gosim', 'va')).toEqual(['validate']);
    expect(complete('gosim', 'run', '--f')).toEqual(['--format', '--from']);
    expect(complete('gosim', 'run', '--format', 'j')).toEqual(['json']);
    expect(complete('gosim', 'run', '--format', '=', 'n')).toEqual(['ndjson']);
    expect(complete('gosim', 'check', '--reporter', 'ju')).toEqual(['junit']);
    expect(complete('gosim', 'run', '')).toEqual(['web.yaml']);
    expect(complete('gosim', 'export', '-o', 'n')).toEqual(['notes.txt']);
    expect(complete('gosim', 'init', '--template', 'co')).toEqual(['container']);
    expect(complete('gosim', 'completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(complete('gosim', 'help', 'ini')).toEqual(['init']);
  });

  it.runIf(has('zsh'))('is good zsh', async () => {
    put('_gosim', await script('zsh'));
    execFileSync('zsh', ['-n', at('_gosim')]);
  });

  it.runIf(has('fish'))('completes in fish', async () => {
    put('web.yaml', SLEEPER);
    put('gosim.fish', await script('fish'));
    const complete = (line: string): string[] => {
      const out = execFileSync('fish', ['--no-config', '-c', `source gosim.fish; complete -C '${line}'`], {
        cwd: folder,
        encoding: 'utf8',
      });
      return out.split('\n').flatMap((one) => (one === '' ? [] : [one.split('\t')[0]]));
    };
    expect(complete('gosim va')).toEqual(['validate']);
    expect(complete('gosim run --format j')).toEqual(['json']);
    expect(complete('gosim run w')).toEqual(['web.yaml']);
    expect(complete('gosim completion ').sort()).toEqual(['bash', 'fish', 'zsh']);
  });
});

describe('--watch', () => {
  /** A terminal at which somebody waits for texts and presses Ctrl-C. */
  function terminal(): { io: FakeIo; press: () => void; until: (pattern: RegExp, times: number) => Promise<void> } {
    const told = new Set<() => void>();
    const io: FakeIo = {
      ...fakeIo('', {}, 80),
      interrupts: (tell) => {
        told.add(tell);
        return () => told.delete(tell);
      },
    };
    const until = async (pattern: RegExp, times: number): Promise<void> => {
      for (let i = 0; (io.stderr.text.match(pattern) ?? []).length < times; i++) {
        if (i > 1000) throw new Error(`waited in vain for ${pattern}: ${io.stdout.text}${io.stderr.text}`);
        await new Promise((next) => setTimeout(next, 10));
      }
    };
    return { io, press: () => told.forEach((tell) => tell()), until };
  }

  it('checks again when a scenario, a data file or the list of files changes, and ends with the last exit code', async () => {
    put('a.yaml', 'goroutines:\n  main: [{sleep: replay(naps.csv)}]\nexpect: [makespan < 3ms]\n');
    put('naps.csv', '1ms\n');
    const { io, press, until } = terminal();
    const running = main(['node', 'gosim', 'check', folder, '--watch', '--color', 'never'], io);
    await until(/watching/g, 1);
    expect(io.stderr.text).toContain('watching 3 files (Ctrl-C ends it)');
    put('naps.csv', '5ms\n');
    await until(/watching/g, 2);
    put('b.yaml', SLEEPER);
    await until(/watching/g, 3);
    put('a.yaml', 'goroutines:\n  main: [{slepe: 1ms}]\n');
    await until(/watching/g, 4);
    press();
    expect(await running).toBe(2);
    const tallies = [...io.stdout.text.matchAll(/\d scenarios?: .*/g)].map((match) => match[0]);
    expect(tallies).toEqual([
      '1 scenario: 1 passed',
      '1 scenario: 0 passed, 1 failed',
      '2 scenarios: 1 passed, 1 failed',
      '2 scenarios: 1 passed, 1 invalid',
    ]);
    expect(io.stdout.text.split('\x1b[2J')).toHaveLength(4);
  });

  it('runs again, and goes on after mistakes', async () => {
    put('a.yaml', SLEEPER);
    const { io, press, until } = terminal();
    const running = main(['node', 'gosim', 'run', '-q', at('a.yaml'), '--watch', '--color', 'never'], io);
    await until(/watching/g, 1);
    put('a.yaml', 'nothing');
    await until(/watching/g, 2);
    put('a.yaml', SLEEPER);
    await until(/watching/g, 3);
    press();
    expect(await running).toBe(0);
    expect(io.stdout.text.match(/✓ sleeper/g)).toHaveLength(2);
    expect(io.stderr.text).toContain('a.yaml:1:1: error: a scenario is a mapping');
  });

  it('wants files', async () => {
    expect((await command(['check', '-', '--watch'])).err).toContain('standard input is none');
    expect((await command(['run', '-', '--watch'])).err).toContain('standard input is none');
    expect((await command(['check', '@', '--watch', '--update'])).code).toBe(2);
  });
});
