// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import type { Board, GicV2 } from '../../../boards/board.js';
import { boards } from '../../../boards/index.js';
import { noProgress } from '../../../harness/base/progress.js';
import { boardFacts } from '../../../harness/microkit/board-facts.js';
import type { Sdk } from '../../../harness/microkit/sdk.js';
import { buildFolder } from '../../../harness/subject/demo/build.js';
import { linuxSystem } from '../../../harness/subject/demo/linux-system.js';
import { uartChannel, vmmConfig } from '../../../harness/subject/demo/vmm-config.js';
import { checkSystem } from '../../../harness/system/check.js';
import { writeSystem } from '../../../harness/system/index.js';
import { qemuBoard } from '../../support/fake-guest.js';
import { run, test } from '../../support/test.js';

const { uart, guest } = qemuBoard;
const gic = qemuBoard.gic as GicV2;

for (const board of boards.values()) {
  for (const vcpus of [1, 2, 3, 4]) {
    test(`the system of ${board.name} for ${vcpus} vCPUs passes every check of a system description`, () => {
      const system = linuxSystem(board, vcpus, board.guest.ram, 33_000_000);
      assert.equal(checkSystem(system, { board: boardFacts(board) }), []);
      assert.is(system.guests[0]?.guest.vcpus.length, vcpus);
    });
  }

  test(`the guest of ${board.name} gets the UART's registers and only the virtual parts of its GIC`, () => {
    const system = linuxSystem(board, 2, board.guest.ram);
    const frames = system.regions.flatMap(({ attributes }) => attributes.physAddr ?? []);
    const { gic: its, uart: line } = board;
    assert.equal(frames, [
      line.base - (line.base % 0x1000),
      ...(its.version === 2 ? [its.virtualCpuInterface] : []),
    ]);
  });
}

test('on several cores the VMM has its own core if possible, and the guest a budget of a second, with the reason', () => {
  const coresOf = (vcpus: number, cores: number) => {
    const system = linuxSystem(qemuBoard, vcpus, guest.ram, undefined, cores);
    const vm = system.guests[0];
    const cpus = vm?.guest.vcpus.map(({ attributes }) => attributes.cpu);
    return {
      cpus: [vm?.vmm.attributes.cpu, ...(cpus ?? [])],
      budget: vm?.guest.budget,
      text: writeSystem(system),
    };
  };
  assert.equal(coresOf(1, 2).cpus, [0, 1]);
  assert.equal(coresOf(4, 4).cpus, [0, 0, 1, 2, 3]);
  assert.equal(coresOf(4, 2).cpus, [0, 0, 1, 0, 1]);
  assert.is(coresOf(4, 2).budget, 1_000_000);
  assert.match(
    coresOf(2, 2).text,
    /<!-- The vCPUs run on several cores: .*-->\n.*budget="1000000" period="1000000"/,
  );
  assert.equal(coresOf(2, 1).cpus, [undefined, undefined, undefined]);
  assert.not.match(coresOf(2, 1).text, /cpu=|budget=|<!--/);
});

const layoutOf = ({ ram }: Board['guest']) => ({ ram, kernel: ram, dtb: ram, initrd: ram });

test('a GICv3 is announced with one redistributor for each vCPU, and no CPU interface', () => {
  const board = boards.get('imx8mp_evk') as Board;
  const header = vmmConfig(board, 3, layoutOf(board.guest));
  assert.match(header, /VMM_GIC_VERSION 3\n.*VMM_GICD_BASE 0x38800000\n.*VMM_GICD_SIZE 0x10000\n/);
  assert.match(header, /VMM_GICR_BASE 0x38880000\n.*VMM_GICR_SIZE 0x60000\n/);
  assert.not.match(header, /VMM_GICC_BASE|VMM_GICD_PAGE/);
});

test('a packed kernel has its size in the header and whole large pages in the system, outside of guest RAM', () => {
  const size = 0x200_0001;
  assert.match(
    vmmConfig(qemuBoard, 1, layoutOf(guest), { inflatedSize: size }),
    /VMM_KERNEL_INFLATED_SIZE 0x2000001\n/,
  );
  assert.not.match(vmmConfig(qemuBoard, 1, layoutOf(guest)), /INFLATED/);
  const system = linuxSystem(qemuBoard, 1, guest.ram, size);
  const region = system.regions.find(({ name }) => name === 'kernel_image');
  assert.equal([region?.attributes.size, region?.attributes.pageSize], [0x220_0000, 0x20_0000]);
  const map = system.domains[0]?.domain.maps.find(({ mr }) => mr === 'kernel_image');
  assert.equal(
    [map?.vaddr, map?.setvars.setvarVaddr],
    [guest.ram.base + guest.ram.size, 'kernel_image_vaddr'],
  );
  assert.not.ok(system.guests[0]?.guest.maps.some(({ mr }) => mr === 'kernel_image'));
});

test('the guest has the virtual CPU interface where it looks for the physical one, and never the distributor itself', () => {
  const system = linuxSystem(qemuBoard, 2, guest.ram);
  const maps = system.guests[0]?.guest.maps ?? [];
  const region = new Map(system.regions.map((one) => [one.name, one.attributes.physAddr]));
  const at = (vaddr: number) => maps.find((map) => map.vaddr === vaddr);
  assert.is(region.get(at(gic.cpuInterface)?.mr ?? ''), gic.virtualCpuInterface);
  assert.is(at(gic.distributor), undefined);
});

test('one vCPU reads its distributor from a page that it cannot write', () => {
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

test("the header has the distributor's page only for a guest with one vCPU", () => {
  const range = guest.ram;
  const header = (vcpus: number) =>
    vmmConfig(qemuBoard, vcpus, { ram: range, kernel: range, dtb: range, initrd: range });
  assert.match(header(1), /VMM_GICD_PAGE 1/);
  assert.not.match(header(2), /VMM_GICD_PAGE/);
});

const sdk: Sdk = {
  name: 'minikit',
  provider: 'minikit',
  dir: '/sdk',
  version: '2.0.1',
  source: 'built here',
  boards: new Map(),
};
const request = { board: qemuBoard, sdk, config: 'debug', vcpus: 1, progress: noProgress };

test('builds that differ in anything have separate folders', () => {
  const others = [
    {},
    { vcpus: 2 },
    { cores: 2 },
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

run();
