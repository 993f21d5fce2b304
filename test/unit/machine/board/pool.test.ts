// SPDX-License-Identifier: BSD-2-Clause
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { boardInLab, readLab } from '../../../../harness/machine/board/lab/lab.js';
import type { LabBoard } from '../../../../harness/machine/board/lab/lab-board.js';
import { takeFirstFree } from '../../../../harness/machine/board/pool.js';
import { takeLease } from '../../../../harness/machine/board/serial/lease.js';
import { inFolder } from '../../../support/folder.js';
import { refusal } from '../../../support/refusal.js';
import { run, test } from '../../../support/test.js';

const lab = readLab(
  ['left', 'right', 'other']
    .map(
      (name) =>
        `[board.${name}]\nboard = "${name === 'other' ? 'odroidc2' : 'odroidc4'}"\nport = "/dev/${name}"\npower.person = true\n`,
    )
    .join(''),
  'lab.toml',
);
const pool = () => {
  const first = boardInLab(lab, 'any:odroidc4', 'lab.toml');
  return [first, ...(first.others ?? [])];
};
const never = new AbortController().signal;

test('any:KIND is every board of that kind, and no other', async () => {
  assert.equal(
    pool().map(({ name }) => name),
    ['left', 'right'],
  );
  assert.equal(boardInLab(lab, 'left', 'lab.toml').others, undefined);
  const error = await refusal(async () => boardInLab(lab, 'odroidc4', 'lab.toml'));
  assert.match(
    error.explain(),
    /several boards are of the kind odroidc4\n.*one of left, right, or any:odroidc4/,
  );
});

/** Takes boards by real leases, of locks in a folder. */
const withLocks = (body: (take: (board: LabBoard) => ReturnType<typeof takeLease>) => Promise<void>) =>
  inFolder({ '.keep': '' }, (folder) =>
    body(({ port }) => takeLease(port, { command: 'a test', folder: join(folder) })),
  );

test('the first board that nobody has is taken', () =>
  withLocks(async (take) => {
    const [left, right] = pool() as [LabBoard, LabBoard];
    const held = await take(left);
    const note = () => assert.unreachable('nobody is waited for');
    const got = await takeFirstFree(pool(), async (board) => ({ board, lease: await take(board) }), {
      note,
      signal: never,
    });
    assert.is(got.board.name, right.name);
    await held.release();
    await got.lease.release();
  }));

test('when all are taken the run says who has them, and takes the one that becomes free', () =>
  withLocks(async (take) => {
    const [left, right] = await Promise.all(pool().map(take));
    const notes: string[] = [];
    const note = (text: string) => {
      notes.push(text);
      void right?.release();
    };
    const got = await takeFirstFree(pool(), async (board) => ({ board, lease: await take(board) }), {
      note,
      signal: never,
    });
    assert.is(got.board.name, 'right');
    assert.match(
      notes.join('\n'),
      /^waiting for a free board: left: busy: held by PID \d+ since .*; right: busy/,
    );
    await left?.release();
    await got.lease.release();
  }));

test('the wait has a limit, and ends at Ctrl-C; what is wrong with a board itself is not waited for', () =>
  withLocks(async (take) => {
    const leases = await Promise.all(pool().map(take));
    const late = await refusal(() =>
      takeFirstFree(pool(), take, { note: () => {}, signal: never, limit: 0 }),
    );
    assert.match(late.explain(), /no board of this kind was free\n[\s\S]*one of left, right within 0 s/);
    const ctrlC = new AbortController();
    const interrupted = await refusal(() =>
      takeFirstFree(pool(), take, { note: () => ctrlC.abort(), signal: ctrlC.signal }),
    );
    assert.is(interrupted.message, 'interrupted');
    for (const lease of leases) await lease.release();
    const broken = async () => {
      throw new Error('no such device');
    };
    await takeFirstFree(pool(), broken, { note: () => {}, signal: never }).then(
      () => assert.unreachable(),
      (error: Error) => assert.is(error.message, 'no such device'),
    );
  }));

run();
