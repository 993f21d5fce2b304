// SPDX-License-Identifier: BSD-2-Clause
/** Assembles a bare-metal image for a board. Tests of targets boot it in a second and without a kernel. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Board } from '../../boards/board.js';
import { packageRoot } from '../../harness/base/paths.js';

const hex = (value: number) => `0x${value.toString(16)}`;

/** Assembles test/qemu/fixtures/<name>.S into `<name>.img` in `folder`, and returns its path. */
export function bareImage(board: Board, name: string, folder: string): string {
  const source = join(packageRoot, 'test', 'qemu', 'fixtures', `${name}.S`);
  const elf = join(folder, `${name}.elf`);
  const image = join(folder, `${name}.img`);
  const place = `-Wl,-Ttext=${hex(board.loadAddress)}`;
  const flags = ['-nostdlib', '-static', '-Wl,--build-id=none', place, `-DUART=${hex(board.uart.base)}`];
  execFileSync('aarch64-linux-gnu-gcc', [...flags, '-o', elf, source], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  execFileSync('aarch64-linux-gnu-objcopy', ['-O', 'binary', elf, image]);
  return image;
}
