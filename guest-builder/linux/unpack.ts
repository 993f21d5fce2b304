// SPDX-License-Identifier: BSD-2-Clause
/** The packed formats in which distributions ship kernels: gzip, and EFI zboot around gzip. */
import { gunzipSync } from 'node:zlib';
import { HarnessError } from '../../harness/base/error.js';
import { limits, showLimit } from '../../harness/base/limits.js';
import { quoted } from '../../harness/base/quote.js';

const zbootHeader = 64;

function damaged(where: string, cause: unknown): HarnessError {
  return new HarnessError('usage', 'the packed kernel is damaged', {
    where,
    expected: 'a whole gzip stream',
    got: cause instanceof Error ? cause.message : String(cause),
    cause,
  });
}

function gunzip(data: Uint8Array, where: string): Buffer {
  try {
    return gunzipSync(data, { maxOutputLength: limits.kernel.most });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw damaged(where, cause);
    throw new HarnessError('usage', 'the packed kernel is too large', {
      where,
      expected: `at most ${showLimit(limits.kernel)}, the limit for ${limits.kernel.of}`,
      got: `more than that, out of ${data.length} bytes`,
    });
  }
}

/** The payload of an EFI zboot file (Linux, drivers/firmware/efi/libstub/zboot-header.S). */
function unzboot(data: Buffer, where: string): Buffer {
  const offset = data.readUInt32LE(8);
  const size = data.readUInt32LE(12);
  if (offset + size > data.length) {
    throw damaged(where, new Error(`its header is for ${offset + size} bytes, it has ${data.length}`));
  }
  const method = data.toString('latin1', 24, 56).split('\0', 1)[0] ?? '';
  if (method === 'gzip') return gunzip(data.subarray(offset, offset + size), where);
  const tool = /^[a-z]+4?/.exec(method)?.[0] ?? method;
  throw new HarnessError('usage', 'a kernel in an EFI zboot file that is not packed with gzip', {
    where,
    expected: 'gzip',
    got: method,
    wayOut: `tail -c +${offset + 1} ${quoted(where)} | head -c ${size} | ${tool} -dc > Image`,
  });
}

/** The plain Image in `data`, unpacked from gzip or an EFI zboot file if necessary. `where` names it in errors. */
export function plainImage(data: Buffer, where: string, layers = 0): Buffer {
  const isGzip = data[0] === 0x1f && data[1] === 0x8b;
  const isZboot = data.length >= zbootHeader && data.toString('latin1', 4, 8) === 'zimg';
  if (!isGzip && !isZboot) return data;
  if (layers === limits.kernelLayers.most) {
    throw new HarnessError('usage', 'the kernel is packed too many times', {
      where,
      expected: `at most ${showLimit(limits.kernelLayers)} ${limits.kernelLayers.of}`,
    });
  }
  return plainImage(isGzip ? gunzip(data, where) : unzboot(data, where), where, layers + 1);
}
