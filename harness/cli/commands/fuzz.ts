// SPDX-License-Identifier: BSD-2-Clause
import { existsSync } from 'node:fs';
import { delimiter, join, relative, resolve } from 'node:path';
import { exitCodes, HarnessError } from '../../base/error.js';
import { buildRoot } from '../../base/paths.js';
import { step } from '../../base/progress.js';
import { type FuzzResult, fuzz, mergeCorpora } from '../../conform/fuzz.js';
import { integer, text } from '../arguments.js';
import type { Command, Context } from '../command.js';
import { jsonOption } from '../options.js';

const defaultSeconds = 60;
const verdicts = { pass: 'PASS', fail: 'FAIL', interrupted: 'INTERRUPTED, no verdict' } as const;

function fuzzText({ outcome, runs, failure }: FuzzResult): string {
  if (failure === undefined) return `${verdicts[outcome]}: ${runs} inputs, none broke the VMM`;
  return `${verdicts[outcome]}: ${relative('', failure.input)}\n${failure.words}`;
}

/** `--merge`: the corpora of several machines become one. */
async function mergeInto(
  corpus: string | undefined,
  merge: string,
  asJson: boolean,
  { print, json, progress, signal }: Context,
): Promise<number> {
  const others = merge.split(delimiter).map((other) => resolve(other));
  const missing = others.find((other) => !existsSync(other));
  if (corpus === undefined || missing !== undefined)
    throw new HarnessError('usage', missing ? 'there is no such folder' : '--merge needs --corpus', {
      expected: 'the folder that takes the inputs, and folders that have some',
      ...(missing === undefined ? {} : { where: missing }),
    });
  const added = await step(progress, 'merge', () => mergeCorpora(resolve(corpus), others, signal));
  if (asJson) json({ added, corpus });
  else print(`${added} inputs of ${merge} reach something new and are in ${corpus} now`);
  return 0;
}

export const command: Command = {
  name: 'fuzz',
  summary: 'a hostile guest against libvmm, on the host, with sanitizers',
  options: {
    seconds: { value: 'N', about: `duration; default ${defaultSeconds}, 0 for the kept inputs only` },
    corpus: { value: 'DIR', about: 'folder of the inputs that reach new code, kept for the next run' },
    merge: {
      value: 'DIR',
      about:
        "adds what is new in another machine's folder to --corpus, and runs nothing; several with : between",
    },
    ...jsonOption,
  },
  example: 'vmm-harness fuzz --seconds 600',
  async run(args, context) {
    const { print, json, progress, signal } = context;
    const seconds = integer(args, 'seconds', 0, 1_000_000) ?? defaultSeconds;
    const corpus = text(args, 'corpus');
    const merge = text(args, 'merge');
    if (merge !== undefined) return mergeInto(corpus, merge, args.options.json === true, context);
    const folder = join(buildRoot, 'conform', 'fuzz-failures');
    const result = await step(progress, 'fuzz', () =>
      fuzz({ seconds }, folder, signal, corpus && resolve(corpus)),
    );
    if (args.options.json) json(result);
    else print(fuzzText(result));
    return result.outcome === 'pass' ? 0 : exitCodes.product;
  },
};
