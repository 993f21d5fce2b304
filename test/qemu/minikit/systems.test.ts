// SPDX-License-Identifier: BSD-2-Clause
/** The output of systems of small protection domains. The expected.txt in their folders has also been seen on seL4. */
import * as assert from 'uvu/assert';
import { has, type Version } from '../../../harness/system/versions.js';
import { run, test } from '../../support/test.js';
import { expectedOf, limit, sdksUnderTest, transcriptOf, versionOf } from './support.js';

const systems: [topic: string, sentence: string, since?: Version][] = [
  [
    'faults',
    'every kind of fault reaches the parent with its label and registers, and the answer takes effect',
  ],
  ['errors', 'every invocation, right or wrong, is answered as it should be'],
  ['children', 'a child is stopped, resumed and started again in every state'],
  ['calls', 'a protected procedure call carries as many words as specified, through two servers'],
  ['passive', "passive servers run on their callers' time, and when notified or when a child faults"],
  ['notifications', 'notifications accumulate in one word, and woken domains run in order of priority'],
  ['guest', "a guest's exits, virtual interrupts, timer, FPU and registers are those of its own vCPU"],
  ['interrupts', 'level and edge interrupts arrive once until they are acknowledged'],
  ['schedule', 'a budget ends in each period, equals take turns, and the lowest runs last'],
  ['words', 'the features new in Microkit 2.1.0 to 2.3.0 work as its manual describes', '2.3.0'],
];

for (const sdk of await sdksUnderTest()) {
  const on = `${sdk.name}, as of Microkit ${sdk.version}`;

  for (const [topic, sentence, since] of systems) {
    if (!has(versionOf(sdk), since)) continue;
    const same = async () => assert.equal(await transcriptOf(topic, { sdk }), expectedOf(topic, sdk));
    test(`${on}: ${sentence}`, same, { limit });
  }

  test(
    `${on}: wild system calls do what they do on seL4, and never harm the kernel`,
    async () => {
      const digests = (await transcriptOf('abuse', { sdk })).filter((line) => !/^\d/.test(line));
      assert.equal(digests, expectedOf('abuse', sdk));
    },
    { limit },
  );
}

run();
