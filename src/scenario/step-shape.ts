// The outer shape of steps: which step a node is, and the nodes of its keys. All checks here follow the table of steps.

import type { Diagnostics } from './diagnostic.ts';
import type { Place } from './model.ts';
import type { KeySpec, StepSpec } from './step-table.ts';
import { BESIDE_KEYS, STEP_ALIASES, STEPS, STEPS_LATER } from './step-table.ts';
import { didYouMean, listed, nearest, quoted } from './suggest.ts';
import type { Entry, Mapping, Node } from './yaml.ts';
import { isNull } from './yaml.ts';

export interface StepShape {
  readonly spec: StepSpec;
  readonly place: Place; // of the step's name
  readonly keys: ReadonlyMap<string, Node>; // by the key's name, also for the short form
  readonly isShort: boolean;
}

/** The shape of a step; null when there is no telling which step it is. Mistakes are reported. */
export function shapeOf(node: Node, diagnostics: Diagnostics): StepShape | null {
  if (node.kind === 'scalar') return bareWord(node.text, node.place, diagnostics);
  if (node.kind === 'seq') {
    diagnostics.error(
      node.place,
      'a step belongs here, not a list',
      'a step is a mapping with one key, as "cpu: 2ms", or a bare word, as "gosched"',
    );
    return null;
  }
  const named = node.entries.filter(({ key }) => STEPS.has(key.text) || STEPS_LATER.has(key.text));
  if (named.length === 0) {
    const odd = node.entries.find(({ key }) => !BESIDE_KEYS.has(key.text)) ?? node.entries[0];
    if (odd === undefined) diagnostics.error(node.place, 'an empty step');
    else unknownStep(odd.key.text, odd.key.place, diagnostics);
    return null;
  }
  const spec = STEPS.get(named[0].key.text);
  for (const { key } of named.slice(1)) {
    if (spec?.beside?.some((one) => one.name === key.text)) continue;
    const message = `a second step in one mapping: ${quoted(named[0].key.text)} stands there already`;
    diagnostics.error(key.place, message, `begin a step of its own: "- ${key.text}: …"`);
  }
  if (spec === undefined) {
    later(named[0].key.text, named[0].key.place, diagnostics);
    return null;
  }
  const others = node.entries.filter((entry) => entry !== named[0] && !named.includes(entry));
  return stepShape(spec, named[0], others, diagnostics);
}

function bareWord(text: string, place: Place, diagnostics: Diagnostics): StepShape | null {
  const spec = STEPS.get(text);
  if (spec?.word) return { spec, place, keys: new Map(), isShort: true };
  if (spec !== undefined) {
    const short = spec.short ?? spec.keys?.[0];
    diagnostics.error(
      place,
      `the step ${quoted(text)} needs a value`,
      short === undefined ? null : `as in "${text}: …": ${lowerFirst(short.doc)}`,
    );
  } else if (text === '') {
    diagnostics.error(place, 'an empty step');
  } else {
    unknownStep(text, place, diagnostics);
  }
  return null;
}

function unknownStep(name: string, place: Place, diagnostics: Diagnostics): void {
  if (STEPS_LATER.has(name)) {
    later(name, place, diagnostics);
    return;
  }
  if (name === '') {
    diagnostics.error(place, 'a step without a name');
    return;
  }
  if (BESIDE_KEYS.has(name)) {
    const note = `write it without "- ", in the column of the step's name`;
    diagnostics.error(place, `${quoted(name)} is no step: it belongs to the one above`, note);
    return;
  }
  const colon = noteOnColon(name);
  const method = /\.(\w+)(?:\(\w*\))?$/.exec(name)?.[1] ?? name; // `mu.Lock`, `time.Sleep`, `wg.Add(1)`
  const alias = STEP_ALIASES.get(method.toLowerCase());
  const suggestion = colon !== null ? '' : alias === undefined ? didYouMean(method, STEPS.keys()) : `: did you mean ${quoted(alias)}?`;
  const note = name === 'defer' ? 'nothing is deferred: the steps stand where the body ends' : colon;
  diagnostics.error(place, `unknown step ${quoted(name)}${suggestion}`, note);
}

/** `- cpu 5ms` and `- cpu:5ms` */
function noteOnColon(name: string): string | null {
  const [, word, sign] = /^(\w+)(\s|:)\s*/.exec(name) ?? [];
  if (word === undefined || !STEPS.has(word)) return null;
  return `write "${word}: …", with ${sign === ':' ? 'a blank after the colon' : 'a colon'}`;
}

