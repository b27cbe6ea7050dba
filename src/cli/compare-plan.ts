// From a command line to a sweep that can be run: scenarios are read, every value of every axis is tried alone, and figures
// are looked up, so that mistakes are found before anything runs.

import type { ExpectationNames } from '../analysis/expectations.ts';
import { parseExpectation } from '../analysis/expectations.ts';
import type { Axis, Goal, Metric, Plan } from '../analysis/sweep.ts';
import { metricOf, pointsOf, standardMetrics, valuesAt } from '../analysis/sweep.ts';
import { formatDuration } from '../base/duration.ts';
import { procsOf } from '../scenario/machine.ts';
import type { Scenario } from '../scenario/model.ts';
import { checkAxes, checkAxis, parseAxis, parseGoal, parseValues } from './compare-axes.ts';
import type { FilesOf, Point, Setup, Source } from './compare-point.ts';
import { PointReader } from './compare-point.ts';
import { UserError } from './user-error.ts';

export interface PlanFlags {
  readonly procs?: string;
  readonly vary?: readonly string[];
  readonly runs: number;
  readonly seed?: number;
  readonly until?: number; // ns
  readonly metric?: readonly string[];
  readonly best?: string;
  readonly subjectTo?: readonly string[];
}

export interface Planned {
  readonly plan: Plan;
  readonly setup: Setup;
  readonly points: readonly Point[];
}

/** The settings that the command line varies, GOMAXPROCS first. */
export function axesOf(flags: Pick<PlanFlags, 'procs' | 'vary'>): Axis[] {
  const said = `--procs ${flags.procs}`;
  const procs = flags.procs === undefined ? [] : [checkAxis({ path: 'gomaxprocs', values: parseValues(flags.procs, said) }, said)];
  return [...procs, ...(flags.vary ?? []).map(parseAxis)];
}

let sweeps = 0;

/** Several scenarios are an axis of their own, the slowest. */
export function planSweep(sources: readonly Source[], settings: readonly Axis[], flags: PlanFlags, filesOf: FilesOf): Planned {
  const files = sources.map(({ file }) => file);
  const isVaried = (path: string): boolean => settings.some((one) => one.path === path);
  if (isVaried('seed') && (flags.runs > 1 || flags.seed !== undefined))
    throw new UserError('seed is varied, so there are no other seeds to run with: leave out either --vary seed or --runs and --seed');
  const fixed = sources.flatMap(({ set }) => set).find(([name]) => isVaried(`params.${name}`));
  if (fixed !== undefined) throw new UserError(`params.${fixed[0]} is varied, and also set to ${fixed[1]}`);
  const axes = checkAxes([...(files.length > 1 ? [{ path: 'file', values: files }] : []), ...settings]);
  const pointAt = (values: readonly string[]): Point => ({
    source: files.length > 1 ? files.indexOf(values[0]) : 0,
    settings: axes.flatMap(({ path }, i) => (path === 'file' ? [] : [[path, values[i]] as const])),
  });
  const reader = new PointReader(sources, filesOf);
  const scenarios = tryAll(axes, (values) => reader.scenario(pointAt(values)));
  const first = scenarios[0];
  const names = namesOf(scenarios);
  const { metrics, goal } = figuresOf(flags, names);
  const conditions = (flags.subjectTo ?? []).map((text) => checkedCondition(text, names));
  const seed = flags.seed ?? first.seed;
  const seeds = axes.some(({ path }) => path === 'seed') ? [0] : Array.from({ length: flags.runs }, (_, i) => seed + i);
  const points = Array.from({ length: pointsOf(axes) }, (_, i) => pointAt(valuesAt(axes, i)));
  const varied = axes.map(({ path }) => path);
  return {
    plan: {
      name: files.length > 1 ? `${files.length} scenarios` : first.name,
      files,
      about: aboutText(first, files, varied, seeds),
      axes: shownAxes(axes, scenarios),
      metrics,
      goal,
      conditions,
      seeds,
    },
    setup: {
      sweep: ++sweeps,
      sources,
      untilNs: flags.until ?? null,
      metrics,
      conditions,
      seeds: varied.includes('seed') ? null : seeds,
    },
    points,
  };
}

