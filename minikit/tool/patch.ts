// SPDX-License-Identifier: BSD-2-Clause
/** Sets variables of programs: those of libmicrokit, and those named in the description. */
import { HarnessError } from '../../harness/base/error.js';
import type { Description } from '../../harness/system/description.js';
import type { ElfFile } from '../../harness/system/elf.js';
import { locate, microkitSymbols, setvarBytes } from '../../harness/system/program.js';
import type { Plan, PlannedDomain } from './plan.js';

function word(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(setvarBytes);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** Writes bytes to a symbol. Throws unless the program has exactly one symbol of that name and size. */
export function setSymbol(elf: ElfFile, symbol: string, bytes: Uint8Array): void {
  const found = locate(elf, symbol);
  if (found === undefined || found.size < bytes.length) {
    throw new HarnessError('product', `symbol '${symbol}' cannot be set`, {
      where: elf.path,
      expected: `one variable of at least ${bytes.length} bytes`,
      got: found === undefined ? 'none in its segments' : `${found.size} bytes`,
    });
  }
  found.segment.data.set(bytes, found.offset);
}

/** Bit masks of the channels that a protection domain can notify and call. */
function channelBits(system: Description, name: string): { notify: bigint; call: bigint } {
  let [notify, call] = [0n, 0n];
  for (const { attributes } of system.channels.flatMap((channel) => channel.all('end'))) {
    if (attributes.pd !== name) continue;
    const bit = 1n << BigInt(attributes.id);
    if (attributes.notify ?? true) notify |= bit;
    if (attributes.pp ?? false) call |= bit;
  }
  return { notify, call };
}

function patchDomain(system: Description, { domain, program: elf }: PlannedDomain, plan: Plan): void {
  const size = locate(elf, 'microkit_name')?.size ?? 0;
  const { notify, call } = channelBits(system, domain.name);
  const irqs = domain.irqs.reduce((bits, irq) => bits | (1n << BigInt(irq.attributes.id)), 0n);
  setSymbol(elf, 'microkit_name', Buffer.from(domain.name).subarray(0, size));
  setSymbol(elf, 'microkit_passive', Uint8Array.of(domain.passive ? 1 : 0));
  setSymbol(elf, 'microkit_irqs', word(irqs));
  setSymbol(elf, 'microkit_notifications', word(notify));
  setSymbol(elf, 'microkit_pps', word(call));
  // There are none on Arm.
  if ('microkit_ioports' in microkitSymbols(system.microkit)) setSymbol(elf, 'microkit_ioports', word(0));
  const set = (symbol: string | undefined, value: number | undefined) => {
    if (symbol !== undefined) setSymbol(elf, symbol, word(value ?? 0));
  };
  for (const map of domain.maps) {
    const region = plan.regions.get(map.mr);
    set(map.setvars.setvarVaddr, map.vaddr);
    set(map.setvars.setvarSize, region?.size);
    set(map.setvars.setvarPrefillSize, region?.fill?.size);
  }
  for (const { attributes } of domain.setvars)
    set(attributes.symbol, plan.regions.get(attributes.regionPaddr)?.paddr);
  for (const { attributes } of domain.irqs) set(attributes.setvarId, attributes.id);
  for (const child of domain.children) set(child.childSetvar, child.childId);
  for (const { attributes } of system.channels.flatMap((channel) => channel.all('end')))
    if (attributes.pd === domain.name) set(attributes.setvarId, attributes.id);
}

/** Sets the variables of all programs of a placed plan. */
export function patchPrograms(system: Description, plan: Plan): void {
  for (const domain of plan.domains) patchDomain(system, domain, plan);
}
