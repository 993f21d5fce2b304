import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { assertFault, boardTest, folder, image, once, runs, soon, ymodem } from '../support/board-faults.js';
import { cut, cutAfter, damage, garble, pass, replaceOnce } from '../support/fault-line.js';
import { refusal } from '../support/refusal.js';
import { run } from '../support/test.js';
import { children, type Given } from '../support/virtual-lab.js';

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

run();
