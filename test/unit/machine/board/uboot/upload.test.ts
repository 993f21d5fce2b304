// SPDX-License-Identifier: BSD-2-Clause
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, gunzipSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import { HarnessError } from '../../../../../harness/base/error.js';
import { duration, mayPayToPack, size } from '../../../../../harness/machine/board/uboot/estimate.js';
import { roomBehind } from '../../../../../harness/machine/board/uboot/memory.js';
import { payloadOf } from '../../../../../harness/machine/board/uboot/payload.js';
import { defaultUBoot } from '../../../../../harness/machine/board/uboot/settings.js';
import { arm64Header, planStart } from '../../../../../harness/machine/board/uboot/start.js';
import type { Transfer } from '../../../../../harness/machine/board/uboot/transfer.js';
import { UBoot } from '../../../../../harness/machine/board/uboot/uboot.js';
import { packIfFaster, upload } from '../../../../../harness/machine/board/uboot/upload.js';
import { type Commands, FakeUBoot } from '../../../../support/fake-uboot.js';
import { inFolder } from '../../../../support/folder.js';
import { refusal } from '../../../../support/refusal.js';
import { run, test } from '../../../../support/test.js';

const board = { name: 'board', memory: [{ base: 0x4000_0000, size: 0x1000_0000 }], loadAddress: 0x4100_0000 };
const mebi = 1 << 20;

/** Uploads `bytes` by a transfer that damages each sending as `spoil` prescribes. Returns the board and the notes. */
async function uploaded(
  bytes: Buffer,
  rate: number,
  spoil: (sending: number, bytes: Buffer) => Buffer = (_, b) => b,
  commands: Commands = {},
) {
  return inFolder({}, async (folder) => {
    const path = join(folder, 'image');
    writeFileSync(path, bytes);
    const fake = new FakeUBoot({
      unzip: ([, from = '', to = '']) => {
        fake.memory.set(Number(to), gunzipSync(fake.memory.get(Number(from)) ?? Buffer.alloc(0)));
        return '';
      },
      ...commands,
    });
    const uboot = new UBoot(fake.wire, defaultUBoot);
    const reached = uboot.reach();
    fake.boot();
    await reached;
    let sendings = 0;
    const transfer: Transfer = {
      name: 'pigeon',
      needs: [],
      rate,
      prepare: async () => {},
      send: async (_, payload, address, { onProgress }) => {
        sendings += 1;
        fake.memory.set(address, spoil(sendings, readFileSync(payload.path)));
        onProgress(payload.size);
      },
    };
    const notes: string[] = [];
    const payload = await payloadOf(path);
    const small = await packIfFaster(payload, rate, folder);
    const outcome = await upload({
      uboot,
      transfer,
      folder,
      payload,
      address: 0x4100_0000,
      packed: small && { payload: small, address: 0x4800_0000 },
      spare: () => 0x4a00_0000,
      unpacks: true,
      progress: (event) => event.kind === 'note' && notes.push(event.text),
      signal: new AbortController().signal,
    }).catch((error: HarnessError) => error);
    return { fake, notes, sendings, outcome };
  });
}

test('the expected time is announced before an upload, and the bytes end up at their address', async () => {
  const bytes = Buffer.alloc(100_000, 'image');
  const { fake, notes, outcome } = await uploaded(bytes, 50_000);
  assert.is(outcome, undefined);
  assert.equal(notes, ['uploading 100 kB by pigeon: about 2.0 s']);
  assert.equal(fake.memory.get(0x4100_0000), bytes);
});

test('over a slow line the image is sent packed, and the unpacked bytes are compared', async () => {
  const bytes = Buffer.alloc(2 * mebi, 'image');
  const { fake, notes } = await uploaded(bytes, 11_000);
  assert.match(notes[0] ?? '', /^uploading 2\.1 MB, packed to \d+ kB, by pigeon: about \d/);
  assert.equal(fake.memory.get(0x4100_0000), bytes);
  assert.is(fake.ran.filter((line) => line.startsWith('crc32')).length, 1);
});

test('if U-Boot has "hash", the image is compared by SHA-256, which detects another image with the same CRC', async () => {
  const bytes = Buffer.alloc(5_000, 'image');
  const sum = (image: Buffer) => createHash('sha256').update(image).digest('hex');
  const hash = (sha256: string): Commands => ({
    hash: ([, , at = '']) => `sha256 for ${at} ... ==> ${sha256}`,
  });
  const { fake, outcome } = await uploaded(bytes, 1e6, undefined, hash(sum(bytes)));
  assert.is(outcome, undefined);
  assert.equal(
    fake.ran.filter((line) => /^(crc32|hash)/.test(line)),
    ['hash sha256 0x41000000 0x1388'],
  );
  const { outcome: refused } = await uploaded(bytes, 1e6, undefined, hash(sum(Buffer.from('other'))));
  assert.match((refused as HarnessError).detail.expected ?? '', /^SHA-256 [0-9a-f]{64} over 5000 bytes/);
});

