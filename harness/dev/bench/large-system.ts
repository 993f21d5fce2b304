// SPDX-License-Identifier: BSD-2-Clause
import type { MemoryRegion, ProtectionDomain } from '../../system/nodes.js';
import { System } from '../../system/system.js';

const pageSize = 0x1000;

/**
 * A system of many drivers. Each has an interrupt and a multiplexer, which has clients, with memory shared along every
 * channel. It has `groups` of `clients` + 2 protection domains, and at least `maps` maps in all.
 */
export function largeSystem(groups: number, clients: number, maps: number): System {
  const system = new System();
  const channels = groups * (clients + 1);
  const shared = Math.max(1, Math.ceil((maps - groups) / (2 * channels)));
  const nextIds = new Map<ProtectionDomain, number>();
  const nextAddress = new Map<ProtectionDomain, number>();
  const take = (
    table: Map<ProtectionDomain, number>,
    domain: ProtectionDomain,
    first: number,
    size: number,
  ) => {
    const value = table.get(domain) ?? first;
    table.set(domain, value + size);
    return value;
  };
  const map = (
    domain: ProtectionDomain,
    region: MemoryRegion,
    size: number,
    perms: 'r' | 'rw',
    cached = true,
  ) => domain.map(region, { vaddr: take(nextAddress, domain, 0x200_0000, size), perms, cached });
  const connect = (low: ProtectionDomain, high: ProtectionDomain, call: boolean) => {
    for (let index = 0; index < shared; index++) {
      const size = pageSize * (index === 0 ? 16 : 1);
      const region = system.memoryRegion({ name: `${low.name}_${high.name}_${index}`, size });
      map(low, region, size, index % 2 === 0 ? 'rw' : 'r');
      map(high, region, size, 'rw');
    }
    const id = (domain: ProtectionDomain) => take(nextIds, domain, 0, 1);
    system.channel({ pd: low, id: id(low), pp: call }, { pd: high, id: id(high) });
  };
  for (let group = 0; group < groups; group++) {
    const base = 0xa00_0000 + group * 0x1_0000;
    const registers = system.memoryRegion({ name: `device_${group}`, size: pageSize, physAddr: base });
    const driver = system.protectionDomain({
      name: `driver_${group}`,
      priority: 110,
      programImage: 'driver.elf',
    });
    map(driver, registers, pageSize, 'rw', false);
    driver.irq({ irq: 40 + group, id: take(nextIds, driver, 0, 1), trigger: 'edge' });
    const mux = system.protectionDomain({ name: `mux_${group}`, priority: 105, programImage: 'mux.elf' });
    connect(mux, driver, false);
    for (let client = 0; client < clients; client++) {
      const name = `client_${group}_${client}`;
      connect(
        system.protectionDomain({ name, priority: 50 + client, programImage: 'client.elf' }),
        mux,
        client === 0,
      );
    }
  }
  return system;
}
