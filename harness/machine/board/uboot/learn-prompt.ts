// SPDX-License-Identifier: BSD-2-Clause
/**
 * Learns U-Boot's prompt: what stands at the end of the line for every Enter, whatever it looks like. One that looks like most
 * prompts is seen at once; of any other the end is seen when the board has been silent for a while.
 */
import { HarnessError } from '../../../base/error.js';
import type { Console } from '../../console.js';
import { infrastructure } from './errors.js';
import { promptPattern } from './prompt.js';

const ctrlC = '\x03';
/** Milliseconds for a prompt that looks like most, and of silence after one that does not. */
const usualTime = 1_000;
const silence = 300;
/** Enters that are tried at least, however short the limit, and at most, however fast the board. */
const rounds = { least: 2, most: 20 } as const;
/** A longer line is none. */
const longest = 120;
/** What asks for something else than a command. */
const isLogin = /(?:login|password|user name|username):\s*$/i;

const changes = (last: string, where: { where?: string }) =>
  new HarnessError('infrastructure', "U-Boot's prompt changes", {
    ...where,
    got: `last: ${JSON.stringify(last)}`,
    wayOut: 'set `uboot.prompt` in the lab file',
  });

/** The end of the line, when the board has said all. Rejects when it does not fall silent within `limit` milliseconds. */
async function endOfLine(console: Console, limit: number): Promise<string> {
  const text = await console.settled({ what: "U-Boot's prompt", limit, silence });
  return text.split(/[\r\n]/).at(-1) ?? '';
}

/** What looks like a prompt, or else the end of the line. */
async function candidate(console: Console, limit: number): Promise<string> {
  const wait = { what: "U-Boot's prompt", limit: Math.min(limit, usualTime) };
  try {
    const { groups } = await console.expect(promptPattern(undefined), wait);
    return groups[0] ?? '';
  } catch (error) {
    if (!/did not appear/.test(infrastructure(error).message)) throw error;
    return endOfLine(console, limit);
  }
}

/**
 * Learns the prompt of a board that was stopped. `limit` is in milliseconds. Rejects with HarnessError when there is none:
 * the board prints on, asks for a login, is silent, or says something else each time.
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
  if (last !== '' && !isLogin.test(last)) throw changes(last, console.position());
  throw new HarnessError('infrastructure', "U-Boot's prompt did not appear", {
    ...console.position(),
    got: last === '' ? 'nothing after Enter' : `last line: ${last}`,
    wayOut: 'set `uboot.prompt` in the lab file',
  });
}
