// SPDX-License-Identifier: BSD-2-Clause
/** What the model must be told of the machine that it is compared with. */

/** Choices that the architecture leaves to an implementation; read from the target before the first case. */
export interface Implementation {
  /** INTIDs from 0: 32 * (GICD_TYPER.ITLinesNumber + 1), at most 1020 (IHI 0048B, 4.3.2). */
  intids: number;
  /** GICD_IIDR. */
  iidr: number;
  /** Implemented bits of a priority, from bit 7 down (3.5: at least 16 levels). */
  priorityMask: number;
  /** SGIs can't be disabled (4.3.5: IMPLEMENTATION DEFINED). */
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
  /** `vmm`: behind a VMM; `bare`: the same guest with the GIC itself. */
  witness: 'vmm' | 'bare';
  /** Whether loads of list registers, acknowledgements of hardware interrupts and refused system calls are seen. */
  seesKernel: boolean;
  vcpus: number;
  listRegisters: number;
  distributor: Frame;
  cpuInterface: Frame;
  ram: Frame;
  /** Bytes that the target has for the sources of images. */
  imageSpace: number;
  /** INTID of the virtual timer (a PPI). */
  virtualTimer: number;
  /** Number of a VMM's channels: ids below this are valid (Microkit manual, "Channels"). */
  channels: number;
  implementation: Implementation;
}

/** As our own VMM implements what the architecture leaves open; the address map of QEMU's virt machine. */
export const defaultConfig: ModelConfig = {
  witness: 'vmm',
  seesKernel: true,
  vcpus: 1,
  listRegisters: 4,
  distributor: { base: 0x0800_0000, size: 0x1000 },
  cpuInterface: { base: 0x0801_0000, size: 0x1000 },
  ram: { base: 0x4000_0000, size: 0x40_0000 },
  imageSpace: 0x1_0000,
  virtualTimer: 27,
  channels: 62,
  implementation: {
    intids: 288,
    iidr: 0,
    priorityMask: 0xf8,
    sgisAlwaysEnabled: true,
    ppiTriggers: 0,
    ppiTriggersWritable: false,
    otherSizes: 'lanes',
    binaryPoints: [2, 3],
    takesEnabledOnly: true,
    psciVersion: 0x1_0001,
    smcccVersion: 0x1_0001,
  },
};
