// SPDX-License-Identifier: BSD-2-Clause
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { limits, showLimit } from '../../../harness/base/limits.js';
import { packageRoot } from '../../../harness/base/paths.js';
import { run, test } from '../../support/test.js';

test('docs/security.md lists every limit with its value', () => {
  const page = readFileSync(join(packageRoot, 'docs', 'security.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| '));
  const wanted = Object.values(limits).map((limit) => `| ${limit.of} | ${showLimit(limit)} | ${limit.why} |`);
  assert.equal(
    wanted.filter((row) => !rows.includes(row)),
    [],
  );
});

run();
