// docs/library.md: each example is a module of its own, which prints what the page says. npm test -- library-docs -u writes what
// they print today into the page.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { root } from './support/source.ts';

const page = readFileSync(join(root, 'docs', 'library.md'), 'utf8');
const examples = [...page.matchAll(/^## (.+)$|^```ts\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```$/gm)];
const folder = mkdtempSync(join(tmpdir(), 'gosim-library-docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('docs/library.md', () => {
  let heading = '';
  const outputs: string[] = [];
  for (const [, title, code] of examples) {
    if (title !== undefined) {
      heading = title;
      continue;
    }
    const number = outputs.push('') - 1;
    it(`${heading}: an example runs`, async () => {
      const file = join(folder, `example-${number}.ts`);
      writeFileSync(file, code.replaceAll("'gosim'", `'${pathToFileURL(join(root, 'src', 'index.ts')).href}'`));
      const printed: string[] = [];
      const log = vi.spyOn(console, 'log').mockImplementation((...items) => void printed.push(items.map(String).join(' ')));
      try {
        await import(/* @vite-ignore */ file);
      } finally {
        log.mockRestore();
      }
      expect(printed.length).toBeGreaterThan(0);
      outputs[number] = `${printed.join('\n')}\n`;
    });
  }

  it('says what its examples print', async () => {
    let next = 0;
    const written = page.replace(/(?<=^```\n\n```text\n)[\s\S]*?(?=^```$)/gm, () => outputs[next++]);
    expect(next).toBe(outputs.length);
    await expect(written).toMatchFileSnapshot('../docs/library.md');
  });

  it('has an example under every heading but the last, and two of comparisons', () => {
    const headings = examples.filter(([, title]) => title !== undefined).length;
    expect([outputs.length, headings]).toEqual([6, 6]);
  });
});
