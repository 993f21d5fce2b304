// SPDX-License-Identifier: BSD-2-Clause
/**
 * Which pending interrupts of a CPU interface the guest can take now (IHI 0048B, 3.3; IHI 0069, Interrupt
 * prioritization). Behind a VMM the interface is the hardware's virtual CPU interface, fed by list registers. On a bare
 * machine the distributor feeds it.
 */
import type { Context } from './context.js';
import { eachWaiting } from './delivery.js';
import { interfaceRules } from './interface-rules.js';
import type { Rule } from './rule.js';
import { intidOf } from './slots.js';
import type { CpuInterface, ListRegister } from './state.js';
import { systemInterfaceRules } from './system-interface-rules.js';

/** The rules of the CPU interface: memory-mapped (GICv2) or in system registers (GICv3). */
export const interfaceRulesOf = (c: Context) => (c.config.gic === 3 ? systemInterfaceRules : interfaceRules);

/** Bits of GICC_CTLR (4.4.1, without the Security Extensions). The state of a GICv3 is held in the same bits. */
export const control = { enable0: 1, enable1: 2, ackCtl: 4, binaryPoint: 16, endMode: 0x200 } as const;
/** Running priority while nothing is active. */
export const idle = 0x100;

/** Implemented priority bits of the CPU interface. A virtual one has five (5.3.3, VMPriMask). */
export const priorityBits = (c: Context): number =>
  c.config.witness === 'vmm' ? 0xf8 : c.config.implementation.interfacePriorityMask;

export const smallestPoint = (c: Context, group: 0 | 1): number =>
  c.config.implementation.binaryPoints[group];

/** The group priority: the part of a priority that decides preemption (3.3.3, table 3-2). */
export function groupPriority(c: Context, cpu: CpuInterface, priority: number, group: number): number {
  const aliased = group === 1 && (cpu.control & control.binaryPoint) === 0;
  const written = aliased ? cpu.aliasedBinaryPoint : cpu.binaryPoint;
  const point = Math.max(written, smallestPoint(c, aliased ? 1 : 0)) - (aliased ? 1 : 0);
  return priority & ((~0 << (point + 1)) & 0xff);
}

/**
 * The priority of a list register as the guest sees it, 0 to 255. seL4 accepts 0 to 31. On a GICv2 the value goes into
 * a field of five bits, the upper ones. On a GICv3 the field has eight bits and seL4 does not shift the value; a
 * virtual CPU interface with five priority bits then drops the lower three.
 */
export const shownPriority = (c: Context, { priority }: ListRegister): number =>
  c.config.gic === 3 ? priority & priorityBits(c) : priority << 3;

/** A pending interrupt of the CPU interface. */
export interface Candidate {
  intid: number;
  slot: number;
  /** 0 to 255. */
  priority: number;
  group: number;
  sure: boolean;
  list: ListRegister | undefined;
}

export function candidates(c: Context, vcpu: number): Candidate[] {
  const found: Candidate[] = [];
  if (c.config.witness === 'vmm') {
    for (const list of c.state.cpu(vcpu).lists) {
      const { intid, slot, group, sure } = list;
      if (list.pending) found.push({ intid, slot, priority: shownPriority(c, list), group, sure, list });
    }
    return found;
  }
  eachWaiting(c, vcpu, (slot) => {
    const group = c.state.group.has(slot) ? 1 : 0;
    const priority = c.state.priority.get(slot);
    const sure = !c.state.unsure.has(slot);
    found.push({ intid: intidOf(slot), slot, priority, group, sure, list: undefined });
  });
  return found;
}

export const runningPriority = (cpu: CpuInterface): number => cpu.running.at(-1) ?? idle;

/** Bits of GICC_CTLR, one of which must be set for an interrupt of this group to be taken. */
function enablesFor(c: Context, group: number): number {
  if (!c.config.implementation.takesEnabledOnly) return control.enable0 | control.enable1;
  return group === 1 ? control.enable1 : control.enable0;
}

/** The rule that keeps a pending interrupt from being taken now; `undefined` when it can be taken. */
export function obstacle(c: Context, cpu: CpuInterface, candidate: Candidate): Rule | undefined {
  const rules = interfaceRulesOf(c);
  if ((cpu.control & enablesFor(c, candidate.group)) === 0) return rules.enable;
  if (candidate.priority >= cpu.priorityMask) return rules.mask;
  if (groupPriority(c, cpu, candidate.priority, candidate.group) >= runningPriority(cpu))
    return rules.preempt;
  return undefined;
}
