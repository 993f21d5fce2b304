// SPDX-License-Identifier: BSD-2-Clause
/** Runs a user's shell command (a relay, a PDU, a flashing tool) with a limit, and leaves nothing of it running. */
import { once } from 'node:events';
import { startGroup } from '../../base/children.js';
import { HarnessError } from '../../base/error.js';

export interface ShellCommand {
  /** How errors name its purpose: "power off". */
  what: string;
  /** Run by /bin/sh. */
  command: string;
  /** Its environment, in addition to that of the harness. */
  env: Readonly<Record<string, string>>;
  /** Limit in milliseconds. */
  limit: number;
  signal?: AbortSignal | undefined;
}

const shownLines = 5;
/** Number of characters of its output to keep: the last ones. */
const kept = 1 << 20;

/** Resolves with its output. Rejects with HarnessError (infrastructure) when it fails or takes too long. */
export async function runShellCommand({ what, command, env, limit, signal }: ShellCommand): Promise<string> {
  const group = startGroup('/bin/sh', ['-c', command], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [group.child.stdout, group.child.stderr])
    stream?.on('data', (bytes: Buffer) => {
      printed = (printed + bytes.toString()).slice(-kept);
    });
  let why = '';
  // The shell and its children are one process group: none of them outlives the limit or keeps the pipe open.
  const end = (reason: string) => {
    why ||= reason;
    group.end();
  };
  const timer = setTimeout(() => end(`not finished after ${limit / 1000} s`), limit);
  const interrupt = () => end('interrupted');
  if (signal?.aborted) interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  const closed = once(group.child, 'close');
  const { exitCode, signal: endedBy } = await group.ended;
  await closed;
  clearTimeout(timer);
  signal?.removeEventListener('abort', interrupt);
  const output = printed.trim();
  if (exitCode === 0 && why === '') return output;
  const how = why || (endedBy ? `ended by ${endedBy}` : `exit code ${exitCode}`);
  const last = output.split('\n').slice(-shownLines).join('\n            ');
  throw new HarnessError('infrastructure', `the command for ${what} failed`, {
    where: command,
    got: last === '' ? how : `${how}: ${last}`,
  });
}
