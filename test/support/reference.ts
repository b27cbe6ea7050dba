// The part of docs/language.md that lists the steps: made from the table that reads them. The examples are written by
// hand and stay where they are, one under the heading of each step.

import { formsOf } from '../../src/scenario/json-schema.ts';
import type { StepSpec } from '../../src/scenario/step-table.ts';
import { STEPS } from '../../src/scenario/step-table.ts';

const GROUPS: Readonly<Record<StepSpec['group'], string>> = {
  work: 'Time',
  net: 'Connections',
  channels: 'Channels',
  timers: 'Timers',
  pipes: 'Pipes',
  sync: 'Locks and waiting',
  goroutines: 'Goroutines',
  control: 'Control',
  measure: 'Observation',
  runtime: 'The runtime and the end',
};

/** The example of a step in the text of the page, '' when it has none. */
export function exampleOf(page: string, step: string): string {
  return new RegExp(`\\n#### ${step}\\n(?:(?!\\n#)[\\s\\S])*?\\n\`\`\`yaml\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';
}

/** The list of steps, with the examples of a page. */
export function stepReference(page: string): string {
  const parts: string[] = [];
  for (const [group, title] of Object.entries(GROUPS)) {
    parts.push(`### ${title}\n`);
    for (const spec of STEPS.values()) {
      if (spec.group === group)
        parts.push(
          `#### ${spec.name}\n\n${spec.doc}\n\n${formsOf(spec)
            .map((line) => `- ${line}`)
            .join('\n')}\n\n\`\`\`yaml\n${exampleOf(page, spec.name)}\`\`\`\n`,
        );
    }
  }
  return parts.join('\n');
}
