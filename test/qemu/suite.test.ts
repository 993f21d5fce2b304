// SPDX-License-Identifier: BSD-2-Clause
/** `vmm-harness test`: suites that know nothing of this project's VMM, run by the program itself. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { noProgress } from '../../harness/base/progress.js';
import { findSdk } from '../../harness/microkit/find.js';
import { buildSystem } from '../../harness/subject/demo/build.js';
import { qemuBoard } from '../support/fake-guest.js';
import { inFolder } from '../support/folder.js';
import { harness } from '../support/harness.js';
import { run, test } from '../support/test.js';

const limit = 170_000;
const sdk = await findSdk({ wanted: 'minikit', board: qemuBoard, progress: noProgress });
const built = await buildSystem({ board: qemuBoard, sdk, config: 'debug', vcpus: 1, progress: noProgress });

const shell = '[shell]\nprompt = "guest# "\nprepare = "dmesg -n 1"\n';
const check = (name: string, command: string, more = '') =>
  `[[check]]\nname = "${name}"\nrun = "${command}"\n${more}\n`;

/** Runs a suite; gives its exit code, what it printed, and the files that it left. */
async function suite(text: string, words: readonly string[] = []) {
  return inFolder({ 'vmm-suite.toml': text }, async (folder) => {
    const file = join(folder, 'vmm-suite.toml');
    const { code, out, err } = await harness(['test', '--suite', file, '--sdk', 'minikit', ...words]);
    const kept = (name: string) => {
      const path = join(folder, 'runs', 'latest', name);
      return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    };
    const files = ['report.html', 'junit.xml', 'verdict.json', 'qemu_virt_aarch64-debug-minikit/build.log'];
    return { code, out, err, ...Object.fromEntries(files.map((name) => [name, kept(name)])) } as {
      code: number;
      out: string;
      err: string;
    } & Record<string, string | undefined>;
  });
}

test(
  'a suite builds, boots and checks; checks that find something else fail with what they found',
  async () => {
    const done = await suite(
      `name = "mine"\nbuild = "cp ${built.image} $BUILD_DIR/my.img; echo built $MICROKIT_BOARD $MICROKIT_CONFIG"
image = "$BUILD_DIR/my.img"\nsystem = "${built.system}"\n${shell}` +
        check('one CPU', 'cat /sys/devices/system/cpu/online', "expect = '/^0$/'") +
        '[[check]]\nbuiltin = "cpus"\ncount = 1\n' +
        check('no such file', 'ls /nothing') +
        check('status of its own', 'exit_with() { return 3; }; exit_with', 'status = 3'),
    );
    assert.is(done.code, 1, done.err);
    assert.match(done.out, /FAIL {2}qemu_virt_aarch64-debug-minikit {2}6 of 7 steps/);
    assert.match(done.out, /no such file\n +expected: exit status 0\n +got: {6}exit status 1: ls: \/nothing/);
    assert.match(done['qemu_virt_aarch64-debug-minikit/build.log'] ?? '', /built qemu_virt_aarch64 debug/);
    assert.match(done['junit.xml'] ?? '', /failures="1"/);
    assert.match(done['report.html'] ?? '', /"name":"one CPU"/);
  },
  { limit },
);

test(
  'a guest that never comes to its prompt says what was waited for and what came last',
  async () => {
    const boot = 'boot = [{ until = "Linux version" }, { until = "no such words", limit = 5 }]\n';
    const done = await suite(
      `name = "mine"\nimage = "${built.image}"\n${boot}${shell}${check('never', 'true')}`,
    );
    assert.is(done.code, 1);
    assert.match(done.out, /"no such words" of the boot did not appear within 5 s; last line: /);
    assert.match(done['junit.xml'] ?? '', /skipped="1"/);
  },
  { limit },
);

test(
  'a line of the suite ends the wait at once, with its meaning',
  async () => {
    const death = '[[death]]\nline = "Booting Linux"\nmeans = "it is only a test"\n';
    const boot = 'boot = [{ until = "no such words", limit = 100 }]\n';
    const done = await suite(`name = "mine"\nimage = "${built.image}"\n${boot}${death}`);
    assert.match(done.out, /mine: it is only a test/);
    assert.is(done.code, 1);
  },
  { limit },
);

test(
  'a build that fails leaves a report with its last lines',
  async () => {
    const done = await suite('name = "mine"\nbuild = "echo no rule to make it; exit 2"\nimage = "x.img"\n');
    assert.is(done.code, 1);
    assert.match(done.out, /the suite's build failed \(exit code 2\); no rule to make it/);
    assert.match(done['report.html'] ?? '', /no rule to make it/);
  },
  { limit },
);

test(
  'a build that makes no image says which was expected',
  async () => {
    const done = await suite('name = "mine"\nbuild = "true"\nimage = "$BUILD_DIR/x.img"\n');
    assert.is(done.code, 1);
    assert.match(done.out, /there is no image/);
  },
  { limit },
);

test(
  'a case whose board this machine or SDK lacks is skipped with its reason, or fails with --require',
  async () => {
    const text = `name = "mine"\nimage = "${built.image}"\nmatrix = { board = ["odroidc2"] }\n`;
    const skipped = await suite(text);
    assert.is(skipped.code, 0);
    assert.match(
      skipped.out,
      /skip {2}odroidc2-debug-minikit[\s\S]*NOTHING WAS TESTED: mine, 0 passed, 0 failed, 1 skipped/,
    );
    assert.match(skipped['junit.xml'] ?? '', /skipped="1"/);
    assert.is((await suite(text, ['--require'])).code, 2);
  },
  { limit },
);

run();
