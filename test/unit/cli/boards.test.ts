// SPDX-License-Identifier: BSD-2-Clause
/** `vmm-harness boards`, and the errors for a board that is named wrongly. */
import { truncateSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { boards } from '../../../boards/index.js';
import { inFolder, sdkFiles } from '../../support/folder.js';
import { harness } from '../../support/harness.js';
import { run, test } from '../../support/test.js';

/** The block of one board in the list. */
function block(out: string, name: string): string {
  const lines = out.split('\n');
  const from = lines.findIndex((line) => line.startsWith(`  ${name} `));
  const length = lines.slice(from + 1).findIndex((line) => !line.startsWith('    '));
  return lines.slice(from, length < 0 ? undefined : from + 1 + length).join('\n');
}

test('every board is listed with its ways to start and where it was tried', async () => {
  const { code, out } = await harness(['boards']);
  assert.is(code, 0);
  for (const { name, description } of boards.values()) {
    const found = block(out, name);
    assert.match(found, description);
    assert.match(found, /tried on hardware +nothing yet/);
  }
  assert.match(block(out, 'odroidc4'), /starts by +U-Boot, SD card/);
  assert.match(block(out, 'imx8mp_evk'), /starts by +QEMU, U-Boot, SD card, uuu/);
});

test('a board lacks an SDK when no SDK on this machine supports it', () =>
  inFolder(sdkFiles(), async (sdk) => {
    const { out } = await harness(['boards'], { MICROKIT_SDK: sdk });
    assert.match(block(out, 'odroidc4'), /SDKs here +microkit-2\.0\.1/);
    assert.not.match(block(out, 'odroidc4'), /a Microkit SDK that supports it/);
    assert.match(block(out, 'odroidc2'), /SDKs here +none/);
    assert.match(block(out, 'odroidc2'), /lacks here +a Microkit SDK that supports it/);
    assert.match(block(out, 'maaxboard'), /SDKs here +minikit/);
  }));

test('on a machine without tools, each board lacks them and none is left out', async () => {
  const { code, out } = await harness(['boards', '--json'], { PATH: '/no/such/folder', MICROKIT_SDK: '' });
  assert.is(code, 0);
  const list: { name: string; here: { lacks: string[] } }[] = JSON.parse(out).boards;
  assert.is(list.length, boards.size);
  for (const { name, here } of list)
    assert.match(here.lacks.join('\n'), /gcc-aarch64-linux-gnu.*vmm-harness setup demo/, name);
});

for (const [typed, meant] of [
  ['imx8mp-evk', 'imx8mp_evk'],
  ['maaxbord', 'maaxboard'],
  ['odroid_c4', 'odroidc4'],
] as const) {
  test(`${typed} is not a board, and ${meant} is suggested`, async () => {
    const { code, err } = await harness(['build', '--board', typed]);
    assert.is(code, 2);
    assert.match(err, `there is no board ${typed}`);
    assert.match(err, `did you mean ${meant}?`);
  });
}

test("an SDK without the board is a usage error that lists the SDK's boards", () =>
  inFolder(sdkFiles(), async (sdk) => {
    const { code, err } = await harness(['build', '--board', 'imx8mp_evk', '--sdk', sdk]);
    assert.is(code, 2);
    assert.match(err, /does not have board imx8mp_evk/);
    assert.match(err, /expected: one of odroidc4, qemu_virt_aarch64/);
    assert.match(err, /another SDK has it/);
  }));

test('an image larger than the memory after the load address is refused before anything starts', () =>
  inFolder({ 'x.img': '' }, async (folder) => {
    const image = `${folder}/x.img`;
    // One byte too many. The file is sparse, so that it takes no room on the disk.
    truncateSync(image, 0x7000_0001);
    const { code, err } = await harness(['boot', image, '--board', 'maaxboard', '--runs', folder]);
    assert.is(code, 2);
    assert.match(err, /the image is larger than the memory of maaxboard allows/);
    assert.match(err, /expected: at most 1879048192 bytes from the load address 0x50000000/);
  }));

test('a run on a board that no QEMU emulates is refused before anything is built', () =>
  inFolder(sdkFiles(), async (sdk) => {
    const { code, err } = await harness(['run', '--board', 'odroidc4', '--sdk', sdk]);
    assert.is(code, 2);
    assert.match(err, /board odroidc4 has no QEMU machine\n.*--lab lab\.toml/);
    assert.not.match(err, /guest/);
  }));

test('a board that no QEMU emulates is a usage error', () =>
  inFolder({ 'x.img': 'image' }, async (folder) => {
    const { code, err } = await harness(['boot', `${folder}/x.img`, '--board', 'odroidc4', '--runs', folder]);
    assert.is(code, 2);
    assert.match(err, /board odroidc4 has no QEMU machine/);
    assert.match(err, /vmm-harness boards/);
  }));

run();
