// What a reporter of gosim check is: text for each scenario as it comes, in order, and text at the end. What stands in a
// scenario, its name above all, is data in every format: it neither ends a field nor gives a command.

import type { Checked, Tally } from './checked.ts';

export interface CheckReport {
  readonly gosim: string; // version
  readonly shard: { readonly index: number; readonly count: number } | null;
  readonly interrupted: boolean;
  readonly scenarios: readonly Checked[];
  readonly tally: Tally;
  readonly notes: readonly string[]; // on the baseline
}

export interface Reporter {
  scenario(checked: Checked): string;
  end(report: CheckReport): string;
}

/** JSON of a text in ASCII: what YAML and logs choke on is written as its number. */
export function asciiJson(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