test('an image that does not shrink is sent unpacked', async () => {
  const bytes = Buffer.from(Array.from({ length: 80_000 }, (_, i) => (i * i * 31 + (i >> 3)) % 256));
  const { notes } = await uploaded(bytes, 10_000_000);
  assert.match(notes[0] ?? '', /^uploading 80 kB by pigeon/);
});

test('an upload that arrives damaged is sent again', async () => {
  const bytes = Buffer.alloc(5_000, 'image');
  const flip = (sending: number, sent: Buffer) => {
    if (sending === 1) sent.writeUInt8(sent.readUInt8(77) ^ 1, 77);
    return sent;
  };
  const { fake, notes, sendings } = await uploaded(bytes, 1e6, flip);
  assert.is(sendings, 2);
  assert.is(notes[1], 'the upload arrived damaged; sending again (2 of 3)');
  assert.equal(fake.memory.get(0x4100_0000), bytes);
});

test('three damaged uploads are an infrastructure error that shows both checksums', async () => {
  const { sendings, outcome } = await uploaded(Buffer.alloc(5_000), 1e6, (_, sent) => sent.subarray(1));
  assert.is(sendings, 3);
  assert.instance(outcome, HarnessError);
  const { fault, detail } = outcome as HarnessError;
  assert.is(fault, 'infrastructure');
  const sum = crc32(Buffer.alloc(5_000)).toString(16).padStart(8, '0');
  assert.is(detail.expected, `CRC-32 ${sum} over 5000 bytes at 0x41000000`);
  assert.match(detail.got ?? '', /^[0-9a-f]{8}$/);
});

test('packing is tried only if the upload takes noticeable time and the line is the bottleneck', () => {
  assert.ok(mayPayToPack(30e6, 11_000));
  assert.not.ok(mayPayToPack(40_000, 11_000));
  assert.not.ok(mayPayToPack(30e6, 30e6));
});

test('times and sizes are shown in convenient units', () => {
  assert.equal([duration(0.26), duration(45.4), duration(980)], ['0.3 s', '45 s', '16 min 20 s']);
  assert.equal([size(31_280_572), size(103_400), size(12)], ['31.3 MB', '103 kB', '1 kB']);
});

test('the address for further data is after the image, aligned, and clear of U-Boot at the end of memory', () => {
  assert.equal(roomBehind(board, 5 * mebi, [3 * mebi, 1]), [0x4160_0000, 0x41a0_0000]);
});

test('an image that leaves no room is refused with the size that would fit', async () => {
  const error = await refusal(() => roomBehind(board, 150 * mebi, [30 * mebi]));
  assert.equal([error.fault, error.message], ['usage', 'the image is too large for board']);
  assert.match(error.detail.expected ?? '', /^at most 184549376 bytes from 0x41000000/);
});

test('go needs only the image, at its address', () =>
  inFolder({ image: 'x'.repeat(1000) }, async (folder) => {
    const plan = await planStart('go', join(folder, 'image'), board, folder);
    assert.equal([plan.address, plan.command, plan.payload.size], [0x4100_0000, 'go 0x41000000', 1000]);
    assert.is(plan.packedAt(10), 0x4120_0000);
  }));

test('bootm gets a wrapped image after the address at which it will run', () =>
  inFolder({ image: 'x'.repeat(1000) }, async (folder) => {
    const { payload, address, command, packedAt } = await planStart(
      'bootm',
      join(folder, 'image'),
      board,
      folder,
    );
    assert.equal([payload.size, address], [1064, 0x4120_0000]);
    assert.is(command, `bootm 0x41200000 - \${fdtcontroladdr}`);
    assert.is(packedAt(10), 0x4140_0000);
    const header = readFileSync(payload.path);
    assert.equal([header.readUInt32BE(16), header.readUInt32BE(20)], [0x4100_0000, 0x4100_0000]);
  }));

test('booti gets an arm64 header whose branch leads to the image at its address', () =>
  inFolder({ image: 'IMAGE' }, async (folder) => {
    const { payload, address } = await planStart('booti', join(folder, 'image'), board, folder);
    const bytes = readFileSync(payload.path);
    assert.is(address, 0x40ff_f000);
    assert.is(bytes.subarray(0x1000).toString(), 'IMAGE');
    // B imm26: the offset in words.
    assert.is(bytes.readUInt32LE(0), 0x1400_0000 | (0x1000 / 4));
    assert.is(statSync(payload.path).size, 0x1005);
  }));

