// The plain report of one run: what was run, how it ended, what the processors did, why threads came to be, how long
// things waited, and whether the expectations held. About a page whatever the size of the run: every list has a cap, and
// what it leaves out is said. A section with nothing to say is left out.

import type { Facts } from '../analysis/facts.ts';
import type { SpanCauses } from '../analysis/span-causes.ts';
import type { Timeline } from '../analysis/timeline.ts';
import type { Result } from '../sim/result.ts';
import { listenerLines } from './connections.ts';
import { contentionLines } from './contention.ts';
import { findingLines } from './findings.ts';
import { clip, exact, printable, withMore, wrap } from './format.ts';
import { goroutineLines } from './goroutines.ts';
import { causeLines, latencyLines } from './latency.ts';
import { neighbourLines } from './neighbours.ts';
import { outcomeLines } from './outcome.ts';
import { processorLines } from './processors.ts';
import { quotaLines } from './quota.ts';
import { counterLines, expectationLines, logLines } from './sections.ts';
import { seriesLines } from './series.ts';
import type { Style } from './style.ts';
import { threadLines } from './threads.ts';
import { labelWidth, timelineLines } from './timeline.ts';

export interface ReportInput {
  readonly result: Result;
  readonly start: string; // 'settled' or 'cold', with a phase where one is pinned
  readonly constants: readonly (readonly [name: string, ns: readonly number[]])[]; // of the machine, that are other than usual; or the least and the most
  readonly fromLog: FromLog | null; // null: the run kept no event log
  readonly bodies: readonly string[]; // names by number
  readonly foreseen: boolean; // an expectation foresaw the outcome
  readonly errorAt: string | null; // file:line:column of the step whose error ended the run
  readonly detail: boolean; // longer lists
}

/** What the event log adds to the result. */
export interface FromLog {
  readonly timeline: Timeline;
  readonly facts: Facts;
  readonly causes: readonly SpanCauses[];
}

/** Processors that are listed: all of most machines, but not of the largest. */
export const LISTED_PROCESSORS = 16;
export const LISTED_IN_DETAIL = 128;

/** The report, ending in a newline. */
export function textReport(input: ReportInput, style: Style): string {
  const { result, fromLog, bodies, detail } = input;
  const facts = fromLog?.facts ?? null;
  const sections: [string, string[]][] = [
    ['', headLines(input, style)],
    ['', outcomeLines(result, input.foreseen, input.errorAt, style)],
    ['Log', logLines(result, detail, style)],
    ['Timeline', fromLog === null ? [] : timelineSection(fromLog.timeline, input, style)],
    ['Processors', processorLines(result, detail ? LISTED_IN_DETAIL : LISTED_PROCESSORS, style)],
    ['CPU limit', quotaLines(result, style)],
    ['Neighbours', neighbourLines(result, facts, style)],
    ['Threads', threadLines(result, detail, style)],
    ['Goroutines', goroutineLines(result, facts, bodies, style)],
    ['Connections', listenerLines(result, style)],
    ['Latency', latencyLines(result, facts, style)],
    ['Where time went', causeLines(result, fromLog?.causes ?? [], style)],
    ['Contention', contentionLines(result, style)],
    ['Over time', seriesLines(result, style)],
    ['Counters', counterLines(result, style)],
    ['Expectations', expectationLines(result, style)],
    ['Findings', findingLines(result.findings, style)],
    ['Warnings', warningLines(result.warnings, style)],
  ];
  return `${sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => (title === '' ? lines : [style.strong(title), ...lines]).join('\n'))
    .join('\n\n')}\n`;
}

/** A constant of the runtime under the name that it has in scenarios. */
function constant(name: string, n: number, style: Style): string {
  return name.endsWith('Ns') ? `${name.slice(0, -2)} ${exact(n, style)}` : `${name} ${n}`;
}

function headLines(input: ReportInput, style: Style): string[] {
  const { result } = input;
  const what = [
    result.scenario.file,
    `go ${result.go}`,
    `GOMAXPROCS ${result.gomaxprocs}`,
    `${result.machine.cpus} ${result.machine.cpus === 1 ? 'CPU' : 'CPUs'}`,
    `seed ${result.seed}`,
    ...(input.start === 'settled' ? [] : [`${input.start} start`]),
    ...Object.entries(result.runtime).map(([name, n]) => constant(name, n, style)),
    ...input.constants.map(([name, ns]) => `${name} ${ns.map((one) => exact(one, style)).join(' to ')}`),
  ];
  const name = printable(result.scenario.name);
  const dot = ` ${style.glyphs.dot} `;
  const facts: string[] = [];
  for (const part of what.map(printable)) {
    const longer = facts.length === 0 ? part : `${facts[facts.length - 1]}${dot}${part}`;
    if (facts.length > 0 && [...longer].length <= style.width) facts[facts.length - 1] = longer;
    else facts.push(part);
  }
  return [style.strong(clip(name, style.width, style)), ...facts.map(style.faint)];
}

function timelineSection(timeline: Timeline, { result, bodies }: ReportInput, style: Style): string[] {
  if (result.makespanNs === 0) return [];
  if (timeline.columns === 0) return [`  nothing to show: the run ended at ${exact(result.makespanNs, style)}`];
  const kinds = timeline.groups.map((group) => group.kind);
  return timelineLines(timeline, bodies, style, labelWidth(kinds, result.gomaxprocs, result.machine.cpus, bodies));
}

const WARNINGS = 10; // that are listed

function warningLines(warnings: readonly string[], style: Style): string[] {
  const shown = warnings
    .slice(0, WARNINGS)
    .flatMap((warning) => wrap(printable(warning), style.width - 4).map((line, i) => `${i === 0 ? '  ' : '    '}${line}`));
  return withMore(shown, warnings.length - WARNINGS, false, style);
}
