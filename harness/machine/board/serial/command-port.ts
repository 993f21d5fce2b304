// SPDX-License-Identifier: BSD-2-Clause
/** Serial ports behind a command of the user's, whose stdin and stdout are the line (`ssh lab -t picocom ...`). */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { startGroup } from '../../../base/children.js';
import type { CommandAddress } from './address.js';
import { FarStream, letIn } from './far-stream.js';
import type { Port } from './port.js';
import type { LineSettings } from './settings.js';
import { atItsRate, closeStream } from './tcp-port.js';

/** Number of characters of its stderr to keep: the last ones. */
const keptStderr = 2_000;

export async function openCommand(
  { command }: CommandAddress,
  where: string,
  settings: LineSettings,
  env: Readonly<Record<string, string>> = {},
): Promise<Port> {
  const group = startGroup('/bin/sh', ['-c', command], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const { stdin, stdout, stderr } = group.child as ChildProcessWithoutNullStreams;
  const stream = new FarStream(stdout, stdin);
  let output = '';
  let why = '';
  stderr.on('data', (bytes: Buffer) => {
    output = (output + bytes.toString()).slice(-keptStderr);
  });
  const ended = group.ended.then(({ exitCode, signal }) => {
    const last = output.trim().split('\n').at(-1) ?? '';
    why = `the command ended with ${signal ?? `exit code ${exitCode}`}${last === '' ? '' : `: ${last}`}`;
    stream.destroy();
  });
  const close = async () => {
    if (why === '') group.end();
    await ended;
    await closeStream(stream);
  };
  try {
    await letIn(where, stream, () => why);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    stream,
    setBaud: (baud) => atItsRate(baud, settings),
    sendBreak: () => Promise.reject(new Error('a break needs rfc2217:// or a device of this machine')),
    whyGone: () => why,
    close,
  };
}
