// SPDX-License-Identifier: BSD-2-Clause
/** The guest's root file system: a static busybox and two scripts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packageRoot } from '../../harness/base/paths.js';
import { type CpioEntry, cpio } from './cpio.js';

const scripts = join(packageRoot, 'guest-builder', 'linux', 'initrd');

function script(path: string, name: string): CpioEntry {
  return { kind: 'file', path, mode: 0o755, data: readFileSync(join(scripts, name)) };
}

/** The gzipped archive around an arm64 static busybox. The same busybox gives the same bytes. */
export function makeInitrd(busybox: Uint8Array): Buffer {
  return gzipSync(
    cpio([
      { kind: 'directory', path: 'bin', mode: 0o755 },
      { kind: 'file', path: 'bin/busybox', mode: 0o755, data: busybox },
      script('bin/console', 'console'),
      { kind: 'directory', path: 'dev', mode: 0o755 },
      // Linux opens it for /init before devtmpfs is mounted.
      { kind: 'character device', path: 'dev/console', mode: 0o600, major: 5, minor: 1 },
      script('init', 'init'),
    ]),
    { level: 9 },
  );
}
