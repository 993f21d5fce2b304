// SPDX-License-Identifier: BSD-2-Clause
/** Figures of work that runs only on the host. */
import { type Bench, below, type Figure, milliseconds } from './bench.js';
import { benchNar, narRatioLimit } from './nar.js';
import { benchSystem, systemLimits } from './system.js';

/** A time whose limit is a multiple of another time. */
const within = (name: string, ms: number, other: string, otherMs: number, most: number): Figure => ({
  name,
  on: '',
  value: milliseconds(ms),
  comparedWith: `${other} ${milliseconds(otherMs)}, ${(ms / otherMs).toFixed(2)} x`,
  limit: `<= ${most} x`,
  held: ms <= otherMs * most,
});

export const systemBench: Bench = {
  name: 'system',
  about: 'start of vmm-harness; checking and generating a large system description',
  async run() {
    const { domains, maps, node, start, check, parse, generate } = benchSystem();
    const size = `${domains} protection domains, ${maps} maps`;
    return [
      within('start of vmm-harness, processor time', start, 'node -e 0', node, systemLimits.start),
      within(
        `system check, ${size}, processor time`,
        check,
        'fast-xml-parser alone',
        parse,
        systemLimits.check,
      ),
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
