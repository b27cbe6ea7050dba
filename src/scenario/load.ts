// YAML text -> Scenario, or everything that is wrong with it.
//
// The order matters only a little: params first, for the values of other sections may hold them; declarations before
// bodies; expectations and warnings last. A scenario with an error is none at all.

import type { ExpectationNames } from '../analysis/expectations.ts';
import { parseExpectation } from '../analysis/expectations.ts';
import { Bodies } from './bodies.ts';
import type { ReadFile } from './data-file.ts';
import { DataFiles } from './data-file.ts';
import type { Diagnostic } from './diagnostic.ts';
import { Diagnostics } from './diagnostic.ts';
import type { Env } from './expression.ts';
import { readGodebug } from './godebug.ts';
import { procsOf, readMachine, readProcs } from './machine.ts';
import type { Body, Expectation, GoVersion, Neighbour, Scenario } from './model.ts';
import { Names } from './names.ts';
import { readRuntime } from './runtime-constants.ts';
import type { Overrides } from './sections.ts';
import { declareTimers, ObjectReader, readBodies, readParams } from './sections.ts';
import type { Settings } from './settings.ts';
import { withSettings } from './settings.ts';
import { readKeys } from './step-shape.ts';
import type { KeySpec } from './step-table.ts';
import { didYouMean, listed, nearest, quoted } from './suggest.ts';
import { constantField, constantText, flagField, readValue, scalarField } from './values.ts';
import { forEachStep } from './walk.ts';
import { warn } from './warnings.ts';
import type { Entry, Mapping, Node, Scalar } from './yaml.ts';
import { isNull, parseYaml, partOf } from './yaml.ts';
import { ANY_LOOKALIKE, lookalike } from './yaml-traps.ts';

export const GO_VERSIONS: readonly GoVersion[] = ['1.19', '1.26'];
export const DEFAULT_GO: GoVersion = '1.26';
const DEFAULT_SEED = 1;
const MOST_THREADS = 0x7fffffff;
const LONGEST_NAME = 200;
const MOST_EXPECTATIONS = 10_000;

/** The keys of the top level. */
export const TOP_KEYS = {
  $schema: 'For editors; ignored.',
  name: 'What the scenario is called; the name of its file when left out.',
  description: 'What it is about.',
  go: 'Version of Go whose runtime is simulated: 1.19 or 1.26. Quote it.',
  gomaxprocs: 'GOMAXPROCS; floor or ceil: the CPU limit rounded; what that Go version would choose on this machine when left out.',
  machine: 'The computer, the limit that the process runs under, and who else is there: {cpus: 8, cpuLimit: 2}.',
  seed: 'Where all chance comes from; a whole number.',
  until: 'The run ends at this virtual time, if main has not returned.',
  start: 'settled (the default): time 0 is in a started program. cold: the process begins at time 0.',
  params: 'Constants by name, which --set changes.',
  channels: 'Channels and their capacities.',
  mutexes: 'sync.Mutex by name.',
  rwmutexes: 'sync.RWMutex by name.',
  waitgroups: 'sync.WaitGroup by name.',
  conds: 'sync.Cond by name, each with its locker.',
  timers: 'Timers that steps afterFunc set; needed for arrays of them only.',
  tickers: 'time.Ticker by name, each with its period.',
  pipes: 'Pipes of the kernel by name: {blocking: false}.',
  maxThreads: 'debug.SetMaxThreads: the process dies when it would have more threads.',
  godebug: 'Settings of GODEBUG: {asyncpreemptoff: 1}.',
  runtime: "Other values for constants of Go's runtime: {runqsize: 4}.",
  vars: 'Shared whole numbers by name. Each access is atomic.',
  listeners: 'Where connections arrive from outside the process, by name.',
  goroutines: 'Bodies by name: lists of steps. The program begins with main.',
  expect: 'Expectations on the result.',
} as const;

