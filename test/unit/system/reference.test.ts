// SPDX-License-Identifier: BSD-2-Clause
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../../harness/base/paths.js';
import { referencePage } from '../../../harness/system/reference.js';
import { run, test } from '../../support/test.js';

test('docs/vocabulary.md matches the tables', () => {
  const page = readFileSync(join(packageRoot, 'docs', 'vocabulary.md'), 'utf8');
  assert.is(page, referencePage(), 'npm run rules');
});

run();
