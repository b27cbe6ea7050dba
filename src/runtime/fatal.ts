// How a program fails: panics, and the fatal errors that nothing recovers. The words are Go's.

import { F_RECOVER } from './g.ts';
import type { M } from './m.ts';
import { DONE, endRun, WAITING } from './proc.ts';
import type { Sched } from './sched.ts';

/** The goroutine on mp panics: the end of the program, or of the body only where the go statement said `recover`. */
export function goPanic(s: Sched, mp: M, text: string): number {
  if (s.end !== null) return WAITING; // the scenario's own error has ended the run
  const gp = mp.curg;
  if ((s.g.flags[gp]! & F_RECOVER) !== 0) {
    s.g.stage[gp] = 0;
    s.work.unwind(gp, text);
    return DONE;
  }
  endRun(s, 'panic', 2, `panic: ${text}`);
  return WAITING;
}

export function goFatal(s: Sched, text: string): number {
  endRun(s, 'fatal', 2, `fatal error: ${text}`);
  return WAITING;
}
