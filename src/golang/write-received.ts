// What is received, as Go: `v, ok := <-`, or what is left of it when nobody reads v or ok. What comes from a ticker is a
// time.Time, of which a line after the receive makes an instant.

import type { Ref, Target } from '../scenario/model.ts';
import type { Names } from './names.ts';
import type { Usage } from './usage.ts';
import type { Program } from './write-values.ts';

/** What a function's receives are written with. */
export interface Receiver {
  readonly program: Program;
  readonly usage: Usage;
  readonly names: Names;
  readonly locals: readonly string[];
}

export interface Received {
  readonly head: string; // up to the channel
  readonly after: readonly string[]; // lines that follow
}

export function assignment({ usage }: Receiver, target: Target): '=' | ':=' {
  return target.introduces && !usage.declared.has(target.slot) ? ':=' : '=';
}

export function received(to: Receiver, from: Ref, as: Target | null, ok: Target | null): Received {
  if (to.program.tickers.has(from.name)) return receivedTick(to, as, ok);
  if (!reads(to, as) && !reads(to, ok)) return { head: '<-', after: [] };
  const first = reads(to, as) ? to.locals[as.slot] : '_';
  const target = reads(to, as) ? as : ok!;
  return { head: `${first}${reads(to, ok) ? `, ${to.locals[ok.slot]}` : ''} ${assignment(to, target)} <-`, after: [] };
}

/** The head of `for … range` over a channel, up to the channel, and the lines that each round begins with. */
export function ranged(to: Receiver, from: Ref, as: Target | null): Received {
  if (!reads(to, as)) return { head: 'for range', after: [] };
  if (!to.program.tickers.has(from.name)) return { head: `for ${to.locals[as.slot]} ${assignment(to, as)} range`, after: [] };
  const tick = to.names.give('tick');
  return { head: `for ${tick} := range`, after: [instant(to, as, tick)] };
}

function receivedTick(to: Receiver, as: Target | null, ok: Target | null): Received {
  const after: string[] = [];
  let head = '<-';
  if (reads(to, as)) {
    const tick = to.names.give('tick');
    head = `${tick} := <-`;
    after.push(instant(to, as, tick));
  }
  if (reads(to, ok)) after.push(`${to.locals[ok.slot]} ${assignment(to, ok)} true`); // nobody closes a ticker
  return { head, after };
}

function instant(to: Receiver, as: Target, tick: string): string {
  to.program.parts.add('instant');
  return `${to.locals[as.slot]} ${assignment(to, as)} instant(${tick})`;
}

function reads(to: Receiver, target: Target | null): target is Target {
  return target !== null && to.usage.read.has(target.slot);
}