export const START_KEYS: readonly KeySpec[] = [
  { name: 'settled', type: 'flag', doc: 'true.', required: true },
  { name: 'schedtick', type: 'int', doc: "The phase of the first P's schedtick." },
];

const TOP_LATER = new Set('heap model'.split(' '));

export const EXPECTATION_KEYS: readonly KeySpec[] = [
  { name: 'that', type: 'text', doc: 'The expectation.', required: true },
  { name: 'level', type: 'name', doc: 'error, or warn: it is reported but fails nothing.' },
  { name: 'why', type: 'text', doc: 'Shown when it fails.' },
];

export interface ParseOptions {
  readonly set?: Overrides; // values for params
  readonly settings?: Settings; // other values for what the text says, by path
  readonly expect?: readonly string[]; // expectations besides those of the scenario
  readonly procs?: number | undefined; // GOMAXPROCS of the run, for the expectations about processors; default: the scenario's
  readonly readFile?: ReadFile; // of data files that the scenario names; without it such a name is an error
}

export interface Parsed {
  readonly scenario: Scenario | null; // null: there are errors
  readonly diagnostics: Diagnostic[];
}

/**
 * Reads a scenario. `file` is only its name, in messages and in the result. Errors and warnings come in the order of
 * the text; with any error there is no scenario. Formats of the text are errors, never exceptions.
 */
export function parseScenario(text: string, file: string, options: ParseOptions = {}): Parsed {
  return scenarioParser(text, file)(options);
}

/** For one text that is read with several options: its YAML is parsed once, which is most of the work. */
export function scenarioParser(text: string, file: string): (options: ParseOptions) => Parsed {
  const known = new Diagnostics(file);
  const root = parseYaml(text.replace(/^\ufeff/, ''), known);
  return (options) => {
    const diagnostics = new Diagnostics(file, known);
    let scenario: Scenario | null = null;
    if (root !== null && root.kind === 'map') {
      const tree = withSettings(root, options.settings ?? new Map(), diagnostics);
      scenario = new ScenarioReader(tree, text, diagnostics, options.readFile ?? null).read(options);
    } else if (diagnostics.errors === 0) {
      const place = root?.place ?? null;
      const isEmpty = root === null || isNull(root);
      diagnostics.error(
        isEmpty ? null : place,
        isEmpty ? 'the file holds no scenario' : 'a scenario is a mapping',
        'the least is "goroutines: {main: […]}"',
      );
    }
    if (diagnostics.errors > 0) reportLookalikes(text, diagnostics);
    return { scenario: diagnostics.errors > 0 ? null : scenario, diagnostics: diagnostics.sorted() };
  };
}

/** Characters that only look like blanks are a mistake where something is wrong beside them. */
function reportLookalikes(text: string, diagnostics: Diagnostics): void {
  if (!ANY_LOOKALIKE.test(text)) return;
  const wrong = new Set(diagnostics.sorted().flatMap(({ place }) => (place === null ? [] : [place.line - 1, place.line, place.line + 1])));
  text.split('\n').forEach((content, i) => {
    const found = wrong.has(i + 1) ? lookalike(content) : null;
    if (found === null) return;
    const place = { line: i + 1, column: found.at + 1, length: found.length };
    diagnostics.explain(place, `this looks like a blank and is none (${found.code})`, 'YAML is laid out with plain blanks');
  });
}

class ScenarioReader {
  private readonly source: string;
  private readonly env: Env;
  private readonly sections = new Map<string, Node>();

