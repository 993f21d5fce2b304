// SPDX-License-Identifier: BSD-2-Clause
/** Completion for shells, from the commands' tables: the words that may follow `vmm-harness` and each command. */
import type { Command, Family, OptionSpec } from './command.js';
import { commonOptions } from './option-tables.js';

/** The words of one command. */
interface Words {
  /** `system check`. */
  name: string;
  summary: string;
  options: readonly (readonly [name: string, spec: OptionSpec])[];
  /** Whether it takes files. */
  files: boolean;
}

export interface Tables {
  /** By name. */
  commands: readonly (Command | Family)[];
  /** The values of options with this name. An option that is not listed takes a file. */
  values: Readonly<Record<string, readonly string[]>>;
}

const wordsOf = ({ name, summary, options, positionals = [] }: Command): Words => ({
  name,
  summary,
  options: Object.entries({ ...options, ...commonOptions }),
  files: positionals.length > 0,
});

const allOf = ({ commands }: Tables): Words[] =>
  commands.flatMap((one) => ('members' in one ? Object.values(one.members) : [one])).map(wordsOf);

const familiesOf = ({ commands }: Tables): Family[] => commands.filter((one) => 'members' in one);

const named = (options: Words['options']) => options.map(([name]) => `--${name}`).join(' ');
/** In single quotes, for a shell. */
const literal = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

function bash(tables: Tables): string {
  const families = familiesOf(tables).map(
    ({ name, members }) => `    ${name}) words=${literal(Object.keys(members).join(' '))} ;;`,
  );
  const options = allOf(tables).map(
    (one) => `    ${literal(one.name)}) words=${literal(named(one.options))} ;;`,
  );
  const values = Object.entries(tables.values).map(
    ([name, list]) =>
      `    --${name}) COMPREPLY=($(compgen -W ${literal(list.join(' '))} -- "$current")); return ;;`,
  );
  return `# bash: eval "$(vmm-harness completion bash)"
_vmm_harness() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words= command=\${COMP_WORDS[1]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W ${literal([...tables.commands.map(({ name }) => name), 'help'].join(' '))} -- "$current"))
    return
  fi
  case $previous in
${values.join('\n')}
  esac
  case $command in
${families.join('\n')}
  esac
  if [[ $words ]]; then
    if ((COMP_CWORD == 2)); then COMPREPLY=($(compgen -W "$words" -- "$current")); return; fi
    command+=" \${COMP_WORDS[2]}"
  fi
  words=
  case $command in
${options.join('\n')}
  esac
  if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "$words" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _vmm_harness vmm-harness ./vmm-harness
`;
}

/** Text for _describe and _arguments, where a colon ends a name and brackets enclose an explanation. */
const described = (text: string) => text.replace(/[[\]:\\]/g, '\\$&');

function zsh(tables: Tables): string {
  const list = (entries: readonly (readonly [string, string])[]) =>
    entries.map(([name, about]) => `    ${literal(`${described(name)}:${about}`)}`).join('\n');
  const families = familiesOf(tables).map(
    ({ name, members }) =>
      `    ${name}) list=(\n${list(Object.entries(members).map(([word, { summary }]) => [word, summary]))}\n    ) ;;`,
  );
  const argument = ([name, { value, about }]: Words['options'][number]) => {
    const known = tables.values[name];
    const action = known ? `(${known.join(' ')})` : '_files';
    return literal(`--${name}[${described(about)}]${value ? `:${described(value)}:${action}` : ''}`);
  };
  const options = allOf(tables).map(
    (one) =>
      `    ${literal(one.name)}) _arguments ${one.options.map(argument).join(' ')} ${literal('*:file:_files')} ;;`,
  );
  return `#compdef vmm-harness
# zsh: source <(vmm-harness completion zsh)
_vmm-harness() {
  local -a list
  local command=$words[2]
  if ((CURRENT == 2)); then
    list=(
${list(tables.commands.map(({ name, summary }) => [name, summary]))}
    )
    _describe command list
    return
  fi
  case $command in
${families.join('\n')}
  esac
  if (($#list)); then
    if ((CURRENT == 3)); then _describe command list; return; fi
    command+=" $words[3]"
    shift words
    ((CURRENT--))
  fi
  shift words
  ((CURRENT--))
  case $command in
${options.join('\n')}
  esac
}
compdef _vmm-harness vmm-harness
`;
}

function fish(tables: Tables): string {
  const complete = (when: string, rest: string) => `complete -c vmm-harness -n ${literal(when)} ${rest}`;
  const first = tables.commands.map(({ name, summary }) =>
    complete('__fish_use_subcommand', `-f -a ${name} -d ${literal(summary)}`),
  );
  const second = familiesOf(tables).flatMap(({ name, members }) => {
    const none = `__fish_seen_subcommand_from ${name}; and not __fish_seen_subcommand_from ${Object.keys(members).join(' ')}`;
    return Object.entries(members).map(([word, { summary }]) =>
      complete(none, `-f -a ${word} -d ${literal(summary)}`),
    );
  });
  const options = allOf(tables).flatMap((one) => {
    const when = one.name
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ');
    return one.options.map(([name, { value, about, short }]) => {
      const known = tables.values[name];
      const takes = value === undefined ? '' : known ? ` -x -a ${literal(known.join(' '))}` : ' -r';
      return complete(when, `-l ${name}${short ? ` -s ${short}` : ''}${takes} -d ${literal(about)}`);
    });
  });
  return ['# fish: vmm-harness completion fish | source', ...first, ...second, ...options, ''].join('\n');
}

/** The scripts by the shell's name. */
export const completions: Readonly<Record<string, (tables: Tables) => string>> = { bash, zsh, fish };
