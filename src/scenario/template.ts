// Texts with `${…}` in them, cut into strings and expressions. `$${` is a literal `${`.

import type { Env } from './expression.ts';
import { parseExpression } from './expression.ts';
import type { Expr, Place } from './model.ts';
import type { Scalar } from './yaml.ts';
import { partOf } from './yaml.ts';

const MOST_HOLES = 1000; // for whatever walks what is made of them may recurse

export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly start: number }
  | { readonly kind: 'hole'; readonly source: string; readonly start: number; readonly end: number }; // from `$` to past `}`

/** The parts of a text in order; null when a `${` is not closed, which is then reported. */
export function splitTemplate(scalar: Scalar, env: Env): Part[] | null {
  const { text } = scalar;
  const parts: Part[] = [];
  let literal = '';
  let literalStart = 0;
  let at = 0;
  let holes = 0;
  const flush = (): void => {
    if (literal !== '') parts.push({ kind: 'text', text: literal, start: literalStart });
    literal = '';
  };
  while (at < text.length) {
    const dollar = text.indexOf('$', at);
    if (literal === '') literalStart = at;
    if (dollar < 0) {
      literal += text.slice(at);
      break;
    }
    literal += text.slice(at, dollar);
    if (text.startsWith('$${', dollar)) {
      literal += '${';
      at = dollar + 3;
    } else if (text.startsWith('${', dollar)) {
      const close = text.indexOf('}', dollar);
      if (close < 0) {
        env.diagnostics.error(partOf(scalar, dollar, 2), 'this "${" is not closed', 'a literal "${" is written "$${"');
        return null;
      }
      flush();
      if (++holes > MOST_HOLES) {
        env.diagnostics.error(scalar.place, `more than ${MOST_HOLES} "\${…}" in one text`);
        return null;
      }
      parts.push({ kind: 'hole', source: text.slice(dollar + 2, close), start: dollar, end: close + 1 });
      at = close + 1;
    } else {
      literal += '$';
      at = dollar + 1;
    }
  }
  flush();
  return parts;
}

/** The expression of a hole; null when it is wrong, which is then reported. */
export function holeExpr(scalar: Scalar, hole: Extract<Part, { kind: 'hole' }>, env: Env): Expr | null {
  const at = (start: number, length: number): Place => partOf(scalar, hole.start + 2 + start, length);
  return parseExpression(hole.source, at, env);
}
