// Slips that YAML takes for something else, found in its lexemes while the text is read: `${` and `name[` unquoted inside
// {} or [], which begin a mapping or a list; a `#` that was meant as text and begins a comment. And characters that look
// like a blank and are none.

/** Watches the lexemes for plain values that a `{` or `[` cuts inside of a flow collection. */
export class UnquotedFinder {
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
        if (this.depth > 0 && isPlain(lexeme)) this.scalar = lexeme;
        return null;
    }
  }
}

/** Control characters announce what comes next; a plain scalar is what is left when nothing else fits. */
function isPlain(lexeme: string): boolean {
  return !/^[\s\u0002\u0018\u001f,:?"'#&*!|>-]/.test(lexeme);
}

/** Where a value ends that was meant to go on over brackets: at a comma or closing bracket that is not its own. */
export function endOfValue(text: string, start: number): number {
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

/** Characters with a meaning in YAML are hidden as others, of the same length, so that what stands around can be read. */
const HIDDEN = 0xe000;

export function hide(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, (sign) => String.fromCharCode(HIDDEN + sign.charCodeAt(0)));
}

export function unhide(text: string): string {
  return text.replace(/[\ue021-\ue07e]/g, (hidden) => String.fromCharCode(hidden.charCodeAt(0) - HIDDEN));
}

/** Watches the lexemes for a plain text that ends at a `#` which hardly begins a comment: `log: worker #${i}`. */
export class CommentFinder {
  private key = ''; // of the line, where its value is a text
  private scalar = '';
  private afterColon = false;

  /** True: this lexeme is such a comment. */
  next(lexeme: string): boolean {
    if (lexeme === '\n' || lexeme === '\r\n') {
      this.key = '';
      this.scalar = '';
      this.afterColon = false;
    } else if (lexeme === ':') {
      this.key = this.scalar;
      this.scalar = '';
      this.afterColon = true;
    } else if (lexeme.startsWith('#')) {
      return this.afterColon && this.scalar !== '' && TEXT_KEYS.has(this.key) && /^#[^\s#!-]/.test(lexeme);
    } else if (!/^[ \t\u0002\u0018\u001f]/.test(lexeme) || lexeme.length > 1) {
      if (lexeme.trim() !== '') this.scalar = isPlain(lexeme) ? lexeme : '';
    }
    return false;
  }
}

/** Keys whose values are texts. */
const TEXT_KEYS: ReadonlySet<string> = new Set(['log', 'panic', 'name', 'description', 'why']);

export const ANY_LOOKALIKE = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000]/;

/** Blanks to the eye that are none to YAML, where indentation or the blank after a dash or colon belongs. */
const LOOKALIKE = /^([ \t]*(?:-[ \t]+)*-?(?:[^\s:]+:)?)([\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u200b\u2060]+)/;

/** The place in a line where such a character stands, counted from 0, and its code; null when there is none. */
export function lookalike(line: string): { at: number; length: number; code: string } | null {
  const match = LOOKALIKE.exec(line);
  if (match === null) return null;
  const code = match[2].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return { at: match[1].length, length: match[2].length, code: `U+${code}` };
}
