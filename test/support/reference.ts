// The part of docs/language.md that lists the steps: made from the table that reads them. The examples are written by
// hand and stay where they are, one under the heading of each step.

import type { FieldType, KeySpec, StepSpec } from '../../src/scenario/step-table.ts';
import { STEPS } from '../../src/scenario/step-table.ts';

const TYPES: Readonly<Record<FieldType, string>> = {
  quantity: 'duration or distribution',
  instant: 'instant',
  int: 'whole number',
  value: 'whole number or duration',
  any: 'value of any type',
  condition: 'condition',
  flag: 'true or false',
  weight: 'decimal number above 0',
  text: 'text',
  name: 'name, declared by its use',
  local: 'new name',
  body: 'body',
  channel: 'channel',
  source: 'channel or ticker',
  timer: 'timer',
  anyTimer: 'timer or ticker',
  reset: 'timer or ticker: duration',
  pipe: 'pipe',
  lock: 'mutex or rwmutex',
  rwmutex: 'rwmutex',
  waitgroup: 'waitgroup',
  cond: 'cond',
  listener: 'listener',
  arrivals: 'how connections arrive',
  cpus: 'a limit in CPUs',
  limits: 'list of limits',
  duration: 'duration',
  steps: 'list of steps',
  arguments: 'name: value, …',
  assignment: 'name: value',
  delta: 'waitgroup: number',
  cases: 'list of cases',
  choices: 'list of choices',
};

const GROUPS: Readonly<Record<StepSpec['group'], string>> = {
  work: 'Time',
  net: 'Connections',
  channels: 'Channels',
  timers: 'Timers',
  pipes: 'Pipes',
  sync: 'Locks and waiting',
  goroutines: 'Goroutines',
  control: 'Control',
  measure: 'Observation',
  runtime: 'The runtime and the end',
};

/** The example of a step in the text of the page, '' when it has none. */
export function exampleOf(page: string, step: string): string {
  return new RegExp(`\\n#### ${step}\\n(?:(?!\\n#)[\\s\\S])*?\\n\`\`\`yaml\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';
}

/** The list of steps, with the examples of a page. */
export function stepReference(page: string): string {
  const parts: string[] = [];
  for (const [group, title] of Object.entries(GROUPS)) {
    parts.push(`### ${title}\n`);
    for (const spec of STEPS.values()) {
      if (spec.group === group)
        parts.push(`#### ${spec.name}\n\n${spec.doc}\n\n${forms(spec)}\n\n\`\`\`yaml\n${exampleOf(page, spec.name)}\`\`\`\n`);
    }
  }
  return parts.join('\n');
}

function forms(spec: StepSpec): string {
  const { name, short, shortList, keys = [], beside = [] } = spec;
  if (spec.word) return `- \`${name}\`, a bare word`;
  const lines = [
    short === undefined ? '' : `- \`${name}: …\`${shortFor(spec, short)}${describe(short)}`,
    shortList === undefined ? '' : `- \`${name}: […]\`${shortFor(spec, shortList)}${describe(shortList)}`,
    ...keys
      .filter((key) => key.name !== short?.name && key.name !== shortList?.name)
      .map((key) => `- \`${name}: {${key.name}: …}\`${describe(key)}`),
    ...beside.filter((key) => !keys.includes(key)).map((key) => `- \`${key.name}: …\` beside it${describe(key)}`),
  ];
  const both = beside.filter((key) => keys.includes(key)).map((key) => `\`${key.name}\``);
  if (both.length > 0) lines.push(`- ${both.join(' and ')} may also stand beside it`);
  return lines.filter((line) => line !== '').join('\n');
}

function shortFor(spec: StepSpec, key: KeySpec): string {
  return (spec.keys ?? []).length > 0 ? `, short for \`{${key.name}: …}\`` : '';
}

function describe(key: KeySpec): string {
  return ` (${TYPES[key.type]}${key.required && key.type !== 'local' ? '' : '; optional'}): ${key.doc}`;
}
