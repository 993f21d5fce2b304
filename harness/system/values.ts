// SPDX-License-Identifier: BSD-2-Clause
/** The kinds of attribute values: how each is read and written, and what is expected. */

export type Permissions = 'r' | 'rw' | 'rx' | 'rwx' | 'x' | 'wx' | '';
type Trigger = 'level' | 'edge';
/** How long a security domain runs. */
interface Duration {
  value: number;
  unit: 'us' | 'ticks';
}

/** Parts of seL4's boot information: one for AArch64, the rest for x86-64. */
const bootInfos = [
  'fdt',
  'x86_vbe',
  'x86_mbmmap',
  'x86_acpi_rsdp',
  'x86_framebuffer',
  'x86_tsc_freq',
] as const;
type BootInfo = (typeof bootInfos)[number];

/** The TypeScript type of each kind. */
export interface KindTypes {
  bootinfo: BootInfo;
  text: string;
  number: number;
  decimal: number;
  unsigned: number;
  boolean: boolean;
  permissions: Permissions;
  trigger: Trigger;
  duration: Duration;
}
export type Kind = keyof KindTypes;

interface KindRules<T> {
  /** Completes the sentence "expected: ..." when a text is refused. */
  expected: string;
  /** The value of a text; undefined when the text is invalid. */
  read(text: string): T | undefined;
  /** Writes a value in the one style. */
  write(value: T, attribute: string): string;
}

/** Numbers that are exact both in 64 bits and in JavaScript. */
const exact = (value: number) => (Number.isSafeInteger(value) ? value : undefined);

const hexNumber = /^0x\+?[0-9a-fA-F]+$/;
const decimalNumber = /^\+?[0-9]+$/;

function readNumber(text: string): number | undefined {
  const digits = text.includes('_') ? text.replaceAll('_', '') : text;
  if (decimalNumber.test(digits)) return exact(Number(digits));
  return hexNumber.test(digits) ? exact(Number.parseInt(digits.slice(2), 16)) : undefined;
}

/** Attributes that contain addresses and byte counts are written in hex. */
const hexAttributes = new Set(['vaddr', 'phys_addr', 'size', 'page_size', 'stack_size']);

/** `0x1_000_000`: the manual's own style for addresses. */
export function formatHex(value: number): string {
  let digits = value.toString(16);
  let groups = '';
  for (; digits.length > 3; digits = digits.slice(0, -3)) groups = `_${digits.slice(-3)}${groups}`;
  return `0x${digits}${groups}`;
}

/** The letters in their usual order, each once. */
const inOrder = (letters: string) =>
  ['r', 'w', 'x'].filter((letter) => letters.includes(letter)).join('') as Permissions;

/** Texts in the usual order, as nearly all are. */
const usualPermissions = new Map(
  (['r', 'rw', 'rx', 'rwx'] as const).map((letters) => [letters as string, letters]),
);

export const kinds: { [K in Kind]: KindRules<KindTypes[K]> } = {
  text: {
    expected: 'a text',
    read: (text) => text,
    write: (value) => value,
  },
  number: {
    expected: 'a number below 2^53, decimal or with 0x hexadecimal, with optional _ between digits',
    read: readNumber,
    write: (value, attribute) => (hexAttributes.has(attribute) ? formatHex(value) : String(value)),
  },
  decimal: {
    expected: 'a decimal number, without _ and 0x',
    read: (text) => (/^[+-]?[0-9]+$/.test(text) ? exact(Number(text)) : undefined),
    write: (value) => String(value),
  },
  unsigned: {
    expected: 'a decimal number from 0, without _ and 0x',
    read: (text) => (/^\+?[0-9]+$/.test(text) ? exact(Number(text)) : undefined),
    write: (value) => String(value),
  },
  boolean: {
    expected: "'true' or 'false'",
    read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
    write: (value) => String(value),
  },
  permissions: {
    expected: "a combination of 'r', 'w' and 'x'",
    read: (text) => usualPermissions.get(text) ?? (/^[rwx]*$/.test(text) ? inOrder(text) : undefined),
    write: (value) => value,
  },
  trigger: {
    expected: "'level' or 'edge'",
    read: (text) => (text === 'level' || text === 'edge' ? text : undefined),
    write: (value) => value,
  },
  bootinfo: {
    expected: bootInfos.join(', '),
    read: (text) => bootInfos.find((known) => known === text),
    write: (value) => value,
  },
  duration: {
    expected: "a number above 0, one space and its unit, 'us' or 'ticks'",
    read: (text) => {
      const [, digits = '', unit] = /^([^ ]*) (us|ticks)$/.exec(text) ?? [];
      const value = readNumber(digits);
      return value === undefined || value === 0 ? undefined : { value, unit: unit as Duration['unit'] };
    },
    write: ({ value, unit }) => `${value} ${unit}`,
  },
};
