// The result as JSON, schema gosim.result/v1: keys in the order of the schema, one line per entry of a list, in pieces,
// because a result with every goroutine in it can be longer than the longest string.

import type { Result } from '../sim/result.ts';

const PIECE = 1 << 16;

const KEYS: Record<keyof Result, true> = {
  schema: true,
  gosim: true,
  scenario: true,
  seed: true,
  go: true,
  gomaxprocs: true,
  machine: true,
  runtime: true,
  model: true,
  outcome: true,
  makespanNs: true,
  log: true,
  logTruncated: true,
  processors: true,
  threads: true,
  goroutines: true,
  counters: true,
  transfers: true,
  slices: true,
  schedLatency: true,
  spans: true,
  channels: true,
  listeners: true,
  mutexes: true,
  quota: true,
  neighbours: true,
  series: true,
  expectations: true,
  warnings: true,
  findings: true,
  events: true,
  eventHash: true,
};

/** The pieces of the JSON text of a result, which ends in a newline. */
export function* jsonPieces(result: Result): Generator<string> {
  yield* pieces(tokens(inOrder(result), 0), '\n');
}

/** The same on one line, for files with a result in each. */
export function* ndjsonPieces(result: Result): Generator<string> {
  yield* pieces(line(inOrder(result)), '\n');
}

/** The pieces of a list of results: what stands before the next one, and at the end. */
export const JSON_LIST = {
  before: (nth: number): string => (nth === 0 ? '[\n' : ',\n'),
  end: (count: number): string => (count === 0 ? '[]\n' : ']\n'),
};

function inOrder(result: Result): Record<string, unknown> {
  return Object.fromEntries(Object.keys(KEYS).map((key) => [key, result[key as keyof Result]]));
}

/** Gathers what comes in small parts. */
function* pieces(parts: Iterable<string>, end: string): Generator<string> {
  let text = '';
  for (const part of parts) {
    text += part;
    if (text.length >= PIECE) {
      yield text;
      text = '';
    }
  }
  yield text + end;
}

/** Without a line break; a long list entry by entry. */
function* line(result: Record<string, unknown>): Generator<string> {
  let lead = '{';
  for (const [key, value] of Object.entries(result)) {
    if (value === undefined) continue;
    yield `${lead}${JSON.stringify(key)}:`;
    lead = ',';
    if (!Array.isArray(value) || value.length === 0) {
      yield JSON.stringify(value);
      continue;
    }
    let before = '[';
    for (const item of value) {
      yield `${before}${JSON.stringify(item)}`;
      before = ',';
    }
    yield ']';
  }
  yield '}';
}

/** The whole JSON text, for results known to be small. */
export function jsonText(result: Result): string {
  return [...jsonPieces(result)].join('');
}

/** Objects are spread over lines down to the second level; entries of lists and what lies deeper take one line each. */
function* tokens(value: unknown, depth: number): Generator<string> {
  const pad = '  '.repeat(depth + 1);
  const end = `\n${'  '.repeat(depth)}`;
  if (Array.isArray(value) && value.length > 0) {
    let lead = '[\n';
    for (const item of value) {
      yield `${lead}${pad}${JSON.stringify(item)}`;
      lead = ',\n';
    }
    yield `${end}]`;
  } else if (depth < 2 && value !== null && typeof value === 'object' && Object.keys(value).length > 0) {
    let lead = '{\n';
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined) continue;
      yield `${lead}${pad}${JSON.stringify(key)}: `;
      yield* tokens(item, depth + 1);
      lead = ',\n';
    }
    yield `${end}}`;
  } else {
    yield JSON.stringify(value);
  }
}
