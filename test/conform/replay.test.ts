// SPDX-License-Identifier: BSD-2-Clause
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { inFolder } from '../support/folder.js';
import { harness } from '../support/harness.js';
import { run, test } from '../support/test.js';

const limit = 120_000;
const steps = '"steps": [ { "op": "init", "cpu": 0 } ]';

test(
  'a case for another interrupt controller is refused, because a run without a case is not a pass',
  () =>
    inFolder(
      { 'case.json': `{ "version": 1, "vcpus": 1, "page": false, "gic": 3, ${steps} }` },
      async (folder) => {
        mkdirSync(join(folder, 'runs'));
        const words = ['conform', '--tier', 'host', '--replay', join(folder, 'case.json')];
        const { code, out, err } = await harness([...words, '--runs', join(folder, 'runs')]);
        assert.is(code, 2);
        assert.is(out, '');
        assert.match(err, /no tier can run the case\n {2}expected: .*case\.json: GICv3, 1 vCPUs/);
        assert.match(err, /got: {6}host: GICv2, 4 vCPUs/);
      },
    ),
  { limit },
);

run();