  constructor(root: Mapping, source: string, diagnostics: Diagnostics, readFile: ReadFile | null) {
    this.source = source;
    this.env = { names: new Names(diagnostics), scope: null, diagnostics, files: new DataFiles(readFile) };
    let isMeant = false;
    for (const { key, value } of root.entries) {
      if (Object.hasOwn(TOP_KEYS, key.text)) {
        this.sections.set(key.text, value);
      } else if (TOP_LATER.has(key.text)) {
        diagnostics.error(key.place, `the key ${quoted(key.text)} is known, but not there yet in this version`);
      } else {
        const known = [...Object.keys(TOP_KEYS), ...TOP_LATER];
        const suggestion = didYouMean(key.text, known);
        const note = suggestion === '' && value.kind === 'seq' ? 'bodies stand under "goroutines"' : null;
        diagnostics.error(key.place, `unknown key ${quoted(key.text)}${suggestion}`, note);
        isMeant ||= nearest(key.text, known) === 'goroutines';
      }
    }
    if (!this.sections.has('goroutines') && !isMeant) {
      diagnostics.error(root.place, 'the scenario has no "goroutines"', 'the least is "goroutines: {main: […]}"');
    }
  }

  read({ set = [], expect = [], procs }: ParseOptions): Scenario {
    const { env } = this;
    readParams(this.sections.get('params'), set, env);
    const settings = this.settings();
    const objects = new ObjectReader(env, (name) => this.sections.get(name)).readAll();
    readBodies(this.sections.get('goroutines'), env);
    const timers = [...objects.timers, ...declareTimers(env)];
    const reader = new Bodies(env);
    const bodies = reader.readAll();
    reader.checkCalls();
    const used = usedNames(bodies);
    const scenario: Scenario = {
      file: env.diagnostics.file,
      ...settings,
      params: new Map([...env.names.params].map(([name, { type, value }]) => [name, { type, value }])),
      ...objects,
      timers,
      ...used,
      bodies,
      expect: this.expectations(expect, used.spans, settings.neighbours, procs ?? procsOf(settings)),
      source: this.source,
    };
    if (env.diagnostics.errors === 0) warn(scenario, env.names, env.diagnostics);
    return scenario;
  }

  // ---- settings

  private settings(): Pick<
    Scenario,
    | 'name'
    | 'description'
    | 'go'
    | 'gomaxprocs'
    | 'cpus'
    | 'limits'
    | 'cpuWeight'
    | 'neighbours'
    | 'kernel'
    | 'costs'
    | 'ownCosts'
    | 'seed'
    | 'untilNs'
    | 'start'
    | 'maxThreads'
    | 'godebug'
    | 'runtime'
  > {
    const base = this.env.diagnostics.file.replace(/^.*[/\\]/, '').replace(/\.ya?ml$/, '');
    const limit = Number.MAX_SAFE_INTEGER;
    const machine = readMachine(this.sections.get('machine'), this.env);
    return {
      name: this.text('name', LONGEST_NAME) ?? base,
      description: this.text('description', limit) ?? '',
      go: this.goVersion(),
      gomaxprocs: readProcs(this.sections.get('gomaxprocs'), machine.limits, this.env),
      ...machine,
      seed: this.int('seed', 0, limit) ?? DEFAULT_SEED,
      untilNs: this.until(),
      start: this.start(),
      maxThreads: this.int('maxThreads', 1, MOST_THREADS),
      godebug: readGodebug(this.sections.get('godebug'), this.env),
      runtime: readRuntime(this.sections.get('runtime'), this.env),
    };
  }

  private text(section: string, longest: number): string | null {
    const node = this.sections.get(section);
    const scalar = node === undefined ? null : scalarField(node, 'a text', this.env);
    if (scalar === null) return null;
    const text = constantText(scalar, this.env).trim();
    if (text.length > longest)
      this.env.diagnostics.error(scalar.place, `a ${section} of ${text.length} characters: ${longest} is the most`);
    return text;
  }

  private int(section: string, least: number, most: number): number | null {
    const node = this.sections.get(section);
    return node === undefined ? null : constantField(node, quoted(section), least, most, this.env);
  }

