// SPDX-License-Identifier: BSD-2-Clause
/** Maps addresses to the register frames of the interrupt controller. */
import type { Frame, ModelConfig } from './config.js';
import { distributorV2 } from './distributor-v2.js';
import { distributorV3 } from './distributor-v3.js';
import { redistributor } from './redistributor.js';
import type { Register, RegisterFrame } from './register.js';

/** A place in a register frame. */
export interface Place {
  readonly frame: RegisterFrame;
  /** The vCPU whose private interrupts the registers show: the accessing one, or in a redistributor its owner. */
  readonly vcpu: number;
  /** From the start of the frame, in bytes. */
  readonly offset: number;
}

/** The frame of all redistributors of a machine. */
export const redistributorsOf = ({ gic, redistributorBase, vcpus }: ModelConfig): Frame => ({
  base: redistributorBase,
  size: gic === 3 ? redistributor.size * vcpus : 0,
});

const inFrame = ({ base, size }: Frame, address: number): boolean => address >= base && address < base + size;

/** The place of an address that `vcpu` accesses; `undefined` outside every register frame. */
export function placeOf(config: ModelConfig, vcpu: number, address: number): Place | undefined {
  const { distributor, gic } = config;
  const redistributors = redistributorsOf(config);
  if (inFrame(distributor, address))
    return { frame: gic === 2 ? distributorV2 : distributorV3, vcpu, offset: address - distributor.base };
  if (!inFrame(redistributors, address)) return undefined;
  const offset = address - redistributors.base;
  const owner = Math.floor(offset / redistributor.size);
  return { frame: redistributor, vcpu: owner, offset: offset - owner * redistributor.size };
}

/** The register at each word of a frame; `undefined` where it is reserved. */
const byWord = new Map<RegisterFrame, readonly (Register | undefined)[]>();

function wordsOf(frame: RegisterFrame): readonly (Register | undefined)[] {
  const known = byWord.get(frame);
  if (known !== undefined) return known;
  const words: (Register | undefined)[] = new Array(frame.size / 4).fill(undefined);
  for (const register of frame.registers) words.fill(register, register.first / 4, (register.last + 1) / 4);
  byWord.set(frame, words);
  return words;
}

export const registerAt = (frame: RegisterFrame, word: number): Register | undefined => wordsOf(frame)[word];

/** Index of a word within its register's array. */
export const indexOf = (register: Register, word: number): number =>
  word - ((register.array ?? register.first) >>> 2);

/** The name of the register at a byte offset, for reports. */
export function registerName(frame: RegisterFrame, offset: number): string {
  const register = registerAt(frame, offset >>> 2);
  if (register === undefined) return `${frame.prefix}+0x${offset.toString(16).padStart(3, '0')}`;
  const single = register.first === register.last - 3;
  const index = single ? '' : String(indexOf(register, offset >>> 2));
  return `${register.name}${index}${offset & 3 ? `+${offset & 3}` : ''}`;
}

/** The name of the register at an address; `undefined` outside every frame. */
export function placeName(config: ModelConfig, address: number): string | undefined {
  const place = placeOf(config, 0, address);
  if (place === undefined) return undefined;
  const whose = place.frame === redistributor ? ` of vCPU ${place.vcpu}` : '';
  return `${registerName(place.frame, place.offset)}${whose}`;
}

/** `32 to 40, 63`: numbers as reports list them, in order. */
function ranges(numbers: readonly number[]): string {
  const parts: [first: number, last: number][] = [];
  for (const number of numbers) {
    const part = parts.at(-1);
    if (part?.[1] === number - 1) part[1] = number;
    else parts.push([number, number]);
  }
  return parts.map(([first, last]) => (first === last ? first : `${first} to ${last}`)).join(', ');
}

/**
 * The interrupts of the bits of `value`, `bytes` of it, at an offset in a register that has one bit for each INTID;
 * `undefined` where the register is another. At most 64 bits.
 */
export function intidsText(
  frame: RegisterFrame,
  offset: number,
  value: bigint,
  bytes: number,
): string | undefined {
  const register = registerAt(frame, offset >>> 2);
  if (register?.perWord !== 32) return undefined;
  const first = indexOf(register, offset >>> 2) * 32 + (offset & 3) * 8;
  const set = Array.from({ length: 8 * bytes }, (_, bit) => bit).filter((bit) => (value >> BigInt(bit)) & 1n);
  if (set.length === 0) return 'no INTID';
  return `INTID${set.length === 1 ? '' : 's'} ${ranges(set.map((bit) => first + bit))}`;
}

/** The value of an access of `bytes` bytes to an address, for reports: interrupts, or the number. */
export function valueText(config: ModelConfig, address: number, value: bigint, bytes: number): string {
  const place = placeOf(config, 0, address);
  const intids = place && intidsText(place.frame, place.offset, value, bytes);
  return intids ?? `0x${value.toString(16)}`;
}
