// SPDX-License-Identifier: BSD-2-Clause
/** Tests the checker: it must find faults that are put into libvmm. `npm run mutants` runs all of them. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { ownLibrary } from '../../harness/conform/host-tier.js';
import { applyMutant } from '../../harness/dev/mutants/mutant.js';
import { allMutants, mirror, runMutants } from '../../harness/dev/mutants/run.js';
import { Sweep } from '../../harness/dev/mutants/sweep.js';
import { inFolder } from '../support/folder.js';
import { refusal } from '../support/refusal.js';
import { run, test } from '../support/test.js';

/** One of each kind: delivery, acknowledgement, a missing bound, an access, an image, power. */
const sample = [
  'no-priority-order',
  'ack-twice',
  'channel-unchecked',
  'no-write-back',
  'flags-lost',
  'half-placed',
  'already-on',
  'sgi-affinity-ignored',
];

test('every mutant applies to the library, changes it, and can be undone', () =>
  inFolder({}, (folder) => {
    cpSync(ownLibrary, folder, { recursive: true });
    assert.ok(allMutants.length >= 25);
    assert.equal(new Set(allMutants.map(({ name }) => name)).size, allMutants.length);
    for (const mutant of allMutants) {
      const path = join(folder, 'src', mutant.file);
      const before = readFileSync(path, 'utf8');
      const takeBack = applyMutant(folder, mutant);
      assert.notEqual(readFileSync(path, 'utf8'), before, mutant.name);
      takeBack();
      assert.equal(readFileSync(path, 'utf8'), before, mutant.name);
    }
  }));

test('a mutant whose line no longer exists is an error that names it', () =>
  inFolder({ 'src/a.c': 'int a;\n' }, async (folder) => {
    const mutant = { name: 'gone', about: '', file: 'a.c', line: 'int b;', instead: '' };
    const error = await refusal(() => applyMutant(folder, mutant));
    assert.match(error.explain(), /mutant gone does not apply.*expected: one line: int b;/s);
    assert.equal(error.fault, 'harness');
  }));

test('a copy of the library is updated, and unchanged files keep their time', () =>
  inFolder(
    { 'from/a.c': 'a', 'from/b/c.c': 'c', 'to/a.c': 'a', 'to/b/c.c': 'old', 'to/gone.c': '' },
    (folder) => {
      const long = new Date(1e12);
      utimesSync(join(folder, 'to/a.c'), long, long);
      mirror(join(folder, 'from'), join(folder, 'to'));
      assert.equal(readFileSync(join(folder, 'to/b/c.c'), 'utf8'), 'c');
      assert.equal(existsSync(join(folder, 'to/gone.c')), false);
      assert.equal(statSync(join(folder, 'to/a.c')).mtimeMs, long.getTime());
    },
  ));

test(
  'a sample of the mutants is killed',
  async () => {
    const mutants = allMutants.filter(({ name }) => sample.includes(name));
    assert.equal(mutants.length, sample.length);
    const results = await runMutants(mutants, { seed: 1, cases: 5000 });
    const alive = results.filter(({ killedBy }) => killedBy === undefined);
    assert.deepEqual(
      alive.map(({ mutant }) => mutant.name),
      [],
    );
  },
  { limit: 170_000 },
);

test(
  'a generated mutant is found by a rule or a unit test, or lives, or is none',
  async () => {
    const sweep = await Sweep.start('test', { seed: 1, cases: 200 });
    try {
      const outcome = async (file: string, text: string, instead: string) => {
        const from = readFileSync(join(ownLibrary, 'src', file), 'utf8').indexOf(text);
        assert.ok(from >= 0, text);
        const to = from + text.length;
        const mutant = { operator: 'test', file, line: 1, text, from, to, instead, after: instead };
        const result = await sweep.run(mutant);
        return [result.outcome, result.by];
      };
      const wake = 'if (state->asleep || !vcpu_is_on(cpu))';
      const [found, rule] = await outcome('gic/deliver.c', wake, 'if (0)');
      assert.equal(found, 'killed');
      assert.match(rule ?? '', /^deliver\./);
      const nop = `__asm__ volatile("nop"); ${wake}`;
      assert.deepEqual(await outcome('gic/deliver.c', wake, nop), ['lives', undefined]);
      assert.deepEqual(await outcome('gic/deliver.c', wake, nop), ['same', undefined]);
      assert.deepEqual(await outcome('gic/deliver.c', wake, `;${wake}`), ['same', undefined]);
      assert.deepEqual(await outcome('gic/deliver.c', wake, 'if ('), ['refused', undefined]);
      const [how, by] = await outcome('fault/stage1.c', 'VA_BITS_MOST = 48', 'VA_BITS_MOST = 47');
      assert.equal(how, 'killed');
      assert.match(by ?? '', /^unit\/libvmm\/stage1: every TxSZ/);
    } finally {
      sweep.stop();
    }
  },
  { limit: 170_000 },
);

run();
