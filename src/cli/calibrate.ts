// gosim calibrate: measures on this machine, with real Go, what the runtime's operations cost, and shows it beside the
// costs that runs use.

import type { MachineProfile } from '../golang/calibrate.ts';
import { calibrate } from '../golang/calibrate.ts';
import { findGo } from '../golang/exec.ts';
import { calibrationText } from '../report/calibration.ts';
import { costsOf } from '../runtime/costs.ts';
import type { Io } from './io.ts';
import { write, writeAtomically } from './io.ts';
import { withRealGo } from './real-go.ts';
import type { ColorChoice } from './terminal.ts';
import { styleFor } from './terminal.ts';

export interface CalibrateFlags {
  readonly go?: string; // the go command; undefined: the one in PATH
  readonly output?: string;
  readonly color: ColorChoice;
}

export function calibrateCommand(flags: CalibrateFlags, io: Io): Promise<number> {
  return withRealGo(io, async (abort) => {
    const go = await findGo(flags.go);
    await write(io.stderr, `measuring with Go ${go.version}: this takes some twenty seconds, best on a machine that does nothing else\n`);
    const profile = await calibrate(go, { language: versionOf(go.minor), abort });
    if (flags.output === undefined || flags.output === '-') await write(io.stdout, tableOf(profile, flags, io));
    else await writeAtomically(flags.output, `${JSON.stringify(profile, null, 2)}\n`);
    return 0;
  });
}

/** The version whose default costs a Go is compared with. */
function versionOf(minor: number): '1.19' | '1.26' {
  return minor >= 26 ? '1.26' : '1.19';
}

function tableOf(profile: MachineProfile, flags: CalibrateFlags, io: Io): string {
  const defaultsOf = versionOf(Number(profile.go.split('.')[1]));
  const input = { go: profile.go, machine: profile.machine, measured: profile.costs, defaults: { ...costsOf(defaultsOf) }, defaultsOf };
  return calibrationText(input, styleFor(io.stdout, flags, io.env));
}
