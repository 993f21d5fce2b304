// SPDX-License-Identifier: BSD-2-Clause
/** What the end of a console looks like, when what was waited for does not come. */

const looks: readonly { line: RegExp; means: string }[] = [
  { line: /login: ?$/, means: 'a question for a user: a step of [[boot]] with until and send answers it' },
  {
    line: /assword: ?$/,
    means: 'a question for a password: a step of [[boot]] with until and send answers it',
  },
  { line: /^(=>|U-Boot>|[\w-]*uboot#) ?$/i, means: "U-Boot's prompt: the image was not started" },
  { line: /(grub|Shell)> ?$/, means: 'the prompt of a boot loader: the image was not started' },
  { line: /\(initramfs\) ?$/, means: 'the shell of an initramfs that has not found its root file system' },
  { line: /[#$>%] $/, means: 'the prompt of a shell: prompt of [shell] is to be its end' },
  {
    line: /Please press Enter|press ENTER/i,
    means: 'a question for Enter: a step of [[boot]] with until and send = "\\n" answers it',
  },
];

/** Nothing was printed at all. */
export const silentFromStart =
  'nothing was printed at all: the image may be for another board, its console another UART, or it prints nothing so early';

/** A sentence about the last line of a console, which may have no end; undefined when it looks like nothing known. */
export function lookOf(lines: readonly string[]): string | undefined {
  const last = lines.filter((line) => line.trim() !== '').at(-1);
  const found = last === undefined ? undefined : looks.find(({ line }) => line.test(last));
  return found && `the last line looks like ${found.means}`;
}
