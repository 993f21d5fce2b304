// SPDX-License-Identifier: BSD-2-Clause
/**
 * What can be done: API calls of a VMM, and actions of a guest. A case is a list of these.
 *
 * Numbers are 32 bits wide or narrower; what may need 64 bits is a bigint. Values out of range are meant: a VMM must
 * withstand them.
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
 * `linux_setup_images(ram, ...)` with sources made on the target: the fields here go into their headers, the rest is a
 * pattern from `seed` (see `images.ts`). RAM is filled before the call, to see what was written.
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
  /** What a store writes (a pair's second register holds its complement), and what a load's register held before. */
  value: bigint;
  /** PSTATE that it is executed in; 0 where it is not given (`pstate.ts`). */
  state?: number;
}
/** Read the Interrupt Acknowledge Register and remember what it gave. */
interface TakeStep {
  op: 'take';
  vcpu: number;
}
/** Write the value taken last and not yet ended to the End of Interrupt Register. */
interface EndStep {
  op: 'end';
  vcpu: number;
}
/** Write the value ended last and not yet deactivated to the Deactivate Interrupt Register. */
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
  /** As of an access; never EL0. */
  state?: number;
}
/** WFI, or WFE. */
export interface WaitStep {
  op: 'wait';
  vcpu: number;
  event: boolean;
}
/** The virtual timer's condition is met for a moment. Then something traps that has no other effect. */
export interface TimerStep {
  op: 'timer';
  vcpu: number;
}
/** The virtual timer's condition is met from now on, or no longer. Then something traps that has no other effect. */
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
