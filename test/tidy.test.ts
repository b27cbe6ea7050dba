// Rules of the house that a machine can keep. Same scenario and same seed give the same bytes on every machine, so the layers that decide
// a result may use no function whose last digit, or whose answer, depends on where it runs.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Node, Source } from './support/source.ts';
import { expectNone, isNode, isReference, place, root, sourcesUnder, walk } from './support/source.ts';

const decisive = /^src\/(base|trace|machine|runtime|sim|analysis|scenario)\//;
const mostLines = 600;

/** The functions of Math that the language defines to the last bit, and its constants. */
const exactMath = new Set(
  'abs ceil clz32 floor fround imul max min round sign sqrt trunc E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2'.split(' '),
);
const clocks = new Set(['Date', 'performance']);
const locales = /^(localeCompare|toLocale\w+)$/;

/** Uses of what differs between machines or between runs. */
function indeterminate(source: Source): string[] {
  const found: string[] = [];
  const report = (node: Node, what: string): number => found.push(`${place(source, node)} uses ${what}`);
  walk(source, (node, parent, field) => {
    if ((node.type === 'BinaryExpression' && node.operator === '**') || (node.type === 'AssignmentExpression' && node.operator === '**=')) {
      report(node, 'the operator **, whose last digit is not the same everywhere. Multiply.');
    } else if (node.type === 'MemberExpression' && locales.test(nameOf(node.property))) {
      report(node, `${nameOf(node.property)}, which follows the language settings of the machine.`);
    } else if (isReference(node, parent, field)) {
      const name = nameOf(node);
      if (name === 'Math') {
        const member = parent?.type === 'MemberExpression' && parent.computed !== true ? nameOf(parent.property) : '';
        if (member === 'random') report(node, 'Math.random. Chance comes from the seeded streams.');
        else if (member === '') report(node, 'Math other than as Math.name, which cannot be checked.');
        else if (!exactMath.has(member)) report(node, `Math.${member}, whose last digit is not the same everywhere. src/base has its own.`);
      } else if (clocks.has(name)) {
        report(node, `${name}. Time is virtual, and handed in.`);
      } else if (name === 'Intl') {
        report(node, 'Intl, which follows the language settings of the machine.');
      }
    }
  });
  return found;
}

/** What cannot be had by erasing types, and names that an importer may choose. */
function unfit(source: Source): string[] {
  const found: string[] = [];
  walk(source, (node) => {
    if (node.type === 'TSEnumDeclaration')
      found.push(`${place(source, node)} declares an enum. Use constants and a union of their values.`);
    if (node.type === 'TSModuleDeclaration') found.push(`${place(source, node)} declares a namespace or module. Use a file.`);
    if (node.type === 'ExportDefaultDeclaration' || (node.type === 'ExportSpecifier' && nameOf(node.exported) === 'default')) {
      found.push(`${place(source, node)} has a default export. Give it a name.`);
    }
  });
  return found;
}

function tooLong(source: Source): string[] {
  const lines = source.text.replace(/\n$/, '').split('\n').length;
  return lines > mostLines ? [`${source.path} has ${lines} lines, and ${mostLines} is the most. It wants to be two files.`] : [];
}

/** Addresses in a lockfile that would send everyone to the registry one person used. */
function addresses(lock: string): string[] {
  const entries = Object.entries((JSON.parse(lock) as { packages: Record<string, { resolved?: string }> }).packages);
  return entries
    .filter(([, entry]) => entry.resolved?.includes('://'))
    .map(([name]) => `package-lock.json says where ${name} was fetched from. Run npm install where the project's .npmrc is read.`);
}

function nameOf(node: unknown): string {
  if (!isNode(node)) return '';
  return String(node.name ?? node.value ?? '');
}

describe('tidiness', () => {
  it('what decides a result is the same on every machine', () => {
    expectNone(
      sourcesUnder('src')
        .filter((source) => decisive.test(source.path))
        .flatMap(indeterminate),
    );
  });

  it('src has no enum, no namespace and no default export', () => {
    expectNone(sourcesUnder('src').flatMap(unfit));
  });

  it(`no file of src or test has more than ${mostLines} lines`, () => {
    expectNone([...sourcesUnder('src'), ...sourcesUnder('test')].flatMap(tooLong));
  });

  it('the lockfile names no registry', () => {
    expectNone(addresses(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  });
});

describe('the guards themselves', () => {
  // Each row: a line of source, and what must be said of it; '' where the line is allowed.
  it.each([
    ['Math.floor(a) + Math.sqrt(b) + Math.imul(a, b)', ''],
    ['Math.log(a)', 'Math.log,'],
    ['Math.exp(a)', 'Math.exp,'],
    ['Math.pow(a, 2)', 'Math.pow,'],
    ['Math.random()', 'Math.random.'],
    ['const { log } = Math', 'Math other than'],
    ["Math['sin'](a)", 'Math other than'],
    ['a ** 2', 'the operator **'],
    ['let c = 1; c **= 2', 'the operator **'],
    ['Date.now()', 'Date.'],
    ['new Date()', 'Date.'],
    ['performance.now()', 'performance.'],
    ["'a'.localeCompare('b')", 'localeCompare'],
    ["// Math.log(a) ** 2\n'Date.now()'", ''],
    ['const o = { Date: 1, performance: 2 }; o.Date + o.performance', ''],
  ])('judge %s', (text, said) => {
    const found = indeterminate({ path: 'src/base/x.ts', text });
    expect(found).toHaveLength(said === '' ? 0 : 1);
    if (said !== '') expect(found[0]).toContain(said);
  });

  it.each([
    ['export const a = 1', ''],
    ['export default 1', 'default export'],
    ['const a = 1; export { a as default }', 'default export'],
    ['enum A { B }', 'enum'],
    ['namespace A { export const b = 1 }', 'namespace'],
  ])('judge %s', (text, said) => {
    const found = unfit({ path: 'src/base/x.ts', text });
    expect(found).toHaveLength(said === '' ? 0 : 1);
    if (said !== '') expect(found[0]).toContain(said);
  });

  it('judge length and lockfiles', () => {
    expect(tooLong({ path: 'src/a.ts', text: 'a\n'.repeat(mostLines) })).toHaveLength(0);
    expect(tooLong({ path: 'src/a.ts', text: 'a\n'.repeat(mostLines + 1) })).toHaveLength(1);
    expect(addresses('{"packages":{"node_modules/a":{"version":"1.0.0"}}}')).toHaveLength(0);
    expect(addresses('{"packages":{"node_modules/a":{"resolved":"https://registry.example/a.tgz"}}}')).toHaveLength(1);
  });
});
