// `compare` of the library: what gosim compare does, for scenarios and for programs in TypeScript, on the thread that calls.

import meta from '../../package.json' with { type: 'json' };
import type { Axis, Metric, Row, Sweep } from '../analysis/sweep.ts';
import { FigureReader, namesIn, valuesAt } from '../analysis/sweep.ts';
import { compareText } from '../report/compare.ts';
import type { CompareFormat, ComparisonData } from '../report/compare-formats.ts';
import { compareBenchfmt, compareCsv, compareData, compareJson, compareMarkdown } from '../report/compare-formats.ts';
import type { Style } from '../report/style.ts';
import { PLAIN } from '../report/style.ts';
import { procsOf } from '../scenario/machine.ts';
import type { Scenario } from '../scenario/model.ts';
import type { Duration } from '../sim/go-program.ts';
import type { Result } from '../sim/result.ts';
import { checkAxes, checkAxis } from './compare-axes.ts';
import type { PlanFlags } from './compare-plan.ts';
import { checkedCondition, figuresOf, planSweep } from './compare-plan.ts';
import { PointReader } from './compare-point.ts';
import { horizon, loadedFrom } from './library.ts';
import { runScenario } from './run-scenario.ts';
import { UserError, userErrorText } from './user-error.ts';

export type Setting = string | number | boolean;

export interface CompareOptions {
  /** Settings and their values, the first slowest: `{ gomaxprocs: [1, 2, 4], 'machine.cpuLimit': [1, 2] }`. */
  readonly vary?: Readonly<Record<string, readonly Setting[]>>;
  readonly runs?: number; // of each combination, with as many seeds
  readonly seed?: number; // the first
  readonly until?: Duration; // scenarios only
  readonly metrics?: readonly string[]; // figures besides the usual ones, by path
  readonly best?: string; // 'min spans.request.p99'
  readonly subjectTo?: readonly string[]; // 'threads.peak <= 20'
}

/** What `gosim compare --format json` prints, and the same in every other format. */
export interface Comparison extends ComparisonData {
  format(format?: CompareFormat, style?: Style): string;
}

/** A run with some values of the settings, such as a call of `simulate`. */
export type Run = (settings: Readonly<Record<string, Setting>>, seed: number) => Result;

/**
 * Runs a scenario, or several, or a function, with every combination of the settings and says which is best. A combination
 * that makes no sense is a TypeError, before anything runs; how programs end is in the rows.
 */
export function compare(what: Scenario | readonly Scenario[] | Run, options: CompareOptions = {}): Comparison {
  try {
    return comparisonOf(typeof what === 'function' ? sweepOfRuns(what, options) : sweepOfScenarios(what, options));
  } catch (error) {
    throw error instanceof UserError
      ? new TypeError(
          userErrorText(error)
            .replace(/^gosim: error: /, '')
            .trim(),
        )
      : error;
  }
}

function comparisonOf(sweep: Sweep): Comparison {
  const printers: Readonly<Record<CompareFormat, (style: Style) => string>> = {
    text: (style) => compareText(sweep, style),
    json: () => compareJson(sweep, meta.version),
    csv: () => compareCsv(sweep),
    markdown: () => compareMarkdown(sweep),
    benchfmt: () => compareBenchfmt(sweep, meta.version),
  };
  return { ...compareData(sweep, meta.version), format: (format = 'text', style = PLAIN) => printers[format](style) };
}

function flagsOf({ runs = 1, seed, until, metrics, best, subjectTo }: CompareOptions): PlanFlags {
  if (!Number.isSafeInteger(runs) || runs < 1) throw new UserError(`runs is a whole number from 1 on, not ${String(runs)}`);
  return {
    runs,
    ...(seed === undefined ? {} : { seed }),
    ...(until === undefined ? {} : { until: horizon(until) }),
    ...(metrics === undefined ? {} : { metric: metrics }),
    ...(best === undefined ? {} : { best }),
    ...(subjectTo === undefined ? {} : { subjectTo }),
  };
}

function axesOf({ vary = {} }: CompareOptions): Axis[] {
  return Object.entries(vary).map(([path, values]) => checkAxis({ path, values: values.map(String) }, `vary ${path}`));
}

function sweepOfScenarios(what: Scenario | readonly Scenario[], options: CompareOptions): Sweep {
  const scenarios = Array.isArray(what) ? (what as readonly Scenario[]) : [what as Scenario];
  const origins = scenarios.map((scenario) => {
    const origin = loadedFrom(scenario);
    if (origin === null) throw new UserError('scenarios that are compared come from loadScenario, which knows how to read them again');
    return origin;
  });
  if (scenarios.length === 0) throw new UserError('there is nothing to compare');
  const areApart = new Set(scenarios.map(({ file }) => file)).size === scenarios.length;
  const nameOf = ({ file }: Scenario, i: number): string => (areApart ? file : `${i + 1} ${file}`);
  const sources = scenarios.map((one, i) => ({ file: nameOf(one, i), text: one.source, set: origins[i].set }));
  const readers = new Map(sources.map(({ file }, i) => [file, origins[i].readFile]));
  const filesOf = (file: string) => readers.get(file);
  const { plan, setup, points } = planSweep(sources, axesOf(options), flagsOf(options), filesOf);
  const reader = new PointReader(sources, filesOf);
  const figures = new FigureReader(setup.metrics, setup.conditions);
  const rows = points.map((point, i): Row => {
    const values = valuesAt(plan.axes, i);
    const scenario = reader.scenario(point);
    if ('problem' in scenario) throw new UserError(`with ${values.join(', ')}: ${scenario.problem}`);
    const { untilNs } = setup;
    const runs = (setup.seeds ?? [scenario.seed]).map((seed) =>
      figures.read(runScenario(scenario, { seed, record: false, ...(untilNs === null ? {} : { untilNs }) }).result),
    );
    return { values, procs: procsOf(scenario), runs };
  });
  return { ...plan, rows };
}

/** A function is asked for all its runs first: what spans there are is known from the results only. */
function sweepOfRuns(run: Run, options: CompareOptions): Sweep {
  if (options.until !== undefined) throw new UserError('until is for scenarios: the function says it itself');
  const axes = checkAxes(axesOf(options));
  const flags = flagsOf(options);
  const seeds = Array.from({ length: flags.runs }, (_, i) => (flags.seed ?? 1) + i);
  const given = Object.values(options.vary ?? {});
  const results = Array.from({ length: axes.reduce((n, { values }) => n * values.length, 1) }, (_, point) => {
    const values = valuesAt(axes, point);
    const settings = Object.fromEntries(axes.map(({ path, values: all }, i) => [path, given[i][all.indexOf(values[i])]]));
    return seeds.map((seed) => run(settings, seed));
  });
  const names = namesIn(results.flat());
  const { metrics, goal }: { metrics: Metric[]; goal: Sweep['goal'] } = figuresOf(flags, names);
  const conditions = (options.subjectTo ?? []).map((text) => checkedCondition(text, names));
  const reader = new FigureReader(metrics, conditions);
  return {
    name: results[0][0].scenario.name,
    files: [],
    about: seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds[0]} to ${seeds[seeds.length - 1]}`,
    axes,
    metrics,
    goal,
    conditions,
    seeds,
    rows: results.map(
      (runs, i): Row => ({ values: valuesAt(axes, i), procs: runs[0].gomaxprocs, runs: runs.map((one) => reader.read(one)) }),
    ),
  };
}
