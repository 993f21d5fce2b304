// SPDX-License-Identifier: BSD-2-Clause
/** Rules for the delivery of pending interrupts: which ones, when, in what order, through which list registers. */
import { api, defineRules, gic, psci, sel4 } from './rule.js';

export const deliveryRules = defineRules('deliver', {
  pending: {
    says: 'An interrupt that is pending, enabled, in an enabled group and targets a vCPU is delivered to that vCPU.',
    from: [gic('3.2.4'), gic('3.2.2')],
  },
  nothing: {
    says: 'An interrupt that is not pending is not delivered; each time it becomes pending it is delivered at most once.',
    from: [gic('3.2.4')],
  },
  disabled: {
    says: 'A disabled interrupt is not forwarded.',
    from: [gic('3.2.2'), gic('4.3.5')],
    choice: 'An interrupt that is already in a list register can still be taken after the guest disables it.',
  },
  waited: {
    says: 'An interrupt that had to wait (disabled, group off, no list register free) is delivered as soon as it can be.',
    from: [gic('3.2.2'), gic('4.3.5')],
  },
  off: {
    says: 'The distributor forwards interrupts of a group only while GICD_CTLR enables that group.',
    from: [gic('4.3.1')],
  },
  target: {
    says: 'An SPI goes to one of the vCPUs in its GICD_ITARGETSR field that are on, a PPI or SGI to its own vCPU. While none of them is on, it waits.',
    from: [gic('4.3.12'), gic('2.2.1'), gic('1.4.3')],
    choice:
      'With one vCPU all SPIs go to it. With several targets that are on, any of them may take the SPI (1.4.3, 1-N model).',
  },
  active: {
    says: 'An interrupt that is active is not delivered again before it is inactive.',
    from: [gic('3.2.4')],
  },
  again: {
    says: 'An interrupt that becomes pending again while the guest handles it is delivered again after its end.',
    from: [gic('3.2.4'), api('inject.1')],
    choice:
      'If it is in a list register and not yet taken, a second delivery is allowed: a VMM cannot see the difference.',
  },
  dropped: {
    says: 'With EOImode set, an interrupt of the same priority can be taken after GICC_EOIR, before GICC_DIR.',
    from: [gic('3.2.1'), gic('4.4.5')],
  },
  level: {
    says: "The virtual timer's PPI is pending while the timer asserts its line and no longer when it lowers it; a state set by GICD_ISPENDR stays.",
    from: [gic('4.3.7'), gic('4.3.8')],
    choice:
      "The guest lowers the line by a write of CNTV_CTL_EL0, which does not trap: a VMM sees it at the guest's next exit. An interrupt in a list register stays there.",
  },
  left: {
    says: 'An interrupt that a vCPU has not taken when it calls CPU_OFF stays pending: for its other targets, and for when the vCPU is on again.',
    from: [gic('3.2.4'), psci('CPU_OFF')],
    choice:
      'An interrupt that it has taken and not ended stays active (4.3.9) and counts as acknowledged. CPU_OFF turns the virtual timer off; its PPI is neither pending nor active.',
  },
  sgi: {
    says: 'An SGI is delivered once for each vCPU that sent it.',
    gic: 2,
    from: [gic('4.3.15'), gic('4.3.17')],
    choice:
      "The sender's number in IAR is open: seL4's list registers have no field for it. It is also open which of several senders is loaded first, and whether an SGI that is sent again while it is in a list register merges with it.",
  },
  guest: {
    says: 'An interrupt that the guest makes pending in GICD_ISPENDR is delivered, whether or not the VMM has registered it.',
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
    says: 'While a list register is free, an interrupt that the guest could take waits only behind one that the guest has to take or end first.',
    needs: 'kernel',
    from: [gic('5.2'), gic('3.3.1')],
    choice:
      'An interrupt of equal or lower priority may stay in the distributor while the other one is pending in the same group, or active.',
  },
  priority: {
    says: "A list register gets the upper five bits of the interrupt's priority.",
    needs: 'kernel',
    from: [gic('5.3.8')],
  },
  group: { says: "A list register gets the interrupt's group.", needs: 'kernel', from: [gic('5.3.8')] },
  order: {
    says: 'When more interrupts are pending than list registers are free, the highest priority is loaded first.',
    needs: 'kernel',
    from: [gic('3.3'), gic('5.2')],
    choice:
      'An interrupt in a list register stays there even when a more urgent one arrives: it cannot be read back or withdrawn. A pair or a doubleword is two writes, and interrupts may be loaded between them; likewise before the event of a timer whose interrupt has just ended.',
  },
});
