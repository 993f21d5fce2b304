// SPDX-License-Identifier: BSD-2-Clause
/** Parses a command's arguments by its table. Every error suggests the nearest name. */
import { parseArgs } from 'node:util';
import { HarnessError } from '../base/error.js';
import { nearest } from '../base/spelling.js';
import type { Arguments, Command, Family, OptionSpec } from './command.js';
import { commonOptions } from './option-tables.js';

function usage(command: Command, what: string, name: string, names: Iterable<string>): HarnessError {
  const near = nearest(name, names);
  return new HarnessError('usage', what, {
    wayOut: near ? `did you mean ${near}?` : `vmm-harness ${command.name} --help`,
  });
}

/** The arguments of `command` in `words`. Throws HarnessError (usage). */
export function readArguments(command: Command, words: readonly string[]): Arguments {
  const specs: Record<string, OptionSpec> = { ...commonOptions, ...command.options };
  const names = Object.keys(specs).map((name) => `--${name}`);
  const { tokens } = parseArgs({
    args: [...words],
    strict: false,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(specs).map(([name, { value, short }]) => [
        name,
        { type: value ? 'string' : 'boolean', ...(short && { short }) } as const,
      ]),
    ),
  });
  const options: Record<string, string | true> = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (!spec) throw usage(command, `${command.name} has no option ${token.rawName}`, token.rawName, names);
    if (Object.hasOwn(options, token.name) && token.name !== 'help') {
      throw usage(command, `${token.rawName} is given twice`, '', []);
    }
    if (spec.value === undefined) {
      if (token.value !== undefined) throw usage(command, `${token.rawName} takes no value`, '', []);
      options[token.name] = true;
    } else {
      if (!token.value) throw usage(command, `${token.rawName} needs a value: ${spec.value}`, '', []);
      options[token.name] = token.value;
    }
  }
  if (!options.help) checkPositionals(command, positionals);
  return { options, positionals };
}

function checkPositionals(command: Command, given: readonly string[]): void {
  const wanted = command.positionals ?? [];
  const missing = wanted.slice(given.length).find((one) => !one.optional);
  if (missing) throw usage(command, `${command.name} needs ${missing.name}: ${missing.about}`, '', []);
  const extra = wanted.at(-1)?.repeated ? undefined : given[wanted.length];
  if (extra !== undefined) throw usage(command, `${command.name} takes no argument ${extra}`, '', []);
}

/** The text of an option that takes a value; undefined when absent. */
export function text(args: Arguments, name: string): string | undefined {
  const value = args.options[name];
  return typeof value === 'string' ? value : undefined;
}

/** The number of an option, checked to be whole and from `least` to `most`. */
export function integer(args: Arguments, name: string, least: number, most: number): number | undefined {
  const given = text(args, name);
  if (given === undefined) return undefined;
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= least && value <= most) return value;
  throw new HarnessError('usage', `--${name} is out of range`, {
    expected: `a whole number from ${least} to ${most}`,
    got: given,
  });
}

/** The member of a family that `word` names. Throws HarnessError (usage) with the nearest one. */
export function memberOf({ name, members }: Family, word: string | undefined): Command {
  const member = word !== undefined && Object.hasOwn(members, word) ? members[word] : undefined;
  if (member) return member;
  const near = word && nearest(word, Object.keys(members));
  throw new HarnessError('usage', word ? `${name} has no command ${word}` : `${name} needs a command`, {
    expected: `one of ${Object.keys(members).join(', ')}`,
    wayOut: near ? `did you mean ${name} ${near}?` : `vmm-harness ${name} --help`,
  });
}
