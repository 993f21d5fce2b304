// SPDX-License-Identifier: BSD-2-Clause
/** Rules for the effect of a guest's loads, stores and system instructions on its registers and its PC. */
import { api, arm, defineRules, gic } from './rule.js';

export const accessRules = defineRules('access', {
  next: {
    says: 'An emulated load or store is done once, and the guest continues at the next instruction.',
    from: [arm('Exception entry')],
  },
  stage1: {
    needs: 'stage1',
    says: "An access is done only if the guest's own stage 1 permits all of it. Otherwise nothing of it is done, and the guest gets the abort of a CPU: ESR_EL1, FAR_EL1.",
    from: [arm('AArch64 Virtual Memory System Architecture'), arm('ESR_ELx')],
    choice:
      'Only the host tier has steps with stage 1 on. On real CPUs, differential runs compare them with the bare machine.',
  },
  translated: {
    needs: 'stage1',
    says: "An access is done at the address to which the guest's stage 1 translates it, in each page.",
    from: [arm('AArch64 Virtual Memory System Architecture')],
    choice: 'As for access.stage1.',
  },
  zeroExtend: {
    says: 'A load without sign extension fills the rest of its 64-bit register with zeros.',
    from: [arm('A64 Base Instruction Descriptions')],
  },
  signExtend: {
    says: 'A load with sign extension fills its 32-bit or 64-bit destination with the sign; a 32-bit destination clears the upper half.',
    from: [arm('A64 Base Instruction Descriptions')],
  },
  register: {
    says: 'A load goes to the register that the instruction names; no other general-purpose register changes.',
    from: [arm('A64 Base Instruction Descriptions')],
  },
  zeroRegister: {
    says: 'A store of register 31 writes zero; a load to register 31 changes no register.',
    from: [arm('Register names')],
  },
  writeBack: {
    says: 'Pre- and post-index forms add the offset to the base register.',
    from: [arm('Load/store addressing modes')],
  },
  pair: {
    says: 'A pair transfers its first register at the lower address and its second directly after it.',
    from: [arm('Load/store pair')],
  },
  byteOrder: {
    says: 'A store to an emulated register is little-endian, whatever SCTLR_EL1.EE and E0E say; an access to big-endian data that has to be decoded raises an external abort.',
    from: [arm('Mixed-endian support')],
    choice:
      'A bare machine reverses the bytes. A VMM cannot see the byte order except by a system call that costs a fifth of an exit, which it makes only for an access that has to be decoded (docs/guests.md).',
  },
  abort: {
    says: 'An access to an address without memory or device raises a synchronous external abort in the guest: ESR_EL1, FAR_EL1, ELR_EL1, SPSR_EL1.',
    from: [arm('Synchronous exception types'), arm('ESR_ELx')],
    choice: 'As on a bare machine, where the bus reports an error.',
  },
  vector: {
    says: "An exception taken in the guest uses the vector of the guest's mode, with interrupts masked; ELR_EL1 and SPSR_EL1 return to the instruction with its PSTATE.",
    from: [arm('Exception entry')],
  },
  undefined: {
    says: 'An unknown system register is an undefined instruction in the guest.',
    from: [arm('Synchronous exception types'), arm('ESR_ELx')],
  },
  pstate: {
    says: 'An emulated instruction leaves PSTATE unchanged: condition flags, masks, exception level and stack pointer.',
    from: [arm('A64 Base Instruction Descriptions')],
    choice:
      'The exception is a single step, which ends after the emulated instruction: PSTATE.SS is cleared. Another test covers it; steps here have no debug state.',
  },
  handler: {
    says: 'An access inside an emulated range calls its handler, with vCPU, offset and direction.',
    from: [api('libvmm.1'), gic('4.1')],
    choice: 'fault_register_vm_exception_handler is not in the API text; users of libvmm 0.1.0 rely on it.',
  },
  handlerOk: {
    says: 'A range can be registered unless it is empty, wraps around, or overlaps one that is registered.',
    from: [api('libvmm.1')],
    choice:
      'As for access.handler. With two handlers for one address only one could be called. Before virq_controller_init, an overlap with the frames of the interrupt controller may be accepted or refused.',
  },
  handlerData: {
    says: 'A load from an emulated range gives the value of its handler, extended as the instruction requires.',
    from: [api('libvmm.1'), arm('A64 Base Instruction Descriptions')],
  },
});
