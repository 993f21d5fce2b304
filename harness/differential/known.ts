// SPDX-License-Identifier: BSD-2-Clause
/** Known differences: they are legal, or faults of the bare machine. Each has its reason and a source. */
import type { Difference } from './difference.js';
import type { Seen } from './log.js';
import { isEmulated, isGicAccess, pagesOf, touchesIdentity } from './pages.js';
import type { Access, Exec, Program } from './program.js';

export interface Context {
  difference: Difference;
  bare: Seen;
  vmm: Seen;
  program: Program;
}

export interface Known {
  id: string;
  why: string;
  source: string;
  /** The rest of the program cannot be compared after it. */
  ends?: boolean;
  explains: (context: Context) => boolean;
}

/** Fault status of the abort that ended an act; `undefined` when no abort ended it. */
function abortOf(seen: Seen): number | undefined {
  const esr = Number(seen.get('ESR') ?? 0n);
  return [0x20, 0x21, 0x24, 0x25].includes(classOf(seen)) ? esr & 0x3f : undefined;
}

const external = 0x10;
const undefinedInstruction = 0x00;
const pcAlignment = 0x22;
const steps: readonly number[] = [0x32, 0x33];
const classOf = (seen: Seen): number => Number(seen.get('ESR') ?? 0n) >>> 26;
const endsAtBrk = (seen: Seen) => classOf(seen) === 0x3c;
const isJump = ({ text }: Exec) => /^(br|blr|ret) /.test(text[0] ?? '');

/** Fields that differ when an interrupt has ended an act on one machine only. */
const interruptFields = /^(vector|ESR|ELR|INTID|PSTATE)$/;

const gicOffset = (exec: Exec): number | undefined => {
  const at = exec.registers.find(({ id }) => id === 0)?.value;
  return at?.code === 'gicd' || at?.code === 'gicr' ? Number(at.value) & 0xffff : undefined;
};

const isGicLoad = (act: Difference['act']): boolean =>
  act?.kind === 'exec' && /^ldr /.test(act.text[0] ?? '') && gicOffset(act) !== undefined;

/** Whether an act disables, clears or deactivates an interrupt, or changes a priority, GICD_CTLR or the timer. */
function takesBack(act: NonNullable<Difference['act']>): boolean {
  if (act.kind !== 'exec') return false;
  if (act.text.some((line) => line.startsWith('msr cntv_ctl'))) return true;
  const offset = gicOffset(act);
  if (offset === undefined || !/^strb? /.test(act.text[0] ?? '')) return false;
  return offset === 0 || (offset >= 0x180 && offset < 0x200) || (offset >= 0x280 && offset < 0x800);
}

const notSupported = 0xffff_ffff_ffff_ffffn;
/** Whether some interrupt is made pending more than once, by GICD_ISPENDR or as an SGI. */
function pendsTwice(acts: Program['acts']): boolean {
  const seen = new Set<string>();
  return acts.some((act) => {
    if (act.kind !== 'exec') return false;
    const offset = gicOffset(act);
    const isSgi = offset === 0xf00 || (act.text[0] ?? '').startsWith('msr icc_sgi1r');
    const isPend =
      offset !== undefined && offset >= 0x200 && offset < 0x280 && /^str /.test(act.text[0] ?? '');
    if (!isSgi && !isPend) return false;
    const target = `${offset} ${act.registers.find(({ id }) => id === 1)?.value.value}`;
    const again = seen.has(target);
    seen.add(target);
    return again;
  });
}

const psciFeatures = 0x8400_000a;
const isPsci = (id: number): boolean => id >>> 24 === 0x84 || id >>> 24 === 0xc4;
const cpuCalls: readonly number[] = [0x8400_0003, 0xc400_0003, 0x8400_0004, 0xc400_0004];
const isError = (value: bigint | undefined): boolean => value !== undefined && BigInt.asIntN(32, value) < 0n;

