// What a person sees of a run: the result together with what its event log tells, in the width and characters that the
// stream and the flags allow.

import { spanCauses } from '../analysis/span-causes.ts';
import type { LaneKind } from '../analysis/timeline.ts';
import { timelineOf } from '../analysis/timeline.ts';
import type { Style } from '../report/style.ts';
import type { FromLog } from '../report/text.ts';
import { LISTED_IN_DETAIL, LISTED_PROCESSORS, textReport } from '../report/text.ts';
import { labelWidth, timelineColumns } from '../report/timeline.ts';
import { profileOf } from '../runtime/profile.ts';
import type { Scenario } from '../scenario/model.ts';
import { KERNEL_CONSTANTS } from '../scenario/neighbours.ts';
import type { ScenarioRun } from './run-scenario.ts';
import { foreseen } from './run-scenario.ts';

export interface ViewFlags {
  readonly lanes?: readonly LaneKind[]; // default: processors
  readonly from?: number; // ns; of the timeline
  readonly to?: number;
  readonly detail?: boolean;
}

export function reportOf(scenario: Scenario, run: ScenarioRun, flags: ViewFlags, style: Style): string {
  const { program, result, errorPlace } = run;
  const bodies = program.bodies.map((body) => body.name);
  return textReport(
    {
      result,
      start: startText(scenario),
      constants: constantsOf(scenario),
      fromLog: readLog(run, bodies, flags, style),
      bodies,
      foreseen: foreseen(result),
      errorAt: errorPlace === null ? null : `${scenario.file}:${errorPlace.line}:${errorPlace.column}`,
      detail: flags.detail === true,
    },
    style,
  );
}

function readLog({ log, facts, result }: ScenarioRun, bodies: readonly string[], flags: ViewFlags, style: Style): FromLog | null {
  if (log === null || facts === null) return null;
  const { gomaxprocs, makespanNs } = result;
  const { cpus } = result.machine;
  const { waitReasons } = profileOf(result.go)!;
  const lanes = flags.lanes ?? ['p'];
  return {
    timeline: timelineOf(log, {
      processors: gomaxprocs,
      cpus,
      endNs: makespanNs,
      columns: timelineColumns(style.width, labelWidth(lanes, gomaxprocs, cpus, bodies)),
      lanes,
      mostLanes: flags.detail === true ? LISTED_IN_DETAIL : LISTED_PROCESSORS,
      ...(flags.from === undefined ? {} : { fromNs: flags.from }),
      ...(flags.to === undefined ? {} : { toNs: flags.to }),
    }),
    facts,
    causes: Object.keys(result.spans).length === 0 ? [] : spanCauses(log, waitReasons),
  };
}

/** Constants of the machine that the scenario changes, under the names that they have there. */
function constantsOf({ kernel, ownCosts }: Scenario): (readonly [string, readonly number[]])[] {
  const ofKernel = KERNEL_CONSTANTS.flatMap(({ name, field }) => (kernel[field] === undefined ? [] : [[name, [kernel[field]]] as const]));
  return [...ofKernel, ...Object.entries(ownCosts).map(([name, ns]) => [name, [ns].flat()] as const)];
}

function startText({ start }: Scenario): string {
  if (start.kind === 'cold') return 'cold';
  return start.schedtick === null ? 'settled' : `settled (schedtick ${start.schedtick})`;
}
