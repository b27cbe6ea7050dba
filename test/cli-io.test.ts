// Files, streams and terminals as the command treats them, without a simulation.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Output } from '../src/cli/io.ts';
import { MAX_SCENARIO_BYTES, openSink, readScenario, write, writeAtomically } from '../src/cli/io.ts';
import { styleFor, useColor } from '../src/cli/terminal.ts';
import { UserError } from '../src/cli/user-error.ts';
import { fakeIo } from './support/fake-io.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gosim-io-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function complaint(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `${error.message}${error.note === null ? '' : ` (${error.note})`}`;
  }
  return 'no complaint';
}

describe('reading a scenario', () => {
  const scenarioOf = (bytes: string | Uint8Array): Promise<string> => {
    const file = join(folder, 'scenario.yaml');
    writeFileSync(file, bytes);
    return readScenario(file, fakeIo());
  };

  it('gives the text of a file without its byte order mark, and of standard input for -', async () => {
    expect(await scenarioOf('name: gärtner\r\n')).toBe('name: gärtner\r\n');
    expect(await scenarioOf('\ufeffname: x')).toBe('name: x');
    expect(await readScenario('-', fakeIo('name: y'))).toBe('name: y');
  });

  it('says what is wrong with what is not there, not a file, or not allowed', async () => {
    expect(await complaint(readScenario(join(folder, 'none.yaml'), fakeIo()))).toBe('cannot be read: no such file or directory');
    expect(await complaint(readScenario(join(folder, 'none'), fakeIo()))).toContain('scenario files usually end in .yaml');
    expect(await complaint(readScenario(folder, fakeIo()))).toContain('is a directory');
    expect(await complaint(readScenario(join(folder, 'scenario.yaml', 'x'), fakeIo()))).toContain('not a directory');
    expect(await complaint(readScenario('nul\0byte', fakeIo()))).toContain('cannot be read');
  });

  it('takes a megabyte and no more, from a file without an end too', async () => {
    expect((await scenarioOf('#'.repeat(MAX_SCENARIO_BYTES))).length).toBe(MAX_SCENARIO_BYTES);
    expect(await complaint(scenarioOf('#'.repeat(MAX_SCENARIO_BYTES + 1)))).toContain('longer than 1 MiB');
    expect(await complaint(readScenario('/dev/zero', fakeIo()))).toContain('longer than 1 MiB');
  });

  it.each([
    ['zero bytes', 'a: \0', 'is not text: byte 3 is zero'],
    ['Latin-1', Buffer.from('# a\nname: caf\xe9', 'latin1'), 'is not valid UTF-8 from line 2 on (save it as UTF-8)'],
    ['UTF-16', Buffer.from('\ufeffname: x', 'utf16le'), 'is UTF-16 (save it as UTF-8)'],
  ])('does not take %s for text', async (_, bytes, message) => {
    expect(await complaint(scenarioOf(bytes))).toBe(message);
  });
});

describe('writing', () => {
  it('a file is whole or not there, and leaves nothing beside it', async () => {
    const file = join(folder, 'out.go');
    await writeAtomically(file, 'one');
    await writeAtomically(file, 'two');
    expect(readFileSync(file, 'utf8')).toBe('two');
    expect(await complaint(writeAtomically(folder, 'x'))).toContain('is a directory');
    expect(await complaint(writeAtomically(join(folder, 'no', 'way.go'), 'x'))).toBe('cannot be written: no such file or directory');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('a symbolic link stays one, and a device is written to and not replaced', async () => {
    mkdirSync(join(folder, 'real'), { recursive: true });
    writeFileSync(join(folder, 'real', 'file'), '');
    symlinkSync(join('real', 'file'), join(folder, 'link'));
    await writeAtomically(join(folder, 'link'), 'through');
    expect(readFileSync(join(folder, 'real', 'file'), 'utf8')).toBe('through');
    await writeAtomically('/dev/null', 'gone');
    expect(readFileSync('/dev/null', 'utf8')).toBe('');
  });

  it('waits for a slow reader and writes everything', async () => {
    const slow = new PassThrough({ highWaterMark: 16 });
    const chunks: string[] = [];
    slow.on('data', (chunk: Buffer) => {
      chunks.push(chunk.toString());
      slow.pause();
      setTimeout(() => slow.resume(), 1);
    });
    const pieces = Array.from({ length: 20 }, (_, i) => `piece ${i}\n`.repeat(10));
    const sink = await openSink(undefined, { ...fakeIo(), stdout: slow as unknown as Output });
    for (const piece of pieces) await sink.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(chunks.join('')).toBe(pieces.join(''));
  });

  it('a reader that goes away ends the writing without an error; a full disk does not go unsaid', async () => {
    const broken = (code: string): Output =>
      new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) }) as Output;
    const sink = await openSink('-', { ...fakeIo(), stdout: broken('EPIPE') });
    expect(sink.isClosed).toBe(false);
    await sink.write('x');
    expect(sink.isClosed).toBe(true);
    await sink.write('y');
    expect(await complaint(write(broken('ENOSPC'), 'x'))).toBe('cannot write the output: no space left on the device');
  });
});

describe('colour', () => {
  const terminal = fakeIo('', {}, 80).stdout;
  const pipe = fakeIo().stdout;

  // --color, environment, terminal or pipe, colour?
  it.each([
    ['auto', {}, terminal, true],
    ['auto', {}, pipe, false],
    ['auto', { TERM: 'dumb' }, terminal, false],
    ['auto', { NO_COLOR: '1' }, terminal, false],
    ['auto', { NO_COLOR: '' }, terminal, true],
    ['auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, terminal, false],
    ['auto', { FORCE_COLOR: '1' }, pipe, true],
    ['auto', { FORCE_COLOR: '0' }, terminal, false],
    ['always', { NO_COLOR: '1' }, pipe, true],
    ['never', { FORCE_COLOR: '3' }, terminal, false],
  ] as const)('--color %s with %j', (choice, env, stream, expected) => {
    expect(useColor(choice, stream, env)).toBe(expected);
  });

  it('width is that of the terminal within reason, 80 in a pipe and where the terminal does not know', () => {
    const width = (tty: number | null): number => styleFor(fakeIo('', {}, tty).stdout, { color: 'auto' }, {}).width;
    expect([width(null), width(0), width(20), width(120), width(500)]).toEqual([80, 80, 60, 120, 200]);
  });

  it('a locale without UTF-8 gets ASCII', () => {
    const unicode = (env: Record<string, string>): boolean => styleFor(pipe, { color: 'auto' }, env).unicode;
    expect([
      unicode({}),
      unicode({ LANG: 'en_US.UTF-8' }),
      unicode({ LANG: 'en_US.utf8', LC_ALL: 'C' }),
      unicode({ TERM: 'linux' }),
    ]).toEqual([true, true, false, false]);
  });
});
