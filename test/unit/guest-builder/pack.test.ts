// SPDX-License-Identifier: BSD-2-Clause
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import { packKernel } from '../../../guest-builder/linux/pack.js';
import { run, test } from '../../support/test.js';
import { sampleImage, withFolder } from './samples.js';

const nobody = () => assert.unreachable('nobody else packs');

test('a packed kernel unpacks to the kernel, and both sizes are reported', () =>
  withFolder(async (dir) => {
    const image = sampleImage(300_000);
    await writeFile(join(dir, 'Image'), image);
    const { path, inflatedSize, size } = await packKernel(join(dir, 'Image'), nobody, dir);
    const packed = await readFile(path);
    assert.ok(gunzipSync(packed).equals(image));
    assert.equal([inflatedSize, size], [image.length, packed.length]);
  }));

test('the stream has neither a name nor a time, so that the same kernel gives the same image', () =>
  withFolder(async (dir) => {
    await writeFile(join(dir, 'Image'), sampleImage(5000));
    const packed = await readFile((await packKernel(join(dir, 'Image'), nobody, dir)).path);
    // RFC 1952, 2.3: FLG and MTIME.
    assert.equal([...packed.subarray(3, 8)], [0, 0, 0, 0, 0]);
  }));

test('a packed kernel is kept, and packed again when it is damaged', () =>
  withFolder(async (dir) => {
    await writeFile(join(dir, 'Image'), sampleImage(5000));
    const pack = () => packKernel(join(dir, 'Image'), nobody, dir);
    const { path } = await pack();
    const good = await readFile(path);
    await writeFile(path, 'damaged');
    assert.is((await pack()).path, path);
    assert.ok((await readFile(path)).equals(good));
  }));

run();
