// SPDX-License-Identifier: BSD-2-Clause
/** `vmm-harness test`: suites that do not depend on this project's VMM, run by the program itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { noProgress } from '../../harness/base/progress.js';
import { findSdk } from '../../harness/microkit/find.js';
import { buildSystem } from '../../harness/subject/demo/build.js';
import { qemuBoard } from '../support/fake-guest.js';
import { type Files, inFolder } from '../support/folder.js';
import { cli, harness } from '../support/harness.js';
import { run, test } from '../support/test.js';

const limit = 170_000;
const sdk = await findSdk({ wanted: 'minikit', board: qemuBoard, progress: noProgress });
const built = await buildSystem({ board: qemuBoard, sdk, config: 'debug', vcpus: 1, progress: noProgress });

const shell = '[shell]\nprompt = "guest# "\nprepare = "dmesg -n 1"\n';
const check = (name: string, command: string, more = '') =>
  `[[check]]\nname = "${name}"\nrun = "${command}"\n${more}\n`;

/** Runs a suite, and returns its exit code, its output, and its files. */
async function suite(text: string, words: readonly string[] = [], more: Files = {}) {
  return inFolder({ 'vmm-suite.toml': text, ...more }, async (folder) => {
    const file = join(folder, 'vmm-suite.toml');
    const { code, out, err } = await harness([
      ...['test', '--suite', file, '--sdk', 'minikit', '--runs', join(folder, 'runs')],
      ...words,
    ]);
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
  'a suite builds, boots and checks; checks that find something unexpected fail with their finding',
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
  'for a guest that never reaches its prompt, the error has the awaited text and the last line',
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
  'for a build that makes no image, the error names the expected image',
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

const least = `name = "mine"\nimage = "${built.image}"\n`;
const imports = `import { test } from 'sel4-vmm-harness/test';\n`;

/** What is said of the test called `name` in the verdict. */
function resultOf(verdict: string | undefined, name: string) {
  const [board] = JSON.parse(verdict ?? '{}').boards as { results: { name: string }[] }[];
  return board?.results.find((one) => one.name === name) as Record<string, unknown> | undefined;
}

test(
  'tests in TypeScript each have a machine of their own, and failures have their place',
  async () => {
    const file = `${imports}
interface Kernel { name: string }
test('leaves a file', async ({ guest, expect }) => {
  const kernel: Kernel = { name: await guest.output('uname') };
  expect.is(kernel.name, 'Linux');
  const bytes = Uint8Array.from({ length: 300 }, (_, index) => index % 256);
  await guest.write('/tmp/it is here', bytes);
  expect.equal([...(await guest.read('/tmp/it is here'))], [...bytes]);
});
test('finds no file', async ({ guest, expect }) => expect.is(await guest.output('ls /tmp'), ''));
test('is wrong', async ({ guest, expect }) => {
  expect.is(await guest.output('uname'), 'BSD');
});
test('waits in vain', async ({ machine }) => {
  await machine.console.expect('no such words', { limit: 100 });
});
let tries = 0;
test('passes then', ({ expect }) => expect.ok(++tries > 1), { retries: 2 });
test('boots', ({ machine, expect }) => expect.is(machine.snapshot?.begunIn, undefined), { fresh: true });
test('is not for this board', () => {}, { skip: 'no reason' });
test('takes too long', () => new Promise(() => {}), { limit: 100 });
test('blocks', () => { for (;;); }, { limit: 100 });
test('comes after', () => {});
`;
    const done = await suite(`${least}${shell}`, [], { 'a.test.ts': file });
    assert.is(done.code, 1, done.err);
    const found = (name: string) => resultOf(done['verdict.json'], name);
    const outcome = (name: string) => found(name)?.outcome;
    for (const name of ['leaves a file', 'finds no file', 'passes then', 'boots'])
      assert.equal([name, outcome(name)], [name, 'pass'], JSON.stringify(found(name)));
    assert.is(found('passes then')?.attempts, 2);
    assert.match(done.out, /flaky: passes then \(attempt 2\)/);
    assert.match(found('finds no file')?.where as string, /^console\.log:\d+$/);
    assert.match(found('finds no file')?.until as string, /^console\.log:\d+$/);
    const parts = (name: string) =>
      (found(name)?.phases as { name: string }[] | undefined)?.map((part) => part.name);
    assert.equal(parts('finds no file'), ['snapshot', 'test']);
    assert.equal(parts('boots'), ['boot', 'test']);
    assert.equal(parts('passes then'), ['earlier attempts', 'snapshot', 'test']);
    assert.match(done['junit.xml'] ?? '', /classname="[^"]*\.a\.test\.ts" name="finds no file"/);
    const wrong = found('is wrong');
    assert.equal([wrong?.outcome, wrong?.expected], ['fail', 'BSD']);
    assert.match(wrong?.source as string, /\/a\.test\.ts:13:10$/);
    assert.match(done['junit.xml'] ?? '', /at: \S+\/a\.test\.ts:13:10/);
    assert.match(found('waits in vain')?.got as string, /"no such words" did not appear within 0\.1 s/);
    assert.match(found('waits in vain')?.source as string, /\/a\.test\.ts:16:25$/);
    assert.equal(
      [outcome('is not for this board'), found('is not for this board')?.got],
      ['skipped', 'no reason'],
    );
    assert.match(found('takes too long')?.got as string, /exceeded its time limit/);
    assert.match(found('blocks')?.got as string, /blocks its process/);
    assert.is(outcome('comes after'), 'not run');
  },
  { limit },
);

for (const [what, files, words] of [
  [
    'that throws when it is imported',
    { 'a.test.ts': `${imports}\nthrow new Error('no luck');` },
    /the test file a\.test\.ts cannot be loaded: no luck/,
  ],
  [
    'with a mistake',
    { 'a.test.ts': `${imports}\nconst = 1;` },
    /a\.test\.ts:3:\d+: a test file cannot be read/,
  ],
  [
    'with two tests of one name',
    { 'a.test.ts': `${imports}test('a', () => {});\ntest('a', () => {});` },
    /a\.test\.ts:3:1: .*two tests are named "a"/,
  ],
  [
    'that ends its process',
    { 'a.test.ts': `${imports}process.exit(5);` },
    /cannot be loaded\n {2}got: {6}its process ended with exit code 5/,
  ],
  [
    'that imports what the package does not have',
    { 'a.test.ts': `${imports}import 'sel4-vmm-harness/nothing';` },
    /sel4-vmm-harness\/nothing is not exported/,
  ],
] as const) {
  test(
    `a test file ${what} is told before anything is built`,
    async () => {
      const done = await suite(`${least}build = "touch built"\n`, [], files);
      assert.is(done.code, 2);
      assert.match(done.err, words);
      assert.is(done['verdict.json'], undefined);
    },
    { limit },
  );
}

test(
  'a test file that is named and not there is a mistake, one beside the suite that is not ours is left alone',
  async () => {
    const missing = await suite(`${least}tests = ["b.test.ts"]\n`);
    assert.is(missing.code, 2);
    assert.match(missing.err, /there is no b\.test\.ts/);
    const other = await suite(`${least}build = "exit 1"\n`, [], { 'a.test.ts': 'throw new Error()' });
    assert.is(other.code, 1, other.err);
    const none = await suite(least, ['--grep', 'b'], { 'a.test.ts': `${imports}test('a', () => {});` });
    assert.is(none.code, 2);
    assert.match(none.err, /no check or test has a name that contains "b"/);
  },
  { limit },
);

test(
  'with --watch a suite runs again when one of its files changes, survives a mistake, and ends with Ctrl-C',
  () =>
    inFolder({ 'vmm-suite.toml': least, runs: '' }, async (folder) => {
      const file = join(folder, 'vmm-suite.toml');
      const words = [
        cli,
        'test',
        '--suite',
        file,
        '--sdk',
        'minikit',
        '--watch',
        '--runs',
        join(folder, '.runs'),
      ];
      const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'] });
      const ended = once(child, 'close');
      const steps: [when: RegExp, act: () => void][] = [
        [/PASS: mine[\s\S]*watching /, () => writeFileSync(file, 'name = "mine"\nimgae = 1\n')],
        [/there is no key imgae[\s\S]*watching /, () => writeFileSync(file, least.replace('mine', 'other'))],
        [/PASS: other[\s\S]*watching /, () => child.kill('SIGINT')],
      ];
      let out = '';
      for await (const chunk of child.stdout) {
        out += chunk;
        const [step] = steps;
        if (step === undefined || !step[0].test(out)) continue;
        out = '';
        steps.shift();
        step[1]();
      }
      assert.equal([(await ended)[0], steps.length], [130, 0], out);
    }),
  { limit },
);

test(
  'a machine with a disk and a network boots, keeps no snapshot, and its port is forwarded',
  async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    const devices = `[[qemu.disk]]\nmib = 8\n[qemu.network]\nforward = ["${port}:80"]\n`;
    const file = `${imports}import { once } from 'node:events';
import { connect } from 'node:net';
test('the port answers', async ({ machine, expect }) => {
  const socket = connect(${port}, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
  expect.is(machine.snapshot, undefined);
});
`;
    const done = await suite(`${least}${devices}`, [], { 'a.test.ts': file });
    assert.is(done.code, 0, done.out + done.err);
    assert.match(done.err, /no snapshot is kept: it would lack the data written to the disk/);
    const missing = await suite(`${least}[[qemu.disk]]\nfile = "none.img"\n`);
    assert.is(missing.code, 2);
    assert.match(missing.out, /none\.img/);
  },
  { limit },
);

test(
  'a check that outlives its limit fails with its words, and an image that is none is refused before it boots',
  async () => {
    const slow = check('slow', 'sleep 60', 'limit = 1');
    const done = await suite(`${least}${shell}${slow}${check('next', 'true')}`);
    assert.is(done.code, 1);
    assert.match(done.out, /the end of "sleep 60" did not appear within 1 s/);
    assert.is(resultOf(done['verdict.json'], 'next')?.outcome, 'not run');
    const text = await suite('name = "mine"\nimage = "vmm-suite.toml"\n');
    assert.is(text.code, 2, text.out);
    assert.match(text.out, /this file is not a bootable image/);
  },
  { limit },
);

run();
