// SPDX-License-Identifier: BSD-2-Clause
/** A differential run over a board's serial line: the same verdict and counts as in QEMU. */
import { getEventListeners } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { noProgress, type ProgressEvent } from '../../harness/base/progress.js';
import { buildGuest } from '../../harness/differential/build.js';
import { knownDifferences } from '../../harness/differential/known/known.js';
import { ownMachines } from '../../harness/differential/machines.js';
import { inQemu, onBoard, type Place } from '../../harness/differential/places.js';
import { runDifferential } from '../../harness/differential/run.js';
import { kinds } from '../../harness/differential/vocabulary/kinds.js';
import { readLab } from '../../harness/machine/board/lab/lab.js';
import type { LabBoard } from '../../harness/machine/board/lab/lab-board.js';
import { labTarget } from '../../harness/machine/board/target.js';
import { findSdk } from '../../harness/microkit/find.js';
import { qemuBoard } from '../support/fake-guest.js';
import { inFolder } from '../support/folder.js';
import { run, test } from '../support/test.js';
import { children } from '../support/virtual-lab.js';

const limit = 240_000;
const programs = 48;
const sdk = await findSdk({ wanted: 'minikit', board: qemuBoard, progress: noProgress });
const guest = await buildGuest();
const entry = readLab('[board.desk]\nboard = "qemu_virt_aarch64"\nvirtual = true\n', 'lab.toml').get(
  'desk',
) as LabBoard;

async function runAt(place: Place, folder: string) {
  const signal = new AbortController().signal;
  const request = { place, guest, vcpus: 1, folder, signal };
  const machines = ownMachines(sdk, 'release', request);
  const vocabulary = { kinds: kinds.map(({ name }) => name), acts: 30, gic: 2, losesPar: false } as const;
  const done = await runDifferential({
    ...{ machines, table: knownDifferences, vocabulary, seed: 11, programs },
    ...{ progress: noProgress, signal },
  });
  assert.is(getEventListeners(signal, 'abort').length, 0, 'no machine listens after its end');
  return {
    programs: done.programs,
    acts: done.acts,
    setAside: done.setAside,
    found: done.found.map(({ difference }) => difference),
  };
}

let powered = 0;
const onDesk = (folder: string, several: boolean): Place => {
  const progress = (event: ProgressEvent) => {
    if (event.kind === 'done' && event.step === 'power') powered += 1;
  };
  const target = labTarget(entry, { progress, command: 'a test' });
  return onBoard({ name: 'desk', board: qemuBoard, cpus: 1, several, target, folder });
};

for (const [how, several] of [
  ['two boards at once', true],
  ['one board in turns', false],
] as const) {
  test(
    `the same seed has the same verdict and counts on ${how} as in QEMU`,
    () =>
      inFolder({ '.keep': '' }, async (folder) => {
        const lab = join(folder, 'lab');
        await mkdir(lab);
        powered = 0;
        const board = await runAt(onDesk(lab, several), folder);
        assert.equal(board, await runAt(inQemu(qemuBoard), folder));
        assert.is(board.programs, programs);
        assert.equal(board.found, []);
        assert.ok(several ? powered === 2 : powered >= 2, `switched on ${powered} times`);
        assert.equal(children(), []);
      }),
    { limit },
  );
}

run();
