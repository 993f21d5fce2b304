// SPDX-License-Identifier: BSD-2-Clause
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as assert from 'uvu/assert';
import { ByProgram, fastboot } from '../../../../../harness/machine/board/uboot/by-program.js';
import { payloadOf } from '../../../../../harness/machine/board/uboot/payload.js';
import { defaultUBoot } from '../../../../../harness/machine/board/uboot/settings.js';
import type { Transfer } from '../../../../../harness/machine/board/uboot/transfer.js';
import { UBoot } from '../../../../../harness/machine/board/uboot/uboot.js';
import { upload } from '../../../../../harness/machine/board/uboot/upload.js';
import { FakeUBoot } from '../../../../support/fake-uboot.js';
import { inFolder } from '../../../../support/folder.js';
import { refusal } from '../../../../support/refusal.js';
import { run, test } from '../../../../support/test.js';

const address = 0x4100_0000;
const bytes = Buffer.alloc(5_000, 'image');

/** Uploads to a U-Boot whose memory is the file `memory` in `folder`, with `folder` first in PATH. */
async function uploaded(folder: string, transfer: Transfer): Promise<FakeUBoot> {
  const memory = join(folder, 'memory');
  const path = join(folder, "it's an image");
  writeFileSync(path, bytes);
  const fake = new FakeUBoot({
    fastboot: () => ({ runs: 'Enter fastboot...OK' }),
    crc32: ([, at = '']) => {
      const sum = crc32(existsSync(memory) ? readFileSync(memory) : '').toString(16);
      return `crc32 for ${at} ... ==> ${sum.padStart(8, '0')}`;
    },
  });
  const uboot = new UBoot(fake.wire, defaultUBoot);
  const reached = uboot.reach();
  fake.boot();
  await reached;
  const kept = process.env.PATH;
  process.env.PATH = `${folder}:${kept}`;
  const { signal } = new AbortController();
  try {
    await upload({
      uboot,
      transfer,
      folder,
      address,
      signal,
      payload: await payloadOf(path),
      spare: () => address,
      unpacks: false,
      progress: () => {},
    });
  } finally {
    process.env.PATH = kept;
  }
  return fake;
}

/** Acts as the cable: the file named last is in the board's memory. */
const arrives = 'for last; do :; done; cp "$last" "$(dirname "$0")/memory"\n';

/** A program in `folder` that records its arguments. */
function program(folder: string, name: string, more = arrives): void {
  const script = `#!/bin/sh\nprintf '%s|' "$@" >${folder}/words\n${more}`;
  writeFileSync(join(folder, name), script);
  chmodSync(join(folder, name), 0o755);
}

const tools = [
  ['fastboot', undefined, 'stage|IMAGE|'],
  ['fastboot', '12ab34', '-s|12ab34|stage|IMAGE|'],
  ['uuu', undefined, 'FB:|download|-f|IMAGE|'],
  ['uuu', '1:23', '-m|1:23|FB:|download|-f|IMAGE|'],
] as const;
for (const [tool, device, words] of tools) {
  const which = device === undefined ? '' : ` for the device ${device}`;
  test(`${tool}${which} sends the image to a waiting U-Boot, whose prompt then returns`, () =>
    inFolder({}, async (folder) => {
      program(folder, tool);
      const way = fastboot({ tool, gadget: 'usb 0', device, limit: 10_000 });
      const { ran } = await uploaded(folder, way);
      assert.ok(ran.includes('fastboot -l 0x41000000 -s 0x1388 usb 0'), ran.join('\n'));
      const got = readFileSync(join(folder, 'words'), 'utf8');
      assert.is(got, words.replace('IMAGE', join(folder, "it's an image")));
    }));
}

test("a command of the user's gets the image, its address and the board, and the uploaded bytes are compared", () =>
  inFolder({}, async (folder) => {
    const command = 'echo "$BOARD $PORT $ADDRESS $SIZE" >"$FOLDER/words" && cp "$IMAGE" "$FOLDER/memory"';
    const env = { BOARD: 'desk', PORT: '/dev/ttyUSB0', FOLDER: folder };
    const way = { name: 'command', rate: undefined, before: undefined, command, env, limit: 10_000 };
    const { ran } = await uploaded(folder, new ByProgram(way));
    assert.is(readFileSync(join(folder, 'words'), 'utf8'), 'desk /dev/ttyUSB0 0x41000000 0x1388\n');
    assert.ok(ran.some((line) => line.startsWith('crc32 0x41000000')));
  }));

test('a program that uploads something else is detected by the checksum', () =>
  inFolder({ memory: 'something else' }, async (folder) => {
    const way = {
      name: 'command',
      rate: undefined,
      before: undefined,
      command: 'true',
      env: {},
      limit: 10_000,
    };
    const error = await refusal(uploaded(folder, new ByProgram(way)));
    assert.equal([error.exitCode, error.message], [3, 'the upload arrived damaged']);
  }));

const failures: [what: string, script: string | undefined, words: RegExp][] = [
  ['that is not installed', undefined, /upload by fastboot failed\n.*127(.*\n)*.*apt-get install fastboot/],
  ['that fails', 'echo no permission; exit 1\n', /upload by fastboot failed\n.*exit code 1: no permission/],
  ['that waits for a device for ever', 'sleep 60\n', /upload by fastboot failed\n.*not finished after 0.3 s/],
];
for (const [what, script, words] of failures) {
  test(`a fastboot ${what} is an infrastructure error, with U-Boot at its prompt again`, () =>
    inFolder({}, async (folder) => {
      if (script !== undefined) program(folder, 'fastboot', script);
      const way = fastboot({ tool: 'fastboot', gadget: 'udp', device: undefined, limit: 300 });
      const error = await refusal(uploaded(folder, way));
      assert.is(error.exitCode, 3);
      assert.match(error.explain(), words);
    }));
}

run();
