// The gosim command: argv in, exit code out. Exit codes: 0 ran and every expectation held; 1 an expectation failed or the
// simulated program failed unforeseen; 2 the command line, the scenario or a file is wrong; 3 gosim itself is wrong;
// 130 interrupted. The code is returned and never forced, so that what is written gets to its reader.

import { CommanderError } from 'commander';
import { commandLine } from './command-line.ts';
import type { Io } from './io.ts';
import { processIo, write } from './io.ts';
import { UserError, userErrorText } from './user-error.ts';
import { serveTasks } from './worker.ts';

/** For a thread of the pool, which loads the same bundle. */
export { serveTasks };

/** Runs the command for a full argv (node, script, arguments …). */
export async function main(argv: string[], io: Io = processIo()): Promise<number> {
  const args = argv.slice(2);
  const said = { out: '', err: '' };
  try {
    let exitCode = 0;
    const program = commandLine(io, said, (code) => {
      exitCode = code;
    });
    await program.parseAsync(args, { from: 'user' });
    await write(io.stdout, said.out);
    await write(io.stderr, said.err);
    return exitCode;
  } catch (error) {
    return failed(error, args, said, io);
  }
}

async function failed(error: unknown, args: readonly string[], said: { out: string; err: string }, io: Io): Promise<number> {
  if (error instanceof CommanderError) {
    await write(io.stdout, said.out);
    await complain(io, said.err + hint(error, args));
    return error.exitCode === 0 ? 0 : 2;
  }
  if (error instanceof UserError) {
    await complain(io, userErrorText(error));
    return 2;
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = io.env.GOSIM_DEBUG === '1' && error instanceof Error ? `${error.stack}\n` : '';
  const rerun = ['gosim', ...args].map(shellQuoted).join(' ');
  await complain(
    io,
    `gosim: internal error: ${message}\n  This is a bug in gosim, not in the scenario. To see it again, and where it happened:\n  GOSIM_DEBUG=1 ${rerun}\n${stack}`,
  );
  return 3;
}

/** The last word: where that cannot be written there is nobody left to tell, and the exit code must do. */
async function complain(io: Io, text: string): Promise<void> {
  await write(io.stderr, text).catch(() => undefined);
}

/** The likeliest slip: a file without the command that is to be done with it. */
function hint(error: CommanderError, args: readonly string[]): string {
  if (error.code !== 'commander.unknownCommand') return '';
  const file = args.find((arg) => /\.ya?ml$/.test(arg));
  return file === undefined ? '' : `  note: to run a scenario, write: gosim run ${shellQuoted(file)}\n`;
}

function shellQuoted(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`;
}
