// SPDX-License-Identifier: BSD-2-Clause
/**
 * Generated mutants that behave as the library does, although they compile to other code. Only those are listed for which
 * no guest, VMM or kernel could tell the difference in anything but time.
 */
import type { GeneratedMutant } from './generate.js';

export interface Equivalent {
  /** Relative to the library's src/; a file whose name begins with it. */
  file: string;
  /** The source line with the replacement applied. */
  after: RegExp;
  why: string;
}

const onlyRegister = 'the only register of its bank, at an offset at which the width selects the same bits';
const noOtherCluster =
  'the affinities of all vCPUs differ in level 0 only, and no other affinity is a target';
const oneVcpu = 'with one vCPU, no other waits for its timer';
const oneMore = 'one register more is read, and not used';

export const equivalents: readonly Equivalent[] = [
  {
    file: 'gic/gicv3_distributor.c',
    after: /^\{GICD_\w+, +0x\w+, 4, +\w+, +[128], +31, /,
    why: 'no register begins between the two INTIDs',
  },
  {
    file: 'gic/gicv3_',
    after: /^\{GIC\w+, +0x\w+, \d, +\w+, +\d+, +\d+, 1, /,
    why: 'twins are for the page of a GICv2',
  },
  {
    file: 'gic/gicv3_d',
    after: /^\{GICD_((CTLR|TYPER|IIDR), +0x\w+, 3|(CTLR|IIDR), +0x\w+, 5), /,
    why: onlyRegister,
  },
  {
    file: 'gic/gicv3_r',
    after: /^\{GICR_((CTLR|IIDR|WAKER), +0x\w+, 3|CTLR, +0x\w+, 5), /,
    why: onlyRegister,
  },
  {
    file: 'gic/gicv3_sgi.c',
    after: /^uint64_t nth = vcpu_affinity\(cpu\) \+ first_target\(value\);$/,
    why: noOtherCluster,
  },
  {
    file: 'gic/gicv3_sgi.c',
    after: /^\(value >> SGIR_AFF1_SHIFT & 0xff\) << [79];$/,
    why: noOtherCluster,
  },
  {
    file: 'gic/gicv3_sgi.c',
    after: /^return \(value >> SGIR_AFF3_SHIFT & 0xff\) << (2[35] \| .* << 16|24 \| .* << 1[57]) \|$/,
    why: noOtherCluster,
  },
  {
    file: 'gic/deliver.c',
    after: /^\(intid < GIC_PRIVATE && \(vmm_config\.vcpus == 1 && gic_targets\(cpu, intid\)\)\);$/,
    why: 'the slow path does the same',
  },
  {
    file: 'gic/deliver.c',
    after: /^if \(!alone \|\| !\(ready\(next\.block\)\) \|\| /,
    why: 'while nothing waits, nothing else is ready',
  },
  {
    file: 'gic/',
    after: /^if \(index > vmm_config\.list_registers \|\| !\(state->used >> index & 1\)\)$/,
    why: 'a list register that does not exist is never used',
  },
  { file: 'gic/virq.c', after: /^if \(vmm_config\.vcpus (>= 1|> 0)\)$/, why: oneVcpu },
  { file: 'fault/fault.c', after: /^if \(vmm_config\.vcpus (>= 1|> 0)\)$/, why: oneVcpu },
  { file: 'fault/perform.c', after: /^uint64_t value = 1;$/, why: 'the lowest byte is always overwritten' },
  {
    file: 'fault/',
    after: /seL4_TCB_(Read|Write)Registers\(BASE_VM_TCB_CAP \+ .*, false, 1, CONTEXT_WORDS/,
    why: 'seL4 has no flags of the architecture on Arm',
  },
  {
    file: 'gic/routing_registers.c',
    after: /^for \(size_t i = 0; i < 5; i\+\+\) \{$/,
    why: 'no access to this register has a fifth lane',
  },
  {
    file: 'gic/routing_registers.c',
    after: /^if \(n \* 17 < /,
    why: 'a product that selects the same whole registers',
  },
  {
    file: 'gic/routing_registers.c',
    after: /^if \(lanes >> \(2 \* i \+ 0\) & 1\)$/,
    why: 'lanes are whole bytes, which both bits of an INTID share',
  },
  {
    file: 'fault/stage1.c',
    after: /^static const uint8_t ips\[\] = \{32, 36, 4\d, 4\d, 4\d, 4\d, 4\d, 4\d\};$/,
    why: 'PA_BITS limits the sizes from 40 on',
  },
  {
    file: 'fault/stage1.c',
    after: /^uint64_t \*entry = guest_ram\(table \+ .*, 7\);$/,
    why: 'a descriptor is aligned, and lies in RAM as a whole or not at all',
  },
  {
    file: 'gic/',
    after: /^\{GIC[DRV3]+_\w+, +0x\w+, +\d, +\w+, +0, +1, /,
    why: 'the first INTID of a bank that is not indexed by INTID',
  },
  { file: 'fault/', after: /^kernel_read_context\(vcpu_id, CONTEXT_(SPSR|X0) \+ 2, word\);$/, why: oneMore },
];

/** Why a mutant is listed as equivalent; `undefined` when it is not. */
export const whyEquivalent = (mutant: GeneratedMutant, table = equivalents): string | undefined =>
  table.find(({ file, after }) => mutant.file.startsWith(file) && after.test(mutant.after))?.why;
