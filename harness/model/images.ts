// SPDX-License-Identifier: BSD-2-Clause
/** linux_setup_images: which images it must refuse, and where the others must end up. */
import type { ModelConfig } from './config.js';
import type { Context } from './context.js';
import { imageRules as rules } from './image-rules.js';
import type { Rule } from './rule.js';
import type { Seen, WrittenEvent } from './seen.js';
import type { ImagesStep } from './step.js';

/** Guest RAM holds this value before the call. No byte of the patterns has it. */
export const ramFill = 0x5a;
/** Extents of written RAM with a smaller gap between them are reported as one. */
export const extentGap = 64;
/** -1 as `uintptr_t`. */
const failure = 0xffff_ffff_ffff_ffffn;

const kernelMagic = 0x644d_5241;
const dtbMagic = 0xd00d_feed;
const kernelHeader = 64n;
/** Devicetree Specification 5.2: ten words. */
const dtbHeader = 40n;
const mebibytes2 = 0x20_0000n;
/** booting.rst: text_offset when image_size is zero. */
const oldTextOffset = 0x8_0000n;

interface Extent {
  name: 'kernel' | 'device tree' | 'initial RAM disc';
  /** From the start of guest RAM. */
  start: bigint;
  /** Bytes that are copied. */
  size: bigint;
  /** Bytes that must be free. */
  room: bigint;
}

/** Byte `index` of the pattern of source `kind` (0 kernel, 1 device tree, 2 initial RAM disc). */
export function patternByte(seed: number, kind: number, index: number): number {
  const byte = (Math.imul(index, 167) + seed + kind * 59 + (index >>> 8)) & 0xff;
  return byte === ramFill ? 0xa5 : byte;
}

/** FNV-1a over `bytes`, 32 bits. */
export function digest(bytes: Uint8Array): number {
  let hash = 0x811c_9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x0100_0193);
  return hash >>> 0;
}

/** The source images as the target makes them. */
export function sourceBytes(step: ImagesStep, kind: number, size: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(size, 64));
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = patternByte(step.seed, kind, index);
  const view = new DataView(bytes.buffer);
  if (kind === 0) {
    view.setBigUint64(8, step.textOffset, true);
    view.setBigUint64(16, step.imageSize, true);
    view.setBigUint64(24, step.flags, true);
    view.setUint32(56, step.kernelMagic, true);
  } else if (kind === 1) {
    view.setUint32(0, step.dtbMagic);
    view.setUint32(4, step.dtbTotal);
  }
  return bytes.subarray(0, size);
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** The extents of guest RAM that the images of `step` must end up in. */
function extents(config: ModelConfig, step: ImagesStep): Extent[] {
  const base = BigInt(config.ram.base);
  const first = ((base + mebibytes2 - 1n) / mebibytes2) * mebibytes2 - base;
  const kernel = first + (step.imageSize === 0n ? oldTextOffset : step.textOffset);
  const list: Extent[] = [
    { name: 'kernel', start: kernel, size: step.kernelSize, room: max(step.kernelSize, step.imageSize) },
    { name: 'device tree', start: step.dtbOffset, size: step.dtbSize, room: step.dtbSize },
  ];
  if (step.initrdSize > 0n) {
    const { initrdOffset: start, initrdSize: size } = step;
    list.push({ name: 'initial RAM disc', start, size, room: size });
  }
  return list;
}

/** The rules by which these images must be refused, each with its reason. */
function objections(config: ModelConfig, step: ImagesStep, places: Extent[]): [rule: Rule, why: string][] {
  const found: [Rule, string][] = [];
  const ram = BigInt(config.ram.size);
  if (step.kernelSize < kernelHeader)
    found.push([rules.kernelHeader, 'the kernel is shorter than its header']);
  else if (step.kernelMagic !== kernelMagic) found.push([rules.kernelMagic, 'no arm64 Image magic']);
  else if (step.flags & 1n) found.push([rules.kernelEndian, 'the kernel is big-endian']);
  else if (step.imageSize !== 0n && step.textOffset % 4n !== 0n)
    found.push([rules.kernelAligned, 'text_offset is not a multiple of 4']);
  if (step.dtbSize < dtbHeader) found.push([rules.dtbSize, 'the device tree is shorter than its header']);
  else if (step.dtbMagic !== dtbMagic) found.push([rules.dtbMagic, 'no device tree magic']);
  else if (BigInt(step.dtbTotal) > step.dtbSize) found.push([rules.dtbSize, 'the device tree is cut off']);
  else if (BigInt(step.dtbTotal) < dtbHeader) found.push([rules.dtbSize, 'totalsize is below the header']);
  if (step.dtbSize > mebibytes2) found.push([rules.dtbPlace, 'the device tree exceeds 2 MiB']);
  if (step.dtbOffset % 8n !== 0n) found.push([rules.dtbPlace, 'the device tree is not at a multiple of 8']);
  const outside = places.find(({ start, room }) => start < 0n || room > ram || start > ram - room);
  if (outside) found.push([rules.inside, `the ${outside.name} is not inside guest RAM`]);
  places.forEach((a, index) => {
    const b = places
      .slice(index + 1)
      .find((other) => other.start < a.start + a.room && a.start < other.start + other.room);
    if (b) found.push([rules.disjoint, `${a.name} and ${b.name} overlap`]);
  });
  return found;
}

