// SPDX-License-Identifier: BSD-2-Clause
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import { unpack } from '../../../../harness/microkit/install/unpack.js';
import { run, test } from '../../../support/test.js';
import { errorOf, inFolder } from './support.js';
import { type TarEntry, tarOf, writeTar } from './tar-file.js';

const top: TarEntry = { path: 'sdk/', type: 'Directory', mode: 0o744 };
const file = (path: string, content = 'x', mode = 0o644): TarEntry => ({ path, content, mode });
const link = (path: string, linkpath: string): TarEntry => ({ path, type: 'SymbolicLink', linkpath });

/** Unpacks into a folder that is alone in another one. Returns the reason of a refusal. */
async function refusal(
  entries: readonly TarEntry[],
  limits?: { entries: number; bytes: number },
): Promise<string> {
  return inFolder(async (dir) => {
    const archive = writeTar(join(dir, 'a.tar.gz'), entries);
    const error = await errorOf(unpack(archive, join(dir, 'in', 'out'), { limits }));
    assert.is(error.exitCode, 3);
    assert.equal(readdirSync(dir).sort(), ['a.tar.gz', 'in'], 'nothing beside the folder');
    assert.equal(readdirSync(join(dir, 'in')), ['out'], 'nothing beside the folder');
    return error.detail.got ?? '';
  });
}

test('an archive is unpacked without its top folder, executable files stay executable and no other permission is kept', () =>
  inFolder(async (dir) => {
    const entries = [
      top,
      file('./sdk/bin/microkit', '#!', 0o6755),
      file('sdk/VERSION', '2.0.1', 0o666),
      file('sdk/a//b', 'y', 0o000),
    ];
    const archive = writeTar(join(dir, 'a.tar.gz'), entries);
    const out = join(dir, 'out');
    assert.equal(await unpack(archive, out), { root: 'sdk', entries: 3 });
    assert.is(statSync(join(out, 'bin/microkit')).mode & 0o7700, 0o700);
    assert.is(statSync(join(out, 'VERSION')).mode & 0o7722, 0o600);
    assert.is(readFileSync(join(out, 'a/b'), 'utf8'), 'y');
  }));

test('links that stay inside are unpacked', () =>
  inFolder(async (dir) => {
    const hard: TarEntry = { path: 'sdk/d/hard', type: 'Link', linkpath: 'sdk/VERSION' };
    const archive = writeTar(join(dir, 'a.tar.gz'), [
      top,
      file('sdk/VERSION', '2'),
      link('sdk/d/up', '../VERSION'),
      hard,
    ]);
    await unpack(archive, join(dir, 'out'));
    assert.is(readlinkSync(join(dir, 'out/d/up')), '../VERSION');
    assert.is(lstatSync(join(dir, 'out/d/hard')).nlink, 2);
  }));

const refused: [name: string, entries: TarEntry[], reason: RegExp][] = [
  ['an absolute path', [file('/etc/passwd')], /absolute/],
  ['a path with ..', [top, file('sdk/../../x')], /its path contains '\.\.'/],
  ['a path of .. only', [{ path: '..', type: 'Directory' }], /its path contains '\.\.'/],
  ['a file beside the top folder', [top, file('other/x')], /beside the folder 'sdk'/],
  ['a file at the top', [file('VERSION')], /beside the folder of the SDK/],
  ['a link to an absolute path', [top, link('sdk/a', '/etc')], /absolute path/],
  ['a link that leaves', [top, link('sdk/d/a', '../../x')], /outside/],
  [
    'a link that leaves through another link',
    [top, link('sdk/d/e/here', '../..'), link('sdk/d/e/a', 'here/../x')],
    /outside/,
  ],
  ['a file under a link', [top, link('sdk/d', '.'), file('sdk/d/x')], /which is a link/],
  ['a file under a file', [top, file('sdk/d'), file('sdk/d/x')], /which is a file/],
  [
    'a hard link to something outside the archive',
    [top, { path: 'sdk/a', type: 'Link', linkpath: '/etc/passwd' }],
    /other than an earlier file of the archive/,
  ],
  [
    'a hard link by ..',
    [top, { path: 'sdk/a', type: 'Link', linkpath: 'sdk/../../x' }],
    /other than an earlier file of the archive/,
  ],
  ['a device', [top, { path: 'sdk/a', type: 'CharacterDevice' }], /CharacterDevice/],
  ['a pipe', [top, { path: 'sdk/a', type: 'FIFO' }], /FIFO/],
  ['a file that is there twice', [top, file('sdk/a'), file('./sdk/a')], /twice/],
  ['a file in the place of a link', [top, link('sdk/a', 'b'), file('sdk/a')], /twice/],
  ['a name with a line break', [top, file('sdk/a\nb')], /control character/],
  ['a name with a backslash', [top, file('sdk/..\\..\\b')], /backslash/],
];

