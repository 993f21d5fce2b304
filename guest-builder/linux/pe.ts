// SPDX-License-Identifier: BSD-2-Clause
/**
 * The PE header in an Image for UEFI (Microsoft, PE Format). Its section table shows how long the file has to be. An
 * Image without UEFI support has none.
 */
import { HarnessError } from '../../harness/base/error.js';

/** Offset in the Image's header of the field with the offset of the PE header. */
const offsetField = 60;
const signature = 0x4550;
/** Bytes of the COFF header including its signature, and of a row of the section table. */
const coffSize = 24;
const rowSize = 40;
/** Offset in a PE32+ optional header of the place of the certificates, which follow all sections in a signed kernel. */
const certificates = 144;

/** The least number of bytes that the file must have; undefined when no header shows it. */
function leastSize(data: Buffer): number | undefined {
  if (data.toString('latin1', 0, 2) !== 'MZ') return undefined;
  const pe = data.readUInt32LE(offsetField);
  // Linux places it right after the Image's header.
  if (pe + coffSize > data.length) return pe + coffSize;
  if (data.readUInt32LE(pe) !== signature) return undefined;
  const optionalSize = data.readUInt16LE(pe + 20);
  const rows = pe + coffSize + optionalSize;
  const end = rows + data.readUInt16LE(pe + 6) * rowSize;
  if (end > data.length) return end;
  let least = end;
  if (optionalSize >= certificates + 8) {
    const field = pe + coffSize + certificates;
    least = Math.max(least, data.readUInt32LE(field) + data.readUInt32LE(field + 4));
  }
  for (let row = rows; row < end; row += rowSize) {
    const [size, start] = [data.readUInt32LE(row + 16), data.readUInt32LE(row + 20)];
    if (size > 0) least = Math.max(least, start + size);
  }
  return least;
}

/**
 * Refuses an Image that is shorter than its section table requires: the end of its data would be missing at run time.
 */
export function checkWhole(data: Buffer, where: string): void {
  const least = leastSize(data);
  if (least === undefined || least <= data.length) return;
  throw new HarnessError('usage', 'the kernel is cut short', {
    where,
    expected: `at least ${least} bytes, according to the section table of its PE header`,
    got: `${data.length} bytes`,
    wayOut: 'copy the file again',
  });
}
