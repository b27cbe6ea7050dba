// One scenario at one GOMAXPROCS: what the simulator does over several seeds, what real Go does over several runs, and
// the comparison. An observation holds all that the comparison needs of Go and the machine, so one that was kept is
// judged as a live one is.

import type { SimulatedBehaviour } from '../analysis/behaviour.ts';
import { Simulated } from '../analysis/behaviour.ts';
import type { Metric } from '../analysis/fidelity.ts';
import { compare } from '../analysis/fidelity.ts';
import type { Notes } from '../analysis/schedule-of-log.ts';
import { calibrate } from '../golang/calibrate.ts';
import type { Go } from '../golang/exec.ts';
import { findGo, GoError, hostMachine, processorUse } from '../golang/exec.ts';
import type { Noise } from '../golang/noise.ts';
import { NoiseMeter, noisier, othersBetween, tooBusy } from '../golang/noise.ts';
import type { Observation } from '../golang/observe.ts';
import { behaviourOf, observe } from '../golang/observe.ts';
import type { Costs } from '../runtime/costs.ts';
import { costsOf } from '../runtime/costs.ts';
import { WAIT_IO } from '../runtime/profile.ts';
import type { MachineCosts } from '../scenario/machine-profile.ts';
import { NO_COSTS, readProfile } from '../scenario/machine-profile.ts';
import type { GoVersion, Scenario } from '../scenario/model.ts';
import { runScenario } from './run-scenario.ts';

/** Seeds over which the simulator's answers are taken. They decide what the scheduler leaves to chance, not the workload. */
export const SEEDS = 10;

/** Traced runs of Go. What happens on which P varies: five showed one of two ways a program can go, and the next five the other. */
export const TRACES = 10;

/** Go's traces slow down what they look at, so what they show is compared with runs that have those costs. */
export function simulateSeeds(scenario: Scenario, { costs, traced }: MachineCosts): SimulatedBehaviour {
  const simulated = new Simulated();
  const plain = { ...costsOf(scenario.go), ...costs };
  const withTrace = { ...plain, ...traced };
  const notes = notesOfTraces(plain, withTrace);
  for (let schedulerSeed = 1; schedulerSeed <= SEEDS; schedulerSeed++) {
    simulated.add(runScenario(scenario, { schedulerSeed, costs, record: false }).result);
    const { result, log } = runScenario(scenario, { schedulerSeed, costs: withTrace });
    if (log !== null) simulated.addTraced(result, log, notes);
  }
  return simulated.behaviour();
}

/**
 * When a trace has a goroutine stop. Of what it costs to park, a third or so comes before that: the way to the scheduler, and what
 * it did to make another ready. Of what a trace adds, all but the writing of the last event, about an eighth: stacks are looked at
 * before, its own and that of the other. Who waits for the network makes nobody ready.
 */
function notesOfTraces(plain: Costs, traced: Costs): Notes {
  const park = plain.park / 3 + ((traced.park - plain.park) * 7) / 8;
  const stop = ((traced.schedule - plain.schedule) * 7) / 8;
  const late = (ns: number): number => Math.max(0, Math.round(ns));
  return { block: late(park), ioBlock: late(park / 2), ioReason: WAIT_IO, yield: late(stop) };
}

/**
 * A scenario as it can run on a machine: with its CPUs, its version of Go, Go's own constants and no limit on processor
 * time.
 */
function hosted(described: Scenario, gomaxprocs: number, cpus: number, go: GoVersion): Scenario {
  return { ...described, gomaxprocs, cpus, go, limits: [], cpuWeight: 100, neighbours: [], kernel: {}, ownCosts: {}, runtime: {} };
}

/** What a scenario describes and no machine here can show, so that times are not to be judged; null for nothing. */
function unhosted({ limits, neighbours, kernel, ownCosts, runtime }: Scenario): string | null {
  if (limits.length > 0) return "the Go program runs without the scenario's CPU limit";
  if (neighbours.length > 0) return "the Go program runs without the scenario's neighbours";
  if (Object.keys(kernel).length > 0) return "the machine's kernel has its own constants, not the scenario's";
  if (Object.keys(ownCosts).length > 0) return "the machine has its own costs, not the scenario's";
  return Object.keys(runtime).length > 0 ? "real Go has its own constants, not the scenario's" : null;
}

/** Compares with an observation, live or kept, of what a scenario describes. */
export function judgeObservation(described: Scenario, observation: Observation): Metric[] {
  const { gomaxprocs, machine, language, costs = {}, tracedCosts = {} } = observation;
  const scenario = hosted(described, gomaxprocs, machine.cpus, language as GoVersion);
  return compareWith(simulateSeeds(scenario, { costs, traced: tracedCosts }), observation, unhosted(described));
}

function compareWith(gosim: SimulatedBehaviour, observation: Observation, cannot: string | null): Metric[] {
  const { gomaxprocs, samples, noise } = observation;
  const go = behaviourOf(observation);
  if (go === null || noise === undefined) throw new Error(`the observation of ${observation.scenario} was not made for comparisons`);
  const slackNs = 2 * noise.wakeNs.p90; // the monitor wakes up late, and so does the thread it wakes
  return compare(gosim, go, { gomaxprocs, busy: tooBusy(noise) ?? cannot, untraced: samples!.untraced, slackNs });
}