for (const [name, entries, reason] of refused) {
  test(`${name} is refused`, async () =>
    assert.match(await refusal([...entries, file('sdk/later')]), reason));
}

test('more entries than allowed are refused', async () => {
  const entries = [top, file('sdk/a'), file('sdk/b'), file('sdk/c')];
  assert.match(await refusal(entries, { entries: 2, bytes: 100 }), /sdk\/c: .*2 entries/);
});

test('more bytes than allowed are refused because of the headers, before they are written', async () => {
  const entries = [top, file('sdk/a', 'x'.repeat(60)), file('sdk/b', 'x'.repeat(60))];
  assert.match(await refusal(entries, { entries: 10, bytes: 100 }), /sdk\/b: .*100 bytes/);
});

test('entries after a refused one are not unpacked', () =>
  inFolder(async (dir) => {
    const archive = writeTar(join(dir, 'a.tar.gz'), [top, file('sdk/a'), file('/b'), file('sdk/c')]);
    await errorOf(unpack(archive, join(dir, 'out')));
    assert.equal(readdirSync(join(dir, 'out')), ['a']);
  }));

test('an archive that compresses too well to be true is refused', () =>
  inFolder(async (dir) => {
    const archive = join(dir, 'a.tar.gz');
    const zeros = [top, file('sdk/zeros', '\0'.repeat(40_000_000))];
    writeFileSync(archive, gzipSync(tarOf(zeros), { level: 9 }));
    const error = await errorOf(unpack(archive, join(dir, 'out')));
    assert.match(error.explain(), /damaged[\s\S]*ratio/);
  }));

test('the padding after the end of a .tar is read, and more data there is refused', () =>
  inFolder(async (dir) => {
    const archive = join(dir, 'a.tar.gz');
    const followedBy = (bytes: number) => {
      const whole = Buffer.concat([tarOf([top, file('sdk/a')]), Buffer.alloc(bytes, 'ab')]);
      writeFileSync(archive, gzipSync(whole, { level: 0 }));
    };
    followedBy(1 << 20);
    assert.equal(await unpack(archive, join(dir, 'out')), { root: 'sdk', entries: 1 });
    followedBy(33 << 20);
    const error = await errorOf(unpack(archive, join(dir, 'out-2')));
    assert.match(error.explain(), /damaged[\s\S]*data follows its end/);
  }));

const contents: [name: string, bytes: (whole: Buffer) => Buffer, words: RegExp][] = [
  ['cut in the middle', (whole) => whole.subarray(0, whole.length / 2), /the archive is damaged/],
  ['with a flipped bit', (whole) => flip(whole, whole.length - 6), /the archive is damaged/],
  [
    'that is a web page',
    () => Buffer.from('<!doctype html><title>Log in</title>'),
    /not an archive of an SDK[\s\S]*a web page: <!doctype/,
  ],
  ['that is empty', () => Buffer.alloc(0), /not an archive of an SDK[\s\S]*an empty file/],
  [
    'that is a signature',
    () => Buffer.from('-----BEGIN PGP SIGNATURE-----\n\niQIzBAAB\n'),
    /a signature of an archive[\s\S]*without \.asc/,
  ],
  [
    'that is a list of checksums',
    () => Buffer.from(`${'ab'.repeat(32)}  sdk.tar.gz\n`),
    /a list of checksums/,
  ],
  ['that is a program', () => Buffer.from('\x7fELF and so on', 'latin1'), /a program/],
  [
    'that is cut off after the start of an xz file',
    () => Buffer.from('fd377a585a0000', 'hex'),
    /the archive is damaged/,
  ],
  ['of something other than a .tar', () => gzipSync('x'.repeat(2000)), /the archive is damaged/],
  ['without entries', () => gzipSync(Buffer.alloc(1024)), /the archive is damaged/],
];

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}

