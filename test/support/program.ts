// SPDX-License-Identifier: BSD-2-Clause
import { noProgress } from '../../harness/base/progress.js';
import { runProgram } from '../../harness/cli/program.js';

/**
 * Why the program refuses the words of a command line, or undefined: it must know the command and its options. With --help
 * it parses them and does nothing.
 */
export async function refusalOfWords(words: readonly string[]): Promise<string | undefined> {
  const said: string[] = [];
  const context = {
    print: () => {},
    progress: noProgress,
    signal: new AbortController().signal,
    self: 'vmm-harness',
  };
  const code = await runProgram([...words, '--help'], context, (text) => said.push(text));
  return code === 0 && said.length === 0 ? undefined : `exit code ${code}: ${said.join('\n')}`;
}
