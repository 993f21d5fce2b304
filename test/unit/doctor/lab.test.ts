// SPDX-License-Identifier: BSD-2-Clause
/**
 * The commands of a lab on a port that is held, gone or silent, and Ctrl-C at each moment: a PTY, and a U-Boot of a few
 * lines.
 */
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { lockFile } from '../../../harness/machine/board/serial/lease.js';
import { SerialLine } from '../../../harness/machine/board/serial/line.js';
import { defaultSettings } from '../../../harness/machine/board/serial/settings.js';
import { FakeUBoot } from '../../support/fake-uboot.js';
import { inFolder } from '../../support/folder.js';
import { cli, harness } from '../../support/harness.js';
import { processes, until } from '../../support/processes.js';
import { Pty } from '../../support/pty.js';
import { run, test } from '../../support/test.js';

interface Desk {
  pty: Pty;
  folder: string;
  uboot: FakeUBoot;
  /** `--lab FILE`, with these lines in the board's table. */
  lab: readonly string[];
}

/** A board whose power makes the file `on` and, switched off, the file `off`. */
function withDesk(
  lines: string,
  commands: ConstructorParameters<typeof FakeUBoot>[0],
  body: (desk: Desk) => Promise<void>,
): Promise<void> {
  return inFolder({}, async (folder) => {
    // `b .`, and zeros.
    writeFileSync(join(folder, 'image'), Buffer.concat([Buffer.from([0, 0, 0, 0x14]), Buffer.alloc(4_092)]));
    const uboot = new FakeUBoot(commands);
    const speaker = uboot.wire.attach();
    const pty = await Pty.open((bytes) => speaker.write(bytes));
    speaker.on('data', (bytes: Buffer) => void pty.say(bytes));
    try {
      const file = join(folder, 'lab.toml');
      const power = `power = { on = "touch ${folder}/on", off = "touch ${folder}/off", pause = 0.1 }`;
      writeFileSync(
        file,
        `[board.odroidc4]\nport = "${pty.path}"\n${lines.includes('power') ? '' : power}\n${lines}\n`,
      );
      await body({ pty, folder, uboot, lab: ['--lab', file] });
    } finally {
      await pty.close();
    }
  });
}

