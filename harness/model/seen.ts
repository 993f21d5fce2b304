// SPDX-License-Identifier: BSD-2-Clause
/** What was seen of one step: its result and, in order, what happened while it ran. */

/** An ack function was called. */
export interface AckEvent {
  kind: 'ack';
  vcpu: number;
  irq: number;
  cookie: number;
}
/** A list register was loaded. Only seen where the target shows it (the host tier). */
export interface LoadEvent {
  kind: 'load';
  vcpu: number;
  /** Which list register. */
  index: number;
  intid: number;
  /** 0 to 31, as the list register holds it. */
  priority: number;
  group: number;
  /** The kernel's answer: false when it refused the load. */
  accepted: boolean;
}
/** `microkit_irq_ack(channel)` was called. Only seen where the target shows it. */
interface IrqAckEvent {
  kind: 'irqAck';
  channel: number;
}
/** `microkit_vcpu_arm_ack_vppi(vcpu, irq)` was called. Only seen where the target shows it. */
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
  /** The syndrome says that it is a write. */
  write: boolean;
}
/** A vCPU began to run somewhere: guest_start, guest_restart, CPU_ON, SYSTEM_RESET. */
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
/** The VMM was told that the guest has ended its run. */
interface EndedEvent {
  kind: 'ended';
  /** Why: PSCI SYSTEM_OFF, SYSTEM_RESET, or the last CPU left with CPU_OFF. */
  reason: 'off' | 'reset' | 'cpus';
}
/** A system call of the VMM's that the kernel refused, or that would have stopped the protection domain. */
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

/** Where the guest's PC stands after a guest step. */
export type Outcome =
  /** At the next instruction, with this PSTATE where the target shows it. */
  | { kind: 'next'; pstate?: number }
  /** At the same instruction: it will be tried again. */
  | { kind: 'again' }
  /** In an exception vector of EL1. `elr` is where it returns to, from the instruction on. */
  | { kind: 'exception'; vector: number; esr: number; far: bigint; elr: bigint; spsr: number }
  /** It does not run: off, stopped, or waiting for an answer to its fault. */
  | { kind: 'off' }
  /** Nothing was done, since the vCPU was not running to begin with. */
  | { kind: 'idle' }
  | { kind: 'elsewhere'; pc: bigint };

/** General-purpose register `number` changed to `value`; 31 is SP. */
interface RegisterChange {
  number: number;
  value: bigint;
}

export interface Seen {
  /** What an API call returned; what `take` read; nothing for other guest steps. */
  result: bigint;
  outcome: Outcome;
  /** General-purpose registers that the step changed. */
  changes: RegisterChange[];
  events: SeenEvent[];
}
