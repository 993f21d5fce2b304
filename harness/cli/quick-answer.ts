// SPDX-License-Identifier: BSD-2-Clause
/** Answers that need nothing of the harness to be loaded: the list of commands, and the version. */
import { packageVersion } from '../base/paths.js';
import { columns } from '../base/text.js';
import { commands } from './commands.js';

const help = () =>
  [
    'vmm-harness COMMAND [options]: generates, builds, boots and checks virtual machine monitors on the seL4 Microkit',
    '',
    ...columns(
      Object.entries(commands).map(([name, { summary }]) => [name, summary]),
      { indent: 2 },
    ),
    '',
    'Exit codes: 0 pass, 1 the product failed, 2 usage, 3 infrastructure (a tool, QEMU, the disk), 4 a bug of the harness, 130 interrupted.',
    'Example: vmm-harness run --vcpus 2',
    'More about a command: vmm-harness help COMMAND',
  ].join('\n');

/** The answer to arguments that name no command; undefined when they name one. */
export function quickAnswer(words: readonly string[]): string | undefined {
  const [first, second] = words;
  if (first === undefined || first === '--help' || first === '-h') return help();
  if (first === 'help' && second === undefined) return help();
  return first === '--version' ? packageVersion() : undefined;
}
