// SPDX-License-Identifier: BSD-2-Clause
/** An image is made again if and only if one of its inputs has changed. The tool is a mock. */
import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { type ImageFiles, makeImage } from '../../../harness/microkit/image.js';
import { describeSdk } from '../../../harness/microkit/sdk.js';
import { qemuBoard } from '../../support/fake-guest.js';
import { inFolder, sdkFiles } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

/** Counts its calls in the file `calls`, and makes an image unless `broken` exists. */
const tool = `#!/bin/sh
[ "$1" = --help ] && echo 'usage: microkit' && exit
while [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; [ "$1" = -r ] && report=$2; shift; done
echo called >>calls
printf half >"$out"
[ -e broken ] && exit 1
printf image >"$out"
echo report >"$report"
`;

/**
 * Runs `body` with the files of a build and a function that makes the image and returns the number of calls of the
 * tool.
 */
const withBuild = (
  body: (files: ImageFiles, make: () => Promise<string>, calls: () => number) => Promise<void>,
) =>
  inFolder({ ...sdkFiles(tool), 'work/linux.system': '<system/>', 'work/vmm.elf': 'vmm' }, async (root) => {
    const sdk = await describeSdk(root, '--sdk');
    const folder = join(root, 'work');
    const at = (name: string) => join(folder, name);
    const named = { system: at('linux.system'), vmm: at('vmm.elf') };
    const files = { folder, ...named, image: at('loader.img'), report: at('report.txt') };
    const make = () => makeImage(files, { board: qemuBoard, sdk, config: 'debug' });
    const calls = () =>
      existsSync(at('calls')) ? readFileSync(at('calls'), 'utf8').split('\n').length - 1 : 0;
    await body(files, make, calls);
  });

test('an image whose inputs have not changed is not made again', () =>
  withBuild(async (_, make, calls) => {
    assert.not.match(await make(), /up to date/);
    assert.match(await make(), /up to date/);
    assert.is(calls(), 1);
  }));

const changes: [what: string, change: (files: ImageFiles) => void][] = [
  ['the system description', ({ system }) => writeFileSync(system, '<system></system>')],
  ['the VMM', ({ vmm }) => writeFileSync(vmm, 'VMM')],
  ['the size of the VMM', ({ vmm }) => appendFileSync(vmm, '.')],
  ["the SDK's tool", ({ folder }) => appendFileSync(join(folder, '../bin/microkit'), '# other\n')],
  [
    "the SDK's kernel",
    ({ folder }) => writeFileSync(join(folder, '../board/qemu_virt_aarch64/debug/elf/sel4.elf'), 'x'),
  ],
  [
    "a program of the SDK's",
    ({ folder }) => writeFileSync(join(folder, '../board/qemu_virt_aarch64/debug/elf/monitor.elf'), 'x'),
  ],
  ['the image, which is gone', ({ image }) => rmSync(image)],
];

for (const [what, change] of changes) {
  test(`an image is made again after a change of ${what}`, () =>
    withBuild(async (files, make, calls) => {
      await make();
      change(files);
      assert.not.match(await make(), /up to date/);
      assert.is(calls(), 2);
    }));
}

test('a tool that fails leaves the old image, and no record that it is up to date', () =>
  withBuild(async (files, make, calls) => {
    await make();
    writeFileSync(files.vmm, 'VMM');
    writeFileSync(join(files.folder, 'broken'), '');
    await refusal(make());
    assert.is(readFileSync(files.image, 'utf8'), 'image');
    renameSync(join(files.folder, 'broken'), join(files.folder, 'mended'));
    assert.not.match(await make(), /up to date/);
    assert.is(calls(), 3);
  }));

run();
