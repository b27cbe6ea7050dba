// What the gallery's test knows of a scenario in scenarios/: which of Go's rules it shows, how that rule is broken, and which of
// the scenario's expectations must then fail.

import type { BrokenRule } from '../support/broken-rule.ts';

export interface Exhibit {
  readonly file: string; // in scenarios/
  /** The rule, as a sentence. A file may stand in several exhibits, each with a rule of its own. */
  readonly rule: string;
  readonly broken: BrokenRule;
  /** How the expectations begin that must fail without the rule. */
  readonly fails: readonly string[];
  /** Why its expectations hold with its own seed only, where that is so. */
  readonly ownSeed?: string;
}
