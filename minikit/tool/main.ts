// SPDX-License-Identifier: BSD-2-Clause
/** minikit's tool, `bin/microkit` of the SDK. Exits with 0, or with 1 for any error, as Microkit's tool does. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { HarnessError } from '../../harness/base/error.js';
import { visible } from '../../harness/base/visible.js';
import { readSource } from '../../harness/system/read-source.js';
import { helpText, parseArguments, type ToolArguments } from './arguments.js';
import { build, formatWarnings } from './build.js';
import { boardsOf, findSdk, openTarget, versionOf } from './sdk.js';

/** Adds path and operation to errors of the system (ENOENT, ENOSPC, ...). */
function withPath<T>(message: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw new HarnessError('infrastructure', message, { where: path, got: (cause as Error).message, cause });
  }
}

/** Writes a file atomically: an interrupted build leaves the old file. */
function writeWhole(path: string, bytes: string | Uint8Array): void {
  const partial = `${path}.${process.pid}.partial`;
  try {
    withPath('the file cannot be written', path, () => {
      writeFileSync(partial, bytes);
      renameSync(partial, path);
    });
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

function run(args: ToolArguments, sdk: string): void {
  const target = openTarget(sdk, args.board, args.config);
  const { text } = readSource(args.system, 'infrastructure');
  const { image, report, warnings } = build(args, target, text);
  process.stderr.write(visible(formatWarnings(warnings)));
  writeWhole(args.report, report);
  writeWhole(args.output, image);
}

function main(args: readonly string[]): number {
  try {
    const sdk = findSdk(process.argv[1] ?? '', process.env);
    const request = parseArguments(args, versionOf(sdk));
    if ('help' in request) process.stdout.write(helpText(boardsOf(sdk)));
    else if ('error' in request) {
      process.stderr.write(`${visible(request.error)}\n`);
      return 1;
    } else run(request.build, sdk);
    return 0;
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    process.stderr.write(`${visible(error.explain())}\n`);
    return 1;
  }
}

process.exitCode = main(process.argv.slice(2));
