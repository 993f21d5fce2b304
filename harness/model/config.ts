// SPDX-License-Identifier: BSD-2-Clause
/** Describes to the model the machine that it judges. */

/** Choices that the architecture leaves to the implementation. They are read from the target before the first case. */
export interface Implementation {
  /** GICD_TYPER. In a GICv3, every field but ITLinesNumber is IMPLEMENTATION DEFINED or an optional feature. */
  typer: number;
  /** INTIDs from 0: 32 * (GICD_TYPER.ITLinesNumber + 1), at most 1020 (IHI 0048B, 4.3.2). */
  intids: number;
  /** GICD_IIDR. */
  iidr: number;
  /** Implemented bits of a priority, from bit 7 down (3.5: at least 16 levels). */
  priorityMask: number;
  /**
   * Those of a bare machine's CPU interface: a GICv3's may have fewer than its distributor (IHI 0069,
   * ICC_CTLR_EL1.PRIbits).
   */
  interfacePriorityMask: number;
  /** SGIs cannot be disabled (4.3.5: IMPLEMENTATION DEFINED). */
  sgisAlwaysEnabled: boolean;
  /** Trigger of the PPIs as read from GICD_ICFGR1, and whether it can be written (4.3.13: IMPLEMENTATION DEFINED). */
  ppiTriggers: number;
  ppiTriggersWritable: boolean;
  /**
   * The effect of an access of a size that the architecture does not require (4.1.4: IMPLEMENTATION DEFINED). `lanes`:
   * it acts on the bytes that it names. `ignored`: it has none.
   */
  otherSizes: 'lanes' | 'ignored';
  /** The smallest values of GICC_BPR and of GICC_ABPR (4.4.3, 4.4.8: IMPLEMENTATION DEFINED). */
  binaryPoints: readonly [number, number];
  /**
   * A read of GICC_IAR honours the group enables of GICC_CTLR (4.4.4). QEMU 7.2 honours them only when it signals an
   * interrupt: with either group enabled, a read of GICC_IAR takes interrupts of both.
   */
  takesEnabledOnly: boolean;
  /** GICv3: the group of an interrupt after reset (UNKNOWN in the architecture). */
  resetGroup: 0 | 1;
  /** GICv3: GICR_IIDR, and the upper bits of vCPU 0's GICR_TYPER.Processor_Number. */
  redistributorIidr: number;
  /** Result of PSCI_VERSION. */
  psciVersion: number;
  /** Result of SMCCC_VERSION. */
  smcccVersion: number;
}

export interface Frame {
  base: number;
  size: number;
}

export interface ModelConfig {
  /** Architecture version of the interrupt controller. */
  gic: 2 | 3;
  /** `vmm`: the guest runs on a VMM. `bare`: the same guest has the physical GIC. */
  witness: 'vmm' | 'bare';
  /** Whether the target reports loads of list registers, acknowledgements to the kernel and refused system calls. */
  seesKernel: boolean;
  /** Whether the target can perform steps with the guest's MMU on. */
  translates: boolean;
  vcpus: number;
  listRegisters: number;
  distributor: Frame;
  /** GICC of a GICv2. The size is 0 for a GICv3, whose CPU interface is system registers. */
  cpuInterface: Frame;
  /** Address of the first redistributor of a GICv3. There is one for each vCPU, without gaps. */
  redistributorBase: number;
  ram: Frame;
  /** Bytes that the target has for the source images of linux_setup_images. */
  imageSpace: number;
  /** INTID of the virtual timer (a PPI). */
  virtualTimer: number;
  /** Channels of the VMM that have an interrupt, one bit each (Microkit manual, "irq"). */
  irqChannels: bigint;
  implementation: Implementation;
}

/** The choices of this project's VMM, and the address map of QEMU's virt machine. */
export const defaultConfig: ModelConfig = {
  gic: 2,
  witness: 'vmm',
  seesKernel: true,
  translates: false,
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
    interfacePriorityMask: 0xf8,
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
