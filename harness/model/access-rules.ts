// SPDX-License-Identifier: BSD-2-Clause
/** Rules of what a guest's loads, stores and system instructions do to its registers and its PC. */
import { api, arm, defineRules, gic } from './rule.js';

export const accessRules = defineRules('access', {
  next: {
    says: 'An emulated load or store is done once, and the guest goes on at the next instruction.',
    from: [arm('D1.10.2')],
  },
  zeroExtend: {
    says: 'A load without sign extension fills the rest of its 64-bit register with zeros.',
    from: [arm('C6.2')],
  },
  signExtend: {
    says: 'A load with sign extension fills its 32-bit or 64-bit destination with the sign; 32 bits clear the upper half.',
    from: [arm('C6.2')],
  },
  register: {
    says: 'A load goes to the register that the instruction names; no other general-purpose register changes.',
    from: [arm('C6.2')],
  },
  zeroRegister: {
    says: 'Register 31 stores zero and as a destination changes nothing.',
    from: [arm('C1.2.5')],
  },
  writeBack: {
    says: 'Pre- and post-index forms add the offset to the base register.',
    from: [arm('C1.3.3')],
  },
  pair: {
    says: 'A pair moves its first register at the lower address and its second right behind it.',
    from: [arm('C3.2.3')],
  },
  abort: {
    says: 'An access that nobody answers is a synchronous external abort in the guest: ESR_EL1, FAR_EL1, ELR_EL1, SPSR_EL1.',
    from: [arm('D1.10.4'), arm('D24.2.40')],
    choice: 'As on a bare machine, where the bus answers with an error.',
  },
  vector: {
    says: "An exception taken in the guest goes to its vector, with interrupts masked, and returns to the guest's instruction.",
    from: [arm('D1.10.2')],
  },
  undefined: {
    says: 'An unknown system register is an undefined instruction in the guest.',
    from: [arm('D1.10.4'), arm('D24.2.40')],
  },
  handler: {
    says: 'An access inside an emulated range is given to its handler, with vCPU, offset and direction.',
    from: [api('libvmm.1'), gic('4.1')],
    choice: 'fault_register_vm_exception_handler is not in the text; users of 0.1.0 rely on it.',
  },
  handlerOk: {
    says: 'A range can be registered unless it is empty, wraps around, or overlaps one that is registered.',
    from: [api('libvmm.1')],
    choice: 'As for the rule above. Of two handlers of one address only one could be asked.',
  },
  handlerData: {
    says: 'A load from an emulated range gives what its handler answers, extended as the instruction says.',
    from: [api('libvmm.1'), arm('C6.2')],
  },
});
