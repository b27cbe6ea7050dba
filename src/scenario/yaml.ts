// YAML text -> a plain tree of mappings, sequences and scalars with places. The yaml package is known only here.
//
// The tree keeps the source of each scalar and leaves its meaning to the field it stands in: `go: 1.20` is the text
// 1.20. Aliases are resolved by sharing nodes, merge keys by copying entries, both within a budget that is counted
// before anything is expanded. Depth is bounded while parsing, so what walks the tree may recurse.
//
// Three things that YAML accepts, or rejects with words about YAML, are what people get wrong in scenarios, so they
// have messages of their own: `${` and `name[` unquoted inside {} or [], and a comma in parentheses there.

import type { Alias, Document, Pair, ParsedNode, YAMLMap, YAMLSeq, Scalar as YamlScalar } from 'yaml';
import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, Parser } from 'yaml';
import type { Place } from '../base/place.ts';
import type { Diagnostics } from './diagnostic.ts';
import { quoted } from './suggest.ts';

export interface Scalar {
  readonly kind: 'scalar';
  readonly text: string;
  readonly plain: boolean; // written without quotes
  readonly place: Place;
  readonly inset: number; // columns from the place to the text's first character; -1: the text is not verbatim in the source
}

export interface Sequence {
  readonly kind: 'seq';
  readonly items: readonly Node[];
  readonly place: Place;
}

export interface Entry {
  readonly key: Scalar;
  readonly value: Node;
}

export interface Mapping {
  readonly kind: 'map';
  readonly entries: readonly Entry[]; // keys are distinct
  readonly place: Place;
}

export type Node = Scalar | Sequence | Mapping;

const DEEPEST = 1000; // nested collections
const MOST_EXPANDED = 100_000; // nodes that aliases may add

/** The document's tree; null when there is none or its syntax is wrong, which is then reported. */
export function parseYaml(text: string, diagnostics: Diagnostics): Node | null {
  const places = new LineCounter();
  const doc = compose(text, places, diagnostics);
  if (doc === null) return null;
  return new Converter(text, places, diagnostics).convertDocument(doc);
}

/** A part of a scalar, for a caret under exactly that; the whole scalar where escapes or folding hide the part. */
export function partOf(scalar: Scalar, start: number, length: number): Place {
  if (scalar.inset < 0) return scalar.place;
  return { line: scalar.place.line, column: scalar.place.column + scalar.inset + start, length };
}

/** `key:` and `key: ~` and `key: null`. */
export function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.plain && /^(?:|~|null|Null|NULL)$/.test(node.text);
}

function compose(text: string, places: LineCounter, diagnostics: Diagnostics): Document.Parsed | null {
  const before = diagnostics.errors;
  const placeAt = (offset: number, length: number): Place => makePlace(text, places, offset, length);
  places.addNewLine(0);
  const parser = new Parser(places.addNewLine);
  const composer = new Composer({ version: '1.2', uniqueKeys: false });
  const unquoted = new UnquotedFinder();
  const documents: Document.Parsed[] = [];
  try {
    for (const lexeme of new Lexer().lex(text)) {
      const found = unquoted.next(lexeme);
      if (found !== null) diagnostics.error(placeAt(parser.offset - found.back, found.back + 1), found.message, found.note);
      for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
      if (parser.stack.length > DEEPEST) {
        diagnostics.error(placeAt(parser.offset, 1), `nested more than ${DEEPEST} levels deep`);
        return null;
      }
    }
    for (const token of parser.end()) documents.push(...composer.next(token));
    documents.push(...composer.end(true, text.length));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    diagnostics.error(placeAt(parser.offset, 1), 'too deeply nested to read');
    return null;
  }
  if (documents.length > 1) {
    diagnostics.error(placeAt(documents[1].range[0], 3), 'a second document begins here: a file holds one scenario');
  }
  // One mistake makes the parser stumble on: the first word about each line is the one that helps.
  let lastLine = diagnostics.errors > before ? Number.POSITIVE_INFINITY : 0;
  const problems = documents.flatMap((doc) => [...doc.errors, ...doc.warnings]).sort((a, b) => a.pos[0] - b.pos[0]);
  for (const problem of problems) {
    const place = placeAt(problem.pos[0], problem.pos[1] - problem.pos[0]);
    if (place.line <= lastLine) continue;
    lastLine = place.line;
    const { message, note } = reworded(problem.code, problem.message);
    diagnostics.error(place, message, note);
  }
  return diagnostics.errors > before ? null : documents[0];
}

