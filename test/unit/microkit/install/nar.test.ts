// SPDX-License-Identifier: BSD-2-Clause
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { isSri, narHash, narOf } from '../../../../harness/microkit/install/nar.js';
import { run, test } from '../../../support/test.js';
import { errorOf, inFolder, makeSdk, write } from './support.js';

const hasNixHash = spawnSync('nix-hash', ['--version']).status === 0;
const skip = hasNixHash ? undefined : 'nix-hash is not installed (Debian package nix-bin)';

/** The independent implementation with which the results are compared. It prints hexadecimal. */
function nixHash(path: string): string {
  const hex = execFileSync('nix-hash', ['--type', 'sha256', path], { encoding: 'utf8' }).trim();
  return `sha256-${Buffer.from(hex, 'hex').toString('base64')}`;
}

const bytesOf = (path: string) => Buffer.concat(Array.from(narOf(path), (chunk) => Buffer.from(chunk)));

/** A string of a NAR, assembled by hand. */
function word(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(8);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)]);
}

const words = (...texts: string[]) => Buffer.concat(texts.map(word));

test('a NAR has the bytes that the format prescribes', () =>
  inFolder(async (dir) => {
    const tree = join(dir, 'tree');
    write(join(tree, 'b'), 'eight by');
    write(join(tree, 'a', 'run'), 'x', 0o755);
    symlinkSync('../b', join(tree, 'a', 'link'));
    const link = words(
      'entry',
      '(',
      'name',
      'link',
      'node',
      '(',
      'type',
      'symlink',
      'target',
      '../b',
      ')',
      ')',
    );
    const program = words(
      ...[
        'entry',
        '(',
        'name',
        'run',
        'node',
        '(',
        'type',
        'regular',
        'executable',
        '',
        'contents',
        'x',
        ')',
        ')',
      ],
    );
    const file = words(
      'entry',
      '(',
      'name',
      'b',
      'node',
      '(',
      'type',
      'regular',
      'contents',
      'eight by',
      ')',
      ')',
    );
    const folder = [
      words('entry', '(', 'name', 'a', 'node', '(', 'type', 'directory'),
      link,
      program,
      words(')', ')'),
    ];
    const expected = [words('nix-archive-1', '(', 'type', 'directory'), ...folder, file, words(')')];
    assert.is(bytesOf(tree).toString('latin1'), Buffer.concat(expected).toString('latin1'));
  }));

test('known trees have the hashes that nix-hash printed for them', () =>
  inFolder(async (dir) => {
    const empty = join(dir, 'empty');
    mkdirSync(empty);
    assert.is(await narHash(empty), 'sha256-pQpattmS9VmO3ZIQUFn66az8GSmB4IvYhTTCFn6SUmo=');
    const file = join(dir, 'file');
    writeFileSync(file, '');
    assert.is(await narHash(file), 'sha256-d6xi4mKdjkX2JFicDIv5niSzpyI0m/Hnm8GGAIU04kY=');
    assert.is(
      await narHash(makeSdk(join(dir, 'sdk'), { ballast: 3_000_001 })),
      'sha256-0mWxjjW727pUePNFTXhy3KZkAdG2afAuOZ4U8FSi/Jw=',
    );
  }));

test("of the permissions only the owner's execute bit counts, and times do not", () =>
  inFolder(async (dir) => {
    const file = join(dir, 'file');
    writeFileSync(file, 'x');
    const hashes = [];
    for (const mode of [0o644, 0o600, 0o655, 0o744, 0o755]) {
      chmodSync(file, mode);
      hashes.push(await narHash(file));
    }
    assert.is(new Set(hashes.slice(0, 3)).size, 1);
    assert.is(new Set(hashes.slice(3)).size, 1);
    assert.is.not(hashes[0], hashes[3]);
  }));

test('a special file has no NAR', () =>
  inFolder(async (dir) => {
    execFileSync('mkfifo', [join(dir, 'fifo')]);
    const error = await errorOf(narHash(dir));
    assert.match(error.explain(), /fifo: only files, directories and symbolic links/);
  }));

test('an abort ends the hashing', () =>
  inFolder(async (dir) => {
    write(join(dir, 'file'), 'x');
    const reason = await narHash(dir, { signal: AbortSignal.abort('enough') }).catch(
      (error: unknown) => error,
    );
    assert.is(reason, 'enough');
  }));

test('names are sorted as bytes, including those that are not UTF-8', () =>
  inFolder(async (dir) => {
    const names = ['a', 'a.b', 'a-b', 'B', 'é', 'a/x', '~', '\u{1f600}', '\ufb00'];
    for (const name of names) write(join(dir, 'tree', name.replace('a/', 'ab/')), name);
    const odd = Buffer.concat([Buffer.from(join(dir, 'tree/')), Buffer.from([0xff, 0x61])]);
    writeFileSync(odd, '');
    const order = ['B', 'a', 'a-b', 'a.b', 'ab', '~', 'é', '\ufb00', '\u{1f600}'];
    const places = order.map((name) => bytesOf(join(dir, 'tree')).indexOf(words('name', name)));
    assert.equal(
      places,
      [...places].sort((left, right) => left - right),
    );
    assert.ok(bytesOf(join(dir, 'tree')).includes(Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0x61])));
    if (hasNixHash) assert.is(await narHash(join(dir, 'tree')), nixHash(join(dir, 'tree')));
  }));

type Tree =
  | { kind: 'file'; size: number; run: boolean }
  | { kind: 'link'; target: string }
  | { kind: 'dir'; of: [string, Tree][] };

const name = fc
  .string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'aZ0._-+ é') })
  .filter((one) => !/^\.+$/.test(one));
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.record({ kind: fc.constant('file' as const), size: fc.nat(40), run: fc.boolean() }),
    fc.record({ kind: fc.constant('link' as const), target: name }),
    fc.record({
      kind: fc.constant('dir' as const),
      of: fc.uniqueArray(fc.tuple(name, tie('tree')), { selector: ([key]) => key, maxLength: 6 }),
    }),
  ),
}));

function build(path: string, node: Tree): void {
  if (node.kind === 'file') write(path, 'x'.repeat(node.size), node.run ? 0o755 : 0o644);
  else if (node.kind === 'link') symlinkSync(node.target, path);
  else {
    mkdirSync(path);
    for (const [key, child] of node.of) build(join(path, key), child);
  }
}

test(
  'trees of any shape have the hash that nix-hash computes',
  () =>
    fc.assert(
      fc.asyncProperty(tree, (shape) =>
        inFolder(async (dir) => {
          build(join(dir, 'tree'), shape);
          assert.is(await narHash(join(dir, 'tree')), nixHash(join(dir, 'tree')));
        }),
      ),
      { numRuns: 60 },
    ),
  { skip },
);

test('the form of a hash is distinguished from other texts', () => {
  assert.ok(isSri('sha256-YpgIAXWB8v4Njm/5Oo0jZpRt/t+e+rVTwFTJ8zr2Hn4='));
  assert.not.ok(isSri('sha256-YpgIAXWB8v4Njm/5Oo0jZpRt/t+e+rVTwFTJ8zr2Hn4'));
  assert.not.ok(isSri('sha512-YpgIAXWB8v4Njm/5Oo0jZpRt/t+e+rVTwFTJ8zr2Hn4='));
  assert.not.ok(isSri('5bb08067971ea226fc0440d1bc329747bf6b94318450942090dac4ca62d4ccc7'));
});

run();
