// The shape of scenarios as a JSON Schema, for editors: docs/scenario.schema.json. It is made from the tables by which
// scenarios are read (steps and their keys, the keys of the top level, distributions, arrival processes), so it names
// what they name, with the same words.
//
// It is wider than the language: whatever reads as a scenario fits it, but names that nothing declares, expressions and
// types it leaves to the reader. `${…}` fits every value. Patterns do without \p, which validators read in two ways.

import { TIME_UNITS } from '../base/duration.ts';
import { ARRIVALS } from './arrivals.ts';
import { GODEBUG_KEYS } from './godebug.ts';
import { EXPECTATION_KEYS, GO_VERSIONS, START_KEYS, TOP_KEYS } from './load.ts';
import { LIMIT_KEYS, MACHINE_KEYS, MOST_PROCS } from './machine.ts';
import { COST_KEYS } from './machine-costs.ts';
import { KERNEL_CONSTANTS, NEIGHBOUR_KEYS } from './neighbours.ts';
import { DISTRIBUTIONS } from './quantity.ts';
import { RUNTIME_CONSTANTS } from './runtime-constants.ts';
import { CHANNEL_KEYS, COUNT_KEYS, LISTENER_KEYS, PIPE_KEYS, TICKER_KEYS, VAR_KEYS } from './sections.ts';
import type { FieldType, KeySpec, StepSpec } from './step-table.ts';
import { CASES, CHOICE_KEYS, FIELD_TYPES, STEPS } from './step-table.ts';

export type JsonSchema = { readonly [keyword: string]: unknown };

// ---- patterns of texts

// Letters, digits and _ of ASCII, and all that lies beyond ASCII.
const LETTER = '[^\\u0000-@\\[-^`{-\\u007f]';
const LETTERS = '[^\\u0000-/:-@\\[-^`{-\\u007f]*';
const HOLE = '\\$\\{';
const WHOLE = '^\\s*(?:[-+]?\\d+|0x[\\da-fA-F]+|0o[0-7]+)\\s*$';
const DECIMAL = '^\\s*\\+?(?:\\d+\\.?\\d*|\\.\\d+)\\s*$';
const DURATION = `^\\s*[-+]?(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:${TIME_UNITS.join('|')}))+\\s*$`;
const DISTRIBUTION = `^\\s*(?:${Object.keys(DISTRIBUTIONS).join('|')})\\s*\\(`;
const TRUTH = '^\\s*(?:true|True|TRUE|false|False|FALSE)\\s*$';
const NAME = `^${LETTER}${LETTERS}$`;
const LISTED_NAME = `^\\s*${LETTER}${LETTERS}\\s*(?:\\[[^]*\\]\\s*)?$`; // of an element of an array, too

/**
 * A value of some types; one that is text must have one of the forms. `expected` is what editors say where it does not:
 * like `defaultSnippets` this keyword is theirs, and others pass it over.
 */
function scalar(types: readonly string[], patterns: readonly string[], expected: string, rest: JsonSchema = {}): JsonSchema {
  return { type: types.length === 1 ? types[0] : types, pattern: patterns.join('|'), patternErrorMessage: expected, ...rest };
}

/** What editors propose for a value. */
function proposals(specs: Iterable<{ readonly example: string; readonly doc: string }>): JsonSchema {
  return { defaultSnippets: [...specs].map(({ example, doc }) => ({ label: example, description: doc, body: example })) };
}

const text = (rest: JsonSchema = {}): JsonSchema => ({ type: ['string', 'number', 'boolean'], ...rest });
const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });
const objectName = scalar(['string'], [LISTED_NAME], 'a declared name belongs here, as jobs or ring[0]');
const bodyName = scalar(['string'], [`^\\s*${LETTER}${LETTERS}\\s*$`], 'the name of a body belongs here');
const arrivalForms = Object.keys(ARRIVALS).map((name) => (name === 'every' ? 'every\\s' : `${name}\\s*\\(`));

const duration = scalar(['string'], [HOLE, DURATION], 'a duration belongs here, as 2ms');

