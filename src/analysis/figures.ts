// All figures of a result under the paths that expectations use, in the order of RESULT_FIELDS. Of an array of objects come
// the figures of each element and then, under .min, .mean and .max, those over all.

import type { Result } from '../sim/result.ts';
import type { Field, Fields, LeafKind, List } from './result-fields.ts';
import { RESULT_FIELDS } from './result-fields.ts';

export interface Figure {
  readonly path: string;
  readonly kind: LeafKind; // a duration is in ns
  readonly value: number | string | boolean;
}

/** `overall`: with the figures over arrays. */
export function* figuresOf(result: Result, overall: boolean): Generator<Figure> {
  yield* ofFields(RESULT_FIELDS, result, '', overall);
}

function* ofFields(fields: Fields, value: unknown, lead: string, overall: boolean): Generator<Figure> {
  for (const [name, field] of fields.fields)
    yield* ofField(field, (value as Record<string, unknown>)[field.key], `${lead}${name}`, overall);
}

function* ofField(field: Field, value: unknown, path: string, overall: boolean): Generator<Figure> {
  if (value === null || value === undefined) return;
  if (field.type === 'leaf') {
    // the program's log is a list of entries
    if (typeof value !== 'object') yield { path, kind: field.kind, value: value as Figure['value'] };
  } else if (field.type === 'object') {
    yield* ofFields(field, value, `${path}.`, overall);
  } else if (field.type === 'map') {
    for (const [name, one] of Object.entries(value)) yield* ofFields(field.each, one, `${path}.${name}.`, overall);
  } else {
    const list = value as Record<string, unknown>[];
    for (const [i, one] of list.entries()) yield* ofFields(field.each, one, `${path}[${i}].`, overall);
    if (overall && list.length > 0) yield* overAll(field, list, path);
  }
}

function* overAll(field: List, list: readonly Record<string, unknown>[], path: string): Generator<Figure> {
  for (const [name, each] of field.each.fields) {
    if (each.type !== 'leaf' || name === 'id') continue;
    const { kind } = each;
    const values = list.map((one) => one[each.key]).filter((value) => typeof value === 'number');
    if (values.length === 0) continue;
    yield { path: `${path}.${name}.min`, kind, value: values.reduce((least, value) => Math.min(least, value)) };
    yield { path: `${path}.${name}.mean`, kind, value: values.reduce((sum, value) => sum + value, 0) / values.length };
    yield { path: `${path}.${name}.max`, kind, value: values.reduce((most, value) => Math.max(most, value)) };
  }
}
