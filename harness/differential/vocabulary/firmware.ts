// SPDX-License-Identifier: BSD-2-Clause
/** Calls of PSCI (Arm DEN 0022) and SMCCC (DEN 0028) that do not change the state of the CPU. */
import type { Act, Value } from '../program.js';
import { plainExec, type Scene } from './scene.js';

const u32 = (value: number): Value => ({ code: 'u32', value: BigInt(value >>> 0) });
const u64 = (value: bigint): Value => ({ code: 'u64', value });

const features = 0x8400_000a;
const functions = [
  0x8400_0000,
  0x8400_0003,
  0xc400_0003,
  0x8400_0004,
  0xc400_0004,
  0x8400_0006,
  0xc400_0007,
  features,
  0x8400_000f,
  0x8400_0010,
  0x8400_001f,
  0xc400_001f,
  0x8000_0000,
  0x8000_0001,
  0xc600_ff01,
  0x8600_ff01,
  0x0000_0001,
] as const;
const ofPsci = functions.filter((id) => id >>> 24 === 0x84 || id >>> 24 === 0xc4);
/** Functions that PSCI_FEATURES is asked about. */
const askedFor = [
  ...functions,
  0x8400_0001,
  0xc400_0001,
  0x8400_0002,
  0x8400_0005,
  0x8400_0008,
  0x8400_0009,
  0xc400_0012,
] as const;

/** The affinity of a CPU, which may not exist. CPU_ON must not start one that is off, so it is given CPU 0. */
function affinity(scene: Scene, is64: boolean, isCpuOn: boolean): Value {
  if (scene.chance(40)) return { code: 'affinity', value: isCpuOn ? 0n : BigInt(scene.pick(scene.cpus)) };
  const narrow = [u32(0x7f), u32(0x100), u32(0xffff_ffff)];
  const wide = [u64(1n << 32n), u64(0x8000_0000_0000_0000n), u64(1n << 24n)];
  return scene.pick(is64 ? [...narrow, ...wide] : narrow);
}

/** Any function with any arguments in a few programs; in the others, calls on which both machines agree. */
export function firmware(scene: Scene): Act[] {
  const id = scene.pick(scene.rare ? functions : ofPsci);
  const isCpuOn = id === 0x8400_0003 || id === 0xc400_0003;
  const first =
    id === features
      ? u32(
          scene.pick(
            scene.rare ? askedFor : askedFor.filter((id) => id >>> 24 === 0x84 || id >>> 24 === 0xc4),
          ),
        )
      : affinity(scene, id >>> 24 === 0xc4 || scene.rare, isCpuOn);
  const second: Value = isCpuOn ? { code: 'arena', value: 0n } : u32(0);
  const wild = scene.pick([
    u32(0),
    u32(2),
    { code: 'arena', value: 0n } as Value,
    u64(0xffff_ffff_ffff_fff0n),
  ]);
  return [
    {
      ...plainExec,
      words: [0xd400_0003],
      text: ['smc #0'],
      pstate: scene.pstate(),
      registers: [
        { id: 0, value: scene.rare && scene.chance(10) ? u64((0xffff_ffffn << 32n) | BigInt(id)) : u32(id) },
        { id: 1, value: first },
        { id: 2, value: scene.rare ? wild : second },
        { id: 3, value: u32(scene.int(0, 3)) },
      ],
    },
  ];
}
