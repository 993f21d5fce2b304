// SPDX-License-Identifier: BSD-2-Clause
/** The report: the layout of the system as text. */

import { type AddressRange, rangeOf } from '../../harness/base/ranges.js';
import { columns as inColumns } from '../../harness/base/text.js';
import type { Description } from '../../harness/system/description.js';
import { formatRange, formatSize } from '../../harness/system/format.js';
import type { Placement } from './place.js';
import type { Plan, PlannedMap } from './plan.js';

const columns = (rows: readonly (readonly string[])[]) => inColumns(rows, { indent: 4 });

function mapRows(maps: readonly PlannedMap[]): string[] {
  const rows = [...maps]
    .sort((a, b) => a.vaddr - b.vaddr)
    .map(({ label, vaddr, piece, perms, cached }) => [
      formatRange(rangeOf(vaddr, piece.size)),
      `at ${formatRange(rangeOf(piece.paddr ?? 0, piece.size))}`,
      perms.padEnd(3),
      cached ? 'cached' : 'device',
      `${formatSize(piece.pageSize)} pages`,
      label,
    ]);
  return columns(rows);
}

/** The text of the report. */
export function formatReport(
  system: Description,
  plan: Plan,
  placement: Placement,
  table: AddressRange,
): string {
  const { kernel, image, heap, clear } = placement;
  const zeros = clear.reduce((sum, { base, end }) => sum + end - base, 0);
  const range = (label: string, { base, end }: AddressRange) => [
    formatRange({ base, end }),
    formatSize(end - base),
    label,
  ];
  const lines = [
    '# Image',
    '',
    ...columns([
      range('the whole image', image),
      range('kernel', kernel),
      range('system table', table),
      ...plan.pieces
        .filter(({ data }) => data !== undefined)
        .map(({ label, paddr = 0, size }) => range(label, rangeOf(paddr, size))),
      range("kernel's heap (not in the image)", heap),
    ]),
    '',
    `    cleared at boot: ${formatSize(zeros)} in ${clear.length} range${clear.length === 1 ? '' : 's'}`,
    '',
    '# Memory regions',
    '',
    ...columns(
      [...plan.regions].map(([name, { paddr = 0, size, pageSize }]) => [
        formatRange(rangeOf(paddr, size)),
        formatSize(size),
        `${formatSize(pageSize)} pages`,
        name,
      ]),
    ),
  ];
  for (const { domain, parent, maps, program } of plan.domains) {
    const above =
      parent === undefined ? '' : `, child ${domain.childId} of '${plan.domains[parent]?.domain.name}'`;
    lines.push('', `# Protection domain '${domain.name}'`, '');
    lines.push(
      `    priority ${domain.priority}${domain.passive ? ', passive' : ''}${above}, program ${program.path}`,
    );
    lines.push(`    budget ${domain.budget} of ${domain.period} microseconds`, '', ...mapRows(maps));
    for (const irq of domain.irqs)
      lines.push(`    interrupt ${irq.attributes.irq} (${irq.trigger}) by id ${irq.attributes.id}`);
  }
  system.guests.forEach(({ guest, vmm }, index) => {
    const ids = guest.vcpus.map(({ attributes }) => attributes.id).join(', ');
    lines.push('', `# Virtual machine '${guest.name}' of '${vmm.name}'`, '');
    lines.push(
      `    priority ${guest.priority}, vCPUs ${ids}`,
      '',
      ...mapRows(plan.guests[index]?.maps ?? []),
    );
  });
  lines.push('', '# Channels', '');
  for (const channel of system.channels) {
    const ends = channel.all('end').map(({ attributes: { pd, id, pp, notify } }) => {
      const can = [...((notify ?? true) ? ['notifies'] : []), ...(pp ? ['calls'] : [])];
      return `'${pd}' by id ${id} (${can.join(', ') || 'only receives'})`;
    });
    lines.push(`    ${ends.join(' and ')}`);
  }
  return `${lines.join('\n')}\n`;
}
