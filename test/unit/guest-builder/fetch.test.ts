// SPDX-License-Identifier: BSD-2-Clause
/** Fetches from a mirror and keeps the results, with the real apt and a mirror in a folder. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ExecaError, execa, execaSync } from 'execa';
import * as assert from 'uvu/assert';
import { noNamespaces } from '../../support/namespaces.js';
import { run, test } from '../../support/test.js';
import { LocalMirror, listing, release } from './local-mirror.js';
import { sampleImage, withFolder } from './samples.js';

const child = fileURLToPath(new URL('fetch-child.js', import.meta.url));

interface Outcome {
  exitCode: number | undefined;
  signal: string | undefined;
  steps: string[];
  kernel: string | undefined;
  kernelRelease: string | undefined;
  error: string;
}

/** Starts a build in a separate process; `onStep` is called with each step as it begins. */
async function build(
  mirror: LocalMirror,
  out = 'out',
  onStep?: (step: string) => void,
  prefix: string[] = [],
): Promise<Outcome> {
  const cache = join(mirror.dir, 'cache');
  const [program = '', ...args] = [...prefix, process.execPath, child, cache, join(mirror.dir, out)];
  const running = execa(program, args, { env: mirror.env, reject: false });
  const outcome: Outcome = {
    exitCode: 0,
    signal: undefined,
    steps: [],
    kernel: undefined,
    kernelRelease: undefined,
    error: '',
  };
  for await (const line of running) {
    const said = JSON.parse(line) as {
      step?: string;
      error?: string;
      guest?: { kernel: string; kernelRelease: string };
    };
    if (said.step !== undefined) {
      outcome.steps.push(said.step);
      onStep?.(said.step);
    }
    outcome.error += said.error ?? '';
    outcome.kernel ??= said.guest?.kernel;
    outcome.kernelRelease ??= said.guest?.kernelRelease;
  }
  const result = await running;
  outcome.exitCode = result.exitCode;
  outcome.signal = (result as Partial<ExecaError>).signal;
  return outcome;
}

function withMirror(body: (mirror: LocalMirror) => Promise<void>): Promise<void> {
  return withFolder((dir) => body(new LocalMirror(dir)));
}

/** Names in the cache that are not complete, finished files. */
function leftovers(mirror: LocalMirror): string[] {
  return readdirSync(join(mirror.dir, 'cache', 'guest')).filter((name) => name.startsWith('incoming-'));
}

test('kernel and busybox come from the packages that the mirror has today', () =>
  withMirror(async (mirror) => {
    const { error, kernel = '', kernelRelease, steps } = await build(mirror);
    assert.is(error, '');
    assert.ok(readFileSync(kernel).equals(mirror.kernel));
    assert.is(kernelRelease, release);
    assert.ok(steps.includes(`fetching linux-image-${release} 1.0-1`), steps.join('\n'));
    const archive = readFileSync(join(mirror.dir, 'out', 'initrd.cpio.gz'));
    const { stdout } = execaSync('sh', ['-c', 'gunzip | cpio -i --quiet --to-stdout bin/busybox'], {
      input: archive,
    });
    assert.is(stdout, mirror.busybox.toString());
    assert.equal(leftovers(mirror), []);
  }));

test('the second build needs no mirror and gives the same bytes', () =>
  withMirror(async (mirror) => {
    const first = await build(mirror);
    rmSync(join(mirror.dir, 'mirror'), { recursive: true });
    mirror.replace('apt-get', 'exit 99');
    const second = await build(mirror, 'other');
    assert.is(second.error, '');
    assert.equal(second.steps, []);
    assert.is(second.kernel, first.kernel);
    const initrd = (out: string) => readFileSync(join(mirror.dir, out, 'initrd.cpio.gz'));
    assert.ok(initrd('out').equals(initrd('other')));
  }));

