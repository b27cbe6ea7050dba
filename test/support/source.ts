// Reads TypeScript sources as syntax trees, for the tests that guard rules of the house. A tree knows what a search by pattern does not:
// that `import "fmt"` inside a template is Go, and that `runtime.process` is not Node's process.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'rolldown/parseAst';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

export interface Source {
  /** Relative to the root of the repository, with forward slashes: `src/base/ns.ts`. */
  readonly path: string;
  readonly text: string;
}

/** All TypeScript files under a folder of the repository, in alphabetical order; none if there is no such folder. */
export function sourcesUnder(folder: string): Source[] {
  let names: string[];
  try {
    names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
  return names
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Calls `visit` for every node of the file, parents before children. */
export function walk(source: Source, visit: (node: Node, parent: Node | undefined, field: string) => void): void {
  const descend = (value: unknown, parent: Node | undefined, field: string): void => {
    if (Array.isArray(value)) {
      for (const item of value) descend(item, parent, field);
    } else if (isNode(value)) {
      visit(value, parent, field);
      for (const key of Object.keys(value)) descend(value[key], value, key);
    }
  };
  descend(parseAst(source.text, { lang: 'ts' }, source.path), undefined, '');
}

export function isNode(value: unknown): value is Node {
  return value !== null && typeof value === 'object' && typeof (value as Node).type === 'string';
}

/** `src/base/ns.ts:12` for a node. */
export function place(source: Source, node: Node): string {
  return `${source.path}:${source.text.slice(0, node.start).split('\n').length}`;
}

/** Whether an identifier stands for a variable, and is not the name of a member, of a key or of a type. */
export function isReference(node: Node, parent: Node | undefined, field: string): boolean {
  if (node.type !== 'Identifier' || parent === undefined) return false;
  if (parent.type === 'MemberExpression') return field === 'object' || parent.computed === true;
  if (field === 'key') return parent.computed === true;
  return !/^TS|Specifier$|^LabeledStatement$|^(Break|Continue)Statement$/.test(parent.type) || field === 'expression';
}

/** Reports everything at once, as sentences rather than as a difference between lists. */
export function expectNone(violations: readonly string[]): void {
  if (violations.length > 0) throw new Error(violations.join('\n'));
}
