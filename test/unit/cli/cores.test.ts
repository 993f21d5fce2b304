// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { crawls, onCores, withCpus } from '../../../harness/cli/cores.js';
import { loaders, qemuArguments } from '../../../harness/machine/qemu/arguments.js';
import { describeSdk } from '../../../harness/microkit/sdk.js';
import { qemuBoard } from '../../support/fake-guest.js';
import { inFolder, sdkFiles } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const board = 'board/qemu_virt_aarch64';
const facts = (config: string, nodes: number) => ({
  [`${board}/${config}/platform_gen.json`]: '{"memory": [], "devices": []}',
  [`${board}/${config}/include/kernel/gen_config.json`]: `{"MAX_NUM_NODES": "${nodes}"}`,
});
const files = { ...sdkFiles(), ...facts('debug', 1), ...facts('smp-debug', 4) };
const asked = (cores?: string) => ({ options: cores === undefined ? {} : { cores }, positionals: [] });

/** The arguments after `-smp` on QEMU's command line. */
const smpOf = (on: typeof qemuBoard) => {
  const words = qemuArguments(on, loaders(on, 'x.img'));
  return words.includes('-smp') ? words[words.indexOf('-smp') + 1] : undefined;
};

test("QEMU has as many CPUs as the SDK's kernel waits for, whatever the value of --cores", () =>
  inFolder(files, async (dir) => {
    const sdk = await describeSdk(dir, '--sdk');
    const smp = onCores(asked('2'), qemuBoard, sdk, 'smp-debug');
    assert.equal([smp.cores, smpOf(smp.board)], [2, '4']);
    assert.is(smpOf(onCores(asked(), qemuBoard, sdk, 'smp-debug').board), '4');
    assert.is(smpOf(onCores(asked(), qemuBoard, sdk, 'debug').board), undefined);
  }));

test('more cores than the kernel has are refused, and the error names a configuration that has them', () =>
  inFolder(files, async (dir) => {
    const sdk = await describeSdk(dir, '--sdk');
    const error = await refusal(() => onCores(asked('2'), qemuBoard, sdk, 'debug'));
    assert.equal(
      [error.exitCode, error.message, error.detail.wayOut],
      [2, 'the kernel of microkit-2.0.1 debug runs on 1 core', '--config smp-debug'],
    );
    const most = await refusal(() => onCores(asked('5'), qemuBoard, sdk, 'smp-debug'));
    assert.is(most.exitCode, 2);
  }));

test('a machine with fewer cores than QEMU has CPUs gets a warning', () => {
  assert.is(crawls(qemuBoard, 1), undefined);
  assert.is(crawls(withCpus(qemuBoard, 4), 4), undefined);
  assert.match(crawls(withCpus(qemuBoard, 4), 2) ?? '', /^this machine has 2 cores for the 4 of QEMU/);
});

test('an SDK without SMP is refused, and the error names the configuration that it lacks', () =>
  inFolder({ ...sdkFiles(), ...facts('debug', 1) }, async (dir) => {
    const sdk = await describeSdk(dir, '--sdk');
    const error = await refusal(() => onCores(asked('2'), qemuBoard, sdk, 'smp-debug'));
    assert.match(error.message, /does not have configuration smp-debug of board qemu_virt_aarch64/);
  }));

run();
