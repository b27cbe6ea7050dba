// docs/compare.md and what the README says of comparing: their tables are what the commands print, the shape of the published table of
// a service in a container is met, and the recipe for GNU parallel works.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rough } from '../src/report/format.ts';
import { createStyle } from '../src/report/style.ts';
import { gosim } from './support/gosim.ts';
import { root } from './support/source.ts';

const page = readFileSync(join(root, 'docs/compare.md'), 'utf8');

describe('a service in a container', () => {
  /** Requests a second, and p50 and p99.9 in ms, as published for a quota of 2 CPUs on 24. */
  const PUBLISHED = [
    { procs: 1, throughput: 28_893, p50: 1.46, p999: 19.7 },
    { procs: 2, throughput: 44_715, p50: 0.84, p999: 26.4 },
    { procs: 3, throughput: 44_213, p50: 0.66, p999: 30.1 },
    { procs: 4, throughput: 41_071, p50: 0.57, p999: 42.9 },
    { procs: 8, throughput: 33_112, p50: 0.43, p999: 64.3 },
    { procs: 24, throughput: 22_191, p50: 0.45, p999: 76.2 },
  ];

  it('has the shape of the published table, and docs/compare.md its ratios', async () => {
    const args = ['compare', join(root, 'scenarios/container-limit.yaml'), '--procs', '1,2,3,4,8,24', '--until', '600ms', '--runs', '2'];
    const { out } = await gosim([...args, '--metric', 'spans.request.p999', '--format', 'json', '--jobs', '1']);
    const rows = (JSON.parse(out) as { rows: { figures: Record<string, { mean: number }> }[] }).rows;
    const of = (name: string): number[] => rows.map((row) => row.figures[name].mean);
    const [throughput, p50, p999] = [of('throughput'), of('p50'), of('spans.request.p999')];
    expect(throughput.indexOf(Math.max(...throughput))).toBe(1);
    for (let i = 2; i < 6; i++) expect(throughput[i]).toBeLessThan(throughput[i - 1]);
    for (let i = 1; i < 5; i++) expect(p50[i]).toBeLessThan(p50[i - 1]);
    for (let i = 2; i < 6; i++) expect(p999[i]).toBeGreaterThan(p999[i - 1]);
    for (let i = 2; i < 6; i++) expect(p999[i] / 1e6 / PUBLISHED[i].p999).toBeGreaterThan(0.65);
    for (let i = 2; i < 6; i++) expect(p999[i] / 1e6 / PUBLISHED[i].p999).toBeLessThan(1.2);
    for (let i = 0; i < 6; i++) expect(Math.abs(p50[i] / 1e6 / PUBLISHED[i].p50 - 1)).toBeLessThan(0.2);

    const ratio = (value: number, base: number): string => (value / base).toFixed(2);
    const style = createStyle({ width: 80, unicode: true, colors: 0 });
    const lines = [
      '| GOMAXPROCS | throughput: real | gosim | p50: real | gosim | p99.9: real | gosim |',
      '| ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
      ...PUBLISHED.map((real, i) => {
        const cells = [ratio(real.throughput, PUBLISHED[0].throughput), ratio(throughput[i], throughput[0])];
        cells.push(ratio(real.p50, PUBLISHED[0].p50), ratio(p50[i], p50[0]), `${real.p999}ms`, rough(p999[i], style, 3));
        return `| ${real.procs} | ${cells.join(' | ')} |`;
      }),
    ];
    const written = page.replace(/(?<=<!-- container:[^>]*-->\n)[\s\S]*?(?=<!-- end of container)/, () => `\n${lines.join('\n')}\n\n`);
    await expect(written).toMatchFileSnapshot('../docs/compare.md');
  });
});

describe('the recipe for GNU parallel', () => {
  const SCENARIO = `params: {load: 1}
gomaxprocs: 2
waitgroups: [all]
goroutines:
  main: [{go: {run: worker, count: "\${load}", wg: all}}, {wait: all}]
  worker: [{span: request, do: [{cpu: exp(200us)}, {net: exp(300us)}]}]
`;

  const isThere = ((): boolean => {
    try {
      return execFileSync('parallel', ['--version'], { encoding: 'utf8', stdio: 'pipe' }).startsWith('GNU parallel');
    } catch {
      return false;
    }
  })();

  it.skipIf(!isThere)('gives the bytes of one run (it needs GNU parallel: apt-get install parallel)', async () => {
    const recipe = /<!-- parallel -->\n```\n([\s\S]*?)```/.exec(page)![1];
    const folder = mkdtempSync(join(tmpdir(), 'gosim-parallel-'));
    try {
      writeFileSync(join(folder, 'web.yaml'), SCENARIO);
      const loader = import.meta.resolve('tsx');
      writeFileSync(
        join(folder, 'gosim'),
        `#!/bin/sh\nexec "${process.execPath}" --import "${loader}" "${join(root, 'scripts/dev.ts')}" "$@"\n`,
      );
      chmodSync(join(folder, 'gosim'), 0o755);
      const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, HOME: folder };
      const out = execFileSync('bash', ['-e', '-c', recipe], { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      expect(readdirSync(folder).filter((name) => name.startsWith('part'))).toHaveLength(4);
      const whole = execFileSync(join(folder, 'gosim'), ['compare', 'web.yaml', '--vary', 'params.load=1..24', '--jobs', '1'], {
        cwd: folder,
        env,
        encoding: 'utf8',
      });
      expect(out).toBe(whole);
      expect(out).toContain('→');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