/** Starts a command, and sends it SIGINT when `moment` has come. */
async function interrupted(words: readonly string[], moment: () => Promise<void>): Promise<number | null> {
  const child = spawn(process.execPath, [cli, ...words], { stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const early = ended.then((code) => assert.unreachable(`it ended by itself, code ${code}`));
  early.catch(() => {});
  await Promise.race([moment(), early]);
  child.kill('SIGINT');
  return ended;
}

/** Nothing but Ctrl-C ends these waits within a test's limit. */
const patient = 'uboot.first_byte = 3600\nuboot.prompt_limit = 3600\n';

test('doctor --lab ends by Ctrl-C while the power command runs', () =>
  withDesk(
    'power = { on = "touch $MARK; exec sleep 3600", off = "touch $OFF", pause = 0.1, limit = 3600 }',
    {},
    async ({ folder, lab, pty }) => {
      Object.assign(process.env, { MARK: join(folder, 'on'), OFF: join(folder, 'off') });
      const code = await interrupted(['doctor', ...lab], () => until(() => existsSync(join(folder, 'on'))));
      assert.is(code, 130);
      assert.ok(existsSync(join(folder, 'off')), 'it was not switched off');
      assert.not(existsSync(await lockFile(pty.path)), 'there is still a lock');
    },
  ));

test('doctor --lab ends by Ctrl-C while the board is silent, switched off and with its lock gone', () =>
  withDesk(patient, {}, async ({ folder, lab, pty }) => {
    const code = await interrupted(['doctor', ...lab], () => until(() => existsSync(join(folder, 'on'))));
    assert.is(code, 130);
    assert.ok(existsSync(join(folder, 'off')), 'it was not switched off');
    assert.not(existsSync(await lockFile(pty.path)), 'there is still a lock');
  }));

for (const [moment, command] of [
  ['a command of U-Boot is looked for', 'help'],
  ['bytes are sent', 'loady'],
] as const)
  test(`doctor --lab ends by Ctrl-C while ${moment}, switched off and with its lock gone`, async () => {
    let asked = false;
    const hangs = {
      help: () => '',
      [command]: () => {
        asked = true;
        return { runs: '' };
      },
    };
    await withDesk(patient, hangs, async ({ folder, lab, pty, uboot }) => {
      const code = await interrupted(['doctor', ...lab], async () => {
        await until(() => existsSync(join(folder, 'on')));
        uboot.boot();
        await until(() => asked);
      });
      assert.is(code, 130);
      assert.ok(existsSync(join(folder, 'off')), 'it was not switched off');
      assert.not(existsSync(await lockFile(pty.path)), 'there is still a lock');
    });
  });

/** A program of a user's that never ends; no other process has this word. */
const endless = 'sleep 36001';

test('a power command does not outlive a harness that is killed', () =>
  withDesk(
    `power = { on = "touch $MARK; ${endless}", off = "true", pause = 0.1, limit = 3600 }`,
    {},
    async ({ folder, lab }) => {
      Object.assign(process.env, { MARK: join(folder, 'on') });
      const child = spawn(process.execPath, [cli, 'doctor', ...lab], { stdio: 'ignore' });
      await until(() => existsSync(join(folder, 'on')));
      child.kill('SIGKILL');
      await until(() => processes('36001').length === 0);
    },
  ));

test('doctor ends by a signal at once, whatever program it waits for, and that program with it', () =>
  inFolder({ 'bin/qemu-system-aarch64!': `#!/bin/sh\ntouch $MARK\nexec ${endless}\n` }, async (folder) => {
    const env = {
      ...process.env,
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      MARK: join(folder, 'mark'),
    };
    const child = spawn(process.execPath, [cli, 'doctor'], { stdio: 'ignore', env });
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    await until(() => existsSync(env.MARK));
    child.kill('SIGTERM');
    assert.is(await ended, 'SIGTERM');
    await until(() => processes('36001').length === 0);
  }));

/** Every command that takes a board; `run` is to look at the port before it looks for an SDK. */
const commands = ({ folder, lab }: Desk): string[][] => [
  ['run', '--sdk', join(folder, 'no-sdk'), ...lab],
  ['flash', join(folder, 'image'), ...lab],
  ['console', ...lab],
  ['doctor', ...lab],
];

/** What each of them says and its exit code; of doctor's table the first row. */
async function wordsOf(desk: Desk): Promise<string[]> {
  const words: string[] = [];
  for (const command of commands(desk)) {
    const { code, out, err } = await harness([
      ...command,
      ...(command[0] === 'doctor' ? [] : ['--runs', desk.folder]),
    ]);
    words.push(`${code} ${out}${err}`);
  }
  return words;
}

test('a port that is held, and one that is gone, have the same words in every command, before anything is built', () =>
  withDesk('', {}, async (desk) => {
    const line = await SerialLine.open({ path: desk.pty.path, settings: defaultSettings, command: 'a test' });
    for (const words of await wordsOf(desk))
      assert.match(words, new RegExp(`^3 .*busy: held by PID ${process.pid} since`, 's'));
    await line.close();
    await desk.pty.unplug();
    for (const words of await wordsOf(desk)) assert.match(words, /^3 .*the serial port does not exist/s);
  }));

test('a silent board has the same words wherever U-Boot is waited for', () =>
  withDesk('tries = 1\nuboot.first_byte = 1', {}, async ({ folder, lab }) => {
    for (const command of [['flash', join(folder, 'image'), '--runs', folder], ['doctor']]) {
      const { code, out, err } = await harness([...command, ...lab]);
      assert.is(code, 3, out + err);
      assert.match(out + err, /the board is silent/);
    }
  }));

run();
