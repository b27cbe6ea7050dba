// The command line of gosim check.

import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { parseTolerance, wrongPattern } from '../analysis/tolerance.ts';
import type { CheckFlags } from './check.ts';
import { checkCommand } from './check.ts';
import type { Io } from './io.ts';
import { colorOption, examples, filterOption, jobsOption, PATHS, shardOption, WATCH } from './options.ts';
import type { ReporterChoice } from './reporters.ts';
import { REPORTERS } from './reporters.ts';

export function addCheckCommand(program: Command, io: Io, done: (exitCode: number) => void): void {
  program
    .command('check')
    .description('run the scenarios of a folder and say what is not as it should be')
    .argument('[paths...]', PATHS)
    .addOption(filterOption())
    .option('--fail-fast', 'stop at the first that fails')
    .option('--reporter <name[=file]>', `${REPORTERS.join(', ')}; may be repeated (default: text)`, reporters)
    .addOption(jobsOption())
    .addOption(shardOption(io.env))
    .option('--update', 'write the baseline, gosim.baseline.json, which later runs are compared with')
    .option('--baseline <file>', 'another file for it (default: gosim.baseline.json, if it is there)')
    .option('--no-baseline', 'compare with none')
    .option(
      '--tolerance <metric=value>',
      'how far a figure may be from the baseline, such as "spans.*.p99=5%"; may be repeated',
      tolerances,
    )
    .option('--metric <metric>', 'with --update: what it shall hold, such as "spans.*"; may be repeated', metrics)
    .option('--watch', WATCH)
    .addOption(colorOption())
    .addHelpText(
      'after',
      examples(
        'gosim check',
        'gosim check scenarios --filter "web*" --fail-fast',
        'gosim check scenarios --jobs 2 --shard 1/4',
        'gosim check scenarios --reporter text --reporter junit=report.xml',
        'gosim check scenarios --update --metric "spans.*" --metric makespan',
        'gosim check web.yaml --watch',
        'gosim check scenarios --tolerance "spans.*.p99=5%" --tolerance makespan=100us',
      ),
    )
    .action(async (paths: string[], flags: CheckFlags) => done(await checkCommand(paths, flags, io)));
}

/** By pattern; the last of several for one pattern holds. */
function tolerances(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, pattern, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (pattern === undefined) throw new InvalidArgumentError('It takes the form metric=value.');
  const parsed = parseTolerance(pattern, value);
  if (typeof parsed === 'string') throw new InvalidArgumentError(parsed);
  const { [pattern]: _, ...others } = before;
  return { ...others, [pattern]: value };
}

function metrics(text: string, before: readonly string[] = []): readonly string[] {
  const wrong = wrongPattern(text);
  if (wrong !== null) throw new InvalidArgumentError(wrong);
  return [...before, text];
}

function reporters(text: string, before: readonly ReporterChoice[] = []): readonly ReporterChoice[] {
  const [, name, file] = /^([^=]*)(?:=(.*))?$/s.exec(text)!;
  const known = REPORTERS.find((one) => one === name);
  if (known === undefined) throw new InvalidArgumentError(`The reporters are ${REPORTERS.join(', ')}.`);
  if (file === '') throw new InvalidArgumentError(`A file goes after the =, as in ${name}=report.`);
  return [...before, { name: known, file: file ?? null }];
}
