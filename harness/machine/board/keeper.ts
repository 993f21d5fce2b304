// SPDX-License-Identifier: BSD-2-Clause
/**
 * Keeps something of a lab that many share for as long as this process lives. Labs do not take back what a run that was
 * killed has left taken. So a shell of its own session acquires it, waits for the end of its input, and releases it. Its
 * input ends when we close it, and also when we die, however that comes about.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { HarnessError } from '../../base/error.js';

/**
 * What the shell runs. A SIGTERM to its group ends a command that waits, and not the shell, which then still releases what it
 * has. What is printed at the end goes nowhere, because nobody may be left to read it.
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
  /** Ends an `acquire` that waits. */
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
  /** What `acquire` printed. */
  out: string;
  /** Releases it, and tells how that ended. */
  release(): Promise<Ended>;
}

/** Acquires; gives the keeper, or how the command ended that refused. Rejects with HarnessError when `signal` is aborted. */
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
  // A shell that was refused has ended, and takes no more input.
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
    if (signal.aborted) throw new HarnessError('infrastructure', 'interrupted');
    return { refused };
  }
  if (!signal.aborted) return { out, release: ended };
  await ended();
  throw new HarnessError('infrastructure', 'interrupted');
}

/** What a stream gives until `end` is in it, or until it ends. */
async function textUntil(stream: NodeJS.ReadableStream, end: RegExp): Promise<string> {
  let seen = '';
  for await (const chunk of stream) {
    seen += chunk;
    if (end.test(seen)) break;
  }
  return seen;
}
