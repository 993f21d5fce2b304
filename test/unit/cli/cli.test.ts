// SPDX-License-Identifier: BSD-2-Clause
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../../harness/base/paths.js';
import { noProgress } from '../../../harness/base/progress.js';
import { runProgram } from '../../../harness/cli/program.js';
import { inFolder } from '../../support/folder.js';
import { harness as runHarness } from '../../support/harness.js';
import { run, test } from '../../support/test.js';

const commands = [
  'doctor',
  'boards',
  'sdk',
  'guest',
  'system',
  'build',
  'boot',
  'run',
  'flash',
  'console',
  'sdcard',
];
const members = ['sdk list', 'sdk path', 'system print', 'system check'];

/** Runs the program in this process, with arguments that contain no spaces. */
async function harness(line: string, signal = new AbortController().signal) {
  const ended = { code: 0, out: '', err: '' };
  const print = (text: string) => {
    ended.out += `${text}\n`;
  };
  const complain = (text: string) => {
    ended.err += `${text}\n`;
  };
  const words = line.split(' ').filter((word) => word !== '');
  const context = { print, progress: noProgress, signal, self: 'vmm-harness' };
  ended.code = await runProgram(words, context, complain);
  return ended;
}

test('help names every command, the exit codes and an example', async () => {
  const { code, out } = await harness('--help');
  assert.is(code, 0);
  for (const name of commands) assert.match(out, new RegExp(`^  ${name} `, 'm'));
  assert.match(out, /Exit codes: 0 pass, 1 the product failed, 2 usage, 3 infrastructure/);
  assert.match(out, /^Example: /m);
});

for (const name of [...commands, ...members]) {
  test(`${name} --help has an example`, async () => {
    const { code, out } = await harness(`${name} --help`);
    assert.is(code, 0);
    assert.match(out, new RegExp(`^vmm-harness ${name}`));
    assert.match(out, /^Example: .*vmm-harness/m);
  });
}

const mistakes: [words: string, says: RegExp][] = [
  ['', /^vmm-harness COMMAND/],
  ['constructor', /there is no command constructor/],
  ['__proto__ --help', /there is no command __proto__/],
  ['sdk toString', /sdk has no command toString/],
  ['run --constructor', /run has no option --constructor/],
  ['run --__proto__ x', /run has no option --__proto__/],
  ['run --board constructor', /there is no board constructor/],
  ['build --sdk __proto__', /__proto__/],
  ['conform --tier hasOwnProperty', /there is no tier hasOwnProperty/],
  ['conform --api valueOf', /there is no API dialect valueOf/],
  ['rum', /there is no command rum[\s\S]*did you mean run\?/],
  ['sdk lst', /sdk has no command lst[\s\S]*did you mean sdk list\?/],
  ['sdk', /sdk needs a command/],
  ['run --vcpu 2', /run has no option --vcpu[\s\S]*did you mean --vcpus\?/],
  ['run --vcpus', /--vcpus needs a value: N/],
  ['run --vcpus 0', /--vcpus is out of range[\s\S]*1 to 4[\s\S]*0/],
  ['run --vcpus 5', /--vcpus is out of range/],
  ['run --vcpus two', /--vcpus is out of range/],
  ['run --vcpus 1 --vcpus 2', /--vcpus is given twice/],
  ['run --json=yes', /--json takes no value/],
  ['run extra', /run takes no argument extra/],
  ['run --config fast', /there is no configuration fast[\s\S]*debug, release, smp-debug/],
  [
    'run --board qemu_virt_arch64',
    /there is no board qemu_virt_arch64[\s\S]*did you mean qemu_virt_aarch64\?/,
  ],
  ['build --sdk /no/such/sdk', /^\/no\/such\/sdk: --sdk does not name a Microkit SDK/],
  ['boot /no/such.img', /the image cannot be read/],
  ['system check', /system check needs FILE/],
  ['system check /no/such.system', /the system description cannot be read/],
  ['guest --kernel /no/such/Image', /cannot be read/],
  [
    'sdcard -o /no/such/card.img',
    /card\.img: --output does not name a file that can be written[\s\S]*no such file/,
  ],
  ['sdcard -o /', /--output does not name a file that can be written/],
];

