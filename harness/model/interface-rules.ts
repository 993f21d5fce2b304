// SPDX-License-Identifier: BSD-2-Clause
/** Rules of the CPU interface that the guest uses, and of ack functions (IHI 0048B, 4.4 and 5.5). */
import { api, defineRules, gic, sel4 } from './rule.js';

export const interfaceRules = defineRules(
  'gicc',
  {
    taken: {
      says: 'GICC_IAR gives the most urgent pending interrupt that is more urgent than mask and running priority.',
      from: [gic('4.4.4'), gic('3.3'), gic('5.5.4')],
    },
    priority: {
      says: 'GICC_IAR never gives an interrupt while a more urgent one could be taken.',
      from: [gic('3.3')],
      choice:
        'Of equal priorities either goes first: IMPLEMENTATION DEFINED. Behind a VMM: of those in list registers.',
    },
    spurious: {
      says: 'GICC_IAR gives 1023 when no interrupt can be taken.',
      from: [gic('3.2.5'), gic('4.4.4')],
    },
    groupOne: {
      says: 'GICC_IAR gives 1022 when the most urgent is of group 1 and GICC_CTLR.AckCtl is clear.',
      from: [gic('3.2.5'), gic('4.4.4')],
      choice:
        'Whether the running priority and GICC_CTLR are looked at before is open: the section names neither.',
    },
    mask: {
      says: 'Interrupts whose priority is not above GICC_PMR are not given.',
      from: [gic('3.3.2'), gic('4.4.2')],
    },
    preempt: {
      says: 'While an interrupt is active only one of a more urgent group priority is given.',
      from: [gic('3.3.1'), gic('3.3.3')],
    },
    enable: {
      says: 'Interrupts of a group are given only while GICC_CTLR enables it.',
      from: [gic('4.4.1')],
    },
    running: {
      says: 'GICC_RPR shows the group priority of the most urgent active interrupt; idle is the lowest priority.',
      from: [gic('4.4.6')],
      choice: '0xff or 0xf8 for idle: virtual interfaces have five priority bits.',
    },
    registers: {
      says: 'GICC_CTLR, GICC_PMR, GICC_BPR and GICC_ABPR hold what is written, as far as it is implemented.',
      from: [gic('4.4.1'), gic('4.4.2'), gic('4.4.3'), gic('4.4.8')],
    },
  },
  { gic: 2 },
);

export const ackRules = defineRules('ack', {
  called: {
    says: 'When the guest has handled an interrupt its ack function is called, once.',
    from: [api('register.4')],
    choice:
      'At its end (EOI, or deactivation where split): acknowledgement itself is known only to the hardware, and seL4 reports the end.',
  },
  never: {
    says: 'An ack function is called at no other time: not when an interrupt is injected, enabled, disabled or masked.',
    from: [api('register.4')],
  },
  vcpu: {
    says: 'The ack function is told the interrupt and the vCPU that took it.',
    from: [api('register.4'), api('register.2')],
  },
  cookie: {
    says: 'The ack function is given the cookie that it was registered with.',
    from: [api('register.5')],
  },
  none: {
    says: 'A NULL ack function is never called.',
    from: [api('register.4')],
    choice: 'The text does not forbid NULL; a VMM with nothing to do would pass it.',
  },
  hardware: {
    says: 'A passthrough interrupt is acknowledged to the kernel once the guest has handled it, and not before.',
    needs: 'kernel',
    from: [api('passthrough.1'), sel4('IRQHandler Ack')],
    choice:
      'Also when the guest discards it, or restarts with it: a hardware interrupt that is never acknowledged never comes again.',
  },
  timer: {
    says: "The virtual timer's interrupt is acknowledged to the kernel once the guest has handled it, and not before.",
    needs: 'kernel',
    from: [sel4('ARM_VCPU Ack VPPI')],
    choice: 'Before that it would fire again at once, and the guest would never run.',
  },
});
