// SPDX-License-Identifier: BSD-2-Clause
/** Brings a case to another machine: kept cases have the addresses of QEMU's virt machine. */
import { defaultConfig, type ModelConfig, type Step } from '../model/index.js';
import type { Case } from './case.js';

interface Move {
  from: number;
  size: number;
  to: number;
}

/** GICC_DIR is in the second page. */
const interfaceSize = 0x2000;

/** What lies elsewhere on the target, with an interrupt controller of the same version. */
function movesTo({ gic, distributor, cpuInterface, ram }: ModelConfig): Move[] {
  const usual = defaultConfig;
  const frames: Move[] = [
    { from: usual.distributor.base, size: usual.distributor.size, to: distributor.base },
    { from: usual.cpuInterface.base, size: interfaceSize, to: cpuInterface.base },
  ];
  const memory = { from: usual.ram.base, size: usual.ram.size, to: ram.base };
  return [...(gic === 2 ? frames : []), memory].filter(({ from, to }) => from !== to);
}

function moved(step: Step, move: (address: bigint) => bigint): Step {
  switch (step.op) {
    case 'start':
      return { ...step, pc: move(step.pc), dtb: move(step.dtb), initrd: move(step.initrd) };
    case 'access':
      return { ...step, address: move(step.address) };
    case 'handler':
      return { ...step, base: move(step.base) };
    case 'smc':
      return { ...step, x2: move(step.x2) };
    default:
      return step;
  }
}

/** The case with the addresses of the target that `config` describes. What lies in no frame of the virt machine stays. */
export function relocated(original: Case, config: ModelConfig): Case {
  const moves = movesTo(config);
  if (moves.length === 0) return original;
  const move = (address: bigint): bigint => {
    const found = moves.find(({ from, size }) => address >= from && address < from + size);
    return found === undefined ? address : address - BigInt(found.from) + BigInt(found.to);
  };
  return { ...original, steps: original.steps.map((step) => moved(step, move)) };
}