for (const [words, says] of mistakes) {
  test(`"vmm-harness ${words}" is a usage error with its reason and the way out`, async () => {
    const { code, out, err } = await harness(words);
    assert.is(code, 2, err);
    assert.match(err + out, says);
    if (words !== '') assert.is(out, '');
  });
}

test('a MICROKIT_SDK that is not an SDK is a usage error', async () => {
  const { code, err } = await runHarness(['run'], { MICROKIT_SDK: packageRoot });
  assert.is(code, 2);
  assert.match(
    err,
    /MICROKIT_SDK does not name a Microkit SDK[\s\S]*no bin\/microkit[\s\S]*unset it to use minikit/,
  );
});

test('a malformed system description is refused with file, line and column', () =>
  inFolder(
    { 'bad.system': '<system>\n  <memory_region nam="x" size="0x1000" />\n</system>\n' },
    async (folder) => {
      const { code, out, err } = await harness(`system check ${folder}/bad.system`);
      assert.is(code, 1);
      assert.match(out + err, /bad\.system:2:\d+: /);
    },
  ));

test('boards --json is one JSON document on stdout', async () => {
  const { out, err } = await runHarness(['boards', '--json']);
  assert.is(err, '');
  const { version, command, boards } = JSON.parse(out);
  assert.equal([version, command], [1, 'boards']);
  assert.ok(boards.some((board: { name: string }) => board.name === 'qemu_virt_aarch64'));
});

test('--json is one document with the same fields as a text, also when the command fails', async () => {
  const { code, out, err } = await runHarness(['system', 'check', '/no/such.system', '--json']);
  assert.is(code, 2);
  assert.match(err, /cannot be read/);
  const { error, ...rest } = JSON.parse(out);
  assert.equal(rest, { version: 1, command: 'system check', exitCode: 2 });
  assert.equal([error.fault, error.where], ['usage', '/no/such.system']);
  const unknown = JSON.parse((await runHarness(['rum', '--json'])).out);
  assert.equal([unknown.command, unknown.error.wayOut], ['rum', 'did you mean run?']);
});

test('help COMMAND is what the command says of itself', async () => {
  for (const words of ['run', 'sdk list', 'system', 'sdk'])
    assert.equal(await harness(`help ${words}`), await harness(`${words} --help`));
  assert.match((await harness('help rum')).err, /did you mean run\?/);
});

test('--quiet prints the result alone, --verbose the programs that are started', () =>
  inFolder({}, async (folder) => {
    const words = ['guest', '--differential', '--out', folder];
    const quiet = await runHarness([...words, '--quiet']);
    assert.equal([quiet.code, quiet.err], [0, '']);
    const { err } = await runHarness([...words, '-v']);
    assert.match(err, /^ {2}\$ aarch64-linux-gnu-gcc .*main\.c/m);
    const both = await runHarness([...words, '-q', '-v']);
    assert.is(both.code, 2);
    assert.match(both.err, /--quiet and --verbose are given together/);
  }));

test('--build-dir names the folder of all that is built', () =>
  inFolder({}, async (folder) => {
    const { out } = await runHarness(['guest', '--differential', '--json', `--build-dir=${folder}`]);
    assert.is(JSON.parse(out).kernel, join(folder, 'guest', 'differential.img'));
  }));

test('a folder for runs that cannot be written is refused before anything is built', () =>
  inFolder({ file: '' }, async (folder) => {
    const { code, err } = await runHarness([
      'run',
      '--runs',
      join(folder, 'file', 'runs'),
      '--sdk',
      'minikit',
    ]);
    assert.is(code, 3);
    assert.match(
      err,
      /^\S+\/file\/: a folder cannot be written\n[\s\S]*choose another folder with --runs DIR/,
    );
    assert.not.match(err, /minikit/);
  }));

