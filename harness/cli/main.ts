#!/usr/bin/env node
// SPDX-License-Identifier: BSD-2-Clause
/** `vmm-harness`. Loads what the words ask for, and nothing before: a user who asks for help does not wait. */

const words = process.argv.slice(2);

// Everything that is loaded later finds its folder by the variable (base/paths.ts).
const option = '--build-dir';
const at = words.findIndex((word) => word === option || word.startsWith(`${option}=`));
const folder = words[at] === option ? words[at + 1] : words[at]?.slice(option.length + 1);
if (folder) process.env.VMM_HARNESS_BUILD = folder;

const { quickAnswer } = await import('./quick-answer.js');
const answer = words.length > 0 ? quickAnswer(words) : undefined;
if (answer !== undefined) process.stdout.write(`${answer}\n`);
else {
  const { runOnTerminal } = await import('./on-terminal.js');
  process.exitCode = await runOnTerminal(words);
}
