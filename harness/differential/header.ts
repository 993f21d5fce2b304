// SPDX-License-Identifier: BSD-2-Clause
/** Generates the C header of the protocol for the guest. */
import { crc32 } from 'node:zlib';
import { cHeader } from '../base/c-header.js';
import { frameBytes, polynomial } from '../conform/link/frame.js';
import * as protocol from './protocol.js';

const upper = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase();
const hex = (value: number) => (value < 10 ? String(value) : `0x${value.toString(16)}`);

const defines = (prefix: string, values: Readonly<Record<string, number>>): string[] =>
  Object.entries(values).map(([name, value]) => `#define ${prefix}_${upper(name)} ${hex(value)}`);

function body(): string[] {
  const { windowSlots, arenaPages, codeStride, maxActs, maxWords, wordsShift, endBrk } = protocol;
  return [
    ...defines('FRAME', frameBytes),
    `#define FRAME_CRC_POLYNOMIAL ${hex(polynomial)}u`,
    ...defines('KIND', protocol.frameKind),
    ...defines('REFUSED', protocol.refusals),
    ...defines('ACT', protocol.actKind),
    `#define ACT_APART ${hex(protocol.apartFlag)}u`,
    `#define ACT_PAR ${hex(protocol.parFlag)}u`,
    `#define ACT_KIND ${hex((1 << protocol.cpuShift) - 1)}u`,
    `#define CPU_SHIFT ${hex(protocol.cpuShift)}`,
    `#define BATCH_MAGIC ${hex(protocol.batchMagic)}u`,
    ...defines('EXEC', protocol.execFlag),
    ...defines('VALUE', protocol.valueCode),
    ...defines('TARGET', protocol.target),
    ...defines('REGISTER', protocol.registerId),
    ...defines('LIMIT', protocol.limits),
    ...Object.entries({ windowSlots, arenaPages, codeStride, maxActs, maxWords, wordsShift, endBrk }).map(
      ([name, value]) => `#define ${upper(name)} ${hex(value)}`,
    ),
    `#define VALUE_BYTES {${Object.keys(protocol.valueCode)
      .map((name) => protocol.valueBytes[name as keyof typeof protocol.valueCode])
      .join(', ')}}`,
    '#define FOR_EACH_WATCHED(X) \\',
    ...protocol.watched.map((name, index) => `    X(${index}, ${name}) \\`),
    '',
    `#define WATCHED_COUNT ${protocol.watched.length}`,
  ];
}

/** Hash of the protocol. */
export const protocolHash = (): number => crc32(new TextEncoder().encode(body().join('\n')));

/** The header `differential_protocol.h`. */
export function protocolHeader(): string {
  const hash = `#define PROTOCOL_HASH ${hex(protocolHash())}u`;
  return cHeader('harness/differential/protocol.ts', [hash, ...body()]);
}
