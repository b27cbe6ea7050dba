// gosim verify: real Go judges. For each scenario the exported program is built and run again and again, and what it did
// stands beside what the simulator says, figure by figure.

import type { Metric } from '../analysis/fidelity.ts';
import type { BarSummary } from '../analysis/scorecard.ts';
import { holds, summaryOf } from '../analysis/scorecard.ts';
import type { Go } from '../golang/exec.ts';
import { hostMachine } from '../golang/exec.ts';
import { tooBusy } from '../golang/noise.ts';
import type { Style } from '../report/style.ts';
import { summaryText, verificationText } from '../report/verification.ts';
import type { Scenario } from '../scenario/model.ts';
import type { Io } from './io.ts';
import { write } from './io.ts';
import { loadScenario } from './load.ts';
import { costsFromFile } from './machine.ts';
import { withRealGo } from './real-go.ts';
import { recordObservation } from './record.ts';
import type { ColorChoice } from './terminal.ts';
import { styleFor } from './terminal.ts';
import type { Verification } from './verify-scenario.ts';
import { Judge, SEEDS, TRACES } from './verify-scenario.ts';

export interface VerifyFlags {
  readonly set?: readonly string[];
  readonly runs: number;
  readonly procs?: readonly number[];
  readonly go?: string;
  readonly machine?: string; // a profile; undefined: measured here
  readonly record?: string; // a folder for observations
  readonly format: 'text' | 'json';
  readonly color: ColorChoice;
}

export function verifyCommand(files: readonly string[], flags: VerifyFlags, io: Io): Promise<number> {
  return withRealGo(io, (abort) => verifyAll(files, flags, abort, io));
}

async function verifyAll(files: readonly string[], flags: VerifyFlags, abort: AbortSignal, io: Io): Promise<number> {
  const complaints = styleFor(io.stderr, flags, io.env);
  const scenarios: Scenario[] = [];
  for (const file of files) {
    const loaded = await loadScenario(file, { set: flags.set, format: flags.format }, complaints, io);
    if (loaded === null) return 2;
    scenarios.push(loaded.scenario);
  }
  const costs = flags.machine === undefined ? null : costsFromFile(flags.machine);
  const progress = new Progress(io);
  const style = styleFor(io.stdout, flags, io.env);
  const cases: Verification[] = [];
  const judge = await Judge.open({ go: flags.go, costs, onStep: (text) => progress.show(text), abort });
  try {
    for (const scenario of scenarios) {
      for (const procs of flags.procs ?? [scenario.gomaxprocs ?? hostMachine().cpus]) {
        const one = await judge.verify(scenario, procs, flags.runs, Math.min(TRACES, flags.runs));
        await progress.clear();
        cases.push(one);
        if (flags.record !== undefined) await recordObservation(flags.record, one.observation);
        if (flags.format === 'text') await write(io.stdout, `${caseText(one, style)}\n`);
      }
    }
  } finally {
    await progress.clear();
    await judge.close();
  }
  const summary = summaryOf(cases.flatMap((one) => one.metrics));
  if (flags.format === 'json') await write(io.stdout, verificationJson(cases, summary, judge.go));
  else await write(io.stdout, summaryText(summary, cases.map(busyness).find((one) => one !== null) ?? null, style));
  return summary.every(holds) ? 0 : 1;
}

function busyness({ observation }: Verification): string | null {
  return tooBusy(observation.noise!);
}

function caseText(one: Verification, style: Style): string {
  const { scenario, observation, metrics, notes } = one;
  return verificationText(
    {
      ...{ name: scenario.name, file: scenario.file, go: observation.go, metrics, notes, busy: busyness(one) },
      ...{ gomaxprocs: observation.gomaxprocs, cpus: scenario.cpus, runs: observation.runs, seeds: SEEDS },
      traces: observation.samples!.schedules.length,
    },
    style,
  );
}

/** Schema gosim.verification/v1. Times are in ns, shares are fractions of 1; `error` is in the unit of its bar. */
function verificationJson(cases: readonly Verification[], summary: readonly BarSummary[], go: Go): string {
  const json = {
    schema: 'gosim.verification/v1',
    go: go.version,
    machine: hostMachine(),
    ok: summary.every(holds),
    cases: cases.map((one) => ({
      scenario: { name: one.scenario.name, file: one.scenario.file },
      gomaxprocs: one.observation.gomaxprocs,
      runs: one.observation.runs,
      traced: one.observation.samples!.schedules.length,
      seeds: SEEDS,
      noise: one.observation.noise,
      busy: busyness(one),
      notes: one.notes,
      metrics: one.metrics.map(finite),
    })),
    summary: summary.map((one) => ({ ...one, holds: holds(one) })),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

/** JSON has no infinity: an error relative to 0 is null. */
function finite(metric: Metric): Metric {
  return metric.error !== null && !Number.isFinite(metric.error) ? { ...metric, error: null } : metric;
}

/** One line on a terminal that says what is being done; nothing elsewhere. */
class Progress {
  private readonly io: Io;
  private shown = false;

  constructor(io: Io) {
    this.io = io;
  }

  async show(text: string): Promise<void> {
    if (this.io.stderr.isTTY !== true) return;
    this.shown = true;
    await write(this.io.stderr, `\r\x1b[K${text}`);
  }

  async clear(): Promise<void> {
    if (this.shown) await write(this.io.stderr, '\r\x1b[K');
    this.shown = false;
  }
}
