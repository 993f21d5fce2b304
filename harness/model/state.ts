// SPDX-License-Identifier: BSD-2-Clause
/** The state of the model: one virtual machine, its interrupt controller and what its VMM has registered. */
import { Bits, Bytes } from './bits.js';
import type { ModelConfig } from './config.js';
import { SgiStates } from './sgi.js';
import { slots, wordCount, wordOf } from './slots.js';

/** How the VMM has registered an interrupt. */
export interface Registration {
  kind: 'plain' | 'passthrough';
  /** The vCPU that the call named. */
  vcpu: number;
  /** The registration is plain and its ack function is not NULL. */
  ack: boolean;
  cookie: number;
  channel: number;
}

/** A list register: an interrupt that the hardware can deliver by itself (IHI 0048B, 5.3.8). See `docs/model.md`. */
export interface ListRegister {
  intid: number;
  slot: number;
  /** Number of the list register; -1 when the load was not observed. */
  index: number;
  /** 0 to 31; lower values are more urgent. */
  priority: number;
  group: number;
  pending: boolean;
  active: boolean;
  /** False when the VMM may not have loaded it: the guest may take it, but need not be able to. */
  sure: boolean;
  /** The interrupt had to wait in the distributor before it was loaded. */
  waited: boolean;
  /** Why the interrupt is pending: one of `origins` in `pending.ts`. */
  origin: number;
}

/** A virtual CPU interface (GICV), or on a bare machine the CPU interface itself (GICC). */
export interface CpuInterface {
  /** GICC_CTLR: bits EnableGrp0, EnableGrp1, AckCtl, FIQEn, CBPR, EOImode. */
  control: number;
  priorityMask: number;
  binaryPoint: number;
  aliasedBinaryPoint: number;
  /** Group priorities that are active, the most urgent last. */
  running: number[];
  lists: ListRegister[];
  /** Values that `take` has read and `end` has not yet written back, oldest first. */
  taken: number[];
  /** Values that `end` has written and `deactivate` has not, oldest first. */
  ended: number[];
}

/** `waiting`: in WFI or WFE; `stopped`: by guest_stop. */
export type Power = 'off' | 'on' | 'waiting' | 'stopped';

/** An emulated range. */
export interface EmulatedRange {
  base: bigint;
  size: bigint;
  id: number;
}

/** The interrupt line of a virtual timer, which is level-sensitive (IHI 0048B, 4.3.8). */
export interface TimerLine {
  /** GICD_ISPENDR was written while the line, or a list register, had the interrupt already. */
  both: boolean;
  /** The timer asserts the line. */
  high: boolean;
  /** The interrupt is pending, and the line is the only reason. */
  alone: boolean;
  /** The interrupt was pending until the line was lowered. */
  fell: boolean;
  /** Unknown whether the kernel masks the line, because the VMM's loads are not observed. */
  open: boolean;
}

export const lowLine = (): TimerLine => ({
  both: false,
  high: false,
  alone: false,
  fell: false,
  open: false,
});

export class State {
  /** virq_controller_init has succeeded. */
  initialised = false;
  /** A vCPU has run, so guest_start has state to reset. */
  hasRun = false;
  /** The guest was started again or restarted. */
  startedAgain = false;
  /** The guest was started again or restarted, and has not written to the distributor since. */
  asNew = false;
  /** GICD_CTLR. */
  control = 0;
  readonly group = new Bits(wordCount);
  readonly enabled = new Bits(wordCount);
  readonly pending = new Bits(wordCount);
  /** Interrupts whose pending bit may be set or clear: the VMM cannot know which (`docs/model.md`). */
  readonly unsure = new Bits(wordCount);
  readonly active = new Bits(wordCount);
  /** Interrupts that are in a list register of some vCPU. */
  readonly loaded = new Bits(wordCount);
  readonly edge = new Bits(wordCount);
  readonly priority = new Bytes(slots);
  /** GICD_ITARGETSR of SPIs (GICv2). */
  readonly targets = new Bytes(slots);
  /** GICD_IROUTER of SPIs (GICv3), its lower and its upper word. */
  readonly routes = new Int32Array(slots);
  readonly upperRoutes = new Bytes(slots);
  /** GICR_WAKER.ProcessorSleep of each vCPU (GICv3). */
  readonly asleep: boolean[] = [];
  /** SPIs whose targets the guest has written. */
  readonly targetsWritten = new Bits(wordCount);
  /** SGIs that are pending for each of their senders (GICv2). */
  readonly sgis = new SgiStates();
  /** Pending interrupts that have waited at the end of a step: disabled, group off, or no list register free. */
  readonly waited = new Bits(wordCount);
  /** Why each interrupt is pending: one of `origins` in `pending.ts`. */
  readonly origin = new Bytes(slots);
  readonly registrations = new Map<number, Registration>();
  /** Channel to the slot of the interrupt that it passes through. */
  readonly channels = new Map<number, number>();
  /** Hardware interrupts that have arrived and are not yet acknowledged to the kernel: slot to channel. */
  readonly masked = new Map<number, number>();
  /** vCPUs whose virtual timer the kernel masks until the VMM acknowledges it. */
  readonly timerMasked = new Set<number>();
  /** The virtual timer of each vCPU, as a line (see `timer.ts`). */
  readonly timers: TimerLine[] = [];
  readonly ranges: EmulatedRange[] = [];
  readonly interfaces: CpuInterface[] = [];
  readonly power: Power[] = [];
  /** For each word of the interrupt controller's frames, a bit for each vCPU that has written it. */
  readonly written = new Map<number, number>();

