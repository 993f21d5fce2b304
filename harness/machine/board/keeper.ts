// SPDX-License-Identifier: BSD-2-Clause
/**
 * Holds a shared resource of a lab for as long as this process lives. Labs do not reclaim what a killed run has left
 * taken. Therefore a shell in its own session acquires it, waits for the end of its input, and releases it. Its input
 * ends when this process closes it, and also when this process dies for any reason.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { interrupted } from '../../base/interrupt.js';

/**
 * The script of the shell. A SIGTERM to its group ends a waiting command but not the shell, which then still releases
 * what it has. Output at the end is discarded, because nobody may be left to read it.
 */
const scriptOf = (acquire: string, release: string) => `
trap : TERM
{ ${acquire}
} || exit
echo kept
exec >/dev/null
cat
${release}
`;

export interface KeepRequest {
  /** Shell commands. */
  acquire: string;
  release: string;
  /** Their environment, in addition to that of the harness. */
  env?: Readonly<Record<string, string>>;
  /** Ends an `acquire` that is waiting. */
  signal: AbortSignal;
}

/** How a command ended. */
export interface Ended {
  /** Undefined when a signal ended it. */
  code: number | undefined;
  out: string;
  err: string;
}

export interface Keeper {
  /** The output of `acquire`. */
  out: string;
  /** Releases the resource, and reports how the command ended. */
  release(): Promise<Ended>;
}

/**
 * Acquires the resource. Returns the keeper, or how the refusing command ended. Rejects with HarnessError when `signal`
 * is aborted.
 */
export async function keep({
  acquire,
  release,
  env,
  signal,
}: KeepRequest): Promise<Keeper | { refused: Ended }> {
  const shell = spawn('/bin/sh', ['-c', scriptOf(acquire, release)], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const closed = once(shell, 'close').then(([code]) => (code ?? undefined) as number | undefined);
  const err = text(shell.stderr);
  // A shell whose command was refused has ended, and reads no more input.
  shell.stdin.on('error', () => {});
  const end = () => {
    shell.stdin.end();
    if (shell.pid !== undefined && shell.exitCode === null) process.kill(-shell.pid, 'SIGTERM');
  };
  signal.addEventListener('abort', end, { once: true });
  const seen = await textUntil(shell.stdout, /^kept\n/m);
  signal.removeEventListener('abort', end);
  const out = seen.replace(/^kept\n[\s\S]*/m, '');
  const ended = async (): Promise<Ended> => {
    shell.stdin.end();
    return { code: await closed, out, err: await err };
  };
  if (seen === out) {
    const refused = await ended();
    if (signal.aborted) throw interrupted();
    return { refused };
  }
  if (!signal.aborted) return { out, release: ended };
  await ended();
  throw interrupted();
}

/** The text of a stream until it contains `end`, or until the stream ends. */
async function textUntil(stream: NodeJS.ReadableStream, end: RegExp): Promise<string> {
  let seen = '';
  for await (const chunk of stream) {
    seen += chunk;
    if (end.test(seen)) break;
  }
  return seen;
}
