// SPDX-License-Identifier: BSD-2-Clause
/** What the model must be told of the machine that it is compared with. */

/** Choices that the architecture leaves to an implementation; read from the target before the first case. */
export interface Implementation {
  /** GICD_TYPER; of a GICv3 the fields besides ITLinesNumber are IMPLEMENTATION DEFINED or optional features. */
  typer: number;
  /** INTIDs from 0: 32 * (GICD_TYPER.ITLinesNumber + 1), at most 1020 (IHI 0048B, 4.3.2). */
  intids: number;
  /** GICD_IIDR. */
  iidr: number;
  /** Implemented bits of a priority, from bit 7 down (3.5: at least 16 levels). */
  priorityMask: number;
  /** SGIs cannot be disabled (4.3.5: IMPLEMENTATION DEFINED). */
  sgisAlwaysEnabled: boolean;
  /** Trigger of PPIs as read from GICD_ICFGR1, and whether it can be written (4.3.13: IMPLEMENTATION DEFINED). */
  ppiTriggers: number;
  ppiTriggersWritable: boolean;
  /**
   * What an access of a size that the architecture does not ask for does (4.1.4: IMPLEMENTATION DEFINED): act on the
   * bytes that it names, or nothing.
   */
  otherSizes: 'lanes' | 'ignored';
  /** The smallest values of GICC_BPR and of GICC_ABPR (4.4.3, 4.4.8: IMPLEMENTATION DEFINED). */
  binaryPoints: readonly [number, number];
  /**
   * GICC_CTLR's enables are looked at when an interrupt is taken (4.4.4). QEMU 7.2 does so only when it signals one: with
   * either group enabled a read of GICC_IAR takes interrupts of both.
   */
  takesEnabledOnly: boolean;
  /** Of a GICv3: the group of an interrupt after reset (UNKNOWN in the architecture). */
  resetGroup: 0 | 1;
  /** Of a GICv3: GICR_IIDR, and the upper bits of GICR_TYPER.Processor_Number, vCPU 0's. */
  redistributorIidr: number;
  /** PSCI_VERSION's answer. */
  psciVersion: number;
  /** SMCCC_VERSION's answer. */
  smcccVersion: number;
}

export interface Frame {
  base: number;
  size: number;
}

export interface ModelConfig {
  /** Architecture version of the interrupt controller. */
  gic: 2 | 3;
  /** `vmm`: behind a VMM; `bare`: the same guest with the GIC itself. */
  witness: 'vmm' | 'bare';
  /** Whether loads of list registers, acknowledgements of hardware interrupts and refused system calls are seen. */
  seesKernel: boolean;
  vcpus: number;
  listRegisters: number;
  distributor: Frame;
  /** GICC of a GICv2. A GICv3 has system registers: the size is 0. */
  cpuInterface: Frame;
  /** Where the redistributors of a GICv3 begin: one for each vCPU, one behind the other. */
  redistributorBase: number;
  ram: Frame;
  /** Bytes that the target has for the sources of images. */
  imageSpace: number;
  /** INTID of the virtual timer (a PPI). */
  virtualTimer: number;
  /** Channels of the VMM that have an interrupt, a bit each (Microkit manual, "irq"). */
  irqChannels: bigint;
  implementation: Implementation;
}

/** As our own VMM implements what the architecture leaves open; the address map of QEMU's virt machine. */
export const defaultConfig: ModelConfig = {
  gic: 2,
  witness: 'vmm',
  seesKernel: true,
  vcpus: 1,
  listRegisters: 4,
  distributor: { base: 0x0800_0000, size: 0x1000 },
  cpuInterface: { base: 0x0801_0000, size: 0x1000 },
  redistributorBase: 0,
  ram: { base: 0x4000_0000, size: 0x40_0000 },
  imageSpace: 0x1_0000,
  virtualTimer: 27,
  irqChannels: 0x1ffn,
  implementation: {
    typer: 8,
    intids: 288,
    iidr: 0,
    priorityMask: 0xf8,
    sgisAlwaysEnabled: true,
    ppiTriggers: 0,
    ppiTriggersWritable: false,
    otherSizes: 'lanes',
    binaryPoints: [2, 3],
    takesEnabledOnly: true,
    resetGroup: 0,
    redistributorIidr: 0,
    psciVersion: 0x1_0001,
    smcccVersion: 0x1_0001,
  },
};