/** What may stand in a field of each type. */
const FIELDS: Readonly<Record<FieldType, JsonSchema>> = {
  quantity: scalar(['string'], [HOLE, DURATION, DISTRIBUTION], 'a duration or distribution belongs here, as 2ms or exp(300us)', {
    ...proposals(Object.values(DISTRIBUTIONS)),
  }),
  instant: scalar(['string', 'integer'], [HOLE, WHOLE, DURATION], 'an instant belongs here, as 10ms'),
  int: scalar(['integer', 'string'], [HOLE, WHOLE], 'a whole number belongs here'),
  value: scalar(['integer', 'string'], [HOLE, WHOLE, DURATION], 'a whole number or a duration belongs here'),
  any: scalar(['integer', 'boolean', 'string'], [HOLE, WHOLE, DURATION, TRUTH], 'a whole number, a duration, true or false belongs here'),
  condition: scalar(['string', 'boolean'], [HOLE, TRUTH], 'a condition belongs here: an expression, true or false'),
  flag: { type: 'boolean' },
  weight: scalar(['number', 'string'], [HOLE, DECIMAL], 'a number above 0 belongs here', { exclusiveMinimum: 0, maximum: 1_000_000_000 }),
  text: text(),
  name: scalar(['string'], [HOLE, `^\\s*${LETTER}(?:-|${LETTERS.slice(0, -1)})*\\s*$`], 'a name belongs here: letters, digits, _ and -'),
  local: scalar(['string'], [NAME], 'a name belongs here: letters, digits and _'),
  body: bodyName,
  channel: objectName,
  source: objectName,
  lock: objectName,
  rwmutex: objectName,
  waitgroup: objectName,
  cond: objectName,
  listener: objectName,
  timer: objectName,
  anyTimer: objectName,
  reset: one(ref('quantity')),
  pipe: objectName,
  steps: { type: 'array', items: ref('step') },
  arguments: { type: 'object', propertyNames: { pattern: NAME }, additionalProperties: ref('any') },
  assignment: one(ref('any')),
  delta: one(ref('int')),
  cases: { type: 'array', items: ref('case') },
  capacity: scalar(['integer', 'string'], [HOLE, WHOLE, '^nil$'], 'a capacity belongs here: a whole number, or nil', { minimum: 0 }),
  arrivals: scalar(['string'], [`^\\s*(?:${arrivalForms.join('|')})`], 'this does not say how connections arrive, as in poisson(800/s)', {
    ...proposals(Object.values(ARRIVALS)),
  }),
  cpus: scalar(
    ['number', 'string'],
    [HOLE, DECIMAL, '^\\s*\\d+m\\s*$', '^\\s*max\\s*$'],
    'a number of CPUs belongs here, as 2, 1.5 or 500m',
    {
      exclusiveMinimum: 0,
    },
  ),
  limits: { type: 'array', items: { ...keyed(LIMIT_KEYS), required: ['cpuLimit'] } },
  neighbours: { ...named('Another load of the machine.', keyed(NEIGHBOUR_KEYS)), type: 'object' },
  kernel: keyed(KERNEL_CONSTANTS),
  costs: keyed(COST_KEYS),
  spread: either(duration, { type: 'array', items: ref('duration'), minItems: 2, maxItems: 2 }),
  duration,
  choices: { type: 'array', minItems: 1, items: keyed(CHOICE_KEYS) },
};

/** A mapping of one name, which may be an element of an array, to a value. */
function one(value: JsonSchema): JsonSchema {
  return { type: 'object', propertyNames: { pattern: LISTED_NAME }, additionalProperties: value, minProperties: 1, maxProperties: 1 };
}

/** A mapping of declared names. */
function named(doc: string, value: JsonSchema): JsonSchema {
  return { type: ['object', 'null'], propertyNames: { pattern: NAME }, additionalProperties: { description: doc, ...value } };
}

/** A mapping of keys from a table. */
function keyed(keys: readonly KeySpec[], own: JsonSchema = {}): JsonSchema {
  const required = keys.filter((key) => key.required).map((key) => key.name);
  return {
    type: 'object',
    properties: { ...own, ...Object.fromEntries(keys.map((key) => [key.name, field(key)])) },
    additionalProperties: false,
    ...(required.length > 0 ? { required } : {}),
  };
}

function field(key: KeySpec): JsonSchema {
  return { description: `${key.doc} (${FIELD_TYPES[key.type]})`, ...ref(key.type) };
}

/**
 * Either of several values of different types, without `anyOf`: each keyword is about one type, so they do not meet.
 * Editors then say what is wrong with the value that is there, not that it is none of several, and begin with the first.
 */
function either(first: JsonSchema, ...rest: readonly JsonSchema[]): JsonSchema {
  if (rest.length === 0) return first;
  const types = [first, ...rest].flatMap((schema) => schema.type as string | string[]);
  return { ...first, type: [...new Set(types)], allOf: rest.map(({ type: _, ...keywords }) => keywords) };
}

// ---- steps

