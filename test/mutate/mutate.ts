// Scenarios gone wrong: the texts of scenarios, changed a few times as slips of the hand, of an editor or of a merge would
// change them, and as nobody would. The same number gives the same text, as long as the scenarios stay as they are.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stream } from '../../src/base/prng.ts';
import { TOP_KEYS } from '../../src/scenario/load.ts';
import { BESIDE_KEYS, STEPS } from '../../src/scenario/step-table.ts';
import { root } from '../support/source.ts';

const FOLDERS = ['scenarios', 'test/programs', 'test/findings', 'test/data', 'test/reports'];

/** What mutations begin with. */
export const ORIGINALS: readonly string[] = [...FOLDERS.flatMap(yamlFiles), ...examples()];

function yamlFiles(folder: string): string[] {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => readFileSync(join(root, folder, name), 'utf8'));
}

/** The whole scenarios of the reference page, and its examples in the frame they stand in. */
function examples(): string[] {
  const page = readFileSync(join(root, 'docs', 'language.md'), 'utf8');
  const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);
  const frame = blocks.find((text) => text.startsWith('params: {n: 3')) ?? '';
  return blocks
    .filter((text) => text !== frame)
    .map((text) => (text.startsWith('- ') ? `${frame}  main:\n${text.replace(/^(?=.)/gm, '    ')}` : text));
}

const WORDS = [
  ...Object.keys(TOP_KEYS),
  ...STEPS.keys(),
  ...BESIDE_KEYS,
  'for',
  'run',
  'count',
  'with',
  'until',
  'since',
  'default',
  'main',
];

const VALUES = (
  '0|1|-1|3|1000000|1000001|10000000|9007199254740991|9007199254740992|-9007199254740992|1e3|1.5|.5|0x1F|0o17|.inf|.nan|007|' +
  'true|false|yes|null|~|nil|""|\'\'|[]|{}|[[]]|[{}]|{a: 1}|[a, b]|0s|1ns|2ms|1h|104d|5|5 ms|-3ms|1e9s|2562047h|9007199s|exp(1ms)|exp()|' +
  'exp(-1ms)|uniform(2ms, 1ms)|uniform(0s, 0s)|normal(1ms, 9h)|lognormal(median 1ns, p99 9h)|pareto(1ns, 0.1)|list(1ns)|list()|' +
  'replay(times.csv)|empirical(none.csv)|at(instants.csv)|poisson(1000/s)|poisson(0/s)|every 1ns|burst(1000000, every 1ns)|' +
  'ramp(0/s, 9/ns)|closed(clients 1000000, think 0s)|"${now}"|${n}|"${n}"|"${1/0}"|"${9007199254740991 + 1}"|"${a[0]}"|"${((((1))))}"|' +
  '"${"|"${}"|"$${"|"${1 +}"|"${len(jobs)}"|"${true && 1}"|"${n}ms"|a[0]|"a[${i}]"|a[-1]|a[|jobs|mu|worker|main|__proto__|constructor|' +
  'toString|*a|&a x|!!str x|!x|<<|"\\u0000"|"\\x1b[31m"|ключ|名前|🦊|e\u0301|@|`|%|?|"a: b"|a: b|- a|# x|\\|outcome == completed|x < 1'
).split('|');

const CHUNKS = [
  '\n', '\r\n', '\r', '\t', '  ', ': ', '- ', ', ', '{', '}', '[', ']', '(', ')', '"', "'", '#', '&a ', '*a', '<<: *a\n', '---\n', '...\n', '%YAML 1.1\n', '|\n', '>-\n',
  '? ', '! ', '\u0000', '\ufeff', '\u2028', '\u0085', '\u200b', '\ud800', '𝒳', '${', '$', '\\', '@', '`', '~', '\u001b[2J', '{'.repeat(40), '['.repeat(1200), '- '.repeat(300), '('.repeat(500),
  ' '.repeat(200), 'x'.repeat(300), '9'.repeat(400), '__proto__: 1\n', 'constructor: {}\n', 'a: &a [*a, *a]\n',
]; // biome-ignore format: one a line would be a page

