// SPDX-License-Identifier: BSD-2-Clause
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { withLock } from '../../../harness/base/lock.js';
import { packageRoot } from '../../../harness/base/paths.js';
import { inFolder } from '../../support/folder.js';
import { processes, until } from '../../support/processes.js';
import { run, test } from '../../support/test.js';

/** A harness that runs `tool` under the lock of `folder`. */
function builder(folder: string) {
  const program = `
    import { withLock } from '${packageRoot}/dist/harness/base/lock.js';
    import { runTool } from '${packageRoot}/dist/harness/base/run-tool.js';
    const run = { what: 'a build', fault: 'product', cwd: '${folder}', log: '${folder}/log' };
    await withLock('${folder}/lock', { what: 'x', wait: 0 }, () => runTool('${folder}' + '/tool', [], run));`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' });
}

/** Starts a compiler that, as make does, takes its time to remove its half-written file. */
const tool = `#!/bin/sh
trap 'sleep 0.3; rm -f half; exit 1' TERM
touch half
(trap '' TERM; exec sleep 4712) &
sleep 4713 & wait
`;

test('a build whose harness is killed ends with it, removes its half-written file, and holds the lock until then', () =>
  inFolder({ 'tool!': tool }, async (folder) => {
    const harness = builder(folder);
    await until(() => processes('sleep\x004712').length === 1 && processes('sleep\x004713').length === 1);
    assert.ok(existsSync(join(folder, 'half')));
    harness.kill('SIGKILL');
    const left = await withLock(join(folder, 'lock'), { what: 'the build', wait: 15 }, async () =>
      processes(join(folder, 'tool')),
    );
    assert.equal(left, []);
    assert.not.ok(existsSync(join(folder, 'half')));
    await until(() => processes('sleep\x004712').length === 0);
  }));

test('a program that has ended leaves no watcher behind, and the lock is free', () =>
  inFolder({ 'tool!': '#!/bin/sh\ntrue\n' }, async (folder) => {
    const harness = builder(folder);
    const code = await new Promise((resolve) => harness.once('exit', resolve));
    assert.is(code, 0);
    await withLock(join(folder, 'lock'), { what: 'the build', wait: 0 }, async () => {});
    await until(() => processes(join(folder, 'tool')).length === 0);
  }));

run();