test('the arm64 header makes U-Boot leave the image in place', () => {
  const header = arm64Header(0x40ff_f000, 100);
  assert.is(header.toString('latin1', 56, 60), 'ARM\x64');
  assert.is(header.readBigUInt64LE(8), 0x1f_f000n);
  assert.is(header.readBigUInt64LE(16), 0x1064n);
  assert.is(header.readBigUInt64LE(24) & 8n, 8n);
});

test('a scratch address of the lab file is used instead', () =>
  inFolder({ image: 'x' }, async (folder) => {
    const plan = await planStart('bootm', join(folder, 'image'), board, folder, 0x4c00_0000);
    assert.equal([plan.address, plan.packedAt(1)], [0x4c00_0000, 0x4c20_0000]);
  }));

test('a missing image is a usage error', () =>
  inFolder({}, async (folder) => {
    const error = await refusal(planStart('go', join(folder, 'none'), board, folder));
    assert.equal([error.exitCode, existsSync(join(folder, 'none'))], [2, false]);
  }));

/** A board's memory as one range, in which every command finds what lies anywhere. */
class Ram {
  readonly bytes = Buffer.alloc(0x1000_0000);
  readonly base = board.memory[0]?.base ?? 0;
  readonly #at = (address: string | number) => Number(address) - this.base;

  readonly commands: Commands = {
    crc32: ([, at = '', size = '']) => {
      const part = this.bytes.subarray(this.#at(at), this.#at(at) + Number(size));
      return `crc32 for ${at} ... ==> ${crc32(part).toString(16).padStart(8, '0')}`;
    },
    unzip: ([, from = '', to = '']) => {
      // As U-Boot, it stops at the end of the stream.
      const rest = this.bytes.subarray(this.#at(from));
      gunzipSync(rest.subarray(0, this.#sent)).copy(this.bytes, this.#at(to));
      return '';
    },
    'cp.b': ([, from = '', to = '', size = '']) => {
      this.bytes.copy(this.bytes, this.#at(to), this.#at(from), this.#at(from) + Number(size));
      return '';
    },
  };

  #sent = 0;
  put(bytes: Buffer, address: number): void {
    this.#sent = bytes.length;
    bytes.copy(this.bytes, this.#at(address));
  }
}

/** Brings an image into a board's memory, and gives the bytes that were sent and the notes. */
async function brought(ram: Ram, bytes: Buffer, unpacks = true): Promise<{ sent: number; notes: string[] }> {
  return inFolder({}, async (folder) => {
    const path = join(folder, 'image');
    writeFileSync(path, bytes);
    const fake = new FakeUBoot(ram.commands);
    const uboot = new UBoot(fake.wire, defaultUBoot);
    const reached = uboot.reach();
    fake.boot();
    await reached;
    let sent = 0;
    const transfer: Transfer = {
      name: 'pigeon',
      needs: [],
      rate: 11_520,
      prepare: async () => {},
      send: async (_, payload, address) => {
        sent += payload.size;
        ram.put(readFileSync(payload.path), address);
      },
    };
    const notes: string[] = [];
    await upload({
      uboot,
      transfer,
      folder,
      payload: await payloadOf(path),
      address: board.loadAddress,
      spare: () => board.loadAddress + 0x400_0000,
      unpacks,
      progress: (event) => event.kind === 'note' && notes.push(event.text),
      signal: new AbortController().signal,
    });
    return { sent, notes };
  });
}

const whole = randomBytes(3_000_000);
const changed = Buffer.from(whole);
randomBytes(40_000).copy(changed, 1_200_000);
changed.writeUInt32LE(1, 2_900_000);

for (const unpacks of [true, false])
  test(`of an image in which a little has changed only that is sent again, ${unpacks ? 'packed' : 'as it is'}`, async () => {
    const ram = new Ram();
    assert.is((await brought(ram, whole, unpacks)).sent, whole.length);
    const again = await brought(ram, changed, unpacks);
    assert.ok(again.sent < 0.1 * whole.length, `${again.sent} bytes`);
    assert.match(again.notes.join('\n'), /the board has 2\.9 MB of it already; sending \d+ kB/);
    const there = ram.bytes.subarray(
      board.loadAddress - ram.base,
      board.loadAddress - ram.base + whole.length,
    );
    assert.ok(there.equals(changed));
  });

test('an image that the board has already is compared and not sent', async () => {
  const ram = new Ram();
  await brought(ram, whole);
  assert.is((await brought(ram, whole)).sent, 0);
});

run();
