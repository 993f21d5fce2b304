// SPDX-License-Identifier: BSD-2-Clause
/** Rules of what a guest's loads, stores and system instructions do to its registers and its PC. */
import { api, arm, defineRules, gic } from './rule.js';

export const accessRules = defineRules('access', {
  next: {
    says: 'An emulated load or store is done once, and the guest goes on at the next instruction.',
    from: [arm('Exception entry')],
    choice:
      "Only where the guest's own stage 1 lets every part of it through, in the place and direction that faulted: otherwise the guest gets the fault of a CPU. Tests compare that with a bare machine; here stage 1 is off.",
  },
  zeroExtend: {
    says: 'A load without sign extension fills the rest of its 64-bit register with zeros.',
    from: [arm('A64 Base Instruction Descriptions')],
  },
  signExtend: {
    says: 'A load with sign extension fills its 32-bit or 64-bit destination with the sign; 32 bits clear the upper half.',
    from: [arm('A64 Base Instruction Descriptions')],
  },
  register: {
    says: 'A load goes to the register that the instruction names; no other general-purpose register changes.',
    from: [arm('A64 Base Instruction Descriptions')],
  },
  zeroRegister: {
    says: 'Register 31 stores zero and as a destination changes nothing.',
    from: [arm('Register names')],
  },
  writeBack: {
    says: 'Pre- and post-index forms add the offset to the base register.',
    from: [arm('Load/store addressing modes')],
  },
  pair: {
    says: 'A pair moves its first register at the lower address and its second right behind it.',
    from: [arm('Load/store pair')],
    choice:
      'Data is little-endian: seL4 shows SCTLR_EL1.EE and E0E only by a call that costs a fifth of an exit. docs/guests.md says so.',
  },
  abort: {
    says: 'An access that nobody answers is a synchronous external abort in the guest: ESR_EL1, FAR_EL1, ELR_EL1, SPSR_EL1.',
    from: [arm('Synchronous exception types'), arm('ESR_ELx')],
    choice: 'As on a bare machine, where the bus answers with an error.',
  },
  vector: {
    says: "An exception taken in the guest goes to the vector of the mode that it is in, with interrupts masked, and returns to the guest's instruction with its PSTATE.",
    from: [arm('Exception entry')],
  },
  undefined: {
    says: 'An unknown system register is an undefined instruction in the guest.',
    from: [arm('Synchronous exception types'), arm('ESR_ELx')],
  },
  pstate: {
    says: 'What is emulated leaves PSTATE as it was: condition flags, masks, exception level and stack pointer.',
    from: [arm('A64 Base Instruction Descriptions')],
    choice:
      'But for a single step, which ends behind what is emulated: PSTATE.SS is cleared. A test shows it; steps here have no debug state.',
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
    from: [api('libvmm.1'), arm('A64 Base Instruction Descriptions')],
  },
});
