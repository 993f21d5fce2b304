// SPDX-License-Identifier: BSD-2-Clause
/** The registers of a GICv2's CPU interface (IHI 0048B, 4.4), except those that take and end interrupts. */
import type { Context } from './context.js';
import { interfaceRules as rules } from './interface-rules.js';
import { idle, priorityBits, runningPriority, smallestPoint } from './preemption.js';
import { unwritten } from './state.js';
import { judgeTaken } from './taking.js';

/** The smallest binary points of a virtual interface with five bits of priority (5.5.2). */
const virtualPoints = [2, 3] as const;

/**
 * A binary point as it reads. Its value is open before it is written. So is the value after a write that is too small
 * for a virtual CPU interface: QEMU 7.2 keeps that until a hypervisor restores it after another vCPU has run.
 */
function point(c: Context, written: number, group: 0 | 1): number {
  const isReal = c.config.witness === 'vmm' && !c.config.seesKernel;
  if (written === unwritten || (isReal && written < virtualPoints[group])) c.open = -1;
  return Math.max(written, smallestPoint(c, group));
}

/** Values of the registers except GICC_IAR, and their bits whose value is open. */
const readable: Record<number, (c: Context, vcpu: number) => number> = {
  0: (c, vcpu) => {
    c.open = ~0x21f;
    return c.state.cpu(vcpu).control;
  },
  4: (c, vcpu) => c.state.cpu(vcpu).priorityMask,
  8: (c, vcpu) => point(c, c.state.cpu(vcpu).binaryPoint, 0),
  28: (c, vcpu) => point(c, c.state.cpu(vcpu).aliasedBinaryPoint, 1),
  20: (c, vcpu) => {
    const value = runningPriority(c.state.cpu(vcpu));
    if (value === idle) c.open = 7;
    return Math.min(value, 0xff);
  },
};

/** Judges a word read from the CPU interface, GICC_IAR included. */
export function judgeInterfaceRead(c: Context, vcpu: number, offset: number, got: number): void {
  if (offset === 0x0c) {
    judgeTaken(c, vcpu, got);
    return;
  }
  c.open = 0;
  const read = readable[offset];
  if (read === undefined) return;
  const value = read(c, vcpu);
  const rule = offset === 0x14 ? rules.running : rules.registers;
  c.ledger.equal(
    rule,
    (got & ~c.open) >>> 0,
    (value & ~c.open) >>> 0,
    () => `GICC+0x${offset.toString(16)} reads`,
  );
}

/** Applies a word written to the CPU interface to the state. */
export function writeInterface(c: Context, vcpu: number, offset: number, value: number): void {
  const cpu = c.state.cpu(vcpu);
  if (offset === 0x00) cpu.control = value & 0x21f;
  else if (offset === 0x04) cpu.priorityMask = value & priorityBits(c);
  else if (offset === 0x08) cpu.binaryPoint = value & 7;
  else if (offset === 0x1c) cpu.aliasedBinaryPoint = value & 7;
  else if (offset === 0x10 || offset === 0x1000 || offset === 0x24)
    c.unpredictable = 'an interrupt is ended by its number';
}
