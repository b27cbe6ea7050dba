// gosim export: a scenario as something else; for now, the Go program that does the same.

import { exportGo } from '../golang/export.ts';
import type { Io } from './io.ts';
import { write, writeAtomically } from './io.ts';
import { loadScenario } from './load.ts';
import type { ColorChoice } from './terminal.ts';
import { styleFor } from './terminal.ts';
import { UserError } from './user-error.ts';

export interface ExportFlags {
  readonly go?: boolean;
  readonly output?: string;
  readonly set?: readonly string[]; // name=value
  readonly color: ColorChoice;
}

export async function exportCommand(file: string, flags: ExportFlags, io: Io): Promise<number> {
  if (flags.go !== true) throw new UserError('export to what?', null, '--go writes a Go program');
  const loaded = await loadScenario(file, { ...flags, format: 'text' }, styleFor(io.stderr, flags, io.env), io);
  if (loaded === null) return 2;
  const text = exportGo(loaded.scenario);
  if (flags.output === undefined || flags.output === '-') await write(io.stdout, text);
  else await writeAtomically(flags.output, text);
  return 0;
}
