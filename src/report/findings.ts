// Findings: what stands behind the figures, each with its evidence and, where there is one, the way out.

import type { Finding } from '../sim/result.ts';
import { printable, wrap } from './format.ts';
import type { Style } from './style.ts';

export function findingLines(findings: readonly Finding[], style: Style): string[] {
  const { arrow, micro } = style.glyphs;
  const room = style.width - 4;
  const lines = (text: string, width: number): string[] => wrap(printable(text).replaceAll('µs', micro), width);
  return findings.flatMap(({ sentence, evidence, wayOut }) => {
    const [first, ...rest] = lines(sentence, room);
    const out = wayOut === null ? [] : lines(wayOut, room - arrow.length - 1);
    return [
      `  ${style.warn('!')} ${style.strong(first)}`,
      ...rest.map((line) => `    ${style.strong(line)}`),
      ...lines(evidence, room).map((line) => `    ${line}`),
      ...out.map((line, i) => `    ${i === 0 ? arrow : ' '.repeat(arrow.length)} ${line}`),
    ];
  });
}
