// SPDX-License-Identifier: BSD-2-Clause
/** What the parts of the model share while a case runs: configuration, state, ledger, and what the step must show. */
import type { ModelConfig } from './config.js';
import type { Ledger } from './ledger.js';
import type { AckEvent } from './seen.js';
import { State } from './state.js';

export class Context {
  readonly state: State;
  /** Bits of the word read last of which the sources leave the value open. */
  open = 0;
  /** Calls of ack functions that this step must show, in any order. */
  acks: AckEvent[] = [];
  /** Ack calls that this step may show: a restart drops what is in flight. */
  optionalAcks: AckEvent[] = [];
  /** Channels that this step must acknowledge to the kernel. */
  irqAcks: number[] = [];
  /** Channels that this step may acknowledge: the VMM cannot know whether their interrupt had arrived. */
  optionalIrqAcks: number[] = [];
  /** vCPUs whose virtual timer this step must acknowledge to the kernel. */
  vppiAcks: number[] = [];
  optionalVppiAcks: number[] = [];
  /** The step is several events for the interrupt controller: between them interrupts may be loaded. */
  severalWrites = false;
  /** What is to be followed when the loads of this step have been. */
  afterSettle: (() => void)[] = [];
  /** Why the rest of the case cannot be judged: the sources call it UNPREDICTABLE. */
  unpredictable: string | undefined;

  constructor(
    readonly config: ModelConfig,
    readonly ledger: Ledger,
  ) {
    this.state = new State(config);
  }

  /** Everything as before the first step. */
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

  /** Whether `vcpu` names one of this machine's. */
  isVcpu(vcpu: number): boolean {
    return vcpu >= 0 && vcpu < this.config.vcpus;
  }

  /** Whether `intid` is one that GICD_TYPER shows. */
  isIntid(intid: number): boolean {
    return intid >= 0 && intid < this.config.implementation.intids;
  }
}
