// The JSON of a result as a JSON Schema, docs/result.schema.json: the description of the result in that form.

import type { Shape, ValueShape } from '../analysis/result-shape.ts';
import { RESULT_SHAPE } from '../analysis/result-shape.ts';

type JsonSchema = { readonly [keyword: string]: unknown };

/** The JSON Schema of what `--format json` prints for one run, draft 2020-12. */
export function resultSchema(): JsonSchema {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'gosim result', ...schemaOf(RESULT_SHAPE) };
}

function schemaOf(shape: Shape): JsonSchema {
  const { type, ...rest } = typed(shape);
  return { description: shape.doc, type: shape.nullable ? [type, 'null'].flat() : type, ...rest };
}

function typed(shape: Shape): JsonSchema {
  switch (shape.shape) {
    case 'value':
      return valueType(shape);
    case 'either':
      return { type: ['number', 'string'] };
    case 'list':
      return { type: 'array', items: schemaOf(shape.each) };
    case 'map':
      return { type: 'object', additionalProperties: schemaOf(shape.each) };
    case 'object': {
      const properties = Object.fromEntries(Object.entries(shape.fields).map(([key, field]) => [key, schemaOf(field)]));
      return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
    }
  }
}

function valueType({ kind, words, decimal }: ValueShape): JsonSchema {
  switch (kind) {
    case 'text':
      return { type: 'string', ...(words === null ? {} : { enum: words }) };
    case 'bool':
      return { type: 'boolean' };
    case 'fraction':
      return { type: 'number', minimum: 0 };
    case 'duration':
    case 'number':
      return { type: decimal ? 'number' : 'integer', minimum: 0 };
  }
}
