// gosim assumptions: what the model leaves out, all of it or what matters for a scenario.

import { assumptionsText } from '../report/assumptions.ts';
import type { Assumption } from '../scenario/assumptions.ts';
import { assumptionsFor } from '../scenario/assumptions.ts';
import type { Io } from './io.ts';
import { write } from './io.ts';
import { loadScenario } from './load.ts';
import type { ColorChoice } from './terminal.ts';
import { styleFor } from './terminal.ts';

export interface AssumptionsFlags {
  readonly set?: readonly string[];
  readonly format: 'text' | 'json';
  readonly color: ColorChoice;
}

export async function assumptionsCommand(file: string | undefined, flags: AssumptionsFlags, io: Io): Promise<number> {
  if (file === undefined) return print(assumptionsFor(null), null, flags, io);
  const loaded = await loadScenario(file, flags, styleFor(io.stderr, flags, io.env), io);
  return loaded === null ? 2 : print(assumptionsFor(loaded.scenario), loaded.scenario.name, flags, io);
}

/** As JSON: schema gosim.assumptions/v1. */
async function print(all: readonly Assumption[], of: string | null, flags: AssumptionsFlags, io: Io): Promise<number> {
  const plain = all.map(({ id, text, effect }) => ({ id, text, effect }));
  const json = { schema: 'gosim.assumptions/v1', scenario: of, assumptions: plain };
  const style = styleFor(io.stdout, flags, io.env);
  await write(io.stdout, flags.format === 'json' ? `${JSON.stringify(json, null, 2)}\n` : assumptionsText(plain, of, style));
  return 0;
}