  constructor(config: ModelConfig) {
    this.begin(config);
  }

  /** Resets everything to the state before the first step. In place: cases are short and the arrays long. */
  begin(config: ModelConfig): void {
    this.initialised = false;
    this.hasRun = false;
    this.startedAgain = false;
    this.asNew = false;
    for (const map of [this.registrations, this.channels, this.masked, this.timerMasked]) map.clear();
    this.ranges.length = 0;
    for (let vcpu = 0; vcpu < config.vcpus; vcpu += 1) this.power[vcpu] = 'off';
    resetController(this, config);
  }

  /** The virtual timer of a vCPU that exists. */
  timer(vcpu: number): TimerLine {
    const timer = this.timers[vcpu];
    if (timer === undefined) throw new RangeError(`no vCPU ${vcpu}`);
    return timer;
  }

  /** The CPU interface of a vCPU that exists. */
  cpu(vcpu: number): CpuInterface {
    const cpu = this.interfaces[vcpu];
    if (cpu === undefined) throw new RangeError(`no vCPU ${vcpu}`);
    return cpu;
  }
}

/** Empties a list register. */
export function unload(state: State, cpu: CpuInterface, list: ListRegister): void {
  cpu.lists.splice(cpu.lists.indexOf(list), 1);
  state.loaded.clear(list.slot);
}

/** A binary point that was never written: its reset value is IMPLEMENTATION DEFINED (IHI 0048B, 4.4.3). */
export const unwritten = -1;

/** A CPU interface after reset (IHI 0048B, 4.4). */
export function resetInterface(): CpuInterface {
  return {
    control: 0,
    priorityMask: 0,
    binaryPoint: unwritten,
    aliasedBinaryPoint: unwritten,
    running: [],
    lists: [],
    taken: [],
    ended: [],
  };
}

/** Resets the interrupt controller. The VMM's registrations stay. */
export function resetController(state: State, config: ModelConfig): void {
  const { implementation } = config;
  state.control = 0;
  for (const bits of [
    state.enabled,
    state.pending,
    state.unsure,
    state.active,
    state.loaded,
    state.edge,
    state.targetsWritten,
  ])
    bits.fill(0);
  for (const bytes of [state.priority, state.targets, state.upperRoutes, state.waited, state.origin])
    bytes.fill(0);
  state.group.fill(-implementation.resetGroup);
  state.routes.fill(0);
  state.written.clear();
  state.sgis.reset();
  for (let vcpu = 0; vcpu < config.vcpus; vcpu += 1) {
    const word = wordOf(vcpu, 0);
    if (implementation.sgisAlwaysEnabled) state.enabled.put(word, 0xffff);
    state.edge.put(word, 0xffff);
    for (let ppi = 16; ppi < 32; ppi += 1)
      state.edge.assign(word * 32 + ppi, ((implementation.ppiTriggers >>> ((ppi - 16) * 2)) & 2) !== 0);
    state.interfaces[vcpu] = resetInterface();
    state.timers[vcpu] = lowLine();
    state.asleep[vcpu] = false;
  }
}
