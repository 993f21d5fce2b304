// SPDX-License-Identifier: BSD-2-Clause
/** Virtual machines: mistakes that make a guest fail although every tool accepts its description. */

import { overlap, rangeOf, without } from '../../base/ranges.js';
import type { Element } from '../element.js';
import { formatRange } from '../format.js';
import { limits } from '../limits.js';
import type { ProtectionDomain, VirtualMachine } from '../nodes.js';
import { formatHex } from '../values.js';
import { has, type Version } from '../versions.js';
import type { Check } from './check.js';
import { placedMaps, regionsByName, sizeOf, sound } from './lookup.js';

const reachesDistributor: Check = {
  about: 'a virtual machine that reaches the GIC distributor itself',
  shows: 'later',
  run(system, report, context) {
    const { distributor } = context.board ?? {};
    if (distributor === undefined) return;
    const regions = regionsByName(system);
    for (const { guest } of system.guests) {
      for (const map of sound(guest.maps)) {
        const region = regions.get(map.mr);
        const { physAddr } = region?.attributes ?? {};
        const size = sizeOf(region, context) ?? 0;
        if (physAddr === undefined || !overlap(rangeOf(physAddr, size), distributor)) continue;
        report({ element: map }, `virtual machine '${guest.name}' maps the GIC distributor`, {
          got: `'${map.mr}' is at ${formatRange(rangeOf(physAddr, size))}, the distributor at ${formatRange(distributor)}`,
          wayOut: 'leave it out: its accesses must fault, so that the VMM can answer them',
        });
      }
    }
  },
};

const distributorWrites: Check = {
  about: "memory that absorbs a guest's writes to the GIC distributor, so that the VMM never sees them",
  shows: 'later',
  run(system, report, context) {
    const { distributor } = context.board ?? {};
    if (distributor === undefined) return;
    for (const { guest } of system.guests) {
      for (const { map, range } of placedMaps(system, guest.maps, context)) {
        if (!map.perms.includes('w') || !overlap(range, distributor)) continue;
        report(
          { element: map, attribute: 'vaddr' },
          `virtual machine '${guest.name}' can write to memory at its GIC distributor's address`,
          {
            got: `'${map.mr}' is at ${formatRange(range)}, the distributor at ${formatRange(distributor)}`,
            wayOut: 'give it perms="r", so that writes fault; or map it elsewhere',
          },
        );
      }
    }
  },
};

const executable: Check = {
  about: 'a virtual machine without executable memory',
  shows: 'later',
  severity: 'warning',
  run(system, report) {
    for (const { guest } of system.guests) {
      if (guest.maps.some(({ perms, broken }) => broken.size > 0 || perms.includes('x'))) continue;
      report(
        { element: guest, attribute: 'name' },
        `virtual machine '${guest.name}' has no executable memory`,
        {
          expected: 'a map of its RAM with perms="rwx"',
          got: `${guest.maps.length} map${guest.maps.length === 1 ? '' : 's'}, none with 'x'`,
        },
      );
    }
  },
};

const starved: Check = {
  about: 'a virtual machine that its own VMM cannot interrupt',
  shows: 'later',
  severity: 'warning',
  run(system, report) {
    for (const { guest, vmm } of system.guests) {
      const tooHigh = guest.priority >= vmm.priority && guest.priority <= limits.priority;
      if (sound<Element>([guest, vmm]).length < 2 || !tooHigh) continue;
      report(
        { element: guest, attribute: 'priority' },
        `virtual machine '${guest.name}' can keep '${vmm.name}' from running`,
        {
          expected: `a priority below that of its VMM, ${vmm.priority}`,
          got: String(guest.priority),
          wayOut: 'a busy guest of the same priority or above delays its own interrupts',
        },
      );
    }
  },
};

