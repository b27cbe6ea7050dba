// gosim explain: what a step, a figure, a finding, an outcome or an exit code is.

import { FINDING_WORDS } from '../analysis/finding-words.ts';
import { METRICS, metricWords } from '../analysis/metric-words.ts';
import type { ValueKind } from '../analysis/result-shape.ts';
import { wrap } from '../report/format.ts';
import type { Style } from '../report/style.ts';
import { formsOf } from '../scenario/json-schema.ts';
import { TOP_KEYS } from '../scenario/load.ts';
import { STEPS } from '../scenario/step-table.ts';
import { didYouMean, quoted } from '../scenario/suggest.ts';
import type { OutcomeKind } from '../sim/result.ts';
import { EXIT_CODES } from './exit-codes.ts';
import type { Io } from './io.ts';
import { write } from './io.ts';
import type { Looks } from './terminal.ts';
import { styleFor } from './terminal.ts';
import { UserError } from './user-error.ts';

const OUTCOMES: Readonly<Record<OutcomeKind, string>> = {
  completed: 'main returned.',
  exit: 'A step exit ended the process.',
  deadlock: "Go's own report: all goroutines are asleep, or main called Goexit and no other is left.",
  hang: 'Nothing can ever happen again, and Go would not notice.',
  panic: 'A goroutine panicked, and nothing recovered it.',
  fatal: 'A fatal error other than a deadlock, such as the unlock of an unlocked mutex.',
  'threads-exhausted': 'The process would have needed more threads than it may have.',
  until: 'The run reached its horizon. That is no failure.',
  limit: 'The run met a limit of the simulator: too many steps, or too much memory.',
  interrupted: 'Somebody pressed Ctrl-C.',
};

const UNITS: Readonly<Record<ValueKind, { readonly about: string; readonly example: string }>> = {
  duration: { about: 'a duration', example: '< 25ms' },
  number: { about: 'a number', example: '<= 12' },
  fraction: { about: 'a fraction', example: '>= 40%' },
  text: { about: 'a text', example: '== "…"' },
  bool: { about: 'true or false', example: '== false' },
};

/** A paragraph on one meaning of a topic. */
interface Meaning {
  readonly title: string;
  readonly lines: readonly string[]; // one that begins with a blank is not wrapped
}

export async function explainCommand(words: readonly string[], looks: Looks, io: Io): Promise<number> {
  const style = styleFor(io.stdout, looks, io.env);
  const topic = words.join(' ').trim();
  const meanings = topic === '' ? overview() : meaningsOf(topic);
  if (meanings.length === 0) {
    throw new UserError(`nothing is known of ${quoted(topic)}${didYouMean(topic, TOPICS)}`, null, 'gosim explain lists all there is');
  }
  await write(io.stdout, meanings.map((meaning) => textOf(meaning, style)).join('\n'));
  return 0;
}

/** What may be asked for by name; paths of figures and exit codes come on top. */
export const TOPICS: readonly string[] = [
  ...new Set([...STEPS.keys(), ...Object.keys(TOP_KEYS), ...METRICS, ...Object.keys(FINDING_WORDS), ...Object.keys(OUTCOMES)]),
];

function overview(): Meaning[] {
  const list = (title: string, names: readonly string[]): Meaning => ({ title, lines: [names.join(', ')] });
  return [
    list('steps', [...STEPS.keys()]),
    list('keys of a scenario', Object.keys(TOP_KEYS)),
    list('figures, with what is in them: spans.NAME.p99, processors[0].busy, …', METRICS),
    list('findings', Object.keys(FINDING_WORDS)),
    list('outcomes', Object.keys(OUTCOMES)),
    list('exit codes', Object.keys(EXIT_CODES)),
  ];
}

function meaningsOf(topic: string): Meaning[] {
  return [
    stepMeaning(topic),
    keyMeaning(topic),
    metricMeaning(topic),
    findingMeaning(topic),
    outcomeMeaning(topic),
    exitMeaning(topic),
  ].filter((meaning) => meaning !== null);
}

function stepMeaning(topic: string): Meaning | null {
  const spec = STEPS.get(topic);
  return spec === undefined
    ? null
    : { title: `${topic}, a step`, lines: [spec.doc, ...formsOf(spec).map((line) => line.replaceAll('`', ''))] };
}

function keyMeaning(topic: string): Meaning | null {
  const keys: Readonly<Record<string, string>> = TOP_KEYS;
  return Object.hasOwn(keys, topic) ? { title: `${topic}, a key of a scenario`, lines: [keys[topic]] } : null;
}

function metricMeaning(topic: string): Meaning | null {
  const words = metricWords(topic);
  if (words === null) return null;
  const { about, within, kind, key, fields } = words;
  if (kind === null) {
    const width = fields.reduce((most, { name }) => Math.max(most, name.length), 0);
    const lines = fields.map((field) => `  ${field.name.padEnd(width)}  ${field.about}`);
    return { title: `${topic}, figures of a result`, lines: [about, ...lines] };
  }
  const { about: unit, example } = UNITS[kind];
  const choice = words.words === null ? '' : `: ${words.words.join(', ')}`;
  return {
    title: `${topic}, a figure of a result`,
    lines: [
      about,
      ...within.map((outer) => `Of: ${outer}`),
      `It is ${unit}${choice}.`,
      `As an expectation: ${topic} ${words.words === null ? example : `== ${words.words[0]}`}`,
      `In JSON: ${key}${kind === 'duration' ? ', in nanoseconds' : ''}`,
    ],
  };
}

function findingMeaning(topic: string): Meaning | null {
  if (!Object.hasOwn(FINDING_WORDS, topic)) return null;
  const { about, explains } = FINDING_WORDS[topic];
  return { title: `${topic}, a finding`, lines: [about, `It may explain: ${explains.join(', ')}`] };
}

function outcomeMeaning(topic: string): Meaning | null {
  const kind = topic.replace(/^outcome\s+/, '');
  if (!Object.hasOwn(OUTCOMES, kind)) return null;
  return { title: `${kind}, an outcome`, lines: [OUTCOMES[kind as OutcomeKind], `As an expectation: outcome == ${kind}`] };
}

function exitMeaning(topic: string): Meaning | null {
  const code = /^(?:exit(?:[ -]?code)?\s+)?(\d+)$/i.exec(topic)?.[1] ?? '';
  return Object.hasOwn(EXIT_CODES, code) ? { title: `${code}, an exit code`, lines: [`${EXIT_CODES[code]}.`] } : null;
}

function textOf({ title, lines }: Meaning, style: Style): string {
  const shown = lines.flatMap((line) => (line.startsWith(' ') ? [line] : wrap(line, style.width - 2)));
  return [style.strong(title), ...shown.map((line) => `  ${line}`)].map((line) => `${line}\n`).join('');
}
