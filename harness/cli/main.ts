#!/usr/bin/env node
// SPDX-License-Identifier: BSD-2-Clause
/**
 * `vmm-harness`. It loads only what the arguments need, so that a user who asks for help does not wait. The build
 * bundles it with its top-level imports into one CommonJS file, because Node.js starts that faster than a module.
 */
import { quickAnswer } from './quick-answer.js';

const words = process.argv.slice(2);

// Modules that are loaded later find the folder by this variable (base/paths.ts).
const option = '--build-dir';
const at = words.findIndex((word) => word === option || word.startsWith(`${option}=`));
const folder = words[at] === option ? words[at + 1] : words[at]?.slice(option.length + 1);
if (folder) process.env.VMM_HARNESS_BUILD = folder;

const answer = words.length > 0 ? quickAnswer(words) : undefined;
if (answer !== undefined) process.stdout.write(`${answer}\n`);
else
  import('./on-terminal.js').then(async ({ runOnTerminal }) => {
    process.exitCode = await runOnTerminal(words);
  });
