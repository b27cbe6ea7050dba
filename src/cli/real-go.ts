// Commands that run real Go: Ctrl-C ends what they have started, and what goes wrong with Go is told as the user's to put
// right.

import { GoError, GoInterrupted } from '../golang/exec.ts';
import type { Io } from './io.ts';
import { UserError } from './user-error.ts';

const INTERRUPTED = 130;

export async function withRealGo(io: Io, command: (abort: AbortSignal) => Promise<number>): Promise<number> {
  const abort = new AbortController();
  const stopListening = io.interrupts(() => abort.abort());
  try {
    return await command(abort.signal);
  } catch (error) {
    if (error instanceof GoInterrupted) return INTERRUPTED;
    if (error instanceof GoError) throw new UserError(error.message);
    throw error;
  } finally {
    stopListening();
  }
}
