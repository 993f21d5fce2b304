// SPDX-License-Identifier: BSD-2-Clause
/** How a description shows that it is for another architecture than AArch64, as which it is read. */

export type OtherArchitecture = 'x86-64' | 'RISC-V';

/** Boards of Microkit 2.0.1 to 2.3.0 that are not AArch64. */
const boards: ReadonlyMap<string, OtherArchitecture> = new Map([
  ['ariane', 'RISC-V'],
  ['cheshire', 'RISC-V'],
  ['hifive_p550', 'RISC-V'],
  ['qemu_virt_riscv64', 'RISC-V'],
  ['serengeti', 'RISC-V'],
  ['star64', 'RISC-V'],
  ['x86_64_generic', 'x86-64'],
  ['x86_64_generic_vtx', 'x86-64'],
]);

/** The architecture of a Microkit board, if it is not AArch64. */
export const otherArchitecture = (board: string) => boards.get(board);

/** Elements and attributes that Microkit has only on x86-64. */
const x86Elements = new Set(['ioport', 'io_address_space', 'iomap']);
const x86Attributes = new Set(['ioapic', 'pin', 'polarity', 'vector', 'pcidev', 'handle']);

export const isX86Element = (tag: string) => x86Elements.has(tag);
export const isX86Attribute = (name: string) => x86Attributes.has(name);