/** What the parser says, in words for someone who writes scenarios. */
function reworded(code: string, message: string): { message: string; note: string | null } {
  const plain = (message.split('\n')[0] ?? '').replace(/^./, (first) => first.toLowerCase());
  switch (code) {
    case 'TAB_AS_INDENT':
      return { message: 'a tab cannot indent YAML: use blanks', note: null };
    case 'TAG_RESOLVE_FAILED':
      return { message: `${plain}: tags have no meaning in a scenario`, note: null };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return { message: 'a second "key: value" on the same line', note: 'put it on a line of its own, or quote a text that holds ": "' };
    case 'RESOURCE_EXHAUSTION':
      return { message: 'too deeply nested to read', note: null };
    case 'BAD_SCALAR_START':
      return { message: plain, note: 'quote the text' };
    default:
      return { message: `this is not YAML: ${plain}`, note: null };
  }
}

/** Watches the lexemes for values that had to be quoted because `{` and `[` mean something inside a flow collection. */
class UnquotedFinder {
  private depth = 0;
  private scalar: string | null = null; // the plain scalar just before

  next(lexeme: string): { back: number; message: string; note: string } | null {
    const { scalar } = this;
    this.scalar = null;
    switch (lexeme) {
      case '{':
      case '[': {
        this.depth++;
        if (scalar === null || this.depth === 1) return null;
        if (lexeme === '{' && scalar.endsWith('$')) {
          return {
            back: 1,
            message: `quote the value: a ${quoted(`$${lexeme}`)} inside {} or [] would begin a mapping`,
            note: `write it as "${scalar}{…}"`,
          };
        }
        if (lexeme === '[' && !scalar.endsWith(':')) {
          return {
            back: scalar.length,
            message: `quote the value: a ${quoted('[')} inside {} or [] would begin a list`,
            note: `write it as "${scalar}[…]"`,
          };
        }
        return null;
      }
      case '}':
      case ']':
        this.depth--;
        return null;
      default:
        // Control characters announce what comes next; a plain scalar is what is left when nothing else fits.
        if (this.depth > 0 && !/^[\s\u0002\u0018\u001f,:?"'#&*!|>-]/.test(lexeme)) this.scalar = lexeme;
        return null;
    }
  }
}

function makePlace(text: string, places: LineCounter, offset: number, length: number): Place {
  const { line, col } = places.linePos(Math.min(offset, text.length));
  let rest = text.indexOf('\n', offset);
  if (rest < 0) rest = text.length;
  return { line: Math.max(1, line), column: Math.max(1, col), length: Math.max(1, Math.min(length, rest - offset)) };
}

class Converter {
  private readonly text: string;
  private readonly places: LineCounter;
  private readonly diagnostics: Diagnostics;
  /** By name, what an alias would stand for now: null while the anchored node is not complete. */
  private readonly anchors = new Map<string, { node: Node; size: number } | null>();
  private size = 0; // nodes so far, aliases counted in full
  private expanded = 0;

  constructor(text: string, places: LineCounter, diagnostics: Diagnostics) {
    this.text = text;
    this.places = places;
    this.diagnostics = diagnostics;
  }

  convertDocument(doc: Document.Parsed): Node | null {
    if (doc.contents === null) return null;
    const node = this.convert(doc.contents);
    return this.expanded > MOST_EXPANDED ? null : node;
  }

  private convert(node: ParsedNode): Node {
    if (isAlias(node)) return this.alias(node);
    const { anchor } = node;
    const before = this.size++;
    if (anchor !== undefined) this.anchors.set(anchor, null);
    const converted = isMap(node) ? this.mapping(node) : isSeq(node) ? this.sequence(node) : this.scalar(node);
    if (anchor !== undefined) this.anchors.set(anchor, { node: converted, size: this.size - before });
    return converted;
  }

  private alias(alias: Alias.Parsed): Node {
    const [from, to] = alias.range;
    const place = this.placeAt(from, to - from);
    const target = this.anchors.get(alias.source);
    const nothing: Scalar = { kind: 'scalar', text: '', plain: true, place, inset: -1 };
    if (target == null) {
      const why = target === null ? 'stands inside of what it names' : 'names no anchor above it';
      this.diagnostics.error(place, `the alias *${alias.source} ${why}`);
      return nothing;
    }
    this.size += target.size;
    const had = this.expanded;
    this.expanded += target.size;
    if (this.expanded > MOST_EXPANDED) {
      if (had <= MOST_EXPANDED) {
        this.diagnostics.error(place, `the aliases of this file stand for more than ${MOST_EXPANDED} nodes`);
      }
      return nothing;
    }
    return target.node;
  }

  private scalar(node: YamlScalar.Parsed): Scalar {
    const text = String(node.source ?? '');
    const plain = node.type === 'PLAIN';
    const [from, to] = node.range;
    const inset = plain ? 0 : 1;
    const verbatim = (plain || node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') && this.text.startsWith(text, from + inset);
    const isWhole = to - from === text.length + 2 * inset;
    return { kind: 'scalar', text, plain, place: this.placeAt(from, to - from), inset: verbatim && isWhole ? inset : -1 };
  }

  private sequence(node: YAMLSeq.Parsed): Sequence {
    const items: Node[] = [];
    for (let i = 0; i < node.items.length; i++) {
      const item = node.items[i];
      const last = node.flow ? this.closing(item, (ahead) => node.items[i + ahead]) : 0;
      if (last > 0) {
        items.push(this.rejoined(item, node.items[i + last]));
        i += last;
      } else {
        items.push(this.convert(item));
      }
    }
    return { kind: 'seq', items, place: this.placeAt(node.range[0], 1) };
  }

  private mapping(node: YAMLMap.Parsed): Mapping {
    const entries: Entry[] = [];
    const keys = new Set<string>();
    const merged: Entry[] = [];
    for (let i = 0; i < node.items.length; i++) {
      const pair = node.items[i];
      const key = this.key(pair.key);
      const last = node.flow && pair.value !== null ? this.closing(pair.value, (ahead) => loneKey(node.items[i + ahead])) : 0;
      const value =
        pair.value === null
          ? { kind: 'scalar' as const, text: '', plain: true, place: key.place, inset: -1 }
          : last > 0
            ? this.rejoined(pair.value, loneKey(node.items[i + last]))
            : this.convert(pair.value);
      i += last;
      if (key.plain && key.text === '<<') {
        this.merge(key, value, merged);
      } else if (keys.has(key.text)) {
        this.diagnostics.error(key.place, `the key ${quoted(key.text)} is here twice`);
      } else {
        keys.add(key.text);
        entries.push({ key, value });
      }
    }
    // What a mapping says itself goes before what it merges, and an earlier merged mapping before a later one.
    for (const entry of merged) {
      if (keys.has(entry.key.text)) continue;
      keys.add(entry.key.text);
      entries.push(entry);
    }
    return { kind: 'map', entries, place: entries[0]?.key.place ?? this.placeAt(node.range[0], 1) };
  }

  private key(node: ParsedNode | null): Scalar {
    const key = node === null ? null : this.convert(node);
    if (key?.kind === 'scalar') return key;
    const place = key?.place ?? { line: 1, column: 1, length: 1 };
    this.diagnostics.error(place, 'a key is a plain word here, not a mapping or a list');
    return { kind: 'scalar', text: '', plain: true, place, inset: -1 };
  }

  private merge(key: Scalar, value: Node, into: Entry[]): void {
    for (const source of value.kind === 'seq' ? value.items : [value]) {
      if (source.kind === 'map') {
        for (const entry of source.entries) into.push(entry);
      } else {
        this.diagnostics.error(key.place, '"<<" merges a mapping, or a list of mappings');
      }
    }
  }

  /** How many items further on the parenthesis is closed that a plain value leaves open: `{for: uniform(1ms, 2ms)}`. */
  private closing(value: ParsedNode, itemAhead: (ahead: number) => ParsedNode | null): number {
    if (!isPlain(value)) return 0;
    let open = parentheses(value.source);
    for (let ahead = 1; open > 0; ahead++) {
      const item = itemAhead(ahead);
      if (item == null || !isPlain(item)) return 0;
      open += parentheses(item.source);
      if (open === 0) return ahead;
    }
    return 0;
  }

  private rejoined(first: ParsedNode, last: ParsedNode | null): Scalar {
    const [from] = first.range;
    const to = last?.range[1] ?? from;
    const text = this.text.slice(from, to);
    const place = this.placeAt(from, to - from);
    this.diagnostics.error(place, 'quote the value: a comma inside {} or [] ends it', `write it as ${quoted(text)}`);
    return { kind: 'scalar', text, plain: true, place, inset: 0 };
  }

  private placeAt(offset: number, length: number): Place {
    return makePlace(this.text, this.places, offset, length);
  }
}

function isPlain(node: ParsedNode): node is YamlScalar.Parsed & { source: string } {
  return isScalar(node) && node.type === 'PLAIN';
}

/** The key of a pair that has no value. */
function loneKey(pair: Pair<ParsedNode, ParsedNode | null> | undefined): ParsedNode | null {
  if (pair === undefined) return null;
  const { value } = pair;
  return value === null || (isPlain(value) && value.source === '') ? pair.key : null;
}

function parentheses(text: string): number {
  let open = 0;
  for (const char of text) open += char === '(' ? 1 : char === ')' ? -1 : 0;
  return open;
}
