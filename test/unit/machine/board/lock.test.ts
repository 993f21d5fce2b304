// SPDX-License-Identifier: BSD-2-Clause
/**
 * Locks by commands, with a stand-in for seL4's machine queue that has the command line of its public scripts: `sem
 * -wait MACHINE -k KEY -T SECONDS`, `sem -signal`, `sem -cancel` and `sem -info`. The real queue has not been tried.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../../../harness/base/paths.js';
import { type LockCommands, takeLock } from '../../../../harness/machine/board/lock.js';
import { TakenError } from '../../../../harness/machine/board/taken.js';
import { inFolder } from '../../../support/folder.js';
import { refusal } from '../../../support/refusal.js';
import { run, test } from '../../../support/test.js';

/** The holder's key is in the file of the machine. */
const queue = `#!/bin/sh
cd "$(dirname "$0")"
action=$2 machine=$3 key=$5
case $action in
-wait) until ( set -C; echo "$key" >"$machine" ) 2>/dev/null; do sleep 0.05; done ;;
-signal) [ "$(cat "$machine")" = "$key" ] && rm "$machine" ;;
-cancel) echo "$key" >>cancelled ;;
-info) cat "$machine" ;;
esac
`;
const never = new AbortController().signal;

const withQueue = (body: (commands: LockCommands, folder: string) => Promise<void>) =>
  inFolder({ 'mq.sh': queue }, (folder) => {
    const mq = join(folder, 'mq.sh');
    chmodSync(mq, 0o755);
    const commands = {
      acquire: `${mq} sem -wait tx2_1 -k $LOCK_KEY -T 1800`,
      release: `${mq} sem -signal tx2_1 -k $LOCK_KEY`,
      cancel: `${mq} sem -cancel tx2_1 -k $LOCK_KEY`,
      wait: 20_000,
    };
    return body(commands, folder);
  });

const holder = (folder: string) => {
  const file = join(folder, 'tx2_1');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
};

test('a lock is taken under a key of this run alone, and given back', () =>
  withQueue(async (commands, folder) => {
    const lock = await takeLock('desk', commands, never);
    assert.match(holder(folder) ?? '', new RegExp(`^sel4-vmm-harness-.*-${process.pid}$`));
    await lock.release();
    assert.is(holder(folder), undefined);
  }));

test('whoever waits gets the lock when it is given back', () =>
  withQueue(async (commands, folder) => {
    const first = await takeLock('desk', commands, never);
    const second = takeLock('desk', commands, never);
    await sleep(200);
    await first.release();
    await (await second).release();
    assert.is(holder(folder), undefined);
  }));

test('a wait that is too long, or that Ctrl-C ends, is taken back from the queue', () =>
  withQueue(async (commands, folder) => {
    const first = await takeLock('desk', commands, never);
    const late = await refusal(() => takeLock('desk', { ...commands, wait: 300 }, never));
    assert.instance(late, TakenError);
    assert.match(late.explain(), /desk is taken\n[\s\S]*within 0\.3 s/);
    const ctrlC = new AbortController();
    setTimeout(() => ctrlC.abort(), 300);
    assert.is((await refusal(() => takeLock('desk', commands, ctrlC.signal))).message, 'interrupted');
    assert.is(readFileSync(join(folder, 'cancelled'), 'utf8').trim().split('\n').length, 2);
    await first.release();
    assert.is(holder(folder), undefined);
  }));

test('a command that fails says so with its words', () =>
  withQueue(async (commands) => {
    const acquire = 'echo no such machine >&2; exit 1';
    const error = await refusal(() => takeLock('desk', { ...commands, acquire }, never));
    assert.match(error.explain(), /the lock acquire command of desk failed\n[\s\S]*no such machine/);
  }));

test('a run that is killed leaves no lock behind', () =>
  withQueue(async (commands, folder) => {
    const script = join(folder, 'holder.mjs');
    const module = join(packageRoot, 'dist/harness/machine/board/lock.js');
    writeFileSync(
      script,
      `import { takeLock } from ${JSON.stringify(module)};
await takeLock('desk', ${JSON.stringify(commands)}, new AbortController().signal);
process.kill(process.pid, 'SIGKILL');
`,
    );
    const [, signal] = await once(spawn(process.execPath, [script], { stdio: 'inherit' }), 'exit');
    assert.is(signal, 'SIGKILL');
    while (holder(folder) !== undefined) await sleep(20);
  }));

run();
