// SPDX-License-Identifier: BSD-2-Clause
/** Makes the system table (layout.ts) of a placed plan. */
import type { Description } from '../../harness/system/description.js';
import { limits } from '../../harness/system/limits.js';
import type { ProtectionDomain } from '../../harness/system/nodes.js';
import type { Permissions } from '../../harness/system/values.js';
import { has } from '../../harness/system/versions.js';
import {
  channelFlags,
  irqTriggers,
  mapFlags,
  none,
  packRecord,
  pdFlags,
  type RecordName,
  type RecordValues,
  recordSize,
  systemMagic,
  systemVersion,
} from './layout.js';
import type { Placement } from './place.js';
import type { Plan, PlannedMap } from './plan.js';

/** Sections of the table, in order. */
const sections = ['space', 'map', 'pd', 'vcpu', 'channel', 'irq', 'clear', 'fill'] as const;
type Section = (typeof sections)[number];
type Sections = { [S in Section]: RecordValues<S>[] };

const bit = (condition: boolean, flag: number) => (condition ? flag : 0);

/** Without 'r' the page is inaccessible, as with a seL4 capability without read right. */
function flagsOf(perms: Permissions, cached: boolean): number {
  if (!perms.includes('r')) return bit(cached, mapFlags.cached);
  const write = bit(perms.includes('w'), mapFlags.write);
  return mapFlags.read | write | bit(perms.includes('x'), mapFlags.execute) | bit(cached, mapFlags.cached);
}

/** Truncates names to the kernel's limit, as the Microkit tool does. */
function cutName(name: string): string {
  let cut = name;
  while (Buffer.byteLength(cut) >= limits.nameBytes) cut = cut.slice(0, -1);
  return cut;
}

function mapRecord({ vaddr, piece, perms, cached }: PlannedMap): RecordValues<'map'> {
  return {
    vaddr,
    paddr: piece.paddr ?? 0,
    size: piece.size,
    page_size: piece.pageSize,
    flags: flagsOf(perms, cached),
  };
}

function spaceSections(plan: Plan): Pick<Sections, 'space' | 'map'> {
  const [space, map]: [Sections['space'], Sections['map']] = [[], []];
  for (const { maps } of [...plan.domains, ...plan.guests]) {
    space.push({ first_map: map.length, map_count: maps.length });
    map.push(...maps.map(mapRecord));
  }
  return { space, map };
}

function flagsOfDomain({ passive, smc, attributes: { fpu = true } }: ProtectionDomain): number {
  return bit(passive, pdFlags.passive) | bit(smc, pdFlags.smc) | bit(!fpu, pdFlags.noFpu);
}

/** The order of starting protection domains: that of the description, or in later versions of Microkit by name. */
function startOrder({ microkit }: Description, { domains }: Plan): string[] {
  const names = domains.map(({ domain }) => domain.name);
  return has(microkit, '2.3.0')
    ? names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    : names;
}

function domainSection(system: Description, plan: Plan): Sections['pd'] {
  const { domains } = plan;
  const order = startOrder(system, plan);
  return domains.map(({ domain, index, parent, program, ipcBuffer, stackTop }) => ({
    name: cutName(domain.name),
    entry: program.entry,
    stack_top: stackTop,
    ipc_buffer: ipcBuffer.vaddr,
    ipc_buffer_paddr: ipcBuffer.piece.paddr ?? 0,
    budget_us: domain.budget,
    period_us: domain.period,
    space: index,
    priority: domain.priority,
    parent: parent ?? none,
    id: domain.childId ?? 0,
    flags: flagsOfDomain(domain),
    start: order.indexOf(domain.name),
  }));
}

function vcpuSection(system: Description, { domains }: Plan): Sections['vcpu'] {
  return system.guests.flatMap(({ guest, index: pd }, nth) =>
    guest.vcpus.map(({ attributes }) => ({
      name: cutName(guest.name),
      budget_us: guest.budget,
      period_us: guest.period,
      space: domains.length + nth,
      priority: guest.priority,
      pd,
      id: attributes.id,
    })),
  );
}

function channelSection(system: Description): Sections['channel'] {
  const index = new Map(system.domains.map(({ domain, index }) => [domain.name, index]));
  return system.channels.map((channel) => {
    const [a, b] = channel.all('end').map(({ attributes }) => attributes);
    if (a === undefined || b === undefined) throw new RangeError('a checked channel has two ends');
    const flags =
      bit(a.notify ?? true, channelFlags.aNotifies) |
      bit(b.notify ?? true, channelFlags.bNotifies) |
      bit(a.pp ?? false, channelFlags.aCalls) |
      bit(b.pp ?? false, channelFlags.bCalls);
    return {
      pd_a: index.get(a.pd) ?? none,
      id_a: a.id,
      pd_b: index.get(b.pd) ?? none,
      id_b: b.id,
      flags,
      reserved: 0,
    };
  });
}

function irqSection(system: Description): Sections['irq'] {
  return system.domains.flatMap(({ domain, index: pd }) =>
    domain.irqs.map((irq) => ({
      intid: irq.attributes.irq,
      trigger: irqTriggers[irq.trigger],
      pd,
      id: irq.attributes.id,
    })),
  );
}

function fillSection({ regions }: Plan): Sections['fill'] {
  return [...regions.values()].flatMap(({ paddr = 0, fill }) =>
    fill === undefined ? [] : [{ paddr, from: fill.from.paddr ?? 0, size: fill.size }],
  );
}

/** Encodes the table. Its size does not depend on the placement, so it can be packed once to measure it. */
export function packTable(
  system: Description,
  plan: Plan,
  placement: Pick<Placement, 'heap' | 'clear'>,
): Buffer {
  const values: Sections = {
    ...spaceSections(plan),
    pd: domainSection(system, plan),
    vcpu: vcpuSection(system, plan),
    channel: channelSection(system),
    irq: irqSection(system),
    clear: placement.clear.map(({ base, end }) => ({ paddr: base, size: end - base })),
    fill: fillSection(plan),
  };
  const starts: Record<string, number> = {};
  let size = recordSize('system');
  for (const section of sections) {
    starts[`${section}_first`] = size;
    starts[`${section}_count`] = values[section].length;
    size += values[section].length * recordSize(section);
  }
  const { heap } = placement;
  const header = {
    magic: systemMagic,
    version: systemVersion,
    size,
    heap_base: heap.base,
    heap_size: heap.end - heap.base,
    ...starts,
  } as RecordValues<'system'>;
  const rows = sections.flatMap((section) =>
    values[section].map((row) => packRecord<RecordName>(section, row as RecordValues<RecordName>)),
  );
  return Buffer.concat([packRecord('system', header), ...rows]);
}
