// YAML text -> a plain tree of mappings, sequences and scalars with places. The yaml package is known only here and in
// yaml-syntax.ts.
//
// The tree keeps the source of each scalar and leaves its meaning to the field it stands in: `go: 1.20` is the text
// 1.20. Aliases are resolved by sharing nodes, merge keys by copying entries, both within a budget that is counted
// before anything is expanded. Depth is bounded while parsing, so what walks the tree may recurse.
//
// A comma in parentheses inside {} or [] ends a value without being an error of YAML: `{for: uniform(1ms, 2ms)}`. The
// pieces are put together again, with a message that says to quote.

import type { Alias, Document, LineCounter, Pair, ParsedNode, YAMLMap, YAMLSeq, Scalar as YamlScalar } from 'yaml';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Place } from '../base/place.ts';
import type { Diagnostics } from './diagnostic.ts';
import { quoted } from './suggest.ts';
import type { Composed } from './yaml-syntax.ts';
import { compose, makePlace } from './yaml-syntax.ts';
import { unhide } from './yaml-traps.ts';

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

const MOST_REJOINED = 50; // pieces of one value that commas cut
const MOST_EXPANDED = 100_000; // nodes that aliases may add

/** The document's tree; null when there is none or its syntax is wrong, which is then reported. */
export function parseYaml(text: string, diagnostics: Diagnostics): Node | null {
  const composed = compose(text, diagnostics);
  if (composed === null) return null;
  return new Converter(text, composed, diagnostics).convertDocument(composed.doc);
}

/** A part of a scalar, one column at least, for a caret under exactly that; the whole scalar where escapes or folding hide the part. */
export function partOf(scalar: Scalar, start: number, length: number): Place {
  if (scalar.inset < 0) return scalar.place;
  return { line: scalar.place.line, column: scalar.place.column + scalar.inset + start, length: Math.max(1, length) };
}

/** `key:` and `key: ~` and `key: null`. */
export function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.plain && /^(?:|~|null|Null|NULL)$/.test(node.text);
}

class Converter {
  private readonly text: string;
  private readonly places: LineCounter;
  private readonly isHidden: boolean;
  private readonly diagnostics: Diagnostics;
  /** By name, what an alias would stand for now: null while the anchored node is not complete. */
  private readonly anchors = new Map<string, { node: Node; size: number } | null>();
  private size = 0; // nodes so far, aliases counted in full
  private expanded = 0;

  constructor(text: string, { places, isHidden }: Composed, diagnostics: Diagnostics) {
    this.text = text;
    this.places = places;
    this.isHidden = isHidden;
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
    const source = String(node.source ?? '');
    const text = this.isHidden ? unhide(source) : source;
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
      } else if (this.expanded <= MOST_EXPANDED) {
        this.diagnostics.error(key.place, '"<<" merges a mapping, or a list of mappings');
      }
    }
  }

  /** How many items further on the parenthesis is closed that a plain value leaves open: `{for: uniform(1ms, 2ms)}`. */
  private closing(value: ParsedNode, itemAhead: (ahead: number) => ParsedNode | null): number {
    if (!isPlain(value)) return 0;
    let open = parentheses(value.source);
    for (let ahead = 1; open > 0 && ahead <= MOST_REJOINED; ahead++) {
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
