// gosim completion: scripts that complete commands, options and their values in bash, zsh and fish. They are made from the
// command line itself, so that nothing is missing in them.

import type { Command, Option } from 'commander';
import { TOPICS } from './explain.ts';
import { REPORTERS } from './reporters.ts';
import { TEMPLATES } from './templates.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/** What an option's value or an argument may be. */
type Values = { readonly kind: 'words'; readonly words: readonly string[] } | { readonly kind: 'file' | 'scenario' | 'none' };

interface Flag {
  readonly long: string; // with its dashes
  readonly short: string | null;
  readonly about: string;
  readonly values: Values | null; // null: it takes none
}

interface Entry {
  readonly name: string;
  readonly about: string;
  readonly flags: readonly Flag[];
  readonly argument: Values;
}

export function completionScript(shell: Shell, program: Command): string {
  const entries = program.commands.filter((command) => command.name() !== 'help').map(entryOf);
  const names = entries.map(({ name }) => name);
  const help: Entry = { name: 'help', about: 'show help for a command', flags: [], argument: { kind: 'words', words: names } };
  return SCRIPTS[shell]([...entries, help]);
}

const SCRIPTS: Readonly<Record<Shell, (entries: readonly Entry[]) => string>> = { bash, zsh, fish };

/** Values of options that are read by a function of their own. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  '--reporter': REPORTERS,
  '--template': Object.keys(TEMPLATES),
  '--lanes': ['p', 'm', 'g', 'cpu'],
};

function entryOf(command: Command): Entry {
  const [argument] = command.registeredArguments;
  return {
    name: command.name(),
    about: command.description(),
    flags: [...command.options.filter(({ hidden }) => !hidden).map(flagOf), HELP],
    argument: argument === undefined ? { kind: 'none' } : argumentValues(argument.name(), argument.argChoices),
  };
}

const HELP: Flag = { long: '--help', short: '-h', about: 'show help', values: null };

function argumentValues(name: string, choices: readonly string[] | undefined): Values {
  if (choices !== undefined) return { kind: 'words', words: choices };
  if (name === 'topic') return { kind: 'words', words: TOPICS };
  return /file|path/.test(name) ? { kind: 'scenario' } : { kind: 'none' };
}

function flagOf({ long, short, description, flags, argChoices }: Option): Flag {
  const takesValue = /[<[]/.test(flags);
  const words = argChoices ?? WORDS[long ?? ''];
  const values: Values = words !== undefined ? { kind: 'words', words } : { kind: /<(file|folder|path)>/.test(flags) ? 'file' : 'none' };
  return { long: long ?? '', short: short ?? null, about: description, values: takesValue ? values : null };
}

function namesOf({ long, short }: Flag): string[] {
  return short === null ? [long] : [short, long];
}

// ---- bash, from 3.2 on

function bash(entries: readonly Entry[]): string {
  const valueCases = entries.flatMap(({ name, flags }) =>
    flags
      .filter(({ values }) => values !== null)
      .map(
        (flag) =>
          `    ${namesOf(flag)
            .map((one) => `'${name} ${one}'`)
            .join(' | ')}) ${bashReply(flag.values!)} ;;`,
      ),
  );
  const commandCases = entries.map(({ name, flags, argument }) => {
    const words = flags.map(({ long }) => long);
    return `    ${name})\n      if [[ $cur == -* ]]; then ${bashWords(words)}; else ${bashReply(argument)}; fi ;;`;
  });
  return `# Completion of gosim for bash: source <(gosim completion bash)
_gosim() {
  local IFS=$'\\n' cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} != -* ]]; then command=\${COMP_WORDS[i]}; break; fi
  done
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  case "$command $prev" in
${valueCases.join('\n')}
    *) case $command in
    '') ${bashWords([...entries.map(({ name }) => name), '--help', '--version'])} ;;
${commandCases.join('\n')}
    esac ;;
  esac
}
complete -o filenames -F _gosim gosim
`;
}

function bashWords(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W $'${words.join('\\n')}' -- "$cur"))`;
}

function bashReply(values: Values): string {
  switch (values.kind) {
    case 'words':
      return bashWords(values.words);
    case 'file':
      return 'COMPREPLY=($(compgen -f -- "$cur"))';
    case 'scenario':
      return 'COMPREPLY=($(compgen -d -- "$cur"; compgen -f -X "!*.yaml" -- "$cur"; compgen -f -X "!*.yml" -- "$cur"))';
    case 'none':
      return 'COMPREPLY=()';
  }
}

// ---- zsh

function zsh(entries: readonly Entry[]): string {
  const commands = entries.map(({ name, about }) => `        ${zshQuoted(`${name}:${about.replaceAll(':', '\\:')}`)}`);
  const cases = entries.map(({ name, flags, argument }) => {
    const specs = [...flags.flatMap(zshFlag), zshQuoted(`*: :${zshValues(argument)}`)];
    return `        ${name}) _arguments ${specs.join(' \\\n          ')} ;;`;
  });
  return `#compdef gosim
# Completion of gosim for zsh: gosim completion zsh > a folder of $fpath, as _gosim
_gosim() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C '(-h --help)'{-h,--help}'[show help]' '(-V --version)'{-V,--version}'[print the version]' '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a commands
      commands=(
${commands.join('\n')}
      )
      _describe command commands ;;
    rest)
      case $line[1] in
${cases.join('\n')}
      esac ;;
  esac
}
if [[ $funcstack[1] == _gosim ]]; then _gosim "$@"; else compdef _gosim gosim; fi
`;
}

function zshFlag(flag: Flag): string[] {
  const about = `[${flag.about.replace(/[[\]\\]/g, '\\$&')}]`;
  const value = flag.values === null ? '' : `: :${zshValues(flag.values)}`;
  return namesOf(flag).map((name) => zshQuoted(`*${name}${about}${value}`));
}

function zshValues(values: Values): string {
  switch (values.kind) {
    case 'words':
      return `(${values.words.join(' ')})`;
    case 'file':
      return '_files';
    case 'scenario':
      return '_files -g "*.(yaml|yml)"';
    case 'none':
      return ' ';
  }
}

function zshQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

// ---- fish

function fish(entries: readonly Entry[]): string {
  const lines = entries.map(({ name, about }) => `complete -c gosim -n __fish_use_subcommand -a ${name} -d ${fishQuoted(about)}`);
  for (const { name, flags, argument } of entries) {
    const begin = `complete -c gosim -n '__fish_seen_subcommand_from ${name}'`;
    if (argument.kind === 'words') lines.push(`${begin} -a ${fishQuoted(argument.words.join(' '))}`);
    if (argument.kind === 'scenario') lines.push(`${begin} -a '(__fish_complete_suffix .yaml; __fish_complete_suffix .yml)'`);
    for (const { long, short, about, values } of flags) {
      const names = `${short === null ? '' : ` -s ${short.slice(1)}`} -l ${long.slice(2)}`;
      lines.push(`${begin}${names}${fishValues(values)} -d ${fishQuoted(about)}`);
    }
  }
  const head = '# Completion of gosim for fish: gosim completion fish > ~/.config/fish/completions/gosim.fish';
  return `${[head, 'complete -c gosim -f', ...lines].join('\n')}\n`;
}

function fishValues(values: Values | null): string {
  if (values === null) return '';
  if (values.kind === 'words') return ` -x -a ${fishQuoted(values.words.join(' '))}`;
  return values.kind === 'none' ? ' -x' : ' -r -F';
}

function fishQuoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
