// SPDX-License-Identifier: BSD-2-Clause
/** The cost of the serial line and U-Boot: the virtual board beside QEMU alone, YMODEM beside its line. */

import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noProgress, step } from '../../base/progress.js';
import { transferOf } from '../../machine/board/bring-up.js';
import { bytesPerSecond, defaultSettings } from '../../machine/board/serial/settings.js';
import { hold, labTarget } from '../../machine/board/target.js';
import { payloadOf } from '../../machine/board/uboot/payload.js';
import { UBoot } from '../../machine/board/uboot/uboot.js';
import { guestPrompt } from '../../run/boot.js';
import { buildSystem } from '../../subject/demo/build.js';
import { type Bench, type BenchContext, type Figure, median, seconds } from './bench.js';
import { inFolder } from './in-folder.js';
import { imageArguments, runByHand } from './qemu.js';
import { throttledJoint } from './serial-line.js';
import { virtualBoard } from './virtual.js';

const rounds = 5;
const bootLimit = 1.3;
const lineLimit = 0.9;
/** Bytes that take some twenty seconds at 115200 baud. */
const transferSize = 256 << 10;

const signal = new AbortController().signal;
const command = 'npm run bench';

/** Milliseconds from the power switch to the guest's prompt, with an upload by TFTP. */
function bootOnBoard(context: BenchContext, image: string): Promise<number> {
  return inFolder(async (folder) => {
    let begin = 0;
    const target = labTarget(virtualBoard(context.board), {
      command,
      progress: (event) => {
        if (event.kind === 'start' && event.step === 'power') begin = performance.now();
      },
    });
    const machine = await target.start(image, { folder });
    await machine.console.expect(guestPrompt, { what: "the guest's prompt", limit: 120_000 });
    const ms = performance.now() - begin;
    await machine.powerOff();
    return ms;
  });
}

async function bootFigure(context: BenchContext): Promise<Figure> {
  const { board, minikit, progress } = context;
  const { image } = await buildSystem({
    board,
    sdk: minikit,
    config: 'debug',
    vcpus: 1,
    progress: noProgress,
  });
  const [alone, onBoard]: number[][] = [[], []];
  for (let round = 1; round <= rounds; round += 1) {
    await step(progress, `virtual board, round ${round} of ${rounds}`, async () => {
      const { times } = await runByHand(board, imageArguments(board, image), [{ until: guestPrompt }]);
      alone?.push(times[0] ?? Number.NaN);
      onBoard?.push(await bootOnBoard(context, image));
    });
  }
  const [ours, theirs] = [median(onBoard ?? []), median(alone ?? [])];
  return {
    name: "virtual board, from power to the guest's prompt by TFTP",
    on: 'minikit',
    value: `${seconds(ours)}, ${(ours / theirs).toFixed(2)} x`,
    comparedWith: `QEMU alone ${seconds(theirs)}`,
    limit: `< ${bootLimit} x`,
    held: ours / theirs < bootLimit,
  };
}

/** Payload bytes per second of one YMODEM transfer, as a fraction of what the line carries. */
function ymodemFigure(context: BenchContext): Promise<Figure> {
  return inFolder(async (folder) => {
    const rate = bytesPerSecond(defaultSettings);
    const entry = virtualBoard(context.board, 'upload.by = "ymodem"\n');
    const options = { command, progress: noProgress, virtual: { joint: throttledJoint(rate) } };
    const held = await hold(entry, { folder, signal }, options);
    try {
      const uboot = new UBoot(held.line, entry.uboot, { log: held.log });
      await held.desk.power.cycle(signal);
      await uboot.reach();
      const file = join(folder, 'payload');
      await writeFile(file, randomBytes(transferSize));
      const payload = await payloadOf(file);
      const begin = performance.now();
      await transferOf(held).send(uboot, payload, entry.board.loadAddress, {
        onProgress: () => {},
        signal,
        folder,
      });
      const share = transferSize / ((performance.now() - begin) / 1000) / rate;
      return {
        name: `YMODEM of ${transferSize >> 10} KiB over a line of 115200 baud`,
        on: '',
        value: `${(share * 100).toFixed(1)} % of its rate`,
        limit: `> ${lineLimit * 100} %`,
        held: share > lineLimit,
      };
    } finally {
      await held.close();
    }
  });
}

export const labBench: Bench = {
  name: 'lab',
  about: 'the virtual board beside QEMU alone, YMODEM beside its line',
  async run(context) {
    const ymodem = await step(context.progress, 'YMODEM', () => ymodemFigure(context));
    return [await bootFigure(context), ymodem];
  },
};
