// SPDX-License-Identifier: BSD-2-Clause
/**
 * Rules of the registers of a GICv3's distributor and redistributors (IHI 0069). Affinity routing is always enabled.
 */
import { defineRules, gicV3, psci } from './rule.js';

export const distributorV3Rules = defineRules(
  'gicd3',
  {
    ctlr: {
      says: 'GICD_CTLR holds EnableGrp0 and EnableGrp1 as written; ARE and DS read as one.',
      from: [gicV3('GICD_CTLR'), gicV3('Enabling the distribution of interrupts')],
      choice:
        'One security state and no legacy operation are all that a VMM can provide. RWP reads as zero: an access has taken effect when it completes. E1NWF is optional.',
    },
    typer: {
      says: 'GICD_TYPER shows the number of INTIDs, no second security state, no LPIs, no message-based SPIs; CPUNumber is zero.',
      from: [gicV3('GICD_TYPER')],
      choice: 'The other fields are optional features; they are read from the target before the first case.',
    },
    iidr: { says: 'GICD_IIDR always reads the same value.', from: [gicV3('GICD_IIDR')] },
    igroupr: {
      says: 'GICD_IGROUPR<n> holds the group of each SPI as written.',
      from: [gicV3('GICD_IGROUPR<n>')],
    },
    isenabler: {
      says: 'GICD_ISENABLER<n> shows which SPIs are enabled; writing 1 enables, writing 0 has no effect.',
      from: [gicV3('GICD_ISENABLER<n>')],
    },
    icenabler: {
      says: 'GICD_ICENABLER<n> shows which SPIs are enabled; writing 1 disables, writing 0 has no effect.',
      from: [gicV3('GICD_ICENABLER<n>')],
    },
    ispendr: {
      says: 'GICD_ISPENDR<n> shows which SPIs are pending; writing 1 makes one pending, writing 0 has no effect.',
      from: [gicV3('GICD_ISPENDR<n>')],
      choice: 'An interrupt in a list register may read as pending or not, as with a GICv2.',
    },
    icpendr: {
      says: 'GICD_ICPENDR<n> shows which SPIs are pending; writing 1 clears the pending state, writing 0 has no effect.',
      from: [gicV3('GICD_ICPENDR<n>')],
      choice: 'An interrupt in a list register stays there: on seL4 a VMM cannot withdraw it.',
    },
    isactiver: {
      says: 'GICD_ISACTIVER<n> shows which SPIs are active; writing 1 makes one active.',
      from: [gicV3('GICD_ISACTIVER<n>')],
      choice: 'An interrupt in a list register may read as active or not.',
    },
    icactiver: {
      says: 'GICD_ICACTIVER<n> shows which SPIs are active; writing 1 clears the active state.',
      from: [gicV3('GICD_ICACTIVER<n>')],
    },
    ipriorityr: {
      says: 'GICD_IPRIORITYR<n> holds a priority for each SPI.',
      from: [gicV3('GICD_IPRIORITYR<n>')],
    },
    priorityBits: {
      says: 'Priority bits that are not implemented read as zero and ignore writes; at least the upper four are implemented.',
      from: [gicV3('Interrupt prioritization'), gicV3('GICD_IPRIORITYR<n>')],
    },
    icfgr: {
      says: 'GICD_ICFGR<n> holds the trigger of each SPI in the upper bit of its field; the lower bit reads as zero.',
      from: [gicV3('GICD_ICFGR<n>')],
    },
    irouter: {
      says: 'GICD_IROUTER<n> holds the affinity of the vCPU that an SPI goes to, and whether it may go to any.',
      from: [gicV3('GICD_IROUTER<n>'), gicV3('Affinity routing')],
      choice:
        'Both halves can be accessed as words: Linux does. Aff3 may be fixed at zero where GICD_TYPER.A3V is clear.',
    },
    anyVcpu: {
      says: 'Interrupt_Routing_Mode of GICD_IROUTER<n> holds the value written, or is zero when GICD_TYPER.No1N is set.',
      from: [gicV3('GICD_IROUTER<n>'), gicV3('GICD_TYPER')],
    },
    private: {
      says: 'With affinity routing the distributor has no state of INTIDs 0 to 31: that part of its registers reads as zero.',
      from: [gicV3('GICD_IGROUPR<n>'), gicV3('GICD_ISENABLER<n>'), gicV3('Affinity routing')],
    },
    legacy: {
      says: 'With affinity routing GICD_ITARGETSR<n>, GICD_SGIR, GICD_CPENDSGIR<n> and GICD_SPENDSGIR<n> read as zero and do nothing.',
      from: [gicV3('GICD_ITARGETSR<n>'), gicV3('GICD_SGIR'), gicV3('GICD_SPENDSGIR<n>')],
    },
    security: {
      says: 'With one security state GICD_IGRPMODR<n> and GICD_NSACR<n> read as zero and ignore writes.',
      from: [gicV3('GICD_IGRPMODR<n>'), gicV3('GICD_NSACR<n>')],
    },
    identification: {
      says: 'GICD_PIDR2 names architecture version 3 in ArchRev.',
      from: [gicV3('GICD_PIDR2')],
    },
    readOnly: { says: 'A write to a read-only register changes nothing.', from: [gicV3('GICD_TYPER')] },
    reserved: {
      says: 'Reserved offsets of the distributor read as zero and ignore writes.',
      from: [gicV3('The GIC Distributor register map')],
    },
    absent: {
      says: 'Register bits of nonexistent SPIs read as zero and ignore writes.',
      from: [gicV3('GICD_TYPER'), gicV3('GICD_ISENABLER<n>')],
    },
    bytes: {
      says: 'Priorities of SPIs can be read and written by single bytes.',
      from: [gicV3('GICD_IPRIORITYR<n>')],
    },
    otherSizes: {
      says: 'An access to the distributor of any other size acts on the bytes that it names, or does nothing.',
      from: [gicV3('GIC memory-mapped register access')],
      choice: 'The choice is read from the target before the first case.',
    },
  },
  { gic: 3 },
);

