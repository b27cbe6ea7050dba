// The library: what a program needs to run scenarios and read their results. Times are integer nanoseconds of virtual
// time in a number, durations end in `Ns`, instants (`atNs`) count from time 0, the first instruction of main.
//
//   const result = simulate(loadScenario(text), { gomaxprocs: 2, seed: 7 });
//   console.log(result.outcome.kind, result.makespanNs);
//
// `simulate` also runs programs written in TypeScript: see sim/go-program.ts.
//
// Nothing here reads files, prints, or knows what time it is. The same scenario and options give the same result on every
// machine.

export type { BodyFacts, Facts, FactsOptions } from './analysis/facts.ts';
export { factsOf } from './analysis/facts.ts';
export type { ValidateOptions, Violation } from './analysis/judge.ts';
export type { IntervalVisitor } from './analysis/processor-walk.ts';
export { forEachInterval } from './analysis/processor-walk.ts';
export type { Cause, SpanCauses } from './analysis/span-causes.ts';
export { spanCauses } from './analysis/span-causes.ts';
export type { Lane, LaneGroup, LaneKind, Timeline, TimelineOptions } from './analysis/timeline.ts';
export { timelineOf } from './analysis/timeline.ts';
export { describeViolation, validate } from './analysis/validator.ts';
export { formatDuration, parseDuration } from './base/duration.ts';
export type { CompareOptions, Comparison, Run, Setting } from './cli/compare-library.ts';
export { compare } from './cli/compare-library.ts';
export type { LoadOptions, SimulateOptions } from './cli/library.ts';
export { loadScenario, ScenarioError, simulate } from './cli/library.ts';
export type { RunOverrides, ScenarioRun } from './cli/run-scenario.ts';
export { exitCodeOf, foreseen, RunningScenario, runScenario } from './cli/run-scenario.ts';
export { exportGo } from './golang/export.ts';
export type { CompareFormat, ComparisonData, ComparisonRow, RowFigure } from './report/compare-formats.ts';
export { csvPieces } from './report/csv.ts';
export { jsonPieces, jsonText, ndjsonPieces } from './report/json.ts';
export { resultSchema } from './report/result-schema.ts';
export { schedtraceLine } from './report/schedtrace.ts';
export type { Style, StyleOptions } from './report/style.ts';
export { createStyle, PLAIN } from './report/style.ts';
export type { ReportInput } from './report/text.ts';
export { textReport } from './report/text.ts';
export { timelineColumns } from './report/timeline.ts';
export type { Costs } from './runtime/costs.ts';
export { compileScenario } from './scenario/compile.ts';
export type { ReadFile } from './scenario/data-file.ts';
export type { Diagnostic } from './scenario/diagnostic.ts';
export { formatDiagnostics } from './scenario/diagnostic.ts';
export type { JsonSchema } from './scenario/json-schema.ts';
export { scenarioSchema } from './scenario/json-schema.ts';
export { parseScenario } from './scenario/load.ts';
export type { Expectation, GoVersion, KernelConstants, Scenario } from './scenario/model.ts';
export type { RuntimeConstants } from './scenario/runtime-constants.ts';
export { GoPanic } from './sim/go-errors.ts';
export type {
  Chan,
  Cond,
  Duration,
  Go,
  GoFunc,
  GoMain,
  Mutex,
  Once,
  Routine,
  RWMutex,
  SelectCase,
  Selected,
  Timer,
  WaitGroup,
} from './sim/go-program.ts';
export type { RunOptions } from './sim/options.ts';
export { DEFAULT_CAPS } from './sim/options.ts';
export type { Program } from './sim/program.ts';
export type * from './sim/result.ts';
export type { Sampling } from './sim/sampler.ts';
export { Simulation } from './sim/simulate.ts';
export type { EventRow } from './trace/events.ts';
export { EVENTS } from './trace/events.ts';
export type { EventLog, EventRecord } from './trace/log.ts';
