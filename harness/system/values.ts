// SPDX-License-Identifier: BSD-2-Clause
/** The kinds of values that attributes have: how each is read, written, and what is expected there. */

export type Permissions = 'r' | 'rw' | 'rx' | 'rwx' | 'x' | 'wx' | '';
export type Trigger = 'level' | 'edge';
/** How long a security domain runs. */
export interface Duration {
  value: number;
  unit: 'us' | 'ticks';
}

/** The TypeScript type of each kind. */
export interface KindTypes {
  text: string;
  number: number;
  decimal: number;
  boolean: boolean;
  permissions: Permissions;
  trigger: Trigger;
  duration: Duration;
}
export type Kind = keyof KindTypes;

interface KindRules<T> {
  /** Completes the sentence "expected: ..." when a text is refused. */
  expected: string;
  /** The value of a text, undefined when it has none. */
  read(text: string): T | undefined;
  /** The one style in which values are written. */
  write(value: T, attribute: string): string;
}

/** Numbers that are exact both in 64 bits and in JavaScript. */
const exact = (value: number) => (Number.isSafeInteger(value) ? value : undefined);

/** Attributes that hold addresses and byte counts are written in hex, in groups of three digits below a megabyte as above it. */
const hexAttributes = new Set(['vaddr', 'phys_addr', 'size', 'page_size', 'stack_size']);

/** `0x1_000_000`: the manual's own style for addresses. */
export function formatHex(value: number): string {
  return `0x${value.toString(16).replace(/\B(?=(...)+$)/g, '_')}`;
}

/** In the order of the letters, each once. */
const inOrder = (letters: string) =>
  ['r', 'w', 'x'].filter((letter) => letters.includes(letter)).join('') as Permissions;

export const kinds: { [K in Kind]: KindRules<KindTypes[K]> } = {
  text: {
    expected: 'a text',
    read: (text) => text,
    write: (value) => value,
  },
  number: {
    expected: 'a number below 2^53, decimal or hexadecimal after 0x, with _ where it helps',
    read: (text) => {
      const digits = text.replaceAll('_', '');
      const match = /^(?:0x\+?([0-9a-fA-F]+)|\+?([0-9]+))$/.exec(digits);
      if (match === null) return undefined;
      return exact(match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16));
    },
    write: (value, attribute) => (hexAttributes.has(attribute) ? formatHex(value) : String(value)),
  },
  decimal: {
    expected: 'a decimal number, without _ and 0x',
    read: (text) => (/^[+-]?[0-9]+$/.test(text) ? exact(Number(text)) : undefined),
    write: (value) => String(value),
  },
  boolean: {
    expected: "'true' or 'false'",
    read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
    write: (value) => String(value),
  },
  permissions: {
    expected: "a combination of 'r', 'w' and 'x'",
    read: (text) => (/^[rwx]*$/.test(text) ? inOrder(text) : undefined),
    write: (value) => value,
  },
  trigger: {
    expected: "'level' or 'edge'",
    read: (text) => (text === 'level' || text === 'edge' ? text : undefined),
    write: (value) => value,
  },
  duration: {
    expected: "a number and its unit, 'us' or 'ticks'",
    read: (text) => {
      const match = /^\s*([0-9]+)\s+(us|ticks)\s*$/.exec(text);
      const value = match === null ? undefined : exact(Number(match[1]));
      return value === undefined ? undefined : { value, unit: match?.[2] as Duration['unit'] };
    },
    write: ({ value, unit }) => `${value} ${unit}`,
  },
};
