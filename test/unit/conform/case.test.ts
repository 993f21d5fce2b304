// SPDX-License-Identifier: BSD-2-Clause
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { sample } from 'fast-check';
import * as assert from 'uvu/assert';
import { type Case, readCase, writeCase } from '../../../harness/conform/case.js';
import { readCaseFile, readCorpus } from '../../../harness/conform/corpus.js';
import { CaseArbitrary } from '../../../harness/conform/generate/arbitrary.js';
import { themes } from '../../../harness/conform/generate/themes.js';
import { defaultConfig } from '../../../harness/model/index.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const some: Case = {
  vcpus: 2,
  page: false,
  steps: [
    { op: 'start', vcpu: 0, pc: 0x4008_0000n, dtb: 0n, initrd: 0n },
    { op: 'take', vcpu: 1 },
  ],
};

/** A case file with a change. */
function changed(change: (file: Record<string, unknown>) => void): string {
  const file = JSON.parse(writeCase(some));
  change(file);
  return JSON.stringify(file);
}

test('a written case is read back unchanged', () => {
  assert.equal(readCase(writeCase(some, { rule: 'guest.start', origin: 'a test' }), 'x.json'), some);
});

test('an invalid case file is refused, with the fault and its place', async () => {
  const step = (change: object) =>
    changed((file) => Object.assign((file.steps as object[])[1] ?? {}, change));
  const head = (change: object) => changed((file) => Object.assign(file, change));
  const access = { op: 'access', vcpu: 0, form: 0, rt: 2, rt2: 3, rn: 1, address: '0x0', value: '0x0' };
  const smc = { op: 'smc', vcpu: 0, x0: '0x0', x1: '0x0', x2: '0x0', x3: '0x0' };
  const sysreg = { op: 'sysreg', vcpu: 0, encoding: 0xc660, write: true, value: '0x0' };
  const refused: [string, RegExp][] = [
    ['{', /x\.json: the case file is not JSON/],
    ['null', /x\.json: the case file holds no case/],
    ['[]', /holds no case/],
    ['7', /holds no case/],
    [head({ version: 2 }), /another version.*expected: 1.*got: {6}2/s],
    [head({ steps: undefined }), /no steps/],
    [head({ steps: { length: 1 } }), /no steps/],
    [head({ vcpus: 5 }), /"vcpus" is wrong.*1 to 4/s],
    [head({ vcpus: 1.5 }), /"vcpus" is wrong/],
    [head({ vcpus: '2' }), /"vcpus" is wrong/],
    [head({ gic: 4 }), /"gic" is wrong/],
    [head({ page: 1 }), /"page" is wrong/],
    [head({ rule: 'guest.strat' }), /no such rule.*guest\.strat.*did you mean guest\.start/s],
    [head({ steps: [null] }), /step 1: this is not a step/],
    [step({ op: 'leap' }), /step 2: unknown step.*got: {6}"leap"/s],
    [step({ op: 'constructor' }), /step 2: unknown step/],
    [step({ op: '__proto__' }), /step 2: unknown step/],
    [step({ op: ['take'] }), /step 2: unknown step/],
    [step({ vcpu: 2 }), /step 2: the machine of the case has no such vCPU.*expected: 0 to 1/s],
    [step({ vcpu: '0' }), /step 2: "vcpu" is missing or out of range/],
    [step({ vcpu: -1 }), /"vcpu" is missing or out of range.*0 to 255/s],
    [step({ vcpus: 1 }), /take has no "vcpus"; did you mean "vcpu"\?/],
    [step({ ...access, rt: 99 }), /"rt" is missing or out of range.*0 to 31.*got: {6}99/s],
    [step({ ...access, rt: 1.5 }), /"rt" is missing or out of range/],
    [step({ ...access, rn: 31 }), /"rn" is missing or out of range.*0 to 30/s],
    [step({ ...access, form: 200 }), /"form" is missing or out of range/],
    [step({ ...access, rn: 2 }), /the address is in a data register/],
    [step({ ...access, form: 25, rt: 3 }), /a pair loads one register twice/],
    [step({ ...access, address: '0x1ffffffffffffffff' }), /"address" is missing or wrong/],
    [step({ ...access, address: 0 }), /"address" is missing or wrong.*in quotes/s],
    [step({ ...sysreg, write: 1 }), /"write" is missing or wrong.*true or false/s],
    [step({ ...sysreg, encoding: 0x1000 }), /"encoding" is missing or out of range/],
    [step({ ...smc, x3: undefined }), /"x3" is missing or wrong/],
  ];
  for (const [text, why] of refused) {
    const error = await refusal(() => readCase(text, 'x.json'));
    assert.is(error.fault, 'usage', text);
    assert.match(error.explain(), why);
  }
});

test('a case file that is missing, a folder or a FIFO is refused, with the place', () =>
  inFolder({ 'folder/x': '' }, async (folder) => {
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    for (const name of ['missing.json', 'folder', 'fifo']) {
      const error = await refusal(() => readCaseFile(join(folder, name)));
      assert.is(error.fault, 'usage');
      assert.is(error.detail.where, join(folder, name));
      assert.match(error.message, /the case file (cannot be read|is not a regular file)/);
    }
  }));

test('every generated case survives writing and reading', () => {
  for (const gic of [2, 3] as const) {
    const config = { ...defaultConfig, gic, redistributorBase: gic === 3 ? 0x80a_0000 : 0 };
    for (const made of sample(new CaseArbitrary(themes, config), { seed: 1, numRuns: 200 }))
      assert.equal(readCase(writeCase(made), 'x.json'), made);
  }
});

test('all kept cases can be read', () => {
  assert.ok(readCorpus().length > 10);
});

run();
