// SPDX-License-Identifier: BSD-2-Clause
/** A place of a labgrid lab: acquires it, uses its serial port and its power, and releases it at the end. */

import * as v from 'valibot';
import { parse } from 'yaml';
import { HarnessError } from '../../../base/error.js';
import { interruptibleSleep } from '../../../base/interrupt.js';
import type { Power } from '../power/power.js';
import {
  clientError,
  holderOf,
  type KeptPlace,
  keepPlace,
  type LabgridSettings,
  runClient,
} from './client.js';

export interface LabgridPlace {
  name: string;
  /**
   * In the form of a lab file: `rfc2217://HOST:PORT` or `tcp:HOST:PORT`. Undefined when the place has no serial port.
   */
  port: string | undefined;
  power: Power;
  /** Releases the place. Rejects with HarnessError (infrastructure) when labgrid refuses. */
  release(): Promise<void>;
}

export interface TakeOptions {
  /** Called once with the owner that the run waits for. */
  note: (text: string) => void;
  signal: AbortSignal;
}

/** Milliseconds between two tries to acquire a place that somebody else has. */
const pause = 2_000;

/** Acquires a place exclusively. Rejects with HarnessError (infrastructure). */
export async function takePlace(settings: LabgridSettings, options: TakeOptions): Promise<LabgridPlace> {
  const tags = /^any:(.*)$/.exec(settings.place)?.[1];
  const kept = await (tags === undefined
    ? acquire(settings, options)
    : acquireByTags(settings, tags.split(','), options));
  const { name } = kept;
  try {
    return {
      name,
      port: await serialPort(settings, name, options.signal),
      power: labgridPower(settings, name),
      release: () => release(kept),
    };
  } catch (error) {
    await kept.keeper.release();
    throw error;
  }
}

async function release({ name, keeper }: KeptPlace): Promise<void> {
  const ended = await keeper.release();
  if (ended.code !== 0) throw clientError('release', name, ended);
}

/** Acquires one place by its name. Waits while somebody else has it. */
async function acquire(settings: LabgridSettings, { note, signal }: TakeOptions): Promise<KeptPlace> {
  const until = performance.now() + settings.wait;
  let told = '';
  for (;;) {
    const kept = await keepPlace(settings, { name: settings.place }, signal);
    if (!('refused' in kept)) return kept;
    const holder = holderOf(kept.refused);
    if (holder === undefined || performance.now() + pause > until)
      throw clientError('acquire', settings.place, kept.refused);
    if (holder !== told) note(`waiting for labgrid place ${settings.place}, which ${holder} has`);
    told = holder;
    await interruptibleSleep(pause, signal);
  }
}

/** Acquires any place with the tags through a reservation, so that labgrid queues those who want the same. */
async function acquireByTags(
  settings: LabgridSettings,
  tags: readonly string[],
  { note, signal }: TakeOptions,
): Promise<KeptPlace> {
  const what = `reserve ${tags.join(' ')}`;
  const asked = await runClient(settings, ['reserve', '--shell', ...tags], { signal });
  const token = /LG_TOKEN=(\w+)/.exec(asked.out)?.[1];
  if (asked.code !== 0 || token === undefined) throw clientError(what, settings.place, asked);
  const cancel = () => runClient(settings, ['cancel-reservation', token]);
  try {
    note(`waiting for a labgrid place with ${tags.join(' ')}`);
    // labgrid takes a moment to find a free place.
    const limit = Math.max(settings.wait, pause * 5);
    const waited = await runClient(settings, ['wait', token], { signal, limit });
    if (waited.code !== 0)
      throw new HarnessError('infrastructure', `no labgrid place with ${tags.join(' ')} is free`, {
        expected: `one within ${limit / 1000} s`,
        got: waited.err.trim().split('\n').at(-1) ?? '',
        wayOut: 'labgrid-client places and reservations show who has them; raise labgrid_wait to wait longer',
      });
    const kept = await keepPlace(settings, { token }, signal);
    if ('refused' in kept) throw clientError('acquire', settings.place, kept.refused);
    return kept;
  } catch (error) {
    await cancel();
    throw error;
  }
}

const environment = v.object({
  targets: v.record(v.string(), v.object({ resources: v.array(v.record(v.string(), v.unknown())) })),
});
const networkSerialPort = v.object({
  host: v.string(),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  protocol: v.optional(v.picklist(['rfc2217', 'raw']), 'rfc2217'),
});

/** The serial port that the place offers over the network. */
async function serialPort(
  settings: LabgridSettings,
  place: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const answer = await runClient(settings, ['-p', place, 'env'], { signal });
  if (answer.code !== 0) throw clientError('env', place, answer);
  const { targets } = readEnvironment(place, answer.out);
  for (const { resources } of Object.values(targets)) {
    for (const resource of resources) {
      const found = v.safeParse(networkSerialPort, resource.NetworkSerialPort);
      if (!found.success) continue;
      const { host, port, protocol } = found.output;
      const name = host.includes(':') ? `[${host}]` : host;
      return protocol === 'raw' ? `tcp:${name}:${port}` : `rfc2217://${name}:${port}`;
    }
  }
  return undefined;
}

function readEnvironment(place: string, text: string): v.InferOutput<typeof environment> {
  try {
    return v.parse(environment, parse(text));
  } catch (cause) {
    throw new HarnessError('infrastructure', "labgrid's description of the place is not understood", {
      where: `labgrid place ${place}`,
      expected: 'targets with resources, as labgrid 26.0 prints them for `labgrid-client env`',
      got: text.split('\n').slice(0, 3).join('\n'),
      cause,
    });
  }
}

/** The place's own power. */
function labgridPower(settings: LabgridSettings, place: string): Power {
  const run = async (action: string, signal?: AbortSignal) => {
    const answer = await runClient(settings, ['-p', place, 'power', action], { signal });
    if (answer.code !== 0) throw clientError(`power ${action}`, place, answer);
  };
  return {
    name: `labgrid place ${place}`,
    patience: 0,
    cycle: (signal) => run('cycle', signal),
    off: () => run('off'),
  };
}
