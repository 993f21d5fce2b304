// SPDX-License-Identifier: BSD-2-Clause
/** Runs the model on steps with given observations. */
import {
  type Break,
  defaultConfig,
  Model,
  type ModelConfig,
  plain,
  type Seen,
  type SeenEvent,
  type Step,
} from '../../../harness/model/index.js';

export const gicd = 0x0800_0000n;
const gicc = 0x0801_0000n;

export class ModelRun {
  readonly model: Model;

  constructor(config: Partial<ModelConfig> = {}) {
    this.model = new Model({ ...defaultConfig, ...config });
    this.model.begin();
  }

  /** A step with the observation `seen`; by default the guest only reaches the next instruction. */
  step(step: Step, seen: Partial<Seen> = {}): this {
    this.model.step(step, { result: 0n, outcome: { kind: 'next' }, changes: [], events: [], ...seen });
    return this;
  }

  /** An API call that returns true. */
  call(step: Step, ...events: SeenEvent[]): this {
    return this.step(step, { result: 1n, events });
  }

  /** virq_controller_init and guest_start. */
  begin(): this {
    this.call({ op: 'init', cpu: 0 });
    const [pc, dtb] = [0x4008_0000n, 0x4010_0000n];
    const start = { kind: 'start', vcpu: 0, pc, x0: dtb, clean: true, pstate: 0x3c5, sctlr: 0n } as const;
    return this.call({ op: 'start', vcpu: 0, pc, dtb, initrd: 0n }, start);
  }

  /** The guest's driver: groups enabled, nothing masked. */
  open(vcpu = 0): this {
    return this.store(gicc, 1, vcpu)
      .store(gicc + 4n, 0xff, vcpu)
      .store(gicd, 1, vcpu);
  }

  store(address: bigint, value: number, vcpu = 0, ...events: SeenEvent[]): this {
    return this.step(access(plain.store[4], address, BigInt(value >>> 0), vcpu), { events });
  }

  /** A word load that gives `value`. */
  load(address: bigint, value: number, vcpu = 0): this {
    const changes = [{ number: 2, value: BigInt(value >>> 0) }];
    return this.step(access(plain.load[4], address, ~0n & 0xffff_ffff_ffff_ffffn, vcpu), { changes });
  }

  /** Reads of GICC_IAR that give these. */
  take(...intids: number[]): this {
    for (const intid of intids) this.step({ op: 'take', vcpu: 0 }, { result: BigInt(intid) });
    return this;
  }

  end(...events: SeenEvent[]): this {
    return this.step({ op: 'end', vcpu: 0 }, { events });
  }

  get breaks(): Break[] {
    return this.model.ledger.breaks;
  }

  /** Ids of the rules that broke. */
  get broken(): string[] {
    return this.breaks.map(({ rule }) => rule.id);
  }
}

export function access(form: number, address: bigint, value: bigint, vcpu = 0): Step {
  return { op: 'access', vcpu, form, rt: 2, rt2: 3, rn: 1, address, value };
}

/** A list register is loaded. */
export const load = (intid: number, priority = 0, index = 0, vcpu = 0, group = 0): SeenEvent => ({
  kind: 'load',
  vcpu,
  index,
  intid,
  priority,
  group,
  accepted: true,
});

export const register = (irq: number, cookie = 0): Step => ({
  op: 'register',
  vcpu: 0,
  irq,
  ack: true,
  cookie,
});
export const inject = (irq: number): Step => ({ op: 'inject', vcpu: 0, irq });
export const ack = (irq: number, cookie = 0, vcpu = 0): SeenEvent => ({ kind: 'ack', vcpu, irq, cookie });
