// SPDX-License-Identifier: BSD-2-Clause
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { selfName } from '../../../harness/cli/self-name.js';
import { run, test } from '../../support/test.js';

const local = '/home/me/project/node_modules/.bin/vmm-harness';
const cases: [what: string, script: string, env: NodeJS.ProcessEnv, name: string][] = [
  [
    'the script of a clone',
    '/x/dist/harness/cli/vmm-harness.cjs',
    { VMM_HARNESS_SELF: './vmm-harness' },
    './vmm-harness',
  ],
  [
    'node',
    join(process.cwd(), 'dist/harness/cli/vmm-harness.cjs'),
    {},
    'node dist/harness/cli/vmm-harness.cjs',
  ],
  ['npx', local, { npm_command: 'exec', PATH: '/home/me/project/node_modules/.bin:/bin' }, 'npx vmm-harness'],
  ['a name in PATH', '/usr/local/bin/vmm-harness', { PATH: '/bin:/usr/local/bin' }, 'vmm-harness'],
  ['its path', local, { PATH: '/bin' }, local],
  ['a path with a blank', '/my dir/bin/vmm-harness', {}, "'/my dir/bin/vmm-harness'"],
];

for (const [what, script, env, name] of cases)
  test(`called by ${what}, lines to paste begin with ${name}`, () => assert.is(selfName(script, env), name));

run();
