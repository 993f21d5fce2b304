// SPDX-License-Identifier: BSD-2-Clause
/** Guests on serial ports of their own. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { SerialPort } from '../../harness/machine/machine.js';
import { QemuMachine, qemuProgram } from '../../harness/machine/qemu/qemu.js';
import { bareImage } from '../support/bare-image.js';
import { qemuBoard } from '../support/fake-guest.js';
import { inFolder } from '../support/folder.js';
import { harness } from '../support/harness.js';
import { refusal } from '../support/refusal.js';
import { run, test } from '../support/test.js';

const qemu = { program: qemuProgram };

const twoGuests = (image: string, second = 1, until = 'second ready') => `name = "two"
image = "${image}"
[qemu]
# The second port of this machine is in secure memory.
arguments = ["-machine", "secure=on"]
[limits]
silence = 5
[[guest]]
name = "a"
serial = 0
[[guest]]
name = "b"
serial = ${second}
[[boot]]
guest = "b"
until = "${until}"
send = "x"
[[boot]]
guest = "b"
until = "got x"
[[boot]]
guest = "a"
until = "first ready"
`;

const testFile = `import { test } from 'sel4-vmm-harness/test';
test('each has its own line', async ({ guests, expect }) => {
  await guests.a.console.send('1');
  await guests.b.console.send('2');
  expect.is((await guests.a.console.expect(/got (.)/)).groups[0], '1');
  expect.is((await guests.b.console.expect(/got (.)/)).groups[0], '2');
});
test('each begins anew', async ({ machine, guests }) => {
  await machine.console.send('3');
  await machine.console.expect('got 3');
  await guests.b.console.send('4');
  await guests.b.console.expect('got 4');
});
`;

/** Runs a suite of this image, and returns its end and its log files. */
const suite = (text: (image: string) => string) =>
  inFolder({ 'a.test.ts': testFile }, async (folder) => {
    const file = join(folder, 'vmm-suite.toml');
    writeFileSync(file, text(bareImage(qemuBoard, 'two-consoles', folder)));
    const runs = join(folder, 'runs');
    const done = await harness(['test', '--suite', file, '--sdk', 'minikit', '--runs', runs]);
    const log = (name: string) => {
      const path = join(runs, 'latest', 'qemu_virt_aarch64-debug-minikit', name);
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    };
    return { ...done, console: log('console.log'), second: log('serial-1.log') };
  });

test('guests on two serial ports boot and are tested each on its own, from snapshots too', async () => {
  const done = await suite(twoGuests);
  assert.is(done.code, 0, done.out + done.err);
  assert.match(done.console, /^first ready/);
  assert.not.match(done.console, /second ready/);
  assert.match(done.second, /^second ready\r?\ngot x/);
});

test('what a guest does not say on its port is missed with the line of that log', async () => {
  const done = await suite((image) => twoGuests(image, 1, 'first ready'));
  assert.is(done.code, 1);
  assert.match(done.out, /"first ready" of the boot of b; last line: second ready[\s\S]*serial-1\.log:2/);
});

test('a port that the machine does not have is told before anything is waited for', async () => {
  const done = await suite((image) => twoGuests(image, 3));
  assert.is(done.code, 2);
  assert.match(done.out, /the machine has no serial port 3[\s\S]*no device of virt/);
});

/** Starts the machine with a port and these arguments. */
const start = (ports: readonly SerialPort[], more: readonly string[] = []) =>
  inFolder({}, async (folder) => {
    const image = bareImage(qemuBoard, 'console', folder);
    const machine = await QemuMachine.start({ board: qemuBoard, image, qemu, folder, ports, more });
    try {
      await machine.console.expect('ready');
      return ports.map((port) => machine.port(port).position().where ?? '');
    } finally {
      await machine.powerOff();
    }
  });

test('a port with a name is a device of the given arguments', async () => {
  const device = ['-device', 'virtio-serial-device', '-device', 'virtconsole,chardev=hvc0'];
  const [where = ''] = await start(['hvc0'], device);
  assert.match(where, /serial-hvc0\.log:1$/);
  const missing = await refusal(start(['hvc0']));
  assert.match(missing.explain(), /no serial port hvc0\n.*virtconsole,chardev=hvc0/);
});

run();