/** How a step is written: what may stand where, a line each. */
export function formsOf(spec: StepSpec): string[] {
  const { name, short, shortList, keys = [], beside = [] } = spec;
  if (spec.word) return [`\`${name}\`, a bare word`];
  const isShort = keys.length === 0 ? () => '' : (key: KeySpec) => `, short for \`{${key.name}: …}\``;
  const lines = [
    short === undefined ? '' : `\`${name}: …\`${isShort(short)}${described(short)}`,
    shortList === undefined ? '' : `\`${name}: […]\`${isShort(shortList)}${described(shortList)}`,
    ...keys
      .filter((key) => key.name !== short?.name && key.name !== shortList?.name)
      .map((key) => `\`${name}: {${key.name}: …}\`${described(key)}`),
    ...beside.filter((key) => !keys.includes(key)).map((key) => `\`${key.name}: …\` beside it${described(key)}`),
  ];
  const both = beside.filter((key) => keys.includes(key)).map((key) => `\`${key.name}\``);
  if (both.length > 0) lines.push(`${both.join(' and ')} may also stand beside it`);
  return lines.filter((line) => line !== '');
}

function described(key: KeySpec): string {
  return ` (${FIELD_TYPES[key.type]}${key.required && key.type !== 'local' ? '' : '; optional'}): ${key.doc}`;
}

/** A step, or a case of a select: a mapping with its name, and what may stand beside that. */
function step(spec: StepSpec): JsonSchema {
  const { name, doc, short, shortList, keys, beside = [] } = spec;
  const forms = [short, shortList].filter((form) => form !== undefined).map((form) => FIELDS[form.type]);
  // what may stand inside or beside is needed in neither place
  const optional = (key: KeySpec): KeySpec => {
    if (!beside.includes(key) || keys?.includes(key) !== true) return key;
    const { required: _, ...rest } = key;
    return rest;
  };
  if (keys !== undefined) forms.push({ ...keyed(keys.map(optional)), minProperties: 1 });
  const [first, ...rest] = forms;
  const description = [doc, ...formsOf(spec).map((line) => line.replaceAll('`', ''))].join('\n');
  const mapping = keyed(beside.map(optional), { [name]: { description, ...either(first, ...rest) } });
  return leading(name, mapping);
}

/**
 * A mapping in which everything stands beside one key. Where nothing else is needed, that key is not called so either: a
 * mapping with a key of its own name is then wrong for that key alone.
 */
function leading(name: string, mapping: JsonSchema): JsonSchema {
  const { required = [], properties } = mapping as { required?: readonly string[]; properties: JsonSchema };
  if (required.length > 0) return { title: [name, ...required].join(', '), ...mapping, required: [name, ...required] };
  const others = Object.keys(properties).filter((key) => key !== name);
  const dependentRequired = Object.fromEntries(others.map((key) => [key, [name]]));
  return { ...mapping, minProperties: 1, ...(others.length > 0 ? { dependentRequired } : {}) };
}

/**
 * One of several mappings or words. Steps that stand beside a name are looked at here, once, and not in each mapping that
 * may hold them: steps in steps would be read so many times over at every level.
 */
function oneOf(description: string, mappings: readonly JsonSchema[], words: readonly JsonSchema[]): JsonSchema {
  const deep = new Set<string>();
  const shallow = mappings.map((mapping) => {
    const entries = Object.entries(mapping.properties as Record<string, JsonSchema>).map(([key, schema]) => {
      if (schema.$ref !== ref('steps').$ref) return [key, schema];
      deep.add(key);
      return [key, { description: schema.description, type: 'array' }];
    });
    return { ...mapping, properties: Object.fromEntries(entries) };
  });
  return { description, patternProperties: { [`^(?:${[...deep].join('|')})$`]: ref('steps') }, anyOf: [...shallow, ...words] };
}

function steps(): JsonSchema {
  const words: JsonSchema[] = [];
  const mappings: JsonSchema[] = [];
  for (const spec of STEPS.values()) {
    if (spec.word) words.push({ const: spec.name, description: spec.doc });
    else mappings.push(step(spec));
  }
  return oneOf('A step: a mapping with one key, its name, or a bare word.', mappings, words);
}

// Words come behind mappings, for editors that otherwise propose nothing that stood before them.
function cases(): JsonSchema {
  const doc = 'Chosen when no other case is ready: the select then does not wait.';
  const doKey: KeySpec = { name: 'do', type: 'steps', doc: 'Steps that run then.' };
  const otherwise = keyed([doKey], { default: { description: doc, type: ['array', 'null'], items: ref('step') } });
  const word = { const: 'default', description: doc };
  return oneOf('A case of a select.', [...[...CASES.values()].map(step), leading('default', otherwise)], [word]);
}

