// SPDX-License-Identifier: BSD-2-Clause
/** Figures of what runs on the host alone. */
import { type Bench, below, milliseconds } from './bench.js';
import { benchNar, narRatioLimit } from './nar.js';
import { benchSystem, systemLimits } from './system.js';

export const systemBench: Bench = {
  name: 'system',
  about: 'start of vmm-harness; checking and generating a large system description',
  async run() {
    const { domains, maps, node, start, check, generate } = benchSystem();
    const size = `${domains} protection domains, ${maps} maps`;
    return [
      {
        ...below('start of vmm-harness', '', start, systemLimits.start),
        comparedWith: `node alone ${milliseconds(node)}`,
      },
      { ...below('system check, after the start', '', check, systemLimits.check), comparedWith: size },
      {
        ...below('generating the same description', '', generate, systemLimits.generate),
        comparedWith: size,
      },
    ];
  },
};

export const narBench: Bench = {
  name: 'nar',
  about: 'NAR hash of a tree of the size of an SDK',
  async run() {
    const { bytes, ours, nixHash, ratio } = await benchNar();
    return [
      {
        name: `NAR hash of ${(bytes / 1e6).toFixed(0)} MB`,
        on: '',
        value: milliseconds(ours),
        comparedWith: `nix-hash ${milliseconds(nixHash)}`,
        limit: `<= ${narRatioLimit} x nix-hash`,
        held: ratio <= narRatioLimit,
      },
    ];
  },
};
