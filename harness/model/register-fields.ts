// SPDX-License-Identifier: BSD-2-Clause
/** Reads and writes of fields that several registers of the distributor share (IHI 0048B, 4.3). */
import { type Bytes, eachBit } from './bits.js';
import type { Context } from './context.js';
import { clearSgi, makeSgiPending } from './pending.js';
import { wordOf } from './slots.js';

/** `old` with the bits in `lanes` taken from `value`. */
export const replace = (old: number, value: number, lanes: number): number =>
  (old & ~lanes) | (value & lanes);

/** Bits of word `n` that belong to implemented INTIDs. A word has `perWord` INTIDs. */
export function present(c: Context, n: number, perWord: number): number {
  const count = c.config.implementation.intids - n * perWord;
  if (count >= perWord) return -1;
  return count <= 0 ? 0 : (1 << ((count * 32) / perWord)) - 1;
}

/** Enable bits that the guest can set and clear. */
export const enableMask = (c: Context, n: number): number =>
  n === 0 && c.config.implementation.sgisAlwaysEnabled ? ~0xffff : -1;
export const sgiBits = (_: Context, n: number): number => (n === 0 ? 0xffff : 0);
/** Pending bits that the guest can set and clear. Those of a GICv2's SGIs are read-only: each SGI has its senders. */
export const pendMask = (c: Context, n: number): number => (n === 0 && c.config.gic === 2 ? ~0xffff : -1);
export const unimplementedPriority = (c: Context): number =>
  (~c.config.implementation.priorityMask & 0xff) * 0x0101_0101;
export const cpuMask = (c: Context): number => (1 << c.config.vcpus) - 1;

export function readPending(c: Context, vcpu: number, n: number): number {
  const word = wordOf(vcpu, n);
  c.open |= c.state.loaded.word(word) | c.state.unsure.word(word);
  return c.state.pending.word(word);
}

export function readActive(c: Context, vcpu: number, n: number): number {
  const word = wordOf(vcpu, n);
  c.open |= c.state.loaded.word(word);
  return c.state.active.word(word);
}

/** Slot of the first INTID in a word of four. */
export const byteSlot = (vcpu: number, n: number): number => wordOf(vcpu, n >>> 3) * 32 + (n & 7) * 4;

/** Writes the bits in `mask` of each byte in `lanes`. */
export function writeBytes(bytes: Bytes, slot: number, value: number, lanes: number, mask: number): void {
  for (let byte = 0; byte < 4; byte += 1) {
    if ((lanes >>> (byte * 8)) & 0xff) bytes.put(slot + byte, (value >>> (byte * 8)) & mask);
  }
}

export function triggers(c: Context, vcpu: number, n: number): number {
  const half = (c.state.edge.word(wordOf(vcpu, n >>> 1)) >>> ((n & 1) * 16)) & 0xffff;
  let value = 0;
  eachBit(half, (bit) => {
    value |= 2 << (bit * 2);
  });
  return value;
}

export function writeTriggers(c: Context, vcpu: number, n: number, value: number, lanes: number): void {
  if (n === 0 || (n === 1 && !c.config.implementation.ppiTriggersWritable)) return;
  const slot = wordOf(vcpu, n >>> 1) * 32 + (n & 1) * 16;
  for (let field = 0; field < 16; field += 1) {
    if ((lanes >>> (field * 2)) & 2) c.state.edge.assign(slot + field, ((value >>> (field * 2)) & 2) !== 0);
  }
}

/** Targets of a write of GICD_SGIR, for each value of TargetListFilter (4.3.15). */
const sgiTargets: readonly ((c: Context, vcpu: number, list: number) => number)[] = [
  (c, _, list) => list & cpuMask(c),
  (c, vcpu) => cpuMask(c) & ~(1 << vcpu),
  (_, vcpu) => 1 << vcpu,
];

export function generate(c: Context, vcpu: number, value: number): void {
  const targets = sgiTargets[(value >>> 24) & 3];
  if (targets === undefined) c.unpredictable = 'GICD_SGIR.TargetListFilter is 3, a reserved value';
  else
    eachBit(targets(c, vcpu, (value >>> 16) & 0xff), (target) => makeSgiPending(c, target, value & 15, vcpu));
}

export function readSources(c: Context, vcpu: number, n: number): number {
  const slot = vcpu * 32 + n * 4;
  let value = 0;
  for (let byte = 0; byte < 4; byte += 1) {
    const { some, every } = c.state.sgis.senders(slot + byte);
    value |= every << (byte * 8);
    c.open |= (c.state.loaded.has(slot + byte) ? 0xff : some & ~every) << (byte * 8);
  }
  return value;
}

/** Calls `act` for each SGI in `lanes`, with the vCPUs in its byte. */
function eachSources(
  c: Context,
  n: number,
  value: number,
  lanes: number,
  act: (sgi: number, sources: number) => void,
): void {
  for (let byte = 0; byte < 4; byte += 1) {
    if ((lanes >>> (byte * 8)) & 0xff) act(n * 4 + byte, (value >>> (byte * 8)) & cpuMask(c));
  }
}

export function setSources(c: Context, vcpu: number, n: number, value: number, lanes: number): void {
  eachSources(c, n, value, lanes, (sgi, sources) =>
    eachBit(sources, (source) => makeSgiPending(c, vcpu, sgi, source)),
  );
}

export function clearSources(c: Context, vcpu: number, n: number, value: number, lanes: number): void {
  eachSources(c, n, value, lanes, (sgi, sources) => {
    clearSgi(c, vcpu, sgi, sources);
  });
}
