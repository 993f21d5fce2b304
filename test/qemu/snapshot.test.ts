// SPDX-License-Identifier: BSD-2-Clause
/** Saved states of QEMU machines, with a bare-metal program that obeys characters (fixtures/console.S). */
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { fileHash } from '../../harness/base/file-hash.js';
import type { Machine } from '../../harness/machine/machine.js';
import { QemuMachine, qemuProgram } from '../../harness/machine/qemu/qemu.js';
import type { QemuSetup } from '../../harness/machine/qemu/setup.js';
import { bareImage } from '../support/bare-image.js';
import { qemuBoard } from '../support/fake-guest.js';
import { inFolder } from '../support/folder.js';
import { run, test } from '../support/test.js';

const limit = 90_000;
const soon = { what: 'the answer', limit: 60_000 };
const snapshotTest = (name: string, body: (bench: Bench) => Promise<void>) =>
  test(name, () => inFolder({}, (folder) => body(new Bench(folder))), { limit });

/** Machines of one image, one after the other, and the folder of their saved states. */
class Bench {
  readonly notes: string[] = [];
  readonly image: string;
  readonly kept: string;

  constructor(readonly folder: string) {
    this.image = bareImage(qemuBoard, 'console', folder);
    this.kept = join(folder, 'snapshots');
  }

  async machine(body: (machine: Machine) => Promise<void>, more: Partial<QemuSetup> = {}, state = 'ready') {
    const note = (text: string) => this.notes.push(text);
    const machine = await QemuMachine.start({
      board: qemuBoard,
      image: this.image,
      qemu: { program: qemuProgram },
      folder: this.folder,
      snapshot: { state, use: true, folder: this.kept, note },
      ...more,
    });
    try {
      await body(machine);
    } finally {
      await machine.powerOff();
    }
  }

  /** Boots a machine, saves it, and checks that it continues. */
  save(): Promise<void> {
    return this.machine(async (machine) => {
      await booted(machine);
      await machine.snapshot?.save();
      await answers(machine);
    });
  }

  /** Paths of the record and of the saved state. */
  files(): { record: string; state: string } {
    const [key = ''] = readdirSync(this.kept);
    const names = readdirSync(join(this.kept, key));
    const state = names.find((name) => name.startsWith('state-')) ?? '';
    return { record: join(this.kept, key, 'snapshot.json'), state: join(this.kept, key, state) };
  }
}

const booted = async ({ console, snapshot }: Machine) => {
  assert.is(snapshot?.begunIn, undefined);
  await console.expect('ready\n', soon);
};
/** The machine prints only what it is asked for, which shows that it was not switched on. */
const answers = async ({ console }: Machine) => {
  await console.send('0123456789.');
  assert.is((await console.expect('.', soon)).before, '0123456789');
};
const restored = async (machine: Machine) => {
  assert.match(machine.snapshot?.begunIn ?? '', /^\d{4}-\d\d-\d\dT/);
  assert.match(machine.facts['began from'] ?? '', /^a snapshot of \d{4}/);
  await answers(machine);
};

snapshotTest('a saved machine continues, and the next one begins in the saved state', async (bench) => {
  await bench.save();
  for (const _ of [1, 2]) await bench.machine(restored);
  assert.equal(bench.notes, []);
});

snapshotTest('a reset of a machine that began in a snapshot switches it on', async (bench) => {
  await bench.save();
  await bench.machine(async (machine) => {
    await machine.reset();
    await booted(machine);
    assert.is(machine.facts['began from'], undefined);
  });
});

snapshotTest('another image, another command line and another state boot', async (bench) => {
  await bench.save();
  await bench.machine(booted, {}, 'another state');
  await bench.machine(booted, { more: ['-name', 'another'] });
  const image = join(bench.folder, 'other.img');
  writeFileSync(image, Buffer.concat([readFileSync(bench.image), Buffer.alloc(4)]));
  await bench.machine(booted, { image });
  assert.equal(bench.notes, []);
});

snapshotTest('a machine with a disk boots, and the reason is reported', async (bench) => {
  await bench.machine(booted, { more: ['-drive', 'if=none,id=d,driver=null-co,read-zeroes=on'] });
  assert.equal(bench.notes, ['no snapshot is kept: it would lack the data written to the disk of -drive']);
});

snapshotTest(
  'a snapshot from another QEMU is not used, which is reported once, and is replaced',
  async (bench) => {
    await bench.save();
    const { record } = bench.files();
    writeFileSync(record, readFileSync(record, 'utf8').replace(/"qemu": "[^"]*"/, '"qemu": "6.0.0"'));
    await bench.save();
    await bench.machine(restored);
    assert.is(bench.notes.length, 1);
    assert.match(
      bench.notes[0] ?? '',
      /^the snapshot is from QEMU 6\.0\.0, and this is [\d.]+: the machine boots instead$/,
    );
    assert.is(readdirSync(join(bench.files().record, '..')).length, 3, 'the old state is still there');
  },
);

snapshotTest('a truncated or damaged snapshot is not used, which is reported', async (bench) => {
  await bench.save();
  const { record, state } = bench.files();
  const text = readFileSync(record, 'utf8');
  writeFileSync(record, text.slice(0, 40));
  await bench.machine(booted);
  writeFileSync(record, text);
  const bytes = readFileSync(state);
  bytes.writeUint8(bytes.readUint8(bytes.length >> 1) ^ 1, bytes.length >> 1);
  writeFileSync(state, bytes);
  await bench.machine(booted);
  truncateSync(state, bytes.length >> 1);
  await bench.machine(booted);
  assert.equal(bench.notes, [
    'the snapshot cannot be read: the machine boots instead',
    'the snapshot is damaged: the machine boots instead',
    'the snapshot is damaged: the machine boots instead',
  ]);
});

snapshotTest('a state that QEMU refuses is forgotten, and the machine boots', async (bench) => {
  await bench.save();
  const { record, state } = bench.files();
  truncateSync(state, 1000);
  const { sha256, size } = await fileHash(state);
  const kept = JSON.parse(readFileSync(record, 'utf8')) as object;
  writeFileSync(record, JSON.stringify({ ...kept, sha256, size }));
  await bench.machine(booted);
  assert.match(bench.notes.join('\n'), /^the snapshot cannot be loaded \([^\n]*: the machine boots instead$/);
  assert.equal(readdirSync(bench.kept), []);
});

snapshotTest('a machine whose state cannot be saved continues, and the reason is reported', async (bench) => {
  writeFileSync(bench.kept, 'no folder');
  await bench.save();
  assert.match(bench.notes.join('\n'), /^no snapshot is kept, and the next machine boots again: /);
});

run();
