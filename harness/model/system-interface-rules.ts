// SPDX-License-Identifier: BSD-2-Clause
/** Rules of a GICv3's CPU interface as the guest has it: system registers (IHI 0069). */
import { defineRules, gicV3 } from './rule.js';

export const systemInterfaceRules = defineRules(
  'icc',
  {
    taken: {
      says: 'ICC_IAR0_EL1 and ICC_IAR1_EL1 give the most urgent pending interrupt that is more urgent than mask and running priority.',
      from: [gicV3('ICV_IAR1_EL1'), gicV3('ICV_IAR0_EL1'), gicV3('Interrupt prioritization')],
    },
    priority: {
      says: 'They never give an interrupt while a more urgent one could be taken.',
      from: [gicV3('Interrupt prioritization')],
      choice: 'Of equal priorities either goes first. Behind a VMM: of those in list registers.',
    },
    spurious: {
      says: 'They give 1023 when no interrupt of their group can be taken.',
      from: [gicV3('ICV_IAR1_EL1'), gicV3('ICV_IAR0_EL1')],
    },
    mask: {
      says: 'Interrupts whose priority is not above ICC_PMR_EL1 are not given.',
      from: [gicV3('ICV_PMR_EL1'), gicV3('Priority masking')],
    },
    preempt: {
      says: 'While an interrupt is active only one of a more urgent group priority is given.',
      from: [gicV3('Preemption'), gicV3('ICV_BPR0_EL1'), gicV3('ICV_BPR1_EL1')],
    },
    enable: {
      says: 'Interrupts of a group are given only while ICC_IGRPEN0_EL1 or ICC_IGRPEN1_EL1 enables it.',
      from: [gicV3('ICV_IGRPEN0_EL1'), gicV3('ICV_IGRPEN1_EL1')],
    },
    running: {
      says: 'ICC_RPR_EL1 shows the group priority of the most urgent active interrupt; idle is the lowest priority.',
      from: [gicV3('ICV_RPR_EL1')],
      choice: '0xff or 0xf8 for idle: virtual interfaces have five priority bits.',
    },
    registers: {
      says: 'ICC_CTLR_EL1, ICC_PMR_EL1, ICC_BPR0_EL1, ICC_BPR1_EL1 and the group enables hold what is written, as far as it is implemented.',
      from: [gicV3('ICV_CTLR_EL1'), gicV3('ICV_PMR_EL1'), gicV3('ICV_BPR0_EL1'), gicV3('ICV_BPR1_EL1')],
    },
    sre: {
      says: 'ICC_SRE_EL1.SRE reads as one, whatever is written.',
      from: [gicV3('ICC_SRE_EL1')],
      choice: 'A guest without the memory-mapped interface has nothing to switch to.',
    },
    sgi: {
      says: 'A write of ICC_SGI1R_EL1 makes an SGI of group 1 pending at each vCPU of its target list.',
      from: [gicV3('ICC_SGI1R_EL1'), gicV3('Software Generated Interrupts')],
      choice:
        'An SGI has no sender: what is pended again before it is taken is delivered once, or behind a VMM once more.',
    },
    sgiOthers: {
      says: 'With IRM set it goes to every vCPU but the one that writes.',
      from: [gicV3('ICC_SGI1R_EL1')],
    },
    sgiAbsent: {
      says: 'Targets that name no vCPU, by affinity or list, are left out.',
      from: [gicV3('ICC_SGI1R_EL1'), gicV3('Affinity routing')],
    },
    sgiGroup: {
      says: 'ICC_SGI0R_EL1 and ICC_ASGI1R_EL1 make an SGI pending only where it is of group 0.',
      from: [gicV3('Software Generated Interrupts'), gicV3('ICC_SGI0R_EL1'), gicV3('ICC_ASGI1R_EL1')],
      choice:
        'With one security state there is no other group 1 for ICC_ASGI1R_EL1 to reach. Whether ICC_SGI1R_EL1 reaches an SGI of group 0 too is left open: KVM does, QEMU does not.',
    },
    next: {
      says: 'A write that generates SGIs is done once, and the guest goes on at the next instruction.',
      from: [gicV3('ICC_SGI1R_EL1')],
    },
  },
  { gic: 3 },
);