function later(name: string, place: Place, diagnostics: Diagnostics): void {
  diagnostics.error(place, `the step ${quoted(name)} is known, but not there yet in this version`);
}

function stepShape(spec: StepSpec, own: Entry, others: readonly Entry[], diagnostics: Diagnostics): StepShape {
  const { key, value } = own;
  const keys = new Map<string, Node>();
  const isKeyed = value.kind === 'map' && spec.keys !== undefined;
  const missing: KeySpec[] = [];
  if (spec.word) {
    if (!isNull(value)) diagnostics.error(value.place, `${quoted(spec.name)} takes no value`);
  } else if (isKeyed) {
    const meant = readKeys(value, spec.name, spec.keys ?? [], keys, diagnostics);
    missing.push(...(spec.keys ?? []).filter((one) => !meant.has(one.name)));
  } else if (spec.shortList !== undefined && value.kind === 'seq') {
    keys.set(spec.shortList.name, value);
  } else if (spec.short !== undefined && !isNull(value)) {
    keys.set(spec.short.name, value);
  } else if (spec.short !== undefined) {
    diagnostics.error(key.place, `${quoted(spec.name)} needs a value: ${lowerFirst(spec.short.doc)}`);
  } else {
    diagnostics.error(key.place, `${quoted(spec.name)} needs a mapping with ${listed((spec.keys ?? []).map((one) => one.name))}`);
  }
  const beside = spec.beside ?? [];
  const meantBeside = new Set<string | null>();
  for (const other of others) {
    const name = other.key.text;
    if (!beside.some((one) => one.name === name)) {
      meantBeside.add(unknownBeside(spec, other, diagnostics));
    } else if (keys.has(name)) {
      diagnostics.error(other.key.place, `${quoted(name)} is given twice for this ${quoted(spec.name)}`);
    } else {
      keys.set(name, other.value);
    }
  }
  missing.push(...beside.filter((one) => !meantBeside.has(one.name) && !missing.some(({ name }) => name === one.name)));
  const needed = missing.filter((one) => one.required && !keys.has(one.name));
  if (needed.length > 0) {
    const docs = needed.length === 1 ? `: ${lowerFirst(needed[0].doc)}` : '';
    diagnostics.error(key.place, `${quoted(spec.name)} needs ${listed(needed.map((one) => quoted(one.name)))}${docs}`);
  }
  return { spec, place: key.place, keys, isShort: !isKeyed };
}

/** Returns the key that was probably meant. */
function unknownBeside(spec: StepSpec, other: Entry, diagnostics: Diagnostics): string | null {
  const name = other.key.text;
  const { place } = other.key;
  if (spec.keys?.some((one) => one.name === name)) {
    diagnostics.error(place, `${quoted(name)} belongs inside of ${quoted(spec.name)}`, `as in "${spec.name}: {…, ${name}: …}"`);
    return null;
  }
  const beside = (spec.beside ?? []).map((one) => one.name);
  const suggestion = didYouMean(name, beside);
  const note = STEPS.has(name)
    ? null
    : beside.length === 0
      ? 'a step is a mapping with one key'
      : `beside ${quoted(spec.name)} stand ${listed(beside)}`;
  diagnostics.error(place, `unknown key ${quoted(name)} beside ${quoted(spec.name)}${suggestion}`, note);
  return nearest(name, beside);
}

/** Sorts the entries of a mapping to the keys they name, and returns those that wrong names probably mean. `owner` is what it belongs to. */
export function readKeys(
  node: Mapping,
  owner: string,
  specs: readonly KeySpec[],
  into: Map<string, Node>,
  diagnostics: Diagnostics,
): ReadonlySet<string | null> {
  const names = specs.map((one) => one.name);
  const meant = new Set<string | null>();
  for (const { key, value } of node.entries) {
    if (names.includes(key.text)) into.set(key.text, value);
    else {
      const [, word] = /^(\w+):\S/.exec(key.text) ?? [];
      const isGlued = word !== undefined && names.includes(word);
      const suggestion = isGlued ? '' : didYouMean(key.text, names);
      const note = isGlued ? `write "${word}: …", with a blank after the colon` : suggestion === '' ? `there are ${listed(names)}` : null;
      diagnostics.error(key.place, `unknown key ${quoted(key.text)} in ${quoted(owner)}${suggestion}`, note);
      meant.add(isGlued ? word : nearest(key.text, names));
    }
  }
  return meant;
}

function lowerFirst(text: string): string {
  return text.replace(/^[A-Z](?![A-Z])/, (first) => first.toLowerCase()).replace(/\.$/, '');
}
