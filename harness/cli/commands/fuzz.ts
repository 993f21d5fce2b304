// SPDX-License-Identifier: BSD-2-Clause
import { join, relative } from 'node:path';
import { exitCodes } from '../../base/error.js';
import { buildRoot } from '../../base/paths.js';
import { step } from '../../base/progress.js';
import { type FuzzResult, fuzz } from '../../conform/fuzz.js';
import { integer } from '../arguments.js';
import type { Command } from '../command.js';
import { jsonOption } from '../options.js';

const defaultSeconds = 60;
const verdicts = { pass: 'PASS', fail: 'FAIL', interrupted: 'INTERRUPTED, no verdict' } as const;

function fuzzText({ outcome, runs, failure }: FuzzResult): string {
  if (failure === undefined) return `${verdicts[outcome]}: ${runs} inputs, none broke the VMM`;
  return `${verdicts[outcome]}: ${relative('', failure.input)}\n${failure.words}`;
}

export const command: Command = {
  name: 'fuzz',
  summary: 'a hostile guest against libvmm, on the host, with sanitizers',
  options: {
    seconds: { value: 'N', about: `duration; default ${defaultSeconds}, 0 for the kept inputs only` },
    ...jsonOption,
  },
  example: 'vmm-harness fuzz --seconds 600',
  async run(args, { print, json, progress, signal }) {
    const seconds = integer(args, 'seconds', 0, 1_000_000) ?? defaultSeconds;
    const folder = join(buildRoot, 'conform', 'fuzz-failures');
    const result = await step(progress, 'fuzz', () => fuzz({ seconds }, folder, signal));
    if (args.options.json) json(result);
    else print(fuzzText(result));
    return result.outcome === 'pass' ? 0 : exitCodes.product;
  },
};
