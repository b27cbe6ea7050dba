// What `gosim assumptions` prints.

import { plural, wrap } from './format.ts';
import type { Style } from './style.ts';

export interface AssumptionText {
  readonly id: string;
  readonly text: string;
  readonly effect: string;
}

/** `of` names the scenario they matter for; null: all there are. */
export function assumptionsText(all: readonly AssumptionText[], of: string | null, style: Style): string {
  const head = of === null ? 'What the model leaves out, or makes simpler than it is' : `What the model leaves out that matters for ${of}`;
  const lines = all.flatMap(({ id, text, effect }) => [
    '',
    style.strong(id),
    ...wrap(text, style.width - 2).map((line) => `  ${line}`),
    ...wrap(effect, style.width - 2).map((line) => `  ${style.faint(line)}`),
  ]);
  return [style.strong(head), ...lines, '', style.faint(plural(all.length, 'assumption')), ''].join('\n');
}
