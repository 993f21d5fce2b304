// SPDX-License-Identifier: BSD-2-Clause
import { checkSystem } from '../../system/check.js';
import { DescriptionError, explainMistake, type Mistake, sortMistakes } from '../../system/mistake.js';
import { readSystem } from '../../system/read.js';
import type { Command } from '../command.js';
import {
  factOptions,
  factsOf,
  filePositional,
  sdkOf,
  sourceOf,
  versionOf,
  versionOption,
} from '../description.js';
import { jsonOption } from '../option-tables.js';

const plural = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

export const check: Command = {
  name: 'system check',
  summary: 'every mistake of a system description, with its place',
  options: { ...versionOption, ...factOptions, ...jsonOption },
  positionals: [filePositional],
  example: 'vmm-harness system check my.system --board qemu_virt_aarch64 --search-path build',
  async run(args, context) {
    const { print } = context;
    const source = sourceOf(args);
    const sdk = await sdkOf(args, context);
    const version = versionOf(args, sdk);
    let mistakes: Mistake[];
    let left: string[] = [];
    try {
      const reading = readSystem(source, version);
      const facts = await factsOf(args, reading.system, sdk);
      left = facts.left;
      mistakes = sortMistakes([...reading.mistakes, ...checkSystem(reading.system, facts.context)]);
    } catch (error) {
      if (!(error instanceof DescriptionError)) throw error;
      mistakes = [...error.mistakes];
    }
    const errors = mistakes.filter(({ severity }) => severity === 'error').length;
    if (args.options.json)
      print(JSON.stringify({ file: source.file, microkit: version, mistakes, left }, undefined, 2));
    else {
      for (const mistake of mistakes) print(explainMistake(mistake));
      const warnings = mistakes.length - errors;
      const words = [plural(errors, 'mistake'), ...(warnings > 0 ? [plural(warnings, 'warning')] : [])].join(
        ', ',
      );
      print(`${source.file}: ${words} (Microkit ${version})`);
      if (left.length > 0) print(`  not checked: ${left.join(', ')}`);
    }
    return errors === 0 ? 0 : 1;
  },
};
