// SPDX-License-Identifier: BSD-2-Clause
/** setup/setup on a simulated machine: apt-get, npm and node are scripts that record their arguments. */
import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../harness/base/paths.js';
import { type Files, inFolder } from '../support/folder.js';
import { harness } from '../support/harness.js';
import { run, test } from '../support/test.js';

const machine: Files = {
  'setup/packages':
    '# a table\ndemo  tool-a  package-a  does a\ndemo  bash  bash  is there\ntest  tool-b  package-b  does b\n',
  'package-lock.json': '{}',
  // Creates the tools that it is told to install.
  'bin/apt-get!': `#!/bin/sh
echo "apt-get $*" >>"$LOG"
case "$*" in *install*) for p in package-a package-b; do case "$*" in *$p*)
  printf '#!/bin/sh\\n' >"$BIN/tool-\${p#package-}"; chmod +x "$BIN/tool-\${p#package-}";; esac; done;; esac
`,
  'bin/npm!': '#!/bin/sh\necho "npm $*" >>"$LOG"\n[ "$1" != ci ] || mkdir -p node_modules\n',
  'bin/node!': '#!/bin/sh\necho v20.20.0\n',
};

interface Ended {
  code: number;
  output: string;
  /** The calls of apt-get and npm, one per line. */
  told: string[];
}

/** Runs setup/setup in a folder that contains `machine`; `wrap` is a command prefix. */
function setUp(folder: string, words: string[], wrap: string[] = []): Promise<Ended> {
  const log = join(folder, 'log');
  writeFileSync(log, '', { mode: 0o666 });
  chmodSync(log, 0o666);
  const bin = join(folder, 'bin');
  const env = { PATH: `${bin}:/usr/bin:/bin`, LOG: log, BIN: bin };
  const [program = '', ...args] = [...wrap, join(folder, 'setup', 'setup'), ...words];
  return new Promise((resolve) => {
    execFile(program, args, { env }, (error, stdout, stderr) => {
      const told = readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== '');
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr, told });
    });
  });
}

const onMachine = (files: Files, body: (folder: string) => Promise<void>) =>
  inFolder({ ...machine, ...files }, (folder) => {
    mkdirSync(join(folder, 'setup'), { recursive: true });
    for (const name of ['setup/setup', 'setup/debian', 'setup/functions', 'package.json'])
      copyFileSync(join(packageRoot, name), join(folder, name));
    return body(folder);
  });

/** The rights of `nobody` when this process is root; nobody has no sudo. */
const asNobody =
  process.geteuid?.() === 0 ? ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'] : [];
const needsRoot = process.geteuid?.() === 0 ? undefined : 'only root installs packages without sudo';

test(
  'missing packages are named with their reason and installed, and nothing else',
  () =>
    onMachine({}, async (folder) => {
      const { code, output, told } = await setUp(folder, ['demo']);
      assert.is(code, 0, output);
      assert.match(output, /package-a for tool-a: does a/);
      assert.not.match(told.join('\n'), /bash|package-b/);
      assert.match(
        told.join('\n'),
        /install -y --no-install-recommends package-a\nnpm ci [^\n]*\nnpm run --silent build$/,
      );
    }),
  { skip: needsRoot },
);

test(
  'a second run calls neither apt-get nor npm, and after a new package-lock.json only npm',
  () =>
    onMachine({}, async (folder) => {
      await setUp(folder, ['demo', 'test']);
      assert.equal((await setUp(folder, ['demo', 'test'])).told, ['npm run --silent build']);
      writeFileSync(join(folder, 'package-lock.json'), '{ "new": true }');
      const { told } = await setUp(folder, ['demo', 'test']);
      assert.match(told.join('\n'), /^npm ci [^\n]*\nnpm run --silent build$/);
    }),
  { skip: needsRoot },
);

test('a user without sudo gets the command that root has to run', () =>
  onMachine({ 'bin/sudo!': '#!/bin/sh\nexit 1\n' }, async (folder) => {
    mkdirSync(join(folder, 'build'));
    for (const path of [folder, join(folder, 'build')]) chmodSync(path, 0o777);
    const { code, output, told } = await setUp(folder, ['demo'], asNobody);
    assert.is(code, 3, output);
    assert.match(output, /as root, run: apt-get install --no-install-recommends package-a\n/);
    assert.equal(told, []);
  }));

test(
  'a failing apt-get is reported with its last output',
  () =>
    onMachine({ 'bin/apt-get!': '#!/bin/sh\necho no route to the mirror\nexit 100\n' }, async (folder) => {
      const { code, output } = await setUp(folder, ['demo']);
      assert.is(code, 3);
      assert.match(output, /no route to the mirror\nsetup: Debian's package mirror cannot be reached/);
    }),
  { skip: needsRoot },
);

test('a failing npm ci leaves no stamp, so that the next run tries again', () =>
  onMachine(
    { 'bin/npm!': '#!/bin/sh\nmkdir -p node_modules\nexit 1\n', 'bin/tool-a!': '' },
    async (folder) => {
      const { code, output } = await setUp(folder, ['demo']);
      assert.is(code, 3, output);
      assert.match(output, /with the npm registry reachable, run: npm ci/);
      assert.not(existsSync(join(folder, 'node_modules', '.package-lock.sha256')));
    },
  ));

test('a Node.js that is too old is refused before anything is installed', () =>
  onMachine({ 'bin/node!': '#!/bin/sh\necho v20.14.0\n' }, async (folder) => {
    const { code, output, told } = await setUp(folder, ['demo']);
    assert.is(code, 3);
    assert.match(output, /Node.js is too old\n {2}expected: 20\.15 or later\n {2}got: {6}v20.14.0/);
    assert.equal(told, []);
  }));

test('vmm-harness setup installs nothing if everything exists, and accepts only purposes in the table', async () => {
  assert.equal(await harness(['setup', 'demo']), { code: 0, out: '', err: '' });
  const { code, err } = await harness(['setup', 'demi']);
  assert.is(code, 2);
  assert.match(err, /there is no purpose demi\n[\s\S]*demo, [\s\S]*did you mean demo\?/);
});

run();
