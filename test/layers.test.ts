// The picture of the layers, as an allow-list: a file may import from its own folder and from what its row names, and nothing else.
// src/index.ts may import anything and nothing imports it. Changing a row is changing the architecture: ARCHITECTURE.md tells the reasons.

import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import meta from '../package.json' with { type: 'json' };
import type { Source } from './support/source.ts';
import { expectNone, isNode, isReference, place, sourcesUnder, walk } from './support/source.ts';

/** Folders of src bottom-up, each with the folders and single files it may import from besides itself. */
const layers: Record<string, readonly string[]> = {
  base: [],
  trace: ['base'],
  machine: ['base', 'trace'],
  runtime: ['base', 'trace', 'machine'],
  sim: ['base', 'trace', 'machine', 'runtime'],
  // The judge must not see the insides: what a run gives back and the program it ran, never the runtime or the machine.
  analysis: ['base', 'trace', 'sim/result.ts', 'sim/program.ts'],
  scenario: ['base', 'trace', 'sim/program.ts', 'analysis', 'runtime/profile.ts', 'runtime/costs.ts'],
  golang: ['base', 'trace', 'sim/result.ts', 'analysis', 'scenario', 'machine/rest.ts', 'runtime/profile.ts', 'runtime/costs.ts'],
  report: ['base', 'trace', 'sim/result.ts', 'analysis'],
  cli: ['base', 'trace', 'machine', 'runtime', 'sim', 'analysis', 'scenario', 'golang', 'report', '../package.json'],
};

/** Packages, each with the folders and files that may import it. What is not here may be imported nowhere in src. */
const packages: Record<string, readonly string[]> = {
  chalk: ['cli', 'report/style.ts', 'report/style'],
  'cli-table3': ['cli', 'report'],
  commander: ['cli'],
  leven: ['analysis', 'scenario', 'cli'],
  yaml: ['scenario'],
};

/** Where Node's own modules and `process` may appear: files, console, processes and threads are the business of these. */
const node = ['cli', 'golang/exec.ts'];

/** Breaches of the rules in one file, as sentences. */
function breaches(source: Source): string[] {
  const found: string[] = [];
  const file = source.path.replace(/^src\//, '');
  walk(source, (tree, parent, field) => {
    const specifier = specifierOf(tree);
    if (specifier !== undefined) {
      const breach = breachOfImport(file, specifier);
      if (breach) found.push(`${place(source, tree)} imports '${specifier}': ${breach}`);
    } else if (isReference(tree, parent, field) && (tree.name === 'process' || tree.name === 'console') && !within(file, node)) {
      found.push(`${place(source, tree)} uses ${tree.name}: only ${list(node)} may.`);
    }
  });
  return found;
}

/** What a node imports, if it is an import of any kind: static, dynamic, of types, or by export from. */
function specifierOf(tree: { type: string; source?: unknown }): string | undefined {
  if (!/^(Import(Declaration|Expression)|Export(Named|All)Declaration|TSImportType)$/.test(tree.type)) return undefined;
  const literal = tree.source;
  if (!isNode(literal)) return undefined;
  return typeof literal.value === 'string' ? literal.value : '(a computed name)';
}

function breachOfImport(file: string, specifier: string): string | undefined {
  const layer = file.includes('/') ? file.slice(0, file.indexOf('/')) : file;
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(file), specifier);
    if (layer === 'index.ts') return target.startsWith('../') ? 'src/index.ts may only import from src.' : undefined;
    const allowed = layers[layer];
    if (allowed === undefined) return `src/${layer} is not a layer; test/layers.test.ts lists them.`;
    return within(target, [layer, ...allowed]) ? undefined : `${layer} may import only from ${list([layer, ...allowed])}.`;
  }
  if (specifier.startsWith('node:')) return within(file, node) ? undefined : `only ${list(node)} may import Node's own modules.`;
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  const users = packages[name];
  if (users === undefined) return `no file in src may import the package ${name}; Node's own modules are spelled node:….`;
  return within(file, users) ? undefined : `only ${list(users)} may import the package ${name}.`;
}

