// SPDX-License-Identifier: BSD-2-Clause
/** Imports between rooms point in one direction. Lint finds files that import each other in a circle. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../harness/base/paths.js';
import { run, test } from '../support/test.js';

/** The rooms from which each room may import, besides itself. A room is above all rooms from which it imports. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  base: [],
  boards: ['base'],
  model: ['base'],
  'guest-builder': ['boards', 'base'],
  system: ['base'],
  microkit: ['system', 'boards', 'base'],
  minikit: ['microkit', 'system', 'boards', 'base'],
  verdict: ['base'],
  machine: ['microkit', 'boards', 'base'],
  subject: ['guest-builder', 'microkit', 'system', 'model', 'boards', 'base'],
  run: ['subject', 'machine', 'verdict', 'microkit', 'system', 'boards', 'base'],
  conform: ['subject', 'machine', 'verdict', 'microkit', 'system', 'model', 'boards', 'base'],
  // From conform only the frames of its link.
  differential: ['conform', 'subject', 'guest-builder', 'machine', 'verdict', 'microkit', 'boards', 'base'],
  doctor: ['machine', 'microkit', 'boards', 'base'],
};
/** The top rooms: they may import from every room, and no room from them. */
const top = ['cli', 'dev', 'library', 'index.ts', 'test.ts'];
const sources = ['harness', 'boards', 'guest-builder', 'minikit'];

/** `harness/machine/qemu/qemu.ts` is in machine, `boards/imx8.ts` in boards. */
const roomOf = (file: string): string => {
  const [first = '', second = ''] = file.split('/');
  return first === 'harness' ? second : first;
};

function* files(): Generator<{ file: string; text: string }> {
  for (const folder of sources) {
    for (const name of readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue;
      const file = join(folder, name);
      yield { file, text: readFileSync(join(packageRoot, file), 'utf8') };
    }
  }
}

function* imports(): Generator<{ file: string; from: string; to: string }> {
  for (const { file, text } of files()) {
    for (const [, path = ''] of text.matchAll(/\b(?:from|import)[ (]+'(\.[^']+)'/g)) {
      const target = relative(packageRoot, join(packageRoot, dirname(file), path));
      yield { file, from: roomOf(file), to: roomOf(target) };
    }
  }
}

test('every room imports only from rooms below it', () => {
  const wrong = [...imports()].filter(
    ({ from, to }) => from !== to && !top.includes(from) && !mayImport[from]?.includes(to),
  );
  assert.equal(
    wrong.map(({ file, from, to }) => `${file}: ${from} may not import from ${to}`),
    [],
  );
});

test('the rooms have an order in which no room is both above and below another', () => {
  const below = new Set<string>();
  for (const [room, rooms] of Object.entries(mayImport)) {
    for (const one of rooms)
      assert.ok(below.has(one), `${room} comes before ${one}, which it may import from`);
    below.add(room);
  }
});

test('no product file imports from a test, and no source folder has the name of an ignored one', () => {
  for (const { file, to } of imports()) assert.is.not(to, 'test', file);
  for (const folder of [...sources, 'sel4-vmm-c']) {
    for (const entry of readdirSync(join(packageRoot, folder), { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) assert.not.match(entry.name, /^(target|build)$/, entry.parentPath);
    }
  }
});

test('no product file makes folders by the `recursive` of Node.js, which never ends below /proc', () => {
  for (const { file, text } of files())
    if (roomOf(file) !== 'dev') assert.not.match(text, /\bmkdir(Sync)?\([^;]*recursive/, file);
});

run();
