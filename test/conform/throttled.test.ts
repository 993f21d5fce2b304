// SPDX-License-Identifier: BSD-2-Clause
/** The agent's C code behind a UART with a receiver of 16 bytes, as boards have it. QEMU's UARTs never lose a byte. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../harness/base/paths.js';
import { encodeFrame, frameKinds } from '../../harness/conform/link/frame.js';
import { protocolHeader } from '../../harness/conform/link/header.js';
import { inFolder } from '../support/folder.js';
import { run, test } from '../support/test.js';

const requests = 50;
const home = join(packageRoot, 'sel4-vmm-c');

/** A session as the host sends it when its window is never full. */
const frames = (): Buffer =>
  Buffer.concat([
    encodeFrame({ session: 1, number: 0, kind: frameKinds.open, payload: new Uint8Array() }),
    ...Array.from({ length: requests }, (_, index) =>
      encodeFrame({ session: 1, number: index + 1, kind: frameKinds.steps, payload: new Uint8Array(300) }),
    ),
  ]);

function performed(polls: boolean): Promise<string> {
  return inFolder({ 'conform_protocol.h': protocolHeader() }, (folder) => {
    const program = join(folder, 'throttled');
    const steps = join(home, 'conform', 'steps');
    const files = [
      join(packageRoot, 'test', 'conform', 'fixtures', 'throttled.c'),
      join(steps, 'link.c'),
      ...(polls ? [join(steps, 'line.c')] : []),
    ];
    const includes = [folder, steps, join(home, 'uart')].map((path) => `-I${path}`);
    const flags = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Werror', `-DPOLLS=${polls ? 1 : 0}`];
    execFileSync('gcc', [...flags, ...includes, ...files, '-o', program]);
    return execFileSync(program, { input: frames() }).toString().trim();
  });
}

test('an agent that reads its UART while it executes and answers loses no byte of the next requests', async () =>
  assert.is(await performed(true), `0 lost, ${requests} answered`));

test('one that reads it only between requests loses bytes, and whole requests with them', async () => {
  const [, lost, answered] = /^(\d+) lost, (\d+) answered$/.exec(await performed(false)) ?? [];
  assert.ok(Number(lost) > 100, `${lost} lost`);
  assert.ok(Number(answered) < requests - 10, `${answered} answered`);
});

run();
