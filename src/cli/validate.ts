// gosim validate: reads scenarios and runs none of them.

import { parseExpectation } from '../analysis/expectations.ts';
import { plural } from '../report/format.ts';
import { isBadEnd } from '../report/outcome.ts';
import type { Diagnostic } from '../scenario/diagnostic.ts';
import type { Scenario } from '../scenario/model.ts';
import type { Io } from './io.ts';
import { readScenarioFile, write } from './io.ts';
import { diagnosticsJson, framed, loadFrom } from './load.ts';
import type { Selection } from './select-scenarios.ts';
import { selectScenarios } from './select-scenarios.ts';
import type { Looks } from './terminal.ts';
import { styleFor } from './terminal.ts';

export interface ValidateFlags extends Looks, Selection {
  readonly format: 'text' | 'json';
  readonly strict?: boolean; // warnings count
}

interface Validated {
  readonly diagnostics: readonly Diagnostic[];
  readonly source: string;
}

export async function validateCommand(paths: readonly string[], flags: ValidateFlags, io: Io): Promise<number> {
  const style = styleFor(io.stdout, flags, io.env);
  const all: Validated[] = [];
  for (const { file, text } of await selectScenarios(paths, flags, io)) {
    const loaded = await loadFrom(file, async () => text ?? (await readScenarioFile(file)), {});
    const diagnostics = 'scenario' in loaded ? unforeseen(loaded.scenario, loaded.warnings) : loaded.diagnostics;
    all.push({ diagnostics, source: loaded.source });
    if (flags.format === 'text') await write(io.stdout, framed(diagnostics, loaded.source, style));
  }
  const invalid = all.filter((one) => one.diagnostics.some(({ severity }) => severity === 'error')).length;
  const warnings = all.flatMap((one) => one.diagnostics).filter(({ severity }) => severity === 'warning').length;
  if (flags.format === 'json') {
    await write(io.stdout, `${JSON.stringify(diagnosticsJson(all), null, 2)}\n`);
  } else {
    const bad = invalid === 0 ? '' : `, ${style.bad(`${invalid} invalid`)}`;
    const warned = warnings === 0 ? '' : `, ${style.warn(plural(warnings, 'warning'))}`;
    await write(io.stdout, `${plural(all.length, 'scenario')}: ${style.good(`${all.length - invalid} valid`)}${bad}${warned}\n`);
  }
  return invalid > 0 || (flags.strict === true && warnings > 0) ? 2 : 0;
}

/** Who expects a program to end badly needs no warning of what makes it do so. */
function unforeseen({ expect }: Scenario, warnings: readonly Diagnostic[]): readonly Diagnostic[] {
  const isForeseen = expect.some(({ that }) => {
    const parsed = parseExpectation(that, null);
    if (!('check' in parsed)) return false;
    const { keys, op, value } = parsed.check;
    return keys[0] === 'outcome' && op === '==' && isBadEnd(String(value));
  });
  return isForeseen ? [] : warnings;
}
