// SPDX-License-Identifier: BSD-2-Clause
/** Files by the utilities of POSIX: the shell is this machine's own. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as assert from 'uvu/assert';
import { readFile, writeFile } from '../../../harness/run/guest-files.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const execute = promisify(execFile);
const lines: string[] = [];
/** A shell that has not got the commands in `lacks`. */
function shellWithout(...lacks: string[]) {
  const run = async (command: string) => {
    lines.push(command);
    const lacking = lacks.includes(command.split(' ', 1)[0] ?? '');
    const { stdout } = await execute('sh', ['-c', lacking ? 'true' : command]);
    return { output: stdout.replace(/\n$/, ''), status: lacking ? 127 : 0 };
  };
  return { run, output: async (command: string) => (await run(command)).output };
}
const shell = shellWithout();

const everyByte = Uint8Array.from({ length: 1024 }, (_, index) => index % 256);

test('every byte goes in and comes out, in a file with any name', () =>
  inFolder({}, async (folder) => {
    const path = join(folder, "it's a file");
    await writeFile(shell, path, everyByte);
    assert.equal([...readFileSync(path)], [...everyByte]);
    assert.equal([...(await readFile(shell, path))], [...everyByte]);
  }));

test('text that looks like an option, a format or an escape arrives as it is', () =>
  inFolder({}, async (folder) => {
    const path = join(folder, 'text');
    for (const text of ['-n %s\\n', '', '%%', '\\101', '!x\n$HOME `id`\t"\'']) {
      await writeFile(shell, path, text);
      assert.is(readFileSync(path, 'utf8'), text);
    }
  }));

test('no command line is too long for a terminal', () =>
  assert.ok(lines.every((line) => line.length < 1024)));

test('a guest with few commands takes and gives files, too, and one with none says so', () =>
  inFolder({}, async (folder) => {
    const path = join(folder, 'x');
    for (const lacks of [['sha256sum'], ['sha256sum', 'md5sum']]) {
      await writeFile(shellWithout(...lacks), path, everyByte);
      assert.equal([...(await readFile(shellWithout('od'), path))], [...everyByte]);
    }
    const error = await refusal(readFile(shellWithout('od', 'base64'), path));
    assert.match(error.explain(), /the guest has none of the commands[\s\S]*od -An[\s\S]*base64/);
  }));

test('other bytes than those that were sent are found', () =>
  inFolder({}, async (folder) => {
    const deaf = { ...shell, output: (command: string) => shell.output(command.replace('\\001', '\\002')) };
    const error = await refusal(writeFile(deaf, join(folder, 'x'), everyByte));
    assert.match(error.message, /other bytes have arrived/);
  }));

run();
