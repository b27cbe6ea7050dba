// What the YAML package says of a text that is no YAML, in words for someone who writes scenarios.

export interface Words {
  readonly message: string;
  readonly note: string | null;
}

/** Said where quotes are not closed; its place is theirs, not the end of the text. */
export const UNCLOSED = 'these quotes are never closed';

/** By how the package's message begins. */
const WORDS: readonly (readonly [string, string, string | null])[] = [
  ['All mapping items must start', 'this key stands in another column than those it belongs to', null],
  ['All sequence items must start', 'this item stands in another column than those it belongs to', null],
  [
    'A block sequence may not be used as an implicit map key',
    'a list item stands where none can be',
    'look at its column, and at the line above',
  ],
  [
    'Nested mappings are not allowed',
    'a second "key: value" on the same line',
    'put it on a line of its own, or quote a text that holds ": "',
  ],
  ['Block collections are not allowed within flow', 'a comma is missing, or quotes: inside {} and [] entries stand between commas', null],
  ['Implicit map keys need to be followed', 'a ":" is missing after this', 'a text of several lines stands in quotes, or behind "|"'],
  ['Implicit keys need to be on a single line', 'a key stands on one line', null],
  ['Implicit keys of flow sequence pairs', 'a key stands on one line', null],
  ['The : indicator must be at most 1024', 'a key of more than 1024 characters', null],
  ['Missing , or : between flow', 'a comma is missing before this', null],
  ['Missing , between flow', 'a comma is missing before this', null],
  ['Missing space after :', 'a blank is missing after the colon', null],
  ['Tabs are not allowed', 'a tab cannot indent YAML: use blanks', null],
  ['Missing closing', UNCLOSED, null],
  ['Comments must be separated', 'a blank is missing before the comment', null],
  ['Unexpected , in flow', 'a comma too many', null],
  ['Sequence item without -', 'a "- " is missing before this', null],
];

export function reworded(code: string, full: string): Words {
  const first = full.split('\n')[0] ?? '';
  const unclosed = /^(Flow \w+).* end with a ([}\]])/.exec(first);
  if (unclosed !== null) return { message: `a ${JSON.stringify(unclosed[2])} is missing before this`, note: null };
  const known = WORDS.find(([start]) => first.startsWith(start));
  if (known !== undefined) return { message: known[1], note: known[2] };
  const line = first.replace(/^./, (letter) => letter.toLowerCase());
  const plain = line.length > 100 ? `${line.slice(0, 100)}…` : line;
  switch (code) {
    case 'TAG_RESOLVE_FAILED':
      return { message: `${plain}: tags have no meaning in a scenario`, note: null };
    case 'RESOURCE_EXHAUSTION':
      return { message: 'too deeply nested to read', note: null };
    case 'BAD_SCALAR_START':
      return { message: plain, note: 'quote the text' };
    default:
      return { message: `this is not YAML: ${plain}`, note: null };
  }
}
