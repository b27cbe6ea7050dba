// The options of gosim compare and gosim merge.

import type { Command } from 'commander';
import { Option } from 'commander';
import type { CompareFlags, ShowFlags } from './compare.ts';
import { COMPARE_FORMATS, compareCommand, mergeCommand } from './compare.ts';
import type { Io } from './io.ts';
import { colorOption, duration, examples, integer, jobsOption, repeated, setOption, shardOption } from './options.ts';
import { LEAST_WIDTH, MOST_WIDTH } from './terminal.ts';

const MOST_RUNS = 10_000;

export function addCompareCommands(program: Command, io: Io, done: (exitCode: number) => void): void {
  const compare = program
    .command('compare')
    .description('run scenarios with several settings, and say which is best')
    .argument('<files...>', 'one scenario or several, or results that gosim run saved as JSON')
    .option('--procs <list>', 'values of GOMAXPROCS: 1,2,4,8 or 1..8 or 1..64*2; floor and ceil round the CPU limit')
    .option(
      '--vary <path=list>',
      'values of another setting, such as machine.cpuLimit=1,2,4 or params.workers=1..16; may be repeated',
      repeated,
    )
    .addOption(setOption())
    .option('--runs <n>', 'run each row with so many seeds', integer('the number of runs', 1, MOST_RUNS), 1)
    .option('--seed <n>', "the first seed (default: the scenario's)", integer('a seed', Number.MIN_SAFE_INTEGER))
    .option('--until <duration>', 'stop at this instant of virtual time, such as 500ms', duration)
    .option('--metric <path>', 'a column more, such as schedLatency.p99 or counters.steals; may be repeated', repeated)
    .option('--best <goal>', 'what is wanted: "min spans.request.p99", "max throughput"')
    .option('--subject-to <condition>', 'what a row must meet, such as "threads.peak <= 20"; may be repeated', repeated)
    .addOption(jobsOption())
    .addOption(shardOption(io.env))
    .option('-q, --quiet', 'no line that tells how far it is');
  showOptions(compare)
    .addHelpText(
      'after',
      examples(
        'gosim compare web.yaml --procs 1,2,4,8',
        'gosim compare web.yaml --procs 1..8 --vary machine.cpuLimit=1,2,4 --runs 30',
        'gosim compare web.yaml --vary params.workers=1..16 --best "min spans.request.p99" --subject-to "threads.peak <= 20"',
        'gosim compare before.yaml after.yaml --runs 10 --format markdown',
        'gosim compare web.yaml --vary params.load=1..1000 --shard 2/8 -o part2.json',
      ),
    )
    .action(async (files: string[], flags: CompareFlags) => done(await compareCommand(files, flags, io)));

  const merge = program
    .command('merge')
    .description('put the parts of a comparison together, as if it had been run at once')
    .argument('<parts...>', 'what gosim compare --shard wrote, all of it');
  showOptions(merge)
    .addHelpText('after', examples('gosim merge part*.json', 'gosim merge part*.json --format csv -o sweep.csv'))
    .action(async (files: string[], flags: ShowFlags) => done(await mergeCommand(files, flags, io)));
}

function showOptions(command: Command): Command {
  return command
    .addOption(new Option('--format <format>', 'what to print').choices([...COMPARE_FORMATS]).default('text'))
    .option('-o, --output <file>', 'where to print it (default: standard output)')
    .option('--width <columns>', 'of the text (default: the terminal, 80 in a pipe)', integer('the width', LEAST_WIDTH, MOST_WIDTH))
    .option('--ascii', 'nothing outside ASCII (default: where the locale says so)')
    .addOption(colorOption());
}
