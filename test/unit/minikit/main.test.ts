// SPDX-License-Identifier: BSD-2-Clause
/** The tool as a program: exit codes, files, and messages on standard error. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../../harness/base/paths.js';
import { inFolder } from '../../support/folder.js';
import { run, test } from '../../support/test.js';
import { makeElf, program } from '../system/make-elf.js';
import { kernelParts, platform } from './target.js';

const tool = join(packageRoot, 'dist', 'minikit', 'tool', 'main.js');
const target = 'board/qemu_virt_aarch64/debug';
const system =
  '<system><protection_domain name="a"><program_image path="a.elf"/></protection_domain></system>';
const command = [
  'x.system',
  '--board',
  'qemu_virt_aarch64',
  '--config',
  'debug',
  '--search-path',
  'programs',
];

/** Runs the tool in a folder with an SDK, a description and a program. */
function inSdk(
  body: (
    folder: string,
    tool: (...args: string[]) => { code: number | null; err: string; out: string },
  ) => void,
) {
  const files = { [`sdk/${target}/platform.json`]: JSON.stringify(platform), 'x.system': system };
  return inFolder(files, (folder) => {
    mkdirSync(join(folder, 'sdk', target, 'elf'));
    mkdirSync(join(folder, 'programs'));
    writeFileSync(join(folder, 'sdk', target, 'elf', 'minikit.elf'), makeElf(kernelParts));
    writeFileSync(join(folder, 'programs', 'a.elf'), makeElf(program));
    body(folder, (...args) => {
      const env = { ...process.env, MICROKIT_SDK: join(folder, 'sdk') };
      const { status, stderr, stdout } = spawnSync(process.execPath, [tool, ...args], {
        cwd: folder,
        env,
        encoding: 'utf8',
      });
      return { code: status, err: stderr, out: stdout };
    });
  });
}

test('an image and a report are written, and nothing is printed', () =>
  inSdk((folder, tool) => {
    const { code, err } = tool(...command, '-o', 'a.img', '-r', 'a.txt');
    assert.equal([code, err], [0, '']);
    assert.is(readFileSync(join(folder, 'a.img')).length, 0x5000);
    assert.match(readFileSync(join(folder, 'a.txt'), 'utf8'), /Protection domain 'a'/);
  }));

test('without -o and -r they are loader.img and report.txt', () =>
  inSdk((folder, tool) => {
    assert.is(tool(...command).code, 0);
    assert.ok(existsSync(join(folder, 'loader.img')) && existsSync(join(folder, 'report.txt')));
  }));

test('--help lists the boards and exits with 0', () =>
  inSdk((_, tool) => {
    const { code, out } = tool('--help');
    assert.is(code, 0);
    assert.match(out, /qemu_virt_aarch64/);
  }));

test('without MICROKIT_SDK the SDK is the one that contains the tool', () =>
  inSdk((folder) => {
    const program = join(folder, 'sdk', 'bin', 'microkit');
    mkdirSync(join(folder, 'sdk', 'bin'));
    writeFileSync(program, `import(${JSON.stringify(tool)});`);
    const { MICROKIT_SDK: _, ...env } = process.env;
    const { status, stderr } = spawnSync(process.execPath, [program, ...command], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    assert.equal([status, stderr], [0, '']);
    const alone = spawnSync(process.execPath, [tool, '--help'], { cwd: folder, env, encoding: 'utf8' });
    assert.is(alone.status, 1);
    assert.match(alone.stderr, /has no 'board' folder\n {2}way out: {2}call it as bin\/microkit/);
  }));

test('a refused description leaves the previous image', () =>
  inSdk((folder, tool) => {
    writeFileSync(join(folder, 'loader.img'), 'before');
    writeFileSync(join(folder, 'x.system'), system.replace('a.elf', 'b.elf'));
    const { code, err } = tool(...command);
    assert.is(code, 1);
    assert.match(err, /^x\.system:1:52: 'b\.elf' is missing\n {2}expected: it in \. or programs\n/);
    assert.is(readFileSync(join(folder, 'loader.img'), 'utf8'), 'before');
    assert.equal(readdirSync(folder).sort(), ['loader.img', 'programs', 'sdk', 'x.system']);
  }));

test('an image that cannot be written leaves nothing behind', () =>
  inSdk((folder, tool) => {
    mkdirSync(join(folder, 'loader.img'));
    const { code, err } = tool(...command);
    assert.is(code, 1);
    assert.match(err, /^loader\.img: the file cannot be written\n {2}got: +EISDIR/);
    assert.equal(
      readdirSync(folder).filter((name) => name.includes('partial')),
      [],
    );
  }));

// Faults of the call or the folder, and the first line of the message.
const faults: [fault: string, prepare: (folder: string) => void, args: string[], line: RegExp][] = [
  ['no argument', () => {}, [], /^usage: microkit/],
  [
    'no such description',
    () => {},
    ['y.system', ...command.slice(1)],
    /^y\.system: the system description cannot be read/,
  ],
  [
    'no such board',
    () => {},
    ['x.system', '--board', 'b', '--config', 'debug'],
    /the SDK does not have this board/,
  ],
  [
    'no such configuration',
    () => {},
    ['x.system', '--board', 'qemu_virt_aarch64', '--config', 'fast'],
    /does not have this configuration/,
  ],
  [
    'a description in Latin-1',
    (folder) => writeFileSync(join(folder, 'x.system'), Buffer.from('<system name="\xe9"/>', 'latin1')),
    command,
    /^x\.system: the system description is not UTF-8/,
  ],
  [
    'a damaged program',
    (folder) => writeFileSync(join(folder, 'programs', 'a.elf'), 'no ELF'),
    command,
    /^x\.system:1:52: programs\/a\.elf: this is not an ELF file/,
  ],
  [
    'a damaged platform.json',
    (folder) => writeFileSync(join(folder, 'sdk', target, 'platform.json'), '{'),
    command,
    /the platform of the board cannot be read/,
  ],
  [
    'an SDK directory without a kernel',
    (folder) => rmSync(join(folder, 'sdk', target, 'elf', 'minikit.elf')),
    command,
    /the kernel ELF file does not exist/,
  ],
];

for (const [fault, prepare, args, line] of faults) {
  test(`${fault} exits with 1 and a message`, () =>
    inSdk((folder, tool) => {
      prepare(folder);
      const { code, err } = tool(...args);
      assert.is(code, 1);
      assert.match(err, line);
    }));
}

run();