/** Whether a path in src is one of the files, or lies in one of the folders. */
function within(path: string, places: readonly string[]): boolean {
  return places.some((entry) => path === entry || path.startsWith(`${entry}/`));
}

function list(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

describe('layers', () => {
  it('every file of src imports only what its layer may', () => {
    expectNone(sourcesUnder('src').flatMap(breaches));
  });

  it('every package that is installed with gosim is imported, and has a row', () => {
    const imported = new Set<string>();
    for (const source of sourcesUnder('src')) {
      walk(source, (tree) => {
        const specifier = specifierOf(tree);
        if (specifier !== undefined && !/^(\.|node:)/.test(specifier)) imported.add(specifier);
      });
    }
    expect([...imported].sort()).toEqual(Object.keys(meta.dependencies).sort());
    expect(Object.keys(packages).sort()).toEqual(Object.keys(meta.dependencies).sort());
  });

  it('a row names only layers that lie below its own, or files in them', () => {
    const order = Object.keys(layers);
    for (const [layer, allowed] of Object.entries(layers)) {
      for (const entry of allowed.filter((name) => !name.startsWith('../'))) {
        expect(order.indexOf(entry.split('/')[0] ?? ''), `${layer} -> ${entry}`).toBeLessThan(order.indexOf(layer));
      }
    }
  });

  // Each row: the file, a line in it, and what must be said of it; '' where the line is allowed.
  it.each([
    ['src/base/ns.ts', "import { a } from './assert.ts';", ''],
    ['src/base/ns.ts', "import type { A } from '../trace/log.ts';", 'base may import only from base.'],
    ['src/machine/cpu.ts', "import { a } from '../runtime/proc.ts';", 'machine may import only from machine, base and trace.'],
    ['src/runtime/proc.ts', "import { a } from '../machine/cpu.ts';", ''],
    ['src/analysis/spans.ts', "import type { A } from '../sim/result.ts';", ''],
    ['src/analysis/spans.ts', "import { a } from '../sim/loop.ts';", 'analysis may import only from'],
    ['src/analysis/spans.ts', "export { a } from '../runtime/proc.ts';", 'analysis may import only from'],
    ['src/analysis/spans.ts', "let a: import('../machine/cpu.ts').CPU;", 'analysis may import only from'],
    ['src/scenario/compile.ts', "import { a } from '../runtime/profile.ts';", ''],
    ['src/scenario/parse.ts', "import { parseDocument } from 'yaml';", ''],
    ['src/golang/emit.ts', "import { parseDocument } from 'yaml';", 'only scenario may import the package yaml.'],
    ['src/report/style.ts', "import chalk from 'chalk';", ''],
    ['src/report/table.ts', "import chalk from 'chalk';", 'only cli, report/style.ts and report/style may import the package chalk.'],
    ['src/sim/loop.ts', "import { readFileSync } from 'node:fs';", "only cli and golang/exec.ts may import Node's own modules."],
    ['src/sim/loop.ts', "await import('node:fs');", "only cli and golang/exec.ts may import Node's own modules."],
    ['src/sim/loop.ts', 'const seed = process.pid;', 'src/sim/loop.ts:1 uses process: only cli and golang/exec.ts may.'],
    ['src/sim/loop.ts', 'const run = { process: 1 }; run.process;', ''],
    ['src/golang/exec.ts', "import { spawn } from 'node:child_process'; process.env;", ''],
    ['src/golang/emit.ts', 'const go = `import "fmt"\nimport "../x"`;', ''],
    ['src/cli/main.ts', "import meta from '../../package.json' with { type: 'json' };", ''],
    ['src/cli/main.ts', "import { a } from '../index.ts';", 'cli may import only from'],
    ['src/cli/main.ts', "import _ from 'lodash';", 'no file in src may import the package lodash'],
    ['src/index.ts', "export { a } from './runtime/proc.ts';", ''],
    ['src/extra/a.ts', "import { a } from '../base/ns.ts';", 'src/extra is not a layer'],
  ])('judges %s: %s', (path, text, said) => {
    const found = breaches({ path, text });
    expect(found).toHaveLength(said === '' ? 0 : 1);
    if (said !== '') expect(found[0]).toContain(said);
  });
});
