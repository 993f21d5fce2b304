// SPDX-License-Identifier: BSD-2-Clause
/** Small programs that make files which demand unlimited time or memory, and how long the harness takes for them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Bench, below } from './bench.js';
import { cli } from './cli.js';

/** Limits of the slowest answer, in milliseconds, and of the most memory, in MiB. */
const limits = { time: 5000, memory: 512 } as const;

/** Prints the peak memory of a process in KiB at its end. */
const watch = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write('\\nmost ' + process.resourceUsage().maxRSS))",
)}`;

const size = 16 * 2 ** 20 - 1024;
const filled = (unit: string) => unit.repeat(Math.floor(size / unit.length));
const many = (count: number, one: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => one(i)).join('');
const domain = '<protection_domain name="p"><program_image path="p.elf"/></protection_domain>';
const system = (inside: string) => `<system>${inside}${domain}</system>`;

/** A device tree whose root has this many empty properties. */
function tree(properties: number): Buffer {
  const [header, begin, property, end] = [40, [1, 0], [3, 0, 0], [2, 9]];
  const tokens = [...begin, ...Array.from({ length: properties }, () => property).flat(), ...end];
  const struct = tokens.length * 4;
  const fields = [0xd00dfeed, header + struct + 4, header, header + struct, header, 17, 16, 0, 4, struct];
  const blob = Buffer.alloc(header + struct + 4);
  for (const [index, value] of [...fields, ...tokens].entries()) blob.writeUInt32BE(value, index * 4);
  return blob;
}

interface Hostile {
  name: string;
  words: (file: string) => string[];
  content: () => string | Buffer;
}

const described = (name: string, content: () => string): Hostile => ({
  name,
  words: (file) => ['system', 'check', file],
  content,
});

const corpus: readonly Hostile[] = [
  described('attributes', () => `<system ${many(1_000_000, (i) => `a${i}="" `)}>`),
  described('endless comments', () => filled('<!-- ')),
  described('comments', () => system(filled('<!---->'))),
  described('unknown elements', () => system(many(90_000, (i) => `<unknown_element_${i} a="1" b="2"/>`))),
  described('line ends', () => system(filled('\n'))),
  described('regions at one address', () =>
    system(many(90_000, (i) => `<memory_region name="r${i}" size="0x1000" phys_addr="0x40000000"/>`)),
  ),
  described('channel ends at unknown domains', () =>
    system(
      many(
        12_000,
        (i) => `<protection_domain name="domain_${i}"><program_image path="p.elf"/></protection_domain>`,
      ) + many(20_000, (i) => `<channel><end pd="domian_${i}" id="1"/><end pd="p" id="1"/></channel>`),
    ),
  ),
  described('references in a value', () => system(`<memory_region name="${filled('&amp;')}"/>`)),
  {
    name: 'a kernel that unpacks to 256 MiB',
    words: (file) => ['guest', '--kernel', file],
    content: () => gzipSync(Buffer.alloc(2 ** 28)),
  },
  {
    name: 'a device tree of 200,000 properties',
    words: (file) => ['guest', '--kernel', file],
    content: () => tree(200_000),
  },
  {
    name: 'a lab file with 20,000 mistakes',
    words: (file) => ['doctor', '--lab', file],
    content: () => many(20_000, (i) => `key_${i} = 1\n`),
  },
  {
    name: 'a case of nested lists',
    words: (file) => ['conform', '--tier', 'host', '--replay', file],
    content: () => '['.repeat(2 ** 22),
  },
];

export const hostileFilesBench: Bench = {
  name: 'hostile-files',
  about: 'the slowest answer, and the most memory, for files that demand unlimited amounts',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'bench-hostile-'));
    try {
      const rows = corpus.map(({ name, words, content }) => {
        const file = join(folder, 'file');
        writeFileSync(file, content());
        const begin = performance.now();
        const { stderr } = spawnSync(process.execPath, ['--import', watch, cli, ...words(file)], {
          encoding: 'utf8',
          maxBuffer: 2 ** 26,
          timeout: 10 * limits.time,
        });
        const memory = Number(/most (\d+)\s*$/.exec(stderr)?.[1] ?? Number.POSITIVE_INFINITY) / 1024;
        return { name, time: performance.now() - begin, memory };
      });
      const [slowest] = [...rows].sort((a, b) => b.time - a.time);
      const [largest] = [...rows].sort((a, b) => b.memory - a.memory);
      const memory = largest?.memory ?? 0;
      return [
        {
          ...below(`slowest answer to ${rows.length} hostile files`, '', slowest?.time ?? 0, limits.time),
          comparedWith: slowest?.name ?? '',
        },
        {
          name: 'most memory for one of them',
          on: '',
          value: `${memory.toFixed(0)} MiB`,
          comparedWith: largest?.name ?? '',
          limit: `< ${limits.memory} MiB`,
          held: memory < limits.memory,
        },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
