// The command lines of what one does with a project beside running it: validate, list, init, explain,
// schema, completion.

import type { Command } from 'commander';
import { Argument, Option } from 'commander';
import { resultSchema } from '../report/result-schema.ts';
import { scenarioSchema } from '../scenario/json-schema.ts';
import type { Shell } from './completion.ts';
import { completionScript, SHELLS } from './completion.ts';
import { explainCommand } from './explain.ts';
import type { InitFlags } from './init.ts';
import { initCommand } from './init.ts';
import type { Io } from './io.ts';
import { write } from './io.ts';
import type { ListFlags } from './list.ts';
import { listCommand } from './list.ts';
import { colorOption, examples, filterOption, PATHS } from './options.ts';
import { DEFAULT_TEMPLATE, TEMPLATES } from './templates.ts';
import type { Looks } from './terminal.ts';
import type { ValidateFlags } from './validate.ts';
import { validateCommand } from './validate.ts';

const SCHEMAS = { scenario: scenarioSchema, result: resultSchema };

export function addProjectCommands(program: Command, io: Io, done: (exitCode: number) => void): void {
  const formatOption = (): Option => new Option('--format <format>', 'what to print').choices(['text', 'json']).default('text');

  program
    .command('validate')
    .description('read scenarios and show all their mistakes, without running any')
    .argument('[paths...]', PATHS)
    .addOption(filterOption())
    .option('--strict', 'warnings are mistakes too')
    .addOption(formatOption())
    .addOption(colorOption())
    .addHelpText('after', examples('gosim validate', 'gosim validate web.yaml --strict', 'gosim validate - < web.yaml'))
    .action(async (paths: string[], flags: ValidateFlags) => done(await validateCommand(paths, flags, io)));

  program
    .command('list')
    .description('list scenarios: their files, names and what they are about')
    .argument('[paths...]', PATHS)
    .addOption(filterOption())
    .addOption(formatOption())
    .addOption(colorOption())
    .addHelpText('after', examples('gosim list', 'gosim list scenarios --filter mutex', 'gosim list --format json'))
    .action(async (paths: string[], flags: ListFlags) => done(await listCommand(paths, flags, io)));

  program
    .command('init')
    .description('write a scenario to begin with')
    .argument('[file]', 'where to; - prints it (default: the name of the template, .yaml)')
    .option('--template <name>', `one of: ${Object.keys(TEMPLATES).join(', ')} (default: ${DEFAULT_TEMPLATE})`)
    .option('--force', 'write over a file that is there')
    .addHelpText('after', `\nTemplates:\n${templates()}${examples('gosim init', 'gosim init scenarios/pool.yaml --template workers')}`)
    .action(async (file: string | undefined, flags: InitFlags) => done(await initCommand(file, flags, io)));

  program
    .command('explain')
    .description('say what a step, a figure, a finding, an outcome or an exit code is; without a topic, what there is')
    .argument('[topic...]', 'such as select, spans.request.p99, lock-convoy, hang, exit code 2')
    .addOption(colorOption())
    .addHelpText(
      'after',
      examples('gosim explain', 'gosim explain syscall', 'gosim explain spans.request.p99', 'gosim explain exit code 2'),
    )
    .action(async (topic: string[], flags: Looks) => done(await explainCommand(topic, flags, io)));

  program
    .command('schema')
    .description('print a JSON Schema: of scenarios, for editors, or of results')
    .addArgument(new Argument('[of]', 'of what').choices(Object.keys(SCHEMAS)).default('scenario'))
    .addHelpText('after', examples('gosim schema > scenario.schema.json', 'gosim schema result'))
    .action(async (of: keyof typeof SCHEMAS) => {
      await write(io.stdout, `${JSON.stringify(SCHEMAS[of](), null, 2)}\n`);
      done(0);
    });

  program
    .command('completion')
    .description('print a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText(
      'after',
      examples('source <(gosim completion bash)', 'gosim completion zsh > _gosim', 'gosim completion fish > gosim.fish'),
    )
    .action(async (shell: Shell) => {
      await write(io.stdout, completionScript(shell, program));
      done(0);
    });
}

function templates(): string {
  const names = Object.keys(TEMPLATES);
  const width = names.reduce((most, name) => Math.max(most, name.length), 0);
  return names.map((name) => `  ${name.padEnd(width)}  ${TEMPLATES[name].about}\n`).join('');
}
