// SPDX-License-Identifier: BSD-2-Clause
/**
 * The faults of a lab for which `run` is tested before an image runs (faults.test.ts), on the way of the agent to its board.
 * Those while it runs are in conform.test.ts. None of them changes what a run finds.
 */
import * as assert from 'uvu/assert';
import type { HarnessError } from '../../harness/base/error.js';
import { inQemu, runOn, startOn, verdictOf } from '../support/board-conform.js';
import { once, ymodem } from '../support/board-faults.js';
import { cut, damage, pass, replaceOnce } from '../support/fault-line.js';
import { refusal } from '../support/refusal.js';
import { run, test } from '../support/test.js';
import { children, type Desk, type Given, withBoard } from '../support/virtual-lab.js';

const limit = 240_000;
const short = { cases: 8 };
let expected: ReturnType<typeof verdictOf> | undefined;

/** A fault on the way, with a note about it: the agent arrives, and the run has the verdict and counts of one in QEMU. */
function arrives(what: string, given: Given, harm: (desk: Desk) => void, note?: RegExp): void {
  const body = async (desk: Desk) => {
    expected ??= await inQemu(short);
    harm(desk);
    assert.equal(verdictOf(await runOn(await startOn(desk), short)), expected);
    if (note !== undefined) assert.match(desk.notes.join('\n'), note);
    assert.equal(children(), []);
  };
  test(`${what} does not change what a conformance run finds`, () => withBoard(given, body), { limit });
}

/** A fault that nothing can mend: it is the lab's, and no finding. */
function ends(what: string, given: Given, harm: (desk: Desk) => void, words: RegExp): void {
  const body = async (desk: Desk) => {
    harm(desk);
    const error: HarnessError = await refusal(startOn(desk));
    assert.match(error.explain(), words);
    assert.is(error.exitCode, 3);
    assert.equal(children(), []);
  };
  test(`${what} ends a conformance run as an error of the lab`, () => withBoard(given, body), { limit });
}

arrives(
  'a missed autoboot',
  { toml: 'tries = 2\nuboot.prompt_limit = 1.5' },
  (desk) => {
    desk.line.toBoard = cut;
    desk.onProgress = (event) => {
      if (event.kind === 'note' && event.text.startsWith('try 1')) desk.line.toBoard = pass;
    };
  },
  /^try 1 of 2 failed: autoboot was missed/m,
);
arrives('a byte flipped in an upload by YMODEM', { toml: ymodem }, (desk) => {
  desk.onProgress = (event) => {
    if (event.kind === 'start' && event.step === 'upload')
      desk.line.toBoard = damage(7_000, (byte) => byte ^ 0x10);
  };
});
arrives('a byte lost in an upload by YMODEM', { toml: ymodem }, (desk) => {
  desk.onProgress = (event) => {
    if (event.kind === 'start' && event.step === 'upload') desk.line.toBoard = damage(7_000, () => undefined);
  };
});
arrives(
  'a port that is pulled out in the middle of an upload, and put back,',
  { toml: `${ymodem}\nupload.silence = 2` },
  (desk) => {
    let pulled = false;
    desk.onProgress = (event) => {
      if (event.kind !== 'part' || pulled) return;
      pulled = true;
      void Promise.resolve(desk.line.unplug()).then(() => desk.line.plug());
    };
  },
  /is back after/,
);
arrives(
  "a checksum that is damaged in U-Boot's answer",
  {},
  (desk) => {
    desk.line.fromBoard = replaceOnce('==> ', '=?> ');
  },
  /crc32 printed no checksum; sending again/,
);
arrives(
  'a result of U-Boot that is lost',
  {},
  (desk) => {
    desk.line.fromBoard = replaceOnce('=0\r\n', '\r\n');
  },
  /arrived damaged; asking again/,
);
arrives(
  'a character that U-Boot missed',
  { limits: { echo: 500 } },
  (desk) => {
    desk.line.toBoard = replaceOnce('tftpboot', 'tftpbot');
  },
  /did not echo "help tftpboot.*; typing it again/,
);
arrives(
  'a board that resets during the upload',
  { toml: 'tries = 2' },
  (desk) => {
    desk.line.toBoard = replaceOnce('tftpboot', '\x03reset\ntftpboot');
  },
  /^try 1 of 2 failed: U-Boot: the board was reset in the middle of the work/m,
);
ends(
  'an interrupted upload by YMODEM',
  { toml: `${ymodem}\nupload.silence = 1\nuboot.prompt_limit = 1\n${once}` },
  (desk) => {
    desk.onProgress = (event) => {
      if (event.kind !== 'part') return;
      desk.line.toBoard = cut;
      desk.line.fromBoard = cut;
    };
  },
  /the YMODEM transfer was interrupted/,
);
ends(
  'a TFTP server that serves another folder',
  { toml: once, tftpRoot: '/var/empty' },
  () => {},
  /the TFTP transfer failed/,
);

run();
