// What one run of an exported program showed: its report, its exit status and its last words, brought into the terms of
// a simulation's result.

import type { OutcomeKind } from '../sim/result.ts';

export interface GoRun {
  readonly outcome: { readonly kind: OutcomeKind; readonly exitCode: number; readonly message: string };
  readonly log: readonly { readonly atNs: number; readonly g: string; readonly index: number; readonly text: string }[];
  readonly spans: ReadonlyMap<string, readonly number[]>;
  readonly makespanNs: number | null; // null where the program did not come to report its end
  readonly threads: { readonly atStart: number; readonly created: number | null };
  /** The listing of goroutines, each as `body [reason]`; null where Go printed none. */
  readonly goroutines: readonly string[] | null;
}

/** What is known of a process that has ended. */
export interface EndedProcess {
  readonly status: number | null;
  readonly timedOut: boolean;
  readonly horizonNs: number | null; // the scenario's `until`, when that was the time given
  readonly stderr: string;
  readonly report: string;
  readonly threads?: number | null; // when its time was over
}

type Event =
  | { event: 'start'; atNs: number; threads: number }
  | { event: 'log'; atNs: number; g: string; index: number; text: string }
  | { event: 'span'; atNs: number; name: string; ns: number }
  | { event: 'end' | 'exit'; atNs: number; threads: number };

const END = '\n]}';

/** `functions` maps the program's functions to bodies; `source` is the program's text, whose lines the listing cites. */
export function readGoRun(ended: EndedProcess, functions: ReadonlyMap<string, string>, source: string): GoRun {
  const events = readReport(ended.report);
  // What others wrote while main was already returning does not count, nor what came after the horizon.
  const endNs =
    events.find((event) => event.event === 'end' || event.event === 'exit')?.atNs ?? ended.horizonNs ?? Number.POSITIVE_INFINITY;
  const log: GoRun['log'][number][] = [];
  const spans = new Map<string, number[]>();
  let atStart = 0;
  let end: { event: 'end' | 'exit'; atNs: number; threads: number } | null = null;
  for (const event of events) {
    if (event.atNs > endNs) continue;
    if (event.event === 'start') atStart = event.threads;
    else if (event.event === 'log') log.push({ atNs: event.atNs, g: event.g, index: event.index, text: event.text });
    else if (event.event === 'span') {
      const samples = spans.get(event.name);
      if (samples === undefined) spans.set(event.name, [event.ns]);
      else samples.push(event.ns);
    } else end = event;
  }
  return {
    outcome: outcomeOf(ended, end?.event ?? null),
    log,
    spans,
    makespanNs: end?.atNs ?? null,
    threads: { atStart, created: end?.threads ?? ended.threads ?? null },
    goroutines: readListing(ended.stderr, functions, source),
  };
}

/** A report may stop anywhere: the process died. What a goroutine wrote after the end does not count. */
function readReport(report: string): Event[] {
  const end = report.indexOf(END);
  const text = end >= 0 ? report.slice(0, end) : report.slice(0, Math.max(0, report.lastIndexOf('}') + 1));
  if (text === '') return [];
  try {
    return (JSON.parse(text + END) as { events: Event[] }).events;
  } catch {
    // A line that was reserved and only half written: keep those that are whole.
    return text.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line.replace(/^,|,$/g, '')) as Event];
      } catch {
        return [];
      }
    });
  }
}

function outcomeOf(ended: EndedProcess, end: 'end' | 'exit' | null): GoRun['outcome'] {
  const lines = ended.stderr.split('\n');
  const message = lines.find((line) => /^(panic|fatal error): |^runtime: program exceeds /.test(line)) ?? '';
  if (ended.timedOut && ended.horizonNs !== null) return { kind: 'until', exitCode: 0, message: '' };
  const exitCode = ended.status ?? -1;
  const kind = ((): OutcomeKind => {
    if (ended.timedOut) return 'hang';
    if (end !== null) return end === 'exit' ? 'exit' : 'completed';
    if (/^fatal error: (all goroutines are asleep|no goroutines)/.test(message)) return 'deadlock';
    if (message.startsWith('runtime: program exceeds ')) return 'threads-exhausted';
    if (message.startsWith('panic: ')) return 'panic';
    return exitCode === 0 ? 'completed' : 'fatal';
  })();
  return { kind, exitCode, message: kind === 'hang' ? '' : message };
}

// ---- the listing that Go prints when a program dies

const HEAD = /^goroutine \d+ (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[([^\],]*)[^\]]*\]:$/;

/** Goroutines of a listing as `body [reason]`, sorted; the runtime's own are not among them. */
function readListing(stderr: string, functions: ReadonlyMap<string, string>, source: string): string[] | null {
  const lines = source.split('\n');
  const found: string[] = [];
  let seen = false;
  for (const block of stderr.split('\n\n')) {
    const [head, ...frames] = block
      .trimEnd()
      .split('\n')
      .slice(block.startsWith('goroutine ') ? 0 : 1);
    const match = HEAD.exec(block.startsWith('goroutine ') ? block.split('\n', 1)[0] : (head ?? ''));
    if (match === null) continue;
    seen = true;
    const body = bodyOf(frames, functions, lines);
    if (body !== undefined) found.push(`${body} [${match[1]}]`); // else one of the runtime's own
  }
  return seen ? found.sort() : null;
}

/** The outermost frame that is a body; one that has not run yet is known by the line of its go statement. */
function bodyOf(frames: readonly string[], functions: ReadonlyMap<string, string>, lines: readonly string[]): string | undefined {
  let body: string | undefined;
  for (const [i, frame] of frames.entries()) {
    if (frame.startsWith('created by ')) {
      if (body !== undefined) break;
      const line = Number(/:(\d+)(?: |$)/.exec(frames[i + 1] ?? '')?.[1] ?? 0);
      return startedAt(lines, line, functions);
    }
    const name = /^main\.(\w+)\(/.exec(frame)?.[1];
    if (name !== undefined && functions.has(name)) body = functions.get(name);
  }
  return body;
}

/** The body that the go statement at a line starts. */
function startedAt(lines: readonly string[], line: number, functions: ReadonlyMap<string, string>): string | undefined {
  for (let i = line - 1; i < lines.length; i++) {
    for (const [, name] of (lines[i] ?? '').matchAll(/([\p{L}_][\p{L}\p{Nd}_]*)\(/gu)) if (functions.has(name)) return functions.get(name);
    if (/^\}/.test(lines[i] ?? '')) return undefined;
  }
  return undefined;
}
