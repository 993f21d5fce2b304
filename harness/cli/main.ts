#!/usr/bin/env node
// SPDX-License-Identifier: BSD-2-Clause
/**
 * `vmm-harness`. It loads what the words ask for, and nothing before: whoever asks for help does not wait. The build makes
 * one CommonJS file of it with what it imports at its top, because Node.js starts that faster than a module.
 */
import { quickAnswer } from './quick-answer.js';

const words = process.argv.slice(2);

// What is loaded later finds its folder by the variable (base/paths.ts).
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
