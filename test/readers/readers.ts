// SPDX-License-Identifier: BSD-2-Clause
/** Every reader of files from elsewhere, with good files to start from and words with a meaning to it. */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { boards } from '../../boards/index.js';
import { deviceTreeSource } from '../../guest-builder/linux/device-tree.js';
import { compileDeviceTree, readDtb } from '../../guest-builder/linux/dtb.js';
import { checkPageSize, imageHeader, kernelRelease } from '../../guest-builder/linux/image.js';
import { checkTree } from '../../guest-builder/linux/tree-check.js';
import { plainImage } from '../../guest-builder/linux/unpack.js';
import { limits } from '../../harness/base/limits.js';
import { packageRoot } from '../../harness/base/paths.js';
import { readRegularFile } from '../../harness/base/read-file.js';
import { corpusFolder, readCaseFile } from '../../harness/conform/corpus.js';
import { makeProgram } from '../../harness/differential/generate.js';
import { encodeProgram } from '../../harness/differential/program.js';
import { readReplay, writeReplay } from '../../harness/differential/replay-file.js';
import { kinds } from '../../harness/differential/vocabulary/kinds.js';
import { loadLab } from '../../harness/machine/board/lab/lab.js';
import { lookAtImage } from '../../harness/machine/image-file.js';
import { readElfFile } from '../../harness/microkit/elf-file.js';
import { unpack } from '../../harness/microkit/install/unpack.js';
import { describeSdk } from '../../harness/microkit/sdk.js';
import { sdkFacts } from '../../harness/microkit/sdk-facts.js';
import { readSuite } from '../../harness/run/suite/read.js';
import { findMistakes } from '../../harness/system/check.js';
import { explainSystem } from '../../harness/system/explain.js';
import { formatSystem } from '../../harness/system/fmt.js';
import { readSystem } from '../../harness/system/read.js';
import { readSource } from '../../harness/system/read-source.js';
import { readRunFolder } from '../../harness/verdict/report/entries.js';
import { reportPage } from '../../harness/verdict/report/page.js';
import { reportOf } from '../../harness/verdict/report/write.js';
import { storedVerdict } from '../support/run-folders.js';
import { sampleImage } from '../unit/guest-builder/samples.js';
import { tarOf } from '../unit/microkit/install/tar-file.js';
import { fixtures } from '../unit/system/context.js';
import { makeElf, program } from '../unit/system/make-elf.js';

export interface Reader {
  name: string;
  tokens: readonly string[];
  seeds: () => Promise<Buffer[]>;
  /** The last step in making a file: `gzip` packs the changed contents. */
  finish?: (bytes: Buffer) => Buffer;
  /** Reads the file at a path. It may end only with a HarnessError or nothing. */
  read: (path: string) => unknown;
}

const board = boards.get('qemu_virt_aarch64');
if (board === undefined) throw new Error('the board is gone');
const { ram } = board.guest;
const initrd = { base: ram.base + 0x800_0000, size: 0x1000 };

const filesOf = (folder: string, end: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(end))
    .map((name) => readFileSync(join(folder, name)));

async function trees(): Promise<Buffer[]> {
  if (board === undefined) return [];
  const request = { board, ram, initrd, bootargs: 'x' };
  return Promise.all([1, 4].map((vcpus) => compileDeviceTree(deviceTreeSource({ ...request, vcpus }))));
}

/** The examples of a page of docs/. */
function tomlIn(name: string): Buffer[] {
  const page = readFileSync(join(packageRoot, 'docs', name), 'utf8');
  return [...page.matchAll(/```toml\n([\s\S]*?)```/g)].map(([, toml = '']) => Buffer.from(toml));
}

