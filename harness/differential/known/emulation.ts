// SPDX-License-Identifier: BSD-2-Clause
/** Differences at accesses that a VMM emulates. */
import { isEmulated, isGicAccess, pagesOf, touchesIdentity } from '../pages.js';
import type { Access, Exec } from '../program.js';
import { target } from '../protocol.js';
import {
  abortOf,
  classOf,
  emulatedAccess,
  endsAtBrk,
  external,
  isExclusive,
  isJump,
  type Known,
  steps,
  undefinedInstruction,
} from './context.js';

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

/** ISV, and EX, which is valid only with it. */
const stepDetails = (1n << 24n) | (1n << 6n);

/** SCTLR_EL1.E0E or EE, whichever concerns the act. */
const swapsBytes = ({ el, registers }: Exec): boolean =>
  registers.some(({ id, value }) => id === 'sctlr' && ((value.value >> (el === 0 ? 24n : 25n)) & 1n) === 1n);
const isOnDistributor = ({ registers }: Exec): boolean =>
  registers.some(({ value }) => value.code === 'target' && Number(value.value) === target.gicd);

export const ofEmulation: readonly Known[] = [
  {
    id: 'big-endian access',
    why: 'the VMM emulates accesses in little-endian order only',
    source: 'docs/guests.md: guests are little-endian',
    ends: true,
    explains: ({ difference: { act } }) => act?.kind === 'exec' && swapsBytes(act) && isOnDistributor(act),
  },
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
    id: 'step over an emulated access',
    why: 'the CPU itself has not stepped over the instruction, so ISV of the syndrome is 0',
    source: 'Arm ARM DDI 0487, D2.12.5: the Software Step exception out of active-pending',
    explains: (context) => {
      const { fields } = context.difference;
      return (
        emulatedAccess(context) !== undefined &&
        steps.includes(classOf(context.bare)) &&
        classOf(context.vmm) === classOf(context.bare) &&
        fields.every(
          ({ field, bare, vmm }) => field === 'ESR' && (((bare ?? 0n) ^ (vmm ?? 0n)) & ~stepDetails) === 0n,
        )
      );
    },
  },
];