  /** The version as it is written: `go: 1.20` is not 1.2. */
  private goVersion(): GoVersion {
    const node = this.sections.get('go');
    const scalar = node === undefined ? null : scalarField(node, 'a version of Go', this.env);
    if (scalar === null) return DEFAULT_GO;
    const version = GO_VERSIONS.find((one) => one === scalar.text);
    if (version === undefined) {
      const versions = listed(GO_VERSIONS.map(quoted));
      const near = /^(?:go|v)?\s*(1\.\d+)(?:\.|\b)/.exec(scalar.text)?.[1];
      const note = GO_VERSIONS.some((one) => one === near) ? `write it as ${quoted(near!)}` : null;
      this.env.diagnostics.error(scalar.place, `Go ${quoted(scalar.text)} is not modelled: ${versions} are`, note);
    }
    return version ?? DEFAULT_GO;
  }

  private until(): number | null {
    const node = this.sections.get('until');
    if (node === undefined) return null;
    const until = readValue(node, ['duration', 'int'], this.env);
    if (until?.kind !== 'const') return null;
    if (until.value <= 0) this.env.diagnostics.error(node.place, '"until" is a time after the start');
    return until.value;
  }

  private start(): Scenario['start'] {
    const { diagnostics } = this.env;
    const settled = { kind: 'settled', schedtick: null } as const;
    const node = this.sections.get('start');
    if (node === undefined) return settled;
    if (node.kind === 'scalar') {
      if (node.text === 'cold') return { kind: 'cold' };
      if (node.text !== 'settled') {
        diagnostics.error(node.place, `"start" is settled or cold, not ${quoted(node.text)}${didYouMean(node.text, ['settled', 'cold'])}`);
      }
      return settled;
    }
    if (node.kind === 'seq') {
      diagnostics.error(node.place, '"start" is settled, cold, or {settled: true, schedtick: 17}');
      return settled;
    }
    const keys = new Map<string, Node>();
    readKeys(node, 'start', START_KEYS, keys, diagnostics);
    const flag = keys.get('settled');
    if (flag === undefined || !flagField(flag, this.env)) diagnostics.error(node.place, 'a start with keys is {settled: true, …}');
    const schedtick = keys.get('schedtick');
    return {
      kind: 'settled',
      schedtick: schedtick === undefined ? null : constantField(schedtick, '"schedtick"', 0, 0xffffffff, this.env),
    };
  }

  // ---- expectations

  /** After everything else: what they may name is then known. */
  private expectations(more: readonly string[], spans: readonly string[], neighbours: readonly Neighbour[], procs: number): Expectation[] {
    const node = this.sections.get('expect');
    const { names, diagnostics } = this.env;
    if (node?.kind === 'seq' && node.items.length > MOST_EXPECTATIONS) {
      diagnostics.error(node.place, `${node.items.length} expectations: ${MOST_EXPECTATIONS} are the most`);
      return [];
    }
    const complete = diagnostics.errors === 0;
    const known: ExpectationNames = {
      spans,
      channels: names.namesOf(['channel']),
      mutexes: names.namesOf(['mutex']),
      listeners: names.namesOf(['listener']),
      neighbours: neighbours.map(({ name }) => name),
      gomaxprocs: complete ? procs : null,
    };
    const extra = more.map((text) => this.extraExpectation(text, known, complete));
    if (node === undefined || isNull(node)) return extra;
    if (node.kind === 'seq') return [...node.items.flatMap((item) => this.expectation(item, known, complete) ?? []), ...extra];
    diagnostics.error(node.place, '"expect" is a list of expectations', 'as in expect: [outcome == completed]');
    return extra;
  }

  /** One that does not stand in the file. */
  private extraExpectation(text: string, known: ExpectationNames, complete: boolean): Expectation {
    const parsed = parseExpectation(text, known);
    if (!('check' in parsed) && (complete || !text.trimStart().startsWith('spans.'))) {
      const { error, suggestion, start, length } = parsed;
      const meant =
        suggestion === null ? null : `did you mean ${quoted((text.slice(0, start) + suggestion + text.slice(start + length)).trim())}?`;
      this.env.diagnostics.error(null, `--expect ${quoted(text)}: ${error}`, meant);
    }
    return { that: text, level: 'error', why: null, place: null };
  }

