// SPDX-License-Identifier: BSD-2-Clause
/** A newer QEMU from backports, with the real apt and a mirror in a folder. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import * as assert from 'uvu/assert';
import type { Board } from '../../../../boards/board.js';
import { boards } from '../../../../boards/index.js';
import { withBackports } from '../../../../harness/base/debian/apt.js';
import { packageRoot } from '../../../../harness/base/paths.js';
import { noProgress } from '../../../../harness/base/progress.js';
import { fetchQemu, keptQemu } from '../../../../harness/machine/qemu/backports.js';
import { qemuAtHand } from '../../../../harness/machine/qemu/choose.js';
import { qemuBoard } from '../../../support/fake-guest.js';
import { refusal } from '../../../support/refusal.js';
import { run, test } from '../../../support/test.js';
import { codename, LocalMirror, listing } from '../../guest-builder/local-mirror.js';
import { withFolder } from '../../guest-builder/samples.js';

const since = [10, 0, 0] as const;
const architecture = execaSync('dpkg', ['--print-architecture']).stdout;
const versioned = (version: string) => `#!/bin/sh\necho "QEMU emulator version ${version} (Debian)"\n`;

/** A mirror whose backports have a QEMU that prints this version; none when undefined. */
function mirrorWith(dir: string, script: string | undefined, version = '1:10.0.9+test-1'): LocalMirror {
  const mirror = new LocalMirror(dir);
  const program = { path: 'usr/bin/qemu-system-aarch64', data: Buffer.from(script ?? '') };
  const packages = script === undefined ? [] : [{ name: 'qemu-system-arm', version, files: [program] }];
  mirror.publish([], { suite: codename, architecture });
  mirror.publish(packages, { suite: `${codename}-backports`, architecture });
  return mirror;
}

/** Runs `body` in a folder with a mirror that apt sees as the host's. */
const withMirror = (
  [script, version]: [script: string | undefined, version?: string],
  body: (mirror: LocalMirror, options: { progress: typeof noProgress; cacheDir: string }) => Promise<void>,
) =>
  withFolder(async (dir) => {
    const mirror = mirrorWith(dir, script, version);
    const { APT_CONFIG, PATH } = process.env;
    Object.assign(process.env, mirror.env);
    try {
      await body(mirror, { progress: noProgress, cacheDir: join(dir, 'cache') });
    } finally {
      Object.assign(process.env, { PATH });
      if (APT_CONFIG === undefined) delete process.env.APT_CONFIG;
      else process.env.APT_CONFIG = APT_CONFIG;
    }
  });

test('QEMU is fetched once, and the second time only the cache is needed', () =>
  withMirror([versioned('10.0.9')], async (mirror, options) => {
    const qemu = await fetchQemu(since, options);
    assert.equal(qemu.version, [10, 0, 9]);
    assert.ok(qemu.program.startsWith(join(options.cacheDir, 'qemu')), qemu.program);
    assert.match(qemu.env?.LD_LIBRARY_PATH ?? '', join(options.cacheDir, 'qemu'));
    rmSync(join(mirror.dir, 'mirror'), { recursive: true });
    mirror.replace('apt-get', 'exit 99');
    assert.equal(await keptQemu(since, options.cacheDir), qemu);
    assert.equal(await fetchQemu(since, options), qemu);
  }));

test("the machine's packages, lists and sources are not touched", () =>
  withMirror([versioned('10.0.9')], async (mirror, options) => {
    const folders = ['/var/lib/apt/lists', '/var/lib/dpkg', '/etc/apt', join(mirror.dir, 'etc', 'apt')];
    const before = folders.map(listing);
    await fetchQemu(since, options);
    assert.equal(folders.map(listing), before);
  }));

test('backports with nothing newer are an error that names their version, and nothing is kept', () =>
  withMirror([versioned('9.2.0'), '1:9.2.0-1'], async (_, options) => {
    const error = await refusal(fetchQemu(since, options));
    assert.is(error.exitCode, 3);
    assert.match(error.explain(), /no recent enough QEMU\n.*10\.0\.0 or later\n.*1:9\.2\.0-1\n.*PATH/);
    assert.is(await keptQemu(since, options.cacheDir), undefined);
    assert.equal(readdirSync(join(options.cacheDir, 'qemu', 'blobs')), []);
  }));

test('without a network it is an error that says what to do instead', () =>
  withMirror([undefined], async (mirror, options) => {
    mirror.replace(
      'apt-get',
      'case "$*" in *update*) echo "E: Could not resolve host" >&2; exit 100;; esac; exec $REAL "$@"',
    );
    const error = await refusal(fetchQemu(since, options));
    assert.is(error.exitCode, 3);
    assert.match(error.explain(), 'put a recent enough QEMU into PATH');
  }));

test('a QEMU that does not run on this machine is not kept', () =>
  withMirror(['#!/bin/sh\nexit 127\n'], async (_, options) => {
    const error = await refusal(fetchQemu(since, options));
    assert.match(error.explain(), /does not run here\n[\s\S]*no answer to --version/);
    assert.not(existsSync(join(options.cacheDir, 'qemu', 'backports.json')));
  }));

