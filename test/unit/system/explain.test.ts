// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { explainSystem } from '../../../harness/system/explain.js';
import { formatSize } from '../../../harness/system/format.js';
import { System } from '../../../harness/system/index.js';
import { reachedFrom, wakings } from '../../../harness/system/reach.js';
import { run, test } from '../../support/test.js';

function small() {
  const system = new System();
  const ram = system.memoryRegion({ name: 'ram', size: 0x1000_0000 });
  const uart = system.memoryRegion({ name: 'uart', size: 0x1000, physAddr: 0x900_0000 });
  system.memoryRegion({ name: 'spare', size: 0x3000 });
  const driver = system.protectionDomain({ name: 'driver', priority: 200, programImage: 'driver.elf' });
  driver.map(uart, { vaddr: 0x200_0000, perms: 'rw', cached: false }).irq({ irq: 33, id: 0 });
  const vmm = system.protectionDomain({
    name: 'vmm',
    priority: 100,
    budget: 10,
    period: 50,
    programImage: 'vmm.elf',
  });
  vmm.map(ram, { vaddr: 0x4000_0000 }).setvar('ram_paddr', ram);
  vmm
    .virtualMachine({ name: 'linux', priority: 1 })
    .vcpu({ id: 0 })
    .map(ram, { vaddr: 0x4000_0000, perms: 'rwx' });
  const child = vmm.child({ name: 'helper', id: 1, programImage: 'helper.elf' });
  system.channel({ pd: driver, id: 1 }, { pd: vmm, id: 1, notify: false, pp: true });
  system.channel({ pd: vmm, id: 2 }, { pd: child, id: 2, notify: false });
  return system;
}

test('an explanation lists who accesses memory, wakes, interrupts, handles faults and runs first', () => {
  assert.is(
    explainSystem(small()),
    `Who can access which memory
  'ram', 256 MiB placed by the tool
    'vmm' reads and writes at [0x40_000_000..0x50_000_000)
    virtual machine 'linux' reads, writes and executes at [0x40_000_000..0x50_000_000)
    'vmm' knows its physical address
  'uart', 4 KiB at [0x9_000_000..0x9_001_000)
    'driver' reads and writes, uncached at [0x2_000_000..0x2_001_000)
  'spare', 12 KiB placed by the tool
    never mapped

Who can wake whom
  'driver' notifies 'vmm' (id 1)
  'vmm' calls 'driver' (id 1)
  'vmm' notifies 'helper' (id 2)

What each interrupt reaches
  33 (SPI 1, level) wakes 'driver' (id 0)
    which can wake 'vmm', 'helper'
    and interrupt virtual machine 'linux' of 'vmm'

Who handles faults
  those of 'driver' go to the monitor
  those of 'vmm' go to the monitor; those of 'linux' go to 'vmm'
  those of 'helper' go to 'vmm'

Who runs first (highest priority on top)
  200: 'driver'
  100: 'vmm', 10 of every 50 microseconds
  1: virtual machine 'linux', 1 vCPU
  0: 'helper'
`,
  );
});

test('an empty system is explained too', () => {
  assert.match(explainSystem(new System()), /memory\n {2}none[\s\S]*whom\n {2}none[\s\S]*reaches\n {2}none/);
});

test('reachability is transitive, ends at cycles, and never includes the start', () => {
  const system = small();
  assert.equal(reachedFrom(system, 'driver'), ['vmm', 'helper']);
  assert.equal(reachedFrom(system, 'helper'), []);
  assert.is(wakings(system).length, 3);
});

test('sizes are in the largest unit that divides them', () => {
  assert.equal([1, 0x1000, 0x1800, 0x20_0000, 0x4000_0000, 1536 * 1024].map(formatSize), [
    '1 bytes',
    '4 KiB',
    '6 KiB',
    '2 MiB',
    '1 GiB',
    '1536 KiB',
  ]);
});

run();
