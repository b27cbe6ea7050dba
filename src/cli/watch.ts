// A run with somebody at the terminal: in pieces, so that Ctrl-C is seen and ends it with what is known so far; with a line
// that tells how far it is, after a while and where stderr is a terminal; and with schedtrace lines as they come.

import { plural, rough } from '../report/format.ts';
import type { SchedtraceLayout } from '../report/schedtrace.ts';
import { schedtraceLine } from '../report/schedtrace.ts';
import type { Style } from '../report/style.ts';
import { profileOf } from '../runtime/profile.ts';
import type { Scenario } from '../scenario/model.ts';
import type { Sampling } from '../sim/sampler.ts';
import type { Io } from './io.ts';
import { write } from './io.ts';
import type { RunOverrides, ScenarioRun } from './run-scenario.ts';
import { RunningScenario } from './run-scenario.ts';

const FIRST_PIECE = 1_000; // steps
const PIECE_MS = { least: 10, most: 40 }; // pieces are made to take about so long
const SILENT_MS = 300; // a run that takes no longer shows no progress
const REDRAW_MS = 100;

export interface WatchOptions {
  readonly schedtraceNs?: number;
  readonly showProgress: boolean;
}

/** Runs a scenario to its end, or until Ctrl-C. */
export async function watchRun(
  scenario: Scenario,
  overrides: RunOverrides,
  options: WatchOptions,
  style: Style,
  io: Io,
): Promise<ScenarioRun> {
  const lines: string[] = [];
  const running = new RunningScenario(scenario, overrides, schedtrace(scenario, options, lines));
  const { simulation } = running;
  const progress = new Progress(scenario, overrides.untilNs ?? scenario.untilNs, options.showProgress, style, io);
  let interrupted = false;
  const stopListening = io.interrupts(() => {
    interrupted = true;
  });
  try {
    let piece = FIRST_PIECE;
    for (;;) {
      const began = io.clock();
      const isOver = simulation.advance(piece);
      const took = io.clock() - began;
      if (lines.length > 0) await write(io.stderr, `${lines.splice(0).join('\n')}\n`);
      if (isOver) break;
      if (took < PIECE_MS.least) piece *= 2;
      else if (took > PIECE_MS.most) piece = Math.max(1, Math.floor(piece / 2));
      await progress.show(simulation.now, simulation.steps);
      await breath();
      if (interrupted) {
        simulation.interrupt();
        break;
      }
    }
  } finally {
    stopListening();
    await progress.clear();
  }
  return running.finish();
}

/** Lets signals and streams have their turn. */
function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function schedtrace(scenario: Scenario, { schedtraceNs }: WatchOptions, lines: string[]): Sampling[] {
  if (schedtraceNs === undefined) return [];
  const layout: SchedtraceLayout = profileOf(scenario.go)!;
  return [{ everyNs: schedtraceNs, take: (sample) => lines.push(schedtraceLine(sample, layout)) }];
}

/** One line on a terminal, drawn over and over and gone in the end. */
class Progress {
  private readonly scenario: Scenario;
  private readonly untilNs: number | null;
  private readonly isWanted: boolean;
  private readonly style: Style;
  private readonly io: Io;
  private readonly began: number;
  private drawn = Number.NEGATIVE_INFINITY;

  constructor(scenario: Scenario, untilNs: number | null, isWanted: boolean, style: Style, io: Io) {
    this.scenario = scenario;
    this.untilNs = untilNs;
    this.isWanted = isWanted && io.stderr.isTTY === true && io.env.TERM !== 'dumb';
    this.style = style;
    this.io = io;
    this.began = io.clock();
  }

  async show(nowNs: number, steps: number): Promise<void> {
    const now = this.io.clock();
    if (!this.isWanted || now - this.began < SILENT_MS || now - this.drawn < REDRAW_MS) return;
    this.drawn = now;
    const { style } = this;
    const share = this.untilNs === null ? '' : ` of ${rough(this.untilNs, style, 3)}`;
    const name = this.scenario.name.length > 30 ? '' : `${this.scenario.name}: `;
    const text = `${name}${rough(nowNs, style, 3)}${share} simulated, ${plural(steps, 'step')} (Ctrl-C ends it)`;
    await write(this.io.stderr, `\r${style.faint(text.slice(0, style.width - 1))}\x1b[K`);
  }

  async clear(): Promise<void> {
    if (this.drawn > Number.NEGATIVE_INFINITY) await write(this.io.stderr, '\r\x1b[K');
  }
}
