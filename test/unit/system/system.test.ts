// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { checkSystem } from '../../../harness/system/check.js';
import * as library from '../../../harness/system/index.js';
import { System, writeSystem } from '../../../harness/system/index.js';
import { run, test } from '../../support/test.js';

function linuxSystem() {
  const system = new System();
  const ram = system.memoryRegion({ name: 'guest_ram', size: 0x1000_0000, pageSize: 0x20_0000 });
  const uart = system.memoryRegion({ name: 'uart', size: 0x1000, physAddr: 0x900_0000 });
  const vmm = system.protectionDomain({ name: 'vmm', priority: 254, programImage: 'vmm_linux.elf' });
  vmm.map(ram, { vaddr: 0x4000_0000, perms: 'rw', setvarVaddr: 'guest_ram_vaddr' });
  vmm.irq({ irq: 33, id: 1 });
  const linux = vmm.virtualMachine({ name: 'linux', priority: 1 });
  linux.vcpu({ id: 0 });
  linux.map(ram, { vaddr: 0x4000_0000, perms: 'rwx' });
  linux.map(uart, { vaddr: 0x900_0000, perms: 'rw', cached: false });
  const client = system.protectionDomain({ name: 'client', programImage: 'client.elf' });
  system.channel({ pd: client, id: 1, pp: true }, { pd: vmm, id: 2 });
  return system;
}

test('a system written in TypeScript becomes XML', () => {
  assert.is(
    writeSystem(linuxSystem()),
    `<?xml version="1.0" encoding="UTF-8"?>
<system>
    <memory_region name="guest_ram" size="0x10_000_000" page_size="0x200_000" />
    <memory_region name="uart" size="0x1_000" phys_addr="0x9_000_000" />
    <protection_domain name="vmm" priority="254">
        <program_image path="vmm_linux.elf" />
        <map mr="guest_ram" vaddr="0x40_000_000" perms="rw" setvar_vaddr="guest_ram_vaddr" />
        <irq irq="33" id="1" />
        <virtual_machine name="linux" priority="1">
            <vcpu id="0" />
            <map mr="guest_ram" vaddr="0x40_000_000" perms="rwx" />
            <map mr="uart" vaddr="0x9_000_000" perms="rw" cached="false" />
        </virtual_machine>
    </protection_domain>
    <protection_domain name="client">
        <program_image path="client.elf" />
    </protection_domain>
    <channel>
        <end pd="client" id="1" pp="true" />
        <end pd="vmm" id="2" />
    </channel>
</system>
`,
  );
  assert.equal(checkSystem(linuxSystem()), []);
});

test('the place of a mistake is the call that made it', () => {
  const system = new System();
  const ram = system.memoryRegion({ name: 'ram', size: 0x1000 });
  const domain = system.protectionDomain({ name: 'a', programImage: 'a.elf' });
  domain.map(ram, { vaddr: 0x2000_0000 });
  const line = Number(/:(\d+):\d+\)?$/m.exec(new Error().stack ?? '')?.[1]) - 1;
  domain.map(ram, { vaddr: 0x2000_0800 });
  const [mistake] = checkSystem(system);
  assert.match(mistake?.place.file ?? '', /system\.test\.[jt]s$/);
  assert.is(mistake?.place.line, line + 2);
});

test('the types of a version lack whatever the version lacks', () => {
  const old = new System({ microkit: '2.0.1' });
  // @ts-expect-error prefill_path came with 2.2.0
  old.memoryRegion({ name: 'a', size: 0x1000, prefillPath: 'x' });
  // @ts-expect-error a size is required before 2.2.0
  old.memoryRegion({ name: 'b' });
  const young = new System({ microkit: '2.3.0' });
  const region = young.memoryRegion({ name: 'a', prefillPath: 'x' });
  const domain = young.protectionDomain({ name: 'd', cpu: 0, fpu: false, programImage: 'd.elf' });
  domain.map(region, { vaddr: 0x200_0000, setvarPrefillSize: 'length' });
  assert.match(writeSystem(young), /setvar_prefill_size="length"/);
});

test('the types refuse what never works', () => {
  const system = new System();
  const ram = system.memoryRegion({ name: 'ram', size: 0x1000 });
  const domain = system.protectionDomain({ name: 'a', programImage: 'a.elf' });
  const other = system.protectionDomain({ name: 'b', programImage: 'b.elf' });
  const guest = domain.virtualMachine({ name: 'linux' });
  // @ts-expect-error a map takes a memory region, not a name
  assert.throws(() => domain.map('ram', {}).map(undefined, {}));
  // @ts-expect-error a map needs an address
  domain.map(ram, {});
  // @ts-expect-error there is no write-only map
  domain.map(ram, { vaddr: 0, perms: 'w' });
  // @ts-expect-error a virtual machine has no symbols
  guest.map(ram, { vaddr: 0, setvarVaddr: 'x' });
  // @ts-expect-error only a child has an id
  system.protectionDomain({ name: 'c', id: 1, programImage: 'c.elf' });
  // @ts-expect-error two protection domains cannot both call each other
  system.channel({ pd: domain, id: 1, pp: true }, { pd: other, id: 1, pp: true });
});

test('the library has these exports and no others', () => {
  assert.equal(Object.keys(library).sort(), [
    'DescriptionError',
    'MemoryRegion',
    'ProtectionDomain',
    'Source',
    'System',
    'VirtualMachine',
    'checkSystem',
    'defaultVersion',
    'drawSystem',
    'explainMistake',
    'explainSystem',
    'formatSystem',
    'readChecked',
    'readSystem',
    'versions',
    'writeSystem',
  ]);
});

run();
