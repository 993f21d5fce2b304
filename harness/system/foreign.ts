// SPDX-License-Identifier: BSD-2-Clause
/** Names that Microkit or XML uses in other places, and why they are refused here. */
const inside = 'a virtual machine belongs inside the protection domain that runs it';
const noProgram = 'a virtual machine has no program in which symbols could be set';

const words = {
  element: new Map([['virtual_machine', inside]]),
  attribute: new Map([
    ['id', 'only a child protection domain has an id, by which its parent refers to it'],
    ['setvar_vaddr', noProgram],
    ['setvar_size', noProgram],
    ['xml:base', 'xmllint --xinclude --nofixup-base-uris leaves it out; Microkit refuses it too'],
  ]),
};

/** Why an unknown element or attribute is refused here although it exists elsewhere. */
export function foreignTo(what: 'element' | 'attribute', name: string): string | undefined {
  const known = words[what].get(name);
  if (known !== undefined || !name.includes(':')) return known;
  const plain = name.slice(name.indexOf(':') + 1);
  if (what === 'element' && plain === 'include')
    return 'include the other file first: xmllint --xinclude --nofixup-base-uris';
  return `write it without a prefix: Microkit reads only '${plain}', whatever the prefix`;
}
