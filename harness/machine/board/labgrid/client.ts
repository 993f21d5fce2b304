// SPDX-License-Identifier: BSD-2-Clause
/** labgrid-client, the program that talks to a labgrid coordinator, and the meaning of its errors. */

import { execa } from 'execa';
import { HarnessError } from '../../../base/error.js';
import { interrupted } from '../../../base/interrupt.js';
import { quoted } from '../../../base/quote.js';
import { type Ended, type Keeper, keep } from '../keeper.js';
import { TakenError } from '../taken.js';

export interface LabgridSettings {
  /** The program: a name on the PATH, or a path. */
  client: string;
  /** `host:port`; by default labgrid's own default, LG_COORDINATOR or 127.0.0.1:20408. */
  coordinator: string | undefined;
  /** The name of a place, or `any:KEY=VALUE,...` for any free place with these tags. */
  place: string;
  /** Milliseconds to wait for a place that somebody else has. */
  wait: number;
}

/** Milliseconds after which a client that should not wait counts as stuck. */
const patience = 60_000;

/** The arguments before a subcommand of labgrid-client. */
const clientWords = ({ client, coordinator }: LabgridSettings): [string, ...string[]] => [
  client,
  ...(coordinator === undefined ? [] : ['-x', coordinator]),
];

/** Runs a subcommand. Rejects with HarnessError (infrastructure) when the program cannot be started or is interrupted. */
export async function runClient(
  settings: LabgridSettings,
  words: readonly string[],
  options: { signal?: AbortSignal | undefined; limit?: number; env?: Record<string, string> } = {},
): Promise<Ended> {
  const [program, ...before] = clientWords(settings);
  const { signal, limit = patience, env = {} } = options;
  const ended = await execa(program, [...before, ...words], {
    reject: false,
    stdin: 'ignore',
    timeout: limit,
    env,
    ...(signal !== undefined && { cancelSignal: signal }),
  });
  if (ended.isCanceled) throw interrupted();
  if (ended.code === 'ENOENT') throw noClient(settings);
  // labgrid-client exits with 0 when it is told to end.
  if (ended.timedOut)
    return { code: undefined, out: ended.stdout, err: `not finished after ${limit / 1000} s` };
  return { code: ended.exitCode, out: ended.stdout, err: ended.stderr };
}

/** A place that is kept. */
export interface KeptPlace {
  name: string;
  keeper: Keeper;
}

/** Acquires a place, by its name or by the token of a reservation. Returns the place, or labgrid's refusal. */
export async function keepPlace(
  settings: LabgridSettings,
  place: { name: string } | { token: string },
  signal: AbortSignal,
): Promise<KeptPlace | { refused: Ended }> {
  const token = 'token' in place ? place.token : undefined;
  const name = 'token' in place ? '+' : place.name;
  const client = [...clientWords(settings), '-p', name].map(quoted).join(' ');
  const cancel = `status=$?; ${client} cancel-reservation ${token}; exit $status`;
  const kept = await keep({
    acquire: `${client} acquire`,
    release: token === undefined ? `${client} release` : `${client} release; ${cancel}`,
    env: token === undefined ? {} : { LG_TOKEN: token },
    signal,
  });
  if (!('refused' in kept)) {
    return { name: /^acquired place (\S+)/m.exec(kept.out)?.[1] ?? name, keeper: kept };
  }
  if (kept.refused.code === 127) throw noClient(settings);
  return kept;
}

const noClient = ({ client }: LabgridSettings): HarnessError =>
  new HarnessError('infrastructure', `the program ${client} is missing`, {
    expected: "labgrid's client, of the coordinator's version",
    wayOut: 'pip install labgrid; or set labgrid.client in the lab file to its path',
  });

/** The known complaints of labgrid-client 26.0, by their text. */
const complaints: readonly { says: RegExp; means: string; wayOut: string; taken?: true }[] = [
  {
    says: /coordinator is unavailable|Could not connect to coordinator/,
    means: 'the labgrid coordinator cannot be reached',
    wayOut: 'start it, or name it in the lab file: labgrid.coordinator = "HOST:PORT"',
  },
  {
    says: /place pattern .* matches nothing|place .* not found/,
    means: 'labgrid does not have this place',
    wayOut: 'labgrid-client places lists them',
  },
  {
    says: /already acquired/,
    means: 'the place is taken',
    taken: true,
    wayOut: 'set labgrid_wait in the lab file to wait for it',
  },
  {
    says: /no (?:compatible|suitable) (?:resource|driver)|no driver|NoDriverFound|NoResourceFound/i,
    means: 'the place has no resource for this',
    wayOut: 'export it, and add a match for it to the place; or set the port or the power in the lab file',
  },
  {
    says: /not all resources are available|match.*no resources|missing resources/i,
    means: 'a resource of the place is unavailable',
    wayOut: 'check the exporter: labgrid-client -p PLACE show',
  },
];

/** The error for a subcommand that failed at `place`. */
export function clientError(what: string, place: string, { err, out }: Ended): HarnessError {
  const text = err.trim() || out.trim();
  const known = complaints.find(({ says }) => says.test(text));
  const detail = {
    where: `labgrid place ${place}`,
    got: text.split('\n').slice(-3).join('\n'),
    wayOut: known?.wayOut ?? `try it by hand: labgrid-client -p ${place} ${what}`,
  };
  if (known?.taken) return new TakenError(known.means, detail);
  return new HarnessError('infrastructure', known?.means ?? `labgrid could not ${what}`, detail);
}

/** Who has a place, according to labgrid's refusal. */
export const holderOf = ({ err }: Ended): string | undefined =>
  /You have already acquired/.test(err)
    ? 'another run of yours'
    : /already acquired by (\S+?)\.?(?:\s|$)/.exec(err)?.[1];
