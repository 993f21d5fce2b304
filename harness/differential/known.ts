// SPDX-License-Identifier: BSD-2-Clause
/** Differences that are legal, or the bare machine's own fault: each with its reason and where that stands. */
import type { Difference } from './difference.js';
import type { Seen } from './log.js';
import { isEmulated, isGicAccess, pagesOf, touchesIdentity } from './pages.js';
import type { Access, Exec, Program } from './program.js';

interface Context {
  difference: Difference;
  bare: Seen;
  vmm: Seen;
  program: Program;
}

export interface Known {
  id: string;
  why: string;
  source: string;
  /** What comes after it in the program cannot be compared. */
  ends?: boolean;
  explains: (context: Context) => boolean;
}

/** Class and status of the abort that was seen; undefined when the act has ended in another way. */
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

/** Of an act that an interrupt has ended, or has not. */
const interruptFields = /^(vector|ESR|ELR|INTID|PSTATE)$/;

const gicOffset = (exec: Exec): number | undefined => {
  const at = exec.registers.find(({ id }) => id === 0)?.value;
  return at?.code === 'gicd' || at?.code === 'gicr' ? Number(at.value) & 0xffff : undefined;
};

const isGicLoad = (act: Difference['act']): boolean =>
  act?.kind === 'exec' && /^ldr /.test(act.text[0] ?? '') && gicOffset(act) !== undefined;

/** Disables, clears, deactivates, changes a priority or the distributor's switch, or the timer. */
function takesBack(act: NonNullable<Difference['act']>): boolean {
  if (act.kind !== 'exec') return false;
  if (act.text.some((line) => line.startsWith('msr cntv_ctl'))) return true;
  const offset = gicOffset(act);
  if (offset === undefined || !/^strb? /.test(act.text[0] ?? '')) return false;
  return offset === 0 || (offset >= 0x180 && offset < 0x200) || (offset >= 0x280 && offset < 0x800);
}

const notSupported = 0xffff_ffff_ffff_ffffn;
/** Whether some interrupt is made pending more than once: by GICD_ISPENDR, or an SGI. */
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

/** Whether an act is a call whose function `is` takes, and nothing but its result differs. */
function isCall(
  act: Difference['act'],
  is: (id: number, upper: bigint) => boolean,
  fields: Difference['fields'],
): boolean {
  if (act?.kind !== 'exec' || act.text[0] !== 'smc #0') return false;
  const id = act.registers.find((register) => register.id === 0)?.value.value ?? 0n;
  return is(Number(BigInt.asUintN(32, id)), id >> 32n) && fields.every(({ field }) => field === 'x0');
}

/** A 32-bit call with something in the upper half of its first argument. */
const isWide = (act: Difference['act']): boolean => {
  if (act?.kind !== 'exec') return false;
  const [id, first] = [0, 1].map(
    (n) => act.registers.find((register) => register.id === n)?.value.value ?? 0n,
  );
  return (((id ?? 0n) >> 24n) & 0xffn) === 0x84n && (first ?? 0n) >> 32n !== 0n;
};

/** The act, when it is a load or store that touches a page which a VMM emulates. */
function emulatedAccess({
  difference: { act, place },
  program,
}: Context): (Exec & { access: Access }) | undefined {
  if (act?.kind !== 'exec' || act.access === undefined) return undefined;
  const { access } = act;
  const touches = pagesOf(program, place, access).some((page) => page !== undefined && isEmulated(page));
  return touches ? { ...act, access } : undefined;
}

