// Findings: what stands behind the figures, each with its evidence and, where there is one, the way out.

import type { Finding } from '../sim/result.ts';
import { printable, wrap } from './format.ts';
import type { Style } from './style.ts';

export function findingLines(findings: readonly Finding[], style: Style): string[] {
  return findings.flatMap(({ sentence, evidence, wayOut }) => {
    const room = style.width - 4;
    const [first, ...rest] = wrap(printable(sentence), room);
    const { arrow } = style.glyphs;
    const out = wayOut === null ? [] : wrap(printable(wayOut), room - arrow.length - 1);
    return [
      `  ${style.warn('!')} ${style.strong(first)}`,
      ...rest.map((line) => `    ${style.strong(line)}`),
      ...wrap(printable(evidence), room).map((line) => `    ${line}`),
      ...out.map((line, i) => `    ${i === 0 ? arrow : ' '.repeat(arrow.length)} ${line}`),
    ];
  });
}
