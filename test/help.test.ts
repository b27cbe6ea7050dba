// Help: every command has examples, and every example does what it says when a shell runs it.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from '../src/cli/command-line.ts';
import type { Shop } from './support/built.ts';
import { openShop } from './support/built.ts';
import { fakeIo } from './support/fake-io.ts';
import { gosim } from './support/gosim.ts';

const program = commandLine(fakeIo(), { out: '', err: '' }, () => undefined);
const commands = program.commands.map((command) => command.name());

async function examplesOf(...args: string[]): Promise<string[]> {
  const { out } = await gosim([...args, '--help']);
  return [...out.matchAll(/^ {2}\$ (.*)$/gm)].map((match) => match[1]);
}

const examples = [
  ...(await examplesOf()),
  ...(await Promise.all(commands.filter((name) => name !== 'help').map((name) => examplesOf(name)))).flat(),
];

const SLEEPER = 'name: a mutex and a sleeper\ngoroutines:\n  main: [{sleep: 1ms}]\nexpect: [makespan < 2ms]\n';

const WEB = `name: web
machine: {cpus: 8}
gomaxprocs: 4
params: {workers: 4, load: 1}
channels: {jobs: 8}
waitgroups: [w]
goroutines:
  main:
    - go: {run: worker, count: "\${workers}", wg: w}
    - repeat: 10
      do: [{repeat: "\${load}", do: [{send: jobs}]}]
    - close: jobs
    - wait: w
  worker:
    - range: jobs
      do: [{span: request, do: [{cpu: exp(20us)}, {syscall: 50us}]}]
expect: [outcome == completed]
`;

/** What the examples name. */
const FILES = {
  'web.yaml': WEB,
  'before.yaml': WEB,
  'after.yaml': WEB.replace('cpu: exp(20us)', 'cpu: exp(10us)'),
  'scenarios/web-server.yaml': WEB,
  'scenarios/mutex.yaml': SLEEPER,
  'scenarios/sleeper.yaml': SLEEPER,
};

/** What has to be done before an example. */
const FIRST: readonly (readonly [pattern: RegExp, line: string])[] = [
  [/^gosim check .*--tolerance/, 'gosim check scenarios --update'],
  [/^gosim merge/, 'for i in 1 2; do gosim compare web.yaml --procs 1,2,4 --shard $i/2 -o part$i.json; done'],
];

/** Real Go takes its time, and not everybody has it: examples that need it get as far as to ask for it. */
const NEEDS_GO = /^gosim (calibrate|verify)\b/;
const TOOLS = {
  go: '#!/bin/sh\necho "no Go here" >&2\nexit 1\n',
  jq: `#!/bin/sh\nexec "${process.execPath}" -e 'JSON.parse(require("fs").readFileSync(0, "utf8"))'\n`,
  less: '#!/bin/sh\nexec cat\n',
};

describe('help', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(TOOLS);
  });
  afterAll(() => {
    shop.remove();
  });

  it.each(commands.filter((name) => name !== 'help'))('gosim %s has examples of itself', async (name) => {
    const own = await examplesOf(name);
    expect(own.length).toBeGreaterThan(0);
    for (const line of own) expect(line).toMatch(new RegExp(`\\bgosim ${name}\\b`));
  });

  it.each(examples)('%s', async (line) => {
    const folder = shop.folder(FILES);
    for (const [pattern, first] of FIRST) if (pattern.test(line)) expect((await shop.shell(folder, first)).err).toBe('');
    const { code, out, err } = await (line.includes('--watch')
      ? shop.interrupted(folder, line, 'Ctrl-C ends it')
      : shop.shell(folder, line.replace(/--go \/\S+/, '--go go')));
    if (NEEDS_GO.test(line)) {
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(/\bgo\b/i);
    } else {
      expect(err).not.toContain('error');
      expect(code).toBe(0);
    }
  });
});
