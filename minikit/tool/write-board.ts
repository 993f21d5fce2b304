// SPDX-License-Identifier: BSD-2-Clause
/**
 * `node write-board.js BOARD CONFIG MICROKIT OBJECTS SDK` writes the files that minikit's build derives from the
 * board's data, into the folder of its objects and into `board/<board>/<config>` of the SDK. Unchanged files are not
 * rewritten.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { boards } from '../../boards/index.js';
import { parseVersion, versions } from '../../harness/system/versions.js';
import { boardHeader, boardParts, configHeader } from './headers.js';
import { layoutHeader } from './layout.js';
import { platformOf } from './platform.js';

const [name = '', config = '', microkit = '', objects = '', sdk = ''] = process.argv.slice(2);
const version = parseVersion(microkit);
const board = boards.get(name);
if (board === undefined || (config !== 'debug' && config !== 'release') || !version || sdk === '') {
  process.stderr.write(
    `write-board.js ${process.argv.slice(2).join(' ')}\n  expected: a board (${[...boards.keys()].join(', ')}), debug or release, a version of Microkit (${versions.join(', ')}), two folders\n`,
  );
  process.exitCode = 2;
} else {
  const files = {
    [join(objects, 'parts.mk')]: boardParts(board),
    [join(objects, 'layout.h')]: layoutHeader(),
    [join(objects, 'board.h')]: boardHeader(board),
    [join(sdk, 'include', 'kernel', 'gen_config.h')]: configHeader(board, config, version),
    [join(sdk, 'platform.json')]: `${JSON.stringify(platformOf(board, version), null, 2)}\n`,
  };
  for (const [path, text] of Object.entries(files))
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}
