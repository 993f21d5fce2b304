// SPDX-License-Identifier: BSD-2-Clause
import { limits } from '../../base/limits.js';
import { endedBySignals } from '../../base/signals.js';
import type { Sdk } from '../../microkit/sdk.js';
import { findMistakes } from '../../system/check.js';
import {
  DescriptionError,
  explainMistakes,
  type Findings,
  joinFindings,
  type Mistake,
} from '../../system/mistake.js';
import { architectureCheck, readSystem } from '../../system/read.js';
import type { Source } from '../../system/source.js';
import type { Version } from '../../system/versions.js';
import { text } from '../arguments.js';
import type { Arguments, Command } from '../command.js';
import { sdkOf, sourceAt, versionOf, versionOption } from '../description.js';
import { architectureOf, factOptions, factsOf } from '../facts.js';
import { jsonOption } from '../option-tables.js';

const plural = (count: number, what: string) =>
  `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;

interface Checked extends Findings {
  file: string;
  microkit: Version;
  /** The checks that were not requested. */
  left: string[];
}

/**
 * Reports once that a description for another architecture's board is read as AArch64. The reading itself then does not
 * repeat it.
 */
function otherBoard(args: Arguments, reading: Findings & { file: string }): Findings {
  const { file, mistakes, errors, warnings } = reading;
  const other = architectureOf(args);
  if (other === undefined) return reading;
  const mistake: Mistake = {
    check: architectureCheck,
    severity: 'warning',
    what: `${text(args, 'board')} is ${other}; this description was read as AArch64`,
    place: { file, line: 1, column: 1 },
    detail: { got: 'no number was compared with a board' },
  };
  const rest = mistakes.filter(({ check }) => check !== architectureCheck);
  return {
    mistakes: [mistake, ...rest],
    errors: errors - mistakes.length + rest.length,
    warnings: warnings + 1,
  };
}

async function checkSource(
  args: Arguments,
  source: Source,
  microkit: Version,
  sdk: Sdk | undefined,
): Promise<Checked> {
  const { file } = source;
  try {
    const reading = readSystem(source, microkit);
    const { system } = reading;
    const { facts, left } = await factsOf({ args, system, sdk });
    const architecture = reading.architecture ?? facts.architecture;
    const found = [otherBoard(args, { ...reading, file }), findMistakes(system, { ...facts, architecture })];
    return { file, microkit, left, ...joinFindings(found) };
  } catch (error) {
    if (!(error instanceof DescriptionError)) throw error;
    return { file, microkit, left: [], mistakes: [...error.mistakes], errors: error.total, warnings: 0 };
  }
}

function show({ file, microkit, left, mistakes, errors, warnings }: Checked): string {
  const counts = [plural(errors, 'mistake'), ...(warnings > 0 ? [plural(warnings, 'warning')] : [])];
  const lines = explainMistakes(mistakes, errors + warnings);
  lines.push(`${file}: ${counts.join(', ')} (Microkit ${microkit})`);
  if (left.length > 0) lines.push(`  not checked: ${left.join(', ')}`);
  return lines.join('\n');
}

export const check: Command = {
  name: 'system check',
  summary: 'list every mistake in system descriptions, with its place',
  options: { ...versionOption, ...factOptions, ...jsonOption },
  positionals: [
    { name: 'FILE...', about: 'Microkit system descriptions; - for standard input', repeated: true },
  ],
  example: 'vmm-harness system check my.system --board qemu_virt_aarch64 --search-path build',
  async run(args, context) {
    const sdk = await sdkOf(args, context);
    const version = versionOf(args, sdk);
    const all: Checked[] = [];
    for (const path of args.positionals) {
      const source = await sourceAt(path);
      const checked = await endedBySignals(() => checkSource(args, source, version, sdk));
      all.push({ ...checked, mistakes: checked.mistakes.slice(0, limits.mistakes.most) });
      if (!args.options.json) context.print(show(checked));
    }
    if (args.options.json) context.json({ files: all });
    return all.every(({ errors }) => errors === 0) ? 0 : 1;
  },
};
