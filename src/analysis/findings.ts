// Findings: sentences that name a cause, with the evidence for it and, where there is one, the way out. They are drawn
// from the result and the facts of the event log, by rules with fixed thresholds: what one run shows, another run with
// the same options shows too. A rule says nothing rather than something doubtful.

import type { Finding } from '../sim/result.ts';
import type { FindingsInput, Rule } from './finding-rules.ts';
import { CONTENTION_RULES } from './findings-contention.ts';
import { GOROUTINE_RULES } from './findings-goroutines.ts';
import { PROCESSOR_RULES } from './findings-processors.ts';
import { QUOTA_RULES } from './findings-quota.ts';
import { SHARING_RULES } from './findings-sharing.ts';

export type { FindingsInput } from './finding-rules.ts';

/** All kinds, in the order in which a report shows them: what is likely to matter most comes first. */
const RULES: readonly Rule[] = [...QUOTA_RULES, ...SHARING_RULES, ...CONTENTION_RULES, ...GOROUTINE_RULES, ...PROCESSOR_RULES];

export const FINDING_IDS: readonly string[] = RULES.map((rule) => rule.id);

export function findingsOf(input: FindingsInput): Finding[] {
  if (input.result.makespanNs === 0) return [];
  return RULES.flatMap(({ id, find }) => {
    const found = find(input);
    return found === null ? [] : [{ id, ...found }];
  });
}
