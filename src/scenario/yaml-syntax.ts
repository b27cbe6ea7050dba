// The syntax of YAML: text -> the package's document, or messages about what is no YAML.
//
// Depth is bounded while the text is read, and reading ends after so many mistakes. What should have been quoted is
// reported and hidden, and the text read again without it, so that mistakes behind it are found too.

import type { Document, YAMLError } from 'yaml';
import { Composer, Lexer, LineCounter, Parser } from 'yaml';
import type { Place } from '../base/place.ts';
import type { Diagnostics } from './diagnostic.ts';
import { quoted } from './suggest.ts';
import { CommentFinder, endOfValue, hide, UnquotedFinder } from './yaml-traps.ts';
import { reworded, UNCLOSED } from './yaml-words.ts';

const DEEPEST = 1000; // nested collections
const MOST_ODDITIES = 100; // error tokens, directives and documents
const AFTER_THE_END = 'in YAML stream'; // the parser's words for what follows a complete document

export interface Composed {
  readonly doc: Document.Parsed;
  readonly places: LineCounter;
  readonly isHidden: boolean; // some of it, in scalars; see yaml-traps.ts
}

/** The document as the package composes it; null when its syntax is wrong, which is then reported. */
export function compose(text: string, diagnostics: Diagnostics): Composed | null {
  if (/\r(?!\n)/.test(text) && !text.includes('\n')) {
    diagnostics.error({ line: 1, column: 1, length: 1 }, 'lines end with a carriage return alone', 'save the file with line feeds');
    return null;
  }
  const reading = new Reading(text, diagnostics);
  if (!reading.read()) return null;
  if (reading.unquoted.length === 0) return reading.result(false);
  if (diagnostics.full) return null;
  let readable = '';
  let at = 0;
  for (const { from, to } of reading.unquoted) {
    readable += text.slice(at, from) + hide(text.slice(from, to));
    at = to;
  }
  const again = new Reading(readable + text.slice(at), diagnostics);
  return again.read() && again.unquoted.length === 0 ? again.result(true) : null;
}

class Reading {
  /** Values that had to be quoted, reported, in order. */
  readonly unquoted: { readonly from: number; readonly to: number }[] = [];
  private readonly text: string;
  private readonly places = new LineCounter();
  private readonly diagnostics: Diagnostics;
  private readonly documents: Document.Parsed[] = [];
  private unclosed = -1; // where quotes open that do not close

  constructor(text: string, diagnostics: Diagnostics) {
    this.text = text;
    this.diagnostics = diagnostics;
    // all lines beforehand: a mistake may lie behind where the parser is
    this.places.addNewLine(0);
    for (let feed = text.indexOf('\n'); feed >= 0; feed = text.indexOf('\n', feed + 1)) this.places.addNewLine(feed + 1);
  }

  /** False: there is nothing to be made of it, which is reported. */
  read(): boolean {
    const { documents, diagnostics } = this;
    const parser = new Parser();
    const composer = new Composer({ version: '1.2', uniqueKeys: false });
    const unquoted = new UnquotedFinder();
    const comments = new CommentFinder();
    let oddities = 0;
    const traces = Error.stackTraceLimit;
    try {
      Error.stackTraceLimit = 0; // the parser makes an Error of each mistake, and traces would be most of the work
      for (const lexeme of new Lexer().lex(this.text)) {
        const { offset } = parser;
        const found = unquoted.next(lexeme);
        if (found !== null && offset >= (this.unquoted.at(-1)?.to ?? 0)) this.reportUnquoted(offset - found.scalar.length, found.sign);
        if (comments.next(lexeme)) this.reportComment(offset, lexeme);
        if (/^["']/.test(lexeme) && (lexeme.length === 1 || !lexeme.endsWith(lexeme[0]))) this.unclosed = offset;
        for (const token of parser.next(lexeme)) {
          documents.push(...composer.next(token));
          if (token.type === 'error' || token.type === 'directive' || token.type === 'document') oddities++;
        }
        // This is no YAML, and a megabyte of complaints would take its time.
        if (oddities > MOST_ODDITIES || diagnostics.full) break;
        if (parser.stack.length > DEEPEST) {
          diagnostics.error(this.placeAt(parser.offset, 1), `nested more than ${DEEPEST} levels deep`);
          return false;
        }
      }
      for (const token of parser.end()) documents.push(...composer.next(token));
      documents.push(...composer.end(true, parser.offset));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      diagnostics.error(this.placeAt(parser.offset, 1), 'too deeply nested to read');
      return false;
    } finally {
      Error.stackTraceLimit = traces;
    }
    return true;
  }

  /** The document, when nothing is wrong with its syntax; else that is reported. */
  result(isHidden: boolean): Composed | null {
    const { documents, diagnostics, places } = this;
    const before = diagnostics.errors;
    if (documents.length > 1) {
      diagnostics.error(this.placeAt(documents[1].range[0], 3), 'a second document begins here: a file holds one scenario');
    }
    const problems = documents.flatMap((doc) => [...doc.errors, ...doc.warnings]).sort((a, b) => a.pos[0] - b.pos[0]);
    // Where something is hidden enough has been said: what is wrong besides may come of the hiding.
    if (diagnostics.errors === before && !isHidden) this.reportProblems(problems);
    return diagnostics.errors > before || problems.length > 0 ? null : { doc: documents[0], places, isHidden };
  }

  private placeAt(offset: number, length: number): Place {
    return makePlace(this.text, this.places, offset, length);
  }

  private reportUnquoted(from: number, sign: string): void {
    const { text, diagnostics } = this;
    const to = endOfValue(text, from);
    this.unquoted.push({ from, to });
    const value = text.slice(from, to).trim();
    const note = `write it as ${quoted(value.replace(/^[“”„‟]|[“”„‟]$/g, ''))}`;
    diagnostics.error(this.placeAt(from, to - from), `quote the value: ${quoted(sign)} has a meaning of its own inside {} and []`, note);
  }

  private reportComment(offset: number, comment: string): void {
    const note = 'quote the text if this belongs to it, or put a blank after the "#"';
    this.diagnostics.warning(this.placeAt(offset, comment.length), 'a comment begins here, and the text ends before it', note);
  }

  /** One mistake makes the parser stumble on: the first word about each line is the one that helps. */
  private reportProblems(problems: readonly YAMLError[]): void {
    const { places, diagnostics } = this;
    let lastLine = 0;
    for (const problem of problems) {
      const [from, to] = problem.pos;
      const { line } = places.linePos(from);
      if (line <= lastLine) continue;
      if (problem.message.includes(AFTER_THE_END)) {
        // All that follows would be said to be no part of it either.
        const note = 'look at its indentation, and at the lines above';
        diagnostics.error(this.placeAt(from, to - from), 'this does not belong to what stands above it', note);
        return;
      }
      const { message, note } = reworded(problem.code, problem.message);
      diagnostics.error(message === UNCLOSED ? this.placeAt(this.unclosed, 1) : this.placeAt(from, to - from), message, note);
      lastLine = line;
    }
  }
}

/** A place in the text, which ends with its line. */
export function makePlace(text: string, places: LineCounter, offset: number, length: number): Place {
  const { line, col } = places.linePos(Math.min(offset, text.length));
  const newline = text.slice(offset, offset + length).indexOf('\n');
  return { line: Math.max(1, line), column: Math.max(1, col), length: Math.max(1, newline < 0 ? length : newline) };
}
