// SPDX-License-Identifier: BSD-2-Clause
/**
 * Upper limits of every reader of files from elsewhere. Such a file comes from a stranger: without a limit it could use
 * up all memory or time. docs/security.md shows this table, and a test compares the two.
 */

export interface Limit {
  /** The limited thing, as docs/security.md and errors name it. */
  of: string;
  most: number;
  /** The unit of `most`. */
  unit: 'bytes' | 'count';
  /** How far the limit is above ordinary files. */
  why: string;
}

const KiB = 2 ** 10;
const MiB = 2 ** 20;
const GiB = 2 ** 30;

export const limits = {
  description: {
    of: 'a system description',
    most: 16 * MiB,
    unit: 'bytes',
    why: '2,000 maps take 200 KiB',
  },
  descriptionNodes: {
    of: 'elements, comments and instructions of a description',
    most: 100_000,
    unit: 'count',
    why: 'a full system of 63 protection domains has some 5,000',
  },
  descriptionDepth: {
    of: 'nested elements of a description',
    most: 70,
    unit: 'count',
    why: '63 nested protection domains, and the contents of the innermost',
  },
  descriptionAttributes: {
    of: 'attributes of one element',
    most: 100,
    unit: 'count',
    why: 'no element of Microkit has more than 12',
  },
  descriptionValue: {
    of: 'the value of an attribute',
    most: 64 * KiB,
    unit: 'bytes',
    why: 'the longest are paths',
  },
  mistakes: {
    of: 'shown mistakes of a description',
    most: 100,
    unit: 'count',
    why: 'the others are only counted',
  },
  program: {
    of: 'an ELF file',
    most: 256 * MiB,
    unit: 'bytes',
    why: 'a VMM with kernel, initrd and debug information takes 100 MiB',
  },
  programsTogether: {
    of: 'all ELF files of a description',
    most: 512 * MiB,
    unit: 'bytes',
    why: 'twice one ELF file',
  },
  programMemory: {
    of: 'memory of the segments of an ELF file',
    most: 1 * GiB,
    unit: 'bytes',
    why: "zeros beyond the file's contents cost nothing; guests' RAM is a memory region",
  },
  programSegments: {
    of: 'program headers of an ELF file',
    most: 256,
    unit: 'count',
    why: 'linkers make a dozen',
  },
  programSymbols: {
    of: 'symbols of an ELF file',
    most: 500_000,
    unit: 'count',
    why: 'Linux itself has 200,000',
  },
  programNames: {
    of: 'all symbol names of an ELF file',
    most: 32 * MiB,
    unit: 'bytes',
    why: "Linux's take 5 MiB",
  },
  kernel: {
    of: 'a kernel, packed or unpacked',
    most: 128 * MiB,
    unit: 'bytes',
    why: "Debian's takes 30 MiB",
  },
  kernelLayers: {
    of: 'nested compression layers of a kernel',
    most: 3,
    unit: 'count',
    why: 'gzip around an EFI zboot file around gzip',
  },
  initrd: {
    of: 'an initrd',
    most: 256 * MiB,
    unit: 'bytes',
    why: "it must fit into the guest's RAM",
  },
  deviceTree: {
    of: 'a device tree',
    most: 2 * MiB,
    unit: 'bytes',
    why: 'Linux accepts no larger one (Documentation/arch/arm64/booting.rst)',
  },
  deviceTreeNodes: {
    of: 'nodes and properties of a device tree',
    most: 200_000,
    unit: 'count',
    why: 'a large board has 5,000',
  },
  deviceTreeDepth: {
    of: 'nested nodes of a device tree',
    most: 64,
    unit: 'count',
    why: 'boards have 8',
  },
  lab: { of: 'a lab file', most: 1 * MiB, unit: 'bytes', why: 'a board takes 500 bytes' },
  bootLoader: {
    of: "a board's boot loader for an SD card",
    most: 64 * MiB,
    unit: 'bytes',
    why: 'U-Boot with TF-A takes 2 MiB',
  },
  suite: { of: 'a suite file', most: 1 * MiB, unit: 'bytes', why: 'a check takes 100 bytes' },
  conformCase: { of: 'a case file', most: 16 * MiB, unit: 'bytes', why: 'a step takes 60 bytes' },
  consoleLog: {
    of: 'the log of a console',
    most: 1 * GiB,
    unit: 'bytes',
    why: 'Linux boots with 30 KiB',
  },
  runFolder: {
    of: 'the folder of a run',
    most: 8 * GiB,
    unit: 'bytes',
    why: 'it contains the log of each console twice, once with times',
  },
  runFile: {
    of: 'a file of a run folder that a report shows',
    most: 32 * MiB,
    unit: 'bytes',
    why: 'a verdict takes 10 KiB, a conformance report 200 KiB',
  },
  shownLog: {
    of: 'the end of a log that a report shows',
    most: 8 * MiB,
    unit: 'bytes',
    why: 'it shows the last 20,000 lines',
  },
  sdkFacts: {
    of: "a JSON file of an SDK's board",
    most: 16 * MiB,
    unit: 'bytes',
    why: 'such a file takes 20 KiB',
  },
  sdkVersion: { of: "an SDK's VERSION", most: 4 * KiB, unit: 'bytes', why: 'it is one word' },
  sdkArchive: {
    of: "an SDK's archive",
    most: 4 * GiB,
    unit: 'bytes',
    why: 'the largest published one takes 150 MB',
  },
  sdkFiles: {
    of: "all files of an SDK's archive",
    most: 16 * GiB,
    unit: 'bytes',
    why: 'several times the largest published one',
  },
  sdkEntries: {
    of: "files, folders and links of an SDK's archive",
    most: 200_000,
    unit: 'count',
    why: 'the largest published one has some 10,000',
  },
} as const satisfies Record<string, Limit>;

/** `16 MiB`, `200,000`. */
export function showLimit({ most, unit }: Limit): string {
  if (unit === 'count') return most.toLocaleString('en');
  const [size, name] = most >= GiB ? [GiB, 'GiB'] : most >= MiB ? [MiB, 'MiB'] : [KiB, 'KiB'];
  return `${most / size} ${name}`;
}
