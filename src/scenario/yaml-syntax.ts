// The syntax of YAML: text -> the package's document, or messages about what is no YAML.
//
// Depth is bounded while the text is read, and reading ends after so many mistakes. Two of them are what people get
// wrong in scenarios, so they are looked for: `${` and `name[` unquoted inside {} or [], which begin a mapping or list.

import type { Document, LineCounter } from 'yaml';
import { Composer, Lexer, Parser } from 'yaml';
import type { Place } from '../base/place.ts';
import type { Diagnostics } from './diagnostic.ts';
import { quoted } from './suggest.ts';

const DEEPEST = 1000; // nested collections
const MOST_ODDITIES = 100; // error tokens, directives and documents
const AFTER_THE_END = 'in YAML stream'; // the parser's words for what follows a complete document
const UNCLOSED = 'these quotes are never closed';

/** The document as the package composes it; null when its syntax is wrong, which is then reported. */
export function compose(text: string, places: LineCounter, diagnostics: Diagnostics): Document.Parsed | null {
  const before = diagnostics.errors;
  const placeAt = (offset: number, length: number): Place => makePlace(text, places, offset, length);
  // all lines beforehand: the parser knows of a line only when it is past it, and a mistake may lie behind the parser
  places.addNewLine(0);
  for (let feed = text.indexOf('\n'); feed >= 0; feed = text.indexOf('\n', feed + 1)) places.addNewLine(feed + 1);
  const parser = new Parser();
  const composer = new Composer({ version: '1.2', uniqueKeys: false });
  const unquoted = new UnquotedFinder();
  const documents: Document.Parsed[] = [];
  let oddities = 0;
  let unquotedTo = 0; // end of the last value that had to be quoted
  let unclosed = -1; // where quotes open that do not close
  const traces = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = 0; // the parser makes an Error of each mistake, and traces would be most of the work
    for (const lexeme of new Lexer().lex(text)) {
      const found = unquoted.next(lexeme);
      if (found !== null && parser.offset >= unquotedTo) {
        const start = parser.offset - found.scalar.length;
        unquotedTo = endOfValue(text, start);
        const note = `write it as ${quoted(text.slice(start, unquotedTo).trim())}`;
        diagnostics.error(
          placeAt(start, unquotedTo - start),
          `quote the value: ${quoted(found.sign)} has a meaning of its own inside {} and []`,
          note,
        );
      }
      if (/^["']/.test(lexeme) && (lexeme.length === 1 || !lexeme.endsWith(lexeme[0]))) unclosed = parser.offset;
      for (const token of parser.next(lexeme)) {
        documents.push(...composer.next(token));
        if (token.type === 'error' || token.type === 'directive' || token.type === 'document') oddities++;
      }
      // This is no YAML, and a megabyte of complaints would take its time.
      if (oddities > MOST_ODDITIES || diagnostics.full) break;
      if (parser.stack.length > DEEPEST) {
        diagnostics.error(placeAt(parser.offset, 1), `nested more than ${DEEPEST} levels deep`);
        return null;
      }
    }
    for (const token of parser.end()) documents.push(...composer.next(token));
    documents.push(...composer.end(true, parser.offset));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    diagnostics.error(placeAt(parser.offset, 1), 'too deeply nested to read');
    return null;
  } finally {
    Error.stackTraceLimit = traces;
  }
  if (documents.length > 1) {
    diagnostics.error(placeAt(documents[1].range[0], 3), 'a second document begins here: a file holds one scenario');
  }
  // One mistake makes the parser stumble on: the first word about each line is the one that helps.
  let lastLine = diagnostics.errors > before ? Number.POSITIVE_INFINITY : 0;
  const problems = documents.flatMap((doc) => [...doc.errors, ...doc.warnings]).sort((a, b) => a.pos[0] - b.pos[0]);
  for (const problem of problems) {
    if (places.linePos(problem.pos[0]).line <= lastLine) continue;
    if (problem.message.includes(AFTER_THE_END)) {
      // All that follows would be said to be no part of it either.
      const note = 'look at its indentation, and at the lines above';
      diagnostics.error(placeAt(problem.pos[0], problem.pos[1] - problem.pos[0]), 'this does not belong to what stands above it', note);
      break;
    }
    const { message, note } = reworded(problem.code, problem.message);
    const place = message === UNCLOSED ? placeAt(unclosed, 1) : placeAt(problem.pos[0], problem.pos[1] - problem.pos[0]);
    lastLine = places.linePos(problem.pos[0]).line;
    diagnostics.error(place, message, note);
  }
  return diagnostics.errors > before ? null : documents[0];
}

/** What the parser says, in words for someone who writes scenarios. */
function reworded(code: string, message: string): { message: string; note: string | null } {
  const line = (message.split('\n')[0] ?? '').replace(/^./, (first) => first.toLowerCase());
  const plain = line.length > 100 ? `${line.slice(0, 100)}…` : line;
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
    case 'MISSING_CHAR':
      if (plain.startsWith('missing closing')) return { message: UNCLOSED, note: null };
      return { message: `this is not YAML: ${plain}`, note: null };
    default:
      return { message: `this is not YAML: ${plain}`, note: null };
  }
}

/** Watches the lexemes for plain values that a `{` or `[` cuts inside of a flow collection. */
class UnquotedFinder {
  private depth = 0;
  private scalar: string | null = null; // the plain scalar just before

  next(lexeme: string): { scalar: string; sign: string } | null {
    const { scalar } = this;
    this.scalar = null;
    switch (lexeme) {
      case '{':
      case '[':
        this.depth++;
        if (scalar === null || this.depth === 1) return null;
        if (lexeme === '{' && scalar.endsWith('$')) return { scalar, sign: '${' };
        return lexeme === '[' ? { scalar, sign: '[' } : null;
      case '}':
      case ']':
        this.depth = Math.max(0, this.depth - 1);
        return null;
      default:
        // Control characters announce what comes next; a plain scalar is what is left when nothing else fits.
        if (this.depth > 0 && !/^[\s\u0002\u0018\u001f,:?"'#&*!|>-]/.test(lexeme)) this.scalar = lexeme;
        return null;
    }
  }
}

/** Where a value ends that was meant to go on over brackets: at a comma or closing bracket that is not its own. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  for (; at < text.length && at < start + 1000; at++) {
    const char = text[at];
    if ('([{'.includes(char)) depth++;
    if (char === '\n' || (depth === 0 && ',]}'.includes(char))) break;
    if (')]}'.includes(char)) depth--;
  }
  return at;
}

/** A place in the text, which ends with its line. */
export function makePlace(text: string, places: LineCounter, offset: number, length: number): Place {
  const { line, col } = places.linePos(Math.min(offset, text.length));
  const newline = text.slice(offset, offset + length).indexOf('\n');
  return { line: Math.max(1, line), column: Math.max(1, col), length: Math.max(1, newline < 0 ? length : newline) };
}
