// SPDX-License-Identifier: BSD-2-Clause
/** Quotes a word of a command line for a shell, so that printed commands can be pasted. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
