// SPDX-License-Identifier: BSD-2-Clause
/** State that the parts of the model share while a case runs, and what the current step must still show. */
import type { ModelConfig } from './config.js';
import type { Ledger } from './ledger.js';
import type { AckEvent } from './seen.js';
import { State } from './state.js';

export class Context {
  readonly state: State;
  /** Bits of the word read last whose value the sources leave open. */
  open = 0;
  /** Ack function calls that this step must show, in any order. */
  acks: AckEvent[] = [];
  /** Ack function calls that this step may show: a restart drops interrupts in flight. */
  optionalAcks: AckEvent[] = [];
  /** Channels that this step must acknowledge to the kernel. */
  irqAcks: number[] = [];
  /** Channels that this step may acknowledge: the VMM cannot know whether their interrupt has arrived. */
  optionalIrqAcks: number[] = [];
  /** vCPUs whose virtual timer this step must acknowledge to the kernel. */
  vppiAcks: number[] = [];
  optionalVppiAcks: number[] = [];
  /** The step is more than one event for the interrupt controller. The VMM may load interrupts between them. */
  severalWrites = false;
  /** Changes of state to apply after the loads of this step. */
  afterSettle: (() => void)[] = [];
  /** Why the rest of the case cannot be judged: the sources make it UNPREDICTABLE, or leave it open. */
  unpredictable: string | undefined;

  constructor(
    readonly config: ModelConfig,
    readonly ledger: Ledger,
  ) {
    this.state = new State(config);
  }

  /** Resets everything to the state before the first step. */
  reset(): void {
    this.state.begin(this.config);
    this.unpredictable = undefined;
    this.beginStep();
  }

  beginStep(): void {
    this.acks = [];
    this.optionalAcks = [];
    this.irqAcks = [];
    this.vppiAcks = [];
    this.optionalIrqAcks = [];
    this.optionalVppiAcks = [];
    this.severalWrites = false;
    this.afterSettle = [];
  }

  /** Whether the machine has a vCPU `vcpu`. */
  isVcpu(vcpu: number): boolean {
    return vcpu >= 0 && vcpu < this.config.vcpus;
  }

  /** Whether `intid` is below the number of INTIDs in GICD_TYPER. */
  isIntid(intid: number): boolean {
    return intid >= 0 && intid < this.config.implementation.intids;
  }
}
