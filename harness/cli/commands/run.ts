// SPDX-License-Identifier: BSD-2-Clause
import { resolve } from 'node:path';
import { buildSystem } from '../../build/build.js';
import { checks } from '../../checks/checks.js';
import { exitCodes } from '../../error.js';
import { labTarget } from '../../lab/target.js';
import { packageRoot } from '../../paths.js';
import { runOn } from '../../run/run.js';
import { qemuTarget } from '../../target/qemu/qemu.js';
import { text } from '../arguments.js';
import type { Arguments, Command } from '../command.js';
import { forBoard, labBoardOf, labOption } from '../lab-options.js';
import { buildOf, buildOptions, jsonOption, runsOption } from '../options.js';
import { verdictTable } from '../verdict-table.js';

/** A word as a shell takes it. */
const quoted = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** The command line that does this run again, with the SDK and the files that it took. */
function repeatLine(self: string, args: Arguments, sdkDir: string): string {
  const files = new Set(['kernel', 'initrd', 'dtb', 'runs', 'lab']);
  const words = Object.entries(args.options)
    .filter(([name]) => name !== 'sdk' && name !== 'json')
    .map(([name, value]) => `--${name} ${quoted(files.has(name) ? resolve(String(value)) : String(value))}`);
  return [self, 'run', ...words, `--sdk ${quoted(sdkDir)}`].join(' ');
}

export const command: Command = {
  name: 'run',
  summary: 'build, boot and check: all of it',
  options: { ...buildOptions, ...labOption, ...runsOption, ...jsonOption },
  example: 'vmm-harness run --vcpus 2',
  async run(args, context) {
    const { print, progress, signal, self } = context;
    const entry = text(args, 'lab') === undefined ? undefined : await labBoardOf(args);
    const build = await buildOf(entry ? forBoard(args, entry) : args, context);
    const built = await buildSystem(build);
    const run = await runOn({
      ...{ build, built, checks, progress, signal },
      target: entry ? labTarget(entry, { progress, command: `${self} run` }) : qemuTarget(build.board),
      runsRoot: resolve(text(args, 'runs') ?? `${packageRoot}/runs`),
      repeat: repeatLine(self, args, build.sdk.provider === 'minikit' ? 'minikit' : build.sdk.dir),
    });
    const { verdict, folder } = run;
    print(args.options.json ? JSON.stringify({ folder, ...verdict }, undefined, 2) : verdictTable(run));
    if (verdict.outcome === 'pass') return 0;
    return verdict.error ? exitCodes[verdict.error.fault] : exitCodes.product;
  },
};
