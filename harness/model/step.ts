// SPDX-License-Identifier: BSD-2-Clause
/**
 * Steps: API calls of a VMM, and actions of a guest. A case is a list of steps.
 *
 * A `number` has at most 32 bits; a value that may need 64 is a `bigint`. Values may be out of range on purpose: a VMM
 * must withstand them.
 */

/** `virq_controller_init(cpu)`. */
export interface InitStep {
  op: 'init';
  cpu: number;
}
/** `virq_register(vcpu, irq, ack ? a recorder : NULL, cookie)`. */
export interface RegisterStep {
  op: 'register';
  vcpu: number;
  irq: number;
  /** False: the ack function is NULL. */
  ack: boolean;
  cookie: number;
}
/** `virq_inject(vcpu, irq)`; `irq` is signed in the API. */
export interface InjectStep {
  op: 'inject';
  vcpu: number;
  irq: number;
}
/** `virq_register_passthrough(vcpu, irq, channel)`. */
export interface PassthroughStep {
  op: 'passthrough';
  vcpu: number;
  irq: number;
  channel: number;
}
/** `virq_handle_passthrough(channel)`, as when the hardware interrupt has arrived. */
export interface HandleStep {
  op: 'handle';
  channel: number;
}
/** `guest_start(vcpu, pc, dtb, initrd)`. */
export interface StartStep {
  op: 'start';
  vcpu: number;
  pc: bigint;
  dtb: bigint;
  initrd: bigint;
}
/** `guest_stop(vcpu)`. */
interface StopStep {
  op: 'stop';
  vcpu: number;
}
/** `guest_restart(vcpu, ram, ramSize)`. */
export interface RestartStep {
  op: 'restart';
  vcpu: number;
}
/** `fault_register_vm_exception_handler(base, size, a recorder, id)`. */
export interface HandlerStep {
  op: 'handler';
  base: bigint;
  size: bigint;
  id: number;
}
/**
 * `linux_setup_images(ram, ...)` with source images made on the target. The fields here go into their headers; the rest
 * of them is a pattern from `seed` (see `images.ts`). RAM is filled before the call, so that writes can be detected.
 */
export interface ImagesStep {
  op: 'images';
  seed: number;
  /** kernel_size. */
  kernelSize: bigint;
  kernelMagic: number;
  textOffset: bigint;
  imageSize: bigint;
  flags: bigint;
  /** dtb_dest, from the start of guest RAM. */
  dtbOffset: bigint;
  /** dtb_size. */
  dtbSize: bigint;
  dtbMagic: number;
  /** totalsize in the DTB's header. */
  dtbTotal: number;
  /** initrd_dest, from the start of guest RAM. */
  initrdOffset: bigint;
  /** initrd_size. */
  initrdSize: bigint;
}

/** One load or store by instruction form `form` (its index in `forms.ts`) at `address`. */
export interface AccessStep {
  op: 'access';
  vcpu: number;
  form: number;
  /** Data register, 0 to 31; 31 is the zero register. */
  rt: number;
  /** A pair's second data register. */
  rt2: number;
  /** Base register, 0 to 30. */
  rn: number;
  address: bigint;
  /**
   * The value that a store writes, or that a load's register held before. A pair's second register holds its
   * complement.
   */
  value: bigint;
  /** PSTATE to execute it in (`pstate.ts`); 0 by default. */
  state?: number;
}
/**
 * One load or store with the MMU on, at a virtual address. The tables of translation are those of `mapped.ts`. Only a
 * target whose CPU is a program can perform it.
 */
export interface MappedStep extends Omit<AccessStep, 'op'> {
  op: 'mapped';
  /** SCTLR_EL1. The MMU is on, whatever bit 0 says. */
  sctlr: number;
  /** TCR_EL1. */
  tcr: bigint;
  /** Bits of every table descriptor besides its address and type. */
  tables: bigint;
  /** Level of the three leaf descriptors, 1 to 3. */
  level: number;
  /** Descriptors of the block or page of the address, of the next one, and of that of the instruction. */
  first: bigint;
  second: bigint;
  code: bigint;
}
/** Reads the Interrupt Acknowledge Register and remembers the value. */
interface TakeStep {
  op: 'take';
  vcpu: number;
}
/** Writes the value that was taken last and not yet ended to the End of Interrupt Register. */
interface EndStep {
  op: 'end';
  vcpu: number;
}
/** Writes the value that was ended last and not yet deactivated to the Deactivate Interrupt Register. */
interface DeactivateStep {
  op: 'deactivate';
  vcpu: number;
}
/** SMC #0 with these in x0 to x3. */
export interface SmcStep {
  op: 'smc';
  vcpu: number;
  x0: bigint;
  x1: bigint;
  x2: bigint;
  x3: bigint;
}
/** MRS or MSR of a system register: `encoding` is op0:op1:CRn:CRm:op2 as in the instruction's bits 20 to 5. */
export interface SystemRegisterStep {
  op: 'sysreg';
  vcpu: number;
  encoding: number;
  write: boolean;
  value: bigint;
  /** As in an access, but never EL0. */
  state?: number;
}
/** WFI, or WFE. */
export interface WaitStep {
  op: 'wait';
  vcpu: number;
  event: boolean;
}
/** The virtual timer's condition is met for a moment. A trap without other effects follows. */
export interface TimerStep {
  op: 'timer';
  vcpu: number;
}
/** The virtual timer's condition is met from now on, or no longer. A trap without other effects follows. */
export interface LineStep {
  op: 'line';
  vcpu: number;
  high: boolean;
}

export type ApiStep =
  | InitStep
  | RegisterStep
  | InjectStep
  | PassthroughStep
  | HandleStep
  | StartStep
  | StopStep
  | RestartStep
  | HandlerStep
  | ImagesStep;
export type GuestStep =
  | AccessStep
  | MappedStep
  | TakeStep
  | EndStep
  | DeactivateStep
  | SmcStep
  | SystemRegisterStep
  | WaitStep
  | TimerStep
  | LineStep;
export type Step = ApiStep | GuestStep;
export type Op = Step['op'];
