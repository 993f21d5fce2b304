// SPDX-License-Identifier: BSD-2-Clause
/** Runs a user's shell command (a relay, a PDU, a flashing tool) with a limit, and leaves nothing of it running. */
import { execa } from 'execa';
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

/** Resolves with its output. Rejects with HarnessError (infrastructure) when it fails or takes too long. */
export async function runShellCommand({ what, command, env, limit, signal }: ShellCommand): Promise<string> {
  const child = execa('/bin/sh', ['-c', command], {
    env,
    stdin: 'ignore',
    all: true,
    reject: false,
    detached: true,
    forceKillAfterDelay: false,
  });
  let why = '';
  // The shell and its children are one process group: none of them outlives the limit or keeps the pipe open.
  const end = (reason: string) => {
    why ||= reason;
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The group has just ended by itself.
    }
  };
  const timer = setTimeout(() => end(`not finished after ${limit / 1000} s`), limit);
  const interrupt = () => end('interrupted');
  if (signal?.aborted) interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  const result = await child;
  clearTimeout(timer);
  signal?.removeEventListener('abort', interrupt);
  const output = String(result.all ?? '').trim();
  if (result.exitCode === 0 && why === '') return output;
  const how = why || (result.signal ? `ended by ${result.signal}` : `exit code ${result.exitCode}`);
  const last = output.split('\n').slice(-shownLines).join('\n            ');
  throw new HarnessError('infrastructure', `the command for ${what} failed`, {
    where: command,
    got: last === '' ? how : `${how}: ${last}`,
  });
}