/** Whether a call with these images must fail. */
function isRefused(config: ModelConfig, step: ImagesStep): boolean {
  return objections(config, step, extents(config, step)).length > 0;
}

const exceedsSources = (
  { imageSpace }: ModelConfig,
  { kernelSize, dtbSize, initrdSize }: ImagesStep,
): boolean => [kernelSize, dtbSize, initrdSize].some((size) => size > BigInt(imageSpace));

/**
 * Whether a target can make the images of `step`. It has space for small ones only. Sizes beyond that are for calls
 * that must fail: a library that accepts them reads past the end of the sources, rightly.
 */
export const canBeMade = (config: ModelConfig, step: ImagesStep): boolean =>
  !exceedsSources(config, step) || isRefused(config, step);

/** The extents that RAM must show, merged as the target merges them. */
function expectedWrites(step: ImagesStep, places: Extent[]): WrittenEvent[] {
  const kinds = { kernel: 0, 'device tree': 1, 'initial RAM disc': 2 } as const;
  const parts = places
    .map(({ name, start, size }) => ({
      offset: Number(start),
      bytes: sourceBytes(step, kinds[name], Number(size)),
    }))
    .sort((a, b) => a.offset - b.offset);
  const merged: { offset: number; bytes: Uint8Array }[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    const gap = last === undefined ? extentGap : part.offset - last.offset - last.bytes.length;
    if (last === undefined || gap >= extentGap) {
      merged.push(part);
      continue;
    }
    const bytes = new Uint8Array(last.bytes.length + gap + part.bytes.length).fill(ramFill);
    bytes.set(last.bytes);
    bytes.set(part.bytes, last.bytes.length + gap);
    merged[merged.length - 1] = { offset: last.offset, bytes };
  }
  return merged.map(({ offset, bytes }) => ({
    kind: 'written',
    offset,
    size: bytes.length,
    digest: digest(bytes),
  }));
}

const showWrites = (writes: readonly WrittenEvent[]): string =>
  writes
    .map(
      (extent) =>
        `[0x${extent.offset.toString(16)}, ${extent.size} bytes, digest ${extent.digest.toString(16)}]`,
    )
    .join(' ') || 'nothing';

/** Judges one call. */
export function judgeImages(c: Context, step: ImagesStep, seen: Seen): void {
  const { ledger } = c;
  const places = extents(c.config, step);
  const wrong = objections(c.config, step, places);
  const writes = seen.events.filter((event): event is WrittenEvent => event.kind === 'written');
  const [objection] = wrong;
  if (objection !== undefined) {
    const [rule, why] = objection;
    if (seen.result !== failure) {
      ledger.break(rule, `-1: ${why}`, `0x${seen.result.toString(16)}`);
      return;
    }
    // With more than one reason, it is unknown for which one the VMM refused.
    if (wrong.length === 1) ledger.hold(rule);
    ledger.hold(rules.failure);
    ledger.that(
      rules.untouched,
      writes.length === 0,
      () => 'nothing written',
      () => showWrites(writes),
    );
    return;
  }
  if (exceedsSources(c.config, step)) {
    c.unpredictable = 'the target has no sources of this size';
    return;
  }
  const entry = BigInt(c.config.ram.base) + (places[0]?.start ?? 0n);
  ledger.equal(step.imageSize === 0n ? rules.oldKernel : rules.entry, seen.result, entry);
  const expected = expectedWrites(step, places);
  const [want, got] = [showWrites(expected), showWrites(writes)];
  ledger.that(
    rules.copied,
    want === got,
    () => want,
    () => got,
  );
  if (want !== got) return;
  ledger.hold(rules.ram);
  ledger.hold(rules.destinations);
}