/** Scenario number `seed`, changed. */
export function mutant(seed: number): string {
  const random = new Stream(seed, 'mutate');
  let text = ORIGINALS[random.below(ORIGINALS.length)]!;
  const changes = 1 + random.below([1, 3, 6][random.below(3)]!);
  for (let i = 0; i < changes; i++) text = MUTATIONS[random.below(MUTATIONS.length)]!(text, random);
  return text;
}

type Mutation = (text: string, random: Stream) => string;

const pick = <T>(list: readonly T[], random: Stream): T => list[random.below(list.length)]!;
const splice = (text: string, at: number, length: number, by: string): string => text.slice(0, at) + by + text.slice(at + length);

/** Replaces one of the matches of a pattern. */
function replaced(text: string, pattern: RegExp, random: Stream, by: (found: string) => string): string {
  const matches = [...text.matchAll(pattern)];
  if (matches.length === 0) return text;
  const match = pick(matches, random);
  return splice(text, match.index, match[0].length, by(match[0]));
}

function lines(text: string, change: (lines: string[], at: number) => void, random: Stream): string {
  const all = text.split('\n');
  change(all, random.below(all.length));
  return all.join('\n');
}

const MUTATIONS: readonly Mutation[] = [
  // characters
  (text, random) => splice(text, random.below(text.length + 1), 1 + random.below(4), ''),
  (text, random) => splice(text, random.below(text.length + 1), 0, pick(CHUNKS, random)),
  (text, random) => splice(text, random.below(text.length + 1), random.below(2), String.fromCharCode(32 + random.below(95))),
  (text, random) => text.slice(0, random.below(text.length + 1)),
  // words and values
  (text, random) => replaced(text, /(?<=: )[^\n{[][^\n,}]*/g, random, () => pick(VALUES, random)),
  (text, random) => replaced(text, /(?<=: )[^\n{[][^\n,}]*/g, random, () => pick(VALUES, random)),
  (text, random) => replaced(text, /\d+/g, random, () => pick(VALUES, random)),
  (text, random) => replaced(text, /[A-Za-z_]\w*(?=:)/g, random, () => pick(WORDS, random)),
  (text, random) =>
    replaced(text, /[A-Za-z_]\w*(?=:)/g, random, (word) => splice(word, random.below(word.length), 1, pick(['', 'x', 'e'], random))),
  (text, random) => replaced(text, /[A-Za-z_]\w*/g, random, () => pick([...WORDS, ...VALUES], random)),
  (text, random) => {
    const words = text.match(/[A-Za-z_]\w*/g) ?? ['x'];
    return replaced(text, /[A-Za-z_]\w*/g, random, () => pick(words, random));
  },
  (text, random) => replaced(text, /\$\{[^}]*\}/g, random, () => pick(VALUES, random)),
  (text, random) => replaced(text, /["']/g, random, () => ''),
  (text, random) => replaced(text, /[{}[\]():,"'$-]/g, random, () => pick(CHUNKS, random)),
  // lines
  (text, random) => lines(text, (all, at) => all.splice(at, 1 + random.below(3)), random),
  (text, random) => lines(text, (all, at) => all.splice(at, 0, all[random.below(all.length)]!), random),
  (text, random) => lines(text, (all, at) => all.splice(at, 0, ...all.splice(random.below(all.length), 1 + random.below(4))), random),
  (text, random) => lines(text, (all, at) => (all[at] = ' '.repeat(random.below(12)) + all[at]!.trimStart()), random),
  (text, random) => lines(text, (all, at) => (all[at] = `\t${all[at]}`), random),
  (text, random) =>
    lines(
      text,
      (all, at) => all.splice(at, 0, `${' '.repeat(2 * random.below(5))}- ${pick(WORDS, random)}: ${pick(VALUES, random)}`),
      random,
    ),
  (text, random) =>
    lines(
      text,
      (all, at) => all.splice(at, 0, `${' '.repeat(2 * random.below(5))}${pick(WORDS, random)}: ${pick(VALUES, random)}`),
      random,
    ),
  // the whole
  (text) => text.replaceAll('\n', '\r\n'),
  (text, random) => {
    const other = pick(ORIGINALS, random);
    const at = random.below(other.length);
    return splice(text, random.below(text.length + 1), 0, other.slice(at, at + random.below(400)));
  },
  (text, random) => {
    const at = random.below(text.length + 1);
    return splice(text, at, 0, text.slice(at, at + 1 + random.below(60)).repeat(1 + random.below(30)));
  },
];
