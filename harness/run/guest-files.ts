// SPDX-License-Identifier: BSD-2-Clause
/** Files into and out of a guest over its console, with the utilities that POSIX has: printf, cksum, od. */
import { HarnessError } from '../base/error.js';

/** The shell that runs the commands. */
interface Shell {
  output(command: string): Promise<string>;
}

/** A word of a POSIX shell that stands for itself (XCU 2.2.2). */
const word = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Characters of a command line: shells edit no longer ones, and a terminal takes 4095 (termios(3), MAX_CANON). */
const lineLength = 700;

/** What printf's format makes a byte of: itself where the shell, printf and the terminal let it be, else its octal number. */
function escaped(byte: number): string {
  const isPlain = byte >= 0x20 && byte < 0x7f && !"'\\%!".includes(String.fromCharCode(byte));
  return isPlain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
}

/** The formats that together make `data`. */
function* formats(data: Uint8Array): Generator<string> {
  let format = '';
  for (const byte of data) {
    // printf takes no format that begins as an option does.
    const piece = format === '' && byte === 0x2d ? '\\055' : escaped(byte);
    if (format.length + piece.length > lineLength) {
      yield format;
      format = '';
    }
    format += piece;
  }
  if (format !== '') yield format;
}

/** CRC of cksum (POSIX, XCU cksum): of the bytes, and of their number in as few bytes as it takes. */
export function cksum(data: Uint8Array): number {
  let crc = 0;
  const add = (byte: number) => {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  };
  for (const byte of data) add(byte);
  for (let rest = data.length; rest > 0; rest = Math.floor(rest / 256)) add(rest & 0xff);
  return ~crc >>> 0;
}

export async function writeFile(shell: Shell, path: string, content: Uint8Array | string): Promise<void> {
  const data = Buffer.from(content);
  const file = word(path);
  await shell.output(`: > ${file}`);
  for (const format of formats(data)) await shell.output(`printf '${format}' >> ${file}`);
  const expected = `${cksum(data)} ${data.length}`;
  const got = (await shell.output(`cksum < ${file}`)).trim();
  if (got === expected) return;
  throw new HarnessError('product', `other bytes have arrived in ${path}`, {
    expected: `checksum and size ${expected}`,
    got,
  });
}

export async function readFile(shell: Shell, path: string): Promise<Buffer> {
  const bytes = await shell.output(`od -An -v -tx1 < ${word(path)}`);
  return Buffer.from(bytes.replace(/\s+/g, ''), 'hex');
}