/** Whether an act is an SMC whose function `is` accepts, and only its result differs. */
function isCall(
  act: Difference['act'],
  is: (id: number, upper: bigint) => boolean,
  fields: Difference['fields'],
): boolean {
  if (act?.kind !== 'exec' || act.text[0] !== 'smc #0') return false;
  const id = act.registers.find((register) => register.id === 0)?.value.value ?? 0n;
  return is(Number(BigInt.asUintN(32, id)), id >> 32n) && fields.every(({ field }) => field === 'x0');
}

/** A 32-bit call whose first argument has bits set in its upper half. */
const isWide = (act: Difference['act']): boolean => {
  if (act?.kind !== 'exec') return false;
  const [id, first] = [0, 1].map(
    (n) => act.registers.find((register) => register.id === n)?.value.value ?? 0n,
  );
  return (((id ?? 0n) >> 24n) & 0xffn) === 0x84n && (first ?? 0n) >> 32n !== 0n;
};

/** The act, if it is a load or store that touches an emulated page. */
function emulatedAccess({
  difference: { act, place },
  program,
}: Context): (Exec & { access: Access }) | undefined {
  if (act?.kind !== 'exec' || act.access === undefined) return undefined;
  const { access } = act;
  const touches = pagesOf(program, place, access).some((page) => page !== undefined && isEmulated(page));
  return touches ? { ...act, access } : undefined;
}

/** An entry for accesses that a VMM may answer with an external abort where the machine does not. */
const refused = (
  id: string,
  why: string,
  source: string,
  is: (act: Exec & { access: Access }) => boolean,
): Known => ({
  id,
  why,
  source,
  ends: true,
  explains: (context) => {
    const act = emulatedAccess(context);
    if (act === undefined || !is(act) || abortOf(context.vmm) !== external) return false;
    return (
      endsAtBrk(context.bare) || steps.includes(classOf(context.bare)) || abortOf(context.bare) === external
    );
  },
});

const isExclusive = ({ text }: Exec) => text.some((line) => /^(ld|st)a?l?x/.test(line));

