// SPDX-License-Identifier: BSD-2-Clause
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { HarnessError } from '../../base/error.js';
import { endedBySignals } from '../../base/signals.js';
import { readChecked } from '../../system/check.js';
import { text } from '../arguments.js';
import type { Command } from '../command.js';
import { filePositional, sourceOf, versionOf, versionOption } from '../description.js';

const notWritten = () =>
  new HarnessError('usage', 'standard input cannot be written back', { wayOut: 'leave --write out' });

/** Writes the whole file, or leaves what was there. */
function writeWhole(path: string, content: string): void {
  const partial = `${path}.${process.pid}.partial`;
  try {
    writeFileSync(partial, content);
    renameSync(partial, path);
  } catch (cause) {
    rmSync(partial, { force: true });
    throw new HarnessError('infrastructure', 'the file cannot be written', {
      where: path,
      got: (cause as Error).message,
      cause,
    });
  }
}

export const explain: Command = {
  name: 'system explain',
  summary: 'who can touch what, who can wake whom, what each interrupt reaches',
  options: versionOption,
  positionals: [filePositional],
  example: 'vmm-harness system explain my.system',
  async run(args, { print }) {
    const { explainSystem } = await import('../../system/explain.js');
    const source = await sourceOf(args);
    print(await endedBySignals(() => explainSystem(readChecked(source, versionOf(args)).system)));
    return 0;
  },
};

export const draw: Command = {
  name: 'system draw',
  summary: 'a picture of a system: who works with whom, what lies where',
  options: {
    output: { short: 'o', value: 'FILE', about: 'the SVG file; printed when not given' },
    ...versionOption,
  },
  positionals: [filePositional],
  example: 'vmm-harness system draw my.system -o my.svg',
  async run(args, { print }) {
    const source = await sourceOf(args);
    const { drawSystem } = await import('../../system/draw/draw.js');
    const svg = await endedBySignals(() =>
      drawSystem(readChecked(source, versionOf(args)).system, basename(source.file)),
    );
    const output = text(args, 'output');
    if (output === undefined) print(svg, 'document');
    else writeWhole(output, svg);
    return 0;
  },
};

export const fmt: Command = {
  name: 'system fmt',
  summary: 'the same description in one style; comments stay',
  options: {
    write: { about: 'write it back into the file' },
    check: { about: 'say whether it is in the style already: exit code 1 when not' },
  },
  positionals: [filePositional],
  example: 'vmm-harness system fmt my.system --write',
  async run(args, { print }) {
    const source = await sourceOf(args);
    const { formatSystem } = await import('../../system/fmt.js');
    const formatted = await endedBySignals(() => formatSystem(source));
    if (args.options.check) {
      if (formatted === source.text) return 0;
      print(`${source.file}: not in the one style; vmm-harness system fmt ${source.file} --write`);
      return 1;
    }
    if (!args.options.write) print(formatted, 'document');
    else if (args.positionals[0] === '-') throw notWritten();
    else if (formatted !== source.text) writeWhole(source.file, formatted);
    return 0;
  },
};
