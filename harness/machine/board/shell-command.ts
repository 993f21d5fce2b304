// SPDX-License-Identifier: BSD-2-Clause
/** A shell command of the user's (a relay, a PDU, a flashing tool), with a limit, and nothing left of it afterwards. */
import { execa } from 'execa';
import { HarnessError } from '../../base/error.js';

export interface ShellCommand {
  /** What it is for, as an error names it: "power off". */
  what: string;
  /** Given to /bin/sh. */
  command: string;
  /** What it finds in its environment, besides ours. */
  env: Readonly<Record<string, string>>;
  /** Milliseconds. */
  limit: number;
  signal?: AbortSignal | undefined;
}

const shownLines = 5;

/** Resolves with what it printed; rejects with HarnessError (infrastructure) when it fails or takes too long. */
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
  // The shell's children are its group: none of them outlives the limit, or keeps our pipe open.
  const end = (reason: string) => {
    why ||= reason;
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  };
  const timer = setTimeout(() => end(`not done after ${limit / 1000} s`), limit);
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
