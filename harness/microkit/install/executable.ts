// SPDX-License-Identifier: BSD-2-Clause
/** Determines from its first bytes what system a program is made for (ELF specification; Mach-O loader.h). */
import { closeSync, openSync, readSync } from 'node:fs';

export interface Executable {
  /** `an x86-64 program for Linux`, as errors describe it. */
  kind: string;
  /** The dynamic loader that the program requests. A static program requests none. */
  interpreter?: string;
}

const headerSize = 4096;
const elfMachines: Record<number, string> = { 40: '32-bit Arm', 62: 'x86-64', 183: 'AArch64', 243: 'RISC-V' };
const machCpus: Record<number, string> = { 16777223: 'x86-64', 16777228: 'AArch64' };
const machMagic64 = 0xfeed_facf;
const programHeaderInterp = 3;

/** Never throws for a readable file: an unknown program is described as such. */
export function describeExecutable(path: string): Executable {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(headerSize);
    return describe(bytes.subarray(0, readSync(fd, bytes, 0, headerSize, 0)));
  } finally {
    closeSync(fd);
  }
}

function describe(bytes: Buffer): Executable {
  const text = bytes.toString('latin1');
  if (text.startsWith('#!')) {
    const [line = ''] = text.slice(2).split('\n');
    return { kind: 'a script', interpreter: line.trim().split(/\s/)[0] ?? '' };
  }
  if (text.startsWith('\x7fELF') && bytes.length >= 64) return describeElf(bytes);
  if (bytes.length >= 8 && bytes.readUInt32LE() === machMagic64) {
    return { kind: `a program for macOS on ${machCpus[bytes.readUInt32LE(4)] ?? 'an unknown processor'}` };
  }
  return { kind: 'not a known kind of program' };
}

function describeElf(bytes: Buffer): Executable {
  const is64 = bytes[4] === 2;
  const little = bytes[5] === 1;
  const machine = little ? bytes.readUInt16LE(18) : bytes.readUInt16BE(18);
  const kind = `a program for Linux on ${elfMachines[machine] ?? `machine ${machine}`}`;
  if (!is64 || !little) return { kind };
  const table = Number(bytes.readBigUInt64LE(32));
  const entrySize = bytes.readUInt16LE(54);
  const count = bytes.readUInt16LE(56);
  for (let index = 0; index < count; index += 1) {
    const at = table + index * entrySize;
    if (at + 40 > bytes.length) break;
    if (bytes.readUInt32LE(at) !== programHeaderInterp) continue;
    const offset = Number(bytes.readBigUInt64LE(at + 8));
    const end = bytes.indexOf(0, offset);
    if (offset < bytes.length && end !== -1)
      return { kind, interpreter: bytes.toString('latin1', offset, end) };
  }
  return { kind };
}