// ---- the top level

/** Kinds of which there is nothing to say but a name: a list of names, or a mapping. */
function plain(doc: string, keys: readonly KeySpec[]): JsonSchema {
  const names = { type: 'array', items: { description: doc, ...FIELDS.local } };
  return either(names, named(doc, { ...keyed(keys), type: ['object', 'null'] }));
}

const EXPECTATION_EXAMPLES = [
  { example: 'outcome == completed', doc: 'How the run ends: its kind.' },
  { example: 'makespan < 25ms', doc: 'How long it takes.' },
  { example: 'spans.request.p99 < 25ms', doc: 'A percentile of a span.' },
  { example: 'threads.created <= 12', doc: 'How many threads it needs.' },
];

function expectation(): JsonSchema {
  const that = scalar(['string'], [HOLE, '[=!]=|[<>]'], 'an expectation belongs here, as "makespan < 25ms"', {
    ...proposals(EXPECTATION_EXAMPLES),
  });
  const { properties, ...rest } = keyed(EXPECTATION_KEYS);
  const level = { description: 'error, or warn: it is reported but fails nothing.', enum: ['error', 'warn'] };
  return either(that, { ...rest, properties: { ...(properties as JsonSchema), level } });
}

const number = (minimum: number, maximum = Number.MAX_SAFE_INTEGER): JsonSchema => ({ ...FIELDS.int, minimum, maximum });

const SECTIONS: Readonly<Record<keyof typeof TOP_KEYS, JsonSchema>> = {
  $schema: text(),
  name: text(),
  description: text(),
  // A number too: `go: 1.26` without quotes is one for YAML, and read as it is written.
  go: { anyOf: [{ enum: GO_VERSIONS }, { type: 'number', minimum: 1.19, maximum: 1.26 }] },
  gomaxprocs: {
    ...scalar(['integer', 'string'], [HOLE, WHOLE, '^(?:floor|ceil)$'], 'a whole number, floor or ceil belongs here'),
    minimum: 1,
    maximum: MOST_PROCS,
  },
  machine: keyed(MACHINE_KEYS),
  seed: number(0),
  until: ref('instant'),
  start: { anyOf: [{ enum: ['settled', 'cold'] }, keyed(START_KEYS)] },
  params: named('A constant: a whole number, a duration, true or false.', ref('any')),
  channels: named('A channel: its capacity, nil, or its keys.', either(FIELDS.capacity, keyed(CHANNEL_KEYS))),
  mutexes: plain('A sync.Mutex.', COUNT_KEYS),
  rwmutexes: plain('A sync.RWMutex.', COUNT_KEYS),
  waitgroups: plain('A sync.WaitGroup.', COUNT_KEYS),
  conds: named('A sync.Cond, with the mutex or rwmutex it belongs to.', ref('lock')),
  timers: plain('A timer.', COUNT_KEYS),
  tickers: named('A time.Ticker: its period, or its keys.', either(FIELDS.duration, keyed(TICKER_KEYS))),
  pipes: plain('A pipe of the kernel.', PIPE_KEYS),
  maxThreads: number(1),
  godebug: keyed(GODEBUG_KEYS),
  runtime: keyed(RUNTIME_CONSTANTS),
  vars: named('A shared whole number: what it begins with, or its keys.', either(FIELDS.int, keyed(VAR_KEYS))),
  listeners: named('Where connections arrive.', keyed(LISTENER_KEYS)),
  goroutines: {
    ...named('A body: a list of steps.', ref('steps')),
    type: 'object',
    properties: { main: { description: 'Where the program begins; when it returns, the program ends.', ...ref('steps') } },
    required: ['main'],
  },
  expect: { type: ['array', 'null'], items: expectation() },
};

/** The JSON Schema of scenarios, draft 2020-12. */
export function scenarioSchema(): JsonSchema {
  const docs: Readonly<Record<string, string>> = TOP_KEYS;
  const properties = Object.entries(SECTIONS).map(([key, schema]) => [key, { description: docs[key], ...schema }]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    description: 'A Go program described by what its goroutines do, for gosim to run.',
    type: 'object',
    properties: Object.fromEntries(properties),
    required: ['goroutines'],
    additionalProperties: false,
    $defs: {
      step: steps(),
      case: cases(),
      ...Object.fromEntries(Object.keys(FIELDS).map((type) => [type, withWords(type as FieldType)])),
    },
  };
}

function withWords(type: FieldType): JsonSchema {
  return { description: FIELD_TYPES[type], ...FIELDS[type] };
}
