// SPDX-License-Identifier: BSD-2-Clause
/** Rules of the distributor's registers (IHI 0048B, 4.1 and 4.3). */
import { defineRules, gic } from './rule.js';

export const distributorRules = defineRules(
  'gicd',
  {
    ctlr: {
      says: 'GICD_CTLR holds EnableGrp0 and EnableGrp1 as written; its other bits read as zero.',
      from: [gic('4.3.1')],
      choice: 'Without the Security Extensions, GICv2 has both bits: interrupt grouping is part of GICv2.',
    },
    typer: {
      says: 'GICD_TYPER shows the number of INTIDs and of CPU interfaces, no Security Extensions and no lockable SPIs.',
      from: [gic('4.3.2')],
    },
    iidr: { says: 'GICD_IIDR always reads the same value.', from: [gic('4.3.3')] },
    igroupr: { says: 'GICD_IGROUPRn holds the group of each interrupt as written.', from: [gic('4.3.4')] },
    isenabler: {
      says: 'GICD_ISENABLERn shows what is enabled; writing 1 enables, writing 0 has no effect.',
      from: [gic('4.3.5'), gic('3.2.2')],
    },
    icenabler: {
      says: 'GICD_ICENABLERn shows what is enabled; writing 1 disables, writing 0 has no effect.',
      from: [gic('4.3.6'), gic('3.2.2')],
    },
    sgiEnables: {
      says: 'GICD_ISENABLER0 and GICD_ICENABLER0 agree on whether SGIs can be disabled.',
      from: [gic('4.3.5'), gic('4.3.6')],
      choice: 'Either is allowed; the choice is read from the target before the first case.',
    },
    ispendr: {
      says: 'GICD_ISPENDRn shows what is pending; writing 1 makes the interrupt pending, writing 0 has no effect.',
      from: [gic('4.3.7'), gic('3.2.2')],
      choice:
        'An interrupt in a list register may read as pending or not: on seL4 a VMM cannot read a list register back.',
    },
    icpendr: {
      says: 'GICD_ICPENDRn shows what is pending; writing 1 clears the pending state, writing 0 has no effect.',
      from: [gic('4.3.8'), gic('3.2.2')],
      choice: 'An interrupt in a list register stays there: on seL4 a VMM cannot withdraw it.',
    },
    sgiPending: {
      says: 'Bits of SGIs in GICD_ISPENDR0 and GICD_ICPENDR0 show their state and ignore writes.',
      from: [gic('4.3.7'), gic('4.3.8')],
    },
    isactiver: {
      says: 'GICD_ISACTIVERn shows what is active; writing 1 makes an interrupt active.',
      from: [gic('4.3.9')],
      choice: 'An interrupt in a list register may read as active or not, as with GICD_ISPENDRn.',
    },
    icactiver: {
      says: 'GICD_ICACTIVERn shows what is active; writing 1 clears the active state.',
      from: [gic('4.3.10')],
    },
    ipriorityr: { says: 'GICD_IPRIORITYRn holds a priority for each interrupt.', from: [gic('4.3.11')] },
    priorityBits: {
      says: 'Priority bits that are not implemented read as zero and ignore writes; at least the upper four are implemented.',
      from: [gic('3.3'), gic('4.3.11')],
    },
    itargetsr: { says: 'GICD_ITARGETSRn holds the target vCPUs of each SPI.', from: [gic('4.3.12')] },
    targetsSelf: {
      says: 'Each byte of GICD_ITARGETSR0 to 7 reads as the vCPU that reads it, and ignores writes.',
      from: [gic('4.3.12')],
    },
    targetsOne: {
      says: 'With one vCPU all of GICD_ITARGETSRn reads as zero and ignores writes.',
      from: [gic('4.3.12')],
    },
    targetsAbsent: {
      says: 'Target bits of nonexistent vCPUs read as zero and ignore writes.',
      from: [gic('4.3.12')],
    },
    icfgr: {
      says: 'GICD_ICFGRn holds the trigger of each SPI in the upper bit of its field; the lower bit reads as zero.',
      from: [gic('4.3.13')],
    },
    sgiTriggers: {
      says: 'GICD_ICFGR0 reads as edge-triggered for all SGIs and ignores writes.',
      from: [gic('4.3.13')],
    },
    ppiTriggers: {
      says: 'GICD_ICFGR1 is either fixed or holds the value written.',
      from: [gic('4.3.13')],
      choice: 'The choice is read from the target before the first case.',
    },
    nsacr: {
      says: 'Without the Security Extensions GICD_NSACRn reads as zero and ignores writes.',
      from: [gic('4.3.14')],
    },
    spendsgir: {
      says: 'GICD_SPENDSGIRn shows, for each SGI, the senders it is pending from; writing ones adds senders.',
      from: [gic('4.3.17')],
      choice: 'The senders of an SGI in a list register are open, as with GICD_ISPENDRn.',
    },
    cpendsgir: {
      says: 'GICD_CPENDSGIRn shows, for each SGI, the senders it is pending from; writing ones removes senders.',
      from: [gic('4.3.16')],
    },
    identification: {
      says: 'ICPIDR2 names architecture version 2 in ArchRev.',
      from: [gic('4.3.18')],
    },
    readOnly: { says: 'A write to a read-only register changes nothing.', from: [gic('4.1.2')] },
    reserved: { says: 'Reserved offsets read as zero and ignore writes.', from: [gic('4.1.2')] },
    absent: {
      says: 'Register bits of nonexistent INTIDs read as zero and ignore writes.',
      from: [gic('4.3.2'), gic('4.3.5')],
    },
    banked: {
      says: 'Registers of INTIDs 0 to 31 are banked: the writes of one vCPU do not affect the others.',
      from: [gic('4.1.2'), gic('2.2.1')],
    },
    bytes: {
      says: 'Priorities, targets and pending SGIs can be read and written by single bytes.',
      from: [gic('4.1.4')],
    },
    otherSizes: {
      says: 'An access of any other size acts on the bytes that it names, or does nothing; it never stops the guest or its VMM.',
      from: [gic('4.1.4')],
      choice: 'IMPLEMENTATION DEFINED; the choice is read from the target before the first case.',
    },
  },
  { gic: 2 },
);