  private expectation(item: Node, known: ExpectationNames, complete: boolean): Expectation | null {
    const { diagnostics } = this.env;
    if (item.kind === 'scalar' && !isNull(item)) {
      return { that: this.checkedExpectation(item, known, complete), level: 'error', why: null, place: item.place };
    }
    if (item.kind !== 'map') {
      diagnostics.error(item.place, 'an expectation belongs here', 'as in "threads.created <= 12" or {that: …, level: warn, why: …}');
      return null;
    }
    const [first] = item.entries;
    if (first !== undefined && /[<>=!]=|[<>]/.test(first.key.text)) {
      diagnostics.error(
        item.place,
        'YAML reads the ": " in this expectation as a key and its value',
        `put all of it in quotes: ${wholeQuoted(first)}`,
      );
      return null;
    }
    const compared = first?.value.kind === 'scalar' && item.entries.length === 1 ? `${first.key.text} == ${first.value.text}` : '';
    if ('check' in parseExpectation(compared, known)) {
      diagnostics.error(item.place, 'an expectation is a comparison, not a key and its value', `write it as ${quoted(compared)}`);
      return null;
    }
    const keys = new Map<string, Node>();
    readKeys(item, 'expect', EXPECTATION_KEYS, keys, diagnostics);
    const that = keys.get('that');
    if (that === undefined) diagnostics.error(item.place, 'an expectation needs "that"');
    const scalar = that === undefined ? null : scalarField(that, 'an expectation', this.env);
    const why = keys.get('why');
    const reason = why === undefined ? null : scalarField(why, 'a text', this.env);
    const level = keys.get('level');
    const word = level === undefined ? null : scalarField(level, 'error or warn', this.env);
    if (word !== null && word.text !== 'error' && word.text !== 'warn') {
      diagnostics.error(word.place, `the level is error or warn, not ${quoted(word.text)}`);
    }
    if (scalar === null) return null;
    return {
      that: this.checkedExpectation(scalar, known, complete),
      level: word?.text === 'warn' ? 'warn' : 'error',
      why: reason === null ? null : constantText(reason, this.env),
      place: scalar.place,
    };
  }

  private checkedExpectation(scalar: Scalar, known: ExpectationNames, complete: boolean): string {
    const text = constantText(scalar, this.env);
    const parsed = parseExpectation(text, known);
    // A step that could not be read may have held the span.
    if ('check' in parsed || (!complete && text.trimStart().startsWith('spans.'))) return text;
    const { error, suggestion, start, length } = parsed;
    const meant = suggestion === null ? null : text.slice(0, start) + suggestion + text.slice(start + length);
    const place = text === scalar.text ? partOf(scalar, start, Math.max(1, length)) : scalar.place;
    this.env.diagnostics.error(place, error, meant === null ? null : `did you mean ${quoted(meant.trim())}?`);
    return text;
  }
}

/** The names that their use declares, in the order of first use. */
function usedNames(bodies: readonly Body[]): Pick<Scenario, 'onces' | 'spans'> {
  const onces = new Set<string>();
  const spans = new Set<string>();
  for (const body of bodies) {
    forEachStep(body.steps, (step) => {
      if (step.op === 'once') onces.add(step.once);
      if (step.op === 'span' || step.op === 'spanSince') spans.add(step.name);
    });
  }
  return { onces: [...onces], spans: [...spans] };
}

/** What was meant as one text and became a key and a value. */
function wholeQuoted({ key, value }: Entry): string {
  const text = value.kind === 'scalar' ? `${key.text}: ${value.text}` : `${key.text}: …`;
  return `'${text.replaceAll("'", "''")}'`;
}
