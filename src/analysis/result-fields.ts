// The figures of a result that an expectation may name, with their kinds, from the description of the result. Paths are
// those of the JSON without the Ns of durations: `spans.request.p99` is result.spans.request.p99Ns.

import type { Shape, ValueKind } from './result-shape.ts';
import { RESULT_SHAPE } from './result-shape.ts';

export type LeafKind = ValueKind;

export interface Leaf {
  readonly type: 'leaf';
  readonly kind: LeafKind;
  readonly key: string; // in the result
  readonly words: readonly string[] | null; // a text that is one of these
}

export interface Fields {
  readonly type: 'object';
  readonly key: string;
  readonly fields: ReadonlyMap<string, Field>;
}

/** Objects under names that the scenario declares. */
export interface Named {
  readonly type: 'map';
  readonly key: string;
  readonly names: 'spans' | 'channels' | 'mutexes' | 'listeners' | 'neighbours';
  readonly each: Fields;
}

/** An array of objects: `[i]` is one of them, a field with .min, .mean or .max is a figure over all. */
export interface List {
  readonly type: 'list';
  readonly key: string;
  readonly each: Fields;
}

export type Field = Leaf | Fields | Named | List;

function fieldsOf(key: string, shape: Shape): Fields {
  const fields = new Map<string, Field>();
  for (const [name, one] of Object.entries(shape.shape === 'object' ? shape.fields : {})) {
    const field = one.hidden ? null : fieldOf(name, one);
    if (field !== null) fields.set(one.shape === 'value' && one.kind === 'duration' ? name.replace(/Ns$/, '') : name, field);
  }
  return { type: 'object', key, fields };
}

/** Null for what is no figure and has none in it. */
function fieldOf(key: string, shape: Shape): Field | null {
  switch (shape.shape) {
    case 'value':
      return { type: 'leaf', kind: shape.kind, key, words: shape.words };
    case 'object':
      return fieldsOf(key, shape);
    case 'list':
      if (shape.asText) return { type: 'leaf', kind: 'text', key, words: null };
      return { type: 'list', key, each: fieldsOf('', shape.each) };
    case 'map':
      return { type: 'map', key, names: key as Named['names'], each: fieldsOf('', shape.each) };
    case 'either':
      return null;
  }
}

export const RESULT_FIELDS: Fields = fieldsOf('', RESULT_SHAPE);
