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
  new HarnessError('usage', 'standard input cannot be written back', { wayOut: 'leave out --write' });

/** Writes the whole file, or leaves the old one. */
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
  summary: 'who can access which memory, who can wake whom, what each interrupt reaches',
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
  summary: 'draw a picture of a system: its connections and address spaces',
  options: {
    output: { short: 'o', value: 'FILE', about: 'the SVG file; printed by default' },
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
  summary: 'format a description in one style; comments stay',
  options: {
    write: { about: 'write it back into the file' },
    check: { about: 'only check whether it is formatted: exit code 1 if not' },
  },
  positionals: [filePositional],
  example: 'vmm-harness system fmt my.system --write',
  async run(args, { print }) {
    const source = await sourceOf(args);
    const { formatSystem } = await import('../../system/fmt.js');
    const formatted = await endedBySignals(() => formatSystem(source));
    if (args.options.check) {
      if (formatted === source.text) return 0;
      print(`${source.file}: not formatted; vmm-harness system fmt ${source.file} --write`);
      return 1;
    }
    if (!args.options.write) print(formatted, 'document');
    else if (args.positionals[0] === '-') throw notWritten();
    else if (formatted !== source.text) writeWhole(source.file, formatted);
    return 0;
  },
};
