// SPDX-License-Identifier: BSD-2-Clause
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import { boards } from '../../../boards/index.js';
import { packageRoot } from '../../../harness/base/paths.js';
import { boardHeader, boardParts, configHeader } from '../../../minikit/tool/headers.js';
import { run, test } from '../../support/test.js';

function boardOf(name: string): Board {
  const found = boards.get(name);
  if (!found) throw new Error(`no board ${name}`);
  return found;
}
const board = boardOf('qemu_virt_aarch64');

test('the debug configuration prints and the release configuration does not', () => {
  const lines = (config: 'debug' | 'release') => configHeader(board, config, '2.0.1').split('\n');
  for (const name of ['CONFIG_DEBUG_BUILD', 'CONFIG_PRINTING']) {
    assert.ok(lines('debug').includes(`#define ${name}  1`), name);
    assert.not.ok(
      lines('release').some((line) => line.includes(name)),
      name,
    );
  }
});

test("the architecture is written in the form that Microkit's Makefiles search for", () => {
  assert.match(configHeader(board, 'debug', '2.0.1'), /^#define CONFIG_SEL4_ARCH {2}aarch64$/m);
});

test('every address of a board that the kernel uses comes from its data', () => {
  for (const each of boards.values()) {
    const { gic, uart, loadAddress } = each;
    const frames = gic.version === 2 ? [gic.cpuInterface, gic.hypervisorInterface] : [gic.redistributor];
    const header = boardHeader(each);
    for (const address of [gic.distributor, ...frames, uart.base, loadAddress])
      assert.match(header, new RegExp(` 0x${address.toString(16)}$`, 'm'), each.name);
  }
});

test('the kernel maps the frames of its devices whole', () => {
  assert.match(
    boardHeader(boardOf('imx8mp_evk')),
    /^#define BOARD_DEVICES \{\{0x38800000ull, 0x10000ull\}, \{0x38880000ull, 0xc0000ull\}, \{0x30890000ull, 0x1000ull\}\}$/m,
  );
});

test("make gets the kernel's files for the board's GIC and UART, and they exist", () => {
  const partsOf = (name: string) => boardParts(boardOf(name)).trim().split(' ').slice(2);
  assert.equal(partsOf('imx8mp_evk'), ['kernel/gic_v3.c', 'kernel/vgic_v3.c', 'kernel/uart_imx.c']);
  assert.equal(partsOf('qemu_virt_aarch64'), ['kernel/gic_v2.c', 'kernel/vgic_v2.c', 'kernel/uart_pl011.c']);
  for (const each of boards.values()) {
    if (!each.providers.includes('minikit')) continue;
    for (const part of partsOf(each.name)) assert.ok(existsSync(join(packageRoot, 'minikit', part)), part);
  }
});

test("Microkit permits programs and guests to use the physical timer only on QEMU's virt machine", () => {
  const open = [...boards.values()].filter((each) =>
    configHeader(each, 'debug', '2.0.1').includes('EXPORT_PTMR_USER'),
  );
  assert.equal(
    open.map(({ name }) => name),
    ['qemu_virt_aarch64'],
  );
});

test('the configuration names the GICv3 and the chip, where Microkit does', () => {
  const header = configHeader(boardOf('maaxboard'), 'release', '2.0.1');
  for (const name of ['ARM_GIC_V3_SUPPORT', 'PLAT_MAAXBOARD', 'PLAT_IMX8MQ'])
    assert.ok(header.includes(`#define CONFIG_${name}  1\n`), name);
  assert.not.ok(configHeader(board, 'release', '2.0.1').includes('GIC_V3'));
});

run();