/** An entry for accesses that a VMM may refuse by an external abort where the machine does not. */
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
    'a register of the GIC that is not read or written as an aligned word (or a byte, where it has bytes) may abort',
    'IHI 0048B 4.1.4: other sizes are not supported; QEMU answers them',
    ({ access }) => !isGicAccess(access),
  ),
  refused(
    'vector registers',
    'a load or store of a vector register on an emulated page ends in an external abort',
    "seL4 gives a VMM no access to a guest's vector registers (docs/guests.md)",
    ({ simd }) => simd,
  ),
  {
    id: 'exclusives on a device',
    why: 'a store-exclusive on an emulated page may fail, and a load-exclusive may abort: the exit has cleared the monitor',
    source: 'Arm ARM DDI 0487, B2.9.2: exclusives on other than Normal cacheable memory',
    ends: true,
    explains: (context) => {
      const act = emulatedAccess(context);
      if (act === undefined || !isExclusive(act)) return false;
      const isValue = ({ field }: { field: string }) => /^x\d+$/.test(field);
      return context.difference.fields.every(isValue) || abortOf(context.vmm) !== undefined;
    },
  },
  {
    id: 'FAR before the access',
    why: 'an access across a page border is two aligned ones in QEMU, and FAR_EL1 is where the first begins',
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
    why: 'QEMU reports the start of the block, the architecture the address that the instruction names',
    source: 'Arm ARM DDI 0487, D17.2.40; QEMU 7.2, target/arm/helper-a64.c: dc_zva',
    explains: ({ difference: { act, fields } }) =>
      act?.kind === 'exec' &&
      /^dc zva/.test(act.text[0] ?? '') &&
      fields.every(({ field }) => field === 'FAR'),
  },
  {
    id: 'GIC identity',
    why: 'TYPER, IIDR and the identification registers name the implementation',
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
    why: 'a virtual interface has five bits of priority, and so the distributor before it; QEMU has eight',
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
    why: 'a VMM does not execute what its emulated registers hold; QEMU does',
    source: 'Arm ARM DDI 0487, B2.7.2: instructions from Device memory; IHI 0048B 4.1.4: words read by loads',
    explains: (context) => {
      const { act, place } = context.difference;
      if (act?.kind !== 'exec' || !isJump(act) || abortOf(context.vmm) !== external) return false;
      // What is executed in RAM before may go on into the page.
      const address = Number(BigInt.asIntN(64, context.vmm.get('FAR') ?? 0n));
      const [fetched] = pagesOf(context.program, place, { address, bytes: 4, element: 4, store: false });
      if (fetched === undefined || !isEmulated(fetched)) return false;
      return classOf(context.bare) === undefinedInstruction || abortOf(context.bare) === external;
    },
  },
  {
    id: 'misaligned PC where nothing is',
    why: 'under a hypervisor QEMU looks the page up before it looks at the alignment of the PC',
    source: 'Arm ARM DDI 0487, D1.3.5.5: the alignment of the PC comes first; QEMU 7.2, accel/tcg/cpu-exec.c',
    explains: ({ difference: { act }, bare, vmm }) =>
      act?.kind === 'exec' && isJump(act) && classOf(bare) === pcAlignment && abortOf(vmm) === external,
  },
  {
    id: 'step over an emulated access',
    why: 'the CPU has not stepped over the instruction itself, so ISV of the syndrome is 0',
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
    why: "QEMU's firmware knows PSCI alone, and looks at all of X0: it answers -1 to calls that a VMM has",
    source: 'Arm DEN 0028, 7.2: SMCCC_VERSION; QEMU 7.2, target/arm/psci.c',
    explains: ({ difference: { act, fields } }) =>
      isCall(act, (id, upper) => !isPsci(id) || id === psciFeatures || upper !== 0n, fields) &&
      fields[0]?.bare === notSupported,
  },
  {
    id: 'PSCI: which error',
    why: 'of two errors in the arguments either may be reported, and the upper half of a 32-bit call means nothing',
    source: "Arm DEN 0022F, 5.6: CPU_ON; QEMU 7.2 takes all 64 bits of a 32-bit call's arguments",
    explains: ({ difference: { act, fields } }) =>
      isCall(act, (id) => cpuCalls.includes(id), fields) &&
      fields.every(({ bare, vmm }) => isError(bare) && (isError(vmm) || isWide(act))),
  },
  {
    id: 'PSCI: affinity levels',
    why: 'AFFINITY_INFO of a level above 0 is refused from PSCI 1.0 on; to QEMU all of them are on',
    source: 'Arm DEN 0022F, 5.1.5: lowest_affinity_level',
    explains: ({ difference: { act, fields } }) =>
      isCall(act, (id) => id === 0x8400_0004 || id === 0xc400_0004, fields) &&
      fields.every(({ bare, vmm }) => bare === 0n && isError(vmm)),
  },
  {
    id: 'list registers',
    why: 'what a VMM has put into a list register can be taken after the guest has disabled, cleared or changed it',
    source: 'docs/known-issues.md: seL4 lets nobody read a list register',
    ends: true,
    explains: ({ difference: { act, fields, place }, program }) =>
      program.acts.slice(0, place).some(takesBack) &&
      (act?.kind === 'take' || fields.every(({ field }) => interruptFields.test(field)) || isGicLoad(act)),
  },
  {
    id: 'pended twice',
    why: 'an interrupt that is pended again while it is in a list register is taken twice',
    source: 'docs/known-issues.md: seL4 lets nobody read a list register',
    ends: true,
    explains: ({ difference: { act, fields, place }, program }) =>
      (act?.kind === 'take' || fields.every(({ field }) => interruptFields.test(field)) || isGicLoad(act)) &&
      pendsTwice(program.acts.slice(0, place)),
  },
  {
    id: 'order of equal priorities',
    why: 'of pending interrupts with the same priority any may come first',
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
    why: 'the QEMU that has the i.MX machine executes an instruction of Armv8.3 on a CPU that lacks it',
    source: 'Arm ARM DDI 0487, C6.2.270: UNDEFINED without FEAT_PAuth; QEMU 10.0.2, target/arm/tcg',
    explains: ({ difference: { act }, bare }) =>
      act?.kind === 'exec' && act.text[0] === 'retaa' && classOf(bare) === undefinedInstruction,
  },
  {
    id: 'physical addresses',
    why: 'the devices of the two machines are at different physical addresses, which AT tells',
    source: 'Arm ARM DDI 0487, D17.2.110: PAR_EL1.PA',
    explains: ({ difference: { fields } }) =>
      fields.every(
        ({ field, bare = 0n, vmm = 0n }) =>
          field === 'PAR' && ((bare ^ vmm) & ~0xffff_ffff_f000n) === 0n && (bare & 1n) === 0n,
      ),
  },
  {
    id: 'two faults, one reported',
    why: 'where one page of an access faults in stage 1 and there is nothing behind another, QEMU may report the second',
    source: 'Arm ARM DDI 0487, D8.15.4: no order among the accesses of one instruction',
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
    why: 'how much of a store across a page border is done when its other half aborts is not defined',
    source:
      'Arm ARM DDI 0487, B2.2.1 and D1.3.5: locations of a store that generates an abort become UNKNOWN',
    ends: true,
    explains: ({ difference: { act, fields, place }, program }) => {
      if (!hasStoreAcross(program, place)) return false;
      if (act === undefined)
        return fields.every(({ field }) => !field.startsWith('arena') || isAtBorder(field));
      // What was half stored may be executed, too.
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
