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
  model: true,
  outcome: true,
  makespanNs: true,
  log: true,
  logTruncated: true,
  processors: true,
  threads: true,
  goroutines: true,
  counters: true,
  slices: true,
  schedLatency: true,
  spans: true,
  channels: true,
  listeners: true,
  mutexes: true,
  expectations: true,
  warnings: true,
  findings: true,
  events: true,
  eventHash: true,
};

/** The pieces of the JSON text of a result, which ends in a newline. */
export function* jsonPieces(result: Result): Generator<string> {
  const ordered = Object.fromEntries(Object.keys(KEYS).map((key) => [key, result[key as keyof Result]]));
  let text = '';
  for (const token of tokens(ordered, 0)) {
    text += token;
    if (text.length >= PIECE) {
      yield text;
      text = '';
    }
  }
  yield `${text}\n`;
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
