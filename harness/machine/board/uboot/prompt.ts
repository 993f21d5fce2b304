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
 * output is damaged.
 */
export function resultPattern(mark: string, prompt: string): RegExp {
  const end = `[\\r\\n]${escaped(prompt)} ?`;
  return new RegExp(`${mark}=(\\d+)\\s*${end}|${end}$`);
}

/**
 * Matches the autoboot line, or the prompt of a board that does not boot by itself. Only a known prompt can be
 * distinguished from output.
 */
export function signOfLife(autoboot: string, prompt: string | undefined): RegExp {
  const sign = escaped(autoboot);
  return prompt === undefined ? new RegExp(sign) : new RegExp(`${sign}|${promptPattern(prompt).source}$`);
}