test("the host's own package state is not touched", () =>
  withMirror(async (mirror) => {
    const folders = ['/var/lib/apt/lists', '/var/cache/apt', '/etc/apt'];
    const before = folders.map(listing);
    await build(mirror);
    assert.equal(folders.map(listing), before);
  }));

test("the host's hooks on an update are not run", () =>
  withMirror(async (mirror) => {
    const mark = join(mirror.dir, 'hook-was-here');
    const hooks = ['Pre-Invoke', 'Post-Invoke', 'Post-Invoke-Success'].map(
      (name) => `APT::Update::${name} { "touch ${mark}"; };`,
    );
    writeFileSync(
      join(mirror.dir, 'apt.conf'),
      [`Dir::Etc "${mirror.dir}/etc/apt";`, ...hooks, ''].join('\n'),
    );
    assert.is((await build(mirror)).error, '');
    assert.not(existsSync(mark));
  }));

test('a damaged file in the cache is fetched again', () =>
  withMirror(async (mirror) => {
    const first = await build(mirror);
    assert.is(first.error, '');
    const { kernel = '' } = first;
    writeFileSync(kernel, sampleImage());
    const second = await build(mirror);
    assert.is(second.error, '');
    assert.ok(second.steps.length > 0);
    assert.ok(readFileSync(kernel).equals(mirror.kernel));
  }));

test('of two concurrent builds one fetches, and the other waits and uses its files', () =>
  withMirror(async (mirror) => {
    const log = join(mirror.dir, 'updates');
    mirror.replace(
      'apt-get',
      'case "$*" in *update*) echo x >>$DIR/updates; until [ -e $DIR/go ]; do sleep 0.05; done;; esac; exec $REAL "$@"',
    );
    let second: Promise<Outcome> | undefined;
    const first = build(mirror, 'one', (step) => {
      if (step.includes('package lists')) {
        second ??= build(mirror, 'two', (waiting) => {
          if (waiting.startsWith('waiting for process')) writeFileSync(join(mirror.dir, 'go'), '');
        });
      }
    });
    const one = await first;
    const two = await second;
    assert.is(one.error, '');
    assert.is(two?.error, '');
    assert.is(two?.kernel, one.kernel);
    assert.is(two?.steps.length, 1);
    assert.is(readFileSync(log, 'utf8'), 'x\n');
  }));

test('a build killed in the middle leaves no partial files, and the next one succeeds', () =>
  withMirror(async (mirror) => {
    mirror.replace('dpkg-deb', 'kill -KILL $PPID');
    const killed = await build(mirror);
    assert.is(killed.signal, 'SIGKILL');
    assert.equal(readdirSync(join(mirror.dir, 'cache', 'guest', 'blobs')), []);
    assert.is(leftovers(mirror).length, 1);
    mirror.replace('dpkg-deb', 'exec $REAL "$@"');
    const next = await build(mirror);
    assert.is(next.error, '');
    assert.equal(leftovers(mirror), []);
  }));

test('a mirror that is gone is an infrastructure error that names apt', () =>
  withMirror(async (mirror) => {
    rmSync(join(mirror.dir, 'mirror'), { recursive: true });
    const { exitCode, error } = await build(mirror);
    assert.is(exitCode, 3);
    assert.match(error, 'apt-get');
    assert.match(error, 'way out');
    assert.equal(leftovers(mirror), []);
  }));

test('without a network the error says so and names another way', () =>
  withMirror(async (mirror) => {
    // As in apt 2.6: lists that cannot be fetched are warnings.
    mirror.replace(
      'apt-get',
      'case "$*" in *update*) echo "W: Failed to fetch http://mirror/InRelease  Temporary failure resolving \'mirror\'" >&2; exit 0;; esac; exec $REAL "$@"',
    );
    const { exitCode, error } = await build(mirror);
    assert.is(exitCode, 3);
    assert.match(error, "Debian's package mirror cannot be reached");
    assert.match(error, '--kernel and --initrd');
  }));

