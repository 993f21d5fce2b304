// SPDX-License-Identifier: BSD-2-Clause
/**
 * A download that resumes after an interruption. It resumes only if the server can guarantee that the file is still the
 * same: `Range` with `If-Range` and a strong validator (RFC 9110, sections 13.1.5 and 14.2). Otherwise it starts again.
 */

import { readFileSync, statSync } from 'node:fs';
import { open, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { HarnessError } from '../../base/error.js';
import { jsonAs } from '../../base/json.js';
import { badAnswer, cutOff, isPassing, noRoom, unreachable } from './download-errors.js';

export interface DownloadLimits {
  /** Connections that may fail before the download does. */
  tries: number;
  /** Milliseconds without a byte after which a connection counts as dead. */
  silence: number;
  /** Milliseconds to wait before the second try. The time doubles before each further try. */
  pause: number;
}

const downloadLimits: DownloadLimits = { tries: 4, silence: 30_000, pause: 1_000 };

export interface DownloadOptions {
  limits?: DownloadLimits | undefined;
  /** `total` is undefined when the server does not announce the size. */
  onProgress?: ((received: number, total: number | undefined) => void) | undefined;
  onRetry?: ((reason: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** The record of a partial download, kept beside its file. */
const partial = v.object({
  url: v.string(),
  /** An ETag or a date that identifies exactly this file; null when the server sent none. */
  validator: v.nullable(v.string()),
});
type Partial = v.InferOutput<typeof partial>;

const stateFile = (file: string): string => `${file}.json`;

/** Removes a download and its record. */
export async function forgetDownload(file: string): Promise<void> {
  await rm(file, { force: true });
  await rm(stateFile(file), { force: true });
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function readState(file: string, url: string): Partial | undefined {
  try {
    const state = jsonAs(partial, readFileSync(stateFile(file), 'utf8'));
    return state?.url === url ? state : undefined;
  } catch {
    return undefined;
  }
}

/** A strong ETag, else the date of the last change. A weak ETag (`W/...`) does not guarantee the same bytes. */
function validatorOf(headers: Headers): string | null {
  // Decoded content has other offsets than those that the server counts.
  if (headers.has('content-encoding')) return null;
  const tag = headers.get('etag');
  if (tag?.startsWith('"')) return tag;
  return tag === null ? headers.get('last-modified') : null;
}

/** The total size (after the slash) and the first offset of `Content-Range: bytes 5-9/10` or `bytes *\/10`. */
function contentRange(headers: Headers): { start: number | undefined; total: number | undefined } {
  const match = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  const number = (text: string | undefined) =>
    text === undefined || text === '*' ? undefined : Number(text);
  return { start: number(match?.[1]), total: number(match?.[2]) };
}

function contentLength(headers: Headers): number | null {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? null : Number(length);
}

class Download {
  readonly #url: string;
  readonly #file: string;
  readonly #options: DownloadOptions;
  readonly #limits: DownloadLimits;

  constructor(url: string, file: string, options: DownloadOptions, limits: DownloadLimits) {
    this.#url = url;
    this.#file = file;
    this.#options = options;
    this.#limits = limits;
  }

  /**
   * Makes one connection. Resolves when the file is whole. Otherwise rejects, and the received bytes stay for the next
   * one.
   */
  async attempt(): Promise<void> {
    const state = readState(this.#file, this.#url);
    const have = state?.validator ? sizeOf(this.#file) : 0;
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (have > 0 && state?.validator)
      Object.assign(headers, { range: `bytes=${have}-`, 'if-range': state.validator });
    const connection = new AbortController();
    const silence = setTimeout(
      () => connection.abort(cutOff(this.#url, 'no byte arrived')),
      this.#limits.silence,
    );
    const stop = () => connection.abort(this.#options.signal?.reason);
    this.#options.signal?.addEventListener('abort', stop);
    if (this.#options.signal?.aborted) stop();
    try {
      const answer = await fetch(this.#url, { headers, signal: connection.signal, redirect: 'follow' });
      await this.#receive(answer, have, silence);
    } catch (error) {
      throw connection.signal.aborted ? connection.signal.reason : unreachable(this.#url, error);
    } finally {
      clearTimeout(silence);
      this.#options.signal?.removeEventListener('abort', stop);
      connection.abort();
    }
  }

  async #receive(answer: Response, have: number, silence: NodeJS.Timeout): Promise<void> {
    const { start, total } = contentRange(answer.headers);
    if (answer.status === 416 && have > 0 && total === have) {
      this.#options.onProgress?.(have, have);
      return;
    }
    const goesOn = answer.status === 206 && have > 0 && start === have;
    if (answer.status === 416 || (answer.status === 206 && !goesOn)) {
      await forgetDownload(this.#file);
      throw cutOff(this.#url, 'the file at the server has changed');
    }
    if (answer.status !== 200 && !goesOn) throw badAnswer(this.#url, answer);
    const offset = goesOn ? have : 0;
    const length = contentLength(answer.headers);
    // A server may send less than requested (RFC 9110, section 15.3.7). The next connection requests the rest.
    const whole = total ?? (length === null ? null : offset + length);
    await this.#requireRoom(length);
    if (!goesOn) {
      const state: Partial = { url: this.#url, validator: validatorOf(answer.headers) };
      await writeFile(this.#file, '');
      await writeFile(stateFile(this.#file), JSON.stringify(state));
    }
    let received = offset;
    const sink = await open(this.#file, goesOn ? 'a' : 'w');
    try {
      for await (const chunk of answer.body ?? []) {
        silence.refresh();
        await sink.appendFile(chunk);
        received += chunk.length;
        this.#options.onProgress?.(received, whole ?? undefined);
      }
    } finally {
      await sink.close();
    }
    if (whole !== null && received !== whole) throw cutOff(this.#url, `${received} of ${whole} bytes came`);
  }

  async #requireRoom(needed: number | null): Promise<void> {
    const disk = await statfs(dirname(this.#file));
    const free = disk.bavail * disk.bsize;
    if (needed !== null && needed > free) throw noRoom(dirname(this.#file), needed, free);
  }
}

/**
 * Downloads `url` (http or https) into `file`, whose folder must exist. Continues a download that an earlier call did
 * not finish. Rejects with HarnessError (infrastructure) or the signal's reason; the received bytes then stay, unless
 * the disk is full.
 */
export async function download(url: string, file: string, options: DownloadOptions = {}): Promise<void> {
  const limits = options.limits ?? downloadLimits;
  const one = new Download(url, file, options, limits);
  let furthest = sizeOf(file);
  for (let failures = 1; ; failures += 1) {
    try {
      return await one.attempt();
    } catch (error) {
      if (options.signal?.aborted) throw error;
      if (!isPassing(error)) {
        if (!(error instanceof HarnessError)) await forgetDownload(file);
        throw error;
      }
      // A connection that progressed beyond all earlier ones is no reason to give up.
      if (sizeOf(file) > furthest) failures = 1;
      furthest = Math.max(furthest, sizeOf(file));
      if (failures >= limits.tries) throw error;
      options.onRetry?.(error.message);
      await sleep(limits.pause * 2 ** (failures - 1), undefined, { signal: options.signal });
    }
  }
}
