// SPDX-License-Identifier: BSD-2-Clause
/**
 * Learns U-Boot's prompt: the text at the end of the line after every Enter, whatever it looks like. A prompt of the
 * usual form is recognised at once; any other only after the board has been silent for a while.
 */
import { HarnessError } from '../../../base/error.js';
import type { Console } from '../../console.js';
import { WaitError } from '../../wait.js';
import { isLate } from './errors.js';
import { promptPattern } from './prompt.js';

const ctrlC = '\x03';
/** Milliseconds for a prompt of the usual form, and of silence after any other. */
const usualTime = 1_000;
const silence = 300;
/** The least number of Enters, however short the limit, and the most, however fast the board. */
const rounds = { least: 2, most: 20 } as const;
/** A longer line is not a prompt. */
const longest = 120;
/** The end of a prompt. A board that boots on prints lines that end otherwise. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours may follow
const looksLikeOne = /[>#$%](?:\s|\x1b\[[\d;]*m)*$/;
/** A question that is not a command prompt. */
const isLogin = /(?:login|password|user name|username):\s*$/i;

const changes = (last: string, where: { where?: string }) =>
  new HarnessError('infrastructure', "U-Boot's prompt changes", {
    ...where,
    got: `last: ${JSON.stringify(last)}`,
    wayOut: 'set `uboot.prompt` in the lab file',
  });

/**
 * The end of the line, once the board has fallen silent. Rejects when it does not fall silent within `limit`
 * milliseconds.
 */
async function endOfLine(console: Console, limit: number): Promise<string> {
  const text = await console.settled({ what: "U-Boot's prompt", limit, silence });
  return text.split(/[\r\n]/).at(-1) ?? '';
}

/** Text of the usual form of a prompt, or else the end of the line. */
async function candidate(console: Console, limit: number): Promise<string> {
  const wait = { what: "U-Boot's prompt", limit: Math.min(limit, usualTime) };
  try {
    const { groups } = await console.expect(promptPattern(undefined), wait);
    return groups[0] ?? '';
  } catch (error) {
    if (!isLate(error)) throw error;
    return endOfLine(console, limit);
  }
}

/**
 * Learns the prompt of a board that was stopped. `limit` is in milliseconds. Rejects with HarnessError when there is
 * none: the board keeps printing, asks for a login, is silent, or answers differently each time.
 */
export async function learnPrompt(console: Console, limit: number): Promise<string> {
  // Ctrl-C also leaves a boot menu, in which Enter would boot.
  await console.send(ctrlC);
  const end = performance.now() + limit;
  let last = await candidate(console, limit);
  for (let round = 0; round < rounds.most; round += 1) {
    if (round >= rounds.least && performance.now() > end) break;
    await console.send('\n');
    const next = await candidate(console, limit);
    if (next === last && next !== '' && next.length <= longest && !isLogin.test(next)) return next;
    last = next;
  }
  if (looksLikeOne.test(last)) throw changes(last, console.position());
  const detail = {
    ...console.position(),
    got: last === '' ? 'nothing after Enter' : `last line: ${last}`,
    wayOut: 'set `uboot.prompt` in the lab file',
  };
  throw new WaitError('limit', "U-Boot's prompt did not appear", detail, 'infrastructure');
}
