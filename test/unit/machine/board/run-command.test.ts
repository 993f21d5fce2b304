// SPDX-License-Identifier: BSD-2-Clause
/**
 * A board behind `mq.sh run` of seL4's machine queue, by a stand-in with the command line of its public script: `run -n -s
 * SYSTEM -c TEXT -f FILE` checks that the lock is held, takes exactly one existing file, prints the board's output, and
 * ends at the completion text. The real queue has not been tried.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { noProgress } from '../../../../harness/base/progress.js';
import { readLab } from '../../../../harness/machine/board/lab/lab.js';
import type { LabBoard } from '../../../../harness/machine/board/lab/lab-board.js';
import { hold, labTarget } from '../../../../harness/machine/board/target.js';
import type { Machine } from '../../../../harness/machine/machine.js';
import { inFolder } from '../../../support/folder.js';
import { refusal } from '../../../support/refusal.js';
import { run, test } from '../../../support/test.js';

/** The board of the stand-in names its image, and echoes lines. */
const queue = `#!/bin/sh
here=$(dirname "$0") command=$1; shift
if [ "$command" = sem ]; then
  case $1 in
  -wait) echo "$4" >"$here/lock" ;;
  -signal) rm "$here/lock" ;;
  esac
  exit
fi
while [ $# -gt 0 ]; do
  case $1 in
  -n) owns=1 ;;
  -s) shift; system=$1 ;;
  -c) shift; text=$1 ;;
  -f) shift; file=$1; [ -f "$file" ] || { echo "File \\"$1\\" either does not exist"; exit 255; } ;;
  *) echo "Unknown option $1"; exit 255 ;;
  esac
  shift
done
[ -n "$owns" ] && [ ! -f "$here/lock" ] && { echo "Failed to run because you said you own the lock"; exit 255; }
echo "Lock acquired, we are allowed to run"
echo run >>"$here/runs"
printf 'U-Boot\\r\\nimage: %s\\r\\n' "$(cat "$file")"
while read -r line; do
  echo "echo: $line"
  [ "$line" = "$text" ] && exit 0
done
`;

const withBoard = (more: string, body: (entry: LabBoard, folder: string) => Promise<void>) =>
  inFolder({ 'mq.sh': queue, 'loader.img': 'mine' }, async (folder) => {
    const mq = join(folder, 'mq.sh');
    chmodSync(mq, 0o755);
    const text = `[board.c4]\nboard = "odroidc4"\nrun = "${mq} run -n -s c4_1 -c complete -f $IMAGE"\n${more.replaceAll('MQ', mq)}`;
    mkdirSync(join(folder, 'logs'));
    await body(readLab(text, 'lab.toml').get('c4') as LabBoard, folder);
  });

const locked = `lock.acquire = "MQ sem -wait c4_1 -k $LOCK_KEY"\nlock.release = "MQ sem -signal c4_1 -k $LOCK_KEY"\n`;
const start = (entry: LabBoard, folder: string, signal?: AbortSignal): Promise<Machine> =>
  labTarget(entry, { progress: noProgress, command: 'a test' }).start(join(folder, 'loader.img'), {
    folder: join(folder, 'logs'),
    ...(signal && { signal }),
  });

test('the command starts the image, is the line in both directions, and is started again by a reset', () =>
  withBoard(locked, async (entry, folder) => {
    await labTarget(entry, { progress: noProgress, command: 'a test' }).look?.();
    const machine = await start(entry, folder);
    await machine.console.expect('image: mine', { limit: 10_000 });
    await machine.console.send('hello\n');
    await machine.console.expect('echo: hello', { limit: 10_000 });
    assert.is(await machine.diagnose(), undefined);
    await machine.reset();
    await machine.console.expect('image: mine', { limit: 10_000 });
    assert.ok(existsSync(join(folder, 'lock')));
    await machine.powerOff();
    assert.not(existsSync(join(folder, 'lock')), 'the lock is given back');
    assert.is(readFileSync(join(folder, 'runs'), 'utf8'), 'run\nrun\n');
    assert.match(readFileSync(join(folder, 'logs', 'console.log'), 'utf8'), /mine[\s\S]*hello[\s\S]*mine/);
  }));

test('a command that ends is a fault of the lab, with its last words', () =>
  withBoard(locked, async (entry, folder) => {
    const machine = await start(entry, folder);
    await machine.console.send('complete\n');
    const error = await refusal(machine.console.expect('never', { limit: 10_000 }));
    assert.is(error.exitCode, 3);
    assert.match(error.explain(), /the command that runs images on c4 has ended\n[\s\S]*exit code 0/);
    assert.match((await machine.diagnose())?.message ?? '', /has ended/);
    await machine.powerOff();
  }));

test('a command that refuses at once is quoted, and nothing stays behind', () =>
  withBoard('', async (entry, folder) => {
    const error = await refusal(start(entry, folder));
    assert.is(error.exitCode, 3);
    assert.match(error.explain(), /Failed to run because you said you own the lock/);
    assert.not(existsSync(join(folder, 'runs')));
  }));

test('Ctrl-C ends the command and gives the lock back', () =>
  withBoard(locked, async (entry, folder) => {
    const ctrlC = new AbortController();
    const machine = await start(entry, folder, ctrlC.signal);
    ctrlC.abort();
    await machine.powerOff();
    assert.not(existsSync(join(folder, 'lock')));
  }));

test('what needs a line without an image says so, and keys that a command cannot have are refused', () =>
  withBoard('', async (entry, folder) => {
    const options = { progress: noProgress, command: 'a test' };
    const error = await refusal(hold(entry, { folder }, options));
    assert.match(error.explain(), /c4 has no line of its own: its command `run` starts an image/);
    assert.is(error.exitCode, 2);
    const both = await refusal(async () =>
      readLab('[board.odroidc4]\nrun = "true"\nport = "/dev/ttyUSB0"\n', 'lab.toml'),
    );
    assert.match(both.explain(), /run starts images by itself, so it excludes port/);
  }));

run();
