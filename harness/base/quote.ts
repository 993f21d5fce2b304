// SPDX-License-Identifier: BSD-2-Clause
/** A word of a command line as a shell takes it: commands that are printed can be pasted. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