export interface JudgeOptions {
  readonly go?: string; // the go command
  readonly costs: MachineCosts | null; // of this machine; null: to be measured
  readonly onStep: (text: string) => Promise<void>;
  readonly abort?: AbortSignal;
}

export interface Verification {
  /** As it ran: see `notes`. */
  readonly scenario: Scenario;
  readonly observation: Observation;
  readonly metrics: readonly Metric[];
  /** Where that differs from what the scenario describes. */
  readonly notes: readonly string[];
}

/** Real Go on this machine. Noise is measured before and after each verification, and the worse counts. */
export class Judge {
  readonly go: Go;
  private readonly costs: MachineCosts;
  private readonly meter: NoiseMeter;
  private readonly options: JudgeOptions;
  private before: Noise;

  private constructor(go: Go, costs: MachineCosts, meter: NoiseMeter, before: Noise, options: JudgeOptions) {
    this.go = go;
    this.costs = costs;
    this.meter = meter;
    this.before = before;
    this.options = options;
  }

  /** Finds Go, measures how noisy the machine is and, unless that makes no sense, what operations cost on it. */
  static async open(options: JudgeOptions): Promise<Judge> {
    const { onStep, abort } = options;
    const go = await findGo(options.go);
    const language = versionFor(go);
    const meter = await NoiseMeter.build(go, abort);
    try {
      await onStep('measuring how noisy this machine is');
      const noise = await meter.measure();
      if (options.costs !== null || tooBusy(noise) !== null) return new Judge(go, options.costs ?? NO_COSTS, meter, noise, options);
      await onStep("measuring what the runtime's operations cost here");
      const profile = readProfile(JSON.stringify(await calibrate(go, { language, abort })));
      if (typeof profile === 'string') throw new Error(`the measured profile ${profile}`);
      return new Judge(go, profile, meter, await meter.measure(), options);
    } catch (error) {
      await meter.remove();
      throw error;
    }
  }

  /** Throws GoError when Go's side cannot be had. */
  async verify(described: Scenario, gomaxprocs: number, runs: number, traces: number): Promise<Verification> {
    const { go, costs } = this;
    const { onStep, abort } = this.options;
    const { cpus } = hostMachine();
    const scenario = hosted(described, gomaxprocs, cpus, versionFor(go));
    const where = `${scenario.file} at GOMAXPROCS ${gomaxprocs}`;
    await onStep(`${where}: simulating`);
    const gosim = simulateSeeds(scenario, costs);
    const { timeoutMs, hangs, ends } = expected(gosim, scenario);
    await onStep(`${where}: building`);
    const used = await processorUse();
    const seen = await observe(scenario, go, {
      ...{ runs, traces, timeoutMs, gomaxprocs, abort },
      onRun: async ({ outcome }, done) => {
        if (outcome.kind === 'hang' && !hangs) {
          throw new GoError(`${scenario.file}: the Go program still ran after ${Math.round(timeoutMs / 1000)} s and was stopped; ${ends}`);
        }
        await onStep(`${where}: run ${done} of ${runs}`);
      },
    });
    const usedAfter = await processorUse();
    const after = await this.meter.measure();
    const others = othersBetween(used, usedAfter);
    const observation = { ...seen, costs: costs.costs, tracedCosts: costs.traced, noise: { ...noisier(this.before, after), others } };
    this.before = after;
    return { scenario, observation, metrics: compareWith(gosim, observation, unhosted(described)), notes: notesOf(described, scenario) };
  }

  close(): Promise<void> {
    return this.meter.remove();
  }
}

const LONGEST_MS = 10_000;
/** How long a program that hangs is given to show that it does. */
const HANG_MS = 300;

/** What gosim expects of the real program, and how long that may therefore take. */
function expected(gosim: SimulatedBehaviour, { file, untilNs }: Scenario): { timeoutMs: number; hangs: boolean; ends: string } {
  const kinds = gosim.outcomes.map(({ value }) => value.kind);
  if (kinds.includes('limit')) throw new GoError(`${file}: too long for the simulator, so there is nothing to compare`);
  const endMs = Math.max(0, untilNs ?? 0, ...gosim.makespanNs) / 1e6;
  const hangs = kinds.includes('hang');
  return { hangs, timeoutMs: hangs ? HANG_MS : LONGEST_MS + 3 * endMs, ends: `gosim says that it ends after ${endMs.toFixed(1)} ms` };
}

/** The version that gosim simulates when this Go judges. */
export function versionFor(go: Go): GoVersion {
  if (go.minor >= 26) return '1.26';
  if (go.minor === 19) return '1.19';
  throw new GoError(`${go.path} is Go ${go.version}: gosim simulates 1.19 and 1.26, and only these can judge it.`);
}

function notesOf(described: Scenario, ran: Scenario): string[] {
  const notes: string[] = [];
  if (described.cpus !== ran.cpus) notes.push(`on the ${ran.cpus} CPUs of this machine, not the scenario's ${described.cpus}`);
  if (described.go !== ran.go) notes.push(`as Go ${ran.go}, not the scenario's ${described.go}`);
  const cannot = unhosted(described);
  if (cannot !== null) notes.push(cannot);
  return notes;
}