/** Runs `body` in a folder with one file, which is gone afterwards. */
async function beside<T>(name: string, bytes: Buffer, body: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'harness-readers-'));
  try {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const archive = tarOf([
  { path: 'sdk/', type: 'Directory', mode: 0o755 },
  { path: 'sdk/VERSION', content: '2.0.1\n' },
  { path: 'sdk/bin/microkit', content: '#!/bin/sh\n', mode: 0o755 },
  { path: 'sdk/bin/link', type: 'SymbolicLink', linkpath: 'microkit' },
  { path: 'sdk/board/x/debug/elf/sel4.elf', content: 'x'.repeat(600) },
]);

const packageTree = (path: string) =>
  beside('unpacked', Buffer.alloc(0), (folder) => unpack(path, join(folder, 'tree')));

const config = 'board/qemu_virt_aarch64/debug';
const platform =
  '{ "memory": [{ "start": 1610612736, "end": 3221225472 }], "devices": [{ "start": 0, "end": 4096 }] }';

export const readers: readonly Reader[] = [
  {
    name: 'system description',
    tokens: [
      '<',
      '>',
      '<!--',
      '-->',
      '--',
      '<?x ',
      '?>',
      '&#x',
      ';',
      '&amp;',
      '"',
      "='",
      ' a="1"',
      '<map ',
      '<protection_domain name="',
      '</',
      '/>',
      ' xmlns:a="u"',
      ':',
      '<![CDATA[',
      '\u{10000}',
      '#include ',
      '0x',
      '_',
    ],
    seeds: async () => filesOf(fixtures, '.system'),
    read: (path) => {
      const source = readSource(path);
      const { system, errors } = readSystem(source, '2.3.0');
      const found = findMistakes(system, {});
      if (errors + found.errors > 0) return;
      formatSystem(source);
      explainSystem(system);
    },
  },
  {
    name: 'device tree',
    tokens: [
      '\0\0\0\x01',
      '\0\0\0\x02',
      '\0\0\0\x03',
      '\0\0\0\x04',
      'memory@0\0\0\0\0',
      'reg\0',
      'arm,psci',
      'hvc\0',
    ],
    seeds: trees,
    read: (path) => board && checkTree(readDtb(path), { board, ram, initrd }),
  },
  {
    name: 'ELF file',
    tokens: ['\x7fELF', '\x01\0\0\0', '\x02\0\0\0', 'name\0'],
    seeds: async () => [makeElf(program)],
    read: (path) => readElfFile(path),
  },
  {
    name: 'kernel',
    tokens: ['ARMd', 'MZ', 'PE\0\0', 'zimg', '\x1f\u008b', 'Linux version 1 ('],
    seeds: async () => [sampleImage(), gzipSync(sampleImage()), ...(await trees())],
    read: (path) => {
      const bytes = readRegularFile(path, { what: 'the kernel', limit: limits.kernel });
      const image = plainImage(bytes, path);
      if (board) checkPageSize(imageHeader(image, path), board, path);
      kernelRelease(image);
    },
  },
  {
    name: "SDK's archive",
    tokens: ['../', '/', 'ustar\0', '0000777', '\0'.repeat(512)],
    seeds: async () => [gzipSync(archive)],
    read: packageTree,
  },
  {
    name: "SDK's archive, packed again",
    tokens: ['../', '/', 'ustar\0', '0000777', 'x', 'L', '\0'.repeat(512)],
    seeds: async () => [archive],
    finish: (bytes) => gzipSync(bytes),
    read: packageTree,
  },
  {
    name: "SDK's VERSION",
    tokens: ['..', '/', '2.0.1', '\u001b[31m'],
    seeds: async () => [Buffer.from('2.0.1\n')],
    read: (path) =>
      beside('VERSION', readFileSync(path), (folder) => {
        for (const part of ['bin', 'board']) mkdirSync(join(folder, part));
        writeFileSync(join(folder, 'bin', 'microkit'), '');
        return describeSdk(folder, '--sdk');
      }),
  },
  {
    name: "SDK's facts of a board",
    tokens: ['{', '}', '[', ']', 'null', '"memory":', '-1', '1e999', 'true', ',', '"start":'],
    seeds: async () => [Buffer.from(platform)],
    read: (path) =>
      beside(`${config}/platform_gen.json`, readFileSync(path), (folder) => {
        mkdirSync(join(folder, config, 'include', 'kernel'), { recursive: true });
        writeFileSync(join(folder, config, 'include', 'kernel', 'gen_config.json'), '{}');
        return sdkFacts(folder, 'qemu_virt_aarch64', 'debug');
      }),
  },
  {
    name: 'lab file',
    tokens: [
      '[',
      ']',
      '[[',
      '{',
      '}',
      '"""',
      "'''",
      '\\',
      '=',
      '.',
      ' = 1\n',
      '[board.',
      '__proto__',
      '"',
      '#',
      ',',
    ],
    seeds: async () => tomlIn('lab.md'),
    read: (path) => loadLab(path),
  },
  {
    name: 'suite file',
    tokens: [
      '[',
      ']',
      '[[',
      '{',
      '}',
      '"""',
      '\\',
      '=',
      '.',
      ' = 1\n',
      '__proto__',
      '"',
      '#',
      ',',
      '[check.',
      '(',
      '*',
    ],
    seeds: async () => tomlIn('suite.md'),
    read: (path) => readSuite(path),
  },
  {
    name: 'case file',
    tokens: ['{', '}', '[', ']', 'null', '-1', '1e999', '"0x"', '"__proto__":', ',', '"op":'],
    seeds: async () => filesOf(corpusFolder, '.json'),
    read: (path) => readCaseFile(path),
  },
  {
    name: 'replay file',
    tokens: ['{', '}', '[', ']', 'null', '-1', '1e999', '"0x"', '"__proto__":', ',', '"kind":', '"words":'],
    seeds: async () => {
      const all = { kinds: kinds.map(({ name }) => name), acts: 20, gic: 2 } as const;
      return [1, 2, 3].map((seed) => Buffer.from(writeReplay(makeProgram(all, seed, 0), {})));
    },
    // What is read can be sent.
    read: (path) => encodeProgram(readReplay(path)),
  },
  {
    name: 'verdict of a run folder',
    tokens: [
      '{',
      '}',
      '[',
      ']',
      'null',
      '-1',
      '1e999',
      '"../"',
      '"__proto__":',
      ',',
      '"boards":',
      '"folder":',
    ],
    seeds: async () => {
      const verdict = storedVerdict();
      const board = { ...verdict, name: 'virtual', folder: 'one', fault: null };
      const summary = { outcome: 'fail', boards: [board], repeat: './vmm-harness run --all' };
      return [verdict, summary].map((one) => Buffer.from(JSON.stringify(one)));
    },
    read: (path) =>
      beside('verdict.json', readFileSync(path), (folder) =>
        reportPage(reportOf(readRunFolder(folder), 'x')),
      ),
  },
  {
    name: "console's log of a run folder",
    tokens: ['\n', '\u001b[', '31;', 'm', '[   12.345] ', '\r', '\u202e'],
    seeds: async () => [Buffer.from('# seconds since 2026\n[    0.001] \u001b[31mred\u001b[m\r\n')],
    read: (path) =>
      beside('verdict.json', Buffer.from(JSON.stringify(storedVerdict())), (folder) => {
        copyFileSync(path, join(folder, 'console.timed.log'));
        return reportPage(reportOf(readRunFolder(folder), 'x'));
      }),
  },
  {
    name: 'image',
    tokens: ['\x7fELF', '\x1f\u008b'],
    seeds: async () => [sampleImage()],
    read: (path) => lookAtImage(path),
  },
];
