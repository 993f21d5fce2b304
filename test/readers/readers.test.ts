// SPDX-License-Identifier: BSD-2-Clause
/** A short run of `npm run fuzz:readers`, which otherwise runs for as long as requested. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { HarnessError } from '../../harness/base/error.js';
import { inFolder } from '../support/folder.js';
import { run, test } from '../support/test.js';
import { nearly } from './mutate.js';
import { readers } from './readers.js';

const numRuns = 60;
/** The same files in every run; the long mode looks for others. */
const seed = 1;
/** Bytes that one change may add. */
const most = 2 ** 12;

for (const { name, tokens, seeds, finish, read } of readers) {
  test(`whatever the file contains, the reader of a ${name} accepts it or ends with an error for the user`, () =>
    inFolder({}, async (folder) => {
      const path = join(folder, 'file');
      const files = nearly(await seeds(), tokens, most).map((bytes) => finish?.(bytes) ?? bytes);
      await fc.assert(
        fc.asyncProperty(files, async (bytes) => {
          writeFileSync(path, bytes);
          try {
            await read(path);
          } catch (error) {
            if (!(error instanceof HarnessError)) throw error;
            error.explain();
          }
        }),
        { numRuns, seed },
      );
    }));
}

run();
