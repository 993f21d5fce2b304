// SPDX-License-Identifier: BSD-2-Clause
/**
 * Every known fault of a lab, produced on the virtual board. Each ends with its message and exit code, or in a run that
 * continues nevertheless. The image on the board is test/qemu/fixtures/console.S.
 */
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { HarnessError } from '../../harness/base/error.js';
import { noProgress } from '../../harness/base/progress.js';
import { readLab } from '../../harness/machine/board/lab/lab.js';
import { labTarget } from '../../harness/machine/board/target.js';
import { bareImage } from '../support/bare-image.js';
import { qemuBoard } from '../support/fake-guest.js';
import { cut, cutAfter, damage, garble, pass, replaceOnce } from '../support/fault-line.js';
import { refusal } from '../support/refusal.js';
import { run, test } from '../support/test.js';
import { boardName, children, type Desk, type Given, withBoard } from '../support/virtual-lab.js';

const folder = mkdtempSync(join(tmpdir(), 'faults-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const image = bareImage(qemuBoard, 'console', folder);
// Some thirty blocks of YMODEM, so that there is a middle in which things can go wrong.
appendFileSync(image, Buffer.alloc(30_000, 'padding '));

const soon = { what: 'the answer', limit: 60_000 };
const ymodem = 'upload.by = "ymodem"';
const once = 'tries = 1';

function boardTest(name: string, given: Given, body: (desk: Desk) => Promise<void>): void {
  test(name, () => withBoard(given, body), { limit: 90_000 });
}

/** Starts the image and checks that it runs and receives input. */
async function runs({ start }: Desk, what = image): Promise<void> {
  const { console } = await start(what);
  await console.expect('ready\n', soon);
  await console.send('echo.');
  await console.expect('echo.', soon);
}

function assertFault(error: HarnessError, code: number, words: RegExp): void {
  assert.match(error.explain(), words);
  assert.is(error.exitCode, code);
}

boardTest(
  'a silent board is an infrastructure error that says what to check',
  { toml: `${once}\nuboot.first_byte = 1` },
  async (desk) => {
    desk.line.fromBoard = cut;
    assertFault(
      await refusal(desk.start(image)),
      3,
      /the board is silent\n.*\n.*not one byte\n.*check its power/,
    );
  },
);

boardTest(
  'a board that stays silent is switched off and on, the tries are counted, and the last error stays',
  { toml: 'tries = 2\nuboot.first_byte = 1' },
  async (desk) => {
    desk.line.fromBoard = cut;
    const error = await refusal(desk.start(image));
    assertFault(error, 3, /did not come up in 2 tries; the last: the board is silent/);
    assert.match(
      desk.notes.join('\n'),
      /^try 1 of 2 failed: the board is silent \(not one byte\); switching/m,
    );
  },
);

boardTest(
  'a wrong baud rate is recognised long before any limit',
  { toml: once, limits: { garbage: 800 } },
  async (desk) => {
    desk.line.fromBoard = garble;
    const error = await refusal(desk.start(image));
    assertFault(
      error,
      3,
      /the board's output is not text\n.*a console at 115200 8N1\n.*% of the last \d+ bytes/,
    );
  },
);

boardTest(
  'a prompt that never appears is waited for no longer than its limit',
  { toml: `${once}\nuboot.prompt_limit = 1` },
  async (desk) => {
    desk.line.fromBoard = cutAfter('to stop autoboot');
    assertFault(
      await refusal(desk.start(image)),
      3,
      /U-Boot's prompt did not appear[\s\S]*nothing after Enter/,
    );
  },
);

boardTest(
  'a missed autoboot is reported, and the next try types the stop key all the time',
  { toml: 'tries = 2\nuboot.prompt_limit = 1.5' },
  async (desk) => {
    desk.line.toBoard = cut;
    desk.onProgress = (event) => {
      if (event.kind === 'note' && event.text.startsWith('try 1')) desk.line.toBoard = pass;
    };
    await runs(desk);
    assert.match(desk.notes.join('\n'), /^try 1 of 2 failed: autoboot was missed/m);
  },
);

boardTest(
  'a byte that is flipped in a YMODEM upload is sent again by the protocol',
  { toml: ymodem },
  async (desk) => {
    desk.onProgress = (event) => {
      if (event.kind === 'start' && event.step === 'upload')
        desk.line.toBoard = damage(7_000, (byte) => byte ^ 0x10);
    };
    await runs(desk);
  },
);

boardTest(
  'a byte that is lost in a YMODEM upload is sent again by the protocol',
  { toml: ymodem },
  async (desk) => {
    desk.onProgress = (event) => {
      if (event.kind === 'start' && event.step === 'upload')
        desk.line.toBoard = damage(7_000, () => undefined);
    };
    await runs(desk);
  },
);

boardTest(
  'an interrupted YMODEM upload ends with its message',
  { toml: `${ymodem}\nupload.silence = 1\nuboot.prompt_limit = 1\n${once}` },
  async (desk) => {
    desk.onProgress = (event) => {
      if (event.kind !== 'part') return;
      desk.line.toBoard = cut;
      desk.line.fromBoard = cut;
    };
    assertFault(
      await refusal(desk.start(image)),
      3,
      /the YMODEM transfer was interrupted\n.*the board has not answered for 1 s/,
    );
    assert.match(readFileSync(join(desk.folder, 'ymodem.log'), 'latin1'), /Sending: /);
  },
);

boardTest(
  "a TFTP server that serves another folder ends the upload with U-Boot's message",
  { toml: once, tftpRoot: '/var/empty' },
  async (desk) => {
    const error = await refusal(desk.start(image));
    assertFault(
      error,
      3,
      /the TFTP transfer failed\n.*\n(.*\n)*.*TFTP error: .*(\n.*)*check that the server serves/,
    );
    assert.match(desk.notes.join('\n'), /sending again \(3 of 3\)/);
  },
);

/** Large enough that something can happen in the middle. */
const large = join(folder, 'large.img');
/** U-Boot gives up a silent server after two seconds, not after a minute. */
const impatient = 'uboot.setup = ["setenv tftptimeout 1000; setenv tftptimeoutcountmax 1"]';

boardTest(
  'a network cable that is pulled out in the middle of a TFTP upload, and put back, costs no more than time',
  { toml: impatient },
  async (desk) => {
    writeFileSync(large, Buffer.concat([readFileSync(image), Buffer.alloc(8 << 20)]));
    let pulled = false;
    desk.onProgress = (event) => {
      if (event.kind === 'part' && event.done > 0 && !pulled) {
        pulled = true;
        void desk.setLink(false);
      }
      if (event.kind === 'note' && event.text.endsWith('sending again (2 of 3)')) void desk.setLink(true);
    };
    await runs(desk, large);
    assert.match(desk.notes.join('\n'), /^the TFTP transfer failed; sending again \(2 of 3\)/m);
  },
);

boardTest(
  "a byte flipped in the image's output is in the log as it arrived, and the failed wait shows it",
  {},
  async (desk) => {
    const { console } = await desk.start(image);
    await console.expect('ready\n', soon);
    desk.line.fromBoard = replaceOnce('hello', 'he\xeclo');
    await console.send('hello.');
    const error = await refusal(console.expect('hello.', { what: 'the echo', limit: 1_000 }));
    assertFault(error, 1, /the echo did not appear within 1 s\n.*\n.*last line: he.lo\./);
    assert.match(readFileSync(join(desk.folder, 'console.log'), 'latin1'), /he\xeclo\./);
    await console.send('hello.');
    await console.expect('hello.', soon);
  },
);

boardTest("a byte flipped in the board's answer makes the harness ask again", {}, async (desk) => {
  desk.line.fromBoard = replaceOnce('==> ', '=?> ');
  await runs(desk);
  assert.match(desk.notes.join('\n'), /crc32 printed no checksum; sending again/);
});

boardTest('a result that is lost on the line makes the harness ask again', {}, async (desk) => {
  desk.line.fromBoard = replaceOnce('=0\r\n', '\r\n');
  await runs(desk);
  assert.match(desk.notes.join('\n'), /answer to ".*" arrived damaged; asking again/);
});

boardTest(
  'a character that the board missed is noticed in the echo and typed again',
  { limits: { echo: 500 } },
  async (desk) => {
    desk.line.toBoard = replaceOnce('tftpboot', 'tftpbot');
    await runs(desk);
    assert.match(desk.notes.join('\n'), /did not echo "help tftpboot.*; typing it again/);
  },
);

boardTest(
  'a board that resets in the middle of the work is brought up again',
  { toml: 'tries = 2' },
  async (desk) => {
    desk.line.toBoard = replaceOnce('tftpboot', '\x03reset\ntftpboot');
    await runs(desk);
    assert.match(
      desk.notes.join('\n'),
      /^try 1 of 2 failed: U-Boot: the board was reset in the middle of the work/m,
    );
  },
);

boardTest('a reset of the board by its image is the fault of the product', {}, async (desk) => {
  const { console } = await desk.start(image);
  await console.expect('ready\n', soon);
  const wait = refusal(console.expect('guest# ', soon));
  await console.send('r');
  assertFault(await wait, 1, /the board: it was reset by the image, a watchdog or its power\n.*U-Boot 20/);
});

boardTest('a panic ends the wait at once and names the line of the log', {}, async (desk) => {
  const { console } = await desk.start(image);
  await console.expect('ready\n', soon);
  const line = console.line;
  const wait = refusal(console.expect('guest# ', soon));
  await console.send('\n\np');
  assertFault(await wait, 1, /guest: the guest kernel panicked\n.*Kernel panic - not syncing/);
  assert.match((await wait).detail.where ?? '', new RegExp(`console.log:${line + 2}$`));
  assert.match(readFileSync(join(desk.folder, 'console.log'), 'latin1').split('\n')[line + 1] ?? '', /panic/);
});

boardTest(
  'endless output ends a wait at its limit, is logged completely, and does not fill the memory',
  {},
  async (desk) => {
    const { console } = await desk.start(image);
    await console.expect('ready\n', soon);
    const before = statSync(join(desk.folder, 'console.log')).size;
    const wait = refusal(console.expect('guest# ', { what: "the guest's prompt", limit: 1_500 }));
    const chunk = `${'x'.repeat(8_191)}\n`;
    for (let i = 0; i < 4_000; i += 1) await desk.line.inject(chunk);
    assertFault(await wait, 1, /the guest's prompt did not appear within 1.5 s\n.*\n.*last line: x+/);
    while (statSync(join(desk.folder, 'console.log')).size < before + 4_000 * chunk.length)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(process.memoryUsage().external < 200e6);
  },
);

boardTest(
  'a port that is pulled out while the image runs, and put back, is opened again',
  {},
  async (desk) => {
    const { console } = await desk.start(image);
    await console.expect('ready\n', soon);
    await desk.line.unplug();
    await desk.line.plug();
    await console.send('same again.');
    await console.expect('same again.', soon);
    assert.match(desk.notes.join('\n'), /has vanished; waiting for it\n.*is back after/);
  },
);

boardTest(
  'a port that is pulled out in the middle of an upload, and put back, costs no more than time',
  { toml: `${ymodem}\nupload.silence = 2` },
  async (desk) => {
    let pulled = false;
    desk.onProgress = (event) => {
      if (event.kind !== 'part' || pulled) return;
      pulled = true;
      void Promise.resolve(desk.line.unplug()).then(() => desk.line.plug());
    };
    await runs(desk);
    assert.match(desk.notes.join('\n'), /is back after/);
  },
);

boardTest(
  'a second run for a board whose port is held names the holder, the time and its command',
  {},
  async (desk) => {
    await desk.start(image);
    const text = `[board.${boardName}]\nport = "${desk.line.port}"\npower.cycle = "false"\n`;
    const second = readLab(text, 'lab.toml').get(boardName);
    if (!second) throw new Error('the lab has no board');
    const { lockFolder, folder: runFolder } = desk;
    const options = { progress: noProgress, command: 'another', lockFolder };
    const error = await refusal(labTarget(second, options).start(image, { folder: runFolder }));
    assertFault(error, 3, /busy: held by PID \d+ since \d\d:\d\d\n.*it runs: a test/);
    assert.match(error.message, new RegExp(`PID ${process.pid} `));
  },
);

const phases: [phase: string, given: Given][] = [
  ['power', {}],
  ['U-Boot', {}],
  ['upload', {}],
  ['upload', { toml: ymodem }],
];
for (const [phase, given] of phases) {
  const how = given.toml ? ' by YMODEM' : '';
  boardTest(
    `Ctrl-C during ${phase}${how} leaves no child, no lock and no upload behind`,
    given,
    async (desk) => {
      const ctrlC = new AbortController();
      desk.onProgress = (event) => {
        if (event.kind !== 'note' && event.step === phase) ctrlC.abort();
      };
      const error = await refusal(desk.start(image, ctrlC.signal));
      assert.is(error.message, 'interrupted');
      assert.equal(readdirSync(desk.lockFolder), ['.keep']);
      assert.not.ok(readdirSync(desk.folder).includes('upload'));
      assert.equal(children(), []);
    },
  );
}

boardTest('a reset starts the image again on the same line, and the log continues', {}, async (desk) => {
  const machine = await desk.start(image);
  const { console: before } = machine;
  await before.expect('ready\n', soon);
  await machine.reset();
  await machine.console.expect('ready\n', soon);
  await machine.console.send('echo.');
  await machine.console.expect('echo.', soon);
  assert.ok(machine.console.line > before.line);
  const log = readFileSync(join(desk.folder, 'console.log'), 'latin1');
  assert.is(log.split(/ready\r?\n/).length - 1, 2);
});

boardTest(
  'after a warm reset the image is still in memory, and less than a tenth of the bytes go over the line again',
  { toml: ymodem },
  async (desk) => {
    const large = join(folder, 'large.img');
    writeFileSync(large, Buffer.concat([readFileSync(image), randomBytes(150_000)]));
    let bytes = 0;
    desk.line.toBoard = (sent) => {
      bytes += sent.length;
      return sent;
    };
    const machine = await desk.start(large);
    await machine.console.expect('ready\n', soon);
    const first = bytes;
    await machine.reset();
    await machine.console.expect('ready\n', soon);
    assert.ok(bytes - first < 0.1 * first, `${first} bytes, then ${bytes - first}`);
    assert.match(desk.notes.join('\n'), /the board has \d+ kB of it already; sending/);
  },
);

boardTest(
  'Ctrl-C while the image runs ends the wait, and switching off leaves nothing behind',
  {},
  async (desk) => {
    const ctrlC = new AbortController();
    const machine = await desk.start(image, ctrlC.signal);
    await machine.console.expect('ready\n', soon);
    const wait = refusal(machine.console.expect('guest# ', soon));
    ctrlC.abort();
    assert.is((await wait).message, 'interrupted');
    await machine.powerOff();
    assert.equal(readdirSync(desk.lockFolder), ['.keep']);
    assert.equal(children(), []);
  },
);

run();
