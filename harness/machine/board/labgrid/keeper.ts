// SPDX-License-Identifier: BSD-2-Clause
/**
 * Keeps a labgrid place for as long as this process lives. labgrid itself never gives a place back: the place of a run that
 * was killed would stay taken. So a shell of its own session acquires the place, waits for the end of its input, and releases
 * the place. Its input ends when we close it, and also when we die, however that comes about.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { type ClientResult, clientWords, type LabgridSettings, noClient } from './client.js';

/** `$@` is labgrid-client with its options. What it prints at the end goes nowhere, because nobody may be left to read it. */
const script = `
"$@" acquire || exit
exec >/dev/null
cat
"$@" release
status=$?
[ -z "\${LG_TOKEN-}" ] || "$@" cancel-reservation "$LG_TOKEN"
exit $status
`;

export interface Keeper {
  /** The place's name, as labgrid says it. */
  place: string;
  /** Gives the place back; resolves when labgrid has taken it. */
  release(): Promise<ClientResult>;
}

/** Acquires the place; gives the keeper, or what labgrid said when it refused. */
export async function keepPlace(
  settings: LabgridSettings,
  place: string,
  token?: string,
): Promise<Keeper | { refused: ClientResult }> {
  const keeper = spawn('sh', ['-c', script, 'sh', ...clientWords(settings), '-p', place], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...(token !== undefined && { LG_TOKEN: token }) },
  });
  const closed = once(keeper, 'close').then(([code]) => code as number | null);
  const err = text(keeper.stderr);
  // A keeper that has refused is gone, and takes no more input.
  keeper.stdin.on('error', () => {});
  const acquired = await firstLine(keeper.stdout);
  const name = /^acquired place (\S+)/.exec(acquired)?.[1];
  if (name === undefined) {
    keeper.stdin.end();
    const code = await closed;
    if (code === 127) throw noClient(settings);
    return { refused: { ok: false, out: acquired, err: await err } };
  }
  return {
    place: name,
    async release() {
      keeper.stdin.end();
      return { ok: (await closed) === 0, out: '', err: await err };
    },
  };
}

/** The first line of a stream, or all of it when it ends before. */
async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  let seen = '';
  for await (const chunk of stream) {
    seen += chunk;
    if (seen.includes('\n')) break;
  }
  return seen;
}
