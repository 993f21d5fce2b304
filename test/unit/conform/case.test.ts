// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { type Case, readCase, writeCase } from '../../../harness/conform/case.js';
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

/** A case file with `change` made to it. */
function changed(change: (file: Record<string, unknown>) => void): string {
  const file = JSON.parse(writeCase(some));
  change(file);
  return JSON.stringify(file);
}

test('what is written is what is read', () => {
  assert.equal(readCase(writeCase(some, { rule: 'guest.start', origin: 'a test' }), 'x.json'), some);
});

test('a file that is no case, or none of this harness, is refused with what is wrong and where', async () => {
  const step = (change: object) =>
    changed((file) => Object.assign((file.steps as object[])[1] ?? {}, change));
  const refused: [string, RegExp][] = [
    ['{', /x\.json: the case file is not JSON/],
    [changed((file) => Object.assign(file, { version: 2 })), /another version.*expected: 1.*got: {6}2/s],
    [changed((file) => Object.assign(file, { steps: undefined })), /no steps/],
    [changed((file) => Object.assign(file, { vcpus: 5 })), /"vcpus" is wrong.*1 to 4/s],
    [
      changed((file) => Object.assign(file, { rule: 'guest.strat' })),
      /no such rule.*guest\.strat.*did you mean guest\.start/s,
    ],
    [step({ op: 'leap' }), /step 1: this step is not known.*got: {6}"leap"/s],
    [step({ vcpu: 2 }), /step 1: the machine of the case has no such vCPU.*expected: 0 to 1/s],
    [step({ vcpu: '0' }), /step 1: "vcpu" is missing or wrong/],
  ];
  for (const [text, why] of refused) {
    const error = await refusal(() => readCase(text, 'x.json'));
    assert.is(error.fault, 'usage', text);
    assert.match(error.explain(), why);
  }
});

run();