const deviceTree: Check = {
  about: "RAM that a guest's device tree declares but its virtual machine does not map",
  shows: 'later',
  run(system, report, context) {
    const { guestMemory } = context;
    for (const { guest } of system.guests) {
      const promised = guestMemory?.get(guest.name);
      if (promised === undefined) continue;
      const maps = placedMaps(system, guest.maps, context)
        .filter(({ map }) => map.perms.includes('w'))
        .sort((a, b) => a.range.base - b.range.base);
      for (const range of promised.ranges) {
        const [gap] = without(
          range,
          maps.map((one) => one.range),
        );
        if (gap === undefined) continue;
        const ram = maps.find((one) => overlap(one.range, range));
        const at = ram === undefined ? { element: guest } : { element: ram.map, attribute: 'vaddr' };
        report(at, `the device tree of virtual machine '${guest.name}' declares more RAM than it maps`, {
          got:
            `${promised.tree} declares ${formatRange(range)}, ` +
            (ram === undefined
              ? 'nothing is mapped there'
              : `'${ram.map.mr}' is at ${formatRange(ram.range)}`),
          wayOut: `map RAM from ${formatHex(gap.base)} to ${formatHex(gap.end)}, or correct the memory node`,
        });
      }
    }
  },
};

/** Microseconds, far above what an entry into the kernel of another core can take. */
const budgetElsewhere = 1_000_000;

/** The vCPUs of a virtual machine that run on another core than its VMM. */
function elsewhere(vmm: ProtectionDomain, guest: VirtualMachine, version: Version): Element<'vcpu'>[] {
  const { cpu: own = 0 } = vmm.attributes;
  const otherwise = has(version, '2.3.0') ? own : 0;
  return sound(guest.vcpus).filter(({ attributes: { cpu = otherwise } }) => cpu !== own);
}

const budgetOnCores: Check = {
  about: "vCPUs on other cores than their VMM's whose budget is short, or shorter than the period",
  shows: 'later',
  since: '2.1.0',
  severity: 'warning',
  run(system, report) {
    for (const { guest, vmm } of system.guests) {
      const { budget, period } = guest;
      const [first] = sound<Element>([guest, vmm]).length < 2 ? [] : elsewhere(vmm, guest, system.microkit);
      if (first === undefined || (budget >= budgetElsewhere && period === budget)) continue;
      const attribute = guest.attributes.budget === undefined ? 'name' : 'budget';
      report({ element: guest, attribute }, `virtual machine '${guest.name}' can hang on several cores`, {
        expected: `budget="${budgetElsewhere}" period="${budgetElsewhere}"`,
        got: `a budget of ${budget} in a period of ${period} microseconds, and vCPU ${first.attributes.id} on another core than '${vmm.name}'`,
        wayOut:
          'seL4 drops the interrupts of a vCPU whose budget ends while it enters the kernel, each time it happens',
      });
    }
  },
};

const registersOnCores: Check = {
  about: "vCPUs on other cores than their VMM's: the VMM reads stale registers and cannot write them",
  shows: 'later',
  since: '2.1.0',
  severity: 'warning',
  run(system, report) {
    for (const { guest, vmm } of system.guests) {
      if (sound<Element>([guest, vmm]).length < 2) continue;
      for (const vcpu of elsewhere(vmm, guest, system.microkit)) {
        const attribute = vcpu.attributes.cpu === undefined ? 'id' : 'cpu';
        report(
          { element: vcpu, attribute },
          `'${vmm.name}' cannot inject exceptions into vCPU ${vcpu.attributes.id}`,
          {
            expected: `the core of '${vmm.name}', ${vmm.attributes.cpu ?? 0}, where the guest can fault`,
            wayOut: "seL4 reads and writes a vCPU's EL1 registers only on the caller's core",
          },
        );
      }
    }
  },
};

export const guestChecks = {
  guest_distributor: reachesDistributor,
  guest_distributor_writes: distributorWrites,
  guest_executable: executable,
  guest_starves: starved,
  guest_device_tree: deviceTree,
  guest_core_budget: budgetOnCores,
  guest_core_registers: registersOnCores,
};