export const redistributorRules = defineRules(
  'gicr',
  {
    ctlr: {
      says: 'GICR_CTLR has no LPIs to enable; RWP and UWP read as zero.',
      from: [gicV3('GICR_CTLR')],
      choice: 'CES, IR and the DPG bits are optional features.',
    },
    iidr: { says: 'GICR_IIDR always reads the same value.', from: [gicV3('GICR_IIDR')] },
    typer: {
      says: 'GICR_TYPER shows the affinity of its vCPU, no LPIs, and Last in the last frame alone.',
      from: [gicV3('GICR_TYPER')],
      choice: 'Processor_Number is only used by an ITS, and there is none.',
    },
    waker: {
      says: 'GICR_WAKER.ProcessorSleep holds the value written, and ChildrenAsleep follows; when a vCPU is started both are zero.',
      from: [gicV3('GICR_WAKER'), psci('CPU_ON')],
      choice:
        'Both are one after reset, but a VMM that starts a guest acts for the firmware, which has woken the redistributor. ChildrenAsleep follows at once: an access has taken effect when it completes.',
    },
    asleep: {
      says: 'While GICR_WAKER.ProcessorSleep is set, nothing is forwarded to the vCPU.',
      from: [gicV3('GICR_WAKER'), gicV3('Power management')],
    },
    lpis: {
      says: 'Without LPIs, their registers in the redistributor read as zero and ignore writes.',
      from: [gicV3('GICR_TYPER'), gicV3('The GIC Redistributor register map')],
    },
    igroupr: {
      says: 'GICR_IGROUPR0 holds the group of each SGI and PPI as written.',
      from: [gicV3('GICR_IGROUPR0')],
    },
    isenabler: {
      says: 'GICR_ISENABLER0 shows which SGIs and PPIs are enabled; writing 1 enables, writing 0 has no effect.',
      from: [gicV3('GICR_ISENABLER0')],
    },
    icenabler: {
      says: 'GICR_ICENABLER0 shows which SGIs and PPIs are enabled; writing 1 disables, writing 0 has no effect.',
      from: [gicV3('GICR_ICENABLER0')],
    },
    ispendr: {
      says: 'GICR_ISPENDR0 shows which SGIs and PPIs are pending; writing 1 makes one pending, writing 0 has no effect.',
      from: [gicV3('GICR_ISPENDR0')],
      choice: 'An interrupt in a list register may read as pending or not.',
    },
    icpendr: {
      says: 'GICR_ICPENDR0 shows which SGIs and PPIs are pending; writing 1 clears the pending state, writing 0 has no effect.',
      from: [gicV3('GICR_ICPENDR0')],
    },
    isactiver: {
      says: 'GICR_ISACTIVER0 shows which SGIs and PPIs are active; writing 1 makes one active.',
      from: [gicV3('GICR_ISACTIVER0')],
      choice: 'An interrupt in a list register may read as active or not.',
    },
    icactiver: {
      says: 'GICR_ICACTIVER0 shows which SGIs and PPIs are active; writing 1 clears the active state.',
      from: [gicV3('GICR_ICACTIVER0')],
    },
    ipriorityr: {
      says: 'GICR_IPRIORITYR<n> holds a priority for each SGI and PPI.',
      from: [gicV3('GICR_IPRIORITYR<n>')],
    },
    sgiTriggers: { says: 'GICR_ICFGR0 reads as edge-triggered for all SGIs.', from: [gicV3('GICR_ICFGR0')] },
    ppiTriggers: {
      says: 'GICR_ICFGR1 is either fixed or holds the value written.',
      from: [gicV3('GICR_ICFGR1')],
      choice: 'The choice is read from the target before the first case.',
    },
    security: {
      says: 'With one security state GICR_IGRPMODR0 and GICR_NSACR read as zero and ignore writes.',
      from: [gicV3('GICR_IGRPMODR0'), gicV3('GICR_NSACR')],
    },
    identification: {
      says: 'GICR_PIDR2 names architecture version 3 in ArchRev.',
      from: [gicV3('GICR_PIDR2')],
    },
    own: {
      says: "A redistributor's registers hold the state of its own vCPU, whichever vCPU accesses them.",
      from: [gicV3('The Distributor and Redistributors'), gicV3('GICR_TYPER')],
    },
    readOnly: { says: 'A write to a read-only register changes nothing.', from: [gicV3('GICR_TYPER')] },
    reserved: {
      says: 'Reserved offsets of a redistributor read as zero and ignore writes.',
      from: [gicV3('The GIC Redistributor register map')],
    },
    bytes: {
      says: 'Priorities of SGIs and PPIs can be read and written by single bytes.',
      from: [gicV3('GICR_IPRIORITYR<n>')],
    },
    otherSizes: {
      says: 'An access to a redistributor of any other size acts on the bytes that it names, or does nothing.',
      from: [gicV3('GIC memory-mapped register access')],
      choice: 'The choice is read from the target before the first case.',
    },
  },
  { gic: 3 },
);
