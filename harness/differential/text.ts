// SPDX-License-Identifier: BSD-2-Clause
/** Text for acts and differences. */
import { columns } from '../base/text.js';
import type { Difference } from './difference.js';
import type { Act, Exec, SlotSetting, Value } from './program.js';
import { arenaPages, target, windowSlots } from './protocol.js';

export const hex = (value: bigint): string =>
  value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;

/** A value with its symbol. */
function valueText({ code, value }: Value): string {
  if (code === 'window') return hex(BigInt.asUintN(64, value));
  if (code === 'target') return targetText(Number(value));
  const named = ['gicd', 'gicc', 'gicr', 'arena', 'code', 'tables', 'affinity'];
  return named.includes(code) ? `${code}+${hex(value)}` : hex(value);
}

const targetNames = new Map(Object.entries(target).map(([name, number]) => [number as number, name]));
const sizes = ['invalid', 'block', 'reserved', 'page'];

const targetText = (where: number): string =>
  where < arenaPages ? `arena page ${where}` : (targetNames.get(where) ?? `target ${where}`);

/** The page of a slot, such as `page 0x3000: gicd, attribute 1, EL1 read-only, PXN`. */
export function slotText({ slot, target: where, attributes }: SlotSetting): string {
  const high = slot >= windowSlots / 2;
  const address = BigInt.asUintN(64, BigInt((high ? slot - windowSlots : slot) * 0x1000));
  const page = targetText(where);
  const bit = (place: number) => ((attributes >> place) & 1) === 1;
  const parts = [
    page,
    `attribute ${attributes & 7}`,
    `${bit(4) ? 'EL0 and EL1' : 'EL1'} ${bit(5) ? 'read-only' : 'read-write'}`,
    ...(bit(8) ? [] : ['no access flag']),
    ...(bit(12) ? ['PXN'] : []),
    ...(bit(13) ? ['UXN'] : []),
    ...(attributes >> 14 === 3 ? [] : [`descriptor type ${sizes[attributes >> 14]}`]),
  ];
  return `page ${hex(address)}: ${parts.join(', ')}`;
}

function execText(exec: Exec): string {
  const registers = exec.registers.map(({ id, value }) => {
    const name = typeof id === 'number' ? `x${id}` : id;
    return `${name}=${valueText(value)}`;
  });
  const mode = exec.el === 0 ? 'EL0' : exec.spX ? 'EL1' : 'EL1t';
  const pstate = exec.pstate === 0 ? [] : [`PSTATE^${hex(BigInt(exec.pstate))}`];
  return [`${mode}: ${exec.text.join('; ')}`, ...pstate, ...registers].join('  ');
}

export function actText(act: Act): string {
  const on = act.cpu === undefined || act.cpu === 0 ? '' : `CPU ${act.cpu}: `;
  return `${on}${whatText(act)}`;
}

function whatText(act: Act): string {
  switch (act.kind) {
    case 'exec':
      return execText(act);
    case 'slot':
      return slotText(act);
    case 'take':
      return 'take all pending interrupts';
    case 'drain':
      return 'end all pending interrupts';
    case 'on':
      return 'CPU_ON';
    case 'off':
      return 'CPU_OFF';
    case 'table':
      return `table[${act.index}] = ${valueText(act.value)} | ${hex(act.bits)}`;
  }
}

/** The two columns of a difference. */
export function differenceText({ fields }: Difference, vmm: string): string[] {
  const show = (value: bigint | undefined) => (value === undefined ? '-' : hex(value));
  const rows = [
    ['', 'bare', vmm],
    ...fields.map(({ field, bare, vmm: other }) => [field, show(bare), show(other)]),
  ];
  return columns(rows);
}
