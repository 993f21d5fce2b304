// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { gicV2Of } from '../../../boards/gic.js';
import { boards } from '../../../boards/index.js';
import { boardHeader, configHeader } from '../../../minikit/tool/headers.js';
import { run, test } from '../../support/test.js';

const board = boards.get('qemu_virt_aarch64');
if (!board) throw new Error('no board');

test('the debug configuration prints and the release configuration does not', () => {
  const lines = (config: 'debug' | 'release') => configHeader(board, config).split('\n');
  for (const name of ['CONFIG_DEBUG_BUILD', 'CONFIG_PRINTING']) {
    assert.ok(lines('debug').includes(`#define ${name}  1`), name);
    assert.not.ok(
      lines('release').some((line) => line.includes(name)),
      name,
    );
  }
});

test("the architecture is written as Microkit's own Makefiles look for it", () => {
  assert.match(configHeader(board, 'debug'), /^#define CONFIG_SEL4_ARCH {2}aarch64$/m);
});

test('every address of the board comes from its data', () => {
  const header = boardHeader(board);
  const { distributor, cpuInterface, hypervisorInterface } = gicV2Of(board, 'this test');
  for (const address of [distributor, cpuInterface, hypervisorInterface, board.uart.base, board.loadAddress])
    assert.ok(header.includes(`0x${address.toString(16)}`), address.toString(16));
});

run();
