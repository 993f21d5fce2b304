// SPDX-License-Identifier: BSD-2-Clause
/** Rules of getting a pending interrupt to the guest: which, when, in what order, through which list register. */
import { api, defineRules, gic, psci, sel4 } from './rule.js';

export const deliveryRules = defineRules('deliver', {
  pending: {
    says: 'An interrupt that is pending, enabled, forwarded and aimed at a vCPU gets to that vCPU.',
    from: [gic('3.2.4'), gic('3.2.2')],
  },
  nothing: {
    says: 'What is not pending is not delivered; each time an interrupt was made pending it is delivered at most once.',
    from: [gic('3.2.4')],
  },
  disabled: {
    says: 'A disabled interrupt is not forwarded.',
    from: [gic('3.2.2'), gic('4.3.5')],
    choice: 'One that was in a list register before it was disabled may still be taken.',
  },
  waited: {
    says: 'An interrupt that had to wait (disabled, distributor off, no list register free) is delivered once it can be.',
    from: [gic('3.2.2'), gic('4.3.5')],
  },
  off: {
    says: 'The distributor forwards interrupts of a group only while GICD_CTLR enables that group.',
    from: [gic('4.3.1')],
  },
  target: {
    says: 'An SPI goes to one of the vCPUs in its GICD_ITARGETSR field that are on, a PPI or an SGI to the vCPU whose it is; with none on it waits.',
    from: [gic('4.3.12'), gic('2.2.1'), gic('1.4.3')],
    choice:
      'With one vCPU all SPIs go to it. Which of several targets that are on takes an SPI is left open (1.4.3, 1-N model).',
  },
  active: {
    says: 'An interrupt that is active is not delivered again before it is inactive.',
    from: [gic('3.2.4')],
  },
  again: {
    says: 'An interrupt that is made pending while the guest handles it is delivered again after its end.',
    from: [gic('3.2.4'), api('inject.1')],
    choice:
      'While it is in a list register and not yet taken, a second delivery is allowed: a VMM cannot see the difference.',
  },
  dropped: {
    says: 'With EOImode set, an interrupt of the same priority can be taken after GICC_EOIR, before GICC_DIR.',
    from: [gic('3.2.1'), gic('4.4.5')],
  },
  level: {
    says: "The virtual timer's PPI is pending while the timer asserts its line, and falls with it; what GICD_ISPENDR has set stays.",
    from: [gic('4.3.7'), gic('4.3.8')],
    choice:
      "The guest lowers the line in CNTV_CTL_EL0, which does not trap: a VMM sees it at the guest's next exit. What is in a list register stays there.",
  },
  left: {
    says: 'What a vCPU has not taken when it calls CPU_OFF is pending still: for its other targets, and for when it is on again.',
    from: [gic('3.2.4'), psci('CPU_OFF')],
    choice:
      'What it has taken and not ended stays active (4.3.9), and counts as acknowledged. The virtual timer is off after it, and its PPI neither pending nor active.',
  },
  sgi: {
    says: 'An SGI is delivered once for each vCPU that sent it.',
    gic: 2,
    from: [gic('4.3.15'), gic('4.3.17')],
    choice:
      "The sender's number in IAR is open: seL4's list registers have no field for it. So is which of several senders is loaded first, and whether one that is pended again while its SGI is in a list register is merged with it.",
  },
  guest: {
    says: 'What the guest makes pending in GICD_ISPENDR is delivered, whether or not the VMM has registered it.',
    from: [gic('4.3.7')],
  },
});

export const listRules = defineRules('list', {
  range: {
    says: 'Only list registers that exist are loaded.',
    needs: 'kernel',
    from: [gic('5.3.2'), sel4('ARM_VCPU Inject IRQ')],
  },
  free: {
    says: 'A list register that still holds an interrupt is not overwritten.',
    needs: 'kernel',
    from: [gic('5.2'), gic('5.3.8')],
  },
  prompt: {
    says: 'While a list register is free, what the guest could take waits only behind what it would have to end first.',
    needs: 'kernel',
    from: [gic('5.2'), gic('3.3.1')],
    choice:
      'One of equal or lower priority may stay in the distributor while the other is pending in the same group, or running.',
  },
  priority: {
    says: "A list register gets the upper five bits of the interrupt's priority.",
    needs: 'kernel',
    from: [gic('5.3.8')],
  },
  group: { says: "A list register gets the interrupt's group.", needs: 'kernel', from: [gic('5.3.8')] },
  order: {
    says: 'When more is pending than list registers are free, the highest priority is loaded first.',
    needs: 'kernel',
    from: [gic('3.3'), gic('5.2')],
    choice:
      'What is in a list register stays there, also when something more urgent comes: it cannot be read back or withdrawn. A pair or a doubleword is two writes, between which interrupts may be loaded; so they may before the event of a timer whose interrupt has just ended.',
  },
});
