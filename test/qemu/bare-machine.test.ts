// SPDX-License-Identifier: BSD-2-Clause
/** The guests on QEMU's machine itself, without a VMM: a failure here is the guest's own fault. */
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { boards } from '../../boards/index.js';
import { buildBareGuest } from '../../guest-builder/bare.js';
import { buildLinuxGuest } from '../../guest-builder/linux/build.js';
import { buildRoot } from '../../harness/base/paths.js';
import { countInstructions, runByHand, type Step } from '../../harness/dev/bench/qemu.js';
import { run, test } from '../support/test.js';

const board = boards.get('qemu_virt_aarch64');
if (board === undefined) throw new Error('the board is gone');
const limit = 125_000;
const prompt = 'guest# ';

/**
 * Types each command at the guest's prompt, or after the text in its step, until `last` appears. Returns the text after
 * each prompt, up to the next.
 */
async function shell(commands: readonly (string | Step)[], last: string): Promise<string[]> {
  const guest = await buildLinuxGuest({
    board: board as NonNullable<typeof board>,
    vcpus: 1,
    outDir: join(buildRoot, 'guests', 'bare'),
  });
  const steps: Step[] = [
    { until: 'guest ready\r\n' },
    ...commands.map((one) => (typeof one === 'string' ? { until: prompt, send: one } : one)),
    { until: last },
  ];
  const args = ['-kernel', guest.kernel, '-initrd', guest.initrd, '-dtb', guest.dtb];
  const { output } = await runByHand(board as NonNullable<typeof board>, args, steps);
  const [, ...answers] = output.slice(output.indexOf('guest ready')).split(prompt);
  return answers.map((answer) => answer.replaceAll('\r', ''));
}

test(
  "the Linux guest's shell answers line by line, keeps its state, and survives errors and Ctrl-C",
  async () => {
    const answers = await shell(
      [
        'cd /proc; x=5\n',
        'echo $x $PWD\n',
        'if then\n',
        'no-such-command\n',
        // The terminal's echo is not yet the command's output.
        "sh -c 'echo wait''ing; exec sleep 1000'\n",
        { until: 'waiting', send: '\x03' },
        'tty\n',
        'poweroff\n',
      ],
      'reboot: Power down',
    );
    assert.equal(answers.slice(0, 2), ['cd /proc; x=5\n', 'echo $x $PWD\n5 /proc\n']);
    assert.match(answers[2] ?? '', 'syntax error');
    assert.match(answers[3] ?? '', 'not found');
    // Ctrl-C discards pending output, including its own echo, or echoes after the prompt. The proof is that the shell
    // continues.
    assert.match(answers[4] ?? '', 'waiting');
    assert.is(answers[5]?.replace(/^\^C/, ''), `tty\n/dev/${board.uart.linuxName}\n`);
  },
  { limit },
);

test(
  "the Linux guest's reboot reaches the firmware",
  async () => {
    const answers = await shell(['reboot\n'], 'reboot: Restarting system');
    assert.match(answers[0] ?? '', 'Restarting system');
  },
  { limit },
);

test(
  'the guest that measures exits works on a machine without exits',
  async () => {
    const { image } = await buildBareGuest('bench', board, join(buildRoot, 'guests', 'bench'));
    const { output } = await runByHand(
      board,
      [...countInstructions, '-kernel', image],
      [{ until: 'bench: done' }],
    );
    const figures = [...output.matchAll(/^bench: (\w+) (\d+)\r$/gm)];
    assert.is(figures.length, 6);
    // An exit to a VMM takes a thousand instructions or more.
    for (const [line, , value] of figures) assert.ok(Number(value) < 200, line);
  },
  { limit },
);

run();
