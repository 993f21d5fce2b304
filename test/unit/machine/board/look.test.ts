// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { boardInLab, readLab } from '../../../../harness/machine/board/lab/lab.js';
import { lookAtPort } from '../../../../harness/machine/board/look.js';
import { takeLease } from '../../../../harness/machine/board/serial/lease.js';
import { inFolder } from '../../../support/folder.js';
import { Pty } from '../../../support/pty.js';
import { refusal } from '../../../support/refusal.js';
import { run, test } from '../../../support/test.js';

const options = { command: 'a test' };
const table = (name: string, more: string) => `[board.${name}]\nboard = "odroidc4"\n${more}\n`;
const absent = 'port = "/dev/ttyUSB-none"\npower.person = true';
const entryOf = (text: string, name: string) => boardInLab(readLab(text, 'lab.toml'), name, 'lab.toml');

test('a port that does not exist is an error of the lab', async () => {
  const error = await refusal(() => lookAtPort(entryOf(table('left', absent), 'left'), options));
  assert.is(error.fault, 'infrastructure');
  assert.match(error.explain(), /ttyUSB-none: the serial port does not exist/);
});

test('a port that a queue, a labgrid place or the virtual board provides is not opened', async () => {
  const queue = `${absent}\nlock = { acquire = "true", release = "true" }`;
  await lookAtPort(entryOf(table('left', queue), 'left'), options);
  await lookAtPort(entryOf(table('left', 'labgrid = "place-1"'), 'left'), options);
  await lookAtPort(entryOf('[board.qemu_virt_aarch64]\nvirtual = true\n', 'qemu_virt_aarch64'), options);
});

test('of several boards of a kind, one that is free or may become free is enough', () =>
  inFolder({ '.keep': '' }, async (lockFolder) => {
    const pty = await Pty.open();
    const held = await takeLease(pty.path, { ...options, folder: lockFolder });
    const there = `port = "${pty.path}"\npower.person = true`;
    try {
      const pool = entryOf(table('left', absent) + table('right', there), 'any:odroidc4');
      await lookAtPort(pool, { ...options, lockFolder });
      const alone = entryOf(table('right', there), 'right');
      const error = await refusal(() => lookAtPort(alone, { ...options, lockFolder }));
      assert.match(error.message, /busy: held by PID/);
      await held.release();
      await lookAtPort(pool, { ...options, lockFolder });
      const none = entryOf(table('left', absent) + table('right', absent), 'any:odroidc4');
      assert.match((await refusal(() => lookAtPort(none, options))).message, /does not exist/);
    } finally {
      await held.release();
      await pty.close();
    }
  }));

run();
