// The command line of gosim check.

import type { Command } from 'commander';
import type { CheckFlags } from './check.ts';
import { checkCommand } from './check.ts';
import type { Io } from './io.ts';
import { colorOption, examples, jobsOption, repeated, shardOption } from './options.ts';

export function addCheckCommand(program: Command, io: Io, done: (exitCode: number) => void): void {
  program
    .command('check')
    .description('run the scenarios of a folder and say what is not as it should be')
    .argument('[paths...]', 'folders and files; - reads one from standard input (default: scenarios/, or what is here)')
    .option('--filter <text>', 'only those whose path or name has this in it; * stands for anything; may be repeated', repeated)
    .option('--fail-fast', 'stop at the first that fails')
    .addOption(jobsOption())
    .addOption(shardOption())
    .addOption(colorOption())
    .addHelpText(
      'after',
      examples('gosim check', 'gosim check scenarios --filter "web*" --fail-fast', 'gosim check scenarios --jobs 2 --shard 1/4'),
    )
    .action(async (paths: string[], flags: CheckFlags) => done(await checkCommand(paths, flags, io)));
}
