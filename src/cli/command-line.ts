// The commands and their options, as commander wants them. What a command does is in the file of its name.

import { Command, Option } from 'commander';
import meta from '../../package.json' with { type: 'json' };
import { MOST_PROCS } from '../scenario/machine.ts';
import type { AssumptionsFlags } from './assumptions.ts';
import { assumptionsCommand } from './assumptions.ts';
import type { CalibrateFlags } from './calibrate.ts';
import { calibrateCommand } from './calibrate.ts';
import { addCheckCommand } from './check-options.ts';
import { addCompareCommands } from './compare-commands.ts';
import type { ExportFlags } from './export.ts';
import { exportCommand } from './export.ts';
import type { Io } from './io.ts';
import {
  colorOption,
  distance,
  duration,
  examples,
  instant,
  integer,
  laneKinds,
  milliseconds,
  procsList,
  repeated,
  setOption,
  WATCH,
} from './options.ts';
import { addProjectCommands } from './project-commands.ts';
import type { RunFlags } from './run.ts';
import { runCommand } from './run.ts';
import { LEAST_WIDTH, MOST_WIDTH } from './terminal.ts';
import type { VerifyFlags } from './verify.ts';
import { verifyCommand } from './verify.ts';

/** The command line; help and usage errors are added to `said`, the exit code of a command that ran goes to `done`. */
export function commandLine(io: Io, said: { out: string; err: string }, done: (exitCode: number) => void): Command {
  const program = new Command('gosim');
  program
    .description("Simulates Go's M:P:G scheduler from YAML scenarios, deterministically and on virtual time.")
    .version(meta.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .configureOutput({
      writeOut: (text) => {
        said.out += text;
      },
      writeErr: (text) => {
        said.err += text;
      },
      getOutHelpWidth: () => io.stdout.columns || 80,
      getErrHelpWidth: () => io.stderr.columns || 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', examples('gosim run scenarios/web-server.yaml', 'gosim help run'));

  program
    .command('run')
    .description('run scenarios and report what happened')
    .argument('<files...>', 'the scenarios; - reads one from standard input')
    .addOption(setOption())
    .option('--seed <n>', "seed of all randomness (default: the scenario's)", integer('a seed', Number.MIN_SAFE_INTEGER))
    .option('--procs <n>', "GOMAXPROCS (default: the scenario's, else what its Go chooses)", integer('GOMAXPROCS', 1, MOST_PROCS))
    .option('--until <duration>', 'stop at this instant of virtual time, such as 500ms', duration)
    .option('--machine <file>', "the costs of a machine, as gosim calibrate -o writes them (default: the scenario's, else built-in ones)")
    .option('--expect <expectation>', 'an expectation more, such as "makespan < 20ms"; may be repeated', repeated)
    .addOption(new Option('--format <format>', 'what to print').choices(['text', 'json', 'ndjson', 'csv']).default('text'))
    .option('-o, --output <file>', 'where to print it (default: standard output)')
    .option('-q, --quiet', 'only one line for each scenario, and what failed')
    .option('--watch', WATCH)
    .option('--lanes <kinds>', 'lanes of the timeline: any of p,m,g,cpu (processors, threads, goroutines, CPUs)', laneKinds)
    .option('--from <duration>', 'the timeline begins at this instant', instant)
    .option('--to <duration>', 'and ends at this one', instant)
    .option('--detail', 'longer lists; in JSON an entry for every goroutine')
    .option('--sample <duration>', "the scheduler's state at instants of this distance: `series` in JSON, curves in the report", distance)
    .option('--schedtrace <duration>', 'print it to standard error while the program runs, as GODEBUG=schedtrace does', milliseconds)
    .option('--check', 'check the engine after every event, and the event log once more at the end (slow)')
    .option('--no-record', 'keep no event log: less memory, no timeline')
    .option('--caps <n>', 'let the run take n times the steps and memory that end one with outcome limit', integer('--caps', 1, 1000))
    .option('--width <columns>', 'of the report (default: the terminal, 80 in a pipe)', integer('the width', LEAST_WIDTH, MOST_WIDTH))
    .option('--ascii', 'nothing outside ASCII (default: where the locale says so)')
    .addOption(colorOption())
    .addHelpText(
      'after',
      examples(
        'gosim run web.yaml',
        'gosim run web.yaml --procs 2 --seed 7',
        'gosim run web.yaml --lanes p,m --from 20ms --to 30ms',
        'gosim run web.yaml --set workers=16 --format json | jq .makespanNs',
        'gosim run scenarios/*.yaml -q --expect "threads.created <= 20"',
        'gosim run web.yaml --schedtrace 1ms',
        'gosim run - < web.yaml',
      ),
    )
    .action(async (files: string[], flags: RunFlags) => done(await runCommand(files, flags, io)));

  addCheckCommand(program, io, done);
  addProjectCommands(program, io, done);
  addCompareCommands(program, io, done);

  program
    .command('export')
    .description('write a scenario as a Go program that does the same')
    .argument('<file>', 'the scenario; - reads it from standard input')
    .option('--go', 'as a Go program')
    .option('-o, --output <file>', 'where to write it (default: standard output)')
    .addOption(setOption())
    .addOption(colorOption())
    .addHelpText('after', examples('gosim export --go web.yaml -o web.go', 'gosim export --go web.yaml --set workers=16 | less'))
    .action(async (file: string, flags: ExportFlags) => done(await exportCommand(file, flags, io)));

  program
    .command('calibrate')
    .description("measure with real Go what the runtime's operations cost on this machine, beside the costs that runs use")
    .option('--go <path>', 'the go command (default: the one in PATH)')
    .option('-o, --output <file>', 'write the figures there as JSON, schema gosim.profile/v1, instead of a table')
    .addOption(colorOption())
    .addHelpText('after', examples('gosim calibrate', 'gosim calibrate --go /usr/local/go/bin/go -o profile.json'))
    .action(async (flags: CalibrateFlags) => done(await calibrateCommand(flags, io)));

  program
    .command('verify')
    .description('let real Go judge: run scenarios as Go programs, and show what they did beside what gosim says')
    .argument('<files...>', 'the scenarios')
    .option('--runs <n>', 'runs of each program', integer('the number of runs', 1, 10_000), 10)
    .option('--procs <list>', "values of GOMAXPROCS, such as 1,2 (default: the scenario's, else the CPUs of this machine)", procsList)
    .option('--go <path>', 'the go command (default: the one in PATH)')
    .option('--machine <file>', 'a profile with the costs of this machine (default: they are measured first)')
    .option('--record <folder>', 'keep what Go did, as a file for each scenario and value of GOMAXPROCS')
    .addOption(setOption())
    .addOption(new Option('--format <format>', 'what to print').choices(['text', 'json']).default('text'))
    .addOption(colorOption())
    .addHelpText('after', examples('gosim verify web.yaml', 'gosim verify scenarios/*.yaml --procs 1,2 --runs 30'))
    .action(async (files: string[], flags: VerifyFlags) => done(await verifyCommand(files, flags, io)));

  program
    .command('assumptions')
    .description('what the model leaves out or makes simpler than it is: all of it, or what matters for a scenario')
    .argument('[file]', 'the scenario')
    .addOption(setOption())
    .addOption(new Option('--format <format>', 'what to print').choices(['text', 'json']).default('text'))
    .addOption(colorOption())
    .addHelpText('after', examples('gosim assumptions', 'gosim assumptions web.yaml'))
    .action(async (file: string | undefined, flags: AssumptionsFlags) => done(await assumptionsCommand(file, flags, io)));

  return program;
}
