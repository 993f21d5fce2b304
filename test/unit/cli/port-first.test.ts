// SPDX-License-Identifier: BSD-2-Clause
/** Every command that builds for a board looks at the board's port first, with the same message. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { takeLease } from '../../../harness/machine/board/serial/lease.js';
import { inFolder } from '../../support/folder.js';
import { type Ended, harness } from '../../support/harness.js';
import { Pty } from '../../support/pty.js';
import { run, test } from '../../support/test.js';

const labOf = (port: string) =>
  `[board.desk]\nboard = "qemu_virt_aarch64"\nport = "${port}"\npower.person = true\n`;
const suite = `name = "mine"
build = "touch $BUILD_DIR/../built; touch $BUILD_DIR/loader.img"
image = "$BUILD_DIR/loader.img"
matrix = { board = ["qemu_virt_aarch64"], config = ["debug"], sdk = ["minikit"] }
`;

/** Words of each command, and a file that exists once it has built something. */
const commands: readonly string[][] = [
  ['run', '--board', 'desk', '--sdk', 'minikit'],
  ['flash', '--board', 'desk', '--sdk', 'minikit'],
  ['conform', '--board', 'desk', '--sdk', 'minikit'],
  ['test', '--sdk', 'minikit'],
];

async function withPort(words: readonly string[], port: string): Promise<Ended> {
  return inFolder({ 'lab.toml': labOf(port), 'vmm-suite.toml': suite }, async (folder) => {
    const more = words[0] === 'test' ? ['--suite', join(folder, 'vmm-suite.toml')] : [];
    const runs = join(folder, 'runs');
    const ended = await harness([...words, ...more, '--lab', join(folder, 'lab.toml'), '--runs', runs]);
    assert.not(existsSync(join(folder, 'built')), `${words[0]} has built the suite`);
    return ended;
  });
}

/** Lines of progress that only a build prints. */
const builds = /^ +(minikit|guest:|VMM|image:|build|host.* tier)/m;

for (const words of commands) {
  test(`${words[0]} names a port that does not exist before it builds anything`, async () => {
    const { code, out, err } = await withPort(words, '/dev/ttyUSB-none');
    assert.match(out + err, /the serial port does not exist/);
    assert.match(out + err, /\/dev\/ttyUSB-none/);
    assert.not.match(out + err, builds);
    assert.is(code, 3);
  });

  test(`${words[0]} names the holder of a port before it builds anything`, async () => {
    const pty = await Pty.open();
    const lease = await takeLease(pty.path, { command: 'another run' });
    try {
      const { code, out, err } = await withPort(words, pty.path);
      assert.match(out + err, new RegExp(`busy: held by PID ${process.pid} since`));
      assert.not.match(out + err, builds);
      assert.is(code, 3);
    } finally {
      await lease.release();
      await pty.close();
    }
  });
}

run();
