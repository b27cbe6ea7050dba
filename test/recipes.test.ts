// The recipes in docs/check.md: their commands are run as those who use them would run them.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import type { Shop } from './support/built.ts';
import { openShop } from './support/built.ts';
import { root } from './support/source.ts';

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly strategy?: { readonly matrix: { readonly shard: number[] } }; readonly steps: readonly { run?: string }[] }>
  >;
}

interface Hooks {
  readonly repos: readonly { readonly hooks: readonly { readonly id: string; readonly entry: string; readonly files: string }[] }[];
}

const page = readFileSync(join(root, 'docs/check.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((match) => match[1]);
const yaml = blocks('yaml');
const workflows = yaml.filter((text) => text.startsWith('# .github/')).map((text) => parseYaml(text) as Workflow);
const hooks = yaml.filter((text) => text.startsWith('# .pre-commit')).flatMap((text) => (parseYaml(text) as Hooks).repos[0].hooks);
const scripts = blocks('sh');

const GOOD = 'goroutines:\n  main: [{cpu: 1ms}]\nexpect: [makespan < 2ms]\n';
const BAD = GOOD.replace('2ms', '1us');
const FILES = { 'scenarios/a.yaml': GOOD, 'scenarios/b.yml': GOOD, 'scenarios/deep/c.yaml': GOOD, 'other/d.yaml': 'no scenario' };

/** In the place of npm, which would install gosim, and of npx, which would find it. */
const TOOLS = { npm: '#!/bin/sh\n[ "$1" = ci ]\n', npx: '#!/bin/sh\nexec "$@"\n' };

describe('the recipes', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(TOOLS);
  });
  afterAll(() => {
    shop.remove();
  });

  /** Everything that the jobs of a workflow run, as GitHub sets it up. */
  async function runWorkflow({ jobs }: Workflow, folder: string): Promise<{ code: number; out: string; err: string }[]> {
    const summary = join(folder, '..', `summary-${Math.floor(performance.now() * 1000)}.md`);
    const env = { GITHUB_ACTIONS: 'true', CI: 'true', GITHUB_WORKSPACE: folder, GITHUB_STEP_SUMMARY: summary };
    const ran = [];
    for (const { strategy, steps } of Object.values(jobs)) {
      for (const shard of strategy?.matrix.shard ?? [0]) {
        for (const { run } of steps) {
          if (run !== undefined) ran.push(await shop.shell(folder, run.replace('${{ matrix.shard }}', String(shard)), env));
        }
      }
    }
    expect(readFileSync(summary, 'utf8')).toContain('## gosim check');
    return ran;
  }

  it('there are two workflows, two hooks and two scripts, and no other YAML', () => {
    expect([workflows.length, hooks.length, scripts.length, yaml.length]).toEqual([2, 2, 2, 3]);
  });

  it.each(workflows.map((workflow, i) => [i + 1, workflow] as const))(
    'workflow %i passes, fails with an annotation, and runs every scenario once',
    async (_, workflow) => {
      const folder = shop.folder(FILES);
      const good = await runWorkflow(workflow, folder);
      expect(good.map(({ code, err }) => [code, err])).toEqual(good.map(() => [0, '']));
      const checked = good.flatMap(({ out }) => out.match(/^✓ [^:]*/gm) ?? []);
      expect(checked.sort()).toEqual(['✓ scenarios/a.yaml', '✓ scenarios/b.yml', '✓ scenarios/deep/c.yaml']);
      writeFileSync(join(folder, 'scenarios/b.yml'), BAD);
      const bad = await runWorkflow(workflow, folder);
      expect(bad.map(({ code }) => code).filter((code) => code !== 0)).toEqual([1]);
      expect(bad.map(({ err }) => err).join('')).toMatch(/^::error file=scenarios\/b\.yml,line=3,col=10,/);
    },
  );

  it('the report that is uploaded is there', async () => {
    const folder = shop.folder(FILES);
    await runWorkflow(workflows[0], folder);
    expect(readFileSync(join(folder, 'gosim.xml'), 'utf8')).toContain('tests="3"');
  });

  it('the hooks take the files of a commit that are scenarios', async () => {
    const folder = shop.folder(FILES);
    const runHooks = async (): Promise<number[]> => {
      const codes = [];
      for (const { entry, files } of hooks) {
        const staged = Object.keys(FILES).filter((file) => new RegExp(files).test(file));
        expect(staged).toEqual(['scenarios/a.yaml', 'scenarios/b.yml', 'scenarios/deep/c.yaml']);
        codes.push((await shop.shell(folder, `${entry} ${staged.join(' ')}`)).code);
      }
      return codes;
    };
    expect(await runHooks()).toEqual([0, 0]);
    writeFileSync(join(folder, 'scenarios/b.yml'), BAD);
    expect(await runHooks()).toEqual([0, 1]);
    writeFileSync(join(folder, 'scenarios/b.yml'), 'goroutines: {}\n');
    expect(await runHooks()).toEqual([2, 2]);
  });

  it('the scripts do what they say', async () => {
    const [update, hook] = scripts;
    const folder = shop.folder(FILES);
    await shop.shell(folder, 'git init -q . && npx gosim check --update && git add -A');
    writeFileSync(join(folder, 'scenarios/a.yaml'), GOOD.replace('1ms', '1.5ms'));
    expect((await shop.shell(folder, 'npx gosim check')).code).toBe(1);
    const { code, out } = await shop.shell(folder, update);
    expect(code).toBe(0);
    expect(out).toMatch(/^-\s+"makespan": "1ms",\n\+\s+"makespan": "1\.5ms",$/m);
    expect((await shop.shell(folder, hook)).code).toBe(0);
    writeFileSync(join(folder, 'scenarios/b.yml'), BAD);
    expect((await shop.shell(folder, hook)).code).toBe(1);
  });
});