export const knownDifferences: readonly Known[] = [
  refused(
    'GIC access form',
    'an access to a GIC register other than by an aligned word (or a byte, where the register supports it) may abort',
    'IHI 0048B 4.1.4: other sizes are not supported; QEMU supports them',
    ({ access }) => !isGicAccess(access),
  ),
  refused(
    'vector registers',
    'a load or store of a vector register to an emulated page raises an external abort',
    "seL4 gives a VMM no access to a guest's vector registers (docs/guests.md)",
    ({ simd }) => simd,
  ),
  {
    id: 'exclusives on a device',
    why: 'a store-exclusive to an emulated page may fail, and a load-exclusive may abort: the exit clears the monitor',
    source: 'Arm ARM DDI 0487, B2.9.2: exclusives to memory that is not Normal cacheable',
    ends: true,
    explains: (context) => {
      const act = emulatedAccess(context);
      if (act === undefined || !isExclusive(act)) return false;
      const isValue = ({ field }: { field: string }) => /^x\d+$/.test(field);
      if (context.difference.fields.every(isValue) || abortOf(context.vmm) !== undefined) return true;
      // A store-exclusive that fails need not check the permissions of the page.
      return abortOf(context.bare) !== undefined && endsAtBrk(context.vmm);
    },
  },
  {
    id: 'store-exclusive at the last address',
    why: 'QEMU marks by an address of all ones that there is no exclusive access, and stores to it as if there were one',
    source: 'QEMU 7.2, target/arm/translate-a64.c: gen_store_exclusive and cpu_exclusive_addr',
    ends: true,
    explains: ({ difference: { act } }) =>
      act?.kind === 'exec' && isExclusive(act) && act.access?.address === -1,
  },
  {
    id: 'FAR before the access',
    why: 'QEMU splits an access across a page boundary into two aligned ones, and FAR_EL1 is the address of the first',
    source: 'QEMU, accel/tcg/cputlb.c: load_helper; Arm ARM DDI 0487, D17.2.40: an address of the access',
    explains: ({ difference: { act, fields }, bare, vmm }) => {
      if (act?.kind !== 'exec' || act.access === undefined) return false;
      const [only, ...others] = fields;
      if (only?.field !== 'FAR' || others.length > 0) return false;
      if (abortOf(bare) !== external || abortOf(vmm) !== external) return false;
      const begin = BigInt.asUintN(64, BigInt(act.access.address));
      const before = BigInt.asUintN(64, begin - (only.bare ?? 0n));
      return before > 0n && before < 16n;
    },
  },
  {
    id: 'FAR of DC ZVA',
    why: 'QEMU reports the start of the block; the architecture requires the address that the instruction names',
    source: 'Arm ARM DDI 0487, D17.2.40; QEMU 7.2, target/arm/helper-a64.c: dc_zva',
    explains: ({ difference: { act, fields } }) =>
      act?.kind === 'exec' &&
      /^dc zva/.test(act.text[0] ?? '') &&
      fields.every(({ field }) => field === 'FAR'),
  },
  {
    id: 'GIC identity',
    why: 'TYPER, IIDR and the identification registers describe the implementation',
    source: 'IHI 0048B 4.3.2, 4.3.3, 4.3.18: IMPLEMENTATION DEFINED',
    explains: (context) => {
      const act = emulatedAccess(context);
      if (act === undefined || act.access.store) return false;
      const pages = pagesOf(context.program, context.difference.place, act.access).filter(
        (page) => page !== undefined,
      );
      return (
        touchesIdentity(pages, act.access) &&
        context.difference.fields.every(({ field }) => /^[xv]\d/.test(field))
      );
    },
  },
  {
    id: 'priority bits',
    why: 'a virtual CPU interface has five priority bits, and so has its distributor; QEMU has eight',
    source: 'IHI 0048B 4.3.11: 16 to 256 levels; 5.3.4: GICH_LR has five bits',
    explains: (context) => {
      const act = emulatedAccess(context);
      const low = 0x0707_0707_0707_0707n;
      const { fields } = context.difference;
      return (
        act !== undefined &&
        isGicAccess(act.access) &&
        act.access.address % 0x1000 !== 0 &&
        fields.every(
          ({ field, bare, vmm }) => /^x\d/.test(field) && (((bare ?? 0n) ^ (vmm ?? 0n)) & ~low) === 0n,
        )
      );
    },
  },
  {
    id: 'instructions from a device',
    why: 'a VMM does not execute the contents of emulated registers as instructions; QEMU does',
    source:
      'Arm ARM DDI 0487, B2.7.2: instruction fetches from Device memory; IHI 0048B 4.1.4: reads by loads of words',
    explains: (context) => {
      const { act, place } = context.difference;
      if (act?.kind !== 'exec' || !isJump(act) || abortOf(context.vmm) !== external) return false;
      // Execution may have started in RAM before the page.
      const address = Number(BigInt.asIntN(64, context.vmm.get('FAR') ?? 0n));
      const [fetched] = pagesOf(context.program, place, { address, bytes: 4, element: 4, store: false });
      if (fetched === undefined || !isEmulated(fetched)) return false;
      return classOf(context.bare) === undefinedInstruction || abortOf(context.bare) === external;
    },
  },
  {
    id: 'misaligned PC where nothing is',
    why: 'under a hypervisor QEMU translates the page before it checks the alignment of the PC',
    source:
      'Arm ARM DDI 0487, D1.3.5.5: the alignment of the PC is checked first; QEMU 7.2, accel/tcg/cpu-exec.c',
    explains: ({ difference: { act }, bare, vmm }) =>
      act?.kind === 'exec' && isJump(act) && classOf(bare) === pcAlignment && abortOf(vmm) === external,
  },
  {
    id: 'step over an emulated access',
    why: 'the CPU itself has not stepped over the instruction, so ISV of the syndrome is 0',
    source: 'Arm ARM DDI 0487, D2.12.5: the Software Step exception out of active-pending',
    explains: (context) => {
      const { fields } = context.difference;
      return (
        emulatedAccess(context) !== undefined &&
        steps.includes(classOf(context.bare)) &&
        classOf(context.vmm) === classOf(context.bare) &&
        fields.every(({ field, bare, vmm }) => field === 'ESR' && ((bare ?? 0n) ^ (vmm ?? 0n)) === 1n << 24n)
      );
    },
  },
  {
    id: 'SMCCC',
    why: "QEMU's firmware implements only PSCI, and checks all of X0: it returns -1 to calls that a VMM implements",
    source: 'Arm DEN 0028, 7.2: SMCCC_VERSION; QEMU 7.2, target/arm/psci.c',
    explains: ({ difference: { act, fields } }) =>
      isCall(act, (id, upper) => !isPsci(id) || id === psciFeatures || upper !== 0n, fields) &&
      fields[0]?.bare === notSupported,
  },
  {
    id: 'PSCI: which error',
    why: 'of two errors in the arguments either may be reported, and the upper half of the arguments of a 32-bit call is ignored',
    source: "Arm DEN 0022F, 5.6: CPU_ON; QEMU 7.2 takes all 64 bits of a 32-bit call's arguments",
    explains: ({ difference: { act, fields } }) =>
      isCall(act, (id) => cpuCalls.includes(id), fields) &&
      fields.every(({ bare, vmm }) => isError(bare) && (isError(vmm) || isWide(act))),
  },
  {
    id: 'PSCI: affinity levels',
    why: 'from PSCI 1.0 on, AFFINITY_INFO may refuse a level above 0; QEMU returns ON for all of them',
    source: 'Arm DEN 0022F, 5.1.5: lowest_affinity_level',
    explains: ({ difference: { act, fields } }) =>
      isCall(act, (id) => id === 0x8400_0004 || id === 0xc400_0004, fields) &&
      fields.every(({ bare, vmm }) => bare === 0n && isError(vmm)),
  },
  {
    id: 'list registers',
    why: 'an interrupt that is already in a list register can be taken after the guest has disabled, cleared or changed it',
    source: 'docs/known-issues.md: seL4 gives no way to read or withdraw a list register',
    ends: true,
    explains: ({ difference: { act, fields, place }, program }) =>
      program.acts.slice(0, place).some(takesBack) &&
      (act?.kind === 'take' || fields.every(({ field }) => interruptFields.test(field)) || isGicLoad(act)),
  },
  {
    id: 'pended twice',
    why: 'an interrupt that is made pending again while it is in a list register may be taken twice',
    source: 'docs/known-issues.md: seL4 gives no way to read or withdraw a list register',
    ends: true,
    explains: ({ difference: { act, fields, place }, program }) =>
      (act?.kind === 'take' || fields.every(({ field }) => interruptFields.test(field)) || isGicLoad(act)) &&
      pendsTwice(program.acts.slice(0, place)),
  },
  {
    id: 'order of equal priorities',
    why: 'the order of pending interrupts with the same priority is open',
    source: 'IHI 0048B 3.3: IMPLEMENTATION DEFINED',
    ends: true,
    explains: ({ difference: { fields } }) =>
      fields.every(
        ({ field, bare = 1023n, vmm = 1023n }) =>
          field.startsWith('INTID') && (bare & 1023n) < 1020n && (vmm & 1023n) < 1020n,
      ),
  },
  {
    id: 'RETAA',
    why: 'the QEMU version with the i.MX machine executes an Armv8.3 instruction on a CPU that lacks it',
    source: 'Arm ARM DDI 0487, C6.2.270: UNDEFINED without FEAT_PAuth; QEMU 10.0.2, target/arm/tcg',
    explains: ({ difference: { act }, bare }) =>
      act?.kind === 'exec' && act.text[0] === 'retaa' && classOf(bare) === undefinedInstruction,
  },
  {
    id: 'CPU revision',
    why: 'two releases of QEMU give the same CPU another REVIDR_EL1',
    source: 'Arm ARM DDI 0487, D17.2.130: REVIDR_EL1 is IMPLEMENTATION DEFINED',
    explains: ({ difference: { act, fields } }) =>
      act?.kind === 'exec' &&
      /^mrs x\d+, s3_0_c0_c0_6$/.test(act.text[0] ?? '') &&
      fields.every(({ field }) => /^x\d/.test(field)),
  },
  {
    id: 'EL3',
    why: "a board's machine has EL3 for its firmware, and QEMU's virt machine has none",
    source: 'Arm ARM DDI 0487, D17.2.64: ID_AA64PFR0_EL1.EL3',
    explains: ({ difference: { act, fields } }) =>
      act?.kind === 'exec' &&
      /^mrs x\d+, s3_0_c0_c4_0$/.test(act.text[0] ?? '') &&
      fields.every(
        ({ field, bare = 0n, vmm = 0n }) => /^x\d/.test(field) && ((bare ^ vmm) & ~0xf000n) === 0n,
      ),
  },
  {
    id: 'shareability of uncached memory',
    why: 'AT reports Device and Non-cacheable memory as Outer Shareable; QEMU 7.2 reports what the descriptor has',
    source:
      'Arm ARM DDI 0487, D17.2.110: PAR_EL1.SH is 0b10 for Device and Normal Non-cacheable memory; QEMU 7.2, target/arm/ptw.c',
    explains: ({ difference: { fields } }) =>
      fields.every(
        ({ field, bare = 0n, vmm = 0n }) =>
          field === 'PAR' &&
          isUncached(bare >> 56n) &&
          ((bare ^ vmm) & ~0xffff_ffff_f180n) === 0n &&
          (bare & 1n) === 0n,
      ),
  },
  {
    id: 'physical addresses',
    why: 'the devices of the two machines are at different physical addresses, which AT reveals',
    source: 'Arm ARM DDI 0487, D17.2.110: PAR_EL1.PA',
    explains: ({ difference: { fields } }) =>
      fields.every(
        ({ field, bare = 0n, vmm = 0n }) =>
          field === 'PAR' && ((bare ^ vmm) & ~0xffff_ffff_f000n) === 0n && (bare & 1n) === 0n,
      ),
  },
  {
    id: 'two faults, one reported',
    why: 'when one page of an access faults in stage 1 and nothing is at the physical address of the other, QEMU may report the second fault',
    source: 'Arm ARM DDI 0487, D8.15.4: the accesses of one instruction have no order',
    ends: true,
    explains: (context) => {
      const { difference, program, bare, vmm } = context;
      const { act, place } = difference;
      if (act?.kind !== 'exec' || act.access === undefined) return false;
      if (pagesOf(program, place, act.access).length < 2) return false;
      return (
        abortOf(bare) === external && abortOf(vmm) !== undefined && abortOf(vmm) !== external && !isJump(act)
      );
    },
  },
  {
    id: 'half of a store that aborts',
    why: 'it is not defined how much of a store across a page boundary is done when one half of it aborts',
    source:
      'Arm ARM DDI 0487, B2.2.1 and D1.3.5: locations of a store that generates an abort become UNKNOWN',
    ends: true,
    explains: ({ difference: { act, fields, place }, program }) => {
      if (!hasStoreAcross(program, place)) return false;
      if (act === undefined)
        return fields.every(({ field }) => !field.startsWith('arena') || isAtBorder(field));
      // The partly stored bytes may also be executed.
      if (act.kind === 'exec' && isJump(act) && act.access !== undefined)
        return nearBorder(act.access.address, act.access.bytes);
      const isValue = fields.every(({ field }) => /^[xv]\d/.test(field));
      return (
        act.kind === 'exec' &&
        act.access !== undefined &&
        isValue &&
        nearBorder(act.access.address, act.access.bytes)
      );
    },
  },
];

/** PAR_EL1.ATTR of Device memory, and of Normal Non-cacheable memory. */
const isUncached = (attributes: bigint): boolean => attributes >> 4n === 0n || attributes === 0x44n;

const nearBorder = (address: number, bytes: number): boolean => {
  const offset = (address + 0x1000) & 0xfff;
  return offset < 0x40 || offset + bytes >= 0xfc0;
};

/** A word of the arena at either end of a page. */
const isAtBorder = (field: string): boolean => nearBorder(Number(field.slice('arena+'.length)), 8);

const hasStoreAcross = (program: Program, before: number): boolean =>
  program.acts
    .slice(0, before)
    .some(
      (act, place) =>
        act.kind === 'exec' && act.access?.store === true && pagesOf(program, place, act.access).length === 2,
    );