test('a QEMU that was changed in the cache is not started, not even for its version, and is fetched again', () =>
  withMirror([versioned('10.0.9')], async (_, options) => {
    const qemu = await fetchQemu(since, options);
    const { program } = qemu;
    const marker = join(options.cacheDir, 'started');
    writeFileSync(program, `#!/bin/sh\ntouch ${marker}\necho QEMU emulator version 10.0.9\n`);
    assert.is(await keptQemu(since, options.cacheDir), undefined);
    assert.equal(await fetchQemu(since, options), qemu);
    assert.not(existsSync(marker));
    assert.equal(await keptQemu(since, options.cacheDir), qemu);
    writeFileSync(join(program, '..', 'another-program'), '');
    assert.is(await keptQemu(since, options.cacheDir), undefined);
  }));

test('a record without a hash, or one that leads out of the cache, does not count', () =>
  withMirror([versioned('10.0.9')], async (_, options) => {
    await fetchQemu(since, options);
    const file = join(options.cacheDir, 'qemu', 'backports.json');
    const record = JSON.parse(readFileSync(file, 'utf8'));
    for (const change of [{ sha256: undefined }, { folder: '../qemu' }, { folder: 7 }]) {
      writeFileSync(file, JSON.stringify({ ...record, ...change }));
      assert.is(await keptQemu(since, options.cacheDir), undefined);
    }
  }));

test('a QEMU that no longer runs does not count', () =>
  withMirror([versioned('10.0.9')], async (_, options) => {
    const { program } = await fetchQemu(since, options);
    writeFileSync(program, '#!/bin/sh\nexit 127\n');
    assert.is(await keptQemu(since, options.cacheDir), undefined);
  }));

const imx8 = boards.get('imx8mp_evk') as Board;

/** The QEMU at hand with this QEMU in PATH and an empty cache. */
const atHand = (board: Board, version: string) =>
  withMirror([undefined], async (mirror, { cacheDir }) => {
    mirror.replace('qemu-system-aarch64', versioned(version).replace('#!/bin/sh\n', ''));
    const { start, lack } = await qemuAtHand(board, cacheDir);
    outcome = { program: start?.program, lack };
  }).then(() => outcome);
let outcome: { program: string | undefined; lack: string | undefined };

test("the machine's own QEMU is used if it is recent enough for the board", async () => {
  assert.equal(await atHand(imx8, '10.1.0'), { program: 'qemu-system-aarch64', lack: undefined });
});

test('a QEMU that is too old for the board is reported with both versions', async () => {
  const { program, lack } = await atHand(imx8, '7.2.22');
  assert.is(program, undefined);
  assert.is(
    lack,
    "QEMU 10.0.0 or later for its machine imx8mp-evk: this machine's is 7.2.22, none was fetched",
  );
});

test('for a board that every QEMU has, no QEMU is asked for its version', async () => {
  assert.equal(await atHand(qemuBoard, 'nonsense'), { program: 'qemu-system-aarch64', lack: undefined });
});

/** What setup/setup runs, on a machine with this QEMU and a mirror with these packages. */
function setUpQemu(mirror: LocalMirror, cacheDir: string) {
  mirror.replace('qemu-system-aarch64', versioned('7.2.22').replace('#!/bin/sh\n', ''));
  const script = join(packageRoot, 'dist', 'harness', 'dev', 'fetch-for-tests.js');
  return execaSync(process.execPath, [script, 'qemu'], { env: { XDG_CACHE_HOME: cacheDir }, reject: false });
}

test('the set-up of a machine fetches QEMU, and prints nothing when it exists already', () =>
  withMirror([versioned('10.0.9')], async (mirror, { cacheDir }) => {
    const first = setUpQemu(mirror, cacheDir);
    assert.equal([first.exitCode, first.stderr], [0, '']);
    assert.match(
      first.stdout,
      /fetching QEMU 10\.0\.0 for imx8mm_evk, .*\nsetup: QEMU: .*qemu-system-aarch64$/,
    );
    assert.equal([setUpQemu(mirror, cacheDir).stdout], ['']);
  }));

test('a machine that cannot have it is set up nevertheless, and the user is told what will be skipped', () =>
  withMirror([undefined], async (mirror, { cacheDir }) => {
    const { exitCode, stdout } = setUpQemu(mirror, cacheDir);
    assert.is(exitCode, 0);
    assert.match(stdout, /tests that run imx8mm_evk, .*maaxboard.* in QEMU will be skipped$/);
  }));

test('backports are added wherever the release is listed, and nowhere else', () => {
  const stanza =
    'Types: deb\nURIs: http://m/debian\nSuites: xyz xyz-updates\nComponents: main\nSigned-By: /k\n';
  assert.is(
    withBackports(`${stanza}\n${stanza.replace('xyz xyz-updates', 'xyz-security')}`, 'xyz'),
    `${stanza.replace('updates', 'updates xyz-backports')}\n${stanza.replace('xyz xyz-updates', 'xyz-security')}`,
  );
  const line = 'deb [signed-by=/k] http://m/debian xyz main contrib';
  const others =
    '# deb http://m/debian xyz main\ndeb http://m/tools xyz extra\ndeb http://m/s xyz-security main\n';
  assert.is(
    withBackports(`${line}\n${others}`, 'xyz'),
    `${line}\n${line.replace(' xyz ', ' xyz-backports ')}\n${others}`,
  );
});

test('sources that have backports already stay unchanged', () => {
  const sources = 'deb http://m/debian xyz main\ndeb http://m/debian xyz-backports main\n';
  assert.is(withBackports(sources, 'xyz'), sources);
});

run();
