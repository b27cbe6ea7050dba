// How the run ended, in Go's words where Go would say something, with the listing of goroutines that Go prints after a
// fatal error.

import type { Outcome, Result, UnfinishedGoroutine } from '../sim/result.ts';
import { count, exact, plural, printable } from './format.ts';
import type { Style } from './style.ts';

const LISTED = 8; // goroutines listed one by one

export function outcomeLines(result: Result, foreseen: boolean, errorAt: string | null, style: Style): string[] {
  const { outcome } = result;
  const lines = [outcomeHead(result, foreseen, '', style)];
  if (outcome.message !== '') lines.push(`  ${printable(outcome.message)}`);
  if (errorAt !== null) lines.push(style.faint(`  at ${printable(errorAt)}`));
  if (listsGoroutines(result)) lines.push(...unfinishedLines(result, style));
  return lines;
}

/** The outcome in a line, with `what` between its mark and itself; `failed`: something else is wrong. */
export function outcomeHead(result: Result, foreseen: boolean, what: string, style: Style, failed = false): string {
  const harmless = isHarmless(result.outcome);
  const mark = (foreseen || harmless) && !failed ? style.good(style.glyphs.ok) : style.bad(style.glyphs.fail);
  return `${mark} ${what}${style.strong(headline(result.outcome, result.makespanNs, style))}${foreseen && !harmless ? ' (as expected)' : ''}`;
}

export function isHarmless({ kind, exitCode }: Outcome): boolean {
  return exitCode === 0 && (kind === 'completed' || kind === 'exit' || kind === 'until');
}

/** Whether a program that ends so has failed. An exit step may have, and a limit says nothing about the program. */
export function isBadEnd(kind: string): boolean {
  return kind !== 'completed' && kind !== 'exit' && kind !== 'until' && kind !== 'limit' && kind !== 'interrupted';
}

/** Whether Go lists the goroutines that are left. */
export function listsGoroutines({ outcome }: Result): boolean {
  return outcome.kind === 'deadlock' || outcome.kind === 'hang' || outcome.kind === 'fatal';
}

export function headline({ kind, exitCode }: Outcome, makespanNs: number, style: Style): string {
  const time = exact(makespanNs, style);
  switch (kind) {
    case 'completed':
      return `completed in ${time}`;
    case 'exit':
      return `exit status ${exitCode} after ${time}`;
    case 'deadlock':
      return `deadlock after ${time}, exit status ${exitCode}`;
    case 'hang':
      return `hang after ${time}`;
    case 'panic':
      return `panic after ${time}, exit status ${exitCode}`;
    case 'fatal':
      return `fatal error after ${time}, exit status ${exitCode}`;
    case 'threads-exhausted':
      return `out of threads after ${time}, exit status ${exitCode}`;
    case 'until':
      return `reached its horizon, ${time}`;
    case 'limit':
      return `stopped at a limit after ${time}`;
    default:
      return `interrupted at ${time}`;
  }
}

/** `goroutine 7 [chan receive]:` and the body, as Go lists them: by number, the runtime's own left out. */
export function unfinishedLines(result: Result, style: Style): string[] {
  const all = result.goroutines.unfinished;
  if (all.length === 0) return [];
  const lines = [''];
  for (const g of all.slice(0, LISTED)) lines.push(`  goroutine ${g.id} [${stateOf(g)}]: ${printable(g.name)}`);
  const total = result.goroutines.created - result.goroutines.finished;
  const more = Math.max(total, all.length) - Math.min(LISTED, all.length);
  if (more > 0) {
    const groups = groupUnfinished(all.slice(LISTED))
      .slice(0, 3)
      .map((group) => `${count(group.count)} ${group.name} [${group.state}]`);
    const detail = groups.length > 0 ? `: ${groups.join(', ')}${groups.length === 3 ? style.glyphs.more : ''}` : '';
    lines.push(style.faint(`  ${style.glyphs.more} and ${plural(more, 'goroutine')} more${detail}`));
  }
  return lines;
}

export function stateOf(g: UnfinishedGoroutine): string {
  return g.state === 'waiting' ? g.reason : g.state;
}

export interface UnfinishedGroup {
  readonly name: string;
  readonly state: string;
  count: number;
}

/** Unfinished goroutines by body and state, the largest group first. */
export function groupUnfinished(list: readonly UnfinishedGoroutine[]): UnfinishedGroup[] {
  const groups = new Map<string, UnfinishedGroup>();
  for (const g of list) {
    const key = `${g.name}\n${stateOf(g)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { name: printable(g.name), state: stateOf(g), count: 1 });
    else group.count++;
  }
  return [...groups.values()].sort((x, y) => y.count - x.count);
}
