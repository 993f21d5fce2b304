// SPDX-License-Identifier: BSD-2-Clause
/** The text of a description from a file or a stream, up to its limit. */
import type { Readable } from 'node:stream';
import { type Fault, HarnessError } from '../base/error.js';
import { limits } from '../base/limits.js';
import { type FileToRead, readRegularFile, requireWithin } from '../base/read-file.js';
import { Source } from './source.js';

const kind = (fault: Fault): FileToRead => ({
  what: 'the system description',
  limit: limits.description,
  fault,
});

function decoded(name: string, bytes: Uint8Array, fault: Fault): Source {
  try {
    return new Source(name, new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new HarnessError(fault, 'the system description is not UTF-8', {
      where: name,
      expected: 'a text in UTF-8, as Microkit reads it',
      wayOut: `iconv -f ISO-8859-1 -t UTF-8 ${name} > OUT.system`,
      cause,
    });
  }
}

/** The description in a file. Throws HarnessError when it cannot be read, is too large or is not UTF-8. */
export const readSource = (path: string, fault: Fault = 'usage'): Source =>
  decoded(path, readRegularFile(path, kind(fault)), fault);

/** The description from a stream; `name` names it in errors. Rejects with the same HarnessErrors as readSource. */
export async function readSourceFrom(stream: Readable, name: string): Promise<Source> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    requireWithin(length, name, kind('usage'));
  }
  return decoded(name, Buffer.concat(chunks), 'usage');
}
