// The table of assumptions and the comments in the source that cite it; the command that prints it.

import { describe, expect, it } from 'vitest';
import { main } from '../src/cli/main.ts';
import { ASSUMPTIONS, assumptionsFor } from '../src/scenario/assumptions.ts';
import { parseScenario } from '../src/scenario/load.ts';
import { fakeIo } from './support/fake-io.ts';
import { sourcesUnder } from './support/source.ts';

const ids = ASSUMPTIONS.map((one) => one.id);

describe('the table of assumptions', () => {
  const cited = sourcesUnder('src').flatMap(({ path, text }) =>
    [...text.matchAll(/\/\/ Not Go: ?(\S*)( —)?/g)].map(([comment, id, dash]) => ({ path, comment, id, dash })),
  );

  it('is cited by every comment that begins "Not Go:", by an id that it has', () => {
    expect(cited.filter(({ id, dash }) => !ids.includes(id) || dash === undefined)).toEqual([]);
  });

  it('has no row that no place in the source cites, and no row twice', () => {
    expect(ids.filter((id) => !cited.some((one) => one.id === id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says what is assumed and what a run may show, in sentences', () => {
    for (const { text, effect } of ASSUMPTIONS) for (const one of [text, effect]) expect(one).toMatch(/^[A-Z].*\.$/);
  });
});

describe('what matters for a scenario', () => {
  const idsFor = (text: string): string[] => assumptionsFor(parseScenario(text, 'a.yaml').scenario).map((one) => one.id);

  it('depends on what it does and where it runs', () => {
    const plain = idsFor('gomaxprocs: 1\nstart: cold\ngoroutines: {main: [{cpu: 1ms}]}');
    expect(plain).toEqual(['alone', 'fixed-costs', 'collector', 'sysmon-duties']);
    const rich = idsFor(
      'machine: {cpus: 4, cpuLimit: 2}\nlisteners: {web: {arrivals: every 1ms, for: 9ms}}\nuntil: 20ms\ngoroutines: {main: [{forever: [{accept: web}, {net: 1ms}, {log: a}]}]}',
    );
    expect(rich).toEqual(ids);
  });
});

describe('gosim assumptions', () => {
  it('prints all of them, or as JSON', async () => {
    const text = fakeIo();
    expect(await main(['node', 'gosim', 'assumptions'], text)).toBe(0);
    for (const id of ids) expect(text.stdout.text).toContain(`\n${id}\n`);
    expect(text.stdout.text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    const json = fakeIo();
    expect(await main(['node', 'gosim', 'assumptions', '--format', 'json'], json)).toBe(0);
    expect(JSON.parse(json.stdout.text).assumptions).toHaveLength(ids.length);
  });

  it('prints those of a scenario', async () => {
    const io = fakeIo('goroutines: {main: [{syscall: 1ms}]}');
    expect(await main(['node', 'gosim', 'assumptions', '-'], io)).toBe(0);
    expect(io.stdout.text).toContain('\ndevices\n');
    expect(io.stdout.text).not.toContain('\nbacklog\n');
  });
});