/** Reads the scenario with each value of each axis, the others at their first; what is wrong with one is wrong with the command. */
function tryAll(axes: readonly Axis[], read: (values: readonly string[]) => Scenario | { readonly problem: string }): Scenario[] {
  const firsts = axes.map(({ values }) => values[0]);
  const tries = axes.flatMap(({ values }, i) => values.map((value) => firsts.map((first, j) => (i === j ? value : first))));
  return (tries.length === 0 ? [firsts] : tries).map((values) => {
    const found = read(values);
    if (!('problem' in found)) return found;
    const where = axes.flatMap(({ path }, i) => (path === 'file' ? [] : [`${path}=${values[i]}`])).join(', ');
    throw new UserError(where === '' ? found.problem : `with ${where}: ${found.problem}`);
  });
}

/** Scenarios are shown by their names, where these tell them apart. */
function shownAxes(axes: readonly Axis[], scenarios: readonly Scenario[]): Axis[] {
  return axes.map((axis) => {
    if (axis.path !== 'file') return axis;
    const names = axis.values.map((file) => scenarios.find((one) => one.file === file)?.name ?? file);
    return new Set(names).size === names.length ? { ...axis, values: names } : axis;
  });
}

function namesOf(scenarios: readonly Scenario[]): ExpectationNames {
  const all = (pick: (one: Scenario) => readonly string[]): string[] => [...new Set(scenarios.flatMap(pick))];
  const named = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);
  return {
    spans: all((one) => one.spans),
    channels: all((one) => named(one.channels)),
    mutexes: all((one) => named(one.mutexes)),
    listeners: all((one) => named(one.listeners)),
    neighbours: all((one) => named(one.neighbours)),
    gomaxprocs: null,
  };
}

export function figuresOf(flags: PlanFlags, names: ExpectationNames | null): { metrics: Metric[]; goal: Goal | null } {
  const metrics = standardMetrics(names ?? { spans: [], listeners: [] });
  const indexOf = (name: string, said: string): number => {
    const found = metricOf(name, metrics, names);
    if (!('metric' in found)) {
      const { error, suggestion, start, length } = found;
      const meant = suggestion === null ? null : `did you mean "${name.slice(0, start) + suggestion + name.slice(start + length)}"?`;
      throw new UserError(`${said}: ${error}`, null, meant);
    }
    const at = metrics.findIndex((one) => one.name === found.metric.name);
    return at >= 0 ? at : metrics.push(found.metric) - 1;
  };
  for (const name of flags.metric ?? []) indexOf(name, `--metric ${name}`);
  if (flags.best === undefined) return { metrics, goal: null };
  const { better, name } = parseGoal(flags.best);
  return { metrics, goal: { better, metric: indexOf(name, `--best ${flags.best}`) } };
}

export function checkedCondition(text: string, names: ExpectationNames | null): string {
  const parsed = parseExpectation(text, names);
  if ('check' in parsed) return text.trim();
  const { error, suggestion, start, length } = parsed;
  const meant = suggestion === null ? null : `did you mean "${text.slice(0, start) + suggestion + text.slice(start + length)}"?`;
  throw new UserError(`--subject-to ${text}: ${error}`, null, meant);
}

/** What all rows have in common, of what the axes leave. */
function aboutText(scenario: Scenario, files: readonly string[], varied: readonly string[], seeds: readonly number[]): string {
  const isFixed = (path: string): boolean =>
    files.length === 1 && !varied.some((other) => `${path}.`.startsWith(`${other}.`) || `${other}.`.startsWith(`${path}.`));
  const [limit] = scenario.limits;
  const parts = [files.join(', ')];
  if (isFixed('go')) parts.push(`go ${scenario.go}`);
  if (isFixed('gomaxprocs') && ['go', 'godebug', 'machine.cpus', 'machine.cpuLimit', 'machine.cpuPeriod'].every(isFixed)) {
    parts.push(`GOMAXPROCS ${procsOf(scenario)}`);
  }
  if (isFixed('machine.cpus')) parts.push(scenario.cpus === 1 ? '1 CPU' : `${scenario.cpus} CPUs`);
  if (limit !== undefined && isFixed('machine.cpuLimit') && isFixed('machine.cpuPeriod')) {
    parts.push(`limit ${Math.round((limit.quotaNs / limit.periodNs) * 1000) / 1000} per ${formatDuration(limit.periodNs)}`);
  }
  if (!varied.includes('seed')) parts.push(seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds[0]} to ${seeds[seeds.length - 1]}`);
  return parts.join(' · ');
}
