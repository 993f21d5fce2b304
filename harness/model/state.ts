// SPDX-License-Identifier: BSD-2-Clause
/** The state of the model: one virtual machine, its interrupt controller and what its VMM has registered. */
import { Bits, Bytes } from './bits.js';
import type { ModelConfig } from './config.js';
import { SgiStates } from './sgi.js';
import { slots, wordCount, wordOf } from './slots.js';

/** What a VMM has registered for an interrupt. */
export interface Registration {
  kind: 'plain' | 'passthrough';
  /** The vCPU that it was registered for. */
  vcpu: number;
  /** A plain one whose ack function is not NULL. */
  ack: boolean;
  cookie: number;
  channel: number;
}

/** A list register: the part of an interrupt that the hardware has (IHI 0048B, 5.3.8). */
export interface ListRegister {
  intid: number;
  slot: number;
  /** Which list register, or -1 when the load was not seen. */
  index: number;
  /** 0 to 31; a lower value goes first. */
  priority: number;
  group: number;
  pending: boolean;
  active: boolean;
  /** False: the VMM need not have loaded it, so the guest may or may not be given it. */
  sure: boolean;
  /** It had to wait before it was loaded. */
  waited: boolean;
  /** How it came to be pending (see `pending.ts`). */
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
  /** What `take` read and `end` has not yet written; the last goes first. */
  taken: number[];
  /** What `end` has written and `deactivate` has not. */
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

/** The line of a virtual timer, which is level-sensitive (IHI 0048B, 4.3.8). */
export interface TimerLine {
  /** The timer asserts it. */
  high: boolean;
  /** Its interrupt is pending, and only because the line was asserted. */
  alone: boolean;
  /** Its interrupt was pending, and fell with the line. */
  fell: boolean;
  /** Whether the kernel has the line masked is not known: the VMM's loads are not seen. */
  open: boolean;
}

export const lowLine = (): TimerLine => ({ high: false, alone: false, fell: false, open: false });

export class State {
  /** virq_controller_init has succeeded. */
  initialised = false;
  /** A vCPU has run: guest_start then has something to put back. */
  hasRun = false;
  /** The guest was started again or restarted. */
  startedAgain = false;
  /** The same, and nothing was written to the distributor since. */
  asNew = false;
  /** GICD_CTLR. */
  control = 0;
  readonly group = new Bits(wordCount);
  readonly enabled = new Bits(wordCount);
  readonly pending = new Bits(wordCount);
  /** Pending bits of which the VMM cannot know whether they still stand (see `deliver.ts`). */
  readonly unsure = new Bits(wordCount);
  readonly active = new Bits(wordCount);
  /** In a list register of some vCPU. */
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
  /** The pending interrupt was seen waiting: disabled, distributor off, or no list register free. */
  readonly waited = new Bits(wordCount);
  /** How the pending state arose. */
  readonly origin = new Bytes(slots);
  readonly registrations = new Map<number, Registration>();
  /** Slot of the interrupt that a channel passes through. */
  readonly channels = new Map<number, number>();
  /** Hardware interrupts that have arrived and not been acknowledged to the kernel: slot to channel. */
  readonly masked = new Map<number, number>();
  /** vCPUs whose virtual timer is masked by the kernel until it is acknowledged. */
  readonly timerMasked = new Set<number>();
  /** The virtual timer of each vCPU, as a line (see `timer.ts`). */
  readonly timers: TimerLine[] = [];
  readonly ranges: EmulatedRange[] = [];
  readonly interfaces: CpuInterface[] = [];
  readonly power: Power[] = [];
  /** Words of the interrupt controller's frames that were written: one bit for each vCPU that has. */
  readonly written = new Map<number, number>();

  constructor(config: ModelConfig) {
    this.begin(config);
  }

  /** Everything as before the first step; in place, as a case is short and the arrays are long. */
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

/** A list register gives its interrupt up. */
export function unload(state: State, cpu: CpuInterface, list: ListRegister): void {
  cpu.lists.splice(cpu.lists.indexOf(list), 1);
  state.loaded.clear(list.slot);
}

/** A binary point that nobody has written: its reset value is IMPLEMENTATION DEFINED (IHI 0048B, 4.4.3). */
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

/** The interrupt controller as new; what the VMM registered stays. */
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
