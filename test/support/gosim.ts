// The command inside the test process: arguments and a scenario on standard input, what it printed and its exit code.

import type { Io } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';
import { fakeIo } from './fake-io.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `tty`: the width of the terminal that both outputs are; null: pipes. */
export async function gosim(args: readonly string[], stdin = '', env: Io['env'] = {}, tty: number | null = null): Promise<Ran> {
  const io = fakeIo(stdin, env, tty);
  const code = await main(['node', 'gosim', ...args], io);
  return { code, out: io.stdout.text, err: io.stderr.text };
}