test('a folder for builds that make cannot be given, or that cannot be written, is refused and left alone', () =>
  inFolder({ file: '' }, async (folder) => {
    const blank = await runHarness(['build', '--build-dir', join(folder, 'a b')]);
    assert.is(blank.code, 2);
    assert.match(blank.err, /a b: this path cannot be given to make\n[\s\S]*--build-dir, to another folder/);
    assert.not(existsSync(join(folder, 'a b')));
    const { code, err } = await runHarness(['build', '--build-dir', join(folder, 'file', 'x')]);
    assert.is(code, 3);
    assert.match(err, /a folder cannot be written\n[\s\S]*--build-dir, to another folder/);
  }));

test('a file with a blank in its path is refused before anything is built', async () => {
  const { code, err } = await runHarness(['build', '--kernel', '/my kernels/Image']);
  assert.is(code, 2);
  assert.match(err, /^\/my kernels\/Image: this path cannot be given to make/);
});

test('a build that fails leaves a run folder with its verdict, and it is the latest', () =>
  inFolder(
    { 'bin/aarch64-linux-gnu-gcc!': '#!/bin/sh\necho no compiler today\nexit 1\n' },
    async (folder) => {
      const runs = join(folder, 'runs');
      const env = {
        PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
        VMM_HARNESS_BUILD: join(folder, 'build'),
      };
      const { code, err } = await runHarness(['run', '--sdk', 'minikit', '--runs', runs], env);
      assert.is(code, 4, err);
      const verdict = JSON.parse(readFileSync(join(runs, 'latest', 'verdict.json'), 'utf8'));
      assert.equal(
        [verdict.outcome, verdict.error.message],
        ['error', "minikit's build failed (exit code 2)"],
      );
      assert.equal([verdict.results[0].name, verdict.results[1].outcome], ['build', 'not run']);
      assert.match(readFileSync(join(runs, 'latest', 'junit.xml'), 'utf8'), /errors="1"/);
      assert.ok(existsSync(join(runs, 'latest', 'report.html')));
    },
  ));

test('system print writes a description that passes system check', async () => {
  const { out } = await harness('system print --vcpus 2');
  assert.match(out, /<vcpu id="1" \/>/);
});

test('doctor on a machine without tools names each missing tool and how to get it, with exit code 3', async () => {
  const { code, out } = await runHarness(['doctor'], { PATH: '/no/such/folder' });
  assert.is(code, 3);
  assert.match(out, /MISSING {2}dtc \(compiles the guest's device tree\) +missing/);
  assert.match(out, /dtc .*: vmm-harness setup demo, or: apt-get install device-tree-compiler/);
  assert.match(out, /MISSING {2}qemu-system-aarch64 7\.2\.0 or later +does not run/);
  assert.match(out, /for demo +missing: .*device-tree-compiler.* \(vmm-harness setup demo\)/);
});

test('an interrupted command exits with 130, even when it has run to its end', async () => {
  const { code, out, err } = await harness('boards', AbortSignal.abort());
  assert.equal([code, err], [130, 'interrupted\n']);
  assert.match(out, /qemu_virt_aarch64/);
});

test("an unexpected error of the file system is the machine's, not a bug of the harness", async () => {
  const said: string[] = [];
  const print = () => {
    throw Object.assign(new Error('EACCES: permission denied, open /x/y'), { code: 'EACCES', path: '/x/y' });
  };
  const context = { print, progress: noProgress, signal: new AbortController().signal, self: 'vmm-harness' };
  assert.is(await runProgram(['boards'], context, (text) => said.push(text)), 3);
  assert.match(said.join(), /^\/x\/y: a folder cannot be written\n.*EACCES/);
});

test('the version is that of package.json', async () => {
  assert.match((await harness('--version')).out, /^\d+\.\d+\.\d+\n$/);
});

run();
