// docs/library.md: each example is a module of its own, which prints what the page says.

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
  let count = 0;
  for (const [, title, code, output] of examples) {
    if (title !== undefined) {
      heading = title;
      continue;
    }
    const number = ++count;
    it(`${heading}: prints what the page says`, async () => {
      const file = join(folder, `example-${number}.ts`);
      writeFileSync(file, code.replaceAll("'gosim'", `'${pathToFileURL(join(root, 'src', 'index.ts')).href}'`));
      const printed: string[] = [];
      const log = vi.spyOn(console, 'log').mockImplementation((...items) => void printed.push(items.map(String).join(' ')));
      try {
        await import(/* @vite-ignore */ file);
      } finally {
        log.mockRestore();
      }
      expect(`${printed.join('\n')}\n`).toBe(output);
    });
  }

  it('has an example under every heading but the last, and two of comparisons', () => {
    const headings = examples.filter(([, title]) => title !== undefined).length;
    expect([count, headings]).toEqual([6, 6]);
  });
});
