// The plain report of one run: what was run, how it ended, what the processors did, why threads came to be, how long
// things waited, and whether the expectations held. About a page whatever the size of the run: every list has a cap, and
// what it leaves out is said. A section with nothing to say is left out.

import type { Timeline } from '../analysis/timeline.ts';
import type { Result } from '../sim/result.ts';
import { clip, printable } from './format.ts';
import { outcomeLines } from './outcome.ts';
import {
  contentionLines,
  counterLines,
  expectationLines,
  goroutineLines,
  latencyLines,
  listenerLines,
  logLines,
  processorLines,
  threadLines,
} from './sections.ts';
import type { Style } from './style.ts';
import { timelineLines } from './timeline.ts';

export interface ReportInput {
  readonly result: Result;
  readonly start: string; // 'settled' or 'cold', with a phase where one is pinned
  readonly timeline: Timeline | null; // null: the run kept no event log
  readonly bodies: readonly string[]; // names by number, for the timeline
  readonly foreseen: boolean; // an expectation foresaw the outcome
  readonly errorAt: string | null; // file:line:column of the step whose error ended the run
  readonly detail: boolean; // longer lists
}

/** The report, ending in a newline. */
export function textReport(input: ReportInput, style: Style): string {
  const { result } = input;
  const lanes = input.detail ? 128 : 16;
  const timeline = input.timeline !== null && input.timeline.endNs > 0 ? timelineLines(input.timeline, input.bodies, style, lanes) : [];
  const sections: [string, string[]][] = [
    ['', headLines(input, style)],
    ['', outcomeLines(result, input.foreseen, input.errorAt, style)],
    ['Log', logLines(result, input.detail, style)],
    ['Timeline', timeline],
    ['Processors', processorLines(result, lanes, style)],
    ['Threads', threadLines(result, input.detail, style)],
    ['Goroutines', goroutineLines(result, input.timeline, input.bodies, style)],
    ['Connections', listenerLines(result, style)],
    ['Latency', latencyLines(result, style)],
    ['Contention', contentionLines(result, style)],
    ['Counters', counterLines(result, style)],
    ['Expectations', expectationLines(result, style)],
    ['Findings', noteLines(result.findings, style)],
    ['Warnings', noteLines(result.warnings, style)],
  ];
  return `${sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => (title === '' ? lines : [style.strong(title), ...lines]).join('\n'))
    .join('\n\n')}\n`;
}

function headLines(input: ReportInput, style: Style): string[] {
  const { result } = input;
  const what = [
    result.scenario.file,
    `go ${result.go}`,
    `GOMAXPROCS ${result.gomaxprocs}`,
    `${result.machine.cpus} ${result.machine.cpus === 1 ? 'CPU' : 'CPUs'}`,
    `seed ${result.seed}`,
    `${input.start} start`,
  ];
  const name = printable(result.scenario.name);
  return [style.strong(clip(name, style.width, style)), style.faint(what.map(printable).join(` ${style.glyphs.dot} `))];
}

function noteLines(notes: readonly string[], style: Style): string[] {
  const shown = notes.slice(0, 10).map((note) => `  ${printable(note)}`);
  return notes.length > 10 ? [...shown, style.faint(`  ${style.glyphs.more} and ${notes.length - 10} more`)] : shown;
}
