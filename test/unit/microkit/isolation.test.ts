// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { debugRegisters, debugRegistersText } from '../../../harness/microkit/isolation.js';
import { describeSdk } from '../../../harness/microkit/sdk.js';
import { inFolder, sdkFiles } from '../../support/folder.js';
import { run, test } from '../../support/test.js';

const header = (config: string) => `board/qemu_virt_aarch64/${config}/include/kernel/gen_config.h`;
const on = '#define CONFIG_HARDWARE_DEBUG_API  1  \n';
const off = '/* disabled: CONFIG_HARDWARE_DEBUG_API */\n';

test("a guest's debug registers are its own if the kernel was built with the hardware debug API", () =>
  inFolder({ ...sdkFiles(), [header('debug')]: on, [header('release')]: off }, async (dir) => {
    const sdk = await describeSdk(dir, '--sdk');
    const of = (board: string, config: string) => debugRegisters(sdk, board, config);
    assert.is(of('qemu_virt_aarch64', 'debug'), 'own');
    assert.is(of('qemu_virt_aarch64', 'release'), 'shared');
    assert.is(of('odroidc4', 'debug'), 'unknown');
    assert.is(
      debugRegistersText(sdk),
      'reach other protection domains in release (docs/known-issues.md); not known for debug',
    );
  }));

test("on minikit they are always the guest's own, whatever its headers define", () =>
  inFolder({ ...sdkFiles('', 'minikit.elf'), [header('debug')]: off }, async (dir) => {
    const sdk = await describeSdk(dir, 'built here');
    assert.is(debugRegisters(sdk, 'qemu_virt_aarch64', 'debug'), 'own');
    assert.is(debugRegistersText(sdk), "are its vCPU's own");
  }));

run();
