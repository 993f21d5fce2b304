// SPDX-License-Identifier: BSD-2-Clause
/** U-Boot's prompt: known from the lab file, or learnt. */

/** CONFIG_SYS_PROMPT of common builds: `=> `, `u-boot=> `, `odroidc4# `, `hisilicon # `. */
const anyPrompt = /(?:^|[\r\n])([A-Za-z0-9_.()-]* ?(?:=>|#|>)) ?$/;

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Matches text that ends in a prompt: the `known` one, or anything that looks like one, then in group 1. */
export function promptPattern(known: string | undefined): RegExp {
  return known === undefined ? anyPrompt : new RegExp(`(?:^|[\\r\\n])(${escaped(known.trimEnd())}) ?`);
}

/**
 * Matches the end of a command: its mark with the result in group 1, then the prompt. If the mark is missing, the
 * output is damaged. A U-Boot without the hush parser prints `$?` literally.
 */
export function resultPattern(mark: string, prompt: string): RegExp {
  const end = `[\\r\\n]${escaped(prompt)} ?`;
  return new RegExp(`${mark}=(\\d+|\\$\\?)\\s*${end}|${end}$`);
}

/** Texts that U-Boot builds print while they can be stopped, with the line so far in group 1, or its last 200 characters. */
const anyAutoboot = /([^\r\n]{0,200}(?:stop|abort) autoboot)/i;

const autobootPattern = (known: string | undefined): RegExp =>
  known === undefined ? anyAutoboot : new RegExp(`(${escaped(known)})`);

/**
 * Matches the autoboot line, then in group 1, or the prompt of a board that does not boot by itself. Only a known prompt can
 * be distinguished from output.
 */
export function signOfLife(autoboot: string | undefined, prompt: string | undefined): RegExp {
  const sign = autobootPattern(autoboot);
  if (prompt === undefined) return sign;
  return new RegExp(`${sign.source}|${promptPattern(prompt).source}$`, sign.flags);
}

/** Keys named in such lines: `Hit [Enter] key twice to stop autoboot`, `Press SPACE to abort autoboot in 2 seconds`. */
const namedKeys: readonly (readonly [name: RegExp, key: string])[] = [
  [/ctrl-?\+?c\b/i, '\x03'],
  [/\benter\b.*\btwice\b/i, '\r\r'],
  [/\benter\b/i, '\r'],
  [/\bspace\b/i, ' '],
  [/\besc(?:ape)?\b/i, '\x1b'],
];

/** The key that an autoboot line names; undefined when it names no known key. */
export const keyNamedIn = (line: string): string | undefined =>
  namedKeys.find(([name]) => name.test(line))?.[1];
