// SPDX-License-Identifier: BSD-2-Clause
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { deviceArguments } from '../../../harness/run/suite/devices.js';
import { readSuite } from '../../../harness/run/suite/read.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

/** The arguments for the `[qemu]` table of a suite. */
const argumentsFor = (qemu: string, files: Record<string, string> = {}) =>
  inFolder({ 'vmm-suite.toml': `name = "a"\nimage = "b"\n${qemu}` }, (folder) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, 'latin1');
    const { suite } = readSuite(join(folder, 'vmm-suite.toml'));
    const words = deviceArguments(suite.qemu, folder, (path) => join(folder, path));
    const made = join(folder, 'disk0.img');
    const size = existsSync(made) ? statSync(made).size : undefined;
    return { words: words.map((word) => word.replace(folder, 'F')), size };
  });

test('a disk from a file stays as it is, and its format is found', async () => {
  const disks =
    '[[qemu.disk]]\nfile = "a,b.img"\n[[qemu.disk]]\nfile = "c.qcow2"\nreadonly = true\ndevice = "nvme"';
  const { words } = await argumentsFor(disks, { 'a,b.img': 'raw', 'c.qcow2': 'QFI\xfb and more' });
  assert.equal(words, [
    ...['-drive', 'if=none,id=disk0,format=raw,snapshot=on,file=F/a,,b.img'],
    ...['-device', 'virtio-blk-device,drive=disk0'],
    ...['-drive', 'if=none,id=disk1,format=qcow2,readonly=on,file=F/c.qcow2', '-device', 'nvme,drive=disk1'],
  ]);
});

test('an empty disk is made for each machine', async () => {
  const { words, size } = await argumentsFor('[[qemu.disk]]\nmib = 3');
  assert.is(words[1], 'if=none,id=disk0,format=raw,file=F/disk0.img');
  assert.is(size, 3 * 2 ** 20);
});

test('a network forwards ports of the loopback alone', async () => {
  const { words } = await argumentsFor('[qemu.network]\nforward = ["2222:22", "8080:80"]');
  assert.equal(words, [
    '-netdev',
    'user,id=net0,hostfwd=tcp:127.0.0.1:2222-:22,hostfwd=tcp:127.0.0.1:8080-:80',
    ...['-device', 'virtio-net-device,netdev=net0'],
  ]);
});

for (const [qemu, said] of [
  ['[[qemu.disk]]\nreadonly = true', /:3:1: a disk needs either file or mib/],
  ['[[qemu.disk]]\nfile = "a"\nmib = 1', /:3:1: a disk needs either file or mib/],
  ['[[qemu.disk]]\nfile = "none.img"', /none\.img[\s\S]*disk/],
  ['[qemu.network]\nforward = ["ssh"]', /qemu\.network\.forward\.0 is not valid[\s\S]*HOST:GUEST/],
] as const) {
  test(`a mistake has its words: ${said}`, async () => {
    assert.match((await refusal(argumentsFor(qemu))).explain(), said);
  });
}

run();
