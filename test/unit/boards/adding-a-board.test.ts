// SPDX-License-Identifier: BSD-2-Clause
/** Follows docs/adding-a-board.md: the file shown there is everything that a board needs. */
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import { loadBoards } from '../../../boards/index.js';
import { deviceTreeSource } from '../../../guest-builder/linux/device-tree.js';
import { compileDeviceTree } from '../../../guest-builder/linux/dtb.js';
import { packageRoot } from '../../../harness/base/paths.js';
import { loaders, qemuArguments } from '../../../harness/machine/qemu/arguments.js';
import { boardFacts } from '../../../harness/microkit/board-facts.js';
import { linuxSystem } from '../../../harness/subject/demo/linux-system.js';
import { vmmConfig } from '../../../harness/subject/demo/vmm-config.js';
import { checkSystem } from '../../../harness/system/check.js';
import { inFolder } from '../../support/folder.js';
import { run, test } from '../../support/test.js';

const page = readFileSync(join(packageRoot, 'docs', 'adding-a-board.md'), 'utf8');
const [, name = '', text = ''] = /```ts\n\/\/ boards\/(\w+)\/board\.ts\n([\s\S]*?)```/.exec(page) ?? [];

/** The files beside every board that its own file may import. */
const shared = ['board.ts', 'common.ts', 'imx8.ts'];

/** Compiles a folder of boards as the project compiles its own. Returns the boards, or the compiler's message. */
async function compiled(definition: string): Promise<ReadonlyMap<string, Board> | string> {
  return inFolder(
    { [`boards/${name}/board.ts`]: definition, 'package.json': '{ "type": "module" }' },
    async (dir) => {
      for (const file of shared) copyFileSync(join(packageRoot, 'boards', file), join(dir, 'boards', file));
      symlinkSync(join(packageRoot, 'node_modules'), join(dir, 'node_modules'));
      const options = { outDir: 'out', rootDir: '.', incremental: false };
      const config = {
        extends: join(packageRoot, 'tsconfig.json'),
        compilerOptions: options,
        include: ['boards/**/*.ts'],
      };
      writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(config));
      mkdirSync(join(dir, 'out'));
      const tsc = join(packageRoot, 'node_modules', '.bin', 'tsc');
      const { exitCode, stdout } = execaSync(tsc, ['-p', dir], { reject: false });
      return exitCode === 0 ? loadBoards(join(dir, 'out', 'boards')) : stdout;
    },
  );
}

test('its single file compiles, is sound, and everything is generated from it', async () => {
  const found = await compiled(text);
  if (typeof found === 'string') throw new Error(found);
  const board = found.get(name) as Board;
  assert.equal([...found.keys()], [name]);
  const { ram } = board.guest;
  for (const vcpus of [1, 4])
    assert.equal(checkSystem(linuxSystem(board, vcpus, ram), { board: boardFacts(board) }), []);
  const header = vmmConfig(board, 2, { ram, kernel: ram, dtb: ram, initrd: ram });
  assert.match(header, `Generated from boards/${name} `);
  const blob = await compileDeviceTree(
    deviceTreeSource({ board, vcpus: 2, ram, initrd: { base: ram.base, size: 4096 }, bootargs: '' }),
  );
  assert.match(blob.toString('latin1'), board.description);
  assert.match(
    qemuArguments(board, loaders(board, '/x.img', '/fw.elf')).join(' '),
    `addr=0x${board.loadAddress.toString(16)}`,
  );
});

test('the page shows the file as it is', () => {
  assert.is(text, readFileSync(join(packageRoot, 'boards', name, 'board.ts'), 'utf8'));
});

test('the compiler reports a forgotten field', async () => {
  const words = await compiled(text.replace(/ {2}lastIntid: .*\n/, ''));
  assert.type(words, 'string');
  assert.match(words as string, /board\.ts\(\d+,\d+\): error .*lastIntid/);
});

run();
