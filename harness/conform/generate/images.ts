// SPDX-License-Identifier: BSD-2-Clause
/** Steps of linux_setup_images: valid images, and images with one or two faults. */
import { canBeMade, type ImagesStep } from '../../model/index.js';
import type { CaseBuilder } from './case-builder.js';

type Change = (step: ImagesStep, builder: CaseBuilder) => void;

const huge = [0x1000_0000n, 0x7fff_ffff_ffff_ffffn, 0xffff_ffff_ffff_ff00n, 0xffff_ffff_ffff_ffffn] as const;

/** Each makes one property wrong, or moves it to a limit. */
const changes: readonly Change[] = [
  (step, builder) => {
    step.kernelMagic = builder.pick([0, 0x644d_5240, 0x4152_4d64]);
  },
  (step, builder) => {
    step.kernelSize = builder.pick([0n, 1n, 56n, 63n, 64n, ...huge]);
  },
  (step) => {
    step.flags |= 1n;
  },
  (step, builder) => {
    step.textOffset = builder.pick([
      0n,
      0x1000n,
      0x8_0000n,
      0x8_0002n,
      0x1f_f000n,
      BigInt(builder.config.ram.size),
      ...huge,
    ]);
  },
  (step, builder) => {
    const { size } = builder.config.ram;
    step.imageSize = builder.pick([
      0n,
      64n,
      BigInt(size) - 0x8_0000n,
      BigInt(size) - 0x7_fffcn,
      BigInt(size),
      ...huge,
    ]);
  },
  (step, builder) => {
    step.dtbMagic = builder.pick([0, 0xedfe_0dd0, 0xd00d_feec]);
  },
  (step, builder) => {
    step.dtbTotal = builder.pick([0, 39, 40, Number(step.dtbSize) + 1, 0xffff_ffff]);
  },
  (step, builder) => {
    step.dtbSize = builder.pick([0n, 8n, 39n, 0x20_0000n, 0x20_0001n, ...huge]);
  },
  (step, builder) => {
    const { size } = builder.config.ram;
    const places = [step.dtbOffset + 4n, step.dtbOffset + 1n, BigInt(size), BigInt(size) - 8n, -8n, ...huge];
    step.dtbOffset = BigInt.asUintN(64, builder.pick(places));
  },
  (step) => {
    step.dtbOffset = step.textOffset;
  },
  (step) => {
    step.initrdOffset = step.dtbOffset + 8n;
  },
  (step) => {
    step.initrdOffset = step.textOffset + step.imageSize - 1n;
  },
  (step) => {
    step.initrdOffset = step.textOffset + step.imageSize;
  },
  (step, builder) => {
    step.initrdSize = builder.pick([0n, 1n, 3n, ...huge]);
  },
  (step, builder) => {
    const end = BigInt(builder.config.ram.size);
    step.initrdOffset = BigInt.asUintN(
      64,
      builder.pick([end - step.initrdSize, end - step.initrdSize + 1n, -1n]),
    );
  },
];

export function images(builder: CaseBuilder): void {
  const size = (): bigint => BigInt(builder.pick([64, 100, 1000, 4096, 4099]));
  const kernelSize = size();
  const dtbSize = BigInt(builder.pick([40, 48, 600, 4096]));
  const step: ImagesStep = {
    op: 'images',
    seed: builder.int(0, 255),
    kernelSize,
    kernelMagic: 0x644d_5241,
    textOffset: builder.pick([0n, 0x8_0000n]),
    imageSize: kernelSize + BigInt(builder.pick([0, 0x1000, 0x10_0000])),
    flags: builder.pick([0n, 2n, 10n]),
    dtbOffset: 0x20_0000n,
    dtbSize,
    dtbMagic: 0xd00d_feed,
    dtbTotal: Number(dtbSize),
    initrdOffset: 0x30_0000n + BigInt(builder.int(0, 63)),
    initrdSize: builder.pick([0n, size()]),
  };
  for (let left = builder.pick([0, 0, 1, 1, 1, 2]); left > 0; left -= 1) builder.pick(changes)(step, builder);
  if (canBeMade(builder.config, step)) builder.add(step);
}
