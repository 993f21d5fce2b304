// SPDX-License-Identifier: BSD-2-Clause
/** Describes a system in words: who can access which memory, who can wake whom, and what each interrupt reaches. */
import { rangeOf } from '../base/ranges.js';
import type { Description } from './description.js';
import { formatRange, formatSize } from './format.js';
import { reachedFrom, wakings } from './reach.js';
import type { Permissions } from './values.js';

const verbs: Record<string, string> = { r: 'reads', w: 'writes', x: 'executes' };

/** `reads and writes`. */
export function permissionWords(perms: Permissions): string {
  if (!perms.includes('r')) return 'has no access';
  const words = [...perms].map((letter) => verbs[letter] ?? '');
  return words.length < 3 ? words.join(' and ') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

const list = (words: readonly string[]) => words.map((word) => `'${word}'`).join(', ');

function memory(system: Description): string[] {
  const lines: string[] = [];
  for (const region of system.regions) {
    const { name, size = 0, physAddr } = region.attributes;
    const where =
      physAddr === undefined ? 'placed by the tool' : `at ${formatRange(rangeOf(physAddr, size))}`;
    lines.push(`  '${name}', ${formatSize(size)} ${where}`);
    const before = lines.length;
    for (const { domain } of system.domains) {
      const spaces = [
        { title: `'${domain.name}'`, maps: domain.maps },
        { title: `virtual machine '${domain.guest?.name}'`, maps: domain.guest?.maps ?? [] },
      ];
      for (const { title, maps } of spaces) {
        for (const { mr, vaddr, perms, cached } of maps) {
          if (mr !== name) continue;
          const how = `${permissionWords(perms)}${cached ? '' : ', uncached'}`;
          lines.push(`    ${title} ${how} at ${formatRange(rangeOf(vaddr, size))}`);
        }
      }
      if (domain.setvars.some(({ attributes }) => attributes.regionPaddr === name))
        lines.push(`    '${domain.name}' knows its physical address`);
    }
    if (lines.length === before) lines.push('    never mapped');
  }
  return lines.length === 0 ? ['  none'] : lines;
}

function waking(system: Description): string[] {
  const lines = wakings(system).map(({ from, to, how, id }) => `  '${from}' ${how} '${to}' (id ${id})`);
  return lines.length === 0 ? ['  none'] : lines;
}

function interrupts(system: Description): string[] {
  const lines: string[] = [];
  for (const { domain } of system.domains) {
    for (const irq of domain.irqs) {
      const { irq: intid, id } = irq.attributes;
      const kind = intid >= 32 ? `SPI ${intid - 32}` : `PPI ${intid - 16}`;
      lines.push(`  ${intid} (${kind}, ${irq.trigger}) wakes '${domain.name}' (id ${id})`);
      const reached = reachedFrom(system, domain.name);
      if (reached.length > 0) lines.push(`    which can wake ${list(reached)}`);
      for (const { guest, vmm } of system.guests)
        if (vmm === domain || reached.includes(vmm.name))
          lines.push(`    and interrupt virtual machine '${guest.name}' of '${vmm.name}'`);
    }
  }
  return lines.length === 0 ? ['  none'] : lines;
}

function scheduling(system: Description): string[] {
  const runners = system.domains.flatMap(({ domain }) => {
    const { name, priority, passive, budget, period, guest } = domain;
    const time = budget === period ? '' : `, ${budget} of every ${period} microseconds`;
    const own = { priority, text: `'${name}'${passive ? ', passive' : ''}${time}` };
    return guest === undefined
      ? [own]
      : [
          own,
          { priority: guest.priority, text: `virtual machine '${guest.name}', ${guest.vcpus.length} vCPU` },
        ];
  });
  return runners
    .sort((a, b) => b.priority - a.priority)
    .map(({ priority, text }) => `  ${priority}: ${text}`);
}

function faults(system: Description): string[] {
  return system.domains.map(({ domain, parent }) => {
    const handler = parent === undefined ? 'the monitor' : `'${system.domains[parent]?.domain.name}'`;
    const guest =
      domain.guest === undefined ? '' : `; those of '${domain.guest.name}' go to '${domain.name}'`;
    return `  those of '${domain.name}' go to ${handler}${guest}`;
  });
}

/** The text of an explanation. */
export function explainSystem(system: Description): string {
  const sections: [title: string, lines: string[]][] = [
    ['Who can access which memory', memory(system)],
    ['Who can wake whom', waking(system)],
    ['What each interrupt reaches', interrupts(system)],
    ['Who handles faults', faults(system)],
    ['Who runs first (highest priority on top)', scheduling(system)],
  ];
  return `${sections.map(([title, lines]) => [title, ...lines].join('\n')).join('\n\n')}\n`;
}
