// What is known of a figure by its path, from the description of the result.

import type { Shape, ValueKind } from './result-shape.ts';
import { RESULT_SHAPE } from './result-shape.ts';

export interface MetricWords {
  readonly about: string;
  readonly within: readonly string[]; // of what it is a part, the nearest last
  readonly kind: ValueKind | null; // null: no single figure
  readonly words: readonly string[] | null; // a text that is one of these
  readonly key: string; // in the JSON
  readonly fields: readonly { readonly name: string; readonly about: string }[]; // of what is no single figure
}

const OVERALL: Readonly<Record<string, string>> = { min: 'The least of all.', mean: 'The mean of all.', max: 'The most of all.' };

/** Names stand for any name, and so does *. Null when there is nothing of that path. */
export function metricWords(path: string): MetricWords | null {
  let shape: Shape = RESULT_SHAPE;
  const within: string[] = [];
  const keys: string[] = [];
  let overall: string | null = null;
  let inList = false;
  for (const segment of path.split('.').flatMap(split)) {
    if (overall !== null) return null;
    const next = step(shape, segment);
    if (next !== null) {
      within.push(shape.doc);
      keys.push(next.key);
      inList ||= shape.shape === 'list' && !segment.startsWith('[');
      shape = next.shape;
    } else if (inList && Object.hasOwn(OVERALL, segment) && shape.shape === 'value') {
      overall = OVERALL[segment];
    } else {
      return null;
    }
  }
  const isText = shape.shape === 'list' && shape.asText === true;
  return {
    about: overall === null ? shape.doc : `${shape.doc} ${overall}`,
    within: within.slice(1),
    kind: shape.shape === 'value' ? shape.kind : isText ? 'text' : null,
    words: shape.shape === 'value' ? shape.words : null,
    key: keys.join('.').replaceAll('.[', '['),
    fields: isText ? [] : fieldsOf(shape),
  };
}

/** `processors[0]` is two steps. */
function split(segment: string): string[] {
  const [, name, index] = /^(.*?)(\[(?:\d+|\*)\])?$/s.exec(segment)!;
  return index === undefined ? [name] : [name, index];
}

function step(shape: Shape, segment: string): { readonly shape: Shape; readonly key: string } | null {
  switch (shape.shape) {
    case 'object': {
      const key = [segment, `${segment}Ns`].find((one) => Object.hasOwn(shape.fields, one) && nameOf(one, shape.fields[one]) === segment);
      return key === undefined || shape.fields[key].hidden ? null : { shape: shape.fields[key], key };
    }
    case 'map':
      return segment === '' ? null : { shape: shape.each, key: segment };
    case 'list':
      return segment.startsWith('[') ? { shape: shape.each, key: segment } : step(shape.each, segment);
    default:
      return null;
  }
}

/** Paths leave the Ns of durations out. */
function nameOf(key: string, shape: Shape): string {
  return shape.shape === 'value' && shape.kind === 'duration' ? key.replace(/Ns$/, '') : key;
}

function fieldsOf(shape: Shape): { name: string; about: string }[] {
  if (shape.shape === 'map' || shape.shape === 'list') return fieldsOf(shape.each);
  if (shape.shape !== 'object') return [];
  return Object.entries(shape.fields)
    .filter(([, field]) => !field.hidden)
    .map(([key, field]) => ({ name: nameOf(key, field), about: field.doc }));
}

/** The figures and groups of figures at the top. */
export const METRICS: readonly string[] = fieldsOf(RESULT_SHAPE).map(({ name }) => name);
