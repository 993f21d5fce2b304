// SPDX-License-Identifier: BSD-2-Clause
/** Helpers for tests of downloads: one file, and a download of it in a fresh folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { type DownloadOptions, download } from '../../../../harness/microkit/install/download.js';
import { inFolder, onServer, quick, type Site } from './support.js';

/** The contents that the servers of these tests send. */
export const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 251));

/** Bytes received by the download of the running test. */
let seen = 0;
export const arrived = () => seen;

export type Get = (options?: DownloadOptions) => Promise<void>;

/** Downloads from a server into a fresh folder. */
export function fetching<T>(
  handler: Parameters<typeof onServer>[0],
  body: (get: Get, file: string, site: Site) => Promise<T>,
): Promise<T> {
  seen = 0;
  return inFolder((dir) =>
    onServer(handler, (site) => {
      const file = join(dir, 'file');
      const get: Get = (options = {}) =>
        download(site.url, file, {
          limits: quick,
          ...options,
          onProgress: (received, total) => {
            seen = received;
            options.onProgress?.(received, total);
          },
        });
      return body(get, file, site);
    }),
  );
}

export const isWhole = (file: string) =>
  assert.ok(readFileSync(file).equals(content), 'the file is what the server has');
