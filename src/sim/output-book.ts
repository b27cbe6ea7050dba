// What the program says while it runs: its log, and the error that ended the run where the scenario is at fault.
// Not Go: free-output — saying something takes no time.

import type { Machine } from '../machine/machine.ts';
import type { Goroutines } from '../runtime/g.ts';
import { endRun } from '../runtime/proc.ts';
import type { Sched } from '../runtime/sched.ts';
import { SPAN_END, SPAN_PART } from '../trace/events.ts';
import type { Work } from './code.ts';
import type { LogEntry } from './result.ts';

/** Told what the program says while it runs. */
export interface ProgramOutput {
  log(gp: number, text: string): void;
  /** It has measured a span of ns. */
  span(gp: number, span: number, ns: number): void;
  /** An error of the scenario that only the run could show; `place` indexes Program.places. */
  error(place: number, message: string): void;
}

/** Entries of the log that are kept, and characters of all their texts. */
export const LOG_LIMIT = 100_000;
const MOST_CHARACTERS = 16 << 20;

export class OutputBook implements ProgramOutput {
  readonly entries: LogEntry[] = [];
  truncated = false;
  private characters = 0;
  /** Index into Program.places of the error that ended the run, -1: none. */
  errorPlace = -1;
  private readonly g: Goroutines;
  private readonly machine: Machine;
  private sched: Sched | null = null;
  private work: Work | null = null;

  constructor(g: Goroutines, machine: Machine) {
    this.g = g;
    this.machine = machine;
  }

  attach(sched: Sched, work: Work): void {
    this.sched = sched;
    this.work = work;
  }

  log(gp: number, text: string): void {
    this.characters += text.length;
    if (this.entries.length === LOG_LIMIT || this.characters > MOST_CHARACTERS) this.truncated = true;
    if (this.truncated) return;
    const g = this.g;
    const mp = this.sched!.cur!;
    this.entries.push({
      atNs: this.machine.now,
      g: { id: g.goid[gp]!, name: this.work!.nameOf(g.body[gp]!), index: g.index[gp]! },
      p: mp.p === null ? -1 : mp.p.id,
      m: mp.id,
      text,
    });
  }

  span(gp: number, span: number, ns: number): void {
    const parts = Math.floor(ns / SPAN_PART);
    this.sched!.trace(SPAN_END, parts, -1, gp, span, ns - parts * SPAN_PART);
  }

  error(place: number, message: string): void {
    this.errorPlace = place;
    endRun(this.sched!, 'limit', 1, message);
  }
}
