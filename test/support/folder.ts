// SPDX-License-Identifier: BSD-2-Clause
/** Folders and files that a test creates and that are removed when it ends. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files by path below a folder. A path that ends in `!` is executable (without the mark). */
export type Files = Record<string, string>;

/** Runs `body` with a folder that contains these files. */
export async function inFolder<T>(files: Files, body: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'harness-test-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      const path = join(folder, name.replace(/!$/, ''));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { mode: name.endsWith('!') ? 0o755 : 0o644 });
    }
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The minimal contents of an SDK directory; `board/x/debug/elf` has a kernel. */
export function sdkFiles(tool = '#!/bin/sh\necho usage: microkit\n', kernel = 'sel4.elf'): Files {
  return {
    'bin/microkit!': tool,
    VERSION: '2.0.1\n',
    [`board/qemu_virt_aarch64/debug/elf/${kernel}`]: '',
    [`board/qemu_virt_aarch64/release/elf/${kernel}`]: '',
    [`board/odroidc4/debug/elf/${kernel}`]: '',
  };
}
