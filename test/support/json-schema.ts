// Checks values against a JSON Schema, for the keywords that the project's own schemas use. A keyword it does not know is
// an error: a schema that says more than this understands would be checked for less than it says.

type Schema = Readonly<Record<string, unknown>>;
type Check = (schema: Schema, at: Place) => readonly string[];

interface Place {
  readonly value: unknown;
  readonly path: string;
  readonly root: Schema;
}

/** What is wrong with a value, as `/path: what`; empty when it fits. */
export function mismatches(value: unknown, root: Schema): readonly string[] {
  return check(root, { value, path: '', root });
}

function check(schema: Schema, at: Place): readonly string[] {
  return Object.keys(schema).flatMap((keyword) => {
    const found = CHECKS[keyword];
    if (found === undefined) throw new Error(`the keyword ${keyword} at ${at.path || '/'} has no check`);
    return found(schema, at);
  });
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeOf(value) === 'object';
const note: Check = () => [];
const rule =
  (applies: (value: unknown) => boolean, holds: (wanted: never, value: never) => boolean, keyword: string): Check =>
  (schema, { value, path }) =>
    applies(value) && !holds(schema[keyword] as never, value as never)
      ? [
          `${path || '/'}: ${keyword} ${JSON.stringify(schema[keyword])} does not hold for ${isObject(value) || Array.isArray(value) ? typeOf(value) : JSON.stringify(value)}`,
        ]
      : [];
const isNumber = (value: unknown): boolean => typeof value === 'number';
const any = (): boolean => true;

const CHECKS: Readonly<Record<string, Check>> = {
  $schema: note,
  $defs: note,
  title: note,
  description: note,
  defaultSnippets: note,
  patternErrorMessage: note,
  $ref: (schema, at) => {
    const name = String(schema.$ref).replace('#/$defs/', '');
    const target = (at.root.$defs as Record<string, Schema>)[name];
    if (target === undefined) throw new Error(`${schema.$ref} names nothing`);
    return check(target, at);
  },
  type: rule(
    any,
    (types: string | string[], value) => {
      const type = typeOf(value);
      return [types].flat().some((one) => one === type || (one === 'number' && type === 'integer'));
    },
    'type',
  ),
  const: rule(any, (wanted, value) => wanted === value, 'const'),
  enum: rule(any, (wanted: unknown[], value) => wanted.includes(value), 'enum'),
  pattern: rule(
    (value) => typeof value === 'string',
    (pattern: string, text: string) => new RegExp(pattern, 'u').test(text),
    'pattern',
  ),
  minimum: rule(isNumber, (least: number, value: number) => value >= least, 'minimum'),
  maximum: rule(isNumber, (most: number, value: number) => value <= most, 'maximum'),
  exclusiveMinimum: rule(isNumber, (least: number, value: number) => value > least, 'exclusiveMinimum'),
  minItems: rule(Array.isArray, (least: number, list: unknown[]) => list.length >= least, 'minItems'),
  maxItems: rule(Array.isArray, (most: number, list: unknown[]) => list.length <= most, 'maxItems'),
  minProperties: rule(isObject, (least: number, value: object) => Object.keys(value).length >= least, 'minProperties'),
  maxProperties: rule(isObject, (most: number, value: object) => Object.keys(value).length <= most, 'maxProperties'),
  required: rule(isObject, (keys: string[], value: object) => keys.every((key) => Object.hasOwn(value, key)), 'required'),
  dependentRequired: rule(
    isObject,
    (needs: Record<string, string[]>, value: object) =>
      Object.entries(needs).every(([key, others]) => !Object.hasOwn(value, key) || others.every((one) => Object.hasOwn(value, one))),
    'dependentRequired',
  ),
  items: (schema, { value, path, root }) =>
    Array.isArray(value) ? value.flatMap((one, i) => check(schema.items as Schema, { value: one, path: `${path}/${i}`, root })) : [],
  propertyNames: (schema, { value, path, root }) =>
    isObject(value)
      ? Object.keys(value).flatMap((key) => check(schema.propertyNames as Schema, { value: key, path: `${path}/${key}`, root }))
      : [],
  properties: (schema, at) => inside(at, (key) => (schema.properties as Record<string, Schema>)[key]),
  patternProperties: (schema, at) => {
    const patterns = Object.entries(schema.patternProperties as Record<string, Schema>);
    return patterns.flatMap(([pattern, one]) => inside(at, (key) => (new RegExp(pattern, 'u').test(key) ? one : undefined)));
  },
  additionalProperties: (schema, at) => {
    const own = Object.keys((schema.properties ?? {}) as object);
    const rest = schema.additionalProperties as Schema | false;
    return inside(at, (key) => (own.includes(key) ? undefined : rest));
  },
  allOf: (schema, at) => (schema.allOf as Schema[]).flatMap((one) => check(one, at)),
  anyOf: (schema, at) => {
    const answers = (schema.anyOf as Schema[]).map((one) => check(one, at));
    if (answers.some((answer) => answer.length === 0)) return [];
    // What went furthest down came closest.
    const depth = (answer: readonly string[]): number => Math.max(...answer.map((one) => one.split(':')[0]!.split('/').length));
    return answers.reduce((best, answer) => (depth(answer) > depth(best) ? answer : best));
  },
};

function inside({ value, path, root }: Place, schemaOf: (key: string) => Schema | false | undefined): readonly string[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, one]) => {
    const schema = schemaOf(key);
    if (schema === undefined) return [];
    return schema === false ? [`${path || '/'}: unknown key ${key}`] : check(schema, { value: one, path: `${path}/${key}`, root });
  });
}