test('a mirror without the kernel is distinguished from one that is gone', () =>
  withMirror(async (mirror) => {
    mirror.publish([{ name: 'busybox-static', files: [{ path: 'bin/busybox', data: mirror.busybox }] }]);
    const { exitCode, error } = await build(mirror);
    assert.is(exitCode, 3);
    assert.match(error, 'the package mirror lacks a package that the guest needs');
  }));

test('a package whose bytes do not match the list is refused', () =>
  withMirror(async (mirror) => {
    mirror.spoil(`linux-image-${release}`);
    const { exitCode, error } = await build(mirror);
    assert.is(exitCode, 3);
    assert.match(error, /Hash Sum mismatch|unexpected size/);
    assert.equal(readdirSync(join(mirror.dir, 'cache', 'guest', 'blobs')), []);
  }));

test('a package without the expected file is refused', () =>
  withMirror(async (mirror) => {
    mirror.publish([
      { name: 'linux-image-cloud-arm64', depends: `linux-image-${release} (= 1.0-1)`, files: [] },
      { name: `linux-image-${release}`, files: [{ path: 'boot/other', data: mirror.busybox }] },
    ]);
    assert.match((await build(mirror)).error, 'does not have the expected file');
  }));

test('package sources without Debian are an error that lists the existing ones', () =>
  withMirror(async (mirror) => {
    writeFileSync(
      join(mirror.dir, 'etc', 'apt', 'sources.list'),
      'deb http://example.org/tools special main\n',
    );
    const { exitCode, error } = await build(mirror);
    assert.is(exitCode, 3);
    assert.match(error, 'special main');
  }));

test('a cache that cannot be made is an error that names the place', () =>
  withMirror(async (mirror) => {
    writeFileSync(join(mirror.dir, 'cache'), 'a file where the folder should be');
    const { exitCode, error } = await build(mirror);
    assert.is(exitCode, 3);
    assert.match(error, join(mirror.dir, 'cache'));
    assert.match(error, 'XDG_CACHE_HOME');
  }));

/** A command that runs another without root's privileges; undefined if this process has none. */
const unprivileged =
  process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];

function unreadable(): string | undefined {
  const [program = 'true', ...args] = [...unprivileged, 'test', '-r', child];
  const { exitCode } = execaSync(program, args, { reject: false });
  return exitCode === 0 ? undefined : 'another user cannot read this clone';
}

test(
  'a cache that may not be written is an error that says so',
  () =>
    withMirror(async (mirror) => {
      mkdirSync(join(mirror.dir, 'cache'));
      chmodSync(join(mirror.dir, 'cache'), 0o555);
      chmodSync(mirror.dir, 0o755);
      mkdirSync(join(mirror.dir, 'out'));
      chmodSync(join(mirror.dir, 'out'), 0o777);
      const { exitCode, error } = await build(mirror, 'out', undefined, unprivileged);
      assert.is(exitCode, 3, error);
      assert.match(error, 'EACCES');
      assert.match(error, 'permission to write there');
    }),
  { skip: unreadable() },
);

/** A command that runs another with a file system of `size` at `dir`, in mounts of its own. */
function onSmallDisk(dir: string, size: string): string[] {
  const script = `mount -t tmpfs -o size=${size} tmpfs ${dir} && exec "$@"`;
  return ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', script, 'sh'];
}

for (const [what, size] of [
  ['the package lists', '16k'],
  ['the package', '200k'],
  ['the kernel', '900k'],
] as const) {
  test(
    `a disk that is too full for ${what} is told as such`,
    () =>
      withMirror(async (mirror) => {
        const cache = join(mirror.dir, 'cache');
        mkdirSync(cache);
        const { exitCode, error } = await build(mirror, 'out', undefined, onSmallDisk(cache, size));
        assert.is(exitCode, 3, error);
        assert.match(error, 'the disk is full');
        assert.match(error, 'free some space');
      }),
    { skip: noNamespaces },
  );
}

run();
