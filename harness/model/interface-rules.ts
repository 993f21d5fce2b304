// SPDX-License-Identifier: BSD-2-Clause
/** Rules of a GICv2's CPU interface as the guest sees it (IHI 0048B, 4.4 and 5.5), and of ack functions. */
import { api, defineRules, gic, sel4 } from './rule.js';

export const interfaceRules = defineRules(
  'gicc',
  {
    taken: {
      says: 'GICC_IAR gives the most urgent pending interrupt that is more urgent than priority mask and running priority.',
      from: [gic('4.4.4'), gic('3.3'), gic('5.5.4')],
    },
    priority: {
      says: 'GICC_IAR never gives an interrupt while a more urgent one could be taken.',
      from: [gic('3.3')],
      choice:
        'The order of equal priorities is IMPLEMENTATION DEFINED. Behind a VMM the rule covers the interrupts in list registers.',
    },
    spurious: {
      says: 'GICC_IAR gives 1023 when no interrupt can be taken.',
      from: [gic('3.2.5'), gic('4.4.4')],
    },
    groupOne: {
      says: 'GICC_IAR gives 1022 when the most urgent interrupt is in group 1 and GICC_CTLR.AckCtl is clear.',
      from: [gic('3.2.5'), gic('4.4.4')],
      choice:
        'It is open whether the running priority and GICC_CTLR are checked before: the section mentions neither.',
    },
    mask: {
      says: 'Interrupts whose priority is not higher than GICC_PMR are not delivered.',
      from: [gic('3.3.2'), gic('4.4.2')],
    },
    preempt: {
      says: 'While an interrupt is active, only one of a more urgent group priority is delivered.',
      from: [gic('3.3.1'), gic('3.3.3')],
    },
    enable: {
      says: 'Interrupts of a group are delivered only while GICC_CTLR enables the group.',
      from: [gic('4.4.1')],
    },
    running: {
      says: 'GICC_RPR shows the group priority of the most urgent active interrupt; idle is the lowest priority.',
      from: [gic('4.4.6')],
      choice: '0xff or 0xf8 for idle: virtual interfaces have five priority bits.',
    },
    registers: {
      says: 'GICC_CTLR, GICC_PMR, GICC_BPR and GICC_ABPR hold the implemented bits of the value written.',
      from: [gic('4.4.1'), gic('4.4.2'), gic('4.4.3'), gic('4.4.8')],
    },
  },
  { gic: 2 },
);

export const ackRules = defineRules('ack', {
  called: {
    says: 'When the guest has handled an interrupt, its ack function is called once.',
    from: [api('register.4')],
    choice:
      'The call comes at the end of the interrupt (EOI, or deactivation where EOImode is set): only the hardware sees the acknowledgement itself, and seL4 reports the end.',
  },
  never: {
    says: 'An ack function is not called at any other time, such as when an interrupt is injected, enabled, disabled or masked.',
    from: [api('register.4')],
  },
  vcpu: {
    says: 'The ack function gets the interrupt and the vCPU that took it.',
    from: [api('register.4'), api('register.2')],
  },
  cookie: {
    says: 'The ack function gets the cookie that it was registered with.',
    from: [api('register.5')],
  },
  none: {
    says: 'A NULL ack function is never called.',
    from: [api('register.4')],
    choice: 'The text does not forbid NULL; a VMM that has nothing to do would pass it.',
  },
  hardware: {
    says: 'A passthrough interrupt is acknowledged to the kernel once the guest has handled it, and not before.',
    needs: 'kernel',
    from: [api('passthrough.1'), sel4('IRQHandler Ack')],
    choice:
      'It is also acknowledged when the guest discards it, or restarts while it is pending: a hardware interrupt that is never acknowledged never comes again.',
  },
  timer: {
    says: "The virtual timer's interrupt is acknowledged to the kernel once the guest has handled it, and not before.",
    needs: 'kernel',
    from: [sel4('ARM_VCPU Ack VPPI')],
    choice: 'Acknowledged earlier, it would fire again at once, and the guest would never run.',
  },
});
