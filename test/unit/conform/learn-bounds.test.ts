// SPDX-License-Identifier: BSD-2-Clause
/** The limits of a target's choices. */
import * as assert from 'uvu/assert';
import { withinBounds } from '../../../harness/conform/learn-bounds.js';
import { defaultConfig, type Implementation } from '../../../harness/model/index.js';
import { run, test } from '../../support/test.js';

const { implementation } = defaultConfig;
const bounded = (learnt: Partial<Implementation>) => withinBounds({ ...implementation, ...learnt });

test('a choice that the architecture leaves open is accepted', () => {
  assert.equal(withinBounds(implementation), implementation);
  for (const priorityMask of [0xf0, 0xff]) assert.is(bounded({ priorityMask }).priorityMask, priorityMask);
  assert.is(bounded({ smcccVersion: 0xffff_ffff }).smcccVersion, 0xffff_ffff);
  assert.is(bounded({ psciVersion: 2 }).psciVersion, 2);
});

test('priorities that always read zero, or have a gap, lack the required 16 levels', () => {
  for (const priorityMask of [0, 0x80, 0xe0, 0x0f, 0xf4])
    assert.is(bounded({ priorityMask }).priorityMask, 0xf0);
});

test('reserved bits, invalid binary points, and errors instead of a version are not accepted', () => {
  assert.is(bounded({ ppiTriggers: 0x5554_0000 }).ppiTriggers, 0);
  assert.is(bounded({ ppiTriggers: 0xaaaa_0000 }).ppiTriggers, 0xaaaa_0000);
  assert.equal(bounded({ binaryPoints: [7, 7] }).binaryPoints, [3, 4]);
  assert.is(bounded({ psciVersion: 0xffff_ffff }).psciVersion, 2);
  assert.is(bounded({ smcccVersion: 0 }).smcccVersion, 0x1_0001);
});

run();
