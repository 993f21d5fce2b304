// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { gicV2Of } from '../../../boards/gic.js';
import { buildFolder, checkFits } from '../../../harness/build/build.js';
import { linuxSystem } from '../../../harness/build/linux-system.js';
import { uartChannel, vmmConfig } from '../../../harness/build/vmm-config.js';
import { noProgress } from '../../../harness/progress.js';
import type { Sdk } from '../../../harness/sdk/sdk.js';
import { checkSystem } from '../../../harness/system/check.js';
import { qemuBoard } from '../../support/fake-guest.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const { uart, guest } = qemuBoard;
const gic = gicV2Of(qemuBoard, 'this test');

for (const vcpus of [1, 2, 3, 4]) {
  test(`the system for ${vcpus} vCPUs passes every check of a system description`, () => {
    const system = linuxSystem(qemuBoard, vcpus, guest.ram);
    assert.equal(checkSystem(system), []);
    assert.is(system.guests[0]?.guest.vcpus.length, vcpus);
  });
}

test('the guest has the virtual CPU interface where it looks for the physical one, and never the distributor itself', () => {
  const system = linuxSystem(qemuBoard, 2, guest.ram);
  const maps = system.guests[0]?.guest.maps ?? [];
  const region = new Map(system.regions.map((one) => [one.name, one.attributes.physAddr]));
  const at = (vaddr: number) => maps.find((map) => map.vaddr === vaddr);
  assert.is(region.get(at(gic.cpuInterface)?.mr ?? ''), gic.virtualCpuInterface);
  assert.is(at(gic.distributor), undefined);
});

test('one vCPU reads its distributor from a page that it can not write', () => {
  const system = linuxSystem(qemuBoard, 1, guest.ram);
  const map = system.guests[0]?.guest.maps.find(({ vaddr }) => vaddr === gic.distributor);
  assert.is(map?.perms, 'r');
  const region = system.regions.find(({ name }) => name === map?.mr);
  assert.is(region?.attributes.physAddr, undefined);
});

test("header and system agree on the UART's channel and interrupt", () => {
  const layout = {
    ram: guest.ram,
    kernel: guest.ram,
    dtb: { base: 0x4f00_0000, size: 1 },
    initrd: guest.ram,
  };
  const header = vmmConfig(qemuBoard, 1, layout);
  const irq = linuxSystem(qemuBoard, 1, guest.ram).domains[0]?.domain.irqs[0];
  assert.equal([irq?.attributes.irq, irq?.attributes.id], [uart.intid, uartChannel]);
  assert.match(
    header,
    new RegExp(`#define VMM_UART_INTID ${uart.intid}\n#define VMM_UART_CHANNEL ${uartChannel}\n`),
  );
  assert.match(header, /#define VMM_GUEST_DTB_IPA 0x4f000000\n/);
});

test('the page of the distributor is announced for one vCPU alone', () => {
  const range = guest.ram;
  const header = (vcpus: number) =>
    vmmConfig(qemuBoard, vcpus, { ram: range, kernel: range, dtb: range, initrd: range });
  assert.match(header(1), /VMM_GICD_PAGE 1/);
  assert.not.match(header(2), /VMM_GICD_PAGE/);
});

const sdk: Sdk = {
  ...{ name: 'minikit', provider: 'minikit', dir: '/sdk', version: '2.0.1', source: 'built here' },
  boards: new Map(),
};
const request = { board: qemuBoard, sdk, config: 'debug', vcpus: 1, progress: noProgress };

test('builds that differ in anything lie in folders of their own', () => {
  const others = [
    {},
    { vcpus: 2 },
    { config: 'release' },
    { kernel: '/a' },
    { initrd: '/a' },
    { dtb: '/a' },
    { sdk: { ...sdk, dir: '/other' } },
  ];
  const folders = others.map((other) => buildFolder({ ...request, ...other }));
  assert.is(new Set(folders).size, others.length);
  assert.is(buildFolder({ ...request }), folders[0]);
});

test('an image is refused from the first byte that is beyond the memory', async () => {
  const room = 0xc000_0000 - qemuBoard.loadAddress;
  checkFits(qemuBoard, room, 'x');
  const error = await refusal(() => checkFits(qemuBoard, room + 1, 'loader.img'));
  assert.is(error.exitCode, 2);
  assert.match(
    error.explain(),
    /^loader.img: the image is larger than the memory of qemu_virt_aarch64 allows/,
  );
});

run();
