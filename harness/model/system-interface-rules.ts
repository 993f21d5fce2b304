// SPDX-License-Identifier: BSD-2-Clause
/** Rules of a GICv3's CPU interface as the guest sees it, which is system registers (IHI 0069). */
import { defineRules, gicV3 } from './rule.js';

export const systemInterfaceRules = defineRules(
  'icc',
  {
    taken: {
      says: 'ICC_IAR0_EL1 and ICC_IAR1_EL1 give the most urgent pending interrupt that is more urgent than priority mask and running priority.',
      from: [gicV3('ICV_IAR1_EL1'), gicV3('ICV_IAR0_EL1'), gicV3('Interrupt prioritization')],
    },
    priority: {
      says: 'ICC_IAR0_EL1 and ICC_IAR1_EL1 never give an interrupt while a more urgent one could be taken.',
      from: [gicV3('Interrupt prioritization')],
      choice:
        'The order of equal priorities is open. Behind a VMM the rule covers the interrupts in list registers.',
    },
    spurious: {
      says: 'ICC_IAR0_EL1 and ICC_IAR1_EL1 give 1023 when no interrupt of their group can be taken.',
      from: [gicV3('ICV_IAR1_EL1'), gicV3('ICV_IAR0_EL1')],
    },
    mask: {
      says: 'Interrupts whose priority is not higher than ICC_PMR_EL1 are not delivered.',
      from: [gicV3('ICV_PMR_EL1'), gicV3('Priority masking')],
    },
    preempt: {
      says: 'While an interrupt is active, only one of a more urgent group priority is delivered.',
      from: [gicV3('Preemption'), gicV3('ICV_BPR0_EL1'), gicV3('ICV_BPR1_EL1')],
    },
    enable: {
      says: 'Interrupts of a group are delivered only while ICC_IGRPEN0_EL1 or ICC_IGRPEN1_EL1 enables the group.',
      from: [gicV3('ICV_IGRPEN0_EL1'), gicV3('ICV_IGRPEN1_EL1')],
    },
    running: {
      says: 'ICC_RPR_EL1 shows the group priority of the most urgent active interrupt; idle is the lowest priority.',
      from: [gicV3('ICV_RPR_EL1')],
      choice: '0xff or 0xf8 for idle: virtual interfaces have five priority bits.',
    },
    registers: {
      says: 'ICC_CTLR_EL1, ICC_PMR_EL1, ICC_BPR0_EL1, ICC_BPR1_EL1 and the group enables hold the implemented bits of the value written.',
      from: [gicV3('ICV_CTLR_EL1'), gicV3('ICV_PMR_EL1'), gicV3('ICV_BPR0_EL1'), gicV3('ICV_BPR1_EL1')],
    },
    sre: {
      says: 'ICC_SRE_EL1.SRE reads as one, whatever is written.',
      from: [gicV3('ICC_SRE_EL1')],
      choice: 'There is no memory-mapped interface that the guest could switch to.',
    },
    sgi: {
      says: 'A write of ICC_SGI1R_EL1 makes an SGI of group 1 pending at each vCPU of its target list.',
      from: [gicV3('ICC_SGI1R_EL1'), gicV3('Software Generated Interrupts')],
      choice:
        'An SGI has no sender: one that is sent again before it is taken is delivered once, or twice behind a VMM.',
    },
    sgiOthers: {
      says: 'With IRM set, the SGI goes to every vCPU except the one that writes.',
      from: [gicV3('ICC_SGI1R_EL1')],
    },
    sgiAbsent: {
      says: 'Targets that name no existing vCPU, by affinity or list, are ignored.',
      from: [gicV3('ICC_SGI1R_EL1'), gicV3('Affinity routing')],
    },
    sgiGroup: {
      says: 'ICC_SGI0R_EL1 and ICC_ASGI1R_EL1 make an SGI pending only where it is of group 0.',
      from: [gicV3('Software Generated Interrupts'), gicV3('ICC_SGI0R_EL1'), gicV3('ICC_ASGI1R_EL1')],
      choice:
        'With one security state there is no other group 1 for ICC_ASGI1R_EL1 to reach. It is open whether ICC_SGI1R_EL1 also reaches an SGI of group 0: it does in KVM, it does not in QEMU.',
    },
    next: {
      says: 'A write that generates SGIs is done once, and the guest continues at the next instruction.',
      from: [gicV3('ICC_SGI1R_EL1')],
    },
  },
  { gic: 3 },
);
