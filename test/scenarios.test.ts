// Every scenario that is shown to anybody is run: those of scenarios/, and the one in the README.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../src/cli/main.ts';
import { fakeIo } from './support/fake-io.ts';
import { gosim } from './support/gosim.ts';
import { root } from './support/source.ts';

async function run(file: string, ...flags: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = fakeIo();
  const code = await main(['node', 'gosim', 'run', file, ...flags], io);
  return { code, out: io.stdout.text, err: io.stderr.text };
}

const scenarios = readdirSync(join(root, 'scenarios')).filter((name) => /\.ya?ml$/.test(name));

describe('scenarios/', () => {
  it.each(scenarios)('%s meets its own expectations, without a warning', async (name) => {
    const { code, out, err } = await run(join(root, 'scenarios', name));
    expect(out).not.toContain('✗');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('\nExpectations\n');
  });

  it.each(scenarios)('%s gives the same JSON with run-ahead off, every invariant checked and the log judged', async (name) => {
    const file = join(root, 'scenarios', name);
    const plain = await run(file, '--format', 'json');
    const checked = await run(file, '--format', 'json', '--check');
    expect(checked.err).toBe('');
    expect(checked.out).toBe(plain.out);
  });
});

it('the scenario in the README runs and meets its expectations', async () => {
  const text = /```yaml\n(.*?)```/s.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] ?? '';
  const { code, out, err } = await gosim(['run', '-'], text);
  expect(out).not.toContain('✗');
  expect([code, err]).toEqual([0, '']);
});

/** A screenful of a report: how it ended, and the sections that explain a latency. */
function screenful(report: string): string {
  const kept = /^(Timeline|Processors|Latency|Where time went)\n/;
  const [head, outcome, ...sections] = report.trimEnd().split('\n\n');
  return `${[head, outcome, ...sections.filter((section) => kept.test(section))].join('\n\n')}\n`;
}

// npm test -- scenarios -u writes what is printed today into the README.
it('the reports in the README are a screenful of what run prints, and all that compare does', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const shown = screenful((await run('scenarios/web-server.yaml')).out);
  expect(shown.split('\n').length).toBeLessThanOrEqual(50);
  const [, args] = /^npx gosim (compare .*)$/m.exec(readme) ?? [];
  const { code, out, err } = await gosim([...args.split(' '), '--jobs', '1']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('→ Take GOMAXPROCS 2: ');
  const printed = [shown, out];
  const written = readme.replace(/(?<=```text\n).*?(?=```)/gs, () => printed.shift() ?? '');
  expect(printed).toEqual([]);
  await expect(written).toMatchFileSnapshot('../README.md');
});