for (const [name, bytes, words] of contents) {
  test(`a file ${name} is refused`, () =>
    inFolder(async (dir) => {
      const archive = writeTar(join(dir, 'a.tar.gz'), [top, file('sdk/a', 'content '.repeat(1000))]);
      writeFileSync(archive, bytes(readFileSync(archive)));
      const error = await errorOf(unpack(archive, join(dir, 'out')));
      assert.match(error.explain(), words);
      assert.is(error.exitCode, 3);
    }));
}

/** Packs the folder `sdk` of `dir` with a shell command. Returns the path of the archive. */
function packed(dir: string, command: string, name: string): string {
  mkdirSync(join(dir, 'sdk', 'bin'), { recursive: true });
  writeFileSync(join(dir, 'sdk', 'VERSION'), '2.0.1\n');
  writeFileSync(join(dir, 'sdk', 'bin', 'microkit'), '#!/bin/sh\n', { mode: 0o755 });
  execFileSync('sh', ['-ec', command], { cwd: dir });
  return join(dir, name);
}

const packings: [name: string, command: string][] = [
  ['a.tar', 'tar -cf a.tar sdk'],
  ['a.tar.xz', 'tar -c sdk | xz > a.tar.xz'],
  ['a.tar.bz2', 'tar -c sdk | bzip2 > a.tar.bz2'],
  ['a.zip', 'bsdtar -a -cf a.zip sdk'],
];

for (const [name, command] of packings) {
  test(`${name} is unpacked like a .tar.gz, with its execute bits`, () =>
    inFolder(async (dir) => {
      const out = join(dir, 'out');
      const { root } = await unpack(packed(dir, command, name), out);
      assert.equal([root, readdirSync(out).sort()], ['sdk', ['VERSION', 'bin']]);
      assert.is(statSync(join(out, 'bin', 'microkit')).mode & 0o777, 0o755);
    }));
}

test('an entry that is refused in a .tar.gz is refused in a .tar.xz', () =>
  inFolder(async (dir) => {
    writeFileSync(join(dir, 'a.tar'), tarOf([top, file('sdk/a'), file('../b')]));
    execFileSync('xz', [join(dir, 'a.tar')]);
    const error = await errorOf(unpack(join(dir, 'a.tar.xz'), join(dir, 'in', 'out')));
    assert.match(error.detail.got ?? '', /^\.\.\/b: /);
  }));

test('for an archive that needs a missing program, the error names the package', () =>
  inFolder(async (dir) => {
    const archive = packed(dir, 'tar -c sdk | xz > a.tar.xz', 'a.tar.xz');
    const { PATH } = process.env;
    const bin = join(dir, 'bin');
    mkdirSync(bin);
    symlinkSync(execFileSync('which', ['setpriv'], { encoding: 'utf8' }).trim(), join(bin, 'setpriv'));
    try {
      process.env.PATH = bin;
      const error = await errorOf(unpack(archive, join(dir, 'out')));
      assert.equal([error.exitCode, error.message], [3, 'xz, which unpacks this archive, is missing']);
      assert.match(error.detail.wayOut ?? '', /^apt-get install xz-utils/);
    } finally {
      process.env.PATH = PATH;
    }
  }));

test('an archive that is not a regular file is not waited for', () =>
  inFolder(async (dir) => {
    const pipe = join(dir, 'a.tar.gz');
    execFileSync('mkfifo', [pipe]);
    assert.is((await errorOf(unpack(pipe, join(dir, 'out')))).detail.got, 'a FIFO');
  }));

test('an abort ends the unpacking', () =>
  inFolder(async (dir) => {
    const archive = writeTar(join(dir, 'a.tar.gz'), [top, file('sdk/a')]);
    const signal = AbortSignal.abort('enough');
    const reason = await unpack(archive, join(dir, 'out'), { signal }).catch((error: unknown) => error);
    assert.is(reason, 'enough');
    assert.not.ok(existsSync(join(dir, 'out', 'b')));
  }));

run();
