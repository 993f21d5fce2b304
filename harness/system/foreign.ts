// SPDX-License-Identifier: BSD-2-Clause
/** Words that Microkit knows on other architectures or in other places, and why they are refused here. */
const x86 = 'Microkit has it for x86-64 only; this is a description for AArch64';
const inside = 'a virtual machine belongs inside the protection domain that runs it';

const words = {
  element: { ioport: x86, io_address_space: x86, iomap: x86, virtual_machine: inside },
  attribute: {
    ioapic: x86,
    pin: x86,
    polarity: x86,
    vector: x86,
    pcidev: x86,
    handle: x86,
    id: 'only a child protection domain has an id: its parent knows it by that',
    setvar_vaddr: 'a virtual machine has no program whose symbols could be set',
    setvar_size: 'a virtual machine has no program whose symbols could be set',
  } as Record<string, string>,
};

/** Why an unknown element or attribute is none here, when it is one elsewhere. */
export function foreignTo(what: 'element' | 'attribute', name: string): string | undefined {
  const table: Record<string, string> = words[what];
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
