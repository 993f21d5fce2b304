// SPDX-License-Identifier: BSD-2-Clause
/** The observation of one step: its result and, in order, the events while it ran. */

/** An ack function was called. */
export interface AckEvent {
  kind: 'ack';
  vcpu: number;
  irq: number;
  cookie: number;
}
/** A list register was loaded. Only the host tier reports it. */
export interface LoadEvent {
  kind: 'load';
  vcpu: number;
  /** Which list register. */
  index: number;
  intid: number;
  /** 0 to 31, as in the list register. */
  priority: number;
  group: number;
  /** False when the kernel refused the load. */
  accepted: boolean;
}
/** `microkit_irq_ack(channel)` was called. Only the host tier reports it. */
interface IrqAckEvent {
  kind: 'irqAck';
  channel: number;
}
/** `microkit_vcpu_arm_ack_vppi(vcpu, irq)` was called. Only the host tier reports it. */
interface VppiAckEvent {
  kind: 'vppiAck';
  vcpu: number;
  irq: number;
}
/** The handler of an emulated range was called. */
export interface HandlerEvent {
  kind: 'handler';
  id: number;
  vcpu: number;
  offset: bigint;
  /** Direction, from the syndrome. */
  write: boolean;
}
/** A vCPU was started: by guest_start, guest_restart, CPU_ON or SYSTEM_RESET. */
export interface StartEvent {
  kind: 'start';
  vcpu: number;
  pc: bigint;
  x0: bigint;
  /** x1 to x30 are all zero. */
  clean: boolean;
  /** PSTATE. */
  pstate: number;
  /** SCTLR_EL1. */
  sctlr: bigint;
}
/** An extent of guest RAM that no longer holds `ramFill`. */
export interface WrittenEvent {
  kind: 'written';
  /** From the start of guest RAM, in bytes. */
  offset: number;
  size: number;
  /** {@link digest} of its bytes. */
  digest: number;
}
/** The VMM was notified that the guest's run is over. */
interface EndedEvent {
  kind: 'ended';
  /** PSCI SYSTEM_OFF, SYSTEM_RESET, or CPU_OFF of the last CPU. */
  reason: 'off' | 'reset' | 'cpus';
}
/** A system call of the VMM that the kernel refused, or that would have stopped the protection domain. */
interface RefusedEvent {
  kind: 'refused';
  /** seL4's invocation label. */
  label: number;
  /** seL4's error code. */
  error: number;
}

export type SeenEvent =
  | AckEvent
  | LoadEvent
  | IrqAckEvent
  | VppiAckEvent
  | HandlerEvent
  | StartEvent
  | WrittenEvent
  | EndedEvent
  | RefusedEvent;

/** Where the guest's PC is after a guest step. */
export type Outcome =
  /** At the next instruction. `pstate` only where the target reports it. */
  | { kind: 'next'; pstate?: number }
  /** At the same instruction, which will be executed again. */
  | { kind: 'again' }
  /** In an exception vector of EL1. `elr` is the return address, relative to the instruction. */
  | { kind: 'exception'; vector: number; esr: number; far: bigint; elr: bigint; spsr: number }
  /** The vCPU does not run: it is off, stopped, or waits for the reply to its fault. */
  | { kind: 'off' }
  /** Nothing was done: the vCPU was not running. */
  | { kind: 'idle' }
  | { kind: 'elsewhere'; pc: bigint };

/** General-purpose register `number` changed to `value`; 31 is SP. */
interface RegisterChange {
  number: number;
  value: bigint;
}

export interface Seen {
  /** The return value of an API call, or the value that `take` read. 0 for other guest steps. */
  result: bigint;
  outcome: Outcome;
  /** General-purpose registers whose value the step changed. */
  changes: RegisterChange[];
  events: SeenEvent[];
}
